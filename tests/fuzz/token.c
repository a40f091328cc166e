/* A reply of the token endpoint: a letter for its status code, its body. */
#include "lwa.h"

#include <strings.h>

#include "fuzz.h"
#include "text.h"

static const struct lwa_request request = {
	"https://api.amazon.com/auth/o2/token", "id", "secret", "scope"
};

static void
try(struct buf *input)
{
	static const long codes[] = { 200, 400, 401, 302, 500 };
	struct reply reply = { 0 };
	struct token token = { .obtained_at = 1 };
	struct failure failure = { 0 };
	int status;

	if (input->length == 0)
		return;
	reply.code = codes[(unsigned char)input->data[0] % 5];
	buf_add(&reply.body, input->data + 1, input->length - 1);
	status = lwa_read_reply(&reply, &request, &token, &failure);
	if (status == AS_OK)
		MUST(reply.code == 200 && text_is_token(token.value) &&
		    strcasecmp(token.type, "bearer") == 0 &&
		    token.expires_at <= TOKEN_LIFE_MAX + 1);
	else if (status == AS_REFUSED)
		MUST(reply.code / 100 == 4 && *failure.oauth_error != '\0');
	else
		MUST(status == (reply.code == 200 ? AS_REPLY : AS_HTTP));
	MUST((status == AS_OK) == (token.value != NULL));
	MUST((status == AS_OK) == (failure.message == NULL));
	failure_print(&failure);
	failure_free(&failure);
	token_free(&token);
	reply_free(&reply);
}
