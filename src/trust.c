#include "trust.h"

#include <sys/statvfs.h>

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asauth.h"
#include "file.h"
#include "mem.h"
#include "text.h"

#define MAX_LINKS 40

static bool
others_may_write(const struct stat *st)
{
	return st->st_mode & S_IWOTH ||
	    (st->st_mode & S_IWGRP && st->st_gid != geteuid());
}

static bool
is_foreign(const struct stat *st)
{
	return st->st_uid != geteuid() && st->st_uid != 0;
}

/* The length of the beginning of PATH that ends with its first link, and that
 * link's TARGET; without one all of it, and "". */
static size_t
find_link(const char *path, char target[PATH_MAX])
{
	size_t end = 0;
	ssize_t length;
	char *part;

	do {
		end += strspn(path + end, "/");
		end += strcspn(path + end, "/");
		part = mem_strndup(path, end);
		length = readlink(part, target, PATH_MAX - 1);
		free(part);
	} while (length <= 0 && path[end] != '\0');
	target[length > 0 ? length : 0] = '\0';
	return end;
}

/* The directory in which others can put another file in the place of PATH, or
 * another link in that of one on the way to it; NULL: none; the caller frees
 * it. FOREIGN: whether such a link is somebody else's, who chose the file. */
static char *
open_directory(const char *path, bool *foreign)
{
	char target[PATH_MAX] = "", *current = mem_strdup(path);
	char *directory = NULL, *name, *place;
	struct stat st;
	size_t end;
	int i = 0;

	*foreign = false;
	do {
		end = find_link(current, target);
		name = mem_strndup(current, end);
		if (*target != '\0' && lstat(name, &st) == 0)
			*foreign |= is_foreign(&st);
		free(directory);
		directory = mem_strdup(dirname(name));
		free(name);
		if (stat(directory, &st) == 0 && others_may_write(&st) &&
		    !(st.st_mode & S_ISVTX)) {
			free(current);
			return directory;
		}
		place = file_join(directory, target);
		name = mem_printf("%s%s", place, current + end);
		free(place);
		free(current);
		current = name;
	} while (*target != '\0' && ++i < MAX_LINKS);
	free(directory);
	free(current);
	return NULL;
}

/* Whether we may change the mode of PATH, which belongs to OWNER. */
static bool
may_mend(const char *path, uid_t owner)
{
	struct statvfs fs;

	return (owner == geteuid() || geteuid() == 0) &&
	    (statvfs(path, &fs) == -1 || !(fs.f_flag & ST_RDONLY));
}

/* What mends that others may write to OPEN, the file at PATH or a directory of
 * its; the caller frees it. */
static char *
writers_remedy(const char *path, const char *open)
{
	struct stat st = { 0 };
	bool is_ours = stat(open, &st) == 0 && may_mend(open, st.st_uid);
	char *quoted = text_quoted(is_ours ? open : path);
	char *remedy = is_ours ?
	    mem_printf("chmod go-w %s", quoted) :
	    mem_printf(
		"install -m 600 %s asauth.json, and --config asauth.json",
		quoted);

	free(quoted);
	return remedy;
}

static bool
is_handed_over(const char *path, const struct stat *about)
{
	return S_ISCHR(about->st_mode) ||
	    (S_ISFIFO(about->st_mode) &&
		(text_begins(path, "/dev/fd/") || text_begins(path, "/proc/") ||
		    file_is_stdin(path)));
}

/* FLAW tells how, REMEDY what to do; NULL: it takes a flag. */
static int
trust_fail(const char *path, const char *flaw, const char *remedy,
    const char *guarded, struct failure *failure)
{
	char *quoted = text_quoted(path);

	if (guarded != NULL) {
		failure_set(failure, AS_USAGE,
		    "%s: %s, and %s says whose account it is, where secrets "
		    "go or what is run",
		    path, flaw, guarded);
		if (remedy != NULL)
			failure_hint(failure, "%s", remedy);
		else
			failure_hint(failure,
			    "if it can be trusted: --config %s", quoted);
	} else if (remedy != NULL)
		msg_warn("%s: %s; mend with: %s", path, flaw, remedy);
	else
		msg_warn("%s: %s", path, flaw);
	free(quoted);
	return guarded != NULL ? AS_USAGE : AS_OK;
}

int
trust_writers(const char *path, const struct stat *about, bool may_be_foreign,
    const char *guarded, struct failure *failure)
{
	const char *flaw = NULL;
	char *directory, *remedy = NULL;
	bool has_foreign_way;
	int status = AS_OK;

	if (is_handed_over(path, about))
		return AS_OK;
	directory = open_directory(path, &has_foreign_way);
	if (others_may_write(about)) {
		flaw = "others may write to it";
		remedy = writers_remedy(path, path);
	} else if (directory != NULL) {
		flaw = "others may write to its directory";
		remedy = writers_remedy(path, directory);
	} else if (!may_be_foreign && is_foreign(about))
		flaw = "it belongs to another user";
	else if (!may_be_foreign && has_foreign_way)
		flaw = "a link to it belongs to another user";
	if (flaw != NULL)
		status = trust_fail(path, flaw, remedy, guarded, failure);
	free(directory);
	free(remedy);
	return status;
}

void
trust_readers(const char *path, const struct stat *about)
{
	char *quoted;

	if (!(about->st_mode & (S_IRGRP | S_IROTH)) ||
	    about->st_uid != geteuid() || is_handed_over(path, about) ||
	    !may_mend(path, about->st_uid))
		return;
	quoted = text_quoted(path);
	msg_warn("%s: holds a secret that others may read; mend with: "
		 "chmod 600 %s",
	    path, quoted);
	free(quoted);
}
