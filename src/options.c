#include "options.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "credential.h"
#include "hide.h"
#include "mem.h"
#include "refused.h"
#include "suggest.h"
#include "text.h"

const struct command *const commands[COMMANDS] = {
	&command_token,
	&command_request,
	&command_whoami_scope,
};

/* clang-format off */
const struct option_row options[OPT_COUNT] = {
[OPT_REQUEST] = { .name = "request", .letter = 'X', .metavar = "METHOD",
	.values = "GET POST PUT DELETE HEAD", .commands = FOR_REQUEST,
	.marks = OPT_IS_PLAIN, .help = "the method to use" },
[OPT_URL] = { .name = "url", .metavar = "URL", .commands = FOR_REQUEST,
	.help = "the URL, in place of the operand" },
[OPT_URL_QUERY] = { .name = "url-query", .metavar = "DATA", .kind = KIND_LIST,
	.commands = FOR_REQUEST, .marks = OPT_MAY_BE_EMPTY,
	.help = "add this to the URL, percent-encoded" },
[OPT_GLOBOFF] = { .name = "globoff", .letter = 'g', .commands = FOR_REQUEST,
	.help = "take the URL literally, as it is in any case" },
[OPT_COMPRESSED] = { .name = "compressed", .commands = FOR_REQUEST,
	.help = "ask for a compressed reply, unpack it" },
[OPT_HTTP1_1] = { .name = "http1.1", .commands = FOR_REQUEST,
	.help = "use HTTP/1.1" },
[OPT_HTTP2] = { .name = "http2", .commands = FOR_REQUEST,
	.help = "use HTTP/2 where the server does" },
[OPT_HEADER] = { .name = "header", .letter = 'H', .metavar = "LINE",
	.kind = KIND_LIST, .commands = FOR_REQUEST,
	.marks = OPT_MAY_BE_EMPTY,
	.help = "a header line, or @FILE with many" },
[OPT_DATA] = { .name = "data", .letter = 'd', .metavar = "DATA",
	.kind = KIND_LIST, .commands = FOR_REQUEST,
	.marks = OPT_MAY_BE_EMPTY,
	.help = "POST this, or @FILE without its newlines" },
[OPT_DATA_ASCII] = { .name = "data-ascii", .metavar = "DATA",
	.kind = KIND_LIST, .commands = FOR_REQUEST, .marks = OPT_MAY_BE_EMPTY,
	.help = "the same as --data" },
[OPT_DATA_RAW] = { .name = "data-raw", .metavar = "DATA", .kind = KIND_LIST,
	.commands = FOR_REQUEST, .marks = OPT_MAY_BE_EMPTY,
	.help = "POST this; @ has no meaning" },
[OPT_DATA_BINARY] = { .name = "data-binary", .metavar = "DATA",
	.kind = KIND_LIST, .commands = FOR_REQUEST, .marks = OPT_MAY_BE_EMPTY,
	.help = "POST this, or @FILE as it is" },
[OPT_DATA_URLENCODE] = { .name = "data-urlencode", .metavar = "DATA",
	.kind = KIND_LIST, .commands = FOR_REQUEST, .marks = OPT_MAY_BE_EMPTY,
	.help = "POST this percent-encoded" },
[OPT_JSON_BODY] = { .name = "json", .metavar = "DATA", .kind = KIND_LIST,
	.commands = FOR_REQUEST, .marks = OPT_MAY_BE_EMPTY,
	.help = "POST this, or @FILE, as JSON" },
[OPT_FORM] = { .name = "form", .letter = 'F', .metavar = "NAME=CONTENT",
	.kind = KIND_LIST, .commands = FOR_REQUEST,
	.help = "POST a multipart field" },
[OPT_UPLOAD_FILE] = { .name = "upload-file", .letter = 'T', .metavar = "FILE",
	.commands = FOR_REQUEST,
	.help = "PUT the file; - is stdin" },
[OPT_OUTPUT] = { .name = "output", .letter = 'o', .metavar = "FILE",
	.commands = FOR_REQUEST,
	.help = "write the body there, whole or not at all" },
[OPT_INCLUDE] = { .name = "include", .letter = 'i', .commands = FOR_REQUEST,
	.help = "write the reply's headers before its body" },
[OPT_DUMP_HEADER] = { .name = "dump-header", .letter = 'D', .metavar = "FILE",
	.commands = FOR_REQUEST,
	.help = "write the reply's headers to a file" },
[OPT_ETAG_FROM] = { .name = "etag-from", .metavar = "URL",
	.commands = FOR_REQUEST,
	.help = "send the ETag of this URL as If-Match" },
[OPT_ETAG_SAVE] = { .name = "etag-save", .metavar = "FILE",
	.commands = FOR_REQUEST, .help = "write the reply's ETag to a file" },
[OPT_ETAG_COMPARE] = { .name = "etag-compare", .metavar = "FILE",
	.commands = FOR_REQUEST,
	.help = "send the ETag in a file as If-None-Match" },
[OPT_CREATE_DIRS] = { .name = "create-dirs", .commands = FOR_REQUEST,
	.help = "make the directories of -o and its like" },
[OPT_NO_BUFFER] = { .name = "no-buffer", .letter = 'N',
	.commands = FOR_REQUEST,
	.help = "write bytes as they come, as is done in any case" },
[OPT_FETCH_LINK] = { .name = "fetch-link", .commands = FOR_REQUEST,
	.help = "fetch what the link in the reply leads to" },
[OPT_NO_FAIL] = { .name = "no-fail", .commands = FOR_REQUEST,
	.help = "status 0 whatever the API answers" },
[OPT_FAIL] = { .name = "fail", .letter = 'f', .commands = FOR_REQUEST,
	.help = "drop the body of an error" },
[OPT_FAIL_WITH_BODY] = { .name = "fail-with-body", .commands = FOR_REQUEST,
	.help = "write the body of an error to -o, too" },
[OPT_GET] = { .name = "get", .letter = 'G', .commands = FOR_REQUEST,
	.help = "put -d data into the URL and GET it" },
[OPT_HEAD] = { .name = "head", .letter = 'I', .commands = FOR_REQUEST,
	.help = "ask for the headers only" },
[OPT_LOCATION] = { .name = "location", .letter = 'L', .commands = FOR_REQUEST,
	.help = "follow redirects of GET and HEAD" },
[OPT_MAX_REDIRS] = { .name = "max-redirs", .metavar = "COUNT",
	.kind = KIND_LIMIT, .commands = FOR_REQUEST,
	.help = "follow so many at most; -1: no limit" },
[OPT_USER_AGENT] = { .name = "user-agent", .letter = 'A', .metavar = "NAME",
	.commands = FOR_REQUEST, .marks = OPT_MAY_BE_EMPTY,
	.help = "the User-Agent to send" },
[OPT_WRITE_OUT] = { .name = "write-out", .letter = 'w', .metavar = "FORMAT",
	.commands = FOR_REQUEST, .marks = OPT_MAY_BE_EMPTY,
	.help = "print this after the transfer" },
[OPT_PROGRESS_BAR] = { .name = "progress-bar", .letter = '#',
	.commands = FOR_REQUEST, .help = "show the progress as a bar" },
[OPT_NO_PROGRESS_METER] = { .name = "no-progress-meter",
	.commands = FOR_REQUEST, .help = "hide the progress alone" },
[OPT_LIMIT_RATE] = { .name = "limit-rate", .metavar = "BYTES",
	.kind = KIND_BYTES, .commands = FOR_REQUEST,
	.help = "bytes per second at most, as in 100K or 2M" },
[OPT_SPEED_TIME] = { .name = "speed-time", .letter = 'y', .metavar = "SECONDS",
	.kind = KIND_WHOLE, .commands = FOR_REQUEST,
	.help = "give up if slower than -Y for so long" },
[OPT_SPEED_LIMIT] = { .name = "speed-limit", .letter = 'Y', .metavar = "BYTES",
	.kind = KIND_WHOLE, .commands = FOR_REQUEST,
	.help = "the speed for -y, in bytes per second" },
[OPT_RETRY] = { .name = "retry", .metavar = "COUNT", .kind = KIND_WHOLE,
	.commands = FOR_REQUEST, .help = "try again, up to so many times" },
[OPT_RETRY_DELAY] = { .name = "retry-delay", .metavar = "SECONDS",
	.kind = KIND_WHOLE, .commands = FOR_REQUEST,
	.help = "pause before each further try" },
[OPT_RETRY_MAX_TIME] = { .name = "retry-max-time", .metavar = "SECONDS",
	.kind = KIND_WHOLE, .commands = FOR_REQUEST,
	.help = "make no further try after so long" },
[OPT_RETRY_ALL_ERRORS] = { .name = "retry-all-errors",
	.commands = FOR_REQUEST, .help = "--retry lasting failures, too" },
[OPT_RETRY_CONNREFUSED] = { .name = "retry-connrefused",
	.commands = FOR_REQUEST, .help = "--retry refused connections, too" },

[OPT_FORMAT] = { .name = "format", .metavar = "FORMAT",
	.values = "token header curl json", .default_value = "token",
	.commands = FOR_TOKEN, .marks = OPT_IS_COMMON,
	.help = "token, header, curl or json" },
[OPT_FORGET] = { .name = "forget", .commands = FOR_TOKEN,
	.marks = OPT_IS_COMMON,
	.help = "delete the cached token, print nothing" },

[OPT_ALL] = { .name = "all", .commands = FOR_WHOAMI, .marks = OPT_IS_COMMON,
	.help = "ask about every scope known" },
[OPT_OFFLINE] = { .name = "offline", .commands = FOR_WHOAMI,
	.marks = OPT_IS_COMMON,
	.help = "ask the cache alone, not the network" },
[OPT_JSON_REPORT] = { .name = "json", .commands = FOR_WHOAMI,
	.marks = OPT_IS_COMMON, .help = "print the report as JSON" },

[OPT_REFRESH] = { .name = "refresh", .commands = FOR_TOKEN | FOR_WHOAMI,
	.marks = OPT_IS_COMMON,
	.help = "get a new token, replace the cached one" },

[OPT_PROFILE] = { .name = "profile", .metavar = "NAME", .env = "ASAUTH_PROFILE",
	.marks = OPT_IS_COMMON, .help = "the config file's profile to use" },
[OPT_SCOPE] = { .name = "scope", .metavar = "SCOPE",
	.values = "submission reporting appstore::apps:readwrite "
	    "adx_reporting::appstore:marketer",
	.env = "ASAUTH_SCOPE", .key = "scope",
	.default_value = "appstore::apps:readwrite",
	.marks = OPT_IS_TRIMMED | OPT_IS_PLAIN | OPT_IS_COMMON,
	.help = "submission, reporting or another" },
[OPT_CLIENT_ID] = { .name = "client-id", .metavar = "ID",
	.env = "ASAUTH_CLIENT_ID", .key = "client_id",
	.marks = OPT_IS_TRIMMED | OPT_IS_ASCII | OPT_IS_COMMON | OPT_IS_GUARDED,
	.help = "the security profile's client id" },
[OPT_CLIENT_SECRET_FILE] = { .name = "client-secret-file", .metavar = "FILE",
	.env = "ASAUTH_CLIENT_SECRET_FILE", .key = "client_secret_file",
	.marks = OPT_IS_PATH | OPT_IS_COMMON,
	.help = "read the client secret there; - is stdin" },
[OPT_CLIENT_SECRET] = { .name = "client-secret", .metavar = "SECRET",
	.env = "ASAUTH_CLIENT_SECRET", .key = "client_secret",
	.marks = OPT_IS_SECRET | OPT_IS_TRIMMED | OPT_IS_ASCII,
	.help = "the client secret" },
[OPT_CLIENT_SECRET_COMMAND] = { .key = "client_secret_command",
	.kind = KIND_COMMAND, .marks = OPT_IS_PATH | OPT_IS_GUARDED,
	.help = "a program that prints the client secret" },
[OPT_TOKEN] = { .env = "ASAUTH_TOKEN", .marks = OPT_IS_SECRET | OPT_IS_TRIMMED,
	.help = "a token obtained elsewhere" },
[OPT_CONFIG] = { .name = "config", .metavar = "FILE", .env = "ASAUTH_CONFIG",
	.marks = OPT_IS_PATH,
	.help = "the config file" },
[OPT_API_URL] = { .name = "api-url", .metavar = "URL", .env = "ASAUTH_API_URL",
	.key = "api_url",
	.default_value = "https://developer.amazon.com/api/appstore",
	.marks = OPT_IS_GUARDED,
	.help = "what a URL that begins with / is appended to" },
[OPT_TOKEN_URL] = { .name = "token-url", .metavar = "URL",
	.env = "ASAUTH_TOKEN_URL", .key = "token_url",
	.default_value = "https://api.amazon.com/auth/o2/token",
	.marks = OPT_IS_GUARDED, .help = "the token endpoint" },
[OPT_ALLOW_HOST] = { .name = "allow-host", .metavar = "HOST",
	.env = "ASAUTH_ALLOW_HOSTS", .key = "allow_hosts", .kind = KIND_LIST,
	.marks = OPT_IS_GUARDED,
	.help = "a further host that may see secrets" },
[OPT_CACHE_DIR] = { .name = "cache-dir", .metavar = "DIR",
	.env = "ASAUTH_CACHE_DIR", .marks = OPT_IS_PATH,
	.help = "where tokens are kept" },
[OPT_NO_CACHE] = { .name = "no-cache",
	.help = "neither read nor write the disk" },
[OPT_MIN_TTL] = { .name = "min-ttl", .metavar = "SECONDS",
	.default_value = "60", .kind = KIND_WHOLE,
	.help = "seconds that a cached token must live" },
[OPT_CONNECT_TIMEOUT] = { .name = "connect-timeout", .metavar = "SECONDS",
	.kind = KIND_SECONDS, .help = "time to connect" },
[OPT_MAX_TIME] = { .name = "max-time", .letter = 'm', .metavar = "SECONDS",
	.kind = KIND_SECONDS, .help = "time for the whole run" },
[OPT_CACERT] = { .name = "cacert", .metavar = "FILE",
	.help = "certificates to trust" },
[OPT_CAPATH] = { .name = "capath", .metavar = "DIR",
	.help = "directory of certificates to trust" },
[OPT_PROXY] = { .name = "proxy", .letter = 'x', .metavar = "URL",
	.marks = OPT_MAY_BE_EMPTY, .help = "the proxy to use" },
[OPT_PROXY_USER] = { .name = "proxy-user", .letter = 'U',
	.metavar = "USER:PASSWORD", .kind = KIND_LOGIN, .marks = OPT_IS_SECRET,
	.help = "log in to the proxy with this" },
[OPT_PROXY_ANYAUTH] = { .name = "proxy-anyauth",
	.help = "log in to the proxy in the way it asks for" },
[OPT_PROXY_CACERT] = { .name = "proxy-cacert", .metavar = "FILE",
	.help = "certificates to trust of an https proxy" },
[OPT_NOPROXY] = { .name = "noproxy", .metavar = "HOSTS",
	.marks = OPT_MAY_BE_EMPTY,
	.help = "hosts to ask without a proxy, or *" },
[OPT_IPV4] = { .name = "ipv4", .letter = '4', .help = "IPv4 only" },
[OPT_IPV6] = { .name = "ipv6", .letter = '6', .help = "IPv6 only" },
[OPT_VERBOSE] = { .name = "verbose", .letter = 'v', .marks = OPT_IS_COMMON,
	.help = "show the traffic, secrets redacted" },
[OPT_SILENT] = { .name = "silent", .letter = 's',
	.help = "hide progress, warnings and errors" },
[OPT_SHOW_ERROR] = { .name = "show-error", .letter = 'S',
	.help = "show errors although silent" },
[OPT_HELP] = { .name = "help", .letter = 'h', .help = "show this help" },
};
/* clang-format on */

