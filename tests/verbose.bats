#!/usr/bin/env bats
#
# -v shows the traffic in curl's way, and no secret, whoever writes it.

load standin

setup_file() {
    standin_start
    http2_start
}

@test "-v shows log-in and request in curl's style on standard error" {
    run_asauth request -v "$STANDIN_API/echo"
    assert_status 0
    assert_stderr_has '> POST /auth/o2/token HTTP/1.1'
    assert_stderr_has '> GET /echo HTTP/1.1'
    assert_stderr_has '> Authorization: Bearer [redacted]'
    assert_stderr_has '< HTTP/1.1 200 OK'
    assert_stderr_has '< x-amzn-RequestId: '
    assert_stderr_has '* '
    refute_stdout_has '> '
    assert_no_secret
    # As curl itself.
    curl -q -sv -o /dev/null "$STANDIN_API/noauth/echo" 2>curl
    run_asauth request -v "$STANDIN_API/noauth/echo"
    number "$(grep -c '^> Host' curl)" -eq "$(grep -c '^> Host' stderr)"
}

@test "-v does not show the body of a log-in" {
    run_asauth token -v
    assert_status 0
    refute_stderr_has client_secret
    refute_stderr_has access_token
    assert_no_secret
}

@test "-v does not show the token over HTTP/2 either" {
    local url=https://127.0.0.1:$h2_port
    export CURL_CA_BUNDLE=$BATS_FILE_TMPDIR/ca.pem
    run_asauth request -v --token-url "$url/auth/o2/token" "$url/echo"
    assert_status 0
    grep -qi 'HTTP/2' <<<"$stderr"
    grep -qi 'authorization: *bearer \[redacted\]' <<<"$stderr" || complain
    assert_no_secret
    run_asauth request -v --scope reporting --fetch-link \
        --token-url "$url/auth/o2/token" -o /dev/null \
        "$url/api/appstore/download/report/sales/2026/10"
    assert_status 0
    assert_no_secret
    refute_stderr_has Signature=
}

@test "-v shows nothing of a long token when libcurl cuts the line off" {
    local url=https://127.0.0.1:$h2_port token
    export CURL_CA_BUNDLE=$BATS_FILE_TMPDIR/ca.pem
    token=Atc\|$(printf 'S%.0s' {1..2040})
    ASAUTH_TOKEN=$token run_asauth request -v "$url/noauth/echo"
    assert_status 0
    grep -qi 'HTTP/2' <<<"$stderr"
    refute_stderr_has SSS
    standin set link_body="$url/noauth/echo?X-Amz-Security-Token=${token#*|}"
    run_asauth request -v --scope reporting --fetch-link -o file \
        "$url/api/appstore/download/report/sales/2026/10"
    assert_status 0
    grep -q SSS file
    refute_stderr_has SSS
    ASAUTH_TOKEN=abc run_asauth request -v "$STANDIN_API/noauth/echo"
    assert_stderr_has '> Authorization: Bearer [redacted]'
}

@test "-v redacts a secret wherever it turns up, encoded too" {
    local secret='s3/cr+et&?=%'
    standin set client_secret="$secret"
    export ASAUTH_CLIENT_SECRET=$secret
    run_asauth request -v "$STANDIN_API/echo?$secret"
    refute_stderr_has "$secret"
    run_asauth request -v -H "X-Leak: $secret" "$STANDIN_API/echo"
    assert_stderr_has '> X-Leak: [redacted]'
    # What a server echoes in headers and errors.
    standin set token_status=400 \
        token_error_body="{\"error\":\"x\",\"error_description\":\"$secret\"}"
    run_asauth token -v --refresh
    assert_status 67
    refute_stderr_has "$secret"
    answer api '200 OK' "X-Echo: $secret" 'Content-Length: 0'
    standin set token_status=ok
    run_asauth request -v "$STANDIN_API/echo"
    assert_stderr_has '< X-Echo: [redacted]'
}

