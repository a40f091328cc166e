#include "body.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "asauth.h"
#include "file.h"
#include "msg.h"
#include "text.h"

static int
fail_read(const char *path)
{
	return msg_fail(errno == ETIMEDOUT ? AS_TIMEOUT : AS_READ,
	    "cannot read %s: %s",
	    strcmp(path, "-") == 0 ? "standard input" : path, strerror(errno));
}

int
body_slurp(const char *path, size_t limit, int patience, struct buf *out)
{
	int result;

	if (strcmp(path, "-") == 0)
		result = file_read_fd(STDIN_FILENO, limit, patience, out);
	else
		result = file_read(path, limit, patience, out, NULL);
	return result == 0 ? AS_OK : fail_read(path);
}

/* --- -d and its kin --- */

void
body_strip_lines(struct buf *text)
{
	size_t i, kept = 0;

	for (i = 0; i < text->length; i++)
		if (text->data[i] != '\r' && text->data[i] != '\n' &&
		    text->data[i] != '\0')
			text->data[kept++] = text->data[i];
	buf_cut(text, kept);
}

static int
read_data(enum option_id id, const char *text, int patience, struct buf *out)
{
	int status;

	if (id == OPT_DATA_RAW || text[0] != '@') {
		buf_puts(out, text);
		return AS_OK;
	}
	status = body_slurp(text + 1, SIZE_MAX, patience, out);
	if (id == OPT_DATA)
		body_strip_lines(out);
	return status;
}

/* "content", "=content", "name=content", "@file" or "name@file": where the
 * name ends, and whether a file is meant. */
static const char *
split_urlencode(const char *text, bool *is_file)
{
	const char *mark = strchr(text, '=');

	if (mark == NULL)
		mark = strchr(text, '@');
	*is_file = mark != NULL && *mark == '@';
	return mark;
}

static int
read_urlencode(const char *text, int patience, struct buf *out,
    char *(*escape)(const char *bytes, size_t length))
{
	bool is_file;
	const char *mark = split_urlencode(text, &is_file), *at;
	struct buf plain = { 0 };
	char *escaped = NULL;
	int status = AS_OK;

	if (is_file)
		status = body_slurp(mark + 1, SIZE_MAX, patience, &plain);
	else
		buf_puts(&plain, mark != NULL ? mark + 1 : text);
	if (status == AS_OK)
		escaped = escape(
		    plain.data != NULL ? plain.data : "", plain.length);
	/* An empty file makes no field. */
	if (escaped != NULL && mark != NULL && mark > text &&
	    !(is_file && plain.length == 0))
		buf_printf(out, "%.*s=", (int)(mark - text), text);
	/* curl(1) writes a blank as forms do. */
	for (at = escaped; at != NULL && *at != '\0'; at++) {
		if (strncmp(at, "%20", 3) == 0) {
			buf_puts(out, "+");
			at += 2;
		} else
			buf_add(out, at, 1);
	}
	buf_free(&plain);
	if (status == AS_OK && escaped == NULL)
		status = AS_USAGE; /* said: there is no libcurl */
	mem_wipe(escaped);
	return status;
}

/* --- -F --- */

/* A value up to a semicolon, to STOP, or to the end; it may be quoted, with
 * backslashes before quotes and backslashes. Moves *AT behind it. */
static char *
take_word(const char **at, char stop)
{
	const char *text = *at + strspn(*at, " \t");
	struct buf word = { 0 };
	char *plain, *trimmed;

	if (*text == '"' && strchr(text + 1, '"') != NULL) {
		for (text++; *text != '\0' && *text != '"'; text++) {
			if (*text == '\\' &&
			    (text[1] == '\\' || text[1] == '"'))
				text++;
			buf_add(&word, text, 1);
		}
		while (*text != '\0' && *text != ';' && *text != stop)
			text++;
		*at = text;
		return buf_take(&word);
	}
	while (*text != '\0' && *text != ';' && *text != stop)
		buf_add(&word, text++, 1);
	*at = text;
	plain = buf_take(&word);
	trimmed = text_trimmed(plain);
	free(plain);
	return trimmed;
}

static bool
skip_name(const char **at, const char *name)
{
	const char *text = *at + strspn(*at, " \t");

	if (strncasecmp(text, name, strlen(name)) != 0)
		return false;
	*at = text + strlen(name);
	return true;
}

static void
set_text(char **to, char *word)
{
	free(*to);
	*to = word;
}

/* Says what is WRONG with a field's attribute, and releases it. */
static int
fail_attribute(const char *name, char *word, const char *wrong)
{
	msg_fail(AS_USAGE, "--form: %s%s: %s", name, word, wrong);
	free(word);
	return AS_USAGE;
}

