# shellcheck shell=bash
#
# What the documents and completions are held to: what the program itself
# knows; and the examples of the manual and the documents, as they are printed:
#
#   setup() { use_standin; set_example; }
#   while IFS= read -r -d '' example; do bash -c "$example"; done \
#       < <(man_examples man/asauth.1)

# long_options: those that the text on standard input mentions, sorted.
long_options() {
    grep -oE -- '(^|[^-[:alnum:]])--[a-z][a-z0-9-]*[.]?[a-z0-9]+' |
        sed 's/^[^-]*//' | sort -u
}

# known WHAT: sorted, what the program knows: its long options, its letters,
# the options of both kinds that take a value, its variables, its keys.
known() {
    local option command
    for command in token request whoami-scope; do
        asauth --list-options "$command"
    done >options.known
    case $1 in
        long) cut -f 1 options.known | sed 's/^/--/' ;;
        letter) cut -f 2 options.known | grep . ;;
        valued)
            awk -F '\t' '$3 != "" { print "--" $1; if ($2) print "-" $2 }' \
                options.known
            ;;
        # As they stand in the program.
        variable) grep -aoE 'ASAUTH_[A-Z_]+' "$ASAUTH" ;;
        key)
            {
                known long | sed 's/^--//' | tr - _
                known variable | sed 's/^ASAUTH_//' | tr '[:upper:]' '[:lower:]'
                printf '%s\n' grant_type profiles client_secret_command
            } | sort -u |
                while read -r option; do
                    echo "{\"$option\": 7}" >probe.json
                    asauth whoami-scope --offline --config probe.json 2>&1 |
                        grep -q "unknown key $option" || echo "$option"
                done
            ;;
    esac | sort -u
}

# man_examples FILE: its literal displays, each ended by a NUL.
man_examples() {
    sed -n '/^\.Bd -literal/,/^\.Ed/p' "$1" |
        sed -e '/^\.Bd/d' -e 's/\\e$/\\/' -e 's/\\e/\\/g' |
        awk '/^\.Ed/ { printf "%c", 0; next } { print }'
}

# blocks FILES: their fenced blocks with the line that opens them, each ended
# by a NUL.
blocks() {
    awk '
        inside && $0 == "```" { printf "%c", 0; inside = 0; next }
        /^```/ { inside = 1 }
        inside' "$@"
}

# recipe TEXT [FILE]: the one example that holds TEXT, in README or RECIPES.
recipe() {
    local block found=() files=("$HERE/../README.md" "$HERE/../RECIPES.md")
    [[ $# -eq 1 ]] || files=("$2")
    while IFS= read -r -d '' block; do
        [[ $block != *"$1"* ]] || found+=("${block#*$'\n'}")
    done < <(blocks "${files[@]}")
    if [[ ${#found[@]} -ne 1 ]]; then
        fail "${#found[@]} examples with $1"
        return 1
    fi
    printf '%s' "${found[0]}"
}

# What the examples take for granted.
set_example() {
    export APP_ID=amzn1.devportal.mobileapp.example YEAR=2026 MONTH=10
    export PACKAGE=com.example.app OTHER_APP_ID=amzn1.devportal.mobileapp.other
    export API=$STANDIN_API_URL URL=$STANDIN_API/echo
    export APK=$BATS_TEST_TMPDIR/release.apk NOTES='All is "new"'
    edits=/v1/applications/$APP_ID/edits
    printf 'PK\3\4 a new release' >"$APK"
    work=$BATS_TEST_TMPDIR/work
    mkdir "$work"
}

# start_over: with nothing sent yet, and no token.
start_over() {
    standin reset
    rm -rf "$XDG_CACHE_HOME/asauth"
}

# start_to_fail N STATUS: the same, and so ends what is asked of the APIs after
# N calls.
start_to_fail() {
    local i statuses=
    start_over
    for ((i = 0; i < $1; i++)); do
        statuses+=ok,
    done
    standin set "api_status=$statuses$2,ok"
}

# calls: what the APIs were asked, a line each: method, path below the edits
# with * for each id, and * for an If-Match.
calls() {
    standin_log -r '.[] | select(.target | startswith("/api")) |
        .method + " " + (.target | sub(".*edits/?"; "") |
            gsub("[^/]*[0-9a-f]{8,}"; "*")) +
        ([.headers[] | select(.[0] | ascii_downcase == "if-match") | " *"] |
            add // "")'
}

# example NAME [ARG...]: of examples/: $status, $stdout and $stderr. Its
# temporary files are in $work.
example() {
    status=0
    TMPDIR=$work timeout "${seconds:-60}" "$HERE/../examples/$1" "${@:2}" \
        >stdout 2>stderr </dev/null || status=$?
    stdout=$(<stdout) stderr=$(<stderr)
    # It tidies up.
    equals "$(ls "$work")" ''
    assert_no_secret "$stdout$stderr"
}

# begin_edit: $edit.
begin_edit() {
    edit=$edits/$(asauth request -X POST "$edits" | jq -r .id)
}

# writes: how many requests of the APIs changed something.
writes() {
    standin_log '[.[] | select(.method != "GET" and
        (.target | startswith("/api")))] | length'
}

edit_status() {
    asauth request "$edits" | jq -r .status
}
