/*
 * What a request is to be, by the options: its URL, headers and body, and
 * which combinations of options there cannot be.
 *
 * Files are read and the body is opened here, so that what fails then fails
 * before anything is sent.
 */
#ifndef PLAN_H
#define PLAN_H

#include "body.h"
#include "headers.h"
#include "msg.h"
#include "settings.h"
#include "url.h"

/* Set the first three, and body to BODY_EMPTY; the rest zeroes. */
struct plan {
	const struct settings *settings;
	struct failure *failure; /* of the run */
	int timeout; /* milliseconds to wait for a file; -1: no limit */

	char *url; /* absolute, checked */
	struct url origin;
	char *etag_url;	    /* of --etag-from, checked; NULL: none */
	const char *method; /* as messages have it */
	struct headers headers;
	struct body body;
	char *
	    format; /* of -w, NULL: none; there also if the plan failed later */
};

/* Libcurl must be loaded. Status, in plan->failure: AS_USAGE, AS_READ,
 * AS_TIMEOUT, and those of url_check(). Release with plan_free() in
 * any case. */
int plan_make(struct plan *plan);
void plan_free(struct plan *plan);

#endif
