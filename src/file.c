#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asauth.h"
#include "clock.h"
#include "msg.h"
#include "text.h"

int
file_read_fd(int fd, size_t limit, int timeout, struct buf *out)
{
	const long long end = clock_ms() + timeout;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char chunk[4096];
	ssize_t n = -1;
	int ready, error = 0;

	while (n != 0 && error == 0) {
		ready = poll(
		    &wait, 1, timeout < 0 ? -1 : (int)clock_left(end, timeout));
		n = ready > 0 ? read(fd, chunk, sizeof(chunk)) : -1;
		if (ready == 0)
			error = ETIMEDOUT;
		else if (n == -1 && errno != EINTR && errno != EAGAIN)
			error = errno;
		else if (n > 0 && (size_t)n > limit)
			error = EFBIG;
		else if (n > 0) {
			buf_add(out, chunk, (size_t)n);
			limit -= (size_t)n;
		}
	}
	explicit_bzero(chunk, sizeof(chunk));
	errno = error;
	return error == 0 ? 0 : -1;
}

int
file_open(const char *path, bool is_stdin, struct stat *about)
{
	/* Without O_NONBLOCK the open of a FIFO waits for its writer. */
	int fd = is_stdin ?
	    fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
	    open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int error = 0;

	if (fd == -1 || fstat(fd, about) == -1)
		error = errno;
	else if (S_ISDIR(about->st_mode))
		error = EISDIR;
	if (error == 0)
		return fd;
	if (fd != -1)
		close(fd);
	errno = error;
	return -1;
}

int
file_read(const char *path, size_t limit, int timeout, struct buf *out,
    struct stat *about)
{
	int fd = file_open(path, false, about), result, error;

	if (fd == -1)
		return -1;
	result = file_read_fd(fd, limit, timeout, out);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

bool
file_is_stdin(const char *path)
{
	static const char names[] = "- /dev/stdin /dev/fd/0 /proc/self/fd/0";

	return text_find_word(names, path, strncmp) != NULL;
}

int
file_fail_read(const char *path, struct failure *failure)
{
	return failure_set(failure, errno == ETIMEDOUT ? AS_TIMEOUT : AS_READ,
	    "cannot read %s: %s",
	    strcmp(path, "-") == 0 ? "standard input" : text_shown(path),
	    strerror(errno));
}

int
file_slurp(const char *path, size_t limit, int timeout, struct buf *out,
    struct failure *failure)
{
	struct stat about;
	int result = strcmp(path, "-") == 0 ?
	    file_read_fd(STDIN_FILENO, limit, timeout, out) :
	    file_read(path, limit, timeout, out, &about);

	return result == 0 ? AS_OK : file_fail_read(path, failure);
}

void
file_drain(int fd)
{
	char chunk[4096];
	ssize_t n;

	do
		n = read(fd, chunk, sizeof(chunk));
	while (n > 0 || (n == -1 && errno == EINTR));
}

int
file_write(int fd, const void *data, size_t length)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	const char *at = data;
	ssize_t n;

	while (length > 0) {
		n = write(fd, at, length);
		if (n == -1 && errno == EAGAIN)
			poll(&wait, 1, -1);
		else if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			at += n;
			length -= (size_t)n;
		}
	}
	return 0;
}

char *
file_join(const char *directory, const char *name)
{
	if (name[0] == '/' || directory[0] == '\0')
		return mem_strdup(name);
	return mem_printf("%s/%s", directory, name);
}

char *
file_expand(const char *path)
{
	const char *home = text_variable("HOME");

	if (!text_begins(path, "~/"))
		return mem_strdup(path);
	return home != NULL ? mem_printf("%s%s", home, path + 1) : NULL;
}

const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

bool
file_is_our_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid();
}

/* HOME, if it is an absolute path; its LENGTH is without slashes at its end, 0
 * if there is none. */
static const char *
find_home(size_t *length)
{
	const char *home = getenv("HOME");

	*length = home != NULL && home[0] == '/' ? text_path_length(home) : 0;
	return home;
}

bool
file_is_in_home(const char *path)
{
	size_t length;
	const char *home = find_home(&length);

	return length > 0 && strncmp(path, home, length) == 0 &&
	    (path[length] == '/' || path[length] == '\0');
}

bool
file_home_is_ours(void)
{
	size_t length;
	const char *home = find_home(&length);

	return length > 0 && file_is_our_directory(home);
}

char *
file_chown_command(const char *path)
{
	char *part, *quoted, *command = NULL;
	struct stat st;
	size_t length;

	find_home(&length);
	if (!file_is_in_home(path) || !file_home_is_ours() || geteuid() == 0)
		return NULL;
	/* From the home down, until something is not ours. */
	do {
		length += 1 + strcspn(path + length + 1, "/");
		part = mem_strndup(path, length);
		if (lstat(part, &st) == -1)
			st.st_uid = geteuid();
		if (st.st_uid == 0 && !S_ISLNK(st.st_mode)) {
			quoted = text_quoted(part);
			command = mem_printf("sudo chown -R %lu %s",
			    (unsigned long)geteuid(), quoted);
			free(quoted);
		}
		free(part);
	} while (
	    path[length] == '/' && command == NULL && st.st_uid == geteuid());
	return command;
}
