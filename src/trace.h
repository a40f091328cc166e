/*
 * What -v shows of libcurl's reports, in the way of curl(1), and what it
 * hides whoever wrote it.
 *
 * Secrets are redacted by value in every line (msg.h). Here they are hidden by
 * place as well: libcurl makes the proxy's header out of a password, and cuts
 * long lines off, so that not all of a value need be there. Where the URL is
 * the secret, nothing is shown but what is known to be harmless.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>

#include "libcurl.h"

struct trace {
	bool is_private; /* the URL of the call is a secret */
	bool is_hiding;	 /* the newest header, which may go on */
};

/* The CURLOPT_DEBUGFUNCTION of a call, CONTEXT being its trace. */
int trace_show(
    CURL *easy, curl_infotype type, char *text, size_t length, void *context);

#endif
