#!/usr/bin/env bats
#
# asauth request: what is sent, what of the reply goes where, and what counts
# as a failure.
#
# shellcheck disable=SC2030,SC2031 # variables set for one test alone

load helper

setup_file() {
    standin_start
}

teardown_file() {
    standin_stop
}

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    api=$STANDIN_API
    echo_url=$STANDIN_API/echo
}

# request [ARG...]: as run_asauth; it must not take long.
request() {
    local out=$BATS_TEST_TMPDIR/stdout err=$BATS_TEST_TMPDIR/stderr
    status=0
    timeout 20 "$ASAUTH" request "$@" >"$out" 2>"$err" || status=$?
    # shellcheck disable=SC2034 # $output is for those who want it
    { output=$(<"$out"); stdout=$output; stderr=$(<"$err"); } 2>/dev/null
}

# refuse STATUS TEXT [ARG...]: refused with a message that holds TEXT, with
# nothing on standard output and nothing sent to the API.
refuse() {
    local wanted=$1 text=$2
    shift 2
    request "$@"
    assert_status "$wanted" || fail "case: $*"
    assert_stderr_has "asauth: " || fail "case: $*"
    assert_stderr_has "$text" || fail "case: $*"
    assert_empty_stdout || fail "case: $*"
    assert_count api 0 || fail "case: $*"
}

# sent JQ: of the newest request.
sent() {
    standin_log ".[-1]$1"
}

# sent_header NAME: its values in the newest request, one a line.
sent_header() {
    # shellcheck disable=SC2016 # jq's variable
    standin_log --arg name "$1" \
        '.[-1].headers[] | select(.[0] == $name) | .[1]'
}

assert_equal() { # GOT WANTED [CASE]
    [[ $1 == "$2" ]] || complain "expected: $2" "got: $1" "${3:-}"
}

milliseconds() {
    echo $((${EPOCHREALTIME/./} / 1000))
}

# --- What is sent --------------------------------------------------------

@test "a GET with the token reaches the API and its body comes out" {
    request "$api/bytes/100"
    assert_status 0
    assert_empty_stderr
    assert_equal "$(<stdout)" "$(curl -q -s "$api/noauth/bytes/100")"
    assert_equal "$(standin_log '.[1].method')" GET
    assert_equal "$(standin_log '.[1].headers[] |
        select(.[0] == "Authorization") | .[1]')" "Bearer $(standin tokens)"
    assert_count api 2
}

@test "a URL that begins with a slash is appended to the API URL" {
    local url
    for url in "$STANDIN_API_URL" "$STANDIN_API_URL/" "$STANDIN_API_URL//"; do
        request --api-url "$url" '/v1/applications/app1/edits?a=b'
        assert_status 0
        assert_stdout '{}'
        assert_equal "$(sent .target)" \
            '/api/appstore/v1/applications/app1/edits?a=b' "$url"
    done
    ASAUTH_API_URL=$api/echo request /x/y
    assert_equal "$(sent .target)" /echo/x/y
}

@test "a URL is taken literally, without globbing" {
    local path
    for path in '/echo/[1-3]' '/echo/{a,b}' '/echo/%7B%5D?q=[a]' '/echo/a|b'; do
        request "$api$path"
        assert_status 0
        assert_equal "$(sent .target)" "$path"
    done
    assert_count api 4
}

@test "methods are chosen as curl chooses them, and by -X" {
    local wanted
    printf x >body
    while read -r wanted arguments; do
        # shellcheck disable=SC2086 # words
        request "$api/noauth/sink" $arguments
        assert_status 0
        assert_equal "$(sent .method)" "$wanted" "case: $arguments"
    done <<'END'
GET
HEAD -I
HEAD --head
GET -G
GET -G -d a=b
HEAD -G -d a=b -I
POST -d a
POST --data-raw a
POST --data-binary a
POST --data-urlencode a
POST --json {}
POST -F a=b
PUT -T body
DELETE -X DELETE
PUT -X PUT -d a
POST -X POST -T body
GET -X GET -d a
PATCH --request PATCH
patch -X patch
OPTIONS -X PUT -X OPTIONS
PURGE -XPURGE
END
}

@test "options may follow the URL" {
    request "$echo_url" -X PUT -H 'X-A: b' -d x
    assert_status 0
    assert_equal "$(sent .method)" PUT
    assert_equal "$(sent_header X-A)" b
}

@test "-H adds headers, in their order, also twice the same" {
    request -H 'X-B: 2' -H 'X-Ü: no' "$echo_url"
    assert_status 2
    request -H 'X-B: 2' -H 'X-A: 1' -H 'X-B:  3' -H 'X-U: größer' "$echo_url"
    assert_status 0
    assert_equal "$(sent_header X-B)" $'2\n3'
    assert_stdout_has $'X-B: 2\r\nX-A: 1\r\nX-B:  3\r\n'
    assert_stdout_has $'X-U: größer\r\n'
}

@test "-H NAME: takes a header out, -H NAME; sends it empty" {
    request -H Accept: -H 'X-Empty;' -H 'User-Agent:' "$echo_url"
    assert_status 0
    refute_stdout_has Accept
    refute_stdout_has User-Agent
    assert_stdout_has $'\nX-Empty:\r\n'
    request -H 'Accept: text/csv' -H 'Host: other.example' "$echo_url"
    assert_status 0
    assert_equal "$(sent_header Accept)" text/csv
    assert_equal "$(sent_header Host)" other.example
}