const enum option_id option_secrets[OPTION_SECRETS] = { OPT_CLIENT_SECRET,
	OPT_CLIENT_SECRET_FILE, OPT_CLIENT_SECRET_COMMAND };

const struct command *
option_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS && name != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

void
option_hide_variables(void)
{
	enum option_id id;
	const char *text;
	char *trimmed;

	for (id = 0; id < OPT_COUNT; id++) {
		text = options[id].env != NULL ? getenv(options[id].env) : NULL;
		if (text == NULL || !(options[id].marks & OPT_IS_SECRET))
			continue;
		trimmed = text_trimmed(text);
		hide_secret(trimmed);
		mem_wipe(trimmed);
	}
}

bool
option_is_known(enum option_id id, const struct command *command)
{
	const struct option_row *row = &options[id];

	return row->name != NULL &&
	    (row->commands == 0 || row->commands & command->mask);
}

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

static const char *
flaw_of_whole(const char *text)
{
	const char *error;

	if (text[strspn(text, "0123456789")] != '\0')
		return "not a whole number";
	strtonum(text, 0, INT_MAX, &error);
	return error; /* "too large" */
}

static const char *
flaw_of_bytes(const char *text)
{
	const size_t digits = strspn(text, "0123456789");
	const char *error;
	char *number;

	if (digits == 0 || (text[digits] != '\0' && text[digits + 1] != '\0') ||
	    strchr("BbKkMmGg", text[digits]) == NULL)
		return "not a number of bytes, with B, K, M or G behind it";
	number = mem_strndup(text, digits);
	strtonum(number, 0, INT64_MAX >> 30, &error);
	free(number);
	return error; /* "too large" */
}

