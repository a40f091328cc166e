/*
 * What asauth knows of Amazon, as tables: the hosts that may see secrets, the
 * APIs with their scopes, what the errors of both sides look like and what
 * is to be done about them.
 *
 * A new host, API, or hint is a row of one of the tables in amazon.c.
 */
#ifndef AMAZON_H
#define AMAZON_H

#include <stdbool.h>

#include "mem.h"

/* The page of the Developer Console where a security profile is attached to an
 * API. */
#define AMAZON_CONSOLE                                                    \
	"https://developer.amazon.com/apps-and-games/console/api-access/" \
	"home.html"

/* Whether HOST is one of Amazon's that may see secrets without asking: it is
 * compared whole, ignoring case. */
bool amazon_owns_host(const char *host);

/* An API of the Appstore that Amazon documents. */
struct amazon_api {
	const char *name;  /* its scope's short name */
	const char *scope; /* as the token endpoint knows it */
	const char *title;
	/* fnmatch(3) patterns of the paths, below the API URL, that it begins
	 * with; NULL: no more. */
	const char *paths[2];
	int rate; /* requests that it allows a second, 0: not known */
};

#define AMAZON_APIS 5
extern const struct amazon_api amazon_apis[AMAZON_APIS];

/* The first API that the scope SCOPE opens, NULL if none is known. */
const struct amazon_api *amazon_api_of_scope(const char *scope);
/*
 * The API that PATH belongs to, NULL if that is not known. PATH, NULL for none,
 * is what follows the API URL, as it is sent: upper and lower case differ, and
 * nothing is decoded.
 */
const struct amazon_api *amazon_api_of_path(const char *path);
/* The scope that the short name NAME means, or NAME. */
const char *amazon_long_scope(const char *name);
/* The short name that SCOPE is a slip of, NULL: none. */
const char *amazon_scope_meant(const char *scope);

/* The presigned link that the body of a report's reply is, perhaps as a JSON
 * string and with white space around it, 8 KiB at most; NULL if it is something
 * else. Whether it is a URL is not looked at. The caller wipes it. */
char *amazon_link(const struct buf *body);
/*
 * Whether a reply with the status code CODE refuses the token, rather than
 * what was asked: any 401; a 403 of the gateway's, or one without a body. A
 * service's 403 is its verdict on the request.
 */
bool amazon_refuses_token(long code, const struct buf *body);

/* What is known about an error of an API when a hint is looked for. */
struct amazon_trouble {
	long code;	     /* the reply's status code */
	bool leads_on;	     /* a redirect that was not followed */
	bool is_page;	     /* its body is HTML */
	const char *message; /* of api_error_lines(), NULL: none */
	const char *method;  /* of the request */
	bool is_matched;     /* an If-Match was sent */
	bool is_retried;     /* --retry was given */
	/* Of the request's URL; NULL: it is not one that gets the token. */
	const char *path;
	const char *below; /* what of it is below the API URL, NULL: nothing */
	const char *api_url;
	bool is_refused; /* what is refused is the token, for good */
	const char
	    *scope; /* of the token, NULL: it was given by ASAUTH_TOKEN */
	const char *scope_origin; /* where that is from, NULL: the default */
};

/* What to do about it, or NULL; the caller frees it. */
char *amazon_hint(const struct amazon_trouble *trouble);
/* What to do about the token endpoint's refusal ERROR (RFC 6749, section 5.2)
 * that says WHY (NULL: it does not), or about its status CODE where ERROR is
 * NULL; NULL: nothing is known; the caller frees it. */
char *amazon_hint_login(long code, const char *error, const char *why,
    const char *scope, const char *token_url);

#endif
