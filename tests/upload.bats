#!/usr/bin/env bats
#
# Bodies: streamed, asked for first where they are large, bounded in time.

load standin

setup() {
    use_standin
    asauth token >/dev/null
    sink=$STANDIN_API/sink
}

# arrived FILE: the newest body was that file.
arrived() {
    equals "$(standin_log '.[-1].body_sha256')" \
        "$(sha256sum "$1" | cut -d' ' -f1)"
}

@test "-T sends a file with its length, a pipe in chunks" {
    head -c 3000000 /dev/urandom >file
    request -T file "$sink"
    assert_status 0
    arrived file
    equals "$(sent_header Content-Length)" 3000000
    equals "$(sent_header Transfer-Encoding)" ''
    request -T - "$sink" <file
    assert_status 0
    arrived file
    equals "$(sent_header Transfer-Encoding)" chunked
    request -T - "$sink" < <(cat file)
    assert_status 0
    arrived file
    equals "$(sent_header Transfer-Encoding)" chunked
    equals "$(sent_header Content-Length)" ''
    mkfifo fifo
    cat file >fifo &
    request -T fifo "$sink"
    assert_status 0
    arrived file
    : >empty
    request -T empty "$sink"
    assert_status 0
    equals "$(sent_header Content-Length)" 0
}

@test "Expect: 100-continue is sent from 1 MiB on, and for no smaller body" {
    local want size option
    while read -r want size option; do
        head -c "$size" /dev/zero | tr '\0' x >body
        # shellcheck disable=SC2086 # words
        request $option "$sink"
        assert_status 0
        [[ $(sent_header Expect) == "${want#none}" ]] || fail "$size $option"
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
    equals "$(sent_header Expect)" 100-continue
    # The user's own word counts.
    request -T body -H Expect: "$sink"
    equals "$(sent_header Expect)" ''
    request -d x -H 'Expect: 100-continue' "$sink"
    equals "$(sent_header Expect)" 100-continue
}

@test "a server that never sends 100 Continue costs a second" {
    head -c 2000000 /dev/zero >file
    standin set ignore_expect=1
    SECONDS=0
    request -T file "$sink"
    assert_status 0
    arrived file
    number "$SECONDS" -le 4
    SECONDS=0
    request -d small "$sink"
    number "$SECONDS" -le 1
}

@test "a refused token costs no upload" {
    head -c 5000000 /dev/zero >file
    age_token 3300
    standin expire
    request -T file "$sink"
    assert_status 0
    arrived file
    equals "$(standin_log -c '[.[] | select(.target == "/sink")] |
        map(.body_size)')" '[0,5000000]'
}

@test "an upload whose connection is reset fails (55 or 56) with a message" {
    head -c 30000000 /dev/zero >file
    standin set api_mode=reset reset_after=100000
    request -T file "$sink"
    [[ $status -eq 55 || $status -eq 56 ]] || complain
    assert_stderr_has 'PUT '
    assert_empty_stdout
}

@test "an upload shorter than its Content-Length fails with a message" {
    head -c 2000000 /dev/zero >file
    request -m 10 -T file -H 'Content-Length: 3000000' "$sink"
    number "$status" -ne 0
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

@test "-T sends the bytes that it promised, whatever becomes of the file meanwhile" {
    local change calls
    for change in grow shrink; do
        # More than the system takes before it is read.
        head -c 40000000 /dev/zero >file
        standin set api_mode=hold
        calls=$(standin count api)
        "$ASAUTH" request -T file "$sink" >stdout 2>stderr &
        standin wait api $((calls + 1))
        case $change in
            grow) head -c 1000000 /dev/zero >>file ;;
            shrink) truncate -s 30000000 file ;;
        esac
        standin set api_mode=normal
        standin release
        status=0
        wait $! || status=$?
        if [[ $change == grow ]]; then
            assert_status 0
            equals "$(sent .body_size)" 40000000
        else
            assert_status 26
            contains "$(<stderr)" 'the file has become shorter while it was sent'
        fi
    done
}
