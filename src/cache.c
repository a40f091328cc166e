#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <sha2.h>

#include "asauth.h"
#include "file.h"
#include "mem.h"
#include "msg.h"
#include "text.h"

#define VERSION 1
#define SIZE_LIMIT (256UL * 1024) /* bytes of a file */

static void
name_after(char *name, const struct cache_key *key)
{
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)key->token_url,
	    strlen(key->token_url) + 1);
	SHA256Update(&context, (const uint8_t *)key->client_id,
	    strlen(key->client_id) + 1);
	SHA256Update(
	    &context, (const uint8_t *)key->scope, strlen(key->scope) + 1);
	SHA256End(&context, name);
}

/* What realpath(3) says of as much of PATH as exists, and the rest; the caller
 * frees it. */
static char *
canonical(const char *path)
{
	char *real = realpath(path, NULL), *above, *below, *name;

	if (real != NULL || strcmp(path, "/") == 0 || strcmp(path, ".") == 0)
		return real != NULL ? real : mem_strdup(path);
	above = mem_strdup(path);
	below = mem_strdup(path);
	real = canonical(dirname(above));
	name = basename(below);
	if (strcmp(name, ".") != 0) {
		name = file_join(real, name);
		free(real);
		real = name;
	}
	free(above);
	free(below);
	return real;
}

/* Whether making PATH would make a home that is missing. */
static bool
is_in_missing_home(const char *path)
{
	const char *home = getenv("HOME");
	char *inner, *outer;
	size_t length;
	bool result;

	if (home == NULL || home[0] != '/' || access(home, F_OK) == 0 ||
	    errno != ENOENT)
		return false;
	inner = canonical(path);
	outer = canonical(home);
	length = strlen(outer);
	result = strncmp(inner, outer, length) == 0 &&
	    (inner[length] == '\0' || inner[length] == '/');
	free(inner);
	free(outer);
	return result;
}

/* Mode 0700, whatever the umask is. */
static int
make_one(const char *path)
{
	mode_t mask = umask(0);
	int result = mkdir(path, S_IRWXU);

	umask(mask);
	return result;
}

/* Makes PATH and what is missing above it. */
static int
make_directory(const char *path)
{
	char *parent, *slash;
	int result;

	if (make_one(path) == 0 || errno == EEXIST)
		return 0;
	parent = mem_strdup(path);
	slash = strrchr(parent, '/');
	if (errno != ENOENT || slash == NULL || slash == parent) {
		free(parent);
		return -1;
	}
	*slash = '\0';
	result = make_directory(parent);
	free(parent);
	return result == 0 && make_one(path) == -1 && errno != EEXIST ? -1 :
									result;
}

static void
not_used(struct cache *cache, const char *why)
{
	static bool is_said; /* a run has one directory */

	if (!is_said)
		msg_warn(
		    "cache directory %s is not used: %s", cache->path, why);
	is_said = true;
	if (cache->directory != -1)
		close(cache->directory);
	cache->directory = -1;
	cache->is_refused = true;
}

bool
cache_open(struct cache *cache, const char *directory,
    const struct cache_key *key, bool create)
{
	struct stat st;

	if (cache->is_refused)
		return false;
	cache->key = key;
	free(cache->path);
	cache->path = mem_strdup(directory);
	name_after(cache->name, key);
	if (create && is_in_missing_home(directory)) {
		not_used(cache, "the home directory does not exist");
		return false;
	}
	if (create && make_directory(directory) == -1) {
		not_used(cache, strerror(errno));
		return false;
	}
	cache->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cache->directory == -1 && errno == ENOENT && !create)
		return false;
	if (cache->directory == -1 || fstat(cache->directory, &st) == -1)
		not_used(cache, strerror(errno));
	else if (st.st_uid != geteuid())
		not_used(cache, "it belongs to another user");
	else if (st.st_mode & (S_IWGRP | S_IWOTH))
		not_used(cache, "others may write to it");
	return cache->directory != -1;
}

void
cache_close(struct cache *cache)
{
	if (cache->directory != -1)
		close(cache->directory);
	free(cache->path);
	*cache = (struct cache)CACHE_NONE;
}

/* The caller frees it. */
static char *
file_name(const struct cache *cache)
{
	return mem_printf("%s.json", cache->name);
}

static const char *
distrust(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "not a regular file";
	if (st->st_uid != geteuid())
		return "it belongs to another user";
	if (st->st_mode & (S_IRWXG | S_IRWXO))
		return "it is open to others";
	if (st->st_nlink > 1)
		return "it has several names";
	return NULL;
}

/* Reads the file's bytes if it can be trusted. */
static bool
read_file(struct cache *cache, const char *name, struct buf *text,
    struct stat *identity)
{
	const char *why = NULL;
	int fd = openat(cache->directory, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return false;
	if (fd == -1 || fstat(fd, identity) == -1) {
		why = errno == ELOOP || errno == EMLINK ?
		    "it is a symbolic link" :
		    strerror(errno);
		/* To tell later whether it is still the same one. */
		fstatat(cache->directory, name, identity, AT_SYMLINK_NOFOLLOW);
	} else
		why = distrust(identity);
	if (why != NULL && !cache->is_distrusted)
		msg_warn("cached token %s/%s is not trusted: %s", cache->path,
		    name, why);
	cache->is_distrusted |= why != NULL;
	if (why == NULL && file_read_fd(fd, SIZE_LIMIT, 0, text) == -1)
		buf_clear(text);
	if (fd != -1)
		close(fd);
	return why == NULL && text->length > 0;
}

static bool
is_same(const json_t *object, const char *key, const char *wanted)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value != NULL && strcmp(value, wanted) == 0;
}

