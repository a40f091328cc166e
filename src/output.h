/*
 * Where a reply goes: standard output, or a file that appears whole or not at
 * all.
 *
 * MUSTs:
 *  1. What cannot be written is found out before anything is sent.
 *  2. Only a new file, or a regular one of ours with one name, is replaced by
 *     a rename. It keeps its permission bits, but never set-id bits.
 *  3. All else is opened by the kernel's own rules about links and sticky
 *     directories, and written in place: a regular file from a finished
 *     temporary file, a device, FIFO or terminal as the bytes come.
 *  4. No reply is lost: if the last step fails, the temporary file is kept and
 *     named.
 *  5. A terminal that is standard output gets what is for people (view.h),
 *     unless "-" was asked for in place of NULL; all else gets the server's
 *     bytes.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "msg.h"
#include "tempfile.h"
#include "view.h"

struct output {
	const char *path;	 /* as the user named it, NULL: not at all */
	struct failure *failure; /* of the run */
	bool is_standard;	 /* it is standard output */
	bool is_sink;		 /* it keeps nothing: /dev/null */
	bool is_viewed;		 /* a terminal shows it through the view */
	struct view view;
	int fd; /* written in place, else -1 */
	struct tempfile temporary;
	long long written; /* bytes that cannot be taken back */
	bool has_failed;   /* and failure tells why */
};

#define OUTPUT_NONE                                  \
	{                                            \
		.fd = -1, .temporary = TEMPFILE_NONE \
	}

/* Makes the directories of PATH that there are not, with mode 0750, as curl(1)
 * does. Status: AS_WRITE, in FAILURE. */
int output_make_directories(const char *path, struct failure *failure);
/* Prepares PATH: "-" is standard output, as is NULL if STANDARD; else NULL is
 * nowhere. A FIFO's reader is waited for. Status: AS_WRITE, in FAILURE, which
 * must outlive the output. */
int output_open(struct output *output, const char *path, bool standard,
    struct failure *failure);
/* From now on a body of this media type is written; NULL: unknown. What a
 * terminal is to be shown of it MAY_BE_DROPPED at its end. */
void output_begin_body(
    struct output *output, const char *content_type, bool may_be_dropped);
/* False, with the failure filled, if the bytes cannot be written. */
bool output_write(struct output *output, const void *bytes, size_t length);
/* Takes back what a failed try has written; false if that cannot be done. */
bool output_rewind(struct output *output);
/* Drops what a terminal was not shown yet. */
void output_drop_view(struct output *output);
/* Has a terminal show what it was not shown yet; false if that fails. */
bool output_show(struct output *output);
/* Puts a finished file in its place; an empty one if nothing was written.
 * Status: AS_WRITE. */
int output_finish(struct output *output);
/* Drops what is unfinished, closes the rest; to be called in any case. */
void output_close(struct output *output);

#endif
