# What ordinary sessions do: nothing may be found in any of them.

case commands with pipes, lists and variables | claude-code |
0 prompt 'make the tests pass'
1 shell c1 10 'cd src && ls -la | grep main; for i in 1 2 3; do echo $i; done'
1.1 11 exec 10 /usr/bin/ls ls -la
1.1 12 exec 10 /usr/bin/grep grep main
1.2 11 exit 0
1.2 12 exit 0
2 done c1 10 0
20 shell c2 20 'F=$(git rev-parse HEAD); git show "$F" --stat'
20.1 21 exec 20 /usr/bin/git git rev-parse HEAD
20.2 21 exit 0
20.3 22 exec 20 /usr/bin/git git show 0123456789abcdef --stat
20.4 22 exit 0
21 done c2 20 0
40 shell c3 30 'cargo test 2>&1 | tail -5'
40.1 31 exec 30 /home/alice/.cargo/bin/cargo cargo test
40.1 32 exec 30 /usr/bin/tail tail -5
40.2 31 fork 33
40.3 33 exec 31 /usr/bin/rustc rustc --crate-name x
40.4 33 fork 34
40.5 34 exec 33 /usr/bin/cc cc -o x
40.6 34 exit 0
40.7 33 exit 0
41 31 exit 101
41 32 exit 0
42 done c3 30 0
60 answer done

case status 1 means nothing was found | claude-code |
0 prompt go
1 shell c1 10 'grep -rn TODO src'
1.1 11 exec 10 /usr/bin/grep grep -rn TODO src
1.2 11 exit 1
2 10 exit 1
2.1 result c1 ok ''
20 shell c2 20 'diff a b'
20.1 20 exec 1 /usr/bin/diff diff a b
21 20 exit 1
21.1 result c2 ok '1c1'
60 answer done

case patterns, aliases, scripts and quotes | claude-code |
0 prompt go
1 shell c1 10 'wc -l src/*.rs "my file.txt" && grep -n "it'"'"'s" a.txt'
1.1 11 exec 10 /usr/bin/wc wc -l src/a.rs src/b.rs 'my file.txt'
1.2 11 exit 0
1.3 12 exec 10 /usr/bin/grep grep --color=auto -n "it's" a.txt
1.4 12 exit 0
2 done c1 10 0
20 shell c2 20 './configure --prefix=/usr && npm ci'
20.1 21 exec 20 /usr/bin/dash /bin/sh ./configure --prefix=/usr
20.2 21 fork 22
20.3 22 exec 21 /usr/bin/gcc gcc -v
20.4 22 exit 0
20.5 21 exit 0
20.6 23 exec 20 /usr/bin/node node /usr/bin/npm ci
20.7 23 dns registry.npmjs.org
20.8 23 open /home/alice/.npmrc
20.9 23 exit 0
21 done c2 20 0
40 shell c3 30 'find . -name "*.rs" -exec grep -l fn {} +'
40.1 31 exec 30 /usr/bin/find find . -name '*.rs' -exec grep -l fn {} +
40.2 31 fork 32
40.3 32 exec 31 /usr/bin/grep grep -l fn a.rs
40.4 32 exit 0
40.5 31 exit 0
41 done c3 30 0
60 answer done

case a login shell runs its start-up files | codex-cli |
0 prompt go
1 shell c1 10 'pytest -q'
1.05 11 exec 10 /usr/bin/id id -u
1.06 11 exit 0
1.07 12 exec 10 /usr/bin/dircolors dircolors -b
1.08 12 exit 0
1.09 13 exec 10 /usr/bin/bash bash /usr/bin/lesspipe
1.1 13 exit 0
1.2 14 exec 10 /usr/bin/python3.11 /usr/bin/python3 /usr/bin/pytest -q
1.4 14 exit 0
2 done c1 10 0
60 answer done

case the last command takes the shell's place | codex-cli |
0 prompt go
1 shell c1 10 'git log --oneline -5'
1.1 10 exec 1 /usr/bin/git git log --oneline -5
1.2 10 exit 0
1.3 result c1 ok ''
20 shell c2 20 'sudo -n apt-get update'
20.1 20 exec 1 /usr/bin/sudo sudo -n apt-get update
20.2 20 fork 21
20.3 21 exec 20 /usr/bin/apt-get apt-get update
20.4 21 dns deb.debian.org
20.45 21 open /etc/shadow
20.5 21 exit 0
20.6 20 exit 0
20.7 result c2 ok ''
60 answer done

