#!/usr/bin/env bats
#
# --retry: what is tried again, when, and what is not.

load helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    api=$STANDIN_API
    echo_url=$STANDIN_API/echo
}

@test "nothing is retried without --retry, nor a lasting failure with it" {
    local code
    request "$api/status/503"
    assert_status 22
    assert_count api 1
    for code in 400 404 409 412 501 505; do
        standin reset
        request --retry 3 "$api/status/$code?service=1"
        assert_status 22
        assert_count api 1 || fail "$code"
        refute_stderr_has again
    done
    standin reset
    request --retry 3 http://127.0.0.1:1/
    assert_status 7
    refute_stderr_has again
}

@test "--retry retries what curl retries, after a second" {
    local code before pids=()
    asauth token >/dev/null
    before=$(milliseconds)
    for code in 408 429 500 502 503 504; do
        timeout 20 "$ASAUTH" request --retry 1 "$api/status/$code" \
            >"out.$code" 2>"err.$code" &
        pids+=($!)
    done
    for code in "${pids[@]}"; do
        status=0
        wait "$code" || status=$?
        assert_status 22
    done
    number "$(($(milliseconds) - before))" -ge 1000
    assert_count api 12
    for code in 408 429 500 502 503 504; do
        grep "^asauth: warning: .*HTTP $code; trying again in 1 s" "err.$code"
        grep "^asauth: GET .*: HTTP $code" "err.$code"
        equals "$(grep -o Message "out.$code" | wc -l)" 1 "$code"
    done
}

@test "a retry discards the reply that made it retry" {
    standin set api_status=503,ok
    request --retry 2 -i -D headers --etag-save etag \
        -w '%{http_code} %{num_connects}' "$api/etag"
    assert_status 0
    [[ $stdout == 'HTTP/1.1 200 OK'* && $stdout == *'{}200 0' ]] || complain
    refute_stdout_has 'HTTP/1.1 503'
    equals "$(grep -c HTTP/ headers)" 1
    filled etag
    assert_count api 2
    standin set api_status=500,ok
    request -s --retry 1 -o file -d again "$echo_url"
    assert_status 0
    assert_empty_stderr
    equals "$(standin_log -c '[.[] | select(.port == "api" and
        .target == "/echo") | .body]')" '["again","again"]'
    begins "$(<file)" 'POST /echo'
    ends "$(<file)" again
}

@test "retries wait one second, two, four, or what --retry-delay says" {
    asauth token >/dev/null
    timeout 20 "$ASAUTH" request --retry 2 "$api/status/503?a" \
        >out 2>doubling &
    request --retry 2 --retry-delay 1 "$api/status/503?b"
    assert_status 22
    equals "$(grep -o 'again in [0-9]* s' stderr)" \
        $'again in 1 s\nagain in 1 s'
    wait $! || true
    equals "$(grep -o 'again in [0-9]* s' doubling)" \
        $'again in 1 s\nagain in 2 s'
    assert_count api 6
}

@test "--retry waits for Retry-After, and not longer than the run may last" {
    local before
    asauth token >/dev/null
    standin set retry_after=2
    before=$(milliseconds)
    request --retry 1 "$api/status/429"
    assert_status 22
    assert_stderr_has 'again in 2 s'
    number "$(($(milliseconds) - before))" -ge 2000
    assert_count api 2
    # Longer than may be waited: the reply is final.
    standin set retry_after=3600
    before=$(milliseconds)
    request --retry 1 --retry-max-time 30 "$api/status/503"
    assert_status 22
    assert_stdout_has Message
    request --retry 1 -m 30 "$api/status/429"
    assert_status 22
    assert_stdout_has Message
    number "$(($(milliseconds) - before))" -lt 2000
    assert_count api 4
}

@test "a Retry-After holds for one retry" {
    raw_reply busy '503 Busy' 'Retry-After: 3' 'Content-Length: 0'
    raw_reply bare '503 Busy' 'Content-Length: 0'
    raw_reply fine '200 OK' 'Content-Length: 0'
    answer_file api busy bare fine
    request --retry 2 "$api/x"
    assert_status 0
    assert_stderr_has 'trying again in 3 s'
    assert_stderr_has 'trying again in 2 s'
}

@test "--retry-max-time ends the retries" {
    local before
    asauth token >/dev/null
    before=$(milliseconds)
    request --retry 9 --retry-max-time 2 "$api/status/503"
    assert_status 22
    number "$(($(milliseconds) - before))" -lt 4500
    # As in curl, a wait that began in time is waited to its end.
    assert_count api 3
}

@test "nothing is retried once bytes have reached standard output" {
    asauth token >/dev/null
    timeout 20 "$ASAUTH" request --retry 1 -y 1 -o file \
        "$api/stall/1000?file" 2>err.file &
    request --retry 1 -y 1 "$api/stall/1000?stdout"
    assert_status 28
    refute_stderr_has again
    equals "$(stat -c %s stdout)" 500
    status=0
    wait $! || status=$?
    assert_status 28
    grep 'trying again' err.file
    absent file
    equals "$(standin_log '[.[] | select(.target == "/stall/1000?file")]
        | length')" 2
    equals "$(standin_log '[.[] | select(.target ==
        "/stall/1000?stdout")] | length')" 1
}

@test "a reply that was cut off on its way to /dev/null is retried" {
    request --retry 1 -y 1 -o /dev/null "$api/stall/1000"
    assert_status 28
    assert_stderr_has 'trying again'
}

@test "a body from a pipe is not sent twice by --retry" {
    standin set api_status=503,ok
    request --retry 2 -H Expect: -T - "$echo_url" < <(echo piped)
    assert_status 22
    assert_stderr_has 'the body came from a pipe'
    assert_count api 1
    # Refused before a byte of it was asked for, it is still whole.
    standin set api_status=503,ok
    request --retry 2 -T - "$echo_url" < <(echo untouched)
    assert_status 0
    assert_stdout_has untouched
    standin set api_status=503,ok
    echo regular >file
    request --retry 2 -T - "$echo_url" <file
    assert_status 0
    assert_stdout_has regular
    assert_count api 5
}
