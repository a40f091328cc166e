#!/usr/bin/env bats
#
# The packages: built, looked at, installed where there is nothing else.

load ../standin

setup_file() {
    ROOT=$BATS_FILE_TMPDIR/root
    export ROOT
    DEB=$(make -s -C "$HERE/.." deb | grep -v dbgsym)
    DEB=$HERE/../$DEB
    export DEB
    # The machine's own mirror, whatever that is.
    debootstrap --variant=minbase "$(sed -n \
        's/^VERSION_CODENAME=//p' /etc/os-release)" "$ROOT" \
        "$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)" \
        >"$BATS_FILE_TMPDIR/log" 2>&1 || cat "$BATS_FILE_TMPDIR/log"
    cp -r /etc/apt/. "$ROOT/etc/apt/"
    cp /etc/resolv.conf "$ROOT/etc/"
    standin_start
}

inside() {
    DEBIAN_FRONTEND=noninteractive chroot "$ROOT" "$@"
}

@test "the Debian package has no lintian error or warning" {
    run lintian --allow-root --fail-on error,warning \
        --suppress-tags bad-distribution-in-changes-file \
        "$HERE"/../build/deb/*.changes
    [[ $status -eq 0 ]] || fail "$output"
}

@test "the Debian package names libcurl although nothing links it" {
    run dpkg-deb -f "$DEB" Depends
    contains "$output" libcurl4
    contains "$output" libjansson4
    contains "$output" libbsd0
    run readelf -d "$ASAUTH"
    lacks "$output" libcurl
}

@test "the Debian package is installed, tried and removed in an empty tree" {
    local file
    inside find / -xdev -newer /etc/os-release >/dev/null
    cp "$DEB" "$ROOT/tmp/asauth.deb"
    inside apt-get update >/dev/null
    run inside apt-get install -y --no-install-recommends /tmp/asauth.deb
    [[ $status -eq 0 ]] || fail "$output"
    run inside asauth --version
    [[ $status -eq 0 && $output == "asauth "*libcurl/* ]] || fail "$output"
    inside asauth --help | grep 'asauth COMMAND'
    # The network is this machine's: the stand-in can be asked.
    run env -u XDG_CACHE_HOME -u XDG_CONFIG_HOME HOME=/root \
        chroot "$ROOT" asauth token
    [[ $status -eq 0 && $output == Atc\|* ]] || fail "$output"
    for file in share/bash-completion/completions/asauth \
        share/zsh/vendor-completions/_asauth \
        share/fish/vendor_completions.d/asauth.fish \
        share/doc/asauth/copyright; do
        [[ -s $ROOT/usr/$file ]] || fail "$file"
    done
    inside dpkg -L asauth | grep man1/asauth.1.gz
    inside apt-get purge -y asauth >/dev/null
    run find "$ROOT"/usr "$ROOT"/etc "$ROOT"/var/lib/dpkg/info -name '*asauth*'
    [[ -z $output ]] || fail "$output"
}

@test "the Alpine recipe's commands work as far as they can here" {
    cp -r "$HERE/../packaging/alpine" "$BATS_TEST_TMPDIR/alpine"
    sh -n "$BATS_TEST_TMPDIR/alpine/APKBUILD"
    # shellcheck source=/dev/null
    (. "$BATS_TEST_TMPDIR/alpine/APKBUILD"
        equals "$pkgver" "$(asauth --version | cut -d' ' -f2)"
        export pkgdir=$BATS_TEST_TMPDIR/pkg
        cd "$HERE/.." && package >/dev/null)
    kind -x "$BATS_TEST_TMPDIR/pkg/usr/bin/asauth"
}

@test "the Homebrew formula is Ruby of the right version" {
    run ruby -c "$HERE/../packaging/homebrew/asauth.rb"
    [[ $output == "Syntax OK" ]] || fail "$output"
    grep "asauth-$(asauth --version | cut -d' ' -f2).tar.gz" \
        "$HERE/../packaging/homebrew/asauth.rb"
}
