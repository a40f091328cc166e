#!/usr/bin/env bats
#
# asauth whoami-scope: whose credentials, what they open, and why not.

load helper

setup_file() {
    make_ca
    make_cert good
    make_cert expired expired
    cp "$BATS_FILE_TMPDIR/good.pem" "$BATS_FILE_TMPDIR/other.pem"
    standin_start --tls "$BATS_FILE_TMPDIR/expired.pem" \
        "$BATS_FILE_TMPDIR/expired.key"
    EXPIRED_URL=$STANDIN_TOKEN_URL
    export EXPIRED_URL
    standin_start
}
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    submission=appstore::apps:readwrite
    reporting=adx_reporting::appstore:marketer
}

whoami_scope() {
    run_asauth whoami-scope "$@"
}

# scopes JQ: over the array in the report.
scopes() {
    jq -er ".scopes | $1" <<<"$stdout" || complain "$1"
}

@test "the report says who, from where, and what is granted" {
    whoami_scope
    assert_status 0
    assert_empty_stderr
    assert_stdout_has "$STANDIN_CLIENT_ID"
    assert_stdout_has '(from ASAUTH_CLIENT_ID)'
    assert_stdout_has 'client secret  from ASAUTH_CLIENT_SECRET'
    assert_stdout_has 'profile        none'
    assert_stdout_has "token URL      $STANDIN_TOKEN_URL"
    assert_stdout_has "$submission (App Submission API): granted"
    assert_stdout_has 'min left, freshly minted'
    whoami_scope
    assert_stdout_has 'min left, cached'
    assert_count token 1
    assert_no_secret "$stdout"
}

@test "each value is told with its place" {
    cat >config <<END
{"client_id": "$STANDIN_CLIENT_ID", "scope": "reporting",
 "client_secret_command": ["echo", "$STANDIN_CLIENT_SECRET"],
 "profiles": {"p": {"scope": "submission", "client_secret_file": "file"}}}
END
    chmod 600 config
    (umask 077; echo "$STANDIN_CLIENT_SECRET" >file)
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    export ASAUTH_CONFIG=$PWD/config
    whoami_scope
    assert_status 0
    assert_stdout_has "client_id in $PWD/config"
    assert_stdout_has "client_secret_command in $PWD/config"
    assert_stdout_has "scope in $PWD/config"
    assert_stdout_has "$reporting (Reporting API): granted"
    whoami_scope --profile p
    assert_status 0
    assert_stdout_has 'profile        p (from --profile)'
    assert_stdout_has client_secret_file
    assert_stdout_has "$submission (App Submission API): granted"
    ASAUTH_PROFILE=p whoami_scope --offline
    assert_stdout_has 'p (from ASAUTH_PROFILE)'
    whoami_scope --scope some:other --offline
    assert_stdout_has 'some:other: '
    assert_stdout_has '(from --scope)'
    whoami_scope --client-id "$STANDIN_CLIENT_ID" --client-secret-file file \
        --token-url "$STANDIN_TOKEN_URL?"
    assert_status 0
    assert_stdout_has '(from --client-id)'
    assert_stdout_has 'from --client-secret-file'
    assert_stdout_has '(from --token-url)'
    unset ASAUTH_TOKEN_URL ASAUTH_CONFIG
    whoami_scope --offline
    assert_status 2
    assert_stdout_has 'client id      none'
    assert_stdout_has 'client secret  none'
    assert_stdout_has 'https://api.amazon.com/auth/o2/token (the default)'
    assert_stdout_has 'appstore::apps:readwrite (the default)'
}

@test "the table of values fits 80 columns" {
    cat >config <<END
{"client_id": "$STANDIN_CLIENT_ID", "client_secret": "$STANDIN_CLIENT_SECRET",
 "profiles": {"reports": {"scope": "reporting"}}}
END
    chmod 600 config
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    whoami_scope --config config --profile reports
    assert_status 0
    [[ -z $(grep -v granted stdout | awk 'length > 80') ]] || complain
    assert_stdout_has '(from scope in profile reports of config)'
}

