#include "exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "apierror.h"
#include "asauth.h"
#include "clock.h"
#include "host.h"
#include "mem.h"
#include "msg.h"

#define MAX_REDIRECTS 50 /* as curl(1) */
#define MAX_PAUSE 600	 /* seconds between tries, as curl(1) */

/* What is to be done with the reply under way. */
enum plan {
	PLAN_FINISH,
	PLAN_FOLLOW,	 /* it is a redirect */
	PLAN_RETRY,	 /* it is a passing failure */
	PLAN_MAYBE_RENEW /* it may refuse the token */
};

static bool
is_redirect(long code)
{
	return code == 301 || code == 302 || code == 303 || code == 307 ||
	    code == 308;
}

static bool
is_error(long code)
{
	return code >= 400 || is_redirect(code);
}

static bool
is_safe(const struct http_call *call)
{
	return call->body == NULL &&
	    (call->method == NULL || strcmp(call->method, "GET") == 0 ||
		strcmp(call->method, "HEAD") == 0);
}

static bool
will_follow(const struct exchange *exchange, long code)
{
	char *target;
	bool leads;

	if (!exchange->follows || !is_redirect(code) ||
	    !is_safe(&exchange->call))
		return false;
	target = reply_header(&exchange->reply, "Location");
	leads = target != NULL && *target != '\0';
	free(target);
	return leads;
}

/* --retry-max-time counts, as curl(1) has it, what has passed, and what the
 * server asks to wait. */
static bool
has_time(const struct exchange *exchange, long retry_after)
{
	const long long limit = (long long)exchange->retry_max_time * 1000;
	const long long passed = clock_ms() - exchange->begun;
	const long long wait = (long long)exchange->wait * 1000;

	if (limit > 0 &&
	    (passed >= limit || passed + retry_after * 1000LL > limit))
		return false;
	return session_left(exchange->session, wait + 1) > wait;
}

/* Whether to try again in exchange->wait seconds. */
static bool
may_retry(struct exchange *exchange, long retry_after)
{
	const struct body *body = exchange->call.body;

	if (exchange->tries_left == 0 ||
	    (exchange->delivery != NULL &&
		exchange->delivery->body.written +
			exchange->delivery->headers.written >
		    0))
		return false;
	if (body != NULL && !body_can_restart(body)) {
		msg_warn("not trying again: the body came from a pipe");
		return false;
	}
	exchange->wait = retry_after > 0 ? retry_after : exchange->pause;
	return has_time(exchange, retry_after);
}

/* As curl(1) without --retry-connrefused and --retry-all-errors. */
static bool
is_passing_status(int status)
{
	return status == AS_TIMEOUT || status == AS_PROXY_NAME ||
	    status == AS_HOST_NAME;
}

static bool
may_renew(const struct exchange *exchange)
{
	const struct token *token = exchange->token;

	return exchange->call.bearer != NULL && token->origin != TOKEN_GIVEN &&
	    !*exchange->was_renewed &&
	    (long long)time(NULL) - token->obtained_at > TOKEN_YOUNG;
}

/* What a final reply with this code comes to. */
static enum reply_fate
final_fate(const struct exchange *exchange, long code)
{
	const struct delivery *to = exchange->delivery;

	if (to == NULL)
		return REPLY_DROP;
	if (exchange->errors == ERRORS_ARE_FINE || !is_error(code))
		return exchange->keeps_reply && !is_error(code) ? REPLY_DROP :
								  REPLY_DELIVER;
	return exchange->errors == ERRORS_FAIL || !to->body.is_standard ?
	    REPLY_HEADERS :
	    REPLY_DELIVER;
}

static enum reply_fate
decide(void *context, long code)
{
	struct exchange *exchange = context;
	enum reply_fate fate = final_fate(exchange, code);

	progress_end(exchange->progress);
	exchange->plan = PLAN_FINISH;
	if (will_follow(exchange, code)) {
		exchange->plan = PLAN_FOLLOW;
		return REPLY_DROP;
	}
	if (http_is_passing_code(code) &&
	    may_retry(exchange, http_retry_after(exchange->session->http))) {
		exchange->plan = PLAN_RETRY;
		return REPLY_DROP;
	}
	if ((code == 401 || code == 403) && may_renew(exchange)) {
		exchange->plan = PLAN_MAYBE_RENEW;
		if (code == 401) /* whatever its body says */
			return REPLY_DROP;
		exchange->reply.is_held = true;
	}
	return fate;
}

static void
send_once(struct exchange *exchange)
{
	struct http_call *call = &exchange->call;

	call->bearer = exchange->token != NULL && call->bearer != NULL ?
	    exchange->token->value :
	    NULL;
	if (call->body != NULL)
		body_rewind(call->body, 0);
	http_send(exchange->session->http, call, &exchange->result);
	progress_end(exchange->progress);
}

