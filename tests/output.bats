#!/usr/bin/env bats
#
# Where a reply goes: -o whole or not at all, terminals, full and closed
# outputs, progress.

load standin

setup() {
    use_standin
    asauth token >/dev/null
}

@test "-o appears whole or not at all" {
    local mode
    echo old >out
    request -o out "$api/cut/100000"
    assert_status 18
    equals "$(<out)" old
    request -m 1 -o out "$api/stall/100000"
    assert_status 28
    equals "$(<out)" old
    request -o new "$api/cut/100000"
    assert_status 18
    absent new
    assert_no_temporary_files
    request -o out "$api/bytes/100000"
    assert_status 0
    number "$(stat -c %s out)" -eq 100000
    assert_no_temporary_files
}

@test "-o gives a new file the umask's mode and keeps that of an old one" {
    (umask 027; asauth request -o new "$api/bytes/1")
    equals "$(file_mode new)" 640
    echo old >out
    chmod 604 out
    request -o out "$api/bytes/1"
    equals "$(file_mode out)" 604
    echo old >out
    chmod 400 out
    # root may write it.
    [[ $(id -u) -eq 0 ]] || { request -o out "$api/bytes/1"
        assert_status 23; [[ $(<out) == old ]]; }
}

@test "-o follows a symbolic link to what it means" {
    mkdir dir
    echo old >dir/file
    ln -s dir/file link
    ln -s link second
    request -o second "$api/bytes/3"
    assert_status 0
    kind -L second
    kind -L link
    equals "$(<dir/file)" 012
    ln -s dir/none dangling
    request -o dangling "$api/bytes/3"
    assert_status 0
    kind -L dangling
    equals "$(<dir/none)" 012
    ln -s loop loop
    request -o loop "$api/bytes/3"
    assert_status 23
    assert_count api 2
}

@test "a reply 304 leaves the file of -o as it is" {
    local name
    echo old >file
    for name in file none; do
        request -o "$name" -D headers "$api/status/304"
        assert_status 0
        grep -q ' 304 ' headers
    done
    equals "$(<file)" old
    absent none
    # Headers that were asked for are something.
    request -i -o file "$api/status/304"
    assert_status 0
    grep -q ' 304 ' file
    assert_no_temporary_files
}

@test "-o has the last word where -o and -D name one file" {
    request -o both -D both "$api/bytes/3"
    assert_status 0
    equals "$(<both)" 012
}

@test "the file name of -o may have 255 bytes" {
    local name
    name=$(printf 'n%.0s' {1..255})
    mkdir dir
    request -o "dir/$name" "$api/bytes/3"
    assert_status 0
    equals "$(<"dir/$name")" 012
}

# reader FIFO: copies it to "copy"; it is open once "ready" is there.
reader() {
    exec timeout 10 /usr/bin/python3 - "$1" <<'END'
import os, select, sys
fifo = os.open(sys.argv[1], os.O_RDONLY | os.O_NONBLOCK)
poll = select.poll()
poll.register(fifo, select.POLLIN)
open("ready", "w").close()
with open("copy", "wb") as copy:
    while poll.poll():
        try:
            piece = os.read(fifo, 65536)
        except BlockingIOError:
            continue
        if not piece:
            break
        copy.write(piece)
END
}

@test "the reader of a FIFO of -o, -D or --etag-save sees its end, even of an empty reply" {
    local path option
    mkfifo fifo
    for option in -o -D --etag-save; do
        for path in status/204 status/404 bytes/0; do
            rm -f ready
            reader fifo 3>&- &
            until [[ -e ready ]]; do sleep 0.01; done
            request "$option" fifo "$api/$path"
            wait $! || fail "$option $path"
            [[ $option == -D || ! -s copy ]] || fail "$option $path"
        done
    done
}

