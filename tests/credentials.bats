#!/usr/bin/env bats
#
# Id and secret: missing ones, white space, and which belong together.

load standin

setup() {
    use_standin
    use_config
}

# --- missing credentials -------------------------------------------------

@test "without a client id a run is refused (2) with a list of every place looked in" {
    unset_account
    run_asauth token
    assert_status 2
    assert_empty_stdout
    assert_stderr_has 'asauth: no client id: '
    assert_stderr_has --client-id
    assert_stderr_has 'ASAUTH_CLIENT_ID is not set'
    assert_stderr_has "$config does not exist"
    configure '{}'
    ASAUTH_CLIENT_ID='' run_asauth token
    assert_status 2
    assert_stderr_has 'ASAUTH_CLIENT_ID is set but empty'
    assert_stderr_has "$config has no client_id"
    equals "$(grep -c '^asauth:   ' <<<"$stderr")" 3 "$stderr"
    assert_stderr_has 'asauth: hint: '
    ASAUTH_CLIENT_ID=$' \r\n' run_asauth token
    assert_status 2
    assert_stderr_has 'ASAUTH_CLIENT_ID is set but empty'
    unset HOME XDG_CONFIG_HOME
    run_asauth token
    assert_status 2
    assert_stderr_has ASAUTH_CLIENT_ID
}

@test "without a client secret a run is refused (2) with a list of every place looked in" {
    unset ASAUTH_CLIENT_SECRET
    run_asauth token </dev/null
    assert_status 2
    assert_empty_stdout
    for name in 'asauth: no client secret: ' '--client-secret ' \
        '--client-secret-file' 'ASAUTH_CLIENT_SECRET is not set' \
        'ASAUTH_CLIENT_SECRET_FILE is not set' "$config"; do
        assert_stderr_has "$name"
    done
    # A line each, and where to find it.
    equals "$(grep -c '^asauth:   ' <<<"$stderr")" 5 "$stderr"
    assert_stderr_has 'asauth: hint: '
    configure '{}'
    ASAUTH_CLIENT_SECRET=' ' ASAUTH_CLIENT_SECRET_FILE='' \
        run_asauth token </dev/null
    assert_status 2
    assert_stderr_has 'ASAUTH_CLIENT_SECRET is set but empty'
    assert_stderr_has 'ASAUTH_CLIENT_SECRET_FILE is set but empty'
    for name in client_secret client_secret_file client_secret_command; do
        assert_stderr_has "$name"
    done
    assert_count token 0
}

@test "when a profile lacks id or secret, the message says so of the profile" {
    unset_account
    configure '{"client_id":"a","client_secret":"s","profiles":{
        "own":{"client_id":"b"}}}'
    run_asauth token --profile own
    assert_status 2
    assert_stderr_has "profile own of $config has no client_secret"
    assert_stderr_has 'inherits none since it has a client_id of its own'
    configure '{"client_id":"","profiles":{"own":{}}}'
    run_asauth token --profile own
    refute_stderr_has inherits
    configure '{"profiles":{"own":{"client_id":"b"}}}'
    run_asauth token
    assert_status 2
    assert_stderr_has "$config has no client_id outside its profiles"
}

@test "an unknown profile is refused (2) with the names of those that exist" {
    configure '{"profiles":{"one":{},"two":{}}}'
    run_asauth token --profile three
    assert_status 2
    assert_empty_stdout
    assert_stderr_has three
    assert_stderr_has "$config"
    assert_stderr_has one
    assert_stderr_has two
    ASAUTH_PROFILE=three run_asauth token
    assert_status 2
    rm "$config"
    run_asauth token --profile three
    assert_status 2
    assert_stderr_has three
    assert_count token 0
}

# --- what is in them -----------------------------------------------------

