#include "printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <vis.h>

#include "mem.h"
#include "text.h"

/* Unicode's general categories Cc, Cf, Zl, Zp, Cs and Co, what it calls
 * "default ignorable" and "noncharacters", and the planes without characters.
 * In order. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{ 0x0000, 0x001f }, /* C0 */
	{ 0x007f, 0x009f }, /* DEL, C1 */
	{ 0x00ad, 0x00ad }, /* soft hyphen */
	{ 0x034f, 0x034f }, { 0x0600, 0x0605 },
	{ 0x061c, 0x061c }, /* Arabic letter mark */
	{ 0x06dd, 0x06dd }, { 0x070f, 0x070f }, { 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 }, { 0x115f, 0x1160 }, /* Hangul fillers */
	{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
	{ 0x200b, 0x200f }, /* zero-width, marks of direction */
	{ 0x2028, 0x202e }, /* ends of lines and paragraphs, direction */
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 },
	{ 0xd800, 0xf8ff },			/* surrogates, private */
	{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, /* variation selectors */
	{ 0xfeff, 0xfeff },			/* byte order mark */
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
	{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0x1fffe, 0x1ffff },
	{ 0x2fffe, 0x2ffff },
	{ 0x3fffe, UINT32_MAX }, /* tags, private, beyond Unicode */
};

/* What setlocale(3) would find, without loading it. */
static bool
is_utf8_locale(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *name = NULL, *dot;
	size_t length, i;

	for (i = 0; name == NULL && i < COUNT(variables); i++)
		name = text_variable(variables[i]);
	if (name == NULL)
		return false;
	dot = strchr(name, '.');
	name = dot != NULL ? dot + 1 : name; /* macOS has "UTF-8" alone */
	length = strcspn(name, "@");
	return (length == 5 && strncasecmp(name, "UTF-8", 5) == 0) ||
	    (length == 4 && strncasecmp(name, "UTF8", 4) == 0);
}

/* The length of the character that TEXT begins with, and its CODE; 0 if it is
 * not UTF-8 in its shortest form. */
static size_t
decode(const char *text, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *at = (const unsigned char *)text;
	size_t length = 1, i;

	*code = *at;
	if (*at < 0x80)
		return 1;
	if (*at < 0xc0 || *at > 0xf7)
		return 0;
	length += 1U + (*at >= 0xe0) + (*at >= 0xf0);
	*code &= 0x7fU >> length;
	for (i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (at[i] & 0x3fU);
	}
	return *code >= least[length] ? length : 0;
}

/* The length of the character that TEXT begins with if it can be seen, else
 * 0. */
static size_t
seen_length(const char *text, bool is_utf8)
{
	uint32_t code;
	size_t length = decode(text, &code), i;

	if (length > 1 && !is_utf8)
		return 0;
	for (i = 0; i < COUNT(unseen) && code >= unseen[i].first; i++)
		if (code <= unseen[i].last)
			return 0;
	return length;
}

char *
printable(const char *text, const char *allowed)
{
	const bool is_utf8 = is_utf8_locale();
	struct buf out = { 0 };
	/* One byte, whatever the locale and the libc, makes four at most. */
	char byte[2] = "", shown[5];
	size_t length;

	for (; *text != '\0'; text += length) {
		length = strchr(allowed, *text) != NULL ?
		    1 :
		    seen_length(text, is_utf8);
		if (length > 0) {
			buf_add(&out, text, length);
			continue;
		}
		length = 1;
		*byte = *text;
		if (strnvis(shown, sizeof(shown), byte,
			VIS_CSTYLE | VIS_TAB | VIS_NL | VIS_NOSLASH |
			    VIS_NOLOCALE) == -1)
			strlcpy(shown, "?", sizeof(shown));
		buf_puts(&out, shown);
	}
	return buf_take(&out);
}
