#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "asauth.h"
#include "file.h"
#include "mem.h"
#include "msg.h"
#include "text.h"

static int
fail_read(const char *path, int error)
{
	const char *why = error == EFBIG ? "larger than 1 MiB" :
	    error == ETIMEDOUT		 ? "nobody writes it to its end" :
					   strerror(error);

	return msg_fail(AS_USAGE, "config file %s: %s", path, why);
}

/* jansson's own text quotes the file, secrets included. */
static int
fail_syntax(const char *path, const json_error_t *error)
{
	const char *why = "not valid JSON";

	switch (json_error_code(error)) {
	case json_error_duplicate_key:
		why = "a key is given twice";
		break;
	case json_error_stack_overflow:
		why = "nested too deeply";
		break;
	case json_error_premature_end_of_input:
		why = "the JSON ends too early";
		break;
	case json_error_invalid_utf8:
		why = "not valid UTF-8";
		break;
	case json_error_null_character:
		why = "a NUL character";
		break;
	default:
		break;
	}
	return msg_fail(
	    AS_USAGE, "%s:%d:%d: %s", path, error->line, error->column, why);
}

/* "KEY" or "profiles.NAME.KEY", as messages call it; the caller frees it. */
static char *
key_title(const char *profile, const char *key)
{
	if (profile == NULL)
		return mem_strdup(key);
	return mem_printf("profiles.%s.%s", profile, key);
}

static bool
is_array_of_text(const json_t *value, bool may_be_empty)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(value))
		return false;
	json_array_foreach(value, i, item) {
		if (!json_is_string(item))
			return false;
	}
	return may_be_empty ||
	    (i > 0 && *json_string_value(json_array_get(value, 0)) != '\0');
}

static bool
has_control(const char *text)
{
	char *trimmed = text_trimmed(text);
	bool result = text_has_control(trimmed);

	mem_wipe(trimmed);
	return result;
}

/* What VALUE must be but is not, or NULL. */
static const char *
wrong_value(enum option_id id, const json_t *value)
{
	if (options[id].marks & OPT_IS_PLAIN && json_is_string(value) &&
	    has_control(json_string_value(value)))
		return "must not hold control characters";
	switch (options[id].kind) {
	case KIND_LIST:
		return is_array_of_text(value, true) ?
		    NULL :
		    "must be an array of strings";
	case KIND_COMMAND:
		return is_array_of_text(value, false) ?
		    NULL :
		    "must be an array of strings, the program first";
	default:
		return json_is_string(value) ? NULL : "must be a string";
	}
}

static int
check_key(
    const char *path, const char *profile, const char *key, const json_t *value)
{
	enum option_id id = option_by_key(key);
	char *title = key_title(profile, key);
	const char *wrong = NULL;
	int status = AS_OK;

	if (id != OPT_COUNT)
		wrong = wrong_value(id, value);
	else if (strcmp(key, "grant_type") != 0)
		msg_warn("%s: unknown key %s", path, title);
	else if (!json_is_string(value) ||
	    strcmp(json_string_value(value), "client_credentials") != 0)
		wrong = "must be \"client_credentials\"";
	if (wrong != NULL)
		status = msg_fail(AS_USAGE, "%s: %s %s", path, title, wrong);
	free(title);
	return status;
}

static int
check_keys(const char *path, const char *profile, json_t *object)
{
	const char *key;
	json_t *value;
	int status;

	json_object_foreach(object, key, value) {
		if (profile == NULL && strcmp(key, "profiles") == 0)
			continue;
		status = check_key(path, profile, key, value);
		if (status != AS_OK)
			return status;
	}
	return AS_OK;
}

static int
check_profiles(const char *path, json_t *profiles)
{
	const char *name;
	json_t *profile;
	int status = AS_OK;

	if (profiles != NULL && !json_is_object(profiles))
		return msg_fail(
		    AS_USAGE, "%s: profiles must be an object", path);
	json_object_foreach(profiles, name, profile) {
		if (!json_is_object(profile))
			status = msg_fail(AS_USAGE,
			    "%s: profiles.%s must be an object", path, name);
		else
			status = check_keys(path, name, profile);
		if (status != AS_OK)
			break;
	}
	return status;
}

