/*
 * The token endpoint of Login with Amazon (LWA): the client credentials
 * grant of OAuth 2.0 (RFC 6749, section 4.4) as Amazon documents it.
 *
 * MUSTs:
 *  1. The secret is sent to the token URL and nowhere else: redirects are
 *     not followed.
 *  2. A reply is bounded: 64 KiB of headers, 64 KiB of body, 30 s for all
 *     tries together.
 *  3. A token that would not be safe in a header is refused.
 */
#ifndef LWA_H
#define LWA_H

#include "http.h"
#include "msg.h"
#include "run.h"
#include "token.h"

#define LWA_LIMIT_MS 30000 /* for all tries of one exchange */
#define LWA_CONNECT_MS 10000
#define LWA_TRIES 3

struct lwa_request {
	const char *token_url; /* checked by url_check() */
	const char *client_id;
	const char *client_secret;
	const char *scope;
};

/*
 * Exchanges id and secret for a token, trying again after transient failures.
 * The token's expiry is unknown if the reply promises nothing sensible.
 * Status, in FAILURE: AS_REFUSED for an OAuth error, AS_HTTP for any
 * other answer that is an error, AS_REPLY for a success that is none,
 * AS_TOO_LARGE, or libcurl's. Release TOKEN with token_free().
 */
int lwa_exchange(struct run *run, const struct lwa_request *request,
    struct token *token, struct failure *failure);
/* What such a reply comes to: a TOKEN, whose obtained_at is known already, or
 * a FAILURE; never libcurl's. */
int lwa_read_reply(const struct reply *reply, const struct lwa_request *request,
    struct token *token, struct failure *failure);

#endif
