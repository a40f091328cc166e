#!/usr/bin/env bats
#
# Files and directories of other users.

load faults

@test "a token, lock or cache directory of another user is not used" {
    local token file
    token=$(asauth token)
    file=$(cache_file)
    chown 65534 "$file"
    run_asauth token
    assert_status 0
    assert_stderr_has "$file is not trusted: it belongs to another user"
    [[ $stdout != "$token" && $(stat -c %u "$file") -eq 0 ]] || complain
    chown 65534 "${file%.json}.lock"
    run_asauth token --refresh
    assert_status 0
    assert_stderr_has "cannot lock ${file%.json}.lock"
    chown 65534 "$cache"
    cp "$file" before
    run_asauth token
    assert_status 0
    assert_stderr_has "$cache is not used: it belongs to another user"
    cmp "$file" before
}

@test "a link of another user to a directory of ours is no cache" {
    mkdir -m 700 ours
    mkdir -m 1777 tmp
    ln -s ../ours "tmp/asauth-$UID"
    chown -h 65534 "tmp/asauth-$UID"
    HOME=/ TMPDIR=$PWD/tmp XDG_RUNTIME_DIR='' XDG_CACHE_HOME='' \
        run_asauth token
    served
    assert_stderr_has 'is not used: it is a link of another user'
    equals "$(ls ours)" ''
}

@test "a default config file that cannot be read costs a warning, a named one is refused (2)" {
    local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chmod o+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" .
    mkdir -p theirs/asauth
    chmod 700 theirs
    cp "$ASAUTH" asauth
    run_as() {
        status=0
        "${as[@]}" env HOME=/nonexistent XDG_CONFIG_HOME="$PWD/theirs" \
            ./asauth token --no-cache "$@" >stdout 2>stderr || status=$?
        stdout=$(<stdout) stderr=$(<stderr)
    }
    run_as
    served
    assert_stderr_has 'theirs/asauth/config.json: Permission denied'
    run_as --config theirs/asauth/config.json
    assert_status 2
    unset ASAUTH_CLIENT_ID
    run_as
    assert_status 2
    assert_stderr_has 'theirs/asauth/config.json cannot be read'
}

