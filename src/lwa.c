#include "lwa.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <jansson.h>

#include "asauth.h"
#include "clock.h"
#include "mem.h"
#include "msg.h"
#include "text.h"

#define REPLY_LIMIT 65536 /* bytes of headers, and of body */
#define OVERFLOWS 16	  /* numbers too large that are passed over */

struct answer {
	struct buf body;
	size_t header_bytes;
	bool is_too_large;
	bool is_coded; /* compressed, which nobody asked for */
	char *request_id;
	struct http_result result;
};

static bool
take_header(void *context, long code, const char *line, size_t length)
{
	struct answer *answer = context;
	char *text = mem_strndup(line, length), *value = NULL, *colon;

	colon = strchr(text, ':');
	if (colon != NULL) {
		*colon = '\0';
		value = text_trimmed(colon + 1);
	}
	/* The header by which Amazon's support finds a request again. */
	if (value != NULL && strcasecmp(text, "x-amzn-RequestId") == 0) {
		free(answer->request_id);
		answer->request_id = mem_strdup(value);
	}
	if (value != NULL && code >= 200 && code < 300 &&
	    (strcasecmp(text, "Content-Encoding") == 0 ||
		strcasecmp(text, "Transfer-Encoding") == 0))
		answer->is_coded |= *value != '\0' &&
		    strcasecmp(value, "identity") != 0 &&
		    strcasecmp(value, "chunked") != 0;
	free(value);
	free(text);
	answer->header_bytes += length;
	answer->is_too_large |= answer->header_bytes > REPLY_LIMIT;
	return !answer->is_too_large && !answer->is_coded;
}

static bool
take_body(void *context, const char *bytes, size_t length)
{
	struct answer *answer = context;

	answer->is_too_large |= length > REPLY_LIMIT - answer->body.length;
	if (!answer->is_too_large)
		buf_add(&answer->body, bytes, length);
	return !answer->is_too_large;
}

/* Puts 0 in place of the number that ends at END. */
static void
blank_number(char *text, size_t end)
{
	while (end > 0 && strchr("0123456789+-.eE", text[end - 1]) != NULL)
		text[--end] = ' ';
	text[end] = '0';
}

/* The body as JSON, NULL if it is none. A number too large for jansson only
 * says that it is too large to mean anything. */
static json_t *
parse(struct answer *answer)
{
	struct buf *body = &answer->body;
	json_error_t error;
	json_t *value;
	int overflows;

	buf_puts(body, "");
	for (overflows = 0;; overflows++) {
		value = json_loadb(
		    body->data, body->length, JSON_REJECT_DUPLICATES, &error);
		if (value != NULL || overflows == OVERFLOWS ||
		    error.position <= 0 ||
		    (size_t)error.position > body->length ||
		    json_error_code(&error) != json_error_numeric_overflow)
			return value;
		blank_number(body->data, (size_t)error.position);
	}
}

static void
answer_free(struct answer *answer)
{
	buf_free(&answer->body);
	free(answer->request_id);
	*answer = (struct answer){ 0 };
}

static void
add_field(struct buf *form, const char *name, const char *value)
{
	char *escaped = http_escape(value, strlen(value));

	buf_printf(form, "%s%s=%s", form->length > 0 ? "&" : "", name, escaped);
	mem_wipe(escaped);
}

/* " (request ID)", or "" if the reply had none. */
static char *
request_note(const struct answer *answer)
{
	if (answer->request_id == NULL || *answer->request_id == '\0')
		return mem_strdup("");
	return mem_printf(" (request %s)", answer->request_id);
}

/* Transport trouble, or a reply over the limit. */
static int
fail_transfer(
    const struct answer *answer, const char *url, struct failure *failure)
{
	const struct http_result *result = &answer->result;
	const char *hint = http_hint(result), *why = result->error;
	char *note = request_note(answer);
	int status = result->status;

	if (answer->is_too_large || status == AS_MEMORY) {
		/* libcurl has no memory for a line beyond its own bound. */
		status = AS_TOO_LARGE;
		why = "the reply is too large";
	} else if (answer->is_coded) {
		status = AS_REPLY;
		why = "the reply is encoded, which was not asked for";
	} else if (status == AS_PROTOCOL) {
		/* libcurl's "unsupported protocol": HTTP/0.9. */
		status = AS_REPLY;
		why = "the reply is not HTTP";
	}
	failure_set(failure, status, "token endpoint %s: %s%s", url, why, note);
	if (hint != NULL)
		failure_hint(failure, "%s", hint);
	free(note);
	return status;
}

