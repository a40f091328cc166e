#!/usr/bin/env bats
#
# Program, help, manual and completions say the same, and what they show
# works as it is printed.

load standin
load examples

setup() {
    use_standin
    root=$HERE/..
}

same() { # WANTED GOT WHAT
    [[ $1 == "$2" ]] || fail "$3:" "$(diff <(echo "$1") <(echo "$2"))"
}

@test "the program knows the options of its help, and refuses others" {
    local option command
    known long >options
    number "$(wc -l <options)" -gt 50
    while read -r option; do
        [[ $option != --version ]] || continue
        # With a value or without, nothing is done.
        for command in token request whoami-scope; do
            asauth "$command" --config none/none "$option" x 2>&1 || true
        done >said
        number "$(grep -c "^asauth: $option: unknown" said)" -lt 3 "$option"
    done <options
    run_asauth request --bogus x
    assert_stderr_has 'asauth: --bogus: unknown option'
}

@test "the manual knows just the options there are" {
    sed -n '/^\.Sh DESC/,/^\.Sh ENV/p' "$root/man/asauth.1" |
        grep '^\.It Fl' | tr ',' '\n' >items
    grep -o '\\-[a-z0-9.-]*' items | sed 's/^../--/' | sort -u >got
    same "$(known long)" "$(<got)" manual
    sed -n 's/.*Fl \([^\\]\)\( .*\)*$/\1/p' items | sort -u >got
    same "$(known letter)" "$(<got)" "short options"
    mandoc -T ascii "$root/man/asauth.1" | col -b >page
    same "" "$(comm -13 <(known long) <(long_options <page) |
        grep -vxE -e '--arg|--next|--version|--list-(commands|options|profiles)')" \
        "options that do not exist"
}

@test "the manual knows which options take a value" {
    sed -n '/^\.It Fl.* Ar /s/\\//gp' "$root/man/asauth.1" | tr ',' '\n' |
        sed -n 's/.*Fl \([^ ]*\) Ar .*/-\1/p' | sort -u >got
    same "$(known valued)" "$(<got)" "options with a value"
}

@test "variables and keys stand in the manual, and no others" {
    mandoc -T ascii "$root/man/asauth.1" | col -b >page
    same "$(known variable)" \
        "$(grep -oE 'ASAUTH_[A-Z_]+' page | sort -u)" variables
    grep -o '^\.It Li [a-z_]*' "$root/man/asauth.conf.5" |
        cut -d' ' -f3 | sort -u >got
    same "$(known key)" \
        "$(<got)" keys
}

@test "URLs, scopes and formats in the documents are the program's" {
    local word count=0
    unset ASAUTH_TOKEN_URL ASAUTH_API_URL
    asauth --list-options token >offered
    {
        ASAUTH_TOKEN=x asauth request -s -x http://127.0.0.1:1 \
            -w '%{url_effective}\n' /x | sed 's,/x$,,'
        asauth whoami-scope --all --offline --json >report || true
        jq -r '.token_url, (.scopes[] | .scope, .api)' report
        for word in submission reporting; do
            run_asauth whoami-scope --offline --json --scope "$word"
            [[ $(jq -r '.scopes[0].scope' <<<"$stdout") == "$word" ]] ||
                echo "$word"
        done
        run_asauth token --format none
        grep -o 'token, header, curl or json' <<<"$stderr" |
            sed 's/, /\n/g; s/ or /\n/'
    } >words
    while read -r word; do
        grep -qF "$word" "$root/man/asauth.1" || fail "no $word"
        count=$((count + 1))
        case $word in
            https:* | *' API') continue ;;
        esac
        grep -qwF "$word" offered || fail "no $word to complete"
    done <words
    number "$count" -eq 12
}

@test "the console is named by the address that the hints have" {
    local address file
    unset ASAUTH_CLIENT_ID
    run_asauth token
    assert_status 2
    address=$(grep -o 'https://[^ ]*home[.]html' stderr)
    for file in man/asauth.1 tests/demo README.md; do
        grep -qF "$address" "$root/$file" || fail "$file"
        grep -qE 'Apps (&|and) Services' "$root/$file" && fail "$file: a menu"
    done
    true
}

@test "-w knows every variable of the manual" {
    local format
    format=$(sed -n '/^\.It Fl w /,/^\.It Fl #/p' "$root/man/asauth.1" |
        grep -o '%{[a-z_]*}' | sort -u | tr '\n' ' ')
    [[ $format == *'%{http_code} '*'%{url_effective} '* ]] || fail "$format"
    run_asauth request -o body -w "$format" "$STANDIN_API/echo"
    assert_status 0
    refute_stderr_has unknown
    run_asauth request -o body -w '%{frob}' "$STANDIN_API/echo"
    assert_stderr_has 'unknown --write-out variable: frob'
}

