#!/usr/bin/env bats
#
# asauth request renews a refused token: when, how often, and with what left
# behind.

load standin

setup() {
    use_standin
    standin set token_length=100
}

# dead [JQ]: a cached token, minted an hour but five minutes ago, that the
# API refuses by now; $dead and $file.
dead() {
    dead=$(asauth token)
    file=$(cache_file)
    age_token 3300
    standin expire "$dead"
    mark
}

# From here on calls are counted.
mark() {
    minted=$(standin count mint) called=$(standin count api)
}

calls() { # MINTS API
    [[ $(($(standin count mint) - minted)) -eq $1 ]] ||
        complain "minted $(($(standin count mint) - minted)), not $1"
    [[ $(($(standin count api) - called)) -eq $2 ]] ||
        complain "$(($(standin count api) - called)) calls, not $2"
}

@test "an old token that is refused is renewed and the request sent again" {
    dead
    request "$echo_url"
    assert_status 0
    assert_stdout_has 'GET /echo'
    refute_stdout_has 'not authorized'
    assert_empty_stderr
    calls 1 2
    differs "$(jq -r .access_token "$file")" "$dead"
    assert_stdout_has "Bearer $(jq -r .access_token "$file")"
    request "$echo_url"
    assert_status 0
    calls 1 3
}

@test "a 401 and a HEAD's 403 renew the token as well" {
    dead
    request -I "$STANDIN_API/etag"
    assert_status 0
    assert_stdout_has 'HTTP/1.1 200'
    refute_stdout_has 'HTTP/1.1 403'
    calls 1 2
    age_token 3300
    standin set api_status=401,ok
    mark
    request "$echo_url"
    assert_status 0
    calls 1 2
}

@test "a 401 with a long body renews the token, and its body is dropped" {
    dead
    raw_reply raw '401 No' 'Content-Length: 100000'
    head -c 100000 /dev/zero | tr '\0' x >>raw
    answer_file api raw ok
    request "$echo_url"
    assert_status 0
    assert_stdout_has 'GET /echo'
    refute_stdout_has xxx
    calls 1 2
}

@test "a renewed token that is refused again fails (22) with a hint at what to check" {
    dead
    standin set refuse_next=9
    request "$echo_url"
    assert_status 22
    assert_stdout '{"Message":"Request is not authorized."}'
    assert_stderr_has 'HTTP 403: Request is not authorized.'
    assert_stderr_has 'hint: is the security profile attached'
    assert_stderr_has 'appstore::apps:readwrite'
    calls 1 2
}

@test "a refused token that was minted within a minute is not renewed" {
    standin set refuse_next=9
    request "$echo_url"
    assert_status 22
    assert_stderr_has hint:
    # Nor by the next run, which finds it in the cache.
    request "$echo_url"
    assert_status 22
    assert_count mint 1
    age_token 55
    mark
    request "$echo_url"
    assert_status 22
    calls 0 1
    age_token 10
    mark
    request "$echo_url"
    assert_status 22
    calls 1 2
}

@test "the API's verdict on the request is no reason to mint" {
    local body
    while IFS= read -r body; do
        dead
        standin set api_status=403 api_body="$body"
        mark
        request "$echo_url"
        assert_status 22
        assert_stdout "$body"
        refute_stderr_has attached
        calls 0 1 || fail "$body"
        standin set api_status=ok api_body=
        asauth token --forget
    done <<'END'
{"httpCode":403,"message":"Forbidden","errors":[{"errorCode":"locked","errorMessage":"The edit is locked"}]}
{"errorCode":"validation_failed","errorMessage":"No"}
{"Message":"Request is not authorized.","errors":[{"errorCode":"x"}]}
{"Message":"You may not"}
<html>403</html>
END
    # Neither is another status with the gateway's words.
    dead
    standin set api_status=404 \
        api_body='{"Message":"Request is not authorized."}'
    mark
    request "$echo_url"
    assert_status 22
    calls 0 1
}

@test "a newer token that another process has cached is used instead of a renewal" {
    local newer
    dead
    newer=$(standin issue appstore::apps:readwrite)
    standin set api_mode=hold,normal
    "$ASAUTH" request "$echo_url" >out 2>err &
    standin wait api $((called + 1))
    jq --arg token "$newer" --argjson now "$(date +%s)" \
        '.access_token = $token | .obtained_at = $now |
        .expires_at = $now + 3600' "$file" >"$file.new"
    chmod 600 "$file.new"
    mv "$file.new" "$file"
    standin release
    wait $!
    grep "Bearer $newer" out
    calls 0 2
    equals "$(jq -r .access_token "$file")" "$newer"
}

@test "sixty requests with the same refused token mint one" {
    local i pids=()
    dead
    for ((i = 0; i < 60; i++)); do
        timeout 60 "$ASAUTH" request -d "body $i" "$echo_url" \
            >"out.$i" 2>"err.$i" &
        pids+=($!)
    done
    for ((i = 0; i < 60; i++)); do
        wait "${pids[i]}" || fail "$i: $(cat "err.$i")"
        equals "$(tail -n 1 "out.$i")" "body $i"
    done
    number "$(($(standin count mint) - minted))" -eq 1
}

