#include "secret.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <readpassphrase.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "asauth.h"
#include "clock.h"
#include "file.h"
#include "mem.h"
#include "msg.h"
#include "text.h"

#define SECRET_LIMIT 65536 /* bytes */

extern char **environ;

static int
fail_two_kinds(const struct layer *layer, enum option_id a, enum option_id b)
{
	char *first = layer_title(layer, a), *second = layer_title(layer, b);

	msg_fail(AS_USAGE, "%s and %s: only one can supply the client secret",
	    first, second);
	free(first);
	free(second);
	return AS_USAGE;
}

int
secret_find(
    struct secret *secret, const struct settings *settings, long long deadline)
{
	const struct layer *layer;
	size_t i, k;

	*secret = (struct secret){ .settings = settings, .deadline = deadline };
	for (i = 0; i < LAYER_COUNT && secret->layer == NULL; i++) {
		layer = settings->order[i];
		for (k = 0; k < OPTION_SECRETS; k++) {
			if (!layer_has(layer, option_secrets[k]))
				continue;
			if (secret->layer == layer)
				return fail_two_kinds(
				    layer, secret->kind, option_secrets[k]);
			secret->layer = layer;
			secret->kind = option_secrets[k];
		}
	}
	return AS_OK;
}

static const char *
file_of(const struct secret *secret)
{
	return secret->layer != NULL && secret->kind == OPT_CLIENT_SECRET_FILE ?
	    secret->layer->text[OPT_CLIENT_SECRET_FILE] :
	    NULL;
}

bool
secret_is_stdin(const struct secret *secret)
{
	const char *file = file_of(secret);

	return file != NULL && file_is_stdin(file);
}

/* Takes the TEXT read from WHERE as the secret. */
static int
accept(struct secret *secret, struct failure *failure, const char *where,
    const struct buf *text)
{
	const char *plain = text->data != NULL ? text->data : "";
	char *value = text_trimmed(plain);

	if (*value == '\0' || text_has_control(value) ||
	    strlen(plain) != text->length) {
		failure_set(failure, AS_USAGE, "client secret from %s: %s",
		    where,
		    *value == '\0' ? "it is empty" :
				     "control characters are not allowed");
		mem_wipe(value);
		return AS_USAGE;
	}
	secret->value = value;
	msg_secret(value);
	return AS_OK;
}

/* A source in the config file inherits ids between its two layers. */
static const char *
id_of_source(const struct secret *secret, const struct layer **layer)
{
	const struct layer *layers = secret->settings->layers;

	*layer = secret->layer;
	if ((*layer)->kind == LAYER_TOP || (*layer)->kind == LAYER_PROFILE)
		*layer = layers[LAYER_PROFILE].text[OPT_CLIENT_ID] != NULL ?
		    &layers[LAYER_PROFILE] :
		    &layers[LAYER_TOP];
	return (*layer)->text[OPT_CLIENT_ID];
}

/* The secret of one account must not be sent with the id of another. */
static int
check_pair(const struct secret *secret, struct failure *failure)
{
	const struct settings *settings = secret->settings;
	const char *id = settings_text(settings, OPT_CLIENT_ID);
	const struct layer *other;
	const char *other_id = id_of_source(secret, &other);
	char *ours, *theirs, *from;

	if (id == NULL || other_id == NULL || strcmp(id, other_id) == 0)
		return AS_OK;
	ours = layer_title(
	    settings_layer(settings, OPT_CLIENT_ID), OPT_CLIENT_ID);
	theirs = layer_title(other, OPT_CLIENT_ID);
	from = layer_title(secret->layer, secret->kind);
	failure_set(failure, AS_USAGE,
	    "the client id is from %s, but %s "
	    "belongs to another client id, from %s",
	    ours, from, theirs);
	failure_hint(failure, "give id and secret in the same place");
	free(ours);
	free(theirs);
	free(from);
	return AS_USAGE;
}

