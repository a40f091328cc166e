#!/usr/bin/env bats
#
# The static program: where there is nothing but itself, and names to resolve.

load ../standin

setup_file() {
    make -s -C "$HERE/.." static >"$BATS_FILE_TMPDIR/log" 2>&1 ||
        fail "$(<"$BATS_FILE_TMPDIR/log")"
    standin_start good
}

setup() {
    use_standin
    ca=$BATS_FILE_TMPDIR/ca.pem
    root=$BATS_TEST_TMPDIR/root
    mkdir -p "$root"
    cp "$HERE/../build/static/$(uname -m)/asauth" "$root/asauth"
    # What run_asauth runs: the program in that root.
    ASAUTH=$BATS_TEST_TMPDIR/inside
    printf '#!/bin/sh\nexec chroot "%s" /asauth "$@"\n' "$root" >"$ASAUTH"
    chmod +x "$ASAUTH"
    unset HOME XDG_CONFIG_HOME XDG_CACHE_HOME
}

# put FILE: a bundle with the authority there.
put() {
    mkdir -p "$root${1%/*}"
    cp "$ca" "$root$1"
}

# put_hashed DIRECTORY: the same as a hashed directory.
put_hashed() {
    mkdir -p "$root$1"
    cp "$ca" "$root$1/$(openssl x509 -hash -noout -in "$ca").0"
}

# assert_trusted: the authority in the root is found, and of no use where the
# user has named others.
assert_trusted() {
    run_asauth token --no-cache
    assert_status 0
    begins "$stdout" 'Atc|'
    mkdir -p "$root/tmp"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -keyout /dev/null -subj /CN=other -out "$root/tmp/other.pem" \
        2>/dev/null
    run_asauth token --no-cache --cacert /tmp/other.pem
    assert_status 60
}

@test "works in an empty root, but for its certificates" {
    put /ca.pem
    run_asauth token --cacert /ca.pem
    assert_status 0
    begins "$stdout" 'Atc|'
    request --no-cache --cacert /ca.pem "$STANDIN_API/echo"
    assert_status 0
    assert_stdout_has /echo
    run_asauth --version
    assert_status 0
    matches "$stdout" 'linked: curl/[0-9].*openssl/[0-9].*glibc/[0-9]'
}

@test "authorities: a hashed directory, as Debian, SUSE, Arch and FreeBSD have" {
    put_hashed /etc/ssl/certs
    assert_trusted
}

@test "authorities: the bundle of Debian, Alpine, Arch and distroless images" {
    put /etc/ssl/certs/ca-certificates.crt
    assert_trusted
}

@test "authorities: Red Hat's bundle" {
    put /etc/pki/tls/certs/ca-bundle.crt
    mkdir -p "$root/etc/ssl"
    ln -s ../pki/tls/certs "$root/etc/ssl/certs"
    assert_trusted
}

@test "authorities: what Red Hat extracts, bundle and hashed directory" {
    put /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
    assert_trusted
    rm -r "${root:?}/etc"
    put_hashed /etc/pki/ca-trust/extracted/pem/directory-hash
    assert_trusted
}

@test "authorities: SUSE's bundle" {
    put /etc/ssl/ca-bundle.pem
    assert_trusted
}

@test "authorities: the bundle of OpenBSD, FreeBSD and small Alpine images" {
    put /etc/ssl/cert.pem
    assert_trusted
}

@test "authorities: the bundle of FreeBSD's port" {
    put /usr/local/share/certs/ca-root-nss.crt
    assert_trusted
}

@test "authorities: NetBSD's, hashed or not" {
    put_hashed /etc/openssl/certs
    assert_trusted
    rm -r "${root:?}/etc"
    put /etc/openssl/certs/ca-certificates.crt
    assert_trusted
}

@test "authorities: what Arch extracts" {
    put /etc/ca-certificates/extracted/tls-ca-bundle.pem
    assert_trusted
}

@test "authorities: what the directory lacks may be in the bundle" {
    put /etc/ssl/certs/ca-certificates.crt
    echo nothing >"$root/etc/ssl/certs/0123abcd.0"
    assert_trusted
}