static void
hint_refusal(struct failure *failure, const struct lwa_request *request)
{
	const char *error = failure->oauth_error;

	if (strcmp(error, "invalid_client") == 0)
		failure_hint(failure,
		    "check client id and secret (Developer "
		    "Console, API Access, the security profile's Web "
		    "Settings); was the secret rotated?");
	else if (strcmp(error, "invalid_scope") == 0)
		failure_hint(failure,
		    "the security profile is probably not attached to the "
		    "API of %s (Developer Console, Apps & Services, API "
		    "Access)%s",
		    request->scope,
		    settings_scope_row(request->scope) != NULL ?
			"" :
			", or the scope is misspelt");
	else if (strcmp(error, "unauthorized_client") == 0)
		failure_hint(failure,
		    "this client id may not log in this "
		    "way: check its security profile in the Developer "
		    "Console");
	else if (strcmp(error, "unsupported_grant_type") == 0 ||
	    strcmp(error, "invalid_request") == 0)
		failure_hint(failure,
		    "is %s really Login with Amazon's token "
		    "endpoint?",
		    request->token_url);
}

/* RFC 6749, section 5.2; NULL if the reply is no refusal. */
static const char *
oauth_error(const json_t *body)
{
	const char *error = json_string_value(json_object_get(body, "error"));

	return error != NULL && *error != '\0' ? error : NULL;
}

/* The endpoint refused with an OAuth error (RFC 6749, section 5.2). */
static int
fail_refused(const json_t *body, const struct answer *answer,
    const struct lwa_request *request, struct failure *failure)
{
	const char *error = oauth_error(body);
	const char *why = json_string_value(
	    json_object_get(body, "error_description"));
	char *note = request_note(answer);

	failure_set(failure, AS_REFUSED, "log-in refused: %s%s%s%s", error,
	    why != NULL ? ": " : "", why != NULL ? why : "", note);
	failure->oauth_error = mem_strdup(error);
	hint_refusal(failure, request);
	free(note);
	return AS_REFUSED;
}

static int
fail_answer(struct answer *answer, const struct lwa_request *request,
    struct failure *failure)
{
	const long code = answer->result.code;
	json_t *body = parse(answer);
	char *note;
	int status;

	if (code >= 400 && code < 500 && oauth_error(body) != NULL)
		status = fail_refused(body, answer, request, failure);
	else {
		note = request_note(answer);
		status = failure_set(failure, AS_HTTP,
		    "token endpoint %s: "
		    "HTTP %ld%s%s",
		    request->token_url, code,
		    code >= 300 && code < 400 ?
			", a redirect, which is not followed" :
			"",
		    note);
		free(note);
	}
	json_decref(body);
	return status;
}

/* Seconds of life that the reply promises; 0 for anything odd. */
static long
life_of(const json_t *value)
{
	const char *text = json_string_value(value), *error;
	long long life = json_integer_value(value);

	if (text != NULL && isdigit((unsigned char)*text)) {
		life = strtonum(text, 0, TOKEN_LIFE_MAX, &error);
		if (error != NULL)
			life = 0;
	}
	return life > 0 && life <= TOKEN_LIFE_MAX ? (long)life : 0;
}

/* Why BODY is no token reply (RFC 6749, section 5.1), or NULL. */
static const char *
flaw_of(const json_t *body)
{
	const char *token = json_string_value(
	    json_object_get(body, "access_token"));
	const char *type = json_string_value(
	    json_object_get(body, "token_type"));

	if (!json_is_object(body))
		return "it is not a JSON object";
	if (token == NULL)
		return "it has no access_token";
	if (!text_is_token(token))
		return "its access_token holds characters that no token has";
	if (type == NULL)
		return "it has no token_type";
	if (strcasecmp(type, "bearer") != 0)
		return "its token_type is not bearer";
	return NULL;
}

