#!/usr/bin/env bats
#
# Options of curl's that asauth request has as well: where the URL comes from,
# how the bytes travel, and what is asked for only if it has changed.

load standin

setup_file() {
    standin_start
    http2_start
}

@test "--url takes the place of the operand, of which there is one (2)" {
    request --url "$echo_url"
    assert_status 0
    equals "$(sent .target)" /echo
    request --url=/x --api-url "$echo_url"
    equals "$(sent .target)" /echo/x
    standin reset
    refuse 2 'one operand too many' --url "$echo_url" "$echo_url"
    refuse 2 'one operand too many' "$echo_url" --url "$echo_url"
    refuse 2 'one operand too many' --url "$echo_url" --url "$echo_url"
    refuse 2 --url --url ''
}

@test "--url-query adds to the URL's query" {
    local wanted arguments
    printf 'a b' >file
    while IFS=$'\t' read -r wanted arguments; do
        eval "request $arguments" <file
        assert_status 0
        equals "$(sent .target)" "$wanted" "case: $arguments"
    done <<'END'
/echo?a+b	--url-query 'a b' "$echo_url"
/echo?q=0&a=1&b=%20	--url-query a=1 --url-query +b=%20 "$echo_url?q=0#part"
/echo?n=a+b	--url-query n@file "$echo_url"
/echo?n=a+b	--url-query n@- "$echo_url"
/echo?x=1&a=b	-G -d x=1 --url-query a=b "$echo_url"
/echo?a=b	-d x=1 --url-query a=b "$echo_url"
/echo/file?a=b	-T file --url-query a=b "$echo_url/"
END
    standin reset
    refuse 26 'none: No such file' --url-query n@none "$echo_url"
    refuse 2 'standard input' --client-secret-file - --url-query n@- \
        "$echo_url" <<<x
}

@test "--compressed asks for a compressed reply and unpacks it" {
    printf 'hello hello hello\n' >plain
    {
        printf 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'
        gzip -c plain
    } >packed
    answer_file api packed
    request --compressed "$echo_url"
    assert_status 0
    cmp stdout plain
    matches "$(sent_header Accept-Encoding)" gzip
    # The log-in does not ask.
    equals "$(standin_log '.[0].headers[] |
        select(.[0] | ascii_downcase == "accept-encoding") | .[1]')" ''
    request "$echo_url"
    cmp stdout <(gzip -c plain)
    equals "$(sent_header Accept-Encoding)" ''
}

@test "--http1.1 and --http2 choose the version, the last one given counts" {
    local wanted options url=https://127.0.0.1:$h2_port/noauth/echo
    while read -r wanted options; do
        # shellcheck disable=SC2086 # words
        request --cacert "$BATS_FILE_TMPDIR/ca.pem" $options -o out \
            -w '%{http_version}' "$url"
        assert_status 0
        equals "$stdout" "$wanted" "$options"
    done <<'END'
2
1.1 --http1.1
2 --http2
1.1 --http2 --http1.1
2 --http1.1 --http2
END
    # Without TLS a server is asked whether it would.
    request --http2 "$echo_url"
    assert_status 0
    equals "$(sent_header Upgrade)" h2c
}

@test "--limit-rate holds the transfer to so many bytes per second" {
    local rate
    # An upload: libcurl may let the first burst of a download pass.
    head -c 150000 /dev/zero >file
    request -o out -w '%{time_total}' --limit-rate 50k -T file "$api/sink"
    assert_status 0
    number "${stdout%.*}" -ge 2
    equals "$(sent .body_size)" 150000
    request -o out --limit-rate 0 "$echo_url"
    assert_status 0
    standin reset
    for rate in x 1.5K 1kb -1 k 99999999999G; do
        refuse 2 limit-rate --limit-rate "$rate" "$echo_url"
    done
}

@test "--create-dirs makes the directories of -o, -D and --etag-save" {
    umask 027
    request --create-dirs -o a/b/out -D c/d/headers --etag-save ./e//f/etag \
        "$api/etag"
    assert_status 0
    filled a/b/out c/d/headers e/f/etag
    equals "$(file_mode a) $(file_mode a/b)" '750 750'
    : >file
    standin reset
    refuse 23 'cannot create file/x: ' --create-dirs -o file/x/y "$echo_url"
    refuse 23 a/none/x -o a/none/x "$echo_url"
    ln -s /proc/none/none dangling
    refuse 23 '' --create-dirs -o dangling/x "$echo_url"
}

@test "--etag-save of a reply without an ETag makes a new file, and leaves an old one" {
    echo old >etag
    request --etag-save etag "$api/bytes/10"
    assert_status 0
    equals "$(<etag)" old
    request --etag-save new "$api/bytes/10"
    exists new
    equals "$(<new)" ''
}

@test "--etag-compare asks only for what has changed since --etag-save" {
    request --etag-compare etag --etag-save etag -o out "$api/etag"
    assert_status 0
    assert_empty_stderr
    equals "$(sent_header If-None-Match)" '""'
    filled etag out
    echo old >out
    standin set api_status=304
    request --etag-compare etag --etag-save etag -o out -w '%{http_code}' \
        "$api/etag"
    assert_status 0
    assert_stdout 304
    equals "$(sent_header If-None-Match)" "$(<etag)"
    equals "$(<out)" old
    filled etag
    standin set api_status=ok
    request --etag-compare none "$echo_url"
    assert_status 0
    assert_stderr_has 'warning: --etag-compare none: there is no such file'
    : >empty
    request --etag-compare empty -H 'If-None-Match: "x"' "$echo_url"
    equals "$(sent_header If-None-Match)" $'"x"\n""'
    printf '"a\001"' >bad
    standin reset
    refuse 2 etag-compare --etag-compare bad "$api/none"
}

@test "--etag-from is not asked with the ETag of --etag-compare" {
    request --etag-save etag -o out "$api/etag"
    request --etag-from . --etag-compare etag -X PUT -d x "$api/etag"
    assert_status 0
    equals "$(standin_log -c '.[-2].headers[][0] | ascii_downcase |
        select(. == "if-none-match")')" ''
    equals "$(sent_header If-None-Match)" "$(<etag)"
}

@test "--no-progress-meter hides the progress, not what goes wrong" {
    local option shown
    head -c 120000 /dev/zero >file
    for option in '' -# '-# --no-progress-meter' '--no-progress-meter -#'; do
        script -qefc "asauth request $option -o out --limit-rate 50K \
            -T file '$api/sink'" screen >/dev/null
        shown=$(grep -v '^Script' screen | grep -c .) || true
        case $option in
            *meter*) equals "$shown" 0 "$option" ;;
            *) number "$shown" -gt 0 "$option" ;;
        esac
    done
    request --no-progress-meter "$api/status/404"
    assert_stderr_has 'HTTP 404'
}
