#include "plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asauth.h"
#include "file.h"
#include "http.h"
#include "mem.h"
#include "text.h"
#include "writeout.h"

#define ETAG_LIMIT 8192 /* bytes of --etag-compare FILE */

static int
count_uses(const struct settings *settings, enum option_id id)
{
	size_t i;
	int count = 0;

	for (i = 0; i < settings->nuses; i++)
		count += settings->uses[i].id == id;
	return count;
}

/* -d, -F, -T and -I each choose a method; only -d goes with -I, by -G. */
static int
check_methods(const struct plan *plan)
{
	const struct settings *settings = plan->settings;
	bool has_data = false;
	size_t i;
	int kinds;

	for (i = 0; i < settings->nuses; i++)
		has_data |= body_is_data(settings->uses[i].id);
	kinds = has_data + settings_on(settings, OPT_FORM) +
	    settings_on(settings, OPT_UPLOAD_FILE) +
	    (settings_on(settings, OPT_HEAD) &&
		!(has_data && settings_on(settings, OPT_GET)));
	if (kinds > 1)
		return failure_set(plan->failure, AS_USAGE,
		    "only one of --data, --json, --form, --upload-file and "
		    "--head can be sent");
	return AS_OK;
}

/* What there can be only one of, since there is one URL. */
static int
check_counts(const struct plan *plan)
{
	static const enum option_id ids[] = { OPT_OUTPUT, OPT_UPLOAD_FILE };
	size_t i;

	for (i = 0; i < COUNT(ids); i++)
		if (count_uses(plan->settings, ids[i]) > 1)
			return failure_set(plan->failure, AS_USAGE,
			    "--%s: given more than once, for one URL",
			    options[ids[i]].name);
	if (settings_on(plan->settings, OPT_FAIL) &&
	    settings_on(plan->settings, OPT_FAIL_WITH_BODY))
		return failure_set(plan->failure, AS_USAGE,
		    "--fail and --fail-with-body: only one can say what "
		    "becomes of an error's body");
	return AS_OK;
}

/* What the libcurl that was found may not be able to do. */
static int
check_abilities(const struct plan *plan)
{
	if (settings_on(plan->settings, OPT_COMPRESSED) && !http_can_unpack())
		return failure_set(plan->failure, AS_USAGE,
		    "--compressed: this libcurl unpacks nothing");
	if (settings_on(plan->settings, OPT_HTTP2) && !http_can_speak_2())
		return failure_set(plan->failure, AS_USAGE,
		    "--http2: this libcurl does not speak HTTP/2");
	return AS_OK;
}

/* --etag-compare: the ETag of an earlier reply, or one that nothing has if
 * there is none yet. */
static int
take_etag(struct plan *plan)
{
	const struct settings *settings = plan->settings;
	const char *path = settings_text(settings, OPT_ETAG_COMPARE);
	const char *saved = settings_text(settings, OPT_ETAG_SAVE);
	struct buf etag = { 0 };
	struct stat st;
	int status = AS_OK;

	if (path == NULL)
		return AS_OK;
	if (file_read(path, ETAG_LIMIT, plan->timeout, &etag, &st) == 0)
		body_strip_lines(&etag, 0);
	else if (errno != ENOENT)
		status = file_fail_read(path, plan->failure);
	else if (saved == NULL || strcmp(path, saved) != 0)
		msg_warn("--etag-compare %s: there is no such file", path);
	if (etag.length == 0)
		buf_puts(&etag, "\"\"");
	if (status == AS_OK && !headers_line_is_safe(etag.data))
		status = failure_set(plan->failure, AS_USAGE,
		    "--etag-compare %s: it holds no ETag", path);
	if (status == AS_OK)
		headers_add(
		    &plan->headers, mem_printf("If-None-Match: %s", etag.data));
	buf_free(&etag);
	return status;
}

static int
take_options(struct plan *plan)
{
	const struct settings *settings = plan->settings;
	const char *format = settings_text(settings, OPT_WRITE_OUT);
	const char *method = settings_text(settings, OPT_REQUEST);
	const char *agent = settings_text(settings, OPT_USER_AGENT);
	const char *file = settings_text(settings, OPT_UPLOAD_FILE);
	const struct option_use *use;
	struct headers *headers = &plan->headers;
	size_t i;
	int status = AS_OK;

	if (format != NULL)
		status = writeout_read(
		    format, plan->timeout, &plan->format, plan->failure);
	if (status == AS_OK)
		status = check_methods(plan);
	if (status == AS_OK)
		status = check_counts(plan);
	if (status == AS_OK)
		status = check_abilities(plan);
	if (status == AS_OK && method != NULL &&
	    !text_is_http_token(method, strlen(method)))
		status = failure_set(plan->failure, AS_USAGE,
		    "--request %s: not a method", method);
	if (status == AS_OK && agent != NULL && !headers_line_is_safe(agent))
		status = failure_set(plan->failure, AS_USAGE,
		    "--user-agent: control characters are not allowed");
	for (i = 0; i < settings->nuses && status == AS_OK; i++) {
		use = &settings->uses[i];
		if (use->id == OPT_HEADER)
			status = headers_add_given(
			    headers, use->text, plan->timeout, plan->failure);
		else if (use->id == OPT_FORM || body_is_data(use->id))
			status = body_add(&plan->body, use->id, use->text,
			    plan->timeout, plan->failure);
	}
	if (status == AS_OK && file != NULL)
		status = body_open(&plan->body, file, plan->failure);
	if (status == AS_OK && settings_on(settings, OPT_JSON_BODY)) {
		if (!headers_have(headers, "Content-Type"))
			headers_add(headers,
			    mem_strdup("Content-Type: application/json"));
		if (!headers_have(headers, "Accept"))
			headers_add(
			    headers, mem_strdup("Accept: application/json"));
	}
	if (status == AS_OK)
		status = take_etag(plan);
	return status;
}