@test "authorities: others than the server's are of no use (60), no sum of files" {
    put_hashed /etc/ssl/certs
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -keyout /dev/null -subj /CN=other \
        -out "$root/etc/ssl/certs/ca-certificates.crt" 2>/dev/null
    rm "$root"/etc/ssl/certs/*.0
    run_asauth token
    assert_status 60
    assert_empty_stdout
}

@test "no authorities at all is an error (77) with a hint" {
    run_asauth token
    assert_status 77
    assert_empty_stdout
    assert_stderr_has /etc/ssl/certs/ca-certificates.crt
    assert_stderr_has '--cacert'
    assert_count token 0
}

# at NAME SERVER [NAME=ADDRESS...]: a request to https://NAME:4433 with that
# name server; leaves $seconds as well.
at() {
    local name=$1 family=-4
    shift
    [[ $* != *::* ]] || family=-6
    put /ca.pem
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -keyout "$BATS_TEST_TMPDIR/key" -subj "/CN=any" 2>/dev/null |
        openssl x509 -req -CA "$ca" -CAkey "$BATS_FILE_TMPDIR/ca.key" \
            -CAcreateserial -out "$BATS_TEST_TMPDIR/cert" -extfile \
            <(echo "subjectAltName = DNS:$name") 2>/dev/null
    echo "here I am" >"$BATS_TEST_TMPDIR/there"
    status=0
    timeout 60 "$HERE/ci/names" "$@" -- bash -c '
        cd "$1"
        openssl s_server "$3" -accept 4433 -cert cert -key key -WWW \
            >server.log 2>&1 &
        until grep -q ACCEPT server.log; do sleep 0.1; done
        SECONDS=0
        ASAUTH_TOKEN="Atc|x" ./inside request --cacert /ca.pem \
            --connect-timeout 5 --allow-host "$2" "https://$2:4433/there" >stdout 2>stderr
        status=$?
        echo "$SECONDS" >seconds
        kill %1
        exit "$status"
        ' - "$BATS_TEST_TMPDIR" "$name" "$family" || status=$?
    stdout=$(<"$BATS_TEST_TMPDIR/stdout")
    stderr=$(<"$BATS_TEST_TMPDIR/stderr")
    seconds=$(<"$BATS_TEST_TMPDIR/seconds")
}

# resolv_conf LINE...
resolv_conf() {
    mkdir -p "$root/etc"
    printf '%s\n' "$@" >"$root/etc/resolv.conf"
}

@test "names: the name server of resolv.conf is asked" {
    resolv_conf 'nameserver 127.0.0.2'
    at api.test 127.0.0.2 api.test=127.0.0.1
    assert_status 0
    assert_stdout 'here I am'
}

@test "names: a search domain is added" {
    resolv_conf 'nameserver 127.0.0.2' 'search corp.test'
    at api 127.0.0.2 api.corp.test=127.0.0.1
    assert_status 0
    assert_stdout 'here I am'
}

@test "names: IPv6 alone" {
    resolv_conf 'nameserver ::1'
    at api.test ::1 api.test=::1
    assert_status 0
    assert_stdout 'here I am'
}

@test "names: /etc/hosts comes first" {
    resolv_conf 'nameserver 127.0.0.2'
    echo '127.0.0.1 api.test' >"$root/etc/hosts"
    at api.test 127.0.0.2 api.test=127.9.9.9
    assert_status 0
}

@test "names: one that does not exist is an error (6), at once" {
    resolv_conf 'nameserver 127.0.0.2'
    at api.test 127.0.0.2
    assert_status 6
    number "$seconds" -le 3
    assert_stderr_has 'api.test'
}

@test "names: a silent name server is an error in time (28)" {
    resolv_conf 'nameserver 127.0.0.2'
    at api.test 127.0.0.2 api.test=silent
    assert_status 28
    number "$seconds" -le 9
}

@test "names: without resolv.conf it is an error (6), at once" {
    at api.test 127.0.0.2
    assert_status 6
    number "$seconds" -le 3
}
