#include "amazon.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "suggest.h"
#include "text.h"

#define CONSOLE "API Access, " AMAZON_CONSOLE
#define CONSOLE_PATH "/apps-and-games/"

#define LINK_LIMIT 8192 /* bytes of a reply that is a link */

/* --- Hosts and APIs --- */

static const char *const hosts[] = {
	"developer.amazon.com",
	"api.amazon.com",
	"api.amazon.co.uk",
	"api.amazon.co.jp",
};

#define SUBMISSION "appstore::apps:readwrite"
#define REPORTING "adx_reporting::appstore:marketer"

const struct amazon_api amazon_apis[AMAZON_APIS] = {
	{ .name = "submission",
	    .scope = SUBMISSION,
	    .title = "App Submission API",
	    .paths = { "/v1/applications/?*/edits" } },
	{ .name = "submission",
	    .scope = SUBMISSION,
	    .title = "App Submission API for Testing",
	    .paths = { "/v1/applications/?*/devtest",
		"/v1/applications/?*/tracks" } },
	{ .name = "reporting",
	    .scope = REPORTING,
	    .title = "Reporting API",
	    .paths = { "/download/report" },
	    .rate = 3 },
	{ .name = "reporting",
	    .scope = REPORTING,
	    .title = "Vitals API",
	    .paths = { "/vitals", "/v2/applications/?*/vitals" },
	    .rate = 3 },
	{ .name = "reporting",
	    .scope = REPORTING,
	    .title = "Monetization Metrics API",
	    .paths = { "/v2/applications/?*/monetization" } },
};

bool
amazon_owns_host(const char *host)
{
	size_t i;

	for (i = 0; i < COUNT(hosts); i++)
		if (strcasecmp(host, hosts[i]) == 0)
			return true;
	return false;
}

const struct amazon_api *
amazon_api_of_scope(const char *scope)
{
	size_t i;

	for (i = 0; i < AMAZON_APIS; i++)
		if (strcmp(amazon_apis[i].scope, scope) == 0)
			return &amazon_apis[i];
	return NULL;
}

/* Whether PATH, NULL for none, is one that PATTERN describes, or below one. */
static bool
matches_path(const char *path, const char *pattern)
{
	return path != NULL &&
	    fnmatch(pattern, path,
		FNM_PATHNAME | FNM_NOESCAPE | FNM_LEADING_DIR) == 0;
}

const struct amazon_api *
amazon_api_of_path(const char *path)
{
	size_t i, j;

	for (i = 0; i < AMAZON_APIS; i++)
		for (j = 0; j < COUNT(amazon_apis[i].paths); j++)
			if (amazon_apis[i].paths[j] != NULL &&
			    matches_path(path, amazon_apis[i].paths[j]))
				return &amazon_apis[i];
	return NULL;
}

const char *
amazon_long_scope(const char *name)
{
	size_t i;

	for (i = 0; i < AMAZON_APIS; i++)
		if (strcmp(amazon_apis[i].name, name) == 0)
			return amazon_apis[i].scope;
	return name;
}

const char *
amazon_scope_meant(const char *scope)
{
	struct suggestion meant = { .word = scope };
	size_t i;

	if (amazon_long_scope(scope) != scope || strchr(scope, ':') != NULL)
		return NULL;
	for (i = 0; i < AMAZON_APIS; i++)
		suggest_consider(&meant, amazon_apis[i].name);
	return meant.name;
}

/* --- The bodies of replies --- */

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && *text != '\0' ? text : NULL;
}

bool
amazon_refuses_token(long code, const struct buf *body)
{
	json_t *object;
	const char *message;
	bool result;

	if (code != 403 || body->length == 0)
		return code == 401 || code == 403;
	object = json_loadb(body->data, body->length, 0, NULL);
	message = text_of(object, "Message");
	if (message == NULL)
		message = text_of(object, "message");
	result = message != NULL &&
	    strcmp(message, "Request is not authorized.") == 0 &&
	    json_object_get(object, "errors") == NULL &&
	    json_object_get(object, "errorCode") == NULL;
	json_decref(object);
	return result;
}

