/*
 * Header lines: those that are sent, and those of a reply.
 */
#ifndef HEADERS_H
#define HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "msg.h"

/* Lines to send, in libcurl's notation: "Name: value", "Name:" (not to be
 * sent) or "Name;" (sent without a value). All zeroes is none. */
struct headers {
	char **lines;
	size_t count;
};

/* Adds LINE as it is, which is the headers' from now on. */
void headers_add(struct headers *headers, char *line);
/* Whether LINE can be sent: it has no control bytes but tabs. */
bool headers_line_is_safe(const char *line);
/*
 * Adds what -H says: a line, or @FILE with one a line; empty ones are passed
 * over. TIMEOUT is that of file_read(). Status, in FAILURE: AS_USAGE for
 * what is no header, or is none of the user's; AS_READ, AS_TIMEOUT.
 */
int headers_add_given(struct headers *headers, const char *given, int timeout,
    struct failure *failure);
bool headers_have(const struct headers *headers, const char *name);
/* Whether LINE is one for the header NAME, of any case. */
bool headers_names(const char *line, const char *name);
void headers_free(struct headers *headers);

/*
 * The value of the first header NAME, of any case, in BLOCK: a status line
 * and what follows it, up to an empty line. Without surrounding white space;
 * NULL if it is not there or empty; the caller frees it.
 */
char *headers_value(const char *block, const char *name);
/* Adds those of BLOCK, "Name: value", to HEADERS; a folded one is one line. */
void headers_add_block(struct headers *headers, const char *block);

#endif
