#!/bin/sh
# Takes back what Chaperone left outside its own files: pinned BPF objects, its certificate
# authority, hooks in the configuration of agents. Run before removal; safe to run at any time.
set -e
# What the program knows how to take back, it does itself.
if chaperone disarm --help >/dev/null 2>&1; then
    chaperone disarm || echo "chaperone disarm failed; going on" >&2
fi
rm -rf /sys/fs/bpf/chaperone
authority=/usr/local/share/ca-certificates/chaperone.crt
if [ -e "$authority" ]; then
    rm -f "$authority"
    if command -v update-ca-certificates >/dev/null; then
        update-ca-certificates --fresh >/dev/null
    fi
fi
