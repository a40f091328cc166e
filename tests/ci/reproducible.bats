#!/usr/bin/env bats
#
# The same source gives the same bytes, wherever and whenever.

load ../helper

@test "two builds in two folders are the same program" {
    tree "$BATS_TEST_TMPDIR/one"
    tree "$BATS_TEST_TMPDIR/a longer path/two"
    (cd "$BATS_TEST_TMPDIR/one" && make -s) >/dev/null
    (cd "$BATS_TEST_TMPDIR/a longer path/two" &&
        umask 077 && TZ=Asia/Tokyo LC_ALL=C make -s -j2) >/dev/null
    cmp "$BATS_TEST_TMPDIR/one/asauth" \
        "$BATS_TEST_TMPDIR/a longer path/two/asauth"
}

@test "two tarballs from two checkouts are the same" {
    local one=$BATS_TEST_TMPDIR/one two=$BATS_TEST_TMPDIR/two
    git clone -q "$HERE/.." "$one"
    (umask 077 && git clone -q "$HERE/.." "$two")
    "$one/packaging/dist" >/dev/null
    touch "$two/README.md"
    (umask 077 && TZ=Asia/Tokyo "$two/packaging/dist" >/dev/null)
    cmp "$one"/build/asauth-*.tar.gz "$two"/build/asauth-*.tar.gz
    cp "$one"/build/asauth-*.tar.gz "$BATS_TEST_TMPDIR/first.tar.gz"
    "$one/packaging/dist" >/dev/null
    cmp "$one"/build/asauth-*.tar.gz "$BATS_TEST_TMPDIR/first.tar.gz"
    # Unpacked, it makes itself again, and the same program.
    mkdir "$BATS_TEST_TMPDIR/unpacked"
    tar -xzf "$BATS_TEST_TMPDIR/first.tar.gz" -C "$BATS_TEST_TMPDIR/unpacked"
    cd "$BATS_TEST_TMPDIR"/unpacked/asauth-*
    make -s >/dev/null
    packaging/dist >/dev/null
    cmp build/asauth-*.tar.gz "$BATS_TEST_TMPDIR/first.tar.gz"
    make -s -C "$one" >/dev/null
    cmp asauth "$one/asauth"
}

@test "libcurl can be linked ordinarily" {
    cd "$HERE/.." || return
    make -s CURL=link BUILD="$BATS_TEST_TMPDIR/build" \
        PROGRAM="$BATS_TEST_TMPDIR/asauth" >/dev/null
    run readelf -d "$BATS_TEST_TMPDIR/asauth"
    contains "$output" libcurl.so.4
    run "$BATS_TEST_TMPDIR/asauth" --version
    contains "$output" libcurl/
}
