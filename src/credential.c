#include "credential.h"

#include <ctype.h>
#include <string.h>

#include "mem.h"

#define HOLDS(what) "holds " what " (only printable ASCII is allowed)"

/* The first row whose bytes stand there counts. */
static const struct {
	const char *bytes;
	const char *flaw;
} strays[] = {
	{ "\n", HOLDS("a line end") },
	{ "\r", HOLDS("a carriage return") },
	{ "\t", HOLDS("a tab") },
	{ "\xc2\xa0", HOLDS("a no-break space") },
	{ "\xc2\xad", HOLDS("a soft hyphen") },
	{ "\xe2\x80\x87", HOLDS("a figure space, which does not break") },
	{ "\xe2\x80\x8b", HOLDS("a zero-width space") },
	{ "\xe2\x80\x8c", HOLDS("a zero-width non-joiner") },
	{ "\xe2\x80\x8d", HOLDS("a zero-width joiner") },
	{ "\xe2\x80\x8e", HOLDS("a left-to-right mark") },
	{ "\xe2\x80\x8f", HOLDS("a right-to-left mark") },
	{ "\xe2\x80\x98", HOLDS("curly quotes") },
	{ "\xe2\x80\x99", HOLDS("curly quotes") },
	{ "\xe2\x80\x9c", HOLDS("curly quotes") },
	{ "\xe2\x80\x9d", HOLDS("curly quotes") },
	{ "\xe2\x80\xa6", HOLDS("an ellipsis: was it cut off?") },
	{ "\xe2\x80\xa8", HOLDS("a line separator") },
	{ "\xe2\x80\xaf", HOLDS("a narrow no-break space") },
	{ "\xe2\x81\xa0", HOLDS("a word joiner, which has no width") },
	{ "\xef\xbb\xbf", HOLDS("a byte order mark, which has no width") },
};

const char credential_nul[] = HOLDS("a NUL, a control character");

const char *
credential_flaw(const char *text)
{
	size_t i;

	while (*text >= ' ' && *text <= '~') /* whatever the locale */
		text++;
	if (*text == '\0')
		return NULL;
	for (i = 0; i < COUNT(strays); i++)
		if (strncmp(text, strays[i].bytes, strlen(strays[i].bytes)) ==
		    0)
			return strays[i].flaw;
	return iscntrl((unsigned char)*text) ?
	    HOLDS("a control character") :
	    HOLDS("a character that is not ASCII");
}

const char credential_swapped[] =
    "have client id and client secret been swapped?";

static bool
begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

bool
credential_is_secret(const char *text)
{
	return begins_with(text, "amzn1.oa2-cs.");
}

bool
credential_is_id(const char *text)
{
	return begins_with(text, "amzn1.application-oa2-client.");
}
