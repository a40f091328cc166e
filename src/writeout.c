#include "writeout.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <jansson.h>

#include "asauth.h"
#include "file.h"
#include "hide.h"
#include "libcurl.h"
#include "printable.h"
#include "suggest.h"
#include "text.h"
#include "trace.h"
#include "url.h"

#define FORMAT_LIMIT (1024UL * 1024) /* bytes of @FILE */

/* --- Variables --- */

enum source {
	FROM_INFO, /* a value of libcurl's */
	FROM_SUMS, /* the same, of all redirects that were followed together */
	FROM_URL,  /* a part of the URL that was asked for */
	FROM_EFFECTIVE_URL, /* of the one that answered */
	FROM_US
};

enum own_value {
	OWN_ERRORMSG,
	OWN_EXITCODE,
	OWN_FILENAME,
	OWN_HTTP_VERSION,
	OWN_NUM_HEADERS,
	OWN_NUM_REDIRECTS,
	OWN_NUM_RETRIES,
	OWN_PROXY_USED,
	OWN_TIME_REDIRECT,
	OWN_URL,
	OWN_URLNUM
};

static const struct variable {
	const char *name;
	enum source source;
	int what;	     /* a CURLINFO, a CURLUPart, an own_value */
	enum privacy hidden; /* of calls so private and more so */
} variables[] = {
	{ .name = "content_type", FROM_INFO, CURLINFO_CONTENT_TYPE },
	{ .name = "errormsg", FROM_US, OWN_ERRORMSG },
	{ .name = "exitcode", FROM_US, OWN_EXITCODE },
	{ .name = "filename_effective", FROM_US, OWN_FILENAME },
	{ .name = "http_code", FROM_INFO, CURLINFO_RESPONSE_CODE },
	{ .name = "http_connect", FROM_INFO, CURLINFO_HTTP_CONNECTCODE },
	{ .name = "http_version", FROM_US, OWN_HTTP_VERSION },
	{ .name = "local_ip", FROM_INFO, CURLINFO_LOCAL_IP },
	{ .name = "local_port", FROM_INFO, CURLINFO_LOCAL_PORT },
	{ .name = "method", FROM_INFO, CURLINFO_EFFECTIVE_METHOD },
	{ .name = "num_connects", FROM_SUMS, CURLINFO_NUM_CONNECTS },
	{ .name = "num_headers", FROM_US, OWN_NUM_HEADERS },
	{ .name = "num_redirects", FROM_US, OWN_NUM_REDIRECTS },
	{ .name = "num_retries", FROM_US, OWN_NUM_RETRIES },
	{ .name = "proxy_ssl_verify_result",
	    FROM_INFO,
	    CURLINFO_PROXY_SSL_VERIFYRESULT },
	{ .name = "proxy_used", FROM_US, OWN_PROXY_USED },
	{ .name = "redirect_url",
	    FROM_INFO,
	    CURLINFO_REDIRECT_URL,
	    PRIVACY_TARGET },
	{ .name = "remote_ip", FROM_INFO, CURLINFO_PRIMARY_IP },
	{ .name = "remote_port", FROM_INFO, CURLINFO_PRIMARY_PORT },
	{ .name = "response_code", FROM_INFO, CURLINFO_RESPONSE_CODE },
	{ .name = "scheme", FROM_INFO, CURLINFO_SCHEME },
	{ .name = "size_download", FROM_INFO, CURLINFO_SIZE_DOWNLOAD_T },
	{ .name = "size_header", FROM_SUMS, CURLINFO_HEADER_SIZE },
	{ .name = "size_request", FROM_SUMS, CURLINFO_REQUEST_SIZE },
	{ .name = "size_upload", FROM_INFO, CURLINFO_SIZE_UPLOAD_T },
	{ .name = "speed_download", FROM_INFO, CURLINFO_SPEED_DOWNLOAD_T },
	{ .name = "speed_upload", FROM_INFO, CURLINFO_SPEED_UPLOAD_T },
	{ .name = "ssl_verify_result", FROM_INFO, CURLINFO_SSL_VERIFYRESULT },
	{ .name = "time_appconnect", FROM_SUMS, CURLINFO_APPCONNECT_TIME },
	{ .name = "time_connect", FROM_SUMS, CURLINFO_CONNECT_TIME },
	{ .name = "time_namelookup", FROM_SUMS, CURLINFO_NAMELOOKUP_TIME },
	{ .name = "time_pretransfer", FROM_SUMS, CURLINFO_PRETRANSFER_TIME },
	{ .name = "time_redirect", FROM_US, OWN_TIME_REDIRECT },
	{ .name = "time_starttransfer",
	    FROM_SUMS,
	    CURLINFO_STARTTRANSFER_TIME },
	{ .name = "time_total", FROM_SUMS, CURLINFO_TOTAL_TIME },
	{ .name = "url", FROM_US, OWN_URL },
	{ .name = "url.fragment", FROM_URL, CURLUPART_FRAGMENT },
	{ .name = "url.host", FROM_URL, CURLUPART_HOST },
	{ .name = "url.path", FROM_URL, CURLUPART_PATH },
	{ .name = "url.port", FROM_URL, CURLUPART_PORT },
	{ .name = "url.query", FROM_URL, CURLUPART_QUERY },
	{ .name = "url.scheme", FROM_URL, CURLUPART_SCHEME },
	{ .name = "url_effective",
	    FROM_INFO,
	    CURLINFO_EFFECTIVE_URL,
	    PRIVACY_URL },
	{ .name = "urle.fragment",
	    FROM_EFFECTIVE_URL,
	    CURLUPART_FRAGMENT,
	    PRIVACY_URL },
	{ .name = "urle.host", FROM_EFFECTIVE_URL, CURLUPART_HOST },
	{ .name = "urle.path",
	    FROM_EFFECTIVE_URL,
	    CURLUPART_PATH,
	    PRIVACY_URL },
	{ .name = "urle.port", FROM_EFFECTIVE_URL, CURLUPART_PORT },
	{ .name = "urle.query",
	    FROM_EFFECTIVE_URL,
	    CURLUPART_QUERY,
	    PRIVACY_URL },
	{ .name = "urle.scheme", FROM_EFFECTIVE_URL, CURLUPART_SCHEME },
	{ .name = "urlnum", FROM_US, OWN_URLNUM },
};

