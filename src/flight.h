/*
 * One flight: however many processes want one token at once, one asks for it
 * and the others get its outcome.
 *
 * A flight is an exclusive flock(2) on a file beside the token's, NAME.lock,
 * which is never removed or renamed. Its holder asks, stores the token, and
 * lets go; the others find the token when they get the lock. A holder that
 * dies frees it, one that hangs is waited for no longer than a limit.
 *
 * A failure is passed on through the lock file: one JSON object
 *
 *	asking_since	when the last that held the lock began to ask;
 *			milliseconds since the epoch
 *	failures	the last few, each with noted_at (milliseconds since
 *			the epoch), a digest of the secret and the connection
 *			options it was met with, and status, message, hint
 *			and oauth_error of failure.h
 *
 * Whoever was there before a failure was noted, with the same digest, takes
 * it for its own; whoever comes later tries for itself. The secret itself
 * never stands there.
 */
#ifndef FLIGHT_H
#define FLIGHT_H

#include <stdbool.h>

#include "cache.h"
#include "failure.h"

struct flight {
	struct cache *cache;
	int file;	 /* the lock file, -1: there is none */
	bool is_locked;	 /* else flying alone */
	long long since; /* failures noted later count; clock_wall_ms() */
	bool has_waited; /* for another process */
};

#define FLIGHT_NONE        \
	{                  \
		.file = -1 \
	}

/*
 * Waits for the lock and then, if it is not to be had, goes ahead alone: after
 * LIMIT milliseconds, or later when its holder has had as long to ask, but
 * after twice that at most, or when LEFT have passed. The caller has been
 * after the token since SINCE, by clock_wall_ms(). Without a cache, or where
 * there can be no lock (a warning), at once.
 */
void flight_begin(struct flight *flight, struct cache *cache, long long since,
    long long limit, long long left);
/* The holder begins to ask. */
void flight_ask(const struct flight *flight);
/* Whether any failure has been noted since then. */
bool flight_has_news(const struct flight *flight);
/* Whether one with DIGEST has been noted since then; if so FAILURE holds it. */
bool flight_failed(
    const struct flight *flight, const char *digest, struct failure *failure);
/* Notes a failure for those that wait. */
void flight_note(const struct flight *flight, const char *digest,
    const struct failure *failure);
void flight_end(struct flight *flight);

#endif
