/*
 * An access token and what is known about it: the one record for the token
 * endpoint, the cache and a request. All zeroes is none.
 */
#ifndef TOKEN_H
#define TOKEN_H

struct token {
	char *value;	       /* what goes into a header */
	char *type;	       /* "bearer", as the endpoint wrote it */
	char *granted_scope;   /* NULL: as asked for, or not known */
	long long obtained_at; /* epoch seconds, before it was asked for */
	long long expires_at;  /* epoch seconds, 0: unknown */
};

/* Whole seconds that the token has left, 0 if none; -1: unknown. */
long long token_life(const struct token *token);
/* Has TO take over FROM, which is then none. */
void token_move(struct token *to, struct token *from);
/* Wipes and releases it; it is then none. */
void token_free(struct token *token);

#endif
