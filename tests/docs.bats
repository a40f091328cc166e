#!/usr/bin/env bats
#
# Program, help, manual and completions say the same, and what they show
# works as it is printed.

load helper
load examples

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    root=$HERE/..
    cd "$BATS_TEST_TMPDIR" || return
}

# long_options FILE: the long options that FILE mentions, sorted.
long_options() {
    grep -oE -- '(^|[^-[:alnum:]])--[a-z][a-z0-9-]+' "$1" |
        sed 's/^[^-]*//' | sort -u
}

same() { # WANTED GOT WHAT
    [[ $1 == "$2" ]] || fail "$3:" "$(diff <(echo "$1") <(echo "$2"))"
}

all_options() {
    { table long | sed 's/^/--/'; echo --version; } | sort -u
}

@test "the help of the three commands knows just the options there are" {
    local command
    for command in token request whoami-scope; do
        asauth "$command" --help
    done >help
    asauth --help >>help
    same "$(all_options)" "$(long_options help)" help
    same "$(table letter | sort -u)" "$(grep -oE '(^|[ ,])-[^- ](/|,)' help |
        sed 's/.*-\(.\).*/\1/' | sort -u | grep -v V)" "short options"
}

@test "the manual knows just the options there are" {
    sed -n '/^\.Sh DESC/,/^\.Sh ENV/p' "$root/man/asauth.1" |
        grep '^\.It Fl' | tr ',' '\n' >items
    grep -o '\\-[a-z0-9-]*' items | sed 's/^../--/' | sort -u >got
    same "$(all_options)" "$({ cat got; echo --version; } | sort -u)" manual
    sed -n 's/.*Fl \([^\\]\)\( .*\)*$/\1/p' items | sort -u >got
    same "$(table letter | sort -u)" "$(<got)" "short options"
    mandoc -T ascii "$root/man/asauth.1" | col -b >page
    same "" "$(comm -13 <(all_options; echo --next) <(long_options page) |
        grep -vxF -e --next)" "options that do not exist"
}

@test "each completion knows just the options there are" {
    local file
    long_options "$root/completions/asauth.bash" >got
    same "$(all_options)" "$(<got)" bash
    long_options "$root/completions/_asauth" >got
    same "$(all_options)" "$(<got)" zsh
    grep -v 'set -l' "$root/completions/asauth.fish" |
        grep -o -- '-l [a-z0-9-]*' | sed 's/-l /--/' | sort -u >got
    same "$(all_options)" "$(<got)" fish
    grep -E -- ' -(x|xa|rF) ' "$root/completions/asauth.fish" |
        grep -oE -- '-[sl] [^ ]+' | sed 's/^-l /--/;s/^-s /-/' | sort -u >got
    same "$(table valued | sort -u)" "$(<got)" "fish, options with a value"
    for file in _asauth asauth.fish; do
        case $file in
            _asauth) grep -oE -- '\{-\\?[^,]+' "$root/completions/$file" ;;
            *) grep -oE -- "-s '?[^ ']" "$root/completions/$file" ;;
        esac | sed 's/.*\(.\)$/\1/' | grep -vx V | sort -u >got
        same "$(table letter | sort -u)" "$(<got)" "$file, short options"
    done
}

@test "the manual knows which options take a value" {
    sed -n '/^\.It Fl.* Ar /s/\\//gp' "$root/man/asauth.1" | tr ',' '\n' |
        sed -n 's/.*Fl \([^ ]*\) Ar .*/-\1/p' | sort -u >got
    same "$(table valued | sort -u)" "$(<got)" "options with a value"
}

@test "variables and keys stand in the manual, and no others" {
    mandoc -T ascii "$root/man/asauth.1" | col -b >page
    same "$(table variable | sort -u)" \
        "$(grep -oE 'ASAUTH_[A-Z_]+' page | sort -u)" variables
    grep -o '^\.It Li [a-z_]*' "$root/man/asauth.conf.5" |
        cut -d' ' -f3 | sort -u >got
    same "$({ table key; echo grant_type; echo profiles; } | sort -u)" \
        "$(<got)" keys
}

@test "the manual's exit statuses are the program's" {
    sed -n 's/^\tAS_[A-Z_]* = \([0-9]*\).*/\1/p' "$root/src/asauth.h" >want
    # libcurl's own that deserve a word.
    printf '%s\n' 35 77 >>want
    sed -n '/^\.Sh EXIT/,/^\.El/s/^\.It \([0-9 ,]*\)$/\1/p' \
        "$root/man/asauth.1" | tr -d ' ' | tr ',' '\n' >got
    same "$(sort -n want)" "$(sort -n got)" statuses
}

