#include "auth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <sha2.h>

#include "account.h"
#include "asauth.h"
#include "cache-lock.h"
#include "cache.h"
#include "clock.h"
#include "connection.h"
#include "hide.h"
#include "lwa.h"
#include "mem.h"
#include "text.h"
#include "url.h"

/* One log-in under way. */
struct login {
	struct auth *auth;
	struct failure *failure; /* the run's */
	struct cache_key key;
	struct cache cache;
	struct cache_lock lock;
	struct token before;	/* the one that will not do, if any */
	struct cache_mark mark; /* of its file */
	bool is_refused;	/* it was refused by an API */
};

/* Release with login_end() in any case. */
static int
login_begin(struct login *login, struct auth *auth)
{
	const struct settings *settings = &auth->run->settings;

	secret_drain(auth->secret);
	*login = (struct login) {
		.auth = auth,
		.failure = &auth->run->failure,
		.key = {
			.token_url = settings_text(settings, OPT_TOKEN_URL),
			.client_id = settings_text(settings, OPT_CLIENT_ID),
			.scope = auth->scope,
		},
		.cache = CACHE_NONE,
		.lock = CACHE_LOCK_NONE,
	};
	return account_check_id(settings, login->failure);
}

static void
login_end(struct login *login)
{
	cache_lock_release(&login->lock);
	token_free(&login->before);
	cache_close(&login->cache);
}

/* Opens the cache as the settings say. */
static void
open_cache(struct login *login, bool create)
{
	const struct settings *settings = &login->auth->run->settings;
	char *directory;

	if (settings_on(settings, OPT_NO_CACHE) || login->cache.directory != -1)
		return;
	directory = settings_cache_directory(settings);
	cache_open(&login->cache, directory, &login->key, create);
	free(directory);
}

static void
take_token(struct auth *auth, struct token *token, enum auth_origin origin)
{
	token_move(&auth->token, token);
	auth->origin = origin;
	hide_secret(auth->token.value);
}

/* Takes the token that another process has stored meanwhile, if there is one;
 * whether there is. Instead of a refused one any other will do. */
static bool
take_stored(struct login *login)
{
	struct token now;
	bool will_do;

	cache_read(&login->cache, &now);
	will_do = token_life(&now) > 0 &&
	    (login->is_refused ?
		    strcmp(now.value, login->before.value) != 0 :
		    cache_has_changed(&login->cache, &login->mark));
	if (will_do)
		take_token(login->auth, &now, AUTH_CACHED);
	token_free(&now);
	return will_do;
}

/* The digest under which a failure of this log-in is shared: over the secret
 * and what decides over the fate of a connection. NULL if the secret has not
 * been read; the caller frees it. */
static char *
digest_of(const struct login *login)
{
	char *identity = secret_identity(login->auth->secret), *digest;
	struct buf all = { 0 };
	SHA2_CTX context;

	if (identity == NULL)
		return NULL;
	buf_add(&all, identity, strlen(identity) + 1);
	connection_describe(&login->auth->run->settings, &all);
	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)all.data, all.length);
	digest = SHA256End(&context, NULL);
	if (digest == NULL)
		mem_exhausted();
	buf_free(&all);
	mem_wipe(identity);
	return digest;
}

/* Takes the failure that another process, with the same secret, has met while
 * this one waited, if there is one; whether there is. */
static bool
take_failure(struct login *login)
{
	struct secret *secret = login->auth->secret;
	char *digest;
	bool result;

	if (!cache_lock_find(&login->lock, NULL, NULL))
		return false;
	if (!secret_is_command(secret))
		secret_resolve(secret, login->failure);
	failure_free(login->failure);
	digest = digest_of(login);
	result = digest != NULL &&
	    cache_lock_find(&login->lock, digest, login->failure);
	free(digest);
	return result;
}

/* Asks, and tells those that wait when that fails. */
static int
mint(struct login *login)
{
	struct auth *auth = login->auth;
	struct token token = { 0 };
	struct lwa_request request = { .token_url = login->key.token_url,
		.client_id = login->key.client_id,
		.scope = login->key.scope };
	char *digest;
	int status;

	if (login->is_refused)
		cache_delete(&login->cache, login->before.value);
	status = secret_resolve(auth->secret, login->failure);
	request.client_secret = auth->secret->value;
	if (status == AS_OK)
		status = lwa_exchange(
		    auth->run, &request, &token, login->failure);
	if (status != AS_OK) {
		digest = digest_of(login);
		cache_lock_note(&login->lock, digest, login->failure);
		free(digest);
		return status;
	}
	if (token.expires_at != 0)
		cache_write(&login->cache, &token);
	else /* it replaces the other all the same */
		cache_delete(&login->cache, login->before.value);
	if (token.granted_scope != NULL)
		msg_warn("asked for the scope %s, granted %s", login->key.scope,
		    token.granted_scope);
	take_token(auth, &token, AUTH_MINTED);
	return AS_OK;
}

