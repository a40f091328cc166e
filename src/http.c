#include "http.h"

#include <arpa/inet.h>

#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <curl/curl.h>

#include "asauth.h"
#include "clock.h"
#include "mem.h"
#include "msg.h"
#include "text.h"

/* From this size on the server is asked before the body is sent; libcurl
 * asks by itself when there is more, or no saying how much. */
#define EXPECT_SIZE (1024UL * 1024)
/* The longest Retry-After told apart, in seconds: a year. */
#define RETRY_LIMIT 31536000
/* A number with more digits is larger, whatever libcurl makes of it. */
#define RETRY_DIGITS 12
/* Parts of a presigned link this long are secrets of their own. */
#define LINK_PART_MIN 12
/* All headers of one reply, in bytes; what curl allows. */
#define HEADERS_LIMIT (300UL * 1024)

/* Everything asauth uses of libcurl, without its prefix. */
#define CURL_FUNCTIONS(X) \
	X(easy_cleanup)   \
	X(easy_escape)    \
	X(easy_getinfo)   \
	X(easy_init)      \
	X(easy_perform)   \
	X(easy_setopt)    \
	X(easy_strerror)  \
	X(free)           \
	X(global_init)    \
	X(mime_addpart)   \
	X(mime_data)      \
	X(mime_encoder)   \
	X(mime_filedata)  \
	X(mime_filename)  \
	X(mime_free)      \
	X(mime_headers)   \
	X(mime_init)      \
	X(mime_name)      \
	X(mime_subparts)  \
	X(mime_type)      \
	X(share_cleanup)  \
	X(share_init)     \
	X(share_setopt)   \
	X(slist_append)   \
	X(slist_free_all) \
	X(url)            \
	X(url_cleanup)    \
	X(url_get)        \
	X(url_set)        \
	X(version_info)

struct curl_functions {
#define DECLARE(name) __typeof__(curl_##name) *(name);
	CURL_FUNCTIONS(DECLARE)
};

#ifdef CURL_LINK
#define LINK(name) .name = curl_##name,
static const struct curl_functions curl = { CURL_FUNCTIONS(LINK) };
#else
static struct curl_functions curl;

/* Bare names: the loader searches where it searches for every program. */
static const char *const sonames[] = {
#ifdef __APPLE__
	"libcurl.4.dylib",
#else
	"libcurl.so.4",
	"libcurl-gnutls.so.4",
	"libcurl.so",
#endif
};
#define NSONAMES (sizeof(sonames) / sizeof(sonames[0]))

#ifdef __ELF__
/* Tells packagers what is loaded: the ELF dlopen metadata of uapi-group.org,
 * a note of type 0x407c0c0a that holds JSON. */
#define DLOPEN_JSON                                                \
	"[{\"feature\":\"network\",\"description\":\"Log-ins and " \
	"requests\",\"priority\":\"required\",\"soname\":["        \
	"\"libcurl.so.4\",\"libcurl-gnutls.so.4\"]}]"
static const struct {
	uint32_t owner_size, json_size, type;
	char owner[4];
	char json[(sizeof(DLOPEN_JSON) + 3) / 4 * 4];
} dlopen_note __attribute__((used, aligned(4), section(".note.dlopen"))) = {
	sizeof("FDO"), sizeof(dlopen_note.json), 0x407c0c0a, "FDO", DLOPEN_JSON
};
#endif
#endif

const char *const http_proxy_variables[HTTP_PROXY_VARIABLES] = { "https_proxy",
	"HTTPS_PROXY", "all_proxy", "ALL_PROXY" };

struct http {
	struct http_config config;
	CURLSH *connections;
	CURL *easy;		/* of the newest call */
	struct http_call *call; /* the one under way */
	const char *authority;	/* hashed CA directory, or NULL */
	size_t header_bytes;
	bool are_headers_too_large;
	bool is_in_headers; /* their end has not come */
	bool is_retry_far;  /* Retry-After is beyond libcurl's numbers */
	int body_error;	    /* an errno, 0: none */
	char *redirect_url;
	double marked_time; /* sums since http_mark() */
	long marked_connects;
	char error[CURL_ERROR_SIZE];
};

