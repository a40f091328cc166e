/*
 * Signals that end the process, and the end of a run that is out of time.
 * The one owner of SIGALRM.
 *
 * MUSTs:
 *  1. Every signal whose default ends the process is met with the clean-ups
 *     below; one that is ignored stays ignored, as nohup(1) wants.
 *  2. The process then dies of that signal. Where it cannot, as process 1 of
 *     a container, it ends with 128 + its number.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

/* At the beginning of the process. */
void signals_begin(void);

/*
 * Has CLEAN_UP called when a signal or exit(3) ends the process, until
 * signals_forget(). It may do only what a signal handler may. There is room
 * for SIGNALS_CLEAN_UPS of them; the same one is called once.
 */
#define SIGNALS_CLEAN_UPS 4
void signals_at_death(void (*clean_up)(void));
void signals_forget(void (*clean_up)(void));

/* Ends the process in MS milliseconds with AS_TIMEOUT, after the clean-ups
 * and, unless IS_SILENT, with a message. */
void signals_set_deadline(long long ms, bool is_silent);

#endif
