#!/usr/bin/env bats
#
# -w: what is known of a transfer.

load standin

@test "-w writes what is known of the transfer" {
    local name wanted
    printf abcdef >body
    request -o out -w '%{time_total}' -T body "$api/sink"
    [[ $stdout =~ ^[0-9]+\.[0-9]{6}$ ]] || complain time_total
    while IFS='|' read -r name wanted; do
        request -o out -w "$name" -T body "$api/sink?q=1"
        assert_status 0
        assert_empty_stderr
        printf '%b' "$wanted" >want
        cmp -s stdout want || complain "case: $name" "wanted: $wanted"
    done <<END
%{http_code}|200
%{response_code}|200
%{content_type}|application/json
%{size_download}|$(stat -c %s out)
%{size_upload}|6
%{num_connects}|1
%{url_effective}|$api/sink?q=1
%{redirect_url}|
%{method}|PUT
%{scheme}|http
%{http_version}|1.1
%{url.path}|/sink
%{url.query}|q=1
%{url.fragment}|
%{urle.port}|${api##*:}
%{proxy_used}|0
%{num_retries}|0
%{urlnum}|0
%{num_redirects}|0
%{filename_effective}|out
%{exitcode}|0
%{errormsg}|
%{remote_ip}|127.0.0.1
%header{content-type}|application/json
%header{CONTENT-TYPE}|application/json
%header{X-None}|
a\\nb\\tc\\rd|a\\nb\\tc\\rd
100%%|100%
%{http_code} %{http_code}\\n|200 200\\n
%{onerror}no|
a%{onerror}no|a
%|%
%{unclosed|%{unclosed
%header{unclosed|%header{unclosed
%zb|%zb
\\q|\\\\q
\\\\n|\\\\\\\\n
END
    equals "$(ls)" $'body\nhome\nout\nstderr\nstdout\nwant'
}

@test "-w's url is the one that is asked for, with what -T and -G add to it" {
    printf x >body
    request -o out -w '%{url}' -T body "$api/noauth/sink/"
    assert_stdout "$api/noauth/sink/body"
    request -o out -w '%{url}' -G -d a=b "$echo_url"
    assert_stdout "$echo_url?a=b"
    request -o out -w '%{url}' --api-url "$api" /echo
    assert_stdout "$api/echo"
}

@test "-w's errormsg tells of an HTTP error, too, and of what fails before" {
    request -w '%{errormsg}' -o out "$api/status/404"
    assert_status 22
    assert_stdout 'The requested URL returned error: 404'
    request -w '%{errormsg}' -o out "$api/redirect/302?to=/x"
    assert_stdout 'The requested URL returned error: 302'
    request -w '%{errormsg}' --no-fail -o out "$api/status/404"
    assert_stdout ''
    request -w '%{errormsg}' -T missing "$echo_url"
    assert_stdout 'cannot read missing: No such file or directory'
    ASAUTH_CLIENT_SECRET=wrong-secret-it-is \
        request --no-cache -w '%{errormsg}' "$echo_url"
    assert_status 67
    begins "$stdout" 'log-in refused: invalid_client'
    standin set token_status=503
    request -m 2 -w '%{errormsg}' --no-cache "$echo_url"
    assert_status 22
    contains "$stdout" 'HTTP 503'
}

@test "-w json holds all variables, as JSON" {
    request -w '%{json}' -o out "$api/etag?a=\"b"
    assert_status 0
    jq -e '.http_code == 200 and .response_code == 200 and .errormsg == null
        and .exitcode == 0 and .filename_effective == "out"
        and .method == "GET" and .http_version == "1.1"
        and .redirect_url == null and .num_redirects == 0
        and .content_type == "application/json" and .time_total >= 0
        and .num_headers > 3 and .http_connect == 0 and ."url.port" != null
        and (.curl_version | startswith("libcurl/"))' stdout
    equals "$(jq -r .url_effective stdout)" "$api/etag?a=\"b"
    equals "$(jq -r .size_download stdout)" "$(stat -c %s out)"
    # In the order of the alphabet, as in curl.
    equals "$(jq -r 'keys_unsorted[:-1][]' stdout)" \
        "$(jq -r 'del(.curl_version) | keys[]' stdout)"
    request -w '%{json}' -o out "$api/status/404"
    equals "$(jq -r '"\(.errormsg) \(.exitcode)"' stdout)" \
        'The requested URL returned error: 404 22'
}

@test "-w header_json holds the headers of the last reply" {
    answer api '200 OK' 'X-Two: a' 'Content-Length: 1' 'x-two: "b"' \
        'X-Fold: c' '  d' 'Set-Cookie: S3CR3T=1' 'X-Latin: \0344' -- x
    request -w '%{header_json}' -o out "$echo_url"
    assert_status 0
    equals "$(jq -c '.["x-two"], .["x-fold"], .["content-length"]' stdout)" \
        $'["a","\\"b\\""]\n["c d"]\n["1"]'
    begins "$stdout" $'{"x-two":["a","\\"b\\""],\n"content-length":["1"],\n'
    equals "$(jq -c '.["set-cookie"]' stdout)" '["[redacted]"]'
    refute_stdout_has S3CR3T
    request -w '%{num_headers} %header{set-cookie}' -o out "$echo_url"
    assert_stdout '6 [redacted]'
    request -w '%{header_json}' -o out http://127.0.0.1:1/
    assert_status 7
    equals "$(jq -c . stdout)" '{}'
}

@test "-w sums up what redirects took, as curl does" {
    local url="$api/noauth/redirect/302?to=/noauth/redirect/307?to=/noauth/etag"
    local format='%{size_header} %{num_redirects} %{num_headers}'
    curl -q -sL -o out -w "$format" "$url" >wanted
    request -L -o out -w "$format" "$url"
    assert_stdout "$(<wanted)"
    request -L -o out -w '%{json}' "$url"
    jq -e '.time_redirect > 0 and .time_redirect < .time_total
        and .time_connect <= .time_total
        and .size_request > 400' stdout
    request -o out -w '%{time_redirect}' "$echo_url"
    assert_stdout 0.000000
}

@test "-w counts the retries" {
    standin set api_status=503,ok
    request -s --retry 2 --retry-delay 1 -w '%{num_retries}' "$api/bytes/1"
    assert_status 0
    assert_stdout 01
}

@test "-w counts a connection only where one was opened" {
    request -o out -w '%{num_connects}' "$api/bytes/1"
    # The token came over the same one.
    equals "$stdout" 0
    request -o out -w '%{num_connects}' "$api/bytes/1"
    equals "$stdout" 1
}

@test "-w follows the body, takes @FILE, and writes to standard error" {
    # What ends the lines of a file is left out, as in curl.
    printf '[%%{http_code}\r\n]\\n\n' >format
    request -w @format "$api/bytes/3"
    equals "$(od -c stdout)" "$(printf '012[200]\n' | od -c)"
    cp stdout ours
    curl -sS -w @format "$api/noauth/bytes/3" | cmp - ours
    request -w @- "$api/bytes/3" <format
    assert_stdout '012[200]'
    request -w 'o%{stderr}e%{http_code}%{stdout}p' "$api/bytes/3"
    assert_stdout 012op
    assert_stderr e200
    request -w '' "$api/bytes/3"
    assert_stdout 012
    request -w one -w two "$api/bytes/3"
    assert_stdout 012two
}

@test "-w is written after a failure, too" {
    request -w '%{http_code}%{onerror} %{exitcode} %{errormsg}' -f \
        "$api/status/418"
    assert_status 22
    [[ $stdout == '418 22 '* ]] || complain
    request -w '%{http_code} %{redirect_url}' -f \
        "$api/redirect/302?to=$STANDIN_OTHER/x"
    assert_status 22
    assert_stdout "302 $STANDIN_OTHER/x"
    request -w '%{http_code} %{size_download}%{onerror} %{exitcode}' \
        http://127.0.0.1:1/
    assert_status 7
    assert_stdout '000 0 7'
    # Where nothing could be sent, too.
    request -w '%{http_code}%{onerror} %{exitcode}' 'http://127.0.0.1/a b'
    assert_status 3
    assert_stdout '000 3'
    request -w '%{http_code}%{onerror} %{exitcode}' -T missing "$echo_url"
    assert_status 26
    assert_stdout '000 26'
    request -w '%{http_code}%{onerror} %{exitcode}' -o none/x "$echo_url"
    assert_status 23
    assert_stdout '000 23'
    # Nothing ran, as with curl.
    request -w '%{http_code}' -H nonsense "$echo_url"
    assert_status 2
    assert_empty_stdout
}

@test "-w never describes the log-in" {
    ASAUTH_CLIENT_SECRET=wrong request "$echo_url" \
        -w '%{http_code} %{size_download} %header{content-type} %{exitcode}'
    assert_status 67
    assert_stdout '000 0  67'
    ASAUTH_CLIENT_SECRET=wrong request -w '%{url_effective}' "$echo_url"
    refute_stdout_has /auth/
}

@test "%{stderr} shows a server's text without what drives a terminal" {
    answer api '200 OK' 'X-Evil: a\033]0;b\007c' 'Content-Length: 0'
    run_asauth request -w '%{stderr}\n\t%header{x-evil}\n' "$STANDIN_API/echo"
    equals "$stderr" $'\n\ta^[]0;b\\ac'
    run_asauth request -w '%header{x-evil}' "$STANDIN_API/echo"
    equals "$stdout" $'a\033]0;b\007c'
}

@test "cookies and their like are in no variable" {
    answer api '200 OK' 'Set-Cookie: a=b' 'X-Amz-Security-Token: c' \
        'Content-Length: 0'
    run_asauth request -w '%header{set-cookie} %header{x-amz-security-token}' \
        "$STANDIN_API/echo"
    assert_stdout '[redacted] [redacted]'
}
