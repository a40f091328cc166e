#!/usr/bin/env bats
#
# What a release consists of, and the GitHub action that fetches it.

load ../standin
load ../examples

setup_file() {
    local file
    ARCH=$(uname -m)
    ARCH=${ARCH/aarch64/arm64}
    DIST=$BATS_FILE_TMPDIR/dist
    mkdir "$DIST"
    # In this checkout, whose libraries have been built.
    for file in $("$HERE/../packaging/dist" "$ARCH"); do
        mv "$HERE/../$file" "$DIST"
    done
    TARBALL=$(basename "$DIST"/*-linux-"$ARCH".tar.gz)
    export ARCH DIST TARBALL
    standin_start good
}

@test "a release is checked and unpacked in three lines" {
    mkdir files local
    cp "$DIST"/* files
    recipe sha256sum | sed "s,URL-OF-.*/v[0-9.]*,file://$PWD/files,
        s,/usr/local,local,; s,x86_64,$ARCH," >example
    bash example
    file_mode local/bin/asauth | grep -qx 755
    local name
    for name in man/man1/asauth.1 man/man5/asauth.conf.5 \
        bash-completion/completions/asauth zsh/site-functions/_asauth \
        fish/vendor_completions.d/asauth.fish doc/asauth/licences/asauth \
        doc/asauth/licences/openssl doc/asauth/licences/glibc; do
        filled "local/share/$name"
    done
    run local/bin/asauth --version
    contains "$output" linked:
    # It needs nothing else.
    run readelf -l local/bin/asauth
    lacks "$output" INTERP
}

@test "the list of what is inside names each library with its version" {
    local list=$DIST/${TARBALL%.tar.gz}.spdx.json
    jq -e '.spdxVersion == "SPDX-2.3" and .SPDXID == "SPDXRef-DOCUMENT" and
        .dataLicense == "CC0-1.0" and (.documentNamespace | length > 20) and
        (.creationInfo | .created and .creators)' "$list" >/dev/null
    jq -r '.packages[] | select(.name != "asauth") |
        "\(.name)/\(.versionInfo)"' "$list" | sort >listed
    tar -xzf "$DIST/$TARBALL" --strip-components=1
    bin/asauth --version | sed -n 's/^linked: //p' | tr ' ' '\n' | sort >linked
    filled linked
    cmp linked listed
    # Each is in a relation with the program, under an id of its own.
    equals "$(jq '[.packages[].SPDXID] | unique | length' "$list")" \
        "$(jq '.relationships | length' "$list")"
    equals "$(jq -r '[.relationships[].relationshipType] | unique | join(" ")' \
        "$list")" 'DESCRIBES STATIC_LINK'
}

@test "the Containerfile's root is all that the program needs" {
    mkdir -p root/etc/ssl/certs
    tar -xzf "$DIST/$TARBALL" -C root --strip-components=1
    cp "$BATS_FILE_TMPDIR/ca.pem" root/etc/ssl/certs/ca-certificates.crt
    grep -qx 'COPY root /' "$HERE/../packaging/Containerfile"
    grep -q "asauth-$(asauth --version | sed -n 's/^asauth \([^ ]*\).*/\1/p')-" \
        "$HERE/../packaging/Containerfile"
    run env -u HOME -u XDG_CACHE_HOME chroot root /bin/asauth token --no-cache
    [[ $status -eq 0 && $output == Atc\|* ]] || fail "$output"
}

# run_action FILES: what action.yml runs, where the release's files are those
# in that folder; leaves $status and $output, and $asauth, which the next step
# would run.
run_action() {
    local port server
    export GITHUB_ACTION_PATH=$BATS_TEST_TMPDIR/tree/packaging/action
    export RUNNER_TEMP=$BATS_TEST_TMPDIR/temp
    export GITHUB_PATH=$BATS_TEST_TMPDIR/path
    mkdir "$BATS_TEST_TMPDIR"/{tree,temp}
    : >"$GITHUB_PATH"
    git -C "$HERE/.." ls-files | tar -C "$HERE/.." -cf - -T - |
        tar -xf - -C "$BATS_TEST_TMPDIR/tree"
    exec {port}< <(exec /usr/bin/python3 -uc '
import http.server, sys
class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *rest):
        super().__init__(*rest, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port)
server.serve_forever()' "$1" 2>/dev/null 3>&- 4>&-)
    server=$!
    read -r -u "$port" RELEASE
    export RELEASE=http://127.0.0.1:$RELEASE
    /usr/bin/python3 -c '
import re, sys
text = open(sys.argv[1]).read()
assert re.search(r"^  using: composite$", text, re.M)
print(re.search("run: \x27(.*)\x27$", text, re.M)[1])' \
        "$GITHUB_ACTION_PATH/action.yml" >action
    run bash --noprofile --norc -eo pipefail action
    kill "$server"
    asauth=$(PATH=$(<"$GITHUB_PATH"):/bin type -P asauth || true)
}

@test "the action takes the release's program" {
    run_action "$DIST"
    [[ $status -eq 0 ]] || fail "$output"
    equals "$asauth" "$RUNNER_TEMP/asauth/bin/asauth"
    run "$asauth" --version
    contains "$output" linked:
}

@test "the action builds where there is no release, or none for the machine" {
    mkdir files
    cp "$DIST/SHA256SUMS" files
    run_action "$PWD/files"
    [[ $status -eq 0 ]] || fail "$output"
    contains "$output" 'building it'
    equals "$asauth" "$RUNNER_TEMP/asauth/bin/asauth"
    run "$asauth" --version
    lacks "$output" linked:
}

@test "the action ends where a file is not what the sums say" {
    mkdir files
    cp "$DIST"/* files
    echo more >>"files/$TARBALL"
    run_action "$PWD/files"
    [[ $status -ne 0 ]] || fail "$output"
    contains "$output" 'not what SHA256SUMS'
    equals "$asauth" ''
    absent "$RUNNER_TEMP/asauth/bin"
}

@test "the action ends where the sums do not name the file" {
    mkdir files
    cp "$DIST"/* files
    sed -i "/ $TARBALL/d" files/SHA256SUMS
    run_action "$PWD/files"
    [[ $status -ne 0 ]] || fail "$output"
    contains "$output" 'not what SHA256SUMS'
    equals "$asauth" ''
}
