#include "hide.h"

#include <sys/param.h>

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"

#define WINDOW 16      /* characters that give a value away */
#define CUT_MIN 8      /* the same where the text was cut off */
#define PASSWORD_MIN 8 /* bytes of a password that is hidden as a word */
#define ENCODED_MAX 3  /* times that a text is percent-encoded */

/* --- What is registered --- */

struct value {
	char *text;
	size_t least; /* so many bytes of its beginning are enough, */
	size_t cut;   /* so many where the text ends there */
};

static struct value values[HIDE_VALUES];
static size_t nvalues;
static size_t nindexed;	   /* of the values, those whose windows are known */
static const char *spared; /* NULL: nothing is */

/* --- Windows --- */

/*
 * The windows of 16 characters that give a value away. Those of a run of
 * letters, digits and "-._~" stand in a text however it was encoded, and those
 * of base64, whose two alphabets are one here; others as they are. Case counts
 * in neither.
 *
 * A Bloom filter knows them: its size does not depend on how many there are,
 * and when it fills up it hides too much, never too little. With a usual run's
 * few thousand in it, it is wrong once in billions of times; with those of
 * fifty links of 8 KiB, once in two thousand.
 */
#define FILTER_BITS 24
#define FILTER_PROBES 3
#define FILTER_SHIFT 20
static unsigned char *filter;

/* The character of a run that C stands for, 0 if it is of none. */
static char
fold_run(char c)
{
	if (c == '+')
		return '-';
	if (c == '/')
		return '_';
	if (!isalnum((unsigned char)c) &&
	    (c == '\0' || strchr("-._~", c) == NULL))
		return '\0';
	return (char)tolower((unsigned char)c);
}

static char
fold_any(char c)
{
	return (char)tolower((unsigned char)c);
}

typedef char fold_fn(char c);

/* The HASH of the window at TEXT (FNV-1a); false if there is none. */
static bool
hash_window(const char *text, fold_fn *fold, uint64_t *hash)
{
	size_t i;
	char c;

	*hash = fold == fold_run ? 0xcbf29ce484222325U : 0x84222325cbf29ce4U;
	for (i = 0; i < WINDOW; i++) {
		c = fold(text[i]);
		if (c == '\0')
			return false;
		*hash = (*hash ^ (unsigned char)c) * 0x100000001b3U;
	}
	*hash ^= *hash >> 32;
	*hash *= 0xd6e8feb86659fd93U;
	return true;
}

static void
add_window(const char *text, fold_fn *fold)
{
	uint64_t hash;
	size_t i;

	if (filter == NULL)
		filter = mem_zalloc((1U << FILTER_BITS) / 8, 1);
	if (!hash_window(text, fold, &hash))
		return;
	for (i = 0; i < FILTER_PROBES; i++, hash >>= FILTER_SHIFT)
		filter[hash % (1U << FILTER_BITS) / 8] |= (unsigned char)(1U
		    << hash % 8);
}

static bool
is_known_window(const char *text, fold_fn *fold)
{
	uint64_t hash;
	size_t i;

	if (filter == NULL || !hash_window(text, fold, &hash))
		return false;
	for (i = 0; i < FILTER_PROBES; i++, hash >>= FILTER_SHIFT)
		if (!(filter[hash % (1U << FILTER_BITS) / 8] &
			(1U << hash % 8)))
			return false;
	return true;
}

/* How many bytes of TEXT are in windows that are known, one after the other. */
static size_t
known_length(const char *text, fold_fn *fold)
{
	size_t length;

	if (!is_known_window(text, fold))
		return 0;
	for (length = WINDOW;
	     is_known_window(text + length - WINDOW + 1, fold);)
		length++;
	return length;
}

/* --- Registering --- */

/* The base64 of TEXT behind SKIP bytes that are not known, as far as they have
 * no part in it; the caller wipes it. */
