#include "settings.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "msg.h"

/* getopt_long(3) tells long options from letters by values above these. */
#define LONG_ONLY 256
#define IS_OPERAND 1

const struct scope_row scopes[NSCOPES] = {
	{ "submission", "appstore::apps:readwrite", "App Submission API" },
	{ "reporting", "adx_reporting::appstore:marketer", "Reporting API" },
};

static bool
is_known(enum option_id id, const struct command *command)
{
	return options[id].name != NULL && options[id].commands & command->mask;
}

/* Translates the table for getopt_long(3). */
static void
describe(const struct command *command, struct option *longs, char *shorts)
{
	enum option_id id;

	/* Operands in their places, whatever POSIXLY_CORRECT says. */
	*shorts++ = '-';
	*shorts++ = ':';
	for (id = 0; id < OPT_COUNT; id++) {
		if (!is_known(id, command))
			continue;
		longs->name = options[id].name;
		longs->has_arg = options[id].metavar != NULL ?
		    required_argument :
		    no_argument;
		longs->flag = NULL;
		longs->val = LONG_ONLY + (int)id;
		longs++;
		if (options[id].letter == 0)
			continue;
		*shorts++ = (char)options[id].letter;
		if (options[id].metavar != NULL)
			*shorts++ = ':';
	}
	memset(longs, 0, sizeof(*longs));
	*shorts = '\0';
}

static enum option_id
by_letter(const struct command *command, int letter)
{
	enum option_id id;

	for (id = 0; id < OPT_COUNT; id++)
		if (is_known(id, command) && options[id].letter == letter)
			break;
	return id;
}

static void
point_to_help(const struct command *command)
{
	msg_hint("see asauth %s --help", command->name);
}

/* Says what is WRONG with the first LENGTH bytes of WHAT. */
static int
usage(const struct command *command, const char *what, size_t length,
    const char *wrong)
{
	msg_fail(AS_USAGE, "%.*s: %s", (int)length, what, wrong);
	point_to_help(command);
	return AS_USAGE;
}

/* Whether "--…" in WHAT, up to "=", begins the name of an option. */
static bool
is_beginning(const struct command *command, const char *what)
{
	size_t length = strcspn(what, "=");
	enum option_id id;

	for (id = 0; id < OPT_COUNT; id++)
		if (is_known(id, command) && length > 2 &&
		    strncmp(options[id].name, what + 2, length - 2) == 0)
			return true;
	return false;
}

/* getopt_long(3) has stumbled; PROBLEM is '?' or ':'. */
static int
usage_option(const struct command *command, int problem, char **argv)
{
	const char letter[] = { '-', (char)optopt, '\0' };
	const char *what = letter;

	/* A long option's argument may be a secret: show its name alone. */
	if (optopt == 0 || optopt >= LONG_ONLY)
		what = argv[optind - 1];
	return usage(command, what, strcspn(what, "="),
	    problem == ':'		    ? "needs a value" :
		optopt >= LONG_ONLY	    ? "takes no value" :
		is_beginning(command, what) ? "which option is it short for?" :
					      "unknown option");
}

static void
use(struct settings *settings, enum option_id id, const char *text)
{
	struct option_use *now;

	settings->uses = mem_grow(
	    settings->uses, settings->nuses + 1, sizeof(*settings->uses));
	now = &settings->uses[settings->nuses++];
	now->id = id;
	now->text = text != NULL ? mem_strdup(text) : NULL;
}

/* Overwrites ARGUMENT, which ps(1) shows, if it is or holds a secret. */
static void
blank(enum option_id id, char *argument)
{
	if (options[id].marks & OPT_IS_SECRET ||
	    (id == OPT_PROXY && strchr(argument, '@') != NULL))
		memset(argument, '*', strlen(argument));
}

static int
take(struct settings *settings, enum option_id id, char *argument)
{
	struct layer *flags = &settings->layers[LAYER_FLAGS];
	bool is_empty;
	char *title;
	int status;

	if (argument == NULL) {
		if (id == OPT_IPV4 || id == OPT_IPV6)
			layer_drop(flags, id == OPT_IPV4 ? OPT_IPV6 : OPT_IPV4);
		use(settings, id, NULL);
		return layer_set(flags, id, "on");
	}
	use(settings, id, argument);
	layer_drop(flags, id);
	status = layer_set(flags, id, argument);
	is_empty = flags->text[id] == NULL;
	blank(id, argument);
	if (status != AS_OK)
		point_to_help(settings->command);
	else if (is_empty) {
		title = layer_title(flags, id);
		status = usage(
		    settings->command, title, strlen(title), "empty value");
		free(title);
	}
	return status;
}

static int
take_operand(struct settings *settings, const char *text)
{
	const struct command *command = settings->command;

	if (command->operands == 0 || settings->operand != NULL)
		return usage(
		    command, text, strlen(text), "one operand too many");
	settings->operand = mem_strdup(text);
	return AS_OK;
}

