/*
 * asauth request: sends an authenticated request, with curl's options.
 *
 * The way of a run: the options become a plan (plan.h) and outputs, then the
 * token is got, then the ETag that --etag-from asks for, then the request is
 * exchanged, then the link in its reply, and at last -w is written.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "amazon.h"
#include "asauth.h"
#include "auth.h"
#include "exchange.h"
#include "mem.h"
#include "msg.h"
#include "output.h"
#include "plan.h"
#include "run.h"
#include "secret.h"
#include "settings.h"
#include "text.h"
#include "url.h"
#include "writeout.h"

#define CONNECT_MS 30000
#define STALL_SECONDS 300
/* Amazon digests an upload before it answers. */
#define ANSWER_SECONDS 1800
#define STALL_SECONDS_Y 30 /* curl(1)'s -y when only -Y is given */
#define MAX_REDIRECTS 50   /* as curl(1) */

struct request {
	struct run *run;
	const struct settings *settings; /* of the run */
	struct failure *failure;	 /* of the run */
	struct secret secret;
	struct auth auth;
	struct plan plan;
	char *link; /* of --fetch-link, once known */
	char *title;
	struct delivery delivery;
	struct output etag; /* --etag-save */
	struct progress progress;
	struct exchange exchange; /* the one that -w describes */
};

/* Finds the secret's source, which must not be in the way of the body's. */
static int
find_secret(struct request *request)
{
	const struct settings *settings = request->settings;
	const struct option_use *use = settings->uses;
	int status = secret_find(
	    &request->secret, request->run, request->failure);

	if (status != AS_OK || !secret_is_stdin(&request->secret))
		return status;
	for (; use < settings->uses + settings->nuses; use++)
		if (use->text != NULL && body_reads_stdin(use->id, use->text))
			return option_fail(settings->command, "standard input",
			    "it can be read only once: as the client secret, "
			    "or as something else",
			    request->failure);
	return AS_OK;
}

static int
make_plan(struct request *request)
{
	return plan_make(&request->plan);
}

/* Opens what can fail now rather than after a request that cannot be taken
 * back. */
static int
open_outputs(struct request *request)
{
	const struct settings *settings = request->settings;
	struct delivery *to = &request->delivery;
	struct progress *progress = &request->progress;
	const struct {
		struct output *output;
		enum option_id id;
	} outputs[] = {
		{ &to->headers, OPT_DUMP_HEADER },
		{ &to->body, OPT_OUTPUT },
		{ &request->etag, OPT_ETAG_SAVE },
	};
	const char *path;
	size_t i;
	int status = AS_OK;

	to->is_included = settings_on(settings, OPT_INCLUDE) ||
	    settings_on(settings, OPT_HEAD);
	for (i = 0; i < COUNT(outputs) && status == AS_OK; i++) {
		path = settings_text(settings, outputs[i].id);
		if (path != NULL && settings_on(settings, OPT_CREATE_DIRS))
			status = output_make_directories(
			    path, request->failure);
		if (status == AS_OK)
			status = output_open(outputs[i].output, path,
			    outputs[i].id == OPT_OUTPUT, request->failure);
	}
	progress->is_bar = settings_on(settings, OPT_PROGRESS_BAR);
	progress->is_terminal = isatty(STDERR_FILENO);
	progress->is_shown = !settings_on(settings, OPT_SILENT) &&
	    !settings_on(settings, OPT_NO_PROGRESS_METER) &&
	    (progress->is_terminal || progress->is_bar);
	progress->is_shared = to->body.is_standard && isatty(STDOUT_FILENO);
	to->is_told = to->body.is_viewed && isatty(STDERR_FILENO) &&
	    (!settings_on(settings, OPT_SILENT) ||
		settings_on(settings, OPT_SHOW_ERROR));
	return status;
}

/* "METHOD URL" for messages, without a query, as the user wrote it. */
static char *
title_of(const char *method, const char *url)
{
	return mem_printf("%s %.*s", method, (int)strcspn(url, "?#"), url);
}

/* --- Exchanges --- */

static enum exchange_errors
error_mode(const struct settings *settings)
{
	enum exchange_errors mode = ERRORS_FAIL_ALOUD;
	size_t i;

	/* The last one given counts. */
	for (i = 0; i < settings->nuses; i++) {
		if (settings->uses[i].id == OPT_FAIL)
			mode = ERRORS_FAIL;
		else if (settings->uses[i].id == OPT_FAIL_WITH_BODY)
			mode = ERRORS_FAIL_WITH_BODY;
		else if (settings->uses[i].id == OPT_NO_FAIL)
			mode = ERRORS_ARE_FINE;
	}
	return mode;
}