/* Milliseconds until the run must end, LIMIT (-1: none) at most. */
static int
patience_of(const struct secret *secret, int limit)
{
	long long left = secret->deadline - clock_ms();

	if (secret->deadline == 0 || (limit >= 0 && left > limit))
		return limit;
	return left < 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

static bool
is_too_late(const struct secret *secret)
{
	return patience_of(secret, -1) == 0;
}

static void
warn_of_readers(const char *path, const struct stat *about)
{
	char *quoted;

	if (!S_ISREG(about->st_mode) || about->st_uid != geteuid() ||
	    !(about->st_mode & (S_IRGRP | S_IROTH)))
		return;
	quoted = text_quoted(path);
	msg_warn("%s: holds a secret that others may read; mend with: "
		 "chmod 600 %s",
	    path, quoted);
	free(quoted);
}

static int
read_file(struct secret *secret, struct failure *failure)
{
	const char *path = file_of(secret);
	struct buf text = { 0 };
	struct stat about;
	int status;

	if (file_read(path, SECRET_LIMIT, patience_of(secret, FILE_PATIENCE),
		&text, &about) == -1)
		status = failure_set(failure,
		    is_too_late(secret) ? AS_TIMEOUT : AS_READ,
		    "client secret file %s: %s", path,
		    errno == ETIMEDOUT ? "nobody writes it to its end" :
					 strerror(errno));
	else {
		warn_of_readers(path, &about);
		status = accept(secret, failure, path, &text);
	}
	buf_free(&text);
	return status;
}

static int
read_stdin(struct secret *secret, struct failure *failure)
{
	secret_drain(secret);
	if (secret->drain_error != 0)
		return failure_set(failure,
		    is_too_late(secret) ? AS_TIMEOUT : AS_READ,
		    "client secret from standard input: %s",
		    secret->drain_error == ETIMEDOUT ?
			"out of time" :
			strerror(secret->drain_error));
	return accept(secret, failure, "standard input", &secret->drained);
}

/* The program's arguments for exec(3); the caller frees the array alone, and
 * the first of them. */
static char **
command_arguments(const struct secret *secret)
{
	const json_t *array = secret->layer->array[OPT_CLIENT_SECRET_COMMAND];
	const char *program = json_string_value(json_array_get(array, 0));
	size_t i, count = json_array_size(array);
	char **arguments = mem_zalloc(count + 1, sizeof(*arguments));
	char *file = mem_strdup(secret->layer->file);

	/* A relative path is relative to the config file. */
	arguments[0] = strchr(program, '/') != NULL ?
	    file_join(dirname(file), program) :
	    mem_strdup(program);
	for (i = 1; i < count; i++)
		arguments[i] = (char *)(uintptr_t)json_string_value(
		    json_array_get(array, i));
	free(file);
	return arguments;
}

/* Starts the program with its output to OUTPUT; an error number. */
static int
start(char *const *arguments, int output, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int error;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGXFSZ);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	/* Standard input may be the request's body. */
	posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	error = posix_spawnp(
	    pid, arguments[0], &actions, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

static volatile pid_t child;

static void
kill_child(void)
{
	kill(child, SIGTERM);
}

/* Runs the program and collects its output; NULL if that went well, else
 * what went wrong, which the caller frees. */
static char *
run(char *const *arguments, int patience, struct buf *output)
{
	int ends[2], error, ended = 0, trouble = 0;
	pid_t pid;

	signal(SIGCHLD, SIG_DFL); /* ignored, it would take the end away */
	if (pipe2(ends, O_CLOEXEC) == -1)
		return mem_strdup(strerror(errno));
	error = start(arguments, ends[1], &pid);
	close(ends[1]);
	if (error == 0) {
		child = pid;
		file_at_death(kill_child);
	}
	if (error == 0 &&
	    file_read_fd(ends[0], SECRET_LIMIT, patience, output) == -1)
		trouble = errno;
	close(ends[0]);
	if (error != 0)
		return mem_strdup(strerror(error));
	if (trouble != 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &ended, 0) == -1 && errno == EINTR)
		continue;
	file_at_death(NULL);
	if (trouble != 0)
		return mem_strdup(trouble == ETIMEDOUT ? "out of time" :
			trouble == EFBIG ? "its output is too long" :
					   strerror(trouble));
	if (WIFSIGNALED(ended))
		return mem_printf("killed by signal %d", WTERMSIG(ended));
	if (WEXITSTATUS(ended) != 0)
		return mem_printf("exit status %d", WEXITSTATUS(ended));
	return NULL;
}

static int
read_command(struct secret *secret, struct failure *failure)
{
	char **arguments = command_arguments(secret), *wrong, *line_end;
	struct buf text = { 0 };
	int status;

	wrong = run(arguments, patience_of(secret, -1), &text);
	if (wrong != NULL)
		status = failure_set(failure,
		    is_too_late(secret) ? AS_TIMEOUT : AS_USAGE,
		    "client_secret_command %s: %s", arguments[0], wrong);
	else {
		line_end = text.length > 0 ?
		    memchr(text.data, '\n', text.length) :
		    NULL;
		if (line_end != NULL) {
			*line_end = '\0';
			text.length = (size_t)(line_end - text.data);
		}
		status = accept(secret, failure, arguments[0], &text);
	}
	free(wrong);
	buf_free(&text);
	free(arguments[0]);
	free(arguments);
	return status;
}

static int
fail_missing(const struct secret *secret, struct failure *failure)
{
	char *looked = settings_looked(
	    secret->settings, option_secrets, OPTION_SECRETS);

	failure_set(failure, AS_USAGE, "no client secret: %s", looked);
	free(looked);
	return AS_USAGE;
}

static struct termios echoing;

static void
restore_echo(void)
{
	tcsetattr(STDIN_FILENO, TCSADRAIN, &echoing);
}

/* Where there is no /dev/tty, readpassphrase(3) reads standard input and
 * leaves its echo on. */
static char *
read_terminal(const char *prompt, char *answer, size_t size)
{
	char *result = readpassphrase(
	    prompt, answer, size, RPP_ECHO_OFF | RPP_REQUIRE_TTY);
	struct termios quiet;

	if (result != NULL || errno != ENOTTY ||
	    tcgetattr(STDIN_FILENO, &echoing) == -1)
		return result;
	file_at_death(restore_echo);
	quiet = echoing;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet) == -1)
		return NULL;
	result = readpassphrase(prompt, answer, size, RPP_ECHO_OFF);
	restore_echo();
	file_at_death(NULL);
	file_write(STDERR_FILENO, "\n", 1);
	return result;
}

