#!/usr/bin/env bats
#
# What the README shows works as it is printed, and what it names exists.

load helper
load examples

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    readme=$HERE/../README.md
    cd "$BATS_TEST_TMPDIR" || return
    set_example
    # Tools that a recipe takes the secret from.
    mkdir bin
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# recipe TEXT [LANGUAGE]: the one example that holds TEXT.
recipe() {
    local example found=
    while IFS= read -r -d '' example; do
        [[ $example != *"$1"* ]] || found+=$example
    done < <(readme_examples "$readme" "${2:-sh}")
    [[ -n $found ]] || fail "no example with $1"
    printf '%s' "$found"
}

# run_recipe TEXT: run it as it is printed; it must go well.
run_recipe() {
    local example
    example=$(recipe "$1")
    run bash -euc "$example"
    [[ $status -eq 0 ]] || fail "$example" "$output"
    assert_no_secret "$output"
}

# job_lines KEY: the commands of the YAML on standard input under KEY.
job_lines() {
    /usr/bin/python3 -c '
import re, sys
lines, deep = [], None
for line in sys.stdin.read().splitlines():
    indent = len(line) - len(line.lstrip())
    if re.match(r"\s*(- )?%s:( \||)$" % sys.argv[1], line):
        deep = indent
    elif deep is not None and indent <= deep:
        deep = None
    elif deep is not None:
        lines.append(re.sub(r"^\s*(- )?", "", line))
print("\n".join(lines))' "$1"
}

# with_config: the config file of the README, and a "pass" that knows it.
with_config() {
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    mkdir -p "$XDG_CONFIG_HOME/asauth"
    recipe client_secret_command json |
        sed "s/amzn1.application-oa2-client.0123.../$STANDIN_CLIENT_ID/" \
            >"$XDG_CONFIG_HOME/asauth/config.json"
    printf '%s\n' '#!/bin/sh' '[ "$*" = "show amazon/appstore" ] &&' \
        "echo $STANDIN_CLIENT_SECRET" >bin/pass
    chmod +x bin/pass
}

@test "the submission script replaces the APK and commits" {
    run_recipe /commit
    [[ $output == *SUBMITTED* ]]
    standin_log -c '.[] | select(.method == "PUT") | .headers[]' >headers
    grep -F '["Content-Type","application/vnd.android.package-archive"]' headers
    grep -F If-Match headers
    # Each ETag over the connection that sends it.
    assert_count mint 1
}

@test "the report script leaves the report in a file" {
    run_recipe --fetch-link
    /usr/bin/python3 -m zipfile -t sales.zip
}

@test "curl takes the token from standard input" {
    # shellcheck disable=SC2154 # set_example sets it
    asauth request -X POST "$edits" >/dev/null
    run_recipe 'curl -sS -H @-'
    [[ $(grep -o '"status":"IN_PROGRESS"' <<<"$output" | wc -l) -eq 2 ]]
}

@test "many requests share one token" {
    run_recipe xargs
    [[ -s $APP_ID.json && -s $OTHER_APP_ID.json ]]
    assert_count mint 1
}

@test "the secret comes from a mounted file and from a vault" {
    unset ASAUTH_CLIENT_SECRET
    export CREDENTIALS_DIRECTORY=$PWD
    (umask 077; echo "$STANDIN_CLIENT_SECRET" >amazon)
    printf '%s\n' '#!/bin/sh' \
        '[ "$*" = "kv get -field=client_secret secret/amazon" ] &&' \
        "echo $STANDIN_CLIENT_SECRET" >bin/vault
    chmod +x bin/vault
    run_recipe vault
    [[ -z $output ]]
    assert_count mint 1
}

@test "the secret comes from a command in the config file" {
    with_config
    run_asauth token --profile reports
    assert_status 0
    [[ $(standin_log -r '.[-1].body') == *adx_reporting* ]]
    assert_empty_stderr
}

@test "the GitHub job masks the token before anything can print it" {
    local lines mask token
    recipe runs-on yaml | job_lines run >job
    grep -q asauth job
    run bash -e job
    [[ $status -eq 0 ]] || fail "$output"
    token=$(standin tokens)
    mask="::add-mask::$token"
    lines=$(grep -nF "$token" <<<"$output")
    [[ $lines == "1:$mask" ]] || fail "$lines"
    [[ -s edit.json ]]
}

@test "the GitLab job leaves no token behind" {
    local value
    recipe after_script yaml >job
    value=$(sed -n 's/.*ASAUTH_CACHE_DIR: //p' job)
    export CI_PROJECT_DIR=$PWD
    eval "export ASAUTH_CACHE_DIR=$value"
    job_lines script <job >lines
    job_lines after_script <job >after
    grep -q asauth lines
    run bash -eo pipefail lines
    [[ $status -eq 0 && -s edit.json ]] || fail "$output"
    assert_no_secret "$output"
    cache_file
    run bash -eo pipefail after
    [[ $status -eq 0 ]] || fail "$output"
    run cache_file
    [[ $status -eq 1 ]]
}

@test "a fleet uses the token that one job has minted" {
    run_recipe ASAUTH_TOKEN=
    assert_count mint 1
    [[ $output == '{}' ]]
}

@test "no example goes untried" {
    local language
    # Those in "console" need a fresh machine or an account at Amazon.
    while read -r language; do
        case $language in
            sh) [[ $(grep -c '^```sh' "$readme") -eq 6 ]] ;;
            json) [[ $(grep -c '^```json' "$readme") -eq 1 ]] ;;
            yaml) [[ $(grep -c '^```yaml' "$readme") -eq 2 ]] ;;
            console) [[ $(grep -c '^```console' "$readme") -eq 2 ]] ;;
            *) fail "$language" ;;
        esac
    done < <(grep -o '^```..*' "$readme" | cut -c4- | sort -u)
}

@test "what the documents point to is there" {
    local file name root=$HERE/.. link
    for file in "$root"/*.md; do
        while read -r link; do
            [[ -e $root/$link ]] || fail "$file: $link"
        done < <(grep -oE '\]\([^)#]+' "$file" | cut -c3- | grep -v ://)
    done
    # The tests that hold a claim: | claim | `FILE`: NAME |
    # shellcheck disable=SC2016 # no expansions
    while IFS= read -r name; do
        file=${name%%\`*}
        name=${name#*: }
        grep -qF "@test \"$name\"" "$root/$file" || fail "$file: $name"
    done < <(sed -n 's/^| .* | `\(tests\/.*bats`: .*\) |$/\1/p' "$readme")
}
