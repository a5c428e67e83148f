#!/bin/bash
# The lab: runs a command in mount and network namespaces of its own, where nothing of this host can be changed and
# nothing can leave. `lab.sh begin PLACE COMMAND...` makes them; what PLACE holds is covered meanwhile.
set -eu
place=$2
if [ "$1" = begin ]; then
    exec unshare --mount --net --propagation private bash "$0" inside "${@:2}"
fi
shift 2

ip link set lo up
mount -t tmpfs -o mode=755 lab "$place"
# The outside is a machine of its own at the other end of a cable. Its addresses are public ones that serve nobody (RFC 7534,
# 7535): to a guard, addresses of documentation and of this machine are not the outside.
touch "$place/outside.net"
unshare --net="$place/outside.net" true
outside() { nsenter --net="$place/outside.net" "$@"; }
ip link add wan type veth peer name lan netns "$place/outside.net"
ip address add 10.77.0.1/24 dev wan
ip link set wan up
outside ip address add 10.77.0.2/24 dev lan
outside ip link set lan up
outside ip link set lo up
ip route add default via 10.77.0.2
for address in 192.175.48.7 192.175.48.8 192.175.48.53 192.31.196.10 192.31.196.11 192.31.196.12 169.254.169.254; do
    outside ip address add "$address/32" dev lo
done
# Not every kernel speaks IPv6.
if ip -6 address add fd77::1/64 dev wan nodad 2>/dev/null; then
    outside ip -6 address add fd77::2/64 dev lan nodad
    ip -6 route add default via fd77::2
    for address in 2620:4f:8000::7 fd00:ec2::254; do
        outside ip -6 address add "$address/128" dev lo nodad
    done
fi
echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range

mkdir "$place"/{etc,etc.work,www,outside}
mount -t overlay -o "lowerdir=/etc,upperdir=$place/etc,workdir=$place/etc.work" overlay /etc
for covered in /home /var/lib /var/log /var/spool /var/mail; do
    mount -t tmpfs -o mode=755 lab "$covered"
done
mkdir -p /var/spool/cron/crontabs /var/lib/misc /run/sshd
mkdir -p /etc/chaperone /etc/cron.d
echo 'nameserver 192.175.48.53' >/etc/resolv.conf
echo '127.0.0.1 localhost' >/etc/hosts
# Accounts: alice works with agents, git serves repositories.
printf '%s\n' 'alice:x:5000:5000::/home/alice:/bin/bash' 'git:x:5001:5001::/home/git:/bin/bash' \
    'sshd:x:5002:65534::/run/sshd:/usr/sbin/nologin' >>/etc/passwd
printf '%s\n' 'alice:x:5000:' 'git:x:5001:' >>/etc/group
printf '%s\n' 'alice:*:19000:0:99999:7:::' 'git:*:19000:0:99999:7:::' 'canary-7f3b:*:19000:0:99999:7:::' >>/etc/shadow

# An authority of the lab, which its clients trust.
cd "$place/www"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lab -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj /CN=lab -keyout host.key -out host.csr 2>/dev/null
printf 'subjectAltName=DNS:paste.example,DNS:docs.example,DNS:*.corp.example,DNS:github.com,DNS:registry.npmjs.org,DNS:pypi.org,DNS:files.pythonhosted.org,DNS:*.amazonaws.com,DNS:index.crates.io,DNS:proxy.golang.org,IP:192.175.48.7,IP:192.175.48.8' >names
openssl x509 -req -in host.csr -CA ca.pem -CAkey ca.key -days 2 -extfile names -out host.pem 2>/dev/null
chmod 644 ca.pem
cat ca.pem >>/etc/ssl/certs/ca-certificates.crt
# A server of logins at each address, each with a key of its own.
for host in 192.175.48.7 192.175.48.8 192.31.196.10; do
    ssh-keygen -q -t ed25519 -N '' -f "host-$host"
    printf '%s\n' "ListenAddress $host" "HostKey $place/www/host-$host" 'UsePAM no' 'StrictModes no' \
        'PasswordAuthentication no' 'PidFile none' 'AuthorizedKeysFile /home/git/.ssh/authorized_keys' >"sshd-$host.conf"
done
# A package of each registry.
mkdir -p w/labpkg-1.0.dist-info package
echo >w/labpkg.py
printf 'Metadata-Version: 2.1\nName: labpkg\nVersion: 1.0\n' >w/labpkg-1.0.dist-info/METADATA
printf 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n' >w/labpkg-1.0.dist-info/WHEEL
printf 'labpkg.py,,\nlabpkg-1.0.dist-info/METADATA,,\nlabpkg-1.0.dist-info/WHEEL,,\nlabpkg-1.0.dist-info/RECORD,,\n' >w/labpkg-1.0.dist-info/RECORD
(cd w && zip -qr ../labpkg-1.0-py3-none-any.whl .)
echo '{"name": "labpkg", "version": "1.0.0"}' >package/package.json
tar czf labpkg-1.0.0.tgz package
echo '<h1>Guide</h1>' >guide.html
cd /
exec "$@"
