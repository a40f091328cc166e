#!/usr/bin/env bats
#
# asauth request: what counts as a failure, its status, its message and hint.

load standin

@test "every status from 400 on, and a redirect not followed, is a failure" {
    local code
    for code in 400 401 403 404 409 412 429 500 502 503 599 \
        301 302 303 307 308; do
        request "$api/noauth/status/$code?message=as+told&service=1"
        assert_status 22
        assert_stderr_has "HTTP $code: as_told: as told (request $(sent \
            .request_id))"
        assert_stdout_has '"errorMessage": "as told"' ||
            assert_stdout_has '"errorMessage":"as told"'
        [[ $(head -1 stderr) == "asauth: GET $api/noauth/status/$code: "* ]] ||
            complain "the first line"
    done
    for code in 200 201 204 299 300 304 305; do
        request "$api/noauth/status/$code?message=fine"
        assert_status 0 || fail "$code"
        assert_empty_stderr
    done
}

@test "-f drops an error's body, the default and --fail-with-body print it, --no-fail is fine" {
    local url="$api/status/418?message=no"
    for option in '' --fail-with-body '--no-fail --fail-with-body'; do
        # shellcheck disable=SC2086 # words
        request $option "$url"
        assert_status 22
        assert_stdout '{"Message":"no"}'
        assert_stderr_has 'HTTP 418: no'
    done
    for option in -f --fail '--no-fail -f'; do
        # shellcheck disable=SC2086 # words
        request $option "$url"
        assert_status 22
        assert_empty_stdout
        assert_stderr_has 'HTTP 418: no'
    done
    for option in --no-fail '-f --no-fail'; do
        # shellcheck disable=SC2086 # words
        request $option "$url"
        assert_status 0
        assert_stdout '{"Message":"no"}'
        assert_empty_stderr
    done
}

@test "-f and --fail-with-body do not go together (2), in any order" {
    refuse 2 fail-with-body -f --fail-with-body "$api/echo"
    refuse 2 fail-with-body --fail-with-body --fail "$api/echo"
}

@test "-o has an error's body with --fail-with-body" {
    local url="$api/status/418?message=no"
    echo old >file
    request --fail-with-body -o file "$url"
    assert_status 22
    assert_empty_stdout
    assert_stderr_has 'HTTP 418: no'
    equals "$(<file)" '{"Message":"no"}'
    # Without a body there is nothing to write.
    answer api '404 Not Found' 'Content-Length: 0'
    request --fail-with-body -o file "$api/echo"
    assert_status 22
    equals "$(<file)" '{"Message":"no"}'
    request --fail-with-body -i -o file "$api/echo"
    assert_status 22
    begins "$(<file)" 'HTTP/1.1 404'
    assert_no_temporary_files
}

@test "-o keeps the old file on an error, unless --no-fail" {
    local option url="$api/status/418?message=no"
    for option in '' -f; do
        echo old >file
        # shellcheck disable=SC2086 # words
        request $option -o file "$url"
        assert_status 22
        assert_empty_stdout
        assert_stderr_has 'HTTP 418: no'
        equals "$(<file)" old "case: $option"
        rm file
        # shellcheck disable=SC2086 # words
        request $option -o file "$url"
        assert_status 22
        [[ ! -e file ]] || complain "case: $option"
    done
    echo old >file
    request --no-fail -o file "$url"
    assert_status 0
    equals "$(<file)" '{"Message":"no"}'
    request -o - "$url"
    assert_status 22
    assert_stdout '{"Message":"no"}'
    equals "$(ls)" $'file\nhome\nstderr\nstdout'
}

@test "the errors of the API have hints at the next step" {
    request -X DELETE "$api/etag"
    assert_status 22
    assert_stderr_has 'If-Match header is required'
    assert_stderr_has 'hint: --etag-from'
    request -X DELETE -H 'If-Match: x' "$api/etag"
    assert_stderr_has HTTP\ 412
    assert_stderr_has 'hint: the ETag is stale'
    request /nowhere
    assert_stderr_has 'hint: the API has no such path'
    request "$api/redirect/302"
    assert_stderr_has 'hint: -L'
    request "$api/status/418"
    refute_stderr_has hint
}

@test "the request id stands in whatever is told of a reply, if there is one" {
    answer api '200 OK' 'x-amzn-RequestId: some-id'
    request --etag-from . -d x "$api/etag"
    assert_status 8
    assert_stderr_has 'no ETag (request some-id)'
    request --fetch-link "$api/etag"
    assert_status 8
    assert_stderr_has 'not a link (request some-id)'
    answer api '400 Bad' 'x-amzn-RequestId: ' -- '{}'
    request "$api/etag"
    assert_status 22
    refute_stderr_has '(request'
}

@test "-L does not follow a redirect without a place (22)" {
    answer api '302 Found' Location: 'Content-Length: 0'
    request -L "$api/x"
    assert_status 22
    assert_stderr_has 'HTTP 302'
    refute_stderr_has hint
}

@test "failures of the network have curl's statuses (7, 52, 56, 18) and stay off standard output" {
    request http://127.0.0.1:1/x
    assert_status 7
    assert_stderr_has 'asauth: GET http://127.0.0.1:1/x: '
    assert_empty_stdout
    standin set api_mode=close
    request "$echo_url"
    assert_status 52
    assert_empty_stdout
    standin set api_mode=reset
    request "$echo_url"
    assert_status 56
    assert_empty_stdout
    standin set api_mode=normal
    request "$api/cut/1000"
    assert_status 18
    equals "$(stat -c %s stdout)" 500
}

@test "a reply that ends within its headers fails (18) and replaces nothing" {
    echo old >out
    printf 'HTTP/1.1 200 OK\r\nX-A: b\r\n' >raw
    answer_file api raw
    request -o out "$api/etag"
    assert_status 18
    assert_stderr_has 'within its headers'
    equals "$(<out)" old
}

@test "a reply with endless headers fails (56)" {
    {
        printf 'HTTP/1.1 200 OK\r\n'
        for _ in {1..400}; do
            printf 'X-Long: %01000d\r\n' 0
        done
        printf 'Content-Length: 0\r\n\r\n'
    } >raw
    answer_file api raw
    request -i "$api/x"
    assert_status 56
    assert_stderr_has "the reply's headers are too large"
    assert_empty_stdout
}

@test "an endless reply that nobody wants is given up and judged by its headers" {
    local code
    asauth token >/dev/null
    standin set api_mode=endless
    run_asauth request --scope reporting --fetch-link \
        /download/report/sales/2026/10
    assert_status 8
    assert_stderr_has 'the reply is not a link'
    assert_empty_stdout
    run_asauth request --etag-from . -X DELETE "$STANDIN_API/etag"
    assert_status 8
    assert_stderr_has 'the reply has no ETag'
    # A refusal is renewed, an error is reported.
    standin set api_mode=ok
    for code in 401 503; do
        {
            printf 'HTTP/1.1 %s No\r\nConnection: close\r\n\r\n' "$code"
            head -c 5000000 /dev/zero | tr '\0' x
        } >"$BATS_TEST_TMPDIR/raw"
        standin set api_raw="$BATS_TEST_TMPDIR/raw"
        run_asauth request -f -w '%{size_download}' "$STANDIN_API/etag"
        assert_status 22
        assert_stderr_has "HTTP $code"
        number "$stdout" -lt 2000000
    done
}