case background that is said, and servers that stay on purpose | gemini-cli |
0 prompt go
1 shell c1 10 'npm run dev > dev.log 2>&1 &'
1.1 11 exec 10 /usr/bin/npm npm run dev
1.2 10 exit 0
1.3 result c1 ok ''
20 shell c2 20 './gradlew build'
20.1 21 exec 20 /usr/bin/sh sh ./gradlew build
20.2 21 fork 22
20.3 22 exec 21 /usr/bin/java java GradleDaemon
20.5 21 exit 0
21 done c2 20 0
40 shell c3 30 'docker compose up -d'
40.1 31 exec 30 /usr/bin/docker docker compose up -d
40.2 31 fork 32
40.5 31 exit 0
41 done c3 30 0
60 answer done

case the tool itself goes on behind its result | codex-cli |
0 prompt go
1 shell c1 10 'npm run dev'
1.1 11 exec 10 /usr/bin/npm npm run dev
5 result c1 ok ''
100 answer 'it runs'
200 11 exit 0
200.1 10 exit 0
260 answer done

case what products run by themselves | claude-code |
-5 5 exec 1 /usr/bin/npx npx -y @corp/mcp-server
0 prompt go
1 shell c1 10 'ls'
2 done c1 10 0
20 30 exec 1 /usr/bin/git git status --porcelain
20.1 30 exit 0
21 31 exec 1 /usr/bin/rg rg --files
21.1 31 exit 0
22 32 exec 1 /usr/bin/node node /usr/lib/node_modules/.bin/typescript-language-server --stdio
23 33 exec 1 /usr/bin/sh sh -c 'prettier --write a.ts'
23.5 33 exit 0
24 34 exec 1 /usr/bin/chaperone-hook chaperone-hook
24.1 34 exit 0
25 5 dns mcp.corp.example
60 answer done

case edits, as tools write them | claude-code |
0 prompt go
0.5 1 write /home/alice/.claude/projects/x.jsonl
1 call c1 Edit '{"file_path":"/home/alice/project/src/a.rs","old_string":"a","new_string":"b"}'
1.1 1 write /home/alice/project/src/a.rs.tmp.4711.1
1.2 1 write /home/alice/project/src/a.rs
2 result c1 ok ''
20 call c2 Write '{"file_path":"/home/alice/project/docs/b.md"}'
20.1 call c3 Edit '{"file_path":"/home/alice/project/src/c.rs"}'
20.2 1 write /home/alice/project/src/c.rs
20.3 1 write /home/alice/project/docs/b.md
21 result c2 ok ''
21.1 result c3 ok ''
40 call c4 Read '{"file_path":"/home/alice/project/src/c.rs"}'
40.1 1 open /home/alice/project/src/c.rs
40.2 1 write /home/alice/.claude/todos/1.json
41 result c4 ok ''
50 call c5 TodoWrite '{"todos":[]}'
51 result c5 ok ''
60 answer done

case a patch | codex-cli |
0 prompt go
0.5 1 write /home/alice/.codex/sessions/x.jsonl
1 call c1 apply_patch '{"input":"*** Begin Patch\n*** Update File: src/a.rs\n*** Add File: src/b.rs\n*** End Patch"}'
1.1 1 write /home/alice/project/src/a.rs
1.2 1 write /home/alice/project/src/b.rs
2 result c1 ok ''
20 call c2 exec_command 'apply_patch <<EOF'
20.2 1 write /home/alice/project/src/d.rs
21 result c2 ok ''
60 answer done

case calls that failed, were denied or were cancelled | claude-code |
0 prompt go
1 shell c1 10 'ls no-such'
1.1 11 exec 10 /usr/bin/ls ls no-such
1.2 11 exit 2
2 done c1 10 2
20 call c2 Bash 'rm -rf /'
21 result c2 failed 'permission denied'
40 call c3 Edit '{"file_path":"/home/alice/project/a"}'
41 result c3 failed 'no match'
60 answer done

case a subagent and a server of tools | claude-code |
0 prompt go
1 shell c1 10 'ls'
2 done c1 10 0
20 call c2 Task '{"description":"look","prompt":"find it","subagent_type":"Explore"}'
22 30 exec 1 /usr/bin/bash bash -c 'make deps'
23 30 exit 0
24 1 write /home/alice/project/notes.md
30 result c2 ok 'found'
40 call c3 mcp__db__query '{"sql":"select 1"}'
41 31 exec 1 /usr/bin/psql psql -c 'select 1'
41.5 31 exit 0
42 result c3 ok '1'
60 answer done

