#!/usr/bin/env bats
#
# The options of curl that do not exist here: refused by name, with a reason.

load helper
load examples

setup() { cd "$BATS_TEST_TMPDIR" || return; }

# The table's own, a name a line.
table() {
    awk '/\.options = /, /},$/' "$HERE/../src/refused.c" |
        grep -oE -- '(^|[ "])(-[^- ]|--[a-z0-9.-]+)' | tr -d ' "' | sort -u
}

# by_name COMMAND LEAST <NAMES: each is refused with a reason.
by_name() {
    local name count=0
    while read -r name; do
        # shellcheck disable=SC2086 # no word or one
        run_asauth $1 "$name" S3CR3T </dev/null
        assert_status 2
        assert_empty_stdout
        [[ $stderr == "asauth: $name: "*$'\n'"asauth: hint: "*"see asauth "*--help &&
            $stderr != *unknown* && $stderr != *S3CR3T* ]] || complain "$name"
        count=$((count + 1))
    done
    number "$count" -gt "$2"
}

@test "every option in the table of what does not exist is refused by name" {
    table >names
    by_name request 200 <names
    grep -xE -- '-[kuOCKbeZ:]|--next|--insecure' names >first
    by_name token 9 <first
    by_name '' 9 <first
}

@test "no option both exists and is refused" {
    table >names
    {
        known long
        known letter | sed 's/^/-/'
    } | sort -u >ours
    same=$(comm -12 names ours)
    equals "$same" ''
}

@test "every option of the curl that is installed exists here or is refused by name" {
    local name
    curl --help all >help
    # "-x, --long" and "    --long" begin a line.
    sed -nE 's/^ *(-[^-]), (--[^ ]+).*/\1\n\2/p; s/^ *(--[^ ]+).*/\1/p' help |
        sort -u >theirs
    number "$(wc -l <theirs)" -gt 250
    {
        known long
        known letter | sed 's/^/-/'
    } | sort -u >ours
    comm -23 theirs ours >rest
    by_name request 150 <rest
}

@test "what is on without an option is refused with the advice to leave it out" {
    local name
    for name in --no-verbose --no-location --no-insecure --no-netrc; do
        run_asauth request "$name" /x
        assert_status 2
        assert_stderr_has "asauth: $name: an option is off until it is given"
        assert_stderr_has 'leave it out'
    done
}
