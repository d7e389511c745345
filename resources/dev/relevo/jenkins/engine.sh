#!/bin/sh
# Finds the engine on a Jenkins agent and becomes it, so that the abort of a build reaches the engine itself.
#
#   engine.sh COMMAND...
#
# Looked for in this order:
#   RELEVO_HOME                   folder of an unpacked engine, or of a checkout of this project
#   PATH                          a program named relevo
#   RELEVO_URL, RELEVO_SHA256     a tar.gz of the engine, or its jar; fetched once per agent and content, kept in
#                                 ${XDG_CACHE_HOME:-$HOME/.cache}/relevo/engines
#
# The step's arguments are not handled here: the engine reads them from RELEVO_ARGS by itself.
set -eu

# The engine refuses to work for a library of another version.
RELEVO_LIBRARY_VERSION=0.1.0-SNAPSHOT
export RELEVO_LIBRARY_VERSION

# stdout belongs to the engine's result, so everything said here goes to stderr.
say() {
    printf 'relevo: %s\n' "$1" >&2
}

fail() {
    for line in "$@"; do
        say "$line"
    done
    exit 2
}

is_program() {
    [ -f "$1" ] && [ -x "$1" ]
}

# Prints the launcher in the unpacked folder $1, which may have one more folder around everything.
launcher_in() {
    for candidate in "$1/bin/relevo" "$1/relevo" "$1"/*/bin/relevo "$1"/*/relevo; do
        if is_program "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# The address without user and password, fit for a log.
shown_url() {
    printf '%s\n' "$RELEVO_URL" | sed 's#//[^/@]*@#//***@#; s#[?].*#?...#'
}

download() {
    if command -v curl >/dev/null 2>&1; then
        curl --fail --silent --show-error --location --retry 3 --connect-timeout 20 \
            --speed-limit 1 --speed-time 60 --output "$1" --url "$RELEVO_URL" >&2
    elif command -v wget >/dev/null 2>&1; then
        wget -q -T 60 -O "$1" "$RELEVO_URL" >&2
    else
        fail 'the engine cannot be fetched: there is neither curl nor wget on this agent' \
            'install one of them, or install the engine and set RELEVO_HOME'
    fi
}

sha256_of() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum <"$1"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 <"$1"
    elif command -v openssl >/dev/null 2>&1; then
        openssl dgst -sha256 -r <"$1"
    else
        fail 'the engine cannot be checked: there is neither sha256sum, shasum nor openssl on this agent'
    fi | cut -c 1-64
}

# Unpacks the archive $1 into the folder $2; a jar gets a launcher of its own.
unpack() {
    mkdir "$2"
    if [ "$(dd if="$1" bs=2 count=1 2>/dev/null)" = PK ]; then
        mv "$1" "$2/relevo.jar"
        cat >"$2/relevo" <<'LAUNCHER'
#!/bin/sh
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "${0%/*}/relevo.jar" "$@"
LAUNCHER
        chmod 755 "$2/relevo"
    else
        tar -xzf "$1" -C "$2" || fail "what RELEVO_URL [$(shown_url)] gave is neither a jar nor a tar.gz"
        rm -f "$1"
    fi
}

# Sets launcher from the cache folder, if it is there. The file holds a path relative to the folder, so that a home
# that is mounted elsewhere tomorrow still fits.
cached() {
    [ -f "$cache/launcher" ] || return 1
    launcher=$cache/$(cat "$cache/launcher")
    is_program "$launcher"
}

fetch() {
    [ -n "${RELEVO_SHA256:-}" ] ||
        fail 'RELEVO_URL is set but RELEVO_SHA256 is not' \
            'set it to the SHA-256 of the file at RELEVO_URL: an engine that is not checked is not run'
    sha256=$(printf '%s' "$RELEVO_SHA256" | tr 'A-F' 'a-f')
    case $sha256 in
        *[!0-9a-f]*) fail "RELEVO_SHA256 is [$RELEVO_SHA256]; expected 64 hexadecimal digits" ;;
    esac
    [ ${#sha256} -eq 64 ] || fail "RELEVO_SHA256 is [$RELEVO_SHA256]; expected 64 hexadecimal digits"
    case $RELEVO_URL in
        https://* | http://*) ;;
        *) fail "RELEVO_URL is [$(shown_url)]; expected an http or https address" ;;
    esac
    [ -n "${XDG_CACHE_HOME:-}${HOME:-}" ] ||
        fail 'neither HOME nor XDG_CACHE_HOME is set, so there is no place for the engine' \
            'set XDG_CACHE_HOME to a folder that lives as long as the agent'

    cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}/relevo/engines/$sha256
    if cached; then
        return
    fi
    mkdir -p "$cache" 2>/dev/null ||
        fail "the engine cannot be kept: [$cache] cannot be written" 'set XDG_CACHE_HOME to a folder that can be'

    # The lock only saves a second download: what is published below is whole with or without it.
    if command -v flock >/dev/null 2>&1; then
        exec 9>"$cache/lock"
        flock 9
        if cached; then
            exec 9>&-
            return
        fi
    fi

    # TERM and the like must end the script, and only its end cleans up.
    work=$(mktemp -d "$cache/engine.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 143' HUP INT TERM
    say "fetching the engine from $(shown_url)"
    download "$work/download" ||
        fail "the engine cannot be fetched from RELEVO_URL [$(shown_url)]" 'check from the agent that the address can be reached; what curl said of it is above'
    # fail ends only the command substitution.
    actual=$(sha256_of "$work/download") && [ -n "$actual" ] || exit 2
    [ "$actual" = "$sha256" ] ||
        fail "the engine from RELEVO_URL [$(shown_url)] is not the one that was asked for; nothing was run" \
            "its SHA-256 is   $actual" \
            "RELEVO_SHA256 is $sha256"
    unpack "$work/download" "$work/unpacked"
    launcher=$(launcher_in "$work/unpacked") ||
        fail "what RELEVO_URL [$(shown_url)] gave holds no program named relevo"

    # Renaming a file is atomic: another build sees either no launcher or one whose engine is whole.
    printf '%s\n' "${launcher#"$cache"/}" >"$work/launcher"
    mv -f "$work/launcher" "$cache/launcher"
    trap - EXIT HUP INT TERM
    if command -v flock >/dev/null 2>&1; then
        exec 9>&-
    fi
}

if [ -n "${RELEVO_HOME:-}" ]; then
    launcher=
    for candidate in "$RELEVO_HOME/bin/relevo" "$RELEVO_HOME/relevo"; do
        if [ -z "$launcher" ] && is_program "$candidate"; then
            launcher=$candidate
        fi
    done
    [ -n "$launcher" ] ||
        fail "RELEVO_HOME is [$RELEVO_HOME], but neither bin/relevo nor relevo in it is a program" \
            'set it to the folder of an unpacked engine, or unset it to look on the PATH'
elif launcher=$(command -v relevo); then
    :
elif [ -n "${RELEVO_URL:-}" ]; then
    fetch
else
    fail 'there is no engine on this agent' \
        'put relevo on its PATH, or set RELEVO_HOME, or set RELEVO_URL and RELEVO_SHA256 to have it fetched'
fi

exec "$launcher" "$@"
