#!/usr/bin/env bats
#
# What README, RECIPES and CONTRIBUTING show works as it is printed.

load standin
load examples

setup() {
    use_standin
    root=$HERE/..
    readme=$root/README.md
    recipes=$root/RECIPES.md
    set_example
    mkdir bin
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# run_recipe TEXT: run it as it is printed; it must go well and show nothing.
run_recipe() {
    recipe "$1" >example
    run bash -e example
    [[ $status -eq 0 ]] || fail "$(<example)" "$output"
    assert_no_secret "$output"
}

# for_account FILE: the stand-in's client id where the README has one.
for_account() {
    sed -i "s/amzn1.application-oa2-client.0123.../$STANDIN_CLIENT_ID/" "$1"
    grep -qF "$STANDIN_CLIENT_ID" "$1"
}

# instead_of NAME ARGS BODY: a program of that name that takes just ARGS.
instead_of() {
    printf '%s\n' '#!/bin/bash' "[[ \$* == '$2' ]] || exit 99" "$3" >"bin/$1"
    chmod +x "bin/$1"
}

# job_steps KEY: the scripts of the YAML on standard input under KEY, each
# ended by a NUL: a line, a block, or a list.
job_steps() {
    /usr/bin/python3 -c '
import re, sys, textwrap
text = sys.stdin.read()
found = re.finditer(r"^( *)(?:- |  )?%s:(?: \|\n|\n| (.+)\n)"
                    r"((?:\1 {2,}(?! *[a-z_]+:).*\n)*)" % sys.argv[1],
                    text, re.M)
for match in found:
    lines = match[2] or textwrap.dedent(match[3])
    print(re.sub(r"^- ", "", lines, flags=re.M), end="\0")' "$1"
}

@test "the README's first call takes four lines" {
    asauth request -X POST "$edits" >open
    ln -s "$ASAUTH" bin/asauth
    {
        recipe 'read -rs'
        recipe /applications/APP_ID
    } >example
    number "$(wc -l <example)" -eq 4
    for_account example
    unset_account
    run bash -e example <<<"$STANDIN_CLIENT_SECRET"
    [[ $status -eq 0 ]] || fail "$output"
    [[ $output == *"granted, "*$'\n{}' ]] || fail "$output"
    assert_no_secret "$output"
}

@test "the submission script replaces the APK, validates and commits" {
    run_recipe /commit
    equals "$(asauth request "$edits" | jq -r .status)" REVIEW
    # Each ETag was read before it was sent, that of the edit last.
    calls >calls
    diff - <(head -n -1 calls) <<'END'
POST 
GET */apks
GET */apks/*
PUT */apks/*/replace *
GET */listings
GET */listings/de-DE
PUT */listings/de-DE *
GET */listings/en-US
PUT */listings/en-US *
GET *
POST */validate *
GET *
POST */commit *
END
    standin_log -e '.[] | select(.target | endswith("/replace")) |
        .body == "PK\u0003\u0004 a new release" and (.headers |
        index([["Content-Type","application/vnd.android.package-archive"]]))'
    standin_log -e --arg notes "$NOTES" '[.[] | select(.method == "PUT" and
        (.target | contains("/listings/"))) | .body | fromjson] |
        length == 2 and all(.recentChanges == $notes and .title == "Example")'
    assert_count mint 1
}

@test "the submission script stops at the first thing that goes wrong" {
    local i
    # The calls of the script, one by one; validate and commit are the last.
    for i in {0..12}; do
        start_to_fail "$i" 500
        recipe /commit >example
        run bash example
        [[ $status -ne 0 ]] || fail "call $i" "$output"
        assert_count api $((i + 1)) || fail "call $i"
    done
    start_over
    standin set verdict=broken
    run bash <(recipe /commit)
    number "$status" -eq 22
    standin set verdict= under_review=1
    run bash <(recipe /commit)
    number "$status" -ne 0
    number "$(standin_log '[.[] | select(.target | endswith("/commit"))] |
        length')" -eq 0
}

