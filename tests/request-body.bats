#!/usr/bin/env bats
#
# What asauth request sends: -d and its kin, --json, -G, -F, -T.

load standin

@test "-d and its kin make the bodies that curl makes" {
    local wanted arguments
    printf 'a\r\nb\0c\n' >file
    printf '1 & 2=3\n' >text
    # The body, a bar, the arguments as words for eval.
    while IFS='|' read -r wanted arguments; do
        eval "request $echo_url $arguments"
        assert_status 0
        equals "$(sent .body | od -c)" \
            "$(printf '%b\n' "$wanted" | od -c)" "case: $arguments"
        equals "$(sent_header Content-Type)" \
            application/x-www-form-urlencoded "case: $arguments"
    done <<'END'
a=1&b=2|-d a=1 -d b=2
|-d ''
&x|-d '' -d x
a\nb|-d $'a\nb'
abc|-d @file
abc&abc|--data @file -d @file
@file|--data-raw @file
a\r\nb\0000c\n|--data-binary @file
a\nb|--data-binary $'a\nb'
x&a\r\nb\0000c\n&@y|-d x --data-binary @file --data-raw @y
a+b|--data-urlencode 'a b'
a%3Db|--data-urlencode =a=b
n=a%26b|--data-urlencode 'n=a&b'
1+%26+2%3D3%0A|--data-urlencode @text
n=1+%26+2%3D3%0A|--data-urlencode n@text
%C3%A4%257E|--data-urlencode ä%7E
END
}

@test "--data-urlencode percent-encodes all but unreserved characters" {
    request "$echo_url" --data-urlencode 'a=ä~-._/?%'
    equals "$(sent .body)" 'a=%C3%A4~-._%2F%3F%25'
    printf 'a\0b' >zero
    request "$echo_url" --data-urlencode z@zero
    equals "$(sent .body)" 'z=a%00b'
}

@test "--data-urlencode sends a large file whole" {
    # Letters of two bytes stand across the ends of its pieces.
    (printf a && yes ä | tr -d '\n' | head -c 3145728) >file
    request --data-urlencode z@file "$echo_url"
    equals "$(sent .body_sha256)" "$( (printf z=a && yes %C3%A4 |
        tr -d '\n' | head -c 9437184) | sha256sum | cut -c1-64)"
}

@test "@- of -d, --json, --data-urlencode and -F reads standard input" {
    request "$echo_url" -d @- <<<$'from\nhere'
    equals "$(sent .body)" fromhere
    printf 'a\nb\n' | request "$echo_url" --data-binary @-
    equals "$(sent .body_size)" 4
    request "$echo_url" --json @- <<<'{}'
    equals "$(sent .body_size)" 3
    request "$echo_url" --data-urlencode q@- <<<'a b'
    equals "$(sent .body)" 'q=a+b%0A'
    request "$echo_url" -F 'q=<-' <<<piped
    assert_stdout_has piped
}

@test "--json sends a body and two headers, which -H overrules" {
    request "$echo_url" --json '{"a":' --json ' 1}'
    assert_status 0
    equals "$(sent .body)" '{"a": 1}'
    equals "$(sent_header Content-Type)" application/json
    equals "$(sent_header Accept)" application/json
    request "$echo_url" --json '[]' -H 'content-type: text/x' -H 'accept: t/y'
    equals "$(sent_header content-type)" text/x
    equals "$(sent_header accept)" t/y
    refute_stdout_has application/json
    printf '{\n}' >file
    request "$echo_url" --json @file -X PUT
    equals "$(sent '.method')" PUT
    equals "$(sent '.body')" $'{\n}'
}

@test "-G puts the data into the query" {
    local wanted arguments
    while IFS=$'\t' read -r wanted arguments; do
        eval "request $arguments"
        assert_status 0
        equals "$(sent .target)" "$wanted" "case: $arguments"
        equals "$(sent .body_size)" 0
        equals "$(sent_header Content-Type)" ''
    done <<'END'
/echo?a=1&b=2	-G -d a=1 -d b=2 "$echo_url"
/echo?q=0&a=1	-G -d a=1 "$echo_url?q=0"
/echo?q=0&a=1	-G -d a=1 "$echo_url?q=0#part"
/echo?n=a+%26	-G --data-urlencode 'n=a &' "$echo_url"
/echo?a=1	--get -d a=1 "$echo_url"
/echo?a=1	-I --no-fail -G -d a=1 "$echo_url"
END
    request -G "$echo_url"
    equals "$(sent .target)" /echo
    standin reset
    refuse 3 'not a URL' -G -d 'a b' "$echo_url"
}

