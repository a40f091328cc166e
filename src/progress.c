#include "progress.h"

#include <libutil.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"

#define BEGIN_MS 1000 /* say nothing before */
#define UPDATE_MS 200
#define BAR_WIDTH 60
#define LINE_WIDTH 78

static void
human(char *text, size_t size, long long bytes)
{
	if (humanize_number(text, size, bytes, "B", HN_AUTOSCALE,
		HN_DECIMAL | HN_NOSPACE) == -1)
		strlcpy(text, "?", size);
}

static void
format_bar(char *line, size_t size, long long done, long long all)
{
	const long long filled = all > 0 ? done * BAR_WIDTH / all : 0;
	char bar[BAR_WIDTH + 1] = "";

	memset(bar, '#', filled < BAR_WIDTH ? (size_t)filled : BAR_WIDTH);
	snprintf(line, size, "%-*s %5.1f%%", BAR_WIDTH, bar,
	    all > 0 ? 100.0 * (double)done / (double)all : 0);
}

static void
format_meter(char *line, size_t size, const char *verb, long long done,
    long long all, long long ms)
{
	char so_far[8], total[8], speed[8];
	long long rate = ms > 0 ? done * 1000 / ms : 0;
	long long left = rate > 0 && all > done ? (all - done) / rate : 0;

	human(so_far, sizeof(so_far), done);
	human(total, sizeof(total), all);
	human(speed, sizeof(speed), rate);
	if (all <= 0)
		snprintf(line, size, "%s %s, %s/s", verb, so_far, speed);
	else
		snprintf(line, size,
		    "%s %s of %s (%d%%), %s/s, %lld:%02lld left", verb, so_far,
		    total, (int)(done * 100 / all), speed, left / 60,
		    left % 60);
}

void
progress_update(struct progress *progress, long long received,
    long long to_receive, long long sent, long long to_send)
{
	bool is_upload = received == 0 && sent > 0;
	long long done = is_upload ? sent : received;
	long long all = is_upload ? to_send : to_receive, now;
	char line[LINE_WIDTH], padded[LINE_WIDTH + 1];

	if (!progress->is_shown || done == 0 ||
	    (progress->is_shared && received > 0))
		return;
	now = clock_ms();
	if (progress->begun == 0)
		progress->begun = now;
	if (now - progress->begun < BEGIN_MS ||
	    now - progress->updated < UPDATE_MS)
		return;
	progress->updated = now;
	if (progress->is_bar)
		format_bar(line, sizeof(line), done, all);
	else
		format_meter(line, sizeof(line),
		    is_upload ? "sent" : "received", done, all,
		    now - progress->begun);
	snprintf(padded, sizeof(padded), "\r%-*s", LINE_WIDTH - 1, line);
	file_write(STDERR_FILENO, padded, strlen(padded));
}

void
progress_end(struct progress *progress)
{
	char blank[LINE_WIDTH + 3];

	if (progress->updated == 0)
		return;
	snprintf(blank, sizeof(blank), "\r%*s\r", LINE_WIDTH, "");
	file_write(STDERR_FILENO, blank, strlen(blank));
	progress->begun = progress->updated = 0;
}
