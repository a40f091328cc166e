#!/usr/bin/env bats
#
# --etag-from: read, then write, in one command.

load standin

setup() {
    use_standin
    edits=/v1/applications/app/edits
    run_asauth request -X POST "$edits"
    edit=$edits/$(jq -r .id <<<"$stdout")
}

@test "--etag-from sends the ETag of a path, a URL or the request's own as If-Match" {
    local from
    for from in "$edit/details" "$STANDIN_API_URL$edit/details" .; do
        request -X PUT --json '{"a":1}' --etag-from "$from" "$edit/details"
        assert_status 0
        assert_empty_stderr
        [[ $(sent_header If-Match) == \"*\" ]] || fail "$from"
        equals "$(standin_log -c '.[-2:] | map(.method)')" '["GET","PUT"]'
    done
}

@test "--etag-from sends the ETag back byte for byte" {
    local tag
    for tag in '"quoted"' bare 'W/"weak"' '"with, comma"' '  "blanks"  ' \
        "a'b\$c" '"ä"'; do
        raw_reply raw '200 OK' "eTaG:$tag" -- '{}'
        answer_file api raw ok
        standin set echo=1
        request -X DELETE --etag-from . "$STANDIN_API/echo"
        assert_status 0
        tag=${tag#"${tag%%[! ]*}"}
        assert_stdout_has "If-Match: ${tag%"${tag##*[! ]}"}"$'\r\n' ||
            fail "$tag"
    done
}

@test "--etag-from takes a quoted or bare ETag, under a name in any case" {
    local style case
    for style in quoted bare; do
        for case in mixed lower; do
            standin set etag_style=$style header_case=$case
            request -X PUT --json '{}' --etag-from . "$edit/details"
            assert_status 0 || fail "$style $case"
        done
    done
}

@test "--etag-from asks without the user's headers, body and method" {
    request -X PUT --json '{"a":1}' -H 'X-Mine: 1' --etag-from . \
        "$edit/details"
    assert_status 0
    standin_log -c '.[-2]' >first
    jq -e '.method == "GET" and (.body | length) == 0 and
        ([.headers[][0] | ascii_downcase] |
        (index("x-mine"), index("content-type")) == null)' first
    equals "$(sent_header X-Mine)" 1
    jq -e '[.headers[][0]] | index("Authorization")' first
}

@test "--etag-from and the request use one connection" {
    local before
    before=$(standin count connections)
    request -X PUT --json '{}' --etag-from . "$edit/details"
    assert_status 0
    number "$(($(standin count connections) - before))" -eq 1
}

@test "when --etag-from finds no ETag (8) nothing is sent" {
    request -X PUT -d x --etag-from "$STANDIN_API/noauth/empty" \
        "$edit/details"
    assert_status 8
    assert_stderr_has 'the reply has no ETag'
    assert_empty_stdout
    equals "$(standin_log '.[-1].method')" GET
}

@test "when --etag-from cannot be read the run ends with its status and nothing is sent" {
    request -X PUT -d x -o out -D headers --etag-from "$edit/apks/none" \
        "$edit/details"
    assert_status 22
    assert_stderr_has "GET $edit/apks/none: HTTP 404"
    assert_empty_stdout
    absent out
    absent headers
    equals "$(standin_log '.[-1].method')" GET
    standin set api_mode=close
    request -X PUT -d x --etag-from . "$edit/details"
    assert_status 52
    equals "$(standin_log '.[-1].method')" GET
}

@test "--etag-from may ask the hosts that the request may ask, and no others" {
    local url
    while read -r want url; do
        request -X PUT -d x --etag-from "$url" "$edit/details"
        assert_status "$want" || fail "$url"
        assert_stderr_has etag-from || fail "$url"
        equals "$(standin_log '.[-1].method')" POST
    done <<'END'
2 https://evil-amazon.com/x
2 https://@developer.amazon.com/x
1 http://developer.amazon.com/x
1 ftp://127.0.0.1/x
3 nonsense
END
}

@test "--etag-from with the user's own If-Match is refused (2)" {
    request -X PUT -d x -H 'if-match: "a"' --etag-from . "$edit/details"
    assert_status 2
    assert_stderr_has If-Match
    request -X PUT -d x --etag-from '' "$edit/details"
    assert_status 2
}

@test "a refused token is renewed once for --etag-from and the request" {
    age_token 3300
    standin expire
    request -X PUT --json '{}' --etag-from . "$edit/details"
    assert_status 0
    equals "$(standin_log -c '.[-4:] | map(.method + " " + (.status | tostring))')" \
        '["GET 403","POST 200","GET 200","PUT 200"]'
}

@test "--retry does not fetch the ETag again" {
    local before
    before=$(standin_log length)
    standin set api_status=ok,503,ok
    request --retry 1 -X PUT --json '{}' --etag-from . "$edit/details"
    assert_status 0
    equals "$(standin_log -c --argjson before "$before" '.[$before:] |
        map(.method)')" '["GET","PUT","PUT"]'
    number "$(standin_log -c '.[-2:] | map(.headers[] |
        select(.[0] == "If-Match")[1]) | unique | length')" -eq 1
}