static enum http_version
version_of(const struct settings *settings)
{
	if (settings_on(settings, OPT_HTTP2))
		return HTTP_2;
	return settings_on(settings, OPT_HTTP1_1) ? HTTP_1_1 : HTTP_ANY;
}

/* What all exchanges of a run have in common. */
static struct exchange
new_exchange(struct request *request, const char *url, const char *title)
{
	const struct settings *settings = request->settings;
	long stall_seconds = STALL_SECONDS, answer_seconds = ANSWER_SECONDS;

	if (settings_on(settings, OPT_SPEED_LIMIT))
		stall_seconds = answer_seconds = STALL_SECONDS_Y;
	if (settings_on(settings, OPT_SPEED_TIME))
		stall_seconds = answer_seconds = settings_whole(
		    settings, OPT_SPEED_TIME, 0);
	return (struct exchange) {
		.run = request->run,
		.auth = &request->auth,
		.method = "GET",
		.title = title,
		.follows = settings_on(settings, OPT_LOCATION),
		.max_redirects = settings_whole(settings, OPT_MAX_REDIRS,
		    MAX_REDIRECTS),
		.errors = error_mode(settings),
		.retries = settings_whole(settings, OPT_RETRY, 0),
		.retry_delay = settings_whole(settings, OPT_RETRY_DELAY, 0),
		.retry_max_time = settings_whole(settings,
		    OPT_RETRY_MAX_TIME, 0),
		.retries_all = settings_on(settings, OPT_RETRY_ALL_ERRORS),
		.retries_refused = settings_on(settings, OPT_RETRY_CONNREFUSED),
		.delivery = &request->delivery,
		.progress = &request->progress,
		.call = {
			.url = url,
			.user_agent = settings_text(settings, OPT_USER_AGENT),
			.version = version_of(settings),
			.rate = settings_bytes(settings, OPT_LIMIT_RATE),
			.connect_ms = CONNECT_MS,
			.stall_seconds = stall_seconds,
			.answer_seconds = answer_seconds,
			.stall_rate = settings_whole(settings,
			    OPT_SPEED_LIMIT, 1),
		},
	};
}

/* --- The token --- */

/* Whether an account named by flag goes before the token of ASAUTH_TOKEN. */
static bool
may_be_given(const struct settings *settings)
{
	return !settings_by_flag(settings, OPT_PROFILE) &&
	    !settings_by_flag(settings, OPT_CLIENT_ID) &&
	    !settings_by_flag(settings, OPT_CLIENT_SECRET) &&
	    !settings_by_flag(settings, OPT_CLIENT_SECRET_FILE);
}

/* What -v says of the scope, which API needs unless it is NULL. */
static void
show_scope(const struct request *request, const struct amazon_api *api)
{
	const struct settings *settings = request->settings;
	const char *origin = settings_origin(settings, OPT_SCOPE);
	struct buf line = { 0 };

	if (!settings_on(settings, OPT_VERBOSE))
		return;
	if (settings_on(settings, OPT_TOKEN) && may_be_given(settings))
		buf_puts(&line, "scope: that of the token in ASAUTH_TOKEN");
	else if (api != NULL)
		buf_printf(&line, "scope: %s, which this path needs (%s)",
		    api->scope, api->title);
	else
		buf_printf(&line, "scope: %s, %s%s", request->auth.scope,
		    origin != NULL ? "from " : "the default",
		    origin != NULL ? origin : "");
	msg_verbose('*', line.data);
	buf_free(&line);
}

/* The scope that the request's path needs, unless the user has chosen. */
static int
choose_scope(struct request *request)
{
	const struct settings *settings = request->settings;
	const struct amazon_api *api = NULL;

	if (!settings_scope_is_chosen(settings))
		api = amazon_api_of_path(url_below(&request->plan.origin,
		    settings_text(settings, OPT_API_URL)));
	request->auth.scope = api != NULL ? api->scope :
					    settings_scope(settings);
	show_scope(request, api);
	return AS_OK;
}

static int
get_token(struct request *request)
{
	return auth_obtain(
	    &request->auth, AUTH_ANY, may_be_given(request->settings));
}

/* --- Requests --- */