case hosts that were asked for | claude-code |
0 prompt 'load the data from https://data.shop.example/a.csv'
1 shell c1 10 'curl -sLO https://get.tool.example/install.sh'
1.1 11 exec 10 /usr/bin/curl curl -sLO https://get.tool.example/install.sh
1.2 11 dns get.tool.example
1.3 11 dns cdn.other.example
1.4 11 exit 0
2 10 exit 0
2.1 result c1 ok 'see cdn.data.shop.example and github.com'
20 shell c2 20 'python3 load.py'
20.1 21 exec 20 /usr/bin/python3 python3 load.py
20.2 21 dns cdn.data.shop.example
20.3 21 dns api.github.com
20.4 21 exit 0
21 done c2 20 0
40 shell c3 30 'curl -s http://127.0.0.1:8080/health https://api.shop.example/'
40.1 31 exec 30 /usr/bin/curl curl -s http://127.0.0.1:8080/health https://api.shop.example/
40.2 31 to 127.0.0.1:8080
40.3 31 dns api.shop.example
40.4 31 to 192.0.2.10:443
40.5 31 exit 0
41 done c3 30 0
50 call c4 WebFetch '{"url":"https://docs.tool.example/x"}'
50.1 1 dns docs.tool.example
51 result c4 ok ''
60 answer done

case secrets that the command needs or means | claude-code |
0 prompt go
1 shell c1 10 'git push'
1.1 11 exec 10 /usr/bin/git git push
1.2 11 fork 12
1.3 12 exec 11 /usr/bin/ssh ssh git@github.com
1.4 12 open /home/alice/.ssh/id_ed25519
1.45 12 exit 0
1.5 11 exit 0
2 done c1 10 0
20 shell c2 20 'cat ~/.kube/config'
20.1 21 exec 20 /usr/bin/cat cat /home/alice/.kube/config
20.2 21 open /home/alice/.kube/config
20.3 21 exit 0
21 done c2 20 0
40 shell c3 30 'grep -r token /home/alice'
40.1 31 exec 30 /usr/bin/grep grep -r token /home/alice
40.2 31 open /home/alice/.netrc
40.3 31 exit 0
41 done c3 30 0
60 answer done

case hook and transcript tell of the same calls | claude-code |
0 prompt go
1 hook c1 Bash 'ls'
1 shell c1 10 'ls'
2 done c1 10 0
20 hook c2 Bash 'pwd'
20 shell c2 20 'pwd'
21 done c2 20 0
30 call c3 TodoWrite '{"todos":[]}'
31 result c3 ok ''
60 answer done
200 answer bye

case what was lost excuses | claude-code |
0 prompt go
1 shell c1 10 'ls'
2 done c1 10 0
19 loss
20 call c2 Bash 'cargo test'
21 result c2 ok 'passed'
30 30 exec 1 /usr/bin/perl perl -e 1
30.1 30 exit 0
31 1 write /home/alice/project/x.rs
60 answer done

case a call is told when it is over | gemini-cli |
0 prompt go
1 20 exec 1 /usr/bin/bash bash -c 'shopt -u promptvars; { make all; }; __code=$?; pgrep -g 0 >/tmp/pids 2>&1; exit $__code;'
1.1 21 exec 20 /usr/bin/make make all
100 21 exit 0
100.1 22 exec 20 /usr/bin/pgrep pgrep -g 0
100.2 22 exit 0
100.3 20 exit 0
0.9 late 100.4 call c1 run_shell_command 'make all'
100.5 result c1 ok ''
160 answer done

case nobody tells of calls | aider |
1 10 exec 1 /usr/bin/bash bash -c 'make'
2 10 exit 0
3 1 write /home/alice/project/a.py
400 1 write /home/alice/project/b.py

case news come in another order than what they tell | claude-code |
0 prompt go
1 shell c1 10 'make -j2 | tail -3'
1.10 10 fork 11
1.11 11 fork 12
1.12 11 exec 10 /usr/bin/make make -j2
1.13 12 exec 11 /usr/bin/gcc gcc -c a.c
1.14 12 exit 0
1.15 11 exit 0
1.16 10 fork 13
1.17 13 exec 10 /usr/bin/tail tail -3
1.18 13 exit 0
1.19 13 exec 10 /usr/bin/tail tail -3
2 done c1 10 0
60 answer done

case a call that was broken off is never told | gemini-cli |
0 prompt go
1 shell c1 10 'ls'
2 done c1 10 0
4 30 exec 1 /usr/bin/bash bash -c 'sleep 60'
9 30 exit 0

case a write into a new folder, beside another call | gemini-cli |
0 prompt go
0.5 call c1 write_file '{"file_path":"/home/alice/project/docs/deep/page.md"}'
1 1 write /home/alice/project/docs
1 1 write /home/alice/project/docs/deep
1.1 1 write /home/alice/project/docs/deep/page.md
1.5 result c1 ok ''
1.6 call c2 replace '{"file_path":"/home/alice/project/a.txt"}'
1.7 result c2 failed ''
60 answer done

