# Sessions, tool calls, nesting, labels. One act per line:
#   PID exec PARENT EXE [tty] [polled] [label=N] [env=K=V] [cwd=DIR] [uid=N] -- ARGV…
#   PID fork CHILD | exit | open/modify/create/write PATH | connect/accept IP:PORT [local=IP:PORT] |
#   PID listen IP:PORT | hello/dns NAME | answer NAME IP…
# `=> product own|tool ROOT basis` says whose the act must be, `=> -` nobody's; it may be cut short.

story native codex by its npm wrapper: one session, a tool call per command
1 fork 50
50 exec 1 /bin/bash tty -- -bash => -
50 fork 100
100 exec 50 /usr/bin/node tty label=7 -- node /usr/lib/node_modules/@openai/codex/bin/codex.js exec 'fix it' => codex-cli own lineage
100 fork 101
101 exec 100 /usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex label=7 -- codex exec 'fix it' => codex-cli own
101 open /home/alice/.codex/auth.json => codex-cli own
101 fork 102
102 exec 101 /bin/bash label=7 -- bash -lc 'make test' => codex-cli tool 102
102 fork 103
103 exec 102 /usr/bin/make label=7 -- make test => codex-cli tool 102
103 open /home/alice/project/Makefile => codex-cli tool 102
103 exit
102 exit
101 fork 104
104 exec 101 /bin/bash label=7 -- bash -lc ls => codex-cli tool 104
104 exit
101 exit
100 exit => codex-cli own
50 open /etc/passwd => -
expect sessions codex-cli@100
expect orders confirm=7
expect ended 100

story a double fork, setsid and reparenting do not lose a process
100 exec 50 /usr/bin/python3.11 label=3 -- python /home/alice/.local/bin/mini -t x => mini-swe-agent own
100 fork 101
101 exec 100 /bin/sh label=3 -- sh -c 'nohup ./serve & disown' => mini-swe-agent tool 101
101 fork 102
102 fork 103
102 exit
101 exit
103 exec 1 /home/alice/project/serve label=3 -- ./serve => mini-swe-agent tool 101
100 exit
wait 3600
103 open /etc/shadow => mini-swe-agent tool 101
103 exit => mini-swe-agent tool 101
expect ended 100

story a candidate that is none is cleared
100 exec 50 /usr/bin/node label=9 -- node server.js => -
100 fork 101
101 exec 100 /bin/sh label=9 -- sh -c ls => -
expect orders clear=9 clear=9
expect sessions

story npx fetches and starts: still one session
100 exec 50 /usr/bin/node label=4 -- node /usr/bin/npx -y @google/gemini-cli -p hi => gemini-cli own
100 fork 101
101 exec 100 /bin/sh label=4 -- sh -c gemini -p hi => gemini-cli own
101 fork 102
102 exec 101 /usr/bin/node label=4 -- node /home/alice/.npm/_npx/1/node_modules/.bin/gemini -p hi => gemini-cli own
102 fork 103
103 exec 102 /usr/bin/node label=4 -- /usr/bin/node --max-old-space-size=8192 /home/alice/.npm/_npx/1/node_modules/.bin/gemini -p hi => gemini-cli own
103 fork 104
104 exec 103 /bin/bash label=4 -- bash -c 'ls -l' => gemini-cli tool 104
expect sessions gemini-cli@100

story an agent run by an agent is a session below it
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 -- claude => claude-code own
100 fork 101
101 exec 100 /bin/bash -- bash -c 'codex exec hi' => claude-code tool 101
101 fork 102
102 exec 101 /usr/bin/node -- node /usr/lib/node_modules/@openai/codex/bin/codex.js exec hi => codex-cli own
102 fork 103
103 exec 102 /bin/bash -- bash -lc ls => codex-cli tool 103
103 exit
102 exit
101 open /tmp/x => claude-code tool 101
expect sessions claude-code@100 codex-cli@102<100
expect orders adopt=100:new
expect ended 102