static bool
is_ours(const struct cache_key *key, const json_t *object)
{
	return json_integer_value(json_object_get(object, "version")) ==
	    VERSION &&
	    is_same(object, "token_url", key->token_url) &&
	    is_same(object, "client_id", key->client_id) &&
	    is_same(object, "scope", key->scope);
}

static bool
is_plausible(const struct cache_entry *entry)
{
	return entry->obtained_at > 0 &&
	    entry->obtained_at <= (long long)time(NULL) + CACHE_SKEW &&
	    entry->expires_at > entry->obtained_at &&
	    entry->expires_at - entry->obtained_at <= TOKEN_LIFE_MAX;
}

static void
parse(const struct cache_key *key, const struct buf *text,
    struct cache_entry *entry)
{
	json_t *object = json_loadb(
	    text->data, text->length, JSON_REJECT_DUPLICATES, NULL);
	const char *token, *type, *granted;

	token = json_string_value(json_object_get(object, "access_token"));
	type = json_string_value(json_object_get(object, "token_type"));
	granted = json_string_value(json_object_get(object, "granted_scope"));
	entry->obtained_at = json_integer_value(
	    json_object_get(object, "obtained_at"));
	entry->expires_at = json_integer_value(
	    json_object_get(object, "expires_at"));
	if (is_ours(key, object) && is_plausible(entry) && token != NULL &&
	    text_is_token(token) && type != NULL &&
	    strcasecmp(type, "bearer") == 0) {
		entry->access_token = mem_strdup(token);
		entry->token_type = mem_strdup(type);
		entry->granted_scope = granted != NULL ? mem_strdup(granted) :
							 NULL;
	}
	json_decref(object);
}

void
cache_read(struct cache *cache, struct cache_entry *entry)
{
	struct buf text = { 0 };
	char *name;

	memset(entry, 0, sizeof(*entry));
	if (cache->directory == -1)
		return;
	name = file_name(cache);
	if (read_file(cache, name, &text, &entry->identity))
		parse(cache->key, &text, entry);
	buf_free(&text);
	free(name);
}

bool
cache_changed(const struct cache_entry *before, const struct cache_entry *after)
{
	const struct stat *a = &before->identity, *b = &after->identity;

	return a->st_ino != b->st_ino ||
	    a->st_mtim.tv_sec != b->st_mtim.tv_sec ||
	    a->st_mtim.tv_nsec != b->st_mtim.tv_nsec;
}

static char *
dump(const struct cache_key *key, const struct cache_entry *entry)
{
	json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:I}",
	    "version", VERSION, "token_url", key->token_url, "client_id",
	    key->client_id, "scope", key->scope, "access_token",
	    entry->access_token, "token_type", entry->token_type, "obtained_at",
	    (json_int_t)entry->obtained_at, "expires_at",
	    (json_int_t)entry->expires_at);
	char *text;

	if (entry->granted_scope != NULL)
		json_object_set_new(
		    object, "granted_scope", json_string(entry->granted_scope));
	text = json_dumps(object, JSON_INDENT(2));
	json_decref(object);
	return text;
}

void
cache_write(struct cache *cache, const struct cache_entry *entry)
{
	struct file_draft draft = FILE_NO_DRAFT;
	char *name, *text;
	mode_t mask;

	if (cache->directory == -1)
		return;
	mask = umask(0); /* the mode is to be what it is asked to be */
	name = file_name(cache);
	text = dump(cache->key, entry);
	file_sweep(cache->directory, name);
	/* A client id that is not UTF-8 has no place in JSON. */
	if (text == NULL ||
	    file_begin(&draft, cache->directory, name, S_IRUSR | S_IWUSR) ==
		-1 ||
	    file_write(draft.fd, text, strlen(text)) == -1 ||
	    file_write(draft.fd, "\n", 1) == -1 ||
	    file_commit(&draft, true) == -1)
		msg_warn("cannot store the token in %s: %s", cache->path,
		    text == NULL ? "not valid UTF-8" : strerror(errno));
	file_abandon(&draft);
	umask(mask);
	mem_json_free(text);
	free(name);
}

int
cache_delete(struct cache *cache, const char *access_token)
{
	struct cache_entry entry;
	bool is_wanted = true;
	char *name;
	int result = 0;

	if (cache->directory == -1)
		return 0;
	if (access_token != NULL) {
		cache_read(cache, &entry);
		is_wanted = entry.access_token != NULL &&
		    strcmp(entry.access_token, access_token) == 0;
		cache_entry_free(&entry);
	}
	name = file_name(cache);
	if (is_wanted && unlinkat(cache->directory, name, 0) == -1 &&
	    errno != ENOENT)
		result = -1;
	free(name);
	return result;
}

void
cache_entry_free(struct cache_entry *entry)
{
	mem_wipe(entry->access_token);
	free(entry->token_type);
	free(entry->granted_scope);
	memset(entry, 0, sizeof(*entry));
}
