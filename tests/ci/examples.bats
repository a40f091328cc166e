#!/usr/bin/env bats
#
# The scripts in examples/, as they are installed, against the stand-in; the
# one for a release is in example-release.bats.

load ../standin
load ../examples

setup() {
    use_standin
    set_example
}

# rows of a query for vitals.
query() {
    jq -n '{metrics: ["crashRate"], dimensions: ["versionCode"],
        timelineSpec: {aggregationPeriod: "DAILY",
            startTime: {year: 2026, month: 10, day: 1},
            endTime: {year: 2026, month: 10, day: 31}}}'
}

@test "every example says what is to be set, and stops at the first failure" {
    local file count=0
    for file in "$HERE"/../examples/*; do
        count=$((count + 1))
        kind -x "$file"
        contains "$(sed '/^$/q' "$file")" "# ${file##*/} "
        contains "$(sed '/^$/q' "$file")" '# To be set:'
        contains "$(<"$file")" $'\nset -euo pipefail\n'
        run "$file" --help
        number "$status" -eq 0
        begins "$output" "${file##*/} "
        contains "$output" $'\nTo be set:\n'
        equals "$output" "$(sed '3,/^$/!d; /^$/d; s/^# \?//' "$file")"
        lacks "$output" pipefail
    done
    number "$count" -eq 6
}

@test "an example says what it misses" {
    local args says
    while IFS='|' read -r args says; do
        eval "example $args"
        assert_status 1
        assert_stderr_has "${args%% *}: $says"
    done <<'END'
release --notes|--notes: needs a value
release|which APK? --no-apk goes without one
large-upload|which APK? --help says more
large-upload none|none: no such file
reports sale 2026-01|sale: no such kind of report; --help names them
reports sales 2026-02 2026-01|2026-02 comes after 2026-01
reports sales 2099-12|2099-12 comes after last month
END
    unset APP_ID
    while read -r args; do
        eval "example $args"
        assert_status 1
        assert_stderr_has "${args%% *}: APP_ID is not set"
    done <<'END'
release "$APK"
large-upload "$APK"
listing en-US .
images en-US screenshots 1.png
END
}

@test "the examples hand ETags back as they come" {
    printf 1 >1.png
    standin set etag_style=bare header_case=lower
    begin_edit
    example listing en-US '.title = "New"'
    assert_status 0
    example images en-US screenshots 1.png 1.png
    assert_status 0
    cp "$APK" 'Größe 1.apk'
    example release --upload --notes "$NOTES" 'Größe 1.apk'
    assert_status 0
    equals "$(edit_status)" REVIEW
}

@test "listing changes a listing by a filter, and nothing but that" {
    begin_edit
    example listing en-US '.title = $title' --arg title 'Schöne „Äpfel“'
    assert_status 0
    equals "$(asauth request "$edit/listings/en-US" | jq -c 'del(
        .featureBullets, .keywords, .recentChanges)')" \
        '{"language":"en-US","title":"Schöne „Äpfel“","shortDescription":"An example","fullDescription":"An example of an app"}'
    before=$(writes)
    example listing en-US '.'
    assert_status 0
    assert_stderr_has 'nothing has changed'
    equals "$(writes)" "$before"
}

@test "listing takes what an editor leaves" {
    begin_edit
    printf '%s\n' '#!/bin/sh' 'sed -i "s/Example/Edited/" "$2"' >editor
    chmod +x editor
    EDITOR="$PWD/editor -x" example listing de-DE
    assert_status 0
    equals "$(asauth request "$edit/listings/de-DE" | jq -r .title)" Edited
    # Somebody else was faster: what was typed is kept.
    printf '%s\n' '#!/bin/sh' "'$ASAUTH' request '$edit/listings/de-DE' |
        jq '.title = \"Other\"' | '$ASAUTH' request -o other -X PUT \
        --etag-from . --json @- '$edit/listings/de-DE'
        sed -i s/Edited/Mine/ \"\$1\"" >editor
    EDITOR=$PWD/editor example listing de-DE
    assert_status 22
    equals "$(asauth request "$edit/listings/de-DE" | jq -r .title)" Other
    equals "$(jq -r .title de-DE.rejected.json)" Mine
}

@test "listing never writes an error back" {
    local broken before
    begin_edit
    before=$(writes)
    for broken in ok,404 ok,403 400; do
        standin set "api_status=$broken"
        example listing en-US '.title = "New"'
        differs "$status" 0 "$broken"
    done
    standin set api_status=ok
    for broken in .title '.title = 7' '., .' empty '[.]' 'del(.language)' \
        'no such filter'; do
        example listing en-US "$broken"
        differs "$status" 0 "$broken"
    done
    equals "$(writes)" "$before"
    asauth request -o /dev/null -X DELETE --etag-from . "$edit"
    example listing en-US '.title = "New"'
    assert_status 1
    assert_stderr_has "no edit is open; to begin one: asauth request -X POST /v1"
}

