/* The config file. CANARY is a secret in it. */
#include "config.h"

#include "fuzz.h"

static void
try(struct buf *input)
{
	struct config config = { 0 };
	const json_t *value;
	enum option_id id;
	struct failure failure = { 0 };
	int status = config_load(
	    &config, file_with(input), CONFIG_BY_FLAG, 0, &failure);
	char *text;

	MUST(status == AS_OK || status == AS_USAGE);
	MUST((status == AS_OK) == (failure.message == NULL));
	failure_print(&failure);
	text = said();
	/* Key names may be told, but of what has no keys nothing may. */
	MUST(config.root != NULL || strstr(text, "CANARY") == NULL);
	if (status == AS_OK) {
		config_choose(&config, "p", &failure);
		for (id = 0; id < OPT_COUNT; id++) {
			value = config_value(&config, config.profile, id);
			MUST(value == NULL || json_is_string(value) ||
			    (options[id].kind != KIND_TEXT &&
				json_is_array(value)));
		}
		failure_print(&failure);
	}
	free(text);
	failure_free(&failure);
	config_free(&config);
}
