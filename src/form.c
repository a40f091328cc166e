#include "form.h"

#include <sys/stat.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "asauth.h"
#include "file.h"
#include "libcurl.h"
#include "text.h"

static int
fail_field(struct failure *failure, const char *what, const char *wrong)
{
	return failure_set(failure, AS_USAGE, "--form %s: %s", what, wrong);
}

/* A quoted value, *AT being behind its opening quote. */
static char *
read_quoted(const char **at)
{
	const char *text = *at;
	struct buf word = { 0 };

	for (; *text != '\0' && *text != '"'; text++) {
		if (*text == '\\' && (text[1] == '\\' || text[1] == '"'))
			text++;
		buf_add(&word, text, 1);
	}
	*at = text + strcspn(text, ";");
	return buf_take(&word);
}

/* A value up to a semicolon or to the end, without surrounding white space
 * unless quoted. Moves *AT behind it; the caller frees it. */
static char *
read_word(const char **at)
{
	const char *text = *at + strspn(*at, " \t");
	char *plain, *trimmed;

	if (*text == '"' && strchr(text + 1, '"') != NULL) {
		*at = text + 1;
		return read_quoted(at);
	}
	*at = text + strcspn(text, ";");
	plain = mem_strndup(text, (size_t)(*at - text));
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

static int
check_type(const char *type, struct failure *failure)
{
	const char *slash = strchr(type, '/');

	if (text_has_control(type))
		return fail_field(
		    failure, "type=", "control characters are not allowed");
	if (slash == NULL || slash == type || slash[1] == '\0')
		return failure_set(failure, AS_USAGE,
		    "--form: type=%s: not TYPE/SUBTYPE", type);
	return AS_OK;
}

/* The word at *AT, which is no attribute: a parameter of the type, if it is
 * BEHIND_TYPE. */
static int
read_parameter(struct form_field *field, const char **at, bool behind_type,
    struct failure *failure)
{
	const char *blanks = *at;
	char *word = read_word(at), *type;
	int status = AS_OK;

	if (*word != '\0' && !behind_type)
		status = fail_field(failure, word, "unknown attribute");
	else if (*word != '\0') {
		type = mem_printf("%s;%.*s%s", field->type,
		    (int)strspn(blanks, " \t"), blanks, word);
		free(field->type);
		field->type = type;
		status = check_type(type, failure);
	}
	free(word);
	return status;
}

/* What follows a field's content; it TAKES_NAME of a file unless that is read
 * for a text. */
static int
read_attributes(struct form_field *field, const char *at, bool takes_name,
    struct failure *failure)
{
	static const char *const refused[] = { "encoder=", "headers=" };
	bool behind_type = false;
	size_t i;
	int status = AS_OK;

	while (*at == ';' && status == AS_OK) {
		at++;
		for (i = 0; i < COUNT(refused); i++)
			if (skip_name(&at, refused[i]))
				return fail_field(
				    failure, refused[i], "not supported");
		if (skip_name(&at, "filename=")) {
			if (!takes_name)
				return fail_field(failure,
				    "filename=", "not of a text from a file");
			free(field->filename);
			field->filename = read_word(&at);
			behind_type = false;
		} else if (skip_name(&at, "type=")) {
			free(field->type);
			field->type = read_word(&at);
			behind_type = true;
			status = check_type(field->type, failure);
		} else
			status = read_parameter(
			    field, &at, behind_type, failure);
	}
	return status;
}

/* "@FILE" or "<FILE", with *AT at the first byte. */
static int
read_file_field(struct form_field *field, const char **at, int timeout,
    struct failure *failure)
{
	const bool has_name = **at == '@';
	const bool is_quoted = (*at)[1 + strspn(*at + 1, " \t")] == '"';
	char *path;
	struct stat st;
	int status;

	++*at;
	path = field->path = read_word(at);
	if (has_name && !is_quoted && strchr(path, ',') != NULL)
		return fail_field(failure, path,
		    "several files in one field are not supported (a comma "
		    "in a name needs quotes)");
	if (has_name)
		field->filename = mem_strdup(file_name(path));
	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	    S_ISREG(st.st_mode) && access(path, R_OK) == 0)
		return AS_OK;
	status = file_slurp(path, SIZE_MAX, timeout, &field->data, failure);
	free(path);
	field->path = NULL;
	return status;
}

int
form_add(
    struct form *form, const char *text, int timeout, struct failure *failure)
{
	const char *equals = strchr(text, '='), *at;
	const bool takes_name = equals == NULL || equals[1] != '<';
	struct form_field *field;
	char *content;
	int status = AS_OK;

	if (equals == NULL)
		return fail_field(failure, text, "not NAME=CONTENT");
	at = equals + 1;
	if (*at == '(' || (*at == ')' && equals == text))
		return fail_field(
		    failure, text, "nested parts are not supported");
	form->fields = mem_grow(
	    form->fields, form->count + 1, sizeof(*form->fields));
	field = &form->fields[form->count++];
	*field = (struct form_field){ 0 };
	if (equals > text)
		field->name = mem_strndup(text, (size_t)(equals - text));
	if (*at == '@' || *at == '<')
		status = read_file_field(field, &at, timeout, failure);
	else {
		content = read_word(&at);
		buf_puts(&field->data, content);
		free(content);
	}
	if (status == AS_OK)
		status = read_attributes(field, at, takes_name, failure);
	return status;
}

bool
form_reads_stdin(const char *text)
{
	const char *at = strchr(text, '=');
	bool result;
	char *path;

	if (at == NULL || (at[1] != '@' && at[1] != '<'))
		return false;
	at += 2;
	path = read_word(&at);
	result = file_is_stdin(path);
	free(path);
	return result;
}

void *
form_mime(const struct form *form, void *easy)
{
	curl_mime *mime = curl.mime_init(easy);
	const struct form_field *field;
	curl_mimepart *part;
	size_t i;

	if (mime == NULL)
		mem_exhausted();
	for (i = 0; i < form->count; i++) {
		field = &form->fields[i];
		part = curl.mime_addpart(mime);
		if (part == NULL)
			mem_exhausted();
		if (field->path != NULL)
			curl.mime_filedata(part, field->path);
		else
			curl.mime_data(part,
			    field->data.data != NULL ? field->data.data : "",
			    field->data.length);
		curl.mime_name(part, field->name);
		/* libcurl has taken it from the path. */
		curl.mime_filename(part, field->filename);
		curl.mime_type(part, field->type);
	}
	return mime;
}

void
form_free(struct form *form)
{
	struct form_field *field;

	while (form->count > 0) {
		field = &form->fields[--form->count];
		free(field->name);
		buf_free(&field->data);
		free(field->path);
		free(field->filename);
		free(field->type);
	}
	free(form->fields);
	*form = (struct form){ 0 };
}
