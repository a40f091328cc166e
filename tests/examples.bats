#!/usr/bin/env bats
#
# The scripts in examples/, as they are installed, against the stand-in.

load helper
load examples

setup_file() { standin_start; }
teardown_file() { standin_stop; }

setup() {
    use_standin
    cd "$BATS_TEST_TMPDIR" || return
    set_example
    work=$BATS_TEST_TMPDIR/work
    mkdir "$work"
}

# example NAME [ARG...]: $status, $stdout and $stderr.
example() {
    status=0
    TMPDIR=$work timeout "${seconds:-60}" "$HERE/../examples/$1" "${@:2}" \
        >stdout 2>stderr </dev/null || status=$?
    stdout=$(<stdout) stderr=$(<stderr)
    # It tidies up.
    equals "$(ls "$work")" ''
    assert_no_secret "$stdout$stderr"
}

# begin_edit: $edit.
begin_edit() {
    edit=$edits/$(asauth request -X POST "$edits" | jq -r .id)
}

# writes: how many requests of the APIs changed something.
writes() {
    standin_log '[.[] | select(.method != "GET" and
        (.target | startswith("/api")))] | length'
}

edit_status() {
    asauth request "$edits" | jq -r .status
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
    done
    number "$count" -eq 6
}

@test "release replaces the APK, sets notes in every language and submits" {
    example release --notes "$NOTES" "$APK"
    assert_status 0
    calls >got
    diff - got <<'END'
GET 
POST 
GET */listings
GET */listings/de-DE
PUT */listings/de-DE *
GET */listings/en-US
PUT */listings/en-US *
GET */apks
GET */apks/*
PUT */apks/*/replace *
GET *
POST */validate *
GET *
POST */commit *
END
    standin_log -e --arg notes "$NOTES" '[.[] | select(.method == "PUT" and
        (.target | contains("/listings/"))) | .body | fromjson] |
        length == 2 and all(.recentChanges == $notes and .title == "Example")'
    equals "$(edit_status)" REVIEW
    assert_count mint 1
    # It is in review now, and that is left alone.
    standin publish
    standin set under_review=1
    before=$(writes)
    example release --notes "$NOTES" "$APK"
    assert_status 1
    assert_stderr_has REVIEW
    equals "$(writes)" "$before"
}

@test "release goes on with the edit that is open" {
    begin_edit
    example release --notes "$NOTES" "$APK"
    assert_status 0
    assert_stderr_has "the edit is $edit"
    equals "$(standin_log '[.[] | select(.target | endswith("/edits"))] |
        map(.method) | join(" ")')" 'POST GET'
    equals "$(edit_status)" REVIEW
}

@test "release uploads where there is no APK to replace, or where it is told to" {
    local empty
    for empty in 204 '[]'; do
        standin reset
        rm -rf "$XDG_CACHE_HOME/asauth"
        standin set empty_app=1 "empty_apks=$empty"
        example release --notes "$NOTES" "$APK"
        assert_status 0
        contains "$(calls)" 'POST */apks/upload'
        standin_log -e '.[] | select(.target | endswith("/upload")) |
            .headers | index([["fileName", "release.apk"]])'
    done
    standin publish
    example release --upload --notes "$NOTES" "$APK"
    assert_status 0
    standin publish
    # Now there are two, and it does not guess.
    example release --notes "$NOTES" "$APK"
    assert_status 1
    assert_stderr_has --apk-id
    apk=$(grep -om 1 'amzn1.devportal.apk[^ ]*' stderr)
    example release --apk-id "$apk" --notes "$NOTES" "$APK"
    assert_status 0
    standin_log -e --arg apk "$apk" '.[] | select(.method == "PUT" and
        (.target | endswith("/\($apk)/replace")))'
}

@test "release takes the notes of each language from a directory" {
    mkdir notes
    printf 'Neu: „Äpfel“\n' >notes/de-DE.txt
    example release --notes-dir notes "$APK"
    assert_status 1
    assert_stderr_has 'no release notes for en-US'
    lacks "$(calls)" replace
    printf 'New:\n- apples\n' >notes/default.txt
    example release --notes-dir notes "$APK"
    assert_status 0
    id=$(asauth request "$edits" | jq -r .id)
    equals "$(asauth request "$edits/$id/listings" | jq -c '.listings |
        map_values(.recentChanges)')" \
        '{"en-US":"New:\n- apples","de-DE":"Neu: „Äpfel“"}'
}

