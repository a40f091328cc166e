#!/usr/bin/env bats
#
# Bodies: streamed, asked for first where they are large, bounded in time.

load helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    asauth token >/dev/null
    sink=$STANDIN_API/sink
}

request() {
    status=0
    timeout 60 "$ASAUTH" request "$@" >stdout 2>stderr || status=$?
    stdout=$(tr -d '\0' <stdout) stderr=$(<stderr)
}

# sent NAME: that header of the newest request.
sent() {
    standin_log --arg name "$1" '.[-1].headers[] |
        select((.[0] | ascii_downcase) == ($name | ascii_downcase)) | .[1]'
}

# arrived FILE: the newest body was that file.
arrived() {
    [[ $(standin_log '.[-1].body_sha256') == \
        "$(sha256sum "$1" | cut -d' ' -f1)" ]]
}

@test "a file goes with its length, a pipe in chunks" {
    head -c 3000000 /dev/urandom >file
    request -T file "$sink"
    assert_status 0
    arrived file
    [[ $(sent Content-Length) == 3000000 && -z $(sent Transfer-Encoding) ]]
    request -T - "$sink" <file
    assert_status 0
    arrived file
    [[ $(sent Transfer-Encoding) == chunked ]]
    request -T - "$sink" < <(cat file)
    assert_status 0
    arrived file
    [[ $(sent Transfer-Encoding) == chunked && -z $(sent Content-Length) ]]
    mkfifo fifo
    cat file >fifo &
    request -T fifo "$sink"
    assert_status 0
    arrived file
    : >empty
    request -T empty "$sink"
    assert_status 0
    [[ $(sent Content-Length) == 0 ]]
}

@test "from 1 MiB on the server is asked first, and for no smaller body" {
    local want size option
    while read -r want size option; do
        head -c "$size" /dev/zero | tr '\0' x >body
        # shellcheck disable=SC2086 # words
        request $option "$sink"
        assert_status 0
        [[ $(sent Expect) == "${want#none}" ]] || fail "$size $option"
    done <<'END'
none 1 -T body
none 1048575 -T body
100-continue 1048576 -T body
100-continue 1048577 -T body
none 1048575 -d @body
100-continue 1048576 -d @body
100-continue 1048577 --data-binary @body
none 1048575 --json @body
100-continue 1048576 --json @body
none 1000 -F f=@body
100-continue 1100000 -F f=@body
END
    request -T - "$sink" < <(echo small)
    assert_status 0
    [[ $(sent Expect) == 100-continue ]]
    # The user's own word counts.
    request -T body -H Expect: "$sink"
    [[ -z $(sent Expect) ]]
    request -d x -H 'Expect: 100-continue' "$sink"
    [[ $(sent Expect) == 100-continue ]]
}

@test "a server that never says continue costs a second, no more" {
    head -c 2000000 /dev/zero >file
    standin set ignore_expect=1
    SECONDS=0
    request -T file "$sink"
    assert_status 0
    arrived file
    [[ $SECONDS -le 4 ]]
    SECONDS=0
    request -d small "$sink"
    [[ $SECONDS -le 1 ]]
}

@test "a refused token costs no upload" {
    head -c 5000000 /dev/zero >file
    local cached
    cached=$(cache_file)
    jq '.obtained_at -= 3300 | .expires_at -= 3300' "$cached" >aged
    cat aged >"$cached"
    standin expire
    request -T file "$sink"
    assert_status 0
    arrived file
    [[ $(standin_log -c '[.[] | select(.target == "/sink")] |
        map(.body_size)') == '[0,5000000]' ]]
}

@test "an upload that stalls is given up" {
    head -c 30000000 /dev/zero >file
    standin set api_mode=hold
    SECONDS=0
    request -y 1 -T file "$sink"
    assert_status 28
    assert_stderr_has 'PUT '
    assert_empty_stdout
    [[ $SECONDS -le 5 ]]
    standin release
    # -Y is a rate, which -y bounds.
    standin set api_mode=normal
    request -Y 1000000 -y 2 "$STANDIN_API/slow/20"
    assert_status 28
    request -y 9 "$STANDIN_API/slow/1"
    assert_status 0
}

@test "a pipe that nobody writes is waited for as long as -m says" {
    SECONDS=0
    request -m 1 -T - "$sink" < <(sleep 5)
    assert_status 28
    request -m 1 -d @- "$sink" < <(sleep 5)
    [[ $status -eq 28 || $status -eq 26 ]] || complain
    [[ $SECONDS -le 4 ]]
}

@test "a connection reset in the middle of an upload is told" {
    head -c 30000000 /dev/zero >file
    standin set api_mode=reset reset_after=100000
    request -T file "$sink"
    [[ $status -eq 55 || $status -eq 56 ]] || complain
    assert_stderr_has 'PUT '
    assert_empty_stdout
}

@test "a body that ends early is told" {
    head -c 2000000 /dev/zero >file
    request -m 10 -T file -H 'Content-Length: 3000000' "$sink"
    [[ $status -ne 0 ]]
    assert_stderr_has 'asauth: '
}

# peak ARG...: the most memory that a request takes, in KiB.
peak() {
    /usr/bin/python3 -c 'import os, resource, subprocess, sys
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)' "$ASAUTH" request "$@"
}

@test "memory does not grow with the size of a body" {
    local small large
    standin set body_sha256=0
    truncate -s 1M small
    truncate -s 300M large
    small=$(peak -T small "$sink")
    large=$(peak -T large "$sink")
    [[ $((large - small)) -lt 2048 ]] || fail "$small $large KiB"
    large=$(peak -T - "$sink" < <(head -c 100M /dev/zero))
    [[ $((large - small)) -lt 2048 ]] || fail "$small $large KiB"
    large=$(peak -F f=@large "$sink")
    [[ $((large - small)) -lt 2048 ]] || fail "$small $large KiB"
    large=$(peak -o out "$STANDIN_API/bytes/100000000")
    [[ $((large - small)) -lt 2048 ]] || fail "$small $large KiB"
}
