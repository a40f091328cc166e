#include "settings.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "amazon.h"
#include "credential.h"
#include "file.h"
#include "hide.h"
#include "mem.h"
#include "msg.h"
#include "text.h"

#define FROM_FLAG 0

static void
unset_value(struct settings *settings, size_t source, enum option_id id)
{
	struct setting *setting = &settings->values[source][id];

	mem_wipe(setting->text);
	free(setting->title);
	*setting = (struct setting){ 0 };
}

bool
settings_is_of_profile(const struct settings *settings, enum option_id id)
{
	return settings_json(settings, id) !=
	    config_value(&settings->config, NULL, id);
}

static char *
title_in(const struct settings *settings, size_t source, enum option_id id)
{
	const struct option_row *row = &options[id];
	const char *file = settings->config.path;

	if (source == FROM_FLAG)
		return mem_printf("--%s", row->name);
	if (source == settings->environment)
		return mem_strdup(row->env);
	if (settings_is_of_profile(settings, id))
		return mem_printf("%s in profile %s of %s", row->key,
		    settings_text(settings, OPT_PROFILE), file);
	return mem_printf("%s in %s", row->key, file);
}

/* TEXT as the table has it for the option, the caller frees it; NULL: it is in
 * a HOME that there is not. What comes from the shell, that has expanded. */
static char *
tidy_value(size_t source, enum option_id id, const char *text)
{
	const unsigned int marks = options[id].marks;

	if (marks & OPT_IS_TRIMMED)
		return text_trimmed(text);
	if (marks & OPT_IS_PATH && source != FROM_FLAG)
		return file_expand(text);
	return mem_strdup(text);
}

/* A secret, or one in the place of the id. */
static bool
is_secret_value(enum option_id id, const char *text)
{
	return options[id].marks & OPT_IS_SECRET ||
	    (id == OPT_CLIENT_ID && text != NULL && credential_is_secret(text));
}

/* Makes TEXT the source's value; an empty one unsets it, unless the table
 * allows it. What is wrong with it, or NULL. */
static const char *
set_value(struct settings *settings, size_t source, enum option_id id,
    const char *text)
{
	const unsigned int marks = options[id].marks;
	struct setting *setting = &settings->values[source][id];

	unset_value(settings, source, id);
	setting->text = tidy_value(source, id, text);
	setting->title = title_in(settings, source, id);
	if (setting->text == NULL)
		return "it begins with ~/, but HOME is not set";
	if (*setting->text == '\0' && !(marks & OPT_MAY_BE_EMPTY)) {
		free(setting->text);
		setting->text = NULL;
		return NULL;
	}
	if (is_secret_value(id, setting->text))
		hide_secret(setting->text);
	if (options[id].kind == KIND_LOGIN)
		hide_login(setting->text);
	if (id == OPT_TOKEN_URL || id == OPT_API_URL)
		hide_proxy(setting->text); /* its user part, refused later */
	return option_flaw(id, setting->text);
}

/* --- Arguments --- */

/* Has the option ID be the last one given of those that rule each other
 * out. */
static void
unset_rivals(struct settings *settings, enum option_id id)
{
	static const enum option_id rivals[][2] = { { OPT_IPV4, OPT_IPV6 },
		{ OPT_HTTP1_1, OPT_HTTP2 } };
	size_t i;

	for (i = 0; i < COUNT(rivals); i++)
		if (id == rivals[i][0] || id == rivals[i][1])
			unset_value(
			    settings, FROM_FLAG, rivals[i][id == rivals[i][0]]);
}

static int
take_option(struct settings *settings, const struct option_use *use,
    struct failure *failure)
{
	const char *flaw;

	settings->uses = mem_grow(
	    settings->uses, settings->nuses + 1, sizeof(*settings->uses));
	settings->uses[settings->nuses++] = *use;
	unset_rivals(settings, use->id);
	flaw = set_value(
	    settings, FROM_FLAG, use->id, use->text != NULL ? use->text : "on");
	if (use->text != NULL &&
	    (is_secret_value(
		 use->id, settings->values[FROM_FLAG][use->id].text) ||
		(use->id == OPT_PROXY && strchr(use->text, '@') != NULL)))
		/* ps(1) must not show it. */
		memset(use->text, '*', strlen(use->text));
	if (!settings_by_flag(settings, use->id))
		flaw = "empty value";
	if (flaw == NULL)
		return AS_OK;
	return option_fail(settings->command,
	    settings->values[FROM_FLAG][use->id].title, flaw, failure);
}

/* There is no URL: maybe it stands where an option wants its value. */
static int
fail_without_url(const struct settings *settings, struct failure *failure)
{
	const struct command *command = settings->command;
	const struct setting *given = settings->values[FROM_FLAG];
	enum option_id id;

	option_fail(command, command->name, "needs a URL", failure);
	for (id = 0; id < OPT_COUNT; id++)
		if (given[id].text != NULL &&
		    amazon_api_of_path(given[id].text) != NULL)
			failure_hint(failure,
			    "%s needs a value, and took the path behind it; "
			    "see asauth %s --help",
			    given[id].title, command->name);
	return AS_USAGE;
}

