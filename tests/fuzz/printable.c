/* Text as a terminal gets it. */
#include "printable.h"

#include <ctype.h>

#include "fuzz.h"

/* Whether TEXT is UTF-8, by jansson, and holds nothing that its first letters
 * tell to be a control, a mark of direction or a tag. */
static bool
is_harmless(const char *text)
{
	json_t *string = json_string(text);
	const unsigned char *at = (const unsigned char *)text;

	if (string == NULL)
		return false;
	json_decref(string);
	for (; *at != '\0'; at++)
		if (iscntrl(*at) || (at[0] == 0xc2 && at[1] < 0xa0) ||
		    (at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0xa8 &&
			at[2] <= 0xae) ||
		    (at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa0 &&
			at[2] <= 0xaf) ||
		    at[0] >= 0xf3)
			return false;
	return true;
}

static void
try(struct buf *input)
{
	static const char *const locales[] = { "C", "C.UTF-8" };
	const char *text;
	char *shown, *again;
	size_t i;

	for (i = 0; i < COUNT(locales); i++) {
		setenv("LC_ALL", locales[i], 1);
		shown = printable(input->data, "");
		MUST(is_harmless(shown));
		for (text = shown; *text != '\0'; text++)
			MUST(i == 1 || (*text >= ' ' && *text <= '~'));
		MUST(strlen(shown) <= 4 * strlen(input->data));
		again = printable(shown, "");
		MUST(strcmp(again, shown) == 0);
		free(shown);
		free(again);
		shown = printable(input->data, "\n\t");
		MUST(strchr(input->data, '\n') == NULL ||
		    strchr(shown, '\n') != NULL);
		free(shown);
	}
}
