# Work that a session hands to a daemon is the session's.

story tmux: a server that a person started runs the window
10 exec 1 /usr/bin/tmux tty polled -- tmux => -
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 -- claude
100 fork 101
101 exec 100 /bin/bash -- bash -c 'tmux new-session -d -s srv npm run dev' => claude-code tool 101
101 fork 102
102 exec 101 /usr/bin/tmux -- tmux new-session -d -s srv npm run dev => claude-code tool 101
102 exit
10 fork 200
200 exec 10 /usr/bin/npm -- npm run dev => claude-code tool 101 handed_over
200 fork 201
201 exec 200 /bin/sh -- sh -c vite => claude-code tool 101 handed_over
10 fork 210
210 exec 10 /bin/bash tty -- -bash => -
210 fork 211
211 exec 210 /usr/bin/npm tty -- npm run dev => -
expect orders adopt=100:new adopt=200:new

story tmux: the command as one string for a shell
10 exec 1 /usr/bin/tmux tty polled -- tmux => -
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 -- claude
100 fork 102
102 exec 100 /usr/bin/tmux -- tmux new-window 'cd /srv && make all' => claude-code tool 102
10 fork 200
200 exec 10 /bin/bash -- sh -c 'cd /srv && make all' => claude-code tool 102 handed_over

story tmux: keys typed into a pane
10 exec 1 /usr/bin/tmux tty polled -- tmux => -
20 exec 10 /bin/bash tty polled -- -bash => -
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 -- claude
100 fork 102
102 exec 100 /usr/bin/tmux -- tmux send-keys -t 0 'make test' Enter => claude-code tool 102
20 fork 30
30 exec 20 /usr/bin/make tty -- make test => claude-code tool 102 handed_over
wait 60
20 fork 31
31 exec 20 /usr/bin/make tty -- make test => -

story ssh to this host: by its connection
5 exec 1 /usr/sbin/sshd polled uid=0 -- sshd => -
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini => mini-swe-agent own
100 fork 101
101 exec 100 /bin/sh -- sh -c 'ssh localhost' => mini-swe-agent tool 101
101 fork 102
102 exec 101 /usr/bin/ssh -- ssh localhost => mini-swe-agent tool 101
102 connect 127.0.0.1:22 local=127.0.0.1:40000 => mini-swe-agent tool 101
5 accept 127.0.0.1:40000 local=127.0.0.1:22 => -
5 fork 6
6 exec 5 /usr/lib/openssh/sshd-session uid=0 -- sshd-session -R => mini-swe-agent tool 101 handed_over
6 fork 7
7 exec 6 /bin/bash -- -bash => mini-swe-agent tool 101 handed_over
5 accept 10.0.0.9:40000 local=10.0.0.1:22
5 fork 8
8 exec 5 /usr/lib/openssh/sshd-session uid=0 -- sshd-session -R => -

story ssh to this host: sshd was heard of first
5 exec 1 /usr/sbin/sshd polled uid=0 -- sshd => -
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini
100 fork 102
102 exec 100 /usr/bin/ssh -- ssh localhost => mini-swe-agent tool 102
5 accept 127.0.0.1:40000 local=127.0.0.1:22
5 fork 6
6 fork 7
102 connect 127.0.0.1:22 local=127.0.0.1:40000
6 open /etc/passwd => mini-swe-agent tool 102 handed_over
7 open /etc/passwd => mini-swe-agent tool 102 handed_over

story ssh to this host: by its command, where no accept was seen
5 exec 1 /usr/sbin/sshd polled uid=0 -- sshd => -
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini
100 fork 102
102 exec 100 /usr/bin/ssh -- ssh -p 22 alice@127.0.0.1 cat /etc/shadow => mini-swe-agent tool 102
5 fork 6
6 fork 7
7 exec 6 /bin/bash -- bash -c 'cat /etc/shadow' => mini-swe-agent tool 102 handed_over

story ssh to another host asks nothing of this one
5 exec 1 /usr/sbin/sshd polled uid=0 -- sshd => -
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini
100 fork 102
102 exec 100 /usr/bin/ssh -- ssh build.example.com make
5 fork 6
6 exec 5 /bin/bash -- bash -c make => -

story systemd-run: started by the manager, once
1 exec 0 /usr/lib/systemd/systemd polled uid=0 -- systemd => -
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini
100 fork 102
102 exec 100 /usr/bin/systemd-run -- systemd-run --user --unit=x sleep 1000 => mini-swe-agent tool 102
1 fork 200
200 exec 1 /usr/bin/sleep -- /usr/bin/sleep 1000 => mini-swe-agent tool 102 handed_over
1 fork 201
201 exec 1 /usr/bin/sleep -- /usr/bin/sleep 1000 => -

story systemd-run too late
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini
100 fork 102
102 exec 100 /usr/bin/systemd-run -- systemd-run sleep 1000
wait 30
1 fork 200
200 exec 1 /usr/bin/sleep -- /usr/bin/sleep 1000 => -

story at: the next job of the account
3 exec 1 /usr/sbin/atd polled uid=0 -- atd -f => -
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini
100 fork 102
102 exec 100 /usr/bin/at -- at now + 1 minute => mini-swe-agent tool 102
wait 60
3 fork 200
200 exec 3 /bin/sh uid=33 -- sh => -
3 fork 201
201 exec 3 /bin/sh -- sh => mini-swe-agent tool 102 handed_over
3 fork 202
202 exec 3 /bin/sh -- sh => -

