#include "url.h"

#include <arpa/inet.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "amazon.h"
#include "asauth.h"
#include "libcurl.h"
#include "mem.h"
#include "text.h"

#define ESCAPE_PIECE (1024UL * 1024) /* bytes */

/* TEXT taken apart, for url_cleanup(); NULL if it is no URL. */
static CURLU *
take_apart(const char *text, unsigned int flags)
{
	CURLU *url = curl.url();

	if (url == NULL)
		mem_exhausted();
	if (curl.url_set(url, CURLUPART_URL, text, flags) == CURLUE_OK)
		return url;
	curl.url_cleanup(url);
	return NULL;
}

/* A part of URL, NULL if it has none; the caller frees it. */
static char *
find_part(CURLU *url, CURLUPart part, unsigned int flags)
{
	char *text = NULL, *copy;

	if (curl.url_get(url, part, &text, flags) != CURLUE_OK)
		return NULL;
	copy = mem_strdup(text);
	curl.free(text);
	return copy;
}

/* The same, "" if it has none or URL is NULL. */
static char *
copy_part(CURLU *url, CURLUPart part, unsigned int flags)
{
	char *copy = find_part(url, part, flags);

	return copy != NULL ? copy : mem_strdup("");
}

static bool
is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;
	char bare[INET6_ADDRSTRLEN + 2];
	size_t length = strlen(host);

	if (strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (length < 3 || length >= sizeof(bare) || host[0] != '[')
		return false;
	memcpy(bare, host + 1, length - 2);
	bare[length - 2] = '\0';
	return inet_pton(AF_INET6, bare, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

int
url_parse(const char *text, struct url *url)
{
	CURLU *parsed = NULL;
	char *user = NULL;

	*url = (struct url){ 0 };
	if (!text_has_control(text) && strchr(text, ' ') == NULL)
		parsed = take_apart(text, CURLU_NON_SUPPORT_SCHEME);
	if (parsed == NULL)
		return AS_URL;
	url->scheme = copy_part(parsed, CURLUPART_SCHEME, 0);
	url->host = copy_part(parsed, CURLUPART_HOST, 0);
	url->port = copy_part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	url->path = copy_part(parsed, CURLUPART_PATH, 0);
	/* Presence counts: "https://@host/" has an empty user part. */
	url->has_user = curl.url_get(parsed, CURLUPART_USER, &user, 0) ==
	    CURLUE_OK;
	url->is_loopback = is_loopback(url->host);
	curl.free(user);
	curl.url_cleanup(parsed);
	return AS_OK;
}

void
url_free(struct url *url)
{
	free(url->scheme);
	free(url->host);
	free(url->port);
	mem_wipe(url->path);
	*url = (struct url){ 0 };
}

char *
url_part(const char *text, int part)
{
	CURLU *url = text != NULL ? take_apart(text, CURLU_NON_SUPPORT_SCHEME) :
				    NULL;
	char *found = find_part(url, (CURLUPart)part, CURLU_DEFAULT_PORT);

	curl.url_cleanup(url);
	return found;
}

bool
url_same_origin(const struct url *a, const struct url *b)
{
	return strcmp(a->scheme, b->scheme) == 0 &&
	    strcasecmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0;
}

const char *
url_below(const struct url *url, const char *base)
{
	struct url top;
	const char *rest = NULL;
	size_t length;

	if (url_parse(base, &top) == AS_OK && url_same_origin(url, &top)) {
		length = text_path_length(top.path);
		if (strncmp(url->path, top.path, length) == 0 &&
		    url->path[length] == '/')
			rest = url->path + length;
	}
	url_free(&top);
	return rest;
}

/* --- Where secrets may go --- */

int
url_check_open(const char *text, bool loopback_allowed, struct url *url)
{
	int status = url_parse(text, url);

	if (status != AS_OK)
		return status;
	if (url->has_user)
		return AS_USAGE;
	if (strcmp(url->scheme, "https") == 0)
		return AS_OK;
	if (loopback_allowed && url->is_loopback &&
	    strcmp(url->scheme, "http") == 0)
		return AS_OK;
	return AS_PROTOCOL;
}

static bool
ends_with(const char *text, char last)
{
	return *text != '\0' && text[strlen(text) - 1] == last;
}

int
url_check(const char *what, const char *text, const struct settings *settings,
    struct url *url, struct failure *failure)
{
	int status = url_check_open(text, true, url);
	char *host;

	if (status == AS_URL) {
		/* What stands before an @ may be a password. */
		if (*text == '\0')
			failure_set(failure, AS_URL, "%s: it is empty", what);
		else if (strchr(text, '@') != NULL)
			failure_set(failure, AS_URL, "%s: not a URL", what);
		else
			failure_set(
			    failure, AS_URL, "%s %s: not a URL", what, text);
		if (*text != '\0' && strstr(text, "://") == NULL)
			failure_hint(failure,
			    "a URL begins with https://, a path of the API "
			    "with /");
		else if (strchr(text, ' ') != NULL)
			failure_hint(failure,
			    "a URL holds no space: leave it out, or write "
			    "%%20");
		return AS_URL;
	}
	if (status == AS_USAGE)
		return failure_set(failure, status,
		    "%s: host %s: a user name in the URL is not allowed", what,
		    url->host);
	if (status == AS_PROTOCOL) {
		failure_set(failure, status,
		    "%s: %s%s%s: only https, or http to loopback, is allowed",
		    what, url->scheme, *url->host != '\0' ? " to " : "",
		    url->host);
		host = text_word(url->host);
		if (strcmp(url->scheme, "http") == 0)
			failure_hint(failure, "use https://%s", host);
		free(host);
		return status;
	}
	if (ends_with(url->host, '.'))
		return failure_set(failure, AS_USAGE,
		    "%s: host %s: a dot at its end is not allowed", what,
		    url->host);
	if (url->is_loopback || amazon_owns_host(url->host) ||
	    settings_allows_host(settings, url->host))
		return AS_OK;
	failure_set(
	    failure, AS_USAGE, "%s: host %s is not allowed", what, url->host);
	host = text_word(url->host);
	failure_hint(failure,
	    "only if it is trusted with your credentials: --allow-host %s",
	    host);
	free(host);
	return AS_USAGE;
}

/* --- Putting together --- */

void
url_add_query(char **text, const char *data)
{
	CURLU *url = take_apart(*text, 0);

	if (curl.url_set(url, CURLUPART_QUERY, data, CURLU_APPENDQUERY) ==
	    CURLUE_OK) {
		free(*text);
		*text = copy_part(url, CURLUPART_URL, 0);
	}
	curl.url_cleanup(url);
}

void
url_add_name(char **text, const char *name)
{
	CURLU *url = take_apart(*text, 0);
	char *path = copy_part(url, CURLUPART_PATH, 0);
	char *query = copy_part(url, CURLUPART_QUERY, 0);
	struct buf whole = { 0 };

	if (ends_with(path, '/') && *query == '\0') {
		buf_puts(&whole, path);
		url_escape(&whole, name, strlen(name));
		curl.url_set(url, CURLUPART_PATH, whole.data, 0);
		free(*text);
		*text = copy_part(url, CURLUPART_URL, 0);
	}
	buf_free(&whole);
	free(path);
	free(query);
	curl.url_cleanup(url);
}

char *
url_resolve(const char *base, const char *target)
{
	CURLU *url = take_apart(base, CURLU_NON_SUPPORT_SCHEME);
	unsigned int flags = CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE;
	char *whole;

#ifdef CURLU_ALLOW_SPACE
	flags |= CURLU_ALLOW_SPACE;
#endif
	if (curl.url_set(url, CURLUPART_URL, target, flags) == CURLUE_OK)
		whole = copy_part(url, CURLUPART_URL, 0);
	else
		whole = mem_strdup("");
	curl.url_cleanup(url);
	return whole;
}

void
url_escape(struct buf *out, const char *bytes, size_t length)
{
	size_t piece;
	char *escaped;

	for (; length > 0; bytes += piece, length -= piece) {
		/* libcurl takes no more than INT_MAX at once. */
		piece = length < ESCAPE_PIECE ? length : ESCAPE_PIECE;
		escaped = curl.easy_escape(NULL, bytes, (int)piece);
		if (escaped == NULL)
			mem_exhausted();
		buf_puts(out, escaped);
		curl.free(escaped);
	}
}