@test "URLs, scopes and formats in the documents are the program's" {
    local file word count=0
    {
        grep -o 'https://[^"]*' "$root/src/options.c"
        sed -n 's/^\t{ "\(.*\)", "\(.*\)", "\(.* API\)" },/\1\n\2\n\3/p' \
            "$root/src/settings.c"
        sed -n 's/^\t{ "\(.*\)", print_.* },/\1/p' "$root/src/cmd-token.c"
    } >words
    while read -r word; do
        grep -qF "$word" "$root/man/asauth.1" || fail "no $word"
        count=$((count + 1))
        case $word in
            https:* | *' API') continue ;;
        esac
        for file in "$root"/completions/*; do
            grep -qwF "$word" "$file" || fail "no $word in $file"
        done
    done <words
    [[ $count -eq 12 ]]
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

@test "the manual has no mistakes and the page fits 80 columns" {
    run mandoc -T lint -W warning "$root"/man/*.[15]
    [[ $status -eq 0 && -z $output ]] || fail "$output"
    mandoc -T ascii -O width=78 "$root"/man/*.[15] | col -b >page
    run awk 'length > 80' page
    [[ -z $output ]] || fail "$output"
}

@test "each help fits a screen" {
    local command
    for command in '' token request whoami-scope; do
        # shellcheck disable=SC2086 # no word or one
        asauth $command --help >help
        [[ $(wc -l <help) -le 24 ]] || fail "$command: too long"
        run awk 'length > 80' help
        [[ -z $output ]] || fail "$output"
        grep -c '^  asauth ' help | grep -qx 2
    done
}

@test "--version names the libraries in use" {
    run_asauth --version
    assert_status 0
    # shellcheck disable=SC2154 # run_asauth sets it
    [[ $stdout =~ ^asauth\ [0-9.]+\ \(libcurl/[0-9.]+\ .*jansson/[0-9.]+ ]] ||
        complain
    run_asauth -V
    assert_status 0
    assert_stdout_has libbsd
}

@test "every example of the manual works as it is printed" {
    local example count=0
    set_example
    # shellcheck disable=SC2154 # set_example sets it
    while IFS= read -r -d '' example; do
        # The same for every one: an app with an open edit.
        standin reset
        rm -rf "$XDG_CACHE_HOME/asauth"
        asauth request -X POST "$edits" >/dev/null
        run bash -c "$example"
        [[ $status -eq 0 ]] || fail "$example" "$output"
        count=$((count + 1))
        case $example in
            *commit*)
                # What was open has been submitted.
                [[ $output == *SUBMITTED* ]] || fail "$output"
                [[ $(asauth request "$edits") == '{}' ]]
                ;;
            *sales*) /usr/bin/python3 -m zipfile -t sales.zip ;;
            *refused*) [[ $output == granted ]] ;;
            *curl*) [[ $output == *"$STANDIN_API"* || $output == GET* ]] ;;
        esac
    done < <(man_examples "$root/man/asauth.1")
    [[ $count -eq 6 ]]
}

@test "the submission script opens an edit where there is none" {
    local script
    set_example
    script=$(man_examples "$root/man/asauth.1" | tr '\0\n' '\n\1' |
        grep commit | tr '\1' '\n')
    run bash -c "$script"
    [[ $status -eq 0 && $output == *SUBMITTED* ]] || fail "$output"
    # It stops at the first thing that goes wrong.
    standin set verdict='The APK is broken'
    run bash -c "$script"
    [[ $status -eq 22 && $output == *'The APK is broken'* ]] || fail "$output"
    [[ $(standin_log '[.[] | select(.target | endswith("/commit"))]
        | length') -eq 1 ]]
    standin reset
    standin set empty_app=1
    run bash -c "$script"
    [[ $status -ne 0 && $(standin_log -r '.[-1].method') == GET ]] ||
        fail "$output"
    standin reset
    standin set api_status=400
    run bash -c "$script"
    [[ $status -eq 22 && $(standin_log -r '.[-1].method') == GET ]] ||
        fail "$output"
}

@test "the config file of the manual is one" {
    local example
    IFS= read -r -d '' example < <(man_examples "$root/man/asauth.conf.5")
    jq . <<<"$example" >config
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    run_asauth whoami-scope --offline --json --config config \
        --profile reports
    assert_status 67
    assert_stdout_has '"profile":"reports"'
    assert_stdout_has adx_reporting
    refute_stderr_has warning
}

@test "install puts everything in its place, and uninstall takes it away" {
    local file dest=$BATS_TEST_TMPDIR/dest
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
755 usr/bin/asauth" installed
    "$dest/usr/bin/asauth" --version
    install uninstall
    run find "$dest" -type f
    [[ -z $output ]]
}
