#!/usr/bin/env bats
#
# asauth token: what is printed, --refresh, --min-ttl, --forget, --no-cache;
# ASAUTH_TOKEN.

load standin

@test "--format prints the token in four formats" {
    local token
    run_asauth token
    token=$stdout
    run_asauth token --format token
    assert_stdout "$token"
    run_asauth token --format header
    printf 'Authorization: Bearer %s\n' "$token" |
        cmp - "$BATS_TEST_TMPDIR/stdout"
    run_asauth token --format curl
    printf 'header = "Authorization: Bearer %s"\n' "$token" |
        cmp - "$BATS_TEST_TMPDIR/stdout"
    run_asauth token --format json
    assert_status 0
    number "$(wc -l <"$BATS_TEST_TMPDIR/stdout")" -eq 1
    equals "$(jq -c 'keys' <<<"$stdout")" \
        '["access_token","expires_at","expires_in","scope","token_type"]'
    equals "$(jq -r .access_token <<<"$stdout")" "$token"
    equals "$(jq -r .token_type <<<"$stdout")" bearer
    equals "$(jq -r .scope <<<"$stdout")" appstore::apps:readwrite
    jq -e --argjson now "$EPOCHSECONDS" '.expires_in as $in | .expires_at as
        $at | $in > 3590 and $in <= 3600 and $in == ($in | floor) and
        ($at - $now - $in | fabs) <= 10' <<<"$stdout"
    equals "$(jq .expires_at <<<"$stdout")" "$(jq .expires_at "$(cache_file)")"
    assert_count token 1
}

@test "curl reads the header and the curl format, whatever is in the token" {
    standin set 'token_value=Atc|a"b\c\\n'\''$x' token_type=Bearer
    token=$(asauth token)
    equals "$token" 'Atc|a"b\c\\n'\''$x'
    equals "$(asauth token --format curl |
        curl -q -s -K - -o /dev/null -w '%{http_code}' \
            "$STANDIN_API/empty")" 204
    equals "$(asauth token --format header |
        curl -q -s -H @- -o /dev/null -w '%{http_code}' \
            "$STANDIN_API/empty")" 204
    equals "$(asauth token --format json | jq -r .access_token)" "$token"
    equals "$(asauth token --format json | jq -r .token_type)" Bearer
}

@test "--format json shows a scope with invalid bytes" {
    answer token '200 OK' -- '{"access_token":"Atc|x","token_type":"bearer"}'
    run_asauth token --format json --scope $'bad\xff:scope'
    assert_status 0
    jq -e '.scope | startswith("bad")' <<<"$stdout"
}

@test "an unknown --format is refused (2) before anything is asked" {
    run_asauth token --format xml
    assert_status 2
    assert_empty_stdout
    assert_stderr_has xml
    assert_stderr_has 'token, header, curl or json'
    assert_count token 0
}

@test "a second run prints the cached token" {
    run_asauth token
    first=$stdout
    run_asauth token
    assert_status 0
    assert_stdout "$first"
    assert_empty_stderr
    assert_count token 1
    run_asauth token --scope reporting
    assert_status 0
    differs "$stdout" "$first"
    assert_count token 2
}

@test "--refresh mints anew and replaces the cached token" {
    first=$(asauth token)
    run_asauth token --refresh
    assert_status 0
    second=$stdout
    differs "$first" "$second"
    run_asauth token
    assert_stdout "$second"
    assert_count token 2
    equals "$(jq -r .access_token "$(cache_file)")" "$second"
}

@test "--refresh drops the cached token when the new one cannot be stored" {
    local old
    old=$(asauth token)
    standin set expires_in=absent
    run_asauth token --refresh
    assert_status 0
    standin set expires_in=3600
    run_asauth token
    differs "$stdout" "$old"
    assert_count token 3
}

@test "--min-ttl says how much life a cached token must have left" {
    standin set expires_in=90
    asauth token
    run_asauth token
    run_asauth token --min-ttl 60
    run_asauth token --min-ttl 80
    assert_count token 1
    run_asauth token --min-ttl 100
    assert_count token 2
    # Not even a new one lives that long: it serves all the same.
    assert_status 0
    standin set expires_in=50
    run_asauth token --refresh
    assert_count token 3
    run_asauth token
    assert_count token 4
    run_asauth token --min-ttl 0
    assert_status 0
    assert_count token 4
}

