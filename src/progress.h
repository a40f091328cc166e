/*
 * How far a transfer has come, on a terminal's standard error, once it has
 * taken more than a second.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

struct progress {
	bool is_shown;		  /* it may be shown at all */
	bool is_bar;		  /* -# */
	bool is_shared;		  /* the reply's body goes there as well */
	long long begun, updated; /* by clock_ms(), 0: not yet */
};

/* Shows the bytes so far and in all, 0 where unknown. */
void progress_update(struct progress *progress, long long received,
    long long to_receive, long long sent, long long to_send);
/* Wipes the line before anything else is printed. */
void progress_end(struct progress *progress);

#endif
