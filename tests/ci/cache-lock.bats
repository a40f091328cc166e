#!/usr/bin/env bats
#
# Several writers of one token, with the lock and without.

load faults

@test "without a lock a log-in does not remove the temporary file of another" {
    local writer
    asauth token >/dev/null
    rm "$cache"/*.lock
    mkdir "$(cache_file | sed s/json$/lock/)" # everybody flies alone
    # Its lock comes a second after the birth of its temporary file.
    strace -qq -o trace -e trace=flock \
        -e inject=flock:delay_enter=1000000 \
        "$ASAUTH" token --refresh >out.slow 2>err.slow &
    writer=$!
    until compgen -G "$cache/*.tmp.*" >/dev/null; do
        sleep 0.01
    done
    asauth token --refresh >/dev/null 2>&1
    asauth token --refresh >/dev/null 2>&1
    status=0
    wait "$writer" || status=$?
    stderr=$(<err.slow)
    assert_status 0
    grep -q DELAYED trace
    refute_stderr_has 'cannot store'
    assert_no_temporary_files "$cache"
}

@test "without locks a temporary file is removed by its age" {
    local file
    asauth token >/dev/null
    file=$(cache_file)
    : >"$file.tmp.0000000000000000"
    touch -d '-2 minutes' "$file.tmp.1111111111111111"
    strace -qq -o trace -e trace=flock -e inject=flock:error=ENOLCK \
        "$ASAUTH" token --refresh >/dev/null 2>&1
    exists "$file.tmp.0000000000000000"
    absent "$file.tmp.1111111111111111"
}

@test "a slow secret command and a slow log-in are waited for together" {
    local pids=()
    cat >config.json <<END
{"client_id": "$STANDIN_CLIENT_ID", "client_secret_command": ["sh", "-c",
 "echo run >>$PWD/runs; sleep 4; echo $STANDIN_CLIENT_SECRET"]}
END
    unset_account
    standin set token_delay=28
    crowd 10 --config config.json
    [[ "${statuses[*]}" == "0 0 0 0 0 0 0 0 0 0" ]] ||
        fail "${statuses[*]}" "$(cat err.*)"
    assert_count token 1
    number "$(wc -l <runs)" -eq 1
    number "$(sort -u out.* | wc -l)" -eq 1
}

@test "two wrong secrets are two log-ins, however slow" {
    local i
    standin set token_delay=16
    for i in 1 2; do
        mkdir "$i"
        (cd "$i" && ASAUTH_CLIENT_SECRET=wrong-$i crowd 10 &&
            echo "${statuses[@]}" >statuses) &
    done
    wait
    equals "$(<1/statuses)" '67 67 67 67 67 67 67 67 67 67'
    cmp 1/statuses 2/statuses
    assert_count token 2
}

@test "a stuck holder of the lock is waited for 160 seconds, then a log-in is made" {
    local holder waiter
    standin set token_mode=hold,normal
    background holder token
    holder=$pid
    standin wait token 1
    kill -STOP "$holder"
    SECONDS=0
    background waiter token
    waiter=$pid
    # What takes longer than any secret command and log-in is stuck.
    ended "$waiter"
    assert_status 0
    number "$SECONDS" -ge 158
    number "$SECONDS" -le 170
    begins "$(<out.waiter)" 'Atc|'
    assert_count token 2
    kill -9 "$holder"
    standin release
}
