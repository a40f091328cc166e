/*
 * Client ids and client secrets: the mistakes that can be told by looking at
 * them, without the network.
 */
#ifndef CREDENTIAL_H
#define CREDENTIAL_H

#include <stdbool.h>

/*
 * What is in TEXT besides printable ASCII, as the end of a sentence ("holds a
 * zero-width space ..."), NULL: nothing. Such bytes come with copying and
 * pasting, and nobody sees them.
 */
const char *credential_flaw(const char *text);
/* The same for a NUL, where TEXT has one. */
extern const char credential_nul[];

/* What is odd about an id or a secret with which a log-in was refused, as a
 * hint that shows neither; NULL: nothing; the caller frees it. */
char *credential_hint(const char *id, const char *secret);

/* Whether TEXT begins as Amazon's client secrets do, or as its client ids. */
bool credential_is_secret(const char *text);
bool credential_is_id(const char *text);
/* The hint where one stands in the other's place. */
extern const char credential_swapped[];

#endif
