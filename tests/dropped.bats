#!/usr/bin/env bats
#
# Replies that nobody wants: how much of them is read.

load standin

setup() {
    use_standin
    asauth token >/dev/null
}

# long STATUS [HEADER...]: a reply that promises 50 MB and breaks off after 2;
# who reads so far fails (18).
long() {
    raw_reply long "$1" "${@:2}" 'Content-Length: 50000000'
    head -c 2000000 /dev/zero | tr '\0' x >>long
}

@test "a long refusal of the token is given up before the renewal" {
    long '401 No'
    answer_file api long ok
    age_token 120
    request "$api/etag"
    assert_status 0
    assert_stdout '{}'
    assert_count token 2
    # One that its body alone would tell is none.
    long '403 No'
    answer_file api long ok
    age_token 120
    request -f "$api/etag"
    assert_status 22
    assert_count token 2
}

@test "the long body of what --etag-from names is given up" {
    long '200 OK' 'ETag: "x"'
    answer_file api long ok
    request --etag-from . -X PUT -d x "$api/echo"
    assert_status 0
    assert_stdout_has 'If-Match: "x"'
}

@test "the long body of an error that is retried is given up" {
    long '503 Busy'
    answer_file api long ok
    request --retry 1 "$api/etag"
    assert_status 0
    assert_stdout '{}'
    assert_stderr_has 'HTTP 503; trying again'
}

@test "the long body of an error that is dropped is given up" {
    long '500 No'
    answer_file api long
    request -f -w '%{http_code}' "$api/etag"
    assert_status 22
    assert_stdout 500
    echo old >file
    request -o file "$api/etag"
    assert_status 22
    assert_empty_stdout
    equals "$(<file)" old
    # To standard output it is delivered as far as it comes.
    request "$api/etag"
    assert_status 18
    equals "$(stat -c %s stdout)" 2000000
}

@test "a body that is longer than a link is given up" {
    long '200 OK'
    answer_file api long
    request --scope reporting --fetch-link /download/report/sales/2026/10
    assert_status 8
    assert_stderr_has 'the reply is not a link'
    assert_empty_stdout
}

@test "the long body of a redirect that is followed is given up" {
    long '302 Found' 'Location: /etag'
    answer_file api long ok
    request -L "$api/x"
    assert_status 0
    assert_stdout '{}'
}

@test "a body of less than 1 MiB is read, and its connection used again" {
    standin set api_status=503,ok \
        api_body="$(head -c 60000 /dev/zero | tr '\0' x)"
    request --retry 1 -w ' %{num_connects}' "$api/etag"
    assert_status 0
    assert_stdout '{} 0'
}
