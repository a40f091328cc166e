#!/usr/bin/env bats
#
# Proxies, and names that do not exist.

load standin

setup_file() { standin_start_both; }

setup() {
    use_standin
    ca=$BATS_FILE_TMPDIR/ca.pem
    export CURL_CA_BUNDLE=$ca
    # A proxy that leads nowhere: nothing leaves this machine.
    dead=http://127.0.0.1:1
}

@test "by default the token comes from Amazon, here through a proxy" {
    unset ASAUTH_TOKEN_URL
    run_asauth token --cacert "$ca" -x "$STANDIN_PROXY"
    assert_status 0
    equals "$stdout" "$(standin tokens)"
    equals "$(standin_log -c 'map([.port, .method, .target])')" \
        '[["proxy","CONNECT","api.amazon.com:443"],["api","POST","/auth/o2/token"]]'
    https_proxy=$STANDIN_PROXY run_asauth token --cacert "$ca" --no-cache
    assert_status 0
    HTTPS_PROXY=$STANDIN_PROXY run_asauth token --cacert "$ca" --no-cache
    assert_status 0
    ALL_PROXY=$STANDIN_PROXY run_asauth token --cacert "$ca" --no-cache
    assert_status 0
    https_proxy=http://127.0.0.1:1 run_asauth token --cacert "$ca" \
        --no-cache --proxy "$STANDIN_PROXY"
    assert_status 0
    assert_count proxy 5
    assert_count mint 5
}

@test "-x and the variables for proxies are used as in curl" {
    local url=https://developer.amazon.com/echo
    asauth token >/dev/null
    https_proxy=$STANDIN_PROXY request "$url"
    assert_status 0
    HTTPS_PROXY=$STANDIN_PROXY request "$url"
    assert_status 0
    ALL_PROXY=$STANDIN_PROXY request "$url"
    assert_status 0
    https_proxy=$dead request -x "$STANDIN_PROXY" "$url"
    assert_status 0
    assert_count proxy 4
    https_proxy=$dead request "$url"
    assert_status 7
    https_proxy=$STANDIN_PROXY no_proxy=developer.amazon.com \
        request --connect-timeout 1 "$url"
    one_of "$status" 6 7 28
    assert_count proxy 4
    request -x http://no-such-proxy.invalid:1 "$url"
    assert_status 5
}

@test "a loopback host is never asked through a proxy, -x included" {
    export http_proxy=$dead https_proxy=$dead all_proxy=$dead
    request "$STANDIN_API/echo"
    assert_status 0
    ASAUTH_TOKEN_URL=$PLAIN_TOKEN_URL request "$PLAIN_API/noauth/echo"
    assert_status 0
    request -x "$dead" "$STANDIN_API/echo"
    assert_status 0
    run_asauth token --no-cache --proxy "$dead" \
        --token-url "${STANDIN_TOKEN_URL/127.0.0.1/localhost}"
    assert_status 0
    ALL_PROXY=$dead run_asauth token --no-cache \
        --token-url "$PLAIN_TOKEN_URL"
    assert_status 0
    assert_count proxy 0
}

@test "a proxy's log-in is used and never shown" {
    unset ASAUTH_TOKEN_URL
    standin set proxy_user=me 'proxy_password=pa:ss wörd'
    local url=http://me:pa%3Ass%20w%c3%b6rd@${STANDIN_PROXY#http://}
    standin set proxy_password=$'pa:ss w\303\266rd'
    run_asauth token -v --cacert "$ca" -x "$url"
    assert_status 0
    assert_stderr_has 'CONNECT api.amazon.com:443'
    refute_stderr_has pa%3Ass
    refute_stderr_has 'pa:ss'
    assert_stderr_has Proxy-Authorization
    refute_stderr_has "$(printf 'me:pa:ss w\303\266rd' | base64)"
    assert_no_secret
    https_proxy=$url run_asauth token -v --no-cache --cacert "$ca"
    assert_status 0
    refute_stderr_has pa%3Ass
    refute_stderr_has 'pa:ss'
    # Nor where it leads nowhere.
    run_asauth token --no-cache -x 'http://me:S3CR3T-pass@127.0.0.1:1'
    assert_status 7
    refute_stderr_has S3CR3T
}