@test "ids and secrets lose surrounding white space wherever they are from" {
    local padded=$'\r\n \t'$secret$' \t\r\n' id=$'\n '$STANDIN_CLIENT_ID$'\r\n'
    local mark=$'\xef\xbb\xbf'
    check() {
        assert_status 0
        assert_form client_secret "$secret"
        assert_form client_id "$STANDIN_CLIENT_ID"
    }
    run_asauth token --no-cache --client-id "$id" --client-secret "$padded"
    check
    ASAUTH_CLIENT_ID=$id ASAUTH_CLIENT_SECRET=$padded run_asauth token --no-cache
    check
    # And a byte order mark.
    ASAUTH_CLIENT_ID=$mark$id ASAUTH_CLIENT_SECRET=$mark$secret \
        run_asauth token --no-cache
    check
    ASAUTH_CLIENT_SECRET=$mark run_asauth token --no-cache </dev/null
    assert_status 2
    assert_stderr_has 'ASAUTH_CLIENT_SECRET is set but empty'
    unset_account
    configure "$(jq -n --arg i "$id" --arg s "$padded" \
        '{client_id: $i, client_secret: $s}')"
    run_asauth token --no-cache
    check
    export ASAUTH_CLIENT_ID=$STANDIN_CLIENT_ID
    rm "$config"
    printf '%s' "$padded" >"$BATS_TEST_TMPDIR/secret"
    chmod 600 "$BATS_TEST_TMPDIR/secret"
    run_asauth token --no-cache --client-secret-file "$BATS_TEST_TMPDIR/secret"
    check
    run_asauth token --no-cache --client-secret-file - \
        <"$BATS_TEST_TMPDIR/secret"
    check
    configure '{"client_secret_command":["printf"," \t%s \r\nmore\n","'"$secret"'"]}'
    run_asauth token --no-cache
    check
    configure '{"scope":" reporting\n"}'
    ASAUTH_CLIENT_SECRET=$secret run_asauth token --no-cache
    assert_form scope adx_reporting::appstore:marketer
}

@test "control bytes in id, secret and scope are refused (2), and not shown" {
    local name
    for name in ID SECRET; do
        export "ASAUTH_CLIENT_$name=S3CR3T"$'\r\n'"X: y"
        run_asauth token
        assert_status 2
        assert_empty_stdout
        assert_stderr_has "ASAUTH_CLIENT_$name"
        [[ $name == ID ]] || refute_stderr_has S3CR3T
        unset "ASAUTH_CLIENT_$name"
    done
    use_standin
    run_asauth token --scope $'a\x1bb'
    assert_status 2
    assert_stderr_has --scope
    run_asauth token --client-secret $'S3CR3T\x7f'
    assert_status 2
    assert_stderr_has --client-secret
    refute_stderr_has S3CR3T
    assert_count token 0
}

# a client secret as Amazon makes them
amazons=amzn1.oa2-cs.v1.5ec4e75ec4e75ec4e75ec4e7

# swapped WHERE [ARG...]: a run is refused, names WHERE, sends nothing, keeps
# nothing and shows no secret.
swapped() {
    local where=$1
    shift
    run_asauth "$@"
    assert_status 2
    assert_stderr_has "$where: this is a client "
    assert_stderr_has 'hint: have client id and client secret been swapped?'
    lacks "$stdout$stderr" 5ec4e7
    assert_count token 0
    lacks "$(find "$HOME" -type f ! -path "$config" -exec cat {} +)" 5ec4e7
}

@test "a client secret in the place of the id is refused (2) and shown nowhere" {
    export ASAUTH_CLIENT_ID=$amazons
    swapped ASAUTH_CLIENT_ID token -v
    assert_empty_stdout
    swapped --client-id token --client-id $'\xef\xbb\xbf '"$amazons"
    swapped ASAUTH_CLIENT_ID token --forget
    swapped ASAUTH_CLIENT_ID request -v /x
    ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_ID swapped ASAUTH_CLIENT_ID token
    swapped ASAUTH_CLIENT_ID whoami-scope --all
    assert_stdout_has 'a client secret, not shown (from ASAUTH_CLIENT_ID)'
    swapped ASAUTH_CLIENT_ID whoami-scope --json
    equals "$(jq .client_id <<<"$stdout")" null
    # Nor at a question for the secret.
    unset ASAUTH_CLIENT_SECRET
    on_terminal "'$ASAUTH' token" ''
    assert_status 2
    refute_stdout_has 5ec4e7
    unset ASAUTH_CLIENT_ID
    configure '{"profiles":{"p":{"client_id":"'"$amazons"'"}}}'
    swapped "client_id in profile p of $config" token --profile p
}

@test "a client id in the place of the secret hides what stands in the id's" {
    local id=$STANDIN_CLIENT_ID file=$BATS_TEST_TMPDIR/file
    export ASAUTH_CLIENT_ID=5ec4e75ec4e75ec4e75ec4e7 ASAUTH_CLIENT_SECRET=$id
    swapped ASAUTH_CLIENT_SECRET whoami-scope
    assert_stdout_has 'a client secret, not shown (from ASAUTH_CLIENT_ID)'
    swapped ASAUTH_CLIENT_SECRET whoami-scope --all --json
    equals "$(jq .client_id <<<"$stdout")" null
    swapped ASAUTH_CLIENT_SECRET request -v /x
    run_asauth whoami-scope --offline
    refute_stdout_has 5ec4e7
    unset ASAUTH_CLIENT_SECRET
    printf '%s\n' "$id" >"$file"
    chmod 600 "$file"
    swapped "client secret from $file" whoami-scope --json \
        --client-secret-file "$file"
    equals "$(jq .client_id <<<"$stdout")" null
}

