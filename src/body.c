#include "body.h"

#include <sys/stat.h>

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "asauth.h"
#include "file.h"
#include "url.h"

void
body_strip_lines(struct buf *text, size_t from)
{
	size_t i, kept = from;

	for (i = from; i < text->length; i++)
		if (text->data[i] != '\r' && text->data[i] != '\n' &&
		    text->data[i] != '\0')
			text->data[kept++] = text->data[i];
	buf_cut(text, kept);
}

/* The sign in "=content", "name=content", "@file" or "name@file"; NULL in
 * "content". */
static const char *
urlencode_mark(const char *text)
{
	const char *mark = strchr(text, '=');

	return mark != NULL ? mark : strchr(text, '@');
}

/* Percent-encodes, but writes a blank as forms do, and curl(1). */
static void
escape_field(struct buf *out, const char *bytes, size_t length)
{
	const char *blank;
	size_t count;

	while (length > 0) {
		blank = memchr(bytes, ' ', length);
		count = blank != NULL ? (size_t)(blank - bytes) : length;
		url_escape(out, bytes, count);
		if (blank != NULL) {
			buf_puts(out, "+");
			count++;
		}
		bytes += count;
		length -= count;
	}
}

int
body_urlencode(
    const char *text, int timeout, struct buf *out, struct failure *failure)
{
	const char *mark = urlencode_mark(text);
	const bool is_file = mark != NULL && *mark == '@';
	struct buf plain = { 0 };
	int status = AS_OK;

	if (is_file)
		status = file_slurp(
		    mark + 1, SIZE_MAX, timeout, &plain, failure);
	else
		buf_puts(&plain, mark != NULL ? mark + 1 : text);
	/* An empty file makes no field. */
	if (status == AS_OK && mark != NULL && mark > text &&
	    !(is_file && plain.length == 0))
		buf_printf(out, "%.*s=", (int)(mark - text), text);
	if (status == AS_OK)
		escape_field(out, plain.data, plain.length);
	buf_free(&plain);
	return status;
}

int
body_add(struct body *body, enum option_id id, const char *text, int timeout,
    struct failure *failure)
{
	struct buf *data = &body->data;
	size_t before;
	int status;

	if (id == OPT_FORM) {
		body->kind = BODY_FORM;
		return form_add(&body->form, text, timeout, failure);
	}
	/* Each --json is a piece of one text, the others are fields. */
	buf_puts(
	    data, body->kind == BODY_MEMORY && id != OPT_JSON_BODY ? "&" : "");
	body->kind = BODY_MEMORY;
	if (id == OPT_DATA_URLENCODE)
		return body_urlencode(text, timeout, data, failure);
	if (id == OPT_DATA_RAW || *text != '@') {
		buf_puts(data, text);
		return AS_OK;
	}
	before = data->length;
	status = file_slurp(text + 1, SIZE_MAX, timeout, data, failure);
	if (id == OPT_DATA || id == OPT_DATA_ASCII)
		body_strip_lines(data, before);
	return status;
}

int
body_open(struct body *body, const char *path, struct failure *failure)
{
	bool is_stdin = strcmp(path, "-") == 0 || strcmp(path, ".") == 0;
	struct stat st;

	body->kind = BODY_STREAM;
	body->fd = file_open(path, is_stdin, &st);
	if (body->fd == -1)
		return file_fail_read(is_stdin ? "-" : path, failure);
	body->is_seekable = S_ISREG(st.st_mode);
	body->start = body->is_seekable ? lseek(body->fd, 0, SEEK_CUR) : 0;
	body->size = body->is_seekable && !is_stdin ? st.st_size : -1;
	return AS_OK;
}

bool
body_is_data(enum option_id id)
{
	return id == OPT_DATA || id == OPT_DATA_ASCII || id == OPT_DATA_RAW ||
	    id == OPT_DATA_BINARY || id == OPT_DATA_URLENCODE ||
	    id == OPT_JSON_BODY;
}

bool
body_reads_stdin(enum option_id id, const char *text)
{
	const bool is_query = id == OPT_URL_QUERY && *text != '+';
	const char *mark = is_query || id == OPT_DATA_URLENCODE ?
	    urlencode_mark(text) :
	    text;

	if (id == OPT_FORM)
		return form_reads_stdin(text);
	if (id == OPT_UPLOAD_FILE)
		return file_is_stdin(text) || strcmp(text, ".") == 0;
	if (id != OPT_HEADER && id != OPT_WRITE_OUT && !is_query &&
	    (id == OPT_DATA_RAW || !body_is_data(id)))
		return false;
	return mark != NULL && *mark == '@' && file_is_stdin(mark + 1);
}

ssize_t
body_read(struct body *body, char *bytes, size_t capacity, int timeout)
{
	struct pollfd wait = { .fd = body->fd, .events = POLLIN };
	ssize_t n;
	int ready;

	if (body->size >= 0 && body->size - body->position < (off_t)capacity)
		capacity = (size_t)(body->size - body->position);
	if (capacity == 0)
		return 0;
	do {
		ready = body->is_seekable ? 1 : poll(&wait, 1, timeout);
		n = ready > 0 ? read(body->fd, bytes, capacity) : -1;
	} while (ready != 0 && n == -1 && (errno == EINTR || errno == EAGAIN));
	if (ready == 0)
		errno = ETIMEDOUT;
	body->is_touched |= n > 0;
	if (n > 0)
		body->position += n;
	if (n == 0 && body->size >= 0) {
		errno = ENODATA;
		return -1;
	}
	return n;
}

bool
body_can_restart(const struct body *body)
{
	return body->kind != BODY_STREAM || body->is_seekable ||
	    !body->is_touched;
}

int
body_rewind(struct body *body, off_t offset)
{
	if (body->kind != BODY_STREAM || (!body->is_touched && offset == 0))
		return 0;
	if (!body->is_seekable)
		return -1;
	if (lseek(body->fd, body->start + offset, SEEK_SET) == -1)
		return -1;
	body->position = offset;
	return 0;
}

void
body_free(struct body *body)
{
	buf_free(&body->data);
	if (body->fd != -1)
		close(body->fd);
	form_free(&body->form);
	*body = (struct body)BODY_EMPTY;
}
