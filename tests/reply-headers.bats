#!/usr/bin/env bats
#
# Where the headers of a reply go: -i, -I, -D, --etag-save.

load standin

@test "-i, -I and -D show the headers as they came" {
    local head
    head=$(printf '%s\r\n' 'HTTP/1.1 200 OK' \
        'Content-Type: application/octet-stream' \
        'x-amzn-RequestId: ID' 'Content-Length: 3' '')
    request -i "$api/bytes/3"
    assert_status 0
    equals "${stdout/"$(sent .request_id)"/ID}" "$head"$'\n012'
    request -I "$api/bytes/3"
    equals "$(sent .method)" HEAD
    equals "${stdout/"$(sent .request_id)"/ID}" "$head"
    request -D headers "$api/bytes/3"
    assert_stdout 012
    equals "$(sed "s/$(sent .request_id)/ID/" headers)" "$head"
    request -D headers -i -o body "$api/bytes/3"
    assert_empty_stdout
    equals "$(<body)" "$(<headers)"$'\n012'
    request -I -o body "$api/bytes/3"
    assert_empty_stdout
    equals "$(head -1 body)" $'HTTP/1.1 200 OK\r'
    request -D - -o body "$api/bytes/3"
    assert_stdout_has 'HTTP/1.1 200'
    equals "$(<body)" 012
}

@test "-X HEAD waits for no body, and renews a refused token" {
    request -X HEAD -m 20 "$api/bytes/3"
    assert_status 0
    assert_empty_stdout
    equals "$(sent .method)" HEAD
    age_token 100
    standin expire
    request -X HEAD -m 20 -D headers "$api/bytes/3"
    assert_status 0
    equals "$(head -1 headers)" $'HTTP/1.1 200 OK\r'
    assert_count token 2
}

@test "-D writes the headers of an error, whatever becomes of the body" {
    local option
    for option in '' -f '-o body' '-f -o body' --no-fail; do
        echo old >headers
        # shellcheck disable=SC2086 # words
        request $option -D headers "$api/status/418"
        equals "$(head -1 headers)" $"HTTP/1.1 418 I'm a Teapot"$'\r' \
            "case: $option"
    done
    request -f -i "$api/status/418"
    assert_status 22
    assert_stdout_has 'HTTP/1.1 418'
    refute_stdout_has Message
}

@test "-D leaves its file alone when no reply came" {
    echo old >headers
    request -D headers http://127.0.0.1:1/
    assert_status 7
    equals "$(<headers)" old
    equals "$(ls)" $'headers\nhome\nstderr\nstdout'
}

@test "trailers are delivered like headers, but hold no ETag" {
    answer api '200 OK' 'Transfer-Encoding: chunked' 'Connection: close' \
        -- '4\r\nbody\r\n0\r\nX-T: v\r\nETag: "t"\r\n\r\n'
    request -i -D headers "$api/etag"
    assert_status 0
    curl -q -s -i -D curl.headers "$api/noauth/etag" >curl.stdout
    cmp headers curl.headers
    cmp stdout curl.stdout
    # Where a refusal was held back they come behind its body as well.
    age_token 120
    sed -i 's/200 OK/403 No/' raw
    request -i "$api/etag"
    assert_status 22
    curl -q -s -i "$api/noauth/etag" >curl.stdout
    cmp stdout curl.stdout
    sed -i 's/403 No/200 OK/' raw
    request --etag-from . -d x "$api/etag"
    assert_status 8
}

@test "--etag-save writes the ETag and a newline, and nothing of a failure" {
    local etag
    request --etag-save etag "$api/etag"
    assert_status 0
    assert_stdout '{}'
    etag=$(curl -q -s -o /dev/null -w '%header{etag}' "$api/noauth/etag")
    matches "$etag" '^".*"$'
    equals "$(od -c etag)" "$(od -c <<<"$etag")"
    standin set header_case=lower etag_style=bare
    request --etag-save etag "$api/etag"
    equals "\"$(<etag)\"" "$etag"
    request --etag-save etag -X PUT "$api/etag"
    assert_status 22
    equals "\"$(<etag)\"" "$etag"
    request --etag-save etag -X PUT -H "If-Match: $(<etag)" -d '{}' "$api/etag"
    assert_status 0
    filled etag
    differs "\"$(<etag)\"" "$etag"
    # What is not modified has its ETag still, be it told or not.
    etag=$(<etag)
    answer api '304 Not Modified'
    request --etag-save etag "$api/etag"
    equals "$(<etag)" "$etag"
    answer api '304 Not Modified' 'ETag: "n"'
    request --etag-save etag "$api/etag"
    equals "$(<etag)" '"n"'
    answer_file api ok
    # As in curl: no ETag, and the file stays.
    request --etag-save etag "$api/noauth/empty"
    assert_status 0
    equals "$(<etag)" '"n"'
    request --etag-save none/etag "$api/etag"
    assert_status 23
    assert_empty_stdout
}