@test "-H @FILE holds a header a line" {
    printf 'X-A: 1\r\n\nX-B: 2\nAccept:\nX-C: 3' >headers
    request -H @headers -H 'X-D: 4' "$echo_url"
    assert_status 0
    assert_stdout_has $'\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\nX-D: 4\r\n'
    refute_stdout_has Accept
    request -H @- "$echo_url" <headers
    assert_status 0
    assert_equal "$(sent_header X-C)" 3
    request -H @<(echo 'X-P: pipe') "$echo_url"
    assert_status 0
    assert_equal "$(sent_header X-P)" pipe
    standin reset
    refuse 26 'none: No such file or directory' -H @none "$echo_url"
    echo 'X-A 1' >headers
    refuse 2 'X-A 1' -H @headers "$echo_url"
    echo 'aUTHORIZATION: Bearer x' >headers
    refuse 2 uthorization -H @headers "$echo_url"
    printf 'X-A: a\rb\n' >headers
    refuse 2 'control characters' -H @headers "$echo_url"
}

@test "an Authorization header of the user's is refused, in any form" {
    local line
    for line in 'Authorization: Bearer sesame' 'authorization:sesame' \
        'AUTHORIZATION: sesame' 'Authorization:' 'Authorization;' \
        'Authorization : sesame'; do
        refuse 2 uthorization -H "$line" "$echo_url"
        refute_stderr_has sesame
    done
}

@test "control bytes in headers and methods, and lines that are no headers" {
    local line
    for line in $'X-A: a\r\nX-Evil: b' $'X-A: a\nX-Evil: b' $'X-A: a\rb' \
        $'X-A: \x01' $'X-A: \x7f' $'X-A:\r' $'X-\nA: b' $'X-A;\n'; do
        refuse 2 '' -H "$line" "$echo_url"
        [[ $stderr != *[$'\x01\x7f\r']* ]] || complain "control byte shown"
        [[ $(grep -vc ^asauth: stderr) == 0 ]] || complain "case: $line"
    done
    for line in 'no colon' ': no name' ' X-A: b' 'X A: b' 'X-A : b' \
        'X"A: b' ';'; do
        refuse 2 header -H "$line" "$echo_url"
    done
    for line in $'GET\r\nX: y' $'A\nB' 'A B' $'A\tB' $'A\x7f' 'GET /x' 'GÖT'
    do
        refuse 2 request -X "$line" "$echo_url"
    done
    refuse 2 user-agent -A $'a\r\nX: y' "$echo_url"
}

@test "-A names the user agent" {
    request "$echo_url"
    [[ $(sent_header User-Agent) == asauth/[0-9]* ]]
    request -A 'me/2 (x)' "$echo_url"
    assert_equal "$(sent_header User-Agent)" 'me/2 (x)'
    request -A '' "$echo_url"
    assert_status 0
    refute_stdout_has User-Agent
    request -A one -H 'User-Agent: two' "$echo_url"
    assert_equal "$(sent_header User-Agent)" two
}

# --- Bodies --------------------------------------------------------------

@test "-d and its kin make the bodies that curl makes" {
    local wanted arguments
    printf 'a\r\nb\0c\n' >file
    printf '1 & 2=3\n' >text
    # The body, a bar, the arguments as words for eval.
    while IFS='|' read -r wanted arguments; do
        eval "request $echo_url $arguments"
        assert_status 0
        assert_equal "$(sent .body | od -c)" \
            "$(printf '%b\n' "$wanted" | od -c)" "case: $arguments"
        assert_equal "$(sent_header Content-Type)" \
            application/x-www-form-urlencoded "case: $arguments"
    done <<'END'
a=1&b=2|-d a=1 -d b=2
|-d ''
&x|-d '' -d x
a\nb|-d $'a\nb'
abc|-d @file
abc&abc|--data @file -d @file
@file|--data-raw @file
a\r\nb\0000c\n|--data-binary @file
a\nb|--data-binary $'a\nb'
x&a\r\nb\0000c\n&@y|-d x --data-binary @file --data-raw @y
a+b|--data-urlencode 'a b'
a%3Db|--data-urlencode =a=b
n=a%26b|--data-urlencode 'n=a&b'
1+%26+2%3D3%0A|--data-urlencode @text
n=1+%26+2%3D3%0A|--data-urlencode n@text
%C3%A4%257E|--data-urlencode ä%7E
END
}

@test "--data-urlencode percent-encodes what is left" {
    request "$echo_url" --data-urlencode 'a=ä~-._/?%'
    assert_equal "$(sent .body)" 'a=%C3%A4~-._%2F%3F%25'
    printf 'a\0b' >zero
    request "$echo_url" --data-urlencode z@zero
    assert_equal "$(sent .body)" 'z=a%00b'
}

@test "-d @- reads standard input, once for one option" {
    request "$echo_url" -d @- <<<$'from\nhere'
    assert_equal "$(sent .body)" fromhere
    printf 'a\nb\n' | request "$echo_url" --data-binary @-
    assert_equal "$(sent .body_size)" 4
    request "$echo_url" --json @- <<<'{}'
    assert_equal "$(sent .body_size)" 3
    request "$echo_url" --data-urlencode q@- <<<'a b'
    assert_equal "$(sent .body)" 'q=a+b%0A'
    request "$echo_url" -F 'q=<-' <<<piped
    assert_stdout_has piped
}

