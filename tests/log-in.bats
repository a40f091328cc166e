#!/usr/bin/env bats
#
# The log-in: what is asked of the token endpoint, and how it is refused.

load standin

request_id() {
    standin_log '.[-1].request_id'
}

@test "a token is asked for as Amazon's page says and printed alone" {
    ASAUTH_SCOPE=reporting run_asauth token
    assert_status 0
    assert_empty_stderr
    standin tokens >"$BATS_TEST_TMPDIR/wanted"
    filled "$BATS_TEST_TMPDIR/wanted"
    cmp "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/stdout"
    assert_count token 1
    equals "$(standin_log -c 'map([.method, .target])')" \
        '[["POST","/auth/o2/token"]]'
    headers=$(standin_log -c '.[0].headers | map([(.[0] | ascii_downcase),
        .[1]]) | map({(.[0]): .[1]}) | add')
    equals "$(jq -r '."content-type"' <<<"$headers")" \
        application/x-www-form-urlencoded
    begins "$(jq -r '."user-agent"' <<<"$headers")" asauth/
    equals "$(jq 'has("authorization") or has("cookie") or has("expect") or
        has("accept-encoding")' <<<"$headers")" false
    equals "$(form_field grant_type)" client_credentials
    equals "$(form_field client_id)" "$STANDIN_CLIENT_ID"
    equals "$(form_field client_secret)" "$STANDIN_CLIENT_SECRET"
    equals "$(form_field scope)" adx_reporting::appstore:marketer
    equals "$(standin_log '.[0].body | split("&") | length')" 4
}

@test "whatever is in id, secret and scope arrives as it was written" {
    export ASAUTH_CLIENT_ID='id &=+%41;~' ASAUTH_CLIENT_SECRET='s&e=c+r%41;~'
    run_asauth token --scope 'a:b&c=d+e f/gé'
    assert_status 67
    equals "$(form_field client_id)" "$ASAUTH_CLIENT_ID"
    equals "$(form_field client_secret)" "$ASAUTH_CLIENT_SECRET"
    equals "$(form_field scope)" 'a:b&c=d+e f/gé'
    refute_stderr_has 's&e'
}

@test "a log-in refused by OAuth fails (67) with reason, request id and hint" {
    local error status_code why hint
    while IFS='|' read -r error status_code why hint; do
        standin reset
        standin set "token_status=$status_code" \
            "token_error_body={\"error_description\":\"$why\",\"error\":\"$error\"}"
        run_asauth token
        assert_status 67
        assert_empty_stdout
        [ "${stderr%%$'\n'*}" = \
            "asauth: log-in refused: $error: $why (request $(request_id))" ] ||
            complain "another message for $error"
        [[ $(grep -c '^asauth: hint: ' <<<"$stderr") == 1 &&
            $stderr == *"asauth: hint: "*"$hint"* ]] ||
            complain "no such hint for $error: $hint"
        assert_count token 1
        assert_no_secret
        run ! cache_file
    done <<'TABLE'
invalid_client|401|Client authentication failed|secret
invalid_client|400|Client authentication failed|secret
invalid_scope|400|The request has an invalid parameter : scope|attached to the API of
unauthorized_client|400|The client is not authorized|security profile
unsupported_grant_type|400|The authorization grant type is not supported by the authorization server|token endpoint
invalid_request|400|Malformed request|one of client id, secret and scope
invalid_request|400|The Content-Type is not supported by the authorization server|token endpoint
TABLE
}

@test "an OAuth error that Amazon does not document fails (67) without a hint" {
    local code
    for code in 403 400 418; do
        standin set token_status=$code \
            'token_error_body={"error":"odd_thing"}'
        run_asauth token
        assert_status 67
        assert_stderr \
            "asauth: log-in refused: odd_thing (request $(request_id))"
    done
    standin set no_request_id=1
    run_asauth token
    assert_status 67
    assert_stderr "asauth: log-in refused: odd_thing"
}

@test "an error of the token endpoint that is no OAuth refusal fails (22) with status and request id" {
    local code body
    while IFS='|' read -r code body; do
        standin reset
        standin set "token_status=$code" "token_error_body=$body"
        run_asauth token
        assert_status 22
        assert_empty_stdout
        assert_stderr_has "asauth: token endpoint $STANDIN_TOKEN_URL: HTTP $code"
        assert_stderr_has "(request $(request_id))"
        assert_count token 1
        run ! cache_file
    done <<'TABLE'
400|<html>Bad Request</html>
400|{"error":7}
400|{"error":""}
400|{"Message":"no"}
401|{}
401|<html>401</html>
403|[]
404|{"message":"no such page"}
413|"error"
501|{"error":"invalid_client"}
TABLE
}

@test "too many log-ins, said with an OAuth error (67) or without (22), have a hint" {
    standin set token_status=429 'token_error_body={}'
    run_asauth token
    assert_status 22
    assert_stderr_has 'hint: Login with Amazon is asked too often'
    standin set 'token_error_body={"error":"slow_down"}'
    run_asauth token
    assert_status 67
    assert_stderr_has 'hint: Login with Amazon is asked too often'
}

@test "a granted scope other than the one asked for is a warning" {
    standin set reply_scope=messaging:push
    run_asauth token
    assert_status 0
    equals "$stdout" "$(standin tokens)"
    assert_stderr_has 'asauth: warning: '
    assert_stderr_has messaging:push
    assert_stderr_has appstore::apps:readwrite
    equals "$(jq -r .scope "$(cache_file)")" appstore::apps:readwrite
    run_asauth token
    assert_count token 1
}

@test "a refused log-in tells what is odd about id or secret, and shows neither" {
    local id secret want
    while IFS='|' read -r id secret want; do
        ASAUTH_CLIENT_ID=${id:-$STANDIN_CLIENT_ID} \
            ASAUTH_CLIENT_SECRET=$secret run_asauth token
        assert_status 67
        assert_stderr_has "hint: $want" || fail "$id $secret"
        refute_stderr_has S3CR3T
    done <<'TABLE'
|"S3CR3TS3CR3T"|the client secret is in quotes
|'S3CR3TS3CR3T'|the client secret is in quotes
"S3CR3T"|wrong|the client id is in quotes
|ASAUTH_CLIENT_SECRET=S3CR3T|the client secret looks like NAME=VALUE
client_id=amzn1.S3CR3T|wrong|the client id looks like NAME=VALUE
|${S3CR3T}|the client secret looks like a variable
YOUR_CLIENT_ID|wrong|the client id looks like a placeholder
amzn1.devportal.mobileapp.S3CR3T|wrong|the client id is an App ID
amzn1.application.S3CR3T|wrong|the client id is the ID of a security profile
|S3CR3T|check client id and secret
|S3CR3T=|check client id and secret
TABLE
    # Whom a scope is refused has the right ones.
    standin set token_status=400 'token_error_body={"error":"invalid_scope"}'
    ASAUTH_CLIENT_SECRET='"x"' run_asauth token
    assert_status 67
    refute_stderr_has quotes
}
