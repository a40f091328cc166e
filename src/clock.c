#include "clock.h"

#include <errno.h>
#include <time.h>

static long long
read_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long long
clock_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

long long
clock_wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

long long
clock_left(long long end, long long limit)
{
	long long left = end > 0 ? end - clock_ms() : limit;

	if (left < 0)
		return 0;
	return left < limit ? left : limit;
}

void
clock_sleep(long long ms)
{
	struct timespec left = { .tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	while (ms > 0 && nanosleep(&left, &left) == -1 && errno == EINTR)
		continue;
}
