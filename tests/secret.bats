#!/usr/bin/env bats
#
# The client secret: its files, its commands, and when it is not asked for.
#
# shellcheck disable=SC2086 # words that are meant to be split

load standin

setup() {
    use_standin
    use_config
}

# --- secret files --------------------------------------------------------

@test "a secret file is named by flag, variable or key" {
    local file=$BATS_TEST_TMPDIR/secret
    unset ASAUTH_CLIENT_SECRET
    printf '%s\n' "$secret" >"$file"
    chmod 600 "$file"
    run_asauth token --no-cache --client-secret-file "$file"
    assert_status 0
    assert_empty_stderr
    ASAUTH_CLIENT_SECRET_FILE=$file run_asauth token --no-cache
    assert_status 0
    configure "{\"client_secret_file\":\"$file\"}"
    run_asauth token --no-cache
    assert_status 0
    # The name in the config may be relative to it, the others' to us.
    cp -p "$file" "${config%/*}/by-key"
    configure '{"client_secret_file":"by-key"}'
    run_asauth token --no-cache
    assert_status 0
    cd "$BATS_TEST_TMPDIR"
    run_asauth token --no-cache --client-secret-file secret
    assert_status 0
    ASAUTH_CLIENT_SECRET_FILE=secret run_asauth token --no-cache
    assert_status 0
    assert_empty_stderr
    run_asauth token --no-cache --client-secret-file <(printf '%s' "$secret")
    assert_status 0
    assert_count mint 7
}

@test "a secret file that cannot be read fails (26) with its name" {
    local dir=$BATS_TEST_TMPDIR
    unset ASAUTH_CLIENT_SECRET
    mkdir "$dir/directory"
    ln -s "$dir/none" "$dir/dangling"
    head -c 70000 /dev/zero | tr '\0' x >"$dir/large"
    chmod 600 "$dir/large"
    for name in none directory dangling large; do
        run_asauth token --client-secret-file "$dir/$name"
        assert_status 26
        assert_empty_stdout
        assert_stderr_has "$dir/$name"
    done
    run_asauth token --client-secret-file - <"$dir/large"
    assert_status 26
    assert_count token 0
}

@test "a secret file that holds no secret is refused (2)" {
    local dir=$BATS_TEST_TMPDIR
    unset ASAUTH_CLIENT_SECRET
    : >"$dir/empty"
    printf ' \r\n\n' >"$dir/blank"
    printf 'S3CR3T\0x' >"$dir/nul"
    printf 'S3CR3T\n\0' >"$dir/nul-at-the-end"
    printf 'S3CR3T\r\nX: y\n' >"$dir/lines"
    printf 'S3CR3T\x7f\n' >"$dir/delete"
    chmod 600 "$dir"/{empty,blank,nul,nul-at-the-end,lines,delete}
    for name in empty blank nul nul-at-the-end lines delete; do
        run_asauth token --client-secret-file "$dir/$name"
        [[ $status == 2 && -z $stdout && $stderr == *"$dir/$name"* ]] ||
            complain "$name"
        refute_stderr_has S3CR3T
        run_asauth token --client-secret-file - <"$dir/$name"
        [[ $status == 2 && $stderr == *'standard input'* ]] ||
            complain "$name from standard input"
    done
    run_asauth token --client-secret-file /dev/null
    assert_status 2
    run_asauth token --client-secret-file - <&-
    assert_status 2
    assert_stderr_has 'standard input'
    assert_count token 0
}

@test "a secret file that others may read is a warning with its cure" {
    local file=$BATS_TEST_TMPDIR/secret mode
    unset ASAUTH_CLIENT_SECRET
    printf '%s' "$secret" >"$file"
    for mode in 640 604 644; do
        chmod "$mode" "$file"
        run_asauth token --no-cache --client-secret-file "$file"
        assert_status 0
        assert_stderr_has 'asauth: warning: '
        assert_stderr_has "chmod 600 $file"
        assert_no_secret
    done
    chmod 600 "$file"
    run_asauth token --no-cache --client-secret-file "$file"
    assert_empty_stderr
    # The cure can be pasted.
    file="$BATS_TEST_TMPDIR/it's (a) file"
    printf '%s' "$secret" >"$file"
    chmod 644 "$file"
    run_asauth token --no-cache --client-secret-file "$file"
    eval "${stderr##*mend with: }"
    [[ $(stat -c %a "$file") == 600 ]] || complain
    cd "$BATS_TEST_TMPDIR"
    printf '%s' "$secret" >-secret
    run_asauth token --no-cache --client-secret-file -secret
    assert_stderr_has 'chmod 600 ./-secret'
}

