/*
 * What is told of an exchange whose final reply is an error.
 */
#ifndef EXCHANGE_ERROR_H
#define EXCHANGE_ERROR_H

#include "exchange.h"

/* Fills run->failure: the status code, the errors that the API lists, and what
 * should be looked at. AS_HTTP. */
int exchange_fail_answer(const struct exchange *exchange);

#endif
