#include "session.h"

#include "asauth.h"
#include "clock.h"

void
session_begin(struct session *session, const struct settings *settings)
{
	long limit = settings_ms(settings, OPT_MAX_TIME);

	*session = (struct session){ .settings = settings,
		.since = clock_wall_ms() };
	if (limit > 0)
		session->deadline = clock_ms() + limit;
}

int
session_connect(struct session *session)
{
	const struct settings *settings = session->settings;
	const struct http_config config = {
		.connect_ms = settings_ms(settings, OPT_CONNECT_TIMEOUT),
		.deadline = session->deadline,
		.cacert = settings_text(settings, OPT_CACERT),
		.capath = settings_text(settings, OPT_CAPATH),
		.proxy = settings_text(settings, OPT_PROXY),
		.family = settings_on(settings, OPT_IPV6) ? 6 :
		    settings_on(settings, OPT_IPV4)	  ? 4 :
							    0,
		.is_verbose = settings_on(settings, OPT_VERBOSE),
	};

	if (session->http != NULL)
		return AS_OK;
	return http_new(&session->http, &config);
}

long long
session_left(const struct session *session, long long limit)
{
	long long left;

	if (session->deadline == 0)
		return limit;
	left = session->deadline - clock_ms();
	if (left < 0)
		left = 0;
	return left < limit ? left : limit;
}

void
session_end(struct session *session)
{
	http_free(session->http);
	session->http = NULL;
}