/* --- Failures --- */

static bool
has_failed(const struct delivery *to)
{
	return to != NULL && (to->body.has_failed || to->headers.has_failed);
}

int
exchange_fail(const struct exchange *exchange, int status, const char *why)
{
	char *id = reply_header(&exchange->reply, "x-amzn-RequestId");
	bool has_id = id != NULL && *id != '\0';

	msg_fail(status, "%s: %s%s%s%s", exchange->title, why,
	    has_id ? " (request " : "", has_id ? id : "", has_id ? ")" : "");
	free(id);
	return status;
}

static int
fail_transfer(const struct exchange *exchange)
{
	const struct http_result *result = &exchange->result;
	const char *hint = http_hint(result);

	if (has_failed(exchange->delivery))
		return AS_WRITE; /* said where it happened */
	exchange_fail(exchange, result->status, result->error);
	if (hint != NULL)
		msg_hint("%s", hint);
	return result->status;
}

static bool
is_report(const struct exchange *exchange)
{
	return strstr(exchange->url.path, "/download/report/") != NULL;
}

/* The token was refused for good: what should be looked at? */
static void
hint_refusal(const struct exchange *exchange)
{
	const char *scope = exchange->source->scope;
	const char *fits = settings_long_scope(
	    is_report(exchange) ? "reporting" : "submission");
	const char *other = settings_long_scope(
	    is_report(exchange) ? "submission" : "reporting");

	if (exchange->token->origin == TOKEN_GIVEN)
		msg_hint("the token is from ASAUTH_TOKEN: is it older than "
			 "an hour, or for another API?");
	else if (strcmp(scope, other) == 0)
		msg_hint("this API needs --scope %s (%s); the token is for %s",
		    is_report(exchange) ? "reporting" : "submission", fits,
		    scope);
	else
		msg_hint(
		    "is the security profile attached to this API "
		    "(Developer Console, Apps & Services, API Access), and is "
		    "%s its scope? asauth whoami-scope tells",
		    scope);
}

static void
hint_answer(const struct exchange *exchange, const char *message)
{
	const struct http_call *call = &exchange->call;
	const long code = exchange->result.code;

	if (call->bearer != NULL &&
	    apierror_is_refusal(code, &exchange->reply.kept))
		hint_refusal(exchange);
	else if (code == 412 &&
	    http_has_header(call->headers, call->nheaders, "If-Match"))
		msg_hint("the ETag is stale, or the app's state forbids it: "
			 "--etag-from reads the ETag afresh");
	else if (code == 412)
		msg_hint("the app's state forbids it: is an edit open already, "
			 "or the app under review?");
	else if (message != NULL && strstr(message, "If-Match") != NULL)
		msg_hint("--etag-from URL sends the ETag of URL; . is the "
			 "request's own");
	else if (message != NULL &&
	    strncmp(message, "Unable to fetch the request scope", 33) == 0)
		msg_hint("the API has no such path, or not with this method");
	else if (is_redirect(code))
		msg_hint("-L follows redirects, of GET and HEAD only");
}

static int
fail_answer(const struct exchange *exchange)
{
	/* A redirect's text may well be where it leads, a secret link. */
	char *message = apierror_message(
	    &exchange->reply.kept, !is_redirect(exchange->result.code));
	char *why = mem_printf("HTTP %ld%s%s", exchange->result.code,
	    message != NULL ? ": " : "",
	    message != NULL ? message :
		is_redirect(exchange->result.code) ?
			      ", a redirect that is not followed" :
			      "");

	exchange_fail(exchange, AS_HTTP, why);
	hint_answer(exchange, message);
	free(message);
	free(why);
	return AS_HTTP;
}

/* --- What follows a reply --- */

static int
finish(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;

	if (exchange->result.status == AS_OK && reply->is_held)
		reply_release(reply);
	if (exchange->result.status != AS_OK || has_failed(exchange->delivery))
		return fail_transfer(exchange);
	if (is_error(reply->code) && exchange->errors != ERRORS_ARE_FINE)
		return fail_answer(exchange);
	return AS_OK;
}

/* Goes on at the URL that the reply names. Status, said; the new origin
 * decides what is sent there. */
