#!/usr/bin/env bats
#
# What a hit, the help and the version do without: libcurl, where it is loaded
# when it is needed.

load ../standin

# libraries [ARG...]: those that a run maps.
libraries() {
    LD_DEBUG=files LD_DEBUG_OUTPUT=$BATS_TEST_TMPDIR/ld "$ASAUTH" "$@" \
        >stdout 2>stderr || true
    cat ld.* | grep -o 'file=[^ ]*' | sed 's/^file=//; s|.*/||' | sort -u
    rm ld.*
}

@test "a hit maps no libcurl, a mint does" {
    libraries token >mint
    grep libcurl mint
    libraries token >hit
    filled stdout
    grep libjansson hit
    run grep -e libcurl -e libssl -e libcrypto hit
    [[ $status -eq 1 ]] || fail "$output"
    # Nor does any other work that needs no network.
    local words
    for words in '--help' 'token --help' 'request --help' \
        'whoami-scope --offline' 'token --format json' 'token --forget' \
        'token --bogus'; do
        # shellcheck disable=SC2086 # words
        libraries $words >other
        run grep libcurl other
        [[ $status -eq 1 ]] || fail "$words"
    done
}

# broken: have every libcurl that the loader finds first be none.
broken() {
    mkdir broken
    echo 'no library' >broken/libcurl.so.4
    cp broken/libcurl.so.4 broken/libcurl-gnutls.so.4
    cp broken/libcurl.so.4 broken/libcurl.so
    export LD_LIBRARY_PATH=$PWD/broken
}

@test "without libcurl a hit, help and version work, and the rest says so" {
    local token words
    token=$(asauth token)
    broken
    run_asauth token
    assert_status 0
    assert_stdout "$token"
    assert_empty_stderr
    run_asauth --help
    assert_status 0
    run_asauth --version
    assert_status 0
    assert_stdout_has 'no libcurl'
    for words in 'token --refresh' "request $STANDIN_API/echo" \
        'request -G -d a=b /x' 'request --data-urlencode a=b /x' \
        'whoami-scope --refresh'; do
        # shellcheck disable=SC2086 # words
        run_asauth $words
        assert_status 2 || fail "$words"
        [[ $(grep -c 'libcurl cannot be used' stderr) -eq 1 ]] ||
            complain "$words"
        assert_stderr_has 'hint: install libcurl'
    done
    assert_stdout_has 'not found out'
}

@test "an ELF note tells packagers that libcurl is loaded when needed" {
    # An ELF note of the freedesktop form, owner FDO, type 0x407c0c0a.
    objcopy --dump-section .note.dlopen=note "$ASAUTH" copy
    matches "$(head -c 16 note | od -An -tx1 | tr -d ' \n')" \
        '^04000000.{8}0a0c7c4046444f00$'
    tail -c +17 note | tr -d '\0' | jq -e 'type == "array" and
        (.[0] | .feature and .description and .priority) and
        ([.[].soname] | flatten | index("libcurl.so.4") != null)'
}
