#!/usr/bin/env bats
#
# The stand-in's APIs are as Amazon's are known to be, asked with curl.

load standin
load ask

setup() {
    use_standin
    edits=$STANDIN_API_URL/v1/applications/app1/edits
    apk_type='Content-Type: application/vnd.android.package-archive'
    image_type='Content-Type: application/octet-stream'
    token=$(standin issue)
}

# use_reporting: $token is for the other scope.
use_reporting() {
    token=$(standin issue adx_reporting::appstore:marketer)
}

# query [JSON]: a page of $metrics.
query() {
    with_token "$metrics:query" -H 'Content-Type: application/json' \
        -d "${1-$(jq -nc '{metrics: ["rate"], dimensions: ["version"],
            timelineSpec: {aggregationPeriod: "DAILY",
                startTime: {year: 2026}, endTime: {year: 2026}}}')}"
}

@test "the stand-in's edit goes from its opening to its review" {
    with_token "$edits"
    answers 200 '{}'
    begin_edit
    with_token "$edits"
    equals "$(jq -r .status <<<"$stdout")" IN_PROGRESS
    with_token -X POST "$edits"
    fails 412 error_new_version_creation_not_allowed
    with_token "$edit/apks"
    apk=$edit/apks/$(jq -r '.[0].id' <<<"$stdout")

    with_token -T "$BATS_TEST_FILENAME" "$apk/replace"
    answers 400 '{"httpCode":400,"message":"Bad Request","errors":[{"errorCode":"required_data_absent","errorMessage":"If-Match header is required"}]}'
    with_token -T "$BATS_TEST_FILENAME" -H 'If-Match: "stale"' "$apk/replace"
    equals "$code" 412
    begins "$stdout" \
        '{"httpCode":412,"message":"Precondition Failed","errors":[{'
    first=$(etag_of "$edit")
    guard=$apk change PUT "$apk/replace" -H "$apk_type" \
        -T "$BATS_TEST_FILENAME"
    equals "$code" 200
    equals "$(jq .versionCode <<<"$stdout")" 2
    equals "$(standin_log '.[-1].body_size')" \
        "$(stat -c %s "$BATS_TEST_FILENAME")"
    equals "$(standin_log '.[-1].body_sha256')" \
        "$(sha256sum <"$BATS_TEST_FILENAME" | cut -d' ' -f1)"

    with_token -X POST -H "If-Match: $first" "$edit/commit"
    equals "$code" 412
    standin set etag_style=bare verdict=$'Icon missing\nTitle too long'
    lacks "$(etag_of "$edit")" '"'
    guard=$edit change POST "$edit/commit"
    fails 403 validation_failed
    equals "$(jq -r '.errors[1].errorMessage' <<<"$stdout")" 'Title too long'
    standin set verdict=
    guard=$edit change POST "$edit/validate"
    fails 403 error_release_notes_incomplete
    set_notes
    guard=$edit change POST "$edit/validate"
    equals "$code" 200
    guard=$edit change POST "$edit/commit"
    equals "$code" 200
}

@test "an edit in review is shown by the stand-in, and locked" {
    begin_edit
    set_notes
    guard=$edit change POST "$edit/commit"
    with_token "$edits"
    equals "$(jq -r .status <<<"$stdout")" REVIEW
    matches "$(etag_of "$edits")" .
    with_token -X POST "$edits"
    fails 412 error_new_version_creation_not_allowed
    change DELETE "$edit"
    equals "$code" 403
    change DELETE "$edit/listings/de-DE"
    equals "$code" 403
    with_token "$edit/listings/en-US"
    equals "$code" 200
    standin publish
    with_token "$edits"
    answers 200 '{}'
    with_token "$edits/previous"
    equals "$edits/$(jq -r .id <<<"$stdout")" "$edit"
    with_token "$edit/listings/de-DE"
    equals "$(jq -r .recentChanges <<<"$stdout")" New
    begin_edit
    with_token "$edit/listings/de-DE"
    equals "$(jq -r .recentChanges <<<"$stdout")" ''
}

@test "no edit of the stand-in begins in review, or before the app was published" {
    standin set under_review=1
    with_token "$edits"
    equals "$(jq -r .status <<<"$stdout")" REVIEW
    with_token -X POST "$edits"
    fails 412 error_new_version_creation_not_allowed
    standin reset
    token=$(standin issue)
    standin set unpublished=1
    with_token "$edits"
    answers 200 '{}'
    with_token "$edits/previous"
    equals "$code" 404
    with_token -X POST "$edits"
    fails 412 error_new_version_creation_not_allowed
}

