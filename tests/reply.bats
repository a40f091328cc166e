#!/usr/bin/env bats
#
# Replies of the token endpoint: malformed, odd, hostile, slow, endless.

load helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    # What must survive every failure.
    old=$(asauth token)
    file=$(cache_file)
    cp "$file" before
    standin reset
}

# fails STATUS TEXT: a log-in fails so; nothing is lost and nothing shown.
fails() {
    status=0
    timeout 40 "$ASAUTH" token --refresh "${@:3}" >stdout 2>stderr ||
        status=$?
    stdout=$(tr -d '\0' <stdout) stderr=$(<stderr)
    assert_status "$1" || return
    assert_stderr_has "$2" || return
    [[ ! -s stdout ]] || complain "expected nothing on stdout" || return
    assert_no_secret || return
    cmp "$file" before || return
    [[ $(find "${file%/*}" -name '*.tmp.*') == "" ]]
}

# reply HEAD BODY: the token endpoint's whole reply, escapes interpreted.
reply() {
    printf '%b' "$1\r\n\r\n$2" >raw
    standin set token_raw="$PWD/raw"
}

ok='HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json'

@test "a 200 that is no token reply is an 8 and leaves the cache alone" {
    local body
    while IFS= read -r body; do
        reply "$ok\r\nx-amzn-RequestId: some-id" "$body"
        fails 8 'token endpoint' || fail "$body"
        assert_stderr_has ' (request some-id)' || fail "$body"
        assert_count token 1 || fail "$body"
        standin reset
    done <<'END'

{}
[]
"Atc|x"
null
<html><body>Please log in</body></html>
{"token_type":"bearer","expires_in":3600}
{"access_token":null,"token_type":"bearer"}
{"access_token":"","token_type":"bearer"}
{"access_token":7,"token_type":"bearer"}
{"access_token":["Atc|x"],"token_type":"bearer"}
{"access_token":"Atc|a b","token_type":"bearer"}
{"access_token":"Atc|a\\r\\nX-Evil: 1","token_type":"bearer"}
{"access_token":"Atc|a\\u0007","token_type":"bearer"}
{"access_token":"Atc|a\\u0000b","token_type":"bearer"}
{"access_token":"Atc|a\\u00e4","token_type":"bearer"}
{"access_token":"Atc|a\0377","token_type":"bearer"}
{"access_token":"Atc|a\0","token_type":"bearer"}
{"access_token":"Atc|a"}
{"access_token":"Atc|a","token_type":"mac"}
{"access_token":"Atc|a","token_type":"bearer2"}
{"access_token":"Atc|a","token_type":""}
{"access_token":"Atc|a","token_type":null}
{"access_token":"Atc|a","token_type":["bearer"]}
{"access_token":"Atc|a","access_token":"Atc|b","token_type":"bearer"}
{"access_token":"Atc|a","token_type":"bearer"
{"access_token":"Atc|a","token_type":"bearer"}}
{"access_token":"Atc|a","token_type":"bearer"}<html>
END
}

@test "a captive portal is recognised as what it is" {
    reply 'HTTP/1.1 200 OK\r\nContent-Type: text/html' '<html>Log in</html>'
    fails 8 'it is not a JSON object'
    assert_stderr_has 'hint'
}

@test "an odd life means that the token is used once and not stored" {
    local life
    while IFS= read -r life; do
        rm -rf "${file%/*}"
        reply "$ok" "{\"access_token\":\"Atc|odd\",
            \"token_type\":\"bearer\"$life}"
        run_asauth token --format json
        assert_status 0
        [[ $(jq -c '[.access_token, .expires_in, .expires_at]' \
            <<<"$stdout") == '["Atc|odd",null,null]' ]] || complain "$life"
        run cache_file
        [[ $status -ne 0 ]] || fail "stored: $life"
        standin reset
    done <<'END'

,"expires_in":null
,"expires_in":0
,"expires_in":-1
,"expires_in":86401
,"expires_in":1180591620717411303424
,"expires_in":3600.5
,"expires_in":1e3
,"expires_in":1e400
,"expires_in":true
,"expires_in":"soon"
,"expires_in":""
,"expires_in":"0"
,"expires_in":"-1"
,"expires_in":"3600.5"
,"expires_in":" 3600"
,"expires_in":"0x10"
,"expires_in":"99999999999999999999"
,"expires_in":["3600"]
END
}