@test "--json is a body and two headers, which -H overrules" {
    request "$echo_url" --json '{"a":' --json ' 1}'
    assert_status 0
    assert_equal "$(sent .body)" '{"a": 1}'
    assert_equal "$(sent_header Content-Type)" application/json
    assert_equal "$(sent_header Accept)" application/json
    request "$echo_url" --json '[]' -H 'content-type: text/x' -H 'accept: t/y'
    assert_equal "$(sent_header content-type)" text/x
    assert_equal "$(sent_header accept)" t/y
    refute_stdout_has application/json
    printf '{\n}' >file
    request "$echo_url" --json @file -X PUT
    assert_equal "$(sent '.method')" PUT
    assert_equal "$(sent '.body')" $'{\n}'
}

@test "-G puts the data into the query" {
    local wanted arguments
    while IFS=$'\t' read -r wanted arguments; do
        eval "request $arguments"
        assert_status 0
        assert_equal "$(sent .target)" "$wanted" "case: $arguments"
        assert_equal "$(sent .body_size)" 0
        assert_equal "$(sent_header Content-Type)" ''
    done <<'END'
/echo?a=1&b=2	-G -d a=1 -d b=2 "$echo_url"
/echo?q=0&a=1	-G -d a=1 "$echo_url?q=0"
/echo?q=0&a=1	-G -d a=1 "$echo_url?q=0#part"
/echo?n=a+%26	-G --data-urlencode 'n=a &' "$echo_url"
/echo?a=1	--get -d a=1 "$echo_url"
/echo?a=1	-I --no-fail -G -d a=1 "$echo_url"
END
    request -G "$echo_url"
    assert_equal "$(sent .target)" /echo
    standin reset
    refuse 3 'not a URL' -G -d 'a b' "$echo_url"
}

@test "-F makes a multipart form" {
    local body boundary
    printf 'PK\0\001' >app.apk
    printf 'text\n' >note.txt
    request "$echo_url" -F plain=value -F 'file=@app.apk' -F 'note=<note.txt' \
        -F 'typed=x;type=text/csv' -F 'named=@note.txt;filename=n.md' \
        -F 'quoted="a;b\"c"' -F 'head=v;headers="X-Part: yes"'
    assert_status 0
    assert_empty_stderr
    boundary=$(sent_header Content-Type)
    [[ $boundary == 'multipart/form-data; boundary='* ]]
    boundary=${boundary#*=}
    body=$(sent .body | tr -d '\r\0')
    assert_equal "${body//"$boundary"/B}" "$(tr '%' '\001' <<'END'
--B
Content-Disposition: form-data; name="plain"

value
--B
Content-Disposition: form-data; name="file"; filename="app.apk"
Content-Type: application/octet-stream

PK%
--B
Content-Disposition: form-data; name="note"

text

--B
Content-Disposition: form-data; name="typed"
Content-Type: text/csv

x
--B
Content-Disposition: form-data; name="named"; filename="n.md"
Content-Type: text/plain

text

--B
Content-Disposition: form-data; name="quoted"

a;b"c
--B
Content-Disposition: form-data; name="head"
X-Part: yes

v
--B--
END
)"
    standin reset
    refuse 2 nothing -F nothing "$echo_url"
    refuse 26 'none: No such file' -F a=@none "$echo_url"
    refuse 2 headers= -F $'a=b;headers="X: y\r\nZ: z"' "$echo_url"
}

@test "-T sends a file's bytes, its name added to a path that ends in /" {
    printf 'a\r\n\0b' >'some file'
    request "$echo_url" -T 'some file'
    assert_status 0
    assert_equal "$(sent .method)" PUT
    assert_equal "$(sent .body_size)" 5
    assert_equal "$(sent .body_sha256)" "$(sha256sum <'some file' | cut -c1-64)"
    assert_equal "$(sent_header Content-Length)" 5
    assert_equal "$(sent_header Expect)" ''
    assert_equal "$(sent .target)" /echo
    request "$echo_url/" -T "$PWD/some file"
    assert_equal "$(sent .target)" '/echo/some%20file'
    request "$echo_url/?q" -T "$PWD/some file"
    assert_equal "$(sent .target)" '/echo/some%20file?q'
    request "$echo_url/" -T - <'some file'
    assert_equal "$(sent .target)" /echo/
    assert_equal "$(sent .body_size)" 5
}

@test "a body that cannot be read is status 26, before anything is sent" {
    local way
    mkdir directory
    for way in '-d @none' '--data-binary @none' '--json @none' '-T none' \
        '--data-urlencode a@none' '-F a=@none' '-F a=<none' '-H @none' \
        '-w @none'; do
        # shellcheck disable=SC2086 # words
        refuse 26 'none: No such file or directory' $way "$echo_url"
    done
    for way in '-d @directory' '-T directory' '-F a=@directory'; do
        # shellcheck disable=SC2086 # words
        refuse 26 'directory: Is a directory' $way "$echo_url"
    done
    assert_count token 0
}

# --- Usage ---------------------------------------------------------------

@test "usage errors name what is wrong and point to the help" {
    refuse 2 'needs a URL'
    assert_stderr_has 'asauth request --help'
    refuse 2 two one two
    assert_stderr_has 'asauth request --help'
    refuse 2 --bogus --bogus "$echo_url"
    assert_stderr_has 'asauth request --help'
    refuse 2 -- -Z "$echo_url"
    assert_stderr_has 'asauth request --help'
    refuse 2 -- '-X' "$echo_url" -X
    refuse 2 --header "$echo_url" --header
    refuse 2 --include --include=yes "$echo_url"
    refute_stderr_has yes
    assert_count token 0
}

