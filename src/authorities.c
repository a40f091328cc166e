#include "authorities.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "text.h"

/*
 * Where systems keep their authorities; looked at if libcurl itself knows of
 * no place, which is so where it is linked in and serves them all.
 */
static const char *const directories[] = {
	"/etc/ssl/certs", /* Debian, Alpine, SUSE, Arch, FreeBSD */
	"/etc/pki/ca-trust/extracted/pem/directory-hash", /* Red Hat */
	"/etc/openssl/certs",				  /* NetBSD */
};
static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine, Arch, NixOS,
					       * distroless images */
	"/etc/pki/tls/certs/ca-bundle.crt",   /* Red Hat */
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* newer ones */
	"/etc/ssl/ca-bundle.pem",			     /* SUSE */
	"/etc/ssl/cert.pem", /* OpenBSD, FreeBSD, Alpine, macOS */
	"/usr/local/share/certs/ca-root-nss.crt",	    /* FreeBSD's port */
	"/etc/openssl/certs/ca-certificates.crt",	    /* NetBSD */
	"/etc/ca-certificates/extracted/tls-ca-bundle.pem", /* Arch */
};

/* Whether there are files in it named as c_rehash(1) names them: 8 hex digits,
 * a dot and a number. */
static bool
is_hashed(const char *directory)
{
	DIR *listing = opendir(directory);
	struct dirent *entry;
	bool found = false;

	if (listing == NULL)
		return false;
	while (!found && (entry = readdir(listing)) != NULL)
		found = strspn(entry->d_name, "0123456789abcdef") == 8 &&
		    entry->d_name[8] == '.' &&
		    isdigit((unsigned char)entry->d_name[9]);
	closedir(listing);
	return found;
}

static bool
is_readable(const char *file)
{
	return access(file, R_OK) == 0;
}

/* The first of the PATHS that FITS, NULL if none does. */
static const char *
first_path(
    const char *const *paths, size_t npaths, bool (*fits)(const char *path))
{
	size_t i;

	for (i = 0; i < npaths; i++)
		if (fits(paths[i]))
			return paths[i];
	return NULL;
}

/* Fills in the system's: the bundle, and the directory if the TLS library is
 * OpenSSL and the directory is hashed. OpenSSL then looks up the one
 * certificate it needs, where libcurl's default has it parse a bundle
 * of all. */
static void
find_system(struct authorities *authorities)
{
	const curl_version_info_data *info = curl.version_info(CURLVERSION_NOW);
	const char *directory = NULL;

	if (info->age >= CURLVERSION_SEVENTH) {
		directory = info->capath;
		authorities->bundle = info->cainfo;
		authorities->is_searched = directory == NULL &&
		    authorities->bundle == NULL;
	}
	if (authorities->is_searched) {
		directory = first_path(
		    directories, COUNT(directories), is_hashed);
		authorities->bundle = first_path(
		    bundles, COUNT(bundles), is_readable);
	}
	if (info->ssl_version != NULL && directory != NULL &&
	    text_begins(info->ssl_version, "OpenSSL/") && is_hashed(directory))
		authorities->directory = directory;
	else if (authorities->is_searched)
		/* If there is none, libcurl shall say what it misses. */
		authorities->file = authorities->bundle != NULL ?
		    authorities->bundle :
		    bundles[0];
}

/* The path in the variable NAME, NULL if it is not set or empty; kept in ROOM,
 * for authorities_free(). */
static const char *
path_in(char **room, const char *name)
{
	const char *value = text_variable(name);

	if (value == NULL)
		return NULL;
	*room = file_expand(value);
	return *room != NULL ? *room : value;
}

void
authorities_find(
    struct authorities *authorities, const char *file, const char *directory)
{
	char **own = authorities->own;

	*authorities = (struct authorities){ 0 };
	if (file == NULL && directory == NULL)
		file = path_in(&own[0], "CURL_CA_BUNDLE");
	if (file == NULL && directory == NULL) {
		file = path_in(&own[0], "SSL_CERT_FILE");
		directory = path_in(&own[1], "SSL_CERT_DIR");
	}
	authorities->file = file;
	authorities->directory = directory;
	authorities->is_system = file == NULL && directory == NULL;
	if (authorities->is_system)
		find_system(authorities);
}

void
authorities_use(const struct authorities *authorities, CURL *easy)
{
	/* What is named takes the place of both of libcurl's defaults. */
	if (authorities->file == NULL && authorities->directory == NULL)
		return;
	curl.easy_setopt(easy, CURLOPT_CAINFO, authorities->file);
	curl.easy_setopt(easy, CURLOPT_CAPATH, authorities->directory);
	if (!authorities->is_searched)
		return;
	curl.easy_setopt(easy, CURLOPT_PROXY_CAINFO, authorities->file);
	curl.easy_setopt(easy, CURLOPT_PROXY_CAPATH, authorities->directory);
}

bool
authorities_widen(struct authorities *authorities)
{
	if (!authorities->is_system || authorities->directory == NULL ||
	    authorities->file != NULL || authorities->bundle == NULL ||
	    !is_readable(authorities->bundle))
		return false;
	authorities->file = authorities->bundle;
	return true;
}

void
authorities_free(struct authorities *authorities)
{
	free(authorities->own[0]);
	free(authorities->own[1]);
}
