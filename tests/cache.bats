#!/usr/bin/env bats
#
# The token on disk: who may read it, what is believed, what is mended.

load standin

setup() {
    use_standin
    standin set token_length=100
    cache=$XDG_CACHE_HOME/asauth
}

# mint: fill the cache; $file and $token are what it holds.
mint() {
    rm -rf "$cache"
    token=$(asauth token)
    file=$(cache_file)
    standin reset
    standin set token_length=100
}

# spoil JQ: change the cached file's JSON.
spoil() {
    jq "$1" "$file" >"$BATS_TEST_TMPDIR/spoilt"
    cat "$BATS_TEST_TMPDIR/spoilt" >"$file"
}

# misses [WARNING]: the cached token is not used; a new one is printed, and
# the next run finds it, or says WARNING again. Leaves it in $token.
misses() {
    local before=$token
    run_asauth token
    assert_status 0
    [[ $stdout == Atc\|* && $stdout != "$before" ]] || complain "$*"
    if [[ $# -gt 0 ]]; then
        assert_stderr_has "asauth: warning: "
        assert_stderr_has "$1"
    else
        assert_empty_stderr
    fi
    token=$stdout
}

# mended: the next run has the token of this one, and no complaint.
mended() {
    run_asauth token
    assert_status 0
    assert_stdout "$token"
    assert_empty_stderr
}

@test "cached token, lock and directory are private from birth, whatever the umask" {
    local mask
    for mask in 000 022 077 177 377 777; do
        rm -rf "$XDG_CACHE_HOME"
        (umask "$mask"; asauth token >/dev/null)
        [[ $(file_mode "$cache") == 700 ]] || fail "$mask"
        [[ $(file_mode "$cache"/*.json) == 600 ]] || fail "$mask"
        [[ $(file_mode "$cache"/*.lock) == 600 ]] || fail "$mask"
        [[ $(file_mode "$XDG_CACHE_HOME") == 700 ]] || fail "$mask"
    done
}

@test "the cached token's file says what it is for and holds no secret" {
    local before
    before=$(date +%s)
    mint
    equals "$(jq -r 'keys | join(" ")' "$file")" "access_token client_id \
expires_at obtained_at scope token_type token_url version"
    jq -e --arg token "$token" --argjson before "$before" \
        '.version == 1 and .access_token == $token and
        .token_url == env.ASAUTH_TOKEN_URL and
        .client_id == env.ASAUTH_CLIENT_ID and
        .scope == "appstore::apps:readwrite" and .token_type == "bearer" and
        .obtained_at >= $before and .obtained_at <= $before + 5 and
        .expires_at == .obtained_at + 3600' "$file"
    run grep -rF "$STANDIN_CLIENT_SECRET" "$cache"
    number "$status" -eq 1
}

@test "each token URL, client id and scope has a cached token of its own" {
    local first second
    first=$(asauth token)
    second=$(asauth token --scope reporting)
    asauth token --token-url "${ASAUTH_TOKEN_URL/o2/O2}" >/dev/null
    asauth token --client-id "$STANDIN_CLIENT_ID_2" \
        --client-secret "$STANDIN_CLIENT_SECRET_2" >/dev/null
    assert_count mint 4
    number "$(find "$cache" -name '*.json' | wc -l)" -eq 4
    equals "$(asauth token)" "$first"
    equals "$(asauth token --scope reporting)" "$second"
    assert_count mint 4
    # The scope asked for counts, not the one granted.
    standin set reply_scope=another
    run_asauth token --scope some:other
    assert_status 67
}

@test "a cached token cut off at any byte is a miss and is replaced" {
    local size whole
    standin set token_length=8
    mint
    whole=$(<"$file")
    for ((size = ${#whole} - 1; size >= 0; size--)); do
        printf %s "${whole:0:size}" >"$file"
        misses || fail "cut at $size"
        [[ $(<"$file") == *"\"$token\""*$'\n}' ]] || fail "cut at $size"
    done
    mended
}

@test "a cached token that is damaged, foreign or impossible is a miss and is replaced" {
    local change now
    now=$(date +%s)
    while IFS= read -r change; do
        mint
        spoil "$change"
        misses || fail "$change"
        mended || fail "$change"
        assert_count token 1 || fail "$change"
    done <<END
.version = 2
.version = "1"
del(.version)
.token_url = "https://api.amazon.com/auth/o2/token"
.client_id = "another"
.scope = "another"
del(.scope)
.access_token = ""
.access_token = "a b"
.access_token = "a\\r\\nX-Evil: 1"
.access_token = null
.access_token = 7
del(.access_token)
.token_type = "mac"
del(.token_type)
.obtained_at = $now + 3600
.obtained_at = "$now"
.obtained_at = -5
.expires_at = $now - 1
.expires_at = $now + 30
.expires_at = 1e300
.expires_at = null
.obtained_at = $now - 10 | .expires_at = .obtained_at + 86500
[.]
"text"
END
    mint
    printf '\0' >"$file"
    misses
    mended
    # More than any token file holds.
    mint
    head -c 2000000 /dev/zero | tr '\0' ' ' >>"$file"
    misses
    mended
}

@test "a cached token from 50 seconds in the future is used" {
    mint
    spoil '.obtained_at += 50 | .expires_at += 50'
    mended
}

@test "a cached token that others can read or write is not believed" {
    local mode
    for mode in 640 604 660 606 601 700; do
        mint
        chmod "$mode" "$file"
        if [[ $mode == 700 ]]; then
            mended
            continue
        fi
        misses "$file" || fail "$mode"
        assert_stderr_has "open to others" || fail "$mode"
        mended || fail "$mode"
        equals "$(file_mode "$file")" 600
    done
}

@test "a cached token that is a link, a FIFO or a directory, or has a second name, is not believed" {
    local other=$BATS_TEST_TMPDIR/other
    mint
    mv "$file" "$other"
    ln -s "$other" "$file"
    misses "link"
    mended
    kind -f "$file"
    lacks "$(stat -c %F "$file")" link
    filled "$other"

    mint
    ln "$file" "$file.second"
    misses "$file"
    mended

    rm -f "$file" "$file.second"
    ln -s /nonexistent/token "$file"
    misses "$file"
    mended

    rm "$file"
    mkfifo -m 600 "$file"
    misses "$file"
    mended

    # A directory cannot be replaced: the token is printed all the same.
    rm "$file"
    mkdir "$file"
    misses "$file"
    misses "$file"
    kind -d "$file"
    equals "$(find "$cache" -name '*.tmp.*')" ""
}

@test "a lock file that cannot be used costs a warning, the token is printed" {
    local lock other=$BATS_TEST_TMPDIR/other
    mint
    lock=${file%.json}.lock
    echo precious >"$other"
    rm "$lock"
    ln -s "$other" "$lock"
    run_asauth token --refresh
    assert_status 0
    assert_stderr_has "$lock"
    equals "$(<"$other")" precious
    rm "$lock"
    mkdir "$lock"
    run_asauth token --refresh
    assert_status 0
    assert_stderr_has "$lock"
    rmdir "$lock"
    mkfifo "$lock"
    status=0
    timeout 10 "$ASAUTH" token --refresh >/dev/null 2>&1 || status=$?
    assert_status 0
    # Whatever stands in it does no harm.
    rm "$lock"
    head -c 100000 /dev/urandom >"$lock"
    run_asauth token --refresh
    assert_status 0
    ASAUTH_CLIENT_SECRET=wrong run_asauth token --refresh
    assert_status 67
}

@test "a cache directory that others may write is not used" {
    local mode
    for mode in 770 702 777; do
        mint
        chmod "$mode" "$cache"
        misses "$cache"
        misses "$cache" || fail "$mode"
        equals "$(file_mode "$cache")" "$mode"
    done
    mint
    chmod 755 "$cache"
    mended
}

@test "without a usable cache directory the token is printed, with a warning" {
    local what
    unset XDG_CACHE_HOME
    for what in /dev/null/x /proc/none "$BATS_TEST_TMPDIR/file"; do
        echo precious >"$BATS_TEST_TMPDIR/file"
        ASAUTH_CACHE_DIR=$what misses "$what" || fail "$what"
    done
    equals "$(<"$BATS_TEST_TMPDIR/file")" precious
    # A home that is missing is not made.
    local home=$BATS_TEST_TMPDIR/nowhere
    for what in "$home" "$home/" "$home/.cache/asauth"; do
        HOME=$home ASAUTH_CACHE_DIR=$what \
            misses 'the home directory does not exist' || fail "$what"
        absent "$home"
    done
    # It is not in the way of another place.
    HOME=$home ASAUTH_CACHE_DIR=$BATS_TEST_TMPDIR/nowhere.else asauth token
    kind -d "$BATS_TEST_TMPDIR/nowhere.else"
    absent "$home"
    # A relative XDG path is ignored.
    (cd "$BATS_TEST_TMPDIR" && XDG_CACHE_HOME=relative asauth token)
    absent "$BATS_TEST_TMPDIR/relative"
    kind -d "$HOME/.cache/asauth"
}

@test "without a home of ours tokens are kept where none is needed" {
    local home place runtime=$BATS_TEST_TMPDIR/runtime
    unset XDG_CACHE_HOME
    mkdir -m 700 "$runtime"
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir -m 1777 "$TMPDIR"
    for home in '' relative / "$BATS_TEST_TMPDIR/nowhere" /nonexistent unset; do
        for place in "$TMPDIR/asauth-$(id -u)" "$runtime/asauth"; do
            rm -rf "$place"
            (
                if [[ $home == unset ]]; then unset HOME; else HOME=$home; fi
                [[ $place == "$TMPDIR"* ]] || export XDG_RUNTIME_DIR=$runtime
                misses
                mended
                equals "$(file_mode "$place")" 700 "$home"
            )
        done
        absent "$BATS_TEST_TMPDIR/nowhere"
    done
    # It is held to the same rules.
    chmod 777 "$TMPDIR/asauth-$(id -u)"
    HOME='' misses "$TMPDIR/asauth-$(id -u)"
}

@test "the next log-in removes the temporary file of a killed one" {
    local other
    mint
    : >"$file.tmp.0123456789abcdef"
    other=$cache/other.json.tmp.0123456789abcdef
    : >"$other"
    run_asauth token
    assert_stdout "$token"
    run_asauth token --refresh
    assert_status 0
    absent "$file.tmp.0123456789abcdef"
    exists "$other"
    # But not what a living one still writes.
    : >"$file.tmp.fedcba9876543210"
    exec {held}<"$file.tmp.fedcba9876543210"
    flock -x "$held"
    run_asauth token --refresh
    assert_status 0
    exists "$file.tmp.fedcba9876543210"
    exec {held}<&-
}

@test "--forget fails (23) when the cached token cannot be deleted" {
    mint
    rm "$file"
    mkdir "$file"
    run_asauth token --forget
    assert_status 23
    assert_stderr_has 'cannot delete the cached token'
}

@test "a failed log-in leaves the cached token as it is" {
    mint
    cp "$file" "$BATS_TEST_TMPDIR/before"
    ASAUTH_CLIENT_SECRET=wrong run_asauth token --refresh
    assert_status 67
    cmp "$file" "$BATS_TEST_TMPDIR/before"
    standin set token_status=500
    run_asauth token --refresh -m 1
    cmp "$file" "$BATS_TEST_TMPDIR/before"
    mended
}

@test "the life of a token counts from before the log-in was sent" {
    local before
    before=$(date +%s)
    standin set token_delay=2
    run_asauth token --format json
    jq -e --argjson before "$before" \
        '.expires_at <= $before + 3601' <<<"$stdout"
}