@test "a client id in the place of the secret is refused (2) before anything is sent" {
    local file=$BATS_TEST_TMPDIR/secret
    ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_ID swapped ASAUTH_CLIENT_SECRET token
    swapped --client-secret token --client-secret "$STANDIN_CLIENT_ID"
    printf '%s\n' "$STANDIN_CLIENT_ID" >"$file"
    chmod 600 "$file"
    swapped "client secret from $file" token --client-secret-file "$file"
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":["echo","'"$STANDIN_CLIENT_ID"'"]}'
    swapped 'client secret from echo' token
    # A hit needs none.
    rm "$config"
    ASAUTH_CLIENT_SECRET=$secret run_asauth token
    assert_status 0
    ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_ID run_asauth token
    assert_status 0
}

@test "what is not printable ASCII in id or secret is refused (2) by its name" {
    local byte name file=$BATS_TEST_TMPDIR/secret
    while IFS='|' read -r byte name; do
        printf -v byte %b "$byte"
        ASAUTH_CLIENT_SECRET="S3C${byte}R3T" run_asauth token
        assert_status 2
        assert_stderr_has "ASAUTH_CLIENT_SECRET: holds $name"
        refute_stderr_has S3C
        run_asauth token --client-id "amzn1$byte.application"
        assert_status 2
        assert_stderr_has "client-id: holds $name"
        printf '%s' "S3C${byte}R3T" >"$file"
        ASAUTH_CLIENT_SECRET='' ASAUTH_CLIENT_SECRET_FILE=$file \
            run_asauth token
        assert_status 2
        assert_stderr_has "client secret from $file: holds $name"
        configure "$(jq -n --arg id "a${byte}b" '{client_id: $id}' 2>&1)"
        [[ $byte == $'\xff' ]] || {
            ASAUTH_CLIENT_ID='' run_asauth token
            assert_status 2
            assert_stderr_has "$config: client_id holds $name"
        }
        rm "$config"
    done <<'TABLE'
\n|a line end
\r|a carriage return
\t|a tab
\x01|a control character
\xc2\xa0|a no-break space
\xe2\x80\x8b|a zero-width space
\xef\xbb\xbf|a byte order mark
\xe2\x80\x9c|curly quotes
\xc3\xa4|a character that is not
\xff|a character that is not
TABLE
    assert_count token 0
}

# --- pairing and inheritance ---------------------------------------------

# assert_mismatch WORD...: a 2 that names the words, and no value.
assert_mismatch() {
    local word
    assert_status 2
    assert_empty_stdout
    for word; do
        assert_stderr_has "$word"
    done
    assert_no_secret
    refute_stderr_has S3CR3T
    assert_count token 0
}

@test "a secret is not sent with the id of another account" {
    local other=amzn1.other
    # By environment for one account, by flag the id of another.
    run_asauth token --client-id "$other"
    assert_mismatch --client-id ASAUTH_CLIENT_ID
    for kind in '"client_secret":"S3CR3T"' '"client_secret_file":"none"' \
        '"client_secret_command":["touch","'"$BATS_TEST_TMPDIR/ran"'"]'; do
        configure "{\"client_id\":\"other\",$kind}"
        unset ASAUTH_CLIENT_SECRET
        run_asauth token
        assert_mismatch ASAUTH_CLIENT_ID "client_id in $config"
        run_asauth token --client-id x
        assert_mismatch --client-id "client_id in $config"
        configure "{\"profiles\":{\"p\":{\"client_id\":\"other\",$kind}}}"
        ASAUTH_PROFILE=p run_asauth token
        assert_mismatch ASAUTH_CLIENT_ID "profile p of $config"
        configure "{\"client_id\":\"other\",\"profiles\":{\"p\":{$kind}}}"
        ASAUTH_PROFILE=p run_asauth token
        assert_mismatch ASAUTH_CLIENT_ID "$config"
    done
    absent "$BATS_TEST_TMPDIR/ran"
    echo S3CR3T >"$BATS_TEST_TMPDIR/secret"
    ASAUTH_CLIENT_SECRET_FILE=$BATS_TEST_TMPDIR/secret \
        run_asauth token --client-id "$other"
    assert_mismatch --client-id ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET_FILE
    # The secret by flag along with the id: the environment is out of it.
    export ASAUTH_CLIENT_SECRET=S3CR3T
    run_asauth token --client-id "$STANDIN_CLIENT_ID_2" \
        --client-secret "$STANDIN_CLIENT_SECRET_2"
    assert_status 0
}