@test "in JSON it is one object of a fixed form" {
    local now
    now=$(date +%s)
    whoami_scope --json
    assert_status 0
    assert_empty_stderr
    jq -e 'keys == ["client_id", "profile", "scopes", "token_url"] and
        .client_id == env.ASAUTH_CLIENT_ID and .profile == null and
        .token_url == env.ASAUTH_TOKEN_URL' <<<"$stdout"
    scopes 'length == 1 and (.[0] | keys == ["api", "cached", "error",
        "expires_at", "expires_in", "granted", "hint", "scope"])'
    scopes ".[0] | .scope == \"$submission\" and .api == \"App Submission API\"
        and .granted == true and .cached == false and .error == null and
        .hint == null and .expires_in >= 3595 and .expires_in <= 3600 and
        .expires_at >= $now + 3595"
    [[ $(wc -l <stdout) -eq 1 ]]
    whoami_scope --json
    scopes '.[0].cached == true'
    whoami_scope --json --scope some:other
    assert_status 67
    scopes '.[0] | .api == null and .granted == false and
        .error == "invalid_scope" and (.hint | length) > 10 and
        .expires_in == null and .expires_at == null and .cached == false'
    standin set expires_in=absent
    whoami_scope --json --scope reporting
    scopes '.[0] | .granted == true and .expires_in == null'
}

@test "in JSON values are as they are, and safe for a terminal" {
    local id=$'b\xc3\xbc"\xe2\x80\xae\\x'
    whoami_scope --json --offline --client-id "$id"
    [[ $(jq -r .client_id <<<"$stdout") == "$id" ]]
    [[ $(LC_ALL=C tr -d '\n -~' <stdout) == '' ]]
}

@test "each cause has its own words" {
    ASAUTH_CLIENT_SECRET=wrong whoami_scope
    assert_status 67
    assert_stdout_has 'refused: '
    assert_stdout_has invalid_client
    assert_stdout_has 'hint: check client id and secret'
    standin set attached="$reporting"
    whoami_scope
    assert_status 67
    assert_stdout_has invalid_scope
    assert_stdout_has 'attached'
    assert_stdout_has 'API Access'
    standin reset
    ASAUTH_CLIENT_ID=amzn1.application-oa2-client.unknown whoami_scope
    assert_status 67
    assert_stdout_has invalid_client
    assert_stdout_has 'Web Settings'
    standin set token_status=400 \
        token_error_body='{"error":"unauthorized_client"}'
    whoami_scope
    assert_status 67
    assert_stdout_has 'may not log in this way'
}

@test "trouble on the way is no refusal, and each has its own words" {
    local options code words
    standin set proxy_user=u proxy_password=p
    export CURL_CA_BUNDLE=$BATS_FILE_TMPDIR/ca.pem
    while read -r code options words; do
        IFS=, read -ra options <<<"$options"
        whoami_scope "${options[@]}"
        assert_status "$code"
        assert_stdout_has ': not found out: '
        assert_stdout_has "$words"
        refute_stdout_has refused:
        assert_no_secret "$stdout"
    done <<END
7 -m,1,--token-url,http://127.0.0.1:1/token connect
6 --token-url,https://no.invalid,--allow-host,no.invalid is the network up?
5 --token-url,https://api.amazon.com,-x,http://no.invalid:1 name the proxy
7 -m,1,--token-url,https://api.amazon.com,-x,http://127.0.0.1:1 proxy
56 -m,1,--token-url,https://api.amazon.com,-x,$STANDIN_PROXY the proxy wants a user
60 --token-url,$EXPIRED_URL is this machine's clock right?
60 --token-url,$EXPIRED_URL,--capath,/dev/null/none certificate
60 --token-url,$EXPIRED_URL,--cacert,$BATS_FILE_TMPDIR/other.pem --cacert
2 --token-url,https://evil.example evil.example is not allowed
END
    standin reset
    standin set token_status=400 token_error_body='<html>'
    whoami_scope
    assert_status 22
    assert_stdout_has 'not found out: token endpoint'
    standin reset
    standin set token_body='<html>Please log in</html>'
    whoami_scope
    assert_status 8
    assert_stdout_has 'captive portal'
    standin set token_mode=silent
    whoami_scope -m 1
    assert_status 28
    assert_stdout_has 'timed out'
    refute_stdout_has refused:
}

