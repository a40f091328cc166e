#!/usr/bin/env bats
#
# asauth token: the exchange, what may go wrong with it, and what is printed.
#
# Dollar signs in jq and in tokens, and variables set for one test alone:
# shellcheck disable=SC2016,SC2030,SC2031

load helper

setup_file() {
    local kind
    make_ca
    mkdir "$BATS_FILE_TMPDIR/capath"
    cp "$BATS_FILE_TMPDIR/ca.pem" "$BATS_FILE_TMPDIR/capath"
    openssl rehash "$BATS_FILE_TMPDIR/capath"
    for kind in good expired wrongname; do
        make_cert "$kind" "$kind"
        standin_start --tls "$BATS_FILE_TMPDIR/$kind.pem" \
            "$BATS_FILE_TMPDIR/$kind.key"
        env | grep '^STANDIN_' >"$BATS_FILE_TMPDIR/$kind.env"
    done
    standin_start
}

teardown_file() {
    standin_stop
}

setup() {
    use_standin
    ca=$BATS_FILE_TMPDIR/ca.pem
}

# use_tls good|expired|wrongname: that stand-in instead of the plain one.
use_tls() {
    set -a
    # shellcheck source=/dev/null
    source "$BATS_FILE_TMPDIR/$1.env"
    set +a
    use_standin
}

# in_form NAME: the value of a field in the newest log-in's form.
in_form() {
    local value
    value=$(standin_log --arg name "$1" 'map(select(.target |
        test("^/auth/"; "i")))[-1].body | split("&")[] |
        select(startswith($name + "=")) | ltrimstr($name + "=")')
    printf '%b' "${value//%/\\x}"
}

request_id() {
    standin_log '.[-1].request_id'
}

# milliseconds: since the epoch.
milliseconds() {
    echo $((${EPOCHREALTIME/./} / 1000))
}

