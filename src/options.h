/*
 * The table of commands, and the one table of settings: what may be set, by
 * which flag, environment variable and config key, what it is without any, and
 * what the help says. Option parsing, the environment, the config file, --help
 * and the completions are loops over it; a test holds the manual to it.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#include "asauth.h"
#include "msg.h"

/* In the order of the help, whose groups begin as help.c says. */
enum option_id {
	/* what token and whoami-scope alone know */
	OPT_FORMAT,
	OPT_FORGET,
	OPT_ALL,
	OPT_OFFLINE,
	OPT_JSON_REPORT,
	OPT_REFRESH,
	/* what is asked for */
	OPT_REQUEST,
	OPT_URL,
	OPT_HEADER,
	OPT_USER_AGENT,
	OPT_URL_QUERY,
	OPT_GET,
	OPT_HEAD,
	OPT_GLOBOFF,
	OPT_LOCATION,
	/* data that is sent */
	OPT_DATA,
	OPT_JSON_BODY,
	OPT_DATA_ASCII,
	OPT_DATA_RAW,
	OPT_DATA_BINARY,
	OPT_DATA_URLENCODE,
	OPT_FORM,
	OPT_UPLOAD_FILE,
	/* changing what nobody else has changed */
	OPT_ETAG_FROM,
	OPT_ETAG_SAVE,
	OPT_ETAG_COMPARE,
	/* what becomes of the answer */
	OPT_OUTPUT,
	OPT_CREATE_DIRS,
	OPT_NO_BUFFER,
	OPT_DUMP_HEADER,
	OPT_INCLUDE,
	OPT_WRITE_OUT,
	OPT_COMPRESSED,
	OPT_FETCH_LINK,
	/* errors */
	OPT_NO_FAIL,
	OPT_FAIL,
	OPT_FAIL_WITH_BODY,
	OPT_SILENT,
	OPT_SHOW_ERROR,
	/* further tries */
	OPT_RETRY,
	OPT_RETRY_DELAY,
	OPT_RETRY_MAX_TIME,
	OPT_RETRY_ALL_ERRORS,
	OPT_RETRY_CONNREFUSED,
	/* limits */
	OPT_MAX_TIME,
	OPT_CONNECT_TIMEOUT,
	OPT_SPEED_TIME,
	OPT_SPEED_LIMIT,
	OPT_LIMIT_RATE,
	OPT_MAX_REDIRS,
	/* what is seen of it */
	OPT_VERBOSE,
	OPT_PROGRESS_BAR,
	OPT_NO_PROGRESS_METER,
	OPT_HELP,
	/* the account */
	OPT_PROFILE,
	OPT_SCOPE,
	OPT_CLIENT_ID,
	OPT_CLIENT_SECRET_FILE,
	OPT_CLIENT_SECRET,
	OPT_CLIENT_SECRET_COMMAND,
	OPT_TOKEN,
	OPT_CONFIG,
	/* the cache */
	OPT_NO_CACHE,
	OPT_CACHE_DIR,
	OPT_MIN_TTL,
	/* the network */
	OPT_PROXY,
	OPT_PROXY_USER,
	OPT_PROXY_ANYAUTH,
	OPT_CACERT,
	OPT_CAPATH,
	OPT_PROXY_CACERT,
	OPT_NOPROXY,
	OPT_IPV4,
	OPT_IPV6,
	OPT_HTTP1_1,
	OPT_HTTP2,
	/* other hosts */
	OPT_API_URL,
	OPT_TOKEN_URL,
	OPT_ALLOW_HOST,
	OPT_COUNT
};

enum option_kind {
	KIND_TEXT,    /* the last one given counts; a flag has no metavar */
	KIND_LIST,    /* each one given counts */
	KIND_WHOLE,   /* a whole number from 0 to INT_MAX */
	KIND_LIMIT,   /* the same, or -1 for no limit */
	KIND_BYTES,   /* a whole number, with B, K, M or G behind it */
	KIND_SECONDS, /* from 0 to INT64_MAX / 1000, decimals allowed */
	KIND_LOGIN,   /* USER:PASSWORD */
	KIND_COMMAND  /* config only: program and arguments */
};

