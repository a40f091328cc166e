/*
 * One reply as a value: what came of a call, and what its headers say.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "headers.h"
#include "hide.h"
#include "mem.h"
#include "msg.h"

#define REPLY_ERROR_SIZE 256
#define REPLY_SUMS 9

/* All zeroes is none. While the body comes in, what came before it is there. */
struct reply {
	int status;		      /* libcurl's code, which is a status */
	char error[REPLY_ERROR_SIZE]; /* why, lower case, if not AS_OK */
	long code;		      /* the status code, 0: none */
	bool has_headers;	      /* all but trailers */
	bool is_too_large;	      /* headers or body are beyond the limit */
	bool was_sent;		      /* all of a body that is not empty */
	bool was_asked;		      /* all of the request was sent */
	enum privacy privacy;	      /* the call's */
	bool by_proxy;		      /* the other end was probably a proxy */
	char *hint;		      /* what a failed call's cause may be */
	struct buf headers; /* header blocks and trailers as they came, those
			     * of redirects that were followed included */
	size_t hop;	    /* where those of this call begin */
	size_t block;	    /* where the newest block begins */
	struct buf body;    /* without call.on_body */
	void *transfer;	    /* private: libcurl's numbers, for writeout */
	double
	    before[REPLY_SUMS]; /* private: of redirects that were followed */
};

/* Makes REPLY ready for the next call, as http_send() says. Its transfer is a
 * new one: even reset, a used one is not as new (libcurl 7.88 has a folded line
 * at the top of a reply continue the last header, long freed, of the reply
 * before). */
void reply_begin(struct reply *reply, bool is_followed);
/* Has REPLY tell of a request to URL that was not made. */
void reply_none(struct reply *reply, const char *url);
void reply_free(struct reply *reply);

/* One of libcurl's numbers, the CURLINFO INFO of the table in reply.c, of the
 * call and of the redirects that led to it together. */
double reply_sum(const struct reply *reply, int info);
/* The same of the redirects alone. */
double reply_sum_before(const struct reply *reply, int info);

/* Adds the headers of the newest block, as headers_add_block(). */
void reply_headers(const struct reply *reply, struct headers *headers);
/* A header of the newest block, without surrounding white space, NULL if it
 * is not there or empty; the caller frees it. */
char *reply_header(const struct reply *reply, const char *name);
/* Seconds that the reply, from its headers on, asks to wait; 0: none. */
long reply_retry_after(const struct reply *reply);

/* Fills FAILURE: what the message says, with the id by which Amazon's support
 * finds the request, if the reply had one; and the known cause of a failed
 * transfer. STATUS. */
int reply_fail(const struct reply *reply, struct failure *failure, int status,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Warns that WHAT, of which the reply is a failure, will be tried again in MS
 * milliseconds; LEFT tries are left. */
void reply_warn_retry(
    const struct reply *reply, const char *what, long long ms, long left);
/* Whether the connection was reset, closed or cut. */
bool reply_was_cut(const struct reply *reply);
/* Whether there was none, since it was refused. */
bool reply_was_refused(const struct reply *reply);
/* Whether the status code is one of those that lead elsewhere. */
bool reply_is_redirect(long code);
/* Whether it is such a reply, and says where to. */
bool reply_leads_on(const struct reply *reply);
/* Whether the next try may fare better: the network can be blamed rather than
 * the request, or the server is busy. */
bool reply_is_transient(const struct reply *reply);
/* Whether a status code says that it is. */
bool reply_is_transient_code(long code);

#endif
