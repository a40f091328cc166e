#!/usr/bin/env bats
#
# asauth request: what is read out of the API's errors, and the hints at them.

load standin

setup() {
    use_standin
    edits=/v1/applications/app1/edits
    gateway='{"Message":"Unable to fetch the request scope for uri = x"}'
}

# says BODY TEXT [HEADER...]: of an error with this body the first line says
# TEXT after the status.
says() {
    answer api '400 Bad' 'x-amzn-RequestId: id' "${@:3}" -- \
        "${1//\\/\\\\}"
    request "$edits"
    assert_status 22 || fail "case: $1" || return
    equals "$(head -n 1 stderr)" \
        "asauth: GET $edits: HTTP 400$2 (request id)" "case: $1"
}

# hinted STATUS BODY HINT [ARG...]: a request answered so gets that hint, and
# no other.
hinted() {
    local hint=$3
    answer api "$1 x" -- "$2"
    shift 3
    request "$@"
    assert_status 22 || fail "case: $*" || return
    assert_stderr_has "hint: $hint" || fail "case: $*" || return
    number "$(grep -c hint: stderr)" -eq 1 "case: $*"
}

@test "the API's own message is quoted, wherever it stands" {
    local body text
    while IFS='|' read -r body text; do
        says "$body" "$text"
    done <<'END'
{"Message":"No."}|: No.
{"message":"Bad Request"}|: Bad Request
{"message":"Bad","errors":[]}|: Bad
{"message":"Bad","errors":[{"errorCode":"c","errorMessage":"m"}]}|: c: m
{"errorCode":"flat","errorMessage":"one"}|: flat: one
{"code":"INVALID_ARGUMENT","message":"no such metric","status":400}|: INVALID_ARGUMENT: no such metric
{"code":400,"message":"no","status":"NOT_FOUND"}|: NOT_FOUND: no
{"code":40013,"message":"no"}|: 40013: no
{"error":"it is broken"}|: it is broken
{"error":"Bad Request","message":"no","status":400,"path":"/x"}|: Bad Request: no
{"error":"invalid","error_description":"no"}|: invalid: no
{"error":{"code":"c","message":"m"}}|: c: m
{"error":{"code":404,"message":"m","status":"NOT_FOUND"}}|: NOT_FOUND: m
{"errors":["a text"]}|: a text
[{"errorCode":"c","errorMessage":"m"}]|: c: m
{"Message":" two\n  lines\t"}|: two lines
{"code":" c ","message":"\r\nm"}|: c: m
Report not found|: Report not found
{}|
[]|
{"message":{"no":"text"}}|
{"errors":{"a":7},"error":null,"code":null}|
{"status":"IN_PROGRESS"}|
{"broken|
<html><h1>400</h1></html>|
END
    says '' ''
}

@test "of a page its title is told" {
    local page='<html>\n<head><TITLE lang="en">\n 502 Bad\n Gateway </TITLE>'
    says "$(printf '%b' "$page")x" ': 502 Bad Gateway'
    says '<!doctype html><title>no end' ': no end'
    says '<title' ''
    says '<title></title>' ''
    printf -v page '<title>%0500d' 0
    says "$page" ": $(printf '%0200d' 0)"
    # That of a redirect may be a link.
    answer api '302 Found' -- '<title>http://x/S3CR3T</title>'
    request "$edits"
    assert_status 22
    refute_stderr_has S3CR3T
}

@test "every error that the API lists is printed, one a line" {
    local i list='' option
    for ((i = 1; i <= 30; i++)); do
        list+=',{"errorCode":"error_'$i'","errorMessage":"why\\nasauth: '$i'"}'
    done
    for option in '' -f '-o out'; do
        answer api '403 Forbidden' 'x-amzn-RequestId: id' -- \
            "{\"message\":\"no\",\"errors\":[${list:1}]}"
        # shellcheck disable=SC2086 # words
        request $option -X POST "$edits/e/validate"
        assert_status 22
        {
            printf 'asauth: POST %s/e/validate: HTTP 403: ' "$edits"
            echo 'error_1: why asauth: 1 (request id)'
            for ((i = 2; i <= 30; i++)); do
                echo "asauth: error_$i: why asauth: $i"
            done
        } >wanted
        equals "$stderr" "$(<wanted)" "case: $option"
        absent out
    done
    request -s -X POST "$edits/e/validate"
    assert_empty_stderr
    request --no-fail -X POST "$edits/e/validate"
    assert_status 0
    assert_empty_stderr
}

@test "control characters of an error are shown harmless" {
    local body
    for body in '{"errors":[{"errorCode":"a\u001b[31m\u0007\u009b\u202e"},
        {"errorCode":"\u001b]0;x","errorMessage":"\u2028"}]}' \
        $'a\x1b[31m\x07\xc2\x9b\xe2\x80\xae' \
        $'<title>a\x1b[31m\x07\xc2\x9b\xff</title>'; do
        standin set api_status=400 "api_body=$body"
        LC_ALL=C request "$edits"
        assert_status 22
        assert_stderr_has 'HTTP 400: a'
        LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f-\xff]' stderr &&
            complain "a control byte on standard error"
    done
    assert_stdout_has $'\x1b[31m'
}

@test "an error code has a hint at the next step" {
    local status code hint
    while IFS='|' read -r status code hint; do
        hinted "$status" '{"httpCode":1,"message":"Bad","errors":
            [{"errorCode":"other","errorMessage":"x"},
            {"errorCode":"'"$code"'","errorMessage":"x"}]}' "$hint" \
            -X POST "$edits"
    done <<'END'
