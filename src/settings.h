/*
 * The settings of one run. Each value comes from the first source that has
 * it: flag, environment, profile, the config file's top level, default. A
 * profile named on the command line, with all that it inherits, goes before
 * the environment.
 *
 * Call settings_parse(), then settings_load(), then ask; the texts returned
 * live until settings_free().
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "asauth.h"
#include "config.h"
#include "options.h"

#define SETTINGS_SOURCES 3 /* arguments, environment, config file */

struct setting {
	char *text; /* NULL: not set */
	/* What messages call it: "--client-id", "ASAUTH_CLIENT_ID", "client_id
	 * in FILE". */
	char *title;
};

struct settings {
	const struct command *command;
	struct option_use *uses; /* in order, which matters for -d and kin */
	size_t nuses;
	const char *operand; /* the URL of request, else NULL */
	struct config config;
	char *config_path; /* where the config file was looked for, or NULL */
	/* What each source says, the strongest first, and of an array its first
	 * text: use the functions below. */
	struct setting values[SETTINGS_SOURCES][OPT_COUNT];
	size_t environment; /* the place of that there; the arguments' is 0 */
};

/*
 * Takes the arguments apart, argv[0] being the command's name, and blanks
 * secrets in them; the others stay in use until settings_free(). Status:
 * AS_USAGE. Stops early at --help.
 */
int settings_parse(struct settings *settings, const struct command *command,
    char **argv, struct failure *failure);
/* Adds the environment and the config file, which as a pipe may take TIMEOUT
 * milliseconds. Status: AS_USAGE, AS_TIMEOUT. */
int settings_load(
    struct settings *settings, int timeout, struct failure *failure);
void settings_free(struct settings *settings);

/* NULL if nothing sets it; of an array the first text. */
const char *settings_text(const struct settings *settings, enum option_id id);
/* Whether anything sets it, the default included. */
bool settings_on(const struct settings *settings, enum option_id id);
/* What the config file says, be it an array of texts; NULL if nothing. */
const json_t *settings_json(const struct settings *settings, enum option_id id);
/* FALLBACK if nothing sets it. */
long settings_whole(
    const struct settings *settings, enum option_id id, long fallback);
/* Bytes; 0 if nothing sets it. */
long long settings_bytes(const struct settings *settings, enum option_id id);
/* Seconds as milliseconds, from 1 to INT_MAX (weeks, as good as any time
 * beyond); 0 if nothing sets it or it is 0. */
long settings_ms(const struct settings *settings, enum option_id id);
/* Whether it was given on the command line. */
bool settings_by_flag(const struct settings *settings, enum option_id id);
/* The number of the strongest source that sets it, SETTINGS_SOURCES: none. */
size_t settings_source(const struct settings *settings, enum option_id id);
/* Whether the profile says what is in force of the config file, and does not
 * inherit it. */
bool settings_is_of_profile(const struct settings *settings, enum option_id id);
/* The title of what is in force; NULL if nothing sets it but its default. */
const char *settings_origin(const struct settings *settings, enum option_id id);

/* The scope asked for, short names spelt out. */
const char *settings_scope(const struct settings *settings);
/* Whether it is asked for by flag, variable or the chosen profile's own key,
 * rather than by the config file's top level or by default. */
bool settings_scope_is_chosen(const struct settings *settings);

/* Whether this is the job of a CI, where nobody sits at a terminal. */
bool settings_in_ci(void);
/* Whether HOST, as libcurl's URL parser gives it, was allowed by the user:
 * the flag's, the variable's and the config file's lists add up. */
bool settings_allows_host(const struct settings *settings, const char *host);
/* The cache directory: the one named, or one in the user's own home, or else
 * one that needs no home; the caller frees it. */
char *settings_cache_directory(const struct settings *settings);
/* The config file: NAMED, else that of ASAUTH_CONFIG, else the one in its
 * usual place; NULL if there is no home for it; the caller frees it. */
char *settings_config_path(const char *named);

#endif
