#include "exchange.h"

#include <sys/param.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amazon.h"
#include "asauth.h"
#include "clock.h"
#include "exchange-error.h"
#include "mem.h"
#include "msg.h"

/* Seconds between tries: how far they double, as in curl(1), and what a server
 * may ask for. */
#define MAX_PAUSE 600
/* How much of a body is kept, in bytes: of an error to quote it, of a refusal
 * to see what it means. */
#define KEPT_LIMIT 65536
/* How much of a body that nobody wants is read, in bytes, to save the
 * connection. */
#define DROPPED_LIMIT (1024LL * 1024)
#define DROPPED_MS 10000 /* and for how long */

static bool
is_failure(const struct exchange *exchange)
{
	const long code = exchange->reply.code;

	return (code >= 400 || reply_is_redirect(code)) &&
	    exchange->errors != ERRORS_ARE_FINE;
}

/* Whether the reply is for the caller alone. */
static bool
is_kept(const struct exchange *exchange)
{
	return (exchange->keeps_reply && !is_failure(exchange)) ||
	    (exchange->keeps_403 && exchange->reply.code == 403);
}

/* --- What a reply means --- */

/* Whether the request only reads: it is a GET or HEAD without a body. */
static bool
is_reading(const struct exchange *exchange)
{
	return exchange->call.body == NULL &&
	    (strcmp(exchange->method, "GET") == 0 ||
		strcmp(exchange->method, "HEAD") == 0);
}

static bool
may_follow(const struct exchange *exchange)
{
	return exchange->follows && is_reading(exchange) &&
	    reply_leads_on(&exchange->reply);
}

/* Seconds that the reply asks to wait before another try, 0: none. */
static long
asked_pause(const struct exchange *exchange)
{
	const struct reply *reply = &exchange->reply;

	return reply->status == AS_OK && reply_is_transient_code(reply->code) ?
	    reply_retry_after(reply) :
	    0;
}

/* Whether there is to be another try after what is worth one. */
static bool
may_retry(const struct exchange *exchange)
{
	const struct body *body = exchange->call.body;
	const struct delivery *to = exchange->delivery;
	const long limit = exchange->retry_max_time;
	const long asked = asked_pause(exchange);
	const long long passed = clock_ms() - exchange->begun;

	if (exchange->retried == exchange->retries ||
	    to->body.written + to->headers.written > 0 ||
	    (limit > 0 && passed >= limit * 1000LL))
		return false;
	/* As curl(1) has it, what is asked for counts, in whole seconds. */
	if (asked > MAX_PAUSE ||
	    (limit > 0 && asked > 0 && passed / 1000 + asked > limit)) {
		if (!is_failure(exchange)) /* its message says so, too */
			msg_warn("%s: not trying again: HTTP %ld asks to wait "
				 "%ld s",
			    exchange->title, exchange->reply.code, asked);
		return false;
	}
	if (body != NULL && !body_can_restart(body)) {
		msg_warn("not trying again: the body came from a pipe");
		return false;
	}
	return true;
}

/* Whether what ended the transfer may not end the next one. */
static bool
is_transient_end(const struct exchange *exchange)
{
	const struct reply *reply = &exchange->reply;

	if (exchange->retries_all)
		return reply->status != AS_USAGE;
	switch (reply->status) {
	case AS_PROXY_NAME:
	case AS_HOST_NAME:
		return true;
	case AS_CONNECT:
		return exchange->retries_refused && reply_was_refused(reply);
	case AS_TIMEOUT: /* what was sent whole may have been done */
		return !reply->was_sent;
	default:
		return is_reading(exchange) && reply_was_cut(reply);
	}
}

/* Whether the status code of a reply that does not refuse the token is worth
 * another try. */
static bool
is_retried_code(const struct exchange *exchange)
{
	const long code = exchange->reply.code;

	return reply_is_transient_code(code) ||
	    (code >= 400 && exchange->retries_all && is_failure(exchange) &&
		!is_kept(exchange));
}

static bool
delivers_body(const struct exchange *exchange)
{
	if (is_kept(exchange))
		return false;
	return !is_failure(exchange) ||
	    exchange->errors == ERRORS_FAIL_WITH_BODY ||
	    (exchange->errors == ERRORS_FAIL_ALOUD &&
		exchange->delivery->body.is_standard);
}

