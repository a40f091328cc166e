#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "asauth.h"
#include "credential.h"
#include "file.h"
#include "mem.h"
#include "msg.h"
#include "suggest.h"
#include "syntax.h"
#include "text.h"
#include "trust.h"

static bool
is_array_of_text(const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach(value, i, item) {
		if (!json_is_string(item))
			return false;
	}
	return json_is_array(value);
}

/* Puts the directory of the config file before a relative path, and HOME in the
 * place of a tilde. Where there is none is told when the path is needed. */
static void
tidy_path(const struct config *config, json_t *value)
{
	char *path = file_expand(json_string_value(value)), *copy, *whole;

	if (path == NULL)
		return;
	copy = mem_strdup(config->path);
	whole = file_join(dirname(copy), path);
	json_string_set_nocheck(value, whole);
	free(whole);
	free(copy);
	free(path);
}

/* The program's path; of its arguments, which need not be paths, the tilde
 * alone: there is no shell to expand it. */
static void
tidy_command(const struct config *config, json_t *value)
{
	char *expanded;
	json_t *word;
	size_t i;

	json_array_foreach(value, i, word) {
		if (i == 0 && strchr(json_string_value(word), '/') != NULL)
			tidy_path(config, word);
		expanded = file_expand(json_string_value(word));
		if (expanded != NULL)
			json_string_set_nocheck(word, expanded);
		free(expanded);
	}
}

static void
tidy_text(const struct config *config, enum option_id id, json_t *value)
{
	const char *text = json_string_value(value);
	char *trimmed;

	if (options[id].marks & OPT_IS_TRIMMED) {
		trimmed = text_trimmed(text);
		json_string_set_nocheck(value, trimmed);
		mem_wipe(trimmed);
	} else if (options[id].marks & OPT_IS_PATH && *text != '\0' &&
	    strcmp(text, "-") != 0)
		tidy_path(config, value);
}

/* What VALUE must be but is not, or NULL: then it is tidied. */
static const char *
value_flaw(const struct config *config, enum option_id id, json_t *value)
{
	const char *first = json_string_value(json_array_get(value, 0));

	switch (options[id].kind) {
	case KIND_LIST:
		if (is_array_of_text(value))
			return NULL;
		return "must be an array of strings";
	case KIND_COMMAND:
		if (!is_array_of_text(value) || first == NULL || *first == '\0')
			return "must be an array of strings, the program first";
		tidy_command(config, value);
		return NULL;
	default:
		if (!json_is_string(value))
			return "must be a string";
		tidy_text(config, id, value);
		if (options[id].marks & OPT_IS_PLAIN &&
		    text_has_control(json_string_value(value)))
			return "must not hold control characters";
		if (options[id].marks & OPT_IS_ASCII)
			return credential_flaw(json_string_value(value));
		return NULL;
	}
}

static void
warn_key(const struct config *config, const char *prefix, const char *key)
{
	struct suggestion meant = { .word = key };
	enum option_id id;

	for (id = 0; id < OPT_COUNT; id++)
		if (options[id].key != NULL)
			suggest_consider(&meant, options[id].key);
	if (meant.name != NULL)
		msg_warn("%s: unknown key %s%s: did you mean %s?", config->path,
		    prefix, key, meant.name);
	else
		msg_warn("%s: unknown key %s%s", config->path, prefix, key);
}

/* Checks the object's keys, and notes in CONFIG for which of them it matters
 * who may read or write the file. Messages put PREFIX before their names. */
static int
check_keys(struct config *config, const char *prefix, json_t *object,
    struct failure *failure)
{
	const char *key, *text, *flaw;
	enum option_id id;
	json_t *value;

	json_object_foreach(object, key, value) {
		id = option_by_key(key);
		text = json_string_value(value);
		flaw = NULL;
		if (id != OPT_COUNT) {
			flaw = value_flaw(config, id, value);
			config->marks |= options[id].marks;
			if (options[id].marks & OPT_IS_GUARDED &&
			    config->guarded == NULL)
				config->guarded = options[id].key;
		} else if (strcmp(key, "grant_type") == 0) {
			if (text == NULL ||
			    strcmp(text, "client_credentials") != 0)
				flaw = "must be \"client_credentials\"";
		} else if (object != config->root ||
		    strcmp(key, "profiles") != 0)
			warn_key(config, prefix, key);
		if (flaw != NULL)
			return failure_set(failure, AS_USAGE, "%s: %s%s %s",
			    config->path, prefix, key, flaw);
	}
	return AS_OK;
}

static int
check_profiles(struct config *config, struct failure *failure)
{
	json_t *profiles = json_object_get(config->root, "profiles"), *profile;
	const char *name;
	char *prefix;
	int status = AS_OK;

	if (profiles != NULL && !json_is_object(profiles))
		return failure_set(failure, AS_USAGE,
		    "%s: profiles must be an object", config->path);
	json_object_foreach(profiles, name, profile) {
		if (!json_is_object(profile))
			return failure_set(failure, AS_USAGE,
			    "%s: profiles.%s must be an object", config->path,
			    name);
		prefix = mem_printf("profiles.%s.", name);
		status = check_keys(config, prefix, profile, failure);
		free(prefix);
		if (status != AS_OK)
			break;
	}
	return status;
}

