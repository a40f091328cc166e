/*
 * One reply as it comes in: its headers are kept, its body is held back,
 * dropped or delivered as soon as its status code tells which.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "output.h"

/* How much of a body is kept: of an error to quote it, of a refusal to see
 * what it means. Bytes. */
#define REPLY_KEPT 65536

enum reply_fate {
	REPLY_UNDECIDED,
	REPLY_DELIVER, /* to the outputs; an error's body is kept besides */
	REPLY_HEADERS, /* only its headers are delivered, the body is kept */
	REPLY_DROP     /* the body is kept, no more */
};

/* Where a delivered reply goes. */
struct delivery {
	struct output body;
	struct output headers; /* -D */
	bool is_included;      /* -i: headers go before the body, too */
};

struct reply {
	struct delivery *delivery;
	/* Says what to do with a reply with this status code, once, when its
	 * body begins or it ends; is_held may be set to have that wait. */
	enum reply_fate (*decide)(void *context, long code);
	void *context;

	long code;	    /* of the newest header block, 0: none yet */
	struct buf headers; /* all header blocks, as they came */
	size_t hop;	    /* where those of this hop begin */
	size_t block;	    /* where the newest begins */
	bool is_in_block;   /* its end has not come */
	size_t trailers;    /* where what came after the body began begins */
	enum reply_fate fate;
	bool is_held; /* until reply_release() or more than REPLY_KEPT bytes */
	struct buf kept;
};

/* Makes ready for the next reply; DECIDE and where to deliver stay. So do, if
 * the last one was a redirect that IS_FOLLOWED, its headers (for -i). */
void reply_begin(struct reply *reply, bool is_followed);
/* Callbacks for http_call, CONTEXT being the struct. */
bool reply_take_header(
    void *context, long code, const char *line, size_t length);
bool reply_take_body(void *context, const char *bytes, size_t length);
/* The transfer has ended well: decides over a reply without a body. */
bool reply_end(struct reply *reply);
/* Lets the fate of a reply that was held take its course. */
bool reply_release(struct reply *reply);
/* A header of the newest block, without surrounding white space, NULL if it
 * is not there; the caller frees it. */
char *reply_header(const struct reply *reply, const char *name);
void reply_free(struct reply *reply);

#endif