412|error_new_version_creation_not_allowed|an edit is open or in review, or the app was never published: GET .../edits
403|error_release_notes_incomplete|every listing needs its recentChanges
403|error_apk_drm_value_missing|DRM was never chosen for this APK: only the Developer Console
400|error_invalid_asset_id|the live version is probably an app bundle
400|required_data_absent|something is missing in the request
412|another|the app's state forbids it
END
    # Whether or not an ETag was sent.
    hinted 412 '{"errorCode":"error_new_version_creation_not_allowed"}' \
        'an edit is open' -X POST -H 'If-Match: x' "$edits"
    hinted 412 '{"errorCode":"other"}' 'the ETag is stale' \
        -X POST -H 'If-Match: x' "$edits"
    hinted 400 '{"errors":[{"errorCode":"required_data_absent",
        "errorMessage":"If-Match header is required"}]}' --etag-from \
        -X DELETE "$edits/e"
    hinted 400 'Report not found' 'there is no data for that month' \
        /download/report/sales/2026/10
}

@test "what is not there has a hint where that is usual" {
    local path
    for path in /vitals/apps/a/x /v2/applications/a/vitals/x:query \
        /v2/applications/a/monetization/x; do
        hinted 404 '{"code":"NOT_FOUND","message":"x","status":404}' \
            'the path is right, but there is no data' "$path"
    done
    hinted 404 '{"errorCode":"x"}' \
        'where there is no image of that type yet, the ETag of the listing' \
        --etag-from . -X POST "$edits/e/listings/en-US/screenshots"
}

@test "too many requests have a hint at how many are allowed" {
    local path
    for path in /download/report/sales/2026/10 /vitals/apps/a/x; do
        hinted 429 '{}' "the " "$path"
        assert_stderr_has 'allows 3 requests a second: --retry'
    done
    hinted 429 '{}' 'that is more often than the API allows: --retry' "$edits"
    hinted 429 '{}' 'the Reporting API allows 3 requests a second' --retry 1 \
        --retry-delay 1 /download/report/sales/2026/10
    refute_stderr_has 'second: --retry'
}

@test "a path that the API does not know is looked at for the mistake in it" {
    local path hint
    while IFS='|' read -r path hint; do
        hinted 400 "$gateway" "$hint" "$path"
    done <<'END'
/v1/applications//edits|a part of the path is empty: is a variable not set?
/v1/applications/app1/edits/|a part of the path is empty
/applications/app1/edits|/v1 is missing: the path begins with /v1/applications
/api/appstore/v1/applications/app1/edits|/api/appstore is in the API URL already
/appstore/v1/applications/app1/edits|/appstore is in the API URL already
/download/report/sales/2026/9|a month has two digits, as in 09
/v1/download/report/sales/2026/09|a report's path has no /v1
/v1/vitals/apps/a/crashMetricSet|this path has no /v1
/v1/applications/a/vitals/x|vitals are below /v2/applications
/v2/applications/a/edits|edits are below /v1/applications
/v1/applications/a/edit|the API has no such path, or not with this method
/download/report/sales/2026/10|the API has no such path
END
}

@test "a method that the API does not know at a path is named" {
    local method path hint
    while IFS='|' read -r method path hint; do
        hinted 400 "$gateway" "$hint" -X "$method" "$path"
    done <<END
post|$edits|methods are in upper case: -X POST
GET|$edits/e/commit|this path takes POST, not GET: -X POST
get|$edits/e/validate|this path takes POST, not get: -X POST
GET|$edits/e/validate|this path takes POST, not GET
PUT|$edits/e/apks/upload|this path takes POST, not PUT
POST|$edits/e/apks/a/replace|this path takes PUT, not POST
PATCH|$edits/e/listings/en-US|this path takes GET, PUT or DELETE, not PATCH: -X METHOD
GET|/vitals/apps/a/crashMetricSet:query|this path takes POST, not GET
POST|/download/report/sales/2026/10|this path takes GET, not POST
PUT|$edits/e/listings/en-US|the API has no such path, or not with this
END
    hinted 400 "$gateway" 'this path takes POST, not PUT' \
        -T "$BATS_TEST_FILENAME" "$edits/e/apks/upload"
    hinted 400 "$gateway" 'this path takes PUT, not POST' \
        -d x "$edits/e/apks/a/replace"
}

@test "a URL that is not the API's is told from it" {
    local console=$STANDIN_API/apps-and-games/console/x
    hinted 404 '{}' "this is a page of the Developer Console, for a browser; \
the API is at $ASAUTH_API_URL" "$console"
    hinted 404 '' "this is no URL of the API, which is at $ASAUTH_API_URL" \
        "$STANDIN_API/v1/applications/a/edits"
    hinted '302 Found\r\nLocation: /x\r\nX:' '' 'this is a page of the' \
        "$console"
    hinted 401 '' 'this is a page of the' "$console"
    answer api '500 No' 'Content-Type: text/html;charset=UTF-8' -- '<p>'
    request "$STANDIN_API/x"
    assert_stderr_has 'this is no URL of the API'
    # The API's own, and what anybody may answer, has no such hint.
    answer api '404 No' 'Content-Type: text/html' -- '<p>'
    request "$edits"
    assert_status 22
    refute_stderr_has hint
    answer api '500 No' -- '{}'
    request "$STANDIN_API/x"
    refute_stderr_has hint
}
