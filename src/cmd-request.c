/*
 * asauth request: sends an authenticated request, with curl's options.
 *
 * The way of a run: the options become a plan (what to send, where the reply
 * goes), then the token is got, then the ETag that --etag-from asks for, then
 * the request is exchanged, then the link in its reply, and at last -w is
 * written.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "asauth.h"
#include "body.h"
#include "exchange.h"
#include "file.h"
#include "host.h"
#include "mem.h"
#include "msg.h"
#include "output.h"
#include "reply.h"
#include "session.h"
#include "settings.h"
#include "text.h"
#include "token.h"
#include "writeout.h"

#define CONNECT_MS 30000
#define STALL_SECONDS 300
#define STALL_SECONDS_Y 30	      /* curl(1)'s -y when only -Y is given */
#define LINK_LIMIT 8192		      /* bytes of a reply that is a link */
#define HEADERS_LIMIT (1024UL * 1024) /* bytes of -H @FILE */
#define FORMAT_LIMIT (1024UL * 1024)  /* bytes of -w @FILE */

struct request {
	const struct settings *settings;
	struct session session;
	struct secret secret;
	struct token_source source;
	struct token token;
	bool was_renewed;
	char *url;	/* absolute, checked */
	char *etag_url; /* of --etag-from, NULL: none */
	char *link;	/* of --fetch-link, once known */
	char *title;
	struct http_url origin;
	char **headers;
	size_t nheaders;
	struct body body;
	struct delivery delivery;
	struct output etag; /* --etag-save */
	struct progress progress;
	struct exchange exchange; /* the one that -w describes */
	char *format;		  /* of -w */
};

/* --- Headers --- */

static bool
has_header(const struct request *request, const char *name)
{
	return http_has_header(request->headers, request->nheaders, name);
}

static void
add_header(struct request *request, const char *line)
{
	request->headers = mem_grow(
	    request->headers, request->nheaders + 1, sizeof(*request->headers));
	request->headers[request->nheaders++] = mem_strdup(line);
}

/* A header line of the user's. Status. */
static int
take_header(struct request *request, const char *line)
{
	size_t name = strcspn(line, ":;");

	if (text_has_control(line))
		return msg_fail(AS_USAGE,
		    "--header %.*s: control characters "
		    "are not allowed",
		    (int)strcspn(line, ":;\r\n"), line);
	if (line[name] == '\0' || !text_is_http_token(line, name))
		return msg_fail(AS_USAGE, "--header %.*s: not NAME: VALUE",
		    (int)name, line);
	if (http_names_header(line, "Authorization"))
		return msg_fail(AS_USAGE,
		    "--header Authorization: "
		    "authorising is done by asauth");
	add_header(request, line);
	return AS_OK;
}

/* -H @FILE: a header a line; empty ones are passed over. */
static int
take_header_file(struct request *request, const char *path)
{
	struct buf text = { 0 };
	char *line, *rest;
	size_t length;
	int status = body_slurp(
	    path, HEADERS_LIMIT, request->body.patience, &text);

	if (status == AS_OK && text.length > 0 &&
	    strlen(text.data) != text.length)
		status = msg_fail(AS_USAGE,
		    "--header @%s: control characters are not allowed", path);
	rest = text.data;
	while (status == AS_OK && (line = strsep(&rest, "\n")) != NULL) {
		length = strlen(line);
		if (length > 0 && line[length - 1] == '\r')
			line[length - 1] = '\0';
		if (*line != '\0')
			status = take_header(request, line);
	}
	buf_free(&text);
	return status;
}

/* --- Options to a plan --- */

static bool
reads_stdin(const struct settings *settings)
{
	const struct option_use *use;
	size_t i;

	for (i = 0; i < settings->nuses; i++) {
		use = &settings->uses[i];
		if (use->text != NULL && body_reads_stdin(use->id, use->text))
			return true;
	}
	return false;
}

static int
take_use(struct request *request, const struct option_use *use)
{
	switch (use->id) {
	case OPT_HEADER:
		return use->text[0] == '@' ?
		    take_header_file(request, use->text + 1) :
		    take_header(request, use->text);
	case OPT_DATA:
	case OPT_DATA_RAW:
	case OPT_DATA_BINARY:
	case OPT_DATA_URLENCODE:
	case OPT_JSON_BODY:
	case OPT_FORM:
		return body_add(
		    &request->body, use->id, use->text, http_escape);
	default:
		return AS_OK;
	}
}