@test "the README's change of a listing fails where somebody else was faster" {
    export EDIT_ID
    EDIT_ID=$(asauth request -X POST "$edits" | jq -r .id)
    run_recipe .title
    equals "$(asauth request "$edits/$EDIT_ID/listings/en-US" |
        jq -r .title)" 'A new title'
    cp new.json other.json
    # Between the read and the write comes another write.
    recipe .title | sed '3a asauth request -X PUT --etag-from . \\\
        --json @other.json "$listing" >other &&' >example
    run bash example
    [[ $status -eq 22 && $output == *412* ]] || fail "$output"
}

@test "the README's change of a listing writes no error back" {
    local code
    export EDIT_ID
    EDIT_ID=$(asauth request -X POST "$edits" | jq -r .id)
    for code in 403 404 429 500; do
        standin set "api_status=$code,ok"
        run bash <(recipe .title)
        number "$status" -eq 22
        rm -f new.json old.json etag
    done
    equals "$(standin_log 'map(select(.method == "PUT")) | length')" 0
}

@test "the report script leaves the report in a file" {
    run_recipe --fetch-link
    equals "$output" ''
    contains "$(/usr/bin/python3 -m zipfile -l sales.zip)" .csv
    assert_count link 1
}

@test "the README's curl takes the token from standard input" {
    asauth request -X POST "$edits" >open
    run_recipe 'curl -sS'
    [[ $output == "$(<open)" ]] || fail "$output"
    assert_count mint 1
    # No token, no request.
    standin set token_status=500
    asauth token --forget
    run bash <(recipe 'curl -sS')
    number "$status" -eq 22
    assert_count api 2
}

@test "the recipes' xargs sends many requests with one token" {
    local i
    for i in {1..24}; do
        echo "amzn1.devportal.mobileapp.$i"
    done >app-ids.txt
    run_recipe xargs
    while read -r i; do
        [[ $(<"$i.json") == '{}' ]] || fail "$i"
    done <app-ids.txt
    assert_count mint 1
    assert_count api 24
}

@test "the recipes' secret comes from a file that was mounted" {
    unset ASAUTH_CLIENT_SECRET
    export CREDENTIALS_DIRECTORY=$PWD/mounted
    mkdir mounted
    (umask 077; echo "$STANDIN_CLIENT_SECRET" >mounted/amazon)
    run_recipe CREDENTIALS_DIRECTORY
    [[ $output == '{}' ]] || fail "$output"
}

@test "the recipes' secret comes from a vault's command line" {
    unset ASAUTH_CLIENT_SECRET
    instead_of vault 'kv get -mount=secret -field=client_secret amazon' \
        "echo $STANDIN_CLIENT_SECRET"
    run_recipe vault
    [[ $output == '{}' ]] || fail "$output"
}

@test "the recipes' secret comes from pass, when a token has to be minted" {
    unset_account
    mkdir -p "$XDG_CONFIG_HOME/asauth"
    recipe client_secret_command >"$XDG_CONFIG_HOME/asauth/config.json"
    for_account "$XDG_CONFIG_HOME/asauth/config.json"
    instead_of pass 'show amazon/appstore' "echo >>$PWD/asked
        printf '%s\n' $STANDIN_CLIENT_SECRET 'url: a second line'"
    run_asauth token --profile reports
    assert_status 0
    assert_empty_stderr
    contains "$(standin_log -r '.[-1].body')" adx_reporting
    run_asauth token --profile reports
    assert_status 0
    number "$(wc -l <asked)" -eq 1
}