@test "a carriage return in a proxy's variable is told, escaped" {
    unset ASAUTH_TOKEN_URL
    https_proxy=$'http://127.0.0.1:1\r' run_asauth token -v -m 1
    [[ $status -eq 5 || $status -eq 28 ]] || complain
    assert_stderr_has "'http://127.0.0.1:1\\r'"
    refute_stderr_has $'\r'
    # One within a password does not cut it so that it is not known.
    https_proxy=$'http://u:S3C\rR3T@127.0.0.1:1' run_asauth token -v -m 1
    assert_stderr_has '[redacted]@127.0.0.1:1'
    refute_stderr_has S3C
}

@test "--proxy-user logs in to the proxy, is blanked and never shown" {
    local option
    unset ASAUTH_TOKEN_URL
    standin set proxy_user=me proxy_password=S3CR3T-pass
    for option in --proxy-user -U; do
        run_asauth token -v --no-cache --cacert "$ca" -x "$STANDIN_PROXY" \
            "$option" me:S3CR3T-pass
        assert_status 0
        assert_stderr_has Proxy-Authorization
        refute_stderr_has S3CR3T
        refute_stderr_has "$(printf me:S3CR3T-pass | base64)"
    done
    https_proxy=$STANDIN_PROXY run_asauth token --no-cache --cacert "$ca" \
        -U me:S3CR3T-pass
    assert_status 0
    background call token --no-cache -m 5 -U me:S3CR3T-pass \
        --token-url "$PLAIN_TOKEN_URL" --client-secret-file <(sleep 2)
    sleep 0.5
    lacks "$(tr '\0' ' ' </proc/"$pid"/cmdline)" S3CR3T
    kill "$pid"
    request -w '%{json}' -U me:S3CR3T-pass -x http://127.0.0.1:1 \
        https://developer.amazon.com/
    refute_stdout_has S3CR3T
    for option in '' me S3CR3T; do
        refuse 2 proxy-user -U "$option" https://developer.amazon.com/
        refute_stderr_has S3CR3T
    done
}

@test "--proxy-anyauth logs in in the way that the proxy asks for" {
    unset ASAUTH_TOKEN_URL
    standin set proxy_user=me proxy_password=right proxy_schemes=NTLM,Basic
    run_asauth token --no-cache --cacert "$ca" -x "$STANDIN_PROXY" \
        --proxy-anyauth -U me:right
    # libcurl takes the strongest that it knows; this proxy knows but one.
    one_of "$status" 0 56
    standin set proxy_schemes=Basic
    run_asauth token -v --no-cache --cacert "$ca" -x "$STANDIN_PROXY" \
        --proxy-anyauth -U me:right
    assert_status 0
    # It has waited to be asked.
    assert_stderr_has '< HTTP/1.1 407'
}

@test "the hint about a proxy's log-in names what would help" {
    local scheme
    unset ASAUTH_TOKEN_URL
    standin set proxy_user=me proxy_password=right
    ask() {
        run_asauth token -m 1 --no-cache --cacert "$ca" -x "$@"
        assert_status 56
        refute_stderr_has wrong-word
    }
    ask "$STANDIN_PROXY"
    assert_stderr_has 'hint: the proxy wants a user and a password: --proxy-user'
    ask "$STANDIN_PROXY" -U me:wrong-word
    assert_stderr_has 'hint: the proxy does not take the user and password'
    ask "http://me:wrong-word@${STANDIN_PROXY#http://}"
    assert_stderr_has 'hint: the proxy does not take the user and password'
    for scheme in Negotiate NTLM Digest; do
        standin set proxy_schemes="$scheme"
        ask "$STANDIN_PROXY"
        assert_stderr_has "hint: the proxy wants a log-in by $scheme: "
        assert_stderr_has '--proxy-anyauth with --proxy-user USER:PASSWORD'
        ask "$STANDIN_PROXY" -U me:wrong-word
        ends "$stderr" "by $scheme: --proxy-anyauth"
    done
    standin set proxy_schemes=Negotiate,NTLM
    ask "$STANDIN_PROXY" -U me:wrong-word
    assert_stderr_has 'by Negotiate or NTLM: --proxy-anyauth'
    standin set proxy_schemes=NTLM,Basic
    ask "$STANDIN_PROXY"
    assert_stderr_has 'wants a user and a password'
}

