/*
 * Files: reading foreign ones without hanging, writing our own so that they
 * appear whole or not at all.
 *
 * Nothing here prints; functions that fail return -1 with errno set.
 */
#ifndef FILE_H
#define FILE_H

#include <sys/stat.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"

/* How long, in milliseconds, a pipe may take that is named as a file of
 * settings: nobody may be there to write to it. */
#define FILE_PATIENCE 10000

/*
 * Appends all of PATH to OUT and, unless ABOUT is NULL, tells what kind of
 * file it was. Anything that can be read will do: a regular file, a FIFO, a
 * <(process substitution). errno is EFBIG when there are more than LIMIT
 * bytes, EISDIR for a directory, ETIMEDOUT when a pipe took more than PATIENCE
 * milliseconds (negative: wait for ever).
 */
int file_read(const char *path, size_t limit, int patience, struct buf *out,
    struct stat *about);
/* The same for an open descriptor. */
int file_read_fd(int fd, size_t limit, int patience, struct buf *out);
/* Whether PATH names standard input: as curl(1) does, "-", or as systems do,
 * such as /dev/stdin. */
bool file_is_stdin(const char *path);
/* Reads on until the end and throws it away. */
void file_drain(int fd);

/* Writes all of it, whatever interrupts. */
int file_write(int fd, const void *data, size_t length);

/* DIRECTORY/NAME, or NAME alone if it is absolute; the caller frees it. */
char *file_join(const char *directory, const char *name);

/*
 * A file in the making: written under a temporary name beside the final one
 * and renamed over it by file_commit(). Until then the old file is there,
 * untouched; file_abandon(), exit(3) or a deadly signal, of which the process
 * then dies, removes what is unfinished.
 */
struct file_draft {
	int fd;	       /* -1 when there is none; write here */
	int directory; /* what both names are relative to */
	char *temporary;
	char *name;
};

#define FILE_NO_DRAFT    \
	{                \
		.fd = -1 \
	}

/*
 * Begins a draft of NAME in DIRECTORY (AT_FDCWD will do; it must stay open
 * as long as the draft). The temporary file is NAME.tmp.XXXXXXXXXXXXXXXX with
 * random digits, has MODE from birth, and is under an exclusive flock(2)
 * for as long as its writer lives.
 */
int file_begin(
    struct file_draft *draft, int directory, const char *name, mode_t mode);
/* Syncs the draft to disk if SYNC, and renames it into place. On failure the
 * draft is gone and the old file is still there. */
int file_commit(struct file_draft *draft, bool sync);
/* Removes the draft; harmless when there is none. */
void file_abandon(struct file_draft *draft);
/* Has CLEAN_UP called, too, when the process dies of such a signal; it may do
 * only what a signal handler may. NULL: no more. */
void file_at_death(void (*clean_up)(void));
/* Has END, a signal handler that must end the process, called in MS
 * milliseconds, when the drafts have been removed. */
void file_at_deadline(long long ms, void (*end)(void));
/* Sets the alarm that does so again, for who needed it for something else. */
void file_set_alarm(void);
/* Removes drafts of NAME whose writers died. */
void file_sweep(int directory, const char *name);

#endif
