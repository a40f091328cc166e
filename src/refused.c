#include "refused.h"

#include <string.h>

#include "mem.h"
#include "text.h"

/* clang-format off */
static const struct refusal refusals[] = {
{ .reason = "certificates are always checked",
	.instead = "--cacert FILE trusts the authority in FILE, "
	    "--proxy-cacert that of a proxy",
	.options = "-k --insecure --proxy-insecure --doh-insecure" },
{ .reason = "the credentials are those of asauth",
	.instead = "give them by --client-id and --client-secret-file, or "
	    "--config",
	.options = "-u --user --basic --digest --ntlm --ntlm-wb --negotiate "
	    "--anyauth --aws-sigv4 --delegation --login-options "
	    "--service-name --sasl-authzid --sasl-ir --httpsig-algo "
	    "--httpsig-headers --httpsig-key --httpsig-keyid" },
{ .reason = "asauth sends a token of its own",
	.instead = "a token obtained elsewhere goes into ASAUTH_TOKEN",
	.options = "--oauth2-bearer" },
{ .reason = "no .netrc is read",
	.instead = "give the credentials by --client-id and "
	    "--client-secret-file, or --config",
	.options = "-n --netrc --netrc-file --netrc-optional" },
{ .reason = "no file is named after the URL or by the server",
	.instead = "-o FILE names it",
	.options = "-O --remote-name --remote-name-all -J "
	    "--remote-header-name" },
{ .reason = "the file is named in full",
	.instead = "-o DIR/FILE",
	.options = "--output-dir" },
{ .reason = "a file is written whole or not at all, so nothing is "
	    "continued",
	.instead = "fetch all of it with -o FILE",
	.options = "-C --continue-at" },
{ .reason = "a part of a reply is asked for by a header",
	.instead = "-H 'Range: bytes=0-99'",
	.options = "-r --range" },
{ .reason = "curl's config files are not read",
	.instead = "--config FILE is asauth's own config file, in JSON",
	.options = "-K" },
{ .reason = "no .curlrc is read in any case",
	.instead = "leave it out",
	.options = "-q --disable" },
{ .reason = "cookies are not kept",
	.instead = "-H 'Cookie: NAME=VALUE' sends one",
	.options = "-b --cookie -c --cookie-jar -j --junk-session-cookies" },
{ .reason = "there is no option for this header",
	.instead = "-H 'Referer: URL'",
	.options = "-e --referer" },
{ .reason = "there is no option for this header",
	.instead = "-H 'If-Modified-Since: DATE'",
	.options = "-z --time-cond" },
{ .reason = "a run sends one request",
	.instead = "run asauth again for the next one; it takes the cached "
	    "token",
	.options = "-: --next --fail-early" },
{ .reason = "a run sends one request",
	.instead = "start several at once; they share one token",
	.options = "-Z --parallel --parallel-immediate --parallel-max "
	    "--parallel-max-host --rate" },
{ .reason = "-L follows redirects of GET and HEAD only",
	.instead = "send a write to the URL that the redirect names",
	.options = "--post301 --post302 --post303 --follow" },
{ .reason = "the token never goes to another server",
	.instead = "-L follows redirects without it",
	.options = "--location-trusted" },
{ .reason = "only https is spoken",
	.options = "--proto --proto-default --proto-redir -P --ftp-port -Q "
	    "--quote -a --append -l --list-only -t --telnet-option "
	    "--disable-eprt --disable-epsv --eprt --epsv --ftp-account "
	    "--ftp-alternative-to-user --ftp-create-dirs --ftp-method "
	    "--ftp-pasv --ftp-pret --ftp-skip-pasv-ip --ftp-ssl "
	    "--ftp-ssl-ccc --ftp-ssl-ccc-mode --ftp-ssl-control "
	    "--ftp-ssl-reqd --ssl --ssl-reqd --krb --krb4 --mail-auth "
	    "--mail-from --mail-rcpt --mail-rcpt-allowfails --tftp-blksize "
	    "--tftp-no-options --compressed-ssh --hostpubmd5 --hostpubsha256 "
	    "--knownhosts --pubkey --create-file-mode --upload-flags "
	    "--ipfs-gateway --metalink" },
{ .reason = "the HTTP version is agreed with the server",
	.instead = "--http1.1 or --http2 asks for one",
	.options = "-0 --http1.0 --http0.9 --http2-prior-knowledge --http3 "
	    "--http3-only --alpn --no-alpn --npn --no-npn" },
{ .reason = "the TLS library chooses versions and ciphers",
	.instead = "leave it out",
	.options = "-1 --tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 "
	    "--tls-max -2 --sslv2 -3 --sslv3 --ciphers --tls13-ciphers "
	    "--curves --sigalgs --ech --tls-earlydata --false-start "
	    "--sessionid --no-sessionid --ssl-sessions --ssl-allow-beast "
	    "--engine --egd-file --random-file --proxy-tlsv1 --proxy-ciphers "
	    "--proxy-tls13-ciphers --proxy-ssl-allow-beast" },
{ .reason = "no client certificate is sent: the APIs take a token",
	.instead = "leave it out",
	.options = "-E --cert --cert-type --key --key-type --pass "
	    "--tlsauthtype --tlspassword --tlsuser --ssl-auto-client-cert "
	    "--proxy-cert --proxy-cert-type --proxy-key --proxy-key-type "
	    "--proxy-pass --proxy-tlsauthtype --proxy-tlspassword "
	    "--proxy-tlsuser --proxy-ssl-auto-client-cert" },
{ .reason = "certificates are checked against the system's "
	    "authorities, or those given",
	.instead = "--cacert FILE or --capath DIR gives them, --proxy-cacert "
	    "FILE those of a proxy",
	.options = "--pinnedpubkey --crlfile --cert-status --ca-native "
	    "--dump-ca-embed --ssl-no-revoke --ssl-revoke-best-effort "
	    "--doh-cert-status --proxy-capath --proxy-ca-native "
	    "--proxy-crlfile --proxy-pinnedpubkey" },
{ .reason = "the proxy's URL says what kind it is",
	.instead = "-x URL, such as socks5h://HOST:PORT",
	.options = "--socks4 --socks4a --socks5 --socks5-hostname --preproxy "
	    "--proxy1.0 --socks5-basic --socks5-gssapi --socks5-gssapi-nec "
	    "--socks5-gssapi-service --proxy-http2 --proxy-http3" },
{ .reason = "https goes through a tunnel in any case",
	.instead = "-x URL alone is enough",
	.options = "-p --proxytunnel --suppress-connect-headers" },
{ .reason = "how to log in to the proxy is agreed with it",
	.instead = "--proxy-anyauth with --proxy-user",
	.options = "--proxy-basic --proxy-digest --proxy-negotiate "
	    "--proxy-ntlm --proxy-service-name" },
{ .reason = "a proxy gets no headers of one's own",
	.options = "--proxy-header --haproxy-clientip --haproxy-protocol" },
{ .reason = "a host is where its name says, so that no other gets the "
	    "token",
	.instead = "for another server: --api-url URL with --allow-host HOST",
	.options = "--resolve --connect-to --unix-socket "
	    "--abstract-unix-socket --doh-url --dns-interface "
	    "--dns-ipv4-addr --dns-ipv6-addr --dns-servers" },
{ .reason = "the system decides how it connects",
	.instead = "-4, -6, -x and --connect-timeout are there",
	.options = "--interface --local-port --happy-eyeballs-timeout-ms "
	    "--keepalive --no-keepalive --keepalive-cnt --keepalive-time "
	    "--tcp-fastopen --tcp-nodelay --mptcp --ip-tos --vlan-priority" },
{ .reason = "a request goes to its URL, in which /./ and /../ are "
	    "resolved",
	.options = "--path-as-is --request-target" },
{ .reason = "variables are the shell's",
	.instead = "\"$NAME\"",
	.options = "--variable" },
{ .reason = "a user name in a URL is always refused",
	.instead = "leave it out",
	.options = "--disallow-username-in-url" },
{ .reason = "HTTP's own headers are read in any case",
	.instead = "leave it out",
	.options = "--raw --tr-encoding --ignore-content-length" },
{ .reason = "asauth decides when to wait for the server's consent: "
	    "from 1 MiB on",
	.instead = "leave it out",
	.options = "--expect100-timeout" },
{ .reason = "a body is sent and delivered byte for byte",
	.options = "-B --use-ascii --crlf" },
{ .reason = "a field's content is written after its name",
	.instead = "-F NAME=CONTENT",
	.options = "--form-string --form-escape" },
{ .reason = "a file that exists is replaced by the whole reply, and "
	    "only then",
	.instead = "test before, as in [ -e FILE ] || asauth request -o FILE "
	    "URL",
	.options = "--clobber --no-clobber --skip-existing" },
{ .reason = "what is unfinished is always removed",
	.instead = "leave it out",
	.options = "--remove-on-error" },
{ .reason = "a file has the time and the attributes of any new file",
	.options = "-R --remote-time --xattr" },
{ .reason = "the reply's size has no limit",
	.instead = "-m SECONDS limits the time",
	.options = "--max-filesize" },
{ .reason = "a body that is not wanted goes to a file as well",
	.instead = "-o /dev/null",
	.options = "--out-null" },
{ .reason = "messages go to standard error",
	.instead = "2>FILE",
	.options = "--stderr" },
{ .reason = "what a server sends is shown as it is",
	.instead = "leave it out",
	.options = "--styled-output --no-styled-output" },
{ .reason = "-v shows the traffic, without secrets",
	.instead = "-v",
	.options = "--trace --trace-ascii --trace-config --trace-ids "
	    "--trace-time --libcurl" },
{ .reason = "it has another name here",
	.instead = "-i, or --include",
	.options = "--show-headers" },
{ .reason = "nothing about servers is kept between runs",
	.instead = "leave it out",
	.options = "--hsts --alt-svc" },
{ .reason = "it is on until it is switched off",
	.instead = "leave it out",
	.options = "--buffer --progress-meter" },
{ .reason = "it stands alone",
	.instead = "asauth --version",
	.options = "-V --version" },
{ .reason = "the manual is a page of its own",
	.instead = "man asauth",
	.options = "-M --manual" },
};
/* clang-format on */

const struct refusal *
refused_find(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(refusals); i++)
		if (text_find_word(refusals[i].options, name, strncmp) != NULL)
			return &refusals[i];
	return NULL;
}
