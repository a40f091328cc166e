/*
 * HTTP by libcurl, and the one file that knows libcurl.
 *
 * The library is loaded when it is first needed (systems where tokens come
 * from the cache never map it); unless asauth was built with CURL=link.
 * Nothing here prints but what -v shows and that libcurl is missing.
 *
 * One struct http serves a whole run, so that calls to one host share a
 * connection. Each http_send() is one request and its reply: redirects are
 * never followed and nothing is retried here.
 *
 * MUSTs:
 *  1. A loopback host is never asked through a proxy.
 *  2. Every secret handed in is registered with msg_secret() before libcurl
 *     can mention it.
 *  3. Certificates are always checked. .netrc, .curlrc, cookies, HSTS files
 *     and SSLKEYLOGFILE are not used.
 *  4. Header lines and URLs given to libcurl hold no control bytes; libcurl
 *     would send them as they are. (Callers check, http_send() refuses.)
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "body.h"

struct http;

/* What holds for every call of a run; the texts must outlive the client. */
struct http_config {
	long connect_ms;    /* 0: each call's own limit */
	long long deadline; /* of the whole run by clock_ms(); 0: none */
	const char *cacert;
	const char *capath;
	const char *proxy; /* NULL: as the environment says */
	int family;	   /* 4, 6, or 0 for both */
	bool is_verbose;
};

#define HTTP_ERROR_SIZE 256

struct http_call {
	const char *method; /* NULL: GET, HEAD, POST or PUT, as curl would */
	const char *url;
	const char *bearer;	/* access token, NULL: none */
	const char *user_agent; /* NULL: asauth/VERSION; "": none */
	char *const *headers;	/* "Name: value", "Name:" or "Name;" */
	size_t nheaders;
	struct body *body;  /* NULL: none */
	bool is_head;	    /* ask for headers only */
	bool is_private;    /* the URL is a secret, and so is a redirect */
	long connect_ms;    /* limit for connecting */
	long total_ms;	    /* limit for the call, 0: none */
	long stall_seconds; /* give up when slower than stall_rate so long */
	long stall_rate;    /* bytes per second */
	/*
	 * A header line with its line end, status lines and the empty line
	 * included, and the status code so far; some bytes of the body. False
	 * ends the transfer with AS_WRITE. May be NULL.
	 */
	bool (*on_header)(
	    void *context, long code, const char *line, size_t length);
	bool (*on_body)(void *context, const char *bytes, size_t length);
	void *context;
	/* Bytes so far and in all, 0 where unknown. May be NULL. */
	void (*on_progress)(void *progress, long long received,
	    long long to_receive, long long sent, long long to_send);
	void *progress;
};

struct http_result {
	int status;		     /* libcurl's code, which is a status */
	char error[HTTP_ERROR_SIZE]; /* why, lower case, if not AS_OK */
	long code;		     /* the reply's status code, 0: none */
	bool by_proxy;		     /* the other end was probably a proxy */
	long retry_after; /* seconds that the reply asks for, 0: none */
};

/* Status AS_USAGE (said) if there is no libcurl, in which case *HTTP is
 * NULL. */
int http_new(struct http **http, const struct http_config *config);
void http_free(struct http *http);

/* Sends one request and returns result->status; says nothing. */
int http_send(
    struct http *http, struct http_call *call, struct http_result *result);

/* Whether LINE is one for the header NAME, and whether any of LINES is. */
bool http_names_header(const char *line, const char *name);
bool http_has_header(char *const *lines, size_t nlines, const char *name);

/* The variables that can name a proxy; http_proxy cannot, since plain http
 * goes to loopback alone. */
#define HTTP_PROXY_VARIABLES 4
extern const char *const http_proxy_variables[HTTP_PROXY_VARIABLES];

/* The known cause of a failed transfer, in a line, or NULL. */
const char *http_hint(const struct http_result *result);

/* Whether the network can be blamed rather than the request: libcurl's codes
 * that the next try may not meet again. */
bool http_is_passing(int status);
/* Whether a reply's status code says that the next try may fare better. */
bool http_is_passing_code(long code);

/*
 * What curl's --write-out calls NAME ("time_total", …) about the last call;
 * counts and times are summed over the calls since http_mark(). NULL if the
 * name is unknown; the caller frees it.
 */
char *http_info(struct http *http, const char *name);
void http_mark(struct http *http);
/* Has http_info() know nothing but the URL of a call that was not made. */
void http_forget(struct http *http, const char *url);
/* Seconds that the reply, from its headers on, asks to wait; 0: none. */
long http_retry_after(struct http *http);
/* The absolute URL that the last reply redirects to, or NULL. */
const char *http_redirect_url(struct http *http);

struct http_url {
	char *scheme; /* lower case */
	char *host;   /* as libcurl normalises it; IPv6 in brackets */
	char *port;
	char *path;
	bool has_user;
	bool is_loopback; /* 127.0.0.0/8, ::1, localhost */
};

/*
 * Takes an absolute URL apart with libcurl's own parser. AS_URL if it is
 * none or holds control bytes or blanks, AS_USAGE (said) if there is no
 * libcurl. Release with http_url_free() in any case.
 */
int http_url_parse(const char *text, struct http_url *url);
void http_url_free(struct http_url *url);
bool http_url_same_origin(const struct http_url *a, const struct http_url *b);
/* URL with DATA as (further) query, as curl -G; the caller frees it. NULL if
 * the URL cannot take it. */
char *http_url_add_query(const char *url, const char *data);
/* URL, with NAME appended where its path ends in a slash, as curl -T. */
char *http_url_add_name(const char *url, const char *name);
/* Percent-encodes LENGTH bytes; the caller frees it. NULL (said) without
 * libcurl. */
char *http_escape(const char *bytes, size_t length);
/* Version and TLS library, or why libcurl cannot be loaded. Caller frees. */
char *http_version(void);

#endif
