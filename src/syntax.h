/*
 * What is wrong with a text that is no JSON, in the words of somebody who
 * writes a config file by hand.
 */
#ifndef SYNTAX_H
#define SYNTAX_H

#include <jansson.h>

/* The text from BEGIN to END could not be read for ERROR. The answer shows
 * nothing of it: jansson's own words quote it, secrets included. */
const char *syntax_flaw(
    const char *begin, const char *end, const json_error_t *error);

#endif
