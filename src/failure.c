#include "failure.h"

#include <stdarg.h>
#include <stdlib.h>

#include "mem.h"
#include "msg.h"

int
failure_set(struct failure *failure, int status, const char *format, ...)
{
	va_list arguments;

	failure_free(failure);
	failure->status = status;
	va_start(arguments, format);
	failure->message = mem_vprintf(format, arguments);
	va_end(arguments);
	return status;
}

void
failure_hint(struct failure *failure, const char *format, ...)
{
	va_list arguments;

	free(failure->hint);
	va_start(arguments, format);
	failure->hint = mem_vprintf(format, arguments);
	va_end(arguments);
}

int
failure_report(const struct failure *failure)
{
	if (failure->message != NULL)
		msg_fail(failure->status, "%s", failure->message);
	if (failure->hint != NULL)
		msg_hint("%s", failure->hint);
	return failure->status;
}

void
failure_free(struct failure *failure)
{
	mem_wipe(failure->message);
	mem_wipe(failure->hint);
	mem_wipe(failure->oauth_error);
	*failure = (struct failure){ 0 };
}
