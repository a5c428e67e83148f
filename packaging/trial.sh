#!/usr/bin/env bash
# Installs, upgrades, removes and purges in a throw-away root: an overlay of this host in a mount name
# space of its own, gone when it ends. `trial.sh OLD NEW`: two directories made by `xtask package`.
set -euo pipefail

if [ "${1:-}" != inside ]; then
    [ "$(id -u)" -eq 0 ] || { echo "hint: needs root" >&2 && exit 2; }
    exec unshare --mount --propagation private --pid --fork -- "$0" inside "$(realpath "$1")" "$(realpath "$2")"
fi
old=$2 new=$3
top=$(mktemp -d)
mount -t tmpfs tmpfs "$top"
mkdir "$top/upper" "$top/work" "$top/root"
mount -t overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" overlay "$top/root"
cd "$top/root"
mkdir -p mnt/old mnt/new
mount --bind "$old" mnt/old
mount --bind "$new" mnt/new
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t bpf bpf sys/fs/bpf # its own: pins of the host are not touched
mount -t tmpfs tmpfs run # no systemd in here
mount --rbind /dev dev
rm -rf var/lib/chaperone etc/chaperone var/log/chaperone
in_root() { chroot . /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp "$@"; }

passed=0
ok() { passed=$((passed + 1)) && echo "ok: $1"; }
no() { echo "FAILED: $1" >&2 && exit 1; }
there() { for path in "$@"; do [ -e "$path" ] || no "$path is missing"; done; }
gone() { for path in "$@"; do [ ! -e "$path" ] || no "$path is left"; done; }
files() { find etc usr lib/systemd var opt -xdev -iname '*chaperone*' ! -path 'usr/src/*' 2>/dev/null | sort; }

before=$(files)

in_root dpkg --install mnt/old/*.deb >/dev/null
there usr/bin/chaperone usr/bin/chaperone-hook etc/chaperone/chaperone.toml usr/share/man/man1/chaperone.1.gz \
    lib/systemd/system/chaperone.service usr/share/bash-completion/completions/chaperone
in_root chaperone --version >/dev/null || no "the program does not run"
in_root bash -n usr/share/bash-completion/completions/chaperone || no "the completion is not bash"
ok "clean install"

if command -v systemd-analyze >/dev/null; then
    in_root systemd-analyze verify --man=no lib/systemd/system/chaperone.service || no "the unit"
    level=$(in_root systemd-analyze security --offline=true lib/systemd/system/chaperone.service |
        sed -n 's/.*Overall exposure level for [^:]*: \([0-9]*\)\..*/\1/p')
    [ "$level" -lt 5 ] || no "the unit is too open: $level"
    ok "unit"
fi

mkdir -p var/lib/chaperone/journal
echo record >var/lib/chaperone/journal/segment
printf '[sensor]\npoll_ms = 20\n' >etc/chaperone/chaperone.toml
in_root dpkg --install --force-confold mnt/new/*.deb >/dev/null
grep -q record var/lib/chaperone/journal/segment || no "the record is lost by the upgrade"
grep -q 'poll_ms = 20' etc/chaperone/chaperone.toml || no "the configuration is lost by the upgrade"
[ "$(in_root dpkg-query -W -f '${Version}' chaperone)" = 0.0.2 ] || no "version after the upgrade"
ok "upgrade keeps record and configuration"

mkdir -p sys/fs/bpf/chaperone usr/local/share/ca-certificates
echo certificate >usr/local/share/ca-certificates/chaperone.crt
in_root dpkg --remove chaperone >/dev/null 2>&1 || no "remove"
gone usr/bin/chaperone usr/bin/chaperone-hook lib/systemd/system/chaperone.service usr/lib/chaperone \
    sys/fs/bpf/chaperone usr/local/share/ca-certificates/chaperone.crt
there var/lib/chaperone/journal/segment etc/chaperone/chaperone.toml
ok "remove takes pins and authority, leaves the record"

in_root dpkg --purge chaperone >/dev/null 2>&1 || no "purge"
[ "$(files)" = "$before" ] || no "left after the purge: $(files)"
ok "purge leaves nothing"

(cd mnt/new && sha256sum --quiet --check SHA256SUMS) || no "checksums"
mkdir unpacked
tar -xf mnt/new/chaperone-*.tar* -C unpacked --strip-components 1
in_root /unpacked/install.sh >/dev/null
in_root chaperone --version >/dev/null || no "the program of the tarball does not run"
mkdir -p var/lib/chaperone sys/fs/bpf/chaperone
echo record >var/lib/chaperone/segment
in_root /unpacked/install.sh >/dev/null
there etc/chaperone/chaperone.toml.new
in_root /unpacked/uninstall.sh >/dev/null
gone usr/bin/chaperone usr/bin/chaperone-hook sys/fs/bpf/chaperone
there var/lib/chaperone/segment
in_root /unpacked/uninstall.sh --purge >/dev/null
rm -r unpacked
[ "$(files)" = "$before" ] || no "left after the tarball: $(files)"
ok "tarball: install, again, uninstall, purge"

echo "package: $passed passed, 0 failed"
