#include "flight.h"

#include <sys/file.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <libutil.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "clock.h"
#include "file.h"
#include "mem.h"
#include "msg.h"

#define RECORD_LIMIT (1024UL * 1024) /* bytes */
#define RECORDS 64		     /* failures kept */
#define TEXT_LIMIT 1000		     /* bytes of a text kept */
/* Who waits gives the holder so much longer, in ms, to tell how it went. */
#define GRACE_MS 500

static void
interrupt(int number)
{
	(void)number; /* flock(2) returns with EINTR, that is all */
}

/* Has SIGALRM interrupt a wait after LIMIT ms, and again and again after
 * that, should it come just before the wait begins. */
static void
set_alarm(long long limit, struct sigaction *old)
{
	struct itimerval timer = { .it_value = { (time_t)(limit / 1000),
				       (suseconds_t)(limit % 1000) * 1000 },
		.it_interval = { 0, 50000 } };
	struct sigaction action;
	sigset_t set;

	memset(&action, 0, sizeof(action));
	action.sa_handler = interrupt;
	sigemptyset(&action.sa_mask);
	sigaction(SIGALRM, &action, old);
	/* Whoever started us may have had it blocked. */
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void
clear_alarm(const struct sigaction *old)
{
	struct itimerval never = { { 0, 0 }, { 0, 0 } };

	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, old, NULL);
	file_set_alarm();
}

/* The lock file, opened by flopenat(3) or its like. */
static int
open_by(int (*open_at)(int directory, const char *path, int flags, ...),
    const struct cache *cache, int flags)
{
	char *name = mem_printf("%s.lock", cache->name);
	mode_t mask = umask(0); /* the mode is to be what it is asked to be */
	int fd = open_at(cache->directory, name,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC | flags,
	    S_IRUSR | S_IWUSR);
	int saved = errno;

	umask(mask);
	free(name);
	errno = saved;
	return fd;
}

static bool
is_private_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && st.st_nlink == 1 &&
	    (st.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static json_t *
read_once(int fd)
{
	struct buf text = { 0 };
	json_t *record = NULL;

	if (lseek(fd, 0, SEEK_SET) == 0 &&
	    file_read_fd(fd, RECORD_LIMIT, 0, &text) == 0 && text.length > 0)
		/* A record being written may have the end of a longer one
		 * behind it. */
		record = json_loadb(
		    text.data, text.length, JSON_DISABLE_EOF_CHECK, NULL);
	buf_free(&text);
	return record;
}

/* What the lock file says; an empty object if it says nothing. */
static json_t *
read_record(int fd)
{
	json_t *record = read_once(fd);

	/* Who reads it without the lock may meet one half written. */
	if (record == NULL)
		record = read_once(fd);
	if (!json_is_object(record)) {
		json_decref(record);
		record = json_object();
	}
	return record;
}

/* Whether a failure was noted while its reader was after the token already.
 * One from the future tells of a clock that was set back. */
static bool
is_news(const struct flight *flight, const json_t *failure)
{
	long long noted_at = json_integer_value(
	    json_object_get(failure, "noted_at"));

	return noted_at > flight->since && noted_at <= clock_wall_ms();
}

/* Milliseconds that the holder of the lock has left of LIMIT, counted from
 * when it began to ask; none if that is not known. */
static long long
holder_left(const struct flight *flight, long long limit)
{
	json_t *record = read_record(flight->file);
	long long passed = clock_wall_ms() -
	    json_integer_value(json_object_get(record, "asking_since"));

	json_decref(record);
	return passed >= 0 && passed < limit ? limit - passed : 0;
}

/* The lock, -1 and EINTR when we and its holder have had LIMIT ms, or LEFT
 * or twice the LIMIT have passed. */
static int
wait_for_lock(const struct flight *flight, long long limit, long long left)
{
	const long long last = clock_ms() +
	    (left < 2 * limit ? left : 2 * limit);
	long long end = clock_ms() + limit;
	struct sigaction old;
	int fd, saved;

	set_alarm(limit < left ? limit : left, &old);
	do {
		fd = open_by(flopenat, flight->cache, 0);
		saved = errno;
		if (clock_ms() >= end)
			end = clock_ms() + holder_left(flight, limit);
	} while (fd == -1 && saved == EINTR && clock_ms() < end &&
	    clock_ms() < last);
	clear_alarm(&old);
	errno = saved;
	return fd;
}

/* Another process holds the lock. */
static void
wait_or_go(struct flight *flight, long long limit, long long left)
{
	int fd;

	flight->has_waited = true;
	flight->file = open_by(openat, flight->cache, O_NONBLOCK);
	if (flight->file == -1 || left <= 0)
		return;
	fd = wait_for_lock(flight, limit, left);
	if (fd == -1 && errno == EINTR)
		return;
	close(flight->file);
	flight->file = fd;
	flight->is_locked = fd != -1;
}

void
flight_begin(struct flight *flight, struct cache *cache, long long since,
    long long limit, long long left)
{
	*flight = (struct flight){ .cache = cache, .file = -1, .since = since };
	if (cache->directory == -1)
		return;
	flight->file = open_by(flopenat, cache, O_NONBLOCK);
	flight->is_locked = flight->file != -1;
	if (flight->file == -1 && errno == EWOULDBLOCK)
		wait_or_go(flight, limit + GRACE_MS, left);
	if (flight->file != -1 && is_private_file(flight->file))
		return;
	msg_warn("cannot lock %s/%s.lock: %s", cache->path, cache->name,
	    flight->file == -1 ? strerror(errno) : "it is not a file of ours");
	flight_end(flight);
}

bool
flight_has_news(const struct flight *flight)
{
	json_t *record, *item;
	bool result = false;
	size_t i;

	if (flight->file == -1)
		return false;
	record = read_record(flight->file);
	json_array_foreach(json_object_get(record, "failures"), i, item) {
		result |= is_news(flight, item);
	}
	json_decref(record);
	return result;
}

static char *
copy_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? mem_strdup(text) : NULL;
}

