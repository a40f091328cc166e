#!/usr/bin/env bats
#
# Canaries for a secret, a token, a presigned link, a proxy's password and a
# body go through every command, succeeding and failing, quiet and with -v.
# Afterwards none of them stands where it does not belong.

load ../standin

setup() {
    use_standin
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir "$TMPDIR" "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/err"
    cd "$BATS_TEST_TMPDIR/work" || return
    ulimit -c unlimited
    export ASAUTH_CLIENT_SECRET=CANARY/secret+0123456789=
    printf 'CANARY-body %05000d' 0 >"$BATS_TEST_TMPDIR/body"
    body=$BATS_TEST_TMPDIR/body
    runs=0 watcher=
}

teardown() {
    [[ -z $watcher ]] || kill "$watcher" 2>/dev/null || true
}

# Switches of the server, each a way to succeed or to fail.
faults() {
    cat <<'END'
token_mode=normal
token_status=401
token_status=400
token_mode=close
token_body={"access_token":"@TOKEN@","token_type":"mac"}
token_error_body={"error":"x","error_description":"CANARY/secret+0123456789="} token_status=400
token_error_body={"error":"CANARY%252Fsecret%252B0123456789%253D","error_description":"Q0FOQVJZL3NlY3JldCswMTIzNDU2Nzg5PQ=="} token_status=400
api_status=403
api_status=500
api_status=refuse
api_mode=cut
api_mode=reset
api_mode=redirect
api_body={"message":"Atc|CANARY-token"} api_status=400
link_status=403
link_mode=cut
link_body=https://127.0.0.1:1/CANARY-link?Signature=CANARY-signature
link_body={"CANARY-link":1}
END
}

# Ways to call the program; each line is words for eval.
calls() {
    cat <<'END'
token
token --refresh --format header
token --format curl
token --format json
whoami-scope --all
whoami-scope --refresh --json
request -d @"$body" "$STANDIN_API/sink"
request -T "$body" -H "X-Echo: $ASAUTH_CLIENT_SECRET" "$STANDIN_API/sink"
request -F f=@"$body" -o out "$STANDIN_API/echo"
request -L "$STANDIN_API/redirect/302?to=/echo"
request -X PUT --json '{"a":"CANARY-body"}' --etag-from . "$STANDIN_API/etag"
request --scope reporting --fetch-link -D headers /download/report/sales/2026/10
request -x http://user:CANARY-proxy@127.0.0.1:1 https://developer.amazon.com/x
request -w '%{stderr}%{url_effective} %{redirect_url}' "$STANDIN_API/echo"
request -w '%{stderr}%{json}%{header_json}' -H "X-Echo: $ASAUTH_CLIENT_SECRET" "$STANDIN_API/echo"
request --scope reporting --fetch-link -L -w '%{stderr}%{json}%{header_json}' /download/report/sales/2026/10
token "$ASAUTH_CLIENT_SECRET"
END
}

# What stands in the arguments of the program, as others see them.
watch_arguments() {
    while :; do
        ps -C "${ASAUTH##*/}" -o args= || true # none just now
        sleep 0.02
    done >>"$BATS_TEST_TMPDIR/arguments"
}

# A server that says nothing; it prints its port.
mute() {
    exec /usr/bin/python3 -c 'import socket, time
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
time.sleep(60)'
}

# nowhere TEXT FILE...: not in any of them, however it is encoded.
nowhere() {
    local text=$1 form
    shift
    for form in "$text" "$(jq -rn --arg t "$text" '$t | @uri')" \
        "$(jq -rn --arg t "$text" '$t | @uri | @uri')" \
        "$(printf %s "$text" | base64 -w 0)"; do
        run grep -rlaF -e "$form" "$@"
        [[ $status -eq 1 ]] || fail "$form in: $output" \
            "$(grep -raF -e "$form" "$@" | head -3)"
    done
}

