#include "secret.h"

#include <errno.h>
#include <limits.h>
#include <readpassphrase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "account.h"
#include "asauth.h"
#include "credential.h"
#include "file.h"
#include "hide.h"
#include "mem.h"
#include "msg.h"
#include "program.h"
#include "signals.h"
#include "text.h"
#include "trust.h"

#define SECRET_LIMIT 65536 /* bytes */

/* What stands in the place of the client id is not to be shown. */
static void
note_swap(struct secret *secret)
{
	secret->is_swapped = true;
	hide_secret(settings_text(secret->settings, OPT_CLIENT_ID));
}

int
secret_find(
    struct secret *secret, const struct run *run, struct failure *failure)
{
	const struct settings *settings = &run->settings;
	const char *id = settings_text(settings, OPT_CLIENT_ID);
	int status;

	*secret = (struct secret){ .run = run, .settings = settings };
	status = account_secret_kind(settings, &secret->kind, failure);
	if ((id != NULL && credential_is_secret(id)) ||
	    (secret->kind == OPT_CLIENT_SECRET &&
		credential_is_id(settings_text(settings, secret->kind))))
		note_swap(secret);
	else
		hide_spare(id);
	return status;
}

bool
secret_is_stdin(const struct secret *secret)
{
	return secret->kind == OPT_CLIENT_SECRET_FILE &&
	    file_is_stdin(settings_text(secret->settings, secret->kind));
}

/* Takes the TEXT that WHERE holds as the secret. */
static int
take_secret(struct secret *secret, const char *where, const char *text,
    size_t length, struct failure *failure)
{
	const char *flaw = credential_nul;
	char *value = text_trimmed(text);
	bool is_swapped = credential_is_id(value);

	hide_secret(value);
	if (is_swapped)
		flaw = "this is a client id, not a client secret";
	else if (strlen(text) == length)
		flaw = *value == '\0' ? "it is empty" : credential_flaw(value);
	if (flaw == NULL) {
		secret->value = value;
		return AS_OK;
	}
	mem_wipe(value);
	failure_set(failure, AS_USAGE, "%s: %s", where, flaw);
	if (is_swapped) {
		note_swap(secret);
		failure_hint(failure, "%s", credential_swapped);
	}
	return AS_USAGE;
}

/* --- A file --- */

/* Why it cannot be read, NULL: it was. */
static const char *
read_secret_file(const struct secret *secret, struct buf *text)
{
	const char *path = settings_text(secret->settings, secret->kind);
	const int timeout = (int)run_left(secret->run, FILE_TIMEOUT);
	struct stat about;

	if (file_read(path, SECRET_LIMIT, timeout, text, &about) == -1)
		return errno == ETIMEDOUT ? "nobody writes it to its end" :
					    strerror(errno);
	trust_readers(path, &about);
	return NULL;
}

void
secret_drain(struct secret *secret)
{
	if (!secret_is_stdin(secret) || secret->is_drained)
		return;
	secret->is_drained = true;
	if (file_read_fd(STDIN_FILENO, SECRET_LIMIT,
		(int)run_left(secret->run, INT_MAX), &secret->drained) == 0)
		return;
	secret->drain_error = errno;
	if (errno == EFBIG)
		file_drain(STDIN_FILENO);
}

/* As read_secret_file(), from standard input. */
static const char *
read_secret_stdin(struct secret *secret, struct buf *text)
{
	secret_drain(secret);
	buf_add(text, secret->drained.data, secret->drained.length);
	if (secret->drain_error == ETIMEDOUT)
		return "out of time";
	return secret->drain_error != 0 ? strerror(secret->drain_error) : NULL;
}

/* --- A program --- */

/* As read_secret_file(), with the first line of what the program prints. */
static const char *
read_secret_command(const struct secret *secret, struct buf *text)
{
	const json_t *command = settings_json(secret->settings, secret->kind);
	const size_t count = json_array_size(command);
	char **arguments = mem_zalloc(count + 1, sizeof(*arguments));
	const char *flaw, *line_end;
	size_t i;

	for (i = 0; i < count; i++)
		arguments[i] = (char *)(uintptr_t)json_string_value(
		    json_array_get(command, i));
	flaw = program_run(arguments, SECRET_LIMIT,
	    (int)run_left(secret->run, FILE_TIMEOUT), text);
	free(arguments);
	line_end = memchr(text->data, '\n', text->length);
	if (line_end != NULL)
		buf_cut(text, (size_t)(line_end - text->data));
	return flaw;
}

