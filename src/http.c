#include "http.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "asauth.h"
#include "clock.h"
#include "connection.h"
#include "hide.h"
#include "libcurl.h"
#include "speed.h"
#include "trace.h"
#include "url.h"

/* From this size on the server is asked before the body is sent; libcurl
 * asks by itself when there is more, or no saying how much. */
#define EXPECT_SIZE (1024LL * 1024)
/* All headers of one reply, in bytes; what curl allows. */
#define HEADERS_LIMIT (300UL * 1024)
#define TIMER_SLACK_MS 20 /* libcurl may be so early */
/* libcurl 8.6 and later say so of a header line that is too long; those before
 * say CURLE_OUT_OF_MEMORY. */
#define CODE_TOO_LARGE 100

struct http {
	struct connection *connection;
	const long long *deadline; /* of the run, 0: none */
	long max_ms;		   /* how far off that was */
	bool is_verbose;	   /* -v */
	curl_socket_t socket; /* the newest; CURLINFO_ACTIVESOCKET knows none
			       * while a transfer of libcurl 8 goes on */
};

/* One http_send() under way. */
struct transfer {
	struct http *http;
	const struct http_call *call;
	struct reply *reply;
	CURL *easy;
	struct trace trace;
	struct url url;
	struct curl_slist *headers;
	curl_mime *form;
	bool is_in_headers; /* their end has not come */
	bool is_crooked;    /* the status line is none of HTTP's */
	bool has_stalled;
	bool is_body_read; /* to its end */
	bool is_queued;	   /* the other end has not taken all of it */
	struct speed speed;
	long long begun; /* clock_ms() */
	long connect_ms; /* to connect within */
	int body_error;	 /* an errno, 0: none */
};

static_assert(REPLY_ERROR_SIZE == CURL_ERROR_SIZE, "libcurl writes errors");

/* --- A client --- */

int
http_new(struct http **http, const struct settings *settings,
    const long long *deadline, struct failure *failure)
{
	struct http *new;

	if (libcurl_load(failure) != AS_OK)
		return AS_USAGE;
	new = mem_zalloc(1, sizeof(*new));
	new->connection = connection_new(settings);
	new->deadline = deadline;
	new->max_ms = settings_ms(settings, OPT_MAX_TIME);
	new->is_verbose = settings_on(settings, OPT_VERBOSE);
	new->socket = CURL_SOCKET_BAD;
	*http = new;
	return AS_OK;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	connection_free(http->connection);
	free(http);
}

static bool
has_feature(int features)
{
	return curl.version_info(CURLVERSION_NOW)->features & features;
}

bool
http_can_unpack(void)
{
	return has_feature(
	    CURL_VERSION_LIBZ | CURL_VERSION_BROTLI | CURL_VERSION_ZSTD);
}

bool
http_can_speak_2(void)
{
	return has_feature(CURL_VERSION_HTTP2);
}

/* --- Callbacks of a transfer --- */

static size_t
on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	const struct http_call *call = transfer->call;
	struct buf *kept = &transfer->reply->body;

	(void)size; /* always 1 */
	if (call->on_body != NULL)
		return call->on_body(call->context, bytes, count) ? count :
								    count + 1;
	if (call->limit > 0 && count > call->limit - kept->length) {
		transfer->reply->is_too_large = true;
		return count + 1;
	}
	buf_add(kept, bytes, count);
	return count;
}

static size_t
on_header(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct reply *reply = transfer->reply;
	const size_t limit = transfer->call->limit > 0 ? transfer->call->limit :
							 HEADERS_LIMIT;

	(void)size;
	/* Within a block a line that begins so is a header; and what follows
	 * a block, without beginning so, is a trailer. */
	if (!transfer->is_in_headers && count > 5 &&
	    strncasecmp(bytes, "HTTP/", 5) == 0) {
		reply->block = reply->headers.length;
		transfer->is_in_headers = true;
		/* libcurl before 8.10 takes what others refuse. */
		transfer->is_crooked = !isdigit((unsigned char)bytes[5]);
	} else if (*bytes == '\r' || *bytes == '\n')
		transfer->is_in_headers = false;
	curl.easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &reply->code);
	reply->has_headers = !transfer->is_in_headers && reply->code >= 200;
	buf_add(&reply->headers, bytes, count);
	reply->is_too_large = reply->headers.length - reply->hop > limit;
	return reply->is_too_large || transfer->is_crooked ? count + 1 : count;
}

