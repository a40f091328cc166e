/*
 * libcurl, loaded when it is first needed: runs that find their token in the
 * cache never map it. Built with CURL=link it is linked ordinarily.
 *
 * The one header that includes <curl/curl.h>, and for the files of the HTTP
 * row alone. They call curl.NAME(…) for curl_NAME(…), once libcurl_load()
 * has succeeded.
 */
#ifndef LIBCURL_H
#define LIBCURL_H

#include <curl/curl.h>

#include "mem.h"
#include "msg.h"

/* Everything asauth uses of libcurl, without its prefix. */
#define CURL_FUNCTIONS(X) \
	X(easy_cleanup)   \
	X(easy_escape)    \
	X(easy_getinfo)   \
	X(easy_init)      \
	X(easy_perform)   \
	X(easy_setopt)    \
	X(easy_strerror)  \
	X(free)           \
	X(getdate)        \
	X(global_init)    \
	X(mime_addpart)   \
	X(mime_data)      \
	X(mime_filedata)  \
	X(mime_filename)  \
	X(mime_free)      \
	X(mime_init)      \
	X(mime_name)      \
	X(mime_type)      \
	X(share_cleanup)  \
	X(share_init)     \
	X(share_setopt)   \
	X(slist_append)   \
	X(slist_free_all) \
	X(url)            \
	X(url_cleanup)    \
	X(url_get)        \
	X(url_set)        \
	X(version_info)

struct curl_functions {
#define DECLARE(name) __typeof__(curl_##name) *(name);
	CURL_FUNCTIONS(DECLARE)
#undef DECLARE
};

#ifdef CURL_LINK
extern const struct curl_functions curl;
#else
extern struct curl_functions curl;
#endif

/* Sets an option of the handle EASY; what else can be wrong shows when it is
 * used. */
#define LIBCURL_SET(easy, option, value)                     \
	do {                                                 \
		if (curl.easy_setopt(easy, option, value) == \
		    CURLE_OUT_OF_MEMORY)                     \
			mem_exhausted();                     \
	} while (0)

/* Status: AS_USAGE, in FAILURE, if there is no libcurl that can be used. */
int libcurl_load(struct failure *failure);
/* Version and TLS library, or why libcurl cannot be loaded. Caller frees. */
char *libcurl_version(void);

#endif
