/*
 * Time that only goes forward, for limits; never for the expiry of tokens,
 * which is wall-clock time (time(3)) since it is shared through files.
 */
#ifndef CLOCK_H
#define CLOCK_H

/* Milliseconds since some moment in the past. */
long long clock_ms(void);
/* Sleeps, signals or not. */
void clock_sleep(long long ms);

#endif
