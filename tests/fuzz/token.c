/* A reply of the token endpoint: a letter for its status code, its body. */
#include "../../src/lwa.c"

#include "fuzz.h"

static const struct lwa_request request = {
	"https://api.amazon.com/auth/o2/token", "id", "secret", "scope"
};

static void
try(struct buf *input)
{
	static const long codes[] = { 200, 400, 401, 302, 500 };
	static const char line[] = "x-amzn-RequestId: 1\r\n";
	struct failure failure = { 0 };
	struct lwa_grant grant = { 0 };
	struct answer answer = { 0 };
	int status;

	if (input->length == 0)
		return;
	answer.result.code = codes[(unsigned char)input->data[0] % 5];
	take_header(&answer, answer.result.code, line, sizeof(line) - 1);
	take_body(&answer, input->data + 1, input->length - 1);
	if (answer.result.code == 200) {
		status = take_grant(&answer, &request, &grant, &failure);
		MUST(status == AS_REPLY ||
		    (status == AS_OK && text_is_token(grant.access_token) &&
			strcasecmp(grant.token_type, "bearer") == 0 &&
			grant.expires_in >= 0 &&
			grant.expires_in <= TOKEN_LIFE_MAX));
	} else {
		status = fail_answer(&answer, &request, &failure);
		MUST(status == AS_HTTP ||
		    (status == AS_REFUSED && *failure.oauth_error != '\0' &&
			answer.result.code / 100 == 4));
	}
	MUST((status == AS_OK) == (failure.message == NULL));
	failure_report(&failure);
	failure_free(&failure);
	lwa_grant_free(&grant);
	answer_free(&answer);
}
