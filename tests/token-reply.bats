#!/usr/bin/env bats
#
# Replies of the token endpoint: malformed, odd, hostile, slow, endless.

load standin

setup() {
    use_standin
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
    equals "$(find "${file%/*}" -name '*.tmp.*')" ""
}

json='Content-Type: application/json'

@test "a 200 that is no token reply fails (8) and leaves the cache alone" {
    local body
    while IFS= read -r body; do
        answer token '200 OK' "$json" 'x-amzn-RequestId: some-id' -- "$body"
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
{"access_token":"Atc|a","token_type":"bearer","expires_in":1e400}
{"access_token":"Atc|a","token_type":"bearer","x":[-1e999]}
{"access_token":"Atc|a","token_type":"bearer","expires_in":1180591620717411303424}
END
}

@test "a page instead of a token reply fails (8) with a hint at a captive portal" {
    answer token '200 OK' 'Content-Type: text/html' -- '<html>Log in</html>'
    fails 8 'it is not a JSON object'
    assert_stderr_has 'hint'
}

@test "a token with an odd life is used once and not stored" {
    local life
    while IFS= read -r life; do
        rm -rf "${file%/*}"
        answer token '200 OK' "$json" -- "{\"access_token\":\"Atc|odd\",
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
,"expires_in":3600.5
,"expires_in":1e3
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

@test "the life of a token may be a number or a string of digits" {
    local life
    for life in 3600 '"3600"' 86400 1 '"0060"'; do
        rm -rf "${file%/*}"
        standin set expires_in="$life"
        run_asauth token --format json
        assert_status 0
        number "$(jq '.expires_in // 0' <<<"$stdout")" -ge 0
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
        equals "$(jq -r .token_type <<<"$stdout")" "$type"
    done
}

@test "a token reply with more than 64 KiB of body or headers fails (63)" {
    local headers
    answer token '200 OK' "$json" -- '{"access_token":"'
    head -c 10485760 /dev/zero | tr '\0' A >>raw
    fails 63 'too large'
    standin reset
    standin set token_mode=endless
    fails 63 'too large'
    standin set token_mode=endless_headers
    fails 63 'too large'
    standin reset
    mapfile -t headers < <(printf 'X-Header-%080d: 1\n' {1..3000})
    answer token '200 OK' "${headers[@]}" -- '{}'
    fails 63 'too large'
    # One line that is too long for libcurl.
    { printf 'HTTP/1.1 200 OK\r\nX: '; head -c 300000 /dev/zero | tr '\0' A
        printf '\r\n\r\n{}'; } >raw
    fails 63 'too large'
    # Just under it is fine.
    answer token '200 OK' "$json" \
        -- '{"access_token":"Atc|fine","token_type":"bearer","x":"'
    { head -c 65000 /dev/zero | tr '\0' A; printf '"}'; } >>raw
    run_asauth token --refresh
    assert_status 0
    assert_stdout 'Atc|fine'
}

@test "a compressed token reply is not asked for and not believed (8)" {
    answer token '200 OK' "$json" 'Content-Encoding: gzip'
    gzip <<<'{"access_token":"Atc|x","token_type":"bearer"}' >>raw
    fails 8 'token endpoint'
    equals "$(standin_log '.[0].headers | map(.[0] | ascii_downcase) |
        index("accept-encoding")')" null
    # Nor what libcurl would unpack by itself.
    answer token '200 OK' "$json" 'Transfer-Encoding: gzip'
    gzip <<<'{"access_token":"Atc|x","token_type":"bearer"}' >>raw
    fails 8 'not asked for'
    # An error is an error, however it is encoded.
    standin reset
    answer token '503 No' 'Content-Encoding: gzip'
    gzip </dev/null >>raw
    fails 22 'HTTP 503'
    assert_count token 3
    answer token '200 OK' "$json" Content-Encoding: \
        -- '{"access_token":"Atc|fine","token_type":"bearer"}'
    run_asauth token --refresh
    assert_stdout 'Atc|fine'
}

@test "a token reply of HTTP/0.9 fails (8)" {
    printf '{"access_token":"Atc|x","token_type":"bearer"}' >raw
    answer_file token raw
    fails 8 'token endpoint'
}

@test "a token reply that ends within its headers fails (18)" {
    printf 'HTTP/1.1 200 OK\r\n' >raw
    answer_file token raw
    fails 18 'within its headers'
    assert_count token 3
    printf 'HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Ty' >raw
    fails 18 'token endpoint'
}

@test "the token endpoint's redirects are never followed (22)" {
    local code
    for code in 301 302 303 307 308; do
        standin set token_mode=redirect redirect_status=$code
        fails 22 "HTTP $code"
        assert_count other 0
    done
}

@test "a log-in that fails in a transient way is tried three times in all" {
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

@test "each further try of a log-in is announced as those of --retry are" {
    local url=$STANDIN_TOKEN_URL
    standin set token_status=503,408,ok
    run_asauth token --refresh
    assert_status 0
    equals "$(grep -c . stderr)" 2
    matches "${stderr%%$'\n'*}" "^asauth: warning: token endpoint $url: \
HTTP 503; trying again in 0\\.[2-7] s \\(2 tries left\\)$"
    matches "${stderr#*$'\n'}" "^asauth: warning: token endpoint $url: \
HTTP 408; trying again in (0\\.[5-9]|1\\.[0-5]|1) s \\(1 try left\\)$"
    standin set token_status=503,ok
    run_asauth token --refresh -s
    assert_status 0
    assert_empty_stderr
}

@test "a log-in waits for Retry-After within its time limit" {
    local before
    standin set token_status=429,ok retry_after=3
    before=$(date +%s%N)
    run_asauth token --refresh
    assert_status 0
    number "$(($(date +%s%N) - before))" -ge 3000000000
    assert_count token 2
    # Longer than the log-in may take: it is not waited for.
    standin reset
    cp "$file" before
    SECONDS=0
    standin set token_status=503 retry_after=999999999999
    fails 22 'HTTP 503; it asks to wait 31536000 s'
    number "$SECONDS" -le 3
    assert_count token 1
    standin reset
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
