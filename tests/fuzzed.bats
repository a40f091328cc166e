#!/usr/bin/env bats
#
# What the fuzzers (tests/fuzz) have found, as a user would meet it.

load standin

@test "a header that begins with HTTP/ is no status line" {
    answer api '503 Service Unavailable' 'HTTP/Foo: 0' 'Content-Length: 2' \
        -- '{}'
    run_asauth request /v1/applications/a/edits
    assert_status 22
    assert_stderr_has 'HTTP 503'
}

@test "a trailer is no status line" {
    answer api '200 OK' 'Transfer-Encoding: chunked' \
        -- '2\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n'
    run_asauth request -w '%{http_code}' /v1/applications/a/edits
    assert_status 0
    assert_stdout '{}200'
}

@test "a reply that begins with a folded header does no harm after a retried one" {
    # libcurl before 8.1.1 read memory that it had freed; only a sanitizer
    # or valgrind sees that.
    raw_reply first '503 Service Unavailable' 'Last: 1' 'Content-Length: 0'
    raw_reply second '200 OK' ' folded: 1' 'Content-Length: 2' -- '{}'
    answer_file api first second
    run_asauth request -s --retry 1 --retry-delay 1 /v1/applications/a/edits
    [[ $status =~ ^(0|8|43)$ ]] || complain
    assert_count api 2
}

@test "a crooked status line fails (1), whatever libcurl makes of it" {
    printf '%s\r\n' 'HTTP/ 1.1 403 Forbidden' 'Content-Length: 2' '' '{}' >raw
    answer_file api raw
    run_asauth request /v1/applications/a/edits
    assert_status 1
    assert_empty_stdout
    assert_stderr_has 'unsupported HTTP version in response'
}
