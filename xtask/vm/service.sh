# init: systemd
# The packaged unit under a systemd of its own, with its few rights: what it promises is tried, step by step.
set -u
passed=0 failed=0
ok() { passed=$((passed + 1)) && echo "ok: $1"; }
no() { failed=$((failed + 1)) && echo "FAILED: $1"; }
# until NAME COMMAND: an emulated guest is slow; nothing hangs on how long it is waited.
until_so() {
    local name=$1
    shift
    for _ in $(seq 120); do
        "$@" >/dev/null 2>&1 && ok "$name" && return
        sleep 1
    done
    no "$name"
    return 1
}
state() { systemctl show -p "$1" --value chaperone.service; }

# The files as the package lays them.
install -m 755 "__PROGRAMS__/chaperone" "__PROGRAMS__/chaperone-hook" /usr/bin
install -m 644 packaging/systemd/chaperone.service /run/systemd/system/
rm -rf /var/lib/chaperone /etc/chaperone
# The guest has no devices to wait for.
mkdir -p /run/systemd/system/chaperone.service.d /etc/chaperone
printf '[Unit]\nDefaultDependencies=no\nAfter=\n[Service]\nStandardError=append:/run/scratch/said\n' \
    >/run/systemd/system/chaperone.service.d/guest.conf

# An account with an agent, a key, and a desktop.
home=/home/trial-alice
useradd --create-home --home-dir "$home" --shell /bin/bash --uid 4711 trial-alice
as_alice() { setpriv --reuid 4711 --regid 4711 --clear-groups env HOME="$home" "$@"; }
agent=$home/node_modules/@openai/codex/vendor/x/codex
as_alice mkdir -p "$home/.ssh" "$home/shop" "${agent%/*}" "$home/bin"
as_alice sh -c "echo plumage >$home/.ssh/id_ed25519; echo kept >$home/shop/letter"
install -o trial-alice "$(readlink -f /usr/bin/python3)" "$agent"
install -d -o trial-alice -m 700 /run/user/4711
as_alice dbus-daemon --session --address=unix:path=/run/user/4711/bus --fork --nopidfile
as_alice env DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/4711/bus dbus-monitor \
    "interface='org.freedesktop.Notifications'" >/run/scratch/desktop 2>&1 &
# What the agent does stands in a file, and it says what came of it.
cat >/run/scratch/agent.py <<'PYTHON'
import os, socket, subprocess, sys, time
def read(): open(os.environ["HOME"] + "/.ssh/id_ed25519").read()
def dial(): socket.create_connection(("169.254.169.254", 80), 2)
def push(): subprocess.run(["git", "push", "--force", "origin", "main"], check=True, cwd="shop", capture_output=True)
def until_refused(what):
    while True:
        try: what()
        except OSError as error:
            if error.errno == 1: return
        except subprocess.CalledProcessError: pass # it ran
        time.sleep(0.2)
os.chdir(os.environ["HOME"])
for word in sys.argv[1:]:
    if word == "remove": os.remove("shop/letter")
    else: until_refused({"read": read, "dial": dial, "push": push}[word])
    print(word, flush=True)
PYTHON
as_agent() { as_alice timeout 900 "$agent" -S /run/scratch/agent.py "$@"; }

cat >/etc/chaperone/chaperone.toml <<TOML
[policy]
profile = "guarded"
[undo]
folders = ["$home/shop"]
TOML
systemctl daemon-reload

if systemctl start chaperone.service; then ok "it starts and says that it is ready"; else no "it does not start"; fi
if grep -q 'held by `guarded`' /run/scratch/said && ! grep -q 'not seen on this kernel' /run/scratch/said; then
    ok "every program loads, and agents are held"
else
    no "what it says of itself"
fi
# Rights that are missing would show in what it tries of this host.
sed -e 's#^ExecStart=.*#ExecStart=/usr/bin/chaperone doctor --json#' -e 's/^Type=.*/Type=oneshot/' -e '/^Watchdog/d' -e '/^Restart/d' \
    -e 's#^StateDirectory=.*##' packaging/systemd/chaperone.service >/run/systemd/system/doctor.service
printf '[Service]\nStandardOutput=file:/run/scratch/doctor\n' >>/run/systemd/system/doctor.service
sed -i -e 's/^After=.*/DefaultDependencies=no/' /run/systemd/system/doctor.service
systemctl daemon-reload
systemctl start doctor.service
if python3 - <<'PYTHON'
import json
# `run` is for people; a unit starts nobody in a box. Guarded opens are tried in a folder that a unit may not have.
parts = [it for it in json.load(open("/run/scratch/doctor"))["capabilities"] if it["part"] != "confine"]
missing = [it for it in parts if not it["works"] and "Read-only" not in it["found"]]
print(missing)
raise SystemExit(len(parts) < 8 or bool(missing))
PYTHON
then ok "its rights are enough for what it sees, stops and reads"; else no "rights are missing"; fi

as_agent read dial && ok "a key and the machine's identity are refused to an agent" || no "an agent is not refused"
as_alice cat "$home/.ssh/id_ed25519" | grep -q plumage && ok "its owner reads the key" || no "its owner is refused"
as_agent push && ok "what cannot be taken back is refused" || no "a forced push goes on"
until_so "the desktop is told of the question" grep -q 'member=Notify' /run/scratch/desktop
until_so "the account sees its own question" sh -c "chaperone approvals list | grep -q force"
as_agent dial remove
until_so "what an agent removed comes back" chaperone undo restore --yes "$home/shop/letter"
grep -q kept "$home/shop/letter" && [ "$(stat -c %U "$home/shop/letter")" = trial-alice ] &&
    ok "as it was, to its owner" || no "it is another file: $(ls -l "$home/shop")"
before=$(state MainPID)
kill -KILL "$before"
as_agent dial && ok "killed: agents that come are held again" || no "killed: agents that come are not held"
[ "$(state NRestarts)" -ge 1 ] && ok "systemd started it again" || no "NRestarts is $(state NRestarts)"
until_so "it is ready again" sh -c '[ "$(systemctl is-active chaperone.service)" = active ]'
systemctl stop chaperone.service
[ "$(state Result)" = success ] && ok "it ends in order" || no "it ends with $(state Result)"
[ -z "$(ls -A /sys/fs/bpf/chaperone 2>/dev/null)" ] && ok "and lets go" || no "the kernel keeps something: $(ls -AR /sys/fs/bpf/chaperone)"

echo "== what it said"
cat /run/scratch/said
head -c 3000 /run/scratch/desktop
if [ "$failed" -eq 0 ]; then verdict=ok; else verdict=FAILED; fi
echo "test result: $verdict. $passed passed; $failed failed; 0 ignored"
[ "$failed" -eq 0 ]