@test "a secret file that is a pipe nobody writes is given up" {
    unset ASAUTH_CLIENT_SECRET
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    run_asauth token -m 1 --client-secret-file "$BATS_TEST_TMPDIR/fifo"
    assert_status 28
    assert_empty_stdout
    assert_stderr_has "$BATS_TEST_TMPDIR/fifo"
    assert_count token 0
}

# --- secret commands -----------------------------------------------------

@test "a secret command runs without a shell; its first line is the secret" {
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":
        ["printf","%s\nsecond line\n","a  b;$HOME|`id`*~\"&"]}'
    run_asauth token
    assert_status 67
    assert_form client_secret 'a  b;$HOME|`id`*~"&'
    assert_count token 1
    configure '{"client_secret_command":["echo","'"$secret"'"]}'
    run_asauth token
    assert_status 0
    assert_empty_stderr
}

@test "a secret command with a slash is looked for beside the config file" {
    unset ASAUTH_CLIENT_SECRET
    mkdir "${config%/*}/bin"
    printf '#!/bin/sh\necho %s\n' "$secret" >"${config%/*}/bin/tell"
    chmod 700 "${config%/*}/bin/tell"
    configure '{"client_secret_command":["bin/tell"]}'
    cd /
    run_asauth token
    assert_status 0
    cd "${config%/*}"
    run_asauth token --refresh --config config.json
    assert_status 0
}

@test "a secret command that fails is refused (2) with its failure, not its output" {
    local want command
    unset ASAUTH_CLIENT_SECRET
    while IFS='|' read -r want command; do
        configure "{\"client_secret_command\":$command}"
        run_asauth token
        [[ $status == 2 && -z $stdout ]] || complain "$command"
        assert_stderr_has "$want"
        refute_stderr_has S3CR3T
    done <<'TABLE'
exit status 1|["sh","-c","echo S3CR3T; exit 1"]
exit status 127|["sh","-c","exit 127"]
signal 9|["sh","-c","echo S3CR3T; kill -9 $$"]
no-such-program|["no-such-program"]
No such file|["./none"]
empty|["true"]
empty|["echo","  "]
empty|["printf","\n%s","S3CR3T"]
control|["printf","S3CR3T\\001\n"]
NUL|["printf","S3CR3T\\000\n"]
too long|["yes","S3CR3T"]
TABLE
    # Some start their children so that none of these can be waited for.
    configure '{"client_secret_command":["sh","-c","echo S3CR3T; exit 3"]}'
    run env --ignore-signal=CHLD "$ASAUTH" token
    [[ $status -eq 2 && $output == *'exit status 3'* ]] || fail "$output"
    assert_count token 0
}

