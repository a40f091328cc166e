#include "credential.h"

#include <ctype.h>

#include "mem.h"
#include "text.h"

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
		if (text_begins(text, strays[i].bytes))
			return strays[i].flaw;
	return iscntrl((unsigned char)*text) ?
	    HOLDS("a control character") :
	    HOLDS("a character that is not ASCII");
}

const char credential_swapped[] =
    "have client id and client secret been swapped?";

bool
credential_is_secret(const char *text)
{
	return text_begins(text, "amzn1.oa2-cs.");
}

bool
credential_is_id(const char *text)
{
	return text_begins(text, "amzn1.application-oa2-client.");
}

/* --- A log-in was refused --- */

/* NAME=VALUE, as a line of a file of variables. */
static bool
is_assignment(const char *text)
{
	const char *at = text;

	while (isalpha((unsigned char)*at) || *at == '_')
		at++;
	return at > text && *at == '=' && at[1] != '\0';
}

static const struct {
	const char *beginnings[2];
	const char *hint;
} oddities[] = {
	{ { "\"", "'" },
	    "is in quotes: leave them out (docker --env-file keeps them)" },
	{ { NULL }, "looks like NAME=VALUE: give the value alone" },
	{ { "$", "%" }, "looks like a variable that nothing has expanded" },
	{ { "<", "YOUR_" }, "looks like a placeholder" },
	{ { "amzn1.devportal." },
	    "is an App ID: take the Client ID of the security profile, from "
	    "its Web Settings tab" },
	{ { "amzn1.application." },
	    "is the ID of a security profile: take the Client ID on its Web "
	    "Settings tab" },
};

/* Whether TEXT has the oddity of row I; an assignment has no beginning of its
 * own. */
static bool
is_odd(const char *text, size_t i)
{
	const char *const *beginnings = oddities[i].beginnings;

	if (beginnings[0] == NULL)
		return is_assignment(text);
	return text_begins(text, beginnings[0]) ||
	    (beginnings[1] != NULL && text_begins(text, beginnings[1]));
}

char *
credential_hint(const char *id, const char *secret)
{
	size_t i;

	for (i = 0; i < COUNT(oddities); i++) {
		if (is_odd(id, i))
			return mem_printf("the client id %s", oddities[i].hint);
		if (is_odd(secret, i))
			return mem_printf(
			    "the client secret %s", oddities[i].hint);
	}
	return NULL;
}
