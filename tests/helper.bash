# shellcheck shell=bash
#
# What the .bats files share.
#
#   setup_file()    { standin_start; }
#   teardown_file() { standin_stop; }
#   setup()         { use_standin; }
#
# The stand-in     standin_start, standin_stop, standin, standin_log,
#                  use_standin; what it got: sent, sent_header, form_field,
#                  assert_form; what it gives: raw_reply, answer, answer_file;
#                  http2_start, http2_stop
# Settings         use_config, configure, unset_account
# Files            cache_file, age_token, file_mode, make_ca, make_cert,
#                  assert_no_temporary_files
# Running          run_asauth, request, refuse, crowd, background, ended,
#                  on_terminal, milliseconds
# Checks of a run  assert_status, assert_stdout, assert_stdout_has,
#                  refute_stdout_has, assert_empty_stdout, the same of stderr,
#                  assert_count, assert_no_secret
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

# --- the stand-in server -------------------------------------------------

# standin_start [--tls CERT KEY]: start one and export its STANDIN_*.  A
# second one in the same file takes their place.
standin_start() {
    local dir python=/usr/bin/python3 ready line
    [[ -x $python ]] || python=python3
    dir=$(mktemp -d "$BATS_FILE_TMPDIR/standin.XXXXXX") || return
    # The descriptors that bats reads to their end are not for the server.
    exec {ready}< <(exec "$python" "$HERE/server/standin" --dir "$dir" \
        --ready-fd 1 "$@" 2>"$dir/stderr" 3>&- 4>&-)
    if ! read -r -t 10 line <&"$ready"; then
        fail "the stand-in does not start: $(<"$dir/stderr")"
        return 1
    fi
    exec {ready}<&-
    set -a
    # shellcheck source=/dev/null
    source "$dir/env"
    set +a
}

# standin_stop: end all that this file, its tests included, has started.
standin_stop() {
    local env
    for env in "$BATS_FILE_TMPDIR"/standin.*/env; do
        # shellcheck source=/dev/null
        (source "$env" && kill "$STANDIN_PID" 2>/dev/null) || true
    done
}

# http2_start: HTTP/2, which the stand-in does not speak, at $h2_port, for
# setup_file() once there are the certificate "good" and a stand-in.
http2_start() {
    local try
    for try in 1 2 3 4 5; do
        http2_try && return
    done
    fail "nghttpx does not start, $try times:" \
        "$(<"$BATS_FILE_TMPDIR/nghttpx.log")"
}

# http2_try: the same; fails where somebody else was faster to take that port.
http2_try() {
    local i pid
    h2_port=$(/usr/bin/python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export h2_port
    # The machine's own configuration may have a port that is taken.
    nghttpx --conf=/dev/null --workers=1 --no-ocsp --log-level=FATAL \
        --backend="127.0.0.1,${STANDIN_API##*:}" \
        --frontend="127.0.0.1,$h2_port" \
        --add-x-forwarded-for "$BATS_FILE_TMPDIR/good.key" \
        "$BATS_FILE_TMPDIR/good.pem" >"$BATS_FILE_TMPDIR/nghttpx.log" \
        2>&1 3>&- &
    pid=$!
    echo "$pid" >"$BATS_FILE_TMPDIR/nghttpx"
    for ((i = 0; i < 400; i++)); do
        (: >"/dev/tcp/127.0.0.1/$h2_port") 2>/dev/null && return
        kill -0 "$pid" 2>/dev/null || return
        sleep 0.05
    done
    kill "$pid"
    return 1
}

http2_stop() {
    kill "$(<"$BATS_FILE_TMPDIR/nghttpx")"
}

# standin COMMAND [ARG...]: talk to its control port; fails, with the
# message on standard error, where the server complains.
standin() {
    local control word line="" answer=""
    for word; do
        line+=" '${word//\'/\'\\\'\'}'"
    done
    exec {control}<>"/dev/tcp/127.0.0.1/$STANDIN_CONTROL_PORT" || return
    printf '%s\n' "$line" >&"$control"
    if [[ $1 == log ]]; then
        # Bodies are large, and bash reads a socket byte by byte.
        cat <&"$control"
    else
        IFS= read -r -d '' answer <&"$control" || true
    fi
    exec {control}>&-
    if [[ $answer == error:* ]]; then
        printf 'standin %s: %s' "$1" "$answer" >&2
        return 1
    fi
    printf '%s' "$answer"
}

# standin_log [JQ-ARG...]: run jq -r over the array of logged requests.
standin_log() {
    standin log | jq -rs "$@"
}

# sent JQ: of the newest request.
sent() {
    standin_log ".[-1]$1"
}

# sent_header NAME: its values in the newest request, one a line.
sent_header() {
    # shellcheck disable=SC2016 # jq's variable
    standin_log --arg name "$1" '.[-1].headers[] |
        select((.[0] | ascii_downcase) == ($name | ascii_downcase)) | .[1]'
}

# form_field NAME: its value in the newest log-in's form.
form_field() {
    local value
    # shellcheck disable=SC2016 # jq's variables
    value=$(standin_log --arg name "$1" 'map(select(.target |
        test("^/auth/"; "i")))[-1].body | split("&")[] |
        select(startswith($name + "=")) | ltrimstr($name + "=")')
    printf '%b' "${value//%/\\x}"
}

# assert_form NAME VALUE: that was a field of the newest log-in.
assert_form() {
    equals "$(form_field "$1")" "$2" "field $1 of the log-in"
}