static const char *
flaw_of_seconds(const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end != '\0' ||
	    text[strspn(text, "0123456789.")] != '\0')
		return "not a number of seconds";
	/* The limit of curl(1) where long has 64 bits. */
	return seconds <= (double)(INT64_MAX / 1000) ? NULL : "too large";
}

const char *
option_flaw(enum option_id id, const char *text)
{
	if (options[id].marks & OPT_IS_PLAIN && text_has_control(text))
		return "control characters are not allowed";
	if (options[id].marks & OPT_IS_ASCII)
		return credential_flaw(text);
	if (options[id].kind == KIND_LIMIT && strcmp(text, "-1") == 0)
		return NULL;
	if (options[id].kind == KIND_WHOLE || options[id].kind == KIND_LIMIT)
		return flaw_of_whole(text);
	if (options[id].kind == KIND_LOGIN && strchr(text, ':') == NULL)
		return "not USER:PASSWORD";
	if (options[id].kind == KIND_BYTES)
		return flaw_of_bytes(text);
	if (options[id].kind == KIND_SECONDS)
		return flaw_of_seconds(text);
	return NULL;
}

void
option_hint(
    const struct command *command, const char *advice, struct failure *failure)
{
	failure_hint(failure, "%ssee asauth %s%s--help", advice,
	    command != NULL ? command->name : "", command != NULL ? " " : "");
}

