#include "libcurl.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#include "asauth.h"
#include "mem.h"

#ifdef CURL_LINK
#define LINK(name) .name = curl_##name,
const struct curl_functions curl = { CURL_FUNCTIONS(LINK) };
#else
struct curl_functions curl;

/* Bare names: the loader searches where it searches for every program. */
static const char *const sonames[] = {
#ifdef __APPLE__
	"libcurl.4.dylib",
#else
	"libcurl.so.4",
	"libcurl-gnutls.so.4",
	"libcurl.so",
#endif
};

#ifdef __ELF__
/* Tells packagers what is loaded: the ELF dlopen metadata of uapi-group.org,
 * a note of type 0x407c0c0a that holds JSON. */
#define DLOPEN_JSON                                                \
	"[{\"feature\":\"network\",\"description\":\"Log-ins and " \
	"requests\",\"priority\":\"required\",\"soname\":["        \
	"\"libcurl.so.4\",\"libcurl-gnutls.so.4\"]}]"
static const struct {
	uint32_t owner_size, json_size, type;
	char owner[4];
	char json[(sizeof(DLOPEN_JSON) + 3) / 4 * 4];
} dlopen_note __attribute__((used, aligned(4), section(".note.dlopen"))) = {
	sizeof("FDO"), sizeof(dlopen_note.json), 0x407c0c0a, "FDO", DLOPEN_JSON
};
#endif

static bool
load_functions(void)
{
	void *library = NULL;
	size_t i;

	/* Lazily, as the loader has it for every program: to look up all
	 * symbols of thirty libraries at once takes longer than a call. */
	for (i = 0; i < COUNT(sonames) && library == NULL; i++)
		library = dlopen(sonames[i], RTLD_LAZY | RTLD_LOCAL);
	if (library == NULL)
		return false;
#define RESOLVE(name)                                         \
	*(void **)&curl.name = dlsym(library, "curl_" #name); \
	if (curl.name == NULL)                                \
		return false;
	CURL_FUNCTIONS(RESOLVE)
	return true;
}
#endif

#define LEAST_VERSION 0x074a00U /* 7.74.0 */

/* Starts libcurl if that has not been done. Why it cannot be used, or NULL. */
static const char *
start_libcurl(void)
{
	static bool is_ready;

	if (is_ready)
		return NULL;
#ifndef CURL_LINK
	if (!load_functions())
		return dlerror();
#endif
	/* libcurl would log TLS session keys to the file this names. */
	unsetenv("SSLKEYLOGFILE");
	if (curl.version_info(CURLVERSION_NOW)->version_num < LEAST_VERSION)
		return "it is too old";
	is_ready = curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	return is_ready ? NULL : "it does not start";
}

int
libcurl_load(struct failure *failure)
{
	const char *error = start_libcurl();

	if (error == NULL)
		return AS_OK;
	failure_set(failure, AS_USAGE, "libcurl cannot be used: %s", error);
	failure_hint(failure,
	    "install libcurl 7.74 or later (Debian: apt-get install "
	    "libcurl4)");
	return AS_USAGE;
}

char *
libcurl_version(void)
{
	const curl_version_info_data *info;
	const char *error = start_libcurl();

	if (error != NULL)
		return mem_printf("no libcurl (%s)", error);
	info = curl.version_info(CURLVERSION_NOW);
	return mem_printf("libcurl/%s %s", info->version,
	    info->ssl_version != NULL ? info->ssl_version : "(no TLS)");
}