#define COMMANDS 3
extern const struct command *const commands[COMMANDS];
/* NULL if there is none of that NAME. */
const struct command *option_command(const char *name);

/* Commands that know an option. */
#define FOR_TOKEN 1U
#define FOR_REQUEST 2U
#define FOR_WHOAMI 4U
#define FOR_ALL (FOR_TOKEN | FOR_REQUEST | FOR_WHOAMI)

/* Further marks of an option. */
#define OPT_IS_SECRET 1U  /* blanked in the arguments, never shown */
#define OPT_IS_TRIMMED 2U /* surrounding white space is dropped */
#define OPT_IS_PLAIN 4U	  /* control bytes are refused */
#define OPT_IS_ASCII 256U /* so is all but printable ASCII */
#define OPT_MAY_BE_EMPTY 8U
/* Relative to the config file that names it; "~/" is HOME, but not on the
 * command line. */
#define OPT_IS_PATH 16U
/* In a config file that others may write: says whose account it is, where
 * secrets go or what is run, so the file is refused. */
#define OPT_IS_GUARDED 32U
/* Has a line of its own in --help, but in that of request. */
#define OPT_IS_COMMON 64U

struct option_row {
	const char *name;    /* the long option, NULL if there is none */
	char letter;	     /* the short option, 0 if there is none */
	const char *metavar; /* what --help calls its argument, NULL: none */
	const char *values;  /* arguments to offer, separated by blanks */
	const char *env;     /* the environment variable */
	const char *key;     /* the config file's key */
	const char *default_value;
	enum option_kind kind;
	unsigned int commands; /* those that know it, 0: all */
	unsigned int marks;
	const char *help;
};

extern const struct option_row options[OPT_COUNT];

/* The kinds of client secret, of which a source may have one. */
#define OPTION_SECRETS 3
extern const enum option_id option_secrets[OPTION_SECRETS];

/* Has the secrets in the environment hidden (hide.h) before they are asked for:
 * they may have been given in the wrong place as well. */
void option_hide_variables(void);
bool option_is_known(enum option_id id, const struct command *command);
/* The option that the config key KEY sets, or OPT_COUNT. */
enum option_id option_by_key(const char *key);
/* What is wrong with TEXT as a value of the option, NULL: nothing. */
const char *option_flaw(enum option_id id, const char *text);

/* One option as it was given, or an operand. */
struct option_use {
	enum option_id id; /* OPT_COUNT: an operand */
	char *text;	   /* in argv; NULL for a flag */
};

/* Arguments being read; begin with command and next, the rest zeroes. */
struct option_scan {
	const struct command *command;
	char **next;	       /* what is left of argv */
	char *cluster;	       /* what is left of "-sSv", NULL: nothing */
	bool has_ended;	       /* "--" was met */
	struct option_use use; /* what was found last */
};

/*
 * Reads the next option or operand into scan->use; at the end that is an
 * operand without text. Long options are spelt in full, options may follow
 * operands. Status: AS_USAGE, and no message shows an option's argument.
 */
int option_next(struct option_scan *scan, struct failure *failure);
/*
 * The option NAME, "-x" or "--name", does not exist for the COMMAND (NULL: none
 * was given): says why, and what to do instead. Status: AS_USAGE.
 */
int option_fail_unknown(
    const struct command *command, const char *name, struct failure *failure);
/* Gives the FAILURE the hint ADVICE with a pointer to the help of the COMMAND
 * (NULL: of the program). */
void option_hint(
    const struct command *command, const char *advice, struct failure *failure);
/* "WHAT: WRONG" as a FAILURE with a pointer to the help of the COMMAND (NULL:
 * of the program). Status: AS_USAGE. */
int option_fail(const struct command *command, const char *what,
    const char *wrong, struct failure *failure);

#endif