@test "-v does not show the redirect of a link, however it is written" {
    local blank
    for blank in '' ' ' $'\t'; do
        answer link '307 X' \
            "location:${blank}http://127.0.0.1:1/x?Signature=S3CR3T"
        run_asauth request -v --scope reporting --fetch-link \
            /download/report/sales/2026/10
        assert_status 22
        assert_stderr_has '[redacted]'
        refute_stderr_has S3CR3T
    done
}

@test "a secret with a per cent sign is redacted raw and encoded" {
    local secret
    for secret in 'p%w0rdXYZ+q' 'p%25w0rd' '100%'; do
        standin set token_status=400 token_error_body="{\"error\":\"x\",
            \"error_description\":\"<$secret> <$(jq -rn --arg s "$secret" \
                '$s | @uri')>\"}"
        ASAUTH_CLIENT_SECRET=$secret run_asauth token --refresh
        assert_status 67
        assert_stderr_has '<[redacted]> <[redacted]>'
    done
}

@test "-v redacts a secret that a server sends percent-encoded, in any case" {
    local secret='s3/cr et&Z' form
    for form in 's3%2Fcr+et%26Z' 's3%2fcr%20et%26%5a' '%733/cr et%26Z'; do
        answer api '400 Bad' "X-Echo: $form!" \
            -- "{\"message\":\"no $form!\"}"
        ASAUTH_TOKEN='Atc|s3/crXet&Z' ASAUTH_CLIENT_SECRET=$secret \
            run_asauth request -v -H 'X-A: b' "$STANDIN_API/echo"
        assert_status 22
        assert_stderr_has '< X-Echo: [redacted]!'
        assert_stderr_has 'HTTP 400: no [redacted]!'
    done
    answer api '302 Found' 'Location: /login?t=Atc%7cabc%2bdef%3D'
    ASAUTH_TOKEN='Atc|abc+def=' run_asauth request -v "$STANDIN_API/echo"
    assert_stderr_has '< Location: /login?t=[redacted]'
}

@test "-v shows a server's control characters escaped" {
    answer api '200 O\033[31mK' 'X-Evil: a\033]0;b\007\xe2\x80\xaec' \
        'Content-Length: 0'
    run_asauth request -v "$STANDIN_API/echo"
    assert_status 0
    assert_stderr_has 'X-Evil: a^[]0;b\aM-bM^@M-.c'
    run grep -aP '[\x00-\x08\x0b-\x1f\x7f-\xff]' "$BATS_TEST_TMPDIR/stderr"
    [[ $status -eq 1 ]] || fail "$output"
    # -i gives the server's bytes.
    run_asauth request -i "$STANDIN_API/echo"
    grep -aqF $'X-Evil: a\033]0;b\007' "$BATS_TEST_TMPDIR/stdout"
}

@test "in a UTF-8 locale -v, messages and reports show letters" {
    local title='Titel „Schöne Äpfel“ アプリ'
    answer api '400 Bad' "X-Title: $title" -- "{\"message\":\"no $title\"}"
    LC_ALL=C.UTF-8 run_asauth request -v "$STANDIN_API/echo"
    assert_stderr_has "< X-Title: $title"
    assert_stderr_has "HTTP 400: no $title"
    LC_ALL=C run_asauth request "$STANDIN_API/echo"
    assert_stderr_has 'no Titel M-bM^@M^^Sch'
    LC_ALL=C.UTF-8 run_asauth request -T größe.apk "$STANDIN_API/echo"
    assert_stderr_has 'größe.apk: No such file'
    mkdir -p "$XDG_CONFIG_HOME/asauth"
    echo '{"profiles": {"größe": {}}}' >"$XDG_CONFIG_HOME/asauth/config.json"
    LC_ALL=C.UTF-8 run_asauth whoami-scope --offline --profile größe
    assert_stdout_has 'profile        größe'
}

@test "-v never shows a body" {
    run_asauth request -v -d 'S3CR3T body' -o /dev/null "$STANDIN_API/sink"
    assert_status 0
    refute_stderr_has S3CR3T
    run_asauth request -v -F 'a=S3CR3T body' -o /dev/null "$STANDIN_API/sink"
    refute_stderr_has S3CR3T
}