int
option_fail(const struct command *command, const char *what, const char *wrong,
    struct failure *failure)
{
	failure_set(failure, AS_USAGE, "%s: %s", what, wrong);
	option_hint(command, "", failure);
	return AS_USAGE;
}

/* The option that NAME, "-x" or "--name", stands for; OPT_COUNT if there is
 * none. */
static enum option_id
find_option(const struct command *command, const char *name)
{
	enum option_id id;

	for (id = 0; id < OPT_COUNT; id++)
		if (option_is_known(id, command) &&
		    (name[1] == '-' ? strcmp(options[id].name, name + 2) == 0 :
				      options[id].letter == name[1]))
			break;
	return id;
}

/* Those that know the option NAME. */
static unsigned int
commands_knowing(const char *name)
{
	unsigned int masks = 0;
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (find_option(commands[i], name) != OPT_COUNT)
			masks |= commands[i]->mask;
	return masks;
}

/* Whether NAME switches off what can be switched on, as in curl(1). */
static bool
is_negation(const char *name)
{
	char *positive;
	bool result;

	if (!text_begins(name, "--no-"))
		return false;
	positive = mem_printf("--%s", name + 5);
	result = commands_knowing(positive) != 0 ||
	    refused_find(positive) != NULL;
	free(positive);
	return result;
}

