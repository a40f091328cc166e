#!/usr/bin/env bats
#
# The stand-in server itself, asked with curl: what the other tests rest on;
# its APIs are in server-apis.bats.

load standin
load ask

setup() {
    use_standin
    edits=$STANDIN_API_URL/v1/applications/app1/edits
}

@test "the stand-in grants a token that opens its own API only" {
    ask_token
    equals "$code" 200
    token=$(jq -r .access_token <<<"$stdout")
    begins "$token" "Atc|"
    number "${#token}" -eq 354
    equals "$(jq -c 'del(.access_token)' <<<"$stdout")" \
        '{"scope":"appstore::apps:readwrite","token_type":"bearer","expires_in":3600}'
    equals "$(standin tokens)" "$token"
    with_token "$edits"
    answers 200 '{}'
    with_token "$STANDIN_API_URL/download/report/sales/2024/03"
    answers 403 '{"Message":"Request is not authorized."}'
    assert_count token 1
    assert_count mint 1
    assert_count api 2
}

@test "the stand-in's token endpoint refuses as documented" {
    ask_token -d client_secret=wrong
    answers 401 '{"error_description":"Client authentication failed","error":"invalid_client"}'
    scope=unknown ask_token
    answers 400 '{"error_description":"The request has an invalid parameter : scope","error":"invalid_scope"}'
    standin set 'attached=adx_reporting::appstore:marketer'
    ask_token
    answers 400 '{"error_description":"The request has an invalid parameter : scope","error":"invalid_scope"}'
    ask_token -d grant_type=password
    answers 400 '{"error_description":"The authorization grant type is not supported by the authorization server","error":"unsupported_grant_type"}'
    ask_token -H 'Content-Type: application/json'
    answers 400 '{"error_description":"The Content-Type is not supported by the authorization server","error":"invalid_request"}'
    assert_count mint 0
    ask "$STANDIN_API/auth/o2/" -d grant_type=client_credentials
    answers 500 '{}'
    standin set token_status=malformed
    ask_token
    answers 400 '{"error_description":"Malformed request","error":"invalid_request","error_index":"0"}'
}

@test "the stand-in's token endpoint takes JSON where it is told to" {
    local form
    form=$(jq -nc '{grant_type: "client_credentials",
        client_id: env.STANDIN_CLIENT_ID,
        client_secret: env.STANDIN_CLIENT_SECRET,
        scope: "appstore::apps:readwrite"}')
    ask "$STANDIN_TOKEN_URL" -H 'Content-Type: application/json' -d "$form"
    equals "$code" 400
    standin set token_json=1
    ask "$STANDIN_TOKEN_URL" -H 'Content-Type: application/json' -d "$form"
    equals "$code" 200
    ask_token
    equals "$code" 200
}

@test "the stand-in's token replies can be bent" {
    standin set token_value='Atc|x' token_type=Bearer expires_in='"3600"'
    ask_token
    answers 200 '{"access_token":"Atc|x","scope":"appstore::apps:readwrite","token_type":"Bearer","expires_in":"3600"}'
    standin set expires_in=absent token_type=absent
    ask_token
    answers 200 '{"access_token":"Atc|x","scope":"appstore::apps:readwrite"}'
    standin set 'token_body=it'\''s @TOKEN@'$'\n''twice'
    ask_token
    answers 200 $'it\'s Atc|x\ntwice'
    printf 'HTTP/1.1 200 Yes\r\nX:\x01\r\n\r\nraw' >"$BATS_TEST_TMPDIR/raw"
    standin set "token_raw=$BATS_TEST_TMPDIR/raw,ok"
    ask_token
    answers 200 raw
    ask_token
    begins "$stdout" it
}

@test "the stand-in's lists of replies are used up one by one" {
    standin set token_status=503,429,ok retry_after=7
    ask_token -i
    equals "$code" 503
    contains "$stdout" 'Retry-After: 7'
    ask_token -i
    equals "$code" 429
    contains "$stdout" 'Retry-After: 7'
    ask_token
    equals "$code" 200
    standin set token_status=500
    ask_token
    answers 500 '{}'
    ask_token
    answers 500 '{}'
}

