/*
 * Memory: allocation that cannot fail, growing buffers, wiping.
 *
 * A program this small has nothing better to do without memory than to say
 * so: every function here that allocates ends the process with AS_MEMORY
 * when it cannot. Unfinished files are removed on the way out (tempfile.h).
 */
#ifndef MEM_H
#define MEM_H

#include <stdarg.h>
#include <stddef.h>

/* How many elements an array has. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* SIZE bytes, for jansson; release with free(3). */
void *mem_alloc(size_t size);
/* COUNT zeroed objects of SIZE bytes; release with free(3). */
void *mem_zalloc(size_t count, size_t size);
/* A grown array; release with free(3). */
void *mem_grow(void *old, size_t count, size_t size);
/* NULL for NULL. */
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t length);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));
/* Wipes a string before releasing it. NULL is fine. */
void mem_wipe(char *text);
/* Says that memory has run out and exits with AS_MEMORY. */
void mem_exhausted(void) __attribute__((noreturn));

/*
 * A growing run of bytes. All zeroes is an empty one. data is always
 * terminated by a NUL that length does not count (NULL while empty and
 * never written to). Old copies are wiped as the buffer moves.
 */
struct buf {
	char *data;
	size_t length;
	size_t room;
};

void buf_add(struct buf *buf, const void *bytes, size_t count);
void buf_puts(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Cuts the buffer to LENGTH bytes, of those it has, and keeps its memory. */
void buf_cut(struct buf *buf, size_t length);
/* Wipes and releases the buffer, which is then empty. */
void buf_free(struct buf *buf);
/* Hands the bytes over as a string (never NULL); the buffer is then empty. */
char *buf_take(struct buf *buf);

#endif
