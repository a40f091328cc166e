/*
 * The one table of settings: what may be set, by which flag, environment
 * variable and config key, what it is without any, and what the help says.
 * Option parsing, the environment, the config file and --help are loops over
 * it; a test holds the manual and the completions to it.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

enum option_id {
	/* request */
	OPT_REQUEST,
	OPT_HEADER,
	OPT_DATA,
	OPT_DATA_RAW,
	OPT_DATA_BINARY,
	OPT_DATA_URLENCODE,
	OPT_JSON_BODY,
	OPT_FORM,
	OPT_UPLOAD_FILE,
	OPT_OUTPUT,
	OPT_INCLUDE,
	OPT_DUMP_HEADER,
	OPT_ETAG_FROM,
	OPT_ETAG_SAVE,
	OPT_FETCH_LINK,
	OPT_NO_FAIL,
	OPT_FAIL,
	OPT_FAIL_WITH_BODY,
	OPT_GET,
	OPT_HEAD,
	OPT_LOCATION,
	OPT_USER_AGENT,
	OPT_WRITE_OUT,
	OPT_PROGRESS_BAR,
	OPT_SPEED_TIME,
	OPT_SPEED_LIMIT,
	OPT_RETRY,
	OPT_RETRY_DELAY,
	OPT_RETRY_MAX_TIME,
	/* token */
	OPT_FORMAT,
	OPT_FORGET,
	/* whoami-scope */
	OPT_ALL,
	OPT_OFFLINE,
	OPT_JSON_REPORT,
	/* token and whoami-scope */
	OPT_REFRESH,
	/* every command */
	OPT_PROFILE,
	OPT_SCOPE,
	OPT_CLIENT_ID,
	OPT_CLIENT_SECRET_FILE,
	OPT_CLIENT_SECRET,
	OPT_CLIENT_SECRET_COMMAND,
	OPT_TOKEN,
	OPT_CONFIG,
	OPT_API_URL,
	OPT_TOKEN_URL,
	OPT_ALLOW_HOST,
	OPT_CACHE_DIR,
	OPT_NO_CACHE,
	OPT_MIN_TTL,
	OPT_CONNECT_TIMEOUT,
	OPT_MAX_TIME,
	OPT_CACERT,
	OPT_CAPATH,
	OPT_PROXY,
	OPT_IPV4,
	OPT_IPV6,
	OPT_VERBOSE,
	OPT_SILENT,
	OPT_SHOW_ERROR,
	OPT_HELP,
	OPT_COUNT
};

enum option_kind {
	KIND_FLAG,    /* on or off; its argument is NULL */
	KIND_TEXT,    /* the last one given counts */
	KIND_LIST,    /* each one given counts */
	KIND_WHOLE,   /* a whole number from 0 to INT_MAX */
	KIND_SECONDS, /* seconds, decimals allowed, from 0 to INT_MAX / 1000 */
	KIND_COMMAND  /* config only: program and arguments */
};

/* Commands that know an option. */
#define FOR_TOKEN 1U
#define FOR_REQUEST 2U
#define FOR_WHOAMI 4U
#define FOR_ALL 7U

/* Further marks of an option. */
#define OPT_IS_SECRET 1U  /* blanked in the arguments, never shown */
#define OPT_IS_TRIMMED 2U /* surrounding white space is dropped */
#define OPT_IS_PLAIN 4U	  /* control bytes are refused */
#define OPT_MAY_BE_EMPTY 8U
#define OPT_IS_PATH 16U /* relative to the config file that names it */
/* In a config file that others may write: says where secrets go or what is
 * run, so the file is refused. */
#define OPT_IS_GUARDED 32U
#define OPT_IS_COMMON 64U /* has a line of its own in --help */
#define OPT_IS_BASIC 128U /* the same, but not in that of request */

struct option_row {
	const char *name;    /* the long option, NULL if there is none */
	int letter;	     /* the short option, 0 if there is none */
	const char *metavar; /* NULL if it takes no argument */
	const char *env;
	const char *key;
	const char *preset;
	enum option_kind kind;
	unsigned int commands;
	unsigned int marks;
	const char *help;
};

extern const struct option_row options[OPT_COUNT];

/* The kinds of client secret, of which a source may have one. */
#define OPTION_SECRETS 3
extern const enum option_id option_secrets[OPTION_SECRETS];

/* The option that the config key KEY sets, or OPT_COUNT. */
enum option_id option_by_key(const char *key);

/* Who said what an option is worth. */
enum layer_kind {
	LAYER_FLAGS,
	LAYER_ENVIRONMENT,
	LAYER_PROFILE, /* the chosen profile's own keys */
	LAYER_TOP,     /* the config file's top level */
	LAYER_PRESET,
	LAYER_COUNT
};

/*
 * What one source says about each option. The texts belong to the layer,
 * the arrays to the config file's JSON.
 */
struct layer {
	enum layer_kind kind;
	const char *file;    /* the config file's path, for messages */
	const char *profile; /* and the profile's name */
	char *text[OPT_COUNT];
	const json_t *array[OPT_COUNT];
};

bool layer_has(const struct layer *layer, enum option_id id);
/* What messages call the layer's value: "--client-id", "ASAUTH_CLIENT_ID",
 * "client_id in FILE", "the default"; the caller frees it. */
char *layer_title(const struct layer *layer, enum option_id id);
/*
 * Stores a copy of TEXT, trimmed where the table says so, as the layer's
 * value for ID. An empty text is as if it had not been given, unless the
 * table allows it. Status: AS_USAGE if the table refuses the value.
 */
int layer_set(struct layer *layer, enum option_id id, const char *text);
void layer_drop(struct layer *layer, enum option_id id);
/* Wipes and releases the texts. */
void layer_free(struct layer *layer);

#endif
