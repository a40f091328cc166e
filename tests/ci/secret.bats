#!/usr/bin/env bats
#
# How long a secret is waited for, and a system without /dev/null.

load ../standin

setup() {
    use_standin
    use_config
}

# hurried [ARG...]: asauth token, to which a second is half a minute; leaves
# what run_asauth leaves, and its seconds in $waited.
hurried() {
    local start
    start=$(milliseconds)
    status=0
    timeout 30 faketime -f '+0 x30' "$ASAUTH" token --no-cache "$@" \
        >stdout 2>stderr || status=$?
    stdout=$(<stdout) stderr=$(<stderr)
    waited=$((($(milliseconds) - start) * 30 / 1000))
}

# two_minutes: so long was waited.
two_minutes() {
    number "$waited" -ge 119
    number "$waited" -lt 200
}

@test "a pipe that names a secret or config file has two minutes" {
    mkfifo -m 600 fifo
    unset_account
    hurried --config fifo
    assert_status 2
    assert_stderr_has 'config file fifo: nobody writes it to its end'
    two_minutes
    hurried --client-id x --client-secret-file fifo
    assert_status 26
    assert_stderr_has 'client secret file fifo: nobody writes it to its end'
    two_minutes
    assert_count token 0
    # So late it is not too late.
    hurried --client-id "$STANDIN_CLIENT_ID" \
        --client-secret-file <(sleep 2.5; echo "$secret")
    assert_status 0
    number "$waited" -ge 70
}

@test "a secret command has two minutes" {
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":["/bin/sleep","1000"]}'
    hurried
    assert_status 2
    assert_stderr_has 'client_secret_command /bin/sleep: out of time'
    two_minutes
    assert_count token 0
}

@test "without /dev/null nothing lands in a wrong file, and a secret command runs" {
    local status=0
    unset ASAUTH_CLIENT_SECRET
    configure '{"client_secret_command":["echo","'"$secret"'"]}'
    unshare --mount --propagation private bash -c '
        mount -t tmpfs none /dev &&
            exec "$1" token <&- >&- 2>&-' - "$ASAUTH" || status=$?
    assert_status 23
    jq -e .access_token "$(cache_file)" >/dev/null ||
        fail "$(head -c 300 "$(cache_file)")"
    equals "$(find "$HOME" -type f -size 0)" "$(find "$HOME" -name '*.lock')"
}
