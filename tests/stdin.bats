#!/usr/bin/env bats
#
# Standard input as the source of the client secret, and of nothing else then.
#
# shellcheck disable=SC2086 # words that are meant to be split

load standin

setup() {
    use_standin
    use_config
}

@test "the secret comes from standard input by flag, variable or key" {
    unset ASAUTH_CLIENT_SECRET
    run_asauth token --no-cache --client-secret-file - <<<"$secret"
    assert_status 0
    ASAUTH_CLIENT_SECRET_FILE=- run_asauth token --no-cache <<<"$secret"
    assert_status 0
    configure '{"client_secret_file":"-"}'
    run_asauth token --no-cache <<<"$secret"
    assert_status 0
    assert_empty_stderr
}

@test "standard input with a secret is drained by a hit and by --forget" {
    local ended first
    first=$(asauth token)
    unset ASAUTH_CLIENT_SECRET
    # More than a pipe holds, and more than a secret may be.
    head -c 300000 /dev/zero | "$ASAUTH" token --client-secret-file - \
        >"$BATS_TEST_TMPDIR/stdout"
    ended=("${PIPESTATUS[@]}")
    equals "${ended[*]}" '0 0'
    equals "$(<"$BATS_TEST_TMPDIR/stdout")" "$first"
    (sleep 0.3; head -c 300000 /dev/zero) | "$ASAUTH" token --forget \
        --client-secret-file -
    ended=("${PIPESTATUS[@]}")
    equals "${ended[*]}" '0 0'
    assert_count token 1
}

@test "standard input with a secret is drained by every command, even by one that needs none" {
    local words
    cd "$BATS_TEST_TMPDIR"
    export ASAUTH_CLIENT_SECRET_FILE=- ASAUTH_TOKEN='Atc|from-elsewhere'
    unset_account
    while read -r words; do
        # shellcheck disable=SC2086 # words
        { sleep 0.3; head -c 300000 /dev/zero; echo $? >writer; } |
            "$ASAUTH" $words >/dev/null 2>&1 || true
        [[ $(<writer) -eq 0 ]] || fail "$words"
    done <<END
token
token --forget
token --refresh
whoami-scope
whoami-scope --offline
whoami-scope --offline --client-id id
request $STANDIN_API/noauth/echo
END
}

@test "standard input cannot be both the secret and a body" {
    local args
    unset ASAUTH_CLIENT_SECRET
    for args in '-d @-' '--data-binary @-' '--json @-' '-T -' '-T .' \
        '--data-urlencode @-' '--data-urlencode a@-' '-F f=@-' '-F f=<-' \
        '-H @-' '-w @-' '-d @/dev/stdin' '-F f=@/dev/fd/0' \
        '-T /proc/self/fd/0'; do
        run_asauth request --client-secret-file - $args /x <<<"$secret"
        [[ $status == 2 && $stderr == *'standard input'* ]] || complain "$args"
        ASAUTH_CLIENT_SECRET_FILE=- run_asauth request $args /x <<<"$secret"
        [[ $status == 2 ]] || complain "$args, by the variable"
        run_asauth request --client-secret-file /dev/stdin $args /x \
            <<<"$secret"
        [[ $status == 2 ]] || complain "$args, by its other name"
    done
    assert_count token 0
    assert_count api 0
    # What only looks like it is none.
    for args in '-d a@-' '-F f=a,-' '-F f=-' '--data-raw @-'; do
        run_asauth request --client-secret-file - $args \
            "$STANDIN_API/echo" <<<"$secret"
        assert_status 0 || fail "$args"
    done
    run_asauth request --client-secret-file - "$STANDIN_API/echo" \
        <<<"$secret"
    assert_status 0
}
