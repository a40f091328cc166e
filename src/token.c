#include "token.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sha2.h>

#include "asauth.h"
#include "cache.h"
#include "clock.h"
#include "flight.h"
#include "host.h"
#include "lwa.h"
#include "mem.h"
#include "msg.h"
#include "text.h"

/* One token_get() under way. */
struct errand {
	const struct token_source *source;
	enum token_want want;
	const char *refused;
	struct cache_key key;
	struct cache cache;
	struct flight flight;
	struct cache_entry before; /* what was cached before the wait */
};

static void
take_entry(struct token *token, const struct cache_entry *entry)
{
	token->origin = TOKEN_CACHED;
	token->value = mem_strdup(entry->access_token);
	token->type = mem_strdup(entry->token_type);
	token->granted_scope = entry->granted_scope != NULL ?
	    mem_strdup(entry->granted_scope) :
	    NULL;
	token->obtained_at = entry->obtained_at;
	token->expires_at = entry->expires_at;
	msg_secret(token->value);
}

static void
take_grant(struct token *token, const struct lwa_grant *grant)
{
	token->origin = TOKEN_MINTED;
	token->value = mem_strdup(grant->access_token);
	token->type = mem_strdup(grant->token_type);
	token->granted_scope = grant->scope != NULL ? mem_strdup(grant->scope) :
						      NULL;
	token->obtained_at = grant->asked_at;
	token->expires_at = grant->expires_in > 0 ?
	    grant->asked_at + grant->expires_in :
	    0;
}

static int
begin(struct errand *errand, const struct token_source *source,
    struct failure *failure)
{
	static const enum option_id id[] = { OPT_CLIENT_ID };
	const struct settings *settings = source->session->settings;
	char *looked;

	secret_drain(source->secret);
	*errand = (struct errand) {
		.source = source,
		.key = {
			.token_url = settings_text(settings, OPT_TOKEN_URL),
			.client_id = settings_text(settings, OPT_CLIENT_ID),
			.scope = source->scope,
		},
		.cache = CACHE_NONE,
		.flight = FLIGHT_NONE,
	};
	if (errand->key.client_id != NULL)
		return AS_OK;
	looked = settings_looked(settings, id, 1);
	failure_set(failure, AS_USAGE, "no client id: %s", looked);
	failure_hint(failure,
	    "the Developer Console shows it on the security "
	    "profile's Web Settings tab");
	free(looked);
	return AS_USAGE;
}

static void
end(struct errand *errand)
{
	flight_end(&errand->flight);
	cache_entry_free(&errand->before);
	cache_close(&errand->cache);
}

/* Opens the cache as the settings say; a warning if there can be none. */
static void
open_cache(struct errand *errand, bool create)
{
	const struct settings *settings = errand->source->session->settings;
	char *directory;

	if (settings_on(settings, OPT_NO_CACHE) ||
	    errand->cache.directory != -1)
		return;
	directory = settings_cache_directory(settings);
	if (directory != NULL)
		cache_open(&errand->cache, directory, &errand->key, create);
	else if (create)
		msg_warn("tokens are not cached: HOME is not %s",
		    getenv("HOME") == NULL ? "set" : "an absolute path");
	free(directory);
}

static bool
is_alive(const struct cache_entry *entry, long long seconds)
{
	return entry->access_token != NULL &&
	    entry->expires_at - (long long)time(NULL) >= seconds;
}

static bool
is_refused(const struct errand *errand, const struct cache_entry *entry)
{
	return errand->refused != NULL && entry->access_token != NULL &&
	    strcmp(entry->access_token, errand->refused) == 0;
}

/* Whether the cached token serves as it is, without waiting for anybody. */
static bool
is_hit(const struct errand *errand)
{
	const struct settings *settings = errand->source->session->settings;
	long life = settings_whole(settings, OPT_MIN_TTL, 0);

	return (errand->want == TOKEN_ANY || errand->want == TOKEN_STORED) &&
	    is_alive(&errand->before, life > 0 ? life : 1);
}

/* Whether somebody else has done the work while we waited. */
static bool
was_done(struct errand *errand, struct token *token)
{
	struct cache_entry now;
	bool is_done;

	cache_read(&errand->cache, &now);
	is_done = is_alive(&now, 1) && !is_refused(errand, &now) &&
	    (cache_changed(&errand->before, &now) ||
		errand->want == TOKEN_INSTEAD);
	if (is_done)
		take_entry(token, &now);
	cache_entry_free(&now);
	return is_done;
}

