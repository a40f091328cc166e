/*
 * What holds for every call of a run: by which proxy it goes, whom it trusts,
 * which family of addresses it may use, and how long it may take to connect.
 *
 * Calls to one host share their connections. What a new option adds here has
 * a place in the table of connection.c, too, since it decides whether a log-in
 * succeeds.
 *
 * libcurl_load() must have succeeded before connection_new() is called.
 *
 * MUSTs:
 *  1. A loopback host is never asked through a proxy.
 *  2. Certificates are always checked.
 *  3. A proxy's password is registered with hide_secret() before libcurl can
 *     mention it.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>

#include "mem.h"
#include "reply.h"
#include "settings.h"
#include "url.h"

struct connection;

/* By the SETTINGS, which must outlive it. */
struct connection *connection_new(const struct settings *settings);
void connection_free(struct connection *connection);

/* Has libcurl's handle EASY connect so to URL, within CONNECT_MS milliseconds
 * unless the settings say. How many there are. */
long connection_use(struct connection *connection, void *easy,
    const struct url *url, long connect_ms);
/* EASY was used and its certificate not trusted: whether there are other
 * authorities, which it then uses. */
bool connection_widen(struct connection *connection, void *easy);
/* Whether calls to URL go by a proxy, as far as options and environment
 * tell. */
bool connection_has_proxy(
    const struct connection *connection, const struct url *url);

/* What can be done about a proxy that would not lead to URL, or is not trusted,
 * as REPLY has it, whose call has failed; NULL: it is not the proxy, or nothing
 * is known. The caller frees it. */
char *connection_hint(const struct connection *connection,
    const struct url *url, const struct reply *reply);

/* Appends to OUT what the SETTINGS and the environment say of all this, each
 * followed by a NUL: where two runs differ in none of it, a log-in of one fares
 * as that of the other. */
void connection_describe(const struct settings *settings, struct buf *out);

#endif
