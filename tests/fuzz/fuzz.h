/*
 * What the harnesses share. Each defines try(), which gets bytes that a stranger
 * may have chosen, ended by a NUL that length does not count.
 *
 * Standard error is looked at after each try: whatever came in, the program
 * says whole lines of its own, and nothing in them drives a terminal.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <sys/mman.h>
#include <sys/stat.h>

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "asauth.h"
#include "file.h"
#include "hide.h"
#include "mem.h"
#include "msg.h"

/* The line in the trace that follows says what does not hold. */
#define MUST(condition)                   \
	do {                              \
		if (!(condition))         \
			__builtin_trap(); \
	} while (0)

/* Whether a line of standard error begins as it may. */
#ifndef SAYS
#define SAYS(line) (strncmp(line, "asauth: ", 8) == 0)
#endif

static void try(struct buf *input);

/* What standard error has got so far; the caller frees it. */
static char *
said(void)
{
	off_t length = lseek(STDERR_FILENO, 0, SEEK_END);
	char *text = mem_zalloc((size_t)length + 1, 1);

	MUST(pread(STDERR_FILENO, text, (size_t)length, 0) == length);
	return text;
}

static void
check_messages(void)
{
	char *text = said(), *rest = text, *line;

	if (getenv("SHOW") != NULL)
		fputs(text, stdout);
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		MUST(SAYS(line));
		for (; *line != '\0'; line++)
			MUST(*line >= ' ' && *line <= '~');
	}
	MUST(*line == '\0');
	free(text);
	MUST(ftruncate(STDERR_FILENO, 0) == 0);
	lseek(STDERR_FILENO, 0, SEEK_SET);
}

/* The name of a file with these bytes; there is one at a time. */
static const char *
file_with(const struct buf *bytes)
{
	static char path[32];
	static int fd = -1;

	if (fd == -1) {
		fd = memfd_create("input", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	MUST(ftruncate(fd, 0) == 0);
	MUST(pwrite(fd, bytes->data, bytes->length, 0) ==
	    (ssize_t)bytes->length);
	fchmod(fd, bytes->length % 2 == 0 ? 0600 : 0666);
	return path;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	/* No byte of room, so that AddressSanitizer sees what is beyond. */
	struct buf input = { mem_zalloc(length + 1, 1), length, length + 1 };
	static bool is_ready;

	if (!is_ready) {
		/* libFuzzer has its own copy of standard error. */
		dup2(memfd_create("messages", 0), STDERR_FILENO);
		setenv("LC_ALL", "C", 1);
		json_set_alloc_funcs(mem_alloc, free);
		signal(SIGPIPE, SIG_IGN);
		is_ready = true;
	}
	memcpy(input.data, bytes, length);
	try(&input);
	buf_free(&input);
	check_messages();
	hide_forget();
	return 0;
}

/* Without libFuzzer: once over each file. */
#ifdef REPLAY
int
main(int argc, char **argv)
{
	struct buf bytes;
	struct stat about;

	for (; argc > 1; argc--, argv++) {
		bytes = (struct buf){ 0 };
		MUST(file_read(argv[1], SIZE_MAX, 0, &bytes, &about) == 0);
		LLVMFuzzerTestOneInput((uint8_t *)bytes.data, bytes.length);
		buf_free(&bytes);
	}
	return 0;
}
#endif

#endif