static void
digest_text(SHA2_CTX *context, const char *text)
{
	if (text != NULL)
		SHA256Update(context, (const uint8_t *)text, strlen(text));
	SHA256Update(context, (const uint8_t *)"", 1);
}

/* Adds what decides over the fate of a connection. */
static void
digest_options(SHA2_CTX *context, const struct settings *settings)
{
	static const enum option_id ids[] = { OPT_CONNECT_TIMEOUT, OPT_MAX_TIME,
		OPT_CACERT, OPT_CAPATH, OPT_PROXY, OPT_IPV4, OPT_IPV6 };
	static const char *const variables[] = { "CURL_CA_BUNDLE",
		"SSL_CERT_FILE", "SSL_CERT_DIR", "no_proxy", "NO_PROXY" };
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		digest_text(context, settings_text(settings, ids[i]));
	for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		digest_text(context, getenv(variables[i]));
	for (i = 0; i < HTTP_PROXY_VARIABLES; i++)
		digest_text(context, getenv(http_proxy_variables[i]));
}

/* The digest under which a failure of this errand is shared, NULL if it is
 * not; the caller frees it. */
static char *
digest_of(const struct errand *errand)
{
	const struct token_source *source = errand->source;
	char *identity, *digest;
	SHA2_CTX context;

	if (errand->flight.file == -1)
		return NULL;
	identity = secret_identity(source->secret);
	if (identity == NULL)
		return NULL;
	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)identity, strlen(identity) + 1);
	digest_options(&context, source->session->settings);
	digest = SHA256End(&context, NULL);
	mem_wipe(identity);
	if (digest == NULL)
		mem_exhausted();
	return digest;
}

static void
store(struct errand *errand, const struct lwa_grant *grant)
{
	const bool differs = grant->scope != NULL &&
	    strcmp(grant->scope, errand->key.scope) != 0;
	const struct cache_entry entry = {
		.access_token = grant->access_token,
		.token_type = grant->token_type,
		.granted_scope = differs ? grant->scope : NULL,
		.obtained_at = grant->asked_at,
		.expires_at = grant->asked_at + grant->expires_in,
	};

	if (grant->expires_in > 0)
		cache_write(&errand->cache, &entry);
	else if (errand->want == TOKEN_NEW)
		cache_delete(&errand->cache, NULL); /* it was to be replaced */
	if (differs)
		msg_warn("asked for the scope %s, granted %s",
		    errand->key.scope, grant->scope);
}

static int
mint(struct errand *errand, struct token *token, struct failure *failure)
{
	const struct token_source *source = errand->source;
	struct lwa_request request = {
		.token_url = errand->key.token_url,
		.client_id = errand->key.client_id,
		.scope = errand->key.scope,
	};
	struct lwa_grant grant = { 0 };
	int status;

	if (errand->refused != NULL)
		cache_delete(&errand->cache, errand->refused);
	status = secret_resolve(source->secret, failure);
	if (status == AS_OK) {
		request.client_secret = source->secret->value;
		flight_ask(&errand->flight);
		status = lwa_exchange(
		    source->session, &request, &grant, failure);
	}
	if (status == AS_OK) {
		take_grant(token, &grant);
		store(errand, &grant);
	}
	lwa_grant_free(&grant);
	return status;
}

/* Whether somebody else has failed in our place while we waited. */
static bool
has_failed(const struct errand *errand, struct failure *failure)
{
	struct failure ignored = { 0 };
	char *digest;
	bool result;

	if (!flight_has_news(&errand->flight))
		return false;
	if (!secret_is_command(errand->source->secret))
		secret_resolve(errand->source->secret, &ignored);
	failure_free(&ignored);
	digest = digest_of(errand);
	result = flight_failed(&errand->flight, digest, failure);
	free(digest);
	return result;
}

/* Asks, and tells those that wait when that fails. */
static int
try(struct errand *errand, struct token *token, struct failure *failure)
{
	char *digest;
	int status = mint(errand, token, failure);

	if (status != AS_OK) {
		digest = digest_of(errand);
		flight_note(&errand->flight, digest, failure);
		free(digest);
	}
	return status;
}