@test "a proxy's certificate is checked against --proxy-cacert" {
    local url=https://developer.amazon.com/noauth/echo
    request --no-cache --cacert "$ca" -x "$STANDIN_TLS_PROXY" "$url"
    assert_status 60
    assert_stderr_has 'hint: it is the proxy'
    assert_stderr_has --proxy-cacert
    request --cacert "$ca" -x "$STANDIN_TLS_PROXY" --proxy-cacert "$ca" "$url"
    assert_status 0
    # The server's is another matter, which some libcurls put down to TLS.
    unset CURL_CA_BUNDLE
    request -x "$STANDIN_TLS_PROXY" --proxy-cacert "$ca" "$url"
    one_of "$status" 35 60
    refute_stderr_has --proxy-cacert
    request --cacert "$ca" -x "$STANDIN_TLS_PROXY" --proxy-cacert none "$url"
    assert_status 77
}

@test "--noproxy names hosts that are asked without a proxy" {
    local url=https://developer.amazon.com/noauth/echo
    request --connect-timeout 1 -x "$STANDIN_PROXY" \
        --noproxy developer.amazon.com "$url"
    one_of "$status" 6 7 28
    assert_count proxy 0
    https_proxy=$STANDIN_PROXY request --connect-timeout 1 --noproxy '*' "$url"
    one_of "$status" 6 7 28
    assert_count proxy 0
    # In place of the variable.
    no_proxy='*' request --cacert "$ca" -x "$STANDIN_PROXY" --noproxy '' "$url"
    assert_status 0
    request --cacert "$ca" -x "$STANDIN_PROXY" --noproxy other.example "$url"
    assert_status 0
    assert_count proxy 2
}

@test "a proxy that refuses is told apart from an endpoint that refuses" {
    unset ASAUTH_TOKEN_URL
    standin set proxy_user=me proxy_password=right
    run_asauth token -m 1 --cacert "$ca" \
        -x "http://me:wrong-word@${STANDIN_PROXY#http://}"
    assert_status 56
    assert_empty_stdout
    assert_stderr_has 407
    assert_stderr_has 'asauth: hint: the proxy '
    refute_stderr_has wrong-word
    standin set proxy_refuse=403
    run_asauth token -m 1 --cacert "$ca" -x "$STANDIN_PROXY"
    assert_status 56
    assert_stderr_has 403
    # That does not pass.
    ASAUTH_TOKEN=Atc\|x request --retry 1 --cacert "$ca" \
        -x "$STANDIN_PROXY" https://developer.amazon.com/x
    assert_status 56
    refute_stderr_has again
    assert_count proxy 3
    run_asauth token -m 1 -x http://127.0.0.1:1
    assert_status 7
    assert_stderr_has 127.0.0.1
    run_asauth token -m 1 -x http://proxy.invalid:8080
    assert_status 5
    assert_stderr_has proxy.invalid
    assert_count token 0
}

@test "an unknown host fails (6), a closed port fails (7)" {
    run_asauth token -m 1 --token-url https://none.invalid/x \
        --allow-host none.invalid
    assert_status 6
    assert_empty_stdout
    assert_stderr_has 'asauth: token endpoint https://none.invalid/x: '
    assert_stderr_has none.invalid
    run_asauth token -m 1 --token-url http://127.0.0.1:1/x
    assert_status 7
    assert_empty_stdout
    assert_stderr_has 'asauth: token endpoint http://127.0.0.1:1/x: '
}
