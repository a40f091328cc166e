#include "writeout.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "asauth.h"
#include "file.h"
#include "hide.h"
#include "libcurl.h"
#include "printable.h"
#include "trace.h"

#define FORMAT_LIMIT (1024UL * 1024) /* bytes of @FILE */

/* --- Variables --- */

static const char *
http_version(const struct reply *reply)
{
	static const char *const names[] = { [CURL_HTTP_VERSION_1_0] = "1.0",
		[CURL_HTTP_VERSION_1_1] = "1.1",
		[CURL_HTTP_VERSION_2_0] = "2",
		[CURL_HTTP_VERSION_3] = "3" };
	long number = 0;

	curl.easy_getinfo(reply->transfer, CURLINFO_HTTP_VERSION, &number);
	if (number < 0 || number >= (long)COUNT(names) || names[number] == NULL)
		return "0";
	return names[number];
}

/* A value that is no single one of libcurl's, NULL if it is none of these. */
static char *
own_value(const struct writeout *writeout, const char *name)
{
	const struct reply *reply = writeout->reply;
	const char *file = writeout->filename != NULL ? writeout->filename : "";
	const struct {
		const char *name;
		const char *text; /* NULL: the number counts */
		long number;
	} values[] = {
		{ "errormsg", .text = reply->error },
		{ "exitcode", .number = writeout->status },
		{ "filename_effective", .text = file },
		{ "http_version", .text = http_version(reply) },
		{ "num_connects", .number = reply->connects },
		{ "num_redirects", .number = writeout->redirects },
		{ "url", .text = writeout->url },
	};
	size_t i;

	for (i = 0; i < COUNT(values); i++)
		if (strcasecmp(values[i].name, name) == 0)
			return values[i].text != NULL ?
			    mem_strdup(values[i].text) :
			    mem_printf("%ld", values[i].number);
	return NULL;
}

static const struct {
	const char *name;
	CURLINFO info;
} variables[] = {
	{ "content_type", CURLINFO_CONTENT_TYPE },
	{ "http_code", CURLINFO_RESPONSE_CODE },
	{ "http_connect", CURLINFO_HTTP_CONNECTCODE },
	{ "local_ip", CURLINFO_LOCAL_IP },
	{ "local_port", CURLINFO_LOCAL_PORT },
	{ "method", CURLINFO_EFFECTIVE_METHOD },
	{ "redirect_url", CURLINFO_REDIRECT_URL },
	{ "remote_ip", CURLINFO_PRIMARY_IP },
	{ "remote_port", CURLINFO_PRIMARY_PORT },
	{ "response_code", CURLINFO_RESPONSE_CODE },
	{ "scheme", CURLINFO_SCHEME },
	{ "size_download", CURLINFO_SIZE_DOWNLOAD_T },
	{ "size_header", CURLINFO_HEADER_SIZE },
	{ "size_request", CURLINFO_REQUEST_SIZE },
	{ "size_upload", CURLINFO_SIZE_UPLOAD_T },
	{ "speed_download", CURLINFO_SPEED_DOWNLOAD_T },
	{ "speed_upload", CURLINFO_SPEED_UPLOAD_T },
	{ "ssl_verify_result", CURLINFO_SSL_VERIFYRESULT },
	{ "time_appconnect", CURLINFO_APPCONNECT_TIME },
	{ "time_connect", CURLINFO_CONNECT_TIME },
	{ "time_namelookup", CURLINFO_NAMELOOKUP_TIME },
	{ "time_pretransfer", CURLINFO_PRETRANSFER_TIME },
	{ "time_starttransfer", CURLINFO_STARTTRANSFER_TIME },
	{ "time_total", CURLINFO_TOTAL_TIME },
	{ "url_effective", CURLINFO_EFFECTIVE_URL },
};

static bool
is_secret_url(const struct reply *reply, CURLINFO info)
{
	return (info == CURLINFO_EFFECTIVE_URL &&
		   reply->privacy == PRIVACY_URL) ||
	    (info == CURLINFO_REDIRECT_URL && reply->privacy != PRIVACY_NONE);
}

/* A value of libcurl's, printed as curl(1) does. */
static char *
value_of_info(const struct reply *reply, CURLINFO info)
{
	char *text = NULL, *at;
	long number = 0;
	curl_off_t bytes = 0;
	double seconds = 0;

	switch (info & CURLINFO_TYPEMASK) {
	case CURLINFO_STRING:
		curl.easy_getinfo(reply->transfer, info, &text);
		if (text != NULL && is_secret_url(reply, info))
			return mem_strdup("[redacted]");
		text = mem_strdup(text != NULL ? text : "");
		/* In capitals before libcurl 8.9. */
		for (at = text; info == CURLINFO_SCHEME && *at != '\0'; at++)
			*at = (char)tolower((unsigned char)*at);
		return text;
	case CURLINFO_LONG:
		curl.easy_getinfo(reply->transfer, info, &number);
		return mem_printf(info == CURLINFO_RESPONSE_CODE ||
			    info == CURLINFO_HTTP_CONNECTCODE ?
			"%03ld" :
			"%ld",
		    number);
	case CURLINFO_OFF_T:
		curl.easy_getinfo(reply->transfer, info, &bytes);
		return mem_printf("%lld", (long long)bytes);
	default:
		curl.easy_getinfo(reply->transfer, info, &seconds);
		return mem_printf("%.6f",
		    info == CURLINFO_TOTAL_TIME ? reply->seconds : seconds);
	}
}

/* NULL if the name is unknown; the caller frees it. */
static char *
value_of(const struct writeout *writeout, const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(variables); i++)
		if (strcasecmp(variables[i].name, name) == 0)
			return value_of_info(
			    writeout->reply, variables[i].info);
	return own_value(writeout, name);
}

/* --- The language --- */

struct rendering {
	const struct writeout *writeout;
	struct buf *output, *errors;
	struct buf *now; /* one of the two */
	bool is_over;
};

/* Adds VALUE, which is then wiped, without what is secret in it, and on standard
 * error without what could drive a terminal. */
static void
put_value(struct rendering *r, char *value)
{
	char *shown, *safe;

	if (value == NULL)
		return;
	shown = hide_text(value);
	safe = r->now == r->errors ? printable(shown, "\n\t") : NULL;
	buf_puts(r->now, safe != NULL ? safe : shown);
	mem_wipe(value);
	free(shown);
	free(safe);
}

static void
put_variable(struct rendering *r, const char *name)
{
	char *value;

	if (strcasecmp(name, "stdout") == 0)
		r->now = r->output;
	else if (strcasecmp(name, "stderr") == 0)
		r->now = r->errors;
	else if (strcasecmp(name, "onerror") == 0)
		r->is_over = r->writeout->status == AS_OK;
	else {
		value = value_of(r->writeout, name);
		if (value == NULL)
			msg_warn("unknown --write-out variable: %s", name);
		put_value(r, value);
	}
}

/* The variable or header that AT begins; returns what is behind it, NULL if
 * there is none. */
static const char *
put_name(struct rendering *r, const char *at)
{
	static const char header[] = "%header{";
	const struct reply *reply = r->writeout->reply;
	bool is_header = strncmp(at, header, sizeof(header) - 1) == 0;
	const char *name = is_header ? at + sizeof(header) - 1 : at + 2;
	const char *end = is_header || strncmp(at, "%{", 2) == 0 ?
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
		if (strncmp(at, pairs[i][0], 2) == 0) {
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