static int
follow(struct exchange *exchange)
{
	const char *target = http_redirect_url(exchange->session->http);
	struct http_call *call = &exchange->call;
	struct http_url next;
	int status;

	if (exchange->redirects == MAX_REDIRECTS)
		return msg_fail(AS_REDIRECTS, "%s: more than %d redirects",
		    exchange->title, MAX_REDIRECTS);
	exchange->redirects++;
	status = host_check_open(target != NULL ? target : "",
	    strcmp(exchange->url.scheme, "http") == 0, &next);
	if (status != AS_OK) {
		msg_fail(status, "%s: redirected to %s: %s", exchange->title,
		    next.host == NULL	   ? "what is no URL" :
			*next.host == '\0' ? next.scheme :
					     next.host,
		    status == AS_PROTOCOL ? "not https" : "not acceptable");
		http_url_free(&next);
		return status;
	}
	if (!http_url_same_origin(&exchange->url, &next)) {
		call->bearer = NULL;
		call->nheaders = 0;
	}
	http_url_free(&exchange->url);
	exchange->url = next;
	mem_wipe(exchange->redirect);
	call->url = exchange->redirect = mem_strdup(target);
	return AS_OK;
}

static void
pause_for_retry(struct exchange *exchange)
{
	const struct http_result *result = &exchange->result;
	char *why = result->status != AS_OK ?
	    mem_strdup(result->error) :
	    mem_printf("HTTP %ld", result->code);

	exchange->tries_left--;
	msg_warn("%s: %s; trying again in %ld s (%ld %s left)", exchange->title,
	    why, exchange->wait, exchange->tries_left + 1,
	    exchange->tries_left == 0 ? "try" : "tries");
	free(why);
	clock_sleep((long long)exchange->wait * 1000);
	exchange->pause = exchange->retry_delay > 0 ? exchange->retry_delay :
	    exchange->pause * 2 < MAX_PAUSE	    ? exchange->pause * 2 :
						      MAX_PAUSE;
}

/* Replaces the refused token. Status, said. */
static int
renew(struct exchange *exchange)
{
	struct failure failure = { 0 };
	struct token fresh;
	int status;

	*exchange->was_renewed = true;
	status = token_get(exchange->source, TOKEN_INSTEAD,
	    exchange->token->value, &fresh, &failure);
	if (status == AS_OK) {
		token_free(exchange->token);
		*exchange->token = fresh;
	} else
		failure_report(&failure);
	failure_free(&failure);
	if (status == AS_OK && exchange->call.body != NULL &&
	    !body_can_restart(exchange->call.body))
		status = msg_fail(AS_REWIND,
		    "%s: the token was refused and the "
		    "body, from a pipe, cannot be sent again; the token has "
		    "been renewed for the next run",
		    exchange->title);
	if (status != AS_OK) {
		/* -w describes neither the refused reply nor the log-in. */
		reply_begin(&exchange->reply, false);
		http_forget(exchange->session->http, exchange->call.url);
	}
	return status;
}

/* Sends until there is nothing more to do for this URL: false when the run
 * goes on, with the status in *STATUS as long as that is AS_OK. */
static bool
is_done(struct exchange *exchange, int *status)
{
	const struct reply *reply = &exchange->reply;

	switch (exchange->plan) {
	case PLAN_FOLLOW:
		*status = follow(exchange);
		return *status != AS_OK;
	case PLAN_RETRY:
		pause_for_retry(exchange);
		return false;
	case PLAN_MAYBE_RENEW:
		if (!apierror_is_refusal(reply->code, &reply->kept) ||
		    (reply->code == 403 && !reply->is_held))
			break;
		*status = renew(exchange);
		return *status != AS_OK;
	default:
		break;
	}
	*status = finish(exchange);
	return true;
}

/* A transfer that broke may still be tried again. */
static void
plan_after_failure(struct exchange *exchange)
{
	struct delivery *to = exchange->delivery;

	exchange->plan = PLAN_FINISH;
	if (!is_passing_status(exchange->result.status) ||
	    !may_retry(exchange, 0))
		return;
	if (to == NULL ||
	    (output_rewind(&to->body) && output_rewind(&to->headers)))
		exchange->plan = PLAN_RETRY;
}

int
exchange_run(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	int status;

	exchange->call.on_header = reply_take_header;
	exchange->call.on_body = reply_take_body;
	exchange->call.context = reply;
	reply->delivery = exchange->delivery;
	reply->decide = decide;
	reply->context = exchange;
	exchange->tries_left = exchange->retries;
	exchange->pause = exchange->retry_delay > 0 ? exchange->retry_delay : 1;
	exchange->begun = clock_ms();
	http_url_parse(exchange->call.url, &exchange->url); /* it was checked */
	do {
		if (exchange->plan != PLAN_FOLLOW)
			http_mark(exchange->session->http);
		reply_begin(reply, exchange->plan == PLAN_FOLLOW);
		send_once(exchange);
		if (exchange->result.status != AS_OK || !reply_end(reply))
			plan_after_failure(exchange);
	} while (!is_done(exchange, &status));
	return status;
}

void
exchange_free(struct exchange *exchange)
{
	http_url_free(&exchange->url);
	mem_wipe(exchange->redirect);
	reply_free(&exchange->reply);
}
