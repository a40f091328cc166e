# shellcheck shell=bash
#
# The stand-in asked with curl, for the tests of the stand-in itself.

# ask [CURL-ARG...]: $status, $stdout (the body) and $code (of HTTP).
ask() {
    status=0
    stdout=$(curl -q -s -m 10 -w '\n%{http_code}' "$@") || status=$?
    code=${stdout##*$'\n'}
    stdout=${stdout%$'\n'*}
}

# ask_token [CURL-ARG...]: with the right form, unless a field is given anew.
ask_token() {
    ask "$STANDIN_TOKEN_URL" -d grant_type=client_credentials \
        -d "client_id=$STANDIN_CLIENT_ID" \
        -d "client_secret=$STANDIN_CLIENT_SECRET" \
        --data-urlencode "scope=${scope-appstore::apps:readwrite}" "$@"
}

# with_token [CURL-ARG...]
with_token() {
    ask -H "Authorization: Bearer $token" "$@"
}

etag_of() {
    curl -q -s -m 10 -o /dev/null -H "Authorization: Bearer $token" \
        -w '%header{etag}' "$1"
}

# change METHOD URL [CURL-ARG...]: with the ETag of $guard, else of URL.
change() {
    with_token -X "$1" -H "If-Match: $(etag_of "${guard:-$2}")" "${@:3}" "$2"
}

answers() { # CODE BODY
    [[ $code == "$1" && $stdout == "$2" ]] || {
        echo "got $code: $stdout"
        return 1
    }
}

# fails CODE ERRORCODE: the service says so.
fails() {
    equals "$code" "$1" "$stdout"
    equals "$(jq -r '.errors[0].errorCode' <<<"$stdout")" "$2"
}

# begin_edit: $edit, of $edits.
begin_edit() {
    with_token -X POST "$edits"
    equals "$code" 200 "$stdout"
    edit=$edits/$(jq -r .id <<<"$stdout")
}

# set_notes: in each listing of $edit.
set_notes() {
    local language
    with_token "$edit/listings"
    for language in $(jq -r '.listings | keys[]' <<<"$stdout"); do
        with_token "$edit/listings/$language"
        change PUT "$edit/listings/$language" \
            -d "$(jq -c '.recentChanges = "New"' <<<"$stdout")"
        equals "$code" 200 "$stdout"
    done
}
