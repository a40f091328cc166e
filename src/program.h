/*
 * Another program, run for what it prints.
 *
 * MUSTs:
 *  1. It inherits descriptors 0 to 2 and what this process was started with,
 *     and nothing that was opened since program_prepare(): no connection, no
 *     lock, no temporary file.
 *  2. It has ended when it ends, even where what it left behind holds its
 *     output open.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stddef.h>

#include "mem.h"

/* Notes what is open; to be called before libcurl opens anything. */
void program_prepare(void);
/*
 * Runs ARGUMENTS, NULL at their end, without a shell, and appends what it
 * prints, LIMIT bytes at most, to OUTPUT. Its standard input is empty, its
 * standard error is ours. After TIMEOUT milliseconds it is killed. Why that
 * failed, in words that last until the next call, or NULL.
 */
const char *program_run(
    char **arguments, size_t limit, int timeout, struct buf *output);

#endif
