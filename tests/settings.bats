#!/usr/bin/env bats
#
# Where each setting comes from and which source wins; the client secret in
# all its kinds.
#
# Dollar signs in jq and in commands, variables set for one test alone, and
# words that are meant to be split:
# shellcheck disable=SC2016,SC2030,SC2031,SC2086

load helper

setup_file() {
    standin_start
}

teardown_file() {
    standin_stop
}

setup() {
    use_standin
    mkdir "$XDG_CONFIG_HOME/asauth"
    config=$XDG_CONFIG_HOME/asauth/config.json
    secret=$STANDIN_CLIENT_SECRET
}

# configure JSON: into the default config file.
configure() {
    printf '%s' "$1" >"$config"
    chmod 600 "$config"
}

# unset_account: nothing of an account in the environment.
unset_account() {
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
}

# form: the newest log-in's form, a field a line, decoded.
form() {
    local body
    body=$(standin_log '.[-1].body')
    body=${body//&/$'\n'}
    printf '%b\n' "${body//%/\\x}"
}

# assert_sent NAME VALUE: that was a field of the newest log-in.
assert_sent() {
    grep -qxF -e "$1=$2" <(form) || complain "not sent: $1=$2" "$(form)"
}

# --- the table -----------------------------------------------------------

# observed [ARG...]: run asauth and print the value of KEY that it used.
observed() {
    case $key in
        api_url)
            ASAUTH_TOKEN=x run_asauth request "$@" /x
            standin_log '.[-1].target'
            ;;
        token_url)
            run_asauth token --no-cache "$@"
            standin_log '.[-1].target'
            ;;
        *)
            run_asauth token --no-cache "$@"
            form | sed -n "s/^$key=//p"
            ;;
    esac
}

# value WORD: what a key may be set to so that WORD shows what won.
value() {
    case $key in
        api_url) printf '%s/noauth/echo/%s' "$STANDIN_API" "$1" ;;
        token_url) printf '%s?from=%s' "$STANDIN_TOKEN_URL" "$1" ;;
        *) printf 'from-%s' "$1" ;;
    esac
}

# try_sources WANTED SOURCE...: with KEY set in the sources, WANTED wins.
# Sources: flag, env, top, profile; and "named" for --profile, "var" for
# ASAUTH_PROFILE.
try_sources() {
    local wanted=$1 source args=() top='' own='' got
    # A secret by flag, without an id, goes with any id.
    [[ $key != client_id ]] || args=(--client-secret any)
    local flag=--${key//_/-} variable=ASAUTH_${key^^}
    shift
    unset ASAUTH_PROFILE "$variable"
    for source; do
        case $source in
            flag) args+=("$flag" "$(value flag)") ;;
            env) export "$variable=$(value env)" ;;
            top) top="\"$key\":\"$(value top)\"," ;;
            profile) own="\"$key\":\"$(value profile)\"" ;;
            named) args+=(--profile p) ;;
            var) export ASAUTH_PROFILE=p ;;
        esac
    done
    configure "{$top\"profiles\":{\"p\":{$own},\"other\":{}}}"
    got=$(observed "${args[@]}")
    [[ $got == *"$wanted"* ]] ||
        complain "$key set by $*: wanted $wanted, got $got"
}

@test "each value comes from flag, environment, profile, default, in order" {
    local key
    for key in client_id client_secret scope token_url api_url; do
        use_standin
        [[ $key != client_id ]] || unset_account
        try_sources flag flag env top profile named
        try_sources flag flag env top profile var
        try_sources flag flag env top
        try_sources env env top profile var
        try_sources env env top
        try_sources profile top profile var
        try_sources top top var
        try_sources top top
    done
}

@test "--profile on the command line outranks the environment, inherited keys too" {
    local key
    for key in client_id client_secret scope token_url api_url; do
        use_standin
        [[ $key != client_id ]] || unset_account
        try_sources profile env top profile named
        try_sources profile env profile named
        try_sources top env top named
        try_sources env env named
        try_sources env env var
        # A profile by flag hides one by the variable.
        try_sources top env top named var
    done
}

