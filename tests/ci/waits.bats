#!/usr/bin/env bats
#
# What is seen only after half a minute.

load ../standin

@test "a token endpoint that is silent is given up after 30 seconds, and the message says so" {
    local start=$SECONDS
    # What a try took before does not change what is said.
    standin set token_status=503,ok token_mode=ok,silent
    run_asauth token
    assert_status 28
    ends "$stderr" "asauth: token endpoint $STANDIN_TOKEN_URL: no answer within 30 s"
    number "$((SECONDS - start))" -ge 29
    number "$((SECONDS - start))" -le 32
}

@test "where standard error is no terminal -# writes a plain line every 30 seconds" {
    local name pids=()
    asauth token >/dev/null
    head -c 2500000 /dev/zero >file
    background waits request -# -T file "$STANDIN_API/slow/62"
    pids+=("$pid")
    background bare request -# -X POST "$STANDIN_API/slow/32"
    pids+=("$pid")
    standin set drip_interval=1
    background drips request -# -o drips "$STANDIN_API/drip/33"
    pids+=("$pid")
    mkfifo fifo
    { for _ in {1..32}; do
        head -c 1000 /dev/zero
        sleep 1
    done; } >fifo &
    background sends request -# -T fifo "$STANDIN_API/sink"
    pids+=("$pid")
    background quiet request -T file "$STANDIN_API/slow/32"
    pids+=("$pid")
    background silent request -# -s -T file "$STANDIN_API/slow/32"
    pids+=("$pid")
    for pid in "${pids[@]}"; do
        ended "$pid"
        assert_status 0
    done
    equals "$(sed 's/0:[23][0-9]$/0:30/;s/0:59$/1:00/' err.waits)" \
'asauth: sent 2.4 MiB, waiting for the answer: 0:30
asauth: sent 2.4 MiB, waiting for the answer: 1:00'
    matches "$(<err.bare)" '^asauth: waiting for the answer: 0:(29|30)$'
    matches "$(<err.drips)" '^asauth: received (29|30|31) of 33 B, . B/s, 0:0. left$'
    matches "$(<err.sends)" '^asauth: sent (29|30) KiB, [0-9.]+ (B|KiB)/s$'
    for name in quiet silent; do
        equals "$(<"err.$name")" '' "$name"
    done
}

@test "a reply that nobody wants is read for 10 seconds" {
    local path='?message=0123456789012345678901234567890123456789' name
    asauth token >/dev/null
    age_token 120
    standin set api_mode=drip drip_interval=1
    background error request -f "$STANDIN_API/status/404$path"
    local error=$pid
    background link request --fetch-link "$STANDIN_API/drip/100"
    local link=$pid
    background etag request --etag-from . -X DELETE "$STANDIN_API/drip/100"
    local etag=$pid
    background retry request -f --retry 1 "$STANDIN_API/status/503$path"
    local retry=$pid
    background renewal request -f "$STANDIN_API/status/401$path"
    local renewal=$pid start=$SECONDS
    for name in error link etag; do
        ended "${!name}"
        number "$((SECONDS - start))" -ge 9 "$name"
        number "$((SECONDS - start))" -le 12 "$name"
    done
    for name in retry renewal; do
        ended "${!name}"
        assert_status 22
        number "$((SECONDS - start))" -ge 19 "$name"
        number "$((SECONDS - start))" -le 23 "$name"
    done
    grep 'HTTP 404' err.error
    grep 'the reply is not a link' err.link
    grep 'the reply has no ETag' err.etag
    grep 'HTTP 503; trying again' err.retry
    grep 'HTTP 401' err.renewal
    assert_count token 2
}