/* -d, -F, -T and -I each choose a method; only -d goes with -I, by -G. */
static int
check_methods(const struct settings *settings)
{
	static const enum option_id data[] = { OPT_DATA, OPT_DATA_RAW,
		OPT_DATA_BINARY, OPT_DATA_URLENCODE, OPT_JSON_BODY };
	bool has_data = false;
	size_t i;
	int kinds;

	for (i = 0; i < sizeof(data) / sizeof(data[0]); i++)
		has_data |= settings_on(settings, data[i]);
	kinds = (has_data && !settings_on(settings, OPT_GET)) +
	    settings_on(settings, OPT_FORM) +
	    settings_on(settings, OPT_UPLOAD_FILE) +
	    settings_on(settings, OPT_HEAD);
	if (kinds > 1)
		return msg_fail(AS_USAGE,
		    "only one of --data, --json, "
		    "--form, --upload-file and --head can be sent");
	return AS_OK;
}

static int
take_options(struct request *request)
{
	const struct settings *settings = request->settings;
	const char *method = settings_text(settings, OPT_REQUEST);
	const char *file = settings_text(settings, OPT_UPLOAD_FILE);
	size_t i;
	int status = check_methods(settings);

	if (status == AS_OK && method != NULL &&
	    !text_is_http_token(method, strlen(method)))
		status = msg_fail(
		    AS_USAGE, "--request %s: not a method", method);
	for (i = 0; i < settings->nuses && status == AS_OK; i++)
		status = take_use(request, &settings->uses[i]);
	if (status == AS_OK && file != NULL)
		status = body_open(&request->body, file);
	if (status == AS_OK && settings_on(settings, OPT_JSON_BODY)) {
		if (!has_header(request, "Content-Type"))
			add_header(request, "Content-Type: application/json");
		if (!has_header(request, "Accept"))
			add_header(request, "Accept: application/json");
	}
	return status;
}