/* How long the body may keep us waiting, in milliseconds, or -1: libcurl's
 * limits sleep meanwhile. */
static int
body_timeout(const struct transfer *transfer)
{
	const long long deadline = *transfer->http->deadline;
	const long long wait = transfer->call->stall_seconds * 1000LL;

	if (deadline == 0 && wait == 0)
		return -1;
	return (int)clock_left(
	    deadline, wait > 0 && wait < INT_MAX ? wait : INT_MAX);
}

static size_t
on_read(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	ssize_t n = body_read(
	    transfer->call->body, bytes, size * count, body_timeout(transfer));

	transfer->is_body_read = n == 0;
	if (n >= 0)
		return (size_t)n;
	transfer->body_error = errno;
	return CURL_READFUNC_ABORT;
}

static int
on_seek(void *context, curl_off_t offset, int origin)
{
	struct transfer *transfer = context;

	(void)origin; /* always SEEK_SET */
	return body_rewind(transfer->call->body, (off_t)offset) == 0 ?
	    CURL_SEEKFUNC_OK :
	    CURL_SEEKFUNC_FAIL;
}

/* Seconds that the transfer may now be slow. */
static long
stall_limit(const struct transfer *transfer)
{
	return transfer->reply->was_sent ? transfer->call->answer_seconds :
					   transfer->call->stall_seconds;
}

static int
on_socket(void *context, curl_socket_t fd, curlsocktype purpose)
{
	struct transfer *transfer = context;

	(void)purpose;
	transfer->http->socket = fd;
	return CURL_SOCKOPT_OK;
}

static void
note_sent(struct transfer *transfer, curl_off_t to_send, curl_off_t sent)
{
	transfer->reply->was_sent = sent > 0 &&
	    (to_send > 0 ? sent >= to_send : transfer->is_body_read) &&
	    !transfer->is_queued;
}

/* Whether the connection is there and the request goes out. */
static bool
has_begun(const struct transfer *transfer)
{
	double begun = 0;
	long sent = 0;

	curl.easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME, &begun);
	/* libcurl 8.23 has a time where the connection failed as well. */
	curl.easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &sent);
	return begun > 0 && sent > 0;
}

static int
on_progress(void *context, curl_off_t to_receive, curl_off_t received,
    curl_off_t to_send, curl_off_t sent)
{
	struct transfer *transfer = context;
	const struct http_call *call = transfer->call;

	/* Of interest at the end; the question costs a system call. */
	transfer->is_queued = sent >= to_send &&
	    speed_queued(transfer->http->socket) > 0;
	note_sent(transfer, to_send, sent);
	if (!has_begun(transfer))
		speed_begin(&transfer->speed);
	transfer->has_stalled = speed_has_stalled(&transfer->speed,
	    call->stall_rate, stall_limit(transfer), received + sent,
	    transfer->http->socket);
	return transfer->has_stalled ||
	    (call->on_progress != NULL &&
		!call->on_progress(
		    call->context, received, to_receive, sent, to_send));
}

/* --- Setting up a transfer --- */

#define SET(transfer, option, value) \
	LIBCURL_SET((transfer)->easy, option, value)

static void
add_header(struct transfer *transfer, const char *line)
{
	transfer->headers = curl.slist_append(transfer->headers, line);
	if (transfer->headers == NULL)
		mem_exhausted();
}

/* What to say about Expect so that small bodies go at once and large ones
 * ask first; NULL where libcurl does that by itself. */
static const char *
expect_line(const struct http_call *call)
{
	const struct body *body = call->body;
	long long size;

	if (body == NULL || body->kind == BODY_FORM ||
	    headers_have(&call->headers, "Expect"))
		return NULL;
	size = body->kind == BODY_STREAM ? body->size :
					   (long long)body->data.length;
	if (size == EXPECT_SIZE)
		return "Expect: 100-continue";
	return size >= 0 && size < EXPECT_SIZE ? "Expect:" : NULL;
}

