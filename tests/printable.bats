#!/usr/bin/env bats
#
# Which characters of foreign text are shown as they are, and in which locale.

load helper

setup() {
    unset LC_ALL LC_CTYPE LANG
}

# A text, in printf's escapes; what a UTF-8 locale shows of it; what another
# does (where that is not the same).
characters() {
    cat <<'END'
plain ~`!"$%^&*(){}[]<>|	plain ~`!"$%^&*(){}[]<>|
gr\xc3\xb6\xc3\x9fe.apk	größe.apk	grM-CM-6M-CM^_e.apk
\xe2\x80\x9eSch\xc3\xb6ne \xc3\x84pfel\xe2\x80\x9c	„Schöne Äpfel“	M-bM^@M^^SchM-CM-6ne M-CM^DpfelM-bM^@M^\
a\xcc\x88	ä	aM-LM^H
\xe3\x82\xa2\xe3\x83\x97\xe3\x83\xaa\xe3\x80\x80\xe6\x97\xa5\xe6\x9c\xac	アプリ　日本	M-cM^BM-"M-cM^CM^WM-cM^CM-*M-cM^@M^@M-fM^WM-%M-fM^\M-,
\xd1\x80\xd1\x83\xd1\x81 \xce\xb1\xce\xb2\xce\xb3 \xd7\x90\xd7\x91 \xd8\xb9\xd8\xb1\xd8\xa8	рус αβγ אב عرب	M-QM^@M-QM^CM-QM^A M-NM-1M-NM-2M-NM-3 M-WM^PM-WM^Q M-XM-9M-XM-1M-XM-(
\xf0\x9f\x98\x80 \xe2\x98\x83 \xe2\x82\xac	😀 ☃ €	M-pM^_M^XM^@ M-bM^XM^C M-bM^BM-,
a\x1b[31mb\x09c\x0ad\x0de\x07	a^[[31mb\tc\nd\re\a
\x01\x7f	^A^?
\xc2\x80\xc2\x9b\xc2\x9f	M-BM^@M-BM^[M-BM^_
a\xc2\xadb	aM-BM--b
\xe2\x80\x8b\xe2\x80\x8d\xe2\x80\x8e\xe2\x80\x8f	M-bM^@M^KM-bM^@M^MM-bM^@M^NM-bM^@M^O
\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae	M-bM^@M-(M-bM^@M-)M-bM^@M-*M-bM^@M-.
\xe2\x81\xa0\xe2\x81\xa6\xe2\x81\xa9\xef\xbb\xbf	M-bM^A\240M-bM^AM-&M-bM^AM-)M-oM-;M-?
\xd8\x9c\xe1\xa0\x8e\xcd\x8f\xef\xb8\x8f\xe3\x85\xa4	M-XM^\M-a\240M^NM-MM^OM-oM-8M^OM-cM^EM-$
\xee\x80\x80\xef\xbf\xbe\xef\xb7\x90	M-nM^@M^@M-oM-?M->M-oM-7M^P
\xf3\xa0\x80\x81\xf3\xa0\x81\x81\xf3\xb0\x80\x80	M-s\240M^@M^AM-s\240M^AM^AM-sM-0M^@M^@
\xff\xfe\x80\xbf	M^?M-~M^@M-?
\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf	M-@M-/M-`M^@M-/M-pM^@M^@M-/
\xed\xa0\x80\xed\xbf\xbf	M-m\240M^@M-mM-?M-?
\xf4\x90\x80\x80\xf7\xbf\xbf\xbf	M-tM^PM^@M^@M-wM-?M-?M-?
\xe2\x80	M-bM^@
\xc3(\xe2\x82a\xf0\x9f\x98	M-C(M-bM^BaM-pM^_M^X
END
}

# shown BYTES [VARIABLE=VALUE...]: what a message makes of them.
shown() {
    local text
    text=$(env "${@:2}" "$ASAUTH" token --config "none/$1" 2>&1) || true
    text=${text#'asauth: config file none/'}
    printf '%s' "${text%': No such file or directory'}"
}

@test "a UTF-8 locale shows letters, and no locale controls or what is not UTF-8" {
    local bytes letters escapes count=0
    while IFS=$'\t' read -r bytes letters escapes; do
        printf -v bytes %b "$bytes"
        equals "$(shown "$bytes" LC_ALL=C.UTF-8)" "$letters"
        equals "$(shown "$bytes" LC_ALL=C)" "${escapes:-$letters}"
        count=$((count + 1))
    done < <(characters)
    number "$count" -gt 20
}

@test "LC_ALL, else LC_CTYPE, else LANG says whether the locale is UTF-8" {
    local variables oe=$'\xc3\xb6'
    while read -r -a variables; do
        equals "$(shown "$oe" "${variables[@]}")" "$oe" "${variables[*]}"
    done <<'END'
LANG=C.UTF-8
LC_CTYPE=UTF-8
LC_ALL=none_NO.utf8@x
LC_ALL= LC_CTYPE=C.UTF-8 LANG=C
LC_ALL=C.UTF-8 LC_CTYPE=C
END
    while read -r -a variables; do
        equals "$(shown "$oe" "${variables[@]}")" M-CM-6 "${variables[*]}"
    done <<'END'
LANG=
LANG=C
LANG=de_DE
LC_ALL=C.UTF-16
LC_ALL=de_DE.ISO-8859-1
LC_ALL=C LANG=C.UTF-8
END
}
