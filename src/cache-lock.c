#include "cache-lock.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "clock.h"
#include "file.h"
#include "hide.h"
#include "mem.h"

#define POLL_MS 20		     /* between two looks at the lock */
#define RECORD_LIMIT (1024UL * 1024) /* bytes */
#define RECORDS 64		     /* failures kept */
#define TEXT_LIMIT 1000		     /* bytes of a text kept */

/* Polls the lock until END, by clock_ms(). False and errno, EWOULDBLOCK when
 * another process has held it all the time. */
static bool
poll_lock(struct cache_lock *lock, long long end)
{
	while (flock(lock->file, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		lock->has_waited = true;
		if (clock_ms() >= end) {
			errno = EWOULDBLOCK;
			return false;
		}
		clock_sleep(POLL_MS);
	}
	return true;
}

static void
lock_warn(const char *path, const char *why)
{
	char *command = file_chown_command(path);

	if (command != NULL)
		msg_warn(
		    "cannot lock %s: %s; mend with: %s", path, why, command);
	else
		msg_warn("cannot lock %s: %s", path, why);
	free(command);
}

void
cache_lock_take(struct cache_lock *lock, const struct cache *cache,
    long long since, long long left)
{
	const char *why;
	char name[72], *path;
	mode_t mask;

	*lock =
	    (struct cache_lock){ .cache = cache, .file = -1, .since = since };
	if (cache->directory == -1)
		return;
	snprintf(name, sizeof(name), "%.64s.lock", cache->name);
	mask = umask(0); /* the mode is to be what it is asked to be */
	lock->file = openat(cache->directory, name,
	    O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC,
	    S_IRUSR | S_IWUSR);
	umask(mask);
	why = lock->file == -1 ? strerror(errno) :
				 cache_distrust(lock->file, S_IFREG);
	if (why == NULL) {
		if (poll_lock(lock, clock_ms() + left))
			return;
		if (errno != EWOULDBLOCK)
			why = strerror(errno);
	}
	if (why != NULL) {
		path = file_join(cache->path, name);
		lock_warn(path, why);
		free(path);
	}
	cache_lock_release(lock);
}

void
cache_lock_release(struct cache_lock *lock)
{
	if (lock->file != -1)
		close(lock->file);
	lock->file = -1;
}

/* The failures that the lock file holds, an array; the caller releases it. */
static json_t *
read_failures(const struct cache_lock *lock)
{
	struct buf text = { 0 };
	json_t *record = NULL, *failures;

	if (lock->file != -1 && lseek(lock->file, 0, SEEK_SET) == 0 &&
	    file_read_fd(lock->file, RECORD_LIMIT, 0, &text) == 0)
		/* Behind the record of a writer that was killed there may be
		 * the end of a longer one. */
		record = json_loadb(
		    text.data, text.length, JSON_DISABLE_EOF_CHECK, NULL);
	buf_free(&text);
	failures = json_object_get(record, "failures");
	failures = json_is_array(failures) ? json_incref(failures) :
					     json_array();
	json_decref(record);
	return failures;
}

bool
cache_lock_find(
    const struct cache_lock *lock, const char *digest, struct failure *failure)
{
	json_t *failures = read_failures(lock), *item;
	const long long now = clock_wall_ms();
	const char *its_digest, *message;
	json_int_t noted_at, status;
	bool found = false;
	size_t i;

	json_array_foreach(failures, i, item) {
		/* One from the future tells of a clock that was set back. */
		if (found ||
		    json_unpack(item, "{s:s, s:I, s:I, s:s}", "digest",
			&its_digest, "noted_at", &noted_at, "status", &status,
			"message", &message) == -1 ||
		    noted_at <= lock->since || noted_at > now || status <= 0 ||
		    status > 255 ||
		    (digest != NULL && strcmp(its_digest, digest) != 0))
			continue;
		found = true;
		if (failure == NULL)
			continue;
		failure_set(failure, (int)status, "%s", message);
		failure->hint = mem_strdup(
		    json_string_value(json_object_get(item, "hint")));
		failure->oauth_error = mem_strdup(
		    json_string_value(json_object_get(item, "oauth_error")));
	}
	json_decref(failures);
	return found;
}

/* TEXT, NULL is null, as others may see it. */
static json_t *
kept_text(const char *text)
{
	char *kept;
	json_t *value;

	if (text == NULL)
		return json_null();
	/* Redacted first: half a secret would not be known for one. */
	kept = hide_text(text);
	kept[strnlen(kept, TEXT_LIMIT)] = '\0';
	value = msg_json(kept);
	free(kept);
	return value;
}

void
cache_lock_note(const struct cache_lock *lock, const char *digest,
    const struct failure *failure)
{
	json_t *failures, *record;
	const char *other;
	char *text;
	ssize_t length;
	size_t i = 0;

	if (lock->file == -1 || digest == NULL)
		return;
	failures = read_failures(lock);
	/* An older one with the same digest goes, and the oldest of many. */
	while (i < json_array_size(failures)) {
		other = json_string_value(
		    json_object_get(json_array_get(failures, i), "digest"));
		if (other == NULL || strcmp(other, digest) == 0 ||
		    i + 1 >= RECORDS)
			json_array_remove(failures, i);
		else
			i++;
	}
	json_array_insert_new(failures, 0,
	    json_pack("{s:s, s:I, s:i, s:o, s:o, s:o}", "digest", digest,
		"noted_at", (json_int_t)clock_wall_ms(), "status",
		failure->status, "message", kept_text(failure->message), "hint",
		kept_text(failure->hint), "oauth_error",
		kept_text(failure->oauth_error)));
	record = json_pack("{s:o}", "failures", failures);
	text = json_dumps(record, JSON_COMPACT);
	length = text != NULL ? (ssize_t)strlen(text) : -1;
	/* One write, cut off to length only after it: never an empty file. */
	if (length != -1 &&
	    pwrite(lock->file, text, (size_t)length, 0) == length &&
	    ftruncate(lock->file, length) == -1)
		msg_warn("cannot cut a lock file in %s to length: %s",
		    lock->cache->path, strerror(errno));
	mem_wipe(text);
	json_decref(record);
}