@test "reports fetches the months of a range, each into a file of its own" {
    example reports sales 2025-11 2026-02 got
    assert_status 0
    equals "$(ls got)" 'sales-2025-11.zip
sales-2025-12.zip
sales-2026-01.zip
sales-2026-02.zip'
    /usr/bin/python3 -m zipfile -t got/sales-2026-01.zip
    # Those that are there are there.
    rm got/sales-2025-12.zip
    example reports sales 2025-11 2026-02 got
    assert_status 0
    assert_stdout got/sales-2025-12.zip
    for wrong in 'sales 2026-13' 'sales 2026-1' 'sales 2026-02 2026-01' \
        'nonsense 2026-01' 'sales'; do
        # shellcheck disable=SC2086 # words
        example reports $wrong
        differs "$status" 0 "$wrong"
    done
    assert_count link 5
}

@test "reports fetches the last months again, for Amazon corrects them" {
    local last
    last=$(date -u -d "$(date -u +%Y-%m-15) -1 month" +%Y-%m)
    before=$(date -u -d "$(date -u +%Y-%m-15) -3 months" +%Y-%m)
    example reports earnings "$before"
    assert_status 0
    equals "$(wc -l <stdout)" 3
    example reports earnings "$before"
    equals "$(wc -l <stdout)" 2
    contains "$stdout" "earnings-$last.zip"
    AGAIN=0 example reports earnings "$before"
    assert_stdout ''
}

@test "reports keeps to three requests a second and stops where one fails" {
    standin set reporting_rate=3 reports_until=2026-05
    example reports subscription 2026-01 2026-08
    assert_status 22
    assert_stderr_has 'Report not found'
    assert_count link 5
    exists subscription-2026-05.zip
    absent subscription-2026-06.zip
    lacks "$(standin_log -r '.[].status')" 429
}

@test "vitals prints a line for every row of every page" {
    standin set rows=7 page_size=2 reporting_rate=3
    query >query.json
    for path in /vitals/apps/com.example.app/crashMetricSet \
        /v2/applications/com.example.app/monetization/revenue:query; do
        example vitals "$path" query.json
        assert_status 0
        equals "$(jq -r '.dimensions[0].stringValue' stdout | tr '\n' ' ')" \
            '0 1 2 3 4 5 6 '
        equals "$(wc -l <stdout)" 7
    done
    assert_count api 8
    standin set rows=0
    example vitals /vitals/apps/com.example.app/anrMetricSet query.json
    assert_status 0
    assert_stdout ''
}

@test "vitals ends with the first page that fails, and with one that comes twice" {
    local page
    query >query.json
    standin set page_size=2 api_status=ok,400
    example vitals /vitals/apps/com.example.app/crashMetricSet query.json
    assert_status 22
    equals "$(wc -l <stdout)" 2
    standin set api_status=ok 'api_body={"rows":[1],"nextPageToken":"x"}'
    example vitals /vitals/apps/com.example.app/crashMetricSet query.json
    assert_status 1
    assert_stderr_has 'the same page came twice'
    standin set api_body=
    example vitals /vitals/apps/com.example.none/crashMetricSet query.json
    assert_status 22
    for page in '[]' '' '{' '{} {}'; do
        printf %s "$page" >query.json
        example vitals /vitals/apps/com.example.app/crashMetricSet query.json
        differs "$status" 0 "$page"
        assert_stderr_has 'not a JSON object'
    done
}

@test "large-upload attaches the file when Amazon is ready for it" {
    begin_edit
    standin set attach_not_ready=2 digest_seconds=0.5
    WAIT=0 example large-upload "$APK"
    assert_status 0
    assert_stdout_has 'release.apk, version code 2'
    equals "$(calls | grep -c attach)" 3
    standin set attach_not_ready=9
    WAIT=0 TRIES=3 example large-upload "$APK"
    assert_status 22
    equals "$(calls | grep -c attach)" 6
    example release --no-apk --notes "$NOTES"
    assert_status 0
    standin publish
    example large-upload "$APK"
    assert_status 1
    assert_stderr_has 'no edit is open'
}

@test "images makes the files the images of a type, or adds them" {
    begin_edit
    printf 1 >1.png
    printf 22 >2.png
    sizes() {
        asauth request "$edit/listings/en-US/screenshots" |
            jq -c '.images | map(.size)'
    }
    example images en-US screenshots 1.png 2.png
    assert_status 0
    equals "$(sizes)" '[1,2]'
    example images --add en-US screenshots 1.png
    assert_status 0
    equals "$(sizes)" '[1,2,1]'
    example images en-US screenshots 2.png 2.png
    assert_status 0
    equals "$(sizes)" '[2,2]'
}

@test "images stops at the first thing that goes wrong" {
    begin_edit
    printf 1 >1.png
    before=$(writes)
    standin set api_status=ok,403,ok
    example images en-US screenshots 1.png
    assert_status 1
    assert_stderr_has 'HTTP 403'
    example images en-US screenshots nosuch.png 1.png
    assert_status 1
    equals "$(writes)" "$before"
    # What looked like an empty list was none.
    example images en-US screenshots 1.png
    before=$(writes)
    standin set api_status=ok,404,ok
    example images en-US screenshots 1.png
    assert_status 22
    assert_stderr_has 412
    equals "$(writes)" $((before + 1))
}
