/*
 * What comes over the wire, Retry-After included, through libcurl: replies,
 * each on a connection of its own, with \xff between them; once to a log-in
 * and once to a request. Time is ours and waits cost nothing.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include "auth.h"
#include "clock.h"
#include "exchange.h"
#include "fuzz.h"
#include "libcurl.h"
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

long long
clock_left(long long end, long long limit)
{
	if (end == 0 || end - now > limit)
		return limit;
	return end > now ? end - now : 0;
}

void
clock_sleep(long long ms)
{
	MUST(ms >= 0);
	now += ms;
}

/* All connections go to a socket of ours, so no name is looked up. */
static const char place[] = "asauth-fuzz-reply";
static int listener;
static const char *next, *end;

static void
listen_here(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	/* The name begins with a NUL: there is no file. */
	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%s-%d",
	    place, getpid());
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	MUST(bind(listener, (struct sockaddr *)&address,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
		     strlen(address.sun_path + 1))) == 0);
	MUST(listen(listener, 8) == 0);
}

/* Called on a connection before the request is sent. */
static int
answer(void *context, char *to, char *from, int to_port, int from_port)
{
	const char *mark = memchr(next, '\xff', (size_t)(end - next));
	static int peer = -1;
	int fd = accept(listener, NULL, NULL);

	(void)context, (void)to, (void)from, (void)to_port, (void)from_port;
	if (fd == -1)
		return CURL_PREREQFUNC_OK; /* it is an old one */
	if (mark == NULL)
		mark = end;
	MUST(write(fd, next, (size_t)(mark - next)) == mark - next);
	next = mark + (mark < end);
	shutdown(fd, SHUT_WR);
	/* Stays open until the next, so that the request can be written. */
	if (peer != -1)
		close(peer);
	peer = fd;
	return CURL_PREREQFUNC_OK;
}

static CURLcode (*easy_perform)(CURL *easy);

static CURLcode
perform_on_input(CURL *easy)
{
	char name[64];

	snprintf(name, sizeof(name), "%s-%d", place, getpid());
	curl.easy_setopt(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, name);
	curl.easy_setopt(easy, CURLOPT_PREREQFUNCTION, answer);
	curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	return easy_perform(easy);
}

static void
log_in(struct run *run)
{
	static const struct lwa_request request = { "http://127.0.0.1/token",
		"id", "secret", "scope" };
	struct failure failure = { 0 };
	struct token token = { 0 };
	const long long begun = now;
	int status = lwa_exchange(run, &request, &token, &failure);

	MUST(now - begun <= LWA_LIMIT_MS);
	MUST((status == AS_OK) == (failure.message == NULL));
	MUST(status != AS_OK || text_is_token(token.value));
	failure_print(&failure);
	failure_free(&failure);
	token_free(&token);
}

static void
request(struct run *run)
{
	static char value[] = "a token";
	struct auth auth = { .run = run,
		.scope = "scope",
		.token = { .value = value },
		.origin = AUTH_GIVEN };
	struct delivery delivery = { OUTPUT_NONE, OUTPUT_NONE, true };
	struct progress progress = { 0 };
	struct exchange exchange = {
		.run = run,
		.auth = &auth,
		.call = { .url = "http://127.0.0.1/" },
		.title = "GET /",
		.method = "GET",
		.follows = true,
		.retries = 2,
		.retry_max_time = 600,
		.delivery = &delivery,
		.progress = &progress,
	};
	const long long begun = now;
	int status;

	output_open(&delivery.body, "/dev/null", true, &run->failure);
	output_open(&delivery.headers, "/dev/null", false, &run->failure);
	status = exchange_run(&exchange);
	MUST(now - begun <= 600 * 1000);
	MUST(status != AS_OK || exchange.reply.code < 400);
	free(reply_header(&exchange.reply, "ETag"));
	output_close(&delivery.body);
	output_close(&delivery.headers);
	exchange_free(&exchange);
}

static void
try(struct buf *input)
{
	void (*const uses[])(struct run * run) = { log_in, request };
	char *arguments[] = { "request", "/", NULL };
	struct run run;
	size_t i;

	for (i = 0; i < 2; i++) {
		next = input->data;
		end = input->data + input->length;
		run = (struct run){ 0 };
		MUST(settings_parse(&run.settings, &command_request, arguments,
			 &run.failure) == AS_OK);
		run_begin(&run);
		MUST(run_connect(&run) == AS_OK);
		if (easy_perform == NULL) {
			listen_here();
			easy_perform = curl.easy_perform;
			curl.easy_perform = perform_on_input;
		}
		uses[i](&run);
		failure_print(&run.failure);
		run_end(&run);
	}
}
