#include "host.h"

#include <string.h>
#include <strings.h>

#include "asauth.h"

static const char *const known_hosts[] = {
	"developer.amazon.com",
	"api.amazon.com",
	"api.amazon.co.uk",
	"api.amazon.co.jp",
};

static bool
is_known(const char *host)
{
	size_t i;

	for (i = 0; i < sizeof(known_hosts) / sizeof(known_hosts[0]); i++)
		if (strcasecmp(host, known_hosts[i]) == 0)
			return true;
	return false;
}

static bool
ends_with_dot(const char *host)
{
	return *host != '\0' && host[strlen(host) - 1] == '.';
}

int
host_check_open(const char *url, bool loopback_allowed, struct http_url *parsed)
{
	int status = http_url_parse(url, parsed);

	if (status != AS_OK)
		return status;
	if (parsed->has_user)
		return AS_USAGE;
	if (strcmp(parsed->scheme, "https") == 0)
		return AS_OK;
	return strcmp(parsed->scheme, "http") == 0 && parsed->is_loopback &&
		loopback_allowed ?
	    AS_OK :
	    AS_PROTOCOL;
}

int
host_check(const struct settings *settings, const char *what, const char *url,
    struct http_url *parsed, struct failure *failure)
{
	int status = host_check_open(url, true, parsed);

	/* What stands before an @ may be a password. */
	if (status == AS_URL && *url == '\0')
		return failure_set(failure, status, "%s: it is empty", what);
	if (status == AS_URL) {
		failure_set(failure, status, "%s%s%s: not a URL", what,
		    strchr(url, '@') == NULL ? " " : "",
		    strchr(url, '@') == NULL ? url : "");
		if (strstr(url, "://") == NULL)
			failure_hint(failure,
			    "a URL begins with https://, "
			    "a path of the API with /");
		return status;
	}
	if (status == AS_USAGE && parsed->has_user)
		return failure_set(failure, status,
		    "%s: host %s: a user name in the URL "
		    "is not allowed",
		    what, parsed->host);
	if (status == AS_PROTOCOL)
		return failure_set(failure, status,
		    "%s: %s%s%s: only https, or http to loopback, is allowed",
		    what, parsed->scheme, *parsed->host != '\0' ? " to " : "",
		    parsed->host);
	if (status == AS_OK && ends_with_dot(parsed->host))
		return failure_set(failure, AS_USAGE,
		    "%s: host %s: a dot at its end is not allowed", what,
		    parsed->host);
	if (status != AS_OK || parsed->is_loopback || is_known(parsed->host) ||
	    settings_allow_host(settings, parsed->host))
		return status;
	failure_set(failure, AS_USAGE, "%s: host %s is not allowed", what,
	    parsed->host);
	failure_hint(failure,
	    "only if it is trusted with your credentials: "
	    "--allow-host %s",
	    parsed->host);
	return AS_USAGE;
}