@test "a secret command has an empty standard input, its stderr is ours" {
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":
        [\"sh\",\"-c\",\"echo unlocking >&2; cat; echo $secret\"]}"
    run_asauth token <<<nonsense
    assert_status 0
    assert_stderr unlocking
}

@test "a secret command that lives on is ended with the run under -m (28)" {
    printf '%s\n' '#!/bin/sh' 'echo S; exec >&-' \
        "echo \$\$ >$BATS_TEST_TMPDIR/pid; exec sleep 20" \
        >"$BATS_TEST_TMPDIR/slow"
    chmod +x "$BATS_TEST_TMPDIR/slow"
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":[\"$BATS_TEST_TMPDIR/slow\"]}"
    SECONDS=0
    run_asauth token -m 0.5
    assert_status 28
    number "$SECONDS" -lt 10
    # A zombie has no arguments.
    local arguments
    arguments=/proc/$(<"$BATS_TEST_TMPDIR/pid")/cmdline
    sleep 0.1
    run cat "$arguments"
    [[ $output != *sleep* ]] || complain
}

@test "a secret command counts as ended when it ends, whatever it leaves behind" {
    local pid=$BATS_TEST_TMPDIR/pid
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":[\"sh\",\"-c\",
        \"echo $secret; echo more; sleep 30 & echo \$! >$pid\"]}"
    SECONDS=0
    run_asauth token
    assert_status 0
    assert_empty_stderr
    assert_form client_secret "$secret"
    kill "$(<"$pid")"
    # Its failure counts as well.
    configure "{\"client_secret_command\":[\"sh\",\"-c\",
        \"echo $secret; sleep 30 & echo \$! >$pid; exit 3\"]}"
    run_asauth token --refresh
    assert_status 2
    assert_stderr_has 'exit status 3'
    kill "$(<"$pid")"
    number "$SECONDS" -lt 20
}

@test "a secret command that closes its output is waited for" {
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":[\"sh\",\"-c\",
        \"echo $secret; exec >&-; sleep 0.3; exit 7\"]}"
    run_asauth token
    assert_status 2
    assert_stderr_has 'exit status 7'
}

@test "a secret command inherits what we were started with, and nothing of ours" {
    local list=$BATS_TEST_TMPDIR/list
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":[\"sh\",\"-c\",
        \"ls /proc/self/fd >$list; echo $secret\"]}"
    asauth token >/dev/null
    rm "$list"
    # With a connection to the API, the lock and temporary files open.
    age_token 3300
    standin set refuse_next=1
    (
        exec 9<"$config"
        # shellcheck disable=SC2012 # the numbers alone
        sh -c 'ls /proc/self/fd' >"$list.wanted"
        "$ASAUTH" request -o "$list.body" \
            -D "$list.headers" "$STANDIN_API/echo"
    )
    contains "$(<"$list")" 9
    equals "$(<"$list")" "$(<"$list.wanted")"
}

@test "-m bounds a secret command (28)" {
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":["sleep","30"]}'
    local start=$SECONDS
    run_asauth token -m 0.5
    assert_status 28
    assert_empty_stdout
    ((SECONDS - start < 5))
    assert_count token 0
}

@test "a secret command is run once a mint" {
    unset ASAUTH_CLIENT_SECRET
    configure "{\"client_secret_command\":
        [\"sh\",\"-c\",\"echo ran >>'$BATS_TEST_TMPDIR/ran'; echo $secret\"]}"
    asauth token
    asauth token
    asauth token --refresh
    number "$(wc -l <"$BATS_TEST_TMPDIR/ran")" -eq 2
    # A passing failure does not run it again.
    standin set token_status=503,ok
    asauth token --refresh
    number "$(wc -l <"$BATS_TEST_TMPDIR/ran")" -eq 3
}

@test "a log-in with the secret from the command line warns once and names other ways" {
    run_asauth token --client-secret "$secret"
    assert_status 0
    equals "$(grep -c warning: <<<"$stderr")" 1
    for name in ASAUTH_CLIENT_SECRET --client-secret-file client_secret_command; do
        assert_stderr_has "$name"
    done
    assert_no_secret
    # A hit is no log-in; and -s hides a warning.
    run_asauth token --client-secret "$secret"
    assert_empty_stderr
    run_asauth token --refresh -s --client-secret "$secret"
    assert_empty_stderr
    # Two log-ins are one run.
    run_asauth whoami-scope --all --refresh --client-secret "$secret"
    assert_status 0
    equals "$(grep -c warning: <<<"$stderr")" 1
    # The others are silent.
    ASAUTH_CLIENT_SECRET=$secret run_asauth token --refresh
    assert_empty_stderr
}

# --- hits and the process list -------------------------------------------

@test "a hit runs no command, opens no secret file and asks no question" {
    local first
    first=$(asauth token)
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":["touch","'"$BATS_TEST_TMPDIR/ran"'"]}'
    run_asauth token
    assert_status 0
    assert_stdout "$first"
    assert_empty_stderr
    absent "$BATS_TEST_TMPDIR/ran"
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    run_asauth token -m 5 --client-secret-file "$BATS_TEST_TMPDIR/fifo"
    assert_status 0
    run_asauth token --client-secret-file /nonexistent
    assert_status 0
    assert_empty_stderr
    rm "$config"
    run_asauth token </dev/null
    assert_status 0
    assert_empty_stderr
    assert_count token 1
}

@test "secrets are blanked in the process's own arguments" {
    local form args
    unset ASAUTH_CLIENT_SECRET
    for form in "--client-secret $secret" "--client-secret=$secret" \
        "--client-secret $secret -x http://u:S3CR3T@127.0.0.1:1" \
        "--client-secret $secret -xhttp://u:S3CR3T@127.0.0.1:1" \
        "--client-secret $secret --proxy u:S3CR3T@127.0.0.1:1" \
        "--client-secret $secret --proxy=http://u:S3CR3T@127.0.0.1:1"; do
        standin reset
        standin set token_mode=hold
        "$ASAUTH" token --no-cache $form >/dev/null 2>&1 3>&- &
        standin wait token 1
        args=$(tr '\0' ' ' <"/proc/$!/cmdline")
        standin release
        wait "$!" || complain "failed with $form"
        [[ $args == *token*--no-cache* && $args != *"$secret"* &&
            $args != *S3CR3T* ]] || complain "$form shows as $args"
    done
}

@test "a secret in the place of the id is blanked in the arguments as well" {
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    "$ASAUTH" token --config "$BATS_TEST_TMPDIR/fifo" \
        --client-id amzn1.oa2-cs.v1.S3CR3T >/dev/null 2>&1 3>&- &
    sleep 0.5
    args=$(tr '\0' ' ' <"/proc/$!/cmdline")
    kill "$!"
    contains "$args" --client-id
    lacks "$args" S3CR3T
}
