#!/usr/bin/env bats
#
# One flight: however many want one token, one asks, and the others get what
# came of it.

load helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    standin set token_length=100
    cache=$XDG_CACHE_HOME/asauth
    cd "$BATS_TEST_TMPDIR" || return
}

# background NAME [ARG...]: a call of asauth, its outputs in out.NAME and
# err.NAME, its process in $pid.
background() {
    local name=$1
    shift
    "$ASAUTH" "$@" >"out.$name" 2>"err.$name" &
    pid=$!
}

# ended PID: its $status.
ended() {
    status=0
    wait "$1" || status=$?
}

# waiters N: until so many processes wait for the lock of the one token.
waiters() {
    local inode i
    for ((i = 0; i < 200; i++)); do
        if inode=$(stat -c %i "$cache"/*.lock 2>/dev/null); then
            [[ $(grep -c -- "-> FLOCK .*:$inode " /proc/locks) -ge $1 ]] &&
                return
        fi
        sleep 0.05
    done
    fail "nobody waits" "$(cat /proc/locks)"
}

only() { # VALUE: all statuses are that
    [[ $(printf '%s\n' "${statuses[@]}" | sort | uniq -c) == *" $1" &&
        $(printf '%s\n' "${statuses[@]}" | sort -u | wc -l) -eq 1 ]] ||
        fail "$(printf '%s\n' "${statuses[@]}" | sort | uniq -c)" \
            "$(cat err.*)"
}

@test "two hundred cold starts make one call and print one token" {
    crowd 200
    only 0
    assert_count token 1
    [[ $(cat out.* | sort -u) == "$(standin tokens)" ]]
    [[ -z $(cat err.*) ]]
}

@test "two hundred with a wrong secret are one failed log-in" {
    export ASAUTH_CLIENT_SECRET=wrong
    # They do not start in no time: the reply waits for the last.
    standin set token_mode=hold
    { waiters 199; standin release; } &
    crowd 200
    only 67
    assert_count token 1
    [[ -z $(cat out.*) ]]
    [[ $(grep -lF invalid_client err.* | wc -l) -eq 200 ]]
    [[ $(grep -l 'hint:' err.* | wc -l) -eq 200 ]]
}

@test "a refusal is shared however long it is" {
    {
        printf 'HTTP/1.1 401 No\r\nConnection: close\r\n\r\n'
        printf '{"error":"'
        printf '\xc2\x80%.0s' {1..15000}
        printf '","error_description":"'
        printf '\xc2\x80%.0s' {1..16000}
        printf '"}'
    } >raw
    standin set token_mode=hold token_raw="$PWD/raw"
    background holder token
    local holder=$pid pids=() i
    standin wait token 1
    for i in 1 2 3; do
        background "$i" token
        pids+=("$pid")
    done
    waiters 3
    standin release
    for pid in "$holder" "${pids[@]}"; do
        ended "$pid"
        assert_status 67
    done
    assert_count token 1
}

@test "one with the right secret among the wrong ones is served" {
    local right
    standin set token_mode=hold,normal
    ASAUTH_CLIENT_SECRET=wrong background first token
    standin wait token 1
    background right token
    right=$pid
    { waiters 200; standin release; } &
    ASAUTH_CLIENT_SECRET=wrong crowd 199
    only 67
    ended "$right"
    assert_status 0
    [[ $(<out.right) == "$(standin tokens)" ]]
    assert_count token 2
}

@test "a secret command runs once for all" {
    unset ASAUTH_CLIENT_SECRET
    cat >config <<END
{"client_secret_command":
["sh", "-c", "echo x >>$PWD/ran; sleep 2; echo $STANDIN_CLIENT_SECRET"]}
END
    crowd 50 --config config
    only 0
    [[ $(wc -l <ran) -eq 1 ]]
    # And so it does where it fails.
    rm ran
    sed -i 's/echo [0-9a-f]*"\]/exit 3"]/' config
    crowd 50 --config config --refresh
    only 2
    [[ $(wc -l <ran) -eq 1 ]]
    [[ $(grep -l 'exit status 3' err.* | wc -l) -eq 50 ]]
}

@test "those that wait take any token, under --refresh and of any life" {
    asauth token >/dev/null
    standin set token_mode=hold expires_in=5
    background holder token --refresh
    local holder=$pid first second
    standin wait token 2
    background first token --refresh
    first=$pid
    background second token --min-ttl 3000
    ended "$pid" # the cached token will do
    assert_status 0
    background second token --min-ttl 3700
    second=$pid
    waiters 2
    standin release
    for pid in "$holder" "$first" "$second"; do
        ended "$pid"
        assert_status 0
    done
    cmp out.holder out.first
    cmp out.holder out.second
    assert_count token 2
}

@test "a hit takes no lock and does not wait" {
    local token
    token=$(asauth token)
    flock "$cache"/*.lock sleep 60 &
    local holder=$!
    sleep 0.2
    run_asauth token -m 2
    kill "$holder"
    assert_status 0
    assert_stdout "$token"
    rm "$cache"/*.lock
    run_asauth token
    assert_stdout "$token"
    run ls "$cache"
    [[ $output != *lock* ]]
}

@test "a dead holder frees the others" {
    standin set token_mode=hold,normal
    background holder token
    local holder=$pid
    standin wait token 1
    background waiter token
    local waiter=$pid
    waiters 1
    kill -9 "$holder"
    ended "$waiter"
    assert_status 0
    [[ $(<out.waiter) == Atc\|* ]]
    assert_count token 2
    standin release
}

# The two at once, for they take 30 seconds each.
@test "a log-in and the wait for a stuck holder have the same limit" {
    standin set token_mode=hold,silent,normal
    background holder token
    local holder=$pid waiter log_in
    standin wait token 1
    kill -STOP "$holder"
    # No longer than -m, if that is sooner.
    run_asauth token -m 1
    assert_status 28
    assert_stderr_has 'waiting for another process'
    assert_empty_stdout
    status=0
    timeout 10 env --block-signal=ALRM "$ASAUTH" token -m 1 || status=$?
    assert_status 28
    SECONDS=0
    background log_in token --no-cache
    log_in=$pid
    standin wait token 2
    background waiter token
    waiter=$pid
    ended "$log_in"
    assert_status 28
    [[ -z $(<out.log_in) && $(<err.log_in) == *'token endpoint'* ]]
    [[ $SECONDS -ge 29 && $SECONDS -le 33 ]] || fail "$SECONDS s"
    ended "$waiter"
    assert_status 0
    [[ $SECONDS -ge 29 && $SECONDS -le 33 ]] || fail "$SECONDS s"
    [[ $(<out.waiter) == Atc\|* ]]
    kill -9 "$holder"
    standin release
}

@test "a failure of the network is shared, a later start tries for itself" {
    standin set token_mode=hold token_status=400 \
        token_error_body='{"no":"oauth"}'
    background holder token
    local holder=$pid pids=() i
    standin wait token 1
    for i in 1 2 3 4 5; do
        background "$i" token
        pids+=("$pid")
    done
    waiters 5
    standin release
    for pid in "$holder" "${pids[@]}"; do
        ended "$pid"
        assert_status 22
    done
    assert_count token 1
    for i in 1 2 3 4 5; do
        cmp err.holder "err.$i"
    done
    standin set token_status=ok token_mode=normal
    run_asauth token
    assert_status 0
    assert_count token 2
}

@test "other connection options do not take over a failure" {
    standin set token_mode=hold,normal token_status=400,ok \
        token_error_body='{"no":"oauth"}'
    background holder token
    local holder=$pid same other
    standin wait token 1
    background same token
    same=$pid
    background other token --connect-timeout 7
    other=$pid
    waiters 2
    standin release
    ended "$holder"
    assert_status 22
    ended "$other"
    assert_status 0
    ended "$same"
    # A failure of the network counts less than a token got meanwhile.
    [[ $status -eq 22 || $status -eq 0 ]]
    assert_count token 2
}

@test "the lock file stays, holds no secret, and is not in the way" {
    local inode
    ASAUTH_CLIENT_SECRET=S3CR3T run_asauth token
    assert_status 67
    inode=$(stat -c %i "$cache"/*.lock)
    run_asauth token
    assert_status 0
    ASAUTH_CLIENT_SECRET=S3CR3T run_asauth token --refresh
    assert_status 67
    [[ $(stat -c %i "$cache"/*.lock) == "$inode" ]]
    run grep -r -e S3CR3T -e "$STANDIN_CLIENT_SECRET" "$cache"
    [[ $status -eq 1 ]]
    [[ $(file_mode "$cache"/*.lock) == 600 ]]
}

@test "different tokens do not wait for each other" {
    standin set token_mode=hold
    background holder token
    local holder=$pid
    standin wait token 1
    standin set token_mode=normal
    run_asauth token --scope reporting -m 5
    assert_status 0
    standin release
    ended "$holder"
    assert_status 0
}
