/*
 * Files: reading foreign ones without hanging, and writing all of something.
 *
 * Nothing here prints; functions that fail return -1 with errno set, unless
 * they fill a failure.
 */
#ifndef FILE_H
#define FILE_H

#include <sys/stat.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"

struct failure;

/* Milliseconds that a pipe may take that is named as a file of settings, and a
 * program that prints one: a person may have to be asked, but nobody may be
 * there. */
#define FILE_TIMEOUT 120000

/* Opens PATH for reading, which waits for nobody, or duplicates standard input
 * if it IS_STDIN, and tells ABOUT it. errno is EISDIR for a directory. */
int file_open(const char *path, bool is_stdin, struct stat *about);
/*
 * Appends all of PATH to OUT and tells ABOUT the file it was. Anything that can
 * be read will do: a regular file, a FIFO, a <(process substitution). errno is
 * EFBIG when there are more than LIMIT bytes, EISDIR for a directory, ETIMEDOUT
 * when a pipe took more than TIMEOUT milliseconds (negative: wait for ever).
 */
int file_read(const char *path, size_t limit, int timeout, struct buf *out,
    struct stat *about);
/* The same for an open descriptor. */
int file_read_fd(int fd, size_t limit, int timeout, struct buf *out);
/* Whether PATH names standard input: as curl(1) does, "-", or as systems do,
 * such as /dev/stdin. */
bool file_is_stdin(const char *path);
/* Fills FAILURE with errno, which tells why PATH cannot be read. Status:
 * AS_TIMEOUT for ETIMEDOUT, else AS_READ. */
int file_fail_read(const char *path, struct failure *failure);
/* file_read() for a file that the command line names, "-" being standard
 * input. Status: AS_READ, AS_TIMEOUT, in FAILURE. */
int file_slurp(const char *path, size_t limit, int timeout, struct buf *out,
    struct failure *failure);
/* Reads on until the end and throws it away. */
void file_drain(int fd);

/* Writes all of it, whatever interrupts. */
int file_write(int fd, const void *data, size_t length);

/* DIRECTORY/NAME, or NAME alone if it is absolute; the caller frees it. */
char *file_join(const char *directory, const char *name);

/* PATH, of which a "~/" at its begin is HOME, as a shell has it; NULL where
 * there is no HOME for it; the caller frees it. */
char *file_expand(const char *path);

/* What follows the last slash of PATH. */
const char *file_name(const char *path);

bool file_is_our_directory(const char *path);
/* Whether PATH, as it is written, is HOME or below it. "/" is no home. */
bool file_is_in_home(const char *path);
/* Whether there is a HOME and it is a directory of ours. */
bool file_home_is_ours(void);

/* Where something of PATH below our home is root's, as after sudo(8): the
 * command that gives it back to us, to be pasted; NULL: nothing is; the caller
 * frees it. */
char *file_chown_command(const char *path);

#endif
