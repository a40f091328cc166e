# shellcheck shell=bash
#
# Completion of asauth(1) for bash. What there is to offer the program knows.

_asauth_ask() {
    command asauth "$@" 2>/dev/null
}

# The profiles of the config file that the line names, or of the usual one.
_asauth_profiles() {
    local file=()
    [[ $COMP_LINE =~ \ --config\ +([^ ]+) ]] && file=("${BASH_REMATCH[1]}")
    _asauth_ask --list-profiles "${file[@]/#\~\//$HOME/}"
}

# Offers those of the words that begin with what is typed. Not by compgen -W,
# which runs what a profile's name may hold.
_asauth_offer() {
    local word
    for word; do
        printf -v word %q "$word"
        [[ $word == "$typed"* ]] || continue
        # Where bash breaks words at colons the line has those already.
        [[ $COMP_WORDBREAKS == *:* && $typed == *:* ]] &&
            word=${word#"${typed%:*}:"}
        COMPREPLY+=("$word")
    done
}

# The arguments of the option NAME.
_asauth_arguments() { # NAME METAVAR VALUES
    local words=() word=${COMP_WORDS[COMP_CWORD]}
    case $1:$2 in
        profile:*)
            mapfile -t words < <(_asauth_profiles)
            _asauth_offer "${words[@]}"
            ;;
        *:FILE)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            ;;
        *:DIR)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            ;;
        *)
            read -ra words <<<"$3"
            _asauth_offer "${words[@]}"
            ;;
    esac
}

_asauth() {
    local typed=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local words=() name letter metavar help values
    COMPREPLY=()

    if ((COMP_CWORD == 1)); then
        mapfile -t words < <(_asauth_ask --list-commands | cut -f 1)
        _asauth_offer "${words[@]}" --help --version
        return
    fi
    # The same, but not broken at colons.
    if [[ ${COMP_LINE:0:COMP_POINT} =~ \ (-[^ ]+)\ +([^ ]*)$ ]]; then
        before=${BASH_REMATCH[1]} typed=${BASH_REMATCH[2]}
    fi
    # The shell takes tabs in a row for one.
    while IFS=$'\037' read -r name letter metavar help values; do
        words+=("--$name")
        if [[ -n $metavar && $before == @("--$name"|"${letter:+-$letter}") ]]; then
            _asauth_arguments "$name" "$metavar" "$values"
            return
        fi
    done < <(_asauth_ask --list-options "${COMP_WORDS[1]}" | tr '\t' '\037')
    _asauth_offer "${words[@]}"
}

complete -F _asauth asauth