@test "secret, token, link, body and password stand nowhere that they do not belong" {
    local fault call option
    watch_arguments 3>&- &
    watcher=$!
    while IFS= read -r fault; do
        while IFS= read -r call; do
            for option in '' -v; do
                runs=$((runs + 1))
                standin reset
                rm -rf "$XDG_CACHE_HOME/asauth"
                standin set client_secret="$ASAUTH_CLIENT_SECRET" \
                    token_value='Atc|CANARY-token'
                # One switch a word; a body holds no blanks.
                # shellcheck disable=SC2086
                standin set $fault
                eval "timeout 20 '$ASAUTH' $call -m 1 $option" \
                    >"$BATS_TEST_TMPDIR/stdout" \
                    2>"$BATS_TEST_TMPDIR/err/$runs" || true
                echo "$fault: $call" >>"$BATS_TEST_TMPDIR/err/$runs.call"
                standin links >>"$BATS_TEST_TMPDIR/links"
                case $call in
                    token*) ;;
                    whoami*) nowhere CANARY "$BATS_TEST_TMPDIR/stdout" ;;
                esac
                rm -f out headers
                # On disk there are tokens, in the files of their scopes.
                run grep -rlaE 'CANARY[/-](secret|body|link|proxy|sig)' \
                    "$HOME" "$TMPDIR"
                [[ -z $output ]] || fail "$call: $output"
                run grep -rla --exclude='*.json' CANARY "$HOME" "$TMPDIR"
                [[ -z $output ]] || fail "$call: $output"
            done
        done < <(calls)
    done < <(faults)
    kill "$watcher"
    number "$runs" -ge 400

    rm "$BATS_TEST_TMPDIR"/err/*.call
    nowhere CANARY "$BATS_TEST_TMPDIR/err"
    sed -n 's/.*Signature=//p' "$BATS_TEST_TMPDIR/links" | sort -u >signatures
    filled signatures
    run grep -rlaF -f signatures "$BATS_TEST_TMPDIR/err"
    [[ $status -eq 1 ]] || fail "$output"

    # The arguments hold what their user typed, but no token; secrets among
    # them only until the program has begun.
    filled "$BATS_TEST_TMPDIR/arguments"
    nowhere CANARY-token "$BATS_TEST_TMPDIR/arguments"
    mute 3>&- >port &
    watcher=$!
    until [[ -s port ]]; do sleep 0.05; done
    "$ASAUTH" request -m 2 -x "http://user:CANARY-proxy@127.0.0.1:$(<port)" \
        https://developer.amazon.com/x >/dev/null 2>&1 3>&- &
    sleep 1
    ps -o args= -p $! >"$BATS_TEST_TMPDIR/arguments"
    grep -q -e ' -x \*\*\*\*' "$BATS_TEST_TMPDIR/arguments"
    nowhere CANARY-proxy "$BATS_TEST_TMPDIR/arguments"
    wait $! || true

    # No core, and nothing left over.
    run find "$BATS_TEST_TMPDIR/work" "$TMPDIR" "$HOME" -name '*core*' \
        -o -name '*.tmp.*'
    [[ -z $output ]] || fail "$output"
}

@test "each scope's token stands in its own file alone" {
    local one two
    standin set client_secret="$ASAUTH_CLIENT_SECRET"
    one=$(asauth token)
    two=$(asauth token --scope reporting)
    number "$(grep -rlF "$one" "$HOME" | wc -l)" -eq 1
    number "$(grep -rlF "$two" "$HOME" | wc -l)" -eq 1
}

@test "the process has no core and is not for others to look into" {
    local pid
    standin set token_mode=hold
    "$ASAUTH" token >/dev/null 2>&1 3>&- &
    pid=$!
    standin wait token 1
    grep -E 'Max core file size +0 +0 ' "/proc/$pid/limits" ||
        grep -E 'Max core file size +0 ' "/proc/$pid/limits"
    # Where it may be traced (a sanitizer's build), its files are its user's.
    equals "$(stat -c %U "/proc/$pid/environ")" root
    kill "$pid"
    standin release
}