static char *
base64(const char *text, size_t skip)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789+/";
	const size_t length = strlen(text);
	struct buf out = { 0 };
	uint32_t bits = 0;
	size_t nbits = 0, i;

	buf_puts(&out, "");
	for (i = 0; i < length + skip; i++) {
		bits = bits << 8 |
		    (i < skip ? 0 : (unsigned char)text[i - skip]);
		for (nbits += 8; nbits >= 6; nbits -= 6)
			buf_add(&out, &digits[bits >> (nbits - 6) & 63], 1);
	}
	if (nbits > 0 && skip == 0)
		buf_add(&out, &digits[bits << (6 - nbits) & 63], 1);
	memmove(out.data, out.data + (skip * 8 + 5) / 6,
	    out.length + 1 - (skip * 8 + 5) / 6);
	return buf_take(&out);
}

static void
add_runs(const char *text)
{
	for (; *text != '\0'; text++)
		add_window(text, fold_run);
}

/* Has the filter know TEXT and its base64, wherever in other base64. */
static void
index_text(const char *text)
{
	size_t skip;
	char *encoded;

	add_runs(text);
	for (skip = 0; skip < 3; skip++) {
		encoded = base64(text, skip);
		add_runs(encoded);
		mem_wipe(encoded);
	}
}

/* TEXT as a value, and so many bytes of it as are enough. */
static void
add_value(const char *text, size_t least, size_t cut)
{
	size_t i;

	if (strlen(text) < HIDE_MIN)
		return;
	for (i = 0; i < nvalues; i++)
		if (strcmp(values[i].text, text) == 0)
			return;
	if (nvalues < HIDE_VALUES)
		values[nvalues++] = (struct value){ mem_strdup(text), least,
			cut };
	else
		index_text(text);
}

void
hide_secret(const char *text)
{
	char *encoded;

	if (text == NULL || strlen(text) < HIDE_MIN)
		return;
	add_value(text, WINDOW, CUT_MIN);
	/* Base64 too short for a window. */
	if (strlen(text) * 4 / 3 < WINDOW) {
		encoded = base64(text, 0);
		add_value(encoded, WINDOW, CUT_MIN);
		mem_wipe(encoded);
	}
}

void
hide_argument(const char *word)
{
	const char *equals = strchr(word, '=');

	word = equals != NULL ? equals + 1 : word + strspn(word, "-");
	if (strlen(word) == 64 && strspn(word, "0123456789abcdefABCDEF") == 64)
		hide_secret(word);
}

void
hide_link(const char *link)
{
	const char *at = strstr(link, "//");
	size_t length, path, i;

	/* It is not left to libcurl, which takes the dots out of a path. */
	at = at != NULL && at < link + strcspn(link, "/?#") + 1 ?
	    at + 2 + strcspn(at + 2, "/?#") :
	    link;
	length = strlen(at);
	path = strcspn(at, "?#");
	if (length < WINDOW)
		add_value(at, length, length);
	for (i = 0; i + WINDOW <= length; i++) {
		if (memchr(at + i, '+', WINDOW) == NULL &&
		    memchr(at + i, '/', WINDOW) == NULL)
			add_window(at + i, fold_run);
		/* The path alone may be that of any other URL. */
		if (i + WINDOW > path || i + WINDOW == length)
			add_window(at + i, fold_any);
	}
}

void
hide_login(const char *login)
{
	const char *password = login != NULL ? strchr(login, ':') : NULL;

	if (password == NULL || password[1] == '\0')
		return;
	hide_secret(login);
	if (strlen(password + 1) >= PASSWORD_MIN)
		hide_secret(password + 1);
}

/* What COUNT hexadecimal digits at TEXT stand for, -1 if they are not there. */
static int
hex_value(const char *text, size_t count)
{
	char digits[5] = "";
	size_t i;

	for (i = 0; i < count; i++) {
		if (!isxdigit((unsigned char)text[i]))
			return -1;
		digits[i] = text[i];
	}
	return (int)strtoul(digits, NULL, 16);
}

/* Whether the colon in a URL without a user part cannot be that of a port: the
 * host has been forgotten. */
static bool
lacks_host(const char *authority)
{
	const char *colon = strrchr(authority, ':');

	return colon != NULL && *authority != '[' &&
	    strchr("/?#0123456789", colon[1]) == NULL;
}

