#!/usr/bin/env bats
#
# -o where the file, its folder or its name is not ours alone.

load ../standin

setup() {
    use_standin
    asauth token >/dev/null
}

# inode FILE
inode() { stat -c '%i %u %h' "$1"; }

@test "a file of somebody else is written in place and stays theirs" {
    local before
    echo old >theirs
    chown 65534:65534 theirs
    chmod 4777 theirs
    before=$(inode theirs)
    request -o theirs "$api/cut/1000"
    assert_status 18
    equals "$(<theirs)" old
    request -o theirs -D theirs-too "$api/bytes/3"
    assert_status 0
    equals "$(<theirs)" 012
    equals "$(inode theirs)" "$before"
    assert_no_temporary_files
}

@test "a file of ours that is replaced keeps no set-id bits" {
    echo old >ours
    chmod 6755 ours
    request -o ours "$api/bytes/3"
    assert_status 0
    equals "$(<ours)" 012
    equals "$(file_mode ours)" 755
}

# acl FILE [LIST]: set its access control list, print it.
acl() {
    /usr/bin/python3 -c 'import os, sys
name = "system.posix_acl_access"
if len(sys.argv) > 2:
    os.setxattr(sys.argv[1], name, bytes.fromhex(sys.argv[2]))
print(os.getxattr(sys.argv[1], name).hex())' "$@"
}

@test "an access control list stays, the group alone gets nothing by it" {
    local list entry
    # rw for the owner and for user 1234, nothing for group and others.
    list=02000000
    for entry in 01000600ffffffff 02000600d2040000 04000000ffffffff \
        10000600ffffffff 20000000ffffffff; do
        list+=$entry
    done
    echo old >ours
    chmod 600 ours
    acl ours "$list" || skip "no access control lists here"
    request -o ours "$api/bytes/3"
    assert_status 0
    equals "$(<ours)" 012
    equals "$(acl ours)" "$list"
}

@test "a file with several names keeps them" {
    local before
    echo old >one
    ln one two
    before=$(inode one)
    request -o one "$api/bytes/3"
    assert_status 0
    equals "$(<two)" 012
    equals "$(inode one)" "$before"
}

@test "whether a link is followed is for the kernel to say, before anything is sent" {
    echo precious >target
    ln -s target link
    run_status=0
    strace -qq -o /dev/null -P "$PWD/link" -P link \
        -e trace=openat -e inject=openat:error=EACCES \
        "$ASAUTH" request -o link "$api/bytes/3" 2>stderr || run_status=$?
    equals "$run_status" 23
    contains "$(<stderr)" 'cannot write to link: Permission denied'
    equals "$(<target)" precious
    assert_count api 0
}

@test "a mount point, which no rename can replace, is written in place" {
    echo old >file
    echo old >mounted
    unshare --mount --propagation private bash -c '
        mount --bind file mounted &&
            exec "$1" request -o mounted "$2"' - "$ASAUTH" "$api/bytes/3"
    equals "$(<file)" 012
    equals "$(<mounted)" old
    assert_no_temporary_files
}

@test "a file of ours in a folder that cannot be written is written in place" {
    local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    chmod o+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" .
    mkdir -m 755 closed
    mkdir -m 1777 tmp
    echo old >closed/file
    chown 65534 closed/file
    cp "$ASAUTH" asauth
    request_as() {
        status=0
        "${as[@]}" env HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent \
            TMPDIR="$PWD/tmp" XDG_CACHE_HOME="$PWD/tmp" \
            ./asauth request "$@" 2>stderr || status=$?
    }
    request_as -o closed/file "$api/bytes/3"
    equals "$status" 0
    equals "$(<closed/file)" 012
    equals "$(ls closed)" file
    # One that is not there cannot be made: found out before anything is sent.
    request_as -o closed/new "$api/bytes/3"
    equals "$status" 23
    assert_count api 1
}

@test "a reply that cannot be put in its place after all is kept and named" {
    local kept
    run_status=0
    strace -qq -f -o /dev/null -e trace=rename,renameat,renameat2,ftruncate \
        -e inject=rename,renameat,renameat2,ftruncate:error=EIO \
        "$ASAUTH" request --no-cache -o file "$api/bytes/3" 2>stderr ||
        run_status=$?
    equals "$run_status" 23
    matches "$(<stderr)" 'the reply is kept in ([^ ]+)'
    kept=${BASH_REMATCH[1]}
    equals "$(<"$kept")" 012
}