@test "the stand-in knows an app by its App ID and its package name" {
    edits=$STANDIN_API_URL/v1/applications/com.example.app/edits
    begin_edit
    with_token "$STANDIN_API_URL/v1/applications/$(standin get app_id)/edits"
    equals "$edits/$(jq -r .id <<<"$stdout")" "$edit"
    with_token "$STANDIN_API_URL/v1/applications/com.example.other/edits"
    answers 200 '{}'
}

@test "the stand-in takes APKs in one go and in two" {
    standin set empty_app=1
    begin_edit
    with_token "$edit/apks"
    answers 204 ''
    standin set 'empty_apks=[]'
    with_token "$edit/apks"
    answers 200 '[]'
    with_token -H 'fileName: my.apk' --data-binary x "$edit/apks/upload"
    equals "$code" 415
    with_token -H 'fileName: my.apk' -H "$apk_type" --data-binary x \
        "$edit/apks/upload"
    equals "$(jq -r .name <<<"$stdout")" my.apk
    apk=$edit/apks/$(jq -r .id <<<"$stdout")
    change DELETE "$apk"
    answers 204 ''

    with_token -H 'fileName: big.apk' -H "$apk_type" --data-binary x \
        "$edit/apks/large/upload"
    file=$stdout
    begins "$(jq -r .fileId <<<"$file")" amzn1.devportal.fileupload.
    standin set attach_not_ready=1
    with_token -d "$file" "$edit/apks/attach"
    equals "$code" 400
    with_token -d "$file" "$edit/apks/attach"
    equals "$(jq -r .name <<<"$stdout")" big.apk
    with_token -d "$file" "$edit/apks/attach"
    equals "$code" 404
}

@test "the stand-in takes a large APK raw or, told so, as a form" {
    begin_edit
    with_token -F file=@"$BATS_TEST_FILENAME" "$edit/apks/large/upload"
    equals "$code" 415
    standin set large_upload=multipart
    with_token -F file=@"$BATS_TEST_FILENAME" "$edit/apks/large/upload"
    equals "$code" 200
    with_token -H "$apk_type" --data-binary x "$edit/apks/large/upload"
    equals "$code" 400
}

@test "the stand-in thinks after an upload, and after nothing else" {
    begin_edit
    standin set digest_seconds=0.4
    before=$(milliseconds)
    with_token "$edit/apks"
    number "$(($(milliseconds) - before))" -lt 400
    before=$(milliseconds)
    with_token -H "$apk_type" --data-binary x "$edit/apks/upload"
    equals "$code" 200
    number "$(($(milliseconds) - before))" -ge 400
}

@test "the stand-in refuses APKs as Amazon is known to" {
    begin_edit
    set_notes
    standin set drm_missing=1 from_bundle=1
    with_token "$edit/apks"
    apk=$edit/apks/$(jq -r '.[0].id' <<<"$stdout")
    guard=$apk change PUT "$apk/replace" -H "$apk_type" -d x
    fails 400 error_invalid_asset_id
    guard=$edit change POST "$edit/validate"
    equals "$code" 200
    with_token -H "$apk_type" --data-binary x "$edit/apks/upload"
    guard=$edit change POST "$edit/validate"
    fails 403 error_apk_drm_value_missing
}

@test "the stand-in's validate wants an If-Match, unless it is told not to" {
    begin_edit
    set_notes
    with_token -X POST "$edit/validate"
    fails 400 required_data_absent
    standin set validate_needs_etag=0
    with_token -X POST "$edit/validate"
    equals "$code" 200
    guard=$edit change POST "$edit/validate"
    equals "$code" 200
}

@test "the stand-in's errors have the shape that they are told to have" {
    local shape
    begin_edit
    while read -r shape wanted; do
        standin set "error_shape=$shape"
        with_token -X DELETE "$edit"
        answers 400 "$wanted"
        # So the program understands it.
        request -X DELETE "${edit#"$STANDIN_API_URL"}"
        assert_status 22
        assert_stderr_has 'HTTP 400: required_data_absent: If-Match header'
    done <<'END'
errors {"httpCode":400,"message":"Bad Request","errors":[{"errorCode":"required_data_absent","errorMessage":"If-Match header is required"}]}
flat {"errorCode":"required_data_absent","errorMessage":"If-Match header is required"}
text {"error":"required_data_absent: If-Match header is required"}
object {"error":{"code":"required_data_absent","message":"If-Match header is required"}}
END
    with_token "$STANDIN_API_URL/nonsense"
    equals "$code" 400
    contains "$stdout" Message
}

