/*
 * How foreign text is shown, on a terminal or in a log.
 *
 * In a UTF-8 locale letters are letters, whatever their alphabet; but nothing
 * passes that a terminal obeys or that nobody sees: controls, marks that turn
 * the direction of writing, characters without width, tags, the ends of lines
 * and paragraphs, private characters, and what is not UTF-8. These, and in
 * other locales all but ASCII, are shown by vis(3).
 *
 * The variables of the locale are read here, and the characters that do not
 * pass are listed here, so that the result is the same with every libc, and
 * where a locale is named that is not installed.
 */
#ifndef PRINTABLE_H
#define PRINTABLE_H

/* TEXT as it may be shown; the control characters in ALLOWED pass as well. The
 * caller frees it. */
char *printable(const char *text, const char *allowed);

#endif
