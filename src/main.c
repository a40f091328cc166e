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
#include "settings.h"

static const struct command *const commands[] = {
	&command_token,
	&command_request,
	&command_whoami_scope,
};
#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

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

	for (i = 0; i < NCOMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct settings settings = { 0 };
	int status = settings_parse(&settings, command, argc, argv);

	msg_silence(settings_on(&settings, OPT_SILENT),
	    settings_on(&settings, OPT_SHOW_ERROR));
	if (status == AS_OK && settings_on(&settings, OPT_HELP))
		help_command(command);
	else if (status == AS_OK) {
		status = settings_load(&settings);
		if (status == AS_OK)
			status = command->run(&settings);
	}
	settings_free(&settings);
	return status;
}

static int
dispatch(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct command *command;

	if (name == NULL)
		msg_fail(AS_USAGE, "no command given");
	else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		help_program(commands, NCOMMANDS);
		return AS_OK;
	} else if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		help_version();
		return AS_OK;
	} else if ((command = find_command(name)) != NULL)
		return run(command, argc - 1, argv + 1);
	else
		msg_fail(AS_USAGE, "%.*s: unknown %s", (int)strcspn(name, "="),
		    name, name[0] == '-' ? "option" : "command");
	msg_hint("see asauth --help");
	return AS_USAGE;
}

/* Output is only done when it has arrived. */
static int
finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	msg_fail(AS_WRITE, "standard output: %s", strerror(errno));
	return status == AS_OK ? AS_WRITE : status;
}

int
main(int argc, char **argv)
{
	size_t seed;
	int status;

	fill_descriptors();
	forbid_core();
	json_set_alloc_funcs(mem_json_alloc, mem_json_free);
	/* Else jansson opens /dev/urandom. */
	if (getentropy(&seed, sizeof(seed)) == 0)
		json_object_seed(seed);
	signal(SIGPIPE, SIG_IGN); /* writing reports these */
	signal(SIGXFSZ, SIG_IGN);
	status = finish(dispatch(argc, argv));
	msg_forget_secrets();
	return status;
}
