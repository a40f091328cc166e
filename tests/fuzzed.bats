#!/usr/bin/env bats
#
# What the fuzzers (tests/fuzz) have found, as a user would meet it.

load helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
}

@test "a header that begins like a status line is none" {
    printf '%s\r\n' 'HTTP/1.1 503 Service Unavailable' 'HTTP/Foo: 0' \
        'Content-Length: 2' '' '{}' >raw
    standin set api_raw="$PWD/raw"
    run_asauth request /v1/applications/a/edits
    assert_status 22
    assert_stderr_has 'HTTP 503'
}

@test "a trailer is no status line" {
    printf '%s\r\n' 'HTTP/1.1 200 OK' 'Transfer-Encoding: chunked' '' \
        2 '{}' 0 'X-Trailer: 1' '' >raw
    standin set api_raw="$PWD/raw"
    run_asauth request -w '%{http_code}' /v1/applications/a/edits
    assert_status 0
    assert_stdout '{}200'
}

@test "a reply that begins with a folded line does no harm after another" {
    # libcurl before 8.1.1 read memory that it had freed; only a sanitizer
    # or valgrind sees that.
    printf '%s\r\n' 'HTTP/1.1 503 Service Unavailable' 'Last: 1' \
        'Content-Length: 0' '' >first
    printf '%s\r\n' 'HTTP/1.1 200 OK' ' folded: 1' 'Content-Length: 2' '' \
        '{}' >second
    standin set api_raw="$PWD/first,$PWD/second"
    run_asauth request -s --retry 1 --retry-delay 1 /v1/applications/a/edits
    [[ $status =~ ^(0|8|43)$ ]] || complain
    assert_count api 2
}

@test "a crooked status line says what libcurl makes of it" {
    printf '%s\r\n' 'HTTP/ 1.1 403 Forbidden' 'Content-Length: 2' '' '{}' >raw
    standin set api_raw="$PWD/raw"
    run_asauth request -w '%{http_code}' /v1/applications/a/edits
    assert_status 22
    assert_stdout '{}403'
    assert_stderr_has 'HTTP 403'
}
