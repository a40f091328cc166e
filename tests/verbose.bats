#!/usr/bin/env bats
#
# -v shows the traffic in curl's way, and no secret, whoever writes it.

load helper

setup_file() {
    make_ca
    make_cert good
    standin_start
    h2_port=$(/usr/bin/python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export h2_port
    # HTTP/2, which the stand-in does not speak.
    nghttpx --backend="127.0.0.1,${STANDIN_API##*:}" --no-ocsp --workers=1 \
        --frontend="127.0.0.1,$h2_port" --log-level=FATAL \
        --add-x-forwarded-for "$BATS_FILE_TMPDIR/good.key" \
        "$BATS_FILE_TMPDIR/good.pem" >/dev/null 2>&1 3>&- &
    echo $! >"$BATS_FILE_TMPDIR/nghttpx"
    for _ in {1..100}; do
        (: >"/dev/tcp/127.0.0.1/$h2_port") 2>/dev/null && break
        sleep 0.05
    done
}
teardown_file() {
    kill "$(<"$BATS_FILE_TMPDIR/nghttpx")"
    standin_stop
}

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
}

@test "both calls are shown in curl's style, on standard error" {
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
    [[ $(grep -c '^> Host' curl) -eq $(grep -c '^> Host' stderr) ]]
}

@test "the body of a log-in is not shown" {
    run_asauth token -v
    assert_status 0
    refute_stderr_has client_secret
    refute_stderr_has access_token
    assert_no_secret
}

@test "over HTTP/2 the token is not shown either" {
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

@test "nor what is left of a long one, when libcurl cuts the line off" {
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

@test "a secret is redacted wherever it turns up, encoded too" {
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
    printf 'HTTP/1.1 200 OK\r\nX-Echo: %s\r\nContent-Length: 0\r\n\r\n' \
        "$secret" >raw
    standin set token_status=ok api_raw="$PWD/raw"
    run_asauth request -v "$STANDIN_API/echo"
    assert_stderr_has '< X-Echo: [redacted]'
}

@test "what a server echoes of the token is redacted in messages" {
    local token
    token=$(asauth token)
    standin set api_status=400 api_body="{\"message\":\"bad $token\"}"
    run_asauth request "$STANDIN_API/echo"
    assert_status 22
    assert_stderr_has 'bad [redacted]'
    # Its body is data and comes as it is.
    assert_stdout_has "$token"
    run_asauth request -f -w '%{stderr}%header{x}' "$STANDIN_API/echo"
    assert_no_secret
}

@test "a redirect of a link is not shown, however it is written" {
    local blank
    for blank in '' ' ' $'\t'; do
        printf 'HTTP/1.1 307 X\r\nlocation:%s%s\r\n\r\n' "$blank" \
            "http://127.0.0.1:1/x?Signature=S3CR3T" >raw
        standin set link_raw="$PWD/raw"
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

@test "however a server writes it, percent-encoded in any case" {
    local secret='s3/cr et&Z' form
    for form in 's3%2Fcr+et%26Z' 's3%2fcr%20et%26%5a' '%733/cr et%26Z'; do
        printf 'HTTP/1.1 400 Bad\r\nX-Echo: %s!\r\n%s\r\n\r\n%s' "$form" \
            'Connection: close' "{\"message\":\"no $form!\"}" >raw
        standin set api_raw="$PWD/raw"
        ASAUTH_TOKEN='Atc|s3/crXet&Z' ASAUTH_CLIENT_SECRET=$secret \
            run_asauth request -v -H 'X-A: b' "$STANDIN_API/echo"
        assert_status 22
        assert_stderr_has '< X-Echo: [redacted]!'
        assert_stderr_has 'HTTP 400: no [redacted]!'
    done
    printf 'HTTP/1.1 302 Found\r\nLocation: /%s\r\n\r\n' \
        'login?t=Atc%7cabc%2bdef%3D' >raw
    ASAUTH_TOKEN='Atc|abc+def=' run_asauth request -v "$STANDIN_API/echo"
    assert_stderr_has '< Location: /login?t=[redacted]'
}

@test "a proxy's password is redacted" {
    standin set proxy_user=me proxy_password=S3CR3T-pass
    export CURL_CA_BUNDLE=$BATS_FILE_TMPDIR/ca.pem
    run_asauth token -v -x "http://me:S3CR3T-pass@${STANDIN_PROXY#http://}" \
        --token-url https://api.amazon.com/auth/o2/token
    refute_stderr_has S3CR3T
    refute_stderr_has "$(printf me:S3CR3T-pass | base64)"
    https_proxy=http://me:S3CR3T-pass@${STANDIN_PROXY#http://} \
        run_asauth token -v --token-url https://api.amazon.com/auth/o2/token
    refute_stderr_has S3CR3T
    assert_stderr_has Proxy-Authorization
    run_asauth token -x 'http://me:S3CR3T-pass@127.0.0.1:1' \
        --token-url https://api.amazon.com/auth/o2/token
    assert_status 7
    refute_stderr_has S3CR3T
}

@test "a server's control characters are shown by vis(3)" {
    printf 'HTTP/1.1 200 O\033[31mK\r\nX-Evil: a\033]0;b\007\342\200\256c\r\nContent-Length: 0\r\n\r\n' >raw
    standin set api_raw="$PWD/raw"
    run_asauth request -v "$STANDIN_API/echo"
    assert_status 0
    run grep -aP '[\x00-\x08\x0b-\x1f\x7f-\xff]' "$BATS_TEST_TMPDIR/stderr"
    [[ $status -eq 1 ]] || fail "$output"
    assert_stderr_has 'X-Evil: a^[]0;b\aM-bM^@M-.c'
    # -i gives the server's bytes.
    run_asauth request -i "$STANDIN_API/echo"
    grep -aqF $'X-Evil: a\033]0;b\007' "$BATS_TEST_TMPDIR/stdout"
}

@test "a body is never shown" {
    run_asauth request -v -d 'S3CR3T body' -o /dev/null "$STANDIN_API/sink"
    assert_status 0
    refute_stderr_has S3CR3T
    run_asauth request -v -F 'a=S3CR3T body' -o /dev/null "$STANDIN_API/sink"
    refute_stderr_has S3CR3T
}
