#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

char *
text_trimmed(const char *text)
{
	static const char blanks[] = " \t\r\n\v\f", mark[] = "\xef\xbb\xbf";
	size_t length;

	text += strspn(text, blanks);
	if (text_begins(text, mark))
		text += strlen(mark) + strspn(text + strlen(mark), blanks);
	length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		length--;
	return mem_strndup(text, length);
}

char *
text_quoted(const char *text)
{
	char *word = text_word(text), *path;

	if (*text != '-') /* no option */
		return word;
	path = mem_printf("./%s", word);
	free(word);
	return path;
}

char *
text_word(const char *text)
{
	static const char metacharacters[] = " \\'\"`$&|;<>()[]{}*?!#~^";
	struct buf quoted = { 0 };
	size_t length;

	/* zsh reads a path out of =WORD. */
	if (*text != '\0' && *text != '=' &&
	    strpbrk(text, metacharacters) == NULL && !text_has_control(text)) {
		buf_puts(&quoted, text);
		return buf_take(&quoted);
	}
	for (;; text += length + 1) {
		length = strcspn(text, "'");
		buf_printf(&quoted, "'%.*s'", (int)length, text);
		if (text[length] == '\0')
			return buf_take(&quoted);
		buf_puts(&quoted, "\\'");
	}
}

const char *
text_shown(const char *text)
{
	return *text != '\0' ? text : "''";
}

bool
text_begins(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

const char *
text_variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

size_t
text_path_length(const char *path)
{
	size_t length = strlen(path);

	while (length > 0 && path[length - 1] == '/')
		length--;
	return length;
}

bool
text_has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if (iscntrl((unsigned char)*text))
			return true;
	return false;
}

const char *
text_find_word(const char *words, const char *word,
    int (*compare)(const char *, const char *, size_t))
{
	static const char blanks[] = " \t\n";
	const size_t length = strlen(word);
	const char *at = words + strspn(words, blanks);

	while (*at != '\0' &&
	    (strcspn(at, blanks) != length || compare(at, word, length) != 0)) {
		at += strcspn(at, blanks);
		at += strspn(at, blanks);
	}
	return *at != '\0' ? at : NULL;
}

bool
text_is_token(const char *text)
{
	const char *at = text;

	while (isgraph((unsigned char)*at))
		at++;
	return at > text && *at == '\0';
}

bool
text_is_http_token(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    (text[i] == '\0' ||
			strchr("!#$%&'*+-.^_`|~", text[i]) == NULL))
			return false;
	return length > 0;
}