/* --- The terminal --- */

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
	signals_at_death(restore_echo);
	quiet = echoing;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet) == -1)
		return NULL;
	result = readpassphrase(prompt, answer, size, RPP_ECHO_OFF);
	restore_echo();
	signals_forget(restore_echo);
	file_write(STDERR_FILENO, "\n", 1);
	return result;
}

static int
ask_for_secret(struct secret *secret, struct failure *failure)
{
	char answer[4096], *text, *id, *prompt;
	int status;

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO) || settings_in_ci())
		return account_fail_missing(secret->settings, "client secret",
		    option_secrets, OPTION_SECRETS, failure);
	/* With an id of Amazon's it fits into 80 columns. */
	id = msg_clean(settings_text(secret->settings, OPT_CLIENT_ID));
	prompt = mem_printf("Secret for %s: ", id);
	free(id);
	text = read_terminal(prompt, answer, sizeof(answer));
	free(prompt);
	status = text != NULL ?
	    take_secret(secret, "what was typed", text, strlen(text), failure) :
	    failure_set(
		failure, AS_USAGE, "no client secret: %s", strerror(errno));
	explicit_bzero(answer, sizeof(answer));
	return status;
}

/* --- Any of them --- */

int
secret_resolve(struct secret *secret, struct failure *failure)
{
	const char *what = "client secret file", *where, *flaw;
	char *from;
	struct buf text = { 0 };
	int status;

	if (secret->kind == OPT_COUNT)
		return secret->value != NULL ? AS_OK :
					       ask_for_secret(secret, failure);
	status = account_check_pair(secret->settings, secret->kind, failure);
	if (status != AS_OK || secret->value != NULL)
		return status;
	where = settings_text(secret->settings, secret->kind);
	if (secret->kind == OPT_CLIENT_SECRET &&
	    settings_by_flag(secret->settings, secret->kind))
		msg_warn("--client-secret: for a moment other users can see it "
			 "in the list of processes; better ways: "
			 "ASAUTH_CLIENT_SECRET, --client-secret-file, "
			 "client_secret_command in the config file");
	if (secret->kind == OPT_CLIENT_SECRET)
		return take_secret(secret,
		    settings_origin(secret->settings, secret->kind), where,
		    strlen(where), failure);
	buf_puts(&text, ""); /* what is empty is a string as well */
	status = AS_READ;
	if (secret_is_command(secret)) {
		what = "client_secret_command";
		status = AS_USAGE;
		flaw = read_secret_command(secret, &text);
	} else if (secret_is_stdin(secret)) {
		what = "client secret from";
		where = "standard input";
		flaw = read_secret_stdin(secret, &text);
	} else
		flaw = read_secret_file(secret, &text);
	if (flaw == NULL) {
		from = mem_printf("client secret from %s", where);
		status = take_secret(
		    secret, from, text.data, text.length, failure);
		free(from);
	} else
		status = failure_set(failure,
		    run_left(secret->run, 1) == 0 ? AS_TIMEOUT : status,
		    "%s %s: %s", what, where, flaw);
	buf_free(&text);
	return status;
}

bool
secret_is_command(const struct secret *secret)
{
	return secret->kind == OPT_CLIENT_SECRET_COMMAND;
}

char *
secret_identity(const struct secret *secret)
{
	const struct settings *settings = secret->settings;
	char *identity, *text, *file;

	if (secret_is_command(secret)) {
		file = realpath(settings->config_path, NULL);
		text = json_dumps(settings_json(settings, secret->kind), 0);
		identity = mem_printf("command %s %s",
		    file != NULL ? file : settings->config_path,
		    text != NULL ? text : "");
		mem_wipe(text);
		free(file);
		return identity;
	}
	if (secret->value == NULL)
		return NULL;
	return mem_printf("value %s", secret->value);
}

void
secret_free(struct secret *secret)
{
	mem_wipe(secret->value);
	secret->value = NULL;
	buf_free(&secret->drained);
}
