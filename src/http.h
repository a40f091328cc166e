/*
 * HTTP by libcurl: one call, one reply.
 *
 * One struct http serves a whole run, so that calls to one host share a
 * connection. Each http_send() is one request and its reply: redirects are
 * never followed and nothing is retried here. Nothing here prints but what -v
 * shows.
 *
 * MUSTs:
 *  1. Every secret handed in is registered with hide_secret() before libcurl
 *     can mention it.
 *  2. .netrc, .curlrc, cookies, HSTS files and SSLKEYLOGFILE are not used.
 *  3. Header lines and URLs given to libcurl hold no control bytes; libcurl
 *     would send them as they are. (Callers check, http_send() refuses.)
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "body.h"
#include "headers.h"
#include "hide.h"
#include "reply.h"
#include "msg.h"
#include "settings.h"

struct http;

enum http_version { HTTP_ANY, HTTP_1_1, HTTP_2 };

struct http_call {
	const char *method; /* NULL: GET, HEAD, POST or PUT, as curl would */
	const char *url;
	const char *bearer;	   /* access token, NULL: none */
	const char *user_agent;	   /* NULL: asauth/VERSION; "": none */
	struct headers headers;	   /* borrowed */
	struct body *body;	   /* NULL: none */
	bool is_head;		   /* ask for headers only */
	enum http_version version; /* to ask for */
	bool is_compressed;	   /* ask for a compressed reply, unpack it */
	long long rate;		   /* bytes per second at most, 0: no limit */
	enum privacy privacy;	   /* of the URL, and of where it leads */
	long connect_ms;	   /* for connecting, unless the settings say */
	long long end;		   /* of the call by clock_ms(), 0: none */
	long total_ms;		   /* how far off that was, for messages */
	long stall_seconds;  /* give up when slower than stall_rate so long */
	long stall_rate;     /* bytes per second */
	long answer_seconds; /* stall_seconds once the whole body is sent */
	size_t limit; /* bytes of headers, and of a body that is kept; 0: the
		       * default for headers, none for the body */
	/* Some bytes of the body; false ends the transfer with AS_WRITE. NULL:
	 * the body is kept in the reply. */
	bool (*on_body)(void *context, const char *bytes, size_t length);
	/* Bytes so far and in all, 0 where unknown, some times a second; false
	 * ends the transfer. May be NULL. */
	bool (*on_progress)(void *context, long long received,
	    long long to_receive, long long sent, long long to_send);
	void *context; /* of both */
};

/* A client by the SETTINGS, until DEADLINE by clock_ms() (0: none), which may
 * be put off; both must outlive it. Status AS_USAGE, in FAILURE, if there is no
 * libcurl; *HTTP is left alone then. */
int http_new(struct http **http, const struct settings *settings,
    const long long *deadline, struct failure *failure);
/* What the libcurl that was loaded can do. */
bool http_can_unpack(void);
bool http_can_speak_2(void);
/* Replies must have been released. */
void http_free(struct http *http);

/*
 * Sends one request and returns reply->status. REPLY is filled anew; what it
 * holds of the call before stays only if that was a redirect that IS_FOLLOWED:
 * its headers, and the sums. So do the headers of redirects before that.
 */
int http_send(struct http *http, const struct http_call *call,
    struct reply *reply, bool is_followed);

#endif
