#!/usr/bin/env bats
#
# What the fuzzers (tests/fuzz) have found, as a user would meet it.

load helper

setup_file() {
    standin_start
    "$HERE/fuzz/replay" "$BATS_FILE_TMPDIR/fuzz" >"$BATS_FILE_TMPDIR/replayed" ||
        true # a test says so
}
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
}

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

@test "what the fuzzers begin with does no harm" {
    equals "$(<"$BATS_FILE_TMPDIR/replayed")" ''
    number "$(find "$BATS_FILE_TMPDIR/fuzz" -maxdepth 1 -type f -perm -1 |
        wc -l)" -gt 13
}

# What libcurl 8 tells of a link and of a call of the API, over HTTP/2 and
# through a proxy; a text of more than 2 KiB is cut off.
seen_of_libcurl_8() {
    cat <<'END'
* Host bucket.example:443 was resolved.
* IPv6: (none)
* IPv4: 127.0.0.1
*   Trying 127.0.0.1:443...
* ALPN: curl offers h2,http/1.1
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / X25519 / RSASSA-PSS
* ALPN: server accepted h2
* Server certificate:
* Established connection to bucket.example (127.0.0.1 port 443) from 127.0.0.1 port 50000 
* Connected to bucket.example (127.0.0.1) port 443
* using HTTP/2
> GET [redacted]
> Host: bucket.example
> User-Agent: asauth/1.0.0
> Accept: */*
> 
< HTTP/2 302 
< date: Thu, 26 Nov 2026 10:00:00 GMT
< location: [redacted]
<  [redacted]
< refresh: [redacted]
< x-amz-security-token: [redacted]
< server: AmazonS3
< 
* Connection #1 to host bucket.example:443 left intact
* Uses proxy env variable https_proxy == 'http://[redacted]@proxy.example'
* CONNECT tunnel: HTTP/1.1 negotiated
* Proxy auth using Basic with user 'user'
* Establish HTTP proxy tunnel to developer.amazon.com:443
> CONNECT developer.amazon.com:443 HTTP/1.1
> Host: developer.amazon.com:443
> Proxy-Authorization: [redacted]
> 
* [HTTP/2] [1] OPENED stream for https://developer.amazon.com/v1?a=[redacted]
* [HTTP/2] [1] [:path: /v1?a=[redacted]]
* [HTTP/2] [1] [authorization: Bearer [redacted]
* h2h3 [authorization: Bearer [redacted]
* Using HTTP2, server supports multiplexing
>  GET /v1 HTTP/2
> Authorization: Bearer [redacted]
> X-Mine: [redacted]
< HTTP/2 401 
< www-authenticate: Bearer error="[redacted]"
< set-cookie: [redacted]
< \t [redacted]
< x-echo: [redacted]
END
}

@test "-v shows what libcurl 8 tells without secrets" {
    equals "$(SHOW=1 "$BATS_FILE_TMPDIR/fuzz/trace" \
        "$HERE"/fuzz/corpus/trace/{link-8,api-8})" "$(seen_of_libcurl_8)"
}
