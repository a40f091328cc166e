#!/usr/bin/env bats
#
# One flight: however many want one token, one asks, and the others get what
# came of it.

load standin

setup() {
    use_standin
    standin set token_length=100
    cache=$XDG_CACHE_HOME/asauth
}

# hold SWITCH...: a log-in that the stand-in holds; $holder.
hold() {
    standin set "$@"
    background holder token
    holder=$pid
    standin wait token 1
}

# asleep N: until that many processes of asauth that this test started have
# been seen to sleep. One does so when it waits for the lock, or for the
# stand-in.
asleep() {
    local i pid tree
    local -A seen=()
    for ((i = 0; i < 400; i++)); do
        while read -r pid; do
            seen[$pid]=1
        done < <(ps -eo pid=,ppid=,stat=,comm= |
            awk -v top=$$ -v name="${ASAUTH##*/}" '
                { parent[$1] = $2; if ($3 ~ /^S/ && $4 == name) asleep[$1] }
                END {
                    for (pid in asleep) {
                        for (up = pid; up > 1 && up != top; up = parent[up]);
                        if (up == top) print pid
                    }
                }')
        [[ ${#seen[@]} -lt $1 ]] || return 0
        sleep 0.05
    done
    fail "only ${#seen[@]} of $1 sleep" "$(ps -eo pid,ppid,stat,comm)"
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
    equals "$(cat out.* | sort -u)" "$(standin tokens)"
    equals "$(cat err.*)" ''
}

@test "two hundred cold starts with a wrong secret are one failed log-in" {
    export ASAUTH_CLIENT_SECRET=wrong
    # They do not start in no time: the reply waits for the last.
    standin set token_mode=hold
    { asleep 200; standin release; } &
    crowd 200
    only 67
    assert_count token 1
    equals "$(cat out.*)" ''
    number "$(grep -lF invalid_client err.* | wc -l)" -eq 200
    number "$(grep -l 'hint:' err.* | wc -l)" -eq 200
}

@test "a refused log-in is shared with the waiting processes, however long its text" {
    raw_reply raw '401 No'
    {
        printf '{"error":"'
        printf '\xc2\x80%.0s' {1..15000}
        printf '","error_description":"'
        printf '\xc2\x80%.0s' {1..16000}
        printf '"}'
    } >>raw
    answer_file token raw
    local pids=() i
    hold token_mode=hold
    for i in 1 2 3; do
        background "$i" token
        pids+=("$pid")
    done
    asleep 4
    standin release
    for pid in "$holder" "${pids[@]}"; do
        ended "$pid"
        assert_status 67
    done
    assert_count token 1
}

@test "among two hundred cold starts with a wrong secret one with the right secret is served" {
    local right
    standin set token_mode=hold,normal
    ASAUTH_CLIENT_SECRET=wrong background first token
    standin wait token 1
    background right token
    right=$pid
    { asleep 201; standin release; } &
    ASAUTH_CLIENT_SECRET=wrong crowd 199
    only 67
    ended "$right"
    assert_status 0
    equals "$(<out.right)" "$(standin tokens)"
    assert_count token 2
}

@test "fifty cold starts run the secret command once" {
    unset ASAUTH_CLIENT_SECRET
    cat >config <<END
{"client_secret_command":
["sh", "-c", "echo x >>$PWD/ran; sleep 2; echo $STANDIN_CLIENT_SECRET"]}
END
    crowd 50 --config config
    only 0
    number "$(wc -l <ran)" -eq 1
    # And so it does where it fails.
    rm ran
    sed -i 's/echo [0-9a-f]*"\]/exit 3"]/' config
    crowd 50 --config config --refresh
    only 2
    number "$(wc -l <ran)" -eq 1
    number "$(grep -l 'exit status 3' err.* | wc -l)" -eq 50
}

@test "a process that waits for the lock takes any new token, even under --refresh or --min-ttl" {
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
    asleep 3
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
    lacks "$output" lock
}

@test "when the process that holds the lock is killed, the waiting one logs in" {
    hold token_mode=hold,normal
    background waiter token
    local waiter=$pid
    asleep 2
    kill -9 "$holder"
    ended "$waiter"
    assert_status 0
    begins "$(<out.waiter)" Atc\|
    assert_count token 2
    standin release
}

@test "-m bounds the wait for another process's log-in (28)" {
    hold token_mode=hold
    kill -STOP "$holder"
    run_asauth token -m 1
    assert_status 28
    assert_stderr_has 'waiting for another process'
    assert_empty_stdout
    # Whatever signals are blocked.
    status=0
    timeout 10 env --block-signal=ALRM "$ASAUTH" token -m 1 || status=$?
    assert_status 28
    kill -9 "$holder"
    standin release
}

@test "a log-in that is not answered times out (28) after 30 seconds" {
    standin set token_mode=silent
    SECONDS=0
    run_asauth token --no-cache
    assert_status 28
    assert_empty_stdout
    assert_stderr_has 'token endpoint'
    number "$SECONDS" -ge 29
    number "$SECONDS" -le 33
}

@test "a failed log-in is shared with the waiting processes, a later start tries for itself" {
    local pids=() i
    hold token_mode=hold token_status=400 \
        token_error_body='{"no":"oauth"}'
    for i in 1 2 3 4 5; do
        background "$i" token
        pids+=("$pid")
    done
    asleep 6
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

@test "a process with other connection options does not share a failed log-in" {
    local same other proxy
    hold token_mode=hold,normal token_status=400,ok \
        token_error_body='{"no":"oauth"}'
    background same token
    same=$pid
    background other token --connect-timeout 7
    other=$pid
    background proxy token --proxy-user me:pass-word
    proxy=$pid
    asleep 4
    standin release
    ended "$holder"
    assert_status 22
    ended "$other"
    assert_status 0
    ended "$proxy"
    assert_status 0
    ended "$same"
    # A failure of the network counts less than a token got meanwhile.
    one_of "$status" 22 0
    assert_count token 2
}

@test "the lock file stays, holds no secret and is private" {
    local inode
    ASAUTH_CLIENT_SECRET=S3CR3T run_asauth token
    assert_status 67
    inode=$(stat -c %i "$cache"/*.lock)
    run_asauth token
    assert_status 0
    ASAUTH_CLIENT_SECRET=S3CR3T run_asauth token --refresh
    assert_status 67
    equals "$(stat -c %i "$cache"/*.lock)" "$inode"
    # Not even where the endpoint echoes it.
    standin set token_status=400 "token_error_body={\"error\":\"x\",
        \"error_description\":\"what is $STANDIN_CLIENT_SECRET?\"}"
    run_asauth token --refresh
    assert_status 67
    assert_stderr_has 'what is [redacted]?'
    run grep -r -e S3CR3T -e "$STANDIN_CLIENT_SECRET" "$cache"
    number "$status" -eq 1
    equals "$(file_mode "$cache"/*.lock)" 600
}

@test "log-ins for two scopes do not wait for each other" {
    hold token_mode=hold
    standin set token_mode=normal
    run_asauth token --scope reporting -m 5
    assert_status 0
    standin release
    ended "$holder"
    assert_status 0
}
