#include "writeout.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "msg.h"

struct rendering {
	const struct writeout_source *source;
	struct buf *output, *errors;
	struct buf *now; /* one of the two */
	bool is_over;
};

static void
put_variable(struct rendering *r, const char *name)
{
	char *value;

	if (strcasecmp(name, "stdout") == 0)
		r->now = r->output;
	else if (strcasecmp(name, "stderr") == 0)
		r->now = r->errors;
	else if (strcasecmp(name, "onerror") == 0)
		r->is_over = r->source->status == 0;
	else if (strcasecmp(name, "exitcode") == 0)
		buf_printf(r->now, "%d", r->source->status);
	else {
		value = r->source->variable(r->source->context, name);
		if (value == NULL)
			msg_warn("unknown --write-out variable: %s", name);
		buf_puts(r->now, value != NULL ? value : "");
		mem_wipe(value);
	}
}

static void
put_header(struct rendering *r, const char *name)
{
	char *value = r->source->header(r->source->context, name);

	buf_puts(r->now, value != NULL ? value : "");
	free(value);
}

/* A sign that means nothing, and what is behind it, as they are. */
static const char *
put_pair(struct rendering *r, const char *at)
{
	size_t length = at[1] != '\0' ? 2 : 1;

	buf_add(r->now, at, length);
	return at + length;
}

/* What follows a per cent sign at AT; returns what is behind it. */
static const char *
put_percent(struct rendering *r, const char *at)
{
	static const char header[] = "%header{";
	bool is_header = strncmp(at, header, sizeof(header) - 1) == 0;
	const char *name = is_header ? at + sizeof(header) - 1 : at + 2;
	const char *end;
	char *copy;

	if (at[1] == '%') {
		buf_puts(r->now, "%");
		return at + 2;
	}
	end = is_header || at[1] == '{' ? strchr(name, '}') : NULL;
	if (end == NULL)
		return put_pair(r, at);
	copy = mem_strndup(name, (size_t)(end - name));
	if (is_header)
		put_header(r, copy);
	else
		put_variable(r, copy);
	free(copy);
	return end + 1;
}

static const char *
put_backslash(struct rendering *r, const char *at)
{
	static const char letters[] = "nrt", meanings[] = "\n\r\t";
	const char *letter = at[1] != '\0' ? strchr(letters, at[1]) : NULL;

	if (letter == NULL)
		return put_pair(r, at);
	buf_add(r->now, &meanings[letter - letters], 1);
	return at + 2;
}

void
writeout_render(const char *format, const struct writeout_source *source,
    struct buf *output, struct buf *errors)
{
	struct rendering r = { .source = source,
		.output = output,
		.errors = errors,
		.now = output };

	while (*format != '\0' && !r.is_over) {
		if (*format == '%')
			format = put_percent(&r, format);
		else if (*format == '\\')
			format = put_backslash(&r, format);
		else
			buf_add(r.now, format++, 1);
	}
}
