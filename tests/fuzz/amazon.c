/* The body of an API's error. */
#include "amazon.h"
#include "api-error.h"

#include "fuzz.h"

static void
try(struct buf *input)
{
	char *message = api_error_lines(input, true);
	bool is_refusal = amazon_refuses_token(403, input);

	MUST(!is_refusal || input->length == 0 || message != NULL);
	MUST(!amazon_refuses_token(400, input));
	MUST(message == NULL || *message != '\0');
	if (message != NULL)
		msg_warn("%s", message);
	free(message);
}
