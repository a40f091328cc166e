/* The failures that a lock file holds, which somebody may have damaged. */
#include "cache-lock.h"

#include "fuzz.h"

static void
check_found(const struct cache_lock *lock, const char *digest)
{
	struct failure failure = { 0 };
	bool found = cache_lock_find(lock, digest, &failure);

	MUST(found == cache_lock_find(lock, digest, NULL));
	MUST(found == (failure.status > 0 && failure.status <= 255));
	MUST(found == (failure.message != NULL));
	failure_print(&failure);
	failure_free(&failure);
}

static void
try(struct buf *input)
{
	static const struct cache cache = { .path = "cache" };
	struct cache_lock lock = { .cache = &cache };
	struct failure failure = { 0 };

	lock.file = memfd_create("lock", 0);
	MUST(write(lock.file, input->data, input->length) ==
	    (ssize_t)input->length);
	check_found(&lock, NULL);
	check_found(&lock, "digest");
	failure_set(&failure, AS_REFUSED, "it was %s", "refused");
	cache_lock_note(&lock, "ours", &failure);
	failure_free(&failure);
	MUST(cache_lock_find(&lock, "ours", &failure));
	MUST(failure.status == AS_REFUSED &&
	    strcmp(failure.message, "it was refused") == 0);
	failure_free(&failure);
	cache_lock_release(&lock);
}
