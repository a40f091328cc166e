# shellcheck shell=bash
#
# What the completion of every shell must offer. For each LINE a function
#
#   offers LINE...
#
# prints, on a line of its own, what the shell inserts at LINE's end, sorted,
# each followed by a "|".

# offers_typed KEY COMMAND <SETUP: the offers of a shell on a terminal. COMMAND
# starts the shell, SETUP is its first input, and KEY inserts all that it
# offers. The lines are the array "lines".
offers_typed() {
    local key=$1 command=$2 line offered typed
    : >got
    {
        cat
        echo 'asauth() { printf "%s|" "$@" >>got; echo >>got; }'
        printf "%s$key\n" "${lines[@]}"
        echo exit
    } >keys
    TERM=dumb timeout 90 script -qec "$command" /dev/null <keys >screen
    for line in "${lines[@]}"; do
        read -r offered
        # Without the words that were complete already.
        read -ra typed <<<"${line% *}"
        cut -d '|' -f "${#typed[@]}-" <<<"$offered" | tr '|' '\n' |
            grep -vxE -- '-?-?' | sed 's,/$,,' | LC_ALL=C sort | tr '\n' '|'
        echo
    done <got
}

# check_offers <CASES: each case is LINE => PATTERN.
check_offers() {
    local cases=() lines=() case got i
    mapfile -t cases
    for case in "${cases[@]}"; do
        lines+=("asauth ${case% => *}")
    done
    mapfile -t got < <(offers "${lines[@]}")
    for i in "${!cases[@]}"; do
        # shellcheck disable=SC2053 # a pattern
        [[ ${got[i]} == ${cases[i]#* => } ]] ||
            fail "${cases[i]}" "got: ${got[i]}"
    done
}

# options COMMAND: those that its help knows.
options() {
    asauth "$1" --help | grep -oE -- '--[a-z][a-z0-9.-]+' |
        LC_ALL=C sort -u | tr '\n' '|'
}

check_commands() {
    check_offers <<END
t => token|
wh => whoami-scope|
-- => --help|--version|
token -- => $(options token)
request -- => $(options request)
request /v1/applications -- => $(options request)
whoami-scope -- => $(options whoami-scope)
END
}

check_values() {
    check_offers <<'END'
token --format  => curl|header|json|token|
token --format h => header|
token --scope  => adx_reporting::appstore:marketer|appstore::apps:readwrite|reporting|submission|
request --scope r => reporting|
request --scope appstore:: => appstore::apps:readwrite|
request --scope adx_reporting::app => adx_reporting::appstore:marketer|
request -X  => DELETE|GET|HEAD|POST|PUT|
request -s --request P => POST|PUT|
request --json  => 
request --max-time  => 
whoami-scope --json --off => --offline|
END
}

# Where a value is due no option is offered, and after it they are.
check_values_due() {
    local option
    for option in $(known valued); do
        [[ $option == --format ]] && continue
        echo "request $option -- => "
        echo "request $option x -- => *--verbose|*"
    done >cases
    for option in --get --no-fail --silent -s -G; do
        echo "request $option -- => *--verbose|*"
    done >>cases
    check_offers <cases
}

check_files() {
    mkdir place place/folder
    touch place/file.pem place/folder/inner
    check_offers <<'END'
request --cacert place/ => place/file.pem|place/folder|
request -T place/fi => place/file.pem|
request -o place/folder/ => place/folder/inner|
token --config place/ => place/file.pem|place/folder|
token --cache-dir place/ => place/folder|
request --capath place/ => place/folder|
END
}

# The profiles come from the file that the program would read.
check_profiles() {
    mkdir -p "$XDG_CONFIG_HOME/asauth"
    cat >"$XDG_CONFIG_HOME/asauth/config.json" <<'END'
{"client_id": "x", "client_secret": "S3CRET \"profiles\": {\"no\": {",
 "client_secret_command": ["profiles", "{"],
 "profiles": {"reports": {"scope": "reporting"},
  "two words" : {"client_secret": "S3CRET", "deep": {"no": {}}},
  "$(touch run)": {}}, "scope": "submission"}
END
    echo '{"profiles":{"here":{},"hidden":{}}}' >mine.json
    echo '{"profiles":{"at-home":{}}}' >"$HOME/mine.json"
    echo '{"client_secret": "S3CRET", "profiles": ' >broken.json
    mkfifo fifo
    check_offers <<'END'
token --profile  => $(touch run)|reports|two words|
request --profile re => reports|
whoami-scope --profile tw => two words|
token --config mine.json --profile  => here|hidden|
token --config ~/mine.json --profile  => at-home|
token --config missing.json --profile  => 
token --config broken.json --profile  => 
token --config fifo --profile  => 
END
    ASAUTH_CONFIG=mine.json check_offers <<'END'
token --profile  => here|hidden|
END
    [[ ! -e run ]]
    [[ $(<screen) != *S3CRET* ]]
}