@test "every mode of the stand-in does what it says" {
    standin set token_mode=close,short,reset,redirect,endless,endless_headers
    ask_token
    number "$status" -eq 52
    ask_token
    number "$status" -eq 18
    ask_token
    number "$status" -eq 56
    ask_token -i
    equals "$code" 307
    contains "$stdout" "Location: $STANDIN_OTHER/"
    ask_token -m 0.3 -o /dev/null
    number "$status" -eq 28
    ask_token -m 0.5 -o /dev/null
    one_of "$status" 28 56 27
    standin set token_mode=silent,drip drip_interval=0.01 token_length=5
    ask_token -m 0.3
    number "$status" -eq 28
    before=${EPOCHREALTIME/./}
    ask_token
    equals "$code" 200
    number "$((${EPOCHREALTIME/./} - before))" -gt 500000
    run ! standin set token_mode=nonsense
    run ! standin set no_such_switch=1
}

@test "the stand-in holds a reply until it is released" {
    standin set token_mode=hold,normal
    ask_token >/dev/null &
    standin wait token 1
    assert_count mint 0
    standin release
    wait $!
    assert_count mint 1
}

@test "the stand-in checks route, token and If-Match in this order" {
    token=dead
    with_token "$edits/none/nonsense"
    answers 400 '{"Message":"Unable to fetch the request scope for uri = /appstore/v1/applications/app1/edits/none/nonsense and verb = GET"}'
    with_token -X DELETE "$edits/none"
    answers 403 '{"Message":"Request is not authorized."}'
    token=$(standin issue)
    with_token -X DELETE "$edits/none"
    equals "$code" 400
    contains "$stdout" required_data_absent
    with_token -X DELETE -H 'If-Match: x' "$edits/none"
    equals "$code" 404
    standin expire
    with_token "$edits"
    equals "$code" 403
}

@test "the stand-in's link must be fetched without the token" {
    token=$(standin issue adx_reporting::appstore:marketer)
    report=$STANDIN_API_URL/download/report
    with_token "$report/sales/1999/01"
    answers 400 'Report not found'
    with_token "$report/earnings/2024"
    link=$stdout
    equals "$link" "$(standin links)"
    begins "$link" "$STANDIN_LINK/"
    contains "$link" X-Amz-Signature=c0ffee
    with_token "$link"
    equals "$code" 400
    contains "$stdout" '<Code>InvalidArgument</Code>'
    ask "${link}0"
    equals "$code" 403
    ask -o "$BATS_TEST_TMPDIR/zip" "$link"
    equals "$code" 200
    /usr/bin/env python3 -m zipfile -t "$BATS_TEST_TMPDIR/zip"
    standin set "link_redirect=$STANDIN_OTHER/"
    ask -L "$link"
    answers 200 other
}

@test "the stand-in's API refuses and replies on demand" {
    token=$(standin issue)
    standin set refuse_next=1 api_status=ok,refuse,403,500,502
    with_token "$edits"
    answers 403 '{"Message":"Request is not authorized."}'
    with_token "$edits"
    answers 200 '{}'
    with_token "$edits"
    answers 403 '{"Message":"Request is not authorized."}'
    with_token "$edits"
    equals "$code" 403
    contains "$stdout" errorCode
    with_token "$edits"
    answers 500 '{}'
    with_token "$edits"
    equals "$code" 502
    begins "$stdout" '<html>'
    standin set api_status=ok api_body=hello header_case=lower
    with_token -i "$edits"
    contains "$stdout" $'content-type: application/json\r'
    contains "$stdout" 'x-amzn-requestid: '
    ends "$stdout" hello
    standin set echo=1
    ask "$edits" -H 'X-Test: yes'
    begins "$stdout" 'GET /api/appstore/v1/'
    contains "$stdout" $'\r\nX-Test: yes\r\n'
}