/* GETs what --etag-from names, if anything, and adds its ETag as If-Match. */
static int
fetch_etag(struct request *request)
{
	const char *from = settings_text(request->settings, OPT_ETAG_FROM);
	struct delivery nowhere = { OUTPUT_NONE, OUTPUT_NONE, false, false };
	char *title, *etag = NULL;
	struct exchange exchange;
	int status;

	if (from == NULL)
		return AS_OK;
	title = title_of("--etag-from: GET",
	    strcmp(from, ".") == 0 ? request->settings->operand : from);
	exchange = new_exchange(request, request->plan.etag_url, title);
	exchange.errors = ERRORS_FAIL;
	exchange.keeps_reply = true;
	exchange.delivery = &nowhere;
	status = exchange_run(&exchange);
	if (status == AS_OK) {
		etag = reply_header(&exchange.reply, "ETag");
		if (etag == NULL || text_has_control(etag))
			status = exchange_fail(
			    &exchange, AS_REPLY, "the reply has no ETag");
		else
			headers_add(&request->plan.headers,
			    mem_printf("If-Match: %s", etag));
	}
	free(etag);
	exchange_free(&exchange);
	free(title);
	return status;
}

/* Takes the kept reply for a link. */
static int
read_link(struct request *request)
{
	struct exchange *exchange = &request->exchange;
	struct url url;
	int status;

	mem_wipe(request->link);
	request->link = amazon_link(&exchange->kept);
	status = url_check_open(request->link != NULL ? request->link : "",
	    request->plan.origin.is_loopback, &url);
	url_free(&url);
	if (status != AS_OK) {
		exchange_fail(exchange, AS_REPLY,
		    status == AS_PROTOCOL ? "the reply is not a link to https" :
					    "the reply is not a link");
		reply_none(&exchange->reply, request->plan.url);
		return AS_REPLY;
	}
	return AS_OK;
}

/* Sends what the plan says. */
static int
exchange_plan(struct request *request)
{
	const struct settings *settings = request->settings;
	struct exchange *exchange = &request->exchange;

	exchange_free(exchange);
	*exchange = new_exchange(request, request->plan.url, request->title);
	exchange->keeps_reply = settings_on(settings, OPT_FETCH_LINK);
	if (exchange->keeps_reply)
		exchange->call.privacy = PRIVACY_TARGET;
	exchange->method = request->plan.method;
	exchange->call.method = settings_text(settings, OPT_REQUEST);
	/* To -X HEAD, too, no body comes that could be waited for. */
	exchange->call.is_head = settings_on(settings, OPT_HEAD) ||
	    strcmp(request->plan.method, "HEAD") == 0;
	exchange->call.is_compressed = settings_on(settings, OPT_COMPRESSED);
	exchange->call.headers = request->plan.headers;
	if (request->plan.body.kind != BODY_NONE)
		exchange->call.body = &request->plan.body;
	return exchange_run(exchange);
}

/* GETs the link. A 403 is not delivered if the link MAY_BE_OLD. */
static int
exchange_link(struct request *request, bool may_be_old)
{
	struct exchange *exchange = &request->exchange;

	exchange_free(exchange);
	*exchange = new_exchange(
	    request, request->link, "the link in the reply");
	exchange->auth = NULL;
	exchange->call.privacy = PRIVACY_URL;
	exchange->call.is_compressed = settings_on(
	    request->settings, OPT_COMPRESSED);
	exchange->keeps_403 = may_be_old;
	return exchange_run(exchange);
}

/* GETs what the reply is a link to. With --retry a link that has expired is
 * asked for anew, once. */
static int
fetch_link(struct request *request)
{
	const bool may_be_old = request->exchange.retries > 0;
	int status = read_link(request);

	if (status == AS_OK)
		status = exchange_link(request, may_be_old);
	if (!may_be_old || request->exchange.reply.code != 403)
		return status;
	msg_warn("the link in the reply: HTTP 403; asking for a new one");
	failure_free(request->failure);
	run_restart(request->run, 0);
	status = exchange_plan(request);
	if (status == AS_OK)
		status = read_link(request);
	return status == AS_OK ? exchange_link(request, false) : status;
}

/* An error is complete: puts the headers in their place, and its body if -o is
 * to have it and there is one. */
