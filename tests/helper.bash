# shellcheck shell=bash
#
# What the .bats files share; most want the stand-in, and so standin.bash,
# which loads this.
#
# Files            cache_file, age_token, file_mode, tree,
#                  assert_no_temporary_files
# Running          run_asauth, request, crowd, background, ended, on_terminal,
#                  milliseconds
# Checks of a run  assert_status, assert_stdout, assert_stdout_has,
#                  refute_stdout_has, assert_empty_stdout, the same of stderr
# Other checks     equals, differs, contains, lacks, begins, ends, matches,
#                  one_of, number, exists, absent, kind, filled
#
# A check that fails prints what was expected, what was found, and what the
# last run left. In a test a line with "[[" alone would fail without a word.

bats_require_minimum_version 1.5.0

HERE=$(cd "${BASH_SOURCE[0]%/*}" && pwd)

# The program under test: $ASAUTH, else the one beside this directory.  It
# comes first in PATH, so that "timeout 5 asauth" finds it as well.
ASAUTH=${ASAUTH:-$HERE/../asauth}
if [[ -d ${ASAUTH%/*} ]]; then
    ASAUTH=$(cd "${ASAUTH%/*}" && pwd)/${ASAUTH##*/}
fi
export ASAUTH
case $PATH in
    "${ASAUTH%/*}":*) ;;
    *) PATH=${ASAUTH%/*}:$PATH ;;
esac

asauth() {
    "$ASAUTH" "$@"
}

# --- files ---------------------------------------------------------------

# cache_file: print the path of the only token in the cache.
cache_file() {
    local dir=${ASAUTH_CACHE_DIR:-$XDG_CACHE_HOME/asauth}
    local found=("$dir"/*.json)
    if [[ ${#found[@]} -ne 1 || ! -e ${found[0]} ]]; then
        fail "not one token in the cache: ${found[*]}"
        return 1
    fi
    printf '%s\n' "${found[0]}"
}

# age_token SECONDS: have the only token in the cache be so much older.
age_token() {
    local file aged
    file=$(cache_file) || return
    aged=$(jq ".obtained_at -= $1 | .expires_at -= $1" "$file") || return
    printf '%s\n' "$aged" >"$file"
}

# file_mode FILE: its permissions, as in 600.
file_mode() {
    stat -c %a "$1"
}

# assert_no_temporary_files [DIR]: none is left of what was written whole.
assert_no_temporary_files() {
    equals "$(find "${1:-.}" -name '*.tmp.*' 2>/dev/null)" '' \
        "temporary files in ${1:-.}"
}

# tree DIR: a copy of the source.
tree() {
    mkdir -p "$1"
    git -C "$HERE/.." ls-files | tar -C "$HERE/.." -cf - -T - |
        tar -xf - -C "$1"
}

# --- running and asserting -----------------------------------------------

# run_asauth [ARG...]: leaves $status, $stdout and $stderr, and the very
# bytes in $BATS_TEST_TMPDIR/stdout and stderr.  Quicker than bats's run,
# and standard output keeps its NULs and last newlines in the file.  What
# takes more than a minute is ended.
run_asauth() {
    local out=$BATS_TEST_TMPDIR/stdout err=$BATS_TEST_TMPDIR/stderr
    status=0
    timeout 60 "$ASAUTH" "$@" >"$out" 2>"$err" || status=$?
    { output=$(<"$out"); stdout=$output; stderr=$(<"$err"); } 2>/dev/null
}

# request [ARG...]: the same for "asauth request".
request() {
    run_asauth request "$@"
}

# background NAME [ARG...]: a call of asauth, its outputs in out.NAME and
# err.NAME, its process in $pid.
background() {
    local name=$1
    shift
    "$ASAUTH" "$@" >"out.$name" 2>"err.$name" &
    pid=$!
}

# ended PID: wait for its end; leaves $status.
ended() {
    status=0
    wait "$1" || status=$?
}

# milliseconds: since the epoch.
milliseconds() {
    echo $((${EPOCHREALTIME/./} / 1000))
}

# crowd N [ARG...]: N cold starts at once; their standard output is in out.*,
# their standard error in err.*, their statuses in $statuses.
crowd() {
    local count=$1 i pids=()
    shift
    for ((i = 0; i < count; i++)); do
        timeout 100 "$ASAUTH" token "$@" >"out.$i" 2>"err.$i" &
        pids+=($!)
    done
    statuses=()
    for i in "${pids[@]}"; do
        status=0
        wait "$i" || status=$?
        statuses+=("$status")
    done
}

# on_terminal COMMAND ANSWER: run it on a pseudo terminal and answer the
# question; leaves $status and $stdout, which is all that the terminal shows.
on_terminal() {
    local screen=$BATS_TEST_TMPDIR/screen keys=$BATS_TEST_TMPDIR/keys i pid
    rm -f "$keys"
    mkfifo "$keys"
    : >"$screen"
    timeout 20 script -qefc "$1" "$screen" <"$keys" >/dev/null 2>&1 3>&- &
    pid=$!
    exec 7<>"$keys"
    for ((i = 0; i < 200; i++)); do
        grep -q 'ecret.*: $' "$screen" && break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    printf '%s\n' "$2" >&7 2>/dev/null || true
    status=0
    wait "$pid" || status=$?
    exec 7>&-
    stdout=$(<"$screen")
}

fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# What a failed assertion shows.
complain() {
    fail "$@" "--- status: ${status-}" "--- stdout: ${stdout-}" \
        "--- stderr: ${stderr-}"
}

assert_status() {
    [[ $status -eq $1 ]] || complain "expected status $1"
}

assert_stdout() {
    [[ $stdout == "$1" ]] || complain "expected on stdout: $1"
}

assert_stdout_has() {
    [[ $stdout == *"$1"* ]] || complain "missing on stdout: $1"
}

refute_stdout_has() {
    [[ $stdout != *"$1"* ]] || complain "not wanted on stdout: $1"
}

# Not a byte, not even a newline.
assert_empty_stdout() {
    [[ ! -s $BATS_TEST_TMPDIR/stdout ]] || complain "expected nothing on stdout"
}

assert_stderr() {
    [[ $stderr == "$1" ]] || complain "expected on stderr: $1"
}

assert_stderr_has() {
    [[ $stderr == *"$1"* ]] || complain "missing on stderr: $1"
}

refute_stderr_has() {
    [[ $stderr != *"$1"* ]] || complain "not wanted on stderr: $1"
}

assert_empty_stderr() {
    [[ -z $stderr ]] || complain "expected nothing on stderr"
}

# Each takes what was FOUND first; a NOTE says what that was.

equals() { # FOUND WANTED [NOTE...]
    [[ $1 == "$2" ]] || complain "expected: $2" "found: $1" "${@:3}"
}

differs() { # FOUND UNWANTED [NOTE...]
    [[ $1 != "$2" ]] || complain "not expected: $2" "${@:3}"
}

contains() { # FOUND PART [NOTE...]
    [[ $1 == *"$2"* ]] || complain "missing: $2" "in: $1" "${@:3}"
}

lacks() { # FOUND PART [NOTE...]
    [[ $1 != *"$2"* ]] || complain "not wanted: $2" "in: $1" "${@:3}"
}

begins() { # FOUND PART [NOTE...]
    [[ $1 == "$2"* ]] || complain "expected first: $2" "in: $1" "${@:3}"
}

ends() { # FOUND PART [NOTE...]
    [[ $1 == *"$2" ]] || complain "expected last: $2" "in: $1" "${@:3}"
}

matches() { # FOUND REGEX [NOTE...]
    [[ $1 =~ $2 ]] || complain "expected to match: $2" "found: $1" "${@:3}"
}

# one_of FOUND WANTED...
one_of() {
    local wanted
    for wanted in "${@:2}"; do
        [[ $1 != "$wanted" ]] || return 0
    done
    complain "expected one of: ${*:2}" "found: $1"
}

# number FOUND OPERATOR WANTED [NOTE...]: as in number "$seconds" -lt 3.
number() {
    test "$1" "$2" "$3" || complain "expected: $2 $3" "found: $1" "${@:4}"
}

exists() { # FILE...
    local file
    for file; do
        [[ -e $file ]] || complain "not there: $file" || return
    done
}

absent() { # FILE...
    local file
    for file; do
        [[ ! -e $file && ! -L $file ]] || complain "still there: $file" ||
            return
    done
}

# kind TEST FILE: it is what test(1) calls so, as in kind -L link.
kind() {
    test "$1" "$2" || complain "expected test $1: $2" \
        "$(ls -ld "$2" 2>&1)"
}

# filled FILE...: they are there and not empty.
filled() {
    local file
    for file; do
        [[ -s $file ]] || complain "empty or not there: $file" || return
    done
}