int
settings_parse(struct settings *settings, const struct command *command,
    char **argv, struct failure *failure)
{
	struct option_scan scan = { .command = command, .next = argv + 1 };
	const struct option_use *use = &scan.use;
	int status;

	settings->command = command;
	do {
		status = option_next(&scan, failure);
		if (status == AS_OK && use->id != OPT_COUNT)
			status = take_option(settings, use, failure);
		if (status != AS_OK || use->id == OPT_HELP)
			return status;
		if ((use->id != OPT_COUNT && use->id != OPT_URL) ||
		    use->text == NULL)
			continue;
		/* A text editor made it of a hyphen; a secret may follow. */
		if (text_begins(use->text, "\xe2\x80\x93") ||
		    text_begins(use->text, "\xe2\x80\x94"))
			return option_fail(command, command->name,
			    "a dash stands where an option begins with a "
			    "hyphen (-)",
			    failure);
		if (command->operands == 0 || settings->operand != NULL)
			return option_fail(command, text_shown(use->text),
			    "one operand too many", failure);
		settings->operand = use->text;
	} while (use->id != OPT_COUNT || use->text != NULL);
	if (command->operands > 0 && settings->operand == NULL)
		return fail_without_url(settings, failure);
	return AS_OK;
}

/* --- The other sources --- */

/* What the environment or the config file says of the option, of an array the
 * first text; NULL: nothing. */
static const char *
text_from(const struct settings *settings, size_t source, enum option_id id)
{
	const char *variable = options[id].env;
	const json_t *value;

	if (source == settings->environment)
		return variable != NULL ? getenv(variable) : NULL;
	value = settings_json(settings, id);
	return json_string_value(
	    json_is_array(value) ? json_array_get(value, 0) : value);
}

static int
load_source(struct settings *settings, size_t source, struct failure *failure)
{
	enum option_id id;
	const char *text, *flaw;

	for (id = 0; id < OPT_COUNT; id++) {
		text = text_from(settings, source, id);
		flaw = text != NULL ? set_value(settings, source, id, text) :
				      NULL;
		if (flaw != NULL)
			return failure_set(failure, AS_USAGE, "%s: %s",
			    settings->values[source][id].title, flaw);
	}
	return AS_OK;
}

/* The variable NAME, if it holds an absolute path, else NULL: the XDG Base
 * Directory Specification has relative paths ignored. */
static const char *
absolute_path(const char *name)
{
	const char *path = getenv(name);

	return path != NULL && path[0] == '/' ? path : NULL;
}

char *
settings_config_path(const char *named)
{
	const char *variable = text_variable(options[OPT_CONFIG].env);
	const char *base = absolute_path("XDG_CONFIG_HOME");
	const char *home = absolute_path("HOME");

	if (named != NULL)
		return mem_strdup(named);
	if (variable != NULL)
		return file_expand(variable);
	if (base != NULL)
		return mem_printf("%s/asauth/config.json", base);
	if (home != NULL)
		return mem_printf("%s/.config/asauth/config.json", home);
	return NULL;
}

char *
settings_cache_directory(const struct settings *settings)
{
	const char *named = settings_text(settings, OPT_CACHE_DIR);
	const char *base = absolute_path("XDG_CACHE_HOME");
	const bool has_home = file_home_is_ours();

	if (named != NULL)
		return mem_strdup(named);
	if (base != NULL && (has_home || !file_is_in_home(base)))
		return mem_printf("%s/asauth", base);
	if (has_home)
		return mem_printf("%s/.cache/asauth", getenv("HOME"));
	base = absolute_path("XDG_RUNTIME_DIR");
	if (base != NULL && file_is_our_directory(base))
		return mem_printf("%s/asauth", base);
	base = absolute_path("TMPDIR");
	return mem_printf("%s/asauth-%lu", base != NULL ? base : "/tmp",
	    (unsigned long)geteuid());
}

/* Any scope goes to the token endpoint as it is, also what is nearly a short
 * name. */
static void
warn_scope(const struct settings *settings)
{
	const char *scope = settings_text(settings, OPT_SCOPE);
	const char *meant = amazon_scope_meant(scope);

	if (meant != NULL)
		msg_warn("%s: scope %s: did you mean %s?",
		    settings_origin(settings, OPT_SCOPE), scope, meant);
}

/* Where there is no config file, says where it would be. */
static int
choose_profile(struct settings *settings, struct failure *failure)
{
	int status = config_choose(
	    &settings->config, settings_text(settings, OPT_PROFILE), failure);

	if (status != AS_OK && settings->config.path == NULL &&
	    settings->config_path != NULL)
		failure_hint(failure,
		    "it would be %s; asauth.conf(5) says what it holds",
		    settings->config_path);
	return status;
}

