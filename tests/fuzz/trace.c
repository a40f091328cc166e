/*
 * What libcurl tells the callback of -v: a digit for how private the call is,
 * then lines, each with a mark before it (that of -v; a small letter "o" or "i"
 * in place of > or < leaves the end of the line out). In them stand for
 * secrets: {T} the token, {S} the client secret, {P} the proxy's password, and,
 * where the call keeps it a secret, {L} the link, {Q} its path and query. No 16
 * letters and digits of any of these are ever shown.
 */
#define SAYS(line) (strchr("*<>", *(line)) != NULL && (line)[1] == ' ')
#include "fuzz.h"
#include "trace.h"

#define TEXT_LIMIT 2047 /* bytes; libcurl cuts off what is longer */
#define WINDOW 16

static struct {
	char mark;
	char text[4096];
} secrets[] = {
	{ 'T', "Atc|" },
	{ 'S', "amzn1.oa2-cs.v1." },
	{ 'P', "pass/" },
	{ 'L', "https://bucket.example/reports/a.zip?X-Amz-Signature=" },
	{ 'Q', "" },
};

/* Each has letters and digits of its own. */
static void
make_secrets(void)
{
	static const size_t lengths[] = { 400, 64, 40, 3000 };
	uint32_t random = 1;
	char *text;
	size_t i, n;

	for (i = 0; i < COUNT(lengths); i++) {
		text = secrets[i].text;
		for (n = strlen(text); n < lengths[i]; n++) {
			random = random * 1103515245 + 12345;
			text[n] =
			    "abcdefghijklmnopqrstuvwxyz012345"[random >> 20 &
				31];
		}
	}
	strlcpy(secrets[4].text, strstr(secrets[3].text, "/reports"),
	    sizeof(secrets[4].text));
}

/* Whether the call keeps the link a secret in a line of this MARK. */
static bool
knows_link(enum privacy privacy, char mark)
{
	return privacy == PRIVACY_URL ||
	    (privacy == PRIVACY_TARGET && strchr("<i", mark) != NULL);
}

static void
expand(struct buf *out, const char *line, bool has_link)
{
	size_t i;

	for (; *line != '\0'; line++) {
		for (i = 0; i < COUNT(secrets); i++)
			if (line[0] == '{' && line[1] == secrets[i].mark &&
			    line[2] == '}' && (i < 3 || has_link))
				break;
		if (i < COUNT(secrets)) {
			buf_puts(out, secrets[i].text);
			line += 2;
		} else
			buf_add(out, line, 1);
	}
}

/* Of a link every eighth window is looked for. */
static void
check_said(const char *input)
{
	char *text = said(), window[WINDOW + 1];
	size_t i, n;

	for (i = 0; i < COUNT(secrets) - 1; i++)
		for (n = 0; n + WINDOW <= strlen(secrets[i].text);
		     n += i < 3 ? WINDOW : 8 * WINDOW) {
			strlcpy(window, secrets[i].text + n, sizeof(window));
			/* Names and hosts are no secret; and the fuzzer sees
			 * what we look for. */
			if (strcspn(window, "|./=?") == WINDOW &&
			    strstr(input, window) == NULL)
				MUST(strcasestr(text, window) == NULL);
		}
	free(text);
}

static void
tell(struct trace *trace, char mark, const struct buf *line)
{
	curl_infotype type = CURLINFO_TEXT;

	if (mark == '<' || mark == 'i')
		type = CURLINFO_HEADER_IN;
	else if (mark == '>' || mark == 'o')
		type = CURLINFO_HEADER_OUT;
	trace_show(NULL, type, line->data, line->length, trace);
}

static void
try(struct buf *input)
{
	struct trace trace = { 0 };
	struct buf line = { 0 };
	char *copy = mem_strdup(input->data), *rest = copy;
	char *next = strsep(&rest, "\n");

	if (*secrets[4].text == '\0')
		make_secrets();
	trace.privacy = (enum privacy)((unsigned char)*next % 3);
	hide_secret(secrets[0].text);
	hide_secret(secrets[1].text);
	next = mem_printf("http://user:%s@proxy.example", secrets[2].text);
	hide_proxy(next);
	free(next);
	if (trace.privacy == PRIVACY_URL)
		hide_link(secrets[3].text);
	while ((next = strsep(&rest, "\n")) != NULL) {
		if (*next == '\0')
			continue;
		expand(&line, next + 1, knows_link(trace.privacy, *next));
		if (strchr("<>", *next) != NULL)
			buf_puts(&line, "\r\n");
		else if (strchr("io", *next) == NULL) {
			if (line.length > TEXT_LIMIT)
				buf_cut(&line, TEXT_LIMIT);
			buf_puts(&line, "\n");
		}
		if (line.length > 0)
			tell(&trace, *next, &line);
		buf_cut(&line, 0);
	}
	buf_free(&line);
	trace_free(&trace);
	check_said(input->data);
	free(copy);
}
