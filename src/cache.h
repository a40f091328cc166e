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

#include <sys/stat.h>

#include <stdbool.h>

#define CACHE_SKEW 60 /* seconds that obtained_at may lie ahead */

struct cache_key {
	const char *token_url;
	const char *client_id;
	const char *scope;
};

struct cache {
	const struct cache_key *key;
	char *path;	    /* the directory, for messages */
	int directory;	    /* its descriptor, -1: there is no cache */
	char name[72];	    /* the file's name, without ".json" */
	bool is_refused;    /* the directory is, and that has been said */
	bool is_distrusted; /* the file is, and that has been said */
};

#define CACHE_NONE              \
	{                       \
		.directory = -1 \
	}

struct cache_entry {
	char *access_token; /* NULL: nothing to be used */
	char *token_type;
	char *granted_scope; /* NULL: as asked for */
	long long obtained_at;
	long long expires_at;
	struct stat identity; /* of the file, believed or not */
};

/*
 * Opens DIRECTORY for KEY, which must outlive the cache; makes it first if
 * CREATE (its parents too, but never a home). True if there is a cache to
 * work with; else cache->directory is -1, and the reason has been given in a
 * warning, unless it is just that there is nothing yet.
 */
bool cache_open(struct cache *cache, const char *directory,
    const struct cache_key *key, bool create);
void cache_close(struct cache *cache);

/* Reads the token, expired or not; entry->access_token says whether there is
 * one. Release with cache_entry_free(). */
void cache_read(struct cache *cache, struct cache_entry *entry);
/* Whether the file is another one than it was: somebody stored a token. */
bool cache_changed(
    const struct cache_entry *before, const struct cache_entry *after);
/* Stores the token; a warning if that fails. Clears what dead writers of the
 * same token left. */
void cache_write(struct cache *cache, const struct cache_entry *entry);
/* Deletes the token, if it is ACCESS_TOKEN or that is NULL; -1 and errno if
 * it is still there. */
int cache_delete(struct cache *cache, const char *access_token);
void cache_entry_free(struct cache_entry *entry);

#endif
