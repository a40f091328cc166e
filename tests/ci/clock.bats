#!/usr/bin/env bats
#
# Clocks that are wrong, and clocks that are set.

load faults

@test "clocks ten years off either way do no harm" {
    local token off
    for off in -10y +10y; do
        rm -rf "$cache"
        # Cached by others: a silent miss, mended.
        asauth token >/dev/null
        standin reset
        token=$(faketime -f "$off" asauth token 2>stderr)
        [[ ! -s stderr && $token == "$(standin tokens)" ]] || fail "$off"
        [[ $(faketime -f "$off" asauth token) == "$token" ]] || fail "$off"
        assert_count token 1
        # And back again.
        run_asauth token
        assert_status 0
        assert_empty_stderr
        [[ $stdout != "$token" ]] || fail "$off"
        mended=$stdout
        run_asauth token
        assert_stdout "$mended"
        assert_count token 2
    done
}

@test "expires_in of a new token does not depend on the clock" {
    local off life
    for off in -10y +10y; do
        rm -rf "$cache"
        life=$(faketime -f "$off" asauth token --format json |
            jq .expires_in)
        [[ $life -ge 3590 && $life -le 3600 ]] || fail "$off: $life"
    done
}

@test "a failed log-in noted in the future is not shared" {
    ASAUTH_CLIENT_SECRET=wrong faketime -f +10y asauth token 2>stderr || true
    grep invalid_client stderr
    ASAUTH_CLIENT_SECRET=wrong run_asauth token
    assert_status 67
    assert_count token 2
    run_asauth token
    assert_status 0
}

# The clock is set while a token is in use.
@test "a clock set back or ahead renews a token rather than failing" {
    local off
    for off in -10y +10y; do
        rm -rf "$cache"
        faketime -f "$off" asauth token >/dev/null
        standin expire
        run_asauth request /v1/applications/app/edits
        assert_status 0
    done
}
