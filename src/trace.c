#include "trace.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
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

/* What may be shown where the URL is a secret: headers, and the beginnings of
 * what libcurl says by itself. */
static const char *const harmless_headers[] = { "HTTP/",
	"Accept:", "Accept-Ranges:", "Age:", "Cache-Control:", "Connection:",
	"Content-Encoding:", "Content-Length:", "Content-Type:", "Date:",
	"ETag:", "Host:", "Last-Modified:", "Server:", "Transfer-Encoding:",
	"User-Agent:", "x-amzn-RequestId:", NULL };
static const char *const harmless_texts[] = { "ALPN", "Connected to ",
	"Connection #", "SSL connection using ", "Server certificate",
	"Trying ", NULL };

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

/* The same for a header line of a call whose URL is a secret. */
static size_t
private_length(const char *line)
{
	if (*line == '\0' || begins_with_any(line, harmless_headers))
		return strlen(line);
	if (strncmp(line, "GET ", 4) == 0)
		return 4;
	return strcspn(line, ":") + (strchr(line, ':') != NULL);
}

static void
show_header(struct trace *trace, char mark, const char *line)
{
	const bool goes_on = *line == ' ' || *line == '\t';
	size_t shown = trace->is_private ? private_length(line) :
					   public_length(line);
	char *cut;

	if (goes_on && (trace->is_private || trace->is_hiding))
		shown = 1;
	trace->is_hiding = shown < strlen(line);
	cut = mem_printf("%.*s%s[redacted]", (int)shown, line,
	    shown > 0 && line[shown - 1] == ' ' ? "" : " ");
	msg_verbose(mark, trace->is_hiding ? cut : line);
	free(cut);
}

int
trace_show(
    CURL *easy, curl_infotype type, char *text, size_t length, void *context)
{
	/* Of CURLINFO_TEXT, CURLINFO_HEADER_IN and CURLINFO_HEADER_OUT. */
	static const char marks[] = { '*', '<', '>' };
	struct trace *trace = context;
	const char *end;
	char *line;
	size_t n;

	(void)easy;
	if ((size_t)type >= COUNT(marks))
		return 0;
	for (; length > 0; text += n, length -= n) {
		end = memchr(text, '\n', length);
		n = end != NULL ? (size_t)(end - text) + 1 : length;
		line = mem_strndup(text, n);
		line[strcspn(line, end != NULL ? "\r\n" : "\n")] = '\0';
		if (type != CURLINFO_TEXT)
			show_header(trace, marks[type], line);
		else if (!trace->is_private ||
		    begins_with_any(line + strspn(line, " "), harmless_texts)) {
			trace->is_hiding = false;
			show_header(&(struct trace){ 0 }, marks[type], line);
		}
		mem_wipe(line);
	}
	return 0;
}
