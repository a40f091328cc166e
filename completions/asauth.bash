# shellcheck shell=bash
#
# Completion of asauth(1) for bash.

# The names of the profiles in the user's config file.
_asauth_profiles() {
    local i file=${ASAUTH_CONFIG:-}
    for ((i = 1; i + 1 < ${#COMP_WORDS[@]}; i++)); do
        [[ ${COMP_WORDS[i]} == --config ]] && file=${COMP_WORDS[i + 1]}
    done
    file=${file/#\~\//$HOME/}
    : "${file:=${XDG_CONFIG_HOME:-$HOME/.config}/asauth/config.json}"
    [[ -f $file ]] && jq -r '.profiles | keys[]' "$file" 2>/dev/null
}

_asauth() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]} words=
    local all='--profile --scope --client-id --client-secret-file
        --client-secret --config --api-url --token-url --allow-host
        --cache-dir --no-cache --min-ttl --connect-timeout --max-time
        --cacert --capath --proxy --ipv4 --ipv6 --verbose --silent
        --show-error --help'

    # Colons are word breaks in bash: scopes complete by their short names
    # alone.
    case $before in
        --format) words='token header curl json' ;;
        --scope) words='submission reporting' ;;
        --profile)
            local IFS=$'\n'
            words=$(_asauth_profiles)
            ;;
        -X | --request) words='GET POST PUT DELETE HEAD' ;;
        --cache-dir | --capath)
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            compopt -o filenames
            return
            ;;
        --config | --client-secret-file | --cacert | -T | --upload-file | \
            -o | --output | -D | --dump-header | --etag-save)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            compopt -o filenames
            return
            ;;
        --client-id | --client-secret | --api-url | --token-url | \
            --allow-host | --min-ttl | --connect-timeout | -m | --max-time | \
            -x | --proxy | -H | --header | -d | --data | --data-raw | \
            --data-binary | --data-urlencode | --json | -F | --form | \
            --etag-from | -A | --user-agent | -w | --write-out | -y | \
            --speed-time | -Y | --speed-limit | --retry | --retry-delay | \
            --retry-max-time)
            [[ $before == --json && $command == whoami-scope ]] || return
            ;;&
        *)
            case $COMP_CWORD:$command in
                1:*) words='token request whoami-scope --help --version' ;;
                *:token) words="$all --format --refresh --forget" ;;
                *:whoami-scope) words="$all --all --offline --refresh --json" ;;
                *:request)
                    words="$all --request --header --data --data-raw
                        --data-binary --data-urlencode --json --form --get
                        --head --upload-file --output --include --dump-header
                        --location --user-agent --etag-from --etag-save
                        --fetch-link --fail --fail-with-body --no-fail
                        --write-out --progress-bar --speed-time --speed-limit
                        --retry --retry-delay --retry-max-time"
                    ;;
            esac
            ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _asauth asauth
