#include "reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "asauth.h"
#include "libcurl.h"

/* The longest Retry-After told apart, in seconds: a year. */
#define RETRY_LIMIT 31536000

/* What counts for all redirects together, as curl(1) has it. */
static const CURLINFO sums[REPLY_SUMS] = { CURLINFO_TOTAL_TIME,
	CURLINFO_NAMELOOKUP_TIME, CURLINFO_CONNECT_TIME,
	CURLINFO_APPCONNECT_TIME, CURLINFO_PRETRANSFER_TIME,
	CURLINFO_STARTTRANSFER_TIME, CURLINFO_NUM_CONNECTS,
	CURLINFO_HEADER_SIZE, CURLINFO_REQUEST_SIZE };

static double
number_of(const struct reply *reply, CURLINFO info)
{
	double seconds = 0;
	long number = 0;

	if ((info & CURLINFO_TYPEMASK) == CURLINFO_DOUBLE) {
		curl.easy_getinfo(reply->transfer, info, &seconds);
		return seconds;
	}
	curl.easy_getinfo(reply->transfer, info, &number);
	return (double)number;
}

double
reply_sum_before(const struct reply *reply, int info)
{
	size_t i;

	for (i = 0; (int)sums[i] != info;)
		i++;
	return reply->before[i];
}

double
reply_sum(const struct reply *reply, int info)
{
	return reply_sum_before(reply, info) + number_of(reply, (CURLINFO)info);
}

void
reply_begin(struct reply *reply, bool is_followed)
{
	const size_t hop = is_followed ? reply->headers.length : reply->hop;
	struct reply new = {
		.headers = reply->headers,
		.hop = hop,
		.block = hop,
		.body = reply->body,
	};
	size_t i;

	for (i = 0; i < REPLY_SUMS; i++) {
		new.before[i] = reply->before[i];
		if (is_followed)
			new.before[i] += number_of(reply, sums[i]);
	}
	if (reply->transfer != NULL)
		curl.easy_cleanup(reply->transfer);
	free(reply->hint);
	*reply = new;
	buf_cut(&reply->headers, hop);
	buf_cut(&reply->body, 0);
	reply->transfer = curl.easy_init();
	if (reply->transfer == NULL)
		mem_exhausted();
}

void
reply_none(struct reply *reply, const char *url)
{
	reply_begin(reply, false);
	curl.easy_setopt(reply->transfer, CURLOPT_URL, url);
}

void
reply_free(struct reply *reply)
{
	buf_free(&reply->headers);
	buf_free(&reply->body);
	free(reply->hint);
	if (reply->transfer != NULL)
		curl.easy_cleanup(reply->transfer);
	*reply = (struct reply){ 0 };
}

void
reply_headers(const struct reply *reply, struct headers *headers)
{
	if (reply->headers.data != NULL)
		headers_add_block(headers, reply->headers.data + reply->block);
}

char *
reply_header(const struct reply *reply, const char *name)
{
	return reply->headers.data == NULL ?
	    NULL :
	    headers_value(reply->headers.data + reply->block, name);
}

long
reply_retry_after(const struct reply *reply)
{
	char *text = reply_header(reply, "Retry-After");
	long long wait = 0;
	time_t date;

	/* Not CURLINFO_RETRY_AFTER, which says less than was asked for. */
	if (text != NULL && text[strspn(text, "0123456789")] == '\0')
		wait = strtoll(text, NULL, 10); /* LLONG_MAX if too large */
	else if (text != NULL) {
		date = curl.getdate(text, NULL);
		wait = date == -1 ? 0 : (long long)date - time(NULL);
	}
	free(text);
	if (wait < 0)
		return 0; /* a date that has gone by */
	return wait > RETRY_LIMIT ? RETRY_LIMIT : (long)wait;
}

/* The first row that fits counts. */
static const struct {
	const char *text; /* in the error, NULL: whatever it is */
	const char *hint;
	CURLcode code;
	bool if_proxy;
} hints[] = {
	{ .code = CURLE_COULDNT_RESOLVE_PROXY,
	    .hint = "--proxy and the https_proxy variable name the proxy" },
	{ .code = CURLE_COULDNT_RESOLVE_HOST,
	    .hint = "is the network up? does it need a proxy (--proxy, or the "
		    "https_proxy variable)?" },
	{ .code = CURLE_COULDNT_CONNECT,
	    .if_proxy = true,
	    .hint = "a proxy is set: is it that? (--proxy, or the https_proxy "
		    "variable; no_proxy names hosts that go without)" },
	{ .code = CURLE_PEER_FAILED_VERIFICATION,
	    .text = "not yet valid",
	    .hint = "is this machine's clock right?" },
	{ .code = CURLE_PEER_FAILED_VERIFICATION,
	    .text = "expired",
	    .hint = "is this machine's clock right?" },
	{ .code = CURLE_PEER_FAILED_VERIFICATION,
	    .hint = "a proxy that inspects TLS needs its certificate given "
		    "with --cacert" },
	{ .code = CURLE_SSL_CACERT_BADFILE,
	    .hint = "the system's certificates are in the package "
		    "ca-certificates; --cacert names others" },
	{ .code = CURLE_RECV_ERROR,
	    .text = "CONNECT tunnel",
	    .hint = "the proxy refused to lead there" },
};

