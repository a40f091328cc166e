/* The reply that --fetch-link takes for a link. */
#include "../../src/cmd-request.c"

#include "fuzz.h"

static void
try(struct buf *input)
{
	struct http_url url;
	char *link = link_in(input);
	int is_on_loopback;

	for (is_on_loopback = 0; is_on_loopback < 2; is_on_loopback++) {
		if (link != NULL &&
		    host_check_open(link, is_on_loopback, &url) == AS_OK) {
			MUST(strlen(link) <= LINK_LIMIT);
			MUST(!text_has_control(link) &&
			    strchr(link, ' ') == NULL);
			MUST(strcmp(url.scheme, "https") == 0 ||
			    (is_on_loopback && url.is_loopback));
		}
		if (link != NULL)
			http_url_free(&url);
	}
	mem_wipe(link);
}