static void
set_headers(struct transfer *transfer)
{
	const struct http_call *call = transfer->call;
	const char *expect = expect_line(call);
	char *line;
	size_t i;

	if (call->bearer != NULL) {
		line = mem_printf("Authorization: Bearer %s", call->bearer);
		add_header(transfer, line);
		mem_wipe(line);
	}
	for (i = 0; i < call->headers.count; i++)
		add_header(transfer, call->headers.lines[i]);
	if (expect != NULL)
		add_header(transfer, expect);
	SET(transfer, CURLOPT_HTTPHEADER, transfer->headers);
}

static void
set_callbacks(struct transfer *transfer)
{
	SET(transfer, CURLOPT_ERRORBUFFER, transfer->reply->error);
	SET(transfer, CURLOPT_WRITEFUNCTION, on_body);
	SET(transfer, CURLOPT_WRITEDATA, transfer);
	SET(transfer, CURLOPT_HEADERFUNCTION, on_header);
	SET(transfer, CURLOPT_HEADERDATA, transfer);
	SET(transfer, CURLOPT_SOCKOPTFUNCTION, on_socket);
	SET(transfer, CURLOPT_SOCKOPTDATA, transfer);
	SET(transfer, CURLOPT_XFERINFOFUNCTION, on_progress);
	SET(transfer, CURLOPT_XFERINFODATA, transfer);
	SET(transfer, CURLOPT_NOPROGRESS, 0L);
	if (transfer->http->is_verbose) {
		SET(transfer, CURLOPT_DEBUGFUNCTION, trace_show);
		SET(transfer, CURLOPT_DEBUGDATA, &transfer->trace);
		SET(transfer, CURLOPT_VERBOSE, 1L);
	}
}

/* False if the run's time is up. */
static bool
set_limits(struct transfer *transfer)
{
	const long long end = clock_left(transfer->call->end, LONG_MAX);
	const long left = (long)clock_left(*transfer->http->deadline, end);

	if (left == 0)
		return false;
	SET(transfer, CURLOPT_TIMEOUT_MS, left < LONG_MAX ? left : 0L);
	return true;
}

static void
set_body(struct transfer *transfer)
{
	struct body *body = transfer->call->body;

	switch (body != NULL ? body->kind : BODY_NONE) {
	case BODY_MEMORY:
		SET(transfer, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)body->data.length);
		SET(transfer, CURLOPT_POSTFIELDS, body->data.data);
		break;
	case BODY_STREAM:
		SET(transfer, CURLOPT_UPLOAD, 1L);
		SET(transfer, CURLOPT_INFILESIZE_LARGE, (curl_off_t)body->size);
		SET(transfer, CURLOPT_READFUNCTION, on_read);
		SET(transfer, CURLOPT_READDATA, transfer);
		SET(transfer, CURLOPT_SEEKFUNCTION, on_seek);
		SET(transfer, CURLOPT_SEEKDATA, transfer);
		break;
	case BODY_FORM:
		transfer->form = form_mime(&body->form, transfer->easy);
		SET(transfer, CURLOPT_MIMEPOST, transfer->form);
		break;
	case BODY_NONE:
		if (transfer->call->is_head)
			SET(transfer, CURLOPT_NOBODY, 1L);
		break;
	}
}

/* How the bytes are to travel. */
static void
set_travel(struct transfer *transfer)
{
	static const long versions[] = { [HTTP_ANY] = CURL_HTTP_VERSION_NONE,
		[HTTP_1_1] = CURL_HTTP_VERSION_1_1,
		[HTTP_2] = CURL_HTTP_VERSION_2_0 };
	const struct http_call *call = transfer->call;

	if (call->version != HTTP_ANY)
		SET(transfer, CURLOPT_HTTP_VERSION, versions[call->version]);
	if (call->is_compressed)
		SET(transfer, CURLOPT_ACCEPT_ENCODING, "");
	if (call->rate == 0) {
		/* Twice libcurl's own: half as many system calls. */
		SET(transfer, CURLOPT_UPLOAD_BUFFERSIZE, 2L * 65536);
		return;
	}
	SET(transfer, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)call->rate);
	SET(transfer, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)call->rate);
	/* Small pieces make an even flow. */
	if (call->rate < CURL_MAX_WRITE_SIZE)
		SET(transfer, CURLOPT_BUFFERSIZE, (long)call->rate);
}

