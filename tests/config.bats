#!/usr/bin/env bats
#
# The config file: what is refused, with its place or key and never a value.

load standin

setup() {
    use_standin
    unset_account
    umask 077
}

# refused TEXT: a token with the file "config" is a 2 whose message has TEXT,
# and no value of the file.
refused() {
    status=0
    timeout 20 "$ASAUTH" token --config config >stdout 2>stderr || status=$?
    stdout=$(<stdout) stderr=$(<stderr)
    assert_status 2 || fail "$(head -c 300 config)"
    assert_stderr_has "$1" || fail "$(head -c 300 config)"
    assert_empty_stdout
    refute_stderr_has S3CR3T
    assert_count token 0
}

# a value that must never be shown, and the stand-in's id
secret='"client_secret":"S3CR3T"'

@test "a config file of curl's is told from one with a mistake" {
    printf '# mine\nuser = "id:S3CR3T"\ninsecure\n' >curlrc
    run_asauth token --config curlrc
    assert_status 2
    refute_stderr_has S3CR3T
    assert_stderr_has 'hint: this file must hold JSON, as asauth.conf(5) says'
    assert_stderr_has "curl's config files are not read"
    echo '{"client_id": x}' >mine
    run_asauth token --config mine
    refute_stderr_has "curl's"
}

