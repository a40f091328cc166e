#include "reply.h"

#include <stdlib.h>
#include <string.h>

#include "asauth.h"
#include "headers.h"
#include "libcurl.h"

/* The longest Retry-After told apart, in seconds: a year. */
#define RETRY_LIMIT 31536000

void
reply_begin(struct reply *reply, bool is_followed)
{
	const size_t hop = is_followed ? reply->headers.length : reply->hop;

	buf_cut(&reply->headers, hop);
	buf_clear(&reply->body);
	if (reply->transfer != NULL)
		curl.easy_cleanup(reply->transfer);
	*reply = (struct reply){
		.headers = reply->headers,
		.hop = hop,
		.block = hop,
		.body = reply->body,
		.seconds = is_followed ? reply->seconds : 0,
		.connects = is_followed ? reply->connects : 0,
	};
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
	if (reply->transfer != NULL)
		curl.easy_cleanup(reply->transfer);
	*reply = (struct reply){ 0 };
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
	curl_off_t wait = 0;

	curl.easy_getinfo(reply->transfer, CURLINFO_RETRY_AFTER, &wait);
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
	    .text = "407",
	    .hint = "the proxy wants a user and a password, as in "
		    "https_proxy=http://USER:PASSWORD@HOST:PORT" },
	{ .code = CURLE_RECV_ERROR,
	    .text = "CONNECT tunnel",
	    .hint = "the proxy refused to lead there" },
};

int
reply_fail(const struct reply *reply, struct failure *failure, int status,
    const char *format, ...)
{
	char *id = reply_header(reply, "x-amzn-RequestId"), *message;
	va_list arguments;
	size_t i;

	va_start(arguments, format);
	message = mem_vprintf(format, arguments);
	va_end(arguments);
	if (id != NULL)
		failure_set(failure, status, "%s (request %s)", message, id);
	else
		failure_set(failure, status, "%s", message);
	for (i = 0; i < COUNT(hints) && failure->hint == NULL; i++)
		if ((int)hints[i].code == reply->status &&
		    (hints[i].text == NULL ||
			strstr(reply->error, hints[i].text) != NULL) &&
		    (reply->by_proxy || !hints[i].if_proxy))
			failure_hint(failure, "%s", hints[i].hint);
	mem_wipe(message);
	free(id);
	return status;
}

bool
reply_is_transient(int status)
{
	static const CURLcode codes[] = { CURLE_COULDNT_RESOLVE_PROXY,
		CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_HTTP2,
		CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING,
		CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2_STREAM };
	size_t i;

	for (i = 0; i < COUNT(codes); i++)
		if ((int)codes[i] == status)
			return true;
	return false;
}

bool
reply_is_transient_code(long code)
{
	return code == 408 || code == 429 || code == 500 || code == 502 ||
	    code == 503 || code == 504;
}
