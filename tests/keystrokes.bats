#!/usr/bin/env bats
#
# First keystrokes: each mistake in them ends in what to type.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    export HOME=$BATS_TEST_TMPDIR
}

# hints <TABLE: each line is ARGUMENTS | HINT.
hints() {
    local args want count=0
    while IFS='|' read -r args want; do
        eval "run_asauth $args"
        assert_status 2
        assert_empty_stdout
        equals "${stderr##*$'\n'}" "asauth: hint: ${want# }"
        assert_stderr_has --help
        number "$(wc -l <"$BATS_TEST_TMPDIR/stderr")" -eq 2
        count=$((count + 1))
    done
    number "$count" -gt 0
}

@test "a URL, a path or an option instead of a command: the hint is the line to type" {
    hints <<'END'
/v1/x | asauth request /v1/x
https://developer.amazon.com/x | asauth request https://developer.amazon.com/x
'https://developer.amazon.com/x?a=b&c' | asauth request 'https://developer.amazon.com/x?a=b&c'
-X POST /v1/x | asauth request -X POST /v1/x
--request=POST /v1/x | asauth request --request=POST /v1/x
/v1/x -sS -o file | asauth request /v1/x -sS -o file
-T - /v1/x | asauth request -T - /v1/x
v1/x | asauth request /v1/x
v1/x.json -X POST | asauth request /v1/x.json -X POST
developer.amazon.com/x -I | asauth request https://developer.amazon.com/x -I
-d "it's; rm" /v1/x | asauth request -d 'it'\''s; rm' /v1/x
-d '' /v1/x | asauth request -d '' /v1/x
-o f -- /v1/x | asauth request -o f -- /v1/x
-X POST | asauth request -X POST URL
--format json | asauth token --format json
--offline --all | asauth whoami-scope --offline --all
--profile p | asauth token --profile p
END
}

@test "options before the command: the hint has them behind it" {
    hints <<'END'
--profile p request /v1/x | asauth request --profile p /v1/x
--profile p request -X POST /v1/x | asauth request --profile p -X POST /v1/x
--profile p token --format json | asauth token --profile p --format json
-v whoami-scope --all | asauth whoami-scope -v --all
--profile token request /v1/x | asauth request --profile token /v1/x
END
}

@test "an option of another command: the hint is that command's line" {
    hints <<'END'
token -X POST | asauth request -X POST URL
token -X POST /v1/x | asauth request -X POST /v1/x
token -v -o file /v1/x | asauth request -v -o file /v1/x
request --format json | asauth token --format json
whoami-scope --fetch-link /v1/x | asauth request --fetch-link /v1/x
token --offline | asauth whoami-scope --offline
token --json | see asauth token --help
request --refresh | see asauth request --help
request --refresh /v1/x | see asauth request --help
END
    run_asauth token -X POST
    assert_stderr_has 'asauth: -X: an option of asauth request'
    run_asauth request --refresh
    assert_stderr_has 'asauth: --refresh: an option of asauth token and whoami-scope'
}

@test "a method before the URL: the hint has it where it belongs" {
    hints <<'END'
request GET /v1/x | asauth request /v1/x
request POST /v1/x -d x | asauth request -X POST /v1/x -d x
request -s delete /v1/x | asauth request -X DELETE -s /v1/x
request HEAD /v1/x | asauth request -I /v1/x
POST /v1/x | asauth request -X POST /v1/x
request -X PUT GET /v1/x | see asauth request --help
request /v1/x /v1/y | see asauth request --help
END
}

