/*
 * Where secrets may go.
 *
 * MUSTs:
 *  1. A secret or token travels by https, or by http to loopback.
 *  2. The hosts allowed without asking are compared whole, ignoring case:
 *     no suffix, no prefix, no trailing dot.
 *  3. A URL with a user part, even an empty one, is refused.
 *  4. The host is what libcurl's own parser says, never what ours would.
 */
#ifndef HOST_H
#define HOST_H

#include "failure.h"
#include "http.h"
#include "settings.h"

/*
 * Takes URL apart and says whether a secret may go there; WHAT names it in
 * messages ("token URL"). Status: AS_URL, AS_PROTOCOL, AS_USAGE, told in
 * FAILURE.
 * Release PARSED with http_url_free() in any case.
 */
int host_check(const struct settings *settings, const char *what,
    const char *url, struct http_url *parsed, struct failure *failure);
/* The same for a URL that gets no secret, so that any host will do; http to
 * loopback only if LOOPBACK_ALLOWED. Says nothing. */
int host_check_open(
    const char *url, bool loopback_allowed, struct http_url *parsed);

#endif
