/*
 * A temporary file: one that appears under its name whole or not at all. It
 * is written beside that name and renamed over it by tempfile_commit(). Until
 * then the old file is there, untouched.
 *
 * What is unfinished is removed by tempfile_abandon(), and when exit(3) or a
 * signal ends the process; what a SIGKILL leaves, by tempfile_sweep().
 *
 * Nothing here prints; functions that fail return -1 with errno set.
 */
#ifndef TEMPFILE_H
#define TEMPFILE_H

#include <sys/queue.h>
#include <sys/types.h>

#include <stdbool.h>

/* Must stay where it is from its beginning to its end. */
struct tempfile {
	int fd;	       /* -1 when there is none; for reading and writing */
	int directory; /* what both names are relative to */
	char *temporary;
	char *name;
	LIST_ENTRY(tempfile) link; /* private */
};

#define TEMPFILE_NONE    \
	{                \
		.fd = -1 \
	}

/*
 * Begins a file NAME in DIRECTORY (AT_FDCWD will do; it must stay open as
 * long as the temporary file). The temporary one is called
 * NAME.tmp.XXXXXXXXXXXXXXXX, with random digits, and has MODE less the umask
 * from birth.
 */
int tempfile_begin(
    struct tempfile *file, int directory, const char *name, mode_t mode);
/* The same for a NAME that somebody may sweep: it is under an exclusive
 * flock(2) for as long as its writer lives. Never waits. */
int tempfile_begin_locked(
    struct tempfile *file, int directory, const char *name, mode_t mode);
/* Syncs the file to disk if SYNC, and renames it into place. If that fails it
 * is still there, to be abandoned. */
int tempfile_commit(struct tempfile *file, bool sync);
/* Closes the temporary file and leaves it where it is. */
void tempfile_keep(struct tempfile *file);
/* Removes the temporary file; harmless when there is none. Keeps errno. */
void tempfile_abandon(struct tempfile *file);
/* Removes temporary files of NAME whose writers died: those without a lock,
 * or, where there are no locks, of a certain age. */
void tempfile_sweep(int directory, const char *name);

#endif
