#include "cache.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <jansson.h>
#include <sha2.h>

#include "asauth.h"
#include "file.h"
#include "msg.h"
#include "tempfile.h"
#include "text.h"

#define VERSION 1
#define SIZE_LIMIT (256UL * 1024) /* bytes of a file */
#define NOT_KNOWN ((ino_t)-1)	  /* an inode that could not be asked for */

static void
name_after(char *name, size_t size, const struct cache_key *key)
{
	const char *const texts[] = { key->token_url, key->client_id,
		key->scope };
	SHA2_CTX context;
	size_t i;

	SHA256Init(&context);
	for (i = 0; i < COUNT(texts); i++)
		SHA256Update(
		    &context, (const uint8_t *)texts[i], strlen(texts[i]) + 1);
	SHA256End(&context, name);
	strlcat(name, ".json", size);
}

static bool
is_made(const char *path)
{
	return mkdir(path, S_IRWXU) == 0 || errno == EEXIST;
}

/* Makes PATH and the directory above it, with mode 0700 whatever the umask is.
 * Why that failed, or NULL. */
static const char *
make_directory(const char *path)
{
	const char *why = NULL;
	mode_t mask;
	char *copy;

	if (file_is_in_home(path) && !file_home_is_ours())
		return "the home directory does not exist, or is not ours";
	mask = umask(0);
	copy = mem_strdup(path);
	if (!is_made(path) &&
	    (errno != ENOENT || !is_made(dirname(copy)) || !is_made(path)))
		why = strerror(errno);
	free(copy);
	umask(mask);
	return why;
}

const char *
cache_distrust(int fd, mode_t type)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return strerror(errno);
	if ((st.st_mode & S_IFMT) != type)
		return "not a regular file";
	if (st.st_uid != geteuid())
		return "it belongs to another user";
	if (type == S_IFDIR)
		return st.st_mode & (S_IWGRP | S_IWOTH) ?
		    "others may write to it" :
		    NULL;
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return "it is open to others";
	return st.st_nlink > 1 ? "it has several names" : NULL;
}

/* What to do about a directory that is not used, to be pasted; NULL: nothing is
 * known; the caller frees it. */
static char *
cache_remedy(const char *directory)
{
	char *command = file_chown_command(directory), *quoted, *remedy;
	struct stat st;

	if (command != NULL || stat(directory, &st) == -1 ||
	    !(st.st_mode & (S_IWGRP | S_IWOTH)) ||
	    access(directory, W_OK | X_OK) == -1)
		return command;
	quoted = text_quoted(directory);
	/* A volume that is shared on purpose has room for one of our own. */
	if (st.st_uid == geteuid() && file_is_in_home(directory))
		remedy = mem_printf("chmod go-w %s", quoted);
	else
		remedy = mem_printf("--cache-dir %s/asauth", quoted);
	free(quoted);
	return remedy;
}

/* Whether another user has put a link in its place. */
static bool
is_foreign_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode) &&
	    st.st_uid != geteuid() && st.st_uid != 0;
}

static void
cache_refuse(struct cache *cache, const char *directory, const char *why)
{
	char *remedy = cache_remedy(directory);

	if (remedy != NULL)
		msg_warn("cache directory %s is not used: %s; mend with: %s",
		    directory, why, remedy);
	else
		msg_warn("cache directory %s is not used: %s", directory, why);
	free(remedy);
	cache_close(cache);
}

void
cache_open(struct cache *cache, const char *directory,
    const struct cache_key *key, bool create)
{
	static bool is_refused; /* a run has one directory */
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	const char *why = NULL;

	if (is_refused)
		return;
	cache_close(cache);
	cache->key = key;
	cache->path = mem_strdup(directory);
	name_after(cache->name, sizeof(cache->name), key);
	if (is_foreign_link(directory))
		why = "it is a link of another user";
	else
		cache->directory = open(directory, flags);
	if (why == NULL && cache->directory == -1 && errno == ENOENT) {
		if (!create)
			return;
		why = make_directory(directory);
		cache->directory = open(directory, flags);
	}
	if (why == NULL)
		why = cache->directory == -1 ?
		    strerror(errno) :
		    cache_distrust(cache->directory, S_IFDIR);
	if (why == NULL)
		return;
	cache_refuse(cache, directory, why);
	is_refused = cache->is_refused = true;
}

void
cache_close(struct cache *cache)
{
	if (cache->directory != -1)
		close(cache->directory);
	free(cache->path);
	*cache = (struct cache)CACHE_NONE;
}

