# shellcheck shell=bash
#
# Completion of asauth(1) for bash.

# The names of the profiles in the user's config file.
_asauth_profiles() {
    local file=${ASAUTH_CONFIG:-}
    [[ $COMP_LINE =~ \ --config\ +([^ ]+) ]] && file=${BASH_REMATCH[1]}
    file=${file/#\~\//$HOME/}
    : "${file:=${XDG_CONFIG_HOME:-$HOME/.config}/asauth/config.json}"
    [[ -f $file ]] && awk '
        { text = text $0 "\n" }
        END {
            while (match(text, /"([^"\\]|\\.)*"|[{}]/)) {
                word = substr(text, RSTART, RLENGTH)
                text = substr(text, RSTART + RLENGTH)
                if (word == "{") depth++
                else if (word == "}") depth--
                else if (text !~ /^[ \t\r\n]*:/) continue
                else if (depth == 1) inside = word == "\"profiles\""
                else if (depth == 2 && inside)
                    print substr(word, 2, length(word) - 2)
            }
        }' <"$file"
}

# Offers those of the words that begin with what is typed. Not by compgen -W,
# which runs what a profile's name may hold.
_asauth_offer() {
    local word typed=${COMP_WORDS[COMP_CWORD]}
    for word; do
        printf -v word %q "$word"
        [[ $word == "$typed"* ]] && COMPREPLY+=("$word")
    done
}

# Scopes hold colons, at which bash breaks words: what is before the last
# colon is on the line already.
_asauth_scopes() {
    local scope
    for scope in submission reporting appstore::apps:readwrite \
        adx_reporting::appstore:marketer; do
        [[ $scope == "$1"* ]] || continue
        [[ $COMP_WORDBREAKS == *:* && $1 == *:* ]] && scope=${scope#"${1%:*}:"}
        COMPREPLY+=("$scope")
    done
}

_asauth() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]} names
    local all=(--profile --scope --client-id --client-secret-file
        --client-secret --config --api-url --token-url --allow-host
        --cache-dir --no-cache --min-ttl --connect-timeout --max-time
        --cacert --capath --proxy --ipv4 --ipv6 --verbose --silent
        --show-error --help)
    COMPREPLY=()

    if [[ ${COMP_LINE:0:COMP_POINT} =~ \ --scope\ +([^ ]*)$ ]]; then
        _asauth_scopes "${BASH_REMATCH[1]}"
        return
    fi
    # There it takes no value.
    [[ $command:$before == whoami-scope:--json ]] && before=
    case $before in
        --format) _asauth_offer token header curl json ;;
        --profile)
            mapfile -t names < <(_asauth_profiles)
            _asauth_offer "${names[@]}"
            ;;
        -X | --request) _asauth_offer GET POST PUT DELETE HEAD ;;
        --cache-dir | --capath)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            ;;
        --config | --client-secret-file | --cacert | -T | --upload-file | \
            -o | --output | -D | --dump-header | --etag-save)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            ;;
        --client-id | --client-secret | --api-url | --token-url | \
            --allow-host | --min-ttl | --connect-timeout | -m | --max-time | \
            -x | --proxy | -H | --header | -d | --data | --data-raw | \
            --data-binary | --data-urlencode | --json | -F | --form | \
            --etag-from | -A | --user-agent | -w | --write-out | -y | \
            --speed-time | -Y | --speed-limit | --retry | --retry-delay | \
            --retry-max-time) ;;
        *)
            case $COMP_CWORD:$command in
                1:*)
                    _asauth_offer token request whoami-scope --help --version
                    ;;
                *:token)
                    _asauth_offer "${all[@]}" --format --refresh --forget
                    ;;
                *:whoami-scope)
                    _asauth_offer "${all[@]}" --all --offline --refresh --json
                    ;;
                *:request)
                    _asauth_offer "${all[@]}" --request --header --data \
                        --data-raw --data-binary --data-urlencode --json \
                        --form --get --head --upload-file --output --include \
                        --dump-header --location --user-agent --etag-from \
                        --etag-save --fetch-link --fail --fail-with-body \
                        --no-fail --write-out --progress-bar --speed-time \
                        --speed-limit --retry --retry-delay --retry-max-time
                    ;;
            esac
            ;;
    esac
}

complete -F _asauth asauth
