/* A file of the cache. */
#include "cache.h"

#include "fuzz.h"
#include "text.h"

static const struct cache_key key = { "https://api.amazon.com/auth/o2/token",
	"id", "scope" };

static void
try(struct buf *input)
{
	struct token token, again;
	struct buf text = { 0 };
	char *formatted;

	cache_parse(&key, input, &token);
	MUST((token.value != NULL) == (token.expires_at != 0));
	if (token.value == NULL)
		return;
	MUST(text_is_token(token.value));
	MUST(token.expires_at - token.obtained_at <= TOKEN_LIFE_MAX);
	formatted = cache_format(&key, &token);
	MUST(formatted != NULL);
	buf_puts(&text, formatted);
	mem_wipe(formatted);
	cache_parse(&key, &text, &again);
	MUST(strcmp(again.value, token.value) == 0);
	MUST(again.expires_at == token.expires_at);
	buf_free(&text);
	token_free(&token);
	token_free(&again);
}
