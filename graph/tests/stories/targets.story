# Whom signals and ptrace are for: `to RELATION AGENT PROGRAM`, `found` where the process behind the pid is known.

story an agent's command ends what its session started, what a person started, what another session started
1 fork 60
60 exec 1 /usr/bin/vim tty uid=1000 -- vim notes => -
1 fork 100
100 exec 50 /usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex label=7 -- codex => codex-cli own
100 fork 101
101 exec 100 /bin/bash label=7 -- bash -c 'serve & pkill serve' => codex-cli tool 101
101 fork 102
102 exec 101 /home/alice/project/serve label=7 -- ./serve => codex-cli tool 101
1 fork 200
200 exec 50 /home/alice/.local/share/claude/versions/2.1.3 label=8 -- claude => claude-code own
200 fork 201
201 exec 200 /bin/bash label=8 -- bash -c 'npm start' => claude-code tool 201
101 kill 102 15 => codex-cli tool 101 lineage to session codex-cli /home/alice/project/serve found
101 kill 101 15 => codex-cli tool 101 lineage to own codex-cli /bin/bash found
101 kill 60 9 => codex-cli tool 101 lineage to nobody - /usr/bin/vim found
101 kill 200 9 => codex-cli tool 101 lineage to other_agent claude-code /home/alice/.local/share/claude/versions/2.1.3 found
101 kill 201 9 => codex-cli tool 101 lineage to other_session claude-code /bin/bash found
101 trace 60 => codex-cli tool 101 lineage to nobody - /usr/bin/vim found
101 kill -1 9 => codex-cli tool 101 lineage to everybody -
101 kill 0 9 => codex-cli tool 101 lineage to own -
101 kill 4444 9 => codex-cli tool 101 lineage to unknown
60 kill 200 9 => - to other_agent claude-code /home/alice/.local/share/claude/versions/2.1.3 found

story a process group is known by its leader, also when that has gone before the record came
1 fork 60
60 exec 1 /usr/bin/make tty -- make => -
100 exec 50 /usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex label=7 -- codex => codex-cli own
100 fork 101
101 exec 100 /bin/bash label=7 -- bash -c 'kill -- -60' => codex-cli tool 101
60 exit
101 kill -60 15 => codex-cli tool 101 lineage to nobody - /usr/bin/make
101 kill 60 15 => codex-cli tool 101 lineage to nobody - /usr/bin/make found

story an agent that an agent started is its own to end
100 exec 50 /usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex label=7 -- codex => codex-cli own
100 fork 101
101 exec 100 /bin/bash label=7 -- bash -c 'claude -p x' => codex-cli tool 101
101 fork 102
102 exec 101 /home/alice/.local/share/claude/versions/2.1.3 label=7 -- claude -p x => claude-code own
102 fork 103
103 exec 102 /bin/bash label=7 -- bash -c 'kill 100' => claude-code tool 103
101 kill 102 15 => codex-cli tool 101 lineage to session claude-code /home/alice/.local/share/claude/versions/2.1.3
103 kill 100 15 => claude-code tool 103 lineage to other_agent codex-cli /usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex

story a pid of a container's own numbering names no stranger on the host
1 fork 7
7 exec 1 /usr/bin/vim tty -- vim => -
100 exec 50 /usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex label=7 -- codex => codex-cli own
100 fork 101
101 exec 100 /usr/bin/bash label=7 pid_ns=4026539999 -- bash -c 'kill 7' => codex-cli tool 101
101 kill 7 15 => codex-cli tool 101 lineage to unknown
101 fork 102
102 kill 7 15 => codex-cli tool 101 lineage to unknown
102 exec 101 /usr/bin/bash label=7 pid_ns=4026531836 -- bash => codex-cli tool 101
102 kill 7 15 => codex-cli tool 101 lineage to nobody - /usr/bin/vim

story Chaperone is known
fact chaperone 800 yes
1 fork 800
800 exec 1 /usr/bin/chaperone uid=0 -- chaperone up => -
100 exec 50 /usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex label=7 -- codex => codex-cli own
100 kill 800 9 => codex-cli own lineage to chaperone - /usr/bin/chaperone
