#!/usr/bin/env bash
# Makes sure that what a make target needs is there. `xtask/setup.sh build nextest deny vm e2e clients trials package`:
# Debian packages are installed as root, else the line to type is printed; cargo tools are built from
# their sources into the cache, once.
set -euo pipefail

NEXTEST=0.9.151
DENY=0.20.2
cache=${CHAPERONE_CACHE:-$HOME/.cache/chaperone}
root=$(cd "$(dirname "$0")/.." && pwd)

# Where a command's talk goes; shown only if it fails.
quietly() {
    local log
    log=$(mktemp)
    if "$@" >"$log" 2>&1 </dev/null; then
        rm -f "$log"
    else
        # Registries are not named: the last lines say enough.
        tail -n 20 "$log" | sed -E 's#https?://[^ ]+#<registry>#g' >&2
        rm -f "$log"
        return 1
    fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

packages() {
    command -v dpkg-query >/dev/null || return 0 # not Debian: the build says what it misses
    local missing=() package
    for package in "$@"; do installed "$package" || missing+=("$package"); done
    [ ${#missing[@]} -eq 0 ] && return 0
    local line="apt-get install -y --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        printf 'missing: %s\nhint: sudo %s\n' "${missing[*]}" "$line" >&2
        exit 1
    fi
    echo "installing ${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    quietly $line || { quietly apt-get update && quietly $line; } || {
        echo "hint: apt-get update && $line" >&2
        exit 1
    }
}

# tool NAME VERSION OPTIONS...: a cargo subcommand on PATH or in the cache, built if absent.
tool() {
    local name=$1 version=$2 have
    shift 2
    PATH="$cache/tools/bin:$PATH" command -v "$name" >/dev/null && return 0
    echo "building $name $version (once, into the cache)" >&2
    have=$cache/tools
    mkdir -p "$have"
    (cd / && CARGO_TARGET_DIR="$cache/tools/target" RUSTC_WORKSPACE_WRAPPER='' RUSTFLAGS='' \
        quietly cargo install --quiet --locked --debug --no-default-features "$@" \
        --root "$have" "$name@$version")
    rm -rf "$cache/tools/target"
}

rust() {
    command -v cargo >/dev/null && return 0
    printf 'missing: cargo\nhint: install Rust %s or newer, see https://rustup.rs\n' \
        "$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")" >&2
    exit 1
}

# kit NAME LIST COMMAND: what COMMAND installs into the cache by a list of ours, once for each state of the list. Where no
# registry answers nothing is there, and who wants it says so.
kit() {
    local place=$cache/clients/$1 list=$root/xtask/clients/$2
    cmp -s "$list" "$place/installed" && return 0
    echo "installing clients: $1 (once, into the cache)" >&2
    rm -rf "$place"
    mkdir -p "$place"
    if "$3" "$place" "$list"; then cp "$list" "$place/installed"; else echo "skipped: $1" >&2; fi
}
python_kit() {
    python3 -m venv "$1/venv" && quietly timeout 600 "$1/venv/bin/pip" install --quiet \
        --disable-pip-version-check --require-hashes --only-binary :all: -r "$2"
}
# Too many hashes to keep for what is only beside us: its versions are pinned.
litellm_kit() {
    python3 -m venv "$1/venv" && quietly timeout 900 "$1/venv/bin/pip" install --quiet \
        --disable-pip-version-check --no-deps --only-binary :all: -r "$2"
}
node_kit() {
    cp "$root/xtask/clients/package.json" "$2" "$1/" &&
        (cd "$1" && quietly timeout 600 npm ci --no-fund --no-audit --ignore-scripts)
}

for need in "$@"; do
    case $need in
    build) rust && packages clang libelf-dev zlib1g-dev pkg-config make gcc libc6-dev ;;
    nextest) packages git && tool cargo-nextest $NEXTEST --features default-no-update ;;
    deny) tool cargo-deny $DENY ;;
    vm) packages busybox-static cpio xz-utils zstd ;;
    e2e) packages strace ;;
    clients) kit python python.txt python_kit && kit tools tools.txt python_kit && kit node package-lock.json node_kit ;;
    litellm) kit litellm litellm.txt litellm_kit ;;
    trials) packages iproute2 openssl zip openssh-client curl gcc libc6-dev binutils ;;
    package) packages dpkg binutils gzip xz-utils openssl ;;
    *) echo "setup.sh: no such need: $need" >&2 && exit 2 ;;
    esac
done
