#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asauth.h"
#include "mem.h"
#include "msg.h"

#define MAX_LINKS 40

static int
fail(struct output *output)
{
	output->has_failed = true;
	return msg_fail(AS_WRITE, "cannot write to %s: %s",
	    output->is_standard ? "standard output" : output->path,
	    strerror(errno));
}

/* Descriptors behind names, where a rename would miss the point. */
static bool
is_special(const char *path)
{
	return strncmp(path, "/dev/fd/", 8) == 0 ||
	    strncmp(path, "/dev/std", 8) == 0 ||
	    strncmp(path, "/proc/", 6) == 0;
}

/* What PATH leads to by symbolic links, though it need not exist; NULL and
 * errno if they never end. The caller frees it. */
static char *
follow_links(const char *path)
{
	char target[PATH_MAX], *current = mem_strdup(path), *next, *copy;
	ssize_t length;
	int i;

	for (i = 0; i < MAX_LINKS; i++) {
		length = is_special(current) ?
		    -1 :
		    readlink(current, target, sizeof(target) - 1);
		if (length == -1)
			return current;
		target[length] = '\0';
		copy = mem_strdup(current);
		next = file_join(dirname(copy), target);
		free(copy);
		free(current);
		current = next;
	}
	free(current);
	errno = ELOOP;
	return NULL;
}

static int
begin_draft(struct output *output)
{
	char *target = follow_links(output->path);
	struct stat st = { 0 };
	bool is_there;
	int result = -1;

	if (target == NULL)
		return fail(output);
	is_there = stat(target, &st) == 0;
	output->is_in_place = is_special(target) ||
	    (is_there && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
	output->is_sink = strcmp(target, "/dev/null") == 0;
	if (output->is_in_place)
		result = 0; /* it is opened when the first byte comes */
	else if (!is_there && errno == ENOENT)
		result = file_begin(&output->draft, AT_FDCWD, target, 0666);
	else if (is_there && S_ISDIR(st.st_mode))
		errno = EISDIR;
	else if (is_there && access(target, W_OK) == 0)
		result = file_begin(&output->draft, AT_FDCWD, target, 0600);
	if (result == 0 && is_there && output->draft.fd != -1)
		result = fchmod(output->draft.fd, st.st_mode & 07777);
	free(target);
	return result == 0 ? AS_OK : fail(output);
}

int
output_open(struct output *output, const char *path, bool standard)
{
	*output = (struct output)OUTPUT_NONE;
	output->path = path;
	output->is_standard = path != NULL ? strcmp(path, "-") == 0 : standard;
	output->is_binary_fine = path != NULL;
	if (output->is_standard)
		output->fd = STDOUT_FILENO;
	else if (path != NULL)
		return begin_draft(output);
	return AS_OK;
}

static bool
is_binary_for_terminal(
    const struct output *output, const void *bytes, size_t length)
{
	return output->is_standard && !output->is_binary_fine &&
	    memchr(bytes, '\0', length) != NULL && isatty(STDOUT_FILENO);
}

bool
output_write(struct output *output, const void *bytes, size_t length)
{
	int fd = output->draft.fd != -1 ? output->draft.fd : output->fd;

	if (output->has_failed)
		return false;
	if (is_binary_for_terminal(output, bytes, length)) {
		output->has_failed = true;
		msg_fail(AS_WRITE, "binary data would mess up the terminal");
		msg_hint("-o - writes it all the same, -o FILE to a file");
		return false;
	}
	if (fd == -1 && output->path != NULL)
		fd = output->fd = open(output->path,
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666);
	if (output->path == NULL && !output->is_standard)
		return true;
	if (fd == -1 || file_write(fd, bytes, length) == -1) {
		fail(output);
		return false;
	}
	if (output->draft.fd == -1 && !output->is_sink)
		output->written += (long long)length;
	return true;
}

bool
output_rewind(struct output *output)
{
	if (output->draft.fd == -1)
		return output->written == 0;
	return ftruncate(output->draft.fd, 0) == 0 &&
	    lseek(output->draft.fd, 0, SEEK_SET) == 0;
}

int
output_finish(struct output *output)
{
	if (output->has_failed)
		return AS_WRITE;
	if (output->draft.fd == -1)
		return AS_OK;
	return file_commit(&output->draft, false) == 0 ? AS_OK : fail(output);
}

void
output_close(struct output *output)
{
	file_abandon(&output->draft);
	/* Who reads a FIFO waits for it to be opened, be it for nothing. */
	if (output->is_in_place && output->fd == -1)
		output->fd = open(
		    output->path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (!output->is_standard && output->fd != -1)
		close(output->fd);
	output->fd = -1;
}
