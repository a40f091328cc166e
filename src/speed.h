/*
 * Whether a transfer has stalled. That is not left to libcurl, whose limit
 * depends on its version, takes what the system still holds for sent, and knows
 * nothing of an answer that is being thought about.
 */
#ifndef SPEED_H
#define SPEED_H

#include <stdbool.h>

struct speed {
	long long measured_at; /* clock_ms() */
	long long fast_at;     /* when it was last fast enough */
	long long bytes;       /* moved at the former */
};

/* The transfer begins now; connecting has a limit of its own. */
void speed_begin(struct speed *speed);
/* How many bytes that were written to SOCKET the other end has not taken; 0
 * where the system does not tell. */
int speed_queued(int socket);
/*
 * Whether fewer than RATE bytes per second have moved for LIMIT seconds (0: no
 * limit), BYTES having moved so far either way, those queued in SOCKET not
 * counted. To be asked some times a second.
 */
bool speed_has_stalled(
    struct speed *speed, long rate, long limit, long long bytes, int socket);

#endif