static int
config_parse(
    struct config *config, const struct buf *text, struct failure *failure)
{
	const char *begin = text->data, *end;
	json_error_t error;

	if (text->length == 0)
		return AS_OK;
	end = begin + text->length;
	if (text_begins(begin, "\xef\xbb\xbf")) /* a byte order mark */
		begin += 3;
	if (begin + strspn(begin, " \t\r\n") == end)
		return AS_OK;
	config->root = json_loadb(
	    begin, (size_t)(end - begin), JSON_REJECT_DUPLICATES, &error);
	if (config->root == NULL) {
		failure_set(failure, AS_USAGE, "%s:%d:%d: %s", config->path,
		    error.line, error.column, syntax_flaw(begin, end, &error));
		if (begin[strspn(begin, " \t\r\n")] != '{')
			failure_hint(failure,
			    "this file must hold JSON, as asauth.conf(5) says; "
			    "curl's config files are not read");
		return AS_USAGE;
	}
	if (!json_is_object(config->root))
		return failure_set(failure, AS_USAGE,
		    "%s:1:1: must be a JSON object", config->path);
	return AS_OK;
}

/* The file at PATH could not be read for ERROR. Status. */
static int
config_fail_read(const char *path, bool required, int timeout, int error,
    struct failure *failure)
{
	const char *why = strerror(error);

	if (!required && (error == ENOENT || error == ENOTDIR))
		return AS_OK;
	if (!required && error == EACCES) { /* HOME may be somebody else's */
		msg_warn("config file %s: %s", path, why);
		return AS_OK;
	}
	if (error == ETIMEDOUT && timeout < FILE_TIMEOUT)
		return failure_set(
		    failure, AS_TIMEOUT, "config file %s: out of time", path);
	if (error == ETIMEDOUT)
		why = "nobody writes it to its end";
	else if (error == EFBIG)
		why = "larger than 1 MiB";
	return failure_set(failure, AS_USAGE, "config file %s: %s", path, why);
}

int
config_load(struct config *config, const char *path, enum config_name named,
    int timeout, struct failure *failure)
{
	struct buf text = { 0 };
	struct stat about = { 0 };
	int status;

	if (file_read(path, CONFIG_LIMIT, timeout, &text, &about) == -1)
		status = config_fail_read(
		    path, named != CONFIG_DEFAULT, timeout, errno, failure);
	else {
		config->path = mem_strdup(path);
		status = config_parse(config, &text, failure);
	}
	if (status == AS_OK)
		status = check_keys(config, "", config->root, failure);
	if (status == AS_OK)
		status = check_profiles(config, failure);
	if (status == AS_OK && config->root != NULL)
		status = trust_writers(path, &about, named == CONFIG_BY_FLAG,
		    config->guarded, failure);
	if (status == AS_OK && config->marks & OPT_IS_SECRET)
		trust_readers(path, &about);
	buf_free(&text);
	return status;
}

int
config_choose(struct config *config, const char *name, struct failure *failure)
{
	json_t *profiles = json_object_get(config->root, "profiles"), *profile;
	const char *other;
	char *word;
	struct buf names = { 0 };

	if (name == NULL)
		return AS_OK;
	config->profile = json_object_get(profiles, name);
	if (config->profile != NULL)
		return AS_OK;
	if (config->path == NULL)
		return failure_set(failure, AS_USAGE,
		    "profile %s: there is no config file", name);
	failure_set(failure, AS_USAGE, "%s: no profile %s", config->path, name);
	json_object_foreach(profiles, other, profile) {
		word = text_word(other);
		buf_printf(&names, " %s", word);
		free(word);
	}
	if (names.length > 0)
		failure_hint(failure, "its profiles are:%s", names.data);
	buf_free(&names);
	return AS_USAGE;
}

/* What the OBJECT says of the option, NULL if that is nothing or empty. */
static const json_t *
value_in(const json_t *object, enum option_id id)
{
	const json_t *value = json_object_get(object, options[id].key);
	const char *text = json_string_value(value);

	return text != NULL && *text == '\0' ? NULL : value;
}

static bool
may_inherit(const json_t *profile, enum option_id id)
{
	bool is_secret = false;
	bool is_account = value_in(profile, OPT_CLIENT_ID) != NULL;
	size_t i;

	for (i = 0; i < OPTION_SECRETS; i++) {
		is_secret |= id == option_secrets[i];
		is_account |= value_in(profile, option_secrets[i]) != NULL;
	}
	return !is_secret || !is_account;
}

const json_t *
config_value(
    const struct config *config, const json_t *profile, enum option_id id)
{
	const json_t *own = value_in(profile, id);

	return own == NULL && may_inherit(profile, id) ?
	    value_in(config->root, id) :
	    own;
}

void
config_free(struct config *config)
{
	json_decref(config->root);
	free(config->path);
	*config = (struct config){ 0 };
}
