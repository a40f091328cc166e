/*
 * The fields of a multipart form (RFC 7578), as curl(1)'s -F describes them:
 * NAME=CONTENT, NAME=@FILE (a file with its name), NAME=<FILE (its content
 * alone), each with ;type= and ;filename= behind it; a value may stand in
 * double quotes, with backslashes before quotes and backslashes.
 */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "msg.h"

struct form_field {
	char *name;	 /* NULL: none */
	struct buf data; /* the content, unless it is a file */
	char *path;	 /* a regular file, streamed */
	char *filename;	 /* as the server is to know it, NULL: none */
	char *type;	 /* NULL: as libcurl guesses */
};

struct form {
	struct form_field *fields;
	size_t count;
};

/*
 * Adds the field that TEXT describes. A file that is not regular is read now,
 * since it might have to be sent twice; TIMEOUT is that of file_read(). Status,
 * in FAILURE: AS_USAGE, AS_READ, AS_TIMEOUT.
 */
int form_add(
    struct form *form, const char *text, int timeout, struct failure *failure);
/* Whether TEXT describes a field that is read from standard input. */
bool form_reads_stdin(const char *text);
/* The form as a curl_mime of libcurl's handle EASY, which the caller frees and
 * the form must outlive. */
void *form_mime(const struct form *form, void *easy);
void form_free(struct form *form);

#endif
