/*
 * A reply as a terminal shows it: for people, who want to read it.
 *
 * JSON is indented and, where colours are wanted, its keys and strings are
 * coloured; numbers, the order of members and names that stand twice stay as
 * they came. In everything, what could drive the terminal is escaped, and
 * what is shown ends with a newline.
 *
 * Nothing here writes: bytes come in, and what to show goes into a buffer.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"

/* No more than this, in bytes, is held back; JSON of more is shown as
 * it came. */
#define VIEW_LIMIT (1024UL * 1024)

/* All zeroes is the view of a text. */
struct view {
	bool is_json;
	bool is_held;	 /* until its end, unless it is longer than the limit */
	struct buf held; /* came in, not shown yet */
	bool in_line;	 /* what was shown last was no newline */
};

/* From now on a body comes in, of this media type (RFC 9110, section 8.3);
 * NULL: unknown. JSON is held back until its end, other text
 * if MAY_BE_DROPPED. */
void view_begin_body(
    struct view *view, const char *content_type, bool may_be_dropped);
/* Takes in LENGTH bytes and adds to SHOWN what can be shown by now. */
void view_add(
    struct view *view, const char *bytes, size_t length, struct buf *shown);
/* Adds to SHOWN all that is left. */
void view_end(struct view *view, struct buf *shown);
/* Drops what was not shown. */
void view_free(struct view *view);

#endif