struct value {
	char *text; /* NULL: there is none */
	bool is_number;
};

static struct value
text_value(const char *text)
{
	return (struct value){ mem_strdup(text), false };
}

static struct value
number_value(long long number)
{
	return (struct value){ mem_printf("%lld", number), true };
}

static struct value
seconds_value(double seconds)
{
	return (struct value){ mem_printf("%.6f", seconds), true };
}

static struct value
error_value(const struct writeout *writeout)
{
	const struct reply *reply = writeout->reply;

	if (writeout->status == AS_OK)
		return text_value(NULL);
	if (writeout->status == AS_HTTP && reply->code > 0)
		return (struct value){
			.text = mem_printf(
			    "The requested URL returned error: %ld",
			    reply->code),
		};
	return text_value(
	    reply->status == writeout->status && *reply->error != '\0' ?
		reply->error :
		writeout->message);
}

static const char *
http_version(const struct reply *reply)
{
	static const char *const names[] = { [CURL_HTTP_VERSION_1_0] = "1",
		[CURL_HTTP_VERSION_1_1] = "1.1",
		[CURL_HTTP_VERSION_2_0] = "2",
		[CURL_HTTP_VERSION_3] = "3" };
	long number = 0;

	curl.easy_getinfo(reply->transfer, CURLINFO_HTTP_VERSION, &number);
	if (number < 0 || number >= (long)COUNT(names) || names[number] == NULL)
		return "0";
	return names[number];
}

static struct value
own_value(const struct writeout *writeout, enum own_value what)
{
	const struct reply *reply = writeout->reply;
	struct headers headers = { 0 };
	size_t count;

	switch (what) {
	case OWN_ERRORMSG:
		return error_value(writeout);
	case OWN_EXITCODE:
		return number_value(writeout->status);
	case OWN_FILENAME:
		return text_value(writeout->filename);
	case OWN_HTTP_VERSION:
		return text_value(http_version(reply));
	case OWN_NUM_HEADERS:
		reply_headers(reply, &headers);
		count = headers.count;
		headers_free(&headers);
		return number_value((long long)count);
	case OWN_NUM_REDIRECTS:
		return number_value(writeout->redirects);
	case OWN_NUM_RETRIES:
		return number_value(writeout->retries);
	case OWN_PROXY_USED:
		return number_value(reply->by_proxy);
	case OWN_TIME_REDIRECT:
		return seconds_value(
		    reply_sum_before(reply, CURLINFO_TOTAL_TIME));
	case OWN_URL:
		return text_value(writeout->url);
	case OWN_URLNUM:
		break;
	}
	return number_value(0);
}

/* A value of libcurl's, printed as curl(1) does. */
static struct value
info_value(const struct reply *reply, CURLINFO info)
{
	struct value value;
	char *text = NULL, *at;
	long number = 0;
	curl_off_t bytes = 0;

	switch (info & CURLINFO_TYPEMASK) {
	case CURLINFO_STRING:
		curl.easy_getinfo(reply->transfer, info, &text);
		value = text_value(text);
		/* In capitals before libcurl 8.9. */
		for (at = value.text;
		     info == CURLINFO_SCHEME && at != NULL && *at != '\0'; at++)
			*at = (char)tolower((unsigned char)*at);
		return value;
	case CURLINFO_LONG:
		curl.easy_getinfo(reply->transfer, info, &number);
		return number_value(number);
	default:
		curl.easy_getinfo(reply->transfer, info, &bytes);
		return number_value(bytes);
	}
}

