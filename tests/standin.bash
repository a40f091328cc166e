# shellcheck shell=bash
#
# What the .bats files share that run asauth against the stand-in: loaded, it
# starts one for the file, and each test begins in its own directory, with a
# clean slate. A file that wants more has a setup() of its own, which calls
# use_standin first, or a setup_file() that calls standin_start.
#
# The stand-in  standin_start, standin_start_both, standin_stop, standin,
#               standin_log, use_standin; what it got: sent, sent_header,
#               form_field, assert_form; what it gives: raw_reply, answer,
#               answer_file; http2_start
# Certificates  make_cert
# Settings      use_config, configure, unset_account
# Checks        refuse, assert_count, assert_no_secret

# shellcheck source=tests/helper.bash
source "${BASH_SOURCE[0]%/*}/helper.bash"

setup_file() {
    standin_start
}

teardown_file() {
    standin_stop
}

setup() {
    use_standin
}

# --- the stand-in server -------------------------------------------------

# standin_start [CERT]: start one, with TLS where make_cert's CERT is named, and
# export its STANDIN_*.  A second one in the same file takes their place.
standin_start() {
    local dir python=/usr/bin/python3 ready line tls=()
    if [[ $# -gt 0 ]]; then
        make_cert "$1"
        tls=(--tls "$BATS_FILE_TMPDIR/$1.pem" "$BATS_FILE_TMPDIR/$1.key")
    fi
    [[ -x $python ]] || python=python3
    dir=$(mktemp -d "$BATS_FILE_TMPDIR/standin.XXXXXX") || return
    # The descriptors that bats reads to their end are not for the server.
    exec {ready}< <(exec "$python" "$HERE/server/standin" --dir "$dir" \
        --ready-fd 1 "${tls[@]}" 2>"$dir/stderr" 3>&- 4>&-)
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

# standin_start_both: a plain one, whose variables are PLAIN_*, and one with
# TLS, to which Amazon's names lead, by its proxy.
standin_start_both() {
    local name
    standin_start
    for name in $(compgen -e STANDIN_); do
        export "PLAIN_${name#STANDIN_}=${!name}"
    done
    standin_start good
}

# standin_stop: end all that this file, its tests included, has started.
standin_stop() {
    local env
    for env in "$BATS_FILE_TMPDIR"/standin.*/env; do
        # shellcheck source=/dev/null
        (source "$env" && kill "$STANDIN_PID" 2>/dev/null) || true
    done
    [[ ! -e $BATS_FILE_TMPDIR/nghttpx ]] ||
        kill "$(<"$BATS_FILE_TMPDIR/nghttpx")"
}

# http2_start: HTTP/2, which the stand-in does not speak, at $h2_port, with the
# certificate "good", for setup_file() once there is a stand-in.
http2_start() {
    local try
    make_cert good
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
    standin_log --arg name "$1" '.[-1].headers[] |
        select((.[0] | ascii_downcase) == ($name | ascii_downcase)) | .[1]'
}

# form_field NAME: its value in the newest log-in's form.
form_field() {
    local value
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
# with account 1 in the environment, in a directory of the test's own.  $api
# is where the APIs are; $echo_url answers with the request that it got.
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
    api=$STANDIN_API
    echo_url=$STANDIN_API/echo
    cd "$BATS_TEST_TMPDIR" || return
}

# --- certificates --------------------------------------------------------

# make_ca: a throwaway CA, $BATS_FILE_TMPDIR/ca.pem.
make_ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
        -nodes -keyout "$BATS_FILE_TMPDIR/ca.key" -days 2 \
        -out "$BATS_FILE_TMPDIR/ca.pem" -subj "/CN=Throwaway CA" 2>/dev/null
}

# make_cert good|expired|wrongname: $BATS_FILE_TMPDIR/good.pem and good.key,
# for loopback and for Amazon's hosts (which the proxy serves), of that CA.
make_cert() {
    local dir=$BATS_FILE_TMPDIR
    [[ ! -e $dir/$1.pem ]] || return 0
    [[ -e $dir/ca.pem ]] || make_ca
    local hosts=DNS:localhost,IP:127.0.0.1,IP:::1
    local from=20200101000000Z until=20491231235959Z
    hosts+=,DNS:api.amazon.com,DNS:developer.amazon.com
    case $1 in
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

# --- checks --------------------------------------------------------------

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