@test "-o writes FIFOs, devices and descriptors in place" {
    mkfifo fifo
    cat fifo >copy &
    request -o fifo "$api/bytes/1000"
    assert_status 0
    wait $!
    kind -p fifo
    number "$(stat -c %s copy)" -eq 1000
    request -o /dev/null "$api/bytes/1000"
    assert_status 0
    kind -c /dev/null
    request -o /dev/stdout "$api/bytes/10"
    assert_status 0
    assert_stdout 0123456789
    request -o /dev/fd/9 "$api/bytes/10" 9>nine
    equals "$(<nine)" 0123456789
    ln -s /dev/stdout link
    equals "$("$ASAUTH" request -o link "$api/bytes/10" | cat)" 0123456789
    kind -L link
}

@test "an output that cannot be written fails (23) before anything is sent" {
    local option
    mkdir dir
    for option in -o -D --etag-save; do
        request "$option" dir "$api/echo"
        assert_status 23 || fail "$option"
        assert_stderr_has dir:
        request "$option" none/file "$api/echo"
        assert_status 23 || fail "$option"
        assert_stderr_has none/file
        request "$option" /dev/full "$api/etag"
        assert_status 23 || fail "$option"
    done
    kind -c /dev/full
}

@test "-o /dev/stdout is refused (23) before anything is sent when that is closed" {
    status=0
    timeout 20 asauth request -o /dev/stdout "$api/bytes/300000" >&- \
        2>err || status=$?
    assert_status 23
    grep '^asauth: cannot write to /dev/stdout: ' err
    assert_count api 0
}

@test "request fails (23) when standard output is full, closed or its reader gone" {
    local status_of
    for status_of in full closed gone; do
        status=0
        case $status_of in
            full) asauth request "$api/bytes/100" >/dev/full 2>err ||
                status=$? ;;
            closed) asauth request "$api/bytes/100" >&- 2>err || status=$? ;;
            gone) {
                asauth request "$api/bytes/10000000" 2>err ||
                    echo $? >code
            } | head -c 1 >/dev/null
                status=$(<code) ;;
        esac
        assert_status 23 || fail "$status_of"
        grep 'asauth: cannot write to standard output: ' err
    done
    # -w counts as output, too.
    status=0
    asauth request -o out -w x "$api/bytes/100" >/dev/full 2>err || status=$?
    assert_status 23
    asauth request -o out -w x "$api/bytes/100" >&- 2>err || status=$?
    assert_status 23
    grep 'asauth: cannot write to standard output: ' err
    # The reply and -w: once is enough.
    asauth request -w x "$api/bytes/100" >/dev/full 2>err || status=$?
    equals "$(wc -l <err)" 1
}

