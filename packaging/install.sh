#!/bin/sh
# Installs from the unpacked tarball: `sudo ./install.sh`. DESTDIR installs below another root.
set -e
cd "$(dirname "$0")"
root=${DESTDIR:-}
# Configuration that is there already stays.
new=$root/etc/chaperone/chaperone.toml
[ ! -e "$new" ] || new=$new.new
(cd files && find . -type f ! -path './etc/*' ! -path './usr/share/doc/*') | while read -r file; do
    mode=644
    [ ! -x "files/$file" ] || mode=755
    install -D -m "$mode" "files/$file" "$root/$file"
done
install -D -m 644 files/etc/chaperone/chaperone.toml "$new"
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable --now chaperone.service
fi
echo "installed; \`chaperone doctor\` says what this host allows"
