/*
 * The line that was meant by one that asauth does not know: with the command
 * that was forgotten, misplaced or confused with another, or the method where
 * it belongs.
 */
#ifndef MEANT_H
#define MEANT_H

#include "asauth.h"
#include "msg.h"

/*
 * Makes the line that was meant the hint of FAILURE, which is of usage, if
 * the WORDS that followed TYPED (NULL: no command) tell it. It shows no
 * argument that could be a secret.
 */
void meant_hint(
    const struct command *typed, char **words, struct failure *failure);
/* The ARGUMENTS do not begin with a command. Status: AS_USAGE. */
int meant_fail(char **arguments, struct failure *failure);

#endif