@test "--profile goes before ASAUTH_PROFILE" {
    configure '{"profiles":{"a":{"scope":"scope-a"},"b":{"scope":"scope-b"}}}'
    export ASAUTH_PROFILE=a
    run_asauth token
    assert_sent scope scope-a
    run_asauth token --profile b
    assert_sent scope scope-b
    ASAUTH_PROFILE='' run_asauth token
    assert_status 0
    assert_sent scope appstore::apps:readwrite
}

@test "short names of scopes hold for flag, variable and key" {
    local name long
    for name in submission reporting; do
        long=appstore::apps:readwrite
        [[ $name == submission ]] || long=adx_reporting::appstore:marketer
        run_asauth token --no-cache --scope "$name"
        assert_sent scope "$long"
        ASAUTH_SCOPE=$name run_asauth token --no-cache
        assert_sent scope "$long"
        configure "{\"scope\":\"$name\"}"
        run_asauth token --no-cache
        assert_sent scope "$long"
        configure "{\"profiles\":{\"p\":{\"scope\":\"$name\"}}}"
        run_asauth token --no-cache --profile p
        assert_sent scope "$long"
        configure '{}'
    done
    # The short name and the long one are one token.
    asauth token --scope reporting
    run_asauth token --scope adx_reporting::appstore:marketer
    assert_count token 9
    run_asauth token --scope Reporting
    assert_sent scope Reporting
}

@test "the defaults are Amazon's" {
    unset ASAUTH_TOKEN_URL ASAUTH_API_URL
    run_asauth token -m 2 -x "$STANDIN_PROXY"
    assert_stderr_has 'token endpoint https://api.amazon.com/auth/o2/token: '
    [ "$(standin_log '.[0].target')" = api.amazon.com:443 ]
    ASAUTH_TOKEN=x run_asauth request -m 2 -x "$STANDIN_PROXY" \
        -w '%{url_effective}' /v1/x
    assert_stdout https://developer.amazon.com/api/appstore/v1/x
    [ "$(standin_log '.[-1].target')" = developer.amazon.com:443 ]
}

@test "the config file is the flag's, the variable's or the default one" {
    local dir=$BATS_TEST_TMPDIR place
    for place in flag variable xdg home; do
        printf '{"scope":"scope-%s"}' $place >"$dir/$place.json"
    done
    cp "$dir/xdg.json" "$config"
    ASAUTH_CONFIG=$dir/variable.json run_asauth token --config "$dir/flag.json"
    assert_sent scope scope-flag
    ASAUTH_CONFIG=$dir/variable.json run_asauth token
    assert_sent scope scope-variable
    ASAUTH_CONFIG='' run_asauth token
    assert_sent scope scope-xdg
    mkdir -p "$HOME/.config/asauth" "$dir/xdg/asauth"
    cp "$dir/home.json" "$HOME/.config/asauth/config.json"
    cp "$dir/xdg.json" "$dir/xdg/asauth/config.json"
    XDG_CONFIG_HOME=$dir/xdg run_asauth token
    assert_sent scope scope-xdg
    (unset XDG_CONFIG_HOME; run_asauth token)
    assert_sent scope scope-home
    XDG_CONFIG_HOME='' run_asauth token
    assert_sent scope scope-home
    cd "$dir"
    XDG_CONFIG_HOME=xdg run_asauth token
    assert_sent scope scope-home
    # The default one need not be there, one that is named must.
    XDG_CONFIG_HOME=$dir/none run_asauth token
    assert_status 0
    run_asauth token --config "$dir/none.json"
    assert_status 2
    assert_stderr_has "$dir/none.json"
    ASAUTH_CONFIG=$dir/none.json run_asauth token
    assert_status 2
    assert_stderr_has "$dir/none.json"
}

