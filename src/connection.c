#include "connection.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "authorities.h"
#include "headers.h"
#include "hide.h"
#include "libcurl.h"
#include "text.h"

/* Those of the settings that decide over the fate of a connection. */
static const enum option_id settings_used[] = { OPT_CONNECT_TIMEOUT,
	OPT_MAX_TIME, OPT_CACERT, OPT_CAPATH, OPT_PROXY, OPT_PROXY_USER,
	OPT_PROXY_ANYAUTH, OPT_PROXY_CACERT, OPT_NOPROXY, OPT_IPV4, OPT_IPV6 };
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
	curl.share_cleanup(connection->shared);
	authorities_free(&connection->authorities);
	free(connection);
}

static void
use_proxy(
    const struct connection *connection, CURL *easy, const struct url *url)
{
	const struct settings *settings = connection->settings;
	const char *proxy = settings_text(settings, OPT_PROXY);
	const char *login = settings_text(settings, OPT_PROXY_USER);
	const char *without = settings_text(settings, OPT_NOPROXY);

	if (url->is_loopback) {
		LIBCURL_SET(easy, CURLOPT_PROXY, "");
		return;
	}
	if (proxy != NULL)
		LIBCURL_SET(easy, CURLOPT_PROXY, proxy);
	if (without != NULL)
		LIBCURL_SET(easy, CURLOPT_NOPROXY, without);
	if (login != NULL)
		LIBCURL_SET(easy, CURLOPT_PROXYUSERPWD, login);
	if (settings_on(settings, OPT_PROXY_ANYAUTH))
		LIBCURL_SET(easy, CURLOPT_PROXYAUTH, CURLAUTH_ANY);
}

static void
use_authorities(const struct connection *connection, CURL *easy)
{
	const char *file = settings_text(
	    connection->settings, OPT_PROXY_CACERT);

	authorities_use(&connection->authorities, easy);
	if (file == NULL)
		return;
	LIBCURL_SET(easy, CURLOPT_PROXY_CAINFO, file);
	LIBCURL_SET(easy, CURLOPT_PROXY_CAPATH, NULL);
}

long
connection_use(struct connection *connection, void *easy, const struct url *url,
    long connect_ms)
{
	const struct settings *settings = connection->settings;
	const long given_ms = settings_ms(settings, OPT_CONNECT_TIMEOUT);
	const long limit_ms = given_ms > 0 ? given_ms : connect_ms;

	use_proxy(connection, easy, url);
	use_authorities(connection, easy);
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
	use_authorities(connection, easy);
	return true;
}

/* The proxy that option or environment name, "": none. */
static const char *
proxy_of(const struct connection *connection)
{
	const char *proxy = settings_text(connection->settings, OPT_PROXY);
	size_t i;

	for (i = 0; proxy == NULL && i < COUNT(proxy_variables); i++)
		proxy = text_variable(proxy_variables[i]);
	return proxy != NULL ? proxy : "";
}

bool
connection_has_proxy(const struct connection *connection, const struct url *url)
{
	const char *without = settings_text(connection->settings, OPT_NOPROXY);

	return *proxy_of(connection) != '\0' && !url->is_loopback &&
	    (without == NULL || strcmp(without, "*") != 0);
}

/* --- What proxies want --- */

/* Whether the newest block of REPLY asks for a log-in by SCHEME (RFC 9110,
 * section 11.7.1). */
static bool
is_asked_for(const struct reply *reply, const char *scheme)
{
	const size_t length = strlen(scheme);
	struct headers headers = { 0 };
	const char *value;
	bool result = false;
	size_t i;

	reply_headers(reply, &headers);
	for (i = 0; i < headers.count; i++) {
		value = strchr(headers.lines[i], ':') + 1;
		value += strspn(value, " \t");
		result |= headers_names(
			      headers.lines[i], "Proxy-Authenticate") &&
		    strncasecmp(value, scheme, length) == 0 &&
		    strchr(" \t", value[length]) != NULL;
	}
	headers_free(&headers);
	return result;
}

/* The proxy wants a log-in, or another one. */
static char *
login_hint(const struct connection *connection, const struct reply *reply)
{
	static const char *const schemes[] = { "Negotiate", "NTLM", "Digest" };
	const struct settings *settings = connection->settings;
	const bool is_given = settings_on(settings, OPT_PROXY_USER) ||
	    strchr(proxy_of(connection), '@') != NULL;
	struct buf wanted = { 0 };
	char *hint;
	size_t i;

	if (!is_asked_for(reply, "Basic") &&
	    !settings_on(settings, OPT_PROXY_ANYAUTH))
		for (i = 0; i < COUNT(schemes); i++)
			if (is_asked_for(reply, schemes[i]))
				buf_printf(&wanted, "%s%s",
				    wanted.length > 0 ? " or " : "",
				    schemes[i]);
	if (wanted.length > 0)
		hint = mem_printf(
		    "the proxy wants a log-in by %s: --proxy-anyauth%s",
		    wanted.data,
		    is_given ? "" : " with --proxy-user USER:PASSWORD");
	else if (is_given)
		hint = mem_strdup("the proxy does not take the user and "
				  "password that it was given");
	else
		hint = mem_strdup(
		    "the proxy wants a user and a password: --proxy-user "
		    "USER:PASSWORD, or https_proxy=http://USER:PASSWORD@"
		    "HOST:PORT");
	buf_free(&wanted);
	return hint;
}

char *
connection_hint(const struct connection *connection, const struct url *url,
    const struct reply *reply)
{
	long tunnel = 0;

	if (!connection_has_proxy(connection, url))
		return NULL;
	curl.easy_getinfo(reply->transfer, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (tunnel == 407)
		return login_hint(connection, reply);
	/* The proxy's certificate comes first. */
	if (reply->status != CURLE_PEER_FAILED_VERIFICATION || tunnel != 0 ||
	    strncasecmp(proxy_of(connection), "https://", 8) != 0 ||
	    strstr(reply->error, "expired") != NULL ||
	    strstr(reply->error, "not yet valid") != NULL)
		return NULL;
	return mem_strdup("it is the proxy's certificate that is not trusted: "
			  "--proxy-cacert names whom to trust");
}

/* --- What decides over a log-in --- */

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