# raw_reply FILE STATUS [HEADER...] [-- BODY]: put a reply into FILE as it goes
# over the wire; backslash escapes hold everywhere.
raw_reply() {
    local file=$1
    printf 'HTTP/1.1 %b\r\n' "$2" >"$file"
    shift 2
    while [[ $# -gt 0 && $1 != -- ]]; do
        printf '%b\r\n' "$1" >>"$file"
        shift
    done
    printf '\r\n%b' "${2-}" >>"$file"
}

# answer SERVICE STATUS [HEADER...] [-- BODY]: the stand-in's "api", "token" or
# "link" answers so from now on, and closes the connection.
answer() {
    raw_reply "$BATS_TEST_TMPDIR/raw" "${@:2}"
    answer_file "$1" "$BATS_TEST_TMPDIR/raw"
}

# answer_file SERVICE FILE...: with these bytes, file by file, the last one
# for good; "ok" is an ordinary reply.
answer_file() {
    local list='' file
    for file in "${@:2}"; do
        [[ $file == ok || $file == /* ]] || file=$PWD/$file
        list+=,$file
    done
    standin set "$1_raw=${list#,}"
}

# use_standin: for setup().  A clean slate on the server and around asauth,
# with account 1 in the environment.
use_standin() {
    local name
    standin reset
    for name in $(compgen -e); do
        case $name in
            STANDIN_*) ;;
            ASAUTH_* | *_proxy | *_PROXY | SSL_CERT_FILE | SSL_CERT_DIR | \
                CURL_CA_BUNDLE | SSLKEYLOGFILE | CI) unset "$name" ;;
        esac
    done
    umask 022
    export HOME=$BATS_TEST_TMPDIR/home
    export XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache
    mkdir -p "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
    export ASAUTH_CLIENT_ID=$STANDIN_CLIENT_ID
    export ASAUTH_CLIENT_SECRET=$STANDIN_CLIENT_SECRET
    export ASAUTH_TOKEN_URL=$STANDIN_TOKEN_URL
    export ASAUTH_API_URL=$STANDIN_API_URL
}

# --- settings ------------------------------------------------------------

# use_config: for setup(). $config is the default config file, which is not
# there yet, $secret the stand-in's.
use_config() {
    mkdir "$XDG_CONFIG_HOME/asauth"
    config=$XDG_CONFIG_HOME/asauth/config.json
    secret=$STANDIN_CLIENT_SECRET
}

# configure JSON: into the default config file.
configure() {
    printf '%s' "$1" >"$config"
    chmod 600 "$config"
}

# unset_account: nothing of an account in the environment.
unset_account() {
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
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

# make_ca: a throwaway CA, $BATS_FILE_TMPDIR/ca.pem.
make_ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
        -nodes -keyout "$BATS_FILE_TMPDIR/ca.key" -days 2 \
        -out "$BATS_FILE_TMPDIR/ca.pem" -subj "/CN=Throwaway CA" 2>/dev/null
}

# make_cert NAME [expired|wrongname]: $BATS_FILE_TMPDIR/NAME.pem and
# NAME.key, for loopback and for Amazon's hosts (which the proxy serves).
make_cert() {
    local dir=$BATS_FILE_TMPDIR
    local hosts=DNS:localhost,IP:127.0.0.1,IP:::1
    local from=20200101000000Z until=20491231235959Z
    hosts+=,DNS:api.amazon.com,DNS:developer.amazon.com
    case ${2:-} in
        expired) until=20200102000000Z ;;
        wrongname) hosts=DNS:wrong.example ;;
    esac
    # Of openssl's commands only "ca" dates a certificate back.
    mkdir -p "$dir/issued"
    : >"$dir/issued/index"
    printf '%s\n' '[ca]' 'default_ca = throwaway' '[throwaway]' \
        "database = $dir/issued/index" "new_certs_dir = $dir/issued" \
        'rand_serial = yes' 'default_md = sha256' 'policy = any' \
        'x509_extensions = leaf' '[any]' 'commonName = supplied' \
        '[leaf]' "subjectAltName = $hosts" >"$dir/issued/config"
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
        -nodes -keyout "$dir/$1.key" -subj "/CN=$1" 2>/dev/null |
        openssl ca -batch -notext -config "$dir/issued/config" \
            -cert "$dir/ca.pem" -keyfile "$dir/ca.key" -in /dev/stdin \
            -startdate "$from" -enddate "$until" -out "$dir/$1.pem" \
            2>/dev/null
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
    # shellcheck disable=SC2034 # for the tests, as is $output
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

# refuse STATUS TEXT [ARG...]: a request that is refused with a message that
# holds TEXT, with nothing on standard output and nothing sent to the API.
refuse() {
    local wanted=$1 text=$2
    shift 2
    request "$@"
    assert_status "$wanted" || fail "case: $*" || return
    assert_stderr_has "asauth: " || fail "case: $*" || return
    assert_stderr_has "$text" || fail "case: $*" || return
    assert_empty_stdout || fail "case: $*" || return
    assert_count api 0 || fail "case: $*"
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

# assert_count NAME N: how often something on the server was called.
assert_count() {
    local count
    count=$(standin count "$1")
    [[ $count -eq $2 ]] || complain "expected $2 calls of $1, not $count"
}

# assert_no_secret [TEXT]: no client secret, issued token or signed link in
# TEXT, which is $stderr where it is not given.
assert_no_secret() {
    local secret text=${1-$stderr}
    local secrets=("$STANDIN_CLIENT_SECRET" "$STANDIN_CLIENT_SECRET_2")
    while IFS= read -r secret; do
        secrets+=("${secret##*Signature=}")
    done < <(standin tokens && standin links)
    for secret in "${secrets[@]}"; do
        [[ $text != *"$secret"* ]] || complain "shown: $secret" || return
    done
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