@test "release submits an edit without a new APK" {
    begin_edit
    example release --notes "$NOTES"
    assert_status 0
    lacks "$(calls)" apks
    equals "$(edit_status)" REVIEW
    example release nosuch.apk
    assert_status 1
    assert_stderr_has 'nosuch.apk: no such file'
}

@test "release stops at the first thing that goes wrong" {
    local i oks
    oks=$(printf 'ok,%.0s' {1..13})
    for i in {0..13}; do
        standin reset
        rm -rf "$XDG_CACHE_HOME/asauth"
        standin set "api_status=$(head -c $((3 * i)) <<<"$oks")404,ok"
        example release --notes "$NOTES" "$APK"
        assert_status 22 || fail "call $i"
        assert_count api $((i + 1)) || fail "call $i"
        [[ $i -lt 2 ]] || assert_stderr_has 'the edit stays open: /v1'
    done
}

@test "a dry run of release does all but the commit, and leaves no edit" {
    example release --dry-run --notes "$NOTES" "$APK"
    assert_status 0
    assert_stderr_has valid
    calls >got
    equals "$(tail -n 4 got)" $'GET *\nPOST */validate *\nGET *\nDELETE * *'
    contains "$(<got)" replace
    lacks "$(<got)" commit
    equals "$(asauth request "$edits")" '{}'
    # An edit of somebody else's is not touched.
    begin_edit
    before=$(writes)
    example release --dry-run --notes "$NOTES" "$APK"
    assert_status 1
    assert_stderr_has 'a dry run would change it'
    equals "$(writes)" "$before"
    equals "$(edit_status)" IN_PROGRESS
}

@test "a dry run of release that fails or is interrupted leaves no edit" {
    standin set verdict=broken
    example release --dry-run --notes "$NOTES" "$APK"
    assert_status 22
    assert_stderr_has broken
    equals "$(asauth request "$edits")" '{}'
    # It began, but nobody could say so.
    standin set api_mode=ok,cut,ok verdict=
    example release --dry-run --notes "$NOTES" "$APK"
    assert_status 18
    assert_stderr_has 'the edit has been deleted'
    equals "$(asauth request "$edits")" '{}'
    # It was refused: what is open now is somebody else's.
    standin set api_status=ok,412,ok
    example release --dry-run --notes "$NOTES" "$APK"
    assert_status 22
    refute_stderr_has deleted
    standin set digest_seconds=10
    seconds=2 example release --dry-run --notes "$NOTES" "$APK"
    assert_status 124
    for _ in {1..100}; do
        [[ $(asauth request "$edits") != '{}' ]] || break
        sleep 0.1
    done
    equals "$(asauth request "$edits")" '{}'
    equals "$(calls | grep DELETE)" $'DELETE * *\nDELETE * *\nDELETE * *'
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

@test "a dry run of release ends at once when it alone is told to" {
    local pid start
    standin set api_mode=ok,ok,ok,ok,ok,ok,hold,ok
    TMPDIR=$work "$HERE/../examples/release" --dry-run --notes "$NOTES" \
        "$APK" </dev/null >stdout 2>stderr &
    pid=$!
    standin wait api 7
    start=$(milliseconds)
    kill -TERM "$pid"
    ended "$pid"
    number "$status" -eq 143
    number "$(($(milliseconds) - start))" -lt 10000
    contains "$(<stderr)" 'the edit has been deleted'
    equals "$(ls "$work")" ''
    equals "$(asauth request "$edits")" '{}'
    standin release
}

@test "an example waits while Amazon digests an upload" {
    begin_edit
    standin set digest_seconds=1
    example release --notes "$NOTES" "$APK"
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
    for broken in api_status=ok,404 api_status=ok,403 api_status=400 \
        api_mode=ok,cut; do
        standin set "$broken"
        example listing en-US '.title = "New"'
        differs "$status" 0 "$broken"
        standin set api_status=ok api_mode=ok
    done
    for broken in .title '.title = 7' '., .' empty '[.]' 'del(.language)' \
        'no such filter'; do
        example listing en-US "$broken"
        differs "$status" 0 "$broken"
    done
    equals "$(writes)" "$before"
    asauth request -o /dev/null -X DELETE --etag-from . "$edit"
    example listing en-US '.title = "New"'
    assert_status 1
    assert_stderr_has 'no edit is open: it is not there'
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
    example release --notes "$NOTES"
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
    for broken in api_status=ok,403 api_mode=ok,cut; do
        standin set "$broken"
        example images en-US screenshots 1.png
        differs "$status" 0 "$broken"
        standin set api_status=ok api_mode=ok
    done
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
