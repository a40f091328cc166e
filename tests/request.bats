#!/usr/bin/env bats
#
# asauth request: the URL, the method and the headers that are sent, and the
# bytes that come back.

load standin

@test "a GET with the token reaches the API and its body comes out" {
    request "$api/bytes/100"
    assert_status 0
    assert_empty_stderr
    equals "$(<stdout)" "$(curl -q -s "$api/noauth/bytes/100")"
    equals "$(standin_log '.[1].method')" GET
    equals "$(standin_log '.[1].headers[] |
        select(.[0] == "Authorization") | .[1]')" "Bearer $(standin tokens)"
    assert_count api 2
}

@test "a URL that begins with a slash is appended to the API URL" {
    local url
    for url in "$STANDIN_API_URL" "$STANDIN_API_URL/" "$STANDIN_API_URL//"; do
        request --api-url "$url" '/v1/applications/app1/edits?a=b'
        assert_status 0
        assert_stdout '{}'
        equals "$(sent .target)" \
            '/api/appstore/v1/applications/app1/edits?a=b' "$url"
    done
    ASAUTH_API_URL=$api/echo request /x/y
    equals "$(sent .target)" /echo/x/y
}

@test "a URL is taken literally, without globbing" {
    local path
    for path in '/echo/[1-3]' '/echo/{a,b}' '/echo/%7B%5D?q=[a]' '/echo/a|b'; do
        request "$api$path"
        assert_status 0
        equals "$(sent .target)" "$path"
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
        equals "$(sent .method)" "$wanted" "case: $arguments"
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

@test "-H adds headers, in their order, also twice the same" {
    request -H 'X-B: 2' -H 'X-Ü: no' "$echo_url"
    assert_status 2
    request -H 'X-B: 2' -H 'X-A: 1' -H 'X-B:  3' -H 'X-U: größer' "$echo_url"
    assert_status 0
    equals "$(sent_header X-B)" $'2\n3'
    assert_stdout_has $'X-B: 2\r\nX-A: 1\r\nX-B:  3\r\n'
    assert_stdout_has $'X-U: größer\r\n'
}

@test "-H passes a blank line over, and a tab within a value along, as does -A" {
    refuse 2 --user-agent -A $'a\rb' "$echo_url"
    printf ' \t\nX-C: d\n' >lines
    request -H '' -H ' ' -H $'X-A: a\tb' -H $'X-B:\tc' -H @lines "$echo_url"
    assert_status 0
    assert_stdout_has $'X-A: a\tb\r\nX-B:\tc\r\nX-C: d\r\n'
    request -A $'a\tb' "$echo_url"
    assert_status 0
    assert_stdout_has $'User-Agent: a\tb\r\n'
}

@test "-o and -T can be given once, for the one URL" {
    printf x >body
    refuse 2 '--output: given more than once' -o a -o b "$echo_url"
    refuse 2 '--output: given more than once' -o a --output a "$echo_url"
    refuse 2 '--upload-file: given more than once' -T body -Tbody "$echo_url"
    assert_count token 0
    equals "$(ls)" $'body\nhome\nstderr\nstdout'
}

@test "-H NAME: takes a header out, -H NAME; sends it empty" {
    request -H Accept: -H 'X-Empty;' -H 'User-Agent:' "$echo_url"
    assert_status 0
    refute_stdout_has Accept
    refute_stdout_has User-Agent
    assert_stdout_has $'\nX-Empty:\r\n'
    request -H 'Accept: text/csv' -H 'Host: other.example' "$echo_url"
    assert_status 0
    equals "$(sent_header Accept)" text/csv
    equals "$(sent_header Host)" other.example
}

@test "-H @FILE holds a header a line" {
    local line
    printf 'X-A: 1\r\n\nX-B: 2\nAccept:\nX-C: 3' >headers
    request -H @headers -H 'X-D: 4' "$echo_url"
    assert_status 0
    assert_stdout_has $'\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\nX-D: 4\r\n'
    refute_stdout_has Accept
    request -H @- "$echo_url" <headers
    assert_status 0
    equals "$(sent_header X-C)" 3
    request -H @<(echo 'X-P: pipe') "$echo_url"
    assert_status 0
    equals "$(sent_header X-P)" pipe
    standin reset
    refuse 26 'none: No such file or directory' -H @none "$echo_url"
    echo 'X-A 1' >headers
    refuse 2 'X-A 1' -H @headers "$echo_url"
    echo 'aUTHORIZATION: Bearer x' >headers
    refuse 2 uthorization -H @headers "$echo_url"
    for line in 'X-A: a\rb\n' 'X-A: 1\0X-B: 2\n'; do
        printf '%b' "$line" >headers
        refuse 2 'control characters' -H @headers "$echo_url"
    done
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

@test "control bytes in headers and methods are refused (2), and lines that are no headers" {
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
    matches "$(sent_header User-Agent)" '^asauth/[0-9]'
    request -A 'me/2 (x)' "$echo_url"
    equals "$(sent_header User-Agent)" 'me/2 (x)'
    request -A '' "$echo_url"
    assert_status 0
    refute_stdout_has User-Agent
    request -A one -H 'User-Agent: two' "$echo_url"
    equals "$(sent_header User-Agent)" two
}

@test "the body of a reply comes out byte for byte" {
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
