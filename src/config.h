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

#include <jansson.h>

#include "msg.h"
#include "options.h"

#define CONFIG_LIMIT (1024UL * 1024) /* bytes */

struct config {
	char *path;	     /* NULL: no file, which holds no settings */
	json_t *root;	     /* NULL: an empty file */
	json_t *profile;     /* the chosen one in it, NULL: none */
	unsigned int marks;  /* those of all its keys (options.h) */
	const char *guarded; /* its first key with OPT_IS_GUARDED, NULL: none */
};

/* How the file was named. */
enum config_name { CONFIG_DEFAULT, CONFIG_BY_VARIABLE, CONFIG_BY_FLAG };

/*
 * Reads and checks the whole file at PATH, waiting TIMEOUT milliseconds at
 * most if it is a pipe: less than FILE_TIMEOUT is the run's own limit. Unless
 * it was NAMED it may be missing, and closed to us, which is a warning.
 * One that somebody else could have written is a warning, and refused if it has
 * a guarded key; whose it is does not matter if a flag names it.
 * Texts are then trimmed and relative paths begin where the file is, as the
 * table of settings says. Status: AS_USAGE, AS_TIMEOUT; release with
 * config_free() in any case.
 */
int config_load(struct config *config, const char *path, enum config_name named,
    int timeout, struct failure *failure);
/* Makes the profile NAME (NULL: none) the chosen one. Status: AS_USAGE if there
 * is no such profile. */
int config_choose(
    struct config *config, const char *name, struct failure *failure);
/*
 * What the profile (NULL: none) says of an option, or inherits from the top
 * level: a text or, by its kind, an array of texts; NULL: nothing. A profile
 * with an id or a secret of its own inherits no secret.
 */
const json_t *config_value(
    const struct config *config, const json_t *profile, enum option_id id);
void config_free(struct config *config);

#endif
