# Completion of asauth(1) for fish.

# The names of the profiles in the user's config file.
function __asauth_profiles
    set -l config $XDG_CONFIG_HOME
    test -n "$config"; or set config $HOME/.config
    set -l file $config/asauth/config.json
    test -n "$ASAUTH_CONFIG"; and set file $ASAUTH_CONFIG
    set -l words (commandline -opc)
    if set -l at (contains -i -- --config $words)
        set file (string replace -r '^~/' $HOME/ -- $words[(math $at + 1)])
    end
    test -f "$file"; and awk '
        { text = text $0 "\n" }
        END {
            while (match(text, /"([^"\\\\]|\\\\.)*"|[{}]/)) {
                word = substr(text, RSTART, RLENGTH)
                text = substr(text, RSTART + RLENGTH)
                if (word == "{") depth++
                else if (word == "}") depth--
                else if (text !~ /^[ \t\r\n]*:/) continue
                else if (depth == 1) inside = word == "\"profiles\""
                else if (depth == 2 && inside)
                    print substr(word, 2, length(word) - 2)
            }
        }' <$file
end

function __asauth_option -a command
    set -l when __fish_seen_subcommand_from $command
    test $command = all; and set when 'not __fish_use_subcommand'
    complete -c asauth -n "$when" $argv[2..-1]
end

complete -c asauth -f
complete -c asauth -n __fish_use_subcommand -a token -d 'print an access token'
complete -c asauth -n __fish_use_subcommand -a request \
    -d 'send an authenticated request'
complete -c asauth -n __fish_use_subcommand -a whoami-scope \
    -d 'say who the credentials are and what they may do'
complete -c asauth -n __fish_use_subcommand -s V -l version \
    -d 'show the version and the libraries in use'
complete -c asauth -s h -l help -d 'show the help'

__asauth_option all -l profile -xa '(__asauth_profiles)' \
    -d "the config file's profile to use"
__asauth_option all -l scope -xa 'submission reporting
        appstore::apps:readwrite adx_reporting::appstore:marketer' \
    -d 'the scope to ask for'
__asauth_option all -l client-id -x -d "the security profile's client id"
__asauth_option all -l client-secret-file -rF -d 'read the client secret there'
__asauth_option all -l client-secret -x -d 'the client secret'
__asauth_option all -l config -rF -d 'the config file'
__asauth_option all -l api-url -x -d 'what a URL that begins with / is appended to'
__asauth_option all -l token-url -x -d 'the token endpoint'
__asauth_option all -l allow-host -x -d 'a further host that may see secrets'
__asauth_option all -l cache-dir -xa '(__fish_complete_directories)' \
    -d 'where tokens are kept'
__asauth_option all -l no-cache -d 'neither read nor write the disk'
__asauth_option all -l min-ttl -x -d 'life that a cached token must have left'
__asauth_option all -l connect-timeout -x -d 'time to connect'
__asauth_option all -s m -l max-time -x -d 'time for the whole run'
__asauth_option all -l cacert -rF -d 'certificates to trust'
__asauth_option all -l capath -xa '(__fish_complete_directories)' \
    -d 'directory of certificates to trust'
__asauth_option all -s x -l proxy -x -d 'the proxy to use'
__asauth_option all -s 4 -l ipv4 -d 'IPv4 only'
__asauth_option all -s 6 -l ipv6 -d 'IPv6 only'
__asauth_option all -s v -l verbose -d 'show the traffic, secrets redacted'
__asauth_option all -s s -l silent -d 'hide progress, warnings and errors'
__asauth_option all -s S -l show-error -d 'show errors although silent'

__asauth_option token -l format -xa 'token header curl json' -d 'how to print it'
__asauth_option token -l refresh -d 'mint a new token, replace the cached one'
__asauth_option token -l forget -d 'delete the cached token, print nothing'

__asauth_option whoami-scope -l all -d 'ask about every scope known'
__asauth_option whoami-scope -l offline -d 'ask the cache alone, not the network'
__asauth_option whoami-scope -l refresh -d 'mint a new token, replace the cached one'
__asauth_option whoami-scope -l json -d 'print the report as JSON'

__asauth_option request -s X -l request -xa 'GET POST PUT DELETE HEAD' \
    -d 'the method to use'
__asauth_option request -s H -l header -x -d 'a header line'
__asauth_option request -s d -l data -x -d 'POST this'
__asauth_option request -l data-raw -x -d 'POST this, @ being nothing special'
__asauth_option request -l data-binary -x -d 'POST this, or @FILE as it is'
__asauth_option request -l data-urlencode -x -d 'POST this percent-encoded'
__asauth_option request -l json -x -d 'POST this as JSON'
__asauth_option request -s F -l form -x -d 'POST a multipart field'
__asauth_option request -s G -l get -d 'put -d data into the URL'
__asauth_option request -s I -l head -d 'ask for the headers only'
__asauth_option request -s T -l upload-file -rF -d 'PUT the file'
__asauth_option request -s o -l output -rF -d 'write the body there'
__asauth_option request -s i -l include -d "write the reply's headers, too"
__asauth_option request -s D -l dump-header -rF -d 'write the headers to a file'
__asauth_option request -s L -l location -d 'follow redirects of GET and HEAD'
__asauth_option request -s A -l user-agent -x -d 'the User-Agent to send'
__asauth_option request -l etag-from -x -d 'send the ETag of that as If-Match'
__asauth_option request -l etag-save -rF -d "write the reply's ETag to a file"
__asauth_option request -l fetch-link -d 'deliver what the link in the reply holds'
__asauth_option request -s f -l fail -d 'drop the body of an error'
__asauth_option request -l fail-with-body -d 'write the body of an error'
__asauth_option request -l no-fail -d 'status 0 whatever the API answers'
__asauth_option request -s w -l write-out -x -d 'print this after the transfer'
__asauth_option request -s '#' -l progress-bar -d 'show the progress as a bar'
__asauth_option request -s y -l speed-time -x -d 'give up when too slow this long'
__asauth_option request -s Y -l speed-limit -x -d 'how slow is too slow, in bytes a second'
__asauth_option request -l retry -x -d 'retry passing failures so often'
__asauth_option request -l retry-delay -x -d 'wait so long between tries'
__asauth_option request -l retry-max-time -x -d 'begin no retry after so long'

functions -e __asauth_option