story cron: a line that was piped into crontab, after the session is over
4 exec 1 /usr/sbin/cron polled uid=0 -- cron -f => -
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini
100 fork 101
101 exec 100 /bin/sh -- sh -c '(crontab -l; echo "* * * * * /tmp/beacon --quiet") | crontab -' => mini-swe-agent tool 101
101 fork 102
102 exec 101 /usr/bin/crontab -- crontab -
102 exit
101 exit
100 exit
wait 3600
4 fork 200
200 exec 4 /bin/sh -- sh -c '/tmp/beacon --quiet' => mini-swe-agent tool 101 handed_over
4 fork 201
201 exec 4 /bin/sh -- sh -c 'run-parts /etc/cron.hourly' => -

story docker: exec, run with a command, run without one
7 exec 1 /usr/bin/containerd polled uid=0 -- containerd => -
8 exec 7 /usr/bin/containerd-shim-runc-v2 polled uid=0 -- containerd-shim-runc-v2 -id a => -
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini
100 fork 102
102 exec 100 /usr/bin/docker -- docker exec -it web sh -c 'cat /run/secrets/key' => mini-swe-agent tool 102
8 fork 200
200 exec 8 /usr/bin/runc uid=0 -- runc exec --process /tmp/p a => -
200 fork 201
201 exec 200 /bin/sh container=a -- sh -c 'cat /run/secrets/key' => mini-swe-agent tool 102 handed_over
100 fork 103
103 exec 100 /usr/bin/docker -- docker run --rm alpine wget example.com => mini-swe-agent tool 103
7 fork 300
300 exec 7 /usr/bin/containerd-shim-runc-v2 uid=0 -- containerd-shim-runc-v2 -id b => -
300 fork 301
301 exec 300 /bin/busybox container=b -- wget example.com => mini-swe-agent tool 103 handed_over
100 fork 104
104 exec 100 /usr/bin/docker -- docker run -d redis => mini-swe-agent tool 104
7 fork 400
400 exec 7 /usr/bin/containerd-shim-runc-v2 uid=0 -- containerd-shim-runc-v2 -id c => -
400 fork 401
401 exec 400 /usr/bin/runc uid=0 -- runc create c => -
400 fork 402
402 exec 400 /usr/local/bin/redis-server container=c -- redis-server => mini-swe-agent tool 104 handed_over
8 fork 210
210 exec 8 /bin/ls container=a -- ls => -

story an agent that an agent starts through a daemon is a session below it
10 exec 1 /usr/bin/tmux tty polled -- tmux => -
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 -- claude
100 fork 102
102 exec 100 /usr/bin/tmux -- tmux new -d codex exec hi => claude-code tool 102
10 fork 200
200 exec 10 /usr/bin/codex -- codex exec hi => codex-cli own
expect sessions claude-code@100 codex-cli@200<100
expect orders adopt=100:new adopt=200:new

story names: a connection gets the name that was answered
100 answer pypi.org 151.101.0.223
100 connect 151.101.0.223:443
expect host pypi.org

story a request that is polled twice is one request
1 exec 0 /usr/lib/systemd/systemd polled uid=0 -- systemd => -
100 exec 50 /usr/bin/python3 polled -- python /usr/local/bin/mini
102 exec 100 /usr/bin/systemd-run polled -- systemd-run sleep 1000 => mini-swe-agent tool 102
102 exec 100 /usr/bin/systemd-run polled -- systemd-run sleep 1000 => mini-swe-agent tool 102
1 fork 200
200 exec 1 /usr/bin/sleep -- /usr/bin/sleep 1000 => mini-swe-agent tool 102 handed_over
1 fork 201
201 exec 1 /usr/bin/sleep -- /usr/bin/sleep 1000 => -

story tmux: a server that an agent's command started; a person opens a window in it, then the agent does
100 exec 50 /home/alice/.local/share/claude/versions/2.1.3 label=7 -- claude => claude-code own
100 fork 101
101 exec 100 /usr/bin/tmux label=7 -- tmux new-session -d -s a 'make watch' => claude-code tool 101
101 fork 102
102 fork 103
103 exec 102 /bin/sh label=7 -- sh -c 'make watch' => claude-code tool 101
60 exec 1 /usr/bin/tmux tty -- tmux new-window 'vim notes.txt' => -
102 fork 61
61 exec 102 /bin/sh label=7 -- sh -c 'vim notes.txt' => -
61 fork 62
62 exec 61 /usr/bin/vim -- vim notes.txt => -
100 fork 104
104 exec 100 /usr/bin/tmux label=7 -- tmux new-window 'make test' => claude-code tool 104
102 fork 105
105 exec 102 /bin/sh label=7 -- sh -c 'make test' => claude-code tool
# Nobody but the agent asks for this: it stays the agent's, by whatever client it came.
102 fork 106
106 exec 102 /bin/sh label=7 -- sh -c 'curl example.com' => claude-code tool
# A person's request does not take away what a session asked for in the same words.
63 exec 1 /usr/bin/tmux tty -- tmux new-window 'make all' => -
100 fork 107
107 exec 100 /usr/bin/tmux label=7 -- tmux new-window 'make all' => claude-code tool 107
102 fork 108
108 exec 102 /bin/sh label=7 -- sh -c 'make all' => claude-code tool
102 fork 109
109 exec 102 /bin/sh label=7 -- sh -c 'make all' => -