static void
set_request(struct transfer *transfer)
{
	const struct http_call *call = transfer->call;

	SET(transfer, CURLOPT_URL, call->url);
	set_travel(transfer);
	set_body(transfer);
	if (call->method != NULL)
		SET(transfer, CURLOPT_CUSTOMREQUEST, call->method);
	if (call->user_agent == NULL)
		SET(transfer, CURLOPT_USERAGENT, "asauth/" ASAUTH_VERSION);
	else if (*call->user_agent != '\0')
		SET(transfer, CURLOPT_USERAGENT, call->user_agent);
	set_headers(transfer);
}

/* --- Sending --- */

/* Notes whether the request, and its body if that is not empty, were sent. */
static void
note_asked(struct transfer *transfer)
{
	const struct body *body = transfer->call->body;
	struct reply *reply = transfer->reply;
	curl_off_t to_send = 0, sent = 0;
	const bool is_empty = body == NULL ||
	    (body->kind == BODY_MEMORY && body->data.length == 0) ||
	    (body->kind == BODY_STREAM && body->size == 0);

	/* Of a connection that has ended the last look at its socket says
	 * little. */
	if (!transfer->has_stalled && reply->status != AS_TIMEOUT)
		transfer->is_queued = false;
	curl.easy_getinfo(
	    transfer->easy, CURLINFO_CONTENT_LENGTH_UPLOAD_T, &to_send);
	curl.easy_getinfo(transfer->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	note_sent(transfer, to_send, sent);
	reply->was_asked = has_begun(transfer) && (is_empty || reply->was_sent);
}

static CURLcode
perform(struct transfer *transfer)
{
	char *error = transfer->reply->error;
	CURLcode code = curl.easy_perform(transfer->easy);

	if (code == CURLE_PEER_FAILED_VERIFICATION &&
	    connection_widen(transfer->http->connection, transfer->easy)) {
		*error = '\0';
		code = curl.easy_perform(transfer->easy);
	}
	/* To libcurl a reply may end where its headers should go on. */
	if (code != CURLE_OK || !transfer->is_in_headers)
		return code;
	strlcpy(error, "the reply ends within its headers", REPLY_ERROR_SIZE);
	return CURLE_PARTIAL_FILE;
}

/* Has the error tell which limit ran out. */
static void
explain_timeout(const struct transfer *transfer)
{
	const struct http_call *call = transfer->call;
	const long long deadline = *transfer->http->deadline;
	const long long passed = clock_ms() - transfer->begun;
	const char *what = "no answer within";
	long ms = call->total_ms;

	if (!has_begun(transfer) &&
	    passed + TIMER_SLACK_MS >= transfer->connect_ms) {
		what = "no connection within";
		ms = transfer->connect_ms;
	} else if (deadline > 0 && (call->end == 0 || deadline <= call->end)) {
		what = "out of time: --max-time is";
		ms = transfer->http->max_ms;
	}
	snprintf(transfer->reply->error, REPLY_ERROR_SIZE, "%s %g s", what,
	    (double)ms / 1000);
}

/* Has the error tell why the call failed, as a message has it: libcurl begins
 * its own with a capital letter; OpenSSL is a name. */
static void
explain(const struct transfer *transfer)
{
	struct reply *reply = transfer->reply;
	char *error = reply->error, *rest, *shown;
	const char *why = NULL;
	long tunnel = 0;
	const bool is_long_line = transfer->is_in_headers &&
	    (reply->status == CODE_TOO_LARGE ||
		reply->status == CURLE_OUT_OF_MEMORY);

	/* libcurl 8.2x: CURLE_COULDNT_CONNECT. */
	curl.easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (tunnel >= 300 && reply->status == AS_CONNECT)
		reply->status = AS_RECEIVE;
	if (transfer->is_crooked) {
		reply->status = AS_PROTOCOL;
		why = "unsupported HTTP version in response";
	} else if (transfer->has_stalled) {
		reply->status = AS_TIMEOUT;
		snprintf(error, REPLY_ERROR_SIZE,
		    "slower than %ld B/s for %ld s", transfer->call->stall_rate,
		    stall_limit(transfer));
	} else if (reply->is_too_large || is_long_line) {
		reply->is_too_large = true;
		reply->status = AS_RECEIVE;
		why = "the reply's headers are too large";
	} else if (transfer->body_error == ETIMEDOUT) {
		reply->status = AS_TIMEOUT;
		why = "out of time while waiting for the body to send";
	} else if (transfer->body_error == ENODATA) {
		reply->status = AS_READ;
		why = "the file has become shorter while it was sent";
	} else if (transfer->body_error != 0) {
		reply->status = AS_READ;
		why = strerror(transfer->body_error);
	} else if (reply->status == AS_TIMEOUT)
		explain_timeout(transfer);
	else if (*error == '\0')
		why = curl.easy_strerror((CURLcode)reply->status);
	if (why != NULL)
		strlcpy(error, why, REPLY_ERROR_SIZE);
	/* Now, while its end is where libcurl has cut it off. */
	shown = hide_text(error);
	strlcpy(error, shown, REPLY_ERROR_SIZE);
	free(shown);
	rest = error + (*error != '\0');
	rest += strcspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ");
	if (*rest == ' ' || *rest == '\0')
		*error = (char)tolower((unsigned char)*error);
	for (rest = error + strlen(error);
	     rest > error && iscntrl((unsigned char)rest[-1]);)
		*--rest = '\0';
}

static void
end_transfer(struct transfer *transfer)
{
	struct reply *reply = transfer->reply;
	char *target = reply_header(reply, "Location");

	if (target != NULL && reply->privacy != PRIVACY_NONE)
		hide_link(target);
	mem_wipe(target);
	curl.easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &reply->code);
	/* The handle outlives all these. */
	SET(transfer, CURLOPT_HTTPHEADER, NULL);
	SET(transfer, CURLOPT_MIMEPOST, NULL);
	SET(transfer, CURLOPT_ERRORBUFFER, NULL);
	SET(transfer, CURLOPT_VERBOSE, 0L);
	curl.slist_free_all(transfer->headers);
	curl.mime_free(transfer->form);
	trace_free(&transfer->trace);
}

