#include "token.h"

#include <stdlib.h>
#include <time.h>

#include "mem.h"

long long
token_life(const struct token *token)
{
	long long left = token->expires_at - (long long)time(NULL);

	if (token->expires_at == 0)
		return -1;
	return left > 0 ? left : 0;
}

void
token_move(struct token *to, struct token *from)
{
	token_free(to);
	*to = *from;
	*from = (struct token){ 0 };
}

void
token_free(struct token *token)
{
	mem_wipe(token->value);
	free(token->type);
	free(token->granted_scope);
	*token = (struct token){ 0 };
}