@test "a token URL that may not be used is told in the report" {
    whoami_scope --json --token-url https://evil.example
    assert_status 2
    scopes '.[0] | .granted == null and (.error | test("evil.example")) and
        (.hint | test("--allow-host"))'
    whoami_scope --json --token-url nonsense
    assert_status 3
    scopes '.[0].error | test("nonsense")'
}

@test "a cache that cannot be used is warned about once" {
    mkdir "$XDG_CACHE_HOME/asauth"
    chmod 777 "$XDG_CACHE_HOME/asauth"
    whoami_scope
    assert_status 0
    [[ $(grep -c 'is not used' <<<"$stderr") -eq 1 ]] || complain
    assert_stdout_has 'freshly minted'
}

@test "trouble is told on standard error, which the report may not reach" {
    whoami_scope --token-url "$STANDIN_PROXY/x" -m 1
    [[ $status -ne 0 ]]
    assert_stdout_has 'not found out: '
    assert_stderr_has 'asauth: token endpoint'
    unset ASAUTH_CLIENT_ID
    whoami_scope -s
    assert_status 2
    assert_stderr_has 'asauth: no client id: '
    # On a terminal one sees it once.
    on_terminal "'$ASAUTH' whoami-scope" ''
    [[ $(grep -o 'no client id' <<<"$stdout" | wc -l) -eq 1 ]] || complain
}

@test "trouble is null in JSON, and told on standard error besides" {
    whoami_scope --json --token-url http://127.0.0.1:1/token
    assert_status 7
    scopes '.[0] | .granted == null and (.error | length) > 10'
    assert_stderr_has 'asauth: token endpoint'
}

@test "--refresh finds out what a cached grant hides" {
    asauth token >/dev/null
    standin set client_secret=rotated
    whoami_scope
    assert_status 0
    whoami_scope --refresh
    assert_status 67
    assert_stdout_has rotated
    assert_count token 2
}

@test "--all asks for both scopes and those the config names for this id" {
    cat >config <<END
{"client_id": "$STANDIN_CLIENT_ID", "scope": "own:scope", "profiles": {
 "a": {"scope": "first:scope"}, "b": {"scope": "submission"},
 "c": {"client_id": "$STANDIN_CLIENT_ID_2", "scope": "not:mine"}}}
END
    standin set attached="$submission $reporting own:scope first:scope"
    whoami_scope --all --json --config config
    assert_status 0
    [[ $(scopes 'map(.scope) | sort | join(" ")') == \
        "$reporting $submission first:scope own:scope" ]]
    # White space around makes no other scope or id, and empty is missing.
    cat >config <<END
{"client_id": " $STANDIN_CLIENT_ID\n", "scope": " submission", "profiles": {
 "a": {"scope": "\treporting "}, "b": {"scope": ""}, "c": {"scope": "own:scope"}}}
END
    unset ASAUTH_CLIENT_ID
    whoami_scope --all --json --config config
    assert_status 0
    [[ $(scopes 'map(.scope) | sort | join(" ")') == \
        "$reporting $submission own:scope" ]]
    # A profile inherits a scope.
    cat >config <<END
{"client_id": "another", "scope": "own:scope", "profiles": {
 "a": {"client_id": "$STANDIN_CLIENT_ID"},
 "b": {"client_id": "$STANDIN_CLIENT_ID", "scope": "first:scope"}}}
END
    whoami_scope --all --json --config config --profile b
    [[ $(scopes 'map(.scope) | sort | join(" ")') == \
        "$reporting $submission first:scope own:scope" ]]
    export ASAUTH_CLIENT_ID=$STANDIN_CLIENT_ID
    standin set attached="$submission"
    whoami_scope --all --refresh
    assert_status 67
    [[ $(grep -c "^$submission .*granted" <<<"$stdout") -eq 1 ]]
    [[ $(grep -c "^$reporting .*refused" <<<"$stdout") -eq 1 ]]
    # A line each.
    [[ $(grep -c "^[a-z_]*::*[a-z]*:" <<<"$stdout") -eq 2 ]]
    # A refusal counts more than trouble, trouble more than a grant.
    standin set token_mode=close,close,close,normal
    whoami_scope --all --refresh
    assert_status 67
    asauth token --forget --scope reporting
    standin set token_status=400 token_error_body='{}'
    whoami_scope --all
    assert_status 22
}

