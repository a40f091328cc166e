#!/usr/bin/env bats
#
# Mistakes that people make: each gets its cause, and what to do about it.

load standin

# told STATUS <TABLE: each line is ARGUMENTS | CAUSE | REMEDY; both are parts
# of what is said, the remedy of a hint. Where there is none the cause says it.
told() {
    local args cause remedy count=0
    while IFS='|' read -r args cause remedy; do
        eval "run_asauth $args"
        assert_status "$1"
        [[ -z $stdout || $1 == 22 ]] || complain "asauth $args"
        cause=${cause# } remedy=${remedy# }
        assert_stderr_has "${cause% }"
        [[ -z $remedy || $stderr == *'asauth: hint: '*"$remedy"* ]] ||
            complain "asauth $args" "no hint: $remedy"
        refute_stderr_has S3CR3T
        count=$((count + 1))
    done
    number "$count" -gt 0
}

@test "mistakes in the URL" {
    told 1 <<'END'
request http://developer.amazon.com/x | http to developer.amazon.com | use https://developer.amazon.com
END
    told 3 <<'END'
request v1/x | URL v1/x: not a URL | a path of the API with /
request '/v1/x ' | not a URL | a URL holds no space
request developer.amazon.com/x | not a URL | a URL begins with https://
END
    told 2 <<'END'
request https://www.amazon.com/x | host www.amazon.com is not allowed | --allow-host www.amazon.com
request https://developer.amazon.com.evil.example/x | is not allowed | only if it is trusted
request /v1/x /v1/y | /v1/y: one operand too many | see asauth request --help
request | needs a URL | see asauth request --help
request -T /v1/applications/x/edits | needs a URL | --upload-file needs a value, and took the path behind it
END
}

@test "options of curl" {
    told 2 <<'END'
request -k /v1/x | -k: certificates are always checked | --cacert FILE
request -u id:S3CR3T /v1/x | -u: the credentials are those of asauth | --client-id and --client-secret-file
request -O /v1/x | -O: no file is named after the URL | -o FILE
request -C - /v1/x | -C: a file is written whole or not at all | -o FILE
request -K curlrc /v1/x | -K: curl's config files are not read | --config FILE is asauth's own
request -b a=b /v1/x | -b: cookies are not kept | -H 'Cookie: NAME=VALUE'
request -e https://x /v1/x | -e: there is no option | -H 'Referer: URL'
request /v1/x --next /v1/y | --next: a run sends one request | run asauth again
request -Z /v1/x /v1/y | -Z: a run sends one request | start several at once
request --oauth2-bearer S3CR3T /v1/x | --oauth2-bearer: asauth sends a token of its own | ASAUTH_TOKEN
request -H 'Authorization: Bearer S3CR3T' /v1/x | asauth sends a token of its own | leave it out
request -retry 3 /v1/x | -retry: a long option begins with -- | did you mean --retry?
request -json {} /v1/x | -json: a long option begins with -- | did you mean --json?
token –client-secret=S3CR3T | a dash stands where an option begins with a hyphen | see asauth token --help
request —retry 3 /v1/x | a dash stands where | see asauth request --help
request --tlsv1.2 /v1/x | the TLS library chooses | leave it out
request --resolve a:443:127.0.0.1 /v1/x | a host is where its name says | --allow-host HOST
request --socks5 proxy:1080 /v1/x | the proxy's URL says what kind it is | socks5h://HOST:PORT
END
}

@test "mistakes in the config file" {
    told_of() { # CONTENT CAUSE REMEDY
        echo "$1" >config.json
        told 2 <<<"token --config config.json | $2 | $3"
    }
    told_of 'user = "id:S3CR3T"' config.json:1: \
        "curl's config files are not read"
    echo '{"profiles": {"reports": {}}}' >config.json
    told 2 <<'END'
token --config config.json --profile report | no profile report | its profiles are: reports
token --profile reports | there is no config file | /asauth/config.json; asauth.conf(5) says
END
}

@test "a key that is nearly one of the config file's" {
    local key
    for key in client-id clientId clientid Client_id; do
        echo "{\"$key\": \"x\"}" >config.json
        run_asauth whoami-scope --offline --config config.json
        assert_stderr_has "unknown key $key: did you mean client_id?"
    done
    echo '{"client_secret_cmd": ["x"], "nonsense": 1}' >config.json
    run_asauth whoami-scope --offline --config config.json
    assert_stderr_has 'client_secret_cmd: did you mean client_secret'
    matches "$stderr" 'unknown key nonsense'$'\n'
}

@test "mistakes in scopes and values" {
    told 2 <<'END'
token --format xml | xml: not token, header, curl or json | see asauth token --help
token --format | --format: needs a value | see asauth token --help
token -m 1m | not a number of seconds | see asauth token --help
request --retry many /v1/x | not a whole number | see asauth request --help
token --client-id '' | --client-id: empty value | see asauth token --help
END
    told 67 <<'END'
token --scope reportng | did you mean reporting? | misspelt
token --client-secret S3CR3TS3CR3T | log-in refused | check client id and secret
END
}

@test "credentials that were pasted or set wrongly" {
    local id=$ASAUTH_CLIENT_ID secret=$ASAUTH_CLIENT_SECRET
    told 2 <<END
token --client-id $secret --client-secret $id | this is a client id, not a client secret | have client id and client secret been swapped?
token --client-id $secret --client-secret '' | empty value | see asauth token --help
token --client-secret \$'a\nb' | a line end | see asauth token --help
END
    told 67 <<END
token --client-secret '"$secret"' | log-in refused: invalid_client | in quotes: leave them out
token --client-secret SECRET=$secret | log-in refused: invalid_client | NAME=VALUE: give the value alone
END
    ASAUTH_CLIENT_ID=amzn1.devportal.mobileapp.x told 67 <<'END'
token | log-in refused: invalid_client | the client id is an App ID
END
    ASAUTH_CLIENT_ID='' told 2 <<'END'
token | ASAUTH_CLIENT_ID is set but empty | the security profile's Web Settings tab
END
    ASAUTH_CLIENT_SECRET='' told 2 <<'END'
token </dev/null | ASAUTH_CLIENT_SECRET is set but empty |
END
    ASAUTH_TOKEN='Bearer x' told 2 <<'END'
request /v1/x | ASAUTH_TOKEN: | leave out "Bearer"
END
}

@test "paths of the API that are nearly right" {
    told 22 <<'END'
request /v1/applications//edits | HTTP 400 | a part of the path is empty
request -X get /v1/applications/x/edits | HTTP 400 | methods are in upper case: -X GET
request /applications/x/edits | HTTP 400 | /v1 is missing
request /api/appstore/v1/applications/x/edits | HTTP 400 | /api/appstore is in the API URL already
request /v1/application/x/edits | HTTP 400 | applications is misspelt
request /download/report/sales/2026-09 | HTTP 400 | as in 2026/09
request /download/report/sales/2026/9 | HTTP 400 | a month has two digits
request --scope reporting /v1/applications/x/edits | HTTP 403 | this API needs --scope submission
END
}

@test "files that cannot be used" {
    told 23 <<'END'
request /v1/x -o none/file | cannot write to none/file: No such file or directory |
request /v1/x -o . | cannot write to .: Is a directory |
END
    told 26 <<'END'
request /v1/x -T none | cannot read none: No such file or directory |
request /v1/x -T / | cannot read /: Is a directory |
token --client-secret-file none --no-cache | none: No such file or directory |
request /v1/x -d @none | cannot read none: No such file or directory |
END
    told 2 <<'END'
token --config none | none: No such file or directory |
END
}

@test "a variable of -w that is misspelt" {
    run_asauth request -w '%{htp_code}%{nonsense}' -o body "$STANDIN_API/echo"
    assert_status 0
    assert_stderr_has 'unknown --write-out variable: htp_code: did you mean http_code?'
    matches "$stderr" 'variable: nonsense$'
}
