# shellcheck shell=bash
#
# Packages of Debian's, checked by apt through lists of our own, so that the
# system's stay as they are. For scripts that have a folder $here for what
# they keep. Nothing here needs privileges.

: "${here:?}"

# fail TEXT...: after what the last command said.
fail() {
    [[ ! -s $here/log ]] || tail -n 20 "$here/log" >&2
    echo "${0##*/}: $*" >&2
    exit 1
}

# is_fresh FILE: was it made within a day?
is_fresh() {
    [[ -n $(find "$1" -mmin -1440 2>/dev/null) ]]
}

# lists NAME TYPE ARCH [SUITE]: lists of Debian's packages (TYPE deb or
# deb-src) from where this system has its own, of SUITE instead of this
# system's. Leaves in $apt how to ask them.
lists() {
    local place=$here/apt/$1 uri suite
    apt=(-oDir::Etc::SourceList="$place/sources" -oDir::Etc::SourceParts=-
        -oDir::State="$place" -oDir::State::Lists="$place/lists"
        -oDir::State::status="$place/status" -oDir::Cache="$place"
        -oDir::Log="$place" -oAPT::Sandbox::User=root
        -oAPT::Architecture="$3" -oAPT::Architectures="$3"
        -oAcquire::Languages=none)
    ! is_fresh "$place/fetched" || return 0
    mkdir -p "$place"/{lists,archives}/partial
    : >"$place/status"
    # shellcheck disable=SC2016 # apt expands them
    apt-get indextargets --format '$(REPO_URI) $(CODENAME)' \
        'Created-By: Packages' 'Origin: Debian' | sort -u |
        while read -r uri suite; do
            [[ -z ${4-} ]] || suite=$4${suite#"${suite%%-*}"}
            echo "$2 [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
                "$uri $suite main"
        done >"$place/sources" 2>"$here/log"
    [[ -s $place/sources ]] ||
        fail "Debian's packages are not to be had (CURL_SOURCE=FILE" \
            "CURL_SHA256=SUM names a tarball of curl's)"
    apt-get "${apt[@]}" -qq update >"$here/log" 2>&1 || fail "apt-get update"
    touch "$place/fetched"
}

# newest NAME COMMAND...: have apt-get run COMMAND for the package's newest
# version that is there: a mirror may lack what its lists name.
newest() {
    local version
    while read -r version; do
        ! apt-get "${apt[@]}" -qq "${@:2}" "$1=$version" >"$here/log" 2>&1 ||
            return 0
        echo "$1 $version is not to be had, perhaps an older one" >&2
    done < <(apt-cache "${apt[@]}" madison "$1" | cut -d'|' -f2 | tr -d ' ' |
        sort -rV -u)
    fail "$1 is not to be had"
}