@test "a cache directory that cannot be read or written costs a warning" {
    local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chmod o+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" .
    mkdir -m 700 theirs ours
    chown 65534 ours
    run_as() {
        status=0
        "${as[@]}" env HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent \
            "$ASAUTH" token --cache-dir "$1" >stdout 2>stderr || status=$?
        stdout=$(<stdout) stderr=$(<stderr)
    }
    cp "$ASAUTH" asauth
    ASAUTH=$PWD/asauth
    run_as theirs
    served
    assert_stderr_has 'theirs is not used: '
    run_as theirs/below
    served
    assert_stderr_has 'below is not used: '
    equals "$(ls theirs)" ''
    run_as ours
    served
    assert_empty_stderr
    number "$(find ours -type f | wc -l)" -eq 2
    chmod 500 ours
    rm ours/*.json
    run_as ours
    served
    assert_stderr_has 'cannot store the token in ours: Permission denied'
}

@test "a config file that somebody else could have written says nothing of accounts (2)" {
    local ran=$PWD/ran id=$ASAUTH_CLIENT_ID secret=$ASAUTH_CLIENT_SECRET
    unset_account
    mkdir -p ours open
    printf '{"client_secret_command": ["touch", "%s"]}' "$ran" >secret.json
    echo '{"scope": "reporting"}' >harmless.json
    # refused FILE REMEDY: by variable; and nothing of it has run.
    refused() {
        ASAUTH_CONFIG=$1 run_asauth token --no-cache --client-id x
        assert_status 2
        assert_stderr_has "$1: $2"
        assert_stderr_has 'whose account it is'
        absent "$ran"
    }
    # Another user's, as under sudo -E; a flag consents to that.
    cp secret.json theirs.json
    chown 65534 theirs.json
    chmod 600 theirs.json
    refused theirs.json 'it belongs to another user'
    run_asauth token --no-cache --client-id x --config theirs.json
    exists "$ran"
    rm "$ran"
    # A group that is not ours alone.
    cp secret.json group.json
    chgrp 1234 group.json
    chmod 660 group.json
    refused group.json 'others may write to it'
    assert_stderr_has 'hint: chmod go-w group.json'
    # The directory of the file, and that of a link to it.
    chmod 777 open
    cp secret.json open/file.json
    refused open/file.json 'others may write to its directory'
    assert_stderr_has 'hint: chmod go-w open'
    cp secret.json ours/file.json
    ln -s ../ours/file.json open/link.json
    refused open/link.json 'others may write to its directory'
    ln -s ../open/file.json ours/link.json
    refused ours/link.json 'others may write to its directory'
    # The file's directory may be reached by a link as well.
    ln -s ../ours open/way
    refused open/way/file.json 'others may write to its directory'
    assert_stderr_has 'hint: chmod go-w open'
    ln -s ../open/way ours/way
    refused ours/way/file.json 'others may write to its directory'
    chmod 1777 open
    run_asauth token --no-cache --client-id x --config open/file.json
    exists "$ran"
    rm "$ran"
    # A file of root's, say one that a daemon spools, that another user chose.
    mkdir theirs sticky
    ln -s ../secret.json theirs/link.json
    chown -h 65534 theirs theirs/link.json
    refused theirs/link.json 'a link to it belongs to another user'
    ln -s ../secret.json sticky/link.json
    chown -h 65534 sticky/link.json
    chmod 1777 sticky
    refused sticky/link.json 'a link to it belongs to another user'
    run_asauth token --no-cache --client-id x --config theirs/link.json
    exists "$ran"
    rm "$ran"
    # A FIFO has writers.
    mkfifo -m 666 fifo
    cat secret.json >fifo &
    refused fifo 'others may write to it'
    # What says nothing of accounts is used, with a warning.
    cp harmless.json theirs.json
    ASAUTH_CONFIG=theirs.json ASAUTH_CLIENT_ID=$id \
        ASAUTH_CLIENT_SECRET=$secret run_asauth token --no-cache
    assert_status 0
    assert_stderr_has 'warning: theirs.json: it belongs to another user'
    # A pipe belongs to who started us.
    run_asauth token --no-cache --client-id x --config <(cat secret.json)
    exists "$ran"
}

@test "advice on a file of settings is given only where it can be followed" {
    local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chmod o+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" .
    cp "$ASAUTH" asauth
    mkdir -m 755 volume
    echo "{\"client_id\":\"$ASAUTH_CLIENT_ID\",
        \"client_secret\":\"$ASAUTH_CLIENT_SECRET\"}" >volume/config
    echo "$ASAUTH_CLIENT_SECRET" >volume/secret
    chmod 644 volume/*
    unset_account
    run_as() {
        status=0
        "${as[@]}" env HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent \
            ./asauth token --no-cache "$@" >stdout 2>stderr || status=$?
        stdout=$(<stdout) stderr=$(<stderr)
    }
    # Root's: who may read it is not for us to say.
    run_as --config volume/config
    assert_status 0
    assert_empty_stderr
    ASAUTH_CLIENT_ID=$STANDIN_CLIENT_ID \
        run_as --client-secret-file volume/secret
    assert_status 0
    assert_empty_stderr
    # Who may write it neither: a copy will do.
    chmod 666 volume/config
    run_as --config volume/config
    assert_status 2
    assert_stderr_has 'hint: install -m 600 volume/config asauth.json, and'
    chmod 644 volume/config
    chmod 777 volume
    run_as --config volume/config
    assert_status 2
    assert_stderr_has 'hint: install -m 600 volume/config asauth.json, and'
    # Ours, but on a mount that is read-only.
    chmod 755 volume
    unshare --mount --propagation private bash -c '
        mount --bind volume volume && mount -o remount,bind,ro volume &&
            exec "$@"' - "$ASAUTH" token --no-cache --config volume/config \
        >stdout 2>stderr
    stdout=$(<stdout) stderr=$(<stderr)
    assert_empty_stderr
    run_asauth token --no-cache --config volume/config
    assert_stderr_has 'chmod 600 volume/config'
}

@test "a pipe of a substitution and a device pass, a file below /dev does not" {
    local file
    file=$(mktemp /dev/shm/asauth.XXXXXX)
    echo '{"client_id":"x"}' >"$file"
    chmod 666 "$file"
    unset ASAUTH_CLIENT_ID
    run_asauth token --config "$file"
    assert_stderr_has 'others may write to it'
    rm "$file"
    mkfifo -m 666 "$file"
    echo '{"client_id":"x"}' >"$file" &
    run_asauth token --config "$file"
    assert_stderr_has 'others may write to it'
    rm "$file"
}

@test "a cache of root's under our home names the chown, a shared one a directory below" {
    local as=(setpriv --reuid 65534 --regid 65534 --clear-groups) part
    chmod o+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" .
    cp "$ASAUTH" asauth
    mkdir -p "it's home/.cache/asauth"
    run_as() {
        status=0
        "${as[@]}" env -u XDG_CACHE_HOME HOME="$PWD/it's home" \
            XDG_CONFIG_HOME=/nonexistent ./asauth "$@" >stdout 2>stderr || status=$?
        stdout=$(<stdout) stderr=$(<stderr)
    }
    for part in .cache .cache/asauth; do
        chown -R 65534 "it's home"
        chown -R 0 "it's home/$part"
        chmod 700 "it's home/$part"
        run_as token
        served
        assert_stderr_has "; mend with: sudo chown -R 65534 '"
        # As it is pasted, without sudo.
        eval "${stderr##*mend with: sudo }"
        run_as token
        served
        assert_empty_stderr
        run_as token --forget
        assert_status 0
    done
    # What may still be there has not been forgotten.
    chown -R 0 "it's home/.cache"
    run_as token --forget
    assert_status 23
    assert_stderr_has 'cannot delete the cached token'
    # A volume for everybody.
    mkdir -m 777 shared
    run_as token --cache-dir shared
    served
    assert_stderr_has 'mend with: --cache-dir shared/asauth'
    run_as token --cache-dir shared/asauth
    served
    assert_empty_stderr
    equals "$(stat -c '%u %a' shared/asauth)" '65534 700'
    # One of ours at home.
    mkdir -p "$cache"
    chmod 777 "$cache"
    run_asauth token
    assert_stderr_has "mend with: chmod go-w $cache"
}