/* What comes after the reply, whose headers are there. */
static enum exchange_next
next_step(const struct exchange *exchange)
{
	const long code = exchange->reply.code;
	const bool has_token = exchange->hop.bearer != NULL;

	if (may_follow(exchange))
		return NEXT_FOLLOW;
	if (code == 403 && has_token)
		return auth_may_renew(exchange->auth) ||
			is_retried_code(exchange) ?
		    NEXT_UNCLEAR :
		    NEXT_DELIVER;
	if (code == 401 && has_token) /* whatever its body says */
		return auth_may_renew(exchange->auth) ? NEXT_RENEW :
							NEXT_DELIVER;
	return is_retried_code(exchange) && may_retry(exchange) ? NEXT_RETRY :
								  NEXT_DELIVER;
}

/* --- Delivering --- */

static bool
has_failed(const struct delivery *to)
{
	return to->body.has_failed || to->headers.has_failed;
}

/* Delivers those of the headers up to END that have not been delivered. -i goes
 * where the body goes, and an error's body not to a file. */
static bool
deliver_headers(struct exchange *exchange, size_t end)
{
	struct delivery *to = exchange->delivery;
	const char *lines = exchange->reply.headers.data + exchange->shown;
	const size_t length = end - exchange->shown;
	bool is_included;

	if (length == 0 || is_kept(exchange))
		return true;
	exchange->shown = end;
	is_included = to->is_included &&
	    (delivers_body(exchange) || to->body.is_standard);
	return output_write(&to->headers, lines, length) &&
	    (!is_included || output_write(&to->body, lines, length));
}

/* The reply is the final one: delivers what has come in of it. */
static bool
deliver(struct exchange *exchange)
{
	const struct buf *kept = &exchange->kept;
	char *type = reply_header(&exchange->reply, "Content-Type");
	bool has_headers;

	exchange->next = NEXT_DELIVER;
	has_headers = deliver_headers(exchange, exchange->trailers);
	output_begin_body(&exchange->delivery->body, type,
	    is_failure(exchange) && exchange->delivery->is_told);
	free(type);
	return has_headers &&
	    (kept->length == 0 || !delivers_body(exchange) ||
		output_write(
		    &exchange->delivery->body, kept->data, kept->length));
}

/* False if it is the final one and cannot be delivered. */
static bool
decide(struct exchange *exchange)
{
	if (exchange->next != NEXT_UNDECIDED)
		return true;
	progress_end(exchange->progress);
	exchange->trailers = exchange->reply.headers.length;
	exchange->decided_at = clock_ms();
	exchange->next = next_step(exchange);
	return exchange->next != NEXT_DELIVER || deliver(exchange);
}

/* The reply is a 403 that REFUSES the token or does not: what comes next? False
 * as decide(). */
static bool
clear_up(struct exchange *exchange, bool refuses)
{
	if (refuses && auth_may_renew(exchange->auth))
		exchange->next = NEXT_RENEW;
	else if (!refuses && is_retried_code(exchange) && may_retry(exchange))
		exchange->next = NEXT_RETRY;
	else
		return deliver(exchange);
	return true;
}

static bool
is_dropping(const struct exchange *exchange)
{
	return exchange->next != NEXT_UNDECIDED &&
	    (exchange->next != NEXT_DELIVER || !delivers_body(exchange));
}

/* Whether to go on with a body that nobody wants, of which LENGTH more bytes
 * have come. */
static bool
drop_bytes(struct exchange *exchange, size_t length)
{
	exchange->dropped += (long long)length;
	exchange->was_dropped = exchange->dropped > DROPPED_LIMIT ||
	    clock_ms() - exchange->decided_at > DROPPED_MS;
	return !exchange->was_dropped;
}

static bool
exchange_on_body(void *context, const char *bytes, size_t length)
{
	struct exchange *exchange = context;
	const size_t left = KEPT_LIMIT - exchange->kept.length;

	if (!decide(exchange))
		return false;
	/* No refusal is that long. */
	if (exchange->next == NEXT_UNCLEAR && length > left &&
	    !clear_up(exchange, false))
		return false;
	if (is_dropping(exchange) || is_failure(exchange))
		buf_add(&exchange->kept, bytes, MIN(length, left));
	if (is_dropping(exchange))
		return drop_bytes(exchange, length);
	return output_write(&exchange->delivery->body, bytes, length);
}

