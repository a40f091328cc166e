#include "options.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "asauth.h"
#include "mem.h"
#include "msg.h"
#include "text.h"

/* clang-format off */
const struct option_row options[OPT_COUNT] = {
[OPT_REQUEST] = { "request", 'X', "METHOD", NULL, NULL, NULL, KIND_TEXT,
	FOR_REQUEST, OPT_IS_PLAIN | OPT_IS_COMMON, "the method to use" },
[OPT_HEADER] = { "header", 'H', "LINE", NULL, NULL, NULL, KIND_LIST,
	FOR_REQUEST, OPT_IS_COMMON, "a header line, or @FILE with many" },
[OPT_DATA] = { "data", 'd', "DATA", NULL, NULL, NULL, KIND_LIST,
	FOR_REQUEST, OPT_MAY_BE_EMPTY | OPT_IS_COMMON,
	"POST this, or @FILE without its newlines" },
[OPT_DATA_RAW] = { "data-raw", 0, "DATA", NULL, NULL, NULL, KIND_LIST,
	FOR_REQUEST, OPT_MAY_BE_EMPTY, "POST this, @ being nothing special" },
[OPT_DATA_BINARY] = { "data-binary", 0, "DATA", NULL, NULL, NULL, KIND_LIST,
	FOR_REQUEST, OPT_MAY_BE_EMPTY, "POST this, or @FILE as it is" },
[OPT_DATA_URLENCODE] = { "data-urlencode", 0, "DATA", NULL, NULL, NULL,
	KIND_LIST, FOR_REQUEST, OPT_MAY_BE_EMPTY, "POST this percent-encoded" },
[OPT_JSON_BODY] = { "json", 0, "DATA", NULL, NULL, NULL, KIND_LIST,
	FOR_REQUEST, OPT_MAY_BE_EMPTY | OPT_IS_COMMON,
	"POST this, or @FILE, as JSON" },
[OPT_FORM] = { "form", 'F', "NAME=CONTENT", NULL, NULL, NULL, KIND_LIST,
	FOR_REQUEST, 0, "POST a multipart field" },
[OPT_UPLOAD_FILE] = { "upload-file", 'T', "FILE", NULL, NULL, NULL, KIND_TEXT,
	FOR_REQUEST, OPT_IS_COMMON, "PUT the file; - is stdin" },
[OPT_OUTPUT] = { "output", 'o', "FILE", NULL, NULL, NULL, KIND_TEXT,
	FOR_REQUEST, OPT_IS_COMMON, "write the body there, whole or not at all" },
[OPT_INCLUDE] = { "include", 'i', NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_REQUEST, 0, "write the reply's headers before its body" },
[OPT_DUMP_HEADER] = { "dump-header", 'D', "FILE", NULL, NULL, NULL, KIND_TEXT,
	FOR_REQUEST, 0, "write the reply's headers to a file" },
[OPT_ETAG_FROM] = { "etag-from", 0, "URL", NULL, NULL, NULL, KIND_TEXT,
	FOR_REQUEST, OPT_IS_COMMON,
	"send the ETag of that (. is URL) as If-Match" },
[OPT_ETAG_SAVE] = { "etag-save", 0, "FILE", NULL, NULL, NULL, KIND_TEXT,
	FOR_REQUEST, 0, "write the reply's ETag to a file" },
[OPT_FETCH_LINK] = { "fetch-link", 0, NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_REQUEST, OPT_IS_COMMON,
	"deliver what the link in the reply holds" },
[OPT_NO_FAIL] = { "no-fail", 0, NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_REQUEST, OPT_IS_COMMON, "status 0 whatever the API answers" },
[OPT_FAIL] = { "fail", 'f', NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_REQUEST, 0, "drop the body of an error" },
[OPT_FAIL_WITH_BODY] = { "fail-with-body", 0, NULL, NULL, NULL, NULL,
	KIND_FLAG, FOR_REQUEST, 0, "write the body of an error (the default)" },
[OPT_GET] = { "get", 'G', NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_REQUEST, 0, "put -d data into the URL and GET it" },
[OPT_HEAD] = { "head", 'I', NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_REQUEST, 0, "ask for the headers only" },
[OPT_LOCATION] = { "location", 'L', NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_REQUEST, 0, "follow redirects of GET and HEAD" },
[OPT_USER_AGENT] = { "user-agent", 'A', "NAME", NULL, NULL, NULL, KIND_TEXT,
	FOR_REQUEST, OPT_IS_PLAIN | OPT_MAY_BE_EMPTY,
	"the User-Agent to send" },
[OPT_WRITE_OUT] = { "write-out", 'w', "FORMAT", NULL, NULL, NULL, KIND_TEXT,
	FOR_REQUEST, OPT_MAY_BE_EMPTY, "print this after the transfer" },
[OPT_PROGRESS_BAR] = { "progress-bar", '#', NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_REQUEST, 0, "show the progress as a bar" },
[OPT_SPEED_TIME] = { "speed-time", 'y', "SECONDS", NULL, NULL, NULL,
	KIND_WHOLE, FOR_REQUEST, 0, "give up when slower than -Y this long" },
[OPT_SPEED_LIMIT] = { "speed-limit", 'Y', "BYTES", NULL, NULL, NULL,
	KIND_WHOLE, FOR_REQUEST, 0, "bytes per second that -y demands" },
[OPT_RETRY] = { "retry", 0, "COUNT", NULL, NULL, NULL, KIND_WHOLE,
	FOR_REQUEST, 0, "retry passing failures so often" },
[OPT_RETRY_DELAY] = { "retry-delay", 0, "SECONDS", NULL, NULL, NULL,
	KIND_WHOLE, FOR_REQUEST, 0, "wait so long between tries" },
[OPT_RETRY_MAX_TIME] = { "retry-max-time", 0, "SECONDS", NULL, NULL, NULL,
	KIND_WHOLE, FOR_REQUEST, 0, "begin no retry after so long" },

[OPT_FORMAT] = { "format", 0, "FORMAT", NULL, NULL, "token", KIND_TEXT,
	FOR_TOKEN, OPT_IS_COMMON, "token, header, curl or json" },
[OPT_FORGET] = { "forget", 0, NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_TOKEN, OPT_IS_COMMON, "delete the cached token, print nothing" },

[OPT_ALL] = { "all", 0, NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_WHOAMI, OPT_IS_COMMON, "ask about every scope known" },
[OPT_OFFLINE] = { "offline", 0, NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_WHOAMI, OPT_IS_COMMON, "ask the cache alone, not the network" },
[OPT_JSON_REPORT] = { "json", 0, NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_WHOAMI, OPT_IS_COMMON, "print the report as JSON" },

[OPT_REFRESH] = { "refresh", 0, NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_TOKEN | FOR_WHOAMI, OPT_IS_COMMON,
	"mint a new token, replace the cached one" },

[OPT_PROFILE] = { "profile", 0, "NAME", "ASAUTH_PROFILE", NULL, NULL,
	KIND_TEXT, FOR_ALL, OPT_IS_BASIC, "the config file's profile to use" },
[OPT_SCOPE] = { "scope", 0, "SCOPE", "ASAUTH_SCOPE", "scope",
	"appstore::apps:readwrite", KIND_TEXT, FOR_ALL,
	OPT_IS_TRIMMED | OPT_IS_PLAIN | OPT_IS_COMMON,
	"submission (default), reporting or another" },
[OPT_CLIENT_ID] = { "client-id", 0, "ID", "ASAUTH_CLIENT_ID", "client_id",
	NULL, KIND_TEXT, FOR_ALL,
	OPT_IS_TRIMMED | OPT_IS_PLAIN | OPT_IS_BASIC,
	"the security profile's client id" },
[OPT_CLIENT_SECRET_FILE] = { "client-secret-file", 0, "FILE",
	"ASAUTH_CLIENT_SECRET_FILE", "client_secret_file", NULL, KIND_TEXT,
	FOR_ALL, OPT_IS_PATH | OPT_IS_BASIC,
	"read the client secret there; - is stdin" },
[OPT_CLIENT_SECRET] = { "client-secret", 0, "SECRET", "ASAUTH_CLIENT_SECRET",
	"client_secret", NULL, KIND_TEXT, FOR_ALL,
	OPT_IS_SECRET | OPT_IS_TRIMMED | OPT_IS_PLAIN, "the client secret" },
[OPT_CLIENT_SECRET_COMMAND] = { NULL, 0, NULL, NULL, "client_secret_command",
	NULL, KIND_COMMAND, FOR_ALL, OPT_IS_GUARDED,
	"a program that prints the client secret" },
[OPT_TOKEN] = { NULL, 0, NULL, "ASAUTH_TOKEN", NULL, NULL, KIND_TEXT,
	FOR_ALL, OPT_IS_SECRET | OPT_IS_TRIMMED, "a token obtained elsewhere" },
[OPT_CONFIG] = { "config", 0, "FILE", "ASAUTH_CONFIG", NULL, NULL, KIND_TEXT,
	FOR_ALL, 0, "the config file" },
[OPT_API_URL] = { "api-url", 0, "URL", "ASAUTH_API_URL", "api_url",
	"https://developer.amazon.com/api/appstore", KIND_TEXT, FOR_ALL,
	OPT_IS_GUARDED, "what a URL that begins with / is appended to" },
[OPT_TOKEN_URL] = { "token-url", 0, "URL", "ASAUTH_TOKEN_URL", "token_url",
	"https://api.amazon.com/auth/o2/token", KIND_TEXT, FOR_ALL,
	OPT_IS_GUARDED, "the token endpoint" },
[OPT_ALLOW_HOST] = { "allow-host", 0, "HOST", "ASAUTH_ALLOW_HOSTS",
	"allow_hosts", NULL, KIND_LIST, FOR_ALL, OPT_IS_GUARDED,
	"a further host that may see secrets" },
[OPT_CACHE_DIR] = { "cache-dir", 0, "DIR", "ASAUTH_CACHE_DIR", NULL, NULL,
	KIND_TEXT, FOR_ALL, 0, "where tokens are kept" },
[OPT_NO_CACHE] = { "no-cache", 0, NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_ALL, 0, "neither read nor write the disk" },
[OPT_MIN_TTL] = { "min-ttl", 0, "SECONDS", NULL, NULL, "60", KIND_WHOLE,
	FOR_ALL, 0, "life that a cached token must have left" },
[OPT_CONNECT_TIMEOUT] = { "connect-timeout", 0, "SECONDS", NULL, NULL, NULL,
	KIND_SECONDS, FOR_ALL, 0, "time to connect" },
[OPT_MAX_TIME] = { "max-time", 'm', "SECONDS", NULL, NULL, NULL,
	KIND_SECONDS, FOR_ALL, 0, "time for the whole run" },
[OPT_CACERT] = { "cacert", 0, "FILE", NULL, NULL, NULL, KIND_TEXT, FOR_ALL,
	0, "certificates to trust" },
[OPT_CAPATH] = { "capath", 0, "DIR", NULL, NULL, NULL, KIND_TEXT, FOR_ALL,
	0, "directory of certificates to trust" },
[OPT_PROXY] = { "proxy", 'x', "URL", NULL, NULL, NULL, KIND_TEXT, FOR_ALL,
	OPT_MAY_BE_EMPTY, "the proxy to use" },
[OPT_IPV4] = { "ipv4", '4', NULL, NULL, NULL, NULL, KIND_FLAG, FOR_ALL, 0,
	"IPv4 only" },
[OPT_IPV6] = { "ipv6", '6', NULL, NULL, NULL, NULL, KIND_FLAG, FOR_ALL, 0,
	"IPv6 only" },
[OPT_VERBOSE] = { "verbose", 'v', NULL, NULL, NULL, NULL, KIND_FLAG, FOR_ALL,
	OPT_IS_BASIC, "show the traffic, secrets redacted" },
[OPT_SILENT] = { "silent", 's', NULL, NULL, NULL, NULL, KIND_FLAG, FOR_ALL,
	0, "hide progress, warnings and errors" },
[OPT_SHOW_ERROR] = { "show-error", 'S', NULL, NULL, NULL, NULL, KIND_FLAG,
	FOR_ALL, 0, "show errors although silent" },
[OPT_HELP] = { "help", 'h', NULL, NULL, NULL, NULL, KIND_FLAG, FOR_ALL, 0,
	"show this help" },
};
/* clang-format on */

