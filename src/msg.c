#include "msg.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asauth.h"
#include "file.h"
#include "mem.h"
#include "printable.h"
#include "text.h"

/* So many bytes of a secret are hidden where a text ends within it. */
#define CUT_MIN 8
#define SHAPE_MIN 20 /* bytes of what looks like a secret */

static bool is_silent;
static bool errors_shown = true;

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

/* How many bytes of TEXT spell BYTE, as a URL or form has it or as it is; 0 if
 * they spell another. */
static size_t
spells(const char *text, char byte)
{
	char digits[3] = "";

	if (*text == '%' && isxdigit((unsigned char)text[1]) &&
	    isxdigit((unsigned char)text[2])) {
		memcpy(digits, text + 1, 2);
		if (strtoul(digits, NULL, 16) == (unsigned char)byte)
			return 3;
	}
	return *text == byte || (*text == '+' && byte == ' ');
}

/* How many bytes of TEXT spell SECRET, or its beginning where the text was cut
 * off; 0 if they do not. */
static size_t
spells_all(const char *text, const char *secret)
{
	const size_t size = strlen(secret);
	size_t done = 0, n = 1, i;

	for (i = 0; i < size; i++) {
		n = spells(text + done, secret[i]);
		if (n == 0)
			break;
		done += n;
	}
	if (i == size || (i >= CUT_MIN && text[done] == '\0'))
		return done;
	/* One with per cent signs may stand there as it is. */
	return strncmp(text, secret, size) == 0 ? size : 0;
}

/* How many bytes of TEXT look like a token or client secret of Amazon's, which
 * may have been given in the wrong place; 0 if they do not. */
static size_t
looks_secret(const char *text)
{
	static const char *const beginnings[] = { "Atc|", "amzn1.oa2-cs." };
	size_t length, i;

	for (i = 0; i < COUNT(beginnings); i++) {
		if (strncmp(text, beginnings[i], strlen(beginnings[i])) != 0)
			continue;
		length = strcspn(text, " \t\r\n\"'<>,:;()");
		return length >= SHAPE_MIN ? length : 0;
	}
	return 0;
}

char *
msg_redact(const char *text)
{
	struct buf out = { 0 };
	size_t longest, n, i;

	for (; *text != '\0'; text += longest > 0 ? longest : 1) {
		longest = looks_secret(text);
		for (i = 0; i < nsecrets; i++) {
			n = spells_all(text, secrets[i]);
			if (n > longest)
				longest = n;
		}
		if (longest > 0)
			buf_puts(&out, "[redacted]");
		else
			buf_add(&out, text, 1);
	}
	return buf_take(&out);
}

char *
msg_clean(const char *text)
{
	char *plain = msg_redact(text);
	char *safe = printable(plain, "");

	free(plain);
	return safe;
}

json_t *
msg_json(const char *text)
{
	char *safe;
	json_t *value;

	if (text == NULL)
		return json_null();
	safe = msg_redact(text);
	value = json_string(safe);
	if (value == NULL) {
		free(safe);
		safe = msg_clean(text);
		value = json_string(safe);
	}
	free(safe);
	return value;
}

/* One line in one write(2), so that parallel processes do not mix theirs. */
static void
emit(const char *prefix, const char *text)
{
	char *safe = msg_clean(text);
	char *line = mem_printf("%s%s\n", prefix, safe);

	file_write(STDERR_FILENO, line, strlen(line));
	free(safe);
	free(line);
}

void
msg_warn(const char *format, ...)
{
	va_list arguments;
	char *text;

	if (is_silent)
		return;
	va_start(arguments, format);
	text = mem_vprintf(format, arguments);
	va_end(arguments);
	emit("asauth: warning: ", text);
	mem_wipe(text);
}

void
msg_warn_mode(const char *path, const char *flaw, const char *mode)
{
	char *quoted = text_quoted(path);

	msg_warn("%s: %s; mend with: chmod %s %s", path, flaw, mode, quoted);
	free(quoted);
}

void
msg_verbose(char mark, const char *line)
{
	const char prefix[] = { mark, ' ', '\0' };

	emit(prefix, line);
}

int
failure_set(struct failure *failure, int status, const char *format, ...)
{
	va_list arguments;

	failure_free(failure);
	failure->status = status;
	va_start(arguments, format);
	failure->message = mem_vprintf(format, arguments);
	va_end(arguments);
	return status;
}

void
failure_hint(struct failure *failure, const char *format, ...)
{
	va_list arguments;

	free(failure->hint);
	va_start(arguments, format);
	failure->hint = mem_vprintf(format, arguments);
	va_end(arguments);
}

void
failure_print(const struct failure *failure)
{
	if (failure->message == NULL ||
	    (!errors_shown && failure->status != AS_USAGE))
		return;
	emit("asauth: ", failure->message);
	if (failure->hint != NULL)
		emit("asauth: hint: ", failure->hint);
}

void
failure_move(struct failure *to, struct failure *from)
{
	failure_free(to);
	*to = *from;
	*from = (struct failure){ 0 };
}

void
failure_free(struct failure *failure)
{
	mem_wipe(failure->message);
	mem_wipe(failure->hint);
	mem_wipe(failure->oauth_error);
	*failure = (struct failure){ 0 };
}
