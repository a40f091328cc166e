/* The body of an API's error. */
#include "apierror.h"

#include "fuzz.h"

static void
try(struct buf *input)
{
	char *message = apierror_message(input, true);
	bool is_refusal = apierror_is_refusal(403, input);

	MUST(!is_refusal || input->length == 0 || message != NULL);
	MUST(!apierror_is_refusal(400, input));
	MUST(message == NULL || *message != '\0');
	if (message != NULL)
		msg_fail(AS_HTTP, "%s", message);
	free(message);
}
