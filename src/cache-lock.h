/*
 * The lock on a cached token: however many processes want one token at once,
 * one asks for it and the others get its outcome.
 *
 * The lock is an exclusive flock(2) on a file beside the token's, NAME.lock,
 * which is never removed or renamed. Its holder asks, stores the token, and
 * lets go; the others find the token when they get the lock. A holder that
 * dies frees it, one that hangs is waited for no longer than a limit. It is
 * polled, not waited for: no signal is needed to end that.
 *
 * A failure is passed on through the lock file: one JSON object
 *
 *	failures	the last few, each with noted_at (milliseconds since
 *			the epoch), a digest of the secret and the connection
 *			options it was met with, and status, message, hint
 *			and oauth_error of struct failure
 *
 * Whoever was there before a failure was noted, with the same digest, takes
 * it for its own; whoever comes later tries for itself. The secret itself
 * never stands there.
 */
#ifndef CACHE_LOCK_H
#define CACHE_LOCK_H

#include <stdbool.h>

#include "cache.h"
#include "msg.h"

/* Milliseconds after which a holder that lives is no longer waited for; its
 * secret command may ask a person. */
#define CACHE_LOCK_TIMEOUT 160000

struct cache_lock {
	const struct cache *cache;
	int file;	 /* the lock file, -1: the lock is not held */
	long long since; /* failures noted later count; clock_wall_ms() */
	bool has_waited; /* for another process */
};

#define CACHE_LOCK_NONE    \
	{                  \
		.file = -1 \
	}

/*
 * Takes the lock, or goes without: where there is no cache, where there can
 * be no lock (a warning), or when another process holds it for longer than
 * LEFT milliseconds. The caller has been after the
 * token since SINCE, by clock_wall_ms(). The cache must outlive the lock.
 */
void cache_lock_take(struct cache_lock *lock, const struct cache *cache,
    long long since, long long left);
/* Whether a failure with DIGEST (NULL: any) has been noted since then; if so
 * FAILURE (NULL: not wanted) holds it. Never without the lock. */
bool cache_lock_find(
    const struct cache_lock *lock, const char *digest, struct failure *failure);
/* Notes a failure for those that wait, if the lock is held. */
void cache_lock_note(const struct cache_lock *lock, const char *digest,
    const struct failure *failure);
/* Lets go; harmless if it is not held. */
void cache_lock_release(struct cache_lock *lock);

#endif
