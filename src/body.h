/*
 * The body of a request: bytes in memory, a file or pipe that is streamed,
 * or a multipart form. Where the bytes come from is decided here, how they
 * travel in http.c.
 */
#ifndef BODY_H
#define BODY_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "form.h"
#include "mem.h"
#include "msg.h"
#include "options.h"

enum body_kind {
	BODY_NONE,
	BODY_MEMORY, /* -d and its kin, --json */
	BODY_STREAM, /* -T */
	BODY_FORM    /* -F */
};

struct body {
	enum body_kind kind;
	struct buf data;  /* BODY_MEMORY */
	struct form form; /* BODY_FORM */
	int fd;		  /* BODY_STREAM */
	off_t start;	  /* where the stream began */
	long long size;	  /* of the stream; -1 when unknown */
	bool is_seekable;
	off_t position;	 /* bytes behind the start */
	bool is_touched; /* bytes of the stream have been read */
};

/* clang-format off */
#define BODY_EMPTY { .fd = -1 }
/* clang-format on */

/* Takes out what ends lines from the byte FROM on, as curl(1) does of -d @FILE
 * and -w @FILE. */
void body_strip_lines(struct buf *text, size_t from);
/*
 * Adds what the option ID (-d and its kin, --json or -F) with TEXT says, by
 * curl(1)'s rules. Libcurl must be loaded for --data-urlencode. TIMEOUT is that
 * of file_read(). Status, in FAILURE: AS_READ and AS_TIMEOUT for a file,
 * AS_USAGE for a malformed field.
 */
int body_add(struct body *body, enum option_id id, const char *text,
    int timeout, struct failure *failure);
/* Appends what --data-urlencode and --url-query say with TEXT, percent-encoded;
 * the same otherwise. */
int body_urlencode(
    const char *text, int timeout, struct buf *out, struct failure *failure);
/* Makes the body a stream of PATH; "-" and "." are standard input. A regular
 * file has a size, all else has none. Status: AS_READ, in FAILURE. */
int body_open(struct body *body, const char *path, struct failure *failure);
/* Whether the option ID is one of -d and its kin or --json. */
bool body_is_data(enum option_id id);
/* Whether the option ID with TEXT would read standard input. */
bool body_reads_stdin(enum option_id id, const char *text);

/* The next bytes of a stream, of which no more than its size are read: how
 * many, 0 at the end, -1 and errno, which is ETIMEDOUT if none came for TIMEOUT
 * milliseconds (negative: no limit), ENODATA if it ends before its size. */
ssize_t body_read(struct body *body, char *bytes, size_t capacity, int timeout);
/* Goes back OFFSET bytes behind the start of a stream; -1 if that cannot be
 * done, 0 also for a pipe from which nothing has been read. */
int body_rewind(struct body *body, off_t offset);
/* Whether the body can be sent from its start (again). */
bool body_can_restart(const struct body *body);

void body_free(struct body *body);

#endif
