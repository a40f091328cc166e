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
#include "help.h"
#include "mem.h"
#include "msg.h"
#include "run.h"
#include "settings.h"

static const struct command *const commands[] = {
	&command_token,
	&command_request,
	&command_whoami_scope,
};

/*
 * The first file opened must not become standard output because that was
 * closed. What stands in for it cannot be written to, so that output still
 * fails.
 */
static void
fill_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			(void)open("/dev/null",
			    fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
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

static const struct command *
find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(commands) && name != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
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
	if (status == AS_OK)
		status = settings_load(settings, &run->failure);
	if (status != AS_OK)
		return status;
	run_begin(run);
	return command->run(run);
}

static int
fail_usage(const char *name, struct failure *failure)
{
	if (name == NULL)
		failure_set(failure, AS_USAGE, "no command given");
	else if (strcmp(name, "--list-options") == 0)
		failure_set(failure, AS_USAGE, "%s: needs a command", name);
	else
		failure_set(failure, AS_USAGE, "%.*s: unknown %s",
		    (int)strcspn(name, "="), name,
		    name[0] == '-' ? "option" : "command");
	failure_hint(failure, "see asauth --help");
	return AS_USAGE;
}

/* What is asked of the program itself. */
static int
run_alone(char **arguments, struct failure *failure)
{
	const char *name = arguments[0] != NULL ? arguments[0] : "";
	const char *operand = *name != '\0' ? arguments[1] : NULL;
	const struct command *command = find_command(operand);

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		help_program(commands, COUNT(commands));
	else if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		help_version();
	else if (strcmp(name, "--list-commands") == 0)
		help_list_commands(commands, COUNT(commands));
	else if (strcmp(name, "--list-options") == 0 && command != NULL)
		help_list_options(command);
	else if (strcmp(name, "--list-profiles") == 0)
		return help_list_profiles(operand, failure);
	else
		return fail_usage(arguments[0], failure);
	return AS_OK;
}

int
main(int argc, char **argv)
{
	struct run run = { 0 };
	char **arguments = argc > 0 ? argv + 1 : argv;
	const struct command *command = find_command(arguments[0]);
	size_t seed;
	int status;

	fill_descriptors();
	forbid_core();
	json_set_alloc_funcs(mem_alloc, free);
	/* Else jansson opens /dev/urandom. */
	if (getentropy(&seed, sizeof(seed)) == 0)
		json_object_seed(seed);
	signal(SIGPIPE, SIG_IGN); /* writing reports these */
	signal(SIGXFSZ, SIG_IGN);
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
	msg_forget_secrets();
	return status;
}
