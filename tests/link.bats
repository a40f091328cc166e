#!/usr/bin/env bats
#
# --fetch-link: what a report's presigned link holds, fetched without the
# token and never shown.

load standin

setup() {
    use_standin
    export ASAUTH_SCOPE=reporting
    report=/download/report/sales/2026/10
}

# fetch [ARG...]: the request with --fetch-link.
fetch() {
    request --fetch-link "$@"
}

# bad: an 8, with nothing fetched or shown.
bad() {
    local before
    before=$(standin count link)
    fetch "$report"
    assert_status 8
    assert_empty_stdout
    assert_stderr_has 'not a link'
    refute_stderr_has S3CR3T
    equals "$(standin count link)" "$before"
}

@test "--fetch-link delivers what the link holds, fetched without token and headers" {
    request --fetch-link -H 'X-Mine: 1' -A agent "$report"
    assert_status 0
    assert_empty_stderr
    /usr/bin/python3 -m zipfile -t stdout
    standin_log -c '.[-1]' >last
    jq -e '.port == "link" and .method == "GET"' last
    jq -e '[.headers[][0] | ascii_downcase] |
        (index("authorization"), index("x-mine"), index("cookie")) == null' last
}

@test "with --fetch-link -o, -i, -D and -w are about what the link holds" {
    fetch -o out -D headers -w '%{http_code} %{content_type}' "$report"
    assert_status 0
    assert_stdout '200 application/zip'
    /usr/bin/python3 -m zipfile -t out
    number "$(grep -c HTTP/ headers)" -eq 1
    grep -i 'content-type: application/zip' headers
    fetch -i "$report"
    assert_status 0
    number "$(grep -ac '^HTTP/' stdout)" -eq 1
    run grep -ai x-amzn-requestid stdout
}

@test "white space and JSON quotes around a link are tolerated" {
    local link form
    request "$report"
    link=$stdout
    for form in " $link " "\"$link\"" $'\t\r\n'"$link"$'\n' \
        " \"$link\" " "\"${link//\//\\/}\""; do
        standin set link_body="$form"
        fetch "$report"
        assert_status 0 || fail "$form"
    done
}

@test "a reply that is no link fails (8) under --fetch-link and is not shown" {
    local body
    for body in ' ' '{}' '{"url":"https://S3CR3T.example/"}' \
        'no link S3CR3T' 'https://a.example/S3CR3T b' \
        $'https://a.example/S3CR3T\nhttps://b.example/' \
        'https://S3CR3T@a.example/' 'ftp://a.example/S3CR3T' \
        'file:///etc/passwd' '//a.example/S3CR3T' '/S3CR3T' \
        '"https://a.example/S3CR3T'; do
        standin set link_body="$body"
        bad || fail "$body"
    done
    standin set link_body="https://a.example/$(printf '%08192d' 0)"
    bad
    fetch --no-fail "$report"
    assert_status 8
}

@test "a reply without a body fails (8) under --fetch-link, and -o stays as it was" {
    local code
    echo old >file
    for code in 200 204 304; do
        fetch -o file "$STANDIN_API/status/$code"
        assert_status 8 || fail "$code"
        [[ $(<file) == old ]] || fail "$code"
    done
}

@test "a link to http is followed on loopback only, from an API on loopback" {
    standin set link_body='http://a.example/S3CR3T'
    bad
    # A link to another host needs no permission; nothing answers there.
    standin set link_body='https://a.example/S3CR3T'
    fetch -x http://127.0.0.1:1 "$report"
    assert_status 7
    refute_stderr_has S3CR3T
    assert_empty_stdout
}

@test "--fetch-link with a method other than GET is refused (2)" {
    local option
    for option in '-X POST' '-d x' -I '-T /dev/null' '-F a=b' '--json {}'; do
        # shellcheck disable=SC2086 # words
        fetch $option "$report"
        assert_status 2 || fail "$option"
        assert_stderr_has --fetch-link || fail "$option"
    done
    fetch -G -d a=b "$report"
    assert_status 0
}

@test "a link that has expired fails (22) with the status of its server" {
    standin set link_lifetime=0
    fetch -o out "$report"
    assert_status 22
    assert_stderr_has 'the link in the reply: HTTP 403'
    assert_no_secret
    refute_stderr_has Signature=
    absent out
    # The API's own error is told as such.
    standin reset
    standin set link_status=ok api_status=400 \
        api_body='{"message":"Report not found"}'
    fetch "$report"
    assert_status 22
    assert_stderr_has 'Report not found'
    assert_count link 0
}

@test "nothing of a link is in -v, -w or messages" {
    fetch -v -o out -w '%{url_effective} %{redirect_url}\n' "$report"
    assert_status 0
    refute_stdout_has Signature
    assert_no_secret "$stdout"
    assert_no_secret
    refute_stderr_has Signature=
    standin set link_mode=cut
    fetch -v -o out "$report"
    assert_status 18
    assert_no_secret
    standin set link_mode=normal link_redirect="https://a.example/?x=S3CR3TS3CR3T"
    fetch -v "$report"
    assert_status 22
    refute_stderr_has S3CR3T
}

@test "nothing of a link, or of where it leads, is in -w" {
    local format='%{url_effective} %{redirect_url} %{urle.path} %{urle.query}
        %{json} %{header_json} %header{location} %header{x-next} %{errormsg}'
    standin set link_redirect="https://a.example/S3CR3T?x=S3CR3TS3CR3T"
    fetch -w "$format" -o out "$report"
    assert_status 22
    refute_stdout_has S3CR3T
    refute_stdout_has Signature=
    assert_no_secret "$stdout"
    assert_stdout_has '"location":["[redacted]"]'
    assert_stdout_has '"redirect_url":"[redacted]"'
    answer link '200 OK' 'X-Next: https://a.example/S3CR3T' -- x
    fetch -w "$format" -o out "$report"
    assert_status 0
    refute_stdout_has S3CR3T
    assert_stdout_has '"x-next":["[redacted]"]'
}

