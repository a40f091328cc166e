/* The file of -H @FILE. */
#include "../../src/cmd-request.c"

#include "fuzz.h"

static void
try(struct buf *input)
{
	struct request request = { .body = BODY_EMPTY,
		.delivery = { OUTPUT_NONE, OUTPUT_NONE, false },
		.etag = OUTPUT_NONE };
	int status = take_header_file(&request, file_with(input));
	const char *line;
	size_t i;

	MUST(status == AS_OK || status == AS_USAGE);
	for (i = 0; i < request.nheaders; i++) {
		line = request.headers[i];
		MUST(!text_has_control(line));
		MUST(text_is_http_token(line, strcspn(line, ":;")));
		MUST(strncasecmp(line, "authorization", 13) != 0 ||
		    strchr(":;", line[13]) == NULL);
	}
	request_free(&request);
}