@test "--offline asks the cache alone" {
    whoami_scope --offline
    assert_status 67
    assert_stdout_has "$submission"
    assert_count token 0
    [[ ! -e $XDG_CACHE_HOME/asauth ]]
    asauth token >/dev/null
    standin set client_secret=rotated
    whoami_scope --offline --json
    assert_status 0
    scopes '.[0] | .granted == true and .cached == true'
    whoami_scope --offline --all --json
    assert_status 67
    scopes '.[1].granted != true'
    assert_count token 1
    # It needs no secret, and asks no question.
    unset ASAUTH_CLIENT_SECRET
    whoami_scope --offline
    assert_status 0
    # One with less life than is asked for is none.
    whoami_scope --offline --min-ttl 7200
    assert_status 67
    assert_stdout_has 'too near its end (--min-ttl)'
    # One that is over is none.
    sed -i -e 's/"obtained_at": [0-9]*/"obtained_at": 1700000000/' \
        -e 's/"expires_at": [0-9]*/"expires_at": 1700003600/' "$(cache_file)"
    whoami_scope --offline --json
    assert_status 67
    scopes '.[0] | .granted == null and .cached == false and
        .error == "no token is cached"'
    whoami_scope --offline --refresh
    assert_status 2
    assert_empty_stdout
    assert_count token 1
}

@test "how long a token lasts is told in seconds at the end, or as unknown" {
    standin set expires_in=100
    whoami_scope
    assert_status 0
    [[ $stdout =~ granted,\ (99|100)\ s\ left,\ freshly ]] || complain
    standin set expires_in=absent
    whoami_scope --refresh
    assert_status 0
    assert_stdout_has 'granted, for how long is unknown, freshly minted'
    whoami_scope --refresh --json
    scopes '.[0] | .granted and .expires_in == null and .expires_at == null'
}

@test "the same hint is given once" {
    ASAUTH_CLIENT_SECRET=wrong whoami_scope --all
    assert_status 67
    [[ $(grep -c '^hint: ' <<<"$stdout") -eq 1 ]] || complain
}

@test "a scope that differs from the one asked for is told" {
    standin set reply_scope=some:less
    whoami_scope
    assert_status 0
    assert_stdout_has 'but as some:less'
    # The cache knows it, too.
    whoami_scope
    assert_stdout_has cached
    assert_stdout_has 'but as some:less'
}

@test "ASAUTH_TOKEN is used where no client id is configured" {
    local given
    given=$(standin issue "$submission")
    ASAUTH_TOKEN=$given whoami_scope
    assert_status 0
    refute_stdout_has 'token is from'
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    ASAUTH_TOKEN=$given whoami_scope
    assert_stdout_has 'the token is from ASAUTH_TOKEN'
    refute_stdout_has "$given"
    ASAUTH_TOKEN=$given whoami_scope --json
    jq -e '.client_id == null' <<<"$stdout"
    scopes '.[0] | .granted == null and .expires_in == null'
    whoami_scope
    assert_status 2
    assert_stdout_has 'no client id'
}

@test "neither token nor secret is in any report" {
    local options
    while read -r options; do
        # shellcheck disable=SC2086 # words
        whoami_scope $options
        assert_no_secret "$stdout"
        assert_no_secret
    done <<'END'

--json
--all --refresh -v
--all --json -v
END
    standin set token_status=401 token_error_body="{\"error\":\"invalid_client\",
        \"error_description\":\"not $STANDIN_CLIENT_SECRET\"}"
    whoami_scope --refresh
    assert_status 67
    assert_no_secret "$stdout"
    whoami_scope --refresh --json
    assert_no_secret "$stdout"
}

@test "the report goes out whatever the status, and a full output is a 23" {
    status=0
    asauth whoami-scope >/dev/full 2>err || status=$?
    assert_status 23
    grep 'standard output' err
    ASAUTH_CLIENT_SECRET=wrong whoami_scope --refresh -s
    assert_status 67
    assert_stdout_has refused:
    assert_empty_stderr
}