@test "-F makes a multipart form" {
    local body boundary
    printf 'PK\0\001' >app.apk
    printf 'text\n' >note.txt
    request "$echo_url" -F plain=value -F 'file=@app.apk' -F 'note=<note.txt' \
        -F 'typed=x;type=text/csv' -F 'named=@note.txt;filename=n.md' \
        -F 'quoted="a;b\"c"'
    assert_status 0
    assert_empty_stderr
    boundary=$(sent_header Content-Type)
    begins "$boundary" 'multipart/form-data; boundary='
    boundary=${boundary#*=}
    body=$(sent .body | tr -d '\r\0')
    equals "${body//"$boundary"/B}" "$(tr '%' '\001' <<'END'
--B
Content-Disposition: form-data; name="plain"

value
--B
Content-Disposition: form-data; name="file"; filename="app.apk"
Content-Type: application/octet-stream

PK%
--B
Content-Disposition: form-data; name="note"

text

--B
Content-Disposition: form-data; name="typed"
Content-Type: text/csv

x
--B
Content-Disposition: form-data; name="named"; filename="n.md"
Content-Type: text/plain

text

--B
Content-Disposition: form-data; name="quoted"

a;b"c
--B--
END
)"
    standin reset
    refuse 2 nothing -F nothing "$echo_url"
    refuse 26 'none: No such file' -F a=@none "$echo_url"
}

@test "-F takes nothing behind a last semicolon for a part of the type" {
    local field
    echo text >file
    for field in 'f=@file;type=a/b;filename=z;' 'f=@file;filename=z;type=a/b;' \
        'f=x;type=a/b; ' 'f=x;type=a/b;;filename=z'; do
        request "$echo_url" -F "$field"
        assert_status 0
        contains "$(sent .body | tr -d '\r')" $'\nContent-Type: a/b\n\n' \
            "case: $field"
    done
}

@test "-F refuses (2) a field that it cannot send" {
    local field
    for field in '=(;type=multipart/mixed' 'a=(' 'a=b;type=plain' \
        $'a=b;type=x/y\r\nX-I: 1' 'a=b;type='; do
        refuse 2 --form -F "$field" "$echo_url"
    done
}

@test "-F refuses (2) by name words other than ;type= and ;filename=, and several files" {
    local word field
    echo text >file
    echo text >b
    while read -r word field; do
        refuse 2 --form -F "$field" "$echo_url"
        assert_stderr_has "$word" || fail "$field"
    done <<'END'
encoder a=b;encoder=base64
encoder f=@file;encoder=bogus
headers a=b;headers="X-Part: yes"
headers f=@file;headers=@b
headers a=b;type=text/x;headers="X-Part: 1"
frob a=b;frob=1
charset a=b;type=text/x;filename=z;charset=utf-8
y a=x;y
filename a=<file;filename=z
file,b f=@file,b
END
    assert_count token 0
}

@test "-T sends a file's bytes, its name added to a path that ends in /" {
    printf 'a\r\n\0b' >'some file'
    request "$echo_url" -T 'some file'
    assert_status 0
    equals "$(sent .method)" PUT
    equals "$(sent .body_size)" 5
    equals "$(sent .body_sha256)" "$(sha256sum <'some file' | cut -c1-64)"
    equals "$(sent_header Content-Length)" 5
    equals "$(sent_header Expect)" ''
    equals "$(sent .target)" /echo
    request "$echo_url/" -T "$PWD/some file"
    equals "$(sent .target)" '/echo/some%20file'
    # But not in front of a query.
    request "$echo_url/?q" -T "$PWD/some file"
    equals "$(sent .target)" '/echo/?q'
    request "$echo_url/" -T - <'some file'
    equals "$(sent .target)" /echo/
    equals "$(sent .body_size)" 5
}

@test "a body that cannot be read fails (26) before anything is sent" {
    local way
    mkdir directory
    for way in '-d @none' '--data-binary @none' '--json @none' '-T none' \
        '--data-urlencode a@none' '-F a=@none' '-F a=<none' '-H @none' \
        '-w @none'; do
        # shellcheck disable=SC2086 # words
        refuse 26 'none: No such file or directory' $way "$echo_url"
    done
    for way in '-d @directory' '-T directory' '-F a=@directory'; do
        # shellcheck disable=SC2086 # words
        refuse 26 'directory: Is a directory' $way "$echo_url"
    done
    assert_count token 0
}

@test "two kinds of body at once, or a body and -I, are refused" {
    local way
    printf x >body
    for way in '-d a -F b=c' '-d a -T body' '-F a=b -T body' '--json {} -F a=b' \
        '-I -d a' '-I -T body' '-I -F a=b' '-G -d a -T body -I' \
        '-G -d a -T body' '-G -d a -F b=c' '-G --json {} -T body' \
        '-G -d a -F b=c -T body' '-G --data-urlencode a -F b=c -I'; do
        # shellcheck disable=SC2086 # words
        refuse 2 'only one of' $way "$echo_url"
    done
}
