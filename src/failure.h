/*
 * A failure as data: kept, shared between processes, put into a report, or
 * printed at last. All zeroes is none.
 */
#ifndef FAILURE_H
#define FAILURE_H

struct failure {
	int status;
	char *message;	   /* without "asauth: ", may hold foreign text */
	char *hint;	   /* NULL: none */
	char *oauth_error; /* the token endpoint's "error", NULL: none */
};

/* Sets the message (format and arguments) and returns STATUS. */
int failure_set(struct failure *failure, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void failure_hint(struct failure *failure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints message and hint and returns the status. */
int failure_report(const struct failure *failure);
void failure_free(struct failure *failure);

#endif
