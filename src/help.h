/*
 * --help and --version, printed from the tables of commands and settings.
 */
#ifndef HELP_H
#define HELP_H

#include <stddef.h>

#include "asauth.h"

void help_command(const struct command *command);
void help_program(const struct command *const *commands, size_t ncommands);
void help_version(void);

#endif
