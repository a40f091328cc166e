#include "meant.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "options.h"
#include "suggest.h"
#include "text.h"

#define OPERANDS_MAX 3
#define SHOWN_MAX 200 /* bytes of an argument that are worth repeating */

/* Words, as the arguments of a command. */
struct line {
	const struct command *command;
	char **words;
	struct option_use *uses;
	size_t nuses;
	char *operands[OPERANDS_MAX];
	int noperands;
	const char *method;   /* that stood before the URL, NULL: none */
	const char *left_out; /* the word that is not part of the line */
	bool is_unknown;      /* the command does not know an option */
};

/* Whether the words can be arguments of the command, however many operands it
 * takes. */
static bool
line_read(struct line *line, const struct command *command, char **words)
{
	struct option_scan scan = { .command = command, .next = words };
	struct failure failure = { 0 };
	int status;

	*line = (struct line){ .command = command, .words = words };
	while ((status = option_next(&scan, &failure)) == AS_OK &&
	    (scan.use.id != OPT_COUNT || scan.use.text != NULL)) {
		line->uses = mem_grow(
		    line->uses, line->nuses + 1, sizeof(*line->uses));
		line->uses[line->nuses++] = scan.use;
		if (scan.use.id != OPT_COUNT)
			continue;
		if (line->noperands == OPERANDS_MAX)
			break;
		line->operands[line->noperands++] = scan.use.text;
	}
	line->is_unknown = status != AS_OK && scan.use.id == OPT_COUNT;
	failure_free(&failure);
	return status == AS_OK;
}

/* Leaves out the first operand. */
static void
leave_out_operand(struct line *line)
{
	line->left_out = line->operands[0];
	line->noperands--;
	memmove(line->operands, line->operands + 1,
	    sizeof(*line->operands) * (OPERANDS_MAX - 1));
}

static bool
is_address(const char *word)
{
	return word[0] == '/' || strstr(word, "://") != NULL;
}

/* Takes a method that stands before the URL, where none is given otherwise. */
static void
take_method(struct line *line)
{
	size_t i;

	for (i = 0; i < line->nuses; i++)
		if (line->uses[i].id == OPT_REQUEST)
			return;
	if (line->noperands != 2 || !is_address(line->operands[1]))
		return;
	line->method = text_find_word(
	    options[OPT_REQUEST].values, line->operands[0], strncasecmp);
	if (line->method != NULL)
		leave_out_operand(line);
}

static bool
names_secret(const char *text)
{
	static const char *const names[] = { "authorization", "cookie",
		"password", "secret", "signature", "token" };
	size_t i;

	for (i = 0; i < COUNT(names); i++)
		if (strcasestr(text, names[i]) != NULL)
			return true;
	return false;
}

static bool
is_private(const struct option_use *use)
{
	const struct option_row *row = &options[use->id];

	if (strlen(use->text) > SHOWN_MAX)
		return true;
	if (use->id == OPT_COUNT)
		return strchr(use->text, '@') != NULL ||
		    names_secret(use->text);
	return row->marks & OPT_IS_SECRET ||
	    (row->kind == KIND_LIST && names_secret(use->text)) ||
	    (use->id == OPT_PROXY && strchr(use->text, '@') != NULL);
}

/* Adds the word, but not what is private of it. */
static void
add_word(struct buf *out, const struct line *line, const char *word)
{
	const char *end = word + strlen(word), *name = "URL";
	char *quoted;
	size_t i;

	for (i = 0; i < line->nuses; i++) {
		const struct option_use *use = &line->uses[i];

		if (use->text == NULL || use->text < word || use->text > end ||
		    !is_private(use))
			continue;
		if (use->id != OPT_COUNT)
			name = options[use->id].metavar;
		buf_printf(out, " %.*s%s", (int)(use->text - word), word, name);
		return;
	}
	quoted = text_word(word);
	buf_printf(out, " %s", quoted);
	free(quoted);
}

static char *
line_write(const struct line *line)
{
	const char *method = line->method;
	struct buf out = { 0 };
	char **word;

	buf_printf(&out, "asauth %s", line->command->name);
	if (method != NULL && text_begins(method, "HEAD"))
		buf_puts(&out, " -I");
	else if (method != NULL && !text_begins(method, "GET"))
		buf_printf(&out, " -X %.*s", (int)strcspn(method, " "), method);
	for (word = line->words; *word != NULL; word++)
		if (*word != line->left_out)
			add_word(&out, line, *word);
	if (line->noperands < line->command->operands)
		buf_puts(&out, " URL");
	return buf_take(&out);
}

