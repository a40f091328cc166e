/*
 * What the API's error bodies say. They come from two places: the gateway
 * ({"Message": …}) and the service behind it ({"httpCode", "message",
 * "errors": [{"errorCode", "errorMessage"}]}, or one such error flattened);
 * or from anything in between, as HTML, plain text or nothing.
 */
#ifndef APIERROR_H
#define APIERROR_H

#include <stdbool.h>

#include "mem.h"

/* One line of it, which may be plain text only if MAY_BE_TEXT; NULL if it says
 * nothing fit to print; the caller frees. */
char *apierror_message(const struct buf *body, bool may_be_text);
/*
 * Whether a reply with status CODE refuses the token, rather than what was
 * asked: any 401; a 403 of the gateway's, or one without a body. A service's
 * 403 is its verdict on the request.
 */
bool apierror_is_refusal(long code, const struct buf *body);

#endif
