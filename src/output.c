#include "output.h"

#include <sys/stat.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asauth.h"
#include "file.h"
#include "mem.h"
#include "text.h"

static int
fail_write(struct output *output)
{
	output->has_failed = true;
	return failure_set(output->failure, AS_WRITE, "cannot write to %s: %s",
	    output->is_standard ? "standard output" : output->path,
	    strerror(errno));
}

/* --- Opening --- */

int
output_make_directories(const char *path, struct failure *failure)
{
	char *copy = mem_strdup(path), *slash = copy;
	int status = AS_OK;

	while (status == AS_OK && *slash != '\0' &&
	    (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		/* What can be passed through need not be writable. */
		if (mkdir(copy, 0750) == -1 && errno != EEXIST &&
		    errno != EACCES)
			status = failure_set(failure, AS_WRITE,
			    "cannot create %s: %s", copy, strerror(errno));
		*slash = '/';
	}
	free(copy);
	return status;
}

static int
open_for_writing(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666);
}

/* Gives FD the access control list of PATH, without which the group's bits mean
 * something else; false if that cannot be done. */
static bool
copy_acl(const char *path, int fd)
{
#ifdef __linux__
	static const char name[] = "system.posix_acl_access";
	char list[4096];
	const ssize_t length = getxattr(path, name, list, sizeof(list));

	if (length == -1)
		return errno == ENODATA || errno == ENOTSUP;
	return fsetxattr(fd, name, list, (size_t)length, 0) == 0;
#else
	(void)path, (void)fd;
	return true;
#endif
}

/* Begins a temporary file beside the output that will replace it, with the
 * permissions of OLD (NULL: it is new); false, with errno, if that cannot be
 * done. */
static bool
begin_replacement(struct output *output, const struct stat *old)
{
	struct stat new;
	int fd;

	if (tempfile_begin(&output->temporary, AT_FDCWD, output->path,
		old == NULL ? 0666 : 0600) == -1)
		return false;
	fd = output->temporary.fd;
	/* The group's bits mean nothing without the group. */
	if (old == NULL ||
	    (fstat(fd, &new) == 0 &&
		(new.st_gid == old->st_gid ||
		    fchown(fd, (uid_t)-1, old->st_gid) == 0) &&
		copy_acl(output->path, fd) &&
		fchmod(fd, old->st_mode & 0777) == 0))
		return true;
	tempfile_abandon(&output->temporary);
	return false;
}

/* Begins the temporary file that a regular file is written from: beside it or,
 * where that cannot be, in TMPDIR. */
static int
begin_copy(struct output *output)
{
	const char *directory = getenv("TMPDIR");
	char *name;
	int result;

	/* A name there leads to a descriptor. */
	if (!text_begins(output->path, "/dev/") &&
	    !text_begins(output->path, "/proc/") &&
	    tempfile_begin(&output->temporary, AT_FDCWD, output->path, 0600) ==
		0)
		return 0;
	if (directory == NULL || *directory != '/')
		directory = "/tmp";
	name = mem_printf("%s/asauth", directory);
	result = tempfile_begin(&output->temporary, AT_FDCWD, name, 0600);
	free(name);
	return result;
}

/* Opens what is to be written in place, as the kernel allows it. */
static int
open_in_place(struct output *output)
{
	struct stat st, null;

	output->fd = open_for_writing(output->path);
	if (output->fd == -1 || fstat(output->fd, &st) == -1)
		return fail_write(output);
	output->is_sink = S_ISCHR(st.st_mode) &&
	    stat("/dev/null", &null) == 0 && st.st_rdev == null.st_rdev;
	if (S_ISREG(st.st_mode) && begin_copy(output) == -1)
		return fail_write(output);
	return AS_OK;
}

static int
open_file(struct output *output)
{
	struct stat st;

	if (lstat(output->path, &st) == -1)
		return errno == ENOENT && begin_replacement(output, NULL) ?
		    AS_OK :
		    fail_write(output);
	if (S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink == 1) {
		if (access(output->path, W_OK) == -1)
			return fail_write(output);
		if (begin_replacement(output, &st))
			return AS_OK;
	}
	return open_in_place(output);
}

