# Programs named agent-* are run by an agent, person-* by a person, in places where the two are easily
# confused. $DIR is an empty directory; the agent is a shell that lies where Claude Code lies.
set -eu
cd "$DIR"
AGENT="$DIR/home/.local/share/claude/versions/2.1.3"
mkdir -p "${AGENT%/*}" marks
cp /bin/bash "$AGENT"
for place in pane joined detached namespace editor scope; do
	cp /bin/true "marks/agent-$place"
	cp /bin/true "marks/person-$place"
done
agent() { "$AGENT" -c "/bin/sh -c '$1'; true"; }
await() { while [ ! -e "$1" ]; do sleep 0.05; done; }

# A person's terminal multiplexer: a pane of each.
tmux -L "t$$" new-session -d -s p "$DIR/marks/person-pane; touch $DIR/p1; cat"
tmux -L "t$$" new-window "$AGENT -c '/bin/sh -c $DIR/marks/agent-pane; touch $DIR/p2'"
await p1; await p2
tmux -L "t$$" kill-server

# One that an agent's command started, joined by a person.
agent "tmux -L a$$ new-session -d -s a \"$DIR/marks/agent-joined; touch $DIR/j1; cat\""
tmux -L "a$$" new-window "$DIR/marks/person-joined; touch $DIR/j2"
await j1; await j2
tmux -L "a$$" kill-server

# Forked twice, in a session of its own, after the command has ended.
agent "(setsid /bin/sh -c \"$DIR/marks/agent-detached; touch $DIR/d1\" &)"
(setsid /bin/sh -c "$DIR/marks/person-detached; touch $DIR/d2" &)
await d1; await d2

# As in a container.
agent "unshare --pid --mount --fork $DIR/marks/agent-namespace"
unshare --pid --mount --fork "$DIR/marks/person-namespace"

# One editor's tree with a person's terminal and an agent's.
SERVER="$DIR/home/.vscode-server/cli/servers/Stable-1/server"
mkdir -p "$SERVER" && cp /bin/bash "$SERVER/node"
"$SERVER/node" -c "$SERVER/node -c '/bin/bash -c $DIR/marks/person-editor; true' --type=ptyHost
	$AGENT -c '/bin/sh -c $DIR/marks/agent-editor; true'"

# Handed to systemd, where it runs.
if [ -d /run/systemd/system ]; then
	agent "systemd-run --quiet --wait $DIR/marks/agent-scope"
	systemd-run --quiet --wait "$DIR/marks/person-scope"
fi
