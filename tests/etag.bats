#!/usr/bin/env bats
#
# --etag-from: read, then write, in one command.

load helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    edits=/v1/applications/app/edits
    run_asauth request -X POST "$edits"
    edit=$edits/$(jq -r .id <<<"$stdout")
}

request() {
    run_asauth request "$@"
}

# sent NAME: that header of the newest request.
sent() {
    standin_log --arg name "$1" '.[-1].headers[] |
        select((.[0] | ascii_downcase) == ($name | ascii_downcase)) | .[1]'
}

@test "the ETag of a path, a URL or the request's own is sent as If-Match" {
    local from
    for from in "$edit/details" "$STANDIN_API_URL$edit/details" .; do
        request -X PUT --json '{"a":1}' --etag-from "$from" "$edit/details"
        assert_status 0
        assert_empty_stderr
        [[ $(sent If-Match) == \"*\" ]] || fail "$from"
        [[ $(standin_log -c '.[-2:] | map(.method)') == '["GET","PUT"]' ]]
    done
}

@test "the ETag is handed back byte for byte" {
    local tag
    for tag in '"quoted"' bare 'W/"weak"' '"with, comma"' '  "blanks"  ' \
        "a'b\$c" '"ä"'; do
        printf 'HTTP/1.1 200 OK\r\neTaG:%s\r\nContent-Length: 2\r\n\r\n{}' \
            "$tag" >raw
        standin set api_raw="$PWD/raw,ok" echo=1
        request -X DELETE --etag-from . "$STANDIN_API/echo"
        assert_status 0
        tag=${tag#"${tag%%[! ]*}"}
        assert_stdout_has "If-Match: ${tag%"${tag##*[! ]}"}"$'\r\n' ||
            fail "$tag"
    done
}

@test "styles of the API: quoted or bare, names in any case" {
    local style case
    for style in quoted bare; do
        for case in mixed lower; do
            standin set etag_style=$style header_case=$case
            request -X PUT --json '{}' --etag-from . "$edit/details"
            assert_status 0 || fail "$style $case"
        done
    done
}

@test "the user's headers, body and method are not for the first request" {
    request -X PUT --json '{"a":1}' -H 'X-Mine: 1' --etag-from . \
        "$edit/details"
    assert_status 0
    standin_log -c '.[-2]' >first
    jq -e '.method == "GET" and (.body | length) == 0 and
        ([.headers[][0] | ascii_downcase] |
        (index("x-mine"), index("content-type")) == null)' first
    [[ $(sent X-Mine) == 1 ]]
    jq -e '[.headers[][0]] | index("Authorization")' first
}

@test "both go over one connection" {
    local before
    before=$(standin count connections)
    request -X PUT --json '{}' --etag-from . "$edit/details"
    assert_status 0
    [[ $(($(standin count connections) - before)) -eq 1 ]]
}

@test "without an ETag nothing is sent" {
    request -X PUT -d x --etag-from "$STANDIN_API/noauth/empty" \
        "$edit/details"
    assert_status 8
    assert_stderr_has 'the reply has no ETag'
    assert_empty_stdout
    [[ $(standin_log '.[-1].method') == GET ]]
}

@test "what --etag-from cannot read ends the run with nothing sent" {
    request -X PUT -d x -o out -D headers --etag-from "$edit/apks/none" \
        "$edit/details"
    assert_status 22
    assert_stderr_has "GET $edit/apks/none: HTTP 404"
    assert_empty_stdout
    [[ ! -e out && ! -e headers ]]
    [[ $(standin_log '.[-1].method') == GET ]]
    standin set api_mode=close
    request -X PUT -d x --etag-from . "$edit/details"
    assert_status 52
    [[ $(standin_log '.[-1].method') == GET ]]
}

@test "the same hosts are allowed as for the request" {
    local url
    while read -r want url; do
        request -X PUT -d x --etag-from "$url" "$edit/details"
        assert_status "$want" || fail "$url"
        assert_stderr_has etag-from || fail "$url"
        [[ $(standin_log '.[-1].method') == POST ]]
    done <<'END'
2 https://evil-amazon.com/x
2 https://@developer.amazon.com/x
1 http://developer.amazon.com/x
1 ftp://127.0.0.1/x
3 nonsense
END
}

@test "an If-Match of the user's own is a contradiction" {
    request -X PUT -d x -H 'if-match: "a"' --etag-from . "$edit/details"
    assert_status 2
    assert_stderr_has If-Match
    request -X PUT -d x --etag-from '' "$edit/details"
    assert_status 2
}

@test "a dead token is renewed by the first request, once for both" {
    local file
    file=$(cache_file)
    jq '.obtained_at -= 3300 | .expires_at -= 3300' "$file" >aged
    cat aged >"$file"
    standin expire
    request -X PUT --json '{}' --etag-from . "$edit/details"
    assert_status 0
    [[ $(standin_log -c '.[-4:] | map(.method + " " + (.status | tostring))') \
        == '["GET 403","POST 200","GET 200","PUT 200"]' ]]
}

@test "a retry does not fetch the ETag again" {
    local before
    before=$(standin_log length)
    standin set api_status=ok,503,ok
    request --retry 1 -X PUT --json '{}' --etag-from . "$edit/details"
    assert_status 0
    [[ $(standin_log -c --argjson before "$before" '.[$before:] |
        map(.method)') == '["GET","PUT","PUT"]' ]]
    [[ $(standin_log -c '.[-2:] | map(.headers[] |
        select(.[0] == "If-Match")[1]) | unique | length') -eq 1 ]]
}

@test "a stale ETag is a 412 with a hint" {
    request -X PUT --json '{}' -H 'If-Match: "stale"' "$edit/details"
    assert_status 22
    assert_stderr_has 'HTTP 412'
    assert_stderr_has 'hint: the ETag is stale'
    request -X PUT --json '{}' "$edit/details"
    assert_status 22
    assert_stderr_has 'If-Match header is required'
    assert_stderr_has 'hint: --etag-from'
}
