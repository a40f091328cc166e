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

#include "failure.h"
#include "mem.h"
#include "settings.h"

struct secret {
	const struct settings *settings;
	const struct layer *layer; /* the source, NULL: none */
	enum option_id kind;	   /* which of the three it has */
	char *value;		   /* once read */
	struct buf drained;	   /* what standard input held */
	bool is_drained;
	int drain_error; /* an errno, 0: none */
	long long deadline;
};

/* Finds the source; reading it will take until DEADLINE at most (clock_ms(),
 * 0: none). Status: AS_USAGE (said) if one source has two kinds. */
int secret_find(
    struct secret *secret, const struct settings *settings, long long deadline);
bool secret_is_stdin(const struct secret *secret);
/* Reads standard input to its end if the secret is to come from there, needed
 * or not: its writer must not die of a reader that went away. */
void secret_drain(struct secret *secret);
/*
 * Reads the secret: from the file or the command, or by asking for it where
 * standard input and error are terminals. Status: AS_USAGE, AS_READ,
 * AS_TIMEOUT, told in FAILURE. Once read it stays.
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
