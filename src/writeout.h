/*
 * -w, --write-out: curl(1)'s little language for what to print when a
 * transfer is over.
 *
 * %{name} stands for a variable, %header{name} for a header of the reply,
 * %% for a per cent sign; \n, \r and \t are what they are in C. %{stderr}
 * and %{stdout} switch the stream; %{onerror} ends the text if all went
 * well. Anything else stands for itself. No value shows a secret.
 *
 * A new variable is a row of the table in writeout.c.
 */
#ifndef WRITEOUT_H
#define WRITEOUT_H

#include "http.h"
#include "mem.h"
#include "msg.h"

/* What is known about the transfer that is described. */
struct writeout {
	const struct reply *reply; /* sent, or of reply_none() */
	const char *url;	   /* with all that was added to it */
	const char *filename;	   /* of -o, NULL: none */
	const char *message;	   /* of the failure, NULL: none */
	long redirects;		   /* that were followed */
	long retries;		   /* of --retry */
	int status;		   /* of the run */
};

/* Reads what -w says: a format, or @FILE with one; the caller frees *FORMAT.
 * TIMEOUT is that of file_read(). Status: AS_READ, AS_TIMEOUT, in FAILURE. */
int writeout_read(
    const char *given, int timeout, char **format, struct failure *failure);
/* Renders FORMAT into what goes to standard output and to standard error. */
void writeout_render(const char *format, const struct writeout *writeout,
    struct buf *output, struct buf *errors);
/* The same, printed. Status: AS_WRITE, in FAILURE. */
int writeout_print(const char *format, const struct writeout *writeout,
    struct failure *failure);

#endif