@test "a life may be a number or a string of digits" {
    local life
    for life in 3600 '"3600"' 86400 1 '"0060"'; do
        rm -rf "${file%/*}"
        standin set expires_in="$life"
        run_asauth token --format json
        assert_status 0
        [[ $(jq '.expires_in // 0' <<<"$stdout") -ge 0 ]]
        jq -e '.expires_at - .obtained_at == ($life | tonumber)' \
            --argjson life "$life" "$(cache_file)" || fail "$life"
    done
}

@test "the type of a token may be written in any case" {
    local type
    for type in Bearer bearer BEARER; do
        standin set token_type="$type"
        run_asauth token --refresh --format json
        assert_status 0
        [[ $(jq -r .token_type <<<"$stdout") == "$type" ]]
    done
}

@test "more than 64 KiB of body or headers is a 63" {
    local i
    reply "$ok" '{"access_token":"'
    head -c 10485760 /dev/zero | tr '\0' A >>raw
    fails 63 'too large'
    standin reset
    standin set token_mode=endless
    fails 63 'too large'
    standin set token_mode=endless_headers
    fails 63 'too large'
    standin reset
    {
        printf 'HTTP/1.1 200 OK\r\n'
        for ((i = 0; i < 3000; i++)); do
            printf 'X-Header-%d: %080d\r\n' "$i" "$i"
        done
        printf '\r\n{}'
    } >raw
    standin set token_raw="$PWD/raw"
    fails 63 'too large'
    # One line that is too long for libcurl.
    { printf 'HTTP/1.1 200 OK\r\nX: '; head -c 300000 /dev/zero | tr '\0' A
        printf '\r\n\r\n{}'; } >raw
    fails 63 'too large'
    # Just under it is fine.
    { printf '%b\r\n\r\n' "$ok"
        printf '{"access_token":"Atc|fine","token_type":"bearer","x":"'
        head -c 65000 /dev/zero | tr '\0' A; printf '"}'; } >raw
    run_asauth token --refresh
    assert_status 0
    assert_stdout 'Atc|fine'
}

