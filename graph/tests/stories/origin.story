# Who stands behind a session: see sessions.story for the notation. `expect behind ROOT words`,
# `expect first ROOT ROOT` (the first session of the chain), `expect identities kind=subject…`.

story at a terminal: the account of the process, as far as the record knows
50 exec 1 /bin/bash tty -- -bash
50 fork 100
100 exec 50 /usr/bin/node tty -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
expect behind 100 alice, at pts/0
expect first 100 -

story over ssh: the record saw where the connection came from
10 exec 1 /usr/sbin/sshd uid=0 -- sshd -D
10 accept 10.0.0.5:50000 local=10.0.0.1:22
10 fork 11
10 accept 10.0.0.6:50001 local=10.0.0.1:22
10 fork 12
11 fork 13
13 exec 11 /bin/bash tty -- -bash
13 fork 100
100 exec 13 /usr/bin/node tty -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
12 fork 14
14 exec 12 /bin/bash tty -- -bash
14 fork 200
200 exec 14 /usr/bin/node tty -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
expect behind 100 alice, over ssh from 10.0.0.5
expect behind 200 alice, over ssh from 10.0.0.6

story found running over ssh: the host knows the connection, the environment is the last to be asked
fact peer 11 10.0.0.7
fact variable 100 SSH_CONNECTION '10.9.9.9 1 10.0.0.1 22'
10 exec 1 /usr/sbin/sshd uid=0 polled -- sshd -D
11 exec 10 /usr/sbin/sshd uid=0 polled -- 'sshd: alice [priv]'
12 exec 11 /usr/sbin/sshd polled -- 'sshd: alice@pts/0'
13 exec 12 /bin/bash tty polled -- -bash
100 exec 13 /usr/bin/node tty polled -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
expect behind 100 alice, over ssh from 10.0.0.7

story who logged in stays who it was, over sudo and su
fact login 100 alice
fact variable 100 SUDO_USER bob
50 exec 1 /bin/bash tty -- -bash
60 exec 50 /usr/bin/sudo tty uid=0 -- sudo -i
100 exec 60 /usr/bin/node tty uid=0 -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
expect behind 100 alice, at pts/0

story without a login the environment is a claim
fact variable 100 SUDO_USER bob
50 exec 1 /bin/bash tty uid=0 -- -bash
100 exec 50 /usr/bin/node tty uid=0 -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
expect behind 100 root, at pts/0 (its environment names bob)

story by cron, by a unit, in a container
fact group 200 /system.slice/nightly.service
20 exec 1 /usr/sbin/cron uid=0 -- cron -f
20 fork 21
21 exec 20 /bin/sh -- sh -c 'codex exec hi'
21 fork 100
100 exec 21 /usr/bin/node -- node /usr/lib/node_modules/@openai/codex/bin/codex.js exec hi
200 exec 1 /usr/bin/node uid=990 -- node /usr/lib/node_modules/@openai/codex/bin/codex.js exec hi
300 exec 9 /usr/bin/node uid=0 container=0123456789abcdef -- node /usr/lib/node_modules/@openai/codex/bin/codex.js exec hi
expect behind 100 alice, by cron
expect behind 200 nightly.service, as 990
expect behind 300 container 0123456789ab, as root

story a chain of agents has the first one's person, whatever the later ones' environment says
fact login 100 alice
fact login 102 mallory
fact variable 102 SUDO_USER mallory
fact variable 102 GITHUB_ACTIONS true
50 exec 1 /bin/bash tty -- -bash
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 tty -- claude
100 fork 101
101 exec 100 /bin/bash -- bash -c 'codex exec hi'
101 fork 102
102 exec 101 /usr/bin/node -- node /usr/lib/node_modules/@openai/codex/bin/codex.js exec hi
102 fork 103
103 exec 102 /bin/bash -- bash -c 'gemini -p hi'
103 fork 104
104 exec 103 /usr/bin/node -- node /home/alice/.npm/_npx/1/node_modules/.bin/gemini -p hi
expect sessions claude-code@100 codex-cli@102<100 gemini-cli@104<102
expect behind 102 alice, at pts/0
expect behind 104 alice, at pts/0
expect first 100 -
expect first 102 100
expect first 104 100

story identities: what the platform says, for each session
fact variable 100 AWS_WEB_IDENTITY_TOKEN_FILE /var/run/t
fact variable 100 KUBERNETES_SERVICE_HOST 10.0.0.1
fact variable 100 CI_JOB_JWT secret
fact variable 100 GITLAB_CI true
fact token /var/run/t spiffe://example.org/agent
fact token CI_JOB_JWT project_path:g/p
100 exec 1 /usr/bin/node -- node /usr/lib/node_modules/@openai/codex/bin/codex.js exec hi
expect identities spiffe=spiffe://example.org/agent gitlab-ci=project_path:g/p

story the same program again in the same process is another session, and none is above itself
100 exec 50 /usr/bin/node tty -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 tty -- claude
100 exec 50 /usr/bin/node tty -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
expect behind 100 alice, at pts/0

story an agent that somebody retired begins all the same: event and root of each session
fact retired codex-cli alice
50 exec 1 /bin/bash tty -- -bash
100 exec 50 /usr/bin/node tty -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
100 fork 101
101 exec 100 /bin/bash -- bash -c 'gemini -p hi'
200 exec 50 /usr/bin/node tty uid=0 -- node /usr/lib/node_modules/@openai/codex/bin/codex.js
expect retired 2@100
