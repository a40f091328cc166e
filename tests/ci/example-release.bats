#!/usr/bin/env bats
#
# examples/release, as it is installed, against the stand-in.

load ../standin
load ../examples

setup() {
    use_standin
    set_example
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
        start_over
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
    assert_stderr_has 'has no text in en-US.txt, and none in default.txt'
    lacks "$(calls)" replace
    printf 'New:\n- apples\n' >notes/default.txt
    example release --notes-dir notes "$APK"
    assert_status 0
    id=$(asauth request "$edits" | jq -r .id)
    equals "$(asauth request "$edits/$id/listings" | jq -c '.listings |
        map_values(.recentChanges)')" \
        '{"en-US":"New:\n- apples","de-DE":"Neu: „Äpfel“"}'
}

@test "release submits an edit without a new APK only if it is told to" {
    begin_edit
    example release --notes "$NOTES"
    assert_status 1
    assert_stderr_has --no-apk
    example release nosuch.apk
    assert_status 1
    assert_stderr_has 'nosuch.apk: no such file'
    example release --no-apk "$APK"
    assert_status 1
    number "$(writes)" -eq 1
    example release --no-apk --notes "$NOTES"
    assert_status 0
    lacks "$(calls)" apks
    equals "$(edit_status)" REVIEW
}

@test "release goes well whichever way Amazon takes what is not known" {
    local way
    for way in validate_needs_etag=0 etag_style=bare header_case=lower \
        'empty_apks=[]'; do
        start_over
        standin set "$way" empty_app=1
        example release --notes "$NOTES" "$APK"
        assert_status 0 || fail "$way"
        equals "$(edit_status)" REVIEW
    done
}

@test "release stops at the first thing that goes wrong" {
    local i
    for i in {0..13}; do
        start_to_fail "$i" 404
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
