#include "file.h"

#include <sys/file.h>
#include <sys/time.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* Bytes of a name that its draft has, so that a long one has room for more. */
#define NAME_KEPT 200

#define SWEEP_AGE 60   /* seconds */
#define SWEPT_LIMIT 10 /* tries */

/* The drafts that a signal must remove; -o, -D, --etag-save and the cache. */
#define MAX_DRAFTS 4
static struct file_draft *volatile drafts[MAX_DRAFTS];
static void (*volatile at_death)(void);
static void (*volatile at_deadline)(void);
static long long deadline; /* by clock_ms() */

static const int deadly_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM,
	SIGUSR1, SIGUSR2, SIGIO, SIGVTALRM, SIGPROF, SIGXCPU };
#define NSIGNALS (sizeof(deadly_signals) / sizeof(deadly_signals[0]))

int
file_read_fd(int fd, size_t limit, int patience, struct buf *out)
{
	const long long end = clock_ms() + patience;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char chunk[4096];
	long long left = patience;
	ssize_t n;
	int ready;

	for (;;) {
		ready = poll(&wait, 1, (int)left);
		if (ready == 0) {
			errno = ETIMEDOUT;
			break;
		}
		n = ready > 0 ? read(fd, chunk, sizeof(chunk)) : -1;
		if (n == 0) {
			explicit_bzero(chunk, sizeof(chunk));
			return 0;
		}
		if (n == -1 && errno != EINTR && errno != EAGAIN)
			break;
		if (n == -1)
			continue;
		if ((size_t)n > limit) {
			errno = EFBIG;
			break;
		}
		buf_add(out, chunk, (size_t)n);
		limit -= (size_t)n;
		if (patience >= 0)
			left = end > clock_ms() ? end - clock_ms() : 0;
	}
	explicit_bzero(chunk, sizeof(chunk));
	return -1;
}

int
file_read(const char *path, size_t limit, int patience, struct buf *out,
    struct stat *about)
{
	struct stat st;
	int fd, result = -1, saved;

	/* Without O_NONBLOCK the open of a FIFO waits for its writer. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		goto out;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto out;
	}
	if (about != NULL)
		*about = st;
	result = file_read_fd(fd, limit, patience, out);
out:
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

bool
file_is_stdin(const char *path)
{
	static const char *const names[] = { "-", "/dev/stdin", "/dev/fd/0",
		"/proc/self/fd/0" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(path, names[i]) == 0)
			return true;
	return false;
}

void
file_drain(int fd)
{
	char chunk[4096];
	ssize_t n;

	do
		n = read(fd, chunk, sizeof(chunk));
	while (n > 0 || (n == -1 && errno == EINTR));
}

int
file_write(int fd, const void *data, size_t length)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	const char *at = data;
	ssize_t n;

	while (length > 0) {
		n = write(fd, at, length);
		if (n == -1 && errno == EAGAIN)
			poll(&wait, 1, -1);
		else if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			at += n;
			length -= (size_t)n;
		}
	}
	return 0;
}

char *
file_join(const char *directory, const char *name)
{
	if (name[0] == '/' || directory[0] == '\0')
		return mem_strdup(name);
	return mem_printf("%s/%s", directory, name);
}

/* Keeps the deadly signals away while the list of drafts changes. */
static void
hold_signals(sigset_t *old)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < NSIGNALS; i++)
		sigaddset(&set, deadly_signals[i]);
	sigprocmask(SIG_BLOCK, &set, old);
}

static void
remember(struct file_draft *draft)
{
	size_t i;

	for (i = 0; i < MAX_DRAFTS; i++) {
		if (drafts[i] == NULL) {
			drafts[i] = draft;
			return;
		}
	}
}

static void
forget(const struct file_draft *draft)
{
	size_t i;

	for (i = 0; i < MAX_DRAFTS; i++)
		if (drafts[i] == draft)
			drafts[i] = NULL;
}

/* Called from a signal handler: nothing but unlinkat(2). */
static void
remove_drafts(void)
{
	size_t i;

	for (i = 0; i < MAX_DRAFTS; i++)
		if (drafts[i] != NULL)
			unlinkat(drafts[i]->directory, drafts[i]->temporary, 0);
}

static void
die_of(int number)
{
	remove_drafts();
	if (at_death != NULL)
		at_death();
	if (number == SIGALRM && at_deadline != NULL && clock_ms() >= deadline)
		at_deadline();
	/* SA_RESETHAND has restored the default; delivered on return. */
	raise(number);
}

static void
watch_signal(int number)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = die_of;
	action.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static void
