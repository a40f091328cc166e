#!/usr/bin/env bats
#
# Runs that are killed, at any system call, and runs that are ended.

load faults

@test "killed at any system call on the cache, the next run works" {
    before() { rm -rf "$XDG_CACHE_HOME"; }
    after() {
        run_asauth token
        assert_status 0 && assert_empty_stderr || return
        works_again
    }
    each_call_kills "$XDG_CACHE_HOME" "$ASAUTH" token
}

@test "killed while it refreshes, a run leaves the old token or the new" {
    before() { asauth token >/dev/null; }
    after() {
        jq -e .access_token "$(cache_file)" >/dev/null || return
        standin tokens | grep -qFx "$(asauth token)" || fail "torn" || return
        works_again
    }
    each_call_kills "$cache" "$ASAUTH" token --refresh
}

@test "killed at any system call on output files, they are old or new" {
    out_command
    after() {
        whole || return
        "${command[@]}" || fail "the next run fails" || return
        ! grep -q '^old' "$out"/*
    }
    each_call_kills "$out" "${command[@]}"
}

@test "a signal while the log-in runs ends it and leaves nothing" {
    local signal token holder waiter
    token=$(asauth token)
    cp "$(cache_file)" before
    for signal in INT TERM HUP QUIT; do
        standin reset
        standin set token_mode=hold,normal
        plainly "$ASAUTH" token --refresh >stdout 2>stderr &
        holder=$!
        standin wait token 1
        # One that waits for the lock.
        plainly "$ASAUTH" token --refresh >stdout2 2>stderr2 &
        waiter=$!
        sleep 0.2
        kill -"$signal" "$waiter"
        status=0
        wait "$waiter" || status=$?
        assert_status $((128 + $(kill -l "$signal"))) || fail "waiter $signal"
        kill -"$signal" "$holder"
        status=0
        wait "$holder" || status=$?
        assert_status $((128 + $(kill -l "$signal"))) || fail "holder $signal"
        equals "$(cat stdout stdout2)" ''
        cmp before "$(cache_file)" || fail "$signal"
        assert_no_temporary_files "$cache"
        standin release
    done
    equals "$(asauth token)" "$token"
}

@test "a signal at any system call on the cache leaves no temporary file" {
    before() { rm -rf "$XDG_CACHE_HOME"; }
    after() {
        assert_no_temporary_files "$cache" || return
        works_again
    }
    local name ordinal
    before
    calls_on "$XDG_CACHE_HOME" "$ASAUTH" token >calls
    while read -r name ordinal <&4; do
        before
        injected "$name" "$ordinal" signal=TERM "$ASAUTH" token
        assert_status 143 && after || fail "$name $ordinal"
    done 4<calls
    number "$(wc -l <calls)" -gt 10
}

@test "every signal that ends the process leaves nothing" {
    local signal
    local signals=(HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 ALRM TERM
        STKFLT XCPU VTALRM PROF IO PWR SYS RTMIN RTMIN+7 RTMAX)
    for signal in "${signals[@]}"; do
        standin reset
        standin set api_mode=hold
        plainly "$ASAUTH" request -o out "$STANDIN_API/bytes/3" 2>stderr &
        # The request of the process before may come to the count after it
        # was reset.
        until [[ $(</proc/$!/comm) == asauth ]]; do sleep 0.01; done
        standin wait api 1
        kill -"$signal" "$!"
        status=0
        wait "$!" || status=$?
        assert_status $((128 + $(kill -l "$signal"))) || fail "$signal"
        assert_no_temporary_files
        absent out
    done
}

@test "as process 1 of a container it ends at a signal, whatever it is doing" {
    local call
    asauth token >/dev/null
    mkfifo fifo
    for call in "token --refresh --no-cache" "request $STANDIN_API/bytes/3" \
        "request -o out $STANDIN_API/bytes/3" "token --config fifo"; do
        standin reset
        standin set token_mode=hold api_mode=hold
        # shellcheck disable=SC2086 # words
        timeout 20 unshare --pid --fork --kill-child "$ASAUTH" $call \
            2>stderr &
        case $call in
            *fifo) sleep 0.5 ;;
            *) standin wait "$([[ $call == token* ]] && echo token || echo api)" 1 ;;
        esac
        kill -TERM "$(pgrep -P "$(pgrep -P "$!")")"
        ended "$!"
        assert_status 143 || fail "$call"
        assert_no_temporary_files
    done
}

@test "a holder of the lock killed at any system call does not hold up the others" {
    local name ordinal
    rm -rf "$XDG_CACHE_HOME"
    calls_on "$XDG_CACHE_HOME" "$ASAUTH" token >calls
    while read -r name ordinal <&4; do
        rm -rf "$XDG_CACHE_HOME"
        # Both start at once; one of them is killed at that call.
        injected "$name" "$ordinal" signal=KILL "$ASAUTH" token &
        timeout 20 "$ASAUTH" token >stdout2 2>stderr2 ||
            fail "$name $ordinal" "$(<stderr2)"
        wait
        standin tokens | grep -qFx "$(<stdout2)" || fail "$name $ordinal"
        works_again || fail "$name $ordinal"
    done 4<calls
}
