#!/usr/bin/env bats
#
# What the fuzzers (tests/fuzz) begin with, without a fuzzer.

load ../helper

setup_file() {
    "$HERE/fuzz/replay" "$BATS_FILE_TMPDIR/fuzz" >"$BATS_FILE_TMPDIR/replayed" ||
        true # a test says so
}

setup() { cd "$BATS_TEST_TMPDIR" || return; }

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
