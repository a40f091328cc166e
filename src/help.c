#include "help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "config.h"
#include "libcurl.h"
#include "meant.h"
#include "mem.h"
#include "options.h"
#include "settings.h"
#include "text.h"

#define WIDTH 79
#define COLUMN 34 /* where the explanations begin */
#define TITLE 13  /* columns of a group's title */

/* What one wants to do, and the first of the options for it. */
static const struct {
	const char *title;
	enum option_id first;
} groups[] = {
	{ "Ask for", OPT_REQUEST },
	{ "Send data", OPT_DATA },
	{ "Change safely", OPT_ETAG_FROM },
	{ "Get the reply", OPT_OUTPUT },
	{ "On errors", OPT_NO_FAIL },
	{ "Try again", OPT_RETRY },
	{ "Limit", OPT_MAX_TIME },
	{ "Watch", OPT_VERBOSE },
	{ "Log in", OPT_PROFILE },
	{ "Cache", OPT_NO_CACHE },
	{ "Connect", OPT_PROXY },
	{ "Other hosts", OPT_API_URL },
	{ NULL, OPT_COUNT },
};

/* Whether the option has a line of its own; those of request are too many for
 * that. */
static bool
is_explained(enum option_id id, const struct command *command)
{
	return option_is_known(id, command) && command->mask != FOR_REQUEST &&
	    options[id].marks & OPT_IS_COMMON;
}

static void
print_explained(const struct command *command)
{
	const struct option_row *row;
	enum option_id id;
	int width;

	for (id = 0; id < OPT_COUNT; id++) {
		if (!is_explained(id, command))
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

/* "-x/--name=" */
static char *
spelling_of(enum option_id id)
{
	const struct option_row *row = &options[id];
	struct buf out = { 0 };

	if (row->letter != 0)
		buf_printf(&out, "-%c/", row->letter);
	buf_printf(&out, "--%s%s", row->name, row->metavar != NULL ? "=" : "");
	return buf_take(&out);
}

/* Those of the group that are not explained, wrapped. */
static void
print_group(size_t group, const struct command *command)
{
	enum option_id id;
	int column = 0;
	char *text;

	for (id = groups[group].first; id < groups[group + 1].first; id++) {
		if (!option_is_known(id, command) || is_explained(id, command))
			continue;
		text = spelling_of(id);
		if (column == 0)
			column = printf("%-*s", TITLE, groups[group].title);
		else if (column + 1 + (int)strlen(text) > WIDTH)
			column = printf("\n%*s", TITLE, "") - 1;
		column += printf(" %s", text);
		free(text);
	}
	if (column > 0)
		printf("\n");
}

void
help_command(const struct command *command)
{
	size_t group;

	printf("usage: asauth %s %s\n%s\n", command->name, command->usage,
	    command->purpose);
	print_explained(command);
	for (group = 0; groups[group].title != NULL; group++)
		print_group(group, command);
	printf("Here = stands for a value; each option is explained in "
	       "asauth(1). Examples:\n%s",
	    command->examples);
}

static void
print_program(void)
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

static void
print_version(void)
{
	char *library = libcurl_version();

	printf("asauth %s (%s, jansson/%s, libbsd)\n", ASAUTH_VERSION, library,
	    jansson_version_str());
#ifdef LIBRARIES
	/* A static build's, whom no update of the system mends. */
	printf("linked: %s\n", LIBRARIES);
#endif
	free(library);
}

static void
print_list_commands(void)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		printf("%s\t%s\n", commands[i]->name, commands[i]->purpose);
}

static void
print_list_options(const struct command *command)
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

static int
print_list_profiles(const char *named, struct failure *failure)
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

/* --- What is asked of the program itself --- */

static bool
is_operand(const char *word)
{
	return word != NULL && *word != '-';
}

static int
fail_surplus(const char *operand, struct failure *failure)
{
	return option_fail(
	    NULL, text_shown(operand), "one operand too many", failure);
}

/* Whether WORD is "NAME", "--NAME" or, with this LETTER, "-x". */
static bool
asks_for(const char *word, const char *name, char letter)
{
	if (word[0] == '-' && word[1] == letter)
		return word[2] == '\0';
	return strcmp(text_begins(word, "--") ? word + 2 : word, name) == 0;
}

/* The help of the program, or of the command NAMED. Status: AS_USAGE. */
static int
show_help(char **named, struct failure *failure)
{
	const struct command *command = option_command(*named);

	if (command == NULL && is_operand(*named) &&
	    !asks_for(*named, "help", 'h') && !asks_for(*named, "version", 'V'))
		return meant_fail(named, failure);
	if (is_operand(*named) && is_operand(named[1]))
		return fail_surplus(named[1], failure);
	if (command != NULL)
		help_command(command);
	else
		print_program();
	return AS_OK;
}

int
help_run(char **arguments, struct failure *failure)
{
	const char *name = arguments[0];
	const struct command *command;

	if (name == NULL)
		return meant_fail(arguments, failure);
	command = option_command(arguments[1]);
	if (asks_for(name, "help", 'h'))
		return show_help(arguments + 1, failure);
	if (asks_for(name, "version", 'V') && is_operand(arguments[1]))
		return fail_surplus(arguments[1], failure);
	if (asks_for(name, "version", 'V'))
		print_version();
	else if (strcmp(name, "--list-commands") == 0)
		print_list_commands();
	else if (strcmp(name, "--list-options") == 0 && command != NULL)
		print_list_options(command);
	else if (strcmp(name, "--list-options") == 0)
		return option_fail(NULL, name, "needs a command", failure);
	else if (strcmp(name, "--list-profiles") == 0)
		return print_list_profiles(arguments[1], failure);
	else
		return meant_fail(arguments, failure);
	return AS_OK;
}
