/*
 * What -F and -d and its kin say: a letter for the option, its argument. Files
 * that it names are of the directory of the sources.
 */
#include "body.h"

#include <ctype.h>

#include "fuzz.h"
#include "libcurl.h"
#include "text.h"

static void
check_field(const struct form_field *field)
{
	MUST(field->name == NULL || *field->name != '\0');
	MUST(field->type == NULL ||
	    (!text_has_control(field->type) &&
		strchr(field->type, '/') != NULL));
	MUST(field->path == NULL || field->data.length == 0);
}

/* What stands for the content is it, once decoded. */
static void
check_encoded(const char *content, const struct buf *data)
{
	const char *at = data->data;
	char digits[3] = "";

	for (; *content != '\0'; content++) {
		if (*at == '%') {
			memcpy(digits, at + 1, 2);
			MUST(strtoul(digits, NULL, 16) ==
			    (unsigned char)*content);
			at += 3;
			continue;
		}
		MUST(*at == '+' ? *content == ' ' : *at == *content);
		MUST(isalnum((unsigned char)*at) ||
		    strchr("-._~+", *at) != NULL);
		at++;
	}
	MUST(*at == '\0');
}

static void
try(struct buf *input)
{
	static const enum option_id ids[] = { OPT_FORM, OPT_DATA, OPT_DATA_RAW,
		OPT_DATA_BINARY, OPT_DATA_URLENCODE, OPT_JSON_BODY };
	struct body body = BODY_EMPTY;
	struct failure failure = { 0 };
	enum option_id id;
	char *text = input->data, *slash;
	int status;
	size_t i;

	MUST(libcurl_load(&failure) == AS_OK);
	if (input->length == 0)
		return;
	id = ids[(unsigned char)*text++ % COUNT(ids)];
	while ((slash = strchr(text, '/')) != NULL && id != OPT_DATA_RAW)
		*slash = '_';
	if (body_reads_stdin(id, text))
		return;
	status = body_add(&body, id, text, 0, &failure);
	MUST(status == AS_OK || status == AS_USAGE || status == AS_READ ||
	    status == AS_TIMEOUT);
	MUST((status == AS_OK) == (failure.message == NULL));
	for (i = 0; i < body.form.count && status == AS_OK; i++)
		check_field(&body.form.fields[i]);
	if (id == OPT_DATA_RAW)
		MUST(strcmp(body.data.data, text) == 0);
	if (id == OPT_DATA_URLENCODE && strpbrk(text, "=@") == NULL)
		check_encoded(text, &body.data);
	failure_print(&failure);
	failure_free(&failure);
	body_free(&body);
}