@test "after a renewal the body is sent again from its start" {
    local option sum
    head -c 3000 /dev/urandom | base64 -w 0 >body
    sum=$(sha256sum body | cut -d' ' -f1)
    for option in '-d @body' '-d @-' '--json @body' '-T body' '-T -' \
        '-F f=@body' '-F f=<body'; do
        dead
        # shellcheck disable=SC2086 # words
        request $option "$STANDIN_API/sink" <body
        assert_status 0
        calls 1 2 || fail "$option"
        case $option in
            -F*) [[ $(standin_log '.[-1].body') == *"$(<body)"* ]] ;;
            *) [[ $(standin_log '.[-1].body_sha256') == "$sum" ]] ;;
        esac || fail "$option"
        asauth token --forget
    done
}

@test "a body from a pipe cannot be sent again after a renewal (65), the new token is cached" {
    dead
    request -H Expect: -T - "$echo_url" < <(echo piped)
    assert_status 65
    assert_empty_stdout
    assert_stderr_has 'renewed for the next run'
    calls 1 1
    request -T - "$echo_url" < <(echo piped)
    assert_status 0
    calls 1 2
}

@test "-w describes neither the refused reply nor the log-in when the body cannot be sent again" {
    dead
    request -H Expect: -T - -w '%{http_code} %{url_effective} %header{date}' \
        "$echo_url" < <(echo piped)
    assert_status 65
    assert_stdout "000 $echo_url "
}

@test "the headers of redirects before a renewal are delivered" {
    dead
    request -L -i "$STANDIN_API/noauth/redirect/302?to=/status/200"
    assert_status 0
    calls 1 3
    [[ $(grep -c '^HTTP/' <<<"$stdout") -eq 2 ]] || complain
    assert_stdout_has ' 302 '
    refute_stdout_has ' 403 '
}

@test "a body from a pipe is sent after a renewal if none of it had been read" {
    dead
    request -T - "$echo_url" < <(echo piped)
    assert_status 0
    assert_stdout_has piped
    calls 1 2
}

@test "a regular file on standard input is sent again after a renewal, from where it was" {
    dead
    printf 'skipped\nsent\n' >body
    {
        read -r _
        request -H Expect: -T - "$echo_url"
    } <body
    assert_status 0
    [[ $stdout == *$'\nsent' && $stdout != *skipped* ]] || complain
    calls 1 2
}

@test "nothing of a refused attempt is in -i, -D, -o or --etag-save" {
    dead
    request -i -D headers --etag-save etag -w '%{http_code}' \
        "$STANDIN_API/etag"
    assert_status 0
    refute_stdout_has 'HTTP/1.1 403'
    number "$(grep -c HTTP/ headers)" -eq 1
    filled etag
    dead
    echo old >file.old
    cp file.old out
    standin set refuse_next=9
    request -o out "$STANDIN_API/etag"
    assert_status 22
    cmp out file.old
}

@test "a renewal that fails decides the status, and the refused token is gone" {
    dead
    ASAUTH_CLIENT_SECRET=wrong request -w '%{http_code}' "$echo_url"
    assert_status 67
    assert_stdout 000
    assert_stderr_has invalid_client
    # The dead token is gone: the next run does not meet it again.
    run cache_file
    number "$status" -ne 0
    dead
    standin set token_status=404
    request "$echo_url"
    assert_status 22
    assert_stderr_has 'token endpoint'
    assert_empty_stdout
}

@test "a token of ASAUTH_TOKEN is used and never renewed" {
    local given
    given=$(standin issue appstore::apps:readwrite)
    ASAUTH_TOKEN=$given request "$echo_url"
    assert_status 0
    assert_stdout_has "Bearer $given"
    assert_count token 0
    absent "$XDG_CACHE_HOME/asauth"
    standin expire "$given"
    ASAUTH_TOKEN=$given request "$echo_url"
    assert_status 22
    assert_stderr_has 'hint: the token is from ASAUTH_TOKEN'
    assert_count token 0
    # Credentials by flag, or a profile, go before it.
    ASAUTH_TOKEN=$given request --client-id "$STANDIN_CLIENT_ID" "$echo_url"
    assert_status 0
    refute_stdout_has "$given"
    mkdir -p "$XDG_CONFIG_HOME/asauth"
    echo '{"profiles":{"p":{}}}' >"$XDG_CONFIG_HOME/asauth/config.json"
    ASAUTH_TOKEN=$given request --profile p "$echo_url"
    assert_status 0
    refute_stdout_has "$given"
    ASAUTH_TOKEN=$given ASAUTH_PROFILE=p request "$echo_url"
    assert_status 22
    ASAUTH_TOKEN=$'a\nb' request "$echo_url"
    assert_status 2
    ASAUTH_TOKEN=' ' request "$echo_url"
    assert_status 0
}
