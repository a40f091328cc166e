# Completion of asauth(1) for fish. What there is to offer the program knows.

# The profiles of the config file that the line names, or of the usual one.
function __asauth_profiles
    set -l words (commandline -opc)
    set -l file
    if set -l at (contains -i -- --config $words)
        set file (string replace -r '^~/' $HOME/ -- $words[(math $at + 1)])
    end
    command asauth --list-profiles $file 2>/dev/null
end

# __asauth_option COMMAND NAME LETTER METAVAR HELP VALUES
function __asauth_option -a command name letter metavar help values
    set -l option -l $name -d $help
    test -n "$letter"; and set -a option -s $letter
    switch $name:$metavar
        case 'profile:*'
            set -a option -xa '(__asauth_profiles)'
        case '*:FILE'
            set -a option -rF
        case '*:DIR'
            set -a option -xa '(__fish_complete_directories)'
        case '*:?*'
            set -a option -xa "$values"
    end
    complete -c asauth -n "__fish_seen_subcommand_from $command" $option
end

complete -c asauth -f
complete -c asauth -n __fish_use_subcommand -s h -l help -d 'show the help'
complete -c asauth -n __fish_use_subcommand -s V -l version \
    -d 'show the version and the libraries in use'
for row in (command asauth --list-commands 2>/dev/null)
    set -l command (string split \t -- $row)
    complete -c asauth -n __fish_use_subcommand -a $command[1] -d $command[2]
    for row in (command asauth --list-options $command[1])
        __asauth_option $command[1] (string split \t -- $row)
    end
end

functions -e __asauth_option
