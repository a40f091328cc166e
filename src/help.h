/*
 * --help, --version and what completions ask for, printed from the tables of
 * commands and settings.
 */
#ifndef HELP_H
#define HELP_H

#include "asauth.h"
#include "msg.h"

void help_command(const struct command *command);
void help_program(void);
void help_version(void);

/* A command a line: name and purpose, separated by a tab. */
void help_list_commands(void);
/*
 * An option a line, in five fields that a tab separates: long name, letter,
 * metavar ("..." follows where it may be given again; empty: no argument),
 * help, and the known arguments, separated by blanks.
 */
void help_list_options(const struct command *command);
/* The profiles, a line each, of the config file NAMED or (NULL) the usual one;
 * of a pipe nothing is read. Status: AS_USAGE, AS_TIMEOUT, as config_load(). */
int help_list_profiles(const char *named, struct failure *failure);

#endif
