#!/usr/bin/env bats
#
# asauth whoami-scope: whose credentials, what they open, and why not.

load standin

setup_file() {
    make_cert good
    standin_start expired
    EXPIRED_URL=$STANDIN_TOKEN_URL
    export EXPIRED_URL
    standin_start
}

setup() {
    use_standin
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

@test "whoami-scope says who, from where, and what is granted" {
    whoami_scope
    assert_status 0
    assert_empty_stderr
    assert_stdout_has "$STANDIN_CLIENT_ID"
    assert_stdout_has '(from ASAUTH_CLIENT_ID)'
    assert_stdout_has 'client secret  from ASAUTH_CLIENT_SECRET'
    assert_stdout_has 'profile        none'
    assert_stdout_has "token URL      $STANDIN_TOKEN_URL"
    assert_stdout_has "$submission (App Submission API): granted"
    assert_stdout_has 'min left, new'
    whoami_scope
    assert_stdout_has 'min left, cached'
    assert_count token 1
    assert_no_secret "$stdout"
}

@test "whoami-scope tells each value with its place" {
    cat >config <<END
{"client_id": "$STANDIN_CLIENT_ID", "scope": "reporting",
 "client_secret_command": ["echo", "$STANDIN_CLIENT_SECRET"],
 "profiles": {"p": {"scope": "submission", "client_secret_file": "file"}}}
END
    chmod 600 config
    (umask 077; echo "$STANDIN_CLIENT_SECRET" >file)
    unset_account
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

@test "the report of whoami-scope fits 80 columns" {
    cat >config <<END
{"client_id": "$STANDIN_CLIENT_ID", "client_secret": "$STANDIN_CLIENT_SECRET",
 "profiles": {"reports": {"scope": "reporting"}}}
END
    chmod 600 config
    unset_account
    whoami_scope --config config --profile reports
    assert_status 0
    [[ -z $(grep -v granted stdout | awk 'length > 80') ]] || complain
    assert_stdout_has '(from scope in profile reports of config)'
}

@test "whoami-scope --json is one object of a fixed form" {
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
    number "$(wc -l <stdout)" -eq 1
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

@test "whoami-scope --json keeps values as they are, and safe for a terminal" {
    local name=$'b\xc3\xbc"\xe2\x80\xae\\x'
    whoami_scope --json --offline --client-id 'b"\x' --scope "$name"
    equals "$(jq -r .client_id <<<"$stdout")" 'b"\x'
    equals "$(jq -r '.scopes[0].scope' <<<"$stdout")" "$name"
    equals "$(LC_ALL=C tr -d '\n -~' <stdout)" ''
}

@test "whoami-scope has words of its own for each cause of a refusal" {
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

@test "whoami-scope never calls trouble on the way a refusal, and has words for each" {
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
60 --token-url,$EXPIRED_URL,--cacert,$BATS_FILE_TMPDIR/good.pem --cacert
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
    assert_stdout_has 'out of time: --max-time is 1 s'
    refute_stdout_has refused:
}

@test "whoami-scope reports a token URL that may not be used" {
    whoami_scope --json --token-url https://evil.example
    assert_status 2
    scopes '.[0] | .granted == null and (.error | test("evil.example")) and
        (.hint | test("--allow-host"))'
    whoami_scope --json --token-url nonsense
    assert_status 3
    scopes '.[0].error | test("nonsense")'
}

@test "whoami-scope warns once about a cache that cannot be used" {
    mkdir "$XDG_CACHE_HOME/asauth"
    chmod 777 "$XDG_CACHE_HOME/asauth"
    whoami_scope
    assert_status 0
    [[ $(grep -c 'is not used' <<<"$stderr") -eq 1 ]] || complain
    assert_stdout_has ', new'
}

@test "whoami-scope tells trouble on standard error, unless the report shows it there" {
    whoami_scope --token-url "$STANDIN_PROXY/x" -m 1
    number "$status" -ne 0
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

@test "whoami-scope tells a refusal once in a log" {
    export ASAUTH_CLIENT_SECRET=wrong
    status=0
    "$ASAUTH" whoami-scope >log 2>&1 || status=$?
    assert_status 67
    equals "$(grep -c invalid_client log)" 1 "$(<log)"
    equals "$(grep -c 'check client id' log)" 1 "$(<log)"
    "$ASAUTH" whoami-scope 2>&1 | cat >log
    equals "$(grep -c invalid_client log)" 1 "$(<log)"
    # A CI may read the two through a pipe each.
    CI=true "$ASAUTH" whoami-scope 2> >(cat >err) | cat >out
    equals "$(grep -c invalid_client out)" 1
    # What a program reads is no log.
    CI=true "$ASAUTH" whoami-scope --json 2> >(cat >err) | jq -e . >/dev/null
    for _ in {1..50}; do
        [[ ! -s err ]] || break
        sleep 0.1
    done
    equals "$(grep -c invalid_client err)" 1
}

@test "whoami-scope --refresh finds out what a cached grant hides" {
    asauth token >/dev/null
    standin set client_secret=rotated
    whoami_scope
    assert_status 0
    whoami_scope --refresh
    assert_status 67
    assert_stdout_has rotated
    assert_count token 2
}

@test "whoami-scope --all asks for both scopes and those the config names for this id" {
    cat >config <<END
{"client_id": "$STANDIN_CLIENT_ID", "scope": "own:scope", "profiles": {
 "a": {"scope": "first:scope"}, "b": {"scope": "submission"},
 "c": {"client_id": "$STANDIN_CLIENT_ID_2", "scope": "not:mine"}}}
END
    standin set attached="$submission $reporting own:scope first:scope"
    whoami_scope --all --json --config config
    assert_status 0
    equals "$(scopes 'map(.scope) | sort | join(" ")')" \
        "$reporting $submission first:scope own:scope"
    # White space around makes no other scope or id, and empty is missing.
    cat >config <<END
{"client_id": " $STANDIN_CLIENT_ID\n", "scope": " submission", "profiles": {
 "a": {"scope": "\treporting "}, "b": {"scope": ""}, "c": {"scope": "own:scope"}}}
END
    unset ASAUTH_CLIENT_ID
    whoami_scope --all --json --config config
    assert_status 0
    equals "$(scopes 'map(.scope) | sort | join(" ")')" \
        "$reporting $submission own:scope"
    # A profile inherits a scope.
    cat >config <<END
{"client_id": "another", "scope": "own:scope", "profiles": {
 "a": {"client_id": "$STANDIN_CLIENT_ID"},
 "b": {"client_id": "$STANDIN_CLIENT_ID", "scope": "first:scope"}}}
END
    whoami_scope --all --json --config config --profile b
    equals "$(scopes 'map(.scope) | sort | join(" ")')" \
        "$reporting $submission first:scope own:scope"
    export ASAUTH_CLIENT_ID=$STANDIN_CLIENT_ID
    standin set attached="$submission"
    whoami_scope --all --refresh
    assert_status 67
    number "$(grep -c "^$submission .*granted" <<<"$stdout")" -eq 1
    number "$(grep -c "^$reporting .*refused" <<<"$stdout")" -eq 1
    # A line each.
    number "$(grep -c "^[a-z_]*::*[a-z]*:" <<<"$stdout")" -eq 2
    # A refusal counts more than trouble, trouble more than a grant.
    standin set token_mode=close,close,close,normal
    whoami_scope --all --refresh
    assert_status 67
    asauth token --forget --scope reporting
    standin set token_status=400 token_error_body='{}'
    whoami_scope --all
    assert_status 22
}

@test "whoami-scope --offline asks the cache alone" {
    whoami_scope --offline
    assert_status 67
    assert_stdout_has "$submission"
    assert_count token 0
    absent "$XDG_CACHE_HOME/asauth"
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
    age_token 7200
    whoami_scope --offline --json
    assert_status 67
    scopes '.[0] | .granted == null and .cached == false and
        .error == "no token is cached"'
    whoami_scope --offline --refresh
    assert_status 2
    assert_empty_stdout
    assert_count token 1
}

@test "whoami-scope tells the last seconds of a token, or that its life is unknown" {
    standin set expires_in=100
    whoami_scope
    assert_status 0
    [[ $stdout =~ granted,\ (99|100)\ s\ left,\ new ]] || complain
    standin set expires_in=absent
    whoami_scope --refresh
    assert_status 0
    assert_stdout_has 'granted, for how long is unknown, new'
    whoami_scope --refresh --json
    scopes '.[0] | .granted and .expires_in == null and .expires_at == null'
}

@test "whoami-scope gives the same hint once" {
    ASAUTH_CLIENT_SECRET=wrong whoami_scope --all
    assert_status 67
    [[ $(grep -c '^hint: ' <<<"$stdout") -eq 1 ]] || complain
}

@test "whoami-scope --all says once what keeps every scope from being asked for" {
    unset ASAUTH_CLIENT_SECRET
    run_asauth whoami-scope --all
    assert_status 2
    equals "$(grep -c 'no client secret' <<<"$stderr")" 1
    assert_stderr_has 'ASAUTH_CLIENT_SECRET is not set'
    equals "$(grep -c 'not found out' <<<"$stdout")" 2
}

@test "whoami-scope tells a granted scope that differs from the one asked for" {
    standin set reply_scope=some:less
    whoami_scope
    assert_status 0
    assert_stdout_has 'but as some:less'
    # The cache knows it, too.
    whoami_scope
    assert_stdout_has cached
    assert_stdout_has 'but as some:less'
}

@test "whoami-scope uses ASAUTH_TOKEN where no client id is configured" {
    local given
    given=$(standin issue "$submission")
    ASAUTH_TOKEN=$given whoami_scope
    assert_status 0
    refute_stdout_has 'token is from'
    unset_account
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

@test "neither token nor secret is in any report of whoami-scope" {
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

@test "whoami-scope prints its report whatever the status, and fails (23) on a full output" {
    status=0
    asauth whoami-scope >/dev/full 2>err || status=$?
    assert_status 23
    grep 'standard output' err
    ASAUTH_CLIENT_SECRET=wrong whoami_scope --refresh -s
    assert_status 67
    assert_stdout_has refused:
    assert_empty_stderr
}