story the same product behind a shell is a session of its own, directly below it is not
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 -- claude
100 fork 101
101 exec 100 /home/alice/.local/share/claude/versions/2.1.3 -- claude --output-format stream-json => claude-code own
100 fork 102
102 exec 100 /bin/bash -- bash -c 'claude -p hi' => claude-code tool 102
102 fork 103
103 exec 102 /home/alice/.local/share/claude/versions/2.1.3 -- claude -p hi => claude-code own
expect sessions claude-code@100 claude-code@103<100
expect version 2.1.3

story found running: adopted with its tree
50 exec 1 /bin/bash tty polled -- bash
100 exec 50 /usr/bin/node polled -- node /usr/lib/node_modules/@openai/codex/bin/codex.js => codex-cli own adopted
101 exec 100 /usr/lib/node_modules/@openai/codex-linux-x64/vendor/x/bin/codex polled -- codex => codex-cli own adopted
102 exec 101 /bin/bash polled -- bash -lc 'sleep 100' => codex-cli tool 102 adopted
102 exec 101 /bin/bash polled -- bash -lc 'sleep 100' => codex-cli tool 102 adopted
101 fork 103
103 open /etc/passwd => codex-cli own adopted
expect sessions codex-cli@100
expect orders adopt=100:new

story lost fork and exec: the parent in the exec, and the label, tell whose it is
100 exec 50 /usr/bin/node label=5 -- node /usr/lib/node_modules/@openai/codex/bin/codex.js => codex-cli own
102 exec 100 /bin/bash label=5 -- bash -lc ls => codex-cli tool 102
105 open /etc/passwd label=5 => codex-cli own
106 open /etc/passwd => -

story the agent's own helpers are no tool calls
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 -- claude
100 fork 101
101 exec 100 /home/alice/.local/share/claude/versions/2.1.3 -- rg --files => claude-code own
100 fork 102
102 exec 100 /usr/bin/rg -- rg secret => claude-code tool 102

story user space knows better: another package, a link
fact package /opt/other/bin/gemini gemini-protocol 1.0
100 exec 50 /usr/bin/node -- node /opt/other/bin/gemini => -
fact link /usr/bin/gem /usr/lib/node_modules/@google/gemini-cli/bundle/gemini.js
fact package /usr/bin/gem @google/gemini-cli 0.61.0
101 exec 50 /usr/bin/node -- node /usr/bin/gem -p hi => gemini-cli own
expect version 0.61.0

story a training job or an editor that an agent starts is the agent's doing, a tool server is one of its own
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 -- claude
100 fork 101
101 exec 100 /usr/bin/python3 -- python3 -m torch.distributed.run train.py => claude-code tool 101
100 fork 102
102 exec 100 /home/alice/.local/zed.app/libexec/zed-editor -- zed-editor . => claude-code tool 102
100 fork 103
103 exec 100 /usr/bin/node -- node /usr/bin/npx -y @modelcontextprotocol/server-filesystem / => mcp-server own
103 fork 104
104 exec 103 /bin/sh -- sh -c mcp-server-filesystem / => mcp-server own
104 fork 105
105 exec 104 /usr/bin/node -- node /home/alice/.npm/_npx/1/node_modules/.bin/mcp-server-filesystem / => mcp-server own
105 fork 106
106 exec 105 /bin/sh -- sh -c 'cat /etc/passwd' => mcp-server tool 106
expect sessions claude-code@100 mcp-server@103<100

story a tool server that starts an agent while it is being fetched
100 exec 50 /usr/bin/node -- node /usr/bin/npx -y claude-mcp => mcp-server own
100 fork 101
101 exec 100 /home/alice/.local/share/claude/versions/2.1.3 -- claude -p hi => claude-code own
100 fork 102
102 exec 100 /bin/sh -- sh -c ls => mcp-server tool 102
expect sessions mcp-server@100 claude-code@101<100