static int
take_grant(struct answer *answer, const struct lwa_request *request,
    struct lwa_grant *grant, struct failure *failure)
{
	json_t *body = parse(answer);
	const char *flaw = flaw_of(body), *text;
	char *note;

	msg_secret(json_string_value(json_object_get(body, "access_token")));
	if (flaw == NULL) {
		grant->access_token = mem_strdup(
		    json_string_value(json_object_get(body, "access_token")));
		grant->token_type = mem_strdup(
		    json_string_value(json_object_get(body, "token_type")));
		text = json_string_value(json_object_get(body, "scope"));
		grant->scope = text != NULL ? mem_strdup(text) : NULL;
		grant->expires_in = life_of(
		    json_object_get(body, "expires_in"));
	} else {
		note = request_note(answer);
		failure_set(failure, AS_REPLY,
		    "token endpoint %s: the reply is no token: %s%s",
		    request->token_url, flaw, note);
		free(note);
		failure_hint(failure,
		    "is a captive portal or a proxy "
		    "answering in its place?");
	}
	json_decref(body);
	return failure->status;
}

static bool
is_passing(const struct answer *answer)
{
	if (answer->is_too_large || answer->is_coded)
		return false;
	return answer->result.status != AS_OK ?
	    http_is_passing(answer->result.status) :
	    http_is_passing_code(answer->result.code);
}

/* Milliseconds to wait before try number TRY (from 1): half a second, then a
 * second, give or take half of it; or what the reply asks for. */
static long long
pause_before(int try, const struct answer *answer)
{
	const uint32_t base = 500U << (try - 1);

	if (answer->result.retry_after > 0)
		return (long long)answer->result.retry_after * 1000;
	return base / 2 + arc4random_uniform(base);
}

static void
ask(struct session *session, const struct lwa_request *request,
    struct body *form, long long end, struct answer *answer)
{
	static char *const headers[] = {
		"Content-Type: application/x-www-form-urlencoded",
		"Accept: application/json",
	};
	struct http_call call = {
		.url = request->token_url,
		.headers = headers,
		.nheaders = sizeof(headers) / sizeof(headers[0]),
		.body = form,
		.connect_ms = LWA_CONNECT_MS,
		.on_header = take_header,
		.on_body = take_body,
		.context = answer,
	};

	call.total_ms = (long)(end - clock_ms());
	if (call.total_ms <= 0)
		call.total_ms = 1;
	answer_free(answer);
	http_send(session->http, &call, &answer->result);
}

int
lwa_exchange(struct session *session, const struct lwa_request *request,
    struct lwa_grant *grant, struct failure *failure)
{
	const long long end = clock_ms() + session_left(session, LWA_LIMIT_MS);
	struct body form = { .kind = BODY_MEMORY, .fd = -1 };
	struct answer answer = { 0 };
	long long wait;
	int status, try = 1;

	status = session_connect(session);
	if (status != AS_OK)
		return failure->status = status;
	add_field(&form.data, "grant_type", "client_credentials");
	add_field(&form.data, "client_id", request->client_id);
	add_field(&form.data, "client_secret", request->client_secret);
	add_field(&form.data, "scope", request->scope);
	for (;; try++) {
		grant->asked_at = (long long)time(NULL);
		ask(session, request, &form, end, &answer);
		if (try == LWA_TRIES || !is_passing(&answer))
			break;
		wait = pause_before(try, &answer);
		if (wait >= end - clock_ms())
			break;
		clock_sleep(wait);
	}
	if (answer.result.status != AS_OK)
		status = fail_transfer(&answer, request->token_url, failure);
	else if (answer.result.code >= 200 && answer.result.code < 300)
		status = take_grant(&answer, request, grant, failure);
	else
		status = fail_answer(&answer, request, failure);
	answer_free(&answer);
	body_free(&form);
	return status;
}

void
lwa_grant_free(struct lwa_grant *grant)
{
	mem_wipe(grant->access_token);
	free(grant->token_type);
	free(grant->scope);
	*grant = (struct lwa_grant){ 0 };
}
