#!/usr/bin/env bats
#
# What a terminal shows of a reply: JSON for people, nothing that drives it.

load standin

setup() {
    use_standin
    asauth token >/dev/null
    export LC_ALL=C.UTF-8 TERM=xterm NO_COLOR=1
}

# reply_json BODY [TYPE]: what the API answers from now on, once a connection.
reply_json() {
    answer api '200 OK' "Content-Type: ${2-application/json}" \
        'Connection: close' -- "${1//\\/\\\\}"
}

# shown ARGS: the request on a terminal; what that shows, byte by byte.
shown() {
    on_terminal "'$ASAUTH' request /v1/applications/a/edits $*" ''
    stdout=${stdout//$'\r'/}
    stdout=${stdout#*$'\n'}
    stdout=${stdout%$'\n'Script done*}
}

@test "a terminal gets JSON indented" {
    reply_json '{"a":1,"b":[true,null,{"c":"x, {y}: [z] \" \\"}],"d":{},"e":[ ]}'
    shown
    assert_status 0
    assert_stdout '{
  "a": 1,
  "b": [
    true,
    null,
    {
      "c": "x, {y}: [z] \" \\"
    }
  ],
  "d": {},
  "e": []
}
'
}

@test "numbers, order and names that stand twice stay as they came" {
    local body='{"z":1.50,"a":123456789012345678901234567890,"z":-0.0e+1}'
    reply_json "$body"
    shown
    equals "$(tr -d ' \n' <<<"$stdout")" "$body"
}

@test "JSON is known by application/json or +json, in any case" {
    local type
    for type in 'Application/JSON; charset=utf-8' application/problem+json; do
        reply_json '[1,2]' "$type"
        shown
        assert_stdout $'[\n  1,\n  2\n]\n'
    done
    for type in text/plain application/json5 application/jsonl; do
        reply_json '[1,2]' "$type"
        shown
        assert_stdout $'[1,2]\n'
    done
}

@test "what only claims to be JSON is shown as it came" {
    local body
    for body in '{"a":' '[1,2]]' '<html>' '{"a" 1}' '"open' '[1e999999]'; do
        reply_json "$body"
        shown
        assert_stdout "$body"$'\n'
    done
}

@test "keys and strings are coloured, unless NO_COLOR or TERM forbids it" {
    local esc=$'\e'
    reply_json '{"key":"text","n":[1,"more"]}'
    NO_COLOR='' shown
    assert_stdout_has "${esc}[34;1m\"key\"${esc}[0m: ${esc}[32m\"text\"${esc}[0m"
    assert_stdout_has "    1,
    ${esc}[32m\"more\"${esc}[0m
  ]"
    NO_COLOR=1 shown
    refute_stdout_has "$esc"
    NO_COLOR='' TERM=dumb shown
    refute_stdout_has "$esc"
    unset NO_COLOR TERM
    shown
    assert_stdout_has "$esc"
}

@test "a terminal is not driven by JSON, by text or by -i" {
    reply_json $'{"a":"\x7f\302\23331m\342\200\256"}'
    shown
    assert_status 0
    lacks "$stdout" $'\x7f'
    lacks "$stdout" $'\302\233'
    lacks "$stdout" $'\342\200\256'
    reply_json $'tab\there\e]0;title\a\nback\rspace\b\r\nend' text/plain
    shown
    assert_stdout $'tab\there^[]0;title\\a\nback\\rspace\\b\nend\n'
    answer api '200 OK' $'X-Evil: a\e[31mb' 'Connection: close' -- x
    shown -i
    lacks "$stdout" $'\e'
    assert_stdout_has 'X-Evil: a^[[31mb'
}

@test "letters that a terminal can show arrive whole, however they are cut" {
    local text
    printf -v text 'ä€😀%.0s' {1..20000}
    printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n%s' "$text" >raw
    answer_file api raw
    shown
    assert_status 0
    [[ $stdout == "$text"$'\n' ]] || fail 'another text is shown'
}

@test "any body ends with a newline, but not with two" {
    reply_json 'text' text/plain
    shown "&& echo end"
    assert_stdout $'text\nend\n'
}

@test "a pipe, a file and -o - get the server's bytes" {
    local body=$'{"a":[1,2]}'
    reply_json "$body"
    request /v1/applications/a/edits
    assert_stdout "$body"
    shown -o out
    equals "$(<out)" "$body"
    on_terminal "'$ASAUTH' request -o - /v1/applications/a/edits && echo end" ''
    assert_stdout_has "${body}end"
}

@test "headers and variables do not drive a terminal either" {
    local options
    answer api '200 OK' 'X-Evil: a\033]0;b\007\0233c\0302\0233d' \
        'Content-Length: 0'
    for options in "-D -" "-w '%header{x-evil}'" "-w '%{header_json}'"; do
        shown "$options"
        assert_stdout_has "a^[]0;b\\"
        matches "$stdout" $'^[ -~\t\n]+$' "$options"
    done
    request -D headers -w '%header{x-evil}' /v1/applications/a/edits
    assert_stdout_has $'a\033]0;b'
    equals "$(grep -c $'a\033]0;b' headers)" 1
}

@test "-i shows the headers before the indented body" {
    reply_json '[1]'
    shown -i
    assert_stdout $'HTTP/1.1 200 OK
Content-Type: application/json
Connection: close

[
  1
]
'
}

@test "more than 1 MiB of JSON is shown as it came" {
    python3 -c 'print("[" + ",".join(["1"] * 600000) + "]", end="")' >big
    { printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n'
      cat big; } >raw
    answer_file api raw
    shown
    assert_status 0
    [[ $stdout == "$(<big)"$'\n' ]] || fail 'other JSON is shown'
}

@test "JSON that was cut off is shown as far as it came" {
    answer api '200 OK' 'Content-Type: application/json' \
        'Content-Length: 100' -- '{"a":1,"b'
    shown
    assert_status 18
    assert_stdout_has $'{"a":1,"b\n'
    assert_stdout_has 'asauth: '
}

@test "an error that is understood is not shown a second time" {
    local body='{"errorCode":"locked","errorMessage":"The edit is locked"}'
    answer api '400 Bad Request' 'Content-Type: application/json' \
        'Connection: close' -- "$body"
    shown
    assert_status 22
    assert_stdout_has 'The edit is locked'
    refute_stdout_has errorCode
    # Where no message is to be seen, the body is.
    shown -s
    assert_status 22
    assert_stdout_has '"errorMessage": "The edit is locked"'
    shown '2>/dev/null'
    assert_stdout_has '"errorMessage": "The edit is locked"'
    request /v1/applications/a/edits
    assert_stdout "$body"
}

# answer_error BODY [TYPE]: what the API refuses with from now on.
answer_error() {
    answer api '400 Bad Request' "Content-Type: ${2-application/json}" \
        'Connection: close' -- "$1"
    shown
    assert_status 22
}

@test "of an error all is told, by its message or by showing it" {
    local seen='"errorMessage":"too long"'
    answer_error '{"httpCode":400,"message":"Bad Request",
        "errors":[{"errorCode":"a","errorMessage":"too long"},
        {"errorCode":"b","errorMessage":"too\\n short","x":null}]}'
    refute_stdout_has errorCode
    answer_error "{$seen,\"field\":\"title\"}"
    assert_stdout_has '"field": "title"'
    answer_error "{$seen,\"most\":30}"
    assert_stdout_has '"most": 30'
    answer_error "{\"message\":\"see below\",\"errors\":[{$seen}]}"
    assert_stdout_has '"message": "see below"'
    answer_error "{\"errorMessage\":\"too short\",$seen}"
    assert_stdout_has '"errorMessage": "too short"'
    answer_error '<html><title>Sorry</title><p>Later</p></html>'
    assert_stdout_has '<p>Later</p>'
}

@test "a plain text that the message holds is not shown a second time" {
    answer_error $'Report\n not found' text/plain
    equals "$(grep -c 'not found' <<<"$stdout")" 1
    shown -s
    assert_stdout $'Report\n not found\n'
}

@test "an error that is not understood is shown" {
    answer api '400 Bad Request' 'Content-Type: application/json' \
        'Connection: close' -- '{"a":"b"}'
    shown
    assert_status 22
    assert_stdout_has '"a": "b"'
    answer api '502 Bad Gateway' 'Content-Type: text/html' \
        'Connection: close' -- '<html><p>Sorry</p></html>'
    shown
    assert_stdout_has '<p>Sorry</p>'
}

@test "--retry tries again while JSON was held back" {
    raw_reply first '503 Service Unavailable' \
        'Content-Type: application/json' 'Connection: close' -- '{"a":1}'
    raw_reply second '200 OK' 'Content-Type: application/json' \
        'Connection: close' -- '{"b":2}'
    answer_file api first second
    shown -s --retry 1 --retry-delay 1
    assert_status 0
    assert_stdout $'{\n  "b": 2\n}\n'
}