@test "the cache directory is the flag's, the variable's or the default one" {
    local dir=$BATS_TEST_TMPDIR
    found() {
        (cd "$dir" && find . -name '*.json' -path '*cache*' -printf '%h\n')
        find "$dir" -name '*.json' -path '*cache*' -delete
    }
    ASAUTH_CACHE_DIR=$dir/cache-v run_asauth token --cache-dir "$dir/cache-f"
    [ "$(found)" = ./cache-f ]
    ASAUTH_CACHE_DIR=$dir/cache-v run_asauth token
    [ "$(found)" = ./cache-v ]
    ASAUTH_CACHE_DIR='' XDG_CACHE_HOME=$dir/cache-x run_asauth token
    [ "$(found)" = ./cache-x/asauth ]
    (unset XDG_CACHE_HOME; run_asauth token)
    [ "$(found)" = ./home/.cache/asauth ]
    XDG_CACHE_HOME='' run_asauth token
    [ "$(found)" = ./home/.cache/asauth ]
    cd "$dir"
    XDG_CACHE_HOME=cache-r run_asauth token
    [ "$(found)" = ./home/.cache/asauth ]
    run_asauth token --cache-dir cache-relative
    [ "$(found)" = ./cache-relative ]
    assert_count token 7
}

@test "the three lists of allowed hosts add up" {
    local host
    configure '{"allow_hosts":["c.invalid","d.invalid"],
        "profiles":{"p":{"allow_hosts":["e.invalid"]}}}'
    export ASAUTH_ALLOW_HOSTS='b.invalid  B2.invalid'
    for host in a.invalid A.Invalid a2.invalid b.invalid b2.invalid \
        c.invalid d.invalid; do
        run_asauth token -m 0.3 -x http://127.0.0.1:1 \
            --allow-host a.invalid --token-url "https://$host/" \
            --allow-host a2.invalid
        # 28 where the machine is slow.
        [[ $status == 7 || $status == 28 ]] || complain "not allowed: $host"
    done
    for host in x.invalid sub.a.invalid invalid a.invalid.evil aXinvalid; do
        run_asauth token -m 0.3 -x http://127.0.0.1:1 \
            --allow-host a.invalid --token-url "https://$host/"
        assert_status 2
        assert_stderr_has "host $host is not allowed"
        assert_stderr_has "--allow-host $host"
    done
    ASAUTH_PROFILE=p run_asauth token -m 0.3 -x http://127.0.0.1:1 \
        --token-url https://e.invalid/
    [[ $status == 7 || $status == 28 ]] || complain
    run_asauth token -m 0.3 -x http://127.0.0.1:1 --profile p \
        --token-url https://b.invalid/
    [[ $status == 7 || $status == 28 ]] || complain
    run_asauth token -m 0.3 --token-url https://e.invalid/
    assert_status 2
}

@test "-4 and -6 choose the family, the last one counts" {
    export ASAUTH_TOKEN_URL=${STANDIN_TOKEN_URL/127.0.0.1/localhost}
    run_asauth token --no-cache -4
    assert_status 0
    run_asauth token --no-cache --ipv4
    assert_status 0
    run_asauth token --no-cache -6 -m 1
    [[ $status == 6 || $status == 7 ]] || complain "-6"
    run_asauth token --no-cache -6 -4 -m 1
    assert_status 0
}

@test "an option given twice counts as it was given last" {
    run_asauth token --client-secret wrong --client-secret "$secret" \
        --scope x --scope=reporting
    assert_status 0
    assert_sent scope adx_reporting::appstore:marketer
}