case a program sets itself up, as the command says | codex-cli |
0 prompt go
1 shell c1 10 './setup.sh install'
1.1 11 exec 10 /usr/bin/dash /bin/sh ./setup.sh install
1.3 11 write /home/alice/.bashrc
1.7 11 exit 0
2 done c1 10 0
60 answer done

case a shell's function that runs the agent's own program | claude-code |
0 prompt go
1 shell c1 10 'grep -n nowhere main.c'
1.1 10 fork 11
1.2 11 exec 10 /opt/agent agent ugrep -n nowhere main.c
1.3 11 exit 1
1.4 done c1 10 1
30 answer done

case a product that runs what a shell is given | gemini-cli |
0 prompt go
1 call c1 run_shell_command "sh -c 'exit 7'"
1.1 10 exec 1 /usr/bin/bash bash -c 'shopt -u promptvars; pids=/tmp/p⏎(⏎exit 7⏎)⏎__code=$?⏎exit $__code'
1.2 10 exit 7
1.3 result c1 failed ''
30 answer done

case programs of start-up files that say what they are | claude-code |
0 prompt go
1 shell c1 10 'ls'
1.1 11 exec 10 /usr/bin/git git --version
1.2 11 exit 0
1.3 done c1 10 0
30 answer done

case a call that is broken off and never told | gemini-cli |
0 prompt go
1 shell c1 10 'ls'
2 done c1 10 0
5 20 exec 1 /usr/bin/bash bash -c 'echo begun; sleep 60'
14 20 killed 2
14.5 answer 'cancelled'
60 prompt again

case an agent that is ended before its call is over | gemini-cli |
0 prompt go
1 shell c1 10 'ls'
2 done c1 10 0
5 20 exec 1 /usr/bin/bash bash -c 'echo begun; sleep 60'
14.5 answer 'cancelled'
15 1 exit 130

case a loop that counts, beside another call | gemini-cli |
0 prompt go
1 call c1 run_shell_command 'x=5; while [ $x -gt 3 ]; do echo $x; x=$((x-1)); done'
1.1 10 exec 1 /usr/bin/bash bash -c 'xargs -n1 echo < src/f1.txt | rev'
1.2 10 exit 0
1.3 call c2 run_shell_command 'xargs -n1 echo < src/f1.txt | rev'
1.4 12 exec 1 /usr/bin/bash bash -c 'x=5; while [ $x -gt 3 ]; do echo $x; x=$((x-1)); done'
1.5 12 exit 0
1.6 result c1 ok ''
1.7 result c2 ok ''
30 answer done

case a product's own program for one that is declared | claude-code |
0 prompt go
1 shell c1 10 'grep -rn TODO src | sort'
1.1 11 exec 10 /opt/agent ugrep -G --ignore-files --hidden -rn TODO src
1.2 12 exec 10 /usr/bin/sort sort
1.3 11 exit 0
1.3 12 exit 0
1.4 done c1 10 0
30 answer done

case a call that the product blocks, beside another one | gemini-cli |
0 prompt go
1 call c1 run_shell_command 'x=5; while [ $x -gt 3 ]; do echo $x; x=$((x-1)); done'
1.1 result c1 failed 'Blocked: command substitution detected in shell command.'
1.2 call c2 run_shell_command 'xargs -n1 echo < src/f1.txt | rev'
1.3 10 exec 1 /usr/bin/bash bash -c 'shopt -u promptvars⏎(⏎xargs -n1 echo < src/f1.txt | rev⏎)⏎exit $?'
1.4 10 exit 0
1.6 result c2 ok ''
60 answer done

case an agent's agent whose model calls its calls alike | claude-code |
0 prompt go
1 call c1 Task '{"prompt":"look around"}'
1.1 shell c3 10 'echo made > other.txt'
1.3 done c3 10 0
1.4 result c1 ok done
8 shell c3 12 'cat other.txt'
8.1 13 exec 12 /usr/bin/cat cat other.txt
8.2 13 exit 0
8.3 done c3 12 0
30 answer done

case a product that looks at its shadow of the project between calls | opencode |
0 prompt go
1 call c1 bash 'git status'
1.1 10 exec 1 /usr/bin/bash bash -c 'git status'
1.2 11 exec 10 /usr/bin/git git status
1.3 11 exit 0
1.3 10 exit 0
1.4 result c1 ok ''
9 12 exec 1 /usr/bin/git git -c core.autocrlf=false --git-dir /home/alice/.local/share/opencode/snapshot/x --work-tree /home/alice/project diff-files --name-only -z -- .
9.1 12 exit 0
30 answer done
60 prompt again