@test "values that make no sense are refused" {
    local option value
    while read -r option value; do
        refuse 2 "$option" "$option" "$value" "$echo_url"
    done <<'END'
--max-time x
--max-time 1x
--max-time -1
--max-time 1e3
--max-time 99999999999999999999
--connect-timeout x
--retry -1
--retry 1.5
--retry 99999999999
--retry-delay x
--retry-max-time x
--speed-time x
--speed-limit x
--min-ttl x
END
    for option in --request --header --form --upload-file --output \
        --dump-header --etag-from --etag-save --max-time --retry --config \
        --profile --scope --client-id --api-url --token-url --allow-host \
        --cache-dir --cacert --capath; do
        refuse 2 "$option" "$option" '' "$echo_url"
    done
    assert_count token 0
}

@test "two kinds of body at once, or a body and -I, are refused" {
    local way
    printf x >body
    for way in '-d a -F b=c' '-d a -T body' '-F a=b -T body' '--json {} -F a=b' \
        '-I -d a' '-I -T body' '-I -F a=b' '-G -d a -T body -I'; do
        # shellcheck disable=SC2086 # words
        refuse 2 'only one of' $way "$echo_url"
    done
}

@test "standard input has one reader" {
    local way
    unset ASAUTH_CLIENT_SECRET
    for way in '-d @-' '-T -' '-T .' '--data-binary @-' '-H @-' '-F a=@-' \
        '-F a=<-' '--json @-' '--data-urlencode a@-' '-w @-'; do
        # shellcheck disable=SC2086 # words
        refuse 2 'standard input' --client-secret-file - $way "$echo_url" \
            <<<"$STANDIN_CLIENT_SECRET"
    done
    request --client-secret-file - "$echo_url" <<<"$STANDIN_CLIENT_SECRET"
    assert_status 0
}

# --- Failing -------------------------------------------------------------

@test "every status from 400 on, and a redirect not followed, is a failure" {
    local code
    for code in 400 401 403 404 409 412 429 500 502 503 599 \
        301 302 303 307 308; do
        request "$api/noauth/status/$code?message=as+told&service=1"
        assert_status 22
        assert_stderr_has "HTTP $code: as_told: as told (request $(sent \
            .request_id))"
        assert_stdout_has '"errorMessage": "as told"' ||
            assert_stdout_has '"errorMessage":"as told"'
        [[ $(head -1 stderr) == "asauth: GET $api/noauth/status/$code: "* ]] ||
            complain "the first line"
    done
    for code in 200 201 204 299 300 304 305; do
        request "$api/noauth/status/$code?message=fine"
        assert_status 0 || fail "$code"
        assert_empty_stderr
    done
}

@test "the API's own message is quoted, wherever it stands" {
    local body text
    while IFS='|' read -r body text; do
        standin set api_status=400 "api_body=$body"
        request /v1/applications/app1/edits
        assert_status 22
        assert_stdout "$body"
        [[ $(head -1 stderr) == "asauth: GET /v1/applications/app1/edits: \
HTTP 400$text (request $(sent .request_id))" ]] || complain "case: $body"
    done <<'END'
{"Message":"No."}|: No.
{"message":"Bad Request"}|: Bad Request
{"message":"Bad","errors":[{"errorCode":"c","errorMessage":"m"}]}|: c: m
{"errors":[{"errorCode":"a"},{"errorMessage":"b"}]}|: a; b
{"errorCode":"flat","errorMessage":"one"}|: flat: one
Report not found|: Report not found
{}|
[]|
{"message":{"no":"text"}}|
{"broken|
<html><h1>400</h1></html>|
END
    standin set api_body='{"Message":"a'$'\x1b''[31m\u0007\u009b\u202e"}'
    request /v1/applications/app1/edits
    assert_status 22
    LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f-\xff]' stderr &&
        complain "a control byte on standard error"
    [[ $stdout == *$'\x1b[31m'* ]]
}

@test "-f drops the body, --fail-with-body is the default, --no-fail is fine" {
    local url="$api/status/418?message=no"
    for option in '' --fail-with-body '-f --fail-with-body' \
        '--no-fail --fail-with-body'; do
        # shellcheck disable=SC2086 # words
        request $option "$url"
        assert_status 22
        assert_stdout '{"Message":"no"}'
        assert_stderr_has 'HTTP 418: no'
    done
    for option in -f --fail '--no-fail -f'; do
        # shellcheck disable=SC2086 # words
        request $option "$url"
        assert_status 22
        assert_empty_stdout
        assert_stderr_has 'HTTP 418: no'
    done
    for option in --no-fail '-f --no-fail'; do
        # shellcheck disable=SC2086 # words
        request $option "$url"
        assert_status 0
        assert_stdout '{"Message":"no"}'
        assert_empty_stderr
    done
}

@test "-o keeps the old file on an error, unless --no-fail" {
    local option url="$api/status/418?message=no"
    for option in '' -f --fail-with-body; do
        echo old >file
        # shellcheck disable=SC2086 # words
        request $option -o file "$url"
        assert_status 22
        assert_empty_stdout
        assert_stderr_has 'HTTP 418: no'
        assert_equal "$(<file)" old "case: $option"
        rm file
        # shellcheck disable=SC2086 # words
        request $option -o file "$url"
        assert_status 22
        [[ ! -e file ]] || complain "case: $option"
    done
    echo old >file
    request --no-fail -o file "$url"
    assert_status 0
    assert_equal "$(<file)" '{"Message":"no"}'
    request -o - "$url"
    assert_status 22
    assert_stdout '{"Message":"no"}'
    assert_equal "$(ls)" $'file\nhome\nstderr\nstdout'
}