void
hide_proxy(const char *url)
{
	const char *at, *end;
	char *login, *to;
	int byte;

	if (url == NULL)
		return;
	at = strstr(url, "://");
	at = at != NULL ? at + 3 : url;
	end = strrchr(at, '@');
	if (end == NULL && lacks_host(at))
		end = at + strlen(at);
	if (end == NULL)
		return;
	login = to = mem_strndup(at, (size_t)(end - at));
	hide_login(login);
	for (at = login; *at != '\0'; at++) {
		byte = *at == '%' ? hex_value(at + 1, 2) : -1;
		*to++ = (char)(byte >= 0 ? byte : *at);
		at += byte >= 0 ? 2 : 0;
	}
	*to = '\0';
	hide_login(login);
	mem_wipe(login);
}

void
hide_spare(const char *text)
{
	spared = text;
}

void
hide_forget(void)
{
	spared = NULL;
	while (nvalues > 0)
		mem_wipe(values[--nvalues].text);
	free(filter);
	filter = NULL;
	nindexed = 0;
}

/* --- The ways to write a byte --- */

/* Whether COUNT hexadecimal digits at TEXT are BYTE's. */
static bool
is_hex_of(const char *text, size_t count, char byte)
{
	const int value = hex_value(text, count);

	return value >= 0 && value <= UCHAR_MAX &&
	    tolower(value) == tolower((unsigned char)byte);
}

/* Each of these: how many bytes of TEXT spell BYTE, 0: they do not. */
static size_t
spells_percent(const char *text, char byte, int times)
{
	const char *at = text + 1;

	if (*text != '%')
		return 0;
	for (; times > 1 && strncmp(at, "25", 2) == 0; times--)
		at += 2;
	return is_hex_of(at, 2, byte) ? (size_t)(at + 2 - text) : 0;
}

static size_t
spells_escape(const char *text, char byte)
{
	if (*text != '\\')
		return 0;
	if (text[1] == 'u' && is_hex_of(text + 2, 4, byte))
		return 6;
	if (text[1] == 'x' && is_hex_of(text + 2, 2, byte))
		return 4;
	return text[1] == byte && ispunct((unsigned char)byte) ? 2 : 0;
}

static size_t
spells_entity(const char *text, char byte)
{
	static const struct {
		const char *name;
		char byte;
	} entities[] = { { "&amp;", '&' }, { "&apos;", '\'' }, { "&gt;", '>' },
		{ "&lt;", '<' }, { "&quot;", '"' }, { "&vert;", '|' } };
	const bool is_hex = strncasecmp(text, "&#x", 3) == 0;
	char *end;
	size_t i;

	if (*text != '&')
		return 0;
	for (i = 0; i < COUNT(entities); i++)
		if (byte == entities[i].byte &&
		    strncasecmp(
			text, entities[i].name, strlen(entities[i].name)) == 0)
			return strlen(entities[i].name);
	if (text[1] != '#' || !isxdigit((unsigned char)text[2 + is_hex]) ||
	    strtoul(text + 2 + is_hex, &end, is_hex ? 16 : 10) !=
		(unsigned char)byte ||
	    *end != ';')
		return 0;
	return (size_t)(end + 1 - text);
}

/* The same for all of them, percent-encoded so many TIMES; 0: as it stands. */
static size_t
spells_byte(const char *text, char byte, int times)
{
	size_t length = 0;

	if (times > 0) {
		length += spells_percent(text, byte, times);
		length += spells_escape(text, byte);
		length += spells_entity(text, byte);
		length += *text == '+' && byte == ' ';
	}
	if (length > 0) /* each begins with another sign */
		return length;
	return tolower((unsigned char)*text) == tolower((unsigned char)byte);
}

/* --- Finding it --- */

/* How many bytes of TEXT spell VALUE, or enough of its beginning; 0 if they do
 * not. */
