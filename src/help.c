#include "help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "config.h"
#include "libcurl.h"
#include "mem.h"
#include "options.h"
#include "settings.h"
#include "text.h"

#define WIDTH 78
#define COLUMN 34 /* where the explanations begin */

/* Whether the option has a line of its own, or, if not COMMON, none. */
static bool
is_shown(enum option_id id, const struct command *command, bool common)
{
	unsigned int marks = OPT_IS_COMMON;

	if (command->mask != FOR_REQUEST) /* whose lines are too many */
		marks |= OPT_IS_BASIC;
	return option_is_known(id, command) &&
	    ((options[id].marks & marks) != 0) == common;
}

static void
print_common(const struct command *command)
{
	const struct option_row *row;
	enum option_id id;
	int width;

	for (id = 0; id < OPT_COUNT; id++) {
		if (!is_shown(id, command, true))
			continue;
		row = &options[id];
		width = row->letter != 0 ? printf("  -%c, ", row->letter) :
					   printf("      ");
		width += printf("--%s", row->name);
		if (row->metavar != NULL)
			width += printf(" %s", row->metavar);
		printf("%*s %s\n", COLUMN - 1 - width, "", row->help);
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
		if (!is_shown(id, command, false))
			continue;
		text = options[id].letter != 0 ?
		    mem_printf("-%c", options[id].letter) :
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
help_program(void)
{
	size_t i;

	printf("usage: asauth COMMAND [options] [URL]\n"
	       "A mini curl for the Amazon Appstore APIs.\n\n");
	for (i = 0; i < COMMANDS; i++)
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
	char *library = libcurl_version();

	printf("asauth %s (%s, jansson/%s, libbsd)\n", ASAUTH_VERSION, library,
	    jansson_version_str());
	free(library);
}

void
help_list_commands(void)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		printf("%s\t%s\n", commands[i]->name, commands[i]->purpose);
}

void
help_list_options(const struct command *command)
{
	const struct option_row *row;
	enum option_id id;

	for (id = 0; id < OPT_COUNT; id++) {
		if (!option_is_known(id, command))
			continue;
		row = &options[id];
		printf("%s\t%.1s\t%s%s\t%s\t%s\n", row->name, &row->letter,
		    row->metavar != NULL ? row->metavar : "",
		    row->kind == KIND_LIST ? "..." : "", row->help,
		    row->values != NULL ? row->values : "");
	}
}

int
help_list_profiles(const char *named, struct failure *failure)
{
	struct config config = { 0 };
	char *path = settings_config_path(named);
	const char *name;
	json_t *profile;
	int status = AS_OK;

	if (path != NULL)
		status = config_load(&config, path, CONFIG_DEFAULT, 0, failure);
	json_object_foreach(
	    json_object_get(config.root, "profiles"), name, profile) {
		if (!text_has_control(name))
			printf("%s\n", name);
	}
	config_free(&config);
	free(path);
	return status;
}
