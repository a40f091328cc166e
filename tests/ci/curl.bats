#!/usr/bin/env bats
#
# The same words typed into curl and into asauth request make the same
# request on the wire, but for what asauth adds and says differently.

load ../standin

setup() {
    use_standin
    token=$(asauth token)
    printf 'one\r\ntwo\n\nthree' >text
    printf 'a\0b\377\n' >binary
    head -c 20000 /dev/urandom >data
    : >empty
    printf '"e1"\r\n' >etag
    printf 'X-File: 1\nX-File: 2\n' >headers
}

# newest: the newest request as it came, without what may differ: the order
# in which the token stands, the agent, the boundary and with it the length,
# Expect, the codings that not every libcurl has.
newest() {
    standin_log '.[-1] | .raw_head, "---", .body, .body_sha256' |
        sed -E -e '/^(Authorization|User-Agent|Expect):/Id' \
            -e '/^Accept-Encoding:/s/, (br|zstd)//g' \
            -e 's/-{20,}[0-9a-zA-Z]+/BOUNDARY/g' >"$1"
    if grep -q BOUNDARY "$1"; then
        sed -i -e '$d' -e '/^Content-Length:/Id' "$1"
    fi
}

@test "fifty command lines send the same bytes as curl" {
    local arguments count=0 url
    while IFS= read -r arguments; do
        count=$((count + 1))
        for url in "$STANDIN_API/echo" "$STANDIN_API/echo/a/?q=1&r=%20#part"; do
            # Before 8.10 curl adds the file's name in front of a query.
            [[ "$arguments $url" != *-T*\?* ]] || continue
            eval "curl -q -sS -o /dev/null -H \"Authorization: Bearer \$token\" \
                $arguments '$url'" <text
            newest curl
            eval "asauth request -o /dev/null --no-fail $arguments '$url'" \
                <text || fail "$arguments"
            newest asauth
            cmp curl asauth || fail "$arguments" "$(diff curl asauth)"
        done
    done <<'END'

-X DELETE
-X PATCH -d x
-I
-G -d a=b -d c=d
-G --data-urlencode 'a=b c&d'
-G -d a=b -I
-H 'X-A: 1' -H 'X-B:2' -H 'X-A: 3'
-H 'Accept: text/csv'
-H Accept:
-H 'X-Empty;'
-H @headers
-H 'Content-Type: text/plain' -d x
-H 'Host: other.example'
-d ''
-d a=1 -d b=2
-d @text
-d @- -d tail
--data-raw @text
--data-binary @text
--data-binary @binary
--data-urlencode 'plain text&more'
--data-urlencode '=a=b'
--data-urlencode 'name=a b/ä'
--data-urlencode @text
--data-urlencode 'name@text'
--data-urlencode 'name@empty'
-d a=1 --data-urlencode 'b=c d' --data-binary @text
--json '{"a":1}'
--json @text
--json '{"a":' --json '1}'
--json '{}' -H 'Content-Type: application/vnd.x+json' -X PUT
-T data
-T text -X POST -H 'Content-Type: text/plain'
-T text -H 'Content-Length:' -H 'Transfer-Encoding: chunked'
-T -
-T .
-F a=b
--url-query 'a b&c' --url-query +d=%20 --url-query e=f
--url-query name@text
-T text --url-query x=y
--data-ascii a=1 --data-ascii @text
-N -g --no-progress-meter --limit-rate 10M
--no-buffer --globoff --http1.1
--compressed
--http2 --http1.1
--etag-compare etag
--etag-compare etag -H 'If-None-Match: "x"'
-H '' -H 'X-Tab: a	b'
-F a=b
-F a=b -F c=d
-F f=@text
-F 'f=@data;type=application/x-apk;filename=release.apk'
-F 'f=@"text";filename="a\"b;c.txt"'
-F 'a=<text'
-F 'a=<text;type=text/x'
-F 'f=@-;filename=in'
-F 'a=b;type=text/html;charset=utf-8'
-F 'a=b;type=text/html; charset=utf-8'
-F 'a="x;y"' -X PUT
END
    number "$count" -ge 30
}

@test "a -w variable of curl's has the value that curl gives it" {
    local name
    standin set no_request_id=1
    for name in http_code response_code content_type size_download \
        size_upload num_connects url_effective redirect_url method \
        http_version num_redirects num_headers header_json remote_ip remote_port exitcode \
        errormsg onerror; do
        curl -q -sS -o /dev/null -H "Authorization: Bearer $token" -d abc \
            -w "%{$name}" "$STANDIN_API/sink" >curl
        asauth request -o /dev/null -d abc -w "%{$name}" \
            "$STANDIN_API/sink" >asauth 2>err
        # Not all of curl's names are known.
        [[ ! -s err ]] || { grep -q "unknown.*$name" err; continue; }
        cmp curl asauth || fail "$name: $(<curl) $(<asauth)"
    done
    asauth request -o out -w '%header{content-type}' "$STANDIN_API/etag" >asauth
    equals "$(<asauth)" application/json
}

@test "-L follows redirects as curl does" {
    local code
    for code in 301 302 303 307 308; do
        curl -q -sS -L -o /dev/null -H "Authorization: Bearer $token" \
            -H 'X-A: 1' "$STANDIN_API/redirect/$code?to=../echo?x=1"
        newest curl
        asauth request -L -o /dev/null -H 'X-A: 1' \
            "$STANDIN_API/redirect/$code?to=../echo?x=1" || fail "$code"
        newest asauth
        cmp curl asauth || fail "$code"
    done
}