@test "-s hides errors, but not those of usage, -S shows them again" {
    request -s "$api/status/418"
    assert_status 22
    assert_empty_stderr
    assert_stdout_has Message
    request -sS "$api/status/418"
    assert_status 22
    assert_stderr_has 'HTTP 418'
    request -S "$api/status/418"
    assert_stderr_has 'HTTP 418'
    request -s --silent "$api/etag" -X DELETE
    assert_status 22
    assert_empty_stderr
    request -s http://127.0.0.1:1/
    assert_status 7
    assert_empty_stderr
    request -s -H nonsense "$echo_url"
    assert_status 2
    assert_stderr_has nonsense
    # A warning is no error: -S does not bring it back.
    request -sS -w '%{nosuch}' "$api/noauth/empty"
    assert_status 0
    assert_empty_stderr
    request -w '%{nosuch}' "$api/noauth/empty"
    assert_stderr_has nosuch
}

@test "hints tell the next step" {
    request -X DELETE "$api/etag"
    assert_status 22
    assert_stderr_has 'hint: --etag-from'
    request -X DELETE -H 'If-Match: x' "$api/etag"
    assert_stderr_has HTTP\ 412
    assert_stderr_has 'hint: the ETag is stale'
    request /nowhere
    assert_stderr_has 'hint: the API has no such path'
    request "$api/redirect/302"
    assert_stderr_has 'hint: -L'
    request "$api/status/418"
    refute_stderr_has hint
}

# --- Where the reply goes ------------------------------------------------

@test "-i, -I and -D show the headers as they came" {
    local head
    head=$(printf '%s\r\n' 'HTTP/1.1 200 OK' \
        'Content-Type: application/octet-stream' \
        'x-amzn-RequestId: ID' 'Content-Length: 3' '')
    request -i "$api/bytes/3"
    assert_status 0
    assert_equal "${stdout/"$(sent .request_id)"/ID}" "$head"$'\n012'
    request -I "$api/bytes/3"
    assert_equal "$(sent .method)" HEAD
    assert_equal "${stdout/"$(sent .request_id)"/ID}" "$head"
    request -D headers "$api/bytes/3"
    assert_stdout 012
    assert_equal "$(sed "s/$(sent .request_id)/ID/" headers)" "$head"
    request -D headers -i -o body "$api/bytes/3"
    assert_empty_stdout
    assert_equal "$(<body)" "$(<headers)"$'\n012'
    request -I -o body "$api/bytes/3"
    assert_empty_stdout
    assert_equal "$(head -1 body)" $'HTTP/1.1 200 OK\r'
    request -D - -o body "$api/bytes/3"
    assert_stdout_has 'HTTP/1.1 200'
    assert_equal "$(<body)" 012
}

@test "-D tells of an error's headers, whatever becomes of the body" {
    local option
    for option in '' -f '-o body' '-f -o body' --no-fail; do
        echo old >headers
        # shellcheck disable=SC2086 # words
        request $option -D headers "$api/status/418"
        assert_equal "$(head -1 headers)" $"HTTP/1.1 418 I'm a Teapot"$'\r' \
            "case: $option"
    done
    request -f -i "$api/status/418"
    assert_status 22
    assert_stdout_has 'HTTP/1.1 418'
    refute_stdout_has Message
}

@test "-D is left alone when nothing came" {
    echo old >headers
    request -D headers http://127.0.0.1:1/
    assert_status 7
    assert_equal "$(<headers)" old
    assert_equal "$(ls)" $'headers\nhome\nstderr\nstdout'
}

@test "trailers are delivered like headers, but hold no ETag" {
    printf '%b' 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n' \
        'Connection: close\r\n\r\n4\r\nbody\r\n0\r\nX-T: v\r\nETag: "t"\r\n\r\n' \
        >raw
    standin set api_raw="$PWD/raw"
    request -i -D headers "$api/etag"
    assert_status 0
    curl -q -s -i -D curl.headers "$api/noauth/etag" >curl.stdout
    cmp headers curl.headers
    cmp stdout curl.stdout
    # Where a refusal was held back they come behind its body as well.
    local file
    file=$(cache_file)
    jq '.obtained_at -= 120 | .expires_at -= 120' "$file" >aged
    cat aged >"$file"
    sed -i 's/200 OK/403 No/' raw
    request -i "$api/etag"
    assert_status 22
    curl -q -s -i "$api/noauth/etag" >curl.stdout
    cmp stdout curl.stdout
    sed -i 's/403 No/200 OK/' raw
    request --etag-from . -d x "$api/etag"
    assert_status 8
}

@test "a reply that ends within its headers is an 18 and replaces nothing" {
    echo old >out
    printf 'HTTP/1.1 200 OK\r\nX-A: b\r\n' >raw
    standin set api_raw="$PWD/raw"
    request -o out "$api/etag"
    assert_status 18
    assert_stderr_has 'within its headers'
    assert_equal "$(<out)" old
}

@test "the request id stands in whatever is told of a reply, if there is one" {
    local head='HTTP/1.1 200 OK\r\nConnection: close\r\nx-amzn-RequestId: '
    printf '%b' "${head}some-id\r\n\r\n" >raw
    standin set api_raw="$PWD/raw"
    request --etag-from . -d x "$api/etag"
    assert_status 8
    assert_stderr_has 'no ETag (request some-id)'
    request --fetch-link "$api/etag"
    assert_status 8
    assert_stderr_has 'not a link (request some-id)'
    printf '%b' "${head/200 OK/400 Bad}\r\n\r\n{}" >raw
    request "$api/etag"
    assert_status 22
    refute_stderr_has '(request'
}