static struct value
sum_value(const struct reply *reply, CURLINFO info)
{
	const double sum = reply_sum(reply, (int)info);

	return (info & CURLINFO_TYPEMASK) == CURLINFO_DOUBLE ?
	    seconds_value(sum) :
	    number_value((long long)sum);
}

static struct value
value_of(const struct writeout *writeout, const struct variable *variable)
{
	const struct reply *reply = writeout->reply;
	struct value value = { 0 };
	char *url = NULL;

	switch (variable->source) {
	case FROM_INFO:
		value = info_value(reply, (CURLINFO)variable->what);
		break;
	case FROM_SUMS:
		value = sum_value(reply, (CURLINFO)variable->what);
		break;
	case FROM_URL:
		value.text = url_part(writeout->url, variable->what);
		break;
	case FROM_EFFECTIVE_URL:
		curl.easy_getinfo(
		    reply->transfer, CURLINFO_EFFECTIVE_URL, &url);
		value.text = url_part(url, variable->what);
		break;
	case FROM_US:
		value = own_value(writeout, (enum own_value)variable->what);
		break;
	}
	if (variable->hidden != PRIVACY_NONE &&
	    reply->privacy >= variable->hidden && value.text != NULL) {
		mem_wipe(value.text);
		value = text_value("[redacted]");
	}
	return value;
}

/* --- JSON --- */

/* Adds TEXT, NULL being null, without what is secret in it. */
static void
put_json(struct buf *out, const char *text)
{
	json_t *value = msg_json(text);
	char *json = json_dumps(value, JSON_ENCODE_ANY);

	buf_puts(out, json != NULL ? json : "null");
	free(json);
	json_decref(value);
}

/* %{json} */
static void
put_all(struct buf *out, const struct writeout *writeout)
{
	char *version = libcurl_version();
	struct value value;
	size_t i;

	buf_puts(out, "{");
	for (i = 0; i < COUNT(variables); i++) {
		value = value_of(writeout, &variables[i]);
		buf_printf(out, "\"%s\":", variables[i].name);
		if (value.is_number)
			buf_puts(out, value.text);
		else
			put_json(out, value.text);
		buf_puts(out, ",");
		mem_wipe(value.text);
	}
	buf_puts(out, "\"curl_version\":");
	put_json(out, version);
	buf_puts(out, "}");
	free(version);
}

/* Adds the values of all HEADERS with the name of line I, as an array; nothing
 * if that is not the first of them. */
static void
put_headers(struct buf *out, const struct headers *headers, size_t i,
    enum privacy privacy)
{
	const size_t length = strcspn(headers->lines[i], ":");
	char *name = mem_strndup(headers->lines[i], length), *value;
	size_t other;

	for (other = 0; !headers_names(headers->lines[other], name);)
		other++;
	if (other == i) {
		for (other = 0; other < length; other++)
			name[other] = (char)tolower((unsigned char)name[other]);
		buf_puts(out, i > 0 ? ",\n" : "");
		put_json(out, name);
		for (other = i; other < headers->count; other++) {
			if (!headers_names(headers->lines[other], name))
				continue;
			value = trace_value(privacy, name,
			    text_trimmed(headers->lines[other] + length + 1));
			buf_puts(out, other == i ? ":[" : ",");
			put_json(out, value);
			mem_wipe(value);
		}
		buf_puts(out, "]");
	}
	free(name);
}

/* %{header_json} */
static void
put_header_json(struct buf *out, const struct reply *reply)
{
	struct headers headers = { 0 };
	size_t i;

	reply_headers(reply, &headers);
	buf_puts(out, "{");
	for (i = 0; i < headers.count; i++)
		put_headers(out, &headers, i, reply->privacy);
	buf_puts(out, "\n}");
	headers_free(&headers);
}

/* --- The language --- */

struct rendering {
	const struct writeout *writeout;
	struct buf *output, *errors;
	struct buf *now; /* one of the two */
	bool is_over;
};

/* Adds VALUE, which is then wiped, without what is secret in it, and on
 * standard error and terminals without what could drive these. */
static void
put_value(struct rendering *r, char *value)
{
	char *shown, *safe = NULL;

	if (value == NULL)
		return;
	shown = hide_text(value);
	if (r->now == r->errors || isatty(STDOUT_FILENO))
		safe = printable(shown, "\n\t");
	buf_puts(r->now, safe != NULL ? safe : shown);
	mem_wipe(value);
	free(shown);
	free(safe);
}

