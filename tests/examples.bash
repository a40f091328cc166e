# shellcheck shell=bash
#
# What the documents are held to: the program's table of settings; and the
# examples of the manual and the README, as they are printed:
#
#   setup() { use_standin; set_example; }
#   while IFS= read -r -d '' example; do bash -c "$example"; done \
#       < <(readme_examples README.md sh)

# table FIELD: from the program's table of settings: long, letter, variable,
# key, or the long and short options that take a value.
table() {
    awk -v field="$1" '
        /^\[OPT_/ { row = "" }
        { row = row $0 }
        /},$/ && row ~ /^\[OPT_/ {
            sub(/^[^{]*{ */, "", row)
            count = split(row, part, /, *\t*/)
            if (field == "long" && part[1] != "NULL") print part[1]
            if (field == "letter" && part[2] != "0") print part[2]
            if (field == "variable" && part[4] != "NULL") print part[4]
            if (field == "key" && part[5] != "NULL") print part[5]
            if (field == "valued" && part[3] != "NULL") {
                if (part[1] != "NULL") print "--" part[1]
                if (part[2] != "0") print "-" part[2]
            }
        }' "$HERE/../src/options.c" | tr -d "\"'"
}

# man_examples FILE: its literal displays, each ended by a NUL.
man_examples() {
    sed -n '/^\.Bd -literal/,/^\.Ed/p' "$1" |
        sed -e '/^\.Bd/d' -e 's/\\e$/\\/' -e 's/\\e/\\/g' |
        awk '/^\.Ed/ { printf "%c", 0; next } { print }'
}

# readme_examples FILE LANGUAGE: its fenced blocks in that language, each
# ended by a NUL.
readme_examples() {
    awk -v start="\`\`\`$2" '
        inside && $0 == "```" { printf "%c", 0; inside = 0; next }
        inside
        $0 == start { inside = 1 }' "$1"
}

# An app with an open edit, and what else the examples take for granted.
set_example() {
    export APP_ID=amzn1.devportal.mobileapp.example YEAR=2026 MONTH=10
    export OTHER_APP_ID=amzn1.devportal.mobileapp.other
    export API=$STANDIN_API_URL URL=$STANDIN_API/echo
    export APK=$BATS_TEST_TMPDIR/release.apk
    # shellcheck disable=SC2034 # for the tests
    edits=/v1/applications/$APP_ID/edits
    printf 'PK\3\4 a new release' >"$APK"
}