@test "an empty flag is an error and an empty variable is as unset" {
    local name
    for name in config profile client-id client-secret client-secret-file \
        scope token-url api-url allow-host cache-dir min-ttl connect-timeout \
        max-time cacert capath format; do
        run_asauth token "--$name" ''
        [[ $status == 2 && -z $stdout && $stderr == *"$name"* ]] ||
            complain "--$name"
        run_asauth token "--$name="
        [[ $status == 2 && -z $stdout && $stderr == *"$name"* ]] ||
            complain "--$name="
    done
    for name in client-id client-secret scope; do
        run_asauth token "--$name" $' \t\n'
        [[ $status == 2 && -z $stdout && $stderr == *"$name"* ]] ||
            complain "--$name, blank"
    done
    assert_count token 0
    export ASAUTH_CONFIG='' ASAUTH_PROFILE='' ASAUTH_SCOPE='' \
        ASAUTH_ALLOW_HOSTS='' ASAUTH_CACHE_DIR='' ASAUTH_TOKEN='' \
        ASAUTH_CLIENT_SECRET_FILE='' ASAUTH_API_URL=''
    run_asauth token
    assert_status 0
    assert_empty_stderr
    # No proxy at all is asked for by an empty one, as with curl.
    http_proxy=http://127.0.0.1:1 run_asauth token --refresh -x ''
    assert_status 0
}

# --- missing credentials -------------------------------------------------

@test "a missing id is a 2 that lists every place looked in" {
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
    ASAUTH_CLIENT_ID=$' \r\n' run_asauth token
    assert_status 2
    assert_stderr_has 'ASAUTH_CLIENT_ID is set but empty'
    unset HOME XDG_CONFIG_HOME
    run_asauth token
    assert_status 2
    assert_stderr_has ASAUTH_CLIENT_ID
}