static int
add_part_header(struct body_part *part, char *line)
{
	static const char name[] = "headers=";

	if (text_has_control(line))
		return fail_attribute(
		    name, line, "control characters are not allowed");
	if (*line == '@' || *line == '<')
		return fail_attribute(
		    name, line, "header files are not supported");
	part->headers = mem_grow(
	    part->headers, part->nheaders + 1, sizeof(*part->headers));
	part->headers[part->nheaders++] = line;
	return AS_OK;
}

static int
set_type(struct body_part *part, char *word)
{
	static const char name[] = "type=";
	const char *slash = strchr(word, '/');

	if (text_has_control(word))
		return fail_attribute(
		    name, word, "control characters are not allowed");
	if (slash == NULL || slash == word || slash[1] == '\0')
		return fail_attribute(name, word, "not TYPE/SUBTYPE");
	set_text(&part->type, word);
	return AS_OK;
}

static int
set_encoder(struct body_part *part, char *word)
{
	static const char *const known[] = { "binary", "8bit", "7bit", "base64",
		"quoted-printable" };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcasecmp(word, known[i]) == 0) {
			set_text(&part->encoder, word);
			return AS_OK;
		}
	}
	return fail_attribute("encoder=", word, "no such encoder");
}

/* What follows a field's content: ;type= ;filename= ;encoder= ;headers=. */
static int
take_attributes(struct body_part *part, const char **at, char stop)
{
	const char *blanks;
	char *word;
	int status = AS_OK;

	while (**at == ';' && status == AS_OK) {
		blanks = ++*at;
		if (skip_name(at, "type="))
			status = set_type(part, take_word(at, stop));
		else if (skip_name(at, "filename="))
			set_text(&part->filename, take_word(at, stop));
		else if (skip_name(at, "encoder="))
			status = set_encoder(part, take_word(at, stop));
		else if (skip_name(at, "headers="))
			status = add_part_header(part, take_word(at, stop));
		else {
			word = take_word(at, stop);
			if (part->type != NULL)
				status = set_type(part,
				    mem_printf("%s;%.*s%s", part->type,
					(int)strspn(blanks, " \t"), blanks,
					word));
			else
				msg_warn("--form: skipping the unknown "
					 "field %s",
				    word);
			free(word);
		}
	}
	return status;
}

/* A file named in a form: streamed if it is regular, else read now, since it
 * might have to be sent twice. */
static int
set_file(struct body_part *part, char *path, int patience)
{
	struct stat st;
	int status = AS_OK;

	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	    S_ISREG(st.st_mode) && access(path, R_OK) == 0)
		part->path = path;
	else {
		status = body_slurp(path, SIZE_MAX, patience, &part->data);
		free(path);
	}
	return status;
}

static char *
base_name(const char *path)
{
	char *copy = mem_strdup(path);
	char *name = mem_strdup(basename(copy));

	free(copy);
	return name;
}

static int
take_file(struct body_part *part, const char **at, char stop, bool is_named,
    int patience)
{
	char *path = take_word(at, stop);
	int status;

	if (is_named)
		part->filename = base_name(path);
	status = set_file(part, path, patience);
	if (status == AS_OK)
		status = take_attributes(part, at, stop);
	return status;
}

static struct body_part *
add_part(struct body_part **parts, size_t *nparts)
{
	*parts = mem_grow(*parts, *nparts + 1, sizeof(**parts));
	memset(&(*parts)[*nparts], 0, sizeof(**parts));
	return &(*parts)[(*nparts)++];
}

/* "@file[,file]..." */
static int
take_files(struct body_part *part, const char *at, int patience)
{
	struct body_part *files = NULL;
	size_t nfiles = 0, i;
	int status;

	do {
		at++; /* the @, then each comma */
		status = take_file(
		    add_part(&files, &nfiles), &at, ',', true, patience);
	} while (status == AS_OK && *at == ',');
	if (nfiles == 1) {
		files->name = part->name;
		*part = *files;
		free(files);
		return status;
	}
	part->parts = files;
	part->nparts = nfiles;
	for (i = 0; i < nfiles && status == AS_OK; i++)
		files[i].name = NULL;
	return status;
}

