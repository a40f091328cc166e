/*
 * asauth token: prints an access token, and is the only command that does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "asauth.h"
#include "mem.h"
#include "msg.h"
#include "secret.h"
#include "session.h"
#include "settings.h"
#include "token.h"

static void
print_plain(const struct token *token, const char *scope)
{
	(void)scope;
	printf("%s\n", token->value);
}

static void
print_header(const struct token *token, const char *scope)
{
	(void)scope;
	printf("Authorization: Bearer %s\n", token->value);
}

/* A curl config file: a double-quoted value, in which a backslash and a
 * quote are escaped by a backslash. */
static void
print_curl(const struct token *token, const char *scope)
{
	const char *at;

	(void)scope;
	printf("header = \"Authorization: Bearer ");
	for (at = token->value; *at != '\0'; at++)
		printf("%s%c", strchr("\\\"", *at) != NULL ? "\\" : "", *at);
	printf("\"\n");
}

static void
print_json(const struct token *token, const char *scope)
{
	long long life = token_life(token);
	json_t *object = json_pack("{s:s, s:s, s:o, s:o, s:o}", "access_token",
	    token->value, "token_type", token->type, "scope", msg_json(scope),
	    "expires_in", life >= 0 ? json_integer(life) : json_null(),
	    "expires_at",
	    life >= 0 ? json_integer(token->expires_at) : json_null());
	char *text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);

	printf("%s\n", text != NULL ? text : "");
	mem_json_free(text);
	json_decref(object);
}

static const struct format {
	const char *name;
	void (*print)(const struct token *token, const char *scope);
} formats[] = {
	{ "token", print_plain },
	{ "header", print_header },
	{ "curl", print_curl },
	{ "json", print_json },
};

static const struct format *
find_format(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static int
fail_format(const char *name)
{
	msg_fail(
	    AS_USAGE, "--format %s: not token, header, curl or json", name);
	msg_hint("see asauth token --help");
	return AS_USAGE;
}

static int
obtain(const struct token_source *source, struct token *token)
{
	const struct settings *settings = source->session->settings;
	struct failure failure = { 0 };
	int status = token_obtain(source,
	    settings_on(settings, OPT_REFRESH) ? TOKEN_NEW : TOKEN_ANY,
	    !settings_on(settings, OPT_CLIENT_ID), token, &failure);

	if (status != AS_OK)
		failure_report(&failure);
	failure_free(&failure);
	return status;
}

static int
run(struct settings *settings)
{
	const struct format *format = find_format(
	    settings_text(settings, OPT_FORMAT));
	struct token token = { 0 };
	struct session session;
	struct secret secret;
	struct token_source source = {
		.session = &session,
		.secret = &secret,
		.scope = settings_scope(settings),
	};
	int status;

	if (format == NULL)
		return fail_format(settings_text(settings, OPT_FORMAT));
	if (settings_on(settings, OPT_FORGET) &&
	    (settings_on(settings, OPT_REFRESH) ||
		settings_on(settings, OPT_NO_CACHE)))
		return msg_fail(AS_USAGE,
		    "--forget goes with neither --refresh nor --no-cache");
	session_begin(&session, settings);
	status = secret_find(&secret, settings, session.deadline);
	if (status != AS_OK)
		return status;
	if (settings_on(settings, OPT_FORGET))
		status = token_forget(&source);
	else {
		status = obtain(&source, &token);
		if (status == AS_OK)
			format->print(&token, source.scope);
	}
	token_free(&token);
	secret_free(&secret);
	session_end(&session);
	return status;
}

const struct command command_token = {
	.name = "token",
	.mask = FOR_TOKEN,
	.operands = 0,
	.usage = "[options]",
	.purpose = "print an access token, from the cache or freshly minted",
	.examples = "  asauth token --format header | curl -H @- URL\n"
		    "  asauth token --profile reports --min-ttl 1800\n",
	.run = run,
};