@test "the GitHub job masks the token before anything can print it" {
    local step steps token
    recipe runs-on >job
    mapfile -d '' steps < <(job_steps run <job)
    [[ ${#steps[@]} -eq 2 ]] || fail "${steps[@]}"
    # The secret is in the environment of the first step alone.
    equals "$(sed -n '/Log in/,/run:/p' job | grep -c CLIENT_SECRET:)" 1
    equals "$(grep -c CLIENT_SECRET: job)" 1
    # A runner's shell, a new one for each step.
    for step in "${steps[@]}"; do
        echo "$step" >step
        bash --noprofile --norc -e step >>log 2>&1 || fail "$step" "$(<log)"
        unset ASAUTH_CLIENT_SECRET
    done
    token=$(standin tokens)
    [[ $(wc -w <<<"$token") -eq 1 ]] || fail "not one token: $token"
    [[ $(grep -nF "$token" log) == "1:::add-mask::$token" ]] || fail "$(<log)"
    # The edit is in the log.
    equals "$(tail -n 1 log)" '{}'
    # Without a token nothing is masked, and the job ends there.
    export ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_SECRET
    standin set token_status=500
    rm -rf "$XDG_CACHE_HOME/asauth"
    run bash --noprofile --norc -e <(echo "${steps[0]}")
    [[ $status -eq 22 && $output != *add-mask* ]] || fail "$output"
}

@test "the GitLab job installs asauth and leaves no token behind" {
    local before script after
    recipe after_script >job
    IFS= read -r -d '' before < <(job_steps before_script <job)
    IFS= read -r -d '' script < <(job_steps script <job)
    IFS= read -r -d '' after < <(job_steps after_script <job)
    [[ $(wc -l <<<"$script$after") -eq 4 ]] || fail "$script" "$after"
    export CI_JOB_ID=bats-$$
    eval "export $(sed -n 's/^ *\(ASAUTH_CACHE_DIR\): /\1=/p' job)"
    lacks "$ASAUTH_CACHE_DIR" "$PWD"
    # What would change this machine, but for where it comes from and goes to.
    printf '%s\n' '#!/bin/bash' '[[ $* == *update || $* == *\ git ]]' \
        >bin/apt-get
    printf '%s\n' '#!/bin/bash' "ln -s '$root' \"\${@: -1}\"" >bin/git
    printf '%s\n' '#!/bin/bash' '[[ -f $2/Makefile && $3 == install ]]' \
        >bin/make
    chmod +x bin/*
    DEPS=no run bash -eo pipefail <(echo "${before//\/tmp\/asauth/$PWD/source}")
    [[ $status -eq 0 ]] || fail "$output"
    run bash -eo pipefail <(echo "$script")
    [[ $status -eq 0 && ${lines[-1]} == '{}' ]] || fail "$output"
    assert_no_secret "$output"
    cache_file
    run bash -eo pipefail <(echo "$after")
    [[ $status -eq 0 && -z $output ]] || fail "$output"
    run ! cache_file
    run ! grep -rF 'Atc|' "$ASAUTH_CACHE_DIR"
    rm -r "$ASAUTH_CACHE_DIR"
}

@test "the recipes' machines use the token that one job has fetched" {
    # It has neither the secret nor the cache.
    printf '%s\n' '#!/bin/bash' 'mkdir "$1" && cd "$1" || exit 98' \
        'printf "%s\n" "$@" >arguments' \
        'exec env -u ASAUTH_CLIENT_ID -u ASAUTH_CLIENT_SECRET \
            HOME="$PWD" XDG_CACHE_HOME="$PWD" bash -c "$2"' >bin/ssh
    chmod +x bin/ssh
    asauth request -X POST "$edits" >open
    run_recipe ASAUTH_TOKEN
    cmp open one.example/edit.json
    cmp open two.example/edit.json
    assert_no_secret "$(cat ./*.example/arguments)"
    assert_count mint 1
}

@test "the README's examples are those that are installed" {
    recipe examples= | sed "s,/usr/local/share/doc/asauth,$root," >example
    run bash example
    [[ $status -eq 0 ]] || fail "$output"
    equals "$(asauth request "$edits" | jq -r .status)" REVIEW
    # All of them, with a line on each.
    equals "$(grep -oE '\]\(examples/[a-z-]+\) \|' "$readme" | sort)" \
        "$(cd "$root" && printf '](%s) |\n' examples/* | sort)"
}

@test "the README's call of each API is one" {
    local call count=0
    export METRIC_SET=revenue
    echo '{"packageName":"com.example.app","certificate":"x"}' >register.json
    echo '{}' >testers.json
    echo '{"metrics":["m"],"timelineSpec":{"aggregationPeriod":"DAILY",
        "startTime":{"year":2026},"endTime":{"year":2026}}}' >query.json
    standin set 'attached=appstore::apps:readwrite messaging:push
        adx_reporting::appstore:marketer'
    while IFS= read -r call; do
        run bash -c "$call"
        [[ $status -eq 0 ]] || fail "$call" "$output"
        count=$((count + 1))
    done < <(sed -n '/^### A call for/,/^##/p' "$readme" |
        grep -o '`asauth [^`]*`' | tr -d '`')
    number "$count" -eq 8
}

@test "no recipe ends the shell that it is pasted into" {
    local block count=0
    export EDIT_ID=none examples=/nonexistent
    echo a >app-ids.txt
    standin set api_status=500 link_status=500
    printf '%s\n' '#!/bin/sh' 'exit 1' | tee bin/vault bin/ssh >bin/pass
    chmod +x bin/*
    while IFS= read -r -d '' block; do
        [[ $block == '```bash'* ]] || continue
        block=${block#*$'\n'}
        count=$((count + 1))
        # The pauses of --retry are not what this is about.
        { printf '%s\n' "${block//--retry 3/}" 'echo "still here"'; } >pasted
        run timeout 20 bash pasted
        [[ $output == *"still here" ]] || fail "$block" "$output"
    done < <(sed -n '/^## Recipes/,/^## Beside/p' "$readme" |
        blocks - "$recipes")
    number "$count" -ge 8
    equals "$(standin_log 'map(select(.method == "PUT")) | length')" 0
}

@test "no example of README and RECIPES goes untried" {
    local block text texts tries left=()
    mapfile -t texts < <(sed -nE "s/^ +.*recipe ('([^']+)'|([^' \"\$]+)).*/\
\2\3/p" "$BATS_TEST_FILENAME" | sort -u)
    while IFS= read -r -d '' block; do
        tries=0
        for text in "${texts[@]}"; do
            [[ $block != *"$text"* ]] || tries=$((tries + 1))
        done
        [[ $tries -gt 0 ]] || left+=("$block")
    done < <(blocks "$readme" "$recipes")
    # These need a machine with nothing on it: tests/systems.
    [[ ${left[*]} == '```console
git clone URL-OF-THIS-REPOSITORY asauth && cd asauth
tests/demo
tests/check
' ]] || fail "not tried:" "${left[@]}"
}

@test "the picture in the README shows a session as it goes" {
    "$root/tests/picture" session.svg
    cmp session.svg "$root/tests/session.svg" ||
        fail "$(diff session.svg "$root/tests/session.svg")" \
            "out of date: make picture"
    run ! grep -E '127\.0\.0\.1|/tmp/' session.svg
    /usr/bin/python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.argv[1])' session.svg
}

@test "the README's three lines download, check and unpack a release" {
    local version release file
    version=$(asauth --version | sed -n 's|^asauth ||; s| .*||; 1p')
    release=served/releases/download/v$version
    file=asauth-$version-linux-x86_64.tar.gz
    mkdir -p "$release" unpacked source/top/bin
    echo program >source/top/bin/asauth
    tar -C source -czf "$release/$file" top
    echo '{}' >"$release/${file/tar.gz/spdx.json}"
    (cd "$release" && sha256sum asauth* >SHA256SUMS)
    recipe sha256sum | sed "s,URL-OF-THIS-REPOSITORY,file://$PWD/served,
        s,/usr/local,unpacked," >example
    number "$(wc -l <example)" -eq 3
    run bash example
    [[ $status -eq 0 ]] || fail "$output"
    equals "$(<unpacked/bin/asauth)" program
    # What is not as it was released, or cannot be checked, is not unpacked.
    rm -r unpacked/bin
    echo >>"$release/$file"
    run bash example
    number "$status" -ne 0
    rm "$release/SHA256SUMS" SHA256SUMS
    run bash example
    number "$status" -ne 0
    absent unpacked/bin
}

@test "the README's Containerfile is that of the packages" {
    equals "$(recipe 'FROM scratch')" \
        "$(grep -v '^#' "$root/packaging/Containerfile")"
}

@test "README and change log name the version of the program" {
    local version file
    version=$(asauth --version | sed -n 's|^asauth ||; s| .*||; 1p')
    for file in README.md packaging/README.md; do
        grep -F "packaging/action@v$version" "$root/$file"
    done
    grep -F -- "--branch v$version " "$recipes"
    grep -F "## [$version]" "$root/CHANGELOG.md"
}

@test "the stand-in can be used by hand as CONTRIBUTING says" {
    ln -s "$ASAUTH" asauth
    ln -s "$root/tests" tests
    recipe 'mktemp -d' "$root/CONTRIBUTING.md" >example
    echo 'kill $!; wait' >>example
    TMPDIR=$PWD run timeout 20 bash -e example 3>&-
    [[ $status -eq 0 && $output == 'Atc|'* ]] || fail "$output"
    assert_count token 0
}
