#include "msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asauth.h"
#include "file.h"
#include "hide.h"
#include "mem.h"
#include "printable.h"

static bool is_silent;
static bool errors_shown = true;

void
msg_silence(bool silent, bool show_errors)
{
	is_silent = silent;
	errors_shown = !silent || show_errors;
}

char *
msg_clean(const char *text)
{
	char *plain = hide_text(text);
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
	safe = hide_text(text);
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

/* Each of the lines as one of its own. */
static void
emit_lines(const char *lines)
{
	char *copy = mem_strdup(lines), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		emit("asauth: ", line);
	mem_wipe(copy);
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
failure_add(struct failure *failure, const char *lines)
{
	const char *before = failure->more;
	char *more = mem_printf("%s%s%s", before != NULL ? before : "",
	    before != NULL ? "\n" : "", lines);

	mem_wipe(failure->more);
	failure->more = more;
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
	if (failure->more != NULL)
		emit_lines(failure->more);
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
	mem_wipe(failure->more);
	mem_wipe(failure->hint);
	mem_wipe(failure->oauth_error);
	*failure = (struct failure){ 0 };
}
