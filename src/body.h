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

#include "mem.h"
#include "options.h"

enum body_kind {
	BODY_NONE,
	BODY_MEMORY, /* -d and its kin, --json */
	BODY_STREAM, /* -T */
	BODY_FORM    /* -F */
};

/* A field of a form (-F). A field of several files is a mixed part. */
struct body_part {
	char *name;
	struct buf data; /* the content, unless it is a file */
	char *path;	 /* a regular file, streamed */
	char *filename;	 /* as the server is to know it */
	char *type;
	char *encoder;
	char **headers;
	size_t nheaders;
	struct body_part *parts; /* several files under one name */
	size_t nparts;
};

struct body {
	enum body_kind kind;
	struct buf data; /* BODY_MEMORY */
	int fd;		 /* BODY_STREAM */
	off_t start;	 /* where the stream began */
	long long size;	 /* of the stream; -1 when unknown */
	bool is_seekable;
	bool is_touched; /* bytes of the stream have been read */
	int patience;	 /* of body_add() with a file, as in file_read() */
	struct body_part *parts; /* BODY_FORM */
	size_t nparts;
};

/* clang-format off */
#define BODY_EMPTY { .fd = -1, .patience = -1 }
/* clang-format on */

/*
 * Appends all of PATH, "-" being standard input; waits PATIENCE milliseconds
 * at most, as in file_read(). Status: AS_READ, AS_TIMEOUT, said.
 */
int body_slurp(const char *path, size_t limit, int patience, struct buf *out);
/* Takes out what ends lines, as curl(1) does of -d @FILE and -w @FILE. */
void body_strip_lines(struct buf *text);
/*
 * Adds what the option ID (one of -d, --data-raw, --data-binary,
 * --data-urlencode, --json, -F) with TEXT says, by curl(1)'s rules; ESCAPE
 * percent-encodes bytes. Status: AS_READ for a file that cannot be read,
 * AS_USAGE for a malformed field.
 */
int body_add(struct body *body, enum option_id id, const char *text,
    char *(*escape)(const char *bytes, size_t length));
/* Makes the body a stream of PATH; "-" and "." are standard input. A regular
 * file has a size, all else has none. Status: AS_READ. */
int body_open(struct body *body, const char *path);
/* Whether the option ID with TEXT would read standard input. */
bool body_reads_stdin(enum option_id id, const char *text);

/* The next bytes of a stream: how many, 0 at the end, -1 and errno, which is
 * ETIMEDOUT if none came for PATIENCE milliseconds. */
ssize_t body_read(struct body *body, char *bytes, size_t room, int patience);
/* Goes back OFFSET bytes behind the start of a stream; -1 if that cannot be
 * done, true also for a pipe from which nothing has been read. */
int body_rewind(struct body *body, off_t offset);
/* Whether the body can be sent from its start (again). */
bool body_can_restart(const struct body *body);

void body_free(struct body *body);

#endif
