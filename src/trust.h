/*
 * Who else may have written a file of settings, or may read it, and what mends
 * that: advice is only given where it can be followed.
 *
 * Others are everybody, and a group that is not our private one, whose number
 * is ours. A pipe of <(...) and a device belong to who started us.
 */
#ifndef TRUST_H
#define TRUST_H

#include <sys/stat.h>

#include <stdbool.h>

#include "msg.h"

/*
 * Whether others could have written the file at PATH, which is ABOUT: it, or
 * the directory of it or of a link to it, is open to them; or the file or a
 * link to it is somebody else's but root's, unless we were told so
 * (MAY_BE_FOREIGN). That is a warning, but a failure where the file is GUARDED
 * by a key (NULL: by none) that says where secrets go. Status: AS_USAGE.
 */
int trust_writers(const char *path, const struct stat *about,
    bool may_be_foreign, const char *guarded, struct failure *failure);
/* Warns if others may read the file, which holds a secret, and we can
 * mend it. */
void trust_readers(const char *path, const struct stat *about);

#endif