int
settings_load(struct settings *settings, int timeout, struct failure *failure)
{
	struct config *config = &settings->config;
	enum config_name how = CONFIG_DEFAULT;
	const char *named;
	int status;

	settings->environment = settings_by_flag(settings, OPT_PROFILE) ? 2 : 1;
	status = load_source(settings, settings->environment, failure);
	named = settings_text(settings, OPT_CONFIG);
	if (settings_by_flag(settings, OPT_CONFIG))
		how = CONFIG_BY_FLAG;
	else if (named != NULL)
		how = CONFIG_BY_VARIABLE;
	settings->config_path = settings_config_path(named);
	if (status == AS_OK && settings->config_path != NULL)
		status = config_load(
		    config, settings->config_path, how, timeout, failure);
	if (status == AS_OK)
		status = choose_profile(settings, failure);
	if (status == AS_OK)
		status = load_source(settings,
		    SETTINGS_SOURCES - settings->environment, failure);
	if (status == AS_OK)
		warn_scope(settings);
	return status;
}

void
settings_free(struct settings *settings)
{
	size_t source;
	enum option_id id;

	for (source = 0; source < SETTINGS_SOURCES; source++)
		for (id = 0; id < OPT_COUNT; id++)
			unset_value(settings, source, id);
	free(settings->uses);
	free(settings->config_path);
	config_free(&settings->config);
}

/* --- What is in force --- */

size_t
settings_source(const struct settings *settings, enum option_id id)
{
	size_t source = 0;

	while (source < SETTINGS_SOURCES &&
	    settings->values[source][id].text == NULL)
		source++;
	return source;
}

const char *
settings_text(const struct settings *settings, enum option_id id)
{
	const size_t source = settings_source(settings, id);

	return source < SETTINGS_SOURCES ? settings->values[source][id].text :
					   options[id].default_value;
}

bool
settings_on(const struct settings *settings, enum option_id id)
{
	return settings_text(settings, id) != NULL;
}

const json_t *
settings_json(const struct settings *settings, enum option_id id)
{
	const struct config *config = &settings->config;

	return config_value(config, config->profile, id);
}

long
settings_whole(
    const struct settings *settings, enum option_id id, long fallback)
{
	const char *text = settings_text(settings, id);

	return text != NULL ? strtol(text, NULL, 10) : fallback;
}

long long
settings_bytes(const struct settings *settings, enum option_id id)
{
	static const char units[] = "bkmg";
	const char *text = settings_text(settings, id), *at;
	char *unit;
	long long bytes;

	if (text == NULL)
		return 0;
	bytes = strtoll(text, &unit, 10);
	at = strchr(units, tolower((unsigned char)*unit));
	return *unit == '\0' || at == NULL ? bytes : bytes << 10 * (at - units);
}

long
settings_ms(const struct settings *settings, enum option_id id)
{
	const char *text = settings_text(settings, id);
	double ms = text != NULL ? strtod(text, NULL) * 1000 : 0;

	if (ms > 0 && ms < 1)
		return 1;
	/* Rounded: 0.7 is no number of a processor's. */
	return ms < INT_MAX ? (long)(ms + 0.5) : INT_MAX;
}

bool
settings_by_flag(const struct settings *settings, enum option_id id)
{
	return settings->values[FROM_FLAG][id].text != NULL;
}

const char *
settings_origin(const struct settings *settings, enum option_id id)
{
	const size_t source = settings_source(settings, id);

	return source < SETTINGS_SOURCES ? settings->values[source][id].title :
					   NULL;
}

const char *
settings_scope(const struct settings *settings)
{
	return amazon_long_scope(settings_text(settings, OPT_SCOPE));
}

bool
settings_scope_is_chosen(const struct settings *settings)
{
	const size_t source = settings_source(settings, OPT_SCOPE);

	return source == FROM_FLAG || source == settings->environment ||
	    (source < SETTINGS_SOURCES &&
		settings_is_of_profile(settings, OPT_SCOPE));
}

bool
settings_in_ci(void)
{
	const char *ci = text_variable("CI");

	return ci != NULL && strcmp(ci, "false") != 0;
}

bool
settings_allows_host(const struct settings *settings, const char *host)
{
	const char *words =
	    settings->values[settings->environment][OPT_ALLOW_HOST].text;
	const json_t *array = settings_json(settings, OPT_ALLOW_HOST), *item;
	size_t i;

	for (i = 0; i < settings->nuses; i++)
		if (settings->uses[i].id == OPT_ALLOW_HOST &&
		    strcasecmp(settings->uses[i].text, host) == 0)
			return true;
	json_array_foreach(array, i, item) {
		if (strcasecmp(json_string_value(item), host) == 0)
			return true;
	}
	return words != NULL &&
	    text_find_word(words, host, strncasecmp) != NULL;
}
