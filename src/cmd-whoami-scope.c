/*
 * asauth whoami-scope: whose credentials these are, what they may do, and
 * why not. The report is data: it goes to standard output whatever the
 * status, and holds no token and no secret.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "asauth.h"
#include "failure.h"
#include "mem.h"
#include "msg.h"
#include "secret.h"
#include "session.h"
#include "settings.h"
#include "token.h"

#define SCREEN 80 /* columns */

enum verdict { GRANTED, REFUSED, UNKNOWN };

/* What is known about one scope. */
struct finding {
	char *scope;
	enum verdict verdict;
	struct token token; /* if granted */
	struct failure failure;
};

struct report {
	const struct settings *settings;
	struct session session;
	struct secret secret;
	struct finding *findings;
	size_t nfindings;
};

static const char *
api_of(const char *scope)
{
	const struct scope_row *row = settings_scope_row(scope);

	return row != NULL ? row->api : NULL;
}

/* --- Finding out --- */

/* Adds the scope unless it is there already. */
static void
add_scope(void *context, const char *name)
{
	struct report *report = context;
	const char *scope = settings_long_scope(name);
	size_t i;

	for (i = 0; i < report->nfindings; i++)
		if (strcmp(report->findings[i].scope, scope) == 0)
			return;
	report->findings = mem_grow(
	    report->findings, report->nfindings + 1, sizeof(*report->findings));
	memset(
	    &report->findings[report->nfindings], 0, sizeof(*report->findings));
	report->findings[report->nfindings++].scope = mem_strdup(scope);
}

static void
list_scopes(struct report *report)
{
	const struct settings *settings = report->settings;
	const char *id = settings_text(settings, OPT_CLIENT_ID);
	size_t i;

	add_scope(report, settings_scope(settings));
	if (!settings_on(settings, OPT_ALL))
		return;
	for (i = 0; i < NSCOPES; i++)
		add_scope(report, scopes[i].scope);
	if (id != NULL)
		config_scopes(&settings->config, id, add_scope, report);
}

/* Status of the scope; what is found out goes into FINDING. */
static int
find_out(struct report *report, struct finding *finding)
{
	const struct settings *settings = report->settings;
	const struct token_source source = {
		.session = &report->session,
		.secret = &report->secret,
		.scope = finding->scope,
	};
	const enum token_want want = settings_on(settings, OPT_REFRESH) ?
	    TOKEN_NEW :
	    settings_on(settings, OPT_OFFLINE) ? TOKEN_STORED :
						 TOKEN_ANY;
	int status = token_obtain(&source, want,
	    !settings_on(settings, OPT_CLIENT_ID), &finding->token,
	    &finding->failure);

	if (status == AS_OK && finding->token.origin != TOKEN_GIVEN)
		finding->verdict = GRANTED;
	else
		finding->verdict = finding->failure.oauth_error != NULL ?
		    REFUSED :
		    UNKNOWN;
	return status;
}

/* --- The report as JSON --- */

static json_t *
finding_to_json(const struct finding *finding)
{
	const struct token *token = &finding->token;
	long long life = token_life(token);
	bool is_known = finding->verdict == GRANTED && life >= 0;
	const char *error = finding->failure.oauth_error != NULL ?
	    finding->failure.oauth_error :
	    finding->failure.message;

	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "scope",
	    msg_json(finding->scope), "api", msg_json(api_of(finding->scope)),
	    "granted",
	    finding->verdict == UNKNOWN ?
		json_null() :
		json_boolean(finding->verdict == GRANTED),
	    "cached",
	    finding->verdict == GRANTED && token->origin == TOKEN_CACHED,
	    "expires_in", is_known ? json_integer(life) : json_null(),
	    "expires_at",
	    is_known ? json_integer(token->expires_at) : json_null(), "error",
	    msg_json(error), "hint", msg_json(finding->failure.hint));
}

static void
print_json(const struct report *report)
{
	const struct settings *settings = report->settings;
	json_t *list = json_array(), *object;
	char *text;
	size_t i;

	for (i = 0; i < report->nfindings; i++)
		json_array_append_new(
		    list, finding_to_json(&report->findings[i]));
	object = json_pack("{s:o, s:o, s:o, s:o}", "client_id",
	    msg_json(settings_text(settings, OPT_CLIENT_ID)), "profile",
	    msg_json(settings_text(settings, OPT_PROFILE)), "token_url",
	    msg_json(settings_text(settings, OPT_TOKEN_URL)), "scopes", list);
	text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);
	printf("%s\n", text != NULL ? text : "");
	mem_json_free(text);
	json_decref(object);
}

/* --- The report as text --- */

static void
print_setting(const struct settings *settings, const char *label,
    enum option_id id, const char *missing)
{
	const struct layer *layer = settings_layer(settings, id);
	char *value, *title, *from;

	if (layer == NULL) {
		printf("%-14s %s\n", label, missing);
		return;
	}
	value = msg_clean(layer->text[id]);
	title = layer_title(layer, id);
	from = mem_printf(
	    "(%s%s)", layer->kind == LAYER_PRESET ? "" : "from ", title);
	printf("%-14s %s", label, value);
	if (15 + strlen(value) + 1 + strlen(from) > SCREEN)
		printf("\n%-14s", "");
	printf(" %s\n", from);
	free(value);
	free(title);
	free(from);
}