@test "a config file with broken JSON is refused (2) with file, line and column" {
    local want text
    while IFS='|' read -r want text; do
        printf '%b' "$text" >config
        refused "config:$want"
    done <<END
1:1: |{
1:25: |{$secret
1:|{$secret,}
2:|{\\n$secret "scope":"x"}
3:|{$secret,\\n"scope":\\nS3CR3T}
1:|{'client_secret':'S3CR3T'}
1:|{$secret}S3CR3T
2:|{$secret}\\n{}
1:|S3CR3T
1:|{"client_secret":"S3CR3T
1:|{"client_secret":"S3CR3T\\\\x"}
1:|{"client_secret":"S3CR3T\\0377"}
1:|{"client_secret":"S3CR3T\\\\u0000"}
1:|{$secret,"a":\\0}
END
}

@test "broken JSON is told in words, and not by a value" {
    local want text
    while IFS='|' read -r want text; do
        printf '%b' "$text" >config
        refused ": $want"
    done <<END
a comma before }|{$secret,}
a comma before }|{"profiles":{"S3CR3T":{$secret, }}}
a comma before ]|{"allow_hosts":["S3CR3T",\\n]}
a comma too many|{$secret,,"scope":"x"}
single quotes|{'client_secret':"S3CR3T"}
single quotes|{"client_secret":'S3CR3T'}
a comment|{$secret, // S3CR3T\\n"scope":"x"}
a comment|# S3CR3T\\n{$secret}
a comma or a colon is missing|{$secret\\n"scope":"x"}
a comma or a colon is missing|{"client_secret" "S3CR3T"}
a word without quotes|{client_secret:"S3CR3T"}
a word without quotes|{"client_secret":S3CR3T}
no value behind a colon|{"client_secret":}
an equals sign|{"client_secret"="S3CR3T"}
a curly quote|{\\0342\\0200\\0234client_secret":"S3CR3T"}
the closing quote of a text is missing|{"client_secret":"S3CR3T,\\n"scope":"x"}
a backslash|{"client_secret":"S3CR3T\\\\x"}
the JSON ends too early|{$secret
something stands behind|{$secret}{}
END
}

@test "a byte order mark before the JSON of a config file is passed over" {
    printf '\xef\xbb\xbf{"client_id":"amzn1.x"}' >config
    run_asauth whoami-scope --offline --config config
    assert_status 67
    assert_stdout_has amzn1.x
    printf '\xef\xbb\xbf \n' >config
    run_asauth token --config config
    assert_stderr_has 'config has no client_id'
}

@test "a key that stands twice in the config file is refused (2)" {
    echo '{"client_secret":"S3CR3T",
"client_secret":"S3CR3T2"}' >config
    refused config:2:
    assert_stderr_has twice
    echo '{"profiles":{"a":{},"a":{}}}' >config
    refused twice
}

@test "a config file nested without end is refused (2), no crash" {
    { printf '{"profiles":'; printf '%20000s' '' | tr ' ' '['; } >config
    refused 'nested too deeply'
    { printf '{"profiles":'; for _ in {1..3000}; do
        printf '{"a":'
    done; } >config
    refused config:1:
}

@test "a value of the wrong type in the config file is refused (2) with its key" {
    local key value
    while IFS='|' read -r key value; do
        echo "{\"client_id\":\"x\",$secret,${value}}" >config
        case $key in client_secret) echo "{$value}" >config ;; esac
        refused "config: $key"
    done <<'END'
client_secret|"client_secret":["S3CR3T"]
scope|"scope":7
scope|"scope":null
token_url|"token_url":{"a":"S3CR3T"}
api_url|"api_url":true
allow_hosts|"allow_hosts":"S3CR3T.example"
allow_hosts|"allow_hosts":[1]
allow_hosts|"allow_hosts":[["S3CR3T"]]
profiles|"profiles":["S3CR3T"]
profiles|"profiles":"S3CR3T"
profiles.a|"profiles":{"a":"S3CR3T"}
profiles.a.scope|"profiles":{"a":{"scope":["S3CR3T"]}}
profiles.a.client_secret_command|"profiles":{"a":{"client_secret_command":"S3CR3T"}}
grant_type|"grant_type":"S3CR3T"
grant_type|"grant_type":["client_credentials"]
END
    local command
    for command in '[]' '[""]' '["a",1]' '[["S3CR3T"]]' '{}'; do
        echo "{\"client_secret_command\":$command}" >config
        refused 'config: client_secret_command'
    done
    echo '["S3CR3T"]' >config
    refused config
}

@test "control characters in the values of a config file are refused, and not shown" {
    local key
    for key in client_id client_secret scope; do
        echo '{"client_id":"x","client_secret":"y"}' |
            jq --arg key "$key" '.[$key] = "S3CR3T\r\nX: 1"' >config
        refused "$key"
        echo '{"client_id":"x","client_secret":"y"}' |
            jq --arg key "$key" '.[$key] = "S3CR3T"' >config
    done
}

@test "control characters in a profile that is not in use are refused, too" {
    printf '%s' '{"profiles":{"x":{"scope":"a\nb"}}}' >config
    refused 'profiles.x.scope must not hold control characters'
    printf '%s' '{"profiles":{"x":{"client_id":"a\u007fb"}}}' >config
    refused profiles.x.client_id
    # White space around is not in the value.
    printf '%s' '{"profiles":{"x":{"scope":"\t reporting \n"}}}' >config
    ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_SECRET run_asauth token \
        --config config --client-id "$STANDIN_CLIENT_ID"
    assert_status 0
    assert_empty_stderr
}

@test "a config file that is a directory, too large or unreadable is refused (2)" {
    mkdir config
    refused 'config file config: Is a directory'
    rmdir config
    head -c 1048577 /dev/zero | tr '\0' ' ' >config
    refused 'larger than 1 MiB'
    head -c 10485760 /dev/zero >config
    refused 'larger than 1 MiB'
    echo '{}' >config
    chmod 000 config
    # root may read it.
    [[ $(id -u) -eq 0 ]] || refused 'Permission denied'
}

@test "a config file may have 1 MiB" {
    {
        echo "{\"client_id\":\"$STANDIN_CLIENT_ID\",
            \"client_secret\":\"$STANDIN_CLIENT_SECRET\"}"
        head -c 1048000 /dev/zero | tr '\0' ' '
    } >config
    run_asauth token --config config
    assert_status 0
}

@test "an empty config file holds no settings" {
    local file
    : >empty
    printf ' \n' >blank
    export ASAUTH_CLIENT_ID=$STANDIN_CLIENT_ID
    export ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_SECRET
    for file in empty blank /dev/null; do
        run_asauth token --config "$file"
        assert_status 0
        assert_empty_stderr
    done
}

@test "a config file may be a pipe, and one that nobody writes is given up" {
    settings() {
        printf '{"client_id":"%s",' "$STANDIN_CLIENT_ID"
        sleep 0.3
        printf '"client_secret":"%s"}' "$STANDIN_CLIENT_SECRET"
    }
    run_asauth token --config <(settings)
    assert_status 0
    assert_empty_stderr
    mkfifo config
    SECONDS=0
    run_asauth token --config config -m 1
    assert_status 28
    number "$SECONDS" -lt 5
}

@test "-m bounds the reading of a config file and what follows together (28)" {
    local start
    settings() {
        printf '{"client_id":"%s",' "$STANDIN_CLIENT_ID"
        sleep 0.8
        printf '"client_secret":"%s"}' "$STANDIN_CLIENT_SECRET"
    }
    standin set token_mode=hold
    start=$(milliseconds)
    run_asauth token --config <(settings) -m 1.5
    assert_status 28
    number $(($(milliseconds) - start)) -lt 2000
    standin release
}

@test "the default config file may be missing, a named one may not" {
    run_asauth token
    assert_status 2
    assert_stderr_has "$XDG_CONFIG_HOME/asauth/config.json does not exist"
    run_asauth token --config nowhere
    assert_status 2
    assert_stderr_has 'config file nowhere: No such file'
    ASAUTH_CONFIG=nowhere run_asauth token
    assert_status 2
    assert_stderr_has 'config file nowhere: No such file'
    # A default that is there but cannot be read is no default.
    mkdir -p "$XDG_CONFIG_HOME/asauth/config.json"
    run_asauth token
    assert_status 2
    assert_stderr_has 'Is a directory'
}

@test "a token request as Amazon documents it is a config file" {
    cat >config <<END
{
  "client_id": "$STANDIN_CLIENT_ID",
  "client_secret": "$STANDIN_CLIENT_SECRET",
  "grant_type": "client_credentials",
  "scope": "appstore::apps:readwrite"
}
END
    run_asauth token --config config
    assert_status 0
    assert_empty_stderr
}

@test "an unknown key in the config file is a warning that names it" {
    cat >config <<END
{"client_id": "$STANDIN_CLIENT_ID", "clientsecret": "S3CR3T",
 "client_secret": "$STANDIN_CLIENT_SECRET",
 "profiles": {"a": {"scopes": "S3CR3T", "profiles": {}}}}
END
    run_asauth token --config config
    assert_status 0
    assert_stderr_has 'warning: config: unknown key clientsecret'
    assert_stderr_has 'warning: config: unknown key profiles.a.scopes'
    assert_stderr_has 'warning: config: unknown key profiles.a.profiles'
    refute_stderr_has S3CR3T
    run_asauth token --config config -s
    assert_empty_stderr
}

@test "a config file with a secret that others may read is a warning with its cure" {
    local mode
    echo "{\"client_id\":\"$STANDIN_CLIENT_ID\",
        \"client_secret\":\"$STANDIN_CLIENT_SECRET\"}" >config
    for mode in 640 604 644; do
        chmod "$mode" config
        run_asauth token --config config
        assert_status 0
        assert_stderr_has 'warning: config:'
        assert_stderr_has 'chmod 600 config' || fail "$mode"
    done
    chmod 600 config
    run_asauth token --config config
    assert_empty_stderr
    # Without a secret in it anybody may read.
    echo '{"scope":"reporting"}' >config
    chmod 644 config
    ASAUTH_CLIENT_ID=$STANDIN_CLIENT_ID \
        ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_SECRET \
        run_asauth token --config config
    assert_status 0
    assert_empty_stderr
    # One in a profile counts.
    echo '{"profiles":{"a":{"client_secret":"x"}}}' >config
    run_asauth whoami-scope --offline --config config --client-id x
    assert_stderr_has 'chmod 600 config'
}

@test "a config file that others may write may not say where secrets go" {
    local mode key
    for mode in 602 666; do
        echo '{"scope":"reporting"}' >config
        chmod "$mode" config
        ASAUTH_CLIENT_ID=$STANDIN_CLIENT_ID \
            ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_SECRET \
            run_asauth token --config config
        assert_status 0
        assert_stderr_has 'warning: config:'
        assert_stderr_has 'chmod go-w config' || fail "$mode"
        while IFS= read -r key; do
            echo "{$key}" >config
            standin reset
            refused config
            echo "{\"profiles\":{\"other\":{$key}}}" >config
            refused config
        done <<'END'
"client_id":"S3CR3T"
"client_secret_command":["echo","S3CR3T"]
"token_url":"https://api.amazon.com/S3CR3T"
"api_url":"https://developer.amazon.com/S3CR3T"
"allow_hosts":["S3CR3T.example"]
END
    done
}

@test "relative paths in the config file are relative to it" {
    mkdir -p etc/keys
    echo "$STANDIN_CLIENT_SECRET" >etc/keys/secret
    echo "{\"client_id\":\"$STANDIN_CLIENT_ID\",
        \"client_secret_file\":\"keys/secret\"}" >etc/config
    run_asauth token --config etc/config
    assert_status 0
    cd etc
    run_asauth token --refresh --config config
    assert_status 0
    cd keys
    run_asauth token --refresh --config ../config
    assert_status 0
    ASAUTH_CONFIG=$BATS_TEST_TMPDIR/etc/config run_asauth token --refresh
    assert_status 0
    # A flag's path is relative to here.
    run_asauth token --refresh --config ../config --client-secret-file secret
    assert_status 0
}
