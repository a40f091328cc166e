#!/usr/bin/env bats
#
# What a hit asks of the kernel, traced.

load ../standin

# Of the start of glibc, 3 libraries and the work itself, where each part of the
# path of a config file counts.
BUDGET=120

@test "a hit makes no more than 120 system calls" {
    local calls
    asauth token >/dev/null
    # Neither lock nor secret, and a config file only once.
    mkdir -p "$XDG_CONFIG_HOME/asauth"
    umask 077
    echo "$STANDIN_CLIENT_SECRET" >"$BATS_TEST_TMPDIR/secret"
    echo "{\"client_id\": \"$STANDIN_CLIENT_ID\",
        \"client_secret_file\": \"$BATS_TEST_TMPDIR/secret\"}" \
        >"$XDG_CONFIG_HOME/asauth/config.json"
    unset_account
    strace -f -o "$BATS_TEST_TMPDIR/trace" "$ASAUTH" token >/dev/null
    calls=$(wc -l <"$BATS_TEST_TMPDIR/trace")
    [[ $calls -le $BUDGET ]] || fail "$calls system calls"
    run grep -E '^[0-9]+ +(flock|socket|connect|clone|fork|getdents)|/secret"' \
        "$BATS_TEST_TMPDIR/trace"
    [[ $status -eq 1 ]] || fail "$output"
    number "$(grep -c "open.*config.json" "$BATS_TEST_TMPDIR/trace")" -eq 1
    # A secret command that is not run costs nothing.
    echo "{\"client_id\": \"$STANDIN_CLIENT_ID\",
        \"client_secret_command\": [\"false\"]}" \
        >"$XDG_CONFIG_HOME/asauth/config.json"
    strace -f -o "$BATS_TEST_TMPDIR/trace" "$ASAUTH" token >/dev/null
    number "$(wc -l <"$BATS_TEST_TMPDIR/trace")" -le "$BUDGET"
}

@test "the system calls of a hit do not grow with the number of cached tokens" {
    local few many i
    asauth token >/dev/null
    few=$(strace -f "$ASAUTH" token 2>&1 >/dev/null | wc -l)
    for ((i = 0; i < 10000; i++)); do
        echo "$XDG_CACHE_HOME/asauth/$i.json"
    done | xargs touch
    many=$(strace -f "$ASAUTH" token 2>&1 >/dev/null | wc -l)
    [[ $few -eq $many ]] || fail "$few $many"
}
