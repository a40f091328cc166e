/*
 * Client id and client secret among the settings: which of them there are, and
 * whether they make a pair.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "settings.h"

/* Which kind of client secret the strongest source that has any supplies; KIND
 * is OPT_COUNT if none does. Status: AS_USAGE if that source has two. */
int account_secret_kind(const struct settings *settings, enum option_id *kind,
    struct failure *failure);
/* The secret of one account must not be sent with the id of another. Status:
 * AS_USAGE if the source of the secret KIND names another client id than the
 * one in force. */
int account_check_pair(const struct settings *settings, enum option_id kind,
    struct failure *failure);

/* Whether the client id is one, and not a client secret. Status: AS_USAGE also
 * if there is none. */
int account_check_id(const struct settings *settings, struct failure *failure);
/*
 * Says that WHAT is missing, and where each of the NIDS options was looked for,
 * a place a line ("--client-id is not given", "ASAUTH_CLIENT_ID is set but
 * empty"). Status: AS_USAGE.
 */
int account_fail_missing(const struct settings *settings, const char *what,
    const enum option_id *ids, size_t nids, struct failure *failure);

#endif
