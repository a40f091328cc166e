#include "exchange-error.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "amazon.h"
#include "api-error.h"
#include "asauth.h"
#include "url.h"

static bool
is_page(const struct reply *reply)
{
	char *type = reply_header(reply, "Content-Type");
	bool result = type != NULL && strncasecmp(type, "text/html", 9) == 0;

	free(type);
	return result;
}

/* What should be looked at, where LINES are the errors, or NULL. */
static char *
find_hint(const struct exchange *exchange, const char *lines)
{
	const struct settings *settings = &exchange->run->settings;
	const struct http_call *call = &exchange->hop;
	const struct reply *reply = &exchange->reply;
	const struct auth *auth = exchange->auth;
	struct amazon_trouble trouble = {
		.code = reply->code,
		.leads_on = reply_leads_on(reply),
		.is_page = is_page(reply),
		.message = lines,
		.method = exchange->method,
		.is_retried = exchange->retries > 0,
		.is_matched = headers_have(&call->headers, "If-Match"),
		.api_url = settings_text(settings, OPT_API_URL),
	};

	if (call->bearer != NULL) {
		trouble.path = exchange->url.path;
		trouble.below = url_below(&exchange->url, trouble.api_url);
		trouble.is_refused = amazon_refuses_token(
		    reply->code, &exchange->kept);
		if (auth->origin != AUTH_GIVEN)
			trouble.scope = auth->scope;
		trouble.scope_origin = settings_origin(settings, OPT_SCOPE);
	}
	return amazon_hint(&trouble);
}

int
exchange_fail_answer(const struct exchange *exchange)
{
	const long code = exchange->reply.code;
	const bool redirects = reply_is_redirect(code);
	struct failure *failure = &exchange->run->failure;
	char *lines = NULL, *hint, *rest;
	bool is_whole;

	/* A redirect's text may well be where it leads, a secret link. */
	if (exchange->hop.bearer != NULL)
		lines = api_error_lines(&exchange->kept, !redirects);
	is_whole = lines != NULL &&
	    api_error_is_whole(&exchange->kept, lines, code);
	hint = find_hint(exchange, lines);
	rest = lines;
	if (lines != NULL)
		reply_fail(&exchange->reply, failure, AS_HTTP,
		    "%s: HTTP %ld: %s", exchange->title, code,
		    strsep(&rest, "\n"));
	else
		reply_fail(&exchange->reply, failure, AS_HTTP, "%s: HTTP %ld%s",
		    exchange->title, code,
		    redirects ? ", a redirect that is not followed" : "");
	if (rest != NULL)
		failure_add(failure, rest);
	failure->hint = hint;
	if (exchange->delivery->is_told && is_whole)
		output_drop_view(&exchange->delivery->body);
	free(lines);
	return AS_HTTP;
}
