#include "headers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asauth.h"
#include "file.h"
#include "mem.h"
#include "text.h"

#define FILE_LIMIT (1024UL * 1024) /* bytes of -H @FILE */

void
headers_add(struct headers *headers, char *line)
{
	headers->lines = mem_grow(
	    headers->lines, headers->count + 1, sizeof(*headers->lines));
	headers->lines[headers->count++] = line;
}

bool
headers_names(const char *line, const char *name)
{
	size_t length = strlen(name);

	return strncasecmp(line, name, length) == 0 &&
	    (line[length] == ':' || line[length] == ';');
}

bool
headers_have(const struct headers *headers, const char *name)
{
	size_t i;

	for (i = 0; i < headers->count; i++)
		if (headers_names(headers->lines[i], name))
			return true;
	return false;
}

bool
headers_line_is_safe(const char *line)
{
	for (; *line != '\0'; line++)
		if (((unsigned char)*line < ' ' && *line != '\t') ||
		    *line == 0x7f)
			return false;
	return true;
}

static int
add_line(struct headers *headers, const char *line, struct failure *failure)
{
	size_t name = strcspn(line, ":;");

	if (line[strspn(line, " \t")] == '\0')
		return AS_OK;
	if (!headers_line_is_safe(line))
		return failure_set(failure, AS_USAGE,
		    "--header %.*s: control characters are not allowed",
		    (int)strcspn(line, ":;\r\n"), line);
	if (line[name] == '\0' || !text_is_http_token(line, name))
		return failure_set(failure, AS_USAGE,
		    "--header %.*s: not NAME: VALUE", (int)name, line);
	if (headers_names(line, "Authorization")) {
		failure_set(failure, AS_USAGE,
		    "--header Authorization: asauth sends a token of its own");
		failure_hint(failure,
		    "leave it out; a token obtained elsewhere goes into "
		    "ASAUTH_TOKEN");
		return AS_USAGE;
	}
	headers_add(headers, mem_strdup(line));
	return AS_OK;
}

int
headers_add_given(struct headers *headers, const char *given, int timeout,
    struct failure *failure)
{
	struct buf text = { 0 };
	char *rest, *line;
	int status;

	if (*given != '@')
		return add_line(headers, given, failure);
	status = file_slurp(given + 1, FILE_LIMIT, timeout, &text, failure);
	if (status == AS_OK && text.length > 0 &&
	    strlen(text.data) != text.length)
		status = failure_set(failure, AS_USAGE,
		    "--header %s: control characters are not allowed", given);
	rest = text.data;
	while (status == AS_OK && (line = strsep(&rest, "\n")) != NULL) {
		if (*line != '\0' && line[strlen(line) - 1] == '\r')
			line[strlen(line) - 1] = '\0';
		status = add_line(headers, line, failure);
	}
	buf_free(&text);
	return status;
}

void
headers_free(struct headers *headers)
{
	while (headers->count > 0)
		mem_wipe(headers->lines[--headers->count]);
	free(headers->lines);
	*headers = (struct headers){ 0 };
}

char *
headers_value(const char *block, const char *name)
{
	const size_t length = strlen(name);
	const char *end;
	char *line, *value = NULL;

	for (; value == NULL && strcspn(block, "\r\n") > 0; block = end) {
		end = block + strcspn(block, "\n");
		end += *end == '\n';
		if (strncasecmp(block, name, length) != 0 ||
		    block[length] != ':')
			continue;
		line = mem_strndup(block, (size_t)(end - block));
		value = text_trimmed(line + length + 1);
		free(line);
	}
	if (value == NULL || *value != '\0')
		return value;
	free(value);
	return NULL;
}

void
headers_add_block(struct headers *headers, const char *block)
{
	char *line, *part, **last;

	for (; strcspn(block, "\r\n") > 0; block += *block == '\n') {
		line = mem_strndup(block, strcspn(block, "\r\n"));
		last = headers->count > 0 ?
		    &headers->lines[headers->count - 1] :
		    NULL;
		if (last != NULL && (*line == ' ' || *line == '\t')) {
			part = text_trimmed(line);
			free(line);
			line = mem_printf("%s %s", *last, part);
			free(part);
			free(*last);
			*last = line;
		} else if (strncasecmp(line, "HTTP/", 5) != 0 &&
		    strchr(line, ':') != NULL)
			headers_add(headers, line);
		else
			free(line);
		block += strcspn(block, "\n");
	}
}
