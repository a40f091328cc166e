/* A file of the cache. */
#include "../../src/cache.c"

#include "fuzz.h"

static const struct cache_key key = { "https://api.amazon.com/auth/o2/token",
	"id", "scope" };

static void
try(struct buf *input)
{
	struct cache_entry entry = { 0 }, again = { 0 };
	struct buf text = { 0 };
	char *dumped;

	parse(&key, input, &entry);
	if (entry.access_token == NULL)
		return;
	MUST(text_is_token(entry.access_token));
	MUST(entry.expires_at - entry.obtained_at <= TOKEN_LIFE_MAX);
	dumped = dump(&key, &entry);
	MUST(dumped != NULL);
	buf_puts(&text, dumped);
	mem_json_free(dumped);
	parse(&key, &text, &again);
	MUST(strcmp(again.access_token, entry.access_token) == 0);
	MUST(again.expires_at == entry.expires_at);
	buf_free(&text);
	cache_entry_free(&entry);
	cache_entry_free(&again);
}