void
cache_parse(
    const struct cache_key *key, const struct buf *text, struct token *token)
{
	json_t *object = json_loadb(
	    text->data, text->length, JSON_REJECT_DUPLICATES, NULL);
	const char *url, *id, *scope, *value, *type, *granted = NULL;
	json_int_t obtained_at, expires_at;
	int version;

	*token = (struct token){ 0 };
	if (json_unpack(object, "{s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s?s}",
		"version", &version, "token_url", &url, "client_id", &id,
		"scope", &scope, "access_token", &value, "token_type", &type,
		"obtained_at", &obtained_at, "expires_at", &expires_at,
		"granted_scope", &granted) == 0 &&
	    version == VERSION && strcmp(url, key->token_url) == 0 &&
	    strcmp(id, key->client_id) == 0 && strcmp(scope, key->scope) == 0 &&
	    obtained_at > 0 && obtained_at <= time(NULL) + CACHE_SKEW &&
	    expires_at > obtained_at &&
	    expires_at - obtained_at <= TOKEN_LIFE_MAX &&
	    text_is_token(value) && strcasecmp(type, "bearer") == 0)
		*token = (struct token){ .value = mem_strdup(value),
			.type = mem_strdup(type),
			.granted_scope = mem_strdup(granted),
			.obtained_at = obtained_at,
			.expires_at = expires_at };
	json_decref(object);
}

void
cache_read(struct cache *cache, struct token *token)
{
	struct buf text = { 0 };
	const char *why = NULL;
	int fd;

	*token = (struct token){ 0 };
	if (cache->directory == -1)
		return;
	fd = openat(cache->directory, cache->name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd != -1)
		why = cache_distrust(fd, S_IFREG);
	else if (errno == ELOOP || errno == EMLINK)
		why = "it is a symbolic link";
	else if (errno != ENOENT)
		why = strerror(errno);
	if (why != NULL && !cache->is_distrusted)
		msg_warn("cached token %s/%s is not trusted: %s", cache->path,
		    cache->name, why);
	cache->is_distrusted |= why != NULL;
	if (fd != -1 && why == NULL &&
	    file_read_fd(fd, SIZE_LIMIT, 0, &text) == 0)
		cache_parse(cache->key, &text, token);
	if (fd != -1)
		close(fd);
	buf_free(&text);
}

struct cache_mark
cache_mark(const struct cache *cache)
{
	struct stat st = { 0 };

	if (fstatat(cache->directory, cache->name, &st, AT_SYMLINK_NOFOLLOW) ==
		-1 &&
	    cache->directory != -1 && errno != ENOENT)
		st.st_ino = NOT_KNOWN;
	return (struct cache_mark){ st.st_ino, st.st_mtim };
}

bool
cache_has_changed(const struct cache *cache, const struct cache_mark *mark)
{
	const struct cache_mark now = cache_mark(cache);

	return mark->inode != NOT_KNOWN && now.inode != NOT_KNOWN &&
	    (now.inode != mark->inode ||
		now.written.tv_sec != mark->written.tv_sec ||
		now.written.tv_nsec != mark->written.tv_nsec);
}

char *
cache_format(const struct cache_key *key, const struct token *token)
{
	json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:I}",
	    "version", VERSION, "token_url", key->token_url, "client_id",
	    key->client_id, "scope", key->scope, "access_token", token->value,
	    "token_type", token->type, "obtained_at",
	    (json_int_t)token->obtained_at, "expires_at",
	    (json_int_t)token->expires_at);
	char *text;

	if (token->granted_scope != NULL)
		json_object_set_new(
		    object, "granted_scope", json_string(token->granted_scope));
	text = json_dumps(object, JSON_INDENT(2));
	json_decref(object);
	return text;
}

void
cache_write(const struct cache *cache, const struct token *token)
{
	struct tempfile file = TEMPFILE_NONE;
	mode_t mask;
	char *text;

	if (cache->directory == -1)
		return;
	mask = umask(0); /* the mode is to be what it is asked to be */
	text = cache_format(cache->key, token);
	tempfile_sweep(cache->directory, cache->name);
	/* A client id that is not UTF-8 has no place in JSON. */
	if (text == NULL ||
	    tempfile_begin_locked(&file, cache->directory, cache->name,
		S_IRUSR | S_IWUSR) == -1 ||
	    file_write(file.fd, text, strlen(text)) == -1 ||
	    file_write(file.fd, "\n", 1) == -1 ||
	    tempfile_commit(&file, true) == -1)
		msg_warn("cannot store the token in %s: %s", cache->path,
		    text == NULL ? "not valid UTF-8" : strerror(errno));
	tempfile_abandon(&file);
	umask(mask);
	mem_wipe(text);
}

int
cache_delete(struct cache *cache, const char *value)
{
	struct token token = { 0 };
	bool is_wanted = true;

	if (cache->directory == -1)
		return 0;
	if (value != NULL) {
		cache_read(cache, &token);
		is_wanted = token.value != NULL &&
		    strcmp(token.value, value) == 0;
		token_free(&token);
	}
	if (is_wanted && unlinkat(cache->directory, cache->name, 0) == -1 &&
	    errno != ENOENT)
		return -1;
	return 0;
}
