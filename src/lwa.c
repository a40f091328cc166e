#include "lwa.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <jansson.h>

#include "amazon.h"
#include "asauth.h"
#include "clock.h"
#include "credential.h"
#include "hide.h"
#include "http.h"
#include "text.h"
#include "url.h"

#define REPLY_LIMIT 65536 /* bytes of headers, and of body */
#define LEAST_TRY_MS 100  /* with less left there is no further try */

/* --- What a reply comes to --- */

static bool
is_success(const struct reply *reply)
{
	return reply->code / 100 == 2;
}

/* An OAuth error (RFC 6749, section 5.2) is a refusal. */
static int
read_error(const struct reply *reply, const json_t *body,
    const struct lwa_request *request, struct failure *failure)
{
	const char *error = json_string_value(json_object_get(body, "error"));
	const char *why = json_string_value(
	    json_object_get(body, "error_description"));

	if (reply->code / 100 == 4 && error != NULL && *error != '\0') {
		reply_fail(reply, failure, AS_REFUSED, "log-in refused: %s%s%s",
		    error, why != NULL ? ": " : "", why != NULL ? why : "");
		failure->oauth_error = mem_strdup(error);
		/* Who is refused a scope has the right id and secret. */
		if (strcmp(error, "invalid_scope") != 0)
			failure->hint = credential_hint(
			    request->client_id, request->client_secret);
		if (failure->hint == NULL)
			failure->hint = amazon_hint_login(reply->code, error,
			    why, request->scope, request->token_url);
		return AS_REFUSED;
	}
	reply_fail(reply, failure, AS_HTTP, "token endpoint %s: HTTP %ld%s",
	    request->token_url, reply->code,
	    reply->code / 100 == 3 ? ", a redirect, which is not followed" :
				     "");
	failure->hint = amazon_hint_login(
	    reply->code, NULL, NULL, request->scope, request->token_url);
	return AS_HTTP;
}

/* Seconds of life that the reply promises; 0 for anything odd. */
static long long
life_of(const json_t *value)
{
	const char *text = json_string_value(value), *error;
	long long life = json_integer_value(value);

	if (text != NULL && isdigit((unsigned char)*text))
		life = strtonum(text, 0, TOKEN_LIFE_MAX, &error);
	return life > 0 && life <= TOKEN_LIFE_MAX ? life : 0;
}

/* Why there is no token in a reply (RFC 6749, section 5.1), or NULL. */
static const char *
lwa_flaw(const json_t *body, const char *value, const char *type)
{
	if (!json_is_object(body))
		return "it is not a JSON object";
	if (value == NULL)
		return "it has no access_token";
	if (!text_is_token(value))
		return "its access_token holds characters that no token has";
	if (type == NULL)
		return "it has no token_type";
	if (strcasecmp(type, "bearer") != 0)
		return "its token_type is not bearer";
	return NULL;
}

static int
read_token(const struct reply *reply, const json_t *body,
    const struct lwa_request *request, struct token *token,
    struct failure *failure)
{
	const char *value = json_string_value(
	    json_object_get(body, "access_token"));
	const char *type = json_string_value(
	    json_object_get(body, "token_type"));
	const char *scope = json_string_value(json_object_get(body, "scope"));
	const char *flaw = lwa_flaw(body, value, type);
	long long life = life_of(json_object_get(body, "expires_in"));

	hide_secret(value);
	if (flaw != NULL) {
		reply_fail(reply, failure, AS_REPLY,
		    "token endpoint %s: the reply is no token: %s",
		    request->token_url, flaw);
		failure_hint(failure,
		    "is a captive portal or a proxy "
		    "answering in its place?");
		return AS_REPLY;
	}
	token->value = mem_strdup(value);
	token->type = mem_strdup(type);
	if (scope != NULL && strcmp(scope, request->scope) != 0)
		token->granted_scope = mem_strdup(scope);
	token->expires_at = life > 0 ? token->obtained_at + life : 0;
	return AS_OK;
}

int
lwa_read_reply(const struct reply *reply, const struct lwa_request *request,
    struct token *token, struct failure *failure)
{
	json_t *body = json_loadb(
	    reply->body.data, reply->body.length, JSON_REJECT_DUPLICATES, NULL);
	int status;

