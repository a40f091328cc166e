/* The format of -w, and headers: a letter for the status, the format, and behind
 * a form feed the headers of the reply. */
#include "writeout.h"

#include "fuzz.h"
#include "libcurl.h"

static void
try(struct buf *input)
{
	static char block[] = "HTTP/1.1 200 OK\r\nETag: \"e\"\r\n\r\n";
	struct reply reply = { 0 };
	struct writeout writeout = { .reply = &reply, .url = "/" };
	struct buf output = { 0 }, errors = { 0 };
	struct failure failure = { 0 };
	char *headers = input->length > 0 ? strchr(input->data, '\f') : NULL;

	if (input->length == 0 || headers == input->data)
		return;
	if (headers != NULL)
		*headers++ = '\0';
	MUST(libcurl_load(&failure) == AS_OK);
	reply_none(&reply, "https://127.0.0.1/");
	buf_puts(&reply.headers, headers != NULL ? headers : block);
	writeout.status = input->data[0] & 1;
	writeout_render(input->data + 1, &writeout, &output, &errors);
	if (strpbrk(input->data + 1, "%\\") == NULL)
		MUST(strcmp(output.data != NULL ? output.data : "",
			 input->data + 1) == 0);
	buf_free(&output);
	buf_free(&errors);
	reply_free(&reply);
}
