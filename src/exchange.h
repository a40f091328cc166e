/*
 * One request as the user means it, carried through to its final reply:
 * a refused token renewed once, passing failures retried, redirects
 * followed.
 *
 * MUSTs:
 *  1. Only a refusal that means the token renews it; once; and not a token
 *     minted less than TOKEN_YOUNG seconds ago.
 *  2. The token, and the user's headers, go to the origin of the URL that
 *     was checked and to no other; https never becomes http.
 *  3. Nothing of a reply that is not the final one is delivered, but for the
 *     headers of redirects that are followed.
 *  4. A body is sent from its start or not at all.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>

#include "http.h"
#include "progress.h"
#include "reply.h"
#include "token.h"

/* What becomes of an error's body. */
enum exchange_errors {
	ERRORS_FAIL_WITH_BODY, /* delivered, but not to a file */
	ERRORS_FAIL,	       /* dropped (-f) */
	ERRORS_ARE_FINE	       /* delivered, and no failure (--no-fail) */
};

struct exchange {
	struct session *session;
	const struct token_source *source; /* NULL: without a token */
	struct token *token;		   /* filled before, renewed here */
	bool *was_renewed;		   /* a renewal is only done once */
	struct http_call call;		   /* what to send */
	const char *title; /* what messages call it: "GET /v1/…" */
	bool follows;	   /* -L */
	bool keeps_reply;  /* a success is kept, not delivered */
	enum exchange_errors errors;
	long retries;	     /* --retry */
	long retry_delay;    /* seconds, 0: doubling from 1 */
	long retry_max_time; /* seconds, 0: no limit */
	struct delivery *delivery;
	struct progress *progress;

	/* Of the run, for -w. */
	struct http_result result;
	struct reply reply; /* the final one */
	long redirects;

	/* Private. */
	int plan;
	long tries_left;
	long pause; /* seconds to wait unless the server says how long */
	long wait;  /* seconds that the next wait takes */
	long long begun;
	struct http_url url; /* of the hop under way */
	char *redirect;	     /* its URL, once redirected */
};

/* Carries it out. Status, said. Release with exchange_free(). */
int exchange_run(struct exchange *exchange);
/* Says WHY it failed after all, with the id by which Amazon's support finds
 * the request, if the reply had one. STATUS. */
int exchange_fail(const struct exchange *exchange, int status, const char *why);
void exchange_free(struct exchange *exchange);

#endif
