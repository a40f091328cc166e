/*
 * What may not be shown: in messages, -v, -w, reports and the files that
 * others read.
 *
 * What is registered here is replaced by "[redacted]" wherever hide_text()
 * finds it: whole, or its first 16 characters and whatever follows of it; 8
 * where the text ends there, as libcurl cuts texts off. Case is ignored, and
 * so are percent-encoding (repeated, too), escapes of JSON and entities of
 * HTML. Any 16 letters, digits and "-._~" in a row that stand so in what is
 * registered, or in its base64, are hidden as well. Besides, whoever wrote
 * them: what looks like one of Amazon's tokens and secrets, the signature of a
 * presigned link, and the user part of a URL.
 *
 * Registering costs next to nothing, and what it remembers is bounded: of
 * HIDE_VALUES texts all is known, of further ones the 16 characters.
 */
#ifndef HIDE_H
#define HIDE_H

/* Shorter ones would blot out half of every line. */
#define HIDE_MIN 4
#define HIDE_VALUES 64

/* A client secret or a token. NULL and less than HIDE_MIN bytes are left
 * alone. */
void hide_secret(const char *text);
/* A presigned link, absolute or not: all but its host, which messages need. */
void hide_link(const char *link);
/* The password in "USER:PASSWORD", and both as they go into a header. One of
 * less than 8 bytes is hidden only together with its user. NULL is fine. */
void hide_login(const char *login);
/* The same in a proxy's URL, however malformed. */
void hide_proxy(const char *url);
/* A word of the command line, if it can only be a client secret of the older
 * kind: 64 hexadecimal digits, "OPTION=" before them or not. */
void hide_argument(const char *word);
/* TEXT, the client id, is shown all the same where only pieces of it stand in
 * what is hidden; NULL is fine. The caller keeps it while texts are shown. */
void hide_spare(const char *text);
/* Wipes and forgets all of it. */
void hide_forget(void);

/* TEXT without what is hidden; the caller frees it. */
char *hide_text(const char *text);

/* What else of a call is a secret, whatever it looks like. */
enum privacy {
	PRIVACY_NONE,
	PRIVACY_TARGET, /* where its reply leads */
	PRIVACY_URL	/* its URL, too: it is a link, or the target of one */
};

#endif
