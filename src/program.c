#include "program.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "signals.h"

#define DESCRIPTORS 256 /* those looked at: new ones get low numbers */
#define PAUSE_MS 20	/* at most, between two looks at the program */

extern char **environ;

static bool was_open[DESCRIPTORS], is_prepared;
static pid_t child = -1; /* -1: it has ended */

void
program_prepare(void)
{
	int fd;

	is_prepared = true;
	for (fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++)
		was_open[fd] = fcntl(fd, F_GETFD) != -1;
}

/* Of libcurl's descriptors not all are closed at exec. */
static void
close_new_at_exec(void)
{
	int fd;

	for (fd = STDERR_FILENO + 1; is_prepared && fd < DESCRIPTORS; fd++)
		if (!was_open[fd])
			fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void
kill_child(void)
{
	if (child != -1)
		kill(child, SIGTERM);
}

/* Starts the child with INPUT and OUTPUT; an error number. */
static int
spawn_child(char **arguments, int input, int output)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int error;

	close_new_at_exec();
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGXFSZ);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	error = posix_spawnp(
	    &child, arguments[0], &actions, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

/*
 * Collects the child's output from FD until it has ended; an error number.
 * ENDED is what waitpid(2) says of it. The two are looked at in turns: no
 * signal is needed to learn of the end.
 */
static int
collect_output(
    int fd, size_t limit, int timeout, struct buf *output, int *ended)
{
	const long long end = clock_ms() + timeout;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int pause = 1;

	for (;;) {
		if (waitpid(child, ended, WNOHANG) != 0)
			child = -1;
		if (wait.fd != -1 &&
		    file_read_fd(fd, limit - output->length, 0, output) == 0) {
			wait.fd = -1;
			pause = 1;
		} else if (wait.fd != -1 && errno != ETIMEDOUT)
			return errno;
		if (child == -1)
			return 0;
		if (clock_ms() >= end)
			return ETIMEDOUT;
		poll(&wait, 1, pause);
		pause = pause < PAUSE_MS / 2 ? pause * 2 : PAUSE_MS;
	}
}

static const char *
end_flaw(int error, int ended)
{
	static char flaw[64];

	if (error == ETIMEDOUT)
		return "out of time";
	if (error == EFBIG)
		return "its output is too long";
	if (error != 0)
		return strerror(error);
	if (ended == 0)
		return NULL;
	snprintf(flaw, sizeof(flaw), "%s %d",
	    WIFSIGNALED(ended) ? "killed by signal" : "exit status",
	    WIFSIGNALED(ended) ? WTERMSIG(ended) : WEXITSTATUS(ended));
	return flaw;
}

const char *
program_run(char **arguments, size_t limit, int timeout, struct buf *output)
{
	int input[2], ends[2], ended = 0, error;

	if (pipe2(input, O_CLOEXEC) == -1)
		return strerror(errno);
	close(input[1]);
	if (pipe2(ends, O_CLOEXEC) == -1) {
		error = errno;
		close(input[0]);
		return strerror(error);
	}
	signal(SIGCHLD, SIG_DFL); /* ignored, it would take the end away */
	signals_at_death(kill_child);
	error = spawn_child(arguments, input[0], ends[1]);
	close(input[0]);
	close(ends[1]);
	if (error == 0)
		error = collect_output(ends[0], limit, timeout, output, &ended);
	if (child != -1) {
		kill(child, SIGKILL);
		while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
			continue;
		child = -1;
	}
	signals_forget(kill_child);
	close(ends[0]);
	return end_flaw(error, ended);
}