int
output_open(struct output *output, const char *path, bool standard,
    struct failure *failure)
{
	*output = (struct output)OUTPUT_NONE;
	output->path = path;
	output->failure = failure;
	output->is_standard = path != NULL ? strcmp(path, "-") == 0 : standard;
	if (path != NULL && !output->is_standard)
		return open_file(output);
	if (output->is_standard)
		output->fd = STDOUT_FILENO;
	/* Who asks for a body in -o - wants its bytes. */
	output->is_viewed = output->is_standard &&
	    !(standard && path != NULL) && isatty(STDOUT_FILENO);
	return AS_OK;
}

/* --- Writing --- */

static bool
write_bytes(struct output *output, const void *bytes, size_t length)
{
	const int temporary = output->temporary.fd;
	const int fd = temporary != -1 ? temporary : output->fd;

	if (fd == -1)
		return true;
	if (file_write(fd, bytes, length) == -1) {
		fail_write(output);
		return false;
	}
	if (temporary == -1 && !output->is_sink)
		output->written += (long long)length;
	return true;
}

static bool
write_shown(struct output *output, struct buf *shown)
{
	const bool result = write_bytes(output, shown->data, shown->length);

	buf_free(shown);
	return result;
}

void
output_begin_body(
    struct output *output, const char *content_type, bool may_be_dropped)
{
	if (output->is_viewed)
		view_begin_body(&output->view, content_type, may_be_dropped);
}

bool
output_write(struct output *output, const void *bytes, size_t length)
{
	struct buf shown = { 0 };

	if (output->has_failed)
		return false;
	if (!output->is_viewed)
		return write_bytes(output, bytes, length);
	if (memchr(bytes, '\0', length) != NULL) {
		output->has_failed = true;
		failure_set(output->failure, AS_WRITE,
		    "binary data would mess up the terminal");
		failure_hint(output->failure,
		    "-o - writes it all the same, -o FILE to a file");
		return false;
	}
	view_add(&output->view, bytes, length, &shown);
	return write_shown(output, &shown);
}

void
output_drop_view(struct output *output)
{
	view_free(&output->view);
}

bool
output_show(struct output *output)
{
	struct buf shown = { 0 };

	if (output->has_failed || !output->is_viewed)
		return !output->has_failed;
	view_end(&output->view, &shown);
	return write_shown(output, &shown);
}

bool
output_rewind(struct output *output)
{
	view_free(&output->view);
	if (output->temporary.fd == -1)
		return output->written == 0;
	return ftruncate(output->temporary.fd, 0) == 0 &&
	    lseek(output->temporary.fd, 0, SEEK_SET) == 0;
}

/* --- The last step --- */

/* Writes what the temporary file holds over the file; -1 and errno. */
static int
copy_in_place(struct output *output)
{
	char chunk[65536];
	ssize_t n;

	if (output->fd == -1)
		output->fd = open_for_writing(output->path);
	if (output->fd == -1 || ftruncate(output->fd, 0) == -1 ||
	    lseek(output->temporary.fd, 0, SEEK_SET) == -1)
		return -1;
	do {
		n = read(output->temporary.fd, chunk, sizeof(chunk));
		if (n > 0 && file_write(output->fd, chunk, (size_t)n) == -1)
			return -1;
	} while (n > 0 || (n == -1 && errno == EINTR));
	return n == 0 ? close(dup(output->fd)) : -1;
}

int
output_finish(struct output *output)
{
	if (output->has_failed)
		return AS_WRITE;
	if (output->temporary.fd == -1)
		return AS_OK;
	/* What a rename cannot replace, such as a mount point, can be written
	 * all the same. */
	if (output->fd == -1 && tempfile_commit(&output->temporary, false) == 0)
		return AS_OK;
	if (copy_in_place(output) == 0) {
		tempfile_abandon(&output->temporary);
		return AS_OK;
	}
	output->has_failed = true;
	failure_set(output->failure, AS_WRITE,
	    "cannot write to %s: %s; the reply is kept in %s", output->path,
	    strerror(errno), output->temporary.temporary);
	tempfile_keep(&output->temporary);
	return AS_WRITE;
}

void
output_close(struct output *output)
{
	tempfile_abandon(&output->temporary);
	view_free(&output->view);
	if (!output->is_standard && output->fd != -1)
		close(output->fd);
	output->fd = -1;
}