const enum option_id option_secrets[OPTION_SECRETS] = { OPT_CLIENT_SECRET,
	OPT_CLIENT_SECRET_FILE, OPT_CLIENT_SECRET_COMMAND };

enum option_id
option_by_key(const char *key)
{
	enum option_id id;

	for (id = 0; id < OPT_COUNT; id++)
		if (options[id].key != NULL &&
		    strcmp(options[id].key, key) == 0)
			break;
	return id;
}

bool
layer_has(const struct layer *layer, enum option_id id)
{
	return layer->text[id] != NULL || layer->array[id] != NULL;
}

char *
layer_title(const struct layer *layer, enum option_id id)
{
	const struct option_row *row = &options[id];

	switch (layer->kind) {
	case LAYER_FLAGS:
		return mem_printf("--%s", row->name);
	case LAYER_ENVIRONMENT:
		return mem_strdup(row->env);
	case LAYER_PROFILE:
		return mem_printf("%s in profile %s of %s", row->key,
		    layer->profile, layer->file);
	case LAYER_TOP:
		return mem_printf("%s in %s", row->key, layer->file);
	default:
		return mem_strdup("the default");
	}
}

static int
refuse(const struct layer *layer, enum option_id id, const char *why)
{
	char *title = layer_title(layer, id);

	msg_fail(AS_USAGE, "%s: %s", title, why);
	free(title);
	return AS_USAGE;
}