/* TEXT, or the API's base and TEXT if it begins with a slash. */
static char *
absolute(const struct settings *settings, const char *text)
{
	const char *base = settings_text(settings, OPT_API_URL);
	size_t length = strlen(base);

	if (text[0] != '/')
		return mem_strdup(text);
	while (length > 0 && base[length - 1] == '/')
		length--;
	return mem_printf("%.*s%s", (int)length, base, text);
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
replace(char **url, char *with)
{
	if (with == NULL)
		return;
	free(*url);
	*url = with;
}

static int
check_url(const struct request *request, const char *what, const char *url,
    struct http_url *parsed)
{
	struct failure failure = { 0 };
	int status = host_check(request->settings, what, url, parsed, &failure);

	if (status != AS_OK)
		failure_report(&failure);
	failure_free(&failure);
	return status;
}

/* Puts the URLs together and checks where they lead. */
static int
take_urls(struct request *request)
{
	const struct settings *settings = request->settings;
	const char *file = settings_text(settings, OPT_UPLOAD_FILE);
	const char *from = settings_text(settings, OPT_ETAG_FROM);
	struct http_url ignored = { 0 };
	int status;

	request->url = absolute(settings, settings->operand);
	if (file != NULL && strcmp(file, "-") != 0 && strcmp(file, ".") != 0)
		replace(&request->url,
		    http_url_add_name(request->url, last_part(file)));
	if (settings_on(settings, OPT_GET) &&
	    request->body.kind == BODY_MEMORY) {
		replace(&request->url,
		    http_url_add_query(request->url, request->body.data.data));
		body_free(&request->body);
	}
	status = check_url(
	    request, "request URL", request->url, &request->origin);
	if (status != AS_OK || from == NULL)
		return status;
	request->etag_url = strcmp(from, ".") == 0 ? mem_strdup(request->url) :
						     absolute(settings, from);
	status = check_url(
	    request, "--etag-from URL", request->etag_url, &ignored);
	http_url_free(&ignored);
	return status;
}

static const char *
method_of(const struct request *request)
{
	const char *method = settings_text(request->settings, OPT_REQUEST);

	if (method != NULL)
		return method;
	if (settings_on(request->settings, OPT_HEAD))
		return "HEAD";
	return request->body.kind == BODY_NONE ? "GET" :
	    request->body.kind == BODY_STREAM  ? "PUT" :
						 "POST";
}

static int
check_plan(const struct request *request)
{
	const struct settings *settings = request->settings;

	if (request->etag_url != NULL && has_header(request, "If-Match"))
		return msg_fail(AS_USAGE,
		    "--etag-from and --header If-Match: "
		    "only one can say what to match");
	if (settings_on(settings, OPT_FETCH_LINK) &&
	    strcmp(method_of(request), "GET") != 0)
		return msg_fail(AS_USAGE,
		    "--fetch-link goes with GET, not with %s",
		    method_of(request));
	return AS_OK;
}

static int
take_format(struct request *request)
{
	const char *text = settings_text(request->settings, OPT_WRITE_OUT);
	struct buf format = { 0 };
	int status;

	if (text == NULL || text[0] != '@') {
		request->format = text != NULL ? mem_strdup(text) : NULL;
		return AS_OK;
	}
	status = body_slurp(
	    text + 1, FORMAT_LIMIT, request->body.patience, &format);
	if (status == AS_OK) {
		body_strip_lines(&format);
		request->format = buf_take(&format);
	}
	buf_free(&format);
	return status;
}

/* Opens what can fail now rather than after a request that cannot be taken
 * back. */
static int
open_outputs(struct request *request)
{
	const struct settings *settings = request->settings;
	struct delivery *to = &request->delivery;
	int status;

	to->is_included = settings_on(settings, OPT_INCLUDE) ||
	    settings_on(settings, OPT_HEAD);
	status = output_open(
	    &to->body, settings_text(settings, OPT_OUTPUT), true);
	if (status == AS_OK)
		status = output_open(&to->headers,
		    settings_text(settings, OPT_DUMP_HEADER), false);
	if (status == AS_OK)
		status = output_open(&request->etag,
		    settings_text(settings, OPT_ETAG_SAVE), false);
	request->progress.is_bar = settings_on(settings, OPT_PROGRESS_BAR);
	request->progress.is_shown = !settings_on(settings, OPT_SILENT) &&
	    isatty(STDERR_FILENO);
	request->progress.is_shared = to->body.is_standard &&
	    isatty(STDOUT_FILENO);
	return status;
}

/* --- Exchanges --- */

static enum exchange_errors
error_mode(const struct settings *settings)
{
	enum exchange_errors mode = ERRORS_FAIL_WITH_BODY;
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

/* What all exchanges of a run have in common. */
static struct exchange
new_exchange(struct request *request, const char *url, const char *title)
{
	const struct settings *settings = request->settings;
	bool has_rate = settings_on(settings, OPT_SPEED_LIMIT);

	return (struct exchange) {
		.session = &request->session,
		.source = &request->source,
		.token = &request->token,
		.was_renewed = &request->was_renewed,
		.title = title,
		.follows = settings_on(settings, OPT_LOCATION),
		.errors = error_mode(settings),
		.retries = settings_whole(settings, OPT_RETRY, 0),
		.retry_delay = settings_whole(settings, OPT_RETRY_DELAY, 0),
		.retry_max_time = settings_whole(settings,
		    OPT_RETRY_MAX_TIME, 0),
		.progress = &request->progress,
		.call = {
			.url = url,
			.bearer = request->token.value,
			.user_agent = settings_text(settings,
			    OPT_USER_AGENT),
			.connect_ms = CONNECT_MS,
			.stall_seconds = settings_whole(settings,
			    OPT_SPEED_TIME,
			    has_rate ? STALL_SECONDS_Y : STALL_SECONDS),
			.stall_rate = settings_whole(settings,
			    OPT_SPEED_LIMIT, 1),
		},
	};
}

static int
get_token(struct request *request)
{
	const struct settings *settings = request->settings;
	const struct layer *flags = &settings->layers[LAYER_FLAGS];
	bool is_named = layer_has(flags, OPT_PROFILE) ||
	    layer_has(flags, OPT_CLIENT_ID) ||
	    layer_has(flags, OPT_CLIENT_SECRET) ||
	    layer_has(flags, OPT_CLIENT_SECRET_FILE);
	struct failure failure = { 0 };
	int status = token_obtain(
	    &request->source, TOKEN_ANY, !is_named, &request->token, &failure);

	if (status != AS_OK)
		failure_report(&failure);
	failure_free(&failure);
	return status;
}

/* "METHOD URL" for messages, without a query, as the user wrote it. */
static char *
title_of(const char *method, const char *url)
{
	return mem_printf("%s %.*s", method, (int)strcspn(url, "?#"), url);
}

/* GETs what --etag-from names and adds its ETag as If-Match. */
static int
fetch_etag(struct request *request)
{
	const char *from = settings_text(request->settings, OPT_ETAG_FROM);
	char *title = title_of("--etag-from: GET",
	    strcmp(from, ".") == 0 ? request->settings->operand : from);
	struct exchange exchange = new_exchange(
	    request, request->etag_url, title);
	char *etag = NULL, *line;
	int status;

	exchange.errors = ERRORS_FAIL;
	status = exchange_run(&exchange);
	if (status == AS_OK) {
		etag = reply_header(&exchange.reply, "ETag");
		if (etag == NULL || *etag == '\0' || text_has_control(etag))
			status = exchange_fail(
			    &exchange, AS_REPLY, "the reply has no ETag");
	}
	if (status == AS_OK) {
		line = mem_printf("If-Match: %s", etag);
		add_header(request, line);
		free(line);
	}
	free(etag);
	exchange_free(&exchange);
	free(title);
	return status;
}

/* What the body of a report's reply says: a URL, perhaps as a JSON string;
 * NULL if it is something else. */
static char *
link_in(const struct buf *body)
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

static int
fetch_link(struct request *request)
{
	struct exchange *exchange = &request->exchange;
	const char *title = "the link in the reply";
	struct http_url url;
	int status;

	request->link = link_in(&exchange->reply.kept);
	status = host_check_open(request->link != NULL ? request->link : "",
	    request->origin.is_loopback, &url);
	http_url_free(&url);
	if (status != AS_OK) {
		exchange_fail(exchange, AS_REPLY,
		    status == AS_PROTOCOL ? "the reply is not a link to https" :
					    "the reply is not a link");
		http_forget(request->session.http, request->url);
		return AS_REPLY;
	}
	exchange_free(exchange);
	*exchange = new_exchange(request, request->link, title);
	exchange->source = NULL;
	exchange->token = NULL;
	exchange->call.bearer = NULL;
	exchange->call.is_private = true;
	exchange->call.on_progress = progress_update;
	exchange->call.progress = &request->progress;
	exchange->delivery = &request->delivery;
	return exchange_run(exchange);
}

static int
save_etag(struct request *request)
{
	struct exchange *exchange = &request->exchange;
	char *etag;

	if (request->etag.path == NULL)
		return AS_OK;
	etag = reply_header(&exchange->reply, "ETag");
	if (etag == NULL && exchange->result.code == 304)
		return AS_OK;
	if (etag != NULL && *etag != '\0' &&
	    output_write(&request->etag, etag, strlen(etag)))
		output_write(&request->etag, "\n", 1);
	free(etag);
	return output_finish(&request->etag);
}

/* The reply is complete: puts the files in their places. Of an error, and of
 * "not modified", -o is left as it was. */
static int
finish_outputs(struct request *request, int status)
{
	struct delivery *to = &request->delivery;
	int result = AS_OK;

	if (status == AS_OK || status == AS_HTTP)
		result = output_finish(&to->headers);
	if (status != AS_OK)
		return status;
	if (result == AS_OK &&
	    (request->exchange.result.code != 304 || to->is_included))
		result = output_finish(&to->body);
	return result == AS_OK ? save_etag(request) : result;
}

static int
send_request(struct request *request)
{
	const struct settings *settings = request->settings;
	struct exchange *exchange = &request->exchange;
	bool has_link = settings_on(settings, OPT_FETCH_LINK);
	int status;

	*exchange = new_exchange(request, request->url, request->title);
	exchange->keeps_reply = has_link;
	exchange->delivery = &request->delivery;
	exchange->call.method = settings_text(settings, OPT_REQUEST);
	exchange->call.is_head = settings_on(settings, OPT_HEAD);
	exchange->call.headers = request->headers;
	exchange->call.nheaders = request->nheaders;
	exchange->call.on_progress = progress_update;
	exchange->call.progress = &request->progress;
	if (request->body.kind != BODY_NONE)
		exchange->call.body = &request->body;
	status = exchange_run(exchange);
	if (status == AS_OK && has_link && exchange->reply.fate == REPLY_DROP)
		status = fetch_link(request);
	return finish_outputs(request, status);
}

/* --- -w --- */

static char *
variable(void *context, const char *name)
{
	struct request *request = context;
	const struct exchange *exchange = &request->exchange;
	char *value, *shown;

	if (strcasecmp(name, "errormsg") == 0)
		return mem_strdup(exchange->result.error);
	if (strcasecmp(name, "url") == 0)
		return mem_strdup(request->settings->operand);
	if (strcasecmp(name, "num_redirects") == 0)
		return mem_printf("%ld", exchange->redirects);
	if (strcasecmp(name, "filename_effective") == 0)
		return mem_strdup(request->delivery.body.path != NULL ?
			request->delivery.body.path :
			"");
	value = http_info(request->session.http, name);
	if (value == NULL)
		return NULL;
	shown = msg_redact(value, strlen(value));
	mem_wipe(value);
	return shown;
}

static char *
header(void *context, const char *name)
{
	struct request *request = context;

	return reply_header(&request->exchange.reply, name);
}

static int
write_out(struct request *request, int status)
{
	const struct writeout_source source = {
		.variable = variable,
		.header = header,
		.context = request,
		.status = status,
	};
	struct buf output = { 0 }, errors = { 0 };
	char *safe;

	/* curl(1) does not come so far either when it is used wrongly. */
	if (request->format == NULL || status == AS_USAGE ||
	    session_connect(&request->session) != AS_OK)
		return status;
	if (request->exchange.begun == 0)
		http_forget(request->session.http,
		    request->url != NULL ? request->url : "");
	writeout_render(request->format, &source, &output, &errors);
	if (output.length > 0 &&
	    file_write(STDOUT_FILENO, output.data, output.length) == -1 &&
	    status == AS_OK)
		status = msg_fail(AS_WRITE,
		    "cannot write to standard output: %s", strerror(errno));
	if (errors.length > 0) {
		safe = msg_redact(errors.data, errors.length);
		file_write(STDERR_FILENO, safe, strlen(safe));
		free(safe);
	}
	buf_free(&output);
	buf_free(&errors);
	return status;
}

/* --- The command --- */

static int
prepare(struct request *request)
{
	int status = secret_find(
	    &request->secret, request->settings, request->session.deadline);

	if (status == AS_OK && secret_is_stdin(&request->secret) &&
	    reads_stdin(request->settings))
		status = msg_fail(AS_USAGE,
		    "standard input can be read only "
		    "once: as the client secret, or as something else");
	if (status == AS_OK)
		status = take_format(request);
	if (status == AS_OK)
		status = take_options(request);
	if (status == AS_OK)
		status = take_urls(request);
	if (status == AS_OK)
		status = check_plan(request);
	if (status == AS_OK)
		status = open_outputs(request);
	if (status == AS_OK)
		status = session_connect(&request->session);
	request->title = title_of(
	    method_of(request), request->settings->operand);
	return status;
}

static int
carry_out(struct request *request)
{
	int status = get_token(request);

	if (status == AS_OK && request->etag_url != NULL)
		status = fetch_etag(request);
	if (status == AS_OK)
		status = send_request(request);
	return status;
}

static void
request_free(struct request *request)
{
	output_close(&request->delivery.body);
	output_close(&request->delivery.headers);
	output_close(&request->etag);
	exchange_free(&request->exchange);
	body_free(&request->body);
	while (request->nheaders > 0)
		mem_wipe(request->headers[--request->nheaders]);
	free(request->headers);
	http_url_free(&request->origin);
	free(request->url);
	free(request->etag_url);
	mem_wipe(request->link);
	free(request->title);
	free(request->format);
	token_free(&request->token);
	secret_free(&request->secret);
	session_end(&request->session);
}

static int
run(struct settings *settings)
{
	struct request request = {
		.settings = settings,
		.body = BODY_EMPTY,
		.delivery = { OUTPUT_NONE, OUTPUT_NONE, false },
		.etag = OUTPUT_NONE,
	};
	int status;

	request.source = (struct token_source){
		.session = &request.session,
		.secret = &request.secret,
		.scope = settings_scope(settings),
	};
	session_begin(&request.session, settings);
	if (request.session.deadline > 0)
		request.body.patience = (int)session_left(
		    &request.session, INT_MAX);
	status = prepare(&request);
	if (status == AS_OK)
		status = carry_out(&request);
	status = write_out(&request, status);
	request_free(&request);
	return status;
}

const struct command command_request = {
	.name = "request",
	.mask = FOR_REQUEST,
	.operands = 1,
	.usage = "[options] URL",
	.purpose = "send an authenticated request; /... is a path of the API",
	.examples = "  asauth request /v1/applications/APP_ID/edits\n"
		    "  asauth request -X POST /v1/applications/APP_ID/edits\n",
	.run = run,
};
