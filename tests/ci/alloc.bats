#!/usr/bin/env bats
#
# Every allocation of the program's and of jansson's fails in turn: the run
# ends with 27 and a message, or goes on as if nothing had been; never with
# a signal, and never with a torn file.

load ../standin

setup_file() {
    standin_start
    gcc -shared -fPIC -O1 -o "$BATS_FILE_TMPDIR/alloc.so" \
        "$BATS_TEST_DIRNAME/alloc.c" -ldl
}
setup() {
    use_standin
    standin set token_length=300
}

# each_fails COMMAND...: run COMMAND with allocation 1, 2, 3, ... failing,
# "before" ahead of each, and "after STATUS" behind it.
each_fails() {
    local -i n count status failures=0
    before
    FAIL_COUNT=$BATS_TEST_TMPDIR/count LD_PRELOAD=$BATS_FILE_TMPDIR/alloc.so \
        "$@" >/dev/null 2>&1 || true
    count=$(<"$BATS_TEST_TMPDIR/count")
    [ "$count" -gt 20 ] || fail "only $count allocations were counted"
    for ((n = 1; n <= count; n++)); do
        before
        status=0
        FAIL_AT=$n LD_PRELOAD=$BATS_FILE_TMPDIR/alloc.so timeout 20 \
            "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" ||
            status=$?
        if [ "$status" -ne 27 ] && [ "$status" -ne 0 ]; then
            fail "allocation $n of $count: status $status:" \
                "$(<"$BATS_TEST_TMPDIR/err")"
            return 1
        fi
        if [ "$status" -eq 27 ] &&
            ! grep -q 'out of memory' "$BATS_TEST_TMPDIR/err"; then
            fail "allocation $n of $count: 27 without a word"
            return 1
        fi
        failures+=$((status == 27))
        after "$n" || return
    done
    # Few calls can do without what they asked for.
    [ "$failures" -gt $((count * 9 / 10)) ] ||
        fail "only $failures of $count were noticed"
}

# No draft is left, and what is cached is whole.
is_tidy() {
    local left file
    left=$(find "$HOME" "$BATS_TEST_TMPDIR" -name '*.tmp.*')
    [ -z "$left" ] || fail "allocation $1 leaves $left" || return
    for file in "$XDG_CACHE_HOME"/asauth/*.json; do
        [ ! -e "$file" ] || jq -e .access_token "$file" >/dev/null ||
            fail "allocation $1 tears $file" || return
    done
}

@test "a hit survives every failing allocation" {
    asauth token >/dev/null
    before() { :; }
    after() { is_tidy "$1"; }
    each_fails "$ASAUTH" token --format json
}

@test "a mint survives every failing allocation" {
    before() { rm -rf "$XDG_CACHE_HOME/asauth"; }
    after() { is_tidy "$1"; }
    each_fails "$ASAUTH" token
}

@test "a request with a renewal survives every failing allocation" {
    local cached
    asauth token >/dev/null
    cached=$(cache_file)
    age_token 600
    cp -p "$cached" "$BATS_TEST_TMPDIR/old"
    before() {
        cp -p "$BATS_TEST_TMPDIR/old" "$cached"
        standin expire
    }
    after() { is_tidy "$1"; }
    each_fails "$ASAUTH" request -o "$BATS_TEST_TMPDIR/reply" \
        /v1/applications/app/edits
}

@test "an upload survives every failing allocation" {
    head -c 100000 /dev/zero >"$BATS_TEST_TMPDIR/apk"
    asauth token >/dev/null
    before() { :; }
    after() { is_tidy "$1"; }
    each_fails "$ASAUTH" request -T "$BATS_TEST_TMPDIR/apk" -X POST \
        -H 'X-Name: value' -w '%{http_code}' "$STANDIN_API/sink"
}
