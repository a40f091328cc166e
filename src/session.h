/*
 * What lasts for one run: its settings, its end, and its HTTP client, which
 * is made when first needed.
 */
#ifndef SESSION_H
#define SESSION_H

#include "http.h"
#include "settings.h"

struct session {
	const struct settings *settings;
	long long deadline; /* of the run by clock_ms(), 0: none */
	long long since;    /* its begin by clock_wall_ms(); 0: it went on */
	struct http *http;
};

void session_begin(struct session *session, const struct settings *settings);
/* Makes session->http if there is none yet. Status, said. */
int session_connect(struct session *session);
/* Milliseconds until the deadline, never negative, but at most LIMIT. */
long long session_left(const struct session *session, long long limit);
void session_end(struct session *session);

#endif
