#include "tempfile.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "signals.h"
#include "text.h"

/* Bytes of a name that the temporary one has, so that a long one has space
 * for more. */
#define NAME_KEPT 200

#define SWEEP_AGE 60 /* seconds */
#define LOCK_TRIES 10

/* Changed only while signals are held. */
static LIST_HEAD(tempfiles, tempfile) unfinished;

static void
hold_signals(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, old);
}

/* At the end of the process, perhaps in a signal handler. */
static void
remove_unfinished(void)
{
	const struct tempfile *file;

	for (file = LIST_FIRST(&unfinished); file != NULL;
	     file = LIST_NEXT(file, link))
		unlinkat(file->directory, file->temporary, 0);
}

void
tempfile_keep(struct tempfile *file)
{
	sigset_t old;

	if (file->fd != -1) {
		hold_signals(&old);
		LIST_REMOVE(file, link);
		sigprocmask(SIG_SETMASK, &old, NULL);
		close(file->fd);
	}
	free(file->temporary);
	free(file->name);
	*file = (struct tempfile)TEMPFILE_NONE;
}

int
tempfile_begin(
    struct tempfile *file, int directory, const char *name, mode_t mode)
{
	size_t kept = (size_t)(file_name(name) - name);
	sigset_t old;
	int saved;

	kept += strnlen(name + kept, NAME_KEPT);
	*file = (struct tempfile){ .fd = -1, .directory = directory };
	file->name = mem_strdup(name);
	file->temporary = mem_printf("%.*s.tmp.%08x%08x", (int)kept, name,
	    (unsigned int)arc4random(), (unsigned int)arc4random());
	signals_at_death(remove_unfinished);
	hold_signals(&old);
	file->fd = openat(directory, file->temporary,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	saved = errno;
	if (file->fd != -1)
		LIST_INSERT_HEAD(&unfinished, file, link);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (file->fd != -1)
		return 0;
	tempfile_keep(file);
	errno = saved;
	return -1;
}

int
tempfile_begin_locked(
    struct tempfile *file, int directory, const char *name, mode_t mode)
{
	int i;

	/* Between its birth and its lock a sweep may take it away. */
	for (i = 0; i < LOCK_TRIES; i++) {
		if (tempfile_begin(file, directory, name, mode) == -1)
			return -1;
		/* Where there are no locks, it goes without. */
		if ((flock(file->fd, LOCK_EX | LOCK_NB) == 0 ||
			errno != EWOULDBLOCK) &&
		    (faccessat(file->directory, file->temporary, F_OK, 0) ==
			    0 ||
			errno != ENOENT))
			return 0;
		tempfile_abandon(file);
	}
	errno = EAGAIN;
	return -1;
}

int
tempfile_commit(struct tempfile *file, bool sync)
{
	/* Some file systems say only on close(2) that the disk is full. */
	if ((sync ? fsync(file->fd) : close(dup(file->fd))) == -1 ||
	    renameat(file->directory, file->temporary, file->directory,
		file->name) == -1)
		return -1;
	tempfile_keep(file);
	return 0;
}

void
tempfile_abandon(struct tempfile *file)
{
	int saved = errno;

	if (file->fd != -1)
		unlinkat(file->directory, file->temporary, 0);
	tempfile_keep(file);
	errno = saved;
}

static void
sweep_one(int directory, const char *name)
{
	int fd = openat(
	    directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd == -1)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 ||
	    (errno != EWOULDBLOCK && fstat(fd, &st) == 0 &&
		time(NULL) - st.st_mtime > SWEEP_AGE))
		unlinkat(directory, name, 0);
	close(fd);
}

void
tempfile_sweep(int directory, const char *name)
{
	char *prefix = mem_printf("%s.tmp.", name);
	struct dirent *entry;
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd != -1 ? fdopendir(fd) : NULL;

	while (listing != NULL && (entry = readdir(listing)) != NULL)
		if (text_begins(entry->d_name, prefix))
			sweep_one(directory, entry->d_name);
	if (listing != NULL)
		closedir(listing);
	else if (fd != -1)
		close(fd);
	free(prefix);
}
