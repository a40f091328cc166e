# shellcheck shell=bash
#
# What the tests of faults share: a run whose system calls fail, or are its
# last, one after another; and what must hold afterwards.

# shellcheck source=tests/standin.bash
source "${BASH_SOURCE[0]%/*}/../standin.bash"

setup() {
    use_standin
    standin set token_length=100
    old=
    cache=$XDG_CACHE_HOME/asauth
}

# calls_on DIR COMMAND...: the system calls of a run that touch DIR, as lines
# of name and ordinal among those of that name.
calls_on() {
    local dir=$1
    shift
    strace -qq -y -s 0 -o clean "$@" >/dev/null 2>&1 || true
    awk -v dir="$dir" '{
            name = $1
            sub(/\(.*/, "", name)
            calls[name]++
            # How often libcurl polls is not always the same.
            if (index($0, dir) && name != "poll")
                print name, calls[name]
        }' clean
}

# errors_of NAME: the errors that a system call is made to fail with.
errors_of() {
    case $1 in
        openat) echo EMFILE EACCES ENOSPC ;;
        mkdir) echo EROFS EACCES ENOSPC ;;
        write | pwrite64) echo ENOSPC EIO EDQUOT ;;
        renameat) echo EACCES ENOSPC EXDEV ;;
        flock) echo ENOLCK EOPNOTSUPP EINTR ;;
        chmod | fchmod) echo EPERM ;;
        *) echo EIO ;;
    esac
}

# injected NAME N FAULT COMMAND...: run it so; leaves what run_asauth leaves.
injected() {
    local name=$1 ordinal=$2 fault=$3
    shift 3
    status=0
    timeout 60 strace -qq -o trace -e trace="$name" \
        -e inject="$name:$fault:when=$ordinal" "$@" >stdout 2>stderr ||
        status=$?
    stdout=$(<stdout) stderr=$(<stderr)
    [[ $fault == signal=* ]] || grep -qE 'INJECTED|DELAYED' trace ||
        complain "nothing was injected"
}

# each_call_fails DIR COMMAND...: with "before" ahead of each run, "after"
# behind it.
each_call_fails() {
    local dir=$1 name ordinal error count=0
    shift
    before
    calls_on "$dir" "$@" >calls
    while read -r name ordinal <&4; do
        for error in $(errors_of "$name"); do
            before
            injected "$name" "$ordinal" "error=$error" "$@" &&
                after "$name" ||
                fail "$name $ordinal: $error" || return
            count=$((count + 1))
        done
    done 4<calls
    [[ $count -ge 10 ]] || fail "only $count faults"
}

# each_call_kills DIR COMMAND...
each_call_kills() {
    local dir=$1 name ordinal count=0
    shift
    before
    calls_on "$dir" "$@" >calls
    while read -r name ordinal <&4; do
        before
        injected "$name" "$ordinal" signal=KILL "$@"
        assert_status 137 && after "$name" ||
            fail "$name $ordinal" || return
        count=$((count + 1))
    done 4<calls
    [[ $count -ge 10 ]] || fail "only $count kills"
}

# works_again: a token can be minted, and found, without a complaint, and
# the directory is in order.
works_again() {
    local file
    run_asauth token --refresh
    assert_status 0 && assert_empty_stderr || return
    run_asauth token
    assert_stdout "$(standin tokens | tail -n 1)" || return
    file=$(cache_file) && jq -e .access_token "$file" >/dev/null &&
        [[ $(file_mode "$file") == 600 && $(file_mode "$cache") == 700 ]] ||
        complain "$(ls -la "$cache")" || return
    assert_no_temporary_files "$cache"
}

only_warned() {
    ! grep -qv '^asauth: warning: ' stderr || complain "more than a warning"
}

# served: a token is printed, not $old, and nothing worse than a warning.
served() {
    assert_status 0 || return
    [[ -n $stdout && $stdout != "$old" ]] &&
        standin tokens | grep -qFx "$stdout" ||
        complain "not such a token" || return
    only_warned || return
    [[ $(sort stderr | uniq -d) == "" ]] || complain "said twice"
}

# served_tidily NAME: the same, and nothing is left, unless it was the
# removing that failed.
served_tidily() {
    served || return
    [[ $1 == unlinkat ]] || assert_no_temporary_files "$cache" || return
    works_again
}

# out_command: make $command write three files under $out.
out_command() {
    out=$PWD/out
    mkdir -p "$out"
    command=("$ASAUTH" request -o "$out/body" -D "$out/headers"
        --etag-save "$out/etag" "$STANDIN_API/etag")
    asauth token >/dev/null
    standin set echo=0
    "${command[@]}"
    cp -r "$out" new
    before() {
        local name
        rm -f "$out"/*
        for name in body headers etag; do
            echo "old $name" >"$out/$name"
        done
    }
}

# Each file is the old one or the new one.
whole() {
    local name
    for name in body headers etag; do
        [[ $(<"$out/$name") == "old $name" ]] || {
            [[ $(head -n 1 "$out/$name") == "$(head -n 1 "new/$name")" ]] &&
                [[ $(wc -l <"$out/$name") -eq $(wc -l <"new/$name") ]]
        } || fail "torn: $name" "$(head -c 300 "$out/$name")" || return
    done
}

# A shell has what it starts in the background ignore INT and QUIT, and who
# runs the tests side by side may ignore ALRM.
plainly() {
    exec env --default-signal "$@"
}