bool
flight_failed(
    const struct flight *flight, const char *digest, struct failure *failure)
{
	const char *other;
	json_t *record, *item;
	bool found = false;
	size_t i;

	if (flight->file == -1 || digest == NULL)
		return false;
	record = read_record(flight->file);
	json_array_foreach(json_object_get(record, "failures"), i, item) {
		other = json_string_value(json_object_get(item, "digest"));
		if (found || other == NULL || strcmp(other, digest) != 0 ||
		    !is_news(flight, item))
			continue;
		found = true;
		failure_free(failure);
		failure->status = (int)json_integer_value(
		    json_object_get(item, "status"));
		failure->message = copy_text(item, "message");
		failure->hint = copy_text(item, "hint");
		failure->oauth_error = copy_text(item, "oauth_error");
	}
	json_decref(record);
	return found;
}

/* Puts the failure first among the record's and drops an older one with the
 * same digest, or the oldest of too many. */
static void
insert(json_t *failures, const char *digest, json_t *failure)
{
	const char *other;
	size_t i = 0;

	while (i < json_array_size(failures)) {
		other = json_string_value(
		    json_object_get(json_array_get(failures, i), "digest"));
		if (other == NULL || strcmp(other, digest) == 0 ||
		    i + 1 >= RECORDS)
			json_array_remove(failures, i);
		else
			i++;
	}
	json_array_insert_new(failures, 0, failure);
}

/* Releases the record. */
static void
write_record(const struct flight *flight, json_t *record)
{
	char *text = json_dumps(record, JSON_COMPACT);

	/* One write, cut off to length only after it: see read_record(). */
	if (text != NULL &&
	    pwrite(flight->file, text, strlen(text), 0) ==
		(ssize_t)strlen(text) &&
	    ftruncate(flight->file, (off_t)strlen(text)) == -1)
		msg_warn("cannot cut %s.lock to length: %s",
		    flight->cache->name, strerror(errno));
	mem_json_free(text);
	json_decref(record);
}

void
flight_ask(const struct flight *flight)
{
	json_t *record;

	if (!flight->is_locked)
		return;
	record = read_record(flight->file);
	json_object_set_new(
	    record, "asking_since", json_integer(clock_wall_ms()));
	write_record(flight, record);
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
	kept = msg_redact(text, strlen(text));
	kept[strnlen(kept, TEXT_LIMIT)] = '\0';
	value = msg_json(kept);
	free(kept);
	return value;
}

void
flight_note(const struct flight *flight, const char *digest,
    const struct failure *failure)
{
	json_t *record, *failures;

	if (!flight->is_locked || digest == NULL)
		return;
	record = read_record(flight->file);
	failures = json_object_get(record, "failures");
	if (!json_is_array(failures)) {
		failures = json_array();
		json_object_set_new(record, "failures", failures);
	}
	insert(failures, digest,
	    json_pack("{s:s, s:I, s:i, s:o, s:o, s:o}", "digest", digest,
		"noted_at", (json_int_t)clock_wall_ms(), "status",
		failure->status, "message", kept_text(failure->message), "hint",
		kept_text(failure->hint), "oauth_error",
		kept_text(failure->oauth_error)));
	write_record(flight, record);
}

void
flight_end(struct flight *flight)
{
	if (flight->file != -1)
		close(flight->file);
	*flight = (struct flight)FLIGHT_NONE;
}