static void
fail_misplaced(const char *name, unsigned int masks, struct failure *failure)
{
	struct buf names = { 0 };
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (commands[i]->mask & masks)
			buf_printf(&names, "%s%s",
			    names.length == 0 ? "" : " and ",
			    commands[i]->name);
	failure_set(
	    failure, AS_USAGE, "%s: an option of asauth %s", name, names.data);
	buf_free(&names);
}

/* The long name that the unknown option NAME is a slip of; NULL: none. */
static const char *
long_meant(const struct command *command, const char *name)
{
	struct suggestion meant = { .word = name + 2 };
	enum option_id id;

	suggest_consider(&meant, "help");
	if (command == NULL)
		suggest_consider(&meant, "version");
	for (id = 0; id < OPT_COUNT && command != NULL; id++)
		if (option_is_known(id, command))
			suggest_consider(&meant, options[id].name);
	return meant.name;
}

/* The option of the COMMAND (NULL: of the program) that NAME is a slip of, as
 * advice; NULL: none; the caller frees it. */
static char *
advice_meant(const struct command *command, const char *name)
{
	const char other[] = { '-', (char)(name[1] ^ ('a' ^ 'A')), '\0' };
	const char *meant = NULL;

	if (name[1] == '-')
		meant = long_meant(command, name);
	if (meant != NULL)
		return mem_printf("did you mean --%s? ", meant);
	if (command == NULL || !isalpha((unsigned char)name[1]) ||
	    find_option(command, other) == OPT_COUNT)
		return NULL;
	return mem_printf("did you mean %s? ", other);
}

