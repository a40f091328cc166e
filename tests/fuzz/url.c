/* A URL that is to get a secret, or that is one. */
#include "../../src/http.c"

#include "fuzz.h"
#include "host.h"

/* What libcurl will connect to when it gets the text itself. */
static char *
host_connected(const char *text)
{
	CURLU *url = url_new();
	char *host = NULL;

	if (curl.url_set(url, CURLUPART_URL, text,
		CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) == CURLUE_OK)
		host = url_part(url, CURLUPART_HOST, 0);
	curl.url_cleanup(url);
	return host;
}

static void
check_allowed(const char *text, const struct http_url *url)
{
	static const char *const hosts[] = { "developer.amazon.com",
		"api.amazon.com", "api.amazon.co.uk", "api.amazon.co.jp" };
	const char *authority = strchr(text, ':'); /* one slash will do */
	char *host = host_connected(text);
	bool is_known = url->is_loopback;
	size_t i;

	for (i = 0; i < 4; i++)
		is_known |= strcasecmp(url->host, hosts[i]) == 0;
	MUST(is_known);
	MUST(strcmp(url->scheme, "https") == 0 ||
	    (url->is_loopback && strcmp(url->scheme, "http") == 0));
	MUST(host != NULL && strcasecmp(host, url->host) == 0);
	MUST(authority != NULL);
	authority += 1 + strspn(authority + 1, "/");
	MUST(memchr(authority, '@', strcspn(authority, "/?#")) == NULL);
	MUST(http_url_same_origin(url, url));
	free(host);
}

static void
check_hidden(const char *text)
{
	char *hidden;

	hide_link(text);
	hidden = msg_redact(text, strlen(text));
	MUST(
	    strlen(text) < MSG_SECRET_MIN || strcmp(hidden, "[redacted]") == 0);
	free(hidden);
}

static void
try(struct buf *input)
{
	static const struct settings settings;
	struct failure failure = { 0 };
	struct http_url url;
	int status = host_check(
	    &settings, "request URL", input->data, &url, &failure);

	if (status == AS_OK)
		check_allowed(input->data, &url);
	else
		failure_report(&failure);
	failure_free(&failure);
	http_url_free(&url);
	free(http_url_add_query(input->data, "a=b&c"));
	free(http_url_add_name(input->data, "name of a file"));
	check_hidden(input->data);
}
