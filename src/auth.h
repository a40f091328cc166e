/*
 * Getting an access token: from the cache if one is good enough, else from
 * the token endpoint, once for all processes that want it.
 *
 *  1. Look into the cache. A hit takes no lock and reads no secret.
 *  2. Take the lock (cache-lock.h), then look again: a token stored while
 *     waiting is taken, whatever its life; a refusal met by the same secret
 *     while waiting is taken too.
 *  3. Read the secret, ask (lwa.h), store, let go.
 */
#ifndef AUTH_H
#define AUTH_H

#include <stdbool.h>

#include "run.h"
#include "secret.h"
#include "token.h"

/* A token younger than this, in seconds, is not minted again because an API
 * refused it: a loop with the wrong scope must not mint at every turn. */
#define AUTH_YOUNG 60

enum auth_origin {
	AUTH_NONE, /* there is no token yet */
	AUTH_CACHED,
	AUTH_MINTED,
	AUTH_GIVEN /* by ASAUTH_TOKEN: never renewed, never cached */
};

enum auth_want {
	AUTH_ANY,    /* a cached one with --min-ttl left will do */
	AUTH_STORED, /* the same, or none */
	AUTH_NEW     /* --refresh */
};

/* The token for one scope and where it comes from. Set run, secret and scope,
 * which must outlive it, and leave the rest zero. */
struct auth {
	struct run *run;
	struct secret *secret; /* shared between the auths of a run */
	const char *scope;

	struct token token; /* once obtained */
	enum auth_origin origin;
	bool was_renewed;
};

/*
 * Fills auth->token, with that of ASAUTH_TOKEN if there is one, it
 * MAY_BE_GIVEN, and a new one is not wanted. Status, in run->failure:
 * AS_REFUSED also if none is stored that will do, else those of
 * lwa_exchange() and secret_resolve(), AS_TIMEOUT, AS_USAGE.
 */
int auth_obtain(struct auth *auth, enum auth_want want, bool may_be_given);
/* Whether a refusal of the token may be answered by a renewal: not of one
 * that was given, nor of one minted in the last AUTH_YOUNG seconds, and once
 * only. */
bool auth_may_renew(const struct auth *auth);
/* Replaces the token, which an API refused, by another that is cached, or by
 * a new one. Status, in run->failure; the old token then stays. */
int auth_renew(struct auth *auth);
/* Deletes the cached token. Status, in run->failure: AS_USAGE without a
 * client id, AS_WRITE if there may be one still. */
int auth_forget(struct auth *auth);
/* Releases the token alone. */
void auth_free(struct auth *auth);

#endif
