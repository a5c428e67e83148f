"""An agent without a model: waits until it is held, says so, and does as it is told. Started by the name of a real one."""
import os, socket, subprocess, sys, time

script, wait_for = sys.argv[1:3]
patience = 30 * int(os.environ["SLOWER"])
STORES = (".config/rclone/rclone.conf", ".config/gh/hosts.yml", ".kube/config", ".pypirc")


def held():
    """What every agent is refused, asked for without sending or changing anything: a connection, and to write keys. The
    keys are the lab's own: no other daemon of this host refuses them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("169.254.169.254", 9))
            return False
        except PermissionError:
            pass
    # A child asks, for who comes through holds what it opened.
    asks = ["sh", "-c", "cd; exec 2> /dev/null; (: >> $0) && exit 1; exit 0"]
    return all(subprocess.call([*asks, store]) == 0 for store in STORES)


until = time.monotonic() + patience
while wait_for == "held" and not held():
    if time.monotonic() > until:
        print("NOT HELD", flush=True)
        break
    time.sleep(0.02)
print("BEGINS", time.time_ns(), os.getpid(), flush=True)
sys.exit(subprocess.call(["bash", "-c", script]))
