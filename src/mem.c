#include "mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asauth.h"

void
mem_exhausted(void)
{
	static const char text[] = "asauth: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)ignored;
	exit(AS_MEMORY);
}

static void *
checked(void *memory)
{
	if (memory == NULL)
		mem_exhausted();
	return memory;
}

void *
mem_alloc(size_t size)
{
	return checked(malloc(size));
}

void *
mem_zalloc(size_t count, size_t size)
{
	return checked(calloc(count, size));
}

void *
mem_grow(void *old, size_t count, size_t size)
{
	return checked(reallocarray(old, count, size));
}

char *
mem_strdup(const char *text)
{
	return text != NULL ? checked(strdup(text)) : NULL;
}

char *
mem_strndup(const char *text, size_t length)
{
	return checked(strndup(text, length));
}

char *
mem_vprintf(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) == -1)
		mem_exhausted();
	return text;
}

char *
mem_printf(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = mem_vprintf(format, arguments);
	va_end(arguments);
	return text;
}

void
mem_wipe(char *text)
{
	if (text != NULL)
		freezero(text, strlen(text));
}

static void
buf_reserve(struct buf *buf, size_t count)
{
	size_t room = buf->room > 0 ? buf->room : 256;

	if (count >= SIZE_MAX / 2 - buf->length)
		mem_exhausted();
	while (room < buf->length + count + 1)
		room *= 2;
	if (room == buf->room)
		return;
	buf->data = checked(recallocarray(buf->data, buf->room, room, 1));
	buf->room = room;
}

void
buf_add(struct buf *buf, const void *bytes, size_t count)
{
	buf_reserve(buf, count);
	if (count > 0)
		memcpy(buf->data + buf->length, bytes, count);
	buf->length += count;
	buf->data[buf->length] = '\0';
}

void
buf_puts(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = mem_vprintf(format, arguments);
	va_end(arguments);
	buf_puts(buf, text);
	mem_wipe(text);
}

void
buf_cut(struct buf *buf, size_t length)
{
	buf->length = length;
	if (buf->data != NULL)
		buf->data[length] = '\0';
}

void
buf_free(struct buf *buf)
{
	freezero(buf->data, buf->room);
	*buf = (struct buf){ 0 };
}

char *
buf_take(struct buf *buf)
{
	char *data;

	buf_add(buf, "", 0);
	data = buf->data;
	*buf = (struct buf){ 0 };
	return data;
}
