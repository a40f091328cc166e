#!/usr/bin/env bats
#
# What is typed: commands, options, their values, help.

load standin

@test "a wrong command line is refused (2) with the name of what is wrong" {
    local want args
    while IFS='|' read -r want args; do
        # shellcheck disable=SC2086 # these are words
        run_asauth $args
        assert_status 2
        assert_empty_stdout
        [[ ${stderr%%$'\n'*} == "asauth: "*"$want"* &&
            $stderr == *"see asauth "*"--help"* &&
            $stderr == *$'\n'"asauth: hint: "* ]] ||
            complain "asauth $args"
        number "$(wc -l <"$BATS_TEST_TMPDIR/stderr")" -eq 2
    done <<'TABLE'
command|
tokens|tokens
--wrong|--wrong
-z|-z
--wrong|token --wrong
--wrong|token --wrong=value
-z|token -z
surplus|token surplus
surplus|token --refresh surplus
surplus|version surplus
surplus|--version surplus
surplus|help token surplus
surplus|help surplus
-|-
--client-id|token --client-id
-m|token -m
--refresh|token --refresh=yes
-d|token -d x
--fetch-link|token --fetch-link
--output|token --output x
--json|token --json
needs a URL|request
two|request one two
--bogus|request --bogus /x
-Z|request -Z /x
-X|request /x -X
--header|request /x --header
--include|request --include=yes /x
surplus|help help surplus
--forget|token --forget --refresh
--offline and --refresh|whoami-scope --offline --refresh
--fail and --fail-with-body|request -f --fail-with-body /x
--data|request -d a -F b=c /x
--head|request -I -T x /x
--output|request -o a -o b /x
HEAD|request --fetch-link -I /x
FOO:BAR|request -X FOO:BAR /x
X-A|request -H X-A /x
ab|request -F ab /x
If-Match|request --etag-from . -H If-Match:x /x
TABLE
    assert_count token 0
    assert_count api 0
}

@test "an empty word where none belongs is shown as quotes" {
    local args
    for args in "''" "token ''" "request /x ''" "version ''" "help ''"; do
        eval "run_asauth $args"
        assert_status 2
        begins "$stderr" "asauth: '': "
    done
    for args in "-d @" "-H @" "-w @"; do
        # shellcheck disable=SC2086 # these are words
        refuse 26 "cannot read '': " $args "$echo_url"
    done
}

@test "options may follow the URL, whatever POSIX says" {
    export POSIXLY_CORRECT=1
    run_asauth request "$STANDIN_API/echo" -s -o "$BATS_TEST_TMPDIR/file"
    assert_status 0
    filled "$BATS_TEST_TMPDIR/file"
    run_asauth request -s -- "$STANDIN_API/echo"
    assert_status 0
    run_asauth request -- "$STANDIN_API/echo" -s
    assert_status 2
    assert_stderr_has 'asauth: -s: one operand too many'
}

@test "an unknown option's value is not repeated, it may be a secret" {
    run_asauth token --client-secrets=S3CR3T
    assert_status 2
    assert_stderr_has --client-secrets
    refute_stderr_has S3CR3T
    run_asauth token --refresh=S3CR3T
    assert_status 2
    refute_stderr_has S3CR3T
    run_asauth request --include=S3CR3T /x
    assert_status 2
    refute_stderr_has S3CR3T
}

@test "a value that must be a number and is none is refused (2)" {
    local option value
    for option in --min-ttl --max-time -m --connect-timeout; do
        for value in '' -1 x 1x 1e3 0x10 ' 1' 99999999999999999999 nan inf; do
            run_asauth token "$option" "$value"
            [[ $status == 2 && -z $stdout ]] ||
                complain "taken: $option '$value'"
        done
    done
    run_asauth token --min-ttl 1.5
    assert_status 2
    assert_stderr_has --min-ttl
    assert_stderr_has 'asauth: hint: see asauth token --help'
    assert_count token 0
}

@test "an option given twice counts as it was given last" {
    run_asauth token --client-secret wrong \
        --client-secret "$STANDIN_CLIENT_SECRET" \
        --scope x --scope=reporting
    assert_status 0
    assert_form scope adx_reporting::appstore:marketer
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

@test "help goes to standard output, and options may follow anything" {
    local args
    for args in --help -h 'token --help' 'token -h' 'token --refresh -h'; do
        # shellcheck disable=SC2086 # these are words
        run_asauth $args
        assert_status 0
        assert_stdout_has 'usage: asauth '
        assert_empty_stderr
    done
    for args in --version -V; do
        run_asauth "$args"
        assert_status 0
        matches "$stdout" '^asauth [0-9]+\.[0-9]+\.[0-9]+'
        assert_empty_stderr
    done
    assert_count token 0
}

@test "request refuses (2) a value that its option cannot take, or an empty one" {
    local option value
    while read -r option value; do
        refuse 2 "$option" "$option" "$value" "$echo_url"
    done <<'END'
--max-time x
--max-time 1x
--max-time -1
--max-time 1e3
--max-time 99999999999999999999
--connect-timeout x
--retry -1
--retry 1.5
--retry 99999999999
--retry-delay x
--retry-max-time x
--speed-time x
--speed-limit x
--min-ttl x
END
    for option in --request --form --upload-file --output \
        --dump-header --etag-from --etag-save --max-time --retry --config \
        --profile --scope --client-id --api-url --token-url --allow-host \
        --cache-dir --cacert --capath; do
        refuse 2 "$option" "$option" '' "$echo_url"
    done
    assert_count token 0
}

@test "an abbreviated long option is unknown (2), and its value is not sent" {
    local option
    # What other programs call so must not become --user-agent.
    refuse 2 --user --user id:S3CR3T "$echo_url"
    assert_stderr_has 'the credentials are those of asauth'
    refute_stderr_has S3CR3T
    for option in --userx=S3CR3T --retr=3 --max=5 --verb --data-bin=x; do
        refuse 2 "${option%%=*}: " "$option" "$echo_url"
        assert_stderr_has 'unknown option' || fail "$option"
        refute_stderr_has S3CR3T
    done
    for option in --client=x --ref --min=60 --forma=json; do
        run_asauth token "$option"
        assert_status 2 || fail "$option"
        assert_stderr_has 'unknown option' || fail "$option"
        assert_empty_stdout
    done
    assert_count token 0
}
