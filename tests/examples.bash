# shellcheck shell=bash
#
# The examples of the manual and the README, as they are printed.

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
