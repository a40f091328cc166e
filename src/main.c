/*
 * asauth: a mini curl for the Amazon Appstore APIs.
 */
#include <sys/resource.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "asauth.h"
#include "file.h"
#include "help.h"
#include "hide.h"
#include "meant.h"
#include "mem.h"
#include "msg.h"
#include "options.h"
#include "run.h"
#include "settings.h"

/*
 * The first file opened must not become standard output because that was
 * closed. What stands in for it, a pipe without a writer, reads as empty and
 * cannot be written to, so that output still fails. It needs no /dev/null.
 */
static void
fill_descriptors(void)
{
	int fd, ends[2];

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		if (pipe(ends) == -1) /* ends[0] is then fd, the lowest free */
			_exit(AS_WRITE);
		close(ends[1]);
	}
}

/* A core file would hold the secret. */
static void
forbid_core(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#if defined(__linux__) && !defined(ALLOW_TRACING)
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

static int
run_command(struct run *run, const struct command *command, char **arguments)
{
	struct settings *settings = &run->settings;
	int status = settings_parse(
	    settings, command, arguments, &run->failure);

	msg_silence(settings_on(settings, OPT_SILENT),
	    settings_on(settings, OPT_SHOW_ERROR));
	if (status == AS_OK && settings_on(settings, OPT_HELP)) {
		help_command(command);
		return AS_OK;
	}
	if (status == AS_USAGE)
		meant_hint(command, arguments + 1, &run->failure);
	if (status != AS_OK)
		return status;
	run_begin(run);
	status = settings_load(
	    settings, (int)run_left(run, FILE_TIMEOUT), &run->failure);
	return status == AS_OK ? command->run(run) : status;
}

static bool
is_operand(const char *word)
{
	return word != NULL && *word != '-';
}

static int
fail_surplus(const char *operand, struct failure *failure)
{
	return option_fail(NULL, operand, "one operand too many", failure);
}

/* The help of the program, or of the command NAMED. Status: AS_USAGE. */
static int
show_help(char **named, struct failure *failure)
{
	const struct command *command = option_command(*named);

	if (command == NULL && is_operand(*named))
		return meant_fail(named, failure);
	if (command != NULL && is_operand(named[1]))
		return fail_surplus(named[1], failure);
	if (command != NULL)
		help_command(command);
	else
		help_program();
	return AS_OK;
}

/* Whether WORD is "NAME", "--NAME" or, with this LETTER, "-x". */
static bool
asks_for(const char *word, const char *name, char letter)
{
	if (word[0] == '-' && word[1] == letter)
		return word[2] == '\0';
	return strcmp(strncmp(word, "--", 2) == 0 ? word + 2 : word, name) == 0;
}

/* What is asked of the program itself. */
static int
run_alone(char **arguments, struct failure *failure)
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
		help_version();
	else if (strcmp(name, "--list-commands") == 0)
		help_list_commands();
	else if (strcmp(name, "--list-options") == 0 && command != NULL)
		help_list_options(command);
	else if (strcmp(name, "--list-options") == 0)
		return option_fail(NULL, name, "needs a command", failure);
	else if (strcmp(name, "--list-profiles") == 0)
		return help_list_profiles(arguments[1], failure);
	else
		return meant_fail(arguments, failure);
	return AS_OK;
}

int
main(int argc, char **argv)
{
	struct run run = { 0 };
	char **arguments = argc > 0 ? argv + 1 : argv;
	const struct command *command = option_command(arguments[0]);
	size_t seed;
	int status, i;

	fill_descriptors();
	forbid_core();
	json_set_alloc_funcs(mem_alloc, free);
	/* Else jansson opens /dev/urandom. */
	if (getentropy(&seed, sizeof(seed)) == 0)
		json_object_seed(seed);
	signal(SIGPIPE, SIG_IGN); /* writing reports these */
	signal(SIGXFSZ, SIG_IGN);
	option_hide_variables();
	for (i = 1; i < argc; i++)
		hide_argument(argv[i]);
	status = command != NULL ? run_command(&run, command, arguments) :
				   run_alone(arguments, &run.failure);
	failure_print(&run.failure);
	/* Output is only done when it has arrived. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		failure_set(&run.failure, AS_WRITE, "standard output: %s",
		    strerror(errno));
		failure_print(&run.failure);
		if (status == AS_OK)
			status = AS_WRITE;
	}
	run_end(&run);
	hide_forget();
	return status;
}
