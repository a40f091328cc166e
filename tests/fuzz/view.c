/* A body as a terminal shows it, in pieces as the network would cut them. */
#include "view.h"

#include "fuzz.h"

/* TEXT without what indenting adds and takes away; the caller frees it. */
static char *
without_blanks(const char *text, size_t length)
{
	char *result = mem_zalloc(length + 1, 1), *end = result;
	size_t i;

	for (i = 0; i < length; i++)
		if (strchr(" \t\r\n", text[i]) == NULL)
			*end++ = text[i];
	return result;
}

static bool
is_plain(const struct buf *text)
{
	size_t i;

	for (i = 0; i < text->length; i++)
		if ((text->data[i] < ' ' || text->data[i] > '~') &&
		    strchr("\t\n", text->data[i]) == NULL)
			return false;
	return true;
}

static void
check_shown(const struct buf *input, const struct buf *shown)
{
	char *before = without_blanks(input->data, input->length);
	char *after = without_blanks(shown->data, shown->length);
	size_t i;

	for (i = 0; i < shown->length; i++)
		MUST((unsigned char)shown->data[i] >= ' ' ||
		    strchr("\t\r\n", shown->data[i]) != NULL);
	if (input->length > 0)
		MUST(shown->data[shown->length - 1] == '\n');
	if (is_plain(input))
		MUST(strcmp(before, after) == 0);
	free(before);
	free(after);
}

static void
try(struct buf *input)
{
	static const char *const types[] = { "application/json", "text/plain" };
	const size_t step = input->length > 0 ?
	    (unsigned char)input->data[0] % 7 + 1 :
	    1;
	struct view view = { 0 };
	struct buf shown = { 0 };
	size_t i, n;

	if (memchr(input->data, '\0', input->length) != NULL)
		return; /* a terminal gets nothing binary */
	/* No escape sequences of our own. */
	setenv("NO_COLOR", "1", 1);
	for (n = 0; n < COUNT(types); n++) {
		view_begin_body(&view, types[n], false);
		for (i = 0; i < input->length; i += step)
			view_add(&view, input->data + i,
			    i + step < input->length ? step : input->length - i,
			    &shown);
		view_end(&view, &shown);
		check_shown(input, &shown);
		buf_free(&shown);
	}
}
