/*
 * The settings of one run. Each value comes from the first source that has
 * it: flag, environment, profile, default. A profile named on the command
 * line, with all that it inherits, goes before the environment.
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

/* A scope that Amazon documents for the Appstore. */
struct scope_row {
	const char *name; /* short */
	const char *scope;
	const char *api; /* what it opens */
};

#define NSCOPES 2
extern const struct scope_row scopes[NSCOPES];

/* One option as it was given; the order matters for -d and its kin. */
struct option_use {
	enum option_id id;
	char *text; /* NULL for a flag */
};

struct settings {
	const struct command *command;
	struct option_use *uses;
	size_t nuses;
	char *operand; /* the URL of request, else NULL */
	struct config config;
	char *config_path; /* where the config file was looked for, or NULL */
	struct layer layers[LAYER_COUNT];
	const struct layer *order[LAYER_COUNT]; /* strongest first */
};

/*
 * Takes the arguments apart, argv[0] being the command's name, and blanks
 * secrets in them. Status. Stops early at --help.
 */
int settings_parse(struct settings *settings, const struct command *command,
    int argc, char **argv);
/* Adds the environment, the config file and the defaults. Status. */
int settings_load(struct settings *settings);
void settings_free(struct settings *settings);

bool settings_on(const struct settings *settings, enum option_id id);
/* NULL if nothing sets it. */
const char *settings_text(const struct settings *settings, enum option_id id);
/* FALLBACK if nothing sets it. */
long settings_whole(
    const struct settings *settings, enum option_id id, long fallback);
/* Seconds as milliseconds; 0 if nothing sets it. */
long settings_ms(const struct settings *settings, enum option_id id);
/* Which source the value comes from, or NULL. */
const struct layer *settings_layer(
    const struct settings *settings, enum option_id id);
/* The scope asked for, short names spelt out. */
const char *settings_scope(const struct settings *settings);
/* The documented scope SCOPE, NULL if it is another. */
const struct scope_row *settings_scope_row(const char *scope);
/* The scope that the short name NAME means, or NAME. */
const char *settings_long_scope(const char *name);
/* Whether HOST, as libcurl's URL parser gives it, was allowed by the user:
 * the flag's, the variable's and the config file's lists add up. */
bool settings_allow_host(const struct settings *settings, const char *host);
/* The cache directory, NULL if there is no home for it; caller frees. */
char *settings_cache_directory(const struct settings *settings);
/*
 * Where the NIDS options were looked for and what was found ("--client-id is
 * not given, ASAUTH_CLIENT_ID is set but empty, …"), for a message that they
 * are missing; the caller frees it.
 */
char *settings_looked(
    const struct settings *settings, const enum option_id *ids, size_t nids);

#endif