@test "--forget deletes the cached token and needs no secret" {
    other=$(asauth token --scope reporting)
    asauth token
    unset ASAUTH_CLIENT_SECRET
    run_asauth token --forget
    assert_status 0
    assert_empty_stdout
    assert_empty_stderr
    equals "$(asauth token --scope reporting)" "$other"
    cache_file
    run_asauth token --forget
    assert_status 0
    assert_empty_stderr
    run_asauth token
    assert_status 2
    assert_count token 2
}

@test "--forget where there has never been a cache leaves no trace" {
    run_asauth token --forget
    assert_status 0
    assert_empty_stdout
    assert_empty_stderr
    equals "$(ls -A "$XDG_CACHE_HOME")" ''
    assert_count token 0
}

@test "--no-cache neither reads nor writes the disk" {
    run_asauth token --no-cache
    assert_status 0
    equals "$stdout" "$(standin tokens)"
    equals "$(ls -A "$XDG_CACHE_HOME")" ''
    cached=$(asauth token)
    run_asauth token --no-cache
    assert_status 0
    differs "$stdout" "$cached"
    assert_count token 3
    run_asauth token
    assert_stdout "$cached"
}

@test "--forget excludes --refresh and --no-cache" {
    asauth token >/dev/null
    run_asauth token --forget --refresh
    assert_status 2
    assert_empty_stdout
    run_asauth token --forget --no-cache
    assert_status 2
    assert_empty_stdout
    cache_file
    assert_count token 1
}

@test "ASAUTH_TOKEN is printed where no client id is configured" {
    unset_account
    export ASAUTH_TOKEN='Atc|from-elsewhere'
    run_asauth token
    assert_status 0
    assert_stdout "$ASAUTH_TOKEN"
    assert_empty_stderr
    ASAUTH_TOKEN=$' Atc|from-elsewhere\r\n' run_asauth token
    assert_stdout 'Atc|from-elsewhere'
    run_asauth token --format json
    equals "$(jq -cS . <<<"$stdout")" \
        '{"access_token":"Atc|from-elsewhere","expires_at":null,"expires_in":null,"scope":"appstore::apps:readwrite","token_type":"bearer"}'
    equals "$(ls -A "$XDG_CACHE_HOME")" ''
    assert_count token 0
}

@test "ASAUTH_TOKEN gives way to a client id and to --refresh" {
    export ASAUTH_TOKEN='Atc|from-elsewhere'
    run_asauth token
    assert_status 0
    equals "$stdout" "$(standin tokens)"
    (
        unset ASAUTH_CLIENT_ID
        run_asauth token --client-id "$STANDIN_CLIENT_ID"
        assert_status 0
        equals "$stdout" "$(standin tokens)"
        printf '{"client_id":"%s"}' "$STANDIN_CLIENT_ID" \
            >"$BATS_TEST_TMPDIR/config"
        run_asauth token --config "$BATS_TEST_TMPDIR/config"
        assert_status 0
        equals "$stdout" "$(standin tokens)"
        run_asauth token --refresh
        assert_status 2
        assert_empty_stdout
        assert_stderr_has 'no client id'
        refute_stderr_has from-elsewhere
    )
    ASAUTH_TOKEN='' ASAUTH_CLIENT_ID='' run_asauth token
    assert_status 2
    assert_empty_stdout
}

@test "an ASAUTH_TOKEN that cannot be a token is refused (2)" {
    local token
    unset_account
    for token in 'Atc|a b' $'Atc|a\r\nX: y' $'Atc|\x7f' $'Atc|\xc3\xa9' \
        $'Atc|\x01'; do
        ASAUTH_TOKEN=$token run_asauth token
        assert_status 2
        assert_empty_stdout
        assert_stderr_has ASAUTH_TOKEN
        refute_stderr_has 'Atc|'
    done
}

@test "ASAUTH_TOKEN with more than a token is refused (2) and told what to leave out" {
    ASAUTH_TOKEN='Bearer Atc|x' run_asauth request /x
    assert_status 2
    assert_stderr_has 'hint: leave out "Bearer" before the token'
    unset_account
    ASAUTH_TOKEN='Authorization: Bearer Atc|x' run_asauth token
    assert_status 2
    assert_stderr_has 'hint: leave out "Authorization:" before the token'
    ASAUTH_TOKEN='a b' run_asauth token
    assert_status 2
    refute_stderr_has 'leave out'
}
