/*
 * The config file: JSON whose keys are those of the table of settings, plus
 * "grant_type" (so that Amazon's token request is a config file as it
 * stands) and "profiles", an object of objects with the same keys.
 * asauth.conf(5) describes it to users.
 *
 * MUST: no message shows a value from the file, nor text quoted by the
 * parser; line, column and key names only.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>

#include <jansson.h>

#include "options.h"

#define CONFIG_LIMIT (1024UL * 1024) /* bytes */

struct config {
	char *path;   /* NULL: no file, which holds no settings */
	json_t *root; /* NULL: an empty file */
};

/*
 * Reads and checks the whole file at PATH, waiting PATIENCE milliseconds at
 * most if it is a pipe: less than FILE_PATIENCE is the run's own limit. Unless
 * it is REQUIRED it may be missing, and closed to us, which is a warning.
 * Status; release with config_free() in any case.
 */
int config_load(
    struct config *config, const char *path, bool required, int patience);
/*
 * Fills TOP with the file's top level and CHOSEN with the profile PROFILE
 * (NULL: none). What a profile may not inherit is left out of TOP: secrets
 * if it has an id or a secret of its own. Status.
 */
int config_apply(const struct config *config, const char *profile,
    struct layer *top, struct layer *chosen);
/* Calls VISIT for every scope that the file sets for the client CLIENT_ID,
 * be it in a profile or at the top level, as often as it is set. */
void config_scopes(const struct config *config, const char *client_id,
    void (*visit)(void *context, const char *scope), void *context);
void config_free(struct config *config);

#endif