@test "a misspelt command or long option: did you mean" {
    hints <<'END'
tokn | did you mean token? see asauth --help
tokens | did you mean token? see asauth --help
TOKEN | did you mean token? see asauth --help
tkoen | did you mean token? see asauth --help
whoami | did you mean whoami-scope? see asauth --help
reqest /v1/x | did you mean request? see asauth --help
hlep | did you mean help? see asauth --help
help tokn | did you mean token? see asauth --help
--verison | did you mean --version? see asauth --help
token --client-secre x | did you mean --client-secret? see asauth token --help
token --profle x | did you mean --profile? see asauth token --help
token --client-sceret=x | did you mean --client-secret? see asauth token --help
request --retr 3 /v1/x | did you mean --retry? see asauth request --help
request --data-bin x /v1/x | did you mean --data-binary? see asauth request --help
request -t x /v1/x | did you mean -T? see asauth request --help
request -l /v1/x | did you mean -L? see asauth request --help
request -B /v1/x | see asauth request --help
frobnicate | see asauth --help
x | see asauth --help
token --frobnicate | see asauth token --help
token --x | see asauth token --help
END
}

@test "a hint repeats no argument that could be a secret" {
    local args
    hints <<'END'
--client-secret S3CR3T request /v1/x | asauth request --client-secret SECRET /v1/x
--client-secret=S3CR3T /v1/x | asauth request --client-secret=SECRET /v1/x
token --client-secret S3CR3T -X POST | asauth request --client-secret SECRET -X POST URL
request --client-secret S3CR3T GET /v1/x | asauth request --client-secret SECRET /v1/x
-x http://user:S3CR3T@proxy /v1/x | asauth request -x URL /v1/x
-sxhttp://user:S3CR3T@proxy /v1/x | asauth request -sxURL /v1/x
-U user:S3CR3T /v1/x | asauth request -U USER:PASSWORD /v1/x
token --proxy-user=user:S3CR3T -I /v1/x | asauth request --proxy-user=USER:PASSWORD -I /v1/x
-H 'Authorization: S3CR3T' /v1/x | asauth request -H LINE /v1/x
-H 'X-Amz-Security-Token: S3CR3T' /v1/x | asauth request -H LINE /v1/x
-d client_secret=S3CR3T /v1/x | asauth request -d DATA /v1/x
https://user:S3CR3T@developer.amazon.com/ | asauth request URL
'https://reports.example/?X-Amz-Signature=S3CR3T' | asauth request URL
-d "$(printf '%0300d' 0)" /v1/x | asauth request -d DATA /v1/x
END
    for args in '-u id:S3CR3T /v1/x' -uid:S3CR3T --user=id:S3CR3T \
        '--client-sceret S3CR3T token' --client-sceret=S3CR3T \
        '--client-secret S3CR3T' '--client-secret S3CR3T -k token' \
        '--client-secret S3CR3T whoami'; do
        # shellcheck disable=SC2086 # these are words
        run_asauth $args
        assert_status 2
        refute_stderr_has S3CR3T
    done
}

@test "help and version may be typed as words" {
    local command
    for command in '' token request whoami-scope; do
        # shellcheck disable=SC2086 # no word or one
        run_asauth help $command
        assert_status 0
        assert_empty_stderr
        # shellcheck disable=SC2086 # no word or one
        equals "$stdout" "$(asauth $command --help)"
    done
    run_asauth version
    assert_status 0
    assert_empty_stderr
    equals "$stdout" "$(asauth --version)"
    for command in help version; do
        run_asauth help "$command"
        assert_status 0
        assert_empty_stderr
        equals "$stdout" "$(asauth --help)"
    done
}

@test "a scope that is nearly a short name is asked for, with a warning" {
    local scope meant
    check_scope() { # SCOPE STDERR
        run_asauth whoami-scope --offline --json --client-id id --scope "$1"
        assert_status 67
        equals "$(jq -r '.scopes[0].scope' <<<"$stdout")" "$1"
        equals "$(grep 'did you mean' <<<"$stderr")" "$2"
    }
    while read -r scope meant; do
        check_scope "$scope" \
            "asauth: warning: --scope: scope $scope: did you mean $meant?"
    done <<'END'
reportng reporting
report reporting
submision submission
END
    for scope in messaging:push profile reporting:x x; do
        check_scope "$scope" ''
    done
    echo '{"scope": "reportign"}' >config.json
    run_asauth whoami-scope --offline --client-id id --config config.json
    assert_stderr_has 'scope in config.json: scope reportign: did you mean reporting?'
}
