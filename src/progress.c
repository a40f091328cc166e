#include "progress.h"

#include <sys/ioctl.h>

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "mem.h"

#define BEGIN_MS 1000 /* say nothing before */
#define UPDATE_MS 200
#define PLAIN_MS 30000
#define WIDTH_MAX 78 /* of a line on a terminal */
#define WIDTH_MIN 20

/* How many columns a line may have on the terminal without being broken. */
static int
line_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == -1 ||
	    size.ws_col > WIDTH_MAX || size.ws_col <= WIDTH_MIN)
		return WIDTH_MAX;
	return size.ws_col - 1;
}

/* Has LINE, after its carriage return, cover what stood there. */
static void
pad_line(struct buf *line)
{
	const size_t size = 1 + (size_t)line_width();

	if (line->length > size)
		buf_cut(line, size);
	while (line->length < size)
		buf_puts(line, " ");
}

static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };

/* The unit in which BYTES need three digits at most. */
static int
unit_of(long long bytes)
{
	int unit = 0;

	for (; bytes >= 1000 && unit < 4; bytes /= 1024)
		unit++;
	return unit;
}

static void
add_amount(struct buf *line, long long bytes, int unit)
{
	const double amount = (double)bytes / (double)(1LL << 10 * unit);

	buf_printf(line, "%.*f", unit > 0 && amount < 10 ? 1 : 0, amount);
}

static void
add_bar(struct buf *line, long long done, long long all)
{
	const double part = done < all ? (double)done / (double)all : 1;
	const int size = line_width() - (int)sizeof(" 100.0%");
	char bar[WIDTH_MAX] = "";

	memset(bar, '#', (size_t)(part * size));
	buf_printf(line, "%-*s %5.1f%%", size, bar, 100 * part);
}

/* "72 of 300 MiB, 20 MiB/s, 0:11 left", as far as that is known, MS
 * milliseconds after the first byte. */
static void
add_meter(struct buf *line, long long done, long long all, long long ms)
{
	const long long rate = ms > 0 ? done * 1000 / ms : 0;
	const long long left = rate > 0 && all > done ? (all - done) / rate : 0;
	const int unit = unit_of(all > done ? all : done);

	add_amount(line, done, unit);
	if (all > 0) {
		buf_puts(line, " of ");
		add_amount(line, all, unit);
	}
	buf_printf(line, " %s, ", units[unit]);
	add_amount(line, rate, unit_of(rate));
	buf_printf(line, " %s/s", units[unit_of(rate)]);
	if (all > 0)
		buf_printf(line, ", %lld:%02lld left", left / 60, left % 60);
}

static void
add_wait(struct buf *line, long long sent, long long ms)
{
	if (sent > 0) {
		buf_puts(line, "sent ");
		add_amount(line, sent, unit_of(sent));
		buf_printf(line, " %s, ", units[unit_of(sent)]);
	}
	buf_printf(line, "waiting for the answer: %lld:%02lld", ms / 60000,
	    ms / 1000 % 60);
}

/* Whether there is something to show, and it is time to. */
static bool
is_due(struct progress *progress, const struct progress_state *state,
    long long now)
{
	if (progress->begun == 0)
		progress->begun = now;
	if (state->was_sent && progress->waited_since == 0)
		progress->waited_since = now;
	if (progress->is_terminal)
		return state->received + state->sent > 0 &&
		    (!progress->is_shared || state->received == 0) &&
		    now - progress->begun >= BEGIN_MS &&
		    now - progress->updated >= UPDATE_MS;
	if (progress->updated == 0)
		progress->updated = now;
	return now - progress->updated >= PLAIN_MS;
}

static void
add_state(struct buf *line, const struct progress *progress,
    const struct progress_state *state, long long now)
{
	const bool is_upload = state->received == 0;
	const long long done = is_upload ? state->sent : state->received;
	const long long all = is_upload ? state->to_send : state->to_receive;

	if (done == 0)
		add_wait(line, 0, now - progress->begun);
	else if (is_upload && state->was_sent)
		add_wait(line, done, now - progress->waited_since);
	else if (progress->is_bar && progress->is_terminal && all > 0)
		add_bar(line, done, all);
	else {
		buf_puts(line, is_upload ? "sent " : "received ");
		add_meter(line, done, all, now - progress->begun);
	}
}

void
progress_update(struct progress *progress, const struct progress_state *state)
{
	const long long now = clock_ms();
	struct buf line = { 0 };

	if (!progress->is_shown || !is_due(progress, state, now))
		return;
	progress->updated = now;
	buf_puts(&line, progress->is_terminal ? "\r" : "asauth: ");
	add_state(&line, progress, state, now);
	if (progress->is_terminal)
		pad_line(&line);
	else
		buf_puts(&line, "\n");
	file_write(STDERR_FILENO, line.data, line.length);
	buf_free(&line);
}

void
progress_end(struct progress *progress)
{
	struct buf blank = { 0 };

	progress->begun = progress->waited_since = 0;
	/* A pause without a line goes on from one transfer to the next. */
	if (!progress->is_terminal || progress->updated == 0)
		return;
	progress->updated = 0;
	buf_puts(&blank, "\r");
	pad_line(&blank);
	buf_puts(&blank, "\r");
	file_write(STDERR_FILENO, blank.data, blank.length);
	buf_free(&blank);
}
