#!/usr/bin/env bats
#
# Every system call on the cache and on the output files fails in turn; full
# and read-only disks, few descriptors, small files.

load faults

# --- the cache -----------------------------------------------------------

@test "a first mint survives every failing system call on the cache" {
    before() { rm -rf "$XDG_CACHE_HOME"; }
    after() { served_tidily "$1"; }
    each_call_fails "$XDG_CACHE_HOME" "$ASAUTH" token
}

@test "a later mint survives every failing system call on the cache" {
    before() {
        old=$(asauth token)
        : >"$(cache_file).tmp.0123456789abcdef"
    }
    after() {
        served || return
        works_again
    }
    each_call_fails "$cache" "$ASAUTH" token --refresh
}

@test "a hit survives every failing system call on the cache" {
    before() { asauth token >/dev/null; }
    # It mints where it cannot read.
    after() { served_tidily "$1"; }
    each_call_fails "$cache" "$ASAUTH" token
}

@test "a refusal stays one, whatever system call on the cache fails" {
    local token
    token=$(asauth token)
    export ASAUTH_CLIENT_SECRET=wrong
    before() { :; }
    after() {
        assert_status 67 && [[ ! -s stdout ]] || complain stdout || return
        assert_stderr_has 'log-in refused: invalid_client' || return
        [[ $(asauth token) == "$token" ]] || complain "lost the token"
    }
    each_call_fails "$cache" "$ASAUTH" token --refresh
}

@test "a cached token replaced while it is read is a hit all the same" {
    local name ordinal file token
    asauth token >/dev/null
    token=$(asauth token --refresh)
    file=$(cache_file)
    calls_on "$file" "$ASAUTH" token >calls
    number "$(wc -l <calls)" -ge 3
    standin reset
    while read -r name ordinal <&4; do
        cp -p "$file" another
        injected "$name" "$ordinal" delay_enter=300000 "$ASAUTH" token &
        sleep 0.15
        mv another "$file"
        wait
        [[ $(<stdout) == "$token" && ! -s stderr ]] ||
            fail "$name $ordinal: $(<stderr)"
    done 4<calls
    assert_count token 0
}

# --- output files --------------------------------------------------------

@test "output files survive every failing system call" {
    out_command
    after() {
        whole || return
        [[ $1 == unlinkat ]] || assert_no_temporary_files "$out" || return
        [[ ! -s stdout ]] || complain stdout || return
        case $status in
            0) ! grep -q '^old' "$out"/* || complain "an old file and a 0" ;;
            23) grep -q '^asauth: cannot write to ' stderr &&
                grep -q '^old' "$out"/* || complain "a 23" ;;
            *) complain "0 or 23" ;;
        esac
    }
    each_call_fails "$out" "${command[@]}"
}

# --- full and read-only disks, no descriptors ----------------------------

# on_full_disk COMMAND: a shell command run with a full disk at $PWD/disk.
on_full_disk() {
    mkdir -p disk
    status=0
    unshare -rm bash -c 'mount -t tmpfs -o size=4k,mode=700 none disk &&
        mkdir disk/cache && chmod 700 disk/cache || exit 99
        echo old >disk/old
        cat /dev/zero >disk/filler 2>/dev/null
        '"$1" >stdout 2>stderr || status=$?
    stdout=$(<stdout) stderr=$(<stderr)
}

@test "on a full disk the token is printed, with a warning" {
    local times
    for times in '' '&& asauth token --cache-dir disk/cache'; do
        standin reset
        on_full_disk "asauth token --cache-dir disk/cache $times &&
            ! ls disk/cache | grep -v 'lock\$'"
        assert_status 0
        assert_stderr_has 'No space left on device'
        only_warned
        [[ $stdout == "$(standin tokens)" ]] || complain tokens
    done
}

@test "on a full disk an output file stays as it is" {
    standin set echo=0
    on_full_disk "asauth request -o disk/old '$STANDIN_API/bytes/100000'
        status=\$?
        cat disk/old
        ls disk
        exit \$status"
    assert_status 23
    assert_stderr_has 'cannot write to disk/old: No space left on device'
    assert_stdout $'old\ncache\nfiller\nold'
}

@test "a cache on a read-only file system costs a warning" {
    mkdir -m 700 -p disk
    status=0
    unshare -rm bash -c 'mount -t tmpfs -o mode=700 none disk &&
        mount -o remount,ro none disk || exit 99
        asauth token --cache-dir disk && asauth token --cache-dir disk/new' \
        >stdout 2>stderr || status=$?
    stdout=$(<stdout) stderr=$(<stderr)
    assert_status 0
    assert_stderr_has 'Read-only file system'
    only_warned
    [[ $stdout == "$(standin tokens)" ]] || complain
}

@test "with few descriptors a run fails or works, and tears nothing" {
    local limit works=0
    for limit in {3..24}; do
        rm -rf "$cache"
        asauth token >/dev/null
        status=0
        timeout 20 prlimit --nofile="$limit" "$ASAUTH" token --refresh \
            >stdout 2>stderr || status=$?
        stdout=$(<stdout) stderr=$(<stderr)
        [[ $status -lt 128 ]] || complain "limit $limit"
        if [[ $status -eq 0 ]]; then
            works=$((works + 1))
            served || fail "limit $limit"
        else
            [[ -n $stderr && -z $stdout ]] || complain "limit $limit"
        fi
        works_again || fail "limit $limit"
    done
    number "$works" -gt 5
}

@test "a limit on the size of files costs a warning for the cache and fails (23) for -o" {
    stdout=$(ulimit -f 0 && "$ASAUTH" token 2>/dev/null)
    begins "$stdout" Atc\|
    stderr=$( (ulimit -f 0 && "$ASAUTH" token --refresh 2>&1 >/dev/null) )
    [[ $stderr == 'asauth: warning: cannot store the token'* ]] || complain
    echo old >out
    status=0
    (ulimit -f 1 && "$ASAUTH" request -o out "$STANDIN_API/bytes/100000") \
        2>/dev/null || status=$?
    assert_status 23
    equals "$(<out)" old
    assert_no_temporary_files .
}
