#include "authorities.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

/*
 * The system's CA directory, if the TLS library is OpenSSL and the directory
 * is hashed: OpenSSL then looks up the one certificate it needs, where
 * libcurl's default has it parse a bundle of all. NULL if that is not to be
 * had; the directory and the bundle are libcurl's own defaults.
 */
static const char *
hashed_directory(void)
{
	const curl_version_info_data *info = curl.version_info(CURLVERSION_NOW);
	struct dirent *entry;
	bool is_hashed = false;
	DIR *listing;

	if (info->ssl_version == NULL || info->age < CURLVERSION_SEVENTH ||
	    strncmp(info->ssl_version, "OpenSSL/", 8) != 0 ||
	    info->capath == NULL || (listing = opendir(info->capath)) == NULL)
		return NULL;
	/* 8 hex digits, a dot and a number, as c_rehash(1) makes them. */
	while (!is_hashed && (entry = readdir(listing)) != NULL)
		is_hashed = strspn(entry->d_name, "0123456789abcdef") == 8 &&
		    entry->d_name[8] == '.' &&
		    isdigit((unsigned char)entry->d_name[9]);
	closedir(listing);
	return is_hashed ? info->capath : NULL;
}

/* The path in the variable NAME, NULL if it is not set or empty; kept in ROOM,
 * for authorities_free(). */
static const char *
path_in(char **room, const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || *value == '\0')
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
		authorities->directory = hashed_directory();
}

void
authorities_use(const struct authorities *authorities, CURL *easy)
{
	/* What is named takes the place of both of libcurl's defaults. */
	if (authorities->file == NULL && authorities->directory == NULL)
		return;
	curl.easy_setopt(easy, CURLOPT_CAINFO, authorities->file);
	curl.easy_setopt(easy, CURLOPT_CAPATH, authorities->directory);
}

bool
authorities_widen(struct authorities *authorities)
{
	if (!authorities->is_system || authorities->directory == NULL ||
	    authorities->file != NULL)
		return false;
	authorities->file = curl.version_info(CURLVERSION_NOW)->cainfo;
	return true;
}

void
authorities_free(struct authorities *authorities)
{
	free(authorities->own[0]);
	free(authorities->own[1]);
}