@test "the stand-in's listings come under their languages" {
    begin_edit
    with_token "$edit/listings"
    equals "$(jq -c '.listings | keys' <<<"$stdout")" '["de-DE","en-US"]'
    matches "$(etag_of "$edit/listings")" .
    with_token "$edit/listings/en-US"
    listing=$(jq -c '.title = "Another"' <<<"$stdout")
    change PUT "$edit/listings/en-US" -d "$listing"
    answers 200 "$listing"
    change PUT "$edit/listings/en-US" -d '{"Message":"Too Many Requests"}'
    fails 400 invalid_input
    change PUT "$edit/listings/de-DE" -d "$listing"
    fails 400 invalid_input
    guard=$edit/listings change PUT "$edit/listings/fr-FR" \
        -d "$(jq -c '.language = "fr-FR"' <<<"$listing")"
    equals "$code" 200
    change DELETE "$edit/listings/de-DE"
    answers 204 ''
    with_token "$edit/listings"
    equals "$(jq -c '.listings | keys' <<<"$stdout")" '["en-US","fr-FR"]'
}

@test "the stand-in's images are guarded by their list, the first by the listing" {
    begin_edit
    listing=$edit/listings/en-US
    icons=$listing/small-icons
    with_token "$icons"
    equals "$code" 404
    equals "$(etag_of "$icons")" ''
    guard=$listing change POST "$icons/upload" -H "$image_type" -d x
    equals "$code" 200
    id=$(jq -r .image.id <<<"$stdout")
    with_token "$icons"
    equals "$(jq -r '.images[].id' <<<"$stdout")" "$id"
    guard=$listing change POST "$icons/upload" -H "$image_type" -d x
    equals "$code" 412
    guard=$icons change POST "$icons/upload" -H "$image_type" -d x
    equals "$code" 200
    guard=$icons change DELETE "$icons/$id"
    answers 204 ''
    with_token "$icons"
    equals "$(jq '.images | length' <<<"$stdout")" 1
    change DELETE "$icons"
    answers 204 ''
    with_token "$icons"
    equals "$code" 404
    with_token "$listing/gifs"
    fails 400 invalid_input
}

@test "the stand-in takes videos at either path, or at one" {
    begin_edit
    videos=$edit/listings/en-US/videos
    with_token "$videos"
    answers 200 '{"videos":[]}'
    for way in '' /upload; do
        guard=$videos change POST "$videos$way" -H "$image_type" -d x
        equals "$code" 200
    done
    id=$(jq -r .video.id <<<"$stdout")
    guard=$videos change DELETE "$videos/$id"
    answers 204 ''
    standin set video_path=/upload
    guard=$videos change POST "$videos" -H "$image_type" -d x
    equals "$code" 404
    guard=$videos change POST "$videos/upload" -H "$image_type" -d x
    equals "$code" 200
    standin set video_path=/videos
    guard=$videos change POST "$videos/upload" -H "$image_type" -d x
    equals "$code" 404
}

@test "the stand-in has the other resources of an edit" {
    begin_edit
    with_token "$edit/apks"
    apk=apks/$(jq -r '.[0].id' <<<"$stdout")
    for it in details availability "$apk/targeting"; do
        change PUT "$edit/$it" -d '{"a":1}'
        answers 200 '{"a":1}'
        change PUT "$edit/$it" -d '[1]'
        equals "$code" 400
    done
    change DELETE "$edit"
    answers 204 ''
    with_token "$edits"
    answers 200 '{}'
}

@test "every change within an edit of the stand-in changes its ETag" {
    begin_edit
    before=$(etag_of "$edit")
    change PUT "$edit/details" -d '{"a":1}'
    differs "$(etag_of "$edit")" "$before"
    with_token "$edit/details"
    differs "$(etag_of "$edit")" "$before"
}

