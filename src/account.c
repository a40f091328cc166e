#include "account.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "amazon.h"
#include "credential.h"
#include "mem.h"

/* Which of option_secrets, from number I on, is among the VALUES;
 * OPTION_SECRETS or more: none. */
static size_t
find_secret_kind(const struct setting *values, size_t i)
{
	while (i < OPTION_SECRETS && values[option_secrets[i]].text == NULL)
		i++;
	return i;
}

int
account_secret_kind(const struct settings *settings, enum option_id *kind,
    struct failure *failure)
{
	const struct setting *values;
	size_t source = 0, i, other;

	do {
		values = settings->values[source];
		i = find_secret_kind(values, 0);
	} while (i == OPTION_SECRETS && ++source < SETTINGS_SOURCES);
	*kind = i < OPTION_SECRETS ? option_secrets[i] : OPT_COUNT;
	other = find_secret_kind(values, i + 1);
	if (other >= OPTION_SECRETS)
		return AS_OK;
	return failure_set(failure, AS_USAGE,
	    "%s and %s: only one can supply the client secret",
	    values[*kind].title, values[option_secrets[other]].title);
}

int
account_check_pair(const struct settings *settings, enum option_id kind,
    struct failure *failure)
{
	const char *id = settings_text(settings, OPT_CLIENT_ID);
	const struct setting *values =
	    settings->values[settings_source(settings, kind)];
	const struct setting *other = &values[OPT_CLIENT_ID];

	if (id == NULL || other->text == NULL || strcmp(id, other->text) == 0)
		return AS_OK;
	failure_set(failure, AS_USAGE,
	    "the client id is from %s, but %s "
	    "belongs to another client id, from %s",
	    settings_origin(settings, OPT_CLIENT_ID), values[kind].title,
	    other->title);
	failure_hint(failure, "give id and secret in the same place");
	return AS_USAGE;
}

int
account_check_id(const struct settings *settings, struct failure *failure)
{
	static const enum option_id id[] = { OPT_CLIENT_ID };
	const char *text = settings_text(settings, OPT_CLIENT_ID);

	if (text == NULL)
		return account_fail_missing(
		    settings, "client id", id, COUNT(id), failure);
	if (!credential_is_secret(text))
		return AS_OK;
	failure_set(failure, AS_USAGE,
	    "%s: this is a client secret, not a client id",
	    settings_origin(settings, OPT_CLIENT_ID));
	failure_hint(failure, "%s", credential_swapped);
	return AS_USAGE;
}

/* --- Where a missing setting was looked for --- */

static void
add_config_place(struct buf *out, const struct settings *settings,
    const enum option_id *ids, size_t nids)
{
	const char *profile = settings_text(settings, OPT_PROFILE);
	const json_t *root = settings->config.root;
	bool is_at_top = false;
	size_t i;

	if (profile != NULL)
		buf_printf(out, "profile %s of ", profile);
	buf_printf(out, "%s has no ", settings->config_path);
	for (i = 0; i < nids; i++) {
		if (i > 0)
			buf_puts(out, i + 1 < nids ? ", " : " or ");
		buf_puts(out, options[ids[i]].key);
		is_at_top |= json_object_get(root, options[ids[i]].key) != NULL;
	}
	if (profile == NULL && json_object_get(root, "profiles") != NULL)
		buf_puts(out, " outside its profiles");
	else if (is_at_top && settings_is_of_profile(settings, OPT_CLIENT_ID))
		buf_puts(out,
		    ", and inherits none since it has a client_id of its own");
}

int
account_fail_missing(const struct settings *settings, const char *what,
    const enum option_id *ids, size_t nids, struct failure *failure)
{
	const char *path = settings->config_path;
	const struct option_row *row;
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < nids; i++) {
		row = &options[ids[i]];
		if (row->name != NULL)
			buf_printf(&out, "  --%s is not given\n", row->name);
		if (row->env != NULL)
			buf_printf(&out, "  %s is %s\n", row->env,
			    getenv(row->env) == NULL ? "not set" :
						       "set but empty");
	}
	buf_puts(&out, "  ");
	if (settings->config.path != NULL)
		add_config_place(&out, settings, ids, nids);
	else if (path == NULL)
		buf_puts(&out, "there is no home for a config file");
	else if (access(path, F_OK) == -1 && errno == ENOENT)
		buf_printf(&out, "%s does not exist", path);
	else
		buf_printf(&out, "%s cannot be read", path);
	failure_set(failure, AS_USAGE, "no %s: none was found", what);
	failure_add(failure, out.data);
	failure_hint(failure,
	    "it is on the security profile's Web Settings tab: API "
	    "Access, " AMAZON_CONSOLE);
	buf_free(&out);
	return AS_USAGE;
}