static int
ask(struct secret *secret, struct failure *failure)
{
	char answer[4096], *prompt;
	struct buf text = { 0 };
	int status;

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return fail_missing(secret, failure);
	prompt = mem_printf("Client secret for %s: ",
	    settings_text(secret->settings, OPT_CLIENT_ID));
	if (read_terminal(prompt, answer, sizeof(answer)) == NULL)
		status = fail_missing(secret, failure);
	else {
		buf_puts(&text, answer);
		status = accept(secret, failure, "the terminal", &text);
	}
	explicit_bzero(answer, sizeof(answer));
	buf_free(&text);
	free(prompt);
	return status;
}

void
secret_drain(struct secret *secret)
{
	if (!secret_is_stdin(secret) || secret->is_drained)
		return;
	secret->is_drained = true;
	if (file_read_fd(STDIN_FILENO, SECRET_LIMIT, patience_of(secret, -1),
		&secret->drained) == 0)
		return;
	secret->drain_error = errno;
	if (errno == EFBIG)
		file_drain(STDIN_FILENO);
}

int
secret_resolve(struct secret *secret, struct failure *failure)
{
	int status;

	if (secret->layer == NULL)
		return secret->value != NULL ? AS_OK : ask(secret, failure);
	status = check_pair(secret, failure);
	if (status != AS_OK || secret->value != NULL)
		return status;
	if (secret->kind == OPT_CLIENT_SECRET) {
		secret->value = mem_strdup(
		    secret->layer->text[OPT_CLIENT_SECRET]);
		return AS_OK;
	}
	if (secret_is_command(secret))
		return read_command(secret, failure);
	return secret_is_stdin(secret) ? read_stdin(secret, failure) :
					 read_file(secret, failure);
}

bool
secret_is_command(const struct secret *secret)
{
	return secret->layer != NULL &&
	    secret->kind == OPT_CLIENT_SECRET_COMMAND;
}

char *
secret_identity(const struct secret *secret)
{
	char *identity, *text, *file;

	if (secret_is_command(secret)) {
		file = realpath(secret->layer->file, NULL);
		text = json_dumps(
		    secret->layer->array[OPT_CLIENT_SECRET_COMMAND], 0);
		identity = mem_printf("command %s %s",
		    file != NULL ? file : secret->layer->file, text);
		mem_json_free(text);
		free(file);
		return identity;
	}
	return secret->value != NULL ? mem_printf("value %s", secret->value) :
				       NULL;
}

void
secret_free(struct secret *secret)
{
	mem_wipe(secret->value);
	secret->value = NULL;
	buf_free(&secret->drained);
}
