#!/usr/bin/env bats
#
# The completion of bash, on a terminal and without bash-completion.

load helper
load examples
load completions

setup() {
    export HOME=$BATS_TEST_TMPDIR/home XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
    mkdir "$HOME"
    unset ASAUTH_CONFIG INPUTRC
    cd "$BATS_TEST_TMPDIR" || return
}

offers() {
    local lines=("$@")
    # M-* inserts all matches.
    offers_typed '\e*' 'bash --norc' \
        <<<"source '$HERE/../completions/asauth.bash'"
}

@test "bash offers the commands, and each its own options" {
    check_commands
}

@test "bash offers the values that are known, whole scopes too" {
    check_values
}

@test "bash offers no option where a value is due" {
    check_values_due
}

@test "bash offers files and directories where they are meant" {
    check_files
}

@test "bash offers the profiles of the config file in force" {
    check_profiles
}

@test "what completions ask the program for is whole" {
    local command
    for command in $(asauth --list-commands | cut -f 1); do
        asauth --list-options "$command"
    done >rows
    # Five fields, none but the second, third and fifth empty.
    run ! grep -vE $'^[a-z0-9.-]+\t.?\t[^\t]*\t[^\t]+\t[^\t]*$' rows
    run_asauth --list-options frob
    assert_status 2
    assert_stderr_has 'asauth --help'
}

@test "the profiles of a file are listed, a line each" {
    mkdir -p "$XDG_CONFIG_HOME/asauth"
    printf '{"profiles": {"b c": {}, "a": {}, "two\\nlines": {}}}' \
        >"$XDG_CONFIG_HOME/asauth/config.json"
    [[ $(asauth --list-profiles) == $'b c\na' ]]
    printf '{"profiles": {"mine": {"client_secret": "S3CRET"}}}' >mine.json
    [[ $(asauth --list-profiles mine.json) == mine ]]
    [[ $(ASAUTH_CONFIG=mine.json asauth --list-profiles) == mine ]]
    [[ -z $(asauth --list-profiles missing.json) ]]
    echo '{"client_secret": "S3CRET", "profiles":' >broken.json
    run_asauth --list-profiles broken.json
    assert_status 2
    assert_stderr_has broken.json
    refute_stderr_has S3CRET
}
