#!/usr/bin/env bats
#
# --retry: what is tried again, when, and what is not.

load standin

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

@test "--retry waits for Retry-After, but not for more than ten minutes" {
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
    standin set retry_after=601
    before=$(milliseconds)
    request --retry 1 "$api/status/503"
    assert_status 22
    assert_stdout_has Message
    assert_stderr_has 'it asks to wait 601 s'
    refute_stderr_has again
    request --retry 1 --no-fail "$api/status/503"
    assert_status 0
    assert_stderr_has 'not trying again: HTTP 503 asks to wait 601 s'
    standin set retry_after=31
    request --retry 1 --retry-max-time 30 "$api/status/429"
    assert_status 22
    assert_stdout_has Message
    assert_stderr_has 'it asks to wait 31 s'
    refute_stderr_has again
    number "$(($(milliseconds) - before))" -lt 20000
    assert_count api 5
}

@test "a Retry-After may be a date, and one that is odd is passed over" {
    local value
    asauth token >/dev/null
    for value in "$(LC_ALL=C date -u -d '+1 hour' '+%a, %d %b %Y %T GMT')" \
        99999999999999999999; do
        answer api '503 Busy' "Retry-After: $value" 'Content-Length: 0'
        request --retry 1 "$api/x"
        assert_status 22
        refute_stderr_has again
        assert_stderr_has 'it asks to wait 3'
    done
    for value in 'Fri, 01 Jan 2021 00:00:00 GMT' soon -5; do
        answer api '503 Busy' "Retry-After: $value" 'Content-Length: 0'
        request --retry 1 "$api/x"
        assert_status 22
        assert_stderr_has 'trying again in 1 s' || fail "$value"
        refute_stderr_has 'asks to wait' || fail "$value"
    done
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

@test "-m begins anew at each try of --retry, and no pause counts" {
    asauth token >/dev/null
    standin set drip_interval=0.2
    request -m 0.6 --retry 2 -o file "$api/drip/100"
    assert_status 28
    equals "$(grep -c 'trying again' stderr)" 2
    absent file
    assert_count api 3
    standin set api_status=503,503,ok
    request -m 0.8 --retry 2 "$api/slow/0.4"
    assert_status 0
    assert_stdout slow
    assert_count api 6
}

@test "a GET whose connection is closed, reset or cut is sent again by --retry" {
    local mode
    asauth token >/dev/null
    for mode in close reset cut; do
        standin set "api_mode=$mode,ok"
        request --retry 1 -o file "$api/etag"
        assert_status 0 || fail "$mode"
        equals "$(<file)" '{}' "$mode"
        assert_stderr_has 'trying again in 1 s'
    done
    standin set api_mode=close,ok
    request --retry 1 -I "$api/etag"
    assert_status 0
    # What came first cannot be taken back from standard output.
    standin set api_mode=ok
    request --retry 1 "$api/cut/1000"
    assert_status 18
    refute_stderr_has again
    equals "$(stat -c %s stdout)" 500
}

@test "a write whose connection is closed, reset or cut is not sent again by --retry" {
    local mode status_wanted
    asauth token >/dev/null
    while read -r mode status_wanted; do
        standin reset
        standin issue >/dev/null
        standin set "api_mode=$mode,ok" echo=1
        request --retry 1 -X DELETE "$api/noauth/etag"
        assert_status "$status_wanted"
        refute_stderr_has again
        assert_count api 1
        standin set "api_mode=$mode,ok"
        request --retry 1 -o file -d x "$api/noauth/echo"
        assert_status "$status_wanted"
        refute_stderr_has again
        assert_count api 2
    done <<<$'close 52\nreset 56\ncut 18'
}

@test "--retry-all-errors tries again whatever failed but a refused token" {
    asauth token >/dev/null
    request --retry 1 --retry-all-errors "$api/status/404"
    assert_status 22
    assert_stderr_has 'HTTP 404; trying again in 1 s (1 try left)'
    assert_count api 2
    standin set api_mode=close,ok
    request --retry 1 --retry-all-errors -d again "$echo_url"
    assert_status 0
    ends "$stdout" again
    # A verdict on the request looks like a refusal at first.
    request --retry 1 --retry-all-errors "$api/status/403?service=1"
    assert_status 22
    assert_count api 6
    for code in 401 403; do
        request --retry 1 --retry-all-errors "$api/status/$code"
        assert_status 22
        refute_stderr_has again || fail "$code"
    done
    # What is no failure is not tried again.
    request --retry 1 --retry-all-errors --no-fail "$api/status/404"
    assert_status 0
    request --retry 1 --retry-all-errors "$api/redirect/302"
    assert_status 22
    assert_count api 10
    request --retry 1 --retry-all-errors -o no/file "$api/x"
    assert_status 23
    assert_count api 10
}

@test "--retry-connrefused tries a refused connection again" {
    request --retry 1 --retry-connrefused http://127.0.0.1:1/
    assert_status 7
    assert_stderr_has 'trying again in 1 s (1 try left)'
    request --retry 1 --retry-all-errors http://127.0.0.1:1/
    assert_status 7
    assert_stderr_has 'trying again in 1 s (1 try left)'
}

@test "with -L a retry begins at the first URL" {
    asauth token >/dev/null
    standin set api_status=ok,503,ok
    request -L --retry 1 "$api/redirect/302?to=/etag"
    assert_status 0
    assert_stdout '{}'
    equals "$(standin_log -c '[.[] | select(.port == "api" and
        (.target | startswith("/auth") | not)) | .target]')" \
        '["/redirect/302?to=/etag","/etag","/redirect/302?to=/etag","/etag"]'
}