static int
finish_error(struct request *request)
{
	const struct exchange *exchange = &request->exchange;
	struct delivery *to = &request->delivery;
	const bool has_body = to->is_included || exchange->kept.length > 0;

	if (output_finish(&to->headers) == AS_OK &&
	    (exchange->errors != ERRORS_FAIL_WITH_BODY || !has_body ||
		output_finish(&to->body) == AS_OK))
		return AS_HTTP;
	return AS_WRITE;
}

/* The reply is complete: puts the files in their places. Of an error, and of
 * "not modified", -o is left as it was. */
static int
finish_outputs(struct request *request, int status)
{
	struct delivery *to = &request->delivery;
	struct output *etag_file = &request->etag;
	const bool is_unmodified = request->exchange.reply.code == 304;
	char *etag;
	bool is_kept;

	if (!output_show(&to->body))
		return AS_WRITE;
	if (status == AS_HTTP)
		return finish_error(request);
	if (status == AS_OK)
		status = output_finish(&to->headers);
	if (status == AS_OK && (!is_unmodified || to->is_included))
		status = output_finish(&to->body);
	if (status != AS_OK || etag_file->path == NULL)
		return status;
	etag = reply_header(&request->exchange.reply, "ETag");
	is_kept = etag == NULL &&
	    (is_unmodified || access(etag_file->path, F_OK) == 0);
	if (etag != NULL && output_write(etag_file, etag, strlen(etag)))
		output_write(etag_file, "\n", 1);
	free(etag);
	return is_kept ? AS_OK : output_finish(etag_file);
}

static int
send_request(struct request *request)
{
	int status;

	request->title = title_of(
	    request->plan.method, request->settings->operand);
	status = exchange_plan(request);
	if (status == AS_OK && request->exchange.keeps_reply)
		status = fetch_link(request);
	return finish_outputs(request, status);
}

/* --- The command --- */

static int
write_out(struct request *request, int status)
{
	struct exchange *exchange = &request->exchange;
	const struct writeout writeout = {
		.reply = &exchange->reply,
		.url = request->plan.url != NULL ? request->plan.url :
						   request->settings->operand,
		.filename = request->delivery.body.is_standard ?
		    NULL :
		    request->delivery.body.path,
		.message = request->failure->message,
		.redirects = exchange->redirects,
		.retries = exchange->retried,
		.status = status,
	};
	struct failure failure = { 0 };
	int written;

	/* curl(1) does not come so far either when it is used wrongly. */
	if (request->plan.format == NULL || status == AS_USAGE)
		return status;
	if (exchange->reply.transfer == NULL)
		reply_none(&exchange->reply,
		    request->plan.url != NULL ? request->plan.url : "");
	/* As with curl(1), the error comes first. */
	failure_print(request->failure);
	written = writeout_print(request->plan.format, &writeout, &failure);
	if (status == AS_WRITE) /* that has been said */
		failure_free(&failure);
	failure_move(request->failure, &failure);
	return status == AS_OK ? written : status;
}

static void
request_free(struct request *request)
{
	output_close(&request->delivery.body);
	output_close(&request->delivery.headers);
	output_close(&request->etag);
	exchange_free(&request->exchange);
	plan_free(&request->plan);
	mem_wipe(request->link);
	free(request->title);
	auth_free(&request->auth);
	secret_free(&request->secret);
}

static int
run_request(struct run *run)
{
	static int (*const steps[])(struct request * request) = { find_secret,
		make_plan, open_outputs, choose_scope, get_token, fetch_etag,
		send_request };
	struct request request = {
		.run = run,
		.settings = &run->settings,
		.failure = &run->failure,
		.auth = { .run = run, .secret = &request.secret },
		.plan = { .settings = &run->settings,
		    .failure = &run->failure,
		    .timeout = run->deadline > 0 ? (int)run_left(run, INT_MAX) :
						   -1,
		    .body = BODY_EMPTY },
		.delivery = { OUTPUT_NONE, OUTPUT_NONE, false, false },
		.etag = OUTPUT_NONE,
	};
	int status = run_connect(run);
	size_t i;

	for (i = 0; status == AS_OK && i < COUNT(steps); i++)
		status = steps[i](&request);
	status = write_out(&request, status);
	request_free(&request);
	return status;
}

const struct command command_request = {
	.name = "request",
	.mask = FOR_REQUEST,
	.operands = 1,
	.usage = "[options] URL",
	.purpose = "send a request with a token; /... is a path of the API",
	.examples = "  asauth request -X POST /v1/applications/APP_ID/edits\n",
	.run = run_request,
};
