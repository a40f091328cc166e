/* The file of -H @FILE. */
#include "headers.h"

#include <strings.h>

#include "fuzz.h"
#include "text.h"

static void
try(struct buf *input)
{
	char *given = mem_printf("@%s", file_with(input));
	struct headers headers = { 0 };
	struct failure failure = { 0 };
	int status = headers_add_given(&headers, given, -1, &failure);
	const char *line;
	size_t i;

	MUST(status == AS_OK || status == AS_USAGE);
	MUST((status == AS_OK) == (failure.message == NULL));
	for (i = 0; i < headers.count; i++) {
		line = headers.lines[i];
		MUST(headers_line_is_safe(line));
		MUST(text_is_http_token(line, strcspn(line, ":;")));
		MUST(strncasecmp(line, "authorization", 13) != 0 ||
		    strchr(":;", line[13]) == NULL);
	}
	failure_print(&failure);
	failure_free(&failure);
	headers_free(&headers);
	free(given);
}
