/*
 * What lasts for one run: its settings, its failure, its end, and its HTTP
 * client, which is made when first needed.
 */
#ifndef RUN_H
#define RUN_H

#include "http.h"
#include "msg.h"
#include "settings.h"

struct run {
	struct settings settings;
	struct failure failure; /* filled where it is known, printed by main */
	long long deadline;	/* by clock_ms(), 0: none */
	long long since; /* its begin by clock_wall_ms(); 0: it went on */
	struct http *http;
};

/* To be called when the arguments are read: the run's time counts from now. */
void run_begin(struct run *run);
/* With -m, has the run's time count anew from MS milliseconds on, when a
 * request is tried again. */
void run_restart(struct run *run, long long ms);
/* Makes run->http if there is none yet. Status. */
int run_connect(struct run *run);
/* Milliseconds until the deadline, never negative, but at most LIMIT. */
long long run_left(const struct run *run, long long limit);
/* Releases all of it. */
void run_end(struct run *run);

#endif