char *
amazon_link(const struct buf *body)
{
	json_t *string;
	char *text, *copy;

	if (body->length == 0 || body->length > LINK_LIMIT ||
	    strlen(body->data) != body->length)
		return NULL;
	text = text_trimmed(body->data);
	if (*text != '"')
		return text;
	string = json_loads(text, JSON_DECODE_ANY, NULL);
	copy = mem_strdup(json_string_value(string));
	json_decref(string);
	mem_wipe(text);
	return copy;
}

/* --- Hints --- */

/* Whether TEXT, NULL for none, holds PART, NULL for whatever. */
static bool
has_text(const char *part, const char *text)
{
	return part == NULL || (text != NULL && strstr(text, part) != NULL);
}

#define EDIT "/v1/applications/?*/edits/?*"
#define NO_DATA "the path is right, but there is no data for this app and time"

/* By what the API says. The first row that fits counts. */
static const struct {
	long code;	  /* HTTP status, 0: any */
	const char *text; /* in the message, NULL: any or none */
	const char *path; /* of this pattern or below it, NULL: any */
	bool if_matched;  /* only if an If-Match was sent */
	bool if_redirect; /* only if it redirects */
	const char *hint;
} api_hints[] = {
	{ .text = "error_new_version_creation_not_allowed",
	    .hint = "an edit is open or in review, or the app was never "
		    "published: GET .../edits shows it" },
	{ .text = "error_release_notes_incomplete",
	    .hint = "every listing needs its recentChanges (release notes)" },
	{ .text = "error_apk_drm_value_missing",
	    .hint = "DRM was never chosen for this APK: only the Developer "
		    "Console can do that; .../replace keeps it, .../upload "
		    "does not" },
	{ .text = "error_invalid_asset_id",
	    .hint = "the live version is probably an app bundle, which this "
		    "API cannot replace" },
	{ .text = "Report not found",
	    .hint = "there is no data for that month; reports come two days "
		    "late, the first is of 2018-01" },
	{ .code = 412,
	    .if_matched = true,
	    .hint = "the ETag is stale, or the app's state forbids it: "
		    "--etag-from reads the ETag afresh" },
	{ .code = 412,
	    .hint = "the app's state forbids it: is an edit open already, or "
		    "the app under review?" },
	{ .text = "If-Match",
	    .hint = "--etag-from URL sends the ETag of URL; . is the "
		    "request's own" },
	{ .text = "required_data_absent",
	    .hint = "something is missing in the request: a field of its "
		    "body, or If-Match, which --etag-from sends" },
	{ .code = 404, .path = "/vitals", .hint = NO_DATA },
	{ .code = 404, .path = "/v2/applications", .hint = NO_DATA },
	{ .code = 404,
	    .path = EDIT "/listings/?*/?*",
	    .hint = "where there is no image of that type yet, the ETag of "
		    "the listing serves: --etag-from .../listings/LANGUAGE" },
	{ .if_redirect = true,
	    .hint = "-L follows redirects, of a GET or HEAD without a body" },
};

/* By the path, below the API URL, that the API does not know. */
static const struct {
	const char *pattern; /* fnmatch(3), of this path and those below */
	const char *hint;
} path_hints[] = {
	{ "/api/appstore",
	    "/api/appstore is in the API URL already: the path "
	    "begins after it" },
	{ "/appstore",
	    "/appstore is in the API URL already: the path begins "
	    "after it" },
	{ "/applications",
	    "/v1 is missing: the path begins with "
	    "/v1/applications" },
	{ "/v1/application",
	    "applications is misspelt: the path begins with "
	    "/v1/applications" },
	{ "/v1/download",
	    "a report's path has no /v1: it begins with "
	    "/download/report" },
	{ "/v1/vitals", "this path has no /v1: it begins with /vitals/apps" },
	{ "/v1/applications/?*/vitals", "vitals are below /v2/applications" },
	{ "/v1/applications/?*/monetization",
	    "monetization is below /v2/applications" },
	{ "/v2/applications/?*/edits", "edits are below /v1/applications" },
	{ "/download/report/?*/[0-9][0-9][0-9][0-9]/[0-9]",
	    "a month has two digits, as in 09" },
	{ "/download/report/?*/[0-9][0-9][0-9][0-9]-?*",
	    "year and month are two parts of the path, as in 2026/09" },
};