#ifndef CURL_LINK
static bool
resolve(void *library)
{
#define RESOLVE(name)                                         \
	*(void **)&curl.name = dlsym(library, "curl_" #name); \
	if (curl.name == NULL)                                \
		return false;
	CURL_FUNCTIONS(RESOLVE)
	return true;
}
#endif

/* Whether libcurl is there and ready; ERROR tells why not. */
static bool
load(const char **error)
{
	static bool is_ready;

	if (is_ready)
		return true;
#ifndef CURL_LINK
	void *library = NULL;
	size_t i;

	/* Lazily, as the loader has it for every program: to look up all
	 * symbols of thirty libraries at once takes longer than a call. */
	for (i = 0; i < NSONAMES && library == NULL; i++)
		library = dlopen(sonames[i], RTLD_LAZY | RTLD_LOCAL);
	if (library == NULL || !resolve(library)) {
		*error = dlerror();
		return false;
	}
#endif
	/* libcurl would log TLS session keys to the file this names. */
	unsetenv("SSLKEYLOGFILE");
	*error = "it does not start";
	is_ready = curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	return is_ready;
}

/* The same, for callers that cannot do without. */
static bool
need(void)
{
	static bool is_said;
	const char *error;

	if (load(&error))
		return true;
	if (is_said)
		return false;
	is_said = true;
	msg_fail(AS_USAGE, "libcurl cannot be used: %s", error);
	msg_hint("install libcurl 7.80 or later (Debian: apt-get install "
		 "libcurl4)");
	return false;
}

char *
http_version(void)
{
	const curl_version_info_data *info;
	const char *error;

	if (!load(&error))
		return mem_printf("no libcurl (%s)", error);
	info = curl.version_info(CURLVERSION_NOW);
	return mem_printf("libcurl/%s %s", info->version,
	    info->ssl_version != NULL ? info->ssl_version : "(no TLS)");
}

/* --- URLs --- */

/* A part of URL, "" if it has none; the caller frees it. */
static char *
url_part(CURLU *url, CURLUPart part, unsigned int flags)
{
	char *text = NULL, *copy;

	if (curl.url_get(url, part, &text, flags) != CURLUE_OK)
		return mem_strdup("");
	copy = mem_strdup(text);
	curl.free(text);
	return copy;
}

static CURLU *
url_new(void)
{
	CURLU *url = curl.url();

	if (url == NULL)
		mem_exhausted();
	return url;
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

static bool
has_blank_or_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return true;
	return false;
}

int
http_url_parse(const char *text, struct http_url *url)
{
	CURLU *parsed;
	char *user = NULL;
	int status = AS_URL;

	memset(url, 0, sizeof(*url));
	if (!need())
		return AS_USAGE;
	parsed = url_new();
	if (has_blank_or_control(text) ||
	    curl.url_set(parsed, CURLUPART_URL, text,
		CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		goto out;
	url->scheme = url_part(parsed, CURLUPART_SCHEME, 0);
	url->host = url_part(parsed, CURLUPART_HOST, 0);
	url->port = url_part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	url->path = url_part(parsed, CURLUPART_PATH, 0);
	/* Presence counts: "https://@host/" has an empty user part. */
	url->has_user = curl.url_get(parsed, CURLUPART_USER, &user, 0) ==
	    CURLUE_OK;
	url->is_loopback = is_loopback(url->host);
	status = AS_OK;
out:
	if (user != NULL)
		curl.free(user);
	curl.url_cleanup(parsed);
	return status;
}

void
http_url_free(struct http_url *url)
{
	free(url->scheme);
	free(url->host);
	free(url->port);
	mem_wipe(url->path);
	memset(url, 0, sizeof(*url));
}

bool
http_url_same_origin(const struct http_url *a, const struct http_url *b)
{
	return strcmp(a->scheme, b->scheme) == 0 &&
	    strcasecmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0;
}

char *
http_url_add_query(const char *url, const char *data)
{
	CURLU *parsed;
	char *joined = NULL;

	if (!need())
		return NULL;
	parsed = url_new();
	if (curl.url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl.url_set(parsed, CURLUPART_QUERY, data, CURLU_APPENDQUERY) ==
		CURLUE_OK)
		joined = url_part(parsed, CURLUPART_URL, 0);
	curl.url_cleanup(parsed);
	return joined;
}

char *
http_url_add_name(const char *url, const char *name)
{
	CURLU *parsed;
	char *path, *escaped, *joined = NULL;

	if (!need())
		return NULL;
	parsed = url_new();
	if (curl.url_set(parsed, CURLUPART_URL, url, 0) != CURLUE_OK) {
		curl.url_cleanup(parsed);
		return NULL;
	}
	path = url_part(parsed, CURLUPART_PATH, 0);
	if (*path != '\0' && path[strlen(path) - 1] == '/') {
		escaped = http_escape(name, strlen(name));
		joined = mem_printf("%s%s", path, escaped);
		curl.url_set(parsed, CURLUPART_PATH, joined, 0);
		free(joined);
		joined = url_part(parsed, CURLUPART_URL, 0);
		free(escaped);
	} else
		joined = mem_strdup(url);
	free(path);
	curl.url_cleanup(parsed);
	return joined;
}

char *
http_escape(const char *bytes, size_t length)
{
	char *escaped, *copy;

	if (!need())
		return NULL;
	/* libcurl takes 0 for "up to the NUL". */
	if (length == 0)
		return mem_strdup("");
	escaped = curl.easy_escape(NULL, bytes, (int)length);
	if (escaped == NULL)
		mem_exhausted();
	copy = mem_strdup(escaped);
	curl.free(escaped);
	return copy;
}

/* --- A client --- */

/* Keeps the password of the proxy URL TEXT out of all messages, both as it is
 * written and as libcurl decodes it. */
static void
hide_password(const char *text)
{
	CURLU *url;
	char *password;

	if (text == NULL || strchr(text, '@') == NULL)
		return;
	url = url_new();
	if (curl.url_set(url, CURLUPART_URL, text,
		CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK) {
		password = url_part(url, CURLUPART_PASSWORD, CURLU_URLDECODE);
		msg_secret(password);
		mem_wipe(password);
	}
	msg_secret(text);
	curl.url_cleanup(url);
}

static void
hide_passwords(const char *proxy)
{
	size_t i;

	hide_password(proxy);
	for (i = 0; i < HTTP_PROXY_VARIABLES; i++)
		hide_password(getenv(http_proxy_variables[i]));
}

/* Whether NAME is the hash of a certificate's subject: 8 hex digits, a dot
 * and a number, as c_rehash(1) makes them. */
static bool
is_hash(const char *name)
{
	return strspn(name, "0123456789abcdef") == 8 && name[8] == '.' &&
	    isdigit((unsigned char)name[9]);
}

/*
 * The system's CA directory, if the TLS library is OpenSSL and the directory
 * is hashed: OpenSSL then looks up the one certificate it needs, where
 * libcurl's default has it parse a bundle of all. NULL if that is not to be
 * had; the directory and the bundle are libcurl's own defaults.
 */
static const char *
hashed_authorities(void)
{
	const curl_version_info_data *info = curl.version_info(CURLVERSION_NOW);
	struct dirent *entry;
	bool is_hashed = false;
	DIR *listing;

	if (info->ssl_version == NULL || info->age < CURLVERSION_SEVENTH ||
	    strncmp(info->ssl_version, "OpenSSL/", 8) != 0 ||
	    info->capath == NULL || (listing = opendir(info->capath)) == NULL)
		return NULL;
	while (!is_hashed && (entry = readdir(listing)) != NULL)
		is_hashed = is_hash(entry->d_name);
	closedir(listing);
	return is_hashed ? info->capath : NULL;
}

/* curl(1) itself reads these variables, libcurl does not. */
static void
find_authorities(struct http *http)
{
	struct http_config *config = &http->config;

	if (config->cacert != NULL || config->capath != NULL)
		return;
	config->cacert = getenv("CURL_CA_BUNDLE");
	if (config->cacert != NULL && *config->cacert != '\0')
		return;
	config->capath = getenv("SSL_CERT_DIR");
	if (config->capath != NULL && *config->capath == '\0')
		config->capath = NULL;
	config->cacert = getenv("SSL_CERT_FILE");
	if (config->cacert != NULL && *config->cacert == '\0')
		config->cacert = NULL;
	if (config->cacert == NULL && config->capath == NULL)
		http->authority = hashed_authorities();
}

/* A handle that has met no reply yet; the connections stay. A used one, even
 * reset, is not as new: libcurl 7.88 has a folded line at the top of a reply
 * continue the last header, long freed, of the reply before. */
static void
renew_handle(struct http *http)
{
	curl.easy_cleanup(http->easy);
	http->easy = curl.easy_init();
	if (http->easy == NULL)
		mem_exhausted();
	curl.easy_setopt(http->easy, CURLOPT_SHARE, http->connections);
}

int
http_new(struct http **http, const struct http_config *config)
{
	struct http *new;

	*http = NULL;
	if (!need())
		return AS_USAGE;
	hide_passwords(config->proxy);
	new = mem_zalloc(1, sizeof(*new));
	new->config = *config;
	find_authorities(new);
	new->connections = curl.share_init();
	if (new->connections == NULL)
		mem_exhausted();
	curl.share_setopt(
	    new->connections, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
	renew_handle(new);
	*http = new;
	return AS_OK;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	curl.easy_cleanup(http->easy);
	curl.share_cleanup(http->connections);
	mem_wipe(http->redirect_url);
	free(http);
}

/* --- Callbacks of a transfer --- */

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct http *http = context;

	(void)size; /* always 1 */
	if (http->call->on_body != NULL &&
	    !http->call->on_body(http->call->context, bytes, count))
		return count + 1;
	return count;
}

/* Whether a line that begins so holds a number beyond libcurl's. */
static bool
is_huge(const char *line, size_t length)
{
	size_t i = 0, first;

	while (i < length && (line[i] == ' ' || line[i] == '\t'))
		i++;
	first = i;
	while (i < length && isdigit((unsigned char)line[i]))
		i++;
	return i - first > RETRY_DIGITS;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *context)
{
	struct http *http = context;
	const struct http_call *call = http->call;
	long code = 0;

	(void)size;
	http->header_bytes += count;
	http->are_headers_too_large = http->header_bytes > HEADERS_LIMIT;
	if (count > 12 && strncasecmp(bytes, "Retry-After:", 12) == 0)
		http->is_retry_far = is_huge(bytes + 12, count - 12);
	/* Trailers, which may come behind the body, do not begin so. */
	http->is_in_headers = *bytes != '\r' && *bytes != '\n' &&
	    (http->is_in_headers ||
		(count > 5 && strncasecmp(bytes, "HTTP/", 5) == 0));
	curl.easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &code);
	if (http->are_headers_too_large ||
	    (call->on_header != NULL &&
		!call->on_header(call->context, code, bytes, count)))
		return count + 1;
	return count;
}

/* How long the body may keep us waiting: libcurl's limits sleep meanwhile. */
static int
patience(const struct http *http)
{
	long long wait = (long long)http->call->stall_seconds * 1000, left;

	if (http->config.deadline > 0) {
		left = http->config.deadline - clock_ms();
		if (wait == 0 || left < wait)
			wait = left > 0 ? left : 0;
	} else if (wait == 0)
		return -1;
	return wait < INT_MAX ? (int)wait : INT_MAX;
}

static size_t
give_body(char *bytes, size_t size, size_t count, void *context)
{
	struct http *http = context;
	ssize_t n = body_read(
	    http->call->body, bytes, size * count, patience(http));

	if (n >= 0)
		return (size_t)n;
	http->body_error = errno;
	return CURL_READFUNC_ABORT;
}

static int
seek_body(void *context, curl_off_t offset, int origin)
{
	struct http *http = context;

	(void)origin; /* always SEEK_SET */
	return body_rewind(http->call->body, (off_t)offset) == 0 ?
	    CURL_SEEKFUNC_OK :
	    CURL_SEEKFUNC_FAIL;
}

static int
take_progress(void *context, curl_off_t to_receive, curl_off_t received,
    curl_off_t to_send, curl_off_t sent)
{
	struct http *http = context;

	http->call->on_progress(
	    http->call->progress, received, to_receive, sent, to_send);
	return 0;
}

/* What a line may not show from here on, whoever made it: libcurl makes the
 * proxy's header from its password, and cuts off at 2 KiB the lines that tell
 * of headers over HTTP/2, so that not all of a value need be there. */
static const struct {
	const char *begin;
	bool is_start;	 /* of the line, else anywhere in it */
	bool if_private; /* only where the URL is a secret */
} hidden[] = {
	{ "GET ", true, true },
	{ "Authorization: Bearer ", true, false },
	{ "Proxy-Authorization: ", true, false },
	{ "Location:", true, true }, /* a server need not send a blank */
	{ "[authorization: Bearer ", false, false },
	{ "[:path: ", false, true },
};
#define NHIDDEN (sizeof(hidden) / sizeof(hidden[0]))

/* How much of LINE may be shown; all of it if nothing in it is hidden. */
static size_t
shown_length(const char *line, bool is_private)
{
	const char *at;
	size_t i;

	for (i = 0; i < NHIDDEN; i++) {
		at = strcasestr(line, hidden[i].begin);
		if (at != NULL && (at == line || !hidden[i].is_start) &&
		    (is_private || !hidden[i].if_private))
			return (size_t)(at - line) + strlen(hidden[i].begin);
	}
	return strlen(line);
}

static void
show_line(const struct http *http, char mark, const char *text, size_t length)
{
	char *line = mem_strndup(text, length), *cut;
	size_t shown = shown_length(line, http->call->is_private);

	if (shown == strlen(line))
		msg_verbose(mark, text, length);
	else {
		cut = mem_printf("%.*s%s[redacted]", (int)shown, line,
		    line[shown - 1] == ' ' ? "" : " ");
		msg_verbose(mark, cut, strlen(cut));
		free(cut);
	}
	mem_wipe(line);
}

static int
show(CURL *easy, curl_infotype type, char *text, size_t length, void *context)
{
	/* The marks of curl(1) for the first of the types. */
	static const char marks[] = { [CURLINFO_TEXT] = '*',
		[CURLINFO_HEADER_IN] = '<',
		[CURLINFO_HEADER_OUT] = '>' };
	const char *end;
	size_t n;

	(void)easy;
	if (type >= sizeof(marks))
		return 0;
	for (; length > 0; text += n, length -= n) {
		end = memchr(text, '\n', length);
		n = end != NULL ? (size_t)(end - text) + 1 : length;
		show_line(context, marks[type], text, n);
	}
	return 0;
}

/* --- Setting up a transfer --- */

#define SET(http, option, value)                                     \
	do {                                                         \
		if (curl.easy_setopt((http)->easy, option, value) == \
		    CURLE_OUT_OF_MEMORY)                             \
			mem_exhausted();                             \
	} while (0)

static struct curl_slist *
append(struct curl_slist *list, const char *line)
{
	list = curl.slist_append(list, line);
	if (list == NULL)
		mem_exhausted();
	return list;
}

bool
http_names_header(const char *line, const char *name)
{
	size_t length = strlen(name);

	return strncasecmp(line, name, length) == 0 &&
	    (line[length] == ':' || line[length] == ';');
}

bool
http_has_header(char *const *lines, size_t nlines, const char *name)
{
	size_t i;

	for (i = 0; i < nlines; i++)
		if (http_names_header(lines[i], name))
			return true;
	return false;
}

/* What to say about Expect so that small bodies go at once and large ones
 * ask first; NULL where libcurl does that by itself. */
static const char *
expect_line(const struct http_call *call)
{
	const struct body *body = call->body;
	long long size;

	if (body == NULL || body->kind == BODY_FORM ||
	    http_has_header(call->headers, call->nheaders, "Expect"))
		return NULL;
	size = body->kind == BODY_STREAM ? body->size :
					   (long long)body->data.length;
	if (size == (long long)EXPECT_SIZE)
		return "Expect: 100-continue";
	return size >= 0 && size < (long long)EXPECT_SIZE ? "Expect:" : NULL;
}

static struct curl_slist *
header_list(const struct http_call *call)
{
	struct curl_slist *list = NULL;
	const char *expect = expect_line(call);
	char *line;
	size_t i;

	if (call->bearer != NULL) {
		line = mem_printf("Authorization: Bearer %s", call->bearer);
		list = append(list, line);
		mem_wipe(line);
	}
	for (i = 0; i < call->nheaders; i++)
		list = append(list, call->headers[i]);
	if (expect != NULL)
		list = append(list, expect);
	return list;
}

static void
set_connection(struct http *http, const struct http_url *url)
{
	const struct http_config *config = &http->config;

	if (url->is_loopback)
		SET(http, CURLOPT_PROXY, "");
	else if (config->proxy != NULL)
		SET(http, CURLOPT_PROXY, config->proxy);
	if (config->cacert != NULL)
		SET(http, CURLOPT_CAINFO, config->cacert);
	if (config->capath != NULL)
		SET(http, CURLOPT_CAPATH, config->capath);
	if (http->authority != NULL) {
		SET(http, CURLOPT_CAINFO, NULL);
		SET(http, CURLOPT_CAPATH, http->authority);
	}
	SET(http, CURLOPT_IPRESOLVE,
	    config->family == 4	    ? CURL_IPRESOLVE_V4 :
		config->family == 6 ? CURL_IPRESOLVE_V6 :
				      CURL_IPRESOLVE_WHATEVER);
	SET(http, CURLOPT_NOSIGNAL, 1L);
	SET(http, CURLOPT_TCP_KEEPALIVE, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(http, CURLOPT_PROTOCOLS_STR, url->scheme);
#else
	SET(http, CURLOPT_PROTOCOLS,
	    strcmp(url->scheme, "https") == 0 ? CURLPROTO_HTTPS :
						CURLPROTO_HTTP);
#endif
}

static void
set_callbacks(struct http *http)
{
	SET(http, CURLOPT_ERRORBUFFER, http->error);
	SET(http, CURLOPT_WRITEFUNCTION, take_body);
	SET(http, CURLOPT_WRITEDATA, http);
	SET(http, CURLOPT_HEADERFUNCTION, take_header);
	SET(http, CURLOPT_HEADERDATA, http);
	if (http->call->on_progress != NULL) {
		SET(http, CURLOPT_XFERINFOFUNCTION, take_progress);
		SET(http, CURLOPT_XFERINFODATA, http);
		SET(http, CURLOPT_NOPROGRESS, 0L);
	}
	if (http->config.is_verbose) {
		SET(http, CURLOPT_DEBUGFUNCTION, show);
		SET(http, CURLOPT_DEBUGDATA, http);
		SET(http, CURLOPT_VERBOSE, 1L);
	}
}

/* False if the run's time is up. */
static bool
set_limits(struct http *http)
{
	const struct http_call *call = http->call;
	long total = call->total_ms;
	long long left;

	if (http->config.deadline > 0) {
		left = http->config.deadline - clock_ms();
		if (left <= 0)
			return false;
		if (total == 0 || left < total)
			total = (long)left;
	}
	SET(http, CURLOPT_TIMEOUT_MS, total);
	SET(http, CURLOPT_CONNECTTIMEOUT_MS,
	    http->config.connect_ms > 0 ? http->config.connect_ms :
					  call->connect_ms);
	SET(http, CURLOPT_LOW_SPEED_TIME, call->stall_seconds);
	SET(http, CURLOPT_LOW_SPEED_LIMIT, call->stall_rate);
	return true;
}

static curl_mime *set_parts(
    struct http *http, const struct body_part *parts, size_t nparts);

static void
set_part(struct http *http, curl_mimepart *to, const struct body_part *part)
{
	struct curl_slist *headers = NULL;
	size_t i;

	if (part->nparts > 0)
		curl.mime_subparts(
		    to, set_parts(http, part->parts, part->nparts));
	else if (part->path != NULL)
		curl.mime_filedata(to, part->path);
	else
		curl.mime_data(to,
		    part->data.data != NULL ? part->data.data : "",
		    part->data.length);
	if (part->name != NULL)
		curl.mime_name(to, part->name);
	if (part->path != NULL || part->filename != NULL)
		curl.mime_filename(to, part->filename);
	if (part->type != NULL)
		curl.mime_type(to, part->type);
	if (part->encoder != NULL)
		curl.mime_encoder(to, part->encoder);
	for (i = 0; i < part->nheaders; i++)
		headers = append(headers, part->headers[i]);
	if (headers != NULL)
		curl.mime_headers(to, headers, 1);
}

static curl_mime *
set_parts(struct http *http, const struct body_part *parts, size_t nparts)
{
	curl_mime *mime = curl.mime_init(http->easy);
	curl_mimepart *part;
	size_t i;

	if (mime == NULL)
		mem_exhausted();
	for (i = 0; i < nparts; i++) {
		part = curl.mime_addpart(mime);
		if (part == NULL)
			mem_exhausted();
		set_part(http, part, &parts[i]);
	}
	return mime;
}

static void
set_body(struct http *http, curl_mime **mime)
{
	struct body *body = http->call->body;

	switch (body != NULL ? body->kind : BODY_NONE) {
	case BODY_MEMORY:
		SET(http, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)body->data.length);
		SET(http, CURLOPT_POSTFIELDS, body->data.data);
		break;
	case BODY_STREAM:
		SET(http, CURLOPT_UPLOAD, 1L);
		SET(http, CURLOPT_INFILESIZE_LARGE, (curl_off_t)body->size);
		SET(http, CURLOPT_READFUNCTION, give_body);
		SET(http, CURLOPT_READDATA, http);
		SET(http, CURLOPT_SEEKFUNCTION, seek_body);
		SET(http, CURLOPT_SEEKDATA, http);
		break;
	case BODY_FORM:
		*mime = set_parts(http, body->parts, body->nparts);
		SET(http, CURLOPT_MIMEPOST, *mime);
		break;
	case BODY_NONE:
		if (http->call->is_head)
			SET(http, CURLOPT_NOBODY, 1L);
		break;
	}
}

static void
set_request(struct http *http, struct curl_slist *headers)
{
	const struct http_call *call = http->call;

	SET(http, CURLOPT_URL, call->url);
	if (call->method != NULL)
		SET(http, CURLOPT_CUSTOMREQUEST, call->method);
	if (call->user_agent == NULL)
		SET(http, CURLOPT_USERAGENT, "asauth/" ASAUTH_VERSION);
	else if (*call->user_agent != '\0')
		SET(http, CURLOPT_USERAGENT, call->user_agent);
	SET(http, CURLOPT_HTTPHEADER, headers);
}

/* --- Sending --- */

/* Registers TEXT, which is then wiped, if it is long enough to tell. */
static void
hide_part(char *text)
{
	if (strlen(text) >= LINK_PART_MIN)
		msg_secret(text);
	mem_wipe(text);
}

/* Keeps a presigned link out of all messages: whole, as the path that is
 * requested, and the signature and its like alone. */
static void
hide_link(const char *text)
{
	CURLU *url = url_new();
	char *path, *query;
	const char *at;

	msg_secret(text);
	curl.url_set(url, CURLUPART_URL, text, 0);
	path = url_part(url, CURLUPART_PATH, 0);
	query = url_part(url, CURLUPART_QUERY, 0);
	hide_part(mem_printf("%s?%s", path, query));
	for (at = query; *at != '\0'; at += strcspn(at, "&")) {
		at += *at == '&';
		at += strcspn(at, "=&");
		at += *at == '=';
		hide_part(mem_strndup(at, strcspn(at, "&")));
	}
	hide_part(path);
	mem_wipe(query);
	curl.url_cleanup(url);
}

static void
explain(struct http *http, struct http_result *result)
{
	const char *why = http->error[0] != '\0' ?
	    http->error :
	    curl.easy_strerror((CURLcode)result->status);
	const char *rest;

	if (http->are_headers_too_large) {
		result->status = AS_RECEIVE;
		why = "the reply's headers are too large";
	} else if (http->body_error == ETIMEDOUT) {
		result->status = AS_TIMEOUT;
		why = "out of time while waiting for the body to send";
	} else if (http->body_error != 0) {
		result->status = AS_READ;
		why = strerror(http->body_error);
	}
	strlcpy(result->error, why, sizeof(result->error));
	/* libcurl begins its messages with a capital letter; OpenSSL is a
	 * name. */
	rest = why + (*why != '\0');
	rest += strcspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ");
	if (*rest == ' ' || *rest == '\0')
		result->error[0] = (char)tolower((unsigned char)*why);
	result->error[strcspn(result->error, "\r\n")] = '\0';
}

/* Whether a call to URL went by a proxy, as far as option and environment
 * tell. */
static bool
uses_proxy(const struct http *http, const struct http_url *url)
{
	const char *value;
	size_t i;

	if (url->is_loopback)
		return false;
	if (http->config.proxy != NULL)
		return *http->config.proxy != '\0';
	for (i = 0; i < HTTP_PROXY_VARIABLES; i++) {
		value = getenv(http_proxy_variables[i]);
		if (value != NULL && *value != '\0')
			return true;
	}
	return false;
}

static void
collect(struct http *http, struct http_result *result)
{
	char *target = NULL;
	double time = 0;
	long connects = 0;

	curl.easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &result->code);
	result->retry_after = http_retry_after(http);
	curl.easy_getinfo(http->easy, CURLINFO_TOTAL_TIME, &time);
	curl.easy_getinfo(http->easy, CURLINFO_NUM_CONNECTS, &connects);
	http->marked_time += time;
	http->marked_connects += connects;
	curl.easy_getinfo(http->easy, CURLINFO_REDIRECT_URL, &target);
	mem_wipe(http->redirect_url);
	http->redirect_url = target != NULL ? mem_strdup(target) : NULL;
}

/* To libcurl a reply may end where its headers should go on. */
static CURLcode
perform_once(struct http *http)
{
	CURLcode code = curl.easy_perform(http->easy);

	if (code != CURLE_OK || !http->is_in_headers)
		return code;
	strlcpy(http->error, "the reply ends within its headers",
	    sizeof(http->error));
	return CURLE_PARTIAL_FILE;
}

static CURLcode
perform(struct http *http)
{
	CURLcode code = perform_once(http);

	if (code != CURLE_PEER_FAILED_VERIFICATION || http->authority == NULL)
		return code;
	/* The bundle may hold what the directory does not. */
	http->authority = NULL;
	SET(http, CURLOPT_CAINFO, curl.version_info(CURLVERSION_NOW)->cainfo);
	http->error[0] = '\0';
	return perform_once(http);
}

static bool
has_unsafe_header(const struct http_call *call)
{
	size_t i;

	for (i = 0; i < call->nheaders; i++)
		if (text_has_control(call->headers[i]))
			return true;
	return false;
}

int
http_send(struct http *http, struct http_call *call, struct http_result *result)
{
	struct curl_slist *headers = NULL;
	struct http_url url;
	curl_mime *mime = NULL;

	memset(result, 0, sizeof(*result));
	http->call = call;
	http->header_bytes = 0;
	http->are_headers_too_large = false;
	http->is_in_headers = false;
	http->is_retry_far = false;
	http->body_error = 0;
	http->error[0] = '\0';
	renew_handle(http);
	result->status = http_url_parse(call->url, &url);
	if (result->status != AS_OK || has_unsafe_header(call)) {
		strlcpy(
		    result->error, "unsafe characters", sizeof(result->error));
		http_url_free(&url);
		return result->status = AS_URL;
	}
	msg_secret(call->bearer);
	if (call->is_private)
		hide_link(call->url);
	headers = header_list(call);
	set_connection(http, &url);
	set_callbacks(http);
	set_body(http, &mime);
	set_request(http, headers);
	if (set_limits(http))
		result->status = (int)perform(http);
	else {
		result->status = AS_TIMEOUT;
		strlcpy(http->error, "out of time", sizeof(http->error));
	}
	result->by_proxy = uses_proxy(http, &url);
	if (result->status != AS_OK)
		explain(http, result);
	collect(http, result);
	/* The handle outlives these. */
	SET(http, CURLOPT_HTTPHEADER, NULL);
	SET(http, CURLOPT_MIMEPOST, NULL);
	curl.slist_free_all(headers);
	curl.mime_free(mime);
	http_url_free(&url);
	return result->status;
}

const char *
http_hint(const struct http_result *result)
{
	switch (result->status) {
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "--proxy and the https_proxy variable name the proxy";
	case CURLE_COULDNT_RESOLVE_HOST:
		return "is the network up? does it need a proxy (--proxy, or "
		       "the https_proxy variable)?";
	case CURLE_COULDNT_CONNECT:
		return result->by_proxy ?
		    "a proxy is set: is it that? (--proxy, or the https_proxy "
		    "variable; no_proxy names hosts that go without)" :
		    NULL;
	case CURLE_PEER_FAILED_VERIFICATION:
		if (strstr(result->error, "not yet valid") != NULL ||
		    strstr(result->error, "expired") != NULL)
			return "is this machine's clock right?";
		return "a proxy that inspects TLS needs its certificate given "
		       "with --cacert";
	case CURLE_RECV_ERROR:
		if (strstr(result->error, "407") != NULL)
			return "the proxy wants a user and a password, as in "
			       "https_proxy=http://USER:PASSWORD@HOST:PORT";
		return strstr(result->error, "CONNECT tunnel") != NULL ?
		    "the proxy refused to lead there" :
		    NULL;
	default:
		return NULL;
	}
}

bool
http_is_passing(int status)
{
	switch (status) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_HTTP2:
	case CURLE_PARTIAL_FILE:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

bool
http_is_passing_code(long code)
{
	return code == 408 || code == 429 || code == 500 || code == 502 ||
	    code == 503 || code == 504;
}

/* --- What is known about a transfer --- */

static const struct {
	const char *name;
	CURLINFO info;
} infos[] = {
	{ "content_type", CURLINFO_CONTENT_TYPE },
	{ "http_code", CURLINFO_RESPONSE_CODE },
	{ "http_connect", CURLINFO_HTTP_CONNECTCODE },
	{ "http_version", CURLINFO_HTTP_VERSION },
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
	{ "url_effective", CURLINFO_EFFECTIVE_URL },
};
#define NINFOS (sizeof(infos) / sizeof(infos[0]))

static char *
info_string(struct http *http, CURLINFO info)
{
	char *text = NULL;

	curl.easy_getinfo(http->easy, info, &text);
	return mem_strdup(text != NULL ? text : "");
}

static char *
info_long(struct http *http, CURLINFO info)
{
	static const char *const versions[] = { "0", "1.0", "1.1", "2", "3" };
	long value = 0;

	curl.easy_getinfo(http->easy, info, &value);
	if (info == CURLINFO_HTTP_VERSION)
		return mem_strdup(value == CURL_HTTP_VERSION_1_0 ? versions[1] :
			value == CURL_HTTP_VERSION_1_1		 ? versions[2] :
			value == CURL_HTTP_VERSION_2_0		 ? versions[3] :
			value == CURL_HTTP_VERSION_3		 ? versions[4] :
								   versions[0]);
	if (info == CURLINFO_RESPONSE_CODE || info == CURLINFO_HTTP_CONNECTCODE)
		return mem_printf("%03ld", value);
	return mem_printf("%ld", value);
}

static char *
info_number(struct http *http, CURLINFO info)
{
	curl_off_t whole = 0;
	double value = 0;

	if ((info & CURLINFO_TYPEMASK) == CURLINFO_OFF_T) {
		curl.easy_getinfo(http->easy, info, &whole);
		return mem_printf("%lld", (long long)whole);
	}
	curl.easy_getinfo(http->easy, info, &value);
	return mem_printf("%.6f", value);
}

char *
http_info(struct http *http, const char *name)
{
	size_t i;

	if (strcasecmp(name, "time_total") == 0)
		return mem_printf("%.6f", http->marked_time);
	if (strcasecmp(name, "num_connects") == 0)
		return mem_printf("%ld", http->marked_connects);
	for (i = 0; i < NINFOS; i++) {
		if (strcasecmp(infos[i].name, name) != 0)
			continue;
		switch (infos[i].info & CURLINFO_TYPEMASK) {
		case CURLINFO_STRING:
			return info_string(http, infos[i].info);
		case CURLINFO_LONG:
			return info_long(http, infos[i].info);
		default:
			return info_number(http, infos[i].info);
		}
	}
	return NULL;
}

long
http_retry_after(struct http *http)
{
	curl_off_t wait = 0;

	curl.easy_getinfo(http->easy, CURLINFO_RETRY_AFTER, &wait);
	return wait > RETRY_LIMIT || http->is_retry_far ? RETRY_LIMIT :
							  (long)wait;
}

void
http_mark(struct http *http)
{
	http->marked_time = 0;
	http->marked_connects = 0;
}

void
http_forget(struct http *http, const char *url)
{
	http_mark(http);
	renew_handle(http);
	SET(http, CURLOPT_URL, url);
}

const char *
http_redirect_url(struct http *http)
{
	return http->redirect_url;
}
