# shellcheck shell=bash
# The environment that every command here runs in. Sourced, never run.
#
# Provides uv, Python and the locked packages, each only when it is missing, and
# leaves the project's interpreter in $PROJECT_PYTHON. EXTRA_GROUPS, set before, names groups
# of packages that are wanted besides the usual ones.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/dahua-camera-dev"
UV_VERSION="0.13.9"

say() { printf '\033[2m· %s\033[0m\n' "$*" >&2; }

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# shellcheck source=scripts/python.sh
. "$ROOT/scripts/python.sh"

# Install Debian packages where that is possible without asking; fails otherwise.
install_system_packages() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    say "installing $*"
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 && return
    apt-get update -qq >/dev/null 2>&1 || return 1
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1
}

provide_uv() {
    UV=$(command -v uv || true)
    [ -z "$UV" ] || return 0
    UV="$CACHE/uv/bin/uv"
    [ ! -x "$UV" ] || return 0
    say "fetching uv (once)"
    python3 -c 'import ensurepip, venv' 2>/dev/null || install_system_packages python3-venv \
        || stop "uv is needed. Install it (https://docs.astral.sh/uv/) or install python3-venv, and try again."
    rm -rf "$CACHE/uv"
    { python3 -m venv "$CACHE/uv" && "$CACHE/uv/bin/python" -m pip install --quiet "uv==$UV_VERSION"; } \
        || stop "uv could not be installed from PyPI. Is the network reachable?"
}

# Home Assistant scales stills with libturbojpeg and logs a traceback without it.
provide_turbojpeg() {
    [[ "$(ldconfig -p 2>/dev/null)" != *libturbojpeg.so* ]] || return 0
    install_system_packages libturbojpeg0 \
        || say "libturbojpeg is not installed: Home Assistant will not scale stills (apt install libturbojpeg0)"
}

# Clients that nobody here wrote, to try the virtual camera with.
provide_players() {
    local program missing=()
    for program in curl ffmpeg; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    [ "${#missing[@]}" = 0 ] || install_system_packages "${missing[@]}" \
        || say "${missing[*]} cannot be installed here: the tests with them are skipped"
}

provide_packages() {
    local group sync=("$UV" sync --project "$ROOT" --python "$PYTHON" --frozen --quiet)
    for group in "${EXTRA_GROUPS[@]:-}"; do
        [ -z "$group" ] || sync+=(--group "$group")
    done
    export CPATH="${CPATH:-}"
    case "$PYTHON" in
        "$CACHE"/*) export CPATH="$CACHE/python3.14/usr/include:$CPATH" ;;
    esac
    if [ ! -x "$ROOT/.venv/bin/python" ]; then say "installing Home Assistant and the other packages"; fi
    "${sync[@]}" || stop "The packages could not be installed. Is the network reachable?"
    # shellcheck disable=SC2034  # for the commands that source this
    PROJECT_PYTHON="$ROOT/.venv/bin/python"
}

# Without bytecode Home Assistant spends ten seconds longer on every start.
unset PYTHONDONTWRITEBYTECODE
export UV_NO_PROGRESS=1
if [ -z "${SSL_CERT_FILE:-}" ] && [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
fi

mkdir -p "$CACHE"
provide_uv
provide_python
provide_turbojpeg
provide_packages
cd "$ROOT"