/* The token was wanted since SINCE, by clock_wall_ms(). */
static int
log_in(struct login *login, long long since)
{
	struct run *run = login->auth->run;
	struct secret *secret = login->auth->secret;
	struct url url;
	bool failed;
	int status = run_connect(run);

	if (status == AS_OK) {
		status = url_check("token URL", login->key.token_url,
		    &run->settings, &url, login->failure);
		url_free(&url);
	}
	if (status != AS_OK)
		return status;
	open_cache(login, true);
	cache_lock_take(&login->lock, &login->cache, since,
	    run_left(run, CACHE_LOCK_TIMEOUT));
	/* A refusal of our very secret counts more than a token that another
	 * secret got meanwhile; a failure of the network does not. */
	failed = take_failure(login);
	if (failed && login->failure->status == AS_REFUSED)
		return AS_REFUSED;
	if (take_stored(login)) {
		failure_free(login->failure);
		return AS_OK;
	}
	if (failed)
		return login->failure->status;
	if (run_left(run, 1) > 0)
		return mint(login);
	/* That standard input took the time it says itself. */
	if (secret_is_stdin(secret) &&
	    secret_resolve(secret, login->failure) != AS_OK)
		return login->failure->status;
	return failure_set(login->failure, AS_TIMEOUT,
	    "token endpoint %s: out of time%s: --max-time is over",
	    login->key.token_url,
	    login->lock.has_waited ?
		" while waiting for another process to log in" :
		"");
}

/* Takes the token of ASAUTH_TOKEN. */
static int
take_given(struct auth *auth, const char *given)
{
	struct token token;

	secret_drain(auth->secret);
	if (!text_is_token(given)) {
		failure_set(&auth->run->failure, AS_USAGE,
		    "ASAUTH_TOKEN: it holds characters that no token has");
		if (strncasecmp(given, "Bearer ", 7) == 0 ||
		    strncasecmp(given, "Authorization:", 14) == 0)
			failure_hint(&auth->run->failure,
			    "leave out \"%.*s\" before the token",
			    (int)strcspn(given, " "), given);
		return AS_USAGE;
	}
	token = (struct token){ .value = mem_strdup(given),
		.type = mem_strdup("bearer") };
	take_token(auth, &token, AUTH_GIVEN);
	return AS_OK;
}

/* Takes the cached token, logs in, or fails, as is wanted. */
static int
obtain(struct login *login, enum auth_want want)
{
	struct run *run = login->auth->run;
	long life = settings_whole(&run->settings, OPT_MIN_TTL, 0);

	open_cache(login, false);
	cache_read(&login->cache, &login->before);
	if (want != AUTH_NEW &&
	    token_life(&login->before) >= (life > 0 ? life : 1)) {
		take_token(login->auth, &login->before, AUTH_CACHED);
		return AS_OK;
	}
	login->mark = cache_mark(&login->cache);
	if (want == AUTH_STORED)
		return failure_set(login->failure, AS_REFUSED,
		    token_life(&login->before) > 0 ?
			"the cached token is too near its end (--min-ttl)" :
			"no token is cached");
	return log_in(login, run->since);
}

int
auth_obtain(struct auth *auth, enum auth_want want, bool may_be_given)
{
	const char *given = settings_text(&auth->run->settings, OPT_TOKEN);
	struct login login;
	int status;

	if (may_be_given && want != AUTH_NEW && given != NULL)
		return take_given(auth, given);
	status = login_begin(&login, auth);
	if (status == AS_OK)
		status = obtain(&login, want);
	login_end(&login);
	return status;
}

bool
auth_may_renew(const struct auth *auth)
{
	return (auth->origin == AUTH_CACHED || auth->origin == AUTH_MINTED) &&
	    !auth->was_renewed &&
	    (long long)time(NULL) - auth->token.obtained_at > AUTH_YOUNG;
}

int
auth_renew(struct auth *auth)
{
	struct login login;
	int status = login_begin(&login, auth);

	auth->was_renewed = true;
	token_move(&login.before, &auth->token);
	login.is_refused = true;
	if (status == AS_OK)
		/* What failed before the refusal is no news. */
		status = log_in(&login, clock_wall_ms());
	if (status != AS_OK)
		token_move(&auth->token, &login.before);
	login_end(&login);
	return status;
}

int
auth_forget(struct auth *auth)
{
	struct login login;
	int status = login_begin(&login, auth);

	if (status == AS_OK)
		open_cache(&login, false);
	if (login.cache.is_refused)
		status = failure_set(login.failure, AS_WRITE,
		    "cannot delete the cached token: its directory is not "
		    "used");
	if (status == AS_OK && cache_delete(&login.cache, NULL) == -1)
		status = failure_set(login.failure, AS_WRITE,
		    "cannot delete the cached token in %s: %s",
		    login.cache.path, strerror(errno));
	login_end(&login);
	return status;
}

void
auth_free(struct auth *auth)
{
	token_free(&auth->token);
	auth->origin = AUTH_NONE;
}
