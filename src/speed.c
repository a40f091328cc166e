#include "speed.h"

#include <sys/ioctl.h>

#include "clock.h"

#define MEASURE_MS 1000 /* between two measurements */

void
speed_begin(struct speed *speed)
{
	speed->measured_at = speed->fast_at = clock_ms();
}

int
speed_queued(int socket)
{
	int queued = 0;

#ifdef TIOCOUTQ
	if (ioctl(socket, TIOCOUTQ, &queued) == -1)
		queued = 0;
#else
	(void)socket;
#endif
	return queued;
}

bool
speed_has_stalled(
    struct speed *speed, long rate, long limit, long long bytes, int socket)
{
	const long long now = clock_ms(), passed = now - speed->measured_at;

	if (passed >= MEASURE_MS) {
		bytes -= speed_queued(socket);
		if ((bytes - speed->bytes) * 1000 >= rate * passed)
			speed->fast_at = now;
		speed->bytes = bytes;
		speed->measured_at = now;
	}
	return limit > 0 && now - speed->fast_at >= limit * 1000LL;
}
