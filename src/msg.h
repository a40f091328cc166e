/*
 * Everything that goes to standard error.
 *
 * A message is one line, "asauth: what failed: why", lower case, without a
 * full stop. Every byte passes through two filters, whoever it came from:
 * values registered with msg_secret() are replaced by "[redacted]", and what
 * could drive a terminal is shown by vis(3). No locale is set, so vis(3)
 * escapes all bytes from 0x80 on and with them Unicode's controls.
 */
#ifndef MSG_H
#define MSG_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* -s and -S, as in curl(1): errors are hidden if silent and not shown. */
void msg_silence(bool silent, bool show_errors);

/* From now on TEXT never reaches standard error, percent-encoded neither.
 * NULL and short texts (under MSG_SECRET_MIN bytes, which would blot out half
 * of every line) are left alone. */
#define MSG_SECRET_MIN 4
void msg_secret(const char *text);
/* Wipes and forgets all that msg_secret() was told. */
void msg_forget_secrets(void);

/*
 * Prints the message and returns STATUS, for "return msg_fail(AS_…, …)".
 * Silenced by -s unless -S was given or STATUS is AS_USAGE.
 */
int msg_fail(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A second line with the known cause; shown if the last msg_fail() was. */
void msg_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Trouble that the run survives. Silenced by -s. */
void msg_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Lines of -v, each begun with MARK ('*', '>' or '<') and a blank. */
void msg_verbose(char mark, const char *text, size_t length);

/* TEXT with every registered secret redacted; the caller frees it. */
char *msg_redact(const char *text, size_t length);
/* TEXT redacted and made safe for a terminal; the caller frees it. */
char *msg_clean(const char *text);
/* TEXT redacted as a JSON string, null for NULL; what is not UTF-8 is made
 * safe as well. */
json_t *msg_json(const char *text);

#endif
