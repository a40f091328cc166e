#!/usr/bin/env bats
#
# asauth request: which scope it takes, by the path of its URL.

load standin

setup() {
    use_standin
    use_config
    submission=appstore::apps:readwrite
    reporting=adx_reporting::appstore:marketer
    sales=/download/report/sales/2026/10
}

# scope_is SCOPE [ARG...]: that is what the request logs in for.
scope_is() {
    local wanted=$1
    shift
    standin reset
    standin set attached="$wanted"
    answer api '200 OK' -- x
    request --no-cache "$@"
    assert_status 0 || fail "case: $*" || return
    equals "$(form_field scope)" "$wanted" "case: $*"
}

@test "the path says which scope is needed" {
    local path
    for path in "$sales" /download/report/earnings/2026 \
        /vitals/apps/com.example/crashMetricSet \
        /vitals/apps/com.example/crashMetricSet:query \
        '/v2/applications/com.example/vitals/anrMetricSet?x=/edits' \
        /v2/applications/a/monetization/x:query "$ASAUTH_API_URL$sales" \
        "$ASAUTH_API_URL/v1/..$sales" "${ASAUTH_API_URL/http/HTTP}$sales"; do
        scope_is "$reporting" "$path"
    done
    # What is there otherwise is the other one, so that it is seen at all.
    configure '{"scope":"reporting"}'
    for path in /v1/applications/a/edits /v1/applications/a/edits/e/apks \
        '/v1/applications/a/edits?x' /v1/applications/a/devtest/register \
        /v1/applications/a/tracks/devtest/testers \
        "$ASAUTH_API_URL/v1/applications/com.example/edits/previous"; do
        scope_is "$submission" "$path"
    done
}

@test "a path that is not known leaves the scope as it is" {
    local path
    configure '{"scope":"top"}'
    for path in / /v1/applications/a /v1/applications//edits \
        /v1/applications/a/b/edits /v1/applications/a/editsx \
        /V1/applications/a/edits /v2/applications/a/edits /download/reports \
        /x/download/report/sales '/?/download/report/sales' \
        "/v1/applications/a%2Fedits" "$STANDIN_API$sales" \
        "${ASAUTH_API_URL}x$sales"; do
        scope_is top "$path"
    done
    configure '{}'
    scope_is "$submission" /x
}

@test "another base of the API does not change what a path needs" {
    local base
    for base in "$STANDIN_API" "$STANDIN_API/" "$STANDIN_API/a/b//" \
        "$STANDIN_API/a/../b"; do
        ASAUTH_API_URL=$base scope_is "$reporting" "$sales"
    done
}

@test "flag, variable and the profile's own key go before the path" {
    configure '{"scope":"top","profiles":{"own":{"scope":"mine"},"none":{}}}'
    scope_is flag --scope flag "$sales"
    ASAUTH_SCOPE=variable scope_is variable "$sales"
    scope_is mine --profile own "$sales"
    ASAUTH_PROFILE=own scope_is mine "$sales"
    ASAUTH_SCOPE='' scope_is "$reporting" "$sales"
}

@test "the path goes before the config file's top level, inherited too" {
    configure '{"scope":"submission","profiles":{"own":{"scope":"mine"},
        "none":{}}}'
    scope_is "$reporting" "$sales"
    scope_is "$reporting" --profile none "$sales"
    ASAUTH_PROFILE=none scope_is "$reporting" "$sales"
}

@test "the request's path decides for --etag-from too" {
    standin set echo=1
    request --etag-from /v1/applications/a/edits -d x "$sales"
    assert_count token 1
    assert_form scope "$reporting"
}

@test "a token of the path's scope is cached as that scope's" {
    request --fetch-link -o sales.zip "$sales"
    assert_status 0
    /usr/bin/python3 -m zipfile -t sales.zip
    equals "$(jq -r .scope "$(cache_file)")" "$reporting"
    asauth token --scope reporting >/dev/null
    assert_count token 1
    asauth token >/dev/null
    assert_count token 2
    assert_form scope "$submission"
}

@test "-v says which scope, and why" {
    request -v --fetch-link -o sales.zip "$sales"
    assert_stderr_has "* scope: $reporting, which this path needs (Reporting API)"
    request -v --scope reporting /x
    assert_stderr_has "* scope: $reporting, from --scope"
    request -v /x
    assert_stderr_has "* scope: $submission, the default"
    configure '{"scope":"top"}'
    request -v /x
    assert_stderr_has "* scope: top, from scope in $config"
    ASAUTH_TOKEN=x request -v "$sales"
    assert_stderr_has '* scope: that of the token in ASAUTH_TOKEN'
    refute_stderr_has "$reporting, which"
}

@test "a refusal says which scope the path needs, where the token's is another" {
    local path
    asauth token >/dev/null
    asauth token --scope reporting >/dev/null
    for path in "$sales" /vitals/apps/a/crashMetricSet \
        /v2/applications/a/vitals/x /v2/applications/a/monetization/x; do
        standin set api_status=refuse
        request --scope submission "$path"
        assert_status 22
        assert_stderr_has "hint: this API needs --scope reporting \
($reporting); the token is for $submission, from --scope"
        request "$path"
        assert_status 22
        assert_stderr_has "is $reporting its scope"
        request --scope reporting "$path"
        refute_stderr_has 'needs --scope'
    done
    for path in /v1/applications/a/edits /v1/applications/a/devtest/register; do
        request --scope reporting "$path"
        assert_status 22
        assert_stderr_has "hint: this API needs --scope submission"
    done
    # What is not known is not claimed.
    request --scope reporting /elsewhere
    assert_status 22
    refute_stderr_has 'needs --scope'
    ASAUTH_TOKEN=x request "$sales"
    assert_stderr_has 'hint: the token is from ASAUTH_TOKEN'
    assert_stderr_has "--scope reporting ($reporting)"
    ASAUTH_TOKEN=x request /elsewhere
    assert_stderr_has 'hint: the token is from ASAUTH_TOKEN'
    refute_stderr_has '--scope'
}
