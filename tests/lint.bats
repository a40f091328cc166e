#!/usr/bin/env bats
#
# The linters of this project's own: each rule finds a planted mistake, and
# nothing where there is none.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir src
    cat >CONTRIBUTING.md <<'END'
## The house

| | |
|---|---|
| base | `low` (of all) |
| commands | `high`, `main` |

## Testing

| `elsewhere` | is no row of the house |
END
    echo 'int low_value(void);' >src/low.h
    : >src/high.h
    cat >src/low.c <<'END'
#include "low.h"

static int
low_pick(int a, int b)
{
	/* Why? Because. */
	return f(a > 0 ? a : 1, b > 0 ? b : 2) + strlen("a ? b ? c") + '?';
}

int
low_value(void)
{
	if (low_pick(1, 2) ? 1 : 0)
		return low_pick(1, 2) ? 3 : 4;
	return 0;
}
END
    printf '#include "%s.h"\n' high low >src/high.c
    printf '#include <stdio.h>\n#include "high.h"\n' >src/main.c
}

# finds PATTERN: the house has a mistake, told in just such a line.
finds() {
    run "$HERE/lint-house" .
    number "$status" -eq 1
    matches "$output" "$1"
    equals "${#lines[@]}" 1 "$output"
}

@test "lint-house finds nothing in a house in order" {
    run "$HERE/lint-house" .
    equals "$output" ''
    number "$status" -eq 0
}

@test "lint-house finds a function name that stands twice" {
    printf '\nstatic int\nlow_pick(void)\n{\n\treturn 1;\n}\n' >>src/high.c
    finds '^src/low.c:4: low_pick\(\) stands at src/high.c:5 as well$'
}

@test "lint-house finds a header from a row below" {
    echo '#include "high.h"' >>src/low.h
    finds '^src/low.h:2: includes high.h from a row below its own$'
}

@test "lint-house finds a file that stands in no row, and a row without its file" {
    : >src/stray.c
    finds '^src/stray.c:1: in no row of the table'
    rm src/stray.c src/main.c
    finds '^CONTRIBUTING.md: The house has main, src has not$'
}

@test "lint-house finds ?: inside ?:" {
    local expression
    while IFS= read -r expression; do
        printf 'int\nhigh(void)\n{\n\treturn %s;\n}\n' "$expression" \
            >src/high.c
        finds '^src/high.c:4: \?: inside \?:$' || fail "$expression"
    done <<'END'
a ? b : c ? d : e
a ? b ? c : d : e
a ? (b ? c : d) : e
(a ? b : c) ? d : e
a ? f(b, c ? d : e) : g
f(a ? b : c, d) ? e : g
END
    printf '#define HIGH(a, b) ((a) ? (b) : \\\n\t(b) ? 1 : 2)\n' >src/high.c
    finds '^src/high.c:2: \?: inside \?:$'
}

@test "lint-house finds a file of more than 600 lines" {
    printf '\n%.0s' {1..598} >>src/high.c
    run "$HERE/lint-house" .
    equals "$output" ''
    echo >>src/high.c
    finds '^src/high.c:601: 601 lines, 600 at most$'
}

@test "lint-house finds a file of tests of more than 500 lines" {
    mkdir -p tests/ci
    printf '\n%.0s' {1..500} >tests/ci/long.bats
    run "$HERE/lint-house" .
    equals "$output" ''
    echo >>tests/ci/long.bats
    finds '^tests/ci/long.bats:501: 501 lines, 500 at most$'
}

@test "lint-house finds a function of more than 60 lines" {
    # grow LINES: the function of that length.
    grow() {
        {
            printf 'int\nhigh(void)\n{\n'
            yes $'\tf();' | head -n "$1"
            echo '}'
        } >src/high.c
    }
    grow 60
    run "$HERE/lint-house" .
    equals "$output" ''
    grow 61
    finds '^src/high.c:2: high\(\) has 61 lines, 60 at most$'
}

@test "lint-documents finds a claim, link, target, script and status that is wrong" {
    local file from to pattern
    mkdir tree
    cp -r "$HERE"/../{.ci,Makefile,{README,RECIPES,CONTRIBUTING,CHANGELOG}.md} \
        "$HERE"/../{LICENSE,SECURITY.md,examples,man,packaging,src,tests} tree
    cd tree
    run "$HERE/lint-documents" .
    equals "$output" ''
    number "$status" -eq 0
    while IFS='|' read -r file from to pattern; do
        cp "$file" before
        sed -i "s,$from,$to," "$file"
        run "$HERE/lint-documents" .
        cp before "$file"
        number "$status" -eq 1 "$file: $to"
        matches "$output" "$pattern"
    done <<'END'
README.md|(tests/session.svg)|(tests/none.svg)|^README.md:[0-9]+: tests/none.svg is not there
SECURITY.md|any other host is|another host is|^SECURITY.md:[0-9]+: no test in tests/hosts.bats: another host is
README.md|^tests/check$|make check|^README.md:24: other lines to type
README.md|--retry 3 --fetch-link|--retry 4 --fetch-link|^README.md:[0-9]+: the script with --fetch-link is another
CONTRIBUTING.md|`make fuzz`|`make fizz`|^CONTRIBUTING.md:[0-9]+: no target fizz
CONTRIBUTING.md|tests/run tests|tests/ran tests|^CONTRIBUTING.md:[0-9]+: tests/ran is not there
src/asauth.h|= 22|= 21|man/asauth.1:[0-9]+: other statuses than in src/asauth.h
END
}
