/* A URL that is to get a secret, or that is one. */
#include "url.h"

#include <strings.h>

#include "fuzz.h"
#include "hide.h"
#include "libcurl.h"

/* What libcurl will connect to when it gets the text itself. */
static char *
host_connected(const char *text)
{
	CURLU *url = curl.url();
	char *part = NULL, *host = NULL;

	if (curl.url_set(url, CURLUPART_URL, text,
		CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) == CURLUE_OK &&
	    curl.url_get(url, CURLUPART_HOST, &part, 0) == CURLUE_OK) {
		host = mem_strdup(part);
		curl.free(part);
	}
	curl.url_cleanup(url);
	return host;
}

static void
check_allowed(const char *text, const struct url *url)
{
	static const char *const hosts[] = { "developer.amazon.com",
		"api.amazon.com", "api.amazon.co.uk", "api.amazon.co.jp" };
	const char *authority = strchr(text, ':'); /* one slash will do */
	char *host = host_connected(text);
	bool is_known = url->is_loopback;
	size_t i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		is_known |= strcasecmp(url->host, hosts[i]) == 0;
	MUST(is_known);
	MUST(strcmp(url->scheme, "https") == 0 ||
	    (url->is_loopback && strcmp(url->scheme, "http") == 0));
	MUST(host != NULL && strcasecmp(host, url->host) == 0);
	MUST(authority != NULL);
	authority += 1 + strspn(authority + 1, "/");
	MUST(memchr(authority, '@', strcspn(authority, "/?#")) == NULL);
	MUST(url_same_origin(url, url));
	free(host);
}

static void
check_hidden(const char *text)
{
	const char *path = strstr(text, "://");
	char *hidden;

	if (path == NULL)
		return;
	hide_link(text);
	hidden = hide_text(text);
	path += 3 + strcspn(path + 3, "/?#");
	if (strlen(path) >= 16)
		MUST(strstr(hidden, path) == NULL);
	free(hidden);
}

static void
try(struct buf *input)
{
	static const struct settings settings;
	struct failure failure = { 0 };
	struct url url;
	char *added;
	int status;

	MUST(libcurl_load(&failure) == AS_OK);
	status = url_check(
	    "request URL", input->data, &settings, &url, &failure);
	if (status == AS_OK)
		check_allowed(input->data, &url);
	else
		failure_print(&failure);
	failure_free(&failure);
	url_free(&url);
	added = mem_strdup(input->data);
	url_add_query(&added, "a=b&c");
	url_add_name(&added, "name of a file");
	free(added);
	check_hidden(input->data);
}
