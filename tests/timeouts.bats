#!/usr/bin/env bats
#
# What bounds a run in time: -m, --connect-timeout, -y and -Y.

load standin

@test "token -m times out (28) whatever keeps it waiting" {
    local mode start
    standin set drip_interval=0.4
    for mode in silent drip hold; do
        standin set "token_mode=$mode"
        start=$(milliseconds)
        run_asauth token -m 0.7
        assert_status 28
        assert_empty_stdout
        assert_stderr_has "asauth: token endpoint $STANDIN_TOKEN_URL: \
out of time: --max-time is 0.7 s"
        ((start + 600 <= $(milliseconds) && $(milliseconds) < start + 2500)) ||
            complain "$mode: took $(($(milliseconds) - start)) ms"
    done
    # Passing failures are not tried again beyond the limit.
    standin set token_status=503 token_mode=normal retry_after=5
    start=$(milliseconds)
    run_asauth token --max-time 1
    assert_status 22
    (($(milliseconds) < start + 2500))
}

@test "-m times out (28) while a FIFO, a reader or another process is waited for" {
    local start pid option
    cd "$BATS_TEST_TMPDIR"
    asauth token >/dev/null
    mkfifo fifo full
    for option in -o -D --etag-save; do
        start=$(milliseconds)
        run_asauth request -m 0.5 "$option" fifo "$STANDIN_API/etag"
        assert_status 28
        [[ $stderr == *'out of time'* ]] || complain
        (($(milliseconds) < start + 2500)) || complain
    done
    # Nobody reads on.
    (exec <full && exec sleep 20) 3>&- &
    pid=$!
    status=0
    "$ASAUTH" request -m 0.5 "$STANDIN_API/bytes/1000000" >full || status=$?
    kill "$pid"
    assert_status 28
    run_asauth token -sm 0.5 --config fifo
    assert_status 28
    assert_empty_stderr
    # A wait for another process's log-in in between changes nothing.
    standin set token_delay=0.2
    for pid in 1 2 3; do
        asauth token --refresh >/dev/null &
        standin wait token "$((pid + 1))"
        run_asauth request -m 0.4 -o fifo "$STANDIN_API/etag" \
            --min-ttl 4000
        assert_status 28
        wait
    done
    standin reset
    asauth token --refresh >/dev/null
    # As much as curl takes.
    run_asauth token -m 9999999999 --connect-timeout 9999999999
    assert_status 0
}

@test "request -m bounds the reply and the log-in" {
    local before
    before=$(milliseconds)
    request -m 0.3 "$api/slow/5"
    assert_status 28
    assert_stderr_has 'out of time: --max-time is 0.3 s'
    assert_empty_stdout
    standin set token_mode=silent
    request --no-cache -m 0.3 "$echo_url"
    assert_status 28
    assert_empty_stdout
    standin set token_mode=normal
    request --max-time 0.4 -o file "$api/stall/1000"
    assert_status 28
    absent file
    number "$(($(milliseconds) - before))" -lt 4000
    request -m 10 "$api/bytes/1"
    assert_status 0
}

@test "-m times out (28) while a body or header comes from a pipe nobody writes" {
    local option
    asauth token >/dev/null
    mkfifo fifo
    for option in -d@fifo --json=@fifo --data-urlencode=@fifo -H@fifo \
        -w@fifo -Fa=@fifo '-Fa=<fifo' -Tfifo; do
        request -m 0.3 "$option" "$echo_url"
        assert_status 28 || fail "$option"
        assert_empty_stdout || fail "$option"
    done
    for option in '-d @-' '-T -'; do
        # shellcheck disable=SC2086 # words
        request -m 0.3 $option "$echo_url" < <(sleep 3)
        assert_status 28 || fail "$option"
        assert_empty_stdout || fail "$option"
    done
    timeout 20 "$ASAUTH" request -y 1 -T fifo "$echo_url" 2>stderr || status=$?
    assert_status 28
}

@test "--connect-timeout ends a TLS handshake that leads nowhere (28)" {
    local start
    start=$(milliseconds)
    # The plain port waits for the end of what it takes for a request.
    run_asauth token --connect-timeout 0.3 \
        --token-url "${STANDIN_TOKEN_URL/http:/https:}"
    assert_status 28
    assert_empty_stdout
    assert_stderr_has 'no connection within 0.3 s'
    (($(milliseconds) < start + 6000))
}

@test "a stalled upload or a silent API times out (28) after -y" {
    head -c 30000000 /dev/zero >file
    standin set api_mode=hold
    SECONDS=0
    request -y 1 -T file "$api/sink"
    assert_status 28
    assert_stderr_has 'PUT '
    assert_empty_stdout
    number "$SECONDS" -le 5
    standin release
    # -Y is a rate, which -y bounds.
    standin set api_mode=normal
    request -Y 1000000 -y 2 "$STANDIN_API/slow/20"
    assert_status 28
    request -y 9 "$STANDIN_API/slow/1"
    assert_status 0
}

@test "when a body was sent whole, a timeout (28) says so, and is not retried" {
    local limit
    asauth token >/dev/null
    standin set api_mode=hold
    for limit in '-y 1' '-m 1'; do
        # shellcheck disable=SC2086 # words
        request $limit --retry 2 -d x "$api/sink"
        assert_status 28
        assert_stderr_has 'after the whole body had been sent'
        lacks "$stderr" 'trying again'
    done
    # Without a body it is tried again.
    request -y 1 --retry 1 --retry-delay 1 "$api/sink"
    assert_status 28
    assert_stderr_has 'trying again'
    lacks "$(tail -n 1 stderr)" 'had been sent'
    standin release
}

@test "a body that the other end has not taken was not sent, and is retried" {
    asauth token >/dev/null
    standin set api_mode=hold
    head -c 900000 /dev/zero >file
    request -y 1 --retry 1 -T file "$api/sink"
    assert_status 28
    assert_stderr_has 'slower than 1 B/s for 1 s; trying again'
    refute_stderr_has 'had been sent'
    standin release
}

@test "after a write whose answer was lost the hint is to look before repeating it" {
    local mode options
    head -c 900000 /dev/zero >file
    asauth token >/dev/null
    while IFS='|' read -r mode options; do
        standin set "api_mode=$mode"
        # shellcheck disable=SC2086 # words
        request -m 1 $options "$api/sink"
        one_of "$status" 18 28 52 56 || fail "$mode $options"
        assert_stderr_has 'hint: it may have been done all the same: look' ||
            fail "$mode $options"
        standin release
    done <<'TABLE'
close|-d x
reset|-X POST
close|-X DELETE
hold|-X POST
hold|-T /etc/passwd
silent|-F a=b
cut|-d x
close|-T file
TABLE
    # Nothing was written, or not all of it was sent.
    while IFS='|' read -r mode options; do
        standin set "api_mode=$mode"
        # shellcheck disable=SC2086 # words
        request -m 1 $options "$api/sink"
        one_of "$status" 18 28 52 56 || fail "$mode $options"
        refute_stderr_has 'hint: it may' || fail "$mode $options"
        standin release
    done <<'TABLE'
close|-L
hold|-I
hold|-T /dev/zero
TABLE
    request -X POST http://127.0.0.1:1/
    assert_status 7
    refute_stderr_has 'hint: it may'
}
