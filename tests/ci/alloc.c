/*
 * Preloaded: has the allocation number $FAIL_AT fail, counting from 1 those
 * that the program itself, jansson and libbsd make. libcurl's, OpenSSL's and
 * libc's own are left alone. At exit the count is written to $FAIL_COUNT.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long calls;
static unsigned long fail_at;

__attribute__((constructor)) static void
begin(void)
{
	const char *text = getenv("FAIL_AT");

	fail_at = text != NULL ? strtoul(text, NULL, 10) : 0;
}

__attribute__((destructor)) static void
end(void)
{
	const char *path = getenv("FAIL_COUNT");
	FILE *file = path != NULL ? fopen(path, "w") : NULL;

	if (file == NULL)
		return;
	fprintf(file, "%lu\n", calls);
	fclose(file);
}

/* Whether the call that returns to CALLER is to fail. */
static int
fails(void *caller)
{
	Dl_info info;

	if (dladdr(caller, &info) == 0 || info.dli_fname == NULL ||
	    (strstr(info.dli_fname, "asauth") == NULL &&
		strstr(info.dli_fname, "libjansson") == NULL &&
		strstr(info.dli_fname, "libbsd") == NULL))
		return 0;
	if (++calls != fail_at)
		return 0;
	errno = ENOMEM;
	return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CALLER __builtin_return_address(0)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

void *
malloc(size_t size)
{
	return fails(CALLER) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return fails(CALLER) ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	return fails(CALLER) ? NULL : __libc_realloc(old, size);
}

void *
reallocarray(void *old, size_t count, size_t size)
{
	return fails(CALLER) ? NULL : REAL(reallocarray)(old, count, size);
}

char *
strdup(const char *text)
{
	return fails(CALLER) ? NULL : REAL(strdup)(text);
}

char *
strndup(const char *text, size_t size)
{
	return fails(CALLER) ? NULL : REAL(strndup)(text, size);
}

int
vasprintf(char **text, const char *format, va_list arguments)
{
	return fails(CALLER) ? -1 : REAL(vasprintf)(text, format, arguments);
}

/* What _FORTIFY_SOURCE makes of it. */
int __vasprintf_chk(
    char **text, int flag, const char *format, va_list arguments);

int
__vasprintf_chk(char **text, int flag, const char *format, va_list arguments)
{
	return fails(CALLER) ?
	    -1 :
	    REAL(__vasprintf_chk)(text, flag, format, arguments);
}
