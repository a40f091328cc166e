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

static int
format_bar(char *line, size_t size, long long done, long long all)
{
	char bar[BAR_WIDTH + 1];
	int filled = all > 0 ? (int)(done * BAR_WIDTH / all) : 0;

	if (filled > BAR_WIDTH)
		filled = BAR_WIDTH;
	memset(bar, ' ', BAR_WIDTH);
	memset(bar, '#', (size_t)filled);
	bar[BAR_WIDTH] = '\0';
	return snprintf(line, size, "%s %5.1f%%", bar,
	    all > 0 ? 100.0 * (double)done / (double)all : 0);
}

static int
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
		return snprintf(line, size, "%s %s, %s/s", verb, so_far, speed);
	return snprintf(line, size,
	    "%s %s of %s (%d%%), %s/s, %lld:%02lld "
	    "left",
	    verb, so_far, total, (int)(done * 100 / all), speed, left / 60,
	    left % 60);
}

void
progress_update(void *context, long long received, long long to_receive,
    long long sent, long long to_send)
{
	struct progress *progress = context;
	bool is_upload = received == 0 && sent > 0;
	long long done = is_upload ? sent : received;
	long long all = is_upload ? to_send : to_receive, now;
	char line[LINE_WIDTH + 2] = "\r", padded[LINE_WIDTH + 2];

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
		format_bar(line + 1, sizeof(line) - 1, done, all);
	else
		format_meter(line + 1, sizeof(line) - 1,
		    is_upload ? "sent" : "received", done, all,
		    now - progress->begun);
	snprintf(padded, sizeof(padded), "%-*s", LINE_WIDTH, line);
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
