/*
 * "Did you mean": the known name that a misspelt one stands for.
 */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/* Begin with the word, the rest zeroes. */
struct suggestion {
	const char *word;
	const char *name; /* the nearest so far, NULL: none is near */
	size_t distance;
};

/*
 * Considers NAME, which is not copied. Near are names that the word begins
 * (two bytes or more of them), and those that few mistakes in typing make
 * the word: a wrong, missing, further or swapped byte, one in a word of
 * three, two in one of six and so on. Among equals the shortest counts, and
 * of those the first.
 */
void suggest_consider(struct suggestion *suggestion, const char *name);

#endif
