#include "help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "http.h"
#include "mem.h"
#include "options.h"

#define WIDTH 78
#define COLUMN 34 /* where the explanations begin */

/* "-X, --request METHOD"; the caller frees it. */
static char *
synopsis(const struct option_row *row)
{
	struct buf text = { 0 };

	if (row->letter != 0)
		buf_printf(&text, "-%c, ", row->letter);
	else
		buf_puts(&text, "    ");
	buf_printf(&text, "--%s", row->name);
	if (row->metavar != NULL)
		buf_printf(&text, " %s", row->metavar);
	return buf_take(&text);
}

/* Whether the option has a line of its own, or, if not COMMON, none. */
static bool
is_shown(
    const struct option_row *row, const struct command *command, bool common)
{
	unsigned int marks = OPT_IS_COMMON;

	if (command->mask != FOR_REQUEST) /* whose lines are too many */
		marks |= OPT_IS_BASIC;
	return row->name != NULL && row->commands & command->mask &&
	    ((row->marks & marks) != 0) == common;
}

static void
print_common(const struct command *command)
{
	enum option_id id;
	char *text;

	for (id = 0; id < OPT_COUNT; id++) {
		if (!is_shown(&options[id], command, true))
			continue;
		text = synopsis(&options[id]);
		printf("  %-*s %s\n", COLUMN - 3, text, options[id].help);
		free(text);
	}
}

/* The names of the rest, wrapped. */
static void
print_others(const struct command *command)
{
	size_t column = WIDTH;
	enum option_id id;
	char *text;

	printf("Further options, in asauth(1):");
	for (id = 0; id < OPT_COUNT; id++) {
		if (!is_shown(&options[id], command, false))
			continue;
		text = options[id].letter != 0 ?
		    mem_printf(
			"-%c/--%s", options[id].letter, options[id].name) :
		    mem_printf("--%s", options[id].name);
		column += strlen(text) + 1;
		if (column > WIDTH) {
			printf("\n ");
			column = strlen(text) + 2;
		}
		printf(" %s", text);
		free(text);
	}
	printf("\n");
}

void
help_command(const struct command *command)
{
	printf("usage: asauth %s %s\n%s\n", command->name, command->usage,
	    command->purpose);
	print_common(command);
	print_others(command);
	printf("Examples:\n%s", command->examples);
}

void
help_program(const struct command *const *commands, size_t ncommands)
{
	size_t i;

	printf("usage: asauth COMMAND [options] [URL]\n"
	       "A mini curl for the Amazon Appstore APIs.\n\n");
	for (i = 0; i < ncommands; i++)
		printf("  %-14s %s\n", commands[i]->name, commands[i]->purpose);
	printf("\n  -h, --help     show this help; after a command, that "
	       "command's\n"
	       "  -V, --version  show the version and the libraries in use\n\n"
	       "Examples:\n"
	       "  asauth token --format header | curl -H @- URL\n"
	       "  asauth request /v1/applications/APP_ID/edits\n\n"
	       "The manual: asauth(1); the config file: asauth.conf(5)\n");
}

void
help_version(void)
{
	char *curl = http_version();

	printf("asauth %s (%s, jansson/%s, libbsd)\n", ASAUTH_VERSION, curl,
	    jansson_version_str());
	free(curl);
}