@test "a signal removes unfinished output files, and the process dies of it" {
    local signal number calls
    echo old >out
    for signal in INT TERM HUP QUIT USR1 USR2 XCPU; do
        calls=$(standin count api)
        # bash has what it starts in the background ignore INT and QUIT.
        /usr/bin/python3 -c 'import os, signal, sys
for each in (signal.SIGINT, signal.SIGQUIT):
    signal.signal(each, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$ASAUTH" request -o out -D headers \
            "$api/stall/100000" 2>err &
        standin wait api $((calls + 1))
        while ! compgen -G 'out.tmp.*' >/dev/null ||
            [[ ! -s $(compgen -G 'out.tmp.*') ]]; do
            sleep 0.02
        done
        kill -"$signal" $!
        status=0
        wait $! || status=$?
        number=$(kill -l "$signal")
        assert_status $((128 + number)) || fail "$signal: $(<err)"
        equals "$(<out)" old
        absent headers
        assert_no_temporary_files
    done
}

@test "binary data is not for a terminal, unless that is asked for" {
    on_terminal "'$ASAUTH' request $api/binary" ''
    assert_status 23
    assert_stdout_has 'binary data'
    assert_stdout_has 'hint: -o -'
    on_terminal "'$ASAUTH' request -o - $api/binary" '' 2>/dev/null
    assert_status 0
    on_terminal "'$ASAUTH' request $api/status/418?message=text --no-fail" ''
    assert_status 0
    assert_stdout_has text
}

@test "progress is shown on a terminal, when a body moves for a second" {
    standin set drip_interval=0.2
    on_terminal "'$ASAUTH' request -o out $api/drip/10" ''
    assert_status 0
    assert_stdout_has $'\r'
    [[ $stdout =~ [0-9]+' '?%|[0-9]+' '?B|10 ]] || complain
    on_terminal "'$ASAUTH' request -# -o out $api/drip/10" ''
    assert_stdout_has '#'
    # No line is broken on a narrow terminal.
    on_terminal "stty cols 40; '$ASAUTH' request -# -o out $api/drip/10" ''
    assert_stdout_has '#'
    [[ -z $(tr '\r' '\n' <<<"$stdout" | grep -v Script |
        awk 'length > 40') ]] || complain
    on_terminal "'$ASAUTH' request -s -o out $api/drip/10 && echo quiet" ''
    assert_status 0
    [[ $(tr -d '\r' <<<"$stdout" | grep -vc '^Script\|^$') -eq 1 ]] || complain
    on_terminal "'$ASAUTH' request -o out $api/bytes/10 && echo quick" ''
    [[ $(tr -d '\r' <<<"$stdout" | grep -vc '^Script\|^$') -eq 1 ]] || complain
    # Neither where standard error is no terminal.
    request -o out "$api/drip/8"
    assert_status 0
    assert_empty_stderr
}

@test "an upload's progress gives way to a reply on the same terminal" {
    mkfifo slow
    { head -c 100000 /dev/zero; sleep 0.7; head -c 100000 /dev/zero
        sleep 0.7; head -c 100000 /dev/zero; } >slow 3>&- &
    on_terminal "'$ASAUTH' request -T slow $api/sink" ''
    assert_status 0
    [[ $stdout == *$'\r'sent\ *'KiB'* ]] || complain
    # The line is wiped before the reply, which stands alone.
    [[ $stdout == *$'  \r{'* ]] || complain
    # Of a reply that goes there no progress is shown.
    standin set drip_interval=0.2
    on_terminal "'$ASAUTH' request $api/drip/10" ''
    refute_stdout_has received
}

@test "token fails (23) when standard output is closed, and the token is cached" {
    local status=0
    "$ASAUTH" token >&- 2>"$BATS_TEST_TMPDIR/stderr" || status=$?
    stderr=$(<"$BATS_TEST_TMPDIR/stderr")
    assert_status 23
    assert_stderr_has 'asauth: standard output: '
    assert_no_secret
    equals "$(jq -r .access_token "$(cache_file)")" "$(standin tokens)"
    run_asauth token
    assert_status 0
    assert_count token 1
}

@test "token works with standard input and error closed" {
    equals "$(asauth token <&-)" "$(standin tokens)"
    equals "$(asauth token --refresh 2>&- <&-)" "$(standin tokens | tail -n1)"
    local status=0
    "$ASAUTH" token --refresh <&- >&- 2>&- || status=$?
    assert_status 23
    equals "$(jq -r .access_token "$(cache_file)")" \
        "$(standin tokens | tail -n1)"
    assert_count token 3
    # A closed standard error swallows the message of a failure, no more.
    standin set token_status=401
    "$ASAUTH" token --refresh >"$BATS_TEST_TMPDIR/stdout" 2>&- || status=$?
    assert_status 67
    assert_empty_stdout
}

@test "token and help fail (23) when standard output is full or its reader gone" {
    local status=0
    "$ASAUTH" token >/dev/full 2>"$BATS_TEST_TMPDIR/stderr" || status=$?
    stderr=$(<"$BATS_TEST_TMPDIR/stderr")
    assert_status 23
    assert_stderr_has 'asauth: standard output: '
    assert_no_secret
    "$ASAUTH" --help >/dev/full 2>/dev/null || status=$?
    assert_status 23
    status=0
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    exec 5<>"$BATS_TEST_TMPDIR/fifo" 6>"$BATS_TEST_TMPDIR/fifo" 5<&-
    "$ASAUTH" token >&6 2>/dev/null || status=$?
    exec 6>&-
    assert_status 23
    assert_count token 1
}
