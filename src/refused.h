/*
 * The options of curl(1) that do not exist here, each with the reason, so
 * that a line that was written for curl can be put right.
 */
#ifndef REFUSED_H
#define REFUSED_H

struct refusal {
	const char *reason;
	const char *instead; /* what to do, NULL: nothing */
	const char *options; /* separated by blanks */
};

/* For the option NAME, "-x" or "--name"; NULL if curl has none of that name,
 * or it exists here. */
const struct refusal *refused_find(const char *name);

#endif