int
option_fail_unknown(
    const struct command *command, const char *name, struct failure *failure)
{
	const struct refusal *refusal = refused_find(name);
	const unsigned int masks = commands_knowing(name);
	char *advice = NULL;

	if (refusal != NULL) {
		failure_set(failure, AS_USAGE, "%s: %s", name, refusal->reason);
		if (refusal->instead != NULL)
			advice = mem_printf("%s; ", refusal->instead);
		else
			advice = advice_meant(command, name);
	} else if (masks == FOR_ALL)
		failure_set(
		    failure, AS_USAGE, "%s: no command before it", name);
	else if (masks != 0)
		fail_misplaced(name, masks, failure);
	else if (is_negation(name)) {
		failure_set(failure, AS_USAGE,
		    "%s: an option is off until it is given", name);
		advice = mem_strdup("leave it out; ");
	} else {
		failure_set(failure, AS_USAGE, "%s: unknown option", name);
		advice = advice_meant(command, name);
	}
	option_hint(command, advice != NULL ? advice : "", failure);
	free(advice);
	return AS_USAGE;
}

/* The letter NAME is unknown: with what is ATTACHED it may be a long option
 * after one hyphen. Status: AS_OK if it is not. */
static int
fail_one_hyphen(const struct command *command, const char *name,
    const char *attached, struct failure *failure)
{
	char *whole = mem_printf("-%s%s", name, attached), *advice;
	int status = AS_OK;

	if (find_option(command, whole) != OPT_COUNT) {
		status = failure_set(failure, AS_USAGE,
		    "%s: a long option begins with --", whole + 1);
		advice = mem_printf("did you mean %s? ", whole);
		option_hint(command, advice, failure);
		free(advice);
	}
	free(whole);
	return status;
}

/* Takes the option NAME and its argument: what is ATTACHED to it (NULL:
 * nothing), or the next word. To a letter without an argument more of its kind
 * may be attached. Status. */
static int
scan_option(struct option_scan *scan, const char *name, char *attached,
    struct failure *failure)
{
	const enum option_id id = find_option(scan->command, name);
	const char *wrong = NULL;

	scan->use = (struct option_use){ .id = id };
	scan->cluster = NULL;
	if (id == OPT_COUNT && name[1] != '-' && attached != NULL &&
	    fail_one_hyphen(scan->command, name, attached, failure) != AS_OK)
		return AS_USAGE;
	if (id == OPT_COUNT)
		return option_fail_unknown(scan->command, name, failure);
	if (options[id].metavar != NULL) {
		scan->use.text = attached != NULL ? attached : *scan->next;
		if (scan->use.text == NULL)
			wrong = "needs a value";
		else if (attached == NULL)
			scan->next++;
	} else if (name[1] != '-')
		scan->cluster = attached;
	else if (attached != NULL)
		wrong = "takes no value";
	if (wrong != NULL)
		return option_fail(scan->command, name, wrong, failure);
	return AS_OK;
}

static int
scan_long(struct option_scan *scan, char *word, struct failure *failure)
{
	char *equals = strchr(word, '=');
	char *name = mem_strndup(word, strcspn(word, "="));
	int status = scan_option(
	    scan, name, equals != NULL ? equals + 1 : NULL, failure);

	free(name);
	return status;
}

int
option_next(struct option_scan *scan, struct failure *failure)
{
	char letter[] = "-?", *word = *scan->next, *cluster = scan->cluster;

	if (cluster == NULL) {
		if (word != NULL && !scan->has_ended &&
		    strcmp(word, "--") == 0) {
			scan->has_ended = true;
			word = *++scan->next;
		}
		scan->use = (struct option_use){ OPT_COUNT, word };
		if (word == NULL)
			return AS_OK;
		scan->next++;
		if (scan->has_ended || word[0] != '-' || word[1] == '\0')
			return AS_OK;
		if (word[1] == '-')
			return scan_long(scan, word, failure);
		cluster = word + 1;
	}
	letter[1] = cluster[0];
	return scan_option(
	    scan, letter, cluster[1] != '\0' ? cluster + 1 : NULL, failure);
}
