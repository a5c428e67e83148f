# init: systemd
# The packaged unit under a systemd of its own: with its few rights every BPF program must load, and
# the record must be begun.
set -u
install -m 755 "__BINARY__" /usr/bin/chaperone
install -D -m 644 packaging/chaperone.toml /etc/chaperone/chaperone.toml
install -m 644 packaging/systemd/chaperone.service /run/systemd/system/
rm -rf /var/lib/chaperone
# The guest has no devices to wait for.
mkdir -p /run/systemd/system/chaperone.service.d
printf '[Unit]\nDefaultDependencies=no\nAfter=\n[Service]\nStandardError=file:/run/scratch/said\n' \
    >/run/systemd/system/chaperone.service.d/guest.conf
systemctl daemon-reload
systemctl start chaperone.service
for _ in $(seq 60); do
    grep -q 'observes this host' /run/scratch/said && [ -d /var/lib/chaperone/journal ] && break
    sleep 1
done
sleep 2
state=$(systemctl is-active chaperone.service)
cat /run/scratch/said
systemctl stop chaperone.service
result=$(systemctl show -p Result --value chaperone.service)
if [ "$state" = active ] && [ "$result" = success ] && ! grep -q 'not seen on this kernel' /run/scratch/said &&
    grep -q 'observes this host' /run/scratch/said; then
    echo "test result: ok. 1 passed; 0 failed; 0 ignored"
else
    echo "state $state, result $result"
    echo "test result: FAILED. 0 passed; 1 failed; 0 ignored"
    exit 1
fi