	if (is_success(reply))
		status = read_token(reply, body, request, token, failure);
	else
		status = read_error(reply, body, request, failure);
	json_decref(body);
	return status;
}

/* --- Sending --- */

/* Whether a success is compressed, which nobody asked for. */
static bool
is_encoded(const struct reply *reply)
{
	static const char *const names[] = { "Content-Encoding",
		"Transfer-Encoding" };
	bool result = false;
	char *value;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		value = reply_header(reply, names[i]);
		result |= value != NULL && strcasecmp(value, "identity") != 0 &&
		    strcasecmp(value, "chunked") != 0;
		free(value);
	}
	return result && is_success(reply);
}

/* Transport trouble, or a reply that is not read. */
static int
lwa_fail_transfer(const struct reply *reply, const struct lwa_request *request,
    struct failure *failure)
{
	const char *why = reply->error;
	int status = reply->status;

	if (reply->is_too_large) {
		status = AS_TOO_LARGE;
		why = "the reply is too large";
	} else if (is_encoded(reply) || status == AS_ENCODING) {
		status = AS_REPLY;
		why = "the reply is encoded, which was not asked for";
	} else if (status == AS_PROTOCOL) {
		/* libcurl's "unsupported protocol": HTTP/0.9. */
		status = AS_REPLY;
		why = "the reply is not HTTP";
	}
	return reply_fail(reply, failure, status, "token endpoint %s: %s",
	    request->token_url, why);
}

static bool
is_transient(const struct reply *reply)
{
	return !reply->is_too_large && !is_encoded(reply) &&
	    reply_is_transient(reply);
}

static void
lwa_add_field(struct buf *form, const char *name, const char *value)
{
	buf_printf(form, "%s%s=", form->length > 0 ? "&" : "", name);
	url_escape(form, value, strlen(value));
}

/* Sends the form, again and again if need be, until its end. */
static void
send_form(struct run *run, const struct http_call *call, struct token *token,
    struct reply *reply)
{
	char *title = mem_printf("token endpoint %s", call->url);
	long long wait;
	uint32_t base;
	int n;

	for (n = 1;; n++) {
		token->obtained_at = (long long)time(NULL);
		http_send(run->http, call, reply, false);
		if (n == LWA_TRIES || !is_transient(reply))
			break;
		base = 500U << (n - 1);
		/* Half a second, then a second, give or take half of it, unless
		 * the reply asks for something else. */
		wait = reply_retry_after(reply) * 1000LL;
		if (wait == 0)
			wait = base / 2 + arc4random_uniform(base);
		if (wait + LEAST_TRY_MS >=
		    run_left(run, clock_left(call->end, LLONG_MAX)))
			break;
		reply_warn_retry(reply, title, wait, LWA_TRIES - n);
		clock_sleep(wait);
	}
	free(title);
}

int
lwa_exchange(struct run *run, const struct lwa_request *request,
    struct token *token, struct failure *failure)
{
	static char *lines[] = {
		"Content-Type: application/x-www-form-urlencoded",
		"Accept: application/json",
	};
	struct body form = { .kind = BODY_MEMORY, .fd = -1 };
	struct http_call call = {
		.url = request->token_url,
		.headers = { lines, COUNT(lines) },
		.body = &form,
		.connect_ms = LWA_CONNECT_MS,
		.end = clock_ms() + LWA_LIMIT_MS,
		.total_ms = LWA_LIMIT_MS,
		.limit = REPLY_LIMIT,
	};
	struct reply reply = { 0 };
	int status = run_connect(run);

	if (status != AS_OK)
		return status;
	lwa_add_field(&form.data, "grant_type", "client_credentials");
	lwa_add_field(&form.data, "client_id", request->client_id);
	lwa_add_field(&form.data, "client_secret", request->client_secret);
	lwa_add_field(&form.data, "scope", request->scope);
	send_form(run, &call, token, &reply);
	if (reply.status != AS_OK || is_encoded(&reply))
		status = lwa_fail_transfer(&reply, request, failure);
	else
		status = lwa_read_reply(&reply, request, token, failure);
	reply_free(&reply);
	body_free(&form);
	return status;
}