/* What is wrong with TEXT as a value of this KIND, or NULL. */
static const char *
flaw_of(enum option_kind kind, const char *text)
{
	const char *error;
	double seconds;
	char *end;

	switch (kind) {
	case KIND_WHOLE:
		if (text[strspn(text, "0123456789")] != '\0')
			return "not a whole number";
		strtonum(text, 0, INT_MAX, &error);
		return error; /* "too large" */
	case KIND_SECONDS:
		seconds = strtod(text, &end);
		if (end == text || text[strspn(text, "0123456789.")] != '\0' ||
		    *end != '\0')
			return "not a number of seconds";
		/* As curl(1) has it. */
		return seconds <= (double)(LONG_MAX / 1000) ? NULL :
							      "too large";
	default:
		return NULL;
	}
}

int
layer_set(struct layer *layer, enum option_id id, const char *text)
{
	const struct option_row *row = &options[id];
	const char *flaw;
	char *value;

	value = row->marks & OPT_IS_TRIMMED ? text_trimmed(text) :
					      mem_strdup(text);
	if (*value == '\0' && !(row->marks & OPT_MAY_BE_EMPTY)) {
		mem_wipe(value);
		return AS_OK;
	}
	layer_drop(layer, id);
	layer->text[id] = value;
	if (row->marks & OPT_IS_PLAIN && text_has_control(value))
		return refuse(layer, id, "control characters are not allowed");
	flaw = flaw_of(row->kind, value);
	return flaw != NULL ? refuse(layer, id, flaw) : AS_OK;
}

void
layer_drop(struct layer *layer, enum option_id id)
{
	mem_wipe(layer->text[id]);
	layer->text[id] = NULL;
	layer->array[id] = NULL;
}

void
layer_free(struct layer *layer)
{
	enum option_id id;

	for (id = 0; id < OPT_COUNT; id++)
		layer_drop(layer, id);
}
