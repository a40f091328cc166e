/*
 * -w, --write-out: curl(1)'s little language for what to print when a
 * transfer is over.
 *
 * %{name} stands for a variable, %header{name} for a header of the reply,
 * %% for a per cent sign; \n, \r and \t are what they are in C. %{stderr}
 * and %{stdout} switch the stream; %{onerror} ends the text if all went
 * well. Anything else stands for itself.
 */
#ifndef WRITEOUT_H
#define WRITEOUT_H

#include "mem.h"

/* Where the values come from; both return NULL for what they do not know,
 * else a string that the caller frees. */
struct writeout_source {
	char *(*variable)(void *context, const char *name);
	char *(*header)(void *context, const char *name);
	void *context;
	int status; /* of the run, for %{onerror}, %{exitcode} */
};

/* Renders FORMAT into what goes to standard output and to standard error. */
void writeout_render(const char *format, const struct writeout_source *source,
    struct buf *output, struct buf *errors);

#endif
