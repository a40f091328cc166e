/*
 * Has every call of libcurl's end with the code in INJECT, whatever it did, and
 * adds a line to the file INJECTED for each; has libcurl be of the version in
 * CURL_VERSION_NUM. To be preloaded into a program that was linked with libcurl
 * (CURL=link).
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include <curl/curl.h>

CURLcode
curl_easy_perform(CURL *easy)
{
	CURLcode (*perform)(CURL *) = (CURLcode(*)(CURL *))dlsym(
	    RTLD_NEXT, "curl_easy_perform");
	const char *code = getenv("INJECT");
	FILE *log = fopen(getenv("INJECTED"), "a");

	if (log != NULL) {
		fputs("call\n", log);
		fclose(log);
	}
	perform(easy);
	return (CURLcode)atoi(code);
}

curl_version_info_data *
curl_version_info(CURLversion stamp)
{
	curl_version_info_data *(*version_info)(
	    CURLversion) = (curl_version_info_data * (*)(CURLversion))
	    dlsym(RTLD_NEXT, "curl_version_info");
	const char *number = getenv("CURL_VERSION_NUM");
	curl_version_info_data *info = version_info(stamp);

	if (number != NULL)
		info->version_num = (unsigned int)strtoul(number, NULL, 16);
	return info;
}
