/*
 * Getting an access token: from the cache if one is good enough, else from
 * the token endpoint, once for all processes that want it.
 *
 *  1. Look into the cache. A hit takes no lock and reads no secret.
 *  2. Wait for the flight (flight.h), then look again: a token stored while
 *     waiting is taken, whatever its life; a refusal met by the same secret
 *     while waiting is taken too.
 *  3. Read the secret, ask (lwa.h), store, let go.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>

#include "failure.h"
#include "secret.h"
#include "session.h"

/* A token younger than this, in seconds, is not minted again because an API
 * refused it: a loop with the wrong scope must not mint at every turn. */
#define TOKEN_YOUNG 60

enum token_origin {
	TOKEN_CACHED,
	TOKEN_MINTED,
	TOKEN_GIVEN /* ASAUTH_TOKEN: never renewed, never cached */
};

struct token {
	enum token_origin origin;
	char *value;
	char *type;	       /* "bearer", as the endpoint wrote it */
	char *granted_scope;   /* NULL: as asked for, or unknown */
	long long obtained_at; /* epoch seconds, 0: unknown */
	long long expires_at;  /* epoch seconds, 0: unknown */
};

enum token_want {
	TOKEN_ANY,    /* a cached one with --min-ttl left will do */
	TOKEN_STORED, /* the same, or none */
	TOKEN_NEW,    /* --refresh */
	TOKEN_INSTEAD /* another than the one that was refused */
};

/* Where tokens for one scope come from. */
struct token_source {
	struct session *session;
	struct secret *secret; /* shared between the sources of a run */
	const char *scope;
};

/*
 * Fills TOKEN; REFUSED is the token that an API refused, for TOKEN_INSTEAD,
 * else NULL. Status, told in FAILURE and not said. Release TOKEN with
 * token_free() in any case.
 */
int token_get(const struct token_source *source, enum token_want want,
    const char *refused, struct token *token, struct failure *failure);
/* The same for a command, which takes the token of ASAUTH_TOKEN instead if
 * there is one and it MAY_BE_GIVEN; not if it must be a new one. */
int token_obtain(const struct token_source *source, enum token_want want,
    bool may_be_given, struct token *token, struct failure *failure);
/* Deletes the cached token. Status, said. */
int token_forget(const struct token_source *source);
/* Whole seconds that the token has left; -1: unknown. */
long long token_life(const struct token *token);
void token_free(struct token *token);

#endif