@test "the stand-in registers for testing and takes testers" {
    app=$STANDIN_API_URL/v1/applications/app1
    with_token "$app/devtest/register" -d '{"packageName":"com.example.app"}'
    fails 400 required_data_absent
    with_token "$app/devtest/register" \
        -d '{"packageName":"com.example.app","certificate":"x"}'
    answers 200 '{"trackId":"devtest"}'
    with_token "$app/tracks/devtest/testers" -d '{"emails":["a@example.com"]}'
    answers 200 '{}'
    with_token "$app/tracks/none/testers" -d '{}'
    equals "$code" 404
}

@test "each path of the stand-in wants its own scope" {
    local path
    for path in v1/applications/a/edits v1/applications/a/edits/previous; do
        with_token "$STANDIN_API_URL/$path"
        equals "$code" 200 "$path"
    done
    reporting=(download/report/earnings/2026
        vitals/apps/com.example.app/crashMetricSet
        v2/applications/com.example.app/vitals/crash
        v2/applications/com.example.app/monetization/revenue)
    for path in "${reporting[@]}"; do
        with_token "$STANDIN_API_URL/$path"
        answers 403 '{"Message":"Request is not authorized."}'
    done
    use_reporting
    for path in "${reporting[@]}"; do
        with_token "$STANDIN_API_URL/$path"
        equals "$code" 200 "$path"
    done
    for path in applications/a/devtest/register \
        applications/a/tracks/devtest/testers; do
        with_token "$STANDIN_API_URL/v1/$path" -d '{}'
        equals "$code" 403 "$path"
    done
}

@test "the stand-in's metrics come in pages" {
    use_reporting
    standin set page_size=2
    for metrics in vitals/apps/com.example.app/crashMetricSet \
        v2/applications/com.example.app/vitals/anr \
        v2/applications/com.example.app/monetization/revenue; do
        metrics=$STANDIN_API_URL/$metrics
        query
        equals "$(jq '.rows | length' <<<"$stdout")" 2 "$stdout"
        asked=$(standin_log '.[-1].body')
        first=$stdout
        query "$(jq -c --argjson page "$stdout" \
            '.pageToken = $page.nextPageToken' <<<"$asked")"
        equals "$(jq '.rows | length' <<<"$stdout")" 2
        differs "$stdout" "$first"
        query "$(jq -c --argjson page "$stdout" \
            '.pageToken = $page.nextPageToken' <<<"$asked")"
        equals "$(jq -c '[(.rows | length), .nextPageToken]' <<<"$stdout")" \
            '[1,null]'
        query "$(jq -c '.pageToken = "no"' <<<"$asked")"
        equals "$code" 400
    done
}

@test "the stand-in's metrics have errors of their own" {
    use_reporting
    metrics=$STANDIN_API_URL/vitals/apps/com.example.app/lmkMetricSet
    query '{}'
    answers 400 '{"code":"INVALID_ARGUMENT","message":"timelineSpec.aggregationPeriod is required","status":400}'
    metrics=$STANDIN_API_URL/v2/applications/com.example.none/vitals/lmk
    query
    equals "$code" 404
    equals "$(jq -r .code <<<"$stdout")" RESOURCE_NOT_FOUND
    with_token "$STANDIN_API_URL/vitals/apps/com.example.app/noMetricSet"
    equals "$code" 400
    begins "$stdout" '{"Message":"Unable to fetch the request scope'
}

@test "the stand-in's reports begin in 2018 and end where they are told to" {
    use_reporting
    report=$STANDIN_API_URL/download/report
    with_token "$report/sales/2017/12"
    answers 400 'Report not found'
    with_token "$report/sales/2018/01"
    equals "$code" 200
    standin set reports_until=2026-10
    with_token "$report/sales/2026/10"
    equals "$code" 200
    with_token "$report/sales/2026/11"
    answers 400 'Report not found'
    with_token "$report/sales/2026/9"
    equals "$code" 400
    begins "$stdout" '{"Message":"Unable to fetch'
}

@test "the stand-in's Reporting API takes three requests a second, where told to" {
    use_reporting
    standin set reporting_rate=3 retry_after=1
    for code in 200 200 200 429; do
        wanted=$code
        with_token -i "$STANDIN_API_URL/download/report/earnings/2026"
        equals "$code" "$wanted"
    done
    contains "$stdout" 'Retry-After: 1'
    sleep 1.1
    with_token "$STANDIN_API_URL/vitals/apps/com.example.app/anrMetricSet"
    equals "$code" 200
    token=$(standin issue)
    for code in 1 2 3 4; do
        with_token "$edits"
        equals "$code" 200
    done
}
