/* The reply that --fetch-link takes for a link. */
#include "amazon.h"

#include "fuzz.h"
#include "libcurl.h"
#include "text.h"
#include "url.h"

static void
try(struct buf *input)
{
	char *link = amazon_link(input);
	struct failure failure = { 0 };
	int is_on_loopback;
	struct url url;

	MUST(libcurl_load(&failure) == AS_OK);
	for (is_on_loopback = 0; is_on_loopback < 2 && link != NULL;
	     is_on_loopback++) {
		if (url_check_open(link, is_on_loopback, &url) == AS_OK) {
			MUST(strlen(link) <= 8192);
			MUST(!text_has_control(link) &&
			    strchr(link, ' ') == NULL);
			MUST(strcmp(url.scheme, "https") == 0 ||
			    (is_on_loopback && url.is_loopback));
		}
		url_free(&url);
	}
	mem_wipe(link);
}
