#include "session.h"

#include <unistd.h>

#include "asauth.h"
#include "clock.h"
#include "file.h"

/* How long after the deadline a run is ended by force that waits where no
 * limit reaches: for who reads a FIFO or writes an answer. Milliseconds. */
#define GRACE_MS 500

static bool is_silent;

/* A signal handler. */
static void
end_late(void)
{
	static const char message[] = "asauth: out of time\n";

	if (!is_silent)
		(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(AS_TIMEOUT);
}

void
session_begin(struct session *session, const struct settings *settings)
{
	long limit = settings_ms(settings, OPT_MAX_TIME);

	*session = (struct session){ .settings = settings,
		.since = clock_wall_ms() };
	if (limit <= 0)
		return;
	session->deadline = clock_ms() + limit;
	is_silent = settings_on(settings, OPT_SILENT) &&
	    !settings_on(settings, OPT_SHOW_ERROR);
	file_at_deadline(limit + GRACE_MS, end_late);
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