static bool
exchange_on_progress(void *context, long long received, long long to_receive,
    long long sent, long long to_send)
{
	struct exchange *exchange = context;
	const struct progress_state state = { received, to_receive, sent,
		to_send, exchange->reply.was_sent };

	progress_update(exchange->progress, &state);
	if (exchange->reply.has_headers && !decide(exchange))
		return false;
	return !is_dropping(exchange) || drop_bytes(exchange, 0);
}

/* --- What follows a reply --- */

int
exchange_fail(const struct exchange *exchange, int status, const char *why)
{
	return reply_fail(&exchange->reply, &exchange->run->failure, status,
	    "%s: %s", exchange->title, why);
}

static int
fail_transfer(const struct exchange *exchange)
{
	const struct reply *reply = &exchange->reply;
	struct failure *failure = &exchange->run->failure;

	exchange_fail(exchange, reply->status, reply->error);
	if (failure->hint == NULL && reply->was_asked &&
	    !is_reading(exchange) &&
	    (reply->status == AS_TIMEOUT || reply_was_cut(reply)))
		failure_hint(failure,
		    "it may have been done all the same: look at the edit "
		    "before repeating it");
	return reply->status;
}

static int
finish_exchange(struct exchange *exchange)
{
	const struct reply *reply = &exchange->reply;

	if (has_failed(exchange->delivery))
		return AS_WRITE; /* the output has told why */
	if (reply->status != AS_OK)
		return fail_transfer(exchange);
	if (is_failure(exchange))
		return exchange_fail_answer(exchange);
	return AS_OK;
}

/* Takes NEXT, which the reply leads to, for the URL of the next hop if STATUS
 * says that it is acceptable; else that is what came of the reply. */
static bool
take_next_url(struct exchange *exchange, struct url *next, int status)
{
	struct reply *reply = &exchange->reply;
	const char *where = "what is no URL";

	if (status != AS_OK) {
		if (next->host != NULL)
			where = *next->host != '\0' ? next->host : next->scheme;
		snprintf(reply->error, REPLY_ERROR_SIZE, "redirected to %s: %s",
		    where,
		    status == AS_PROTOCOL ? "not https" : "not acceptable");
		reply->status = status;
		url_free(next);
		return false;
	}
	if (!url_same_origin(&exchange->url, next)) {
		exchange->hop.bearer = NULL;
		exchange->hop.headers = (struct headers){ 0 };
	}
	url_free(&exchange->url);
	exchange->url = *next;
	return true;
}

/* Makes ready for the URL that the reply names; false if there is no going on,
 * which then is what came of the reply. */
static bool
follow_redirect(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	char *target = reply_header(reply, "Location"), *redirect;
	struct url next;
	int status;

	redirect = url_resolve(exchange->hop.url, target);
	mem_wipe(target);
	if (exchange->redirects == exchange->max_redirects) {
		mem_wipe(redirect);
		snprintf(reply->error, REPLY_ERROR_SIZE,
		    "more than %ld redirects", exchange->max_redirects);
		reply->status = AS_REDIRECTS;
		return false;
	}
	exchange->redirects++;
	mem_wipe(exchange->redirect);
	exchange->redirect = redirect;
	exchange->hop.url = exchange->redirect;
	if (exchange->hop.privacy != PRIVACY_NONE)
		exchange->hop.privacy = PRIVACY_URL;
	status = url_check_open(exchange->redirect,
	    strcmp(exchange->url.scheme, "http") == 0, &next);
	return take_next_url(exchange, &next, status);
}

/* Makes ready for the first URL, be it again. */
static void
begin_exchange(struct exchange *exchange)
{
	exchange->hop = exchange->call;
	exchange->hop.on_body = exchange_on_body;
	exchange->hop.on_progress = exchange_on_progress;
	exchange->hop.context = exchange;
	if (exchange->auth != NULL)
		exchange->hop.bearer = exchange->auth->token.value;
	exchange->redirects = 0;
	url_free(&exchange->url);
	url_parse(exchange->hop.url, &exchange->url); /* it was checked */
}

