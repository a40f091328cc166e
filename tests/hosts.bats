#!/usr/bin/env bats
#
# Where the token may go, and what never goes there.

load standin

setup_file() { standin_start_both; }

setup() {
    use_standin
    export CURL_CA_BUNDLE=$BATS_FILE_TMPDIR/ca.pem
}

# refused STATUS URL [TEXT]: with nothing sent at all.
refused() {
    request "$2"
    assert_status "$1" || fail "$2"
    assert_empty_stdout
    assert_stderr_has "${3:-asauth: request URL}" || fail "$2"
    assert_count token 0
    assert_count api 0
    assert_count proxy 0
}

# A proxy that leads nowhere: nothing leaves this machine.
dead=http://127.0.0.1:1

@test "Amazon's hosts are allowed, whole and in any case" {
    local host
    for host in developer.amazon.com api.amazon.com DEVELOPER.Amazon.COM \
        developer.amazon.com:443; do
        request -x "$STANDIN_PROXY" "https://$host/echo"
        assert_status 0 || fail "$host"
        assert_stdout_has Bearer
    done
    for host in api.amazon.co.uk api.amazon.co.jp; do
        request -x "$dead" "https://$host/echo"
        assert_status 7 || fail "$host"
        assert_stderr_has 127.0.0.1 # it is the proxy that is not there
    done
}

@test "any other host is refused, however it is dressed up" {
    local url
    export https_proxy=$dead
    while read -r url; do
        refused 2 "$url" "not allowed"
    done <<'END'
https://evil-amazon.com/
https://evilamazon.com/
https://developer.amazon.com.evil.example/
https://developer.amazon.com./
https://amazon.com/
https://www.developer.amazon.com/
https://api.amazon.com.au/
https://developer.amazon.de/
https://127.0.0.1.evil.example/
https://localhost.evil.example/
https://128.0.0.1/
https://[::2]/
https://0x80000001/
https://developer%2eamazon%2ecom%2eevil.example/
https://evil.example/developer.amazon.com
https://evil.example?developer.amazon.com
https://evil.example#developer.amazon.com
https://evil.example\@developer.amazon.com/
END
}

@test "a URL with a user part, even an empty one, is refused, and the user not shown" {
    local url
    for url in 'https://user:S3CR3T@developer.amazon.com/' \
        'https://S3CR3T@127.0.0.1/' 'https://@developer.amazon.com/' \
        'https://:@developer.amazon.com/' \
        'https://developer.amazon.com@S3CR3T.example/'; do
        refused 2 "$url"
    done
    refute_stderr_has S3CR3T@
}

@test "--allow-host allows one host, and the refusal names it" {
    export https_proxy=$dead
    refused 2 https://api.example/x 'host api.example is not allowed'
    assert_stderr_has 'hint:'
    assert_stderr_has '--allow-host api.example'
    request --allow-host API.example https://api.example/x
    assert_status 7
    request --allow-host api.example https://sub.api.example/x
    assert_status 2
    request --allow-host .example https://api.example/x
    assert_status 2
    request --allow-host '*' https://api.example/x
    assert_status 2
}

@test "a request goes over https, or http to loopback, else it is refused (1)" {
    refused 1 http://developer.amazon.com/x
    assert_stderr_has 'hint: use https://developer.amazon.com'
    refused 1 ftp://developer.amazon.com/x
    refused 1 file:///etc/passwd
    refused 1 gopher://127.0.0.1/x
    refused 1 ftp://127.0.0.1/x
    request --allow-host api.example http://api.example/x
    assert_status 1
    # Loopback in its forms.
    local port=${PLAIN_API##*:} host
    for host in 127.0.0.1 127.1 localhost LOCALHOST 2130706433; do
        request "http://$host:$port/noauth/echo"
        assert_status 0 || fail "$host"
    done
    request "http://127.0.0.2:1/"
    assert_status 7
    request "http://[::1]:1/"
    assert_status 7
}

@test "what is no URL is refused (3), blanks and control bytes included" {
    local url
    for url in nonsense '' 'https://' \
        'https://developer.amazon.com/a b' \
        $'https://developer.amazon.com/a\tb' \
        $'https://developer.amazon.com/a\r\nX: 1' \
        $'/v1/a b' $'/v1/\x7f' $'/v1/\x01' 'https://developer.amazon.com:x/' \
        'https://developer.amazon.com:99999/' 'https://[::1/'; do
        refused 3 "$url"
    done
    for url in v1/applications developer.amazon.com/api; do
        refused 3 "$url" 'hint: a URL begins with https://'
    done
}

@test "a redirect to another origin carries neither the token nor a header of the user's" {
    local to
    asauth token >/dev/null
    for to in "$STANDIN_OTHER/echo" "$PLAIN_OTHER/echo"; do
        request -L -H 'X-Mine: 1' -A agent \
            "$STANDIN_API/redirect/302?to=$to"
        [[ $to == https:* ]] || { assert_status 1; continue; }
        assert_status 0
        standin_log -c '.[-1]' >last
        jq -e '.port == "other" and ([.headers[][0] | ascii_downcase] |
            (index("authorization"), index("x-mine")) == null)' last
    done
    # Back at the first one they are not given again.
    request -L -H 'X-Mine: 1' \
        "$STANDIN_API/redirect/302?to=$STANDIN_OTHER/redirect/302?to=$STANDIN_API/noauth/echo"
    refute_stdout_has Bearer
    refute_stdout_has X-Mine
    # The same origin keeps both.
    request -L -H 'X-Mine: 1' "$STANDIN_API/redirect/307?to=/echo"
    assert_status 0
    assert_stdout_has Bearer
    assert_stdout_has 'X-Mine: 1'
}