/* A key with all of MARKS in OBJECT, or NULL. */
static const char *
marked_key(const json_t *object, unsigned int marks)
{
	enum option_id id;

	for (id = 0; id < OPT_COUNT; id++)
		if (options[id].key != NULL && options[id].marks & marks &&
		    json_object_get(object, options[id].key) != NULL)
			return options[id].key;
	return NULL;
}

/* The same, in the top level or any profile. */
static const char *
marked_key_anywhere(json_t *root, unsigned int marks)
{
	const char *found = marked_key(root, marks), *name;
	json_t *profile;

	json_object_foreach(json_object_get(root, "profiles"), name, profile) {
		if (found == NULL)
			found = marked_key(profile, marks);
	}
	return found;
}

static int
check_permissions(const char *path, json_t *root, const struct stat *about)
{
	const char *key;
	char *quoted;
	int status = AS_OK;

	if (!S_ISREG(about->st_mode) ||
	    (about->st_mode & (S_IRGRP | S_IROTH | S_IWGRP | S_IWOTH)) == 0)
		return AS_OK;
	key = marked_key_anywhere(root, OPT_IS_GUARDED);
	quoted = text_quoted(path);
	if (about->st_mode & (S_IWGRP | S_IWOTH) && key != NULL) {
		status = msg_fail(AS_USAGE,
		    "%s: others may write to it, and "
		    "%s says where secrets go or what is run",
		    path, key);
		msg_hint("chmod go-w %s", quoted);
		goto out;
	}
	if (about->st_mode & (S_IWGRP | S_IWOTH))
		msg_warn("%s: others may write to it; mend with: chmod go-w %s",
		    path, quoted);
	if (about->st_mode & (S_IRGRP | S_IROTH) &&
	    marked_key_anywhere(root, OPT_IS_SECRET) != NULL)
		msg_warn("%s: holds a secret that others may read; mend with: "
			 "chmod 600 %s",
		    path, quoted);
out:
	free(quoted);
	return status;
}

static int
parse(struct config *config, const struct buf *text)
{
	json_error_t error;

	if (text->length == 0 || strspn(text->data, " \t\r\n") == text->length)
		return AS_OK;
	config->root = json_loadb(
	    text->data, text->length, JSON_REJECT_DUPLICATES, &error);
	if (config->root == NULL)
		return fail_syntax(config->path, &error);
	if (!json_is_object(config->root))
		return msg_fail(
		    AS_USAGE, "%s:1:1: must be a JSON object", config->path);
	return AS_OK;
}

int
config_load(
    struct config *config, const char *path, bool required, int patience)
{
	struct buf text = { 0 };
	struct stat about;
	int status, error;

	if (file_read(path, CONFIG_LIMIT, patience, &text, &about) == -1) {
		error = errno;
		buf_free(&text);
		if (!required && (error == ENOENT || error == ENOTDIR))
			return AS_OK;
		/* HOME may be somebody else's. */
		if (!required && error == EACCES) {
			msg_warn("config file %s: %s", path, strerror(error));
			return AS_OK;
		}
		if (error == ETIMEDOUT && patience < FILE_PATIENCE)
			return msg_fail(
			    AS_TIMEOUT, "config file %s: out of time", path);
		return fail_read(path, error);
	}
	config->path = mem_strdup(path);
	status = parse(config, &text);
	buf_free(&text);
	if (status == AS_OK && config->root != NULL)
		status = check_keys(path, NULL, config->root);
	if (status == AS_OK && config->root != NULL)
		status = check_profiles(
		    path, json_object_get(config->root, "profiles"));
	if (status == AS_OK && config->root != NULL)
		status = check_permissions(path, config->root, &about);
	return status;
}

