#!/usr/bin/env bats
#
# Certificates: which are trusted, and that there is no way around them.

load standin

setup_file() {
    local kind
    for kind in good expired wrongname; do
        standin_start "$kind"
        env | grep '^STANDIN_' >"$BATS_FILE_TMPDIR/$kind.env"
    done
    standin_start
    mkdir "$BATS_FILE_TMPDIR/capath"
    cp "$BATS_FILE_TMPDIR/ca.pem" "$BATS_FILE_TMPDIR/capath"
    openssl rehash "$BATS_FILE_TMPDIR/capath"
}

setup() {
    use_standin
    ca=$BATS_FILE_TMPDIR/ca.pem
}

# use_tls good|expired|wrongname: that stand-in instead of the plain one.
use_tls() {
    set -a
    # shellcheck source=/dev/null
    source "$BATS_FILE_TMPDIR/$1.env"
    set +a
    use_standin
}

@test "a certificate is trusted by each way to name its authority" {
    use_tls good
    run_asauth token --no-cache --cacert "$ca"
    assert_status 0
    run_asauth token --no-cache --capath "$BATS_FILE_TMPDIR/capath"
    assert_status 0
    CURL_CA_BUNDLE=$ca run_asauth token --no-cache
    assert_status 0
    SSL_CERT_FILE=$ca run_asauth token --no-cache
    assert_status 0
    SSL_CERT_DIR=$BATS_FILE_TMPDIR/capath run_asauth token --no-cache
    assert_status 0
    CURL_CA_BUNDLE=/nonexistent SSL_CERT_FILE=/nonexistent \
        SSL_CERT_DIR=/nonexistent run_asauth token --no-cache --cacert "$ca"
    assert_status 0
    CURL_CA_BUNDLE=$ca SSL_CERT_FILE=/nonexistent run_asauth token --no-cache
    assert_status 0
    CURL_CA_BUNDLE='' SSL_CERT_FILE=$ca SSL_CERT_DIR='' \
        run_asauth token --no-cache
    assert_status 0
    # shellcheck disable=SC2088 # a tilde that no shell has expanded
    HOME=$BATS_FILE_TMPDIR SSL_CERT_FILE='~/ca.pem' run_asauth token --no-cache
    assert_status 0
    assert_count mint 9
}

@test "an untrusted, expired or misnamed certificate is refused (60)" {
    local kind ca_option
    for kind in good expired wrongname; do
        use_tls "$kind"
        ca_option=(--cacert "$ca")
        [[ $kind != good ]] || ca_option=()
        run_asauth token "${ca_option[@]}"
        assert_status 60
        assert_empty_stdout
        assert_stderr_has "asauth: token endpoint $STANDIN_TOKEN_URL: "
        assert_stderr_has 'asauth: hint: '
        [[ $kind != expired ]] || assert_stderr_has clock
        # Nothing was sent.
        assert_count token 0
        run ! cache_file
    done
}

@test "there is no way around the certificate check" {
    use_tls good
    local option
    for option in -k --insecure; do
        run_asauth token "$option"
        assert_status 2
    done
    printf 'insecure\n' >"$HOME/.curlrc"
    run_asauth token
    assert_status 60
    assert_count token 0
}

@test "a CA file that cannot be read fails (77)" {
    local file=$BATS_TEST_TMPDIR/none.pem way
    use_tls good
    for way in --cacert CURL_CA_BUNDLE SSL_CERT_FILE; do
        case $way in
            --cacert) run_asauth token --cacert "$file" ;;
            *) export "$way=$file"
                run_asauth token
                unset "$way" ;;
        esac
        assert_status 77
        assert_empty_stdout
        assert_stderr_has "$file"
        assert_stderr_has "ca-certificates"
    done
    echo 'not a certificate' >"$file"
    run_asauth token --cacert "$file"
    assert_status 77
    assert_count token 0
}