@test "--etag-save writes the ETag and a newline, of no failure" {
    local etag
    request --etag-save etag "$api/etag"
    assert_status 0
    assert_stdout '{}'
    etag=$(curl -q -s -o /dev/null -w '%header{etag}' "$api/noauth/etag")
    [[ $etag == \"*\" ]]
    assert_equal "$(od -c etag)" "$(od -c <<<"$etag")"
    standin set header_case=lower etag_style=bare
    request --etag-save etag "$api/etag"
    assert_equal "\"$(<etag)\"" "$etag"
    request --etag-save etag -X PUT "$api/etag"
    assert_status 22
    assert_equal "\"$(<etag)\"" "$etag"
    request --etag-save etag -X PUT -H "If-Match: $(<etag)" -d '{}' "$api/etag"
    assert_status 0
    [[ -s etag && "\"$(<etag)\"" != "$etag" ]]
    # What is not modified has its ETag still, be it told or not.
    local head='HTTP/1.1 304 Not Modified\r\nConnection: close\r\n'
    etag=$(<etag)
    printf '%b' "$head\r\n" >raw
    standin set api_raw="$PWD/raw"
    request --etag-save etag "$api/etag"
    assert_equal "$(<etag)" "$etag"
    printf '%b' "${head}ETag: \"n\"\r\n\r\n" >raw
    request --etag-save etag "$api/etag"
    assert_equal "$(<etag)" '"n"'
    standin set api_raw=ok
    # As in curl: no ETag, an empty file.
    request --etag-save etag "$api/noauth/empty"
    assert_status 0
    [[ -e etag && ! -s etag ]]
    request --etag-save none/etag "$api/etag"
    assert_status 23
    assert_empty_stdout
}

# --- -w ------------------------------------------------------------------

@test "-w writes what is known of the transfer" {
    local name wanted
    printf abcdef >body
    request -o out -w '%{time_total}' -T body "$api/sink"
    [[ $stdout =~ ^[0-9]+\.[0-9]{6}$ ]] || complain time_total
    while IFS='|' read -r name wanted; do
        request -o out -w "$name" -T body "$api/sink?q=1"
        assert_status 0
        assert_empty_stderr
        printf '%b' "$wanted" >want
        cmp -s stdout want || complain "case: $name" "wanted: $wanted"
    done <<END
%{http_code}|200
%{response_code}|200
%{content_type}|application/json
%{size_download}|$(stat -c %s out)
%{size_upload}|6
%{num_connects}|1
%{url_effective}|$api/sink?q=1
%{redirect_url}|
%{method}|PUT
%{scheme}|HTTP
%{http_version}|1.1
%{num_redirects}|0
%{filename_effective}|out
%{exitcode}|0
%{errormsg}|
%{remote_ip}|127.0.0.1
%header{content-type}|application/json
%header{CONTENT-TYPE}|application/json
%header{X-None}|
a\\nb\\tc\\rd|a\\nb\\tc\\rd
100%%|100%
%{http_code} %{http_code}\\n|200 200\\n
%{onerror}no|
a%{onerror}no|a
%|%
%{unclosed|%{unclosed
%header{unclosed|%header{unclosed
%zb|%zb
\\q|\\\\q
\\\\n|\\\\\\\\n
END
    assert_equal "$(ls)" $'body\nhome\nout\nstderr\nstdout\nwant'
}

@test "-w that cannot be written is a 23 with its reason" {
    status=0
    stderr=$("$ASAUTH" request -o out -w x "$echo_url" 2>&1 >&-) || status=$?
    assert_status 23
    assert_stderr_has 'cannot write to standard output: '
}

@test "-w counts a connection only where one was opened" {
    request -o out -w '%{num_connects}' "$api/bytes/1"
    # The token came over the same one.
    assert_equal "$stdout" 0
    request -o out -w '%{num_connects}' "$api/bytes/1"
    assert_equal "$stdout" 1
}

@test "-w follows the body, takes @FILE, and writes to standard error" {
    # What ends the lines of a file is left out, as in curl.
    printf '[%%{http_code}\r\n]\\n\n' >format
    request -w @format "$api/bytes/3"
    assert_equal "$(od -c stdout)" "$(printf '012[200]\n' | od -c)"
    cp stdout ours
    curl -sS -w @format "$api/noauth/bytes/3" | cmp - ours
    request -w @- "$api/bytes/3" <format
    assert_stdout '012[200]'
    request -w 'o%{stderr}e%{http_code}%{stdout}p' "$api/bytes/3"
    assert_stdout 012op
    assert_stderr e200
    request -w '' "$api/bytes/3"
    assert_stdout 012
    request -w one -w two "$api/bytes/3"
    assert_stdout 012two
}

@test "-w is written after a failure, too" {
    request -w '%{http_code}%{onerror} %{exitcode} %{errormsg}' -f \
        "$api/status/418"
    assert_status 22
    [[ $stdout == '418 22 '* ]] || complain
    request -w '%{http_code} %{redirect_url}' -f \
        "$api/redirect/302?to=$STANDIN_OTHER/x"
    assert_status 22
    assert_stdout "302 $STANDIN_OTHER/x"
    request -w '%{http_code} %{size_download}%{onerror} %{exitcode}' \
        http://127.0.0.1:1/
    assert_status 7
    assert_stdout '000 0 7'
    # Where nothing could be sent, too.
    request -w '%{http_code}%{onerror} %{exitcode}' 'http://127.0.0.1/a b'
    assert_status 3
    assert_stdout '000 3'
    request -w '%{http_code}%{onerror} %{exitcode}' -T missing "$echo_url"
    assert_status 26
    assert_stdout '000 26'
    request -w '%{http_code}%{onerror} %{exitcode}' -o none/x "$echo_url"
    assert_status 23
    assert_stdout '000 23'
    # Nothing ran, as with curl.
    request -w '%{http_code}' -H nonsense "$echo_url"
    assert_status 2
    assert_empty_stdout
}

@test "-w never describes the log-in" {
    ASAUTH_CLIENT_SECRET=wrong request "$echo_url" \
        -w '%{http_code} %{size_download} %header{content-type} %{exitcode}'
    assert_status 67
    assert_stdout '000 0  67'
    ASAUTH_CLIENT_SECRET=wrong request -w '%{url_effective}' "$echo_url"
    refute_stdout_has /auth/
}

# --- Retries and limits --------------------------------------------------

@test "without --retry, and of lasting failures, nothing is retried" {
    local code
    request "$api/status/503"
    assert_status 22
    assert_count api 1
    for code in 400 404 409 412 501 505; do
        standin reset
        request --retry 3 "$api/status/$code?service=1"
        assert_status 22
        assert_count api 1 || fail "$code"
        refute_stderr_has again
    done
    standin reset
    request --retry 3 http://127.0.0.1:1/
    assert_status 7
    refute_stderr_has again
}

@test "--retry retries what curl retries, after a second" {
    local code before pids=()
    asauth token >/dev/null
    before=$(milliseconds)
    for code in 408 429 500 502 503 504; do
        timeout 20 "$ASAUTH" request --retry 1 "$api/status/$code" \
            >"out.$code" 2>"err.$code" &
        pids+=($!)
    done
    for code in "${pids[@]}"; do
        status=0
        wait "$code" || status=$?
        assert_status 22
    done
    [[ $(($(milliseconds) - before)) -ge 1000 ]]
    assert_count api 12
    for code in 408 429 500 502 503 504; do
        grep "^asauth: warning: .*HTTP $code; trying again in 1 s" "err.$code"
        grep "^asauth: GET .*: HTTP $code" "err.$code"
        assert_equal "$(grep -o Message "out.$code" | wc -l)" 1 "$code"
    done
}

@test "a retry discards the reply that made it retry" {
    standin set api_status=503,ok
    request --retry 2 -i -D headers --etag-save etag \
        -w '%{http_code} %{num_connects}' "$api/etag"
    assert_status 0
    [[ $stdout == 'HTTP/1.1 200 OK'* && $stdout == *'{}200 0' ]] || complain
    refute_stdout_has 'HTTP/1.1 503'
    assert_equal "$(grep -c HTTP/ headers)" 1
    [[ -s etag ]]
    assert_count api 2
    standin set api_status=500,ok
    request -s --retry 1 -o file -d again "$echo_url"
    assert_status 0
    assert_empty_stderr
    assert_equal "$(standin_log -c '[.[] | select(.port == "api" and
        .target == "/echo") | .body]')" '["again","again"]'
    [[ $(<file) == 'POST /echo'*again ]]
}

@test "retries wait one second, two, four, or what --retry-delay says" {
    asauth token >/dev/null
    timeout 20 "$ASAUTH" request --retry 2 "$api/status/503?a" \
        >out 2>doubling &
    request --retry 2 --retry-delay 1 "$api/status/503?b"
    assert_status 22
    assert_equal "$(grep -o 'again in [0-9]* s' stderr)" \
        $'again in 1 s\nagain in 1 s'
    wait $! || true
    assert_equal "$(grep -o 'again in [0-9]* s' doubling)" \
        $'again in 1 s\nagain in 2 s'
    assert_count api 6
}

@test "Retry-After is honoured" {
    local before
    asauth token >/dev/null
    standin set retry_after=2
    before=$(milliseconds)
    request --retry 1 "$api/status/429"
    assert_status 22
    assert_stderr_has 'again in 2 s'
    [[ $(($(milliseconds) - before)) -ge 2000 ]]
    assert_count api 2
    # Longer than may be waited: the reply is final.
    standin set retry_after=3600
    before=$(milliseconds)
    request --retry 1 --retry-max-time 30 "$api/status/503"
    assert_status 22
    assert_stdout_has Message
    request --retry 1 -m 30 "$api/status/429"
    assert_status 22
    assert_stdout_has Message
    [[ $(($(milliseconds) - before)) -lt 2000 ]]
    assert_count api 4
}

@test "--retry-max-time ends the retries" {
    local before
    asauth token >/dev/null
    before=$(milliseconds)
    request --retry 9 --retry-max-time 2 "$api/status/503"
    assert_status 22
    [[ $(($(milliseconds) - before)) -lt 4500 ]]
    # As in curl, a wait that began in time is waited to its end.
    assert_count api 3
}

@test "a redirect that leads nowhere is not followed" {
    printf '%s\r\n' 'HTTP/1.1 302 Found' 'Location:' 'Content-Length: 0' '' >raw
    standin set api_raw="$PWD/raw"
    request -L "$api/x"
    assert_status 22
    assert_stderr_has 'HTTP 302'
}

@test "what -F cannot send is refused" {
    local field
    for field in '=(;type=multipart/mixed' 'a=(' 'a=b;type=plain' $'a=b;type=x/y\r\nX-I: 1' 'a=b;type=' \
        'a=b;encoder=bogus' 'a=b;headers=@file' $'a=b;headers="X: 1\nY: 2"'; do
        refuse 2 --form -F "$field" "$echo_url"
    done
}

@test "headers without end are a 56" {
    {
        printf 'HTTP/1.1 200 OK\r\n'
        for _ in {1..400}; do
            printf 'X-Long: %01000d\r\n' 0
        done
        printf 'Content-Length: 0\r\n\r\n'
    } >raw
    standin set api_raw="$PWD/raw"
    request -i "$api/x"
    assert_status 56
    assert_stderr_has "the reply's headers are too large"
    assert_empty_stdout
}

@test "a NUL in a file of headers is refused" {
    printf 'X-A: 1\0X-B: 2\n' >headers
    refuse 2 'control characters' -H @headers "$echo_url"
}

@test "a wait that the server asks for is for once" {
    local before after
    printf '%s\r\n' 'HTTP/1.1 503 Busy' 'Retry-After: 3' \
        'Content-Length: 0' '' >busy
    printf '%s\r\n' 'HTTP/1.1 503 Busy' 'Content-Length: 0' '' >bare
    printf '%s\r\n' 'HTTP/1.1 200 OK' 'Content-Length: 0' '' >fine
    standin set api_raw="$PWD/busy,$PWD/bare,$PWD/fine"
    request --retry 2 "$api/x"
    assert_status 0
    assert_stderr_has 'trying again in 3 s'
    assert_stderr_has 'trying again in 2 s'
}

@test "-m bounds the run: the reply, the log-in, the retries" {
    local before
    before=$(milliseconds)
    request -m 0.3 "$api/slow/5"
    assert_status 28
    assert_empty_stdout
    standin set token_mode=silent
    request --no-cache -m 0.3 "$echo_url"
    assert_status 28
    assert_empty_stdout
    standin set token_mode=normal
    request -m 1.5 --retry 9 "$api/status/503"
    assert_status 22
    request --max-time 0.4 -o file "$api/stall/1000"
    assert_status 28
    [[ ! -e file ]]
    [[ $(($(milliseconds) - before)) -lt 4000 ]]
    request -m 10 "$api/bytes/1"
    assert_status 0
}

@test "-m bounds the wait for a pipe that nobody writes to" {
    local option
    asauth token >/dev/null
    mkfifo fifo
    for option in -d@fifo --json=@fifo --data-urlencode=@fifo -H@fifo \
        -w@fifo -Fa=@fifo '-Fa=<fifo' -Tfifo; do
        request -m 0.3 "$option" "$echo_url"
        assert_status 28 || fail "$option"
        assert_empty_stdout || fail "$option"
    done
    timeout 20 "$ASAUTH" request -y 1 -T fifo "$echo_url" 2>stderr || status=$?
    assert_status 28
}

@test "nothing is retried once bytes have reached standard output" {
    asauth token >/dev/null
    timeout 20 "$ASAUTH" request --retry 1 -y 1 -o file \
        "$api/stall/1000?file" 2>err.file &
    request --retry 1 -y 1 "$api/stall/1000?stdout"
    assert_status 28
    refute_stderr_has again
    assert_equal "$(stat -c %s stdout)" 500
    status=0
    wait $! || status=$?
    assert_status 28
    grep 'trying again' err.file
    [[ ! -e file ]]
    assert_equal "$(standin_log '[.[] | select(.target == "/stall/1000?file")]
        | length')" 2
    assert_equal "$(standin_log '[.[] | select(.target ==
        "/stall/1000?stdout")] | length')" 1
}

@test "what went to /dev/null can be retried" {
    request --retry 1 -y 1 -o /dev/null "$api/stall/1000"
    assert_status 28
    assert_stderr_has 'trying again'
}

@test "a body from a pipe is not sent twice by --retry" {
    standin set api_status=503,ok
    request --retry 2 -H Expect: -T - "$echo_url" < <(echo piped)
    assert_status 22
    assert_stderr_has 'the body came from a pipe'
    assert_count api 1
    # Refused before a byte of it was asked for, it is still whole.
    standin set api_status=503,ok
    request --retry 2 -T - "$echo_url" < <(echo untouched)
    assert_status 0
    assert_stdout_has untouched
    standin set api_status=503,ok
    echo regular >file
    request --retry 2 -T - "$echo_url" <file
    assert_status 0
    assert_stdout_has regular
    assert_count api 5
}

@test "bodies are the server's bytes" {
    request "$api/binary"
    assert_status 0
    cmp stdout <(curl -q -s "$api/noauth/binary")
    request "$api/chunked/300000"
    assert_status 0
    cmp stdout <(curl -q -s "$api/noauth/bytes/300000")
    request "$api/noauth/empty"
    assert_status 0
    assert_empty_stdout
}

@test "failures of the network have curl's statuses and stay off stdout" {
    request http://127.0.0.1:1/x
    assert_status 7
    assert_stderr_has 'asauth: GET http://127.0.0.1:1/x: '
    assert_empty_stdout
    standin set api_mode=close
    request "$echo_url"
    assert_status 52
    assert_empty_stdout
    standin set api_mode=reset
    request "$echo_url"
    assert_status 56
    assert_empty_stdout
    standin set api_mode=normal
    request "$api/cut/1000"
    assert_status 18
    assert_equal "$(stat -c %s stdout)" 500
}
