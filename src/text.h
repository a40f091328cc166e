/*
 * Small questions about strings, asked wherever foreign text comes in.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* TEXT without surrounding white space and a byte order mark before it; the
 * caller frees it. */
char *text_trimmed(const char *text);
/* TEXT as a shell takes it for one word, quoted if need be; the caller frees
 * it. */
char *text_word(const char *text);
/* The same for the path of a file, which no command takes for an option. */
char *text_quoted(const char *text);
/* TEXT, or two quotes where nothing of it could be seen. */
const char *text_shown(const char *text);
bool text_begins(const char *text, const char *beginning);
/* The environment variable NAME; NULL if it is not set or empty. */
const char *text_variable(const char *name);
/* The length of PATH without slashes at its end. */
size_t text_path_length(const char *path);
/* A byte below 0x20, or 0x7f: never sent, and never stored. */
bool text_has_control(const char *text);
/* WORD among the WORDS that white space separates, compared by COMPARE, strncmp
 * or strncasecmp; NULL: it is none of them. */
const char *text_find_word(const char *words, const char *word,
    int (*compare)(const char *, const char *, size_t));
/*
 * Whether TEXT can be a bearer token: one byte or more from 0x21 to 0x7e.
 * RFC 6750's b64token (section 2.1) is narrower, but Amazon's tokens hold
 * "|", which it leaves out.
 */
bool text_is_token(const char *text);
/* Whether TEXT is an HTTP token (RFC 9110, section 5.6.2), as a method and
 * the name of a header must be; only the first LENGTH bytes are looked at. */
bool text_is_http_token(const char *text, size_t length);

#endif
