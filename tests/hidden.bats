#!/usr/bin/env bats
#
# What may not be shown is hidden in messages, in whatever dress a server
# repeats it.

load standin

# dresses TEXT: one a line.
dresses() {
    python3 -c 'import base64, html, json, sys, urllib.parse
text = sys.argv[1]
quote = lambda text: urllib.parse.quote(text, safe="")
every = lambda form: "".join(form % ord(c) for c in text)
encode = lambda data: base64.b64encode(data).decode()
print(text, text.upper(), text.lower(), sep="\n")
print(quote(text), quote(quote(text)), quote(quote(quote(text))), sep="\n")
print(urllib.parse.quote_plus(text), every("%%%02x"), sep="\n")
print(text.replace("|", "\\u007c"), every("\\u%04X"), every("\\x%02x"),
      text.replace("/", "\\/"), sep="\n")
print(html.escape(text), every("&#%d;"), every("&#x%x;"), sep="\n")
print(text[:20], text[-20:], text[8:-4], "..." + text[:16] + "...", sep="\n")
print(*(encode(b"a:bc"[:n] + text.encode()) for n in range(4)), sep="\n")
print(base64.urlsafe_b64encode(text.encode()).decode())' "$1"
}

# echoed TEXT: leaves what a message makes of it in $shown.
echoed() {
    jq -n --arg text "<$1>" '{error: "x", error_description: $text}' >body
    standin set token_status=400 token_error_body@="$PWD/body"
    run_asauth token --refresh
    assert_status 67
    shown=${stderr#*: x: <}
    shown=${shown%> (request*}
}

# unseen PART...: none of them is in $shown, whatever its case.
unseen() {
    local part
    for part; do
        lacks "${shown,,}" "${part,,}"
    done
}

@test "a token or a secret is hidden in whatever dress it comes" {
    local dress count=0
    local secret='Pa|3cr3t"Run_With_Letters-0123456789-End/'
    standin set client_secret="$secret"
    while IFS= read -r dress; do
        count=$((count + 1))
        ASAUTH_CLIENT_SECRET=$secret echoed "$dress"
        contains "$shown" '[redacted]' "$dress"
        unseen Run_With Letters 123456 3cr3t
        number "${#shown}" -lt 26 "$dress" "$shown"
    done < <(dresses "$secret")
    number "$count" -gt 20
}

@test "a secret of a few characters is hidden, encoded too" {
    local dress
    for dress in 's3c!' 'S3C!' 's3c%21' 's3c%2521' 's3c\u0021' 's3c&#33;' czNjIQ; do
        ASAUTH_CLIENT_SECRET='s3c!' echoed "a $dress b"
        equals "$shown" 'a [redacted] b'
    done
}

@test "what looks like a token, a secret or a signature is hidden, whosever it is" {
    echoed 'Atc|ab.cd-ef_ghi, amzn1.oa2-cs.v1.0123abcd; Atzr|0123456789'
    equals "$shown" '[redacted], [redacted]; [redacted]'
    echoed 'https://b.example/r.zip?X-Amz-Signature=0a1b&X-Amz-Date=x'
    equals "$shown" \
        'https://b.example/r.zip?X-Amz-Signature=[redacted]&X-Amz-Date=x'
    echoed 'to=https%3A%2F%2Fb.example%2F%3FSignature%3D0a1b /x?a=b&sig=0a1b'
    equals "$shown" \
        'to=https%3A%2F%2Fb.example%2F%3FSignature%3D[redacted] /x?a=b&sig=[redacted]'
    echoed 'see http://user:password@a.example/x@y, https://b.example/@c'
    equals "$shown" \
        'see http://[redacted]@a.example/x@y, https://b.example/@c'
    echoed 'Atc| amzn1.oa2-cs. :// a@b Signature=&'
    equals "$shown" 'Atc| amzn1.oa2-cs. :// a@b Signature=&'
}

@test "a proxy's password is hidden, however malformed its URL" {
    local user password url
    printf -v user %0200d 7
    for password in 'p%40ss!w0rd0123' 'pass/w0rd#here' pass:w0rd@here; do
        for url in "http://user:$password@127.0.0.1:1" "u:$password@127.0.0.1:1" \
            "http://$user:$password@127.0.0.1:1" "ht tp://u:$password@[::1" \
            "http://$user$user$user:$password$user@[::1" \
            "http://user:$password"; do
            https_proxy=$url run_asauth token -v \
                --token-url https://a.invalid/x --allow-host a.invalid
            differs "$status" 0 "$url"
            refute_stderr_has "${password:0:8}"
            refute_stderr_has w0rd
            run grep -raF w0rd "$XDG_CACHE_HOME"
            differs "$status" 0 "$output"
        done
    done
}

@test "a proxy's password is hidden where libcurl cuts a text off in it" {
    local length user
    # Its errors have 255 bytes, its lines 2 KiB.
    for length in 205 212 220 1975 1985 1990 1995 2000; do
        printf -v user "%0${length}d" 7
        https_proxy=http://$user:p!ss-w0rd@[:: ASAUTH_TOKEN=abcdefgh \
            run_asauth request -v -w '%{errormsg} %{json}' \
            --allow-host a.invalid https://a.invalid/x
        differs "$status" 0
        refute_stderr_has 'p!ss-w0r'
        refute_stdout_has 'p!ss-w0r'
    done
}

@test "a short proxy password is hidden where it is one, not as a word" {
    https_proxy=http://http:connect@127.0.0.1:1 run_asauth token -v \
        --token-url https://a.invalid/x --allow-host a.invalid
    assert_status 7
    refute_stderr_has http:connect
    assert_stderr_has ' connect'
}

@test "a client id that has digits in common with the secret is shown" {
    local digits=0123456789abcdef0123456789abcdef
    local id=amzn1.application-oa2-client.$digits
    export ASAUTH_CLIENT_ID=$id ASAUTH_CLIENT_SECRET=amzn1.oa2-cs.v1.$digits
    run_asauth whoami-scope --json
    assert_status 67
    equals "$(jq -r .client_id <<<"$stdout")" "$id"
    run_asauth whoami-scope
    assert_stdout_has "client id      $id"
    # Not where the whole secret is part of it.
    ASAUTH_CLIENT_SECRET=$digits run_asauth whoami-scope
    refute_stdout_has "$digits"
    # Nor does it uncover a secret around it.
    ASAUTH_CLIENT_SECRET=x${id}567890123456789
    echoed "$ASAUTH_CLIENT_SECRET"
    unseen "$digits"
    echoed "$id"
    equals "$shown" "$id"
}

@test "a secret with blanks around it is hidden in usage messages" {
    ASAUTH_CLIENT_SECRET=$' s3cr3t-w0rd\n' run_asauth token --s3cr3t-w0rd
    assert_status 2
    assert_stderr_has 'asauth: --[redacted]: unknown option'
}

@test "the user part of a token URL is hidden in reports, scheme or not" {
    local url
    for url in u:pa55w0rd@127.0.0.1/x http://u:pa55w0rd@127.0.0.1/x; do
        run_asauth whoami-scope --token-url "$url"
        assert_stdout_has '[redacted]@127.0.0.1/x'
        run_asauth whoami-scope --json --token-url "$url"
        assert_stdout_has '[redacted]@127.0.0.1/x'
    done
}
