/*
 * URLs, taken apart and put together by libcurl's own parser, and where
 * secrets may go.
 *
 * libcurl_load() must have succeeded before any of these is called.
 *
 * MUSTs:
 *  1. A secret or token travels by https, or by http to loopback.
 *  2. The hosts allowed without asking are compared whole, ignoring case:
 *     no suffix, no prefix, no trailing dot.
 *  3. A URL with a user part, even an empty one, is refused.
 *  4. The host is what libcurl's parser says, never what ours would.
 */
#ifndef URL_H
#define URL_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "msg.h"
#include "settings.h"

struct url {
	char *scheme; /* lower case */
	char *host;   /* as libcurl normalises it; IPv6 in brackets */
	char *port;
	char *path;
	bool has_user;
	bool is_loopback; /* 127.0.0.0/8, ::1, localhost */
};

/* Takes an absolute URL apart. AS_URL if it is none or holds control bytes or
 * blanks. Release with url_free() in any case. */
int url_parse(const char *text, struct url *url);
void url_free(struct url *url);
/* A part of TEXT (NULL: none), libcurl's CURLUPart PART, the port also where it
 * is the scheme's own; NULL if it has none; the caller wipes it. */
char *url_part(const char *text, int part);
/* Whether scheme, host and port are the same (RFC 6454, section 4). */
bool url_same_origin(const struct url *a, const struct url *b);
/* What follows the URL BASE in the path of URL, from its slash on; NULL if URL
 * is not below BASE. It lives as long as URL. */
const char *url_below(const struct url *url, const char *base);

/*
 * Takes TEXT apart, too, and checks that a secret may go there; WHAT names it
 * in messages ("token URL"). Status: AS_URL, AS_PROTOCOL, AS_USAGE, in
 * FAILURE.
 */
int url_check(const char *what, const char *text,
    const struct settings *settings, struct url *url, struct failure *failure);
/* The same for a URL that gets no secret, so that any host will do; http to
 * loopback only if LOOPBACK_ALLOWED. Fills no failure. */
int url_check_open(const char *text, bool loopback_allowed, struct url *url);

/* Gives TEXT, if it is a URL, DATA as (further) query, as curl -G. */
void url_add_query(char **text, const char *data);
/* Appends NAME to TEXT if it is a URL without a query whose path ends in a
 * slash, as curl -T. */
void url_add_name(char **text, const char *name);
/* Where a redirect from BASE to TARGET, which may be relative, leads (RFC 3986,
 * section 5); "" if that is no URL; the caller wipes it. It is not left to
 * libcurl, of which newer ones drop a user part. */
char *url_resolve(const char *base, const char *target);
/* Appends LENGTH bytes, percent-encoded, to OUT. */
void url_escape(struct buf *out, const char *bytes, size_t length);

#endif
