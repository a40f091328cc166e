#include "suggest.h"

#include <sys/param.h>

#include <string.h>
#include <strings.h>

#define LONGEST 48     /* bytes of what is compared at all */
#define PREFIX_MIN 2   /* bytes that may stand for the whole name */
#define BYTES_A_SLIP 3 /* so long is a word with one mistake */

/* How many bytes are wrong, missing, further or swapped with the next. */
static size_t
slips_between(const char *a, const char *b)
{
	const size_t alen = strlen(a), blen = strlen(b);
	size_t slips[LONGEST + 1][LONGEST + 1], i, j;

	for (i = 0; i <= alen; i++)
		slips[i][0] = i;
	for (j = 0; j <= blen; j++)
		slips[0][j] = j;
	for (i = 1; i <= alen; i++)
		for (j = 1; j <= blen; j++) {
			slips[i][j] = MIN(slips[i - 1][j - 1] +
				(a[i - 1] != b[j - 1] ? 1 : 0),
			    MIN(slips[i - 1][j], slips[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				slips[i][j] = MIN(
				    slips[i][j], slips[i - 2][j - 2] + 1);
		}
	return slips[alen][blen];
}

void
suggest_consider(struct suggestion *suggestion, const char *name)
{
	const char *word = suggestion->word;
	const size_t length = strlen(word);
	size_t distance;

	if (length > LONGEST || strlen(name) > LONGEST)
		return;
	if (length >= PREFIX_MIN && strncasecmp(word, name, length) == 0)
		distance = 1;
	else
		distance = slips_between(word, name);
	if (distance > 1 && distance > length / BYTES_A_SLIP)
		return;
	if (distance == 1 && length < PREFIX_MIN)
		return;
	/* Of names with one beginning the shortest. */
	if (suggestion->name == NULL || distance < suggestion->distance ||
	    (distance == suggestion->distance &&
		strlen(name) < strlen(suggestion->name))) {
		suggestion->name = name;
		suggestion->distance = distance;
	}
}
