#include "connection.h"

#include <stdlib.h>
#include <string.h>

#include "authorities.h"
#include "hide.h"
#include "libcurl.h"

/* Those of the settings that decide over the fate of a connection. */
static const enum option_id settings_used[] = { OPT_CONNECT_TIMEOUT,
	OPT_MAX_TIME, OPT_CACERT, OPT_CAPATH, OPT_PROXY, OPT_IPV4, OPT_IPV6 };
static const char *const variables_used[] = { "CURL_CA_BUNDLE", "SSL_CERT_FILE",
	"SSL_CERT_DIR", "no_proxy", "NO_PROXY" };
/* The variables that can name a proxy; http_proxy cannot, since plain http
 * goes to loopback alone. */
static const char *const proxy_variables[] = { "https_proxy", "HTTPS_PROXY",
	"all_proxy", "ALL_PROXY" };

struct connection {
	const struct settings *settings; /* of the run */
	CURLSH *shared;
	struct authorities authorities;
};

struct connection *
connection_new(const struct settings *settings)
{
	struct connection *new = mem_zalloc(1, sizeof(*new));
	size_t i;

	hide_proxy(settings_text(settings, OPT_PROXY));
	for (i = 0; i < COUNT(proxy_variables); i++)
		hide_proxy(getenv(proxy_variables[i]));
	new->settings = settings;
	authorities_find(&new->authorities, settings_text(settings, OPT_CACERT),
	    settings_text(settings, OPT_CAPATH));
	new->shared = curl.share_init();
	if (new->shared == NULL)
		mem_exhausted();
	curl.share_setopt(new->shared, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
	return new;
}

void
connection_free(struct connection *connection)
{
	if (connection == NULL)
		return;
	curl.share_cleanup(connection->shared);
	authorities_free(&connection->authorities);
	free(connection);
}

static void
use_proxy(
    const struct connection *connection, CURL *easy, const struct url *url)
{
	const char *proxy = settings_text(connection->settings, OPT_PROXY);

	if (url->is_loopback)
		LIBCURL_SET(easy, CURLOPT_PROXY, "");
	else if (proxy != NULL)
		LIBCURL_SET(easy, CURLOPT_PROXY, proxy);
}

long
connection_use(struct connection *connection, void *easy, const struct url *url,
    long connect_ms)
{
	const struct settings *settings = connection->settings;
	const long given_ms = settings_ms(settings, OPT_CONNECT_TIMEOUT);
	const long limit_ms = given_ms > 0 ? given_ms : connect_ms;

	use_proxy(connection, easy, url);
	authorities_use(&connection->authorities, easy);
	if (settings_on(settings, OPT_IPV6))
		LIBCURL_SET(easy, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V6);
	else if (settings_on(settings, OPT_IPV4))
		LIBCURL_SET(easy, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
	LIBCURL_SET(easy, CURLOPT_CONNECTTIMEOUT_MS, limit_ms);
	LIBCURL_SET(easy, CURLOPT_SHARE, connection->shared);
	LIBCURL_SET(easy, CURLOPT_NOSIGNAL, 1L);
	LIBCURL_SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
	LIBCURL_SET(easy, CURLOPT_PROTOCOLS_STR, url->scheme);
#else
	LIBCURL_SET(easy, CURLOPT_PROTOCOLS,
	    strcmp(url->scheme, "https") == 0 ? CURLPROTO_HTTPS :
						CURLPROTO_HTTP);
#endif
	return limit_ms;
}

bool
connection_widen(struct connection *connection, void *easy)
{
	if (!authorities_widen(&connection->authorities))
		return false;
	authorities_use(&connection->authorities, easy);
	return true;
}

bool
connection_has_proxy(const struct connection *connection, const struct url *url)
{
	const char *proxy = settings_text(connection->settings, OPT_PROXY);
	size_t i;

	for (i = 0; proxy == NULL && i < COUNT(proxy_variables); i++) {
		proxy = getenv(proxy_variables[i]);
		if (proxy != NULL && *proxy == '\0')
			proxy = NULL;
	}
	return proxy != NULL && *proxy != '\0' && !url->is_loopback;
}

/* Adds TEXT (NULL is "") and a NUL. */
static void
describe(struct buf *out, const char *text)
{
	if (text == NULL)
		text = "";
	buf_add(out, text, strlen(text) + 1);
}

void
connection_describe(const struct settings *settings, struct buf *out)
{
	size_t i;

	for (i = 0; i < COUNT(settings_used); i++)
		describe(out, settings_text(settings, settings_used[i]));
	for (i = 0; i < COUNT(variables_used); i++)
		describe(out, getenv(variables_used[i]));
	for (i = 0; i < COUNT(proxy_variables); i++)
		describe(out, getenv(proxy_variables[i]));
}