static void
print_secret(const struct secret *secret)
{
	char *title;

	if (secret->layer == NULL) {
		printf("%-14s none\n", "client secret");
		return;
	}
	title = layer_title(secret->layer, secret->kind);
	printf("%-14s from %s\n", "client secret", title);
	free(title);
}

static void
print_life(const struct token *token)
{
	long long life = token_life(token);

	if (life < 0)
		printf(", for how long is unknown");
	else if (life < 120)
		printf(", %lld s left", life);
	else
		printf(", %lld min left", life / 60);
	printf("%s",
	    token->origin == TOKEN_CACHED ? ", cached" : ", freshly minted");
}

static void
print_failure(const struct failure *failure)
{
	static const char refused[] = "log-in refused: ";
	size_t skip;
	char *text;

	if (failure->message != NULL) {
		text = msg_clean(failure->message);
		skip = strncmp(text, refused, strlen(refused)) == 0 ?
		    strlen(refused) :
		    0;
		printf(": %s", text + skip);
		free(text);
	}
}

static void
print_finding(const struct finding *finding)
{
	const char *api = api_of(finding->scope);
	const char *granted = finding->token.granted_scope;
	char *scope = msg_clean(finding->scope);

	printf("%s%s%s%s: ", scope, api != NULL ? " (" : "",
	    api != NULL ? api : "", api != NULL ? ")" : "");
	free(scope);
	if (finding->verdict == GRANTED) {
		printf("granted");
		print_life(&finding->token);
		if (granted != NULL && strcmp(granted, finding->scope) != 0) {
			scope = msg_clean(granted);
			printf(", but as %s", scope);
			free(scope);
		}
	} else if (finding->verdict == REFUSED)
		printf("refused");
	else if (finding->token.origin == TOKEN_GIVEN)
		printf("unknown: the token is from ASAUTH_TOKEN");
	else
		printf("not found out");
	print_failure(&finding->failure);
	printf("\n");
}

/* Each hint once. */
static void
print_hints(const struct report *report)
{
	const char *hint, *other;
	char *text;
	size_t i, k;

	for (i = 0; i < report->nfindings; i++) {
		hint = report->findings[i].failure.hint;
		for (k = 0; k < i && hint != NULL; k++) {
			other = report->findings[k].failure.hint;
			if (other != NULL && strcmp(other, hint) == 0)
				hint = NULL;
		}
		if (hint == NULL)
			continue;
		text = msg_clean(hint);
		printf("hint: %s\n", text);
		free(text);
	}
}

static void
print_text(const struct report *report)
{
	const struct settings *settings = report->settings;
	size_t i;

	print_setting(settings, "client id", OPT_CLIENT_ID, "none");
	print_secret(&report->secret);
	print_setting(settings, "profile", OPT_PROFILE, "none");
	print_setting(settings, "token URL", OPT_TOKEN_URL, "none");
	if (!settings_on(settings, OPT_ALL))
		print_setting(settings, "scope asked", OPT_SCOPE, "none");
	for (i = 0; i < report->nfindings; i++)
		print_finding(&report->findings[i]);
	print_hints(report);
}

/* --- The command --- */

static void
report_free(struct report *report)
{
	struct finding *finding;

	while (report->nfindings > 0) {
		finding = &report->findings[--report->nfindings];
		free(finding->scope);
		token_free(&finding->token);
		failure_free(&finding->failure);
	}
	free(report->findings);
	secret_free(&report->secret);
	session_end(&report->session);
}

static int
run(struct settings *settings)
{
	struct report report = { .settings = settings };
	int status, one;
	size_t i;

	if (settings_on(settings, OPT_OFFLINE) &&
	    settings_on(settings, OPT_REFRESH))
		return msg_fail(AS_USAGE,
		    "--offline and --refresh: only one can be asked for");
	session_begin(&report.session, settings);
	status = secret_find(&report.secret, settings, report.session.deadline);
	if (status != AS_OK)
		return status;
	list_scopes(&report);
	for (i = 0; i < report.nfindings; i++) {
		one = find_out(&report, &report.findings[i]);
		if (one == AS_REFUSED || status == AS_OK)
			status = one;
	}
	if (settings_on(settings, OPT_JSON_REPORT))
		print_json(&report);
	else
		print_text(&report);
	/* Who reads the report off a terminal has seen them. */
	for (i = 0; !isatty(STDOUT_FILENO) && i < report.nfindings; i++)
		failure_report(&report.findings[i].failure);
	report_free(&report);
	return status;
}

const struct command command_whoami_scope = {
	.name = "whoami-scope",
	.mask = FOR_WHOAMI,
	.operands = 0,
	.usage = "[options]",
	.purpose = "say whose credentials these are and what they may do",
	.examples = "  asauth whoami-scope --all\n"
		    "  asauth whoami-scope --offline --json\n",
	.run = run,
};
