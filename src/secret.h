/*
 * The client secret: found among the settings, but read only when a token
 * has to be minted.
 *
 * It is one value of one of three kinds (the secret itself, a file, a
 * command), from the strongest source that has any. A source that names
 * another client id than the one in force does not supply it.
 */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>

#include "msg.h"
#include "mem.h"
#include "run.h"

struct secret {
	const struct run *run;
	const struct settings *settings; /* the run's */
	enum option_id kind; /* one of option_secrets, OPT_COUNT: none */
	char *value;	     /* once read */
	struct buf drained;  /* what standard input held */
	bool is_drained;
	bool is_swapped; /* the client id may be it: neither is shown */
	int drain_error; /* an errno, 0: none */
};

/* Finds the source. Status: AS_USAGE if one source has two kinds. Release with
 * secret_free() unless that failed. */
int secret_find(
    struct secret *secret, const struct run *run, struct failure *failure);
bool secret_is_stdin(const struct secret *secret);
/* Reads standard input to its end if the secret is to come from there, needed
 * or not: its writer must not die of a reader that went away. */
void secret_drain(struct secret *secret);
/*
 * Reads the secret: from the file or the command, or by asking for it where
 * standard input and error are terminals. Once read it stays. Status:
 * AS_USAGE, AS_READ, AS_TIMEOUT.
 */
int secret_resolve(struct secret *secret, struct failure *failure);
bool secret_is_command(const struct secret *secret);
/*
 * What tells this secret from another: the command that prints it, or the
 * value. NULL while that has not been read; the caller wipes it.
 */
char *secret_identity(const struct secret *secret);
void secret_free(struct secret *secret);

#endif
