/*
 * asauth whoami-scope: whose credentials these are, what they may do, and
 * why not. The report is data: it goes to standard output whatever the
 * status, and holds no token and no secret.
 */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "amazon.h"
#include "asauth.h"
#include "auth.h"
#include "mem.h"
#include "text.h"

#define SCREEN 80 /* columns */

/* What is known about one scope. */
struct finding {
	const char *api;	/* the one that it opens, NULL: not known */
	struct auth auth;	/* has the token, if granted */
	struct failure failure; /* has an OAuth error, if refused */
};

struct report {
	struct run *run;
	const struct settings *settings; /* the run's */
	struct secret secret;
	struct finding *findings;
	size_t nfindings;
};

static bool
is_granted(const struct finding *finding)
{
	return finding->auth.origin == AUTH_CACHED ||
	    finding->auth.origin == AUTH_MINTED;
}

/* --- Finding out --- */

/* Adds the scope unless it is there already. */
static void
add_scope(struct report *report, const char *name)
{
	const char *scope = amazon_long_scope(name);
	const struct amazon_api *api = amazon_api_of_scope(scope);
	size_t i;

	for (i = 0; i < report->nfindings; i++)
		if (strcmp(report->findings[i].auth.scope, scope) == 0)
			return;
	report->findings = mem_grow(
	    report->findings, report->nfindings + 1, sizeof(*report->findings));
	report->findings[report->nfindings++] = (struct finding){
		.api = api != NULL ? api->title : NULL,
		.auth = { .run = report->run,
		    .secret = &report->secret,
		    .scope = scope },
	};
}

/* Adds the scope that the profile (NULL: none) has for the client ID. One
 * without a client id serves whichever is in force. */
static void
add_config_scope(struct report *report, const json_t *profile, const char *id)
{
	const struct config *config = &report->settings->config;
	const char *scope = json_string_value(
	    config_value(config, profile, OPT_SCOPE));
	const char *own = json_string_value(
	    config_value(config, profile, OPT_CLIENT_ID));

	if (scope != NULL && (own == NULL || strcmp(own, id) == 0))
		add_scope(report, scope);
}

static void
list_scopes(struct report *report)
{
	const struct settings *settings = report->settings;
	const char *id = settings_text(settings, OPT_CLIENT_ID), *name;
	json_t *root = settings->config.root, *profile;
	size_t i;

	add_scope(report, settings_scope(settings));
	if (!settings_on(settings, OPT_ALL))
		return;
	for (i = 0; i < AMAZON_APIS; i++)
		add_scope(report, amazon_apis[i].scope);
	if (id == NULL)
		return;
	add_config_scope(report, NULL, id);
	json_object_foreach(json_object_get(root, "profiles"), name, profile) {
		add_config_scope(report, profile, id);
	}
}

/* Status: that of a refusal, else of the first trouble. */
static int
find_out(struct report *report)
{
	const struct settings *settings = report->settings;
	enum auth_want want = AUTH_ANY;
	int status = AS_OK, one;
	size_t i;

	if (settings_on(settings, OPT_REFRESH))
		want = AUTH_NEW;
	else if (settings_on(settings, OPT_OFFLINE))
		want = AUTH_STORED;
	for (i = 0; i < report->nfindings; i++) {
		one = auth_obtain(&report->findings[i].auth, want,
		    !settings_on(settings, OPT_CLIENT_ID));
		failure_move(
		    &report->findings[i].failure, &report->run->failure);
		if (one == AS_REFUSED || status == AS_OK)
			status = one;
	}
	return status;
}

/* --- The report as JSON --- */

static json_t *
finding_to_json(const struct finding *finding)
{
	const struct auth *auth = &finding->auth;
	const struct failure *failure = &finding->failure;
	const char *refusal = failure->oauth_error;
	const bool is_known = is_granted(finding) || refusal != NULL;
	long long life = token_life(&auth->token);

	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "scope",
	    msg_json(auth->scope), "api", msg_json(finding->api), "granted",
	    is_known ? json_boolean(is_granted(finding)) : json_null(),
	    "cached", auth->origin == AUTH_CACHED, "expires_in",
	    life >= 0 ? json_integer(life) : json_null(), "expires_at",
	    life >= 0 ? json_integer(auth->token.expires_at) : json_null(),
	    "error", msg_json(refusal != NULL ? refusal : failure->message),
	    "hint", msg_json(failure->hint));
}

