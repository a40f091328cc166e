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

#include "failure.h"
#include "session.h"

#define LWA_LIMIT_MS 30000 /* for all tries of one exchange */
#define LWA_CONNECT_MS 10000
#define LWA_TRIES 3

struct lwa_request {
	const char *token_url; /* checked by host_check() */
	const char *client_id;
	const char *client_secret;
	const char *scope;
};

struct lwa_grant {
	char *access_token;
	char *token_type;   /* as the endpoint wrote it */
	char *scope;	    /* as granted, NULL: the reply does not say */
	long expires_in;    /* seconds; 0: unknown, use the token once */
	long long asked_at; /* epoch seconds, before the request was sent */
};

/*
 * Exchanges id and secret for a token, trying again after failures that
 * pass. Status, told in FAILURE and not said: AS_REFUSED for an OAuth error,
 * AS_HTTP for any other answer that is an error, AS_REPLY for a success that
 * is none, AS_TOO_LARGE, or libcurl's. Release GRANT with lwa_grant_free().
 */
int lwa_exchange(struct session *session, const struct lwa_request *request,
    struct lwa_grant *grant, struct failure *failure);
void lwa_grant_free(struct lwa_grant *grant);

#endif
