/*
 * What comes over the wire, Retry-After included, through libcurl: replies,
 * each on a connection of its own, with \xff between them; once to a log-in
 * and once to a request. Time is ours and waits cost nothing.
 */
#include "../../src/http.c"

#include <sys/socket.h>

#include "exchange.h"
#include "fuzz.h"
#include "lwa.h"
#include "text.h"

static long long now;

long long
clock_ms(void)
{
	return now;
}

long long
clock_wall_ms(void)
{
	return now;
}

void
clock_sleep(long long ms)
{
	MUST(ms >= 0);
	now += ms;
}

static const char *next, *end;

static curl_socket_t
connect_to_input(
    void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	const char *mark = memchr(next, '\xff', (size_t)(end - next));
	static int peer = -1;
	int ends[2];

	(void)context;
	(void)purpose;
	(void)address;
	if (mark == NULL)
		mark = end;
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	MUST(write(ends[1], next, (size_t)(mark - next)) == mark - next);
	next = mark + (mark < end);
	shutdown(ends[1], SHUT_WR);
	/* Stays open until the next, so that the request can be written. */
	if (peer != -1)
		close(peer);
	peer = ends[1];
	return ends[0];
}

static int
is_connected(void *context, curl_socket_t fd, curlsocktype purpose)
{
	(void)context;
	(void)fd;
	(void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static CURLcode (*easy_perform)(CURL *easy);

static CURLcode
perform_on_input(CURL *easy)
{
	static struct curl_slist *anywhere;

	/* No name is looked up. */
	if (anywhere == NULL)
		anywhere = curl.slist_append(NULL, "::127.0.0.1:1");
	curl.easy_setopt(easy, CURLOPT_CONNECT_TO, anywhere);
	curl.easy_setopt(
	    easy, CURLOPT_OPENSOCKETFUNCTION, connect_to_input);
	curl.easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, is_connected);
	return easy_perform(easy);
}

static void
log_in(struct session *session)
{
	static const struct lwa_request request = { "http://127.0.0.1/token",
		"id", "secret", "scope" };
	struct failure failure = { 0 };
	struct lwa_grant grant = { 0 };
	const long long begun = now;
	int status = lwa_exchange(session, &request, &grant, &failure);

	MUST(now - begun <= LWA_LIMIT_MS);
	MUST((status == AS_OK) == (failure.message == NULL));
	MUST(status != AS_OK || text_is_token(grant.access_token));
	failure_report(&failure);
	failure_free(&failure);
	lwa_grant_free(&grant);
}

static void
request(struct session *session)
{
	static const struct token_source source = { .scope = "scope" };
	struct token token = { .origin = TOKEN_GIVEN, .value = "a token" };
	struct delivery delivery = { OUTPUT_NONE, OUTPUT_NONE, true };
	struct progress progress = { 0 };
	bool was_renewed = false;
	struct exchange exchange = {
		.session = session,
		.source = &source,
		.token = &token,
		.was_renewed = &was_renewed,
		.call = { .url = "http://127.0.0.1/", .bearer = token.value },
		.title = "GET /",
		.follows = true,
		.retries = 2,
		.retry_max_time = 600,
		.delivery = &delivery,
		.progress = &progress,
	};
	const long long begun = now;
	int status;

	output_open(&delivery.body, "/dev/null", true);
	output_open(&delivery.headers, "/dev/null", false);
	status = exchange_run(&exchange);
	MUST(now - begun <= 600 * 1000);
	MUST(status != AS_OK || (exchange.result.code < 400));
	free(reply_header(&exchange.reply, "ETag"));
	output_close(&delivery.body);
	output_close(&delivery.headers);
	exchange_free(&exchange);
}

static void
try(struct buf *input)
{
	static struct settings settings;
	struct session session;
	void (*const uses[])(struct session *session) = { log_in, request };
	size_t i;

	for (i = 0; i < 2; i++) {
		next = input->data;
		end = input->data + input->length;
		session_begin(&session, &settings);
		MUST(session_connect(&session) == AS_OK);
		if (easy_perform == NULL) {
			easy_perform = curl.easy_perform;
			curl.easy_perform = perform_on_input;
		}
		uses[i](&session);
		session_end(&session);
	}
}
