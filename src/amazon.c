#include "amazon.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "suggest.h"
#include "text.h"

#define CONSOLE "Developer Console, Apps & Services, API Access"

#define PLAIN_LIMIT 200 /* bytes of a plain text that may be a message */
#define ERRORS_LIMIT 5
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
	    .paths = { "/download/report" } },
	{ .name = "reporting",
	    .scope = REPORTING,
	    .title = "Vitals API",
	    .paths = { "/vitals", "/v2/applications/?*/vitals" } },
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

/* Whether PATH is one that PATTERN describes, or below one. */
static bool
matches_path(const char *path, const char *pattern)
{
	return fnmatch(pattern, path,
		   FNM_PATHNAME | FNM_NOESCAPE | FNM_LEADING_DIR) == 0;
}

const struct amazon_api *
amazon_api_of_path(const char *path)
{
	size_t i, j;

	for (i = 0; path != NULL && i < AMAZON_APIS; i++)
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

static void
append_text(struct buf *line, const char *separator, const char *text)
{
	if (text == NULL)
		return;
	if (line->length > 0)
		buf_puts(line, separator);
	buf_puts(line, text);
}

/* "errorCode: errorMessage", after a semicolon if it is not the first. */
static void
add_error(struct buf *line, const json_t *error)
{
	const char *code = text_of(error, "errorCode");
	const char *message = text_of(error, "errorMessage");

	append_text(line, "; ", code != NULL ? code : message);
	if (code != NULL)
		append_text(line, ": ", message);
}

/* A short text that is neither markup nor a link, which may be a secret. */
static char *
error_from_text(const struct buf *body)
{
	char *text;

	if (body->length == 0 || body->length > PLAIN_LIMIT ||
	    strlen(body->data) != body->length)
		return NULL;
	text = text_trimmed(body->data);
	if (*text == '\0' || strchr("<{[", *text) != NULL ||
	    (strstr(text, "://") != NULL && strpbrk(text, " \t\n") == NULL)) {
		free(text);
		return NULL;
	}
	return text;
}

char *
amazon_error(const struct buf *body, bool may_be_text)
{
	json_t *object = json_loadb(body->data, body->length, 0, NULL);
	const json_t *error;
	struct buf line = { 0 };
	size_t i;

	if (object == NULL)
		return may_be_text ? error_from_text(body) : NULL;
	json_array_foreach(json_object_get(object, "errors"), i, error) {
		if (i < ERRORS_LIMIT)
			add_error(&line, error);
	}
	add_error(&line, object);
	if (line.length == 0)
		append_text(&line, "", text_of(object, "message"));
	if (line.length == 0)
		append_text(&line, "", text_of(object, "Message"));
	json_decref(object);
	return line.length > 0 ? buf_take(&line) : NULL;
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
	const char *value;
	char *text, *copy;

	if (body->length == 0 || body->length > LINK_LIMIT ||
	    strlen(body->data) != body->length)
		return NULL;
	text = text_trimmed(body->data);
	if (*text != '"')
		return text;
	string = json_loads(text, JSON_DECODE_ANY, NULL);
	value = json_string_value(string);
	copy = value != NULL ? mem_strdup(value) : NULL;
	json_decref(string);
	mem_wipe(text);
	return copy;
}

/* --- Hints --- */

/* The first row that fits counts. */
static const struct {
	long code;	  /* HTTP status, 0: any */
	const char *text; /* in the message, NULL: any or none */
	bool if_matched;  /* only if an If-Match was sent */
	bool if_redirect; /* only if it redirects */
	const char *hint;
} api_hints[] = {
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
	{ .text = "Unable to fetch the request scope",
	    .hint = "the API has no such path, or not with this method" },
	{ .if_redirect = true,
	    .hint = "-L follows redirects, of GET and HEAD only" },
};

char *
amazon_hint(const struct amazon_trouble *trouble)
{
	const char *message = trouble->message != NULL ? trouble->message : "";
	size_t i;

	for (i = 0; i < COUNT(api_hints); i++)
		if ((api_hints[i].code == 0 ||
			api_hints[i].code == trouble->code) &&
		    (api_hints[i].text == NULL ||
			strstr(message, api_hints[i].text) != NULL) &&
		    (trouble->is_matched || !api_hints[i].if_matched) &&
		    (trouble->is_redirect || !api_hints[i].if_redirect))
			return mem_strdup(api_hints[i].hint);
	return NULL;
}

char *
amazon_hint_refused(const struct amazon_api *wanted, const char *scope)
{
	if (scope == NULL && wanted != NULL)
		return mem_printf(
		    "the token is from ASAUTH_TOKEN: is it older than an "
		    "hour, or not for --scope %s (%s)?",
		    wanted->name, wanted->scope);
	if (scope == NULL)
		return mem_strdup("the token is from ASAUTH_TOKEN: is it older "
				  "than an hour, or for another API?");
	if (wanted != NULL && strcmp(wanted->scope, scope) != 0)
		return mem_printf(
		    "this API needs --scope %s (%s); the token is for %s",
		    wanted->name, wanted->scope, scope);
	return mem_printf("is the security profile attached to this API "
			  "(" CONSOLE "), and is %s its scope? asauth "
			  "whoami-scope tells",
	    scope);
}

/* {scope} and {url} stand for what the log-in was with. */
static const struct {
	const char *error;
	bool if_known; /* only if the scope is a documented one */
	const char *hint;
} login_hints[] = {
	{ .error = "invalid_client",
	    .hint = "check client id and secret (Developer Console, API "
		    "Access, the security profile's Web Settings); was the "
		    "secret rotated?" },
	{ .error = "invalid_scope",
	    .if_known = true,
	    .hint = "the security profile is probably not attached to the API "
		    "of {scope} (" CONSOLE ")" },
	{ .error = "invalid_scope",
	    .hint = "the security profile is probably not attached to the API "
		    "of {scope} (" CONSOLE "), or the scope is misspelt" },
	{ .error = "unauthorized_client",
	    .hint = "this client id may not log in this way: check its "
		    "security profile in the Developer Console" },
	{ .error = "unsupported_grant_type",
	    .hint = "is {url} really Login with Amazon's token endpoint?" },
	{ .error = "invalid_request",
	    .hint = "is {url} really Login with Amazon's token endpoint?" },
};

char *
amazon_hint_login(const char *error, const char *scope, const char *token_url)
{
	const bool is_known = amazon_api_of_scope(scope) != NULL;
	const char *hint = NULL, *name;
	size_t i;

	for (i = 0; i < COUNT(login_hints) && hint == NULL; i++)
		if (strcmp(login_hints[i].error, error) == 0 &&
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
