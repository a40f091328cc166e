#include "msg.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <vis.h>

#include "asauth.h"
#include "file.h"
#include "mem.h"

static bool is_silent;
static bool errors_shown = true;
static bool last_failure_shown = true;

static char **secrets;
static size_t nsecrets;

void
msg_silence(bool silent, bool show_errors)
{
	is_silent = silent;
	errors_shown = !silent || show_errors;
}

void
msg_secret(const char *text)
{
	size_t i;

	if (text == NULL || strlen(text) < MSG_SECRET_MIN)
		return;
	for (i = 0; i < nsecrets; i++)
		if (strcmp(secrets[i], text) == 0)
			return;
	secrets = mem_grow(secrets, nsecrets + 1, sizeof(*secrets));
	secrets[nsecrets++] = mem_strdup(text);
}

void
msg_forget_secrets(void)
{
	while (nsecrets > 0)
		mem_wipe(secrets[--nsecrets]);
	free(secrets);
	secrets = NULL;
}

static int
hex_digit(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, tolower((unsigned char)digit));

	return digit != '\0' && at != NULL ? (int)(at - digits) : -1;
}

/* How many bytes of TEXT spell BYTE, as a URL or form has it or as it is; 0 if
 * they spell another. */
static size_t
spells(const char *text, size_t length, char byte)
{
	if (length > 2 && *text == '%' && hex_digit(text[1]) >= 0 &&
	    hex_digit(text[1]) * 16 + hex_digit(text[2]) == (unsigned char)byte)
		return 3;
	return length > 0 && (*text == byte || (*text == '+' && byte == ' '));
}

/* How many bytes of TEXT spell SECRET, 0 if they do not. */
static size_t
spells_all(const char *text, size_t length, const char *secret)
{
	const size_t size = strlen(secret);
	/* One with per cent signs may stand there as it is. */
	const size_t raw = size <= length && memcmp(text, secret, size) == 0 ?
	    size :
	    0;
	size_t done = 0, n;

	for (; *secret != '\0'; secret++) {
		n = spells(text + done, length - done, *secret);
		if (n == 0)
			return raw;
		done += n;
	}
	return done; /* no less than raw */
}

/* The length of the longest secret that TEXT begins with, or 0. */
static size_t
secret_at(const char *text, size_t length)
{
	size_t best = 0, n, i;

	for (i = 0; i < nsecrets; i++) {
		n = spells_all(text, length, secrets[i]);
		if (n > best)
			best = n;
	}
	return best;
}

static void
redact(struct buf *out, const char *text, size_t length)
{
	size_t i = 0, skip;

	while (i < length) {
		skip = secret_at(text + i, length - i);
		if (skip > 0)
			buf_puts(out, "[redacted]");
		else
			buf_add(out, text + i, 1);
		i += skip > 0 ? skip : 1;
	}
}

char *
msg_redact(const char *text, size_t length)
{
	struct buf out = { 0 };

	redact(&out, text, length);
	return buf_take(&out);
}

/* Adds TEXT, redacted and then through vis(3), to OUT. */
static void
add_clean(struct buf *out, const char *text, size_t length)
{
	struct buf plain = { 0 };
	char *safe;

	redact(&plain, text, length);
	safe = mem_zalloc(plain.length + 1, 4);
	strvisx(safe, plain.data != NULL ? plain.data : "", plain.length,
	    VIS_CSTYLE | VIS_TAB | VIS_NL | VIS_NOSLASH);
	buf_puts(out, safe);
	free(safe);
	buf_free(&plain);
}

char *
msg_clean(const char *text)
{
	struct buf out = { 0 };

	add_clean(&out, text, strlen(text));
	return buf_take(&out);
}

json_t *
msg_json(const char *text)
{
	char *safe;
	json_t *value;

	if (text == NULL)
		return json_null();
	safe = msg_redact(text, strlen(text));
	value = json_string(safe);
	mem_wipe(safe);
	if (value != NULL)
		return value;
	safe = msg_clean(text);
	value = json_string(safe);
	mem_wipe(safe);
	return value;
}

/* One line in one write(2), so that parallel processes do not mix theirs. */
static void
emit(const char *prefix, const char *text, size_t length)
{
	struct buf line = { 0 };

	buf_puts(&line, prefix);
	add_clean(&line, text, length);
	buf_puts(&line, "\n");
	file_write(STDERR_FILENO, line.data, line.length);
	buf_free(&line);
}

static void __attribute__((format(printf, 2, 0)))
emit_format(const char *prefix, const char *format, va_list arguments)
{
	char *text = mem_vprintf(format, arguments);

	emit(prefix, text, strlen(text));
	mem_wipe(text);
}

int
msg_fail(int status, const char *format, ...)
{
	va_list arguments;

	last_failure_shown = errors_shown || status == AS_USAGE;
	if (last_failure_shown) {
		va_start(arguments, format);
		emit_format("asauth: ", format, arguments);
		va_end(arguments);
	}
	return status;
}

void
msg_hint(const char *format, ...)
{
	va_list arguments;

	if (!last_failure_shown)
		return;
	va_start(arguments, format);
	emit_format("asauth: hint: ", format, arguments);
	va_end(arguments);
}

void
msg_warn(const char *format, ...)
{
	va_list arguments;

	if (is_silent)
		return;
	va_start(arguments, format);
	emit_format("asauth: warning: ", format, arguments);
	va_end(arguments);
}

void
msg_verbose(char mark, const char *text, size_t length)
{
	const char prefix[] = { mark, ' ', '\0' };
	const char *end;
	size_t n;

	while (length > 0) {
		end = memchr(text, '\n', length);
		n = end != NULL ? (size_t)(end - text) + 1 : length;
		emit(prefix, text,
		    n - (end != NULL) -
			(n > 1 && end != NULL && end[-1] == '\r'));
		text += n;
		length -= n;
	}
}
