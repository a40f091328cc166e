/* The config file. CANARY is a secret in it. */
#include "config.h"

#include "fuzz.h"

static void
visit(void *context, const char *scope)
{
	(void)context;
	MUST(scope != NULL);
}

static void
try(struct buf *input)
{
	struct config config = { 0 };
	struct layer top = { .kind = LAYER_TOP };
	struct layer chosen = { .kind = LAYER_PROFILE };
	int status = config_load(&config, file_with(input), true, 0);
	char *text = said();

	MUST(status == AS_OK || status == AS_USAGE);
	/* Key names may be told, but of what has no keys nothing may. */
	MUST(config.root != NULL || strstr(text, "CANARY") == NULL);
	if (status == AS_OK) {
		config_apply(&config, "p", &top, &chosen);
		config_scopes(&config, "id", visit, NULL);
	} else
		MUST(*text != '\0');
	free(text);
	layer_free(&top);
	layer_free(&chosen);
	config_free(&config);
}