int
reply_fail(const struct reply *reply, struct failure *failure, int status,
    const char *format, ...)
{
	char *id = reply_header(reply, "x-amzn-RequestId"), *said;
	struct buf message = { 0 };
	long wait = 0;
	va_list arguments;
	size_t i;

	va_start(arguments, format);
	said = mem_vprintf(format, arguments);
	va_end(arguments);
	buf_puts(&message, said);
	if (reply->status == AS_OK && reply->code >= 400)
		wait = reply_retry_after(reply);
	if (wait > 0)
		buf_printf(&message, "; it asks to wait %ld s", wait);
	if (id != NULL)
		buf_printf(&message, " (request %s)", id);
	failure_set(failure, status, "%s", message.data);
	if (reply->hint != NULL)
		failure_hint(failure, "%s", reply->hint);
	for (i = 0; i < COUNT(hints) && failure->hint == NULL; i++)
		if ((int)hints[i].code == reply->status &&
		    (hints[i].text == NULL ||
			strstr(reply->error, hints[i].text) != NULL) &&
		    (reply->by_proxy || !hints[i].if_proxy))
			failure_hint(failure, "%s", hints[i].hint);
	mem_wipe(said);
	buf_free(&message);
	free(id);
	return status;
}

void
reply_warn_retry(
    const struct reply *reply, const char *what, long long ms, long left)
{
	char why[REPLY_ERROR_SIZE];

	if (reply->status == AS_OK)
		snprintf(why, sizeof(why), "HTTP %ld", reply->code);
	else
		strlcpy(why, reply->error, sizeof(why));
	msg_warn("%s: %s; trying again in %.*f s (%ld %s left)", what, why,
	    ms % 1000 == 0 ? 0 : 1, (double)ms / 1000, left,
	    left == 1 ? "try" : "tries");
}

static bool
is_cut(int status)
{
	return status == CURLE_HTTP2 || status == CURLE_PARTIAL_FILE ||
	    status == CURLE_GOT_NOTHING || status == CURLE_SEND_ERROR ||
	    status == CURLE_RECV_ERROR || status == CURLE_HTTP2_STREAM;
}

/* Whether a proxy would not lead there, which to libcurl is a connection that
 * was cut as well. */
static bool
is_proxy_refusal(const struct reply *reply)
{
	long code = 0;

	curl.easy_getinfo(reply->transfer, CURLINFO_HTTP_CONNECTCODE, &code);
	return code >= 300 && !reply_is_transient_code(code);
}

bool
reply_was_cut(const struct reply *reply)
{
	return is_cut(reply->status) && !reply->is_too_large &&
	    !is_proxy_refusal(reply);
}

bool
reply_was_refused(const struct reply *reply)
{
	long error = 0;

	/* Not every libcurl tells. */
	curl.easy_getinfo(reply->transfer, CURLINFO_OS_ERRNO, &error);
	return reply->status == CURLE_COULDNT_CONNECT &&
	    (error == ECONNREFUSED || error == 0);
}

bool
reply_is_transient(const struct reply *reply)
{
	const int status = reply->status;

	if (status == AS_OK)
		return reply_is_transient_code(reply->code);
	return status == CURLE_COULDNT_RESOLVE_PROXY ||
	    status == CURLE_COULDNT_RESOLVE_HOST ||
	    status == CURLE_COULDNT_CONNECT ||
	    status == CURLE_OPERATION_TIMEDOUT || reply_was_cut(reply);
}

bool
reply_is_transient_code(long code)
{
	return code == 408 || code == 429 || code == 500 || code == 502 ||
	    code == 503 || code == 504;
}

bool
reply_is_redirect(long code)
{
	return code == 301 || code == 302 || code == 303 || code == 307 ||
	    code == 308;
}

bool
reply_leads_on(const struct reply *reply)
{
	char *target = reply_header(reply, "Location");
	const bool is_named = target != NULL;

	mem_wipe(target);
	return is_named && reply_is_redirect(reply->code);
}
