#!/usr/bin/env bats
#
# The static program, built from nothing: it takes minutes and Debian's
# packages.

load ../helper

@test "two static builds in two folders are the same program" {
    local arch one=$BATS_TEST_TMPDIR/one two="$BATS_TEST_TMPDIR/longer/two"
    arch=$(uname -m)
    arch=${arch/aarch64/arm64}
    tree "$one"
    tree "$two"
    (cd "$one" && make -s static) >/dev/null
    (cd "$two" && umask 077 && TZ=Asia/Tokyo LC_ALL=C make -s static) \
        >/dev/null
    cmp "$one/build/static/$arch/asauth" "$two/build/static/$arch/asauth"
}

@test "a tarball of curl's that is named serves instead, if its sum is right" {
    local arch sum tarball
    arch=$(uname -m)
    arch=${arch/aarch64/arm64}
    make -s -C "$HERE/.." static >/dev/null
    tarball=$(echo "$HERE"/../build/static/source/curl_*.orig.tar.gz)
    sum=$(sha256sum "$tarball" | cut -d' ' -f1)
    tree "$BATS_TEST_TMPDIR/tree"
    cd "$BATS_TEST_TMPDIR/tree" || return
    run make -s static CURL_SOURCE="$tarball" CURL_SHA256="${sum//0/1}"
    [[ $status -ne 0 ]] || fail "$output"
    contains "$output" "$tarball"
    absent "build/static/$arch/asauth"
    run make -s static CURL_SOURCE="$tarball" CURL_SHA256="$sum"
    [[ $status -eq 0 ]] || fail "$output"
    run "build/static/$arch/asauth" --version
    contains "$output" "linked: curl/"
    absent build/static/apt
}
