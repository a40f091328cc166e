#include "api-error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#define PLAIN_LIMIT 200 /* bytes of a plain text or a title */

/* Appends LENGTH bytes of TEXT with each run of white space, which could begin
 * a line of its own, as one blank. */
static void
add_words(struct buf *out, const char *text, size_t length)
{
	char *copy = mem_strndup(text, length), *rest = copy, *word;
	const char *gap = "";

	while ((word = strsep(&rest, " \t\r\n")) != NULL) {
		if (*word == '\0')
			continue;
		buf_printf(out, "%s%s", gap, word);
		gap = " ";
	}
	free(copy);
}

/* A line "CODE: MESSAGE", either of which may be NULL. */
static void
add_error_line(struct buf *lines, const char *code, const char *message)
{
	struct buf line = { 0 };

	if (code != NULL)
		add_words(&line, code, strlen(code));
	if (code != NULL && message != NULL)
		buf_puts(&line, ": ");
	if (message != NULL)
		add_words(&line, message, strlen(message));
	if (line.length > 0) {
		if (lines->length > 0)
			buf_puts(lines, "\n");
		buf_add(lines, line.data, line.length);
	}
	buf_free(&line);
}

/* --- JSON --- */

static const char *
find_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && text[strspn(text, " \t\r\n")] != '\0' ? text :
								       NULL;
}

static const char *
find_first_text(const json_t *object, const char *const *keys)
{
	const char *text = NULL;

	for (; *keys != NULL && text == NULL; keys++)
		text = find_text(object, *keys);
	return text;
}

/* One error, an object or a text. */
static void
add_error(struct buf *lines, const json_t *error)
{
	static const char *const codes[] = { "errorCode", "code", "error",
		NULL };
	static const char *const messages[] = { "errorMessage", "message",
		"Message", "error_description", NULL };
	const char *code = find_first_text(error, codes);
	const char *message = find_first_text(error, messages);
	json_int_t number = json_integer_value(json_object_get(error, "code"));
	char digits[24];

	if (json_is_string(error))
		message = json_string_value(error);
	if (code == NULL && message != NULL)
		code = find_text(error, "status");
	/* Others are those of HTTP, which are told anyway. */
	if (code == NULL && (number < 0 || number > 599)) {
		snprintf(digits, sizeof(digits), "%lld", (long long)number);
		code = digits;
	}
	add_error_line(lines, code, message);
}

static void
add_errors(struct buf *lines, const json_t *root)
{
	const json_t *list = json_object_get(root, "errors"), *error;
	size_t i;

	json_array_foreach(json_is_array(root) ? root : list, i, error) {
		add_error(lines, error);
	}
	error = json_object_get(root, "error");
	if (json_is_object(error))
		add_error(lines, error);
	if (lines->length == 0 || find_text(root, "errorCode") != NULL)
		add_error(lines, root);
}

/* --- Text --- */

static void
add_title(struct buf *lines, const char *page)
{
	const char *title = strcasestr(page, "<title");
	size_t length;

	if (title != NULL)
		title = strchr(title, '>');
	if (title == NULL)
		return;
	title++;
	length = strcspn(title, "<");
	add_words(lines, title, length < PLAIN_LIMIT ? length : PLAIN_LIMIT);
}

/* A short text that is no link, which may be a secret. */
static void
add_text(struct buf *lines, const struct buf *body)
{
	const char *text = body->data + strspn(body->data, " \t\r\n");

	if (*text == '<')
		add_title(lines, text);
	else if (body->length <= PLAIN_LIMIT &&
	    strlen(body->data) == body->length && *text != '{' &&
	    *text != '[' &&
	    (strstr(text, "://") == NULL || strpbrk(text, " \t\n") != NULL))
		add_words(lines, text, strlen(text));
}

char *
api_error_lines(const struct buf *body, bool may_be_text)
{
	json_t *root = json_loadb(body->data, body->length, 0, NULL);
	struct buf lines = { 0 };

	if (root != NULL)
		add_errors(&lines, root);
	else if (may_be_text && body->length > 0)
		add_text(&lines, body);
	json_decref(root);
	return lines.length > 0 ? buf_take(&lines) : NULL;
}

/* --- What the lines leave out --- */

/* Whether LINES hold the words of TEXT. */
static bool
holds_words(const char *lines, const char *text)
{
	struct buf words = { 0 };
	bool result;

	add_words(&words, text, strlen(text));
	result = words.length == 0 || strstr(lines, words.data) != NULL;
	buf_free(&words);
	return result;
}

/* Whether TEXT is the name of an HTTP status, which says no more than its
 * number. */
static bool
is_status_name(const char *text)
{
	static const char *const names[] = { "Bad Request", "Unauthorized",
		"Forbidden", "Not Found", "Method Not Allowed", "Conflict",
		"Precondition Failed", "Payload Too Large",
		"Unsupported Media Type", "Unprocessable Entity",
		"Precondition Required", "Too Many Requests",
		"Internal Server Error", "Bad Gateway", "Service Unavailable",
		"Gateway Timeout" };
	size_t i;

	for (i = 0; i < COUNT(names); i++)
		if (strcasecmp(text, names[i]) == 0)
			return true;
	return false;
}

static bool
is_told_value(const json_t *value, const char *lines, long code)
{
	char digits[24];

	switch (json_typeof(value)) {
	case JSON_STRING:
		return holds_words(lines, json_string_value(value)) ||
		    is_status_name(json_string_value(value));
	case JSON_INTEGER:
		snprintf(digits, sizeof(digits), "%lld",
		    (long long)json_integer_value(value));
		return json_integer_value(value) == code ||
		    strstr(lines, digits) != NULL;
	case JSON_NULL:
		return true;
	default:
		return false;
	}
}

static bool
is_told(const json_t *value, const char *lines, long code)
{
	const json_t *part;
	const char *name;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach(value, i, part) {
			if (!is_told(part, lines, code))
				return false;
		}
		return true;
	}
	if (!json_is_object(value))
		return is_told_value(value, lines, code);
	json_object_foreach((json_t *)value, name, part) {
		if (!is_told(part, lines, code))
			return false;
	}
	return true;
}

bool
api_error_is_whole(const struct buf *body, const char *lines, long code)
{
	json_t *root = json_loadb(
	    body->data, body->length, JSON_REJECT_DUPLICATES, NULL);
	const bool result = root != NULL ? is_told(root, lines, code) :
					   strlen(body->data) == body->length &&
		holds_words(lines, body->data);

	json_decref(root);
	return result;
}