@test "a compressed reply is not asked for and not believed" {
    { printf '%b\r\nContent-Encoding: gzip\r\n\r\n' "$ok"
        printf '{"access_token":"Atc|x","token_type":"bearer"}' |
            gzip; } >raw
    standin set token_raw="$PWD/raw"
    fails 8 'token endpoint'
    [[ $(standin_log '.[0].headers | map(.[0] | ascii_downcase) |
        index("accept-encoding")') == null ]]
    # Nor what libcurl would unpack by itself.
    { printf '%b\r\nTransfer-Encoding: gzip\r\n\r\n' "$ok"
        printf '{"access_token":"Atc|x","token_type":"bearer"}' |
            gzip; } >raw
    fails 8 'not asked for'
    # An error is an error, however it is encoded.
    { printf 'HTTP/1.1 503 No\r\nContent-Encoding: gzip\r\n\r\n'
        gzip </dev/null; } >raw
    standin reset
    standin set token_raw="$PWD/raw"
    fails 22 'HTTP 503'
    assert_count token 3
    reply "$ok\r\nContent-Encoding:" \
        '{"access_token":"Atc|fine","token_type":"bearer"}'
    run_asauth token --refresh
    assert_stdout 'Atc|fine'
}

@test "HTTP/0.9 is an 8" {
    printf '{"access_token":"Atc|x","token_type":"bearer"}' >raw
    standin set token_raw="$PWD/raw"
    fails 8 'token endpoint'
}

@test "a reply that ends within its headers is an 18" {
    printf 'HTTP/1.1 200 OK\r\n' >raw
    standin set token_raw="$PWD/raw"
    fails 18 'within its headers'
    assert_count token 3
    printf 'HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Ty' >raw
    fails 18 'token endpoint'
}

@test "numbers without end do not keep a run busy" {
    local start
    {
        printf '%b\r\n\r\n{"a":[' "$ok"
        for ((i = 0; i < 10000; i++)); do printf '1e999,'; done
        printf '0]}'
    } >raw
    standin set token_raw="$PWD/raw"
    start=$(date +%s%N)
    fails 8 'not a JSON object'
    (($(date +%s%N) - start < 4000000000))
}

@test "the endpoint's redirects are never followed" {
    local code
    for code in 301 302 303 307 308; do
        standin set token_mode=redirect redirect_status=$code
        fails 22 "HTTP $code"
        assert_count other 0
    done
}

@test "errors that are no refusal are a 22, refusals a 67" {
    local want code body
    while IFS='|' read -r want code body; do
        standin reset
        standin set token_status="$code" token_error_body="$body"
        fails "$want" 'request ' || fail "$code $body"
        assert_count token 1
    done <<'END'
67|400|{"error":"invalid_scope","error_description":"No"}
67|401|{"error":"invalid_client"}
67|403|{"error":"unauthorized_client"}
67|400|{"error":"something_new"}
67|418|{"error":"x"}
22|401|<html>401</html>
22|401|{}
22|400|{"error":7}
22|400|{"error":""}
22|400|{"message":"no"}
22|404|Not found
22|501|{"error":"invalid_client"}
END
}

@test "a passing failure is tried three times in all" {
    local code
    for code in 500 502 504; do
        standin reset
        standin set token_status=$code
        fails 22 "HTTP $code" || fail "$code"
        assert_count token 3 || fail "$code"
    done
    local codes
    for codes in 503,503 408,429; do
        standin reset
        standin set token_status="$codes",ok
        run_asauth token --refresh
        assert_status 0
        assert_count token 3
    done
    standin reset
    standin set token_mode=close,reset,normal
    run_asauth token --refresh
    assert_status 0
    assert_count token 3
    standin reset
    standin set token_mode=cut
    cp "$file" before
    fails 18 'token endpoint'
    assert_count token 3
}

@test "Retry-After is honoured within the limit, whatever it asks for" {
    local before
    standin set token_status=429,ok retry_after=3
    before=$(date +%s%N)
    run_asauth token --refresh
    assert_status 0
    [[ $(($(date +%s%N) - before)) -ge 3000000000 ]]
    assert_count token 2
    # Longer than the log-in may take: it is not waited for.
    standin reset
    local huge
    cp "$file" before
    SECONDS=0
    for huge in 999999999999 9223372036854775808 99999999999999999999; do
        standin set token_status=503 retry_after=$huge
        fails 22 'HTTP 503'
        [[ $SECONDS -le 3 ]]
        assert_count token 1
        standin reset
    done
    standin set token_status=503,ok retry_after=20
    fails 22 'HTTP 503' -m 2
    assert_count token 1
    # A date, as RFC 9110 allows; nonsense is as if it were not there.
    standin reset
    standin set token_status=503,ok \
        retry_after="$(LC_ALL=C TZ=UTC date -d '+2 seconds' \
            '+%a, %d %b %Y %T GMT')"
    run_asauth token --refresh
    assert_status 0
    standin reset
    standin set token_status=503,ok retry_after=-7
    run_asauth token --refresh
    assert_status 0
}

@test "a silent or dripping endpoint is a 28 in time" {
    SECONDS=0
    standin set token_mode=silent
    fails 28 'token endpoint' -m 1
    standin set token_mode=drip
    fails 28 'token endpoint' -m 1
    [[ $SECONDS -le 5 ]]
}

@test "control characters of a server are shown escaped" {
    standin set token_status=400 \
        token_error_body='{"error":"a\u001b[31m","error_description":"b\u202ec\u0007"}'
    fails 67 'log-in refused'
    run grep -P '[\x00-\x09\x0b-\x1f\x7f-\xff]' stderr
    [[ $status -eq 1 ]] || fail "$(od -c stderr)"
}

@test "the old token is there as before" {
    standin set token_status=500
    fails 22 'HTTP 500' -m 1
    run_asauth token
    assert_stdout "$old"
}