@test "a missing secret is a 2 that lists every place looked in" {
    unset ASAUTH_CLIENT_SECRET
    run_asauth token </dev/null
    assert_status 2
    assert_empty_stdout
    for name in 'asauth: no client secret: ' '--client-secret ' \
        '--client-secret-file' 'ASAUTH_CLIENT_SECRET is not set' \
        'ASAUTH_CLIENT_SECRET_FILE is not set' "$config"; do
        assert_stderr_has "$name"
    done
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

@test "what a profile lacks is told of the profile" {
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

@test "a profile that is not there is a 2 that names those that are" {
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

# --- white space ---------------------------------------------------------

@test "ids and secrets lose surrounding white space wherever they are from" {
    local padded=$'\r\n \t'$secret$' \t\r\n' id=$'\n '$STANDIN_CLIENT_ID$'\r\n'
    check() {
        assert_status 0
        assert_sent client_secret "$secret"
        assert_sent client_id "$STANDIN_CLIENT_ID"
    }
    run_asauth token --no-cache --client-id "$id" --client-secret "$padded"
    check
    ASAUTH_CLIENT_ID=$id ASAUTH_CLIENT_SECRET=$padded run_asauth token --no-cache
    check
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
    configure '{"client_secret_command":["printf"," \t%s \r\nmore\n","'$secret'"]}'
    run_asauth token --no-cache
    check
    configure '{"scope":" reporting\n"}'
    ASAUTH_CLIENT_SECRET=$secret run_asauth token --no-cache
    assert_sent scope adx_reporting::appstore:marketer
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
    [ ! -e "$BATS_TEST_TMPDIR/ran" ]
    # The secret by flag along with the id: the environment is out of it.
    export ASAUTH_CLIENT_SECRET=S3CR3T
    run_asauth token --client-id "$STANDIN_CLIENT_ID_2" \
        --client-secret "$STANDIN_CLIENT_SECRET_2"
    assert_status 0
}

@test "a secret file or command of another account is refused like a secret" {
    unset ASAUTH_CLIENT_SECRET
    echo S3CR3T >"$BATS_TEST_TMPDIR/secret"
    ASAUTH_CLIENT_SECRET_FILE=$BATS_TEST_TMPDIR/secret \
        run_asauth token --client-id other
    assert_mismatch --client-id ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET_FILE
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

@test "two kinds of secret in one source are a 2" {
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
    [ ! -e "${config%/*}/ran" ]
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
        assert_sent scope adx_reporting::appstore:marketer
        assert_sent client_secret "$secret"
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
    [ ! -e "${config%/*}/ran" ]
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

# --- secret files --------------------------------------------------------

@test "a secret file is named by flag, variable or key" {
    local file=$BATS_TEST_TMPDIR/secret
    unset ASAUTH_CLIENT_SECRET
    printf '%s\n' "$secret" >"$file"
    chmod 600 "$file"
    run_asauth token --no-cache --client-secret-file "$file"
    assert_status 0
    assert_empty_stderr
    ASAUTH_CLIENT_SECRET_FILE=$file run_asauth token --no-cache
    assert_status 0
    configure "{\"client_secret_file\":\"$file\"}"
    run_asauth token --no-cache
    assert_status 0
    # The name in the config may be relative to it, the others' to us.
    cp -p "$file" "${config%/*}/by-key"
    configure '{"client_secret_file":"by-key"}'
    run_asauth token --no-cache
    assert_status 0
    cd "$BATS_TEST_TMPDIR"
    run_asauth token --no-cache --client-secret-file secret
    assert_status 0
    ASAUTH_CLIENT_SECRET_FILE=secret run_asauth token --no-cache
    assert_status 0
    assert_empty_stderr
    run_asauth token --no-cache --client-secret-file <(printf '%s' "$secret")
    assert_status 0
    assert_count mint 7
}

@test "a secret file that cannot be read is a 26 that names it" {
    local dir=$BATS_TEST_TMPDIR
    unset ASAUTH_CLIENT_SECRET
    mkdir "$dir/directory"
    ln -s "$dir/none" "$dir/dangling"
    head -c 70000 /dev/zero | tr '\0' x >"$dir/large"
    chmod 600 "$dir/large"
    for name in none directory dangling large; do
        run_asauth token --client-secret-file "$dir/$name"
        assert_status 26
        assert_empty_stdout
        assert_stderr_has "$dir/$name"
    done
    run_asauth token --client-secret-file - <"$dir/large"
    assert_status 26
    assert_count token 0
}

@test "a secret file that holds no secret is a 2" {
    local dir=$BATS_TEST_TMPDIR
    unset ASAUTH_CLIENT_SECRET
    : >"$dir/empty"
    printf ' \r\n\n' >"$dir/blank"
    printf 'S3CR3T\0x' >"$dir/nul"
    printf 'S3CR3T\n\0' >"$dir/nul-at-the-end"
    printf 'S3CR3T\r\nX: y\n' >"$dir/lines"
    printf 'S3CR3T\x7f\n' >"$dir/delete"
    chmod 600 "$dir"/{empty,blank,nul,nul-at-the-end,lines,delete}
    for name in empty blank nul nul-at-the-end lines delete; do
        run_asauth token --client-secret-file "$dir/$name"
        [[ $status == 2 && -z $stdout && $stderr == *"$dir/$name"* ]] ||
            complain "$name"
        refute_stderr_has S3CR3T
        run_asauth token --client-secret-file - <"$dir/$name"
        [[ $status == 2 && $stderr == *'standard input'* ]] ||
            complain "$name from standard input"
    done
    run_asauth token --client-secret-file /dev/null
    assert_status 2
    run_asauth token --client-secret-file - <&-
    assert_status 2
    assert_stderr_has 'standard input'
    assert_count token 0
}

@test "a secret file that others may read is a warning with its cure" {
    local file=$BATS_TEST_TMPDIR/secret mode
    unset ASAUTH_CLIENT_SECRET
    printf '%s' "$secret" >"$file"
    for mode in 640 604 644; do
        chmod "$mode" "$file"
        run_asauth token --no-cache --client-secret-file "$file"
        assert_status 0
        assert_stderr_has 'asauth: warning: '
        assert_stderr_has "chmod 600 $file"
        assert_no_secret
    done
    chmod 600 "$file"
    run_asauth token --no-cache --client-secret-file "$file"
    assert_empty_stderr
    # The cure can be pasted.
    file="$BATS_TEST_TMPDIR/it's (a) file"
    printf '%s' "$secret" >"$file"
    chmod 644 "$file"
    run_asauth token --no-cache --client-secret-file "$file"
    eval "${stderr##*mend with: }"
    [[ $(stat -c %a "$file") == 600 ]] || complain
    cd "$BATS_TEST_TMPDIR"
    printf '%s' "$secret" >-secret
    run_asauth token --no-cache --client-secret-file -secret
    assert_stderr_has 'chmod 600 ./-secret'
}

@test "a pipe that nobody writes is not waited for for ever" {
    unset ASAUTH_CLIENT_SECRET
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    run_asauth token -m 1 --client-secret-file "$BATS_TEST_TMPDIR/fifo"
    assert_status 28
    assert_empty_stdout
    assert_stderr_has "$BATS_TEST_TMPDIR/fifo"
    status=0
    stderr=$(timeout 20 "$ASAUTH" token \
        --client-secret-file "$BATS_TEST_TMPDIR/fifo" 2>&1) || status=$?
    assert_status 26
    assert_stderr_has "$BATS_TEST_TMPDIR/fifo"
    assert_count token 0
}

# --- secret commands -----------------------------------------------------

@test "a secret command runs without a shell; its first line is the secret" {
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":
        ["printf","%s\nsecond line\n","a  b;$HOME|`id`*~\"&"]}'
    run_asauth token
    assert_status 67
    assert_sent client_secret 'a  b;$HOME|`id`*~"&'
    assert_count token 1
    configure '{"client_secret_command":["echo","'"$secret"'"]}'
    run_asauth token
    assert_status 0
    assert_empty_stderr
}

@test "a secret command with a slash is looked for beside the config file" {
    unset ASAUTH_CLIENT_SECRET
    mkdir "${config%/*}/bin"
    printf '#!/bin/sh\necho %s\n' "$secret" >"${config%/*}/bin/tell"
    chmod 700 "${config%/*}/bin/tell"
    configure '{"client_secret_command":["bin/tell"]}'
    cd /
    run_asauth token
    assert_status 0
    cd "${config%/*}"
    run_asauth token --refresh --config config.json
    assert_status 0
}

@test "a secret command's failure is a 2 that names it, not its output" {
    local want command
    unset ASAUTH_CLIENT_SECRET
    while IFS='|' read -r want command; do
        configure "{\"client_secret_command\":$command}"
        run_asauth token
        [[ $status == 2 && -z $stdout ]] || complain "$command"
        assert_stderr_has "$want"
        refute_stderr_has S3CR3T
    done <<'TABLE'
exit status 1|["sh","-c","echo S3CR3T; exit 1"]
exit status 127|["sh","-c","exit 127"]
signal 9|["sh","-c","echo S3CR3T; kill -9 $$"]
no-such-program|["no-such-program"]
No such file|["./none"]
empty|["true"]
empty|["echo","  "]
empty|["printf","\n%s","S3CR3T"]
control|["printf","S3CR3T\\001\n"]
control|["printf","S3CR3T\\000\n"]
too long|["yes","S3CR3T"]
TABLE
    # Some start their children so that none of these can be waited for.
    configure '{"client_secret_command":["sh","-c","echo S3CR3T; exit 3"]}'
    run env --ignore-signal=CHLD "$ASAUTH" token
    [[ $status -eq 2 && $output == *'exit status 3'* ]] || fail "$output"
    assert_count token 0
}

@test "a secret command has an empty standard input, its stderr is ours" {
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":
        [\"sh\",\"-c\",\"echo unlocking >&2; cat; echo $secret\"]}"
    run_asauth token <<<nonsense
    assert_status 0
    assert_stderr unlocking
}

@test "a secret command does not outlive a run that is ended" {
    printf '%s\n' '#!/bin/sh' 'echo S; exec >&-' \
        "echo \$\$ >$BATS_TEST_TMPDIR/pid; exec sleep 20" \
        >"$BATS_TEST_TMPDIR/slow"
    chmod +x "$BATS_TEST_TMPDIR/slow"
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":[\"$BATS_TEST_TMPDIR/slow\"]}"
    SECONDS=0
    run_asauth token -m 0.5
    assert_status 28
    [[ $SECONDS -lt 10 ]]
    # A zombie has no arguments.
    local arguments
    arguments=/proc/$(<"$BATS_TEST_TMPDIR/pid")/cmdline
    sleep 0.1
    run cat "$arguments"
    [[ $output != *sleep* ]] || complain
}

@test "-m bounds a secret command as well" {
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":["sleep","30"]}'
    local start=$SECONDS
    run_asauth token -m 0.5
    assert_status 28
    assert_empty_stdout
    ((SECONDS - start < 5))
    assert_count token 0
}

# --- standard input ------------------------------------------------------

@test "the secret comes by standard input, by flag, variable or key" {
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

@test "standard input is drained on a hit, and a token is printed" {
    local ended first
    first=$(asauth token)
    unset ASAUTH_CLIENT_SECRET
    # More than a pipe holds, and more than a secret may be.
    head -c 300000 /dev/zero | "$ASAUTH" token --client-secret-file - \
        >"$BATS_TEST_TMPDIR/stdout"
    ended=("${PIPESTATUS[@]}")
    [ "${ended[*]}" = '0 0' ]
    [ "$(<"$BATS_TEST_TMPDIR/stdout")" = "$first" ]
    (sleep 0.3; head -c 300000 /dev/zero) | "$ASAUTH" token --forget \
        --client-secret-file -
    ended=("${PIPESTATUS[@]}")
    [ "${ended[*]}" = '0 0' ]
    assert_count token 1
}

@test "it is drained by every command, by one that needs no secret too" {
    local words
    cd "$BATS_TEST_TMPDIR"
    export ASAUTH_CLIENT_SECRET_FILE=- ASAUTH_TOKEN='Atc|from-elsewhere'
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
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
    for args in '-d @-' '--data-binary @-' '--json @-' '-T -' \
        '--data-urlencode @-' '-F f=@-' '-F f=@/dev/null,-' '-F f=<-' \
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
}

# --- hits ----------------------------------------------------------------

@test "a hit runs no command, opens no secret file and asks no question" {
    local first
    first=$(asauth token)
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":["touch","'"$BATS_TEST_TMPDIR/ran"'"]}'
    run_asauth token
    assert_status 0
    assert_stdout "$first"
    assert_empty_stderr
    [ ! -e "$BATS_TEST_TMPDIR/ran" ]
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    run_asauth token -m 5 --client-secret-file "$BATS_TEST_TMPDIR/fifo"
    assert_status 0
    run_asauth token --client-secret-file /nonexistent
    assert_status 0
    assert_empty_stderr
    rm "$config"
    run_asauth token </dev/null
    assert_status 0
    assert_empty_stderr
    assert_count token 1
}

@test "a secret command is run once a mint" {
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":
        [\"sh\",\"-c\",\"echo ran >>'$BATS_TEST_TMPDIR/ran'; echo $secret\"]}"
    asauth token
    asauth token
    asauth token --refresh
    [ "$(wc -l <"$BATS_TEST_TMPDIR/ran")" -eq 2 ]
    # A passing failure does not run it again.
    standin set token_status=503,ok
    asauth token --refresh
    [ "$(wc -l <"$BATS_TEST_TMPDIR/ran")" -eq 3 ]
}

# --- the terminal --------------------------------------------------------

@test "on a terminal a missing secret is asked for, without an echo" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "'$ASAUTH' token --format json" "$secret"
    assert_status 0
    assert_stdout_has "$STANDIN_CLIENT_ID"
    assert_stdout_has '"access_token":"Atc|'
    refute_stdout_has "$secret"
    # The next one is a hit: no question.
    on_terminal "'$ASAUTH' token" ''
    assert_status 0
    refute_stdout_has "$STANDIN_CLIENT_ID"
    on_terminal "'$ASAUTH' token --refresh" ''
    assert_status 2
    assert_count token 1
}

@test "a terminal that controls nothing is asked as well" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "setsid --wait '$ASAUTH' token --format json" "$secret"
    assert_status 0
    assert_stdout_has "Client secret for $STANDIN_CLIENT_ID: "
    assert_stdout_has '"access_token":"Atc|'
    refute_stdout_has "$secret"
}

@test "-m bounds the question as well, and leaves the echo on" {
    unset ASAUTH_CLIENT_SECRET
    /usr/bin/python3 - "$ASAUTH" <<'END'
import pty, subprocess, sys, termios
for session in False, True:     # a terminal that controls, one that does not
    ours, theirs = pty.openpty()
    take = [] if session else ["setsid", "--ctty"]
    asked = subprocess.Popen([*take, sys.argv[1], "token", "-m", "0.5"],
                             stdin=theirs, stderr=theirs,
                             stdout=subprocess.PIPE, start_new_session=session)
    try:
        shown, _ = asked.communicate(timeout=10)
    finally:
        asked.kill()
    assert (asked.returncode, shown) == (28, b""), asked.returncode
    assert termios.tcgetattr(theirs)[3] & termios.ECHO
END
}

@test "a signal while it is asked leaves the echo on" {
    unset ASAUTH_CLIENT_SECRET
    /usr/bin/python3 - "$ASAUTH" <<'END'
import os, pty, select, signal, subprocess, sys, termios
ours, theirs = pty.openpty()
asked = subprocess.Popen([sys.argv[1], "token"], stdin=theirs, stderr=theirs,
                         stdout=subprocess.DEVNULL, start_new_session=True)
shown = b""
while b": " not in shown and select.select([ours], [], [], 10)[0]:
    shown += os.read(ours, 1000)
echo = lambda: bool(termios.tcgetattr(theirs)[3] & termios.ECHO)
assert not echo(), shown
# readpassphrase(3) notes a signal that comes between its prompt and its
# read(2), but goes on to read: the next one ends it.
for _ in range(100):
    asked.send_signal(signal.SIGTERM)
    try:
        asked.wait(0.1)
        break
    except subprocess.TimeoutExpired:
        pass
assert asked.poll() == -signal.SIGTERM, asked.poll()
assert echo()
END
}

@test "a wrong answer is refused like any other secret" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "'$ASAUTH' token" 'wrong-secret'
    assert_status 67
    assert_stdout_has invalid_client
    refute_stdout_has wrong-secret
}

@test "without terminals on both ends nothing is asked" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "'$ASAUTH' token </dev/null" ''
    assert_status 2
    assert_stdout_has 'no client secret'
    on_terminal "'$ASAUTH' token 2>/dev/null" ''
    assert_status 2
    refute_stdout_has "Client secret"
    assert_count token 0
}

# --- the process list ----------------------------------------------------

@test "secrets are blanked in the process's own arguments" {
    local form args
    unset ASAUTH_CLIENT_SECRET
    for form in "--client-secret $secret" "--client-secret=$secret" \
        "--client-secret $secret -x http://u:S3CR3T@127.0.0.1:1" \
        "--client-secret $secret -xhttp://u:S3CR3T@127.0.0.1:1" \
        "--client-secret $secret --proxy u:S3CR3T@127.0.0.1:1" \
        "--client-secret $secret --proxy=http://u:S3CR3T@127.0.0.1:1"; do
        standin reset
        standin set token_mode=hold
        "$ASAUTH" token --no-cache $form >/dev/null 2>&1 3>&- &
        standin wait token 1
        args=$(tr '\0' ' ' <"/proc/$!/cmdline")
        standin release
        wait "$!" || complain "failed with $form"
        [[ $args == *token*--no-cache* && $args != *"$secret"* &&
            $args != *S3CR3T* ]] || complain "$form shows as $args"
    done
}