@test "-L follows redirects for GET and HEAD, and never from https to http" {
    local code option
    for code in 301 302 303 307 308; do
        request -L "$STANDIN_API/redirect/$code?to=/echo"
        assert_status 0 || fail "$code"
        request -L -I "$STANDIN_API/redirect/$code?to=/echo"
        assert_status 0 || fail "$code"
        request "$STANDIN_API/redirect/$code?to=/echo"
        assert_status 22 || fail "$code"
        assert_stderr_has 'hint: -L'
        for option in '-d x' '-X POST' '-X DELETE' '-T /dev/null'; do
            # shellcheck disable=SC2086 # words
            request -L $option "$STANDIN_API/redirect/$code?to=/echo"
            assert_status 22 || fail "$code $option"
        done
    done
    request -L "$STANDIN_API/redirect/302?to=$PLAIN_API/noauth/echo"
    assert_status 1
    assert_stderr_has 'not https'
    request -L "$STANDIN_API/redirect/302?to=file:///etc/passwd"
    assert_status 1
    assert_stderr_has 'redirected to file:'
    request -L -w '%{num_redirects}' "$STANDIN_API/redirect/302"
    assert_status 47
    [[ $stdout == *50 ]] || complain
    request -L "$STANDIN_API/redirect/302?to=https://u@localhost/"
    assert_status 2
}

@test "--max-redirs says how many redirects are followed" {
    local to='/redirect/302?to=/redirect/302?to=/echo'
    request -L --max-redirs 2 "$STANDIN_API/redirect/302?to=$to"
    assert_status 47
    assert_stderr_has 'more than 2 redirects'
    assert_empty_stdout
    request -L --max-redirs 3 "$STANDIN_API/redirect/302?to=$to"
    assert_status 0
    request -L --max-redirs 0 -i "$STANDIN_API/redirect/302?to=/echo"
    assert_status 47
    assert_empty_stdout
    request -L --max-redirs 0 "$STANDIN_API/echo"
    assert_status 0
    # No limit.
    request -L --max-redirs -1 -m 1 -w '%{num_redirects}' \
        "$STANDIN_API/redirect/302"
    assert_status 28
    number "$stdout" -gt 50
    for to in -2 x 1.5 ''; do
        request -L --max-redirs "$to" "$STANDIN_API/echo"
        assert_status 2 || fail "$to"
    done
}

@test "certificates of the API are checked" {
    unset CURL_CA_BUNDLE
    ASAUTH_TOKEN_URL=$PLAIN_TOKEN_URL ASAUTH_TOKEN=Atc\|x \
        request "$STANDIN_API/echo"
    assert_status 60
    assert_stderr_has 'hint:'
    ASAUTH_TOKEN=Atc\|x request -k "$STANDIN_API/echo"
    assert_status 2
    ASAUTH_TOKEN=Atc\|x request --cacert none "$STANDIN_API/echo"
    assert_status 77
    ASAUTH_TOKEN=Atc\|x SSL_CERT_FILE=$BATS_FILE_TMPDIR/ca.pem \
        request "$STANDIN_API/noauth/echo"
    assert_status 0
}

@test ".curlrc, .netrc, cookies and SSLKEYLOGFILE are not used" {
    printf '%s\n' 'user = evil:evil' 'header = "X-Curlrc: yes"' \
        >"$HOME/.curlrc"
    echo "machine localhost login evil password evil" >"$HOME/.netrc"
    echo "machine 127.0.0.1 login evil password evil" >>"$HOME/.netrc"
    chmod 600 "$HOME/.netrc"
    SSLKEYLOGFILE=$PWD/keys request "$STANDIN_API/echo"
    assert_status 0
    # Neither call, the log-in included.
    equals "$(standin_log -c '[.[] | .headers | map(.[0] + ":" + .[1] |
        ascii_downcase) | map(select(test("^(cookie|x-curlrc):|: *basic")))]
        | [length, (flatten | length)]')" '[2,0]'
    refute_stdout_has Basic
    refute_stdout_has Cookie
    absent keys
    equals "$(find "$HOME" -newer "$HOME/.netrc" -type f | grep -v asauth/)" ""
}

@test "the secret goes to https, loopback and known hosts only" {
    local want url
    while IFS='|' read -r want url; do
        run_asauth token -m 0.4 --token-url "$url" -x "$dead"
        assert_status "$want" || fail "$url"
        assert_empty_stdout
        assert_stderr_has 'token ' || fail "$url"
        [[ $want == 7 ]] || assert_stderr_has 'token URL' || fail "$url"
    done <<'TABLE'
1|http://api.amazon.com/auth/o2/token
1|ftp://api.amazon.com/auth/o2/token
1|ftp://127.0.0.1/
1|file:///etc/passwd
1|http://localhost.example/
1|http://127.0.0.1.example/
2|https://evil-amazon.com/auth/o2/token
2|https://api.amazon.com.evil.example/
2|https://api.amazon.com./auth/o2/token
2|https://user@api.amazon.com/
2|https://@api.amazon.com/auth/o2/token
2|https://evil.example\@api.amazon.com/
3|nonsense
3|https://api.amazon.com/ x
3|https://
7|https://API.Amazon.com/auth/o2/token
7|https://api.amazon.co.uk/auth/o2/token
7|https://api.amazon.co.jp/auth/o2/token
TABLE
    run_asauth token --token-url $'https://api.amazon.com/\x01'
    assert_status 3
    run_asauth token --token-url https://login.example/token
    assert_status 2
    assert_stderr_has 'host login.example is not allowed'
    assert_stderr_has '--allow-host login.example'
    assert_count token 0
}
