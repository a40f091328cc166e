/*
 * How far a transfer has come: on a terminal a line, or a bar, that is written
 * over and over once a second has passed; elsewhere, if a bar was asked for, a
 * plain line every 30 seconds, so that a CI does not take silence for a hang.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

struct progress {
	bool is_shown;		/* it may be shown at all */
	bool is_bar;		/* -# */
	bool is_terminal;	/* standard error is one */
	bool is_shared;		/* the reply's body goes there as well */
	long long begun;	/* by clock_ms(), 0: not yet */
	long long updated;	/* the same */
	long long waited_since; /* for the answer, the same */
};

/* Where a transfer stands, in bytes; 0 where unknown. */
struct progress_state {
	long long received, to_receive;
	long long sent, to_send;
	bool was_sent; /* all of a body that is not empty */
};

/* Shows it, if it is time to. */
void progress_update(
    struct progress *progress, const struct progress_state *state);
/* Wipes the line before anything else is printed. */
void progress_end(struct progress *progress);

#endif