/* A relative path is relative to the file that names it. */
static int
set_path(struct layer *layer, enum option_id id, const char *text)
{
	char *copy = mem_strdup(layer->file);
	char *path;
	int status;

	path = *text == '\0' || strcmp(text, "-") == 0 ?
	    mem_strdup(text) :
	    file_join(dirname(copy), text);
	status = layer_set(layer, id, path);
	free(path);
	free(copy);
	return status;
}

static int
fill(struct layer *layer, json_t *object)
{
	enum option_id id;
	const json_t *value;
	const char *text;
	int status = AS_OK;

	for (id = 0; id < OPT_COUNT && status == AS_OK; id++) {
		value = options[id].key != NULL ?
		    json_object_get(object, options[id].key) :
		    NULL;
		text = json_string_value(value);
		if (text == NULL)
			layer->array[id] = value;
		else if (options[id].marks & OPT_IS_PATH)
			status = set_path(layer, id, text);
		else
			status = layer_set(layer, id, text);
	}
	return status;
}

static bool
has_secret(const struct layer *layer)
{
	size_t i;

	for (i = 0; i < OPTION_SECRETS; i++)
		if (layer_has(layer, option_secrets[i]))
			return true;
	return false;
}

static int
fail_no_profile(const struct config *config, const char *name)
{
	const char *other;
	json_t *profile;
	struct buf names = { 0 };

	if (config->path == NULL)
		return msg_fail(
		    AS_USAGE, "profile %s: there is no config file", name);
	json_object_foreach(
	    json_object_get(config->root, "profiles"), other, profile) {
		buf_puts(&names, " ");
		buf_puts(&names, other);
	}
	msg_fail(AS_USAGE, "%s: no profile %s", config->path, name);
	if (names.length > 0)
		msg_hint("its profiles are:%s", names.data);
	buf_free(&names);
	return AS_USAGE;
}

int
config_apply(const struct config *config, const char *profile,
    struct layer *top, struct layer *chosen)
{
	json_t *object = NULL;
	size_t i;
	int status;

	top->file = chosen->file = config->path;
	chosen->profile = profile;
	status = fill(top, config->root);
	if (status != AS_OK || profile == NULL)
		return status;
	object = json_object_get(
	    json_object_get(config->root, "profiles"), profile);
	if (object == NULL)
		return fail_no_profile(config, profile);
	status = fill(chosen, object);
	if (layer_has(chosen, OPT_CLIENT_ID) || has_secret(chosen))
		for (i = 0; i < OPTION_SECRETS; i++)
			layer_drop(top, option_secrets[i]);
	return status;
}

/* What OBJECT sets KEY to, NULL if to nothing; the caller frees it. */
static char *
trimmed_value(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	char *value = text != NULL ? text_trimmed(text) : NULL;

	if (value == NULL || *value != '\0')
		return value;
	free(value);
	return NULL;
}

/* Visits OBJECT's scope, or that of its PARENT, if the object is for the
 * client: one that names no client id serves whichever is in force, or that
 * of its parent. */
static void
visit_scope(const json_t *object, const json_t *parent, const char *client_id,
    void (*visit)(void *context, const char *scope), void *context)
{
	char *scope = trimmed_value(object, options[OPT_SCOPE].key);
	char *id = trimmed_value(object, options[OPT_CLIENT_ID].key);

	if (scope == NULL)
		scope = trimmed_value(parent, options[OPT_SCOPE].key);
	if (id == NULL)
		id = trimmed_value(parent, options[OPT_CLIENT_ID].key);
	if (scope != NULL && (id == NULL || strcmp(id, client_id) == 0))
		visit(context, scope);
	free(scope);
	free(id);
}

void
config_scopes(const struct config *config, const char *client_id,
    void (*visit)(void *context, const char *scope), void *context)
{
	const char *name;
	json_t *profile;

	visit_scope(config->root, NULL, client_id, visit, context);
	json_object_foreach(
	    json_object_get(config->root, "profiles"), name, profile) {
		visit_scope(profile, config->root, client_id, visit, context);
	}
}

void
config_free(struct config *config)
{
	json_decref(config->root);
	free(config->path);
	*config = (struct config){ 0 };
}
