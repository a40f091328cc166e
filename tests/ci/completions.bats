#!/usr/bin/env bats
#
# The completions of zsh, on a terminal, and of fish.

load ../helper
load ../examples
load ../completions

setup() {
    export HOME=$BATS_TEST_TMPDIR/home XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config
    mkdir "$HOME"
    unset ASAUTH_CONFIG
    cd "$BATS_TEST_TMPDIR" || return
}

offers_of_zsh() {
    local lines=("$@")
    # ^Xa inserts all matches.
    offers_typed '\x18a' 'zsh -f' <<END
fpath=('$HERE/../completions' \$fpath)
autoload -U compinit
compinit -u -D
zstyle ':completion:all-matches::::' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert yes
zle -C all-matches complete-word _generic
bindkey '^Xa' all-matches
END
}

offers_of_fish() {
    : >screen
    timeout 20 fish --no-config -c 'source $argv[1]
        for line in $argv[2..-1]
            complete -C $line | cut -f1 | sed "s,/\$,," | LC_ALL=C sort |
                tr "\n" "|"
            echo
        end' "$HERE/../completions/asauth.fish" "$@"
}

offers() {
    "offers_of_$shell" "$@"
}

check_most() {
    shell=$1
    check_commands
    check_values
    check_files
    check_profiles
}

@test "zsh offers what it should" {
    check_most zsh
    check_values_due
}

# Where a value is due fish offers options all the same.
@test "fish offers what it should" {
    check_most fish
}

@test "fish finds its completions where make install puts them" {
    local dir dest=$BATS_TEST_TMPDIR/dest
    for dir in /usr /usr/local; do
        rm -rf "$dest"
        make -s -C "$HERE/.." install BUILD="$BATS_TEST_TMPDIR/none" \
            PROGRAM="$ASAUTH" -o all DESTDIR="$dest" PREFIX="$dir"
        (cd "$dest" && find . -name asauth.fish) | sed 's,^\.\(.*\)/.*,\1,' >got
        env -u XDG_DATA_DIRS fish -c 'printf "%s\n" $fish_complete_path' \
            >searched
        grep -qxF -f got searched || fail "$dir: $(<got)" "$(<searched)"
        number "$(wc -l <got)" -eq 1
    done
}
