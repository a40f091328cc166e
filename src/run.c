#include "run.h"

#include "asauth.h"
#include "clock.h"
#include "program.h"
#include "signals.h"

/* How long after the deadline a run is ended by force that waits where no
 * limit reaches: for who reads a FIFO or writes an answer. Milliseconds. */
#define GRACE_MS 500

void
run_begin(struct run *run)
{
	run->since = clock_wall_ms();
	run_restart(run, 0);
}

void
run_restart(struct run *run, long long ms)
{
	const struct settings *settings = &run->settings;
	long limit = settings_ms(settings, OPT_MAX_TIME);

	if (limit <= 0)
		return;
	run->deadline = clock_ms() + ms + limit;
	signals_set_deadline(ms + limit + GRACE_MS,
	    settings_on(settings, OPT_SILENT) &&
		!settings_on(settings, OPT_SHOW_ERROR));
}

int
run_connect(struct run *run)
{
	if (run->http != NULL)
		return AS_OK;
	if (settings_on(&run->settings, OPT_CLIENT_SECRET_COMMAND))
		program_prepare();
	return http_new(
	    &run->http, &run->settings, &run->deadline, &run->failure);
}

long long
run_left(const struct run *run, long long limit)
{
	return clock_left(run->deadline, limit);
}

void
run_end(struct run *run)
{
	http_free(run->http);
	failure_free(&run->failure);
	settings_free(&run->settings);
}