int
settings_parse(struct settings *settings, const struct command *command,
    int argc, char **argv)
{
	struct option longs[OPT_COUNT + 1];
	char shorts[2 * OPT_COUNT + 3];
	enum option_id id;
	int c, status = AS_OK;

	settings->command = command;
	for (c = 0; c < LAYER_COUNT; c++) {
		settings->layers[c].kind = (enum layer_kind)c;
		settings->order[c] = &settings->layers[c];
	}
	describe(command, longs, shorts);
	opterr = 0;
	while (status == AS_OK &&
	    (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			return usage_option(command, c, argv);
		if (c == IS_OPERAND) {
			status = take_operand(settings, optarg);
			continue;
		}
		id = c >= LONG_ONLY ? (enum option_id)(c - LONG_ONLY) :
				      by_letter(command, c);
		status = take(settings, id, optarg);
		if (id == OPT_HELP)
			return status;
	}
	for (; status == AS_OK && optind < argc; optind++)
		status = take_operand(settings, argv[optind]);
	if (status == AS_OK && command->operands > 0 &&
	    settings->operand == NULL)
		status = usage(command, command->name, strlen(command->name),
		    "needs a URL");
	return status;
}

static int
load_environment(struct layer *layer)
{
	enum option_id id;
	const char *text;
	int status = AS_OK;

	for (id = 0; id < OPT_COUNT && status == AS_OK; id++) {
		text = options[id].env != NULL ? getenv(options[id].env) : NULL;
		if (text != NULL)
			status = layer_set(layer, id, text);
	}
	return status;
}

static int
load_presets(struct layer *layer)
{
	enum option_id id;
	int status = AS_OK;

	for (id = 0; id < OPT_COUNT && status == AS_OK; id++)
		if (options[id].preset != NULL)
			status = layer_set(layer, id, options[id].preset);
	return status;
}

/*
 * $VARIABLE/asauth/NAME or $HOME/FALLBACK/asauth/NAME; NULL if neither
 * variable helps. The XDG Base Directory Specification has relative paths
 * ignored.
 */
static char *
xdg_path(const char *variable, const char *fallback, const char *name)
{
	const char *base = getenv(variable), *home = getenv("HOME");

	if (base != NULL && base[0] == '/')
		return mem_printf("%s/asauth%s", base, name);
	if (home != NULL && home[0] == '/')
		return mem_printf("%s/%s/asauth%s", home, fallback, name);
	return NULL;
}

char *
settings_cache_directory(const struct settings *settings)
{
	const char *named = settings_text(settings, OPT_CACHE_DIR);

	if (named != NULL)
		return mem_strdup(named);
	return xdg_path("XDG_CACHE_HOME", ".cache", "");
}

static int
load_config(struct settings *settings)
{
	const char *named = settings_text(settings, OPT_CONFIG);
	const long limit = settings_ms(settings, OPT_MAX_TIME);
	int status;

	settings->config_path = named != NULL ?
	    mem_strdup(named) :
	    xdg_path("XDG_CONFIG_HOME", ".config", "/config.json");
	if (settings->config_path != NULL) {
		status = config_load(&settings->config, settings->config_path,
		    named != NULL,
		    limit > 0 && limit < FILE_PATIENCE ? (int)limit :
							 FILE_PATIENCE);
		if (status != AS_OK)
			return status;
	}
	return config_apply(&settings->config,
	    settings_text(settings, OPT_PROFILE), &settings->layers[LAYER_TOP],
	    &settings->layers[LAYER_PROFILE]);
}

/* A profile asked for on the command line goes before the environment. */
static void
rank(struct settings *settings)
{
	const struct layer **order = settings->order;

	if (!layer_has(&settings->layers[LAYER_FLAGS], OPT_PROFILE))
		return;
	order[1] = &settings->layers[LAYER_PROFILE];
	order[2] = &settings->layers[LAYER_TOP];
	order[3] = &settings->layers[LAYER_ENVIRONMENT];
}

int
settings_load(struct settings *settings)
{
	struct layer *layers = settings->layers;
	int status, i;

	status = load_presets(&layers[LAYER_PRESET]);
	if (status == AS_OK)
		status = load_environment(&layers[LAYER_ENVIRONMENT]);
	if (status == AS_OK)
		status = load_config(settings);
	rank(settings);
	for (i = 0; i < LAYER_COUNT; i++) {
		msg_secret(layers[i].text[OPT_CLIENT_SECRET]);
		msg_secret(layers[i].text[OPT_TOKEN]);
	}
	return status;
}

void
settings_free(struct settings *settings)
{
	int i;

	for (i = 0; i < LAYER_COUNT; i++)
		layer_free(&settings->layers[i]);
	while (settings->nuses > 0)
		mem_wipe(settings->uses[--settings->nuses].text);
	free(settings->uses);
	free(settings->operand);
	free(settings->config_path);
	config_free(&settings->config);
}

const struct layer *
settings_layer(const struct settings *settings, enum option_id id)
{
	int i;

	for (i = 0; i < LAYER_COUNT; i++)
		if (layer_has(settings->order[i], id))
			return settings->order[i];
	return NULL;
}

bool
settings_on(const struct settings *settings, enum option_id id)
{
	return settings_layer(settings, id) != NULL;
}

const char *
settings_text(const struct settings *settings, enum option_id id)
{
	const struct layer *layer = settings_layer(settings, id);

	return layer != NULL ? layer->text[id] : NULL;
}

long
settings_whole(
    const struct settings *settings, enum option_id id, long fallback)
{
	const char *text = settings_text(settings, id);

	return text != NULL ? strtol(text, NULL, 10) : fallback;
}

long
settings_ms(const struct settings *settings, enum option_id id)
{
	const char *text = settings_text(settings, id);
	double ms = text != NULL ? strtod(text, NULL) * 1000 : 0;

	/* INT_MAX, weeks, is as good as any time beyond. */
	return ms > 0 && ms < 1 ? 1 : ms < INT_MAX ? (long)ms : INT_MAX;
}

const struct scope_row *
settings_scope_row(const char *scope)
{
	size_t i;

	for (i = 0; i < NSCOPES; i++)
		if (strcmp(scopes[i].scope, scope) == 0)
			return &scopes[i];
	return NULL;
}

const char *
settings_long_scope(const char *name)
{
	size_t i;

	for (i = 0; i < NSCOPES; i++)
		if (strcmp(scopes[i].name, name) == 0)
			return scopes[i].scope;
	return name;
}

const char *
settings_scope(const struct settings *settings)
{
	const char *scope = settings_text(settings, OPT_SCOPE);

	assert(scope != NULL); /* it has a preset */
	return settings_long_scope(scope);
}

/* Whether HOST is one of the words of LIST. */
static bool
names_host(const char *list, const char *host)
{
	size_t length, wanted = strlen(host);

	while (list != NULL && *list != '\0') {
		length = strcspn(list, " \t\n");
		if (length == wanted && strncasecmp(list, host, length) == 0)
			return true;
		list += length;
		list += strspn(list, " \t\n");
	}
	return false;
}

static bool
array_names_host(const json_t *array, const char *host)
{
	const json_t *item;
	size_t i;

	json_array_foreach(array, i, item) {
		if (strcasecmp(json_string_value(item), host) == 0)
			return true;
	}
	return false;
}

bool
settings_allow_host(const struct settings *settings, const char *host)
{
	const struct layer *layers = settings->layers;
	const json_t *array = layers[LAYER_PROFILE].array[OPT_ALLOW_HOST];
	size_t i;

	for (i = 0; i < settings->nuses; i++)
		if (settings->uses[i].id == OPT_ALLOW_HOST &&
		    strcasecmp(settings->uses[i].text, host) == 0)
			return true;
	if (array == NULL)
		array = layers[LAYER_TOP].array[OPT_ALLOW_HOST];
	return array_names_host(array, host) ||
	    names_host(layers[LAYER_ENVIRONMENT].text[OPT_ALLOW_HOST], host);
}

char *
settings_looked(
    const struct settings *settings, const enum option_id *ids, size_t nids)
{
	const char *profile = settings_text(settings, OPT_PROFILE);
	const struct option_row *row;
	struct buf out = { 0 };
	bool is_dropped = false;
	size_t i;

	for (i = 0; i < nids; i++) {
		row = &options[ids[i]];
		if (row->name != NULL)
			buf_printf(&out, "--%s is not given, ", row->name);
		if (row->env != NULL)
			buf_printf(&out, "%s is %s, ", row->env,
			    getenv(row->env) == NULL ? "not set" :
						       "set but empty");
	}
	if (settings->config_path == NULL)
		buf_puts(&out, "there is no home for a config file");
	else if (settings->config.path == NULL)
		buf_printf(&out, "%s %s", settings->config_path,
		    access(settings->config_path, F_OK) == -1 &&
			    errno == ENOENT ?
			"does not exist" :
			"cannot be read");
	else {
		buf_printf(&out, "%s%s%s%s has no ",
		    profile != NULL ? "profile " : "",
		    profile != NULL ? profile : "",
		    profile != NULL ? " of " : "", settings->config_path);
		for (i = 0; i < nids; i++) {
			buf_printf(&out, "%s%s",
			    i == 0	     ? "" :
				i + 1 < nids ? ", " :
					       " or ",
			    options[ids[i]].key);
			is_dropped |= json_object_get(settings->config.root,
					  options[ids[i]].key) != NULL;
		}
		if (profile == NULL &&
		    json_object_get(settings->config.root, "profiles") != NULL)
			buf_puts(&out, " outside its profiles");
		else if (is_dropped &&
		    settings->layers[LAYER_PROFILE].text[OPT_CLIENT_ID] != NULL)
			buf_puts(&out,
			    ", and inherits none since it has a client_id of "
			    "its own");
	}
	return buf_take(&out);
}
