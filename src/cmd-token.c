/*
 * asauth token: prints an access token, and is the only command that does.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "asauth.h"
#include "auth.h"
#include "text.h"

/* A curl config file: a double-quoted value, in which a backslash and a
 * quote are escaped by a backslash. */
static void
print_curl(const char *token)
{
	printf("header = \"Authorization: Bearer ");
	for (; *token != '\0'; token++)
		printf(
		    "%s%c", strchr("\\\"", *token) != NULL ? "\\" : "", *token);
	printf("\"\n");
}

static void
print_token_json(const struct token *token, const char *scope)
{
	long long life = token_life(token);
	json_t *object = json_pack("{s:s, s:s, s:o, s:o, s:o}", "access_token",
	    token->value, "token_type", token->type, "scope", msg_json(scope),
	    "expires_in", life >= 0 ? json_integer(life) : json_null(),
	    "expires_at",
	    life >= 0 ? json_integer(token->expires_at) : json_null());

	json_dumpf(object, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	printf("\n");
	json_decref(object);
}

static void
print_token(const struct auth *auth, const char *format)
{
	if (strcmp(format, "header") == 0)
		printf("Authorization: Bearer %s\n", auth->token.value);
	else if (strcmp(format, "curl") == 0)
		print_curl(auth->token.value);
	else if (strcmp(format, "json") == 0)
		print_token_json(&auth->token, auth->scope);
	else
		printf("%s\n", auth->token.value);
}

static int
check_options(const struct settings *settings, struct failure *failure)
{
	const char *format = settings_text(settings, OPT_FORMAT);

	if (text_find_word(options[OPT_FORMAT].values, format, strncmp) ==
	    NULL) {
		failure_set(failure, AS_USAGE,
		    "--format %s: not token, header, curl or json", format);
		option_hint(settings->command, "", failure);
		return AS_USAGE;
	}
	if (settings_on(settings, OPT_FORGET) &&
	    (settings_on(settings, OPT_REFRESH) ||
		settings_on(settings, OPT_NO_CACHE)))
		return option_fail(settings->command, "--forget",
		    "it goes with neither --refresh nor --no-cache", failure);
	return AS_OK;
}

static int
token_run(struct run *run)
{
	const struct settings *settings = &run->settings;
	struct secret secret;
	struct auth auth = {
		.run = run,
		.secret = &secret,
		.scope = settings_scope(settings),
	};
	int status = check_options(settings, &run->failure);

	if (status == AS_OK)
		status = secret_find(&secret, run, &run->failure);
	if (status != AS_OK)
		return status;
	if (settings_on(settings, OPT_FORGET))
		status = auth_forget(&auth);
	else {
		status = auth_obtain(&auth,
		    settings_on(settings, OPT_REFRESH) ? AUTH_NEW : AUTH_ANY,
		    !settings_on(settings, OPT_CLIENT_ID));
		if (status == AS_OK)
			print_token(&auth, settings_text(settings, OPT_FORMAT));
	}
	auth_free(&auth);
	secret_free(&secret);
	return status;
}

const struct command command_token = {
	.name = "token",
	.mask = FOR_TOKEN,
	.operands = 0,
	.usage = "[options]",
	.purpose = "print an access token, from the cache or a new one",
	.examples = "  asauth token --format header | curl -H @- URL\n"
		    "  asauth token --profile reports --min-ttl 1800\n",
	.run = token_run,
};