/* The methods that a path takes which needs another than people give. */
static const struct {
	const char *pattern;
	const char *methods;
} routes[] = {
	{ EDIT "/validate", "POST" },
	{ EDIT "/commit", "POST" },
	{ EDIT "/apks/upload", "POST" },
	{ EDIT "/apks/large/upload", "POST" },
	{ EDIT "/apks/attach", "POST" },
	{ EDIT "/apks/?*/replace", "PUT" },
	{ EDIT "/apks/?*/targeting", "GET or PUT" },
	{ EDIT "/details", "GET or PUT" },
	{ EDIT "/availability", "GET or PUT" },
	{ EDIT "/listings/?*", "GET, PUT or DELETE" },
	{ EDIT "/listings/?*/?*/upload", "POST" },
	{ "/v1/applications/?*/edits", "GET or POST" },
	{ "/v1/applications/?*/devtest/register", "POST" },
	{ "/v1/applications/?*/tracks/?*/testers", "POST" },
	{ "/download/report/?*/?*", "GET" },
	{ "/download/report/?*/?*/?*", "GET" },
	{ "/vitals/apps/?*/?*:query", "POST" },
	{ "/v2/applications/?*/?*/?*:query", "POST" },
};

/* About a method in lower case. */
static char *
hint_at_case(const char *method)
{
	char *upper = mem_strdup(method), *hint;
	size_t i;

	for (i = 0; upper[i] != '\0'; i++)
		upper[i] = (char)toupper((unsigned char)upper[i]);
	hint = mem_printf("methods are in upper case: -X %s", upper);
	free(upper);
	return hint;
}

/* About a method that the API does not know at a path, or NULL. */
static char *
hint_at_method(const char *path, const char *method)
{
	const char *methods = NULL;
	size_t i;

	for (i = 0; i < COUNT(routes) && methods == NULL; i++)
		if (fnmatch(routes[i].pattern, path,
			FNM_PATHNAME | FNM_NOESCAPE) == 0)
			methods = routes[i].methods;
	if (methods != NULL && strcasestr(methods, method) == NULL)
		return mem_printf("this path takes %s, not %s: -X %s", methods,
		    method, strchr(methods, ' ') == NULL ? methods : "METHOD");
	if (strpbrk(method, "abcdefghijklmnopqrstuvwxyz") != NULL)
		return hint_at_case(method);
	return NULL;
}

/* About a path and method that the API does not know. */
static char *
hint_at_route(const struct amazon_trouble *trouble)
{
	const char *path = trouble->below;
	char *hint;
	size_t i;

	if (strstr(path, "//") != NULL || path[strlen(path) - 1] == '/')
		return mem_strdup("a part of the path is empty: is a variable "
				  "not set?");
	for (i = 0; i < COUNT(path_hints); i++)
		if (matches_path(path, path_hints[i].pattern))
			return mem_strdup(path_hints[i].hint);
	hint = hint_at_method(path, trouble->method);
	if (hint == NULL)
		hint = mem_strdup("the API has no such path, or not with this "
				  "method");
	return hint;
}

/* About too many requests. */
static char *
hint_at_rate(const struct amazon_trouble *trouble)
{
	const struct amazon_api *api = amazon_api_of_path(trouble->below);
	const char *advice = trouble->is_retried ?
	    "" :
	    ": --retry N waits and tries again";

	if (api != NULL && api->rate > 0)
		return mem_printf("the %s allows %d requests a second%s",
		    api->title, api->rate, advice);
	return mem_printf("that is more often than the API allows%s", advice);
}

/* About a reply that seems to come from something else than the API, or
 * NULL. */
static char *
hint_outside(const struct amazon_trouble *trouble)
{
	if (trouble->path == NULL || trouble->below != NULL)
		return NULL;
	if (text_begins(trouble->path, CONSOLE_PATH))
		return mem_printf("this is a page of the Developer Console, "
				  "for a browser; the API is at %s",
		    trouble->api_url);
	if (trouble->code != 404 && !trouble->is_page)
		return NULL;
	return mem_printf("this is no URL of the API, which is at %s: a path "
			  "alone, /..., is appended to it",
	    trouble->api_url);
}

