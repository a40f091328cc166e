/*
 * Time for limits only goes forward; what is shared through files, as the
 * expiry of tokens (time(3)), is wall-clock time.
 */
#ifndef CLOCK_H
#define CLOCK_H

/* Milliseconds since some moment in the past. */
long long clock_ms(void);
/* Milliseconds since the epoch. */
long long clock_wall_ms(void);
/* Milliseconds until END by clock_ms(), never negative, but at most LIMIT;
 * END 0 is none. */
long long clock_left(long long end, long long limit);
/* Sleeps, signals or not. */
void clock_sleep(long long ms);

#endif