static void
pause_for_retry(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;
	const long long ms = MAX(asked_pause(exchange), exchange->pause) *
	    1000LL;

	reply_warn_retry(
	    reply, exchange->title, ms, exchange->retries - exchange->retried);
	exchange->retried++;
	run_restart(exchange->run, ms);
	clock_sleep(ms);
	reply_free(reply);
	begin_exchange(exchange);
	if (exchange->retry_delay == 0)
		exchange->pause = MIN(2 * exchange->pause, MAX_PAUSE);
}

/* Replaces the refused token. Status. */
static int
renew_token(struct exchange *exchange)
{
	const struct body *body = exchange->call.body;
	int status = auth_renew(exchange->auth);

	exchange->hop.bearer = exchange->auth->token.value;
	if (status == AS_OK && body != NULL && !body_can_restart(body))
		status = failure_set(&exchange->run->failure, AS_REWIND,
		    "%s: the token was refused and the body, from a pipe, "
		    "cannot be sent again; the token has been renewed for the "
		    "next run",
		    exchange->title);
	/* -w describes neither the refused reply nor the log-in. */
	if (status != AS_OK)
		reply_none(&exchange->reply, exchange->hop.url);
	return status;
}

/* --- The exchange --- */

/* Sends once and finds out what comes next. */
static void
send_once(struct exchange *exchange)
{
	struct http_call *call = &exchange->hop;
	struct reply *reply = &exchange->reply;
	const bool is_followed = exchange->next == NEXT_FOLLOW;

	if (call->body != NULL)
		body_rewind(call->body, 0);
	exchange->next = NEXT_UNDECIDED;
	exchange->was_dropped = false;
	exchange->shown = 0; /* nothing of what is followed, either */
	exchange->dropped = 0;
	buf_cut(&exchange->kept, 0);
	http_send(exchange->run->http, call, reply, is_followed);
	progress_end(exchange->progress);
	if (exchange->was_dropped)
		reply->status = AS_OK;
	else if (reply->status == AS_TIMEOUT && reply->was_sent)
		strlcat(reply->error, ", after the whole body had been sent",
		    REPLY_ERROR_SIZE);
}

/* The transfer has failed, or its output. */
static void
retry_or_end(struct exchange *exchange)
{
	struct delivery *to = exchange->delivery;

	exchange->next = NEXT_DELIVER;
	if (!has_failed(to) && is_transient_end(exchange) &&
	    may_retry(exchange) && output_rewind(&to->body) &&
	    output_rewind(&to->headers))
		exchange->next = NEXT_RETRY;
}

static void
decide_at_end(struct exchange *exchange)
{
	const struct reply *reply = &exchange->reply;

	if (reply->status != AS_OK || has_failed(exchange->delivery)) {
		retry_or_end(exchange);
		return;
	}
	if (!decide(exchange))
		return;
	if (exchange->next == NEXT_UNCLEAR)
		clear_up(exchange,
		    amazon_refuses_token(reply->code, &exchange->kept));
	if (exchange->next == NEXT_DELIVER)
		deliver_headers(exchange, reply->headers.length);
	else if (exchange->next == NEXT_FOLLOW && !follow_redirect(exchange))
		retry_or_end(exchange);
}

int
exchange_run(struct exchange *exchange)
{
	int status = AS_OK;

	exchange->pause = exchange->retry_delay > 0 ? exchange->retry_delay : 1;
	exchange->begun = clock_ms();
	begin_exchange(exchange);
	while (status == AS_OK) {
		send_once(exchange);
		decide_at_end(exchange);
		switch (exchange->next) {
		case NEXT_FOLLOW:
			break;
		case NEXT_RETRY:
			pause_for_retry(exchange);
			break;
		case NEXT_RENEW:
			status = renew_token(exchange);
			break;
		default:
			return finish_exchange(exchange);
		}
	}
	return status;
}

void
exchange_free(struct exchange *exchange)
{
	url_free(&exchange->url);
	mem_wipe(exchange->redirect);
	reply_free(&exchange->reply);
	buf_free(&exchange->kept);
}