static void
print_report_json(const struct report *report)
{
	const struct settings *settings = report->settings;
	const char *id = settings_text(settings, OPT_CLIENT_ID);
	json_t *list = json_array(), *object;
	size_t i;

	if (report->secret.is_swapped)
		id = NULL;
	for (i = 0; i < report->nfindings; i++)
		json_array_append_new(
		    list, finding_to_json(&report->findings[i]));
	object = json_pack("{s:o, s:o, s:o, s:o}", "client_id", msg_json(id),
	    "profile", msg_json(settings_text(settings, OPT_PROFILE)),
	    "token_url", msg_json(settings_text(settings, OPT_TOKEN_URL)),
	    "scopes", list);
	json_dumpf(object, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	printf("\n");
	json_decref(object);
}

/* --- The report as text --- */

static void
print_setting(const struct report *report, const char *label, enum option_id id)
{
	const struct settings *settings = report->settings;
	const char *text = settings_text(settings, id);
	const char *origin = settings_origin(settings, id);
	char *safe, *place, *from;

	if (text == NULL) {
		printf("%-14s none\n", label);
		return;
	}
	safe = id == OPT_CLIENT_ID && report->secret.is_swapped ?
	    mem_strdup("a client secret, not shown") :
	    msg_clean(text);
	place = msg_clean(origin != NULL ? origin : "");
	from = origin != NULL ? mem_printf("(from %s)", place) :
				mem_strdup("(the default)");
	free(place);
	printf("%-14s %s", label, safe);
	if (15 + strlen(safe) + 1 + strlen(from) > SCREEN)
		printf("\n%-14s", "");
	printf(" %s\n", from);
	free(safe);
	free(from);
}

/* TEXT between BEFORE and AFTER, made safe. */
static void
print_safe(const char *before, const char *text, const char *after)
{
	char *safe = msg_clean(text);

	printf("%s%s%s", before, safe, after);
	free(safe);
}

static void
print_secret(const struct settings *settings, enum option_id kind)
{
	if (kind == OPT_COUNT)
		printf("%-14s none\n", "client secret");
	else
		print_safe("client secret  from ",
		    settings_origin(settings, kind), "\n");
}

static void
print_grant(const struct auth *auth)
{
	long long life = token_life(&auth->token);

	printf("granted");
	if (life < 0)
		printf(", for how long is unknown");
	else if (life < 120)
		printf(", %lld s left", life);
	else
		printf(", %lld min left", life / 60);
	printf("%s", auth->origin == AUTH_CACHED ? ", cached" : ", new");
	if (auth->token.granted_scope != NULL)
		print_safe(", but as ", auth->token.granted_scope, "");
}

static void
print_finding(const struct finding *finding)
{
	static const char refused[] = "log-in refused: ";
	const char *why = finding->failure.message;

	print_safe("", finding->auth.scope, "");
	if (finding->api != NULL)
		printf(" (%s)", finding->api);
	printf(": ");
	if (is_granted(finding))
		print_grant(&finding->auth);
	else if (finding->failure.oauth_error != NULL)
		printf("refused");
	else if (finding->auth.origin == AUTH_GIVEN)
		printf("unknown: the token is from ASAUTH_TOKEN");
	else
		printf("not found out");
	if (why != NULL && text_begins(why, refused))
		why += strlen(refused);
	if (why != NULL)
		print_safe(": ", why, "");
	printf("\n");
}

static void
print_lines(const char *lines)
{
	char *copy = mem_strdup(lines), *rest = copy, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		print_safe("", line, "\n");
	mem_wipe(copy);
}

/* Further lines and hint of each failure, but not twice in a row. */
static void
print_hints(const struct report *report)
{
	const struct failure *failure;
	const char *last = "";
	size_t i;

	for (i = 0; i < report->nfindings; i++) {
		failure = &report->findings[i].failure;
		if (failure->hint == NULL || strcmp(failure->hint, last) == 0)
			continue;
		if (failure->more != NULL)
			print_lines(failure->more);
		print_safe("hint: ", failure->hint, "\n");
		last = failure->hint;
	}
}

/* Whether what is written to standard error turns up where the report does: in
 * the same file, or in the log of a CI, that reads a pipe from each. */
static bool
is_one_log(bool is_text)
{
	struct stat out, err;

	if (fstat(STDOUT_FILENO, &out) == -1 ||
	    fstat(STDERR_FILENO, &err) == -1)
		return false;
	if (out.st_dev == err.st_dev && out.st_ino == err.st_ino)
		return true;
	return is_text && settings_in_ci() && S_ISFIFO(out.st_mode) &&
	    S_ISFIFO(err.st_mode);
}

/* Each failure, but not twice in a row: without a secret, say, there is no
 * scope that does not fail. */
static void
print_failures(const struct report *report)
{
	const struct failure *failure;
	const char *last = "";
	size_t i;

	for (i = 0; i < report->nfindings; i++) {
		failure = &report->findings[i].failure;
		if (failure->message == NULL ||
		    strcmp(failure->message, last) == 0)
			continue;
		failure_print(failure);
		last = failure->message;
	}
}

static void
print_report(const struct report *report)
{
	const struct settings *settings = report->settings;
	size_t i;

	print_setting(report, "client id", OPT_CLIENT_ID);
	print_secret(settings, report->secret.kind);
	print_setting(report, "profile", OPT_PROFILE);
	print_setting(report, "token URL", OPT_TOKEN_URL);
	if (!settings_on(settings, OPT_ALL))
		print_setting(report, "scope asked", OPT_SCOPE);
	for (i = 0; i < report->nfindings; i++)
		print_finding(&report->findings[i]);
	print_hints(report);
}

/* --- The command --- */

static int
whoami_run(struct run *run)
{
	const struct settings *settings = &run->settings;
	struct report report = { .run = run, .settings = settings };
	const bool is_json = settings_on(settings, OPT_JSON_REPORT);
	int status;
	size_t i;

	if (settings_on(settings, OPT_OFFLINE) &&
	    settings_on(settings, OPT_REFRESH))
		return option_fail(settings->command, "--offline and --refresh",
		    "only one can be asked for", &run->failure);
	status = secret_find(&report.secret, run, &run->failure);
	if (status != AS_OK)
		return status;
	list_scopes(&report);
	status = find_out(&report);
	if (is_json)
		print_report_json(&report);
	else
		print_report(&report);
	/* Who reads the report off a terminal or log has seen them. */
	if (!isatty(STDOUT_FILENO) && !is_one_log(!is_json))
		print_failures(&report);
	for (i = 0; i < report.nfindings; i++) {
		failure_free(&report.findings[i].failure);
		auth_free(&report.findings[i].auth);
	}
	free(report.findings);
	secret_free(&report.secret);
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
	.run = whoami_run,
};
