# Agents that no signature names: each must be found, once, at the right root.

story a Python loop with a shell tool
50 exec 1 /bin/bash tty polled -- -bash => -
100 exec 50 /usr/bin/python3.11 tty -- python3 loop.py => -
100 dns api.openai.com => -
100 hello api.openai.com at=104.18.6.192:443 => -
100 fork 101
101 exec 100 /bin/sh tty -- sh -c 'ls -la' => undeclared tool 101 behaviour
100 open /etc/hosts => undeclared own behaviour
101 exit
100 fork 102
102 exec 100 /bin/sh tty -- sh -c 'cat notes.txt' => undeclared tool 102 behaviour
50 open /etc/passwd => -
expect undeclared 100
expect sessions undeclared@100
expect orders adopt=100:new adopt=100:new clear=new

story who asks a model is looked at while it may be an agent, and no longer
100 exec 50 /usr/bin/python3.11 -- python3 summary.py
100 hello api.openai.com
100 fork 101
101 exec 100 /usr/bin/python3.11 label=9223372036854775809 -- python3 summary.py
101 exit
100 exit
expect orders adopt=100:new clear=new

story a renamed codex: a native program that runs a login shell
50 exec 1 /bin/bash tty polled -- -bash
100 exec 50 /home/alice/bin/foo tty -- ./foo
100 hello chatgpt.com
100 fork 101
101 exec 100 /bin/bash -- bash -lc 'rg TODO' => undeclared tool 101
expect undeclared 100

story a renamed agent in /tmp that calls programs without a shell
100 exec 50 /tmp/.x/updater -- ./updater
100 connect 104.18.6.192:443 host=api.anthropic.com
100 fork 101
101 exec 100 /usr/bin/find -- find / -name '*.pem'
100 fork 102
102 exec 100 /usr/bin/tar -- tar czf /tmp/o.tgz /home/alice/.ssh => undeclared tool 102
expect undeclared 100

story a Node loop with child_process.exec
100 exec 50 /usr/bin/node -- node agent.mjs
100 hello openrouter.ai
100 fork 101
101 exec 100 /bin/sh -- /bin/sh -c 'npm test' => undeclared tool 101
101 fork 102
102 exec 101 /usr/bin/node -- node /usr/bin/npm test => undeclared tool 101
expect undeclared 100

story a Go program
100 exec 50 /home/alice/go/bin/helper -- helper 'fix the build'
100 hello api.deepseek.com
100 fork 101
101 exec 100 /usr/bin/bash -- bash -c 'go build ./...' => undeclared tool 101
expect undeclared 100

story a bash loop with curl and eval
50 exec 1 /bin/bash tty polled -- -bash
100 exec 50 /bin/bash tty -- bash ./agent.sh
100 fork 101
101 fork 102
102 exec 101 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions -d @-
102 hello api.openai.com
102 exit
101 fork 103
103 exec 101 /usr/bin/jq tty -- jq -r .choices
103 exit
101 exit
100 fork 104
104 exec 100 /usr/bin/ls tty -- ls -la => -
104 exit
100 fork 105
105 exec 100 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions -d @-
105 hello api.openai.com
105 exit
100 fork 106
106 exec 100 /usr/bin/make tty -- make test => -
106 exit
100 fork 107
107 exec 100 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions -d @-
107 hello api.openai.com => undeclared own
107 exit
100 fork 108
108 exec 100 /usr/bin/find tty -- find . => undeclared tool 108
expect undeclared 100

story a bash loop that pipes the answer into a shell
100 exec 50 /bin/bash -- bash ./auto.sh
100 fork 101
101 exec 100 /usr/bin/curl -- curl https://api.mistral.ai/v1/chat/completions
101 hello api.mistral.ai
101 exit
100 fork 102
102 exec 100 /bin/bash -- bash -c 'pip install x && python run.py'
102 exit
100 fork 103
103 exec 100 /usr/bin/curl -- curl https://api.mistral.ai/v1/chat/completions
103 hello api.mistral.ai => undeclared own
expect undeclared 100