watch_signals(void)
{
	static bool are_watched;
	struct sigaction old;
	size_t i;

	if (are_watched)
		return;
	are_watched = true;
	for (i = 0; i < NSIGNALS; i++) {
		sigaction(deadly_signals[i], NULL, &old);
		if (old.sa_handler != SIG_IGN) /* nohup(1) stays in force */
			watch_signal(deadly_signals[i]);
	}
	atexit(remove_drafts);
}

void
file_at_death(void (*clean_up)(void))
{
	watch_signals();
	at_death = clean_up;
}

void
file_at_deadline(long long ms, void (*end)(void))
{
	sigset_t set;

	watch_signals();
	/* Whoever started us may have had it ignored or blocked. */
	watch_signal(SIGALRM);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	deadline = clock_ms() + ms;
	at_deadline = end;
	file_set_alarm();
}

void
file_set_alarm(void)
{
	/* Again and again: readpassphrase(3) only notes a signal that comes
	 * just before its read(2). */
	struct itimerval timer = { .it_interval = { 0, 100000 } };
	long long ms = deadline - clock_ms();

	if (at_deadline == NULL)
		return;
	if (ms < 0)
		ms = 0;
	timer.it_value.tv_sec = (time_t)(ms / 1000);
	timer.it_value.tv_usec = (suseconds_t)(ms % 1000 * 1000 + 1);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Makes the draft's file; -1 and errno. The lock tells file_sweep() that its
 * writer lives. */
static int
create(struct file_draft *draft, mode_t mode)
{
	sigset_t old;
	int saved;

	hold_signals(&old);
	draft->fd = openat(draft->directory, draft->temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	saved = errno;
	if (draft->fd != -1)
		remember(draft);
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	if (draft->fd == -1)
		return -1;
	(void)flock(draft->fd, LOCK_EX);
	return 0;
}

/* Whether file_sweep() came between the draft's birth and its lock. */
static bool
is_swept(const struct file_draft *draft)
{
	struct stat st;

	return fstatat(draft->directory, draft->temporary, &st,
		   AT_SYMLINK_NOFOLLOW) == -1 &&
	    errno == ENOENT;
}

int
file_begin(
    struct file_draft *draft, int directory, const char *name, mode_t mode)
{
	const char *slash = strrchr(name, '/');
	size_t kept = slash != NULL ? (size_t)(slash + 1 - name) : 0;
	int result, saved, i;

	watch_signals();
	kept += strnlen(name + kept, NAME_KEPT);
	for (i = 0; i < SWEPT_LIMIT; i++) {
		draft->directory = directory;
		draft->name = mem_strdup(name);
		draft->temporary = mem_printf("%.*s.tmp.%08x%08x", (int)kept,
		    name, (unsigned int)arc4random(),
		    (unsigned int)arc4random());
		result = create(draft, mode);
		if (result == 0 && !is_swept(draft))
			return 0;
		saved = errno;
		file_abandon(draft);
		errno = saved;
		if (result == -1)
			return -1;
	}
	errno = EAGAIN;
	return -1;
}

static void
release(struct file_draft *draft)
{
	if (draft->fd != -1)
		close(draft->fd);
	free(draft->temporary);
	free(draft->name);
	*draft = (struct file_draft)FILE_NO_DRAFT;
}

int
file_commit(struct file_draft *draft, bool sync)
{
	sigset_t old;
	int result, saved;

	hold_signals(&old);
	/* Some file systems say only on close(2) that the disk is full. */
	result = sync ? fsync(draft->fd) : close(dup(draft->fd));
	if (result == 0)
		result = renameat(draft->directory, draft->temporary,
		    draft->directory, draft->name);
	saved = errno;
	if (result == 0) {
		forget(draft);
		release(draft);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (result != 0)
		file_abandon(draft);
	errno = saved;
	return result;
}

void
file_abandon(struct file_draft *draft)
{
	sigset_t old;

	hold_signals(&old);
	if (draft->fd != -1)
		unlinkat(draft->directory, draft->temporary, 0);
	forget(draft);
	release(draft);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void
sweep_one(int directory, const char *name)
{
	int fd = openat(
	    directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return;
	/* Where there are no locks, no writer takes so long. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 ||
	    (errno != EWOULDBLOCK && fstat(fd, &st) == 0 &&
		time(NULL) - st.st_mtime > SWEEP_AGE))
		unlinkat(directory, name, 0);
	close(fd);
}

void
file_sweep(int directory, const char *name)
{
	char *prefix = mem_printf("%s.tmp.", name);
	struct dirent *entry;
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd != -1 ? fdopendir(fd) : NULL;

	while (listing != NULL && (entry = readdir(listing)) != NULL)
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			sweep_one(directory, entry->d_name);
	if (listing != NULL)
		closedir(listing);
	else if (fd != -1)
		close(fd);
	free(prefix);
}
