#include "view.h"

#include <sys/param.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "printable.h"
#include "text.h"

#define INDENT 2
/* Levels that are indented: deeper ones would cost memory, not help. */
#define INDENT_LEVELS 40

#define COLOUR_KEY "\033[34;1m"
#define COLOUR_STRING "\033[32m"
#define COLOUR_NONE "\033[0m"

static void
show_part(
    const char *text, size_t length, const char *allowed, struct buf *shown)
{
	char *part = mem_strndup(text, length);
	char *safe = printable(part, allowed);

	buf_puts(shown, safe);
	free(safe);
	free(part);
}

/* --- Text --- */

/* How many bytes at the end of a text wait for what follows them: a character
 * that has only begun, or a CR that may end a line. */
static size_t
begun_bytes(const char *bytes, size_t length)
{
	/* What the first byte of a character of n + 1 bytes begins with. */
	static const unsigned char leads[] = { 0, 0xc0, 0xe0, 0xf0 };
	size_t n;

	if (length > 0 && bytes[length - 1] == '\r')
		return 1;
	for (n = 1; n < COUNT(leads) && n <= length; n++)
		if ((unsigned char)bytes[length - n] >= leads[n])
			return (unsigned char)bytes[length - n] >= 0xc0 ? n : 0;
	return 0;
}

/* Shows TEXT, of LENGTH bytes: line ends and tabs stay. */
static void
show_text(struct view *view, const char *text, size_t length, struct buf *shown)
{
	const char *const end = text + length;
	const char *next;
	size_t ending;

	if (length > 0)
		view->in_line = end[-1] != '\n';
	for (; text < end; text = next) {
		next = memchr(text, '\n', (size_t)(end - text));
		next = next == NULL ? end : next + 1;
		ending = next - text >= 2 && memcmp(next - 2, "\r\n", 2) == 0;
		show_part(
		    text, (size_t)(next - text) - 2 * ending, "\t\n", shown);
		if (ending)
			buf_puts(shown, "\r\n");
	}
}

/* --- JSON --- */

static bool
is_json_type(const char *content_type)
{
	const size_t length = strcspn(content_type, "; \t");
	const char *const end = content_type + length;

	return (length == 16 &&
		   strncasecmp(content_type, "application/json", 16) == 0) ||
	    (length > 5 && strncasecmp(end - 5, "+json", 5) == 0);
}

static bool
wants_colours(void)
{
	const char *term = getenv("TERM");

	return text_variable("NO_COLOR") == NULL &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

static const char *
skip_blanks(const char *text)
{
	return text + strspn(text, " \t\r\n");
}

/* The end of the string that begins at TEXT. */
static const char *
end_of_string(const char *text)
{
	for (text++; *text != '"'; text++)
		if (*text == '\\')
			text++;
	return text + 1;
}

static void
show_string(
    const char *text, const char *end, bool has_colours, struct buf *shown)
{
	const bool is_key = *skip_blanks(end) == ':';

	if (has_colours)
		buf_puts(shown, is_key ? COLOUR_KEY : COLOUR_STRING);
	show_part(text, (size_t)(end - text), "", shown);
	if (has_colours)
		buf_puts(shown, COLOUR_NONE);
}

static void
break_line(size_t level, struct buf *shown)
{
	buf_printf(
	    shown, "\n%*s", (int)(INDENT * MIN(level, INDENT_LEVELS)), "");
}

/* Shows TEXT, which is JSON, a member or an element a line. */
static void
show_json(const char *text, bool has_colours, struct buf *shown)
{
	const char *next;
	size_t level = 0;

	for (text = skip_blanks(text); *text != '\0';
	     text = skip_blanks(next)) {
		next = text + 1;
		switch (*text) {
		case '"':
			next = end_of_string(text);
			show_string(text, next, has_colours, shown);
			break;
		case '{':
		case '[':
			buf_add(shown, text, 1);
			level++;
			next = skip_blanks(next);
			if (*next == '}' || *next == ']')
				buf_add(shown, next++, 1), level--;
			else
				break_line(level, shown);
			break;
		case '}':
		case ']':
			break_line(--level, shown);
			buf_add(shown, text, 1);
			break;
		case ',':
			buf_add(shown, text, 1);
			break_line(level, shown);
			break;
		case ':':
			buf_puts(shown, ": ");
			break;
		default:
			next = text + strcspn(text, " \t\r\n,]}");
			buf_add(shown, text, (size_t)(next - text));
		}
	}
}

/* Whether TEXT is JSON. Values are not looked at: integers may be of any size,
 * but a real beyond a double's range is nothing to jansson. */
static bool
is_json(const struct buf *text)
{
	json_t *value = json_loadb(text->data, text->length,
	    JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, NULL);

	json_decref(value);
	return value != NULL;
}

/* --- The view --- */

void
view_begin_body(
    struct view *view, const char *content_type, bool may_be_dropped)
{
	view->is_json = content_type != NULL && is_json_type(content_type);
	view->is_held = view->is_json || may_be_dropped;
}

void
view_add(struct view *view, const char *bytes, size_t length, struct buf *shown)
{
	struct buf *held = &view->held;
	size_t begun;

	buf_add(held, bytes, length);
	if (view->is_held && held->length <= VIEW_LIMIT)
		return;
	view->is_json = view->is_held = false;
	begun = begun_bytes(held->data, held->length);
	show_text(view, held->data, held->length - begun, shown);
	memmove(held->data, held->data + held->length - begun, begun);
	buf_cut(held, begun);
}

void
view_end(struct view *view, struct buf *shown)
{
	struct buf *held = &view->held;

	if (view->is_json && held->length > 0 && is_json(held)) {
		show_json(held->data, wants_colours(), shown);
		view->in_line = true;
	} else if (held->length > 0) {
		show_text(view, held->data, held->length, shown);
	}
	if (view->in_line)
		buf_puts(shown, "\n");
	view->in_line = false;
	view_free(view);
}

void
view_free(struct view *view)
{
	buf_free(&view->held);
}