@test "a token is asked for as Amazon's page says and printed alone" {
    ASAUTH_SCOPE=reporting run_asauth token
    assert_status 0
    assert_empty_stderr
    standin tokens >"$BATS_TEST_TMPDIR/wanted"
    [ -s "$BATS_TEST_TMPDIR/wanted" ]
    cmp "$BATS_TEST_TMPDIR/wanted" "$BATS_TEST_TMPDIR/stdout"
    assert_count token 1
    [ "$(standin_log -c 'map([.method, .target])')" = \
        '[["POST","/auth/o2/token"]]' ]
    headers=$(standin_log -c '.[0].headers | map([(.[0] | ascii_downcase),
        .[1]]) | map({(.[0]): .[1]}) | add')
    [ "$(jq -r '."content-type"' <<<"$headers")" = \
        application/x-www-form-urlencoded ]
    [[ $(jq -r '."user-agent"' <<<"$headers") == asauth/* ]]
    [ "$(jq 'has("authorization") or has("cookie") or has("expect") or
        has("accept-encoding")' <<<"$headers")" = false ]
    [ "$(in_form grant_type)" = client_credentials ]
    [ "$(in_form client_id)" = "$STANDIN_CLIENT_ID" ]
    [ "$(in_form client_secret)" = "$STANDIN_CLIENT_SECRET" ]
    [ "$(in_form scope)" = adx_reporting::appstore:marketer ]
    [ "$(standin_log '.[0].body | split("&") | length')" = 4 ]
}

@test "whatever is in id, secret and scope arrives as it was written" {
    export ASAUTH_CLIENT_ID='id &=+%41;é' ASAUTH_CLIENT_SECRET='s&e=c+r%41;é'
    run_asauth token --scope 'a:b&c=d+e f/g'
    assert_status 67
    [ "$(in_form client_id)" = "$ASAUTH_CLIENT_ID" ]
    [ "$(in_form client_secret)" = "$ASAUTH_CLIENT_SECRET" ]
    [ "$(in_form scope)" = 'a:b&c=d+e f/g' ]
    refute_stderr_has 's&e'
}

@test "each refusal is a 67 with its reason, request id and hint" {
    local error status_code why hint
    while IFS='|' read -r error status_code why hint; do
        standin reset
        standin set "token_status=$status_code" \
            "token_error_body={\"error_description\":\"$why\",\"error\":\"$error\"}"
        run_asauth token
        assert_status 67
        assert_empty_stdout
        [ "${stderr%%$'\n'*}" = \
            "asauth: log-in refused: $error: $why (request $(request_id))" ] ||
            complain "another message for $error"
        [[ $(grep -c '^asauth: hint: ' <<<"$stderr") == 1 &&
            $stderr == *"asauth: hint: "*"$hint"* ]] ||
            complain "no such hint for $error: $hint"
        assert_count token 1
        assert_no_secret
        run ! cache_file
    done <<'TABLE'
invalid_client|401|Client authentication failed|secret
invalid_client|400|Client authentication failed|secret
invalid_scope|400|The request has an invalid parameter : scope|attached to the API of
unauthorized_client|400|The client is not authorized|security profile
unsupported_grant_type|400|The authorization grant type is not supported by the authorization server|token endpoint
invalid_request|400|The Content-Type is not supported by the authorization server|token endpoint
TABLE
}

@test "a wrong secret and a scope not attached are told apart" {
    ASAUTH_CLIENT_SECRET=wrong-secret run_asauth token
    assert_status 67
    assert_stderr_has 'log-in refused: invalid_client: '
    assert_stderr_has "(request $(request_id))"
    refute_stderr_has wrong-secret
    standin set attached=adx_reporting::appstore:marketer
    run_asauth token
    assert_status 67
    assert_stderr_has 'log-in refused: invalid_scope: '
    assert_stderr_has 'hint: the security profile is probably not attached'
    assert_stderr_has appstore::apps:readwrite
    run_asauth token --scope reporting
    assert_status 0
    [ "$stdout" = "$(standin tokens)" ]
}

@test "a refusal that Amazon does not document needs no hint" {
    standin set token_status=403 'token_error_body={"error":"odd_thing"}'
    run_asauth token
    assert_status 67
    assert_stderr "asauth: log-in refused: odd_thing (request $(request_id))"
    standin set no_request_id=1
    run_asauth token
    assert_status 67
    assert_stderr "asauth: log-in refused: odd_thing"
}

@test "an error that is no OAuth refusal is a 22 with status and request id" {
    local code body
    while IFS='|' read -r code body; do
        standin reset
        standin set "token_status=$code" "token_error_body=$body"
        run_asauth token
        assert_status 22
        assert_empty_stdout
        assert_stderr_has "asauth: token endpoint $STANDIN_TOKEN_URL: HTTP $code"
        assert_stderr_has "(request $(request_id))"
        assert_count token 1
        run ! cache_file
    done <<'TABLE'
400|<html>Bad Request</html>
400|{"error":7}
400|{"Message":"no"}
401|{}
403|[]
404|{"message":"no such page"}
413|"error"
501|{"error":"invalid_client"}
TABLE
}

@test "the token in each format" {
    local token
    run_asauth token
    token=$stdout
    run_asauth token --format token
    assert_stdout "$token"
    run_asauth token --format header
    printf 'Authorization: Bearer %s\n' "$token" |
        cmp - "$BATS_TEST_TMPDIR/stdout"
    run_asauth token --format curl
    printf 'header = "Authorization: Bearer %s"\n' "$token" |
        cmp - "$BATS_TEST_TMPDIR/stdout"
    run_asauth token --format json
    assert_status 0
    [ "$(wc -l <"$BATS_TEST_TMPDIR/stdout")" -eq 1 ]
    [ "$(jq -c 'keys' <<<"$stdout")" = \
        '["access_token","expires_at","expires_in","scope","token_type"]' ]
    [ "$(jq -r .access_token <<<"$stdout")" = "$token" ]
    [ "$(jq -r .token_type <<<"$stdout")" = bearer ]
    [ "$(jq -r .scope <<<"$stdout")" = appstore::apps:readwrite ]
    jq -e --argjson now "$EPOCHSECONDS" '.expires_in as $in | .expires_at as
        $at | $in > 3590 and $in <= 3600 and $in == ($in | floor) and
        ($at - $now - $in | fabs) <= 1' <<<"$stdout"
    [ "$(jq .expires_at <<<"$stdout")" = \
        "$(jq .expires_at "$(cache_file)")" ]
    assert_count token 1
}

@test "curl reads the header and the curl format, whatever is in the token" {
    standin set 'token_value=Atc|a"b\c\\n'\''$x' token_type=Bearer
    token=$(asauth token)
    [ "$token" = 'Atc|a"b\c\\n'\''$x' ]
    [ "$(asauth token --format curl |
        curl -q -s -K - -o /dev/null -w '%{http_code}' \
            "$STANDIN_API/empty")" = 204 ]
    [ "$(asauth token --format header |
        curl -q -s -H @- -o /dev/null -w '%{http_code}' \
            "$STANDIN_API/empty")" = 204 ]
    [ "$(asauth token --format json | jq -r .access_token)" = "$token" ]
    [ "$(asauth token --format json | jq -r .token_type)" = Bearer ]
}

@test "an unknown life is null in JSON" {
    standin set expires_in=absent
    run_asauth token --format json
    assert_status 0
    [ "$(jq -c '[.expires_in, .expires_at]' <<<"$stdout")" = '[null,null]' ]
    [ "$(jq -r .access_token <<<"$stdout")" = "$(standin tokens)" ]
}

@test "JSON holds what JSON can hold of a scope" {
    cd "$BATS_TEST_TMPDIR"
    printf '%b' 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n' \
        '{"access_token":"Atc|x","token_type":"bearer"}' >raw
    standin set token_raw="$PWD/raw"
    run_asauth token --format json --scope $'bad\xff:scope'
    assert_status 0
    jq -e '.scope | startswith("bad")' <<<"$stdout"
}

@test "a format that is not known is refused before anything is asked" {
    run_asauth token --format xml
    assert_status 2
    assert_empty_stdout
    assert_stderr_has xml
    assert_stderr_has 'token, header, curl or json'
    assert_count token 0
}

@test "the second run takes the first one's token" {
    run_asauth token
    first=$stdout
    run_asauth token
    assert_status 0
    assert_stdout "$first"
    assert_empty_stderr
    assert_count token 1
    run_asauth token --scope reporting
    assert_status 0
    [ "$stdout" != "$first" ]
    assert_count token 2
}

@test "--refresh mints anew and replaces the cached token" {
    first=$(asauth token)
    run_asauth token --refresh
    assert_status 0
    second=$stdout
    [ "$first" != "$second" ]
    run_asauth token
    assert_stdout "$second"
    assert_count token 2
    [ "$(jq -r .access_token "$(cache_file)")" = "$second" ]
}

@test "--refresh leaves no old token beside one that cannot be stored" {
    local old
    old=$(asauth token)
    standin set expires_in=absent
    run_asauth token --refresh
    assert_status 0
    standin set expires_in=3600
    run_asauth token
    [[ $stdout != "$old" ]]
    assert_count token 3
}

@test "a failed --refresh leaves the cached token as it is" {
    first=$(asauth token)
    ASAUTH_CLIENT_SECRET=wrong run_asauth token --refresh
    assert_status 67
    assert_empty_stdout
    run_asauth token
    assert_stdout "$first"
}

@test "--min-ttl says how much life a cached token must have left" {
    standin set expires_in=90
    asauth token
    run_asauth token
    run_asauth token --min-ttl 60
    run_asauth token --min-ttl 80
    assert_count token 1
    run_asauth token --min-ttl 100
    assert_count token 2
    # Not even a new one lives that long: it serves all the same.
    assert_status 0
    standin set expires_in=50
    run_asauth token --refresh
    assert_count token 3
    run_asauth token
    assert_count token 4
    run_asauth token --min-ttl 0
    assert_status 0
    assert_count token 4
}

@test "--forget deletes the cached token and needs no secret" {
    other=$(asauth token --scope reporting)
    asauth token
    unset ASAUTH_CLIENT_SECRET
    run_asauth token --forget
    assert_status 0
    assert_empty_stdout
    assert_empty_stderr
    [ "$(asauth token --scope reporting)" = "$other" ]
    cache_file
    run_asauth token --forget
    assert_status 0
    assert_empty_stderr
    run_asauth token
    assert_status 2
    assert_count token 2
}

@test "--forget where there has never been a cache leaves no trace" {
    run_asauth token --forget
    assert_status 0
    assert_empty_stdout
    assert_empty_stderr
    [ -z "$(ls -A "$XDG_CACHE_HOME")" ]
    assert_count token 0
}

@test "--no-cache neither reads nor writes the disk" {
    run_asauth token --no-cache
    assert_status 0
    [ "$stdout" = "$(standin tokens)" ]
    [ -z "$(ls -A "$XDG_CACHE_HOME")" ]
    cached=$(asauth token)
    run_asauth token --no-cache
    assert_status 0
    [ "$stdout" != "$cached" ]
    assert_count token 3
    run_asauth token
    assert_stdout "$cached"
}

@test "a certificate is trusted by each way to name its authority" {
    use_tls good
    run_asauth token --no-cache --cacert "$ca"
    assert_status 0
    run_asauth token --no-cache --capath "$BATS_FILE_TMPDIR/capath"
    assert_status 0
    CURL_CA_BUNDLE=$ca run_asauth token --no-cache
    assert_status 0
    SSL_CERT_FILE=$ca run_asauth token --no-cache
    assert_status 0
    SSL_CERT_DIR=$BATS_FILE_TMPDIR/capath run_asauth token --no-cache
    assert_status 0
    CURL_CA_BUNDLE=/nonexistent SSL_CERT_FILE=/nonexistent \
        SSL_CERT_DIR=/nonexistent run_asauth token --no-cache --cacert "$ca"
    assert_status 0
    CURL_CA_BUNDLE=$ca SSL_CERT_FILE=/nonexistent run_asauth token --no-cache
    assert_status 0
    CURL_CA_BUNDLE='' SSL_CERT_FILE=$ca SSL_CERT_DIR='' \
        run_asauth token --no-cache
    assert_status 0
    assert_count mint 8
}

@test "an untrusted, expired or misnamed certificate is a 60" {
    local kind ca_option
    for kind in good expired wrongname; do
        use_tls "$kind"
        ca_option=(--cacert "$ca")
        [[ $kind != good ]] || ca_option=()
        run_asauth token "${ca_option[@]}"
        assert_status 60
        assert_empty_stdout
        assert_stderr_has "asauth: token endpoint $STANDIN_TOKEN_URL: "
        assert_stderr_has 'asauth: hint: '
        [[ $kind != expired ]] || assert_stderr_has clock
        # Nothing was sent.
        assert_count token 0
        run ! cache_file
    done
}

@test "there is no way around the certificate check" {
    use_tls good
    local option
    for option in -k --insecure; do
        run_asauth token "$option"
        assert_status 2
    done
    printf 'insecure\n' >"$HOME/.curlrc"
    run_asauth token
    assert_status 60
    assert_count token 0
}

@test "a CA file that cannot be read is a 77" {
    local file=$BATS_TEST_TMPDIR/none.pem way
    use_tls good
    for way in --cacert CURL_CA_BUNDLE SSL_CERT_FILE; do
        case $way in
            --cacert) run_asauth token --cacert "$file" ;;
            *) export "$way=$file"
                run_asauth token
                unset "$way" ;;
        esac
        assert_status 77
        assert_empty_stdout
        assert_stderr_has "$file"
    done
    echo 'not a certificate' >"$file"
    run_asauth token --cacert "$file"
    assert_status 77
    assert_count token 0
}

@test "by default the token comes from Amazon, here through a proxy" {
    use_tls good
    unset ASAUTH_TOKEN_URL
    run_asauth token --cacert "$ca" -x "$STANDIN_PROXY"
    assert_status 0
    [ "$stdout" = "$(standin tokens)" ]
    [ "$(standin_log -c 'map([.port, .method, .target])')" = \
        '[["proxy","CONNECT","api.amazon.com:443"],["api","POST","/auth/o2/token"]]' ]
    https_proxy=$STANDIN_PROXY run_asauth token --cacert "$ca" --no-cache
    assert_status 0
    HTTPS_PROXY=$STANDIN_PROXY run_asauth token --cacert "$ca" --no-cache
    assert_status 0
    ALL_PROXY=$STANDIN_PROXY run_asauth token --cacert "$ca" --no-cache
    assert_status 0
    https_proxy=http://127.0.0.1:1 run_asauth token --cacert "$ca" \
        --no-cache --proxy "$STANDIN_PROXY"
    assert_status 0
    assert_count proxy 5
    assert_count mint 5
}

@test "a proxy's log-in is used and never shown" {
    use_tls good
    unset ASAUTH_TOKEN_URL
    standin set proxy_user=me 'proxy_password=pa:ss wörd'
    local url=http://me:pa%3Ass%20w%c3%b6rd@${STANDIN_PROXY#http://}
    standin set proxy_password=$'pa:ss w\303\266rd'
    run_asauth token -v --cacert "$ca" -x "$url"
    assert_status 0
    assert_stderr_has 'CONNECT api.amazon.com:443'
    refute_stderr_has pa%3Ass
    refute_stderr_has 'pa:ss'
    refute_stderr_has "$(printf 'me:pa:ss w\303\266rd' | base64)"
    assert_no_secret
    https_proxy=$url run_asauth token -v --no-cache --cacert "$ca"
    assert_status 0
    refute_stderr_has pa%3Ass
    refute_stderr_has 'pa:ss'
}

@test "a proxy that refuses is told from an endpoint that refuses" {
    use_tls good
    unset ASAUTH_TOKEN_URL
    standin set proxy_user=me proxy_password=right
    run_asauth token -m 1 --cacert "$ca" \
        -x "http://me:wrong-word@${STANDIN_PROXY#http://}"
    assert_status 56
    assert_empty_stdout
    assert_stderr_has 407
    assert_stderr_has 'asauth: hint: the proxy '
    refute_stderr_has wrong-word
    standin set proxy_refuse=403
    run_asauth token -m 1 --cacert "$ca" -x "$STANDIN_PROXY"
    assert_status 56
    assert_stderr_has 403
    run_asauth token -m 1 -x http://127.0.0.1:1
    assert_status 7
    assert_stderr_has 127.0.0.1
    run_asauth token -m 1 -x http://proxy.invalid:8080
    assert_status 5
    assert_stderr_has proxy.invalid
    assert_count token 0
}

@test "a loopback endpoint is never asked through a proxy" {
    local proxy=$STANDIN_PROXY
    http_proxy=$proxy https_proxy=$proxy all_proxy=$proxy ALL_PROXY=$proxy \
        run_asauth token --no-cache -x "$proxy"
    assert_status 0
    run_asauth token --no-cache --proxy http://127.0.0.1:1 \
        --token-url "${STANDIN_TOKEN_URL/127.0.0.1/localhost}"
    assert_status 0
    assert_count proxy 0
    assert_count mint 2
}

@test "a name that does not exist is a 6, a closed port a 7" {
    run_asauth token -m 1 --token-url https://none.invalid/x \
        --allow-host none.invalid
    assert_status 6
    assert_empty_stdout
    assert_stderr_has 'asauth: token endpoint https://none.invalid/x: '
    assert_stderr_has none.invalid
    run_asauth token -m 1 --token-url http://127.0.0.1:1/x
    assert_status 7
    assert_empty_stdout
    assert_stderr_has 'asauth: token endpoint http://127.0.0.1:1/x: '
}

@test "-m bounds the whole run, whatever keeps it waiting" {
    local mode start
    standin set drip_interval=0.4
    for mode in silent drip hold; do
        standin set "token_mode=$mode"
        start=$(milliseconds)
        run_asauth token -m 0.7
        assert_status 28
        assert_empty_stdout
        assert_stderr_has "asauth: token endpoint $STANDIN_TOKEN_URL: "
        ((start + 600 <= $(milliseconds) && $(milliseconds) < start + 2500)) ||
            complain "$mode: took $(($(milliseconds) - start)) ms"
    done
    # Passing failures are not tried again beyond the limit.
    standin set token_status=503 token_mode=normal retry_after=5
    start=$(milliseconds)
    run_asauth token --max-time 1
    assert_status 22
    (($(milliseconds) < start + 2500))
}

@test "-m bounds what waits for others, too" {
    local start pid option
    cd "$BATS_TEST_TMPDIR"
    asauth token >/dev/null
    mkfifo fifo full
    for option in -o -D --etag-save; do
        start=$(milliseconds)
        run_asauth request -m 0.5 "$option" fifo "$STANDIN_API/etag"
        assert_status 28
        [[ $stderr == *'out of time'* ]] || complain
        (($(milliseconds) < start + 2500)) || complain
    done
    # Nobody reads on.
    (exec <full && exec sleep 20) 3>&- &
    pid=$!
    status=0
    "$ASAUTH" request -m 0.5 "$STANDIN_API/bytes/1000000" >full || status=$?
    kill "$pid"
    assert_status 28
    run_asauth token -sm 0.5 --config fifo
    assert_status 28
    assert_empty_stderr
    # A wait for another process's log-in in between changes nothing.
    standin set token_delay=0.2
    for pid in 1 2 3; do
        asauth token --refresh >/dev/null &
        standin wait token "$((pid + 1))"
        run_asauth request -m 0.4 -o fifo "$STANDIN_API/etag" \
            --min-ttl 4000
        assert_status 28
        wait
    done
    standin reset
    asauth token --refresh >/dev/null
    # As much as curl takes.
    run_asauth token -m 9999999999 --connect-timeout 9999999999
    assert_status 0
}

@test "--connect-timeout ends a handshake that leads nowhere" {
    local start
    start=$(milliseconds)
    # The plain port waits for the end of what it takes for a request.
    run_asauth token --connect-timeout 0.3 \
        --token-url "${STANDIN_TOKEN_URL/http:/https:}"
    assert_status 28
    assert_empty_stdout
    (($(milliseconds) < start + 6000))
}

@test "a wrong command line is a 2 that names what is wrong" {
    local want args
    while IFS='|' read -r want args; do
        # shellcheck disable=SC2086 # these are words
        run_asauth $args
        assert_status 2
        assert_empty_stdout
        [[ ${stderr%%$'\n'*} == "asauth: "*"$want"* &&
            $stderr == *$'\n'"asauth: hint: see asauth "*"--help"* ]] ||
            complain "asauth $args"
        [ "$(wc -l <"$BATS_TEST_TMPDIR/stderr")" -eq 2 ]
    done <<'TABLE'
command|
tokens|tokens
--wrong|--wrong
-z|-z
--wrong|token --wrong
--wrong|token --wrong=value
-z|token -z
surplus|token surplus
surplus|token --refresh surplus
--client-id|token --client-id
-m|token -m
--refresh|token --refresh=yes
-d|token -d x
--fetch-link|token --fetch-link
--output|token --output x
--json|token --json
TABLE
    assert_count token 0
}

@test "options may follow the operand, whatever POSIX says" {
    export POSIXLY_CORRECT=1
    run_asauth request "$STANDIN_API/echo" -s -o "$BATS_TEST_TMPDIR/file"
    assert_status 0
    [ -s "$BATS_TEST_TMPDIR/file" ]
    run_asauth request -s -- "$STANDIN_API/echo"
    assert_status 0
    run_asauth request -- "$STANDIN_API/echo" -s
    assert_status 2
    assert_stderr_has 'asauth: -s: one operand too many'
}

@test "a value that will not do is named, with a pointer to the help" {
    local args
    for args in '--min-ttl x' '-m -1' '--connect-timeout 1s' \
        '--format xml' '--client-id= ' '--client'; do
        # shellcheck disable=SC2086 # these are words
        run_asauth token $args
        assert_status 2
        assert_empty_stdout
        assert_stderr_has 'asauth: --'
        assert_stderr_has 'asauth: hint: see asauth token --help'
    done
}

@test "an unknown option's value is not repeated, it may be a secret" {
    run_asauth token --client-secrets=S3CR3T
    assert_status 2
    assert_stderr_has --client-secrets
    refute_stderr_has S3CR3T
    run_asauth token --refresh=S3CR3T
    assert_status 2
    refute_stderr_has S3CR3T
}

@test "numbers that are none are refused" {
    local option value
    for option in --min-ttl --max-time -m --connect-timeout; do
        for value in '' -1 x 1x 1e3 0x10 ' 1' 99999999999999999999 nan inf; do
            run_asauth token "$option" "$value"
            [[ $status == 2 && -z $stdout ]] ||
                complain "taken: $option '$value'"
        done
    done
    run_asauth token --min-ttl 1.5
    assert_status 2
    assert_stderr_has --min-ttl
    assert_count token 0
}

@test "help goes to standard output, and options may follow anything" {
    local args
    for args in --help -h 'token --help' 'token -h' 'token --refresh -h'; do
        # shellcheck disable=SC2086 # these are words
        run_asauth $args
        assert_status 0
        assert_stdout_has 'usage: asauth '
        assert_empty_stderr
    done
    for args in --version -V; do
        run_asauth "$args"
        assert_status 0
        [[ $stdout =~ ^asauth\ [0-9]+\.[0-9]+\.[0-9]+ ]]
        assert_empty_stderr
    done
    assert_count token 0
}

@test "-s hides warnings and errors, -S shows the errors, usage is shown" {
    chmod 777 "$XDG_CACHE_HOME"
    mkdir -m 777 "$XDG_CACHE_HOME/asauth"
    chmod 777 "$XDG_CACHE_HOME/asauth"
    standin set token_status=401
    run_asauth token
    assert_stderr_has 'asauth: warning: '
    assert_stderr_has 'asauth: log-in refused'
    run_asauth token -s
    assert_status 67
    assert_empty_stderr
    run_asauth token --silent --show-error
    assert_status 67
    refute_stderr_has warning
    assert_stderr_has 'asauth: log-in refused'
    assert_stderr_has 'asauth: hint: '
    run_asauth token -s --client-id ''
    assert_status 2
    assert_stderr_has client-id
    ASAUTH_CLIENT_ID='' run_asauth token -s
    assert_status 2
    assert_stderr_has client-id
}

@test "-v shows the traffic without secret and token" {
    run_asauth token -v
    assert_status 0
    [ "$stdout" = "$(standin tokens)" ]
    assert_stderr_has '> POST /auth/o2/token HTTP/1.1'
    assert_stderr_has '< HTTP/1.1 200 OK'
    assert_stderr_has "x-amzn-RequestId: $(request_id)"
    assert_no_secret
}

@test "what a server echoes of the secret is not shown" {
    standin set token_status=400 "token_error_body={\"error\":\"invalid_client\",
        \"error_description\":\"what is $STANDIN_CLIENT_SECRET?\"}"
    run_asauth token
    assert_status 67
    assert_stderr_has 'what is [redacted]?'
    assert_no_secret
    run_asauth token -v
    assert_no_secret
    grep -rq "$STANDIN_CLIENT_SECRET" "$XDG_CACHE_HOME" && return 1
    # So with a secret that has to be percent-encoded.
    standin set 'token_error_body={"error":"invalid_client",
        "error_description":"what is a%2Fb%2Bc%3D%3Dd?"}'
    ASAUTH_CLIENT_SECRET=a/b+c==d run_asauth token
    assert_status 67
    refute_stderr_has a%2Fb
}

@test "control bytes that a server sends are shown by vis(3)" {
    printf '{"error":"invalid_client\\u001b[31m","error_description":%s}' \
        '"a\nb\r\u202e\u009b\u0007c"' >"$BATS_TEST_TMPDIR/body"
    standin set token_status=400 "token_error_body@=$BATS_TEST_TMPDIR/body"
    local locale
    for locale in C C.UTF-8; do
        LC_ALL=$locale run_asauth token
        assert_status 67
        [ "$(wc -l <"$BATS_TEST_TMPDIR/stderr")" -le 2 ]
        if LC_ALL=C grep -q '[^ -~]' "$BATS_TEST_TMPDIR/stderr"; then
            complain "raw bytes in $locale"
        fi
    done
}

@test "with standard output closed it is a 23 and the cache is whole" {
    local status=0
    "$ASAUTH" token >&- 2>"$BATS_TEST_TMPDIR/stderr" || status=$?
    stderr=$(<"$BATS_TEST_TMPDIR/stderr")
    assert_status 23
    assert_stderr_has 'asauth: standard output: '
    assert_no_secret
    [ "$(jq -r .access_token "$(cache_file)")" = "$(standin tokens)" ]
    run_asauth token
    assert_status 0
    assert_count token 1
}

@test "with the other descriptors closed all goes well" {
    [ "$(asauth token <&-)" = "$(standin tokens)" ]
    [ "$(asauth token --refresh 2>&- <&-)" = "$(standin tokens | tail -n1)" ]
    local status=0
    "$ASAUTH" token --refresh <&- >&- 2>&- || status=$?
    assert_status 23
    [ "$(jq -r .access_token "$(cache_file)")" = \
        "$(standin tokens | tail -n1)" ]
    assert_count token 3
    # A closed standard error swallows the message of a failure, no more.
    standin set token_status=401
    "$ASAUTH" token --refresh >"$BATS_TEST_TMPDIR/stdout" 2>&- || status=$?
    assert_status 67
    assert_empty_stdout
}

@test "a full standard output is a 23, and so is a reader that has gone" {
    local status=0
    "$ASAUTH" token >/dev/full 2>"$BATS_TEST_TMPDIR/stderr" || status=$?
    stderr=$(<"$BATS_TEST_TMPDIR/stderr")
    assert_status 23
    assert_stderr_has 'asauth: standard output: '
    assert_no_secret
    "$ASAUTH" --help >/dev/full 2>/dev/null || status=$?
    assert_status 23
    status=0
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    # shellcheck disable=SC2094 # of the ends only the writing one is left
    exec 5<>"$BATS_TEST_TMPDIR/fifo" 6>"$BATS_TEST_TMPDIR/fifo" 5<&-
    "$ASAUTH" token >&6 2>/dev/null || status=$?
    exec 6>&-
    assert_status 23
    assert_count token 1
}

@test "ASAUTH_TOKEN is printed where no client id is configured" {
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    export ASAUTH_TOKEN='Atc|from-elsewhere'
    run_asauth token
    assert_status 0
    assert_stdout "$ASAUTH_TOKEN"
    assert_empty_stderr
    ASAUTH_TOKEN=$' Atc|from-elsewhere\r\n' run_asauth token
    assert_stdout 'Atc|from-elsewhere'
    run_asauth token --format json
    [ "$(jq -cS . <<<"$stdout")" = '{"access_token":"Atc|from-elsewhere","expires_at":null,"expires_in":null,"scope":"appstore::apps:readwrite","token_type":"bearer"}' ]
    [ -z "$(ls -A "$XDG_CACHE_HOME")" ]
    assert_count token 0
}

@test "ASAUTH_TOKEN gives way to a client id and to --refresh" {
    export ASAUTH_TOKEN='Atc|from-elsewhere'
    run_asauth token
    assert_status 0
    [ "$stdout" = "$(standin tokens)" ]
    (
        unset ASAUTH_CLIENT_ID
        run_asauth token --client-id "$STANDIN_CLIENT_ID"
        assert_status 0
        [ "$stdout" = "$(standin tokens)" ]
        printf '{"client_id":"%s"}' "$STANDIN_CLIENT_ID" \
            >"$BATS_TEST_TMPDIR/config"
        run_asauth token --config "$BATS_TEST_TMPDIR/config"
        assert_status 0
        [ "$stdout" = "$(standin tokens)" ]
        run_asauth token --refresh
        assert_status 2
        assert_empty_stdout
        assert_stderr_has 'no client id'
        refute_stderr_has from-elsewhere
    )
    ASAUTH_TOKEN='' ASAUTH_CLIENT_ID='' run_asauth token
    assert_status 2
    assert_empty_stdout
}

@test "--forget excludes --refresh and --no-cache" {
    asauth token >/dev/null
    run_asauth token --forget --refresh
    assert_status 2
    assert_empty_stdout
    run_asauth token --forget --no-cache
    assert_status 2
    assert_empty_stdout
    cache_file
    assert_count token 1
}

@test "an ASAUTH_TOKEN that cannot be one is refused" {
    local token
    unset ASAUTH_CLIENT_ID ASAUTH_CLIENT_SECRET
    for token in 'Atc|a b' $'Atc|a\r\nX: y' $'Atc|\x7f' $'Atc|\xc3\xa9' \
        $'Atc|\x01'; do
        ASAUTH_TOKEN=$token run_asauth token
        assert_status 2
        assert_empty_stdout
        assert_stderr_has ASAUTH_TOKEN
        refute_stderr_has 'Atc|'
    done
}

@test "control bytes in id, secret and scope are refused, and not shown" {
    local name
    for name in ID SECRET; do
        export "ASAUTH_CLIENT_$name=S3CR3T"$'\r\n'"X: y"
        run_asauth token
        assert_status 2
        assert_empty_stdout
        assert_stderr_has "ASAUTH_CLIENT_$name"
        [[ $name == ID ]] || refute_stderr_has S3CR3T
        unset "ASAUTH_CLIENT_$name"
    done
    use_standin
    run_asauth token --scope $'a\x1bb'
    assert_status 2
    assert_stderr_has --scope
    run_asauth token --client-secret $'S3CR3T\x7f'
    assert_status 2
    assert_stderr_has --client-secret
    refute_stderr_has S3CR3T
    assert_count token 0
}

@test "the secret goes to https, loopback and known hosts only" {
    local want url
    while IFS='|' read -r want url; do
        run_asauth token -m 0.4 --token-url "$url" -x http://127.0.0.1:1
        [[ $status == "$want" && -z $stdout ]] ||
            complain "wanted $want of $url"
    done <<TABLE
1|http://api.amazon.com/auth/o2/token
1|ftp://api.amazon.com/auth/o2/token
1|file:///etc/passwd
1|http://localhost.example/
1|http://127.0.0.1.example/
2|https://evil-amazon.com/
2|https://api.amazon.com.evil.example/
2|https://api.amazon.com./
2|https://user@api.amazon.com/
2|https://@api.amazon.com/
2|https://evil.example\@api.amazon.com/
3|https://api.amazon.com/ x
3|https://
7|https://API.Amazon.com/auth/o2/token
7|https://api.amazon.co.uk/auth/o2/token
7|https://api.amazon.co.jp/auth/o2/token
TABLE
    run_asauth token --token-url $'https://api.amazon.com/\x01'
    assert_status 3
    run_asauth token --token-url https://login.example/token
    assert_status 2
    assert_stderr_has 'host login.example is not allowed'
    assert_stderr_has '--allow-host login.example'
    assert_count token 0
}

@test "a granted scope other than the one asked for is a warning" {
    standin set reply_scope=messaging:push
    run_asauth token
    assert_status 0
    [ "$stdout" = "$(standin tokens)" ]
    assert_stderr_has 'asauth: warning: '
    assert_stderr_has messaging:push
    assert_stderr_has appstore::apps:readwrite
    [ "$(jq -r .scope "$(cache_file)")" = appstore::apps:readwrite ]
    run_asauth token
    assert_count token 1
}

@test ".netrc, cookies and SSLKEYLOGFILE are not used" {
    use_tls good
    export SSLKEYLOGFILE=$BATS_TEST_TMPDIR/keys
    printf 'machine 127.0.0.1 login me password netrc-word\n' >"$HOME/.netrc"
    printf 'header = "X-Curlrc: yes"\n' >"$HOME/.curlrc"
    chmod 600 "$HOME/.netrc"
    run_asauth token --cacert "$ca"
    assert_status 0
    [ ! -e "$SSLKEYLOGFILE" ]
    [ "$(standin_log '.[0].headers | map(.[0] | ascii_downcase) |
        map(select(. == "authorization" or . == "cookie" or . == "x-curlrc"))
        | length')" = 0 ]
}
