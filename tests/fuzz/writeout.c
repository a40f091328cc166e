/* The format of -w: a letter for the status, the format. */
#include "writeout.h"

#include "fuzz.h"

static char *
variable(void *context, const char *name)
{
	(void)context;
	return strcmp(name, "http_code") == 0 ? mem_strdup("200") : NULL;
}

static char *
header(void *context, const char *name)
{
	(void)context;
	return *name == 'e' ? mem_strdup("\"etag\"") : NULL;
}

static void
try(struct buf *input)
{
	struct writeout_source source = { variable, header, NULL, 0 };
	struct buf output = { 0 }, errors = { 0 };

	if (input->length == 0)
		return;
	source.status = input->data[0] & 1;
	writeout_render(input->data + 1, &source, &output, &errors);
	if (strpbrk(input->data + 1, "%\\") == NULL)
		MUST(strcmp(output.data != NULL ? output.data : "",
			 input->data + 1) == 0);
	buf_free(&output);
	buf_free(&errors);
}
