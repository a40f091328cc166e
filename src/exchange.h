/*
 * One request as the user means it, carried through to its final reply:
 * a refused token renewed once, transient failures retried, redirects
 * followed.
 *
 * MUSTs:
 *  1. Only a refusal that means the token renews it; once; and not a token
 *     minted less than AUTH_YOUNG seconds ago.
 *  2. The token, and the user's headers, go to the origin of the URL that
 *     was checked and to no other; https never becomes http.
 *  3. Nothing of a reply that is not the final one is delivered, but for the
 *     headers of redirects that are followed.
 *  4. A body is sent from its start or not at all.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>

#include "auth.h"
#include "http.h"
#include "output.h"
#include "progress.h"
#include "url.h"

/* Where the final reply goes. */
struct delivery {
	struct output body;
	struct output headers; /* -D */
	bool is_included;      /* -i: headers go before the body, too */
	bool is_told; /* who sees the body sees the message about it as well */
};

/* What becomes of an error's body. */
enum exchange_errors {
	ERRORS_FAIL_ALOUD,     /* delivered, but not to a file */
	ERRORS_FAIL_WITH_BODY, /* delivered, to a file, too */
	ERRORS_FAIL,	       /* dropped (-f) */
	ERRORS_ARE_FINE	       /* delivered, and no failure (--no-fail) */
};

/* What comes after the reply under way. */
enum exchange_next {
	NEXT_UNDECIDED,
	NEXT_DELIVER, /* it is the final one */
	NEXT_FOLLOW,  /* it is a redirect */
	NEXT_RETRY,   /* it is a transient failure */
	NEXT_RENEW,   /* it refuses the token */
	NEXT_UNCLEAR  /* its body says whether it does */
};

struct exchange {
	struct run *run;
	struct auth *auth;     /* where the token comes from; NULL: no token */
	struct http_call call; /* what to send; its callbacks and bearer are
				* set here */
	const char *method;    /* as it is sent, whatever chooses it */
	const char *title;     /* what messages call it: "GET /v1/…" */
	bool follows;	       /* -L */
	long max_redirects;    /* negative: no limit */
	bool keeps_reply;      /* a success is kept, not delivered */
	bool keeps_403;	       /* so is a 403 */
	enum exchange_errors errors;
	long retries;		   /* --retry */
	long retry_delay;	   /* seconds, 0: doubling from 1 */
	long retry_max_time;	   /* seconds, 0: no limit */
	bool retries_all;	   /* --retry-all-errors */
	bool retries_refused;	   /* --retry-connrefused */
	struct delivery *delivery; /* opened */
	struct progress *progress;

	/* What came of it. */
	struct reply reply; /* the final one */
	struct buf kept; /* the beginning of a body that is not delivered, and
			  * of an error's */
	long redirects;
	long retried; /* how often --retry sent it again */

	/* Private. */
	struct http_call hop; /* the call under way */
	enum exchange_next next;
	bool was_dropped;     /* the body was given up */
	long long dropped;    /* bytes of it */
	long long decided_at; /* clock_ms() */
	size_t shown;	      /* how much of reply.headers was delivered */
	size_t trailers;      /* where what came after the body began begins */
	long pause; /* seconds to wait unless the server says how long */
	long long begun;
	struct url url; /* of the hop under way */
	char *redirect; /* its URL, once redirected */
};

/* Carries it out. Status, in run->failure. Release with exchange_free(). */
int exchange_run(struct exchange *exchange);
/* Fills run->failure as reply_fail(): the exchange has failed after all, and
 * WHY. STATUS. */
int exchange_fail(const struct exchange *exchange, int status, const char *why);
void exchange_free(struct exchange *exchange);

#endif