@test "a link that is short or has a fragment or dots is not shown either" {
    local link
    for link in '/s?b=S3C1' '/sink?sig=S3C1S3C1S3C1S3C1#part' \
        '/x/../S3C1S3C1S3C1S3C1' '/a/./b/../c?s=S3C1'; do
        standin set link_body="$STANDIN_LINK$link"
        fetch -v "$report"
        [[ $(grep -c '^> GET' <<<"$stderr") -eq 2 ]] || complain "$link"
        refute_stderr_has S3C1
    done
}

@test "a link in the body of a redirect or an error is not quoted" {
    local status_line
    for status_line in '302 Found' '400 Bad Request'; do
        answer api "$status_line" 'Location: https://a.example/' \
            -- 'https://b.example/x?sig=S3CR3T'
        fetch "$report"
        assert_status 22
        refute_stderr_has S3CR3T
    done
}

# Headers that may lead to a link, each with a secret in it.
leading_headers() {
    local to="$1/x?sig=S3CR3T"
    printf '%s\n' "Location: $to" "Location:\t$to" "Location:\r\n $to" \
        "location: $to\r\n\tS3CR3T" "Link: <$to>; rel=next" \
        "Refresh: 0; url=$to" "Content-Location: $to" "X-Other: $to" \
        'Set-Cookie: a=S3CR3T'
}

@test "nothing that leads to a link is shown, on the way to it or at its end" {
    local header service option
    local format='%{redirect_url} %{url_effective} %header{location}'
    format+=' %header{link} %header{refresh} %header{content-location}'
    format+=' %header{x-other} %header{set-cookie} %{json} %{header_json}'
    format+=' %{stderr} %header{location} %{header_json} %{urle.query}'
    while IFS= read -r header; do
        for service in api link; do
            for option in -s -L; do
                standin reset
                rm -rf "$XDG_CACHE_HOME"
                answer "$service" '302 Found' "$header" 'Content-Length: 0'
                fetch -v "$option" -w "$format" "$report"
                assert_stderr_has '[redacted]'
                assert_stderr_has '< HTTP/1.1 302 Found'
                refute_stderr_has S3CR3T
                refute_stdout_has S3CR3T
            done
        done
    done < <(leading_headers "$STANDIN_OTHER")
}

@test "fifty redirects to long links cost seconds of the processor at most" {
    local pad
    pad=$(printf 'Aa0_%.0s' {1..2000})
    answer link '302 Found' "Location: /x?sig=$pad" "Server: $pad" \
        "ETag: $pad" 'Content-Length: 0'
    (ulimit -t 10 && fetch -v -L "$report" && assert_status 47)
    equals "$(grep -c Aa0_ "$BATS_TEST_TMPDIR/stderr")" 0
}

@test "what an API's redirect leads to is as secret as a link" {
    answer api '302 Found' "Location: $STANDIN_OTHER/S3CR3T/e?sig=S3CR3T"
    fetch -v -L "$report"
    assert_status 8
    assert_count other 1
    assert_stderr_has '> GET [redacted]'
    refute_stderr_has S3CR3T
    # Without --fetch-link it is as with curl, but for what looks secret.
    answer api '302 Found' "Location: $STANDIN_OTHER/e?a=b&Signature=S3CR3T"
    request -v -w '%{redirect_url}' "$report"
    assert_stdout "$STANDIN_OTHER/e?a=b&Signature=[redacted]"
    assert_stderr_has "< Location: $STANDIN_OTHER/e?a=b&Signature=[redacted]"
}

@test "-L follows the redirect of a link, without the token" {
    standin set link_redirect="$STANDIN_OTHER/elsewhere"
    fetch -L "$report"
    assert_status 0
    assert_count other 1
    equals "$(standin_log -c '[.[-1].headers[][0] | ascii_downcase] |
        index("authorization")')" null
}

@test "with --retry a link that answers 403 is asked for anew, once" {
    standin set link_status=403,ok
    fetch --retry 2 -o out "$report"
    assert_status 0
    assert_stderr 'asauth: warning: the link in the reply: HTTP 403; asking for a new one'
    /usr/bin/python3 -m zipfile -t out
    equals "$(standin links | sort -u | wc -l)" 2
    assert_count link 2
    standin set link_status=ok link_lifetime=0
    fetch --retry 2 -i "$report"
    assert_status 22
    assert_stderr_has 'the link in the reply: HTTP 403'
    equals "$(grep -c '^HTTP' stdout)" 1
    assert_count link 4
    assert_no_secret
    fetch "$report"
    assert_status 22
    assert_count link 5
    # Then the link is as any other URL.
    fetch --retry 1 --retry-all-errors "$report"
    assert_status 22
    equals "$(grep -c 'for a new one' stderr)" 1
    equals "$(grep -c 'trying again' stderr)" 1
    assert_count link 8
}

@test "with --retry a report that was cut off is fetched again" {
    local mode
    for mode in cut close reset; do
        standin set "link_mode=$mode,ok"
        fetch --retry 1 -o out "$report"
        assert_status 0 || fail "$mode"
        assert_stderr_has 'the link in the reply: '
        assert_stderr_has 'trying again in 1 s'
        /usr/bin/python3 -m zipfile -t out
    done
    assert_no_secret
}
