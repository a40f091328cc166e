#!/usr/bin/env bats
#
# What standard error shows, and what -s leaves of it.

load standin

@test "token -s hides warnings and errors but not usage, -S shows the errors" {
    chmod 777 "$XDG_CACHE_HOME"
    mkdir -m 777 "$XDG_CACHE_HOME/asauth"
    chmod 777 "$XDG_CACHE_HOME/asauth"
    standin set token_status=401
    run_asauth token
    assert_stderr_has 'asauth: warning: '
    assert_stderr_has 'asauth: log-in refused'
    run_asauth token -s
    assert_status 67
    assert_empty_stderr
    run_asauth token --silent --show-error
    assert_status 67
    refute_stderr_has warning
    assert_stderr_has 'asauth: log-in refused'
    assert_stderr_has 'asauth: hint: '
    run_asauth token -s --client-id ''
    assert_status 2
    assert_stderr_has client-id
    ASAUTH_CLIENT_ID='' run_asauth token -s
    assert_status 2
    assert_stderr_has client-id
}

@test "request -s hides warnings and errors but not usage, -S shows the errors" {
    request -s "$api/status/418"
    assert_status 22
    assert_empty_stderr
    assert_stdout_has Message
    request -sS "$api/status/418"
    assert_status 22
    assert_stderr_has 'HTTP 418'
    request -S "$api/status/418"
    assert_stderr_has 'HTTP 418'
    request -s --silent "$api/etag" -X DELETE
    assert_status 22
    assert_empty_stderr
    request -s http://127.0.0.1:1/
    assert_status 7
    assert_empty_stderr
    request -s -H nonsense "$echo_url"
    assert_status 2
    assert_stderr_has nonsense
    # A warning is no error: -S does not bring it back.
    request -sS -w '%{nosuch}' "$api/noauth/empty"
    assert_status 0
    assert_empty_stderr
    request -w '%{nosuch}' "$api/noauth/empty"
    assert_stderr_has nosuch
}

@test "control bytes in the token endpoint's errors are shown escaped" {
    printf '{"error":"invalid_client\\u001b[31m","error_description":%s}' \
        '"a\nb\r\u202e\u009b\u0007c"' >"$BATS_TEST_TMPDIR/body"
    standin set token_status=400 "token_error_body@=$BATS_TEST_TMPDIR/body"
    local locale
    for locale in C C.UTF-8; do
        LC_ALL=$locale run_asauth token
        assert_status 67
        number "$(wc -l <"$BATS_TEST_TMPDIR/stderr")" -le 2
        if LC_ALL=C grep -q '[^ -~]' "$BATS_TEST_TMPDIR/stderr"; then
            complain "raw bytes in $locale"
        fi
    done
}

@test "a token that the API echoes is redacted in messages" {
    local token
    token=$(asauth token)
    standin set api_status=400 api_body="{\"message\":\"bad $token\"}"
    run_asauth request "$STANDIN_API/echo"
    assert_status 22
    assert_stderr_has 'bad [redacted]'
    # Its body is data and comes as it is.
    assert_stdout_has "$token"
    run_asauth request -f -w '%{stderr}%header{x}' "$STANDIN_API/echo"
    assert_no_secret
}

@test "a secret or a token that is given in the wrong place is not repeated" {
    local hex word line
    hex=$(printf '%064x' 0xabcdef)
    for word in "$hex" Atc\|MQEBIHr0123 amzn1.oa2-cs.v1.0123abcd \
        "$STANDIN_CLIENT_SECRET"; do
        while read -r line; do
            eval "run_asauth $line"
            assert_status 2 || fail "$line"
            refute_stderr_has "${word:4}"
            refute_stdout_has "${word:4}"
        done <<'END'
"$word"
token "$word"
token --format "$word"
token --format="$word"
token --profile "$word"
token "--$word"
request "$word" "$word"
request -H "$word" /x
whoami-scope "$word" x
END
    done
}

@test "what a hint has to be pasted is quoted for the shell" {
    run_asauth request 'https://evil|reboot/x'
    differs "$status" 0 # newer libcurls see no host in it
    refute_stderr_has 'allow-host evil|'
    run_asauth request 'http://evil|reboot/x'
    differs "$status" 0
    refute_stderr_has 'https://evil|'
    use_config
    configure '{"profiles": {"=f": {}, "a b": {}, "c;d": {}, "e": {}}}'
    run_asauth token --profile x
    assert_status 2
    assert_stderr_has "its profiles are: '=f' 'a b' 'c;d' e"
}

@test "names with escapes do not drive the terminal in a report either" {
    use_config
    configure '{"profiles": {"a\u001b[31m": {"scope": "b\u009b1m",
        "token_url": "https://u:S3CR3T@a.example/"}}}'
    run_asauth whoami-scope --offline --profile $'a\033[31m'
    assert_status 67
    refute_stdout_has $'\033'
    refute_stdout_has $'\xc2\x9b'
    assert_stdout_has 'profile        a^[[31m'
    assert_stdout_has 'https://[redacted]@a.example/'
    run_asauth whoami-scope --offline --json --profile $'a\033[31m'
    refute_stdout_has S3CR3T
    equals "$(jq -r .profile <<<"$stdout")" $'a\033[31m'
}
