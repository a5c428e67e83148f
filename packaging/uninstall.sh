#!/bin/sh
# Removes what install.sh installed: `sudo ./uninstall.sh [--purge]`. The record stays without --purge.
set -e
cd "$(dirname "$0")"
root=${DESTDIR:-}
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now chaperone.service || true
fi
if [ -z "$root" ] && [ -x /usr/lib/chaperone/clean ]; then
    /usr/lib/chaperone/clean
fi
(cd files && find . -type f ! -path './etc/*' ! -path './usr/share/doc/*') | while read -r file; do
    rm -f "$root/$file"
done
rmdir "$root/usr/lib/chaperone" 2>/dev/null || true
if [ "${1:-}" = --purge ]; then
    rm -rf "$root/var/lib/chaperone" "$root/var/log/chaperone" "$root/etc/chaperone"
fi
