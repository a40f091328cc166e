#include "trace.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "msg.h"

/* What follows these is never shown: at the beginning of a header line, or,
 * as libcurl tells of headers over HTTP/2, behind a bracket. */
static const char *const hidden[] = {
	"Authorization: Bearer ",
	"Proxy-Authorization:",
	"Set-Cookie:",
	"Cookie:",
	"X-Amz-Security-Token:",
};

/* What may be shown where the URL, or where it leads, is a secret: headers, and
 * the beginnings of what libcurl says by itself. */
static const char *const harmless_headers[] = { "HTTP/",
	"Accept:", "Accept-Ranges:", "Age:", "Cache-Control:", "Connection:",
	"Content-Encoding:", "Content-Length:", "Content-Type:", "Date:",
	"ETag:", "Host:", "Last-Modified:", "Server:", "Transfer-Encoding:",
	"User-Agent:", "x-amzn-RequestId:", NULL };
static const char *const harmless_texts[] = { "ALPN", "Connected to ",
	"Connection #", "Established connection to ", "Host ",
	"IPv4: ", "IPv6: ", "SSL connection using ", "Server certificate",
	"Trying ", "using HTTP", NULL };

static bool
begins_with_any(const char *line, const char *const *beginnings)
{
	for (; *beginnings != NULL; beginnings++)
		if (strncasecmp(line, *beginnings, strlen(*beginnings)) == 0)
			return true;
	return false;
}

/* How much of LINE comes before what is always hidden; all of it if nothing
 * is. */
static size_t
public_length(const char *line)
{
	const char *at;
	size_t i;

	for (i = 0; i < COUNT(hidden); i++) {
		at = strcasestr(line, hidden[i]);
		if (at != NULL && (at == line || at[-1] == '['))
			return (size_t)(at - line) + strlen(hidden[i]);
	}
	return strlen(line);
}

/* The same where the URL, or where it leads, is a secret. */
static size_t
private_length(const char *line)
{
	const char *colon = strchr(line, ':');

	if (begins_with_any(line, harmless_headers))
		return strlen(line);
	if (strncmp(line, "GET ", 4) == 0)
		return 4;
	return colon != NULL ? (size_t)(colon + 1 - line) : 0;
}

/* How much of a header line may be shown that IS_REPLY's or the request's. */
static size_t
shown_length(enum privacy privacy, bool is_reply, const char *line)
{
	if (privacy == PRIVACY_NONE || (privacy == PRIVACY_TARGET && !is_reply))
		return public_length(line);
	return private_length(line);
}

static void
show_header(struct trace *trace, char mark, const char *line)
{
	static const char location[] = "Location:";
	size_t shown = shown_length(trace->privacy, mark == '<', line);
	char *cut;

	/* Other headers may repeat it. */
	if (trace->privacy != PRIVACY_NONE && mark == '<' &&
	    strncasecmp(line, location, strlen(location)) == 0)
		hide_link(line + strlen(location) +
		    strspn(line + strlen(location), " \t"));
	if ((*line == ' ' || *line == '\t') &&
	    (trace->privacy != PRIVACY_NONE || trace->is_hiding))
		shown = 1;
	trace->is_hiding = shown < strlen(line);
	cut = mem_printf("%.*s%s[redacted]", (int)shown, line,
	    shown > 0 && line[shown - 1] == ' ' ? "" : " ");
	msg_verbose(mark, trace->is_hiding ? cut : line);
	free(cut);
}

/* Only that: a carriage return before it is shown, and a secret with one in it
 * stays whole. */
static void
cut_line_end(char *line)
{
	size_t length = strlen(line);

	if (length > 0 && line[length - 1] == '\n')
		line[--length] = '\0';
	if (length > 0 && line[length - 1] == '\r')
		line[length - 1] = '\0';
}

/* A line of the request, if MARK is '>', or of the reply, which may come in
 * pieces. */
static void
trace_header(struct trace *trace, char mark, const char *piece, size_t length)
{
	struct buf *line = &trace->unfinished[mark == '>'];

	buf_add(line, piece, length);
	if (line->data[line->length - 1] != '\n')
		return;
	cut_line_end(line->data);
	show_header(trace, mark, line->data);
	buf_cut(line, 0);
}

static void
trace_text(const struct trace *trace, const char *text, size_t length)
{
	char *line = mem_strndup(text, length);

	cut_line_end(line);
	if (trace->privacy != PRIVACY_URL)
		/* Over HTTP/2 it tells of headers. */
		show_header(&(struct trace){ 0 }, '*', line);
	else if (begins_with_any(line + strspn(line, " "), harmless_texts))
		msg_verbose('*', line);
	mem_wipe(line);
}

int
trace_show(
    CURL *easy, curl_infotype type, char *text, size_t length, void *context)
{
	struct trace *trace = context;
	const char *end;
	size_t n;

	(void)easy;
	for (; length > 0; text += n, length -= n) {
		end = memchr(text, '\n', length);
		n = end != NULL ? (size_t)(end - text) + 1 : length;
		if (type == CURLINFO_TEXT)
			trace_text(trace, text, n);
		else if (type == CURLINFO_HEADER_IN)
			trace_header(trace, '<', text, n);
		else if (type == CURLINFO_HEADER_OUT)
			trace_header(trace, '>', text, n);
	}
	return 0;
}

void
trace_free(struct trace *trace)
{
	buf_free(&trace->unfinished[0]);
	buf_free(&trace->unfinished[1]);
}

char *
trace_value(enum privacy privacy, const char *name, char *value)
{
	char *line, *shown;

	if (value == NULL)
		return NULL;
	line = mem_printf("%s: %s", name, value);
	if (shown_length(privacy, true, line) < strlen(line))
		shown = mem_strdup("[redacted]");
	else
		shown = hide_text(value);
	mem_wipe(line);
	mem_wipe(value);
	return shown;
}
