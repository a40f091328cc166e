/*
 * Where a reply goes: standard output, or a file that appears whole or not
 * at all.
 *
 * A regular or new file is drafted beside itself and renamed into place by
 * output_finish(), through a symbolic link and keeping its mode. Anything
 * else (a terminal, a FIFO, /dev/null) is opened when the first byte comes
 * and written in place.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "file.h"

struct output {
	const char *path;    /* as the user named it; NULL: nowhere */
	bool is_standard;    /* it is standard output */
	bool is_binary_fine; /* even to a terminal: "-" was asked for */
	bool is_in_place;    /* it is no file to be drafted */
	bool is_sink;	     /* it keeps nothing */
	int fd;		     /* in place, -1 while not open */
	struct file_draft draft;
	long long written; /* bytes that cannot be taken back */
	bool has_failed;   /* and that has been said */
};

#define OUTPUT_NONE                              \
	{                                        \
		.fd = -1, .draft = FILE_NO_DRAFT \
	}

/* Prepares PATH: "-" is standard output, as is NULL if STANDARD; else NULL is
 * nowhere. Status: AS_WRITE, said, if a draft cannot be begun. */
int output_open(struct output *output, const char *path, bool standard);
/* False, said, if the bytes cannot be written. */
bool output_write(struct output *output, const void *bytes, size_t length);
/* Takes back what a failed try has written; false if that cannot be done. */
bool output_rewind(struct output *output);
/* Puts a draft in its place; an empty file if nothing was written. Status:
 * AS_WRITE, said. */
int output_finish(struct output *output);
/* Drops a draft, closes the rest; to be called in any case. */
void output_close(struct output *output);

#endif
