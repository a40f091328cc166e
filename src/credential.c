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

/* --- A log-in was refused --- */

static bool
is_quoted(const char *text)
{
	return *text == '"' || *text == '\'';
}

/* NAME=VALUE, as a line of a file of variables. */
static bool
is_assignment(const char *text)
{
	const char *at = text;

	while (isalpha((unsigned char)*at) || *at == '_')
		at++;
	return at > text && *at == '=' && at[1] != '\0';
}

static bool
is_variable(const char *text)
{
	return begins_with(text, "$") || begins_with(text, "%");
}

static bool
is_placeholder(const char *text)
{
	return begins_with(text, "<") || begins_with(text, "YOUR_");
}

static bool
is_app(const char *text)
{
	return begins_with(text, "amzn1.devportal.");
}

static bool
is_profile(const char *text)
{
	return begins_with(text, "amzn1.application.");
}

static const struct {
	bool (*applies)(const char *text);
	const char *hint;
} oddities[] = {
	{ is_quoted,
	    "is in quotes: leave them out (docker --env-file keeps them)" },
	{ is_assignment, "looks like NAME=VALUE: give the value alone" },
	{ is_variable, "looks like a variable that nothing has expanded" },
	{ is_placeholder, "looks like a placeholder" },
	{ is_app,
	    "is an App ID: take the Client ID of the security profile, from "
	    "its Web Settings tab" },
	{ is_profile,
	    "is the ID of a security profile: take the Client ID on its Web "
	    "Settings tab" },
};

char *
credential_hint(const char *id, const char *secret)
{
	size_t i;

	for (i = 0; i < COUNT(oddities); i++) {
		if (oddities[i].applies(id))
			return mem_printf("the client id %s", oddities[i].hint);
		if (oddities[i].applies(secret))
			return mem_printf(
			    "the client secret %s", oddities[i].hint);
	}
	return NULL;
}
