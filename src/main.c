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
#include "signals.h"

/*
 * The first file opened must not become standard output because that was
 * closed. What stands in for it is the root directory: it cannot be written
 * to, not even where it is opened anew as /dev/stdout, so that output still
 * fails. For standard input it is a pipe without a writer, which reads as
 * empty. Neither needs /dev/null. What is opened becomes the lowest free
 * descriptor.
 */
static void
fill_descriptors(void)
{
	int fd, ends[2];

	if (fcntl(STDIN_FILENO, F_GETFD) == -1) {
		if (pipe(ends) == -1)
			_exit(AS_WRITE);
		close(ends[1]);
	}
	for (fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/", O_RDONLY) == -1)
			_exit(AS_WRITE);
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
	signals_begin();
	option_hide_variables();
	for (i = 1; i < argc; i++)
		hide_argument(argv[i]);
	status = command != NULL ? run_command(&run, command, arguments) :
				   help_run(arguments, &run.failure);
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