story a Python loop that calls curl through a shell
100 exec 50 /usr/bin/python3 -- python3 tiny.py
100 fork 101
101 exec 100 /bin/sh -- sh -c 'curl -s https://api.groq.com/openai/v1/chat/completions -d @body'
101 fork 102
102 exec 101 /usr/bin/curl -- curl -s https://api.groq.com/openai/v1/chat/completions -d @body
102 hello api.groq.com
102 exit
101 exit
100 fork 103
103 exec 100 /bin/sh -- sh -c 'python3 -m pytest'
103 exit
100 fork 104
104 exec 100 /bin/sh -- sh -c 'curl -s https://api.groq.com/openai/v1/chat/completions -d @body'
104 fork 105
105 exec 104 /usr/bin/curl -- curl -s https://api.groq.com/openai/v1/chat/completions -d @body
105 hello api.groq.com => undeclared own
expect undeclared 100

story an agent that only edits files
100 exec 50 /usr/bin/python3 -- python3 edit.py
100 hello api.anthropic.com
100 modify /home/alice/project/src/main.c
100 write /home/alice/project/src/main.c
100 modify /home/alice/project/src/util.c => undeclared own
expect undeclared 100

story through the company's own gateway, by name
gateway llm.corp.example
100 exec 50 /usr/bin/python3 -- python3 worker.py
100 hello llm.corp.example
100 fork 101
101 exec 100 /bin/sh -- sh -c 'kubectl delete pod x' => undeclared tool 101
expect undeclared 100

story through the company's own gateway, by address
gateway 10.1.2.3:4000
100 exec 50 /srv/bot/bot -- bot
100 connect 10.1.2.3:4000
100 fork 101
101 exec 100 /bin/bash -- bash -c 'terraform apply' => undeclared tool 101
expect undeclared 100

story a model on this host
20 exec 1 /usr/local/bin/ollama -- ollama serve => ollama own
100 exec 50 /usr/bin/python3 -- python3 local.py
100 connect 127.0.0.1:11434
100 fork 101
101 exec 100 /bin/sh -- sh -c 'rm -rf build' => undeclared tool 101
expect undeclared 100

story a model server of ours on another port
20 exec 1 /usr/bin/python3 -- python3 -m vllm.entrypoints.openai.api_server => vllm own
20 listen 0.0.0.0:9123
100 exec 50 /usr/bin/python3 -- python3 local.py
100 connect 127.0.0.1:9123
100 fork 101
101 exec 100 /bin/sh -- sh -c 'rm -rf build' => undeclared tool 101
expect undeclared 100
expect orders adopt=20:new watch=9123 adopt=100:new adopt=100:new clear=new

story the name was learnt from DNS, the connection has only an address
100 exec 50 /opt/corp/assistant -- assistant
9 answer api.x.ai 172.66.0.1
100 connect 172.66.0.1:443
100 fork 101
101 exec 100 /bin/bash -- bash -c 'whoami; id' => undeclared tool 101
expect undeclared 100

story in a person's terminal of an editor
30 exec 1 /home/alice/.vscode-server/cli/servers/Stable-1/server/node polled -- node /home/alice/.vscode-server/cli/servers/Stable-1/server/out/bootstrap-fork --type=ptyHost --logsLevel=info => -
30 fork 31
31 exec 30 /bin/bash tty -- bash => -
31 fork 100
100 exec 31 /usr/bin/python3 tty -- python3 loop.py => -
100 hello api.openai.com
100 fork 101
101 exec 100 /bin/sh tty -- sh -c 'make deploy' => undeclared tool 101
expect undeclared 100

story children that ran before the recognition belong to it
100 exec 50 /usr/bin/python3 -- python3 swarm.py
100 hello api.openai.com
100 fork 101
101 exec 100 /usr/bin/rsync -- rsync -a src host:
101 fork 103
100 fork 102
102 exec 100 /bin/sh -- sh -c 'make' => undeclared tool 102
101 open /etc/passwd => undeclared tool 101 behaviour
103 open /etc/passwd => undeclared tool 101 behaviour
101 exit
102 exit
103 exit
100 exit
expect undeclared 100
expect ended 100
