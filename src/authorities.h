/*
 * Whom to trust: the certificate authorities against which servers are checked.
 */
#ifndef AUTHORITIES_H
#define AUTHORITIES_H

#include "libcurl.h"

/* The texts that it is told must outlive it. */
struct authorities {
	const char *file;      /* PEM certificates, NULL: none */
	const char *directory; /* hashed, as c_rehash(1) makes it; NULL: none */
	const char *bundle;    /* of the system, which may hold more */
	bool is_system;	       /* neither was named */
	bool is_searched; /* the system's, of which libcurl knows nothing */
	char *own[2];	  /* those that are not somebody else's */
};

/*
 * FILE and DIRECTORY if either is given, each instead of the system's; else
 * what CURL_CA_BUNDLE, SSL_CERT_FILE and SSL_CERT_DIR name, which curl(1) reads
 * and libcurl does not; else the system's: libcurl's own defaults or, if it has
 * none, where systems keep them. libcurl must be loaded.
 */
void authorities_find(
    struct authorities *authorities, const char *file, const char *directory);
/* Has the handle EASY use them. */
void authorities_use(const struct authorities *authorities, CURL *easy);
/* Whether there are others to fall back to: the system's bundle may hold what
 * its directory does not. */
bool authorities_widen(struct authorities *authorities);
void authorities_free(struct authorities *authorities);

#endif
