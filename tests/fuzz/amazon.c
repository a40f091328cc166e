/* The body of an API's error. */
#include "amazon.h"
#include "api-error.h"

#include "fuzz.h"

static void
try(struct buf *input)
{
	char *message = api_error_lines(input, true);
	bool is_refusal = amazon_refuses_token(403, input);
	const struct amazon_trouble trouble = {
		.code = 400,
		.message = message,
		.method = "post",
		.path = input->data,
		.below = *input->data == '/' ? input->data : NULL,
		.api_url = "https://developer.amazon.com/api/appstore",
	};

	MUST(!is_refusal || input->length == 0 || message != NULL);
	MUST(!amazon_refuses_token(400, input));
	MUST(message == NULL || *message != '\0');
	if (message != NULL)
		msg_warn("%s", message);
	free(amazon_hint(&trouble));
	free(message);
}