/* About a token that was refused for good. */
static char *
hint_at_refusal(const struct amazon_trouble *trouble)
{
	const struct amazon_api *wanted = amazon_api_of_path(trouble->below);
	const char *scope = trouble->scope, *from = trouble->scope_origin;

	if (scope == NULL && wanted != NULL)
		return mem_printf(
		    "the token is from ASAUTH_TOKEN: is it older than an "
		    "hour, or not for --scope %s (%s)?",
		    wanted->name, wanted->scope);
	if (scope == NULL)
		return mem_strdup("the token is from ASAUTH_TOKEN: is it older "
				  "than an hour, or for another API?");
	if (wanted != NULL && strcmp(wanted->scope, scope) != 0)
		return mem_printf("this API needs --scope %s (%s); the token "
				  "is for %s%s%s",
		    wanted->name, wanted->scope, scope,
		    from != NULL ? ", from " : "", from != NULL ? from : "");
	return mem_printf("is the security profile attached to this API "
			  "(" CONSOLE "), and is %s its scope? asauth "
			  "whoami-scope --all tells",
	    scope);
}

char *
amazon_hint(const struct amazon_trouble *trouble)
{
	char *hint = hint_outside(trouble);
	size_t i;

	if (hint != NULL)
		return hint;
	if (trouble->is_refused)
		return hint_at_refusal(trouble);
	if (trouble->below != NULL &&
	    has_text("Unable to fetch the request scope", trouble->message))
		return hint_at_route(trouble);
	if (trouble->code == 429)
		return hint_at_rate(trouble);
	for (i = 0; i < COUNT(api_hints); i++)
		if ((api_hints[i].code == 0 ||
			api_hints[i].code == trouble->code) &&
		    has_text(api_hints[i].text, trouble->message) &&
		    (api_hints[i].path == NULL ||
			matches_path(trouble->below, api_hints[i].path)) &&
		    (trouble->is_matched || !api_hints[i].if_matched) &&
		    (trouble->leads_on || !api_hints[i].if_redirect))
			return mem_strdup(api_hints[i].hint);
	return NULL;
}

/* The first row that fits counts. {scope} and {url} stand for what the log-in
 * was with. */
static const struct {
	long code;	   /* HTTP status, 0: any */
	const char *error; /* NULL: any or none */
	const char *text;  /* in what it says, NULL: any or none */
	bool if_known;	   /* only if the scope is a documented one */
	const char *hint;
} login_hints[] = {
	{ .code = 429,
	    .hint = "Login with Amazon is asked too often: one cached token "
		    "serves every run for an hour" },
	{ .error = "invalid_client",
	    .hint = "check client id and secret (Web Settings of the security "
		    "profile; " CONSOLE "); was the secret rotated?" },
	{ .error = "invalid_scope",
	    .if_known = true,
	    .hint = "the security profile is probably not attached to the API "
		    "of {scope} (" CONSOLE ")" },
	{ .error = "invalid_scope",
	    .hint = "the security profile is probably not attached to the API "
		    "of {scope} (" CONSOLE "), or the scope is misspelt" },
	{ .error = "unauthorized_client",
	    .hint = "this client id may not log in this way: check its "
		    "security profile (" CONSOLE ")" },
	{ .text = "Malformed request",
	    .hint = "one of client id, secret and scope is not what Login "
		    "with Amazon expects: is it whole, and nothing else?" },
	{ .error = "unsupported_grant_type",
	    .hint = "is {url} really Login with Amazon's token endpoint?" },
	{ .error = "invalid_request",
	    .hint = "is {url} really Login with Amazon's token endpoint?" },
};

char *
amazon_hint_login(long code, const char *error, const char *why,
    const char *scope, const char *token_url)
{
	const bool is_known = amazon_api_of_scope(scope) != NULL;
	const char *hint = NULL, *name;
	size_t i;

	for (i = 0; i < COUNT(login_hints) && hint == NULL; i++)
		if ((login_hints[i].code == 0 || login_hints[i].code == code) &&
		    has_text(login_hints[i].error, error) &&
		    has_text(login_hints[i].text, why) &&
		    (is_known || !login_hints[i].if_known))
			hint = login_hints[i].hint;
	if (hint == NULL)
		return NULL;
	name = strchr(hint, '{');
	if (name == NULL)
		return mem_strdup(hint);
	return mem_printf("%.*s%s%s", (int)(name - hint), hint,
	    name[1] == 's' ? scope : token_url, strchr(name, '}') + 1);
}