static size_t
spells_value(const char *text, const struct value *value, int times)
{
	size_t done = 0, n = 1, i;

	for (i = 0; value->text[i] != '\0' && n > 0; i += n > 0) {
		n = spells_byte(text + done, value->text[i], times);
		done += n;
	}
	if (value->text[i] == '\0' || i >= value->least)
		return done;
	/* libcurl ends what it cuts off with dots. */
	if (i >= value->cut &&
	    (text[done] == '\0' || strcmp(text + done, "...") == 0))
		return done;
	return 0;
}

/* What shows by itself that it may not be shown, which may have been given in
 * the wrong place, or made by a server that nobody has told us of. */
static const struct {
	const char *beginning;
	bool is_shown; /* the beginning is */
	size_t least;  /* bytes that come behind it */
} shapes[] = {
	{ "Atc|", .least = 8 },
	{ "Atc%7C", .least = 8 },
	{ "Atza|", .least = 8 },
	{ "Atzr|", .least = 8 },
	{ "amzn1.oa2-cs.", .least = 8 },
	{ "Signature=", .is_shown = true, .least = 1 },
	{ "Signature%3D", .is_shown = true, .least = 1 },
	{ "?sig=", .is_shown = true, .least = 1 },
	{ "&sig=", .is_shown = true, .least = 1 },
	{ "X-Amz-Credential=", .is_shown = true, .least = 1 },
	{ "X-Amz-Security-Token=", .is_shown = true, .least = 1 },
};

/* How many bytes at TEXT look so; the first SHOWN of them may be shown. */
static size_t
looks_secret(const char *text, size_t *shown)
{
	size_t length, rest, i;

	*shown = 0;
	for (i = 0; i < COUNT(shapes); i++) {
		length = strlen(shapes[i].beginning);
		if (strncasecmp(text, shapes[i].beginning, length) != 0)
			continue;
		rest = strcspn(text + length, " \t\r\n\"'<>()[]{},:;&\\");
		if (shapes[i].is_shown)
			*shown = length;
		return rest >= shapes[i].least ? length + rest : 0;
	}
	if (strncmp(text, "://", 3) != 0)
		return 0;
	/* A URL's user part. */
	*shown = 3;
	for (length = 3 + strcspn(text + 3, "/?# \t\r\n\"'<>");
	     text[length] != '@'; length--)
		if (length == 3)
			return 0;
	return length;
}

/* How many bytes at TEXT may not be shown but for the first SHOWN. */
static size_t
hidden_length(const char *text, size_t *shown)
{
	const size_t looks = looks_secret(text, shown);
	size_t longest = known_length(text, fold_run), n, i;
	int times;

	n = known_length(text, fold_any);
	longest = MAX(longest, n);
	for (i = 0; i < nvalues; i++)
		for (times = 0; times <= ENCODED_MAX; times++) {
			n = spells_value(text, &values[i], times);
			longest = MAX(longest, n);
		}
	if (longest >= looks)
		*shown = 0;
	return MAX(longest, looks);
}

/* How many bytes at TEXT are what is spared; 0: none. */
static size_t
spared_length(const char *text)
{
	size_t length = spared != NULL ? strlen(spared) : 0, i;

	if (length == 0 || strncmp(text, spared, length) != 0)
		return 0;
	for (i = 0; i < nvalues; i++)
		if (strcasestr(spared, values[i].text) != NULL)
			return 0;
	return length;
}

char *
hide_text(const char *text)
{
	static const char mark[] = "[redacted]";
	struct buf out = { 0 };
	size_t length, shown, open, after = 0;

	/* Only now: most runs show nothing. */
	while (nindexed < nvalues)
		index_text(values[nindexed++].text);
	while (*text != '\0') {
		length = hidden_length(text, &shown);
		open = MAX(spared_length(text), length == 0);
		if (open >= length) {
			buf_add(&out, text, open);
			text += open;
			continue;
		}
		buf_add(&out, text, shown);
		/* What lies side by side is one. */
		if (shown > 0 || after == 0 || out.length != after)
			buf_puts(&out, mark);
		after = out.length;
		text += length;
	}
	return buf_take(&out);
}