/* Adds what --url-query says. */
static int
add_queries(struct plan *plan)
{
	const struct settings *settings = plan->settings;
	const struct option_use *use = settings->uses;
	struct buf query = { 0 };
	int status = AS_OK;

	for (; use < settings->uses + settings->nuses; use++) {
		if (use->id != OPT_URL_QUERY || status != AS_OK)
			continue;
		buf_puts(&query, query.length > 0 ? "&" : "");
		if (*use->text == '+')
			buf_puts(&query, use->text + 1);
		else
			status = body_urlencode(
			    use->text, plan->timeout, &query, plan->failure);
	}
	if (status == AS_OK && query.length > 0)
		url_add_query(&plan->url, query.data);
	buf_free(&query);
	return status;
}

/* TEXT, or the API's base and TEXT if it begins with a slash. */
static char *
absolute_url(const struct settings *settings, const char *text)
{
	const char *base = settings_text(settings, OPT_API_URL);

	if (text[0] != '/')
		return mem_strdup(text);
	return mem_printf("%.*s%s", (int)text_path_length(base), base, text);
}

/* Puts the URLs together and checks where they lead. */
static int
take_urls(struct plan *plan)
{
	const struct settings *settings = plan->settings;
	const char *file = settings_text(settings, OPT_UPLOAD_FILE);
	const char *from = settings_text(settings, OPT_ETAG_FROM);
	struct url ignored = { 0 };
	int status;

	plan->url = absolute_url(settings, settings->operand);
	if (file != NULL && strcmp(file, "-") != 0 && strcmp(file, ".") != 0)
		url_add_name(&plan->url, file_name(file));
	if (settings_on(settings, OPT_GET) && plan->body.kind == BODY_MEMORY) {
		url_add_query(&plan->url, plan->body.data.data);
		body_free(&plan->body);
	}
	status = add_queries(plan);
	if (status != AS_OK)
		return status;
	status = url_check(
	    "request URL", plan->url, settings, &plan->origin, plan->failure);
	if (status != AS_OK || from == NULL)
		return status;
	plan->etag_url = strcmp(from, ".") == 0 ? mem_strdup(plan->url) :
						  absolute_url(settings, from);
	status = url_check("--etag-from URL", plan->etag_url, settings,
	    &ignored, plan->failure);
	url_free(&ignored);
	return status;
}

static const char *
method_of(const struct plan *plan)
{
	static const char *const methods[] = { [BODY_NONE] = "GET",
		[BODY_MEMORY] = "POST",
		[BODY_STREAM] = "PUT",
		[BODY_FORM] = "POST" };
	const char *method = settings_text(plan->settings, OPT_REQUEST);

	if (method != NULL)
		return method;
	if (settings_on(plan->settings, OPT_HEAD))
		return "HEAD";
	return methods[plan->body.kind];
}

static int
check_plan(const struct plan *plan)
{
	if (plan->etag_url != NULL && headers_have(&plan->headers, "If-Match"))
		return failure_set(plan->failure, AS_USAGE,
		    "--etag-from and --header If-Match: only one can say what "
		    "to match");
	if (settings_on(plan->settings, OPT_FETCH_LINK) &&
	    strcmp(plan->method, "GET") != 0)
		return failure_set(plan->failure, AS_USAGE,
		    "--fetch-link goes with GET, not with %s", plan->method);
	return AS_OK;
}

int
plan_make(struct plan *plan)
{
	int status = take_options(plan);

	if (status == AS_OK)
		status = take_urls(plan);
	if (status == AS_OK) {
		plan->method = method_of(plan);
		status = check_plan(plan);
	}
	if (status == AS_USAGE && plan->failure->hint == NULL)
		option_hint(plan->settings->command, "", plan->failure);
	return status;
}

void
plan_free(struct plan *plan)
{
	body_free(&plan->body);
	headers_free(&plan->headers);
	url_free(&plan->origin);
	free(plan->url);
	free(plan->etag_url);
	free(plan->format);
}
