#!/bin/bash
# Second program of the guest: what tests expect to be mounted, then the command, then off. A command
# that begins with `# init: systemd` is run by a systemd of its own.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/run/scratch TMPDIR=/run/scratch
if [ "${1:-}" = begun ]; then
    cd "$(cat /run/share/directory)" || cd /
    setsid bash /run/share/command.sh </dev/null >/run/share/output 2>&1
    echo $? >/run/share/status
    sync
    echo 1 >/proc/sys/kernel/sysrq
    echo b >/proc/sysrq-trigger
    sleep 60
fi
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t securityfs securityfs /sys/kernel/security
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t bpf bpf /sys/fs/bpf
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
ln -s /proc/self/fd /dev/fd
busybox ip link set lo up
if ! head -n 1 /run/share/command.sh | grep -q '^# init: systemd'; then
    exec bash /run/share/guest.sh begun
fi
mkdir -p /run/systemd/system
printf '[Unit]\nDefaultDependencies=no\nWants=share.service\n' >/run/systemd/system/share.target
printf '[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/bash /run/share/guest.sh begun\n' \
    >/run/systemd/system/share.service
exec /lib/systemd/systemd --unit=share.target
