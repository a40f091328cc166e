#!/usr/bin/env bats
#
# -w: what is known of a transfer.

load helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    api=$STANDIN_API
    echo_url=$STANDIN_API/echo
}

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
