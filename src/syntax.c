#include "syntax.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "mem.h"

/* The last two tokens before an error, the last being the one in question.
 * NULL: there is none. */
struct tokens {
	const char *before;
	const char *last;
	bool is_open; /* the last is a text without its closing quote */
};

/* What the first byte of the last token says, and that of the one before; of
 * a word both are 'a'. The first row that fits counts. */
static const struct {
	const char *before; /* any of these, NULL: any or none */
	const char *last;
	const char *flaw;
} rows[] = {
	{ NULL, "'", "single quotes, where JSON wants double ones" },
	{ NULL, "/#", "a comment, which JSON does not know" },
	{ NULL, "\xe2\xc2", "a curly quote, an odd space or the like" },
	{ NULL, "=", "an equals sign, where JSON wants a colon" },
	{ ",", "}", "a comma before }" },
	{ ",", "]", "a comma before ]" },
	{ "{[,", ",", "a comma too many" },
	{ ":", "},", "no value behind a colon" },
	{ "\"a}]", "\"{[", "a comma or a colon is missing before this" },
	{ NULL, "a", "a word without quotes" },
};

static const char *
skip_token(const char *at, const char *end, bool *is_open)
{
	const char quote = *at;

	if (quote == '"') {
		for (at++; at < end && *at != quote; at++)
			if (*at == '\\' && at + 1 < end)
				at++;
		*is_open = at >= end;
		return at + 1;
	}
	at++;
	if (isalnum((unsigned char)quote))
		while (at < end && isalnum((unsigned char)*at))
			at++;
	while (at < end && ((unsigned char)*at & 0xc0) == 0x80)
		at++; /* the rest of a character in UTF-8 */
	return at;
}

static struct tokens
find_tokens(const char *at, const char *end)
{
	struct tokens tokens = { 0 };

	while (at < end) {
		if (strchr(" \t\r\n", *at) != NULL) {
			at++;
			continue;
		}
		tokens.before = tokens.last;
		tokens.last = at;
		at = skip_token(at, end, &tokens.is_open);
	}
	return tokens;
}

/* Whether the token begins with one of BYTES. */
static bool
token_is(const char *token, const char *bytes)
{
	const char first = (char)(isalnum((unsigned char)*token) ? 'a' :
								   *token);

	return first != '\0' && strchr(bytes, first) != NULL;
}

/* What is wrong with the last token of the text. */
static const char *
flaw_before(const char *begin, const char *end)
{
	const struct tokens tokens = find_tokens(begin, end);
	size_t i;

	if (tokens.last == NULL)
		return NULL;
	if (tokens.is_open)
		return *end == '\n' ?
		    "the closing quote of a text is missing" :
		    "a backslash or control character that JSON does not take";
	for (i = 0; i < COUNT(rows); i++)
		if (token_is(tokens.last, rows[i].last) &&
		    (rows[i].before == NULL ||
			(tokens.before != NULL &&
			    token_is(tokens.before, rows[i].before))))
			return rows[i].flaw;
	return NULL;
}

const char *
syntax_flaw(const char *begin, const char *end, const json_error_t *error)
{
	const char *flaw;

	switch (json_error_code(error)) {
	case json_error_duplicate_key:
		return "a key is given twice";
	case json_error_stack_overflow:
		return "nested too deeply";
	case json_error_premature_end_of_input:
		return "the JSON ends too early: is a } or a quote missing?";
	case json_error_invalid_utf8:
		return "not valid UTF-8";
	case json_error_null_character:
		return "a NUL character";
	case json_error_end_of_input_expected:
		return "something stands behind the end of the JSON";
	default:
		if (error->position >= 0 && error->position < end - begin)
			end = begin + error->position;
		flaw = flaw_before(begin, end);
		return flaw != NULL ? flaw : "not valid JSON";
	}
}
