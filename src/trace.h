/*
 * What -v shows of libcurl's reports, in the way of curl(1), and what it
 * hides whoever wrote it.
 *
 * Secrets are redacted by value in every line (msg.h). Here they are hidden by
 * place as well: libcurl makes the proxy's header out of a password, and cuts
 * long lines off, so that not all of a value need be there. Where the URL is
 * the secret, or where the reply leads to, nothing is shown but what is known
 * to be harmless.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>

#include "hide.h"
#include "libcurl.h"
#include "mem.h"

/* All zeroes is one of a call that is no secret. */
struct trace {
	enum privacy privacy;
	bool is_hiding;		  /* the newest header, which may go on */
	struct buf unfinished[2]; /* header lines whose end has not come,
				   * of reply and request */
};

/* The CURLOPT_DEBUGFUNCTION of a call, CONTEXT being its trace. */
int trace_show(
    CURL *easy, curl_infotype type, char *text, size_t length, void *context);
void trace_free(struct trace *trace);

/* VALUE, of the header NAME in a reply to such a call, as -w may show it. VALUE
 * is wiped, what is returned the caller frees; NULL stays NULL. */
char *trace_value(enum privacy privacy, const char *name, char *value);

#endif
