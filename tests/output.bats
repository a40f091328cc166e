#!/usr/bin/env bats
#
# Where a reply goes: -o whole or not at all, terminals, full and closed
# outputs, progress.

load helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    asauth token >/dev/null
    api=$STANDIN_API
}

request() {
    status=0
    timeout 20 "$ASAUTH" request "$@" >stdout 2>stderr || status=$?
    stdout=$(tr -d '\0' <stdout) stderr=$(<stderr)
}

no_drafts() {
    [[ $(find . -name '*.tmp.*') == "" ]] || fail "$(find . -name '*.tmp.*')"
}

@test "-o appears whole or not at all" {
    local mode
    echo old >out
    request -o out "$api/cut/100000"
    assert_status 18
    [[ $(<out) == old ]]
    request -m 1 -o out "$api/stall/100000"
    assert_status 28
    [[ $(<out) == old ]]
    request -o new "$api/cut/100000"
    assert_status 18
    [[ ! -e new ]]
    no_drafts
    request -o out "$api/bytes/100000"
    assert_status 0
    [[ $(stat -c %s out) -eq 100000 ]]
    no_drafts
}

@test "a new file has the umask's mode, an old one keeps its own" {
    (umask 027; asauth request -o new "$api/bytes/1")
    [[ $(file_mode new) == 640 ]]
    echo old >out
    chmod 604 out
    request -o out "$api/bytes/1"
    [[ $(file_mode out) == 604 ]]
    echo old >out
    chmod 400 out
    # root may write it.
    [[ $(id -u) -eq 0 ]] || { request -o out "$api/bytes/1"
        assert_status 23; [[ $(<out) == old ]]; }
}

@test "a symbolic link is followed to what it means" {
    mkdir dir
    echo old >dir/file
    ln -s dir/file link
    ln -s link second
    request -o second "$api/bytes/3"
    assert_status 0
    [[ -L second && -L link && $(<dir/file) == 012 ]]
    ln -s dir/none dangling
    request -o dangling "$api/bytes/3"
    assert_status 0
    [[ -L dangling && $(<dir/none) == 012 ]]
    ln -s loop loop
    request -o loop "$api/bytes/3"
    assert_status 23
    assert_count api 2
}

@test "what was not modified is left as it is" {
    local name
    echo old >file
    for name in file none; do
        request -o "$name" -D headers "$api/status/304"
        assert_status 0
        grep -q ' 304 ' headers
    done
    [[ $(<file) == old && ! -e none ]]
    # Headers that were asked for are something.
    request -i -o file "$api/status/304"
    assert_status 0
    grep -q ' 304 ' file
    no_drafts
}

@test "the body has the last word where a file is named twice" {
    request -o both -D both "$api/bytes/3"
    assert_status 0
    [[ $(<both) == 012 ]]
}

@test "a name may be as long as a name may be" {
    local name
    name=$(printf 'n%.0s' {1..255})
    mkdir dir
    request -o "dir/$name" "$api/bytes/3"
    assert_status 0
    [[ $(<"dir/$name") == 012 ]]
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

@test "who reads a FIFO sees its end, be there nothing to read" {
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

@test "what is no regular file is written in place" {
    mkfifo fifo
    cat fifo >copy &
    request -o fifo "$api/bytes/1000"
    assert_status 0
    wait $!
    [[ -p fifo && $(stat -c %s copy) -eq 1000 ]]
    request -o /dev/null "$api/bytes/1000"
    assert_status 0
    [[ -c /dev/null ]]
    request -o /dev/stdout "$api/bytes/10"
    assert_status 0
    assert_stdout 0123456789
    request -o /dev/fd/9 "$api/bytes/10" 9>nine
    [[ $(<nine) == 0123456789 ]]
    ln -s /dev/stdout link
    [[ $("$ASAUTH" request -o link "$api/bytes/10" | cat) == 0123456789 ]]
    [[ -L link ]]
}

@test "an output that cannot be written is a 23 before anything is sent" {
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
    [[ -c /dev/full ]]
}

@test "a full or closed standard output is a 23" {
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
}

@test "a signal removes what is unfinished and is died of" {
    local signal number
    echo old >out
    for signal in INT TERM HUP QUIT USR1 USR2 XCPU; do
        # bash has what it starts in the background ignore INT and QUIT.
        /usr/bin/python3 -c 'import os, signal, sys
for each in (signal.SIGINT, signal.SIGQUIT):
    signal.signal(each, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$ASAUTH" request -o out -D headers \
            "$api/stall/100000" 2>err &
        standin wait api $(($(standin count api) + 1))
        while ! compgen -G 'out.tmp.*' >/dev/null ||
            [[ ! -s $(compgen -G 'out.tmp.*') ]]; do
            sleep 0.02
        done
        kill -"$signal" $!
        status=0
        wait $! || status=$?
        number=$(kill -l "$signal")
        assert_status $((128 + number)) || fail "$signal: $(<err)"
        [[ $(<out) == old && ! -e headers ]]
        no_drafts
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
    [[ $stdout == *$'\r'sent\ *'KB'* ]] || complain
    # The line is wiped before the reply, which stands alone.
    [[ $stdout == *$'  \r{'* ]] || complain
    # Of a reply that goes there no progress is shown.
    standin set drip_interval=0.2
    on_terminal "'$ASAUTH' request $api/drip/10" ''
    refute_stdout_has received
}