int
http_send(struct http *http, const struct http_call *call, struct reply *reply,
    bool is_followed)
{
	struct transfer transfer = { .http = http,
		.call = call,
		.reply = reply,
		.trace.privacy = call->privacy };
	bool is_safe;
	size_t i;

	reply_begin(reply, is_followed);
	reply->privacy = call->privacy;
	transfer.easy = reply->transfer;
	is_safe = url_parse(call->url, &transfer.url) == AS_OK;
	for (i = 0; i < call->headers.count; i++)
		is_safe &= headers_line_is_safe(call->headers.lines[i]);
	if (!is_safe) {
		strlcpy(reply->error, "unsafe characters", REPLY_ERROR_SIZE);
		url_free(&transfer.url);
		return reply->status = AS_URL;
	}
	hide_secret(call->bearer);
	if (call->privacy == PRIVACY_URL)
		hide_link(call->url);
	speed_begin(&transfer.speed);
	transfer.begun = clock_ms();
	transfer.connect_ms = connection_use(
	    http->connection, transfer.easy, &transfer.url, call->connect_ms);
	set_callbacks(&transfer);
	set_request(&transfer);
	if (set_limits(&transfer))
		reply->status = (int)perform(&transfer);
	else
		reply->status = AS_TIMEOUT;
	reply->by_proxy = connection_has_proxy(http->connection, &transfer.url);
	note_asked(&transfer);
	if (reply->status != AS_OK) {
		explain(&transfer);
		reply->hint = connection_hint(
		    http->connection, &transfer.url, reply);
	} else /* libcurl may have noted what it got over */
		reply->error[0] = '\0';
	end_transfer(&transfer);
	url_free(&transfer.url);
	return reply->status;
}
