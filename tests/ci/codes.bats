#!/usr/bin/env bats
#
# What becomes of libcurl's codes, those of newer versions too: each is put in
# the place of what the libcurl of this system says.

load ../standin

setup_file() {
    local top=$BATS_TEST_DIRNAME/../..
    standin_start
    gcc -shared -fPIC -o "$BATS_FILE_TMPDIR/inject.so" \
        "$BATS_TEST_DIRNAME/inject.c" -ldl
    make -s -C "$top" DEPS=no BUILD=build/link PROGRAM=build/link/asauth \
        CURL=link all >/dev/null
    export LINKED=$top/build/link/asauth
}

setup() {
    use_standin
    export INJECTED=$PWD/calls
}

# injected CODE ARGUMENTS...: asauth whose calls all end with CODE; leaves
# $calls as well.
injected() {
    : >calls
    ASAUTH=$LINKED INJECT=$1 LD_PRELOAD=$BATS_FILE_TMPDIR/inject.so \
        run_asauth "${@:2}"
    calls=$(wc -l <calls)
}

@test "a code of libcurl's is the status, and passing ones of a log-in are tried three times" {
    local code want
    for code in 1 2 3 4 5 6 7 8 16 18 23 26 28 35 43 47 48 52 53 54 55 56 58 \
        59 60 61 63 64 65 66 77 78 80 81 82 83 88 90 91 92 93 94 95 96 97 98 \
        99 101; do
        ASAUTH_TOKEN='Atc|x' injected "$code" request http://127.0.0.1:1/x
        assert_status "$code"
        assert_empty_stdout
        assert_stderr_has 'asauth: GET http://127.0.0.1:1/x: '
        refute_stderr_has 'no error'
    done
    for code in 5 6 7 16 18 28 35 52 55 56 77 92 96; do
        case $code in
            5 | 6 | 7 | 16 | 18 | 28 | 52 | 55 | 56 | 92) want=3 ;;
            *) want=1 ;;
        esac
        injected "$code" token --token-url http://127.0.0.1:1/
        assert_status "$code"
        assert_empty_stdout
        equals "$calls" "$want" "code $code"
    done
}

@test "a header line that is too long is 56 from an API and 63 from the token endpoint" {
    local code
    for code in 27 100; do
        printf 'HTTP/1.1 200 OK\r\nX-Long: x\r\n' >raw
        standin set api_raw="$PWD/raw" token_raw="$PWD/raw"
        ASAUTH_TOKEN='Atc|x' injected "$code" request /v1/applications/a/edits
        assert_status 56
        assert_stderr_has "headers are too large"
        injected "$code" token
        assert_status 63
        assert_empty_stdout
    done
}

@test "out of memory is 27 where no header had begun" {
    ASAUTH_TOKEN='Atc|x' injected 27 request http://127.0.0.1:1/x
    assert_status 27
}

@test "what is no HTTP is 1 from an API and 8 from the token endpoint" {
    printf 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}' >raw
    standin set api_raw="$PWD/raw" token_raw="$PWD/raw"
    injected 1 token
    assert_status 8
    printf 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{}' >raw
    injected 61 token
    assert_status 8
}

@test "a proxy that refuses the way is 56, be it 7 to libcurl" {
    standin set proxy_user=me proxy_password=right
    ASAUTH_TOKEN='Atc|x' injected 7 request -x "$STANDIN_PROXY" \
        https://developer.amazon.com/
    assert_status 56
    assert_stderr_has 'asauth: hint: the proxy '
}

@test "a libcurl before 7.74 is not used" {
    export ASAUTH_TOKEN='Atc|x'
    CURL_VERSION_NUM=074900 injected 7 request http://127.0.0.1:1/x
    assert_status 2
    assert_stderr_has 'libcurl cannot be used: it is too old'
    assert_stderr_has 'hint: install libcurl 7.74'
    CURL_VERSION_NUM=074a00 injected 7 request http://127.0.0.1:1/x
    assert_status 7
}
