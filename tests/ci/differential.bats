#!/usr/bin/env bats
#
# The same words typed into curl and asauth request do the same, but for what
# the manual lists.

load ../helper

@test "asauth request differs from curl as the manual says, and no more" {
    number "$(id -u)" -eq 0
    run unshare --net bash -c 'ip link set lo up && exec "$1"' - \
        "$HERE/ci/differential"
    [[ $status -eq 0 ]] || fail "$output"
    matches "${lines[-1]}" '^[0-9]{4} runs, 0 unexplained$'
}
