/*
 * What is hidden, and where: a secret, a link, a proxy's URL, each on a line,
 * and a text.
 */
#include "hide.h"

#include "fuzz.h"

static void
check_gone(const char *before, const char *secret, const char *after)
{
	char *text = mem_printf("%s%s%s", before, secret, after);
	char *hidden = hide_text(text);

	MUST(strstr(hidden, secret) == NULL);
	free(text);
	free(hidden);
}

static void
try(struct buf *input)
{
	char *rest = input->data, *lines[4] = { "", "", "", "" };
	const char *path;
	size_t i;

	for (i = 0; i < 3 && rest != NULL; i++)
		lines[i] = strsep(&rest, "\n");
	if (rest != NULL)
		lines[3] = rest;
	hide_secret(lines[0]);
	hide_link(lines[1]);
	hide_proxy(lines[2]);
	free(hide_text(lines[3]));
	/* The mark itself may be part of a secret. */
	if (strlen(lines[0]) >= HIDE_MIN &&
	    strcasestr("[redacted]", lines[0]) == NULL)
		check_gone("", lines[0], " and so on");
	path = strstr(lines[1], "//");
	path = path != NULL ? path + 2 + strcspn(path + 2, "/?#") : lines[1];
	if (strlen(path) >= 16)
		check_gone("GET ", path, " HTTP/1.1");
}
