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
