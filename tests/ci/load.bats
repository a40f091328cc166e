#!/usr/bin/env bats
#
# A thousand processes over one cache.

load ../helper

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
}

@test "a thousand mixed processes end well, the killed ones aside" {
    run timeout 120 "$BATS_TEST_DIRNAME/load" ${SEED:+--seed "$SEED"}
    [[ $status -eq 0 ]] || fail "$output"
    # All of it happened.
    local what
    for what in 'status 0' 'status 22' killed; do
        [[ $output == *"$what "* ]] || fail "never: $what" "$output"
    done
}