/* Whether the words are a line of this command's, told by the command's name
 * among them, by an address or, without either, by their options alone. */
static bool
is_meant(struct line *line, const struct command *typed)
{
	const char *first = line->noperands > 0 ? line->operands[0] : "";
	bool is_named = false;

	if (typed == NULL && strcmp(first, line->command->name) == 0) {
		leave_out_operand(line);
		is_named = true;
	}
	if (line->command->operands > 0)
		take_method(line);
	if (line->noperands > line->command->operands)
		return false;
	if (typed == line->command)
		return line->method != NULL;
	return is_named || typed != NULL || line->noperands == 0 ||
	    is_address(line->operands[0]);
}

/* The line of the first command that can be meant; where TYPED is given, only
 * if no further one knows these options; NULL: none; the caller frees it. */
static char *
other_line(const struct command *typed, char **words)
{
	struct line line;
	char *result = NULL;
	int knowing = 0;
	bool is_readable;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		is_readable = line_read(&line, commands[i], words);
		if (!line.is_unknown)
			knowing++;
		if (is_readable && result == NULL && is_meant(&line, typed))
			result = line_write(&line);
		free(line.uses);
	}
	if (typed == NULL || knowing == 1)
		return result;
	free(result);
	return NULL;
}

/* The line that was meant, NULL if that cannot be told; the caller frees
 * it. */
static char *
meant_line(const struct command *typed, char **words)
{
	struct line line;
	char *result = NULL;

	if (typed == NULL)
		return other_line(typed, words);
	if (line_read(&line, typed, words) && is_meant(&line, typed))
		result = line_write(&line);
	else if (line.is_unknown)
		result = other_line(typed, words);
	free(line.uses);
	return result;
}

void
meant_hint(const struct command *typed, char **words, struct failure *failure)
{
	char *line = meant_line(typed, words), *message;

	if (line == NULL)
		return;
	message = mem_printf("%s, see asauth %s%s--help", failure->message,
	    typed != NULL ? typed->name : "", typed != NULL ? " " : "");
	failure_set(failure, AS_USAGE, "%s", message);
	failure_hint(failure, "%s", line);
	free(message);
	free(line);
}

/* What makes of WORD a URL, or a path of the API; NULL: nothing does. */
static const char *
lost_beginning(const char *word)
{
	const char *slash = strchr(word, '/'), *dot = strchr(word, '.');

	if (is_address(word))
		return "";
	if (slash == NULL || word[0] == '.')
		return NULL;
	return dot != NULL && dot < slash ? "https://" : "/";
}

static void
fail_address(char **arguments, struct failure *failure)
{
	char *word = arguments[0];
	const struct option_use use = { OPT_COUNT, word };

	option_fail(NULL, is_private(&use) ? "URL" : word,
	    "no command before it", failure);
	arguments[0] = mem_printf("%s%s", lost_beginning(word), word);
	meant_hint(NULL, arguments, failure);
	free(arguments[0]);
	arguments[0] = word;
}

static void
fail_command(const char *name, struct failure *failure)
{
	struct suggestion meant = { .word = name };
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		suggest_consider(&meant, commands[i]->name);
	suggest_consider(&meant, "help");
	suggest_consider(&meant, "version");
	failure_set(failure, AS_USAGE, "%s: unknown command", text_shown(name));
	if (meant.name != NULL)
		failure_hint(
		    failure, "did you mean %s? see asauth --help", meant.name);
	else
		failure_hint(failure, "see asauth --help");
}

int
meant_fail(char **arguments, struct failure *failure)
{
	const char *word = arguments[0];
	char *name;

	if (word == NULL) {
		failure_set(failure, AS_USAGE, "no command given");
		failure_hint(failure, "see asauth --help");
		return AS_USAGE;
	}
	if (word[0] == '-' && word[1] != '\0') {
		name = mem_strndup(
		    word, word[1] == '-' ? strcspn(word, "=") : 2);
		option_fail_unknown(NULL, name, failure);
		free(name);
		meant_hint(NULL, arguments, failure);
	} else if (lost_beginning(word) != NULL)
		fail_address(arguments, failure);
	else {
		fail_command(word, failure);
		meant_hint(NULL, arguments, failure);
	}
	return AS_USAGE;
}
