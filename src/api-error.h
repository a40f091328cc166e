/*
 * What the body of an API's error says, whichever of Amazon's services, or
 * what stands before them, has answered.
 */
#ifndef API_ERROR_H
#define API_ERROR_H

#include <stdbool.h>

#include "mem.h"

/*
 * The errors that BODY tells of, a line each and without a newline at the end;
 * NULL if it says nothing fit to print; the caller frees it. A line is
 * "code: message", or what there is of it. Known are, in JSON,
 *
 *   {"Message": …}                            of the gateway
 *   {"message", "errors": [{"errorCode", "errorMessage"}, …]}
 *   {"errorCode", "errorMessage"}
 *   {"code", "message", "status"}             of Vitals and Monetization
 *   {"error": …}                              a text, or one of the above
 *
 * and, if MAY_BE_TEXT, the title of a page and a short plain text.
 */
char *api_error_lines(const struct buf *body, bool may_be_text);

/* Whether LINES, which came of BODY, hold every text and number in it, but for
 * CODE, the HTTP status, and its name. */
bool api_error_is_whole(const struct buf *body, const char *lines, long code);

#endif
