#!/usr/bin/env bats
#
# What the disk, the clock and the kernel can do to a run: every system call
# on the cache and on the output files fails in turn, or is the last one.

load ../helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    standin set token_length=100
    cd "$BATS_TEST_TMPDIR" || return
    old=
    cache=$XDG_CACHE_HOME/asauth
}

# calls_on DIR COMMAND...: the system calls of a run that touch DIR, as lines
# of name and ordinal among those of that name.
calls_on() {
    local dir=$1
    shift
    strace -qq -y -s 0 -o clean "$@" >/dev/null 2>&1 || true
    awk -v dir="$dir" '{
            name = $1
            sub(/\(.*/, "", name)
            calls[name]++
            # How often libcurl polls is not always the same.
            if (index($0, dir) && name != "poll")
                print name, calls[name]
        }' clean
}

# errors_of NAME: the errors that a system call is made to fail with.
errors_of() {
    case $1 in
        openat) echo EMFILE EACCES ENOSPC ;;
        mkdir) echo EROFS EACCES ENOSPC ;;
        write | pwrite64) echo ENOSPC EIO EDQUOT ;;
        renameat) echo EACCES ENOSPC EXDEV ;;
        flock) echo ENOLCK EOPNOTSUPP EINTR ;;
        chmod | fchmod) echo EPERM ;;
        *) echo EIO ;;
    esac
}

# injected NAME N FAULT COMMAND...: run it so; leaves what run_asauth leaves.
injected() {
    local name=$1 ordinal=$2 fault=$3
    shift 3
    status=0
    timeout 60 strace -qq -o trace -e trace="$name" \
        -e inject="$name:$fault:when=$ordinal" "$@" >stdout 2>stderr ||
        status=$?
    stdout=$(<stdout) stderr=$(<stderr)
    [[ $fault == signal=* ]] || grep -qE 'INJECTED|DELAYED' trace ||
        complain "nothing was injected"
}

# each_call_fails DIR COMMAND...: with "before" ahead of each run, "after"
# behind it.
each_call_fails() {
    local dir=$1 name ordinal error count=0
    shift
    before
    calls_on "$dir" "$@" >calls
    while read -r name ordinal <&4; do
        for error in $(errors_of "$name"); do
            before
            injected "$name" "$ordinal" "error=$error" "$@" &&
                after "$name" ||
                fail "$name $ordinal: $error" || return
            count=$((count + 1))
        done
    done 4<calls
    [[ $count -ge 10 ]] || fail "only $count faults"
}

# each_call_kills DIR COMMAND...
each_call_kills() {
    local dir=$1 name ordinal count=0
    shift
    before
    calls_on "$dir" "$@" >calls
    while read -r name ordinal <&4; do
        before
        injected "$name" "$ordinal" signal=KILL "$@"
        assert_status 137 && after "$name" ||
            fail "$name $ordinal" || return
        count=$((count + 1))
    done 4<calls
    [[ $count -ge 10 ]] || fail "only $count kills"
}

no_drafts() { # DIR
    local left
    left=$(find "$1" -name '*.tmp.*' 2>/dev/null)
    [[ -z $left ]] || complain "left: $left"
}

# works_again: a token can be minted, and found, without a complaint, and
# the directory is in order.
works_again() {
    local file
    run_asauth token --refresh
    assert_status 0 && assert_empty_stderr || return
    run_asauth token
    assert_stdout "$(standin tokens | tail -n 1)" || return
    file=$(cache_file) && jq -e .access_token "$file" >/dev/null &&
        [[ $(file_mode "$file") == 600 && $(file_mode "$cache") == 700 ]] ||
        complain "$(ls -la "$cache")" || return
    no_drafts "$cache"
}

only_warned() {
    ! grep -qv '^asauth: warning: ' stderr || complain "more than a warning"
}

# served: a token is printed, not $old, and nothing worse than a warning.
served() {
    assert_status 0 || return
    [[ -n $stdout && $stdout != "$old" ]] &&
        standin tokens | grep -qFx "$stdout" ||
        complain "not such a token" || return
    only_warned || return
    [[ $(sort stderr | uniq -d) == "" ]] || complain "said twice"
}

# served_tidily NAME: the same, and nothing is left, unless it was the
# removing that failed.
served_tidily() {
    served || return
    [[ $1 == unlinkat ]] || no_drafts "$cache" || return
    works_again
}

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

