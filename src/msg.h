/*
 * Everything that goes to standard error.
 *
 * A message is one line, "asauth: what failed: why", lower case, without a
 * full stop. Every byte passes through two filters, whoever it came from: what
 * may not be shown is hidden (hide.h), and what could drive a terminal is made
 * visible (printable.h).
 */
#ifndef MSG_H
#define MSG_H

#include <stdbool.h>

#include <jansson.h>

/* -s and -S, as in curl(1): errors are hidden if silent and not shown. */
void msg_silence(bool silent, bool show_errors);

/*
 * A failure as data: filled where it is known, kept, shared between processes,
 * put into a report, or printed at last. All zeroes is none.
 */
struct failure {
	int status;
	char *message;	   /* without "asauth: ", may hold foreign text */
	char *more;	   /* further lines, as message, NULL: none */
	char *hint;	   /* the known cause, NULL: none */
	char *oauth_error; /* the token endpoint's "error", NULL: none */
};

/* Sets status and message in place of what was there; returns STATUS. */
int failure_set(struct failure *failure, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds further lines, separated by newlines, of which each is printed as one of
 * its own. */
void failure_add(struct failure *failure, const char *lines);
void failure_hint(struct failure *failure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints message, further lines and hint; silenced by -s unless -S was given or
 * the status is AS_USAGE. */
void failure_print(const struct failure *failure);
/* Has TO take over FROM, which is then none. */
void failure_move(struct failure *to, struct failure *from);
void failure_free(struct failure *failure);

/* Trouble that the run survives. Silenced by -s. */
void msg_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A line of -v, begun with MARK ('*', '>' or '<') and a blank. */
void msg_verbose(char mark, const char *line);

/* TEXT redacted and made safe for a terminal; the caller frees it. */
char *msg_clean(const char *text);
/* TEXT redacted as a JSON string, null for NULL; what is not UTF-8 is made
 * safe as well. */
json_t *msg_json(const char *text);

#endif
