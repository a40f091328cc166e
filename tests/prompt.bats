#!/usr/bin/env bats
#
# The question for a missing secret, on a terminal.

load standin

setup() {
    use_standin
    secret=$STANDIN_CLIENT_SECRET
}

@test "a missing secret is asked for on a terminal, without an echo" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "'$ASAUTH' token --format json" "$secret"
    assert_status 0
    assert_stdout_has "$STANDIN_CLIENT_ID"
    assert_stdout_has '"access_token":"Atc|'
    refute_stdout_has "$secret"
    # The next one is a hit: no question.
    on_terminal "'$ASAUTH' token" ''
    assert_status 0
    refute_stdout_has "$STANDIN_CLIENT_ID"
    on_terminal "'$ASAUTH' token --refresh" ''
    assert_status 2
    assert_count token 1
}

@test "a missing secret is asked for on a terminal that is not the controlling one" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "setsid --wait '$ASAUTH' token --format json" "$secret"
    assert_status 0
    assert_stdout_has "Secret for $STANDIN_CLIENT_ID: "
    assert_stdout_has '"access_token":"Atc|'
    refute_stdout_has "$secret"
}

@test "-m bounds the question for the secret (28) and leaves the echo on" {
    unset ASAUTH_CLIENT_SECRET
    /usr/bin/python3 - "$ASAUTH" <<'END'
import pty, subprocess, sys, termios
for session in False, True:     # a terminal that controls, one that does not
    ours, theirs = pty.openpty()
    take = [] if session else ["setsid", "--ctty"]
    asked = subprocess.Popen([*take, sys.argv[1], "token", "-m", "0.5"],
                             stdin=theirs, stderr=theirs,
                             stdout=subprocess.PIPE, start_new_session=session)
    try:
        shown, _ = asked.communicate(timeout=10)
    finally:
        asked.kill()
    assert (asked.returncode, shown) == (28, b""), asked.returncode
    assert termios.tcgetattr(theirs)[3] & termios.ECHO
END
}

@test "a signal during the question for the secret leaves the echo on" {
    unset ASAUTH_CLIENT_SECRET
    /usr/bin/python3 - "$ASAUTH" <<'END'
import os, pty, select, signal, subprocess, sys, termios
ours, theirs = pty.openpty()
asked = subprocess.Popen([sys.argv[1], "token"], stdin=theirs, stderr=theirs,
                         stdout=subprocess.DEVNULL, start_new_session=True)
shown = b""
while b": " not in shown and select.select([ours], [], [], 10)[0]:
    shown += os.read(ours, 1000)
echo = lambda: bool(termios.tcgetattr(theirs)[3] & termios.ECHO)
assert not echo(), shown
# readpassphrase(3) notes a signal that comes between its prompt and its
# read(2), but goes on to read: the next one ends it.
for _ in range(100):
    asked.send_signal(signal.SIGTERM)
    try:
        asked.wait(0.1)
        break
    except subprocess.TimeoutExpired:
        pass
assert asked.poll() == -signal.SIGTERM, asked.poll()
assert echo()
END
}

@test "a wrong secret typed at the question is refused (67) and not shown" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "'$ASAUTH' token" 'wrong-secret'
    assert_status 67
    assert_stdout_has invalid_client
    refute_stdout_has wrong-secret
}

@test "without terminals on standard input and error no secret is asked for" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "'$ASAUTH' token </dev/null" ''
    assert_status 2
    assert_stdout_has 'no client secret'
    on_terminal "'$ASAUTH' token 2>/dev/null" ''
    assert_status 2
    refute_stdout_has "ecret for"
    assert_count token 0
}

@test "the question for the secret fits into 80 columns" {
    unset ASAUTH_CLIENT_SECRET
    on_terminal "'$ASAUTH' token --format json" "$secret"
    assert_status 0
    matches "$(grep -o '.*ecret for .*: ' <<<"$stdout")" '^.{60,79}$'
}

@test "in a CI no secret is asked for" {
    unset ASAUTH_CLIENT_SECRET
    CI=true on_terminal "'$ASAUTH' token" ''
    assert_status 2
    assert_stdout_has 'no client secret'
    refute_stdout_has "$STANDIN_CLIENT_ID"
    CI=1 on_terminal "'$ASAUTH' token" ''
    assert_status 2
    assert_count token 0
    CI=false on_terminal "'$ASAUTH' token" "$secret"
    assert_status 0
    CI='' on_terminal "'$ASAUTH' token --refresh" "$secret"
    assert_status 0
}