@test "the cache's files are as the manual describes them" {
    local dir=$XDG_CACHE_HOME/asauth key
    standin set reply_scope=another:scope
    asauth token >/dev/null 2>&1
    key=$(printf '%s\0' "$ASAUTH_TOKEN_URL" "$ASAUTH_CLIENT_ID" \
        appstore::apps:readwrite | sha256sum | cut -d' ' -f1)
    same "$dir/$key.json
$dir/$key.lock" "$(printf '%s\n' "$dir"/*)" files
    sed -n '/width access_token/,/^\.El/s/^\.It Li //p' "$root/man/asauth.1" |
        sed 's/ , /\n/g' >documented
    same "$(sort documented)" "$(jq -r 'keys[]' "$dir/$key.json")" fields
    jq -e '.version == 1 and .scope == "appstore::apps:readwrite" and
        (.expires_at - .obtained_at) == 3600' "$dir/$key.json"
}

@test "each help fits a screen of 80x24, with the prompt below it" {
    local command
    for command in '' token request whoami-scope; do
        # shellcheck disable=SC2086 # no word or one
        asauth $command --help >help
        [[ $(wc -l <help) -le 23 ]] || fail "$command: too long"
        run awk 'length > 80' help
        [[ -z $output ]] || fail "$output"
        begins "$(<help)" "usage: asauth ${command:-COMMAND} "
        grep -q '^  asauth ' help
    done
}

@test "each help has every option of its command once, with what it takes" {
    local command name letter metavar want
    for command in token request whoami-scope; do
        asauth "$command" --help | sed '/Examples:$/,$d' >help
        while IFS=$'\037' read -r name letter metavar _; do
            want="${letter:+-$letter/}--$name${metavar:+=}"
            grep -qE -- "(^| )$want( |\$)" help ||
                grep -qE -- "^ +${letter:+-$letter, }--$name ${metavar%...} " \
                    help || fail "$command: $want" "$(<help)"
            number "$(grep -oE -- "--${name}([= ]|\$)" help | wc -l)" -eq 1
        done < <(asauth --list-options "$command" | tr '\t' '\037')
    done
}

@test "--version names the libraries in use" {
    run_asauth --version
    assert_status 0
    [[ $stdout =~ ^asauth\ [0-9.]+\ \(libcurl/[0-9.]+\ .*jansson/[0-9.]+ ]] ||
        complain
    run_asauth -V
    assert_status 0
    assert_stdout_has libbsd
}

@test "every example of the manual works as it is printed" {
    local example count=0
    set_example
    while IFS= read -r -d '' example; do
        # The same for every one: an app with no open edit.
        start_over
        run bash -c "$example"
        [[ $status -eq 0 ]] || fail "$example" "$output"
        count=$((count + 1))
        case $example in
            *commit*)
                # The edit is in review.
                equals "$(asauth request "$edits" | jq -r .status)" REVIEW
                ;;
            *crashRate*) equals "$(jq '.rows | length' <<<"$output")" 5 ;;
            *sales*) /usr/bin/python3 -m zipfile -t sales.zip ;;
            *refused*) [[ $output == granted ]] ;;
            *curl*) [[ $output == *"$STANDIN_API"* || $output == GET* ]] ;;
        esac
    done < <(man_examples "$root/man/asauth.1")
    number "$count" -eq "$(grep -c '^\.Bd -literal' "$root/man/asauth.1")"
    number "$count" -gt 15
}

@test "the config file of the manual is one" {
    local example
    IFS= read -r -d '' example < <(man_examples "$root/man/asauth.conf.5")
    jq . <<<"$example" >config
    unset_account
    run_asauth whoami-scope --offline --json --config config \
        --profile reports
    assert_status 67
    assert_stdout_has '"profile":"reports"'
    assert_stdout_has adx_reporting
    refute_stderr_has warning
}

@test "install puts everything in its place, and uninstall takes it away" {
    local dest=$BATS_TEST_TMPDIR/dest
    # The program is not built here, and elsewhere under another name.
    install() {
        make -s -C "$root" "$1" BUILD="$BATS_TEST_TMPDIR/none" \
            PROGRAM="$ASAUTH" -o all DESTDIR="$dest" PREFIX=/usr
    }
    install install
    (cd "$dest" && find . -type f -printf '%m %P\n' | sort) >got
    same "$(<got)" "644 usr/share/bash-completion/completions/asauth
644 usr/share/fish/vendor_completions.d/asauth.fish
644 usr/share/man/man1/asauth.1
644 usr/share/man/man5/asauth.conf.5
644 usr/share/zsh/site-functions/_asauth
755 usr/bin/asauth
$(cd "$root" && printf '755 usr/share/doc/asauth/%s\n' examples/*)" installed
    "$dest/usr/bin/asauth" --version
    install uninstall
    run find "$dest" -type f
    equals "$output" ''
}
