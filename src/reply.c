#include "reply.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

void
reply_begin(struct reply *reply, bool is_followed)
{
	if (is_followed)
		reply->hop = reply->headers.length;
	buf_cut(&reply->headers, reply->hop);
	reply->block = reply->headers.length;
	reply->code = 0;
	reply->fate = REPLY_UNDECIDED;
	reply->is_held = false;
	reply->is_in_block = false;
	buf_clear(&reply->kept);
}

/* -i goes where the body goes, and an error's body not to a file. */
static bool
deliver_headers(struct reply *reply, const char *lines, size_t length)
{
	struct delivery *to = reply->delivery;
	bool is_included;

	if (reply->fate == REPLY_DROP)
		return true;
	is_included = to->is_included &&
	    (reply->fate == REPLY_DELIVER || to->body.is_standard);
	return output_write(&to->headers, lines, length) &&
	    (!is_included || output_write(&to->body, lines, length));
}

bool
reply_take_header(void *context, long code, const char *line, size_t length)
{
	struct reply *reply = context;

	/* Within a block a line that begins so is a header; and what follows
	 * a block, without beginning so, is a trailer. */
	if (!reply->is_in_block && length > 5 &&
	    strncasecmp(line, "HTTP/", 5) == 0)
		reply->block = reply->headers.length;
	reply->code = code;
	reply->is_in_block = length > 0 && strchr("\r\n", *line) == NULL;
	buf_add(&reply->headers, line, length);
	return reply->fate == REPLY_UNDECIDED || reply->is_held ||
	    deliver_headers(reply, line, length);
}

bool
reply_release(struct reply *reply)
{
	const struct buf *kept = &reply->kept, *lines = &reply->headers;

	reply->is_held = false;
	if (reply->fate == REPLY_DROP)
		return true;
	return deliver_headers(reply, lines->data, reply->trailers) &&
	    (reply->fate == REPLY_HEADERS || kept->length == 0 ||
		output_write(
		    &reply->delivery->body, kept->data, kept->length)) &&
	    deliver_headers(reply, lines->data + reply->trailers,
		lines->length - reply->trailers);
}

static bool
decide(struct reply *reply)
{
	if (reply->fate != REPLY_UNDECIDED)
		return true;
	reply->fate = reply->decide(reply->context, reply->code);
	reply->trailers = reply->headers.length;
	return reply->is_held || reply_release(reply);
}

static void
keep(struct reply *reply, const char *bytes, size_t length)
{
	size_t room = REPLY_KEPT - reply->kept.length;

	buf_add(&reply->kept, bytes, length < room ? length : room);
}

bool
reply_take_body(void *context, const char *bytes, size_t length)
{
	struct reply *reply = context;
	bool is_delivered;

	if (!decide(reply))
		return false;
	if (reply->is_held && length > REPLY_KEPT - reply->kept.length &&
	    !reply_release(reply))
		return false;
	is_delivered = reply->fate == REPLY_DELIVER && !reply->is_held;
	if (!is_delivered || reply->code >= 300)
		keep(reply, bytes, length);
	return !is_delivered ||
	    output_write(&reply->delivery->body, bytes, length);
}

bool
reply_end(struct reply *reply)
{
	return decide(reply);
}

char *
reply_header(const struct reply *reply, const char *name)
{
	const char *line = reply->headers.data, *end;
	const size_t length = strlen(name);
	char *value, *trimmed;

	if (line == NULL)
		return NULL;
	for (line += reply->block; strchr("\r\n", *line) == NULL; line = end) {
		end = line + strcspn(line, "\n");
		end += *end == '\n';
		if (strncasecmp(line, name, length) != 0 || line[length] != ':')
			continue;
		line += length + 1;
		value = mem_strndup(line, (size_t)(end - line));
		trimmed = text_trimmed(value);
		free(value);
		return trimmed;
	}
	return NULL;
}

void
reply_free(struct reply *reply)
{
	buf_free(&reply->headers);
	buf_free(&reply->kept);
}
