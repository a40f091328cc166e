#include "apierror.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "text.h"

#define PLAIN_LIMIT 200 /* bytes of a plain text that may be a message */
#define ERRORS_LIMIT 5

static json_t *
parse(const struct buf *body)
{
	if (body->length == 0)
		return NULL;
	return json_loadb(body->data, body->length, 0, NULL);
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && *text != '\0' ? text : NULL;
}

static void
add(struct buf *line, const char *separator, const char *text)
{
	if (text == NULL)
		return;
	if (line->length > 0)
		buf_puts(line, separator);
	buf_puts(line, text);
}

/* "errorCode: errorMessage", after a semicolon if it is not the first. */
static void
add_error(struct buf *line, const json_t *error)
{
	const char *code = text_of(error, "errorCode");
	const char *message = text_of(error, "errorMessage");

	add(line, "; ", code != NULL ? code : message);
	if (code != NULL)
		add(line, ": ", message);
}

static char *
from_json(const json_t *object)
{
	struct buf line = { 0 };
	const json_t *error;
	size_t i;

	json_array_foreach(json_object_get(object, "errors"), i, error) {
		if (i < ERRORS_LIMIT)
			add_error(&line, error);
	}
	add_error(&line, object);
	if (line.length == 0)
		add(&line, "", text_of(object, "message"));
	if (line.length == 0)
		add(&line, "", text_of(object, "Message"));
	return line.length > 0 ? buf_take(&line) : NULL;
}

/* A short text that is neither markup nor a link, which may be a secret. */
static char *
from_text(const struct buf *body)
{
	char *text;

	if (body->length == 0 || body->length > PLAIN_LIMIT ||
	    strlen(body->data) != body->length)
		return NULL;
	text = text_trimmed(body->data);
	if (*text == '\0' || strchr("<{[", *text) != NULL ||
	    (strstr(text, "://") != NULL && strpbrk(text, " \t\n") == NULL)) {
		free(text);
		return NULL;
	}
	return text;
}

char *
apierror_message(const struct buf *body, bool may_be_text)
{
	json_t *object = parse(body);
	char *message = object != NULL ? from_json(object) :
	    may_be_text		       ? from_text(body) :
					 NULL;

	json_decref(object);
	return message;
}

bool
apierror_is_refusal(long code, const struct buf *body)
{
	json_t *object;
	const char *message;
	bool result;

	if (code != 403 || body->length == 0)
		return code == 401 || code == 403;
	object = parse(body);
	message = text_of(object, "Message");
	if (message == NULL)
		message = text_of(object, "message");
	result = message != NULL &&
	    strcmp(message, "Request is not authorized.") == 0 &&
	    json_object_get(object, "errors") == NULL &&
	    json_object_get(object, "errorCode") == NULL;
	json_decref(object);
	return result;
}