@test "the stand-in refuses an upload before it is sent" {
    head -c 2000000 /dev/zero >"$BATS_TEST_TMPDIR/zeros"
    token=dead
    with_token -T "$BATS_TEST_TMPDIR/zeros" --expect100-timeout 5 "$STANDIN_API/sink"
    equals "$code" 403
    equals "$(standin_log '.[-1].body_size')" 0
    token=$(standin issue)
    with_token -T "$BATS_TEST_TMPDIR/zeros" --expect100-timeout 5 "$STANDIN_API/sink"
    equals "$(jq .size <<<"$stdout")" 2000000
    with_token -T - <"$BATS_TEST_TMPDIR/zeros" "$STANDIN_API/sink"
    equals "$(jq .size <<<"$stdout")" 2000000
    standin set ignore_expect=1
    before=${EPOCHREALTIME/./}
    with_token -T "$BATS_TEST_TMPDIR/zeros" "$STANDIN_API/sink"
    equals "$code" 200
    number "$((${EPOCHREALTIME/./} - before))" -gt 900000
    standin set api_mode=reset reset_after=100000 ignore_expect=0
    with_token -T "$BATS_TEST_TMPDIR/zeros" "$STANDIN_API/sink"
    one_of "$status" 55 56
}

@test "the stand-in's plain paths do what they say" {
    base=$STANDIN_API/noauth
    ask "$STANDIN_API/echo"
    equals "$code" 403
    ask "$base/echo" -d body
    begins "$stdout" 'POST /noauth/echo HTTP/1.1'
    ends "$stdout" body
    equals "$(curl -q -s "$base/bytes/100000" | sha256sum)" \
        "$(curl -q -s "$base/chunked/100000" | sha256sum)"
    ask "$base/status/418?service=1&message=no"
    equals "$code" 418
    contains "$stdout" '"errorMessage":"no"'
    ask "$base/cut/100" && [ "$status" -eq 18 ]
    ask -m 0.3 "$base/stall/100" && [ "$status" -eq 28 ]
    ask -L "$base/redirect/302?to=$STANDIN_OTHER/" && answers 200 other
    ask -L --max-redirs 3 "$base/redirect/302" && [ "$status" -eq 47 ]
    ask -I "$base/bytes/7" && [[ $stdout == *'Content-Length: 7'* ]]
    ask "$base/empty" && answers 204 ''
    equals "$(curl -q -s "$base/binary" | wc -c)" 256
}

@test "a connection to the stand-in serves many requests" {
    ask "$STANDIN_API/noauth/empty" "$STANDIN_API/noauth/status/404" "$STANDIN_API/noauth/chunked/9"
    assert_count connections 1
    equals "$(standin_log 'map(.connection) | unique | length')" 1
    equals "$(standin_log -c 'map(.status)')" '[204,404,200]'
    standin set keep_alive=0
    ask "$STANDIN_API/noauth/empty" "$STANDIN_API/noauth/empty"
    assert_count connections 3
}

@test "the stand-in serves two hundred connections at once" {
    curl -q -s -Z --parallel-immediate --parallel-max 200 -o /dev/null \
        "$STANDIN_API/noauth/slow/0.5?[1-200]"
    assert_count api 200
    assert_count connections 200
}

@test "the stand-in's proxy connects, wants a log-in and refuses" {
    token=$(standin issue)
    proxied=http://developer.amazon.com/api/appstore/v1/applications/app1/edits
    with_token -x "$STANDIN_PROXY" "$proxied"
    answers 200 '{}'
    with_token -p -x "$STANDIN_PROXY" "$proxied"
    answers 200 '{}'
    equals "$(standin_log -c 'map([.port, .method])')" \
        '[["proxy","GET"],["api","GET"],["proxy","CONNECT"],["api","GET"]]'
    standin set proxy_user=me proxy_password=pw
    with_token -x "$STANDIN_PROXY" "$proxied"
    equals "$code" 407
    with_token -x "$STANDIN_PROXY" -U me:pw "$proxied"
    equals "$code" 200
    standin set proxy_refuse=403
    with_token -p -x "$STANDIN_PROXY" -U me:pw "$proxied"
    # Newer ones call that no connection.
    matches "$status" '^(56|7)$'
}

@test "the stand-in speaks TLS, with certificates good and bad" {
    for kind in good expired wrongname; do
        standin_start "$kind"
        ask --cacert "$BATS_FILE_TMPDIR/ca.pem" "$STANDIN_API/noauth/empty"
        case $kind in
            good) [ "$code" = 204 ] ;;
            *) [ "$status" -eq 60 ] ;;
        esac
    done
    ask "$STANDIN_PLAIN_API/noauth/empty"
    equals "$code" 204
}
