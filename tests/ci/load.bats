#!/usr/bin/env bats
#
# A thousand processes over one cache.

load ../standin

@test "a thousand mixed processes end well, the killed ones aside" {
    run timeout 120 "$BATS_TEST_DIRNAME/load" ${SEED:+--seed "$SEED"}
    [[ $status -eq 0 ]] || fail "$output"
    # All of it happened.
    local what
    for what in 'status 0' 'status 22' killed; do
        [[ $output == *"$what "* ]] || fail "never: $what" "$output"
    done
}
