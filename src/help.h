/*
 * --help, --version and what completions ask for, printed from the tables of
 * commands and settings.
 */
#ifndef HELP_H
#define HELP_H

#include "asauth.h"
#include "msg.h"

void help_command(const struct command *command);

/*
 * Does what the ARGUMENTS, which do not begin with a command, ask of the
 * program itself: its help, its version, or one of these, for completions:
 *
 * --list-commands: a line each, name and purpose, separated by a tab.
 * --list-options COMMAND: a line each, in five fields that a tab separates:
 * long name, letter, metavar ("..." follows where it may be given again;
 * empty: no argument), help, and the known arguments, separated by blanks.
 * --list-profiles [FILE]: a line each, of that config file or the usual one;
 * of a pipe nothing is read.
 *
 * Status: AS_USAGE, AS_TIMEOUT, as config_load().
 */
int help_run(char **arguments, struct failure *failure);

#endif