static void
warn_variable(const char *name)
{
	struct suggestion meant = { .word = name };
	size_t i;

	for (i = 0; i < COUNT(variables); i++)
		suggest_consider(&meant, variables[i].name);
	if (meant.name != NULL)
		msg_warn("unknown --write-out variable: %s: did you mean %s?",
		    name, meant.name);
	else
		msg_warn("unknown --write-out variable: %s", name);
}

/* A variable of the table. */
static void
put_plain(struct rendering *r, const char *name)
{
	const struct variable *variable = variables;
	struct value value;
	size_t length;

	while (variable < variables + COUNT(variables) &&
	    strcasecmp(variable->name, name) != 0)
		variable++;
	if (variable == variables + COUNT(variables)) {
		warn_variable(name);
		return;
	}
	value = value_of(r->writeout, variable);
	/* Status codes have three digits. */
	for (length = strlen(value.text != NULL ? value.text : "000");
	     length < 3 && variable->source == FROM_INFO &&
	     (variable->what == CURLINFO_RESPONSE_CODE ||
		 variable->what == CURLINFO_HTTP_CONNECTCODE);
	     length++)
		buf_puts(r->now, "0");
	put_value(r, value.text);
}

static void
put_variable(struct rendering *r, const char *name)
{
	struct buf json = { 0 };

	if (strcasecmp(name, "stdout") == 0)
		r->now = r->output;
	else if (strcasecmp(name, "stderr") == 0)
		r->now = r->errors;
	else if (strcasecmp(name, "onerror") == 0)
		r->is_over = r->writeout->status == AS_OK;
	else if (strcasecmp(name, "json") == 0)
		put_all(&json, r->writeout);
	else if (strcasecmp(name, "header_json") == 0)
		put_header_json(&json, r->writeout->reply);
	else
		put_plain(r, name);
	put_value(r, buf_take(&json));
}

/* The variable or header that AT begins; returns what is behind it, NULL if
 * there is none. */
static const char *
put_name(struct rendering *r, const char *at)
{
	static const char header[] = "%header{";
	const struct reply *reply = r->writeout->reply;
	bool is_header = text_begins(at, header);
	const char *name = is_header ? at + sizeof(header) - 1 : at + 2;
	const char *end = is_header || text_begins(at, "%{") ?
	    strchr(name, '}') :
	    NULL;
	char *copy;

	if (end == NULL)
		return NULL;
	copy = mem_strndup(name, (size_t)(end - name));
	if (is_header)
		put_value(r,
		    trace_value(
			reply->privacy, copy, reply_header(reply, copy)));
	else
		put_variable(r, copy);
	free(copy);
	return end + 1;
}

/* What AT, a per cent sign or a backslash, begins; returns what is behind it.
 * A pair that means nothing stands for itself. */
static const char *
put_sign(struct rendering *r, const char *at)
{
	static const char *const pairs[][2] = { { "%%", "%" }, { "\\n", "\n" },
		{ "\\r", "\r" }, { "\\t", "\t" } };
	const char *end = put_name(r, at);
	size_t i;

	for (i = 0; i < COUNT(pairs) && end == NULL; i++)
		if (text_begins(at, pairs[i][0])) {
			buf_puts(r->now, pairs[i][1]);
			end = at + 2;
		}
	if (end != NULL)
		return end;
	buf_add(r->now, at, strnlen(at, 2));
	return at + strnlen(at, 2);
}

void
writeout_render(const char *format, const struct writeout *writeout,
    struct buf *output, struct buf *errors)
{
	struct rendering r = { .writeout = writeout,
		.output = output,
		.errors = errors,
		.now = output };

	while (*format != '\0' && !r.is_over) {
		if (*format == '%' || *format == '\\')
			format = put_sign(&r, format);
		else
			buf_add(r.now, format++, 1);
	}
}

int
writeout_print(const char *format, const struct writeout *writeout,
    struct failure *failure)
{
	struct buf output = { 0 }, errors = { 0 };
	int status = AS_OK;
	char *shown;

	writeout_render(format, writeout, &output, &errors);
	if (output.length > 0 &&
	    file_write(STDOUT_FILENO, output.data, output.length) == -1)
		status = failure_set(failure, AS_WRITE,
		    "cannot write to standard output: %s", strerror(errno));
	if (errors.length > 0) {
		shown = hide_text(errors.data);
		file_write(STDERR_FILENO, shown, strlen(shown));
		free(shown);
	}
	buf_free(&output);
	buf_free(&errors);
	return status;
}

int
writeout_read(
    const char *given, int timeout, char **format, struct failure *failure)
{
	struct buf text = { 0 };
	int status = AS_OK;

	if (*given == '@') {
		status = file_slurp(
		    given + 1, FORMAT_LIMIT, timeout, &text, failure);
		body_strip_lines(&text, 0);
	} else
		buf_puts(&text, given);
	*format = buf_take(&text);
	return status;
}
