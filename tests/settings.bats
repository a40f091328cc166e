#!/usr/bin/env bats
#
# Where each setting comes from and which source wins.
#
# shellcheck disable=SC2086 # words that are meant to be split

load standin

setup() {
    use_standin
    use_config
}

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
            form_field "$key"
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

@test "each setting comes from flag, environment, profile or default, in this order" {
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
    assert_form scope scope-a
    run_asauth token --profile b
    assert_form scope scope-b
    ASAUTH_PROFILE='' run_asauth token
    assert_status 0
    assert_form scope appstore::apps:readwrite
}

@test "short names of scopes hold for flag, variable and key" {
    local name long
    for name in submission reporting; do
        long=appstore::apps:readwrite
        [[ $name == submission ]] || long=adx_reporting::appstore:marketer
        run_asauth token --no-cache --scope "$name"
        assert_form scope "$long"
        ASAUTH_SCOPE=$name run_asauth token --no-cache
        assert_form scope "$long"
        configure "{\"scope\":\"$name\"}"
        run_asauth token --no-cache
        assert_form scope "$long"
        configure "{\"profiles\":{\"p\":{\"scope\":\"$name\"}}}"
        run_asauth token --no-cache --profile p
        assert_form scope "$long"
        configure '{}'
    done
    # The short name and the long one are one token.
    asauth token --scope reporting
    run_asauth token --scope adx_reporting::appstore:marketer
    assert_count token 9
    run_asauth token --scope Reporting
    assert_form scope Reporting
}

@test "token and API URL are Amazon's by default" {
    unset ASAUTH_TOKEN_URL ASAUTH_API_URL
    run_asauth token -m 2 -x "$STANDIN_PROXY"
    assert_stderr_has 'token endpoint https://api.amazon.com/auth/o2/token: '
    equals "$(standin_log '.[0].target')" api.amazon.com:443
    ASAUTH_TOKEN=x run_asauth request -m 2 -x "$STANDIN_PROXY" \
        -w '%{url_effective}' /v1/x
    assert_stdout https://developer.amazon.com/api/appstore/v1/x
    equals "$(standin_log '.[-1].target')" developer.amazon.com:443
}

@test "the config file is the flag's, the variable's or the default one" {
    local dir=$BATS_TEST_TMPDIR place
    for place in flag variable xdg home; do
        printf '{"scope":"scope-%s"}' $place >"$dir/$place.json"
    done
    cp "$dir/xdg.json" "$config"
    ASAUTH_CONFIG=$dir/variable.json run_asauth token --config "$dir/flag.json"
    assert_form scope scope-flag
    ASAUTH_CONFIG=$dir/variable.json run_asauth token
    assert_form scope scope-variable
    ASAUTH_CONFIG='' run_asauth token
    assert_form scope scope-xdg
    mkdir -p "$HOME/.config/asauth" "$dir/xdg/asauth"
    cp "$dir/home.json" "$HOME/.config/asauth/config.json"
    cp "$dir/xdg.json" "$dir/xdg/asauth/config.json"
    XDG_CONFIG_HOME=$dir/xdg run_asauth token
    assert_form scope scope-xdg
    (unset XDG_CONFIG_HOME; run_asauth token)
    assert_form scope scope-home
    XDG_CONFIG_HOME='' run_asauth token
    assert_form scope scope-home
    cd "$dir"
    XDG_CONFIG_HOME=xdg run_asauth token
    assert_form scope scope-home
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
    equals "$(found)" ./cache-f
    ASAUTH_CACHE_DIR=$dir/cache-v run_asauth token
    equals "$(found)" ./cache-v
    ASAUTH_CACHE_DIR='' XDG_CACHE_HOME=$dir/cache-x run_asauth token
    equals "$(found)" ./cache-x/asauth
    (unset XDG_CACHE_HOME; run_asauth token)
    equals "$(found)" ./home/.cache/asauth
    XDG_CACHE_HOME='' run_asauth token
    equals "$(found)" ./home/.cache/asauth
    cd "$dir"
    XDG_CACHE_HOME=cache-r run_asauth token
    equals "$(found)" ./home/.cache/asauth
    run_asauth token --cache-dir cache-relative
    equals "$(found)" ./cache-relative
    assert_count token 7
}

@test "a tilde in a path of a variable or the config file is HOME" {
    local file
    mkdir -p "$HOME/keys" "$HOME/etc"
    echo "$STANDIN_CLIENT_SECRET" >"$HOME/keys/secret"
    printf '#!/bin/sh\ncat "$HOME/keys/secret"\n' >"$HOME/keys/tell"
    chmod -R go= "$HOME"
    chmod +x "$HOME/keys/tell"
    unset ASAUTH_CLIENT_SECRET
    cd "$BATS_TEST_TMPDIR"
    # shellcheck disable=SC2088 # that is the question
    export ASAUTH_CLIENT_SECRET_FILE='~/keys/secret' ASAUTH_CACHE_DIR='~/tokens'
    run_asauth token
    assert_status 0
    exists "$HOME/tokens"
    unset ASAUTH_CLIENT_SECRET_FILE
    file=$HOME/etc/asauth.json
    # shellcheck disable=SC2088
    export ASAUTH_CONFIG='~/etc/asauth.json'
    for key in '"client_secret_file":"~/keys/secret"' \
        '"client_secret_command":["~/keys/tell"]' \
        '"client_secret_command":["cat","~/keys/secret"]'; do
        echo "{$key, \"profiles\": {\"mine\": {}}}" >"$file"
        run_asauth token --refresh
        assert_status 0
        assert_empty_stderr
    done
    equals "$(asauth --list-profiles)" mine
    absent '~'
    # On the command line it is for the shell to expand.
    # shellcheck disable=SC2088
    run_asauth token --config '~/etc/asauth.json'
    assert_status 2
    assert_stderr_has 'config file ~/etc/asauth.json: No such file'
    # Nor is it elsewhere, or of somebody else.
    ASAUTH_CACHE_DIR=$BATS_TEST_TMPDIR/~x/~ run_asauth token
    exists "$BATS_TEST_TMPDIR/~x/~"
}

@test "a tilde in a path is an error (2) where HOME is not set" {
    unset HOME XDG_CONFIG_HOME
    # shellcheck disable=SC2088
    ASAUTH_CACHE_DIR='~/tokens' run_asauth token
    assert_status 2
    assert_stderr_has 'ASAUTH_CACHE_DIR: it begins with ~/, but HOME is not set'
    # shellcheck disable=SC2088
    ASAUTH_CONFIG='~/config' run_asauth token
    assert_status 2
    assert_stderr_has ASAUTH_CONFIG:
    cd "$BATS_TEST_TMPDIR"
    echo '{"client_secret_file":"~/x"}' >config
    run_asauth token --config config
    assert_status 2
    assert_stderr_has 'client_secret_file in config: it begins with ~/'
    echo '{"client_secret_command":["~/x"]}' >config
    HOME='' run_asauth token --config config
    assert_status 2
    assert_stderr_has 'client_secret_command in config: it begins with ~/'
    assert_count token 0
}

@test "the allowed hosts of flags, variable and config file add up" {
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

@test "-4 and -6 choose the address family, the last one counts" {
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