/* Under the lock, or alone. A refusal of our very secret counts more than a
 * token that another secret got meanwhile; a failure of the network does
 * not. */
static int
fly(struct errand *errand, struct token *token, struct failure *failure)
{
	bool failed = has_failed(errand, failure);

	if (failed && failure->status == AS_REFUSED)
		return AS_REFUSED;
	if (was_done(errand, token)) {
		failure_free(failure);
		return AS_OK;
	}
	if (failed)
		return failure->status;
	/* That standard input took the time is said by whom it kept waiting. */
	if (session_left(errand->source->session, 1) == 0 &&
	    secret_is_stdin(errand->source->secret) &&
	    secret_resolve(errand->source->secret, failure) != AS_OK)
		return failure->status;
	if (session_left(errand->source->session, 1) == 0)
		return failure_set(failure, AS_TIMEOUT,
		    "token endpoint %s: out of time%s", errand->key.token_url,
		    errand->flight.has_waited ?
			" while waiting for another process to log in" :
			"");
	return try(errand, token, failure);
}

int
token_get(const struct token_source *source, enum token_want want,
    const char *refused, struct token *token, struct failure *failure)
{
	struct errand errand;
	struct http_url url;
	/* The first log-in is what the run began for; a later one is not. */
	long long since = source->session->since;
	int status = begin(&errand, source, failure);

	source->session->since = 0;
	memset(token, 0, sizeof(*token));
	errand.want = want;
	errand.refused = refused;
	if (status != AS_OK)
		return status;
	open_cache(&errand, false);
	cache_read(&errand.cache, &errand.before);
	if (is_hit(&errand)) {
		take_entry(token, &errand.before);
		goto out;
	}
	if (want == TOKEN_STORED) {
		status = failure_set(failure, AS_REFUSED,
		    is_alive(&errand.before, 1) ?
			"the cached token is too near its end (--min-ttl)" :
			"no token is cached");
		goto out;
	}
	status = host_check(source->session->settings, "token URL",
	    errand.key.token_url, &url, failure);
	http_url_free(&url);
	if (status != AS_OK) {
		failure->status = status;
		goto out;
	}
	open_cache(&errand, true);
	flight_begin(&errand.flight, &errand.cache,
	    since != 0 ? since : clock_wall_ms(), LWA_LIMIT_MS,
	    session_left(source->session, INT_MAX));
	status = fly(&errand, token, failure);
out:
	end(&errand);
	return status;
}

/* The token of ASAUTH_TOKEN; false if there is none. */
static bool
take_given(const struct settings *settings, struct token *token,
    struct failure *failure)
{
	const char *given = settings_text(settings, OPT_TOKEN);

	memset(token, 0, sizeof(*token));
	if (given == NULL)
		return false;
	if (!text_is_token(given)) {
		failure_set(failure, AS_USAGE,
		    "ASAUTH_TOKEN: it holds characters that no token has");
		return true;
	}
	token->origin = TOKEN_GIVEN;
	token->value = mem_strdup(given);
	token->type = mem_strdup("bearer");
	return true;
}

int
token_obtain(const struct token_source *source, enum token_want want,
    bool may_be_given, struct token *token, struct failure *failure)
{
	if (may_be_given && want != TOKEN_NEW &&
	    take_given(source->session->settings, token, failure)) {
		secret_drain(source->secret);
		return failure->status;
	}
	return token_get(source, want, NULL, token, failure);
}

int
token_forget(const struct token_source *source)
{
	struct failure failure = { 0 };
	struct errand errand;
	int status = begin(&errand, source, &failure);

	if (status != AS_OK)
		failure_report(&failure);
	else {
		open_cache(&errand, false);
		if (cache_delete(&errand.cache, NULL) == -1)
			status = msg_fail(AS_WRITE,
			    "cannot delete the cached token in %s: %s",
			    errand.cache.path, strerror(errno));
	}
	end(&errand);
	failure_free(&failure);
	return status;
}

long long
token_life(const struct token *token)
{
	long long left = token->expires_at - (long long)time(NULL);

	if (token->expires_at == 0)
		return -1;
	return left > 0 ? left : 0;
}

void
token_free(struct token *token)
{
	mem_wipe(token->value);
	free(token->type);
	free(token->granted_scope);
	memset(token, 0, sizeof(*token));
}
