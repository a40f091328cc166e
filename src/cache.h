/*
 * Tokens on disk: one file per (token URL, client id, scope asked for).
 *
 * The file is named after the SHA-256 of the three, each ended by a NUL, in
 * hex, with ".json" behind it, and holds one JSON object:
 *
 *	version		1
 *	token_url, client_id, scope	what the token is for
 *	access_token	the token
 *	token_type	"bearer", as the endpoint wrote it
 *	obtained_at	when it was asked for, whole epoch seconds
 *	expires_at	when it ends, whole epoch seconds
 *	granted_scope	only if it is another than the scope asked for
 *
 * It never holds a client secret.
 *
 * MUSTs:
 *  1. The directory has mode 0700 and the file 0600 from birth.
 *  2. A directory that is not ours, or that others may write, is not used.
 *  3. A file is opened once, without following a link, and believed only if
 *     it is regular, ours, closed to others and has one name; checked on
 *     the descriptor that is read.
 *  4. A file appears whole or not at all: written beside, synced, renamed.
 *  5. What does not parse, names another client, comes from the future or
 *     lives longer than a day is as good as absent. Nothing here is fatal.
 */
#ifndef CACHE_H
#define CACHE_H

#include <sys/types.h>

#include <stdbool.h>
#include <time.h>

#include "mem.h"
#include "token.h"

#define CACHE_SKEW 60 /* seconds that obtained_at may lie ahead */

struct cache_key {
	const char *token_url;
	const char *client_id;
	const char *scope; /* the one asked for */
};

struct cache {
	const struct cache_key *key;
	char *path;	    /* the directory, for messages */
	int directory;	    /* its descriptor, -1: there is no cache */
	char name[72];	    /* the file's: 64 hex digits and ".json" */
	bool is_distrusted; /* the file is, and a warning has said so */
	bool is_refused;    /* the directory is, likewise */
};

#define CACHE_NONE              \
	{                       \
		.directory = -1 \
	}

/*
 * Opens DIRECTORY for KEY, which must outlive the cache. If CREATE, it and
 * the one above it are made first if they are missing; but no home is, and
 * nothing in one that is not ours. Without a cache to work with,
 * cache->directory is -1, and the reason has been given in a warning, once in
 * a run, unless it is just that there is nothing yet. May be called again to
 * create.
 */
void cache_open(struct cache *cache, const char *directory,
    const struct cache_key *key, bool create);
void cache_close(struct cache *cache);

/* Reads the token, expired or not; its value is NULL if there is none that
 * can be believed. Release it with token_free(). */
void cache_read(struct cache *cache, struct token *token);
/* Which file there is: all zeroes is none. */
struct cache_mark {
	ino_t inode;
	struct timespec written;
};
struct cache_mark cache_mark(const struct cache *cache);
/* Whether it is known to be another than MARK: somebody has stored a token
 * since. */
bool cache_has_changed(
    const struct cache *cache, const struct cache_mark *mark);
/* Stores a token whose expiry is known; a warning if that fails. Clears what
 * dead writers of the same token left. */
void cache_write(const struct cache *cache, const struct token *token);
/* Deletes the token, if its value is VALUE or that is NULL; -1 and errno if
 * it is still there. */
int cache_delete(struct cache *cache, const char *value);

/* Why FD, to be of the TYPE S_IFREG or S_IFDIR, is not to be trusted (MUSTs 2
 * and 3), NULL if it is. */
const char *cache_distrust(int fd, mode_t type);

/* What a file holds, by itself: the text for TOKEN, NULL if that is not
 * UTF-8, released with mem_wipe(); and the token in TEXT, if it is one
 * for KEY (MUST 5). */
char *cache_format(const struct cache_key *key, const struct token *token);
void cache_parse(
    const struct cache_key *key, const struct buf *text, struct token *token);

#endif