@test "ids and secrets that belong together may come from two places" {
    # The same id named twice is no other id.
    configure "{\"client_id\":\"$STANDIN_CLIENT_ID\"}"
    run_asauth token --no-cache --client-id "$STANDIN_CLIENT_ID"
    assert_status 0
    # An id from the config with a secret from the environment alone.
    (
        unset ASAUTH_CLIENT_ID
        run_asauth token --no-cache
        assert_status 0
        configure "{\"profiles\":{\"p\":{\"client_id\":\"$STANDIN_CLIENT_ID\"}}}"
        run_asauth token --no-cache --profile p
        assert_status 0
        # An id by flag with a secret from a config without an id.
        configure "{\"client_secret\":\"$secret\"}"
        unset ASAUTH_CLIENT_SECRET
        run_asauth token --no-cache --client-id "$STANDIN_CLIENT_ID"
        assert_status 0
    )
    # A secret by flag with the environment's id.
    rm "$config"
    ASAUTH_CLIENT_SECRET=wrong run_asauth token --no-cache \
        --client-secret "$secret"
    assert_status 0
    assert_count mint 5
}

@test "two kinds of secret in one source are refused (2)" {
    local pair dir=$BATS_TEST_TMPDIR
    run_asauth token --client-secret S3CR3T --client-secret-file "$dir/none"
    assert_mismatch --client-secret --client-secret-file
    ASAUTH_CLIENT_SECRET_FILE=$dir/none run_asauth token
    assert_mismatch 'ASAUTH_CLIENT_SECRET ' ASAUTH_CLIENT_SECRET_FILE
    unset ASAUTH_CLIENT_SECRET
    for pair in '"client_secret":"S3CR3T","client_secret_file":"x"' \
        '"client_secret":"S3CR3T","client_secret_command":["touch","ran"]' \
        '"client_secret_file":"x","client_secret_command":["touch","ran"]'; do
        configure "{$pair}"
        run_asauth token
        assert_mismatch client_secret_ "$config"
        configure "{\"profiles\":{\"p\":{$pair}}}"
        run_asauth token --profile p
        assert_mismatch client_secret_ 'profile p'
    done
    absent "${config%/*}/ran"
}

@test "a profile inherits the top level's keys" {
    unset_account
    local file=$BATS_TEST_TMPDIR/secret kind
    printf '%s' "$secret" >"$file"
    chmod 600 "$file"
    for kind in "\"client_secret\":\"$secret\"" \
        "\"client_secret_file\":\"$file\"" \
        "\"client_secret_command\":[\"echo\",\"$secret\"]"; do
        configure "{\"client_id\":\"$STANDIN_CLIENT_ID\",$kind,
            \"scope\":\"x\",\"profiles\":{\"p\":{\"scope\":\"reporting\"}}}"
        run_asauth token --profile p --no-cache
        assert_status 0
        assert_form scope adx_reporting::appstore:marketer
        assert_form client_secret "$secret"
    done
}

@test "a profile with its own id inherits no secret of any kind" {
    unset_account
    local kind
    for kind in '"client_secret":"S3CR3T"' '"client_secret_file":"none"' \
        '"client_secret_command":["touch","ran"]'; do
        configure "{\"client_id\":\"top\",$kind,
            \"profiles\":{\"p\":{\"client_id\":\"$STANDIN_CLIENT_ID\"}}}"
        run_asauth token --profile p </dev/null
        assert_mismatch 'no client secret'
        ASAUTH_PROFILE=p run_asauth token </dev/null
        assert_mismatch 'no client secret'
    done
    absent "${config%/*}/ran"
    ASAUTH_CLIENT_SECRET=$secret run_asauth token --profile p
    assert_status 0
}

@test "a profile's own secret, of any kind, replaces the inherited one" {
    unset_account
    local file=$BATS_TEST_TMPDIR/secret top own
    printf '%s' "$secret" >"$file"
    chmod 600 "$file"
    for top in '"client_secret":"S3CR3T"' '"client_secret_file":"none"' \
        '"client_secret_command":["false"]'; do
        for own in "\"client_secret\":\"$secret\"" \
            "\"client_secret_file\":\"$file\"" \
            "\"client_secret_command\":[\"echo\",\"$secret\"]"; do
            configure "{\"client_id\":\"$STANDIN_CLIENT_ID\",$top,
                \"profiles\":{\"p\":{$own}}}"
            run_asauth token --no-cache --profile p
            [[ $status == 0 ]] || complain "$own does not replace $top"
        done
    done
    assert_count mint 9
}