@test "a token replaced while it is read is a hit all the same" {
    local name ordinal file token
    asauth token >/dev/null
    token=$(asauth token --refresh)
    file=$(cache_file)
    calls_on "$file" "$ASAUTH" token >calls
    [[ $(wc -l <calls) -ge 3 ]]
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

# out_command: make $command write three files under $out.
out_command() {
    out=$PWD/out
    mkdir -p "$out"
    command=("$ASAUTH" request -o "$out/body" -D "$out/headers"
        --etag-save "$out/etag" "$STANDIN_API/etag")
    asauth token >/dev/null
    standin set echo=0
    "${command[@]}"
    cp -r "$out" new
    before() {
        local name
        rm -f "$out"/*
        for name in body headers etag; do
            echo "old $name" >"$out/$name"
        done
    }
}

# Each file is the old one or the new one.
whole() {
    local name
    for name in body headers etag; do
        [[ $(<"$out/$name") == "old $name" ]] || {
            [[ $(head -n 1 "$out/$name") == "$(head -n 1 "new/$name")" ]] &&
                [[ $(wc -l <"$out/$name") -eq $(wc -l <"new/$name") ]]
        } || fail "torn: $name" "$(head -c 300 "$out/$name")" || return
    done
}

@test "output files survive every failing system call" {
    out_command
    after() {
        whole || return
        [[ $1 == unlinkat ]] || no_drafts "$out" || return
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

@test "killed at any system call on them, output files are old or new" {
    out_command
    after() {
        whole || return
        "${command[@]}" || fail "the next run fails" || return
        ! grep -q '^old' "$out"/*
    }
    each_call_kills "$out" "${command[@]}"
}

# --- a full disk, no descriptors -----------------------------------------

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
    [[ $works -gt 5 ]]
}

# --- clocks --------------------------------------------------------------

@test "clocks ten years off either way do no harm" {
    local token off
    for off in -10y +10y; do
        rm -rf "$cache"
        # Cached by others: a silent miss, mended.
        asauth token >/dev/null
        standin reset
        token=$(faketime -f "$off" asauth token 2>stderr)
        [[ ! -s stderr && $token == "$(standin tokens)" ]] || fail "$off"
        [[ $(faketime -f "$off" asauth token) == "$token" ]] || fail "$off"
        assert_count token 1
        # And back again.
        run_asauth token
        assert_status 0
        assert_empty_stderr
        [[ $stdout != "$token" ]] || fail "$off"
        mended=$stdout
        run_asauth token
        assert_stdout "$mended"
        assert_count token 2
    done
}

@test "the life of a token is its own, whatever the clock says" {
    local off life
    for off in -10y +10y; do
        rm -rf "$cache"
        life=$(faketime -f "$off" asauth token --format json |
            jq .expires_in)
        [[ $life -ge 3590 && $life -le 3600 ]] || fail "$off: $life"
    done
}

@test "a failure from the future is nobody's" {
    ASAUTH_CLIENT_SECRET=wrong faketime -f +10y asauth token 2>stderr || true
    grep invalid_client stderr
    ASAUTH_CLIENT_SECRET=wrong run_asauth token
    assert_status 67
    assert_count token 2
    run_asauth token
    assert_status 0
}

# The clock is set while a token is in use.
@test "a clock set back or ahead renews a token rather than failing" {
    local off
    for off in -10y +10y; do
        rm -rf "$cache"
        faketime -f "$off" asauth token >/dev/null
        standin expire
        run_asauth request /v1/applications/app/edits
        assert_status 0
    done
}

# --- other users ---------------------------------------------------------

@test "what belongs to another user is not used" {
    local token file
    token=$(asauth token)
    file=$(cache_file)
    chown 65534 "$file"
    run_asauth token
    assert_status 0
    assert_stderr_has "$file is not trusted: it belongs to another user"
    [[ $stdout != "$token" && $(stat -c %u "$file") -eq 0 ]] || complain
    chown 65534 "${file%.json}.lock"
    run_asauth token --refresh
    assert_status 0
    assert_stderr_has "cannot lock ${file%.json}.lock"
    chown 65534 "$cache"
    cp "$file" before
    run_asauth token
    assert_status 0
    assert_stderr_has "$cache is not used: it belongs to another user"
    cmp "$file" before
}

@test "nor is a default config file that is closed to us, nor in the way" {
    local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chmod o+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" .
    mkdir -p theirs/asauth
    chmod 700 theirs
    cp "$ASAUTH" asauth
    run_as() {
        status=0
        "${as[@]}" env HOME=/nonexistent XDG_CONFIG_HOME="$PWD/theirs" \
            ./asauth token --no-cache "$@" >stdout 2>stderr || status=$?
        stdout=$(<stdout) stderr=$(<stderr)
    }
    run_as
    served
    assert_stderr_has 'theirs/asauth/config.json: Permission denied'
    run_as --config theirs/asauth/config.json
    assert_status 2
    unset ASAUTH_CLIENT_ID
    run_as
    assert_status 2
    assert_stderr_has 'theirs/asauth/config.json cannot be read'
}

@test "a directory that cannot be read costs a warning" {
    local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chmod o+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" .
    mkdir -m 700 theirs ours
    chown 65534 ours
    run_as() {
        status=0
        "${as[@]}" env HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent \
            "$ASAUTH" token --cache-dir "$1" >stdout 2>stderr || status=$?
        stdout=$(<stdout) stderr=$(<stderr)
    }
    cp "$ASAUTH" asauth
    ASAUTH=$PWD/asauth
    run_as theirs
    served
    assert_stderr_has 'theirs is not used: '
    run_as theirs/below
    served
    assert_stderr_has 'below is not used: '
    [[ -z $(ls theirs) ]]
    run_as ours
    served
    [[ ! -s stderr && $(find ours -type f | wc -l) -eq 2 ]]
    chmod 500 ours
    rm ours/*.json
    run_as ours
    served
    assert_stderr_has 'cannot store the token in ours: Permission denied'
}

@test "a read-only file system costs a warning" {
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

# --- signals, holders ----------------------------------------------------

# A shell has what it starts in the background ignore INT and QUIT.
plainly() {
    exec env --default-signal=INT,QUIT "$@"
}

@test "a limit on the size of files costs a warning, or is a 23" {
    stdout=$(ulimit -f 0 && "$ASAUTH" token 2>/dev/null)
    [[ $stdout == Atc\|* ]]
    stderr=$( (ulimit -f 0 && "$ASAUTH" token --refresh 2>&1 >/dev/null) )
    [[ $stderr == 'asauth: warning: cannot store the token'* ]] || complain
    echo old >out
    status=0
    (ulimit -f 1 && "$ASAUTH" request -o out "$STANDIN_API/bytes/100000") \
        2>/dev/null || status=$?
    assert_status 23
    [[ $(<out) == old ]]
    no_drafts .
}

# --- several writers -----------------------------------------------------

@test "a writer is not robbed of what it has just begun" {
    local writer
    asauth token >/dev/null
    rm "$cache"/*.lock
    mkdir "$(cache_file | sed s/json$/lock/)" # everybody flies alone
    # Its lock comes a second after the birth of its draft.
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
    no_drafts "$cache"
}

@test "where there are no locks, what is left is cleared by its age" {
    local file
    asauth token >/dev/null
    file=$(cache_file)
    : >"$file.tmp.0000000000000000"
    touch -d '-2 minutes' "$file.tmp.1111111111111111"
    strace -qq -o trace -e trace=flock -e inject=flock:error=ENOLCK \
        "$ASAUTH" token --refresh >/dev/null 2>&1
    [[ -e $file.tmp.0000000000000000 && ! -e $file.tmp.1111111111111111 ]]
}

# What a holder may take counts from when it asks, not from when others came.
@test "a slow secret command and a slow log-in are waited for together" {
    local pids=()
    cat >config.json <<END
{"client_id": "$STANDIN_CLIENT_ID", "client_secret_command": ["sh", "-c",
 "echo run >>$PWD/runs; sleep 4; echo $STANDIN_CLIENT_SECRET"]}
END
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    standin set token_delay=28
    crowd 10 --config config.json
    [[ "${statuses[*]}" == "0 0 0 0 0 0 0 0 0 0" ]] ||
        fail "${statuses[*]}" "$(cat err.*)"
    assert_count token 1
    [[ $(wc -l <runs) -eq 1 && $(sort -u out.* | wc -l) -eq 1 ]]
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
    [[ $(<1/statuses) == '67 67 67 67 67 67 67 67 67 67' ]]
    cmp 1/statuses 2/statuses
    assert_count token 2
}

# --- signals -------------------------------------------------------------

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
        [[ ! -s stdout && ! -s stdout2 ]]
        cmp before "$(cache_file)" || fail "$signal"
        no_drafts "$cache"
        standin release
    done
    [[ $(asauth token) == "$token" ]]
}

@test "a signal at any system call of the cache leaves nothing" {
    before() { rm -rf "$XDG_CACHE_HOME"; }
    after() {
        no_drafts "$cache" || return
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
    [[ $(wc -l <calls) -gt 10 ]]
}

@test "holders killed at any system call do not hold up the others" {
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