static int
add_field(struct body *body, const char *text)
{
	const char *equals = strchr(text, '='), *at;
	struct body_part *part;

	if (equals == NULL)
		return msg_fail(AS_USAGE, "--form %s: not NAME=CONTENT", text);
	at = equals + 1;
	if (*at == '(' || (*at == ')' && equals == text))
		return msg_fail(AS_USAGE,
		    "--form %s: nested parts are not supported", text);
	body->kind = BODY_FORM;
	part = add_part(&body->parts, &body->nparts);
	if (equals > text)
		part->name = mem_strndup(text, (size_t)(equals - text));
	if (*at == '@')
		return take_files(part, at, body->patience);
	if (*at == '<') {
		at++;
		return take_file(part, &at, '\0', false, body->patience);
	}
	at += strspn(at, " \t");
	set_text(&part->data.data, take_word(&at, '\0'));
	part->data.length = strlen(part->data.data);
	part->data.room = part->data.length + 1;
	return take_attributes(part, &at, '\0');
}

/* --- The interface --- */

int
body_add(struct body *body, enum option_id id, const char *text,
    char *(*escape)(const char *bytes, size_t length))
{
	if (id == OPT_FORM)
		return add_field(body, text);
	/* Each --json is a piece of one text, the others are fields. */
	if (body->kind == BODY_MEMORY && id != OPT_JSON_BODY)
		buf_puts(&body->data, "&");
	body->kind = BODY_MEMORY;
	buf_puts(&body->data, "");
	if (id == OPT_DATA_URLENCODE)
		return read_urlencode(
		    text, body->patience, &body->data, escape);
	return read_data(id, text, body->patience, &body->data);
}

int
body_open(struct body *body, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0 || strcmp(path, ".") == 0;
	struct stat st;

	body->kind = BODY_STREAM;
	/* As for O_NONBLOCK: see file_read(). */
	body->fd = is_stdin ?
	    fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
	    open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (body->fd == -1 || fstat(body->fd, &st) == -1)
		return fail_read(is_stdin ? "-" : path);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return fail_read(is_stdin ? "-" : path);
	}
	body->is_seekable = S_ISREG(st.st_mode);
	body->start = body->is_seekable ? lseek(body->fd, 0, SEEK_CUR) : 0;
	body->size = body->is_seekable && !is_stdin ? st.st_size : -1;
	return AS_OK;
}

/* "name=@file,file;…" or "name=<file;…", a file being "-". */
static bool
form_reads_stdin(const char *text)
{
	const char *at = strchr(text, '=');
	bool result = false;
	char *path;

	if (at == NULL || (at[1] != '@' && at[1] != '<'))
		return false;
	for (at++; at != NULL && !result; at = strchr(at, ',')) {
		at++;
		path = take_word(&at, ',');
		result = file_is_stdin(path);
		free(path);
	}
	return result;
}

bool
body_reads_stdin(enum option_id id, const char *text)
{
	bool is_file;
	const char *mark;

	switch (id) {
	case OPT_DATA:
	case OPT_DATA_BINARY:
	case OPT_JSON_BODY:
	case OPT_HEADER:
	case OPT_WRITE_OUT:
		return text[0] == '@' && file_is_stdin(text + 1);
	case OPT_DATA_URLENCODE:
		mark = split_urlencode(text, &is_file);
		return is_file && file_is_stdin(mark + 1);
	case OPT_FORM:
		return form_reads_stdin(text);
	case OPT_UPLOAD_FILE:
		return file_is_stdin(text) || strcmp(text, ".") == 0;
	default:
		return false;
	}
}

ssize_t
body_read(struct body *body, char *bytes, size_t room, int patience)
{
	struct pollfd wait = { .fd = body->fd, .events = POLLIN };
	ssize_t n;
	int ready;

	do {
		ready = body->is_seekable ? 1 : poll(&wait, 1, patience);
		n = ready > 0 ? read(body->fd, bytes, room) : -1;
	} while (ready != 0 && n == -1 && (errno == EINTR || errno == EAGAIN));
	if (ready == 0)
		errno = ETIMEDOUT;
	body->is_touched |= n > 0;
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
	return lseek(body->fd, body->start + offset, SEEK_SET) == -1 ? -1 : 0;
}

static void
free_parts(struct body_part *parts, size_t nparts)
{
	size_t i;

	for (i = 0; i < nparts; i++) {
		free(parts[i].name);
		buf_free(&parts[i].data);
		free(parts[i].path);
		free(parts[i].filename);
		free(parts[i].type);
		free(parts[i].encoder);
		while (parts[i].nheaders > 0)
			free(parts[i].headers[--parts[i].nheaders]);
		free(parts[i].headers);
		free_parts(parts[i].parts, parts[i].nparts);
	}
	free(parts);
}

void
body_free(struct body *body)
{
	buf_free(&body->data);
	if (body->fd != -1)
		close(body->fd);
	free_parts(body->parts, body->nparts);
	*body = (struct body)BODY_EMPTY;
}
