# What a build machine and its people do all day: nobody is an agent.

story a person's curl
50 exec 1 /bin/bash tty polled -- -bash
50 fork 100
100 exec 50 /usr/bin/curl tty -- curl https://api.openai.com/v1/models
100 dns api.openai.com
100 hello api.openai.com
100 exit
50 fork 101
101 exec 50 /usr/bin/make tty -- make all
50 fork 102
102 exec 50 /usr/bin/curl tty -- curl https://api.openai.com/v1/models
102 hello api.openai.com
expect undeclared
expect sessions

story a browser
100 exec 50 /usr/lib/firefox/firefox -- firefox
100 hello chatgpt.com
100 hello api.anthropic.com
100 fork 101
101 exec 100 /usr/lib/firefox/firefox -- firefox -contentproc
100 fork 102
102 exec 100 /bin/sh -- sh -c 'xdg-mime query default text/html'
expect undeclared

story another browser opens a viewer
100 exec 50 /opt/google/chrome/chrome -- /opt/google/chrome/chrome
100 hello generativelanguage.googleapis.com
100 fork 101
101 exec 100 /usr/bin/evince -- evince x.pdf
100 fork 102
102 exec 100 /usr/bin/gimp -- gimp x.png
expect undeclared

story a compile
100 exec 50 /usr/bin/make -- make -j8
100 fork 101
101 exec 100 /bin/sh -- sh -c 'gcc -c a.c'
101 exec 100 /usr/bin/gcc -- gcc -c a.c
101 fork 102
102 exec 101 /usr/lib/gcc/x86_64-linux-gnu/12/cc1 -- cc1 a.c
100 fork 103
103 exec 100 /usr/bin/ld -- ld -o a a.o
expect undeclared

story cargo with build scripts and downloads
100 exec 50 /home/alice/.cargo/bin/cargo -- cargo build
100 hello index.crates.io
100 fork 101
101 exec 100 /home/alice/.rustup/toolchains/stable/bin/rustc -- rustc --crate-name x
100 fork 102
102 exec 100 /home/alice/project/target/debug/build/x/build-script-build -- build-script-build
expect undeclared

story npm install with scripts
100 exec 50 /usr/bin/node -- node /usr/bin/npm ci
100 hello registry.npmjs.org
100 fork 101
101 exec 100 /bin/sh -- sh -c 'node install.js'
101 fork 102
102 exec 101 /usr/bin/node -- node install.js
expect undeclared

story pip installs the openai package
100 exec 50 /usr/bin/python3 -- python3 -m pip install openai
100 hello pypi.org
100 fork 101
101 exec 100 /usr/bin/gcc -- gcc -c x.c
expect undeclared

story a package manager behind a proxy that is a model host too
100 exec 50 /usr/bin/python3 -- python3 /usr/bin/pip install x
100 hello openrouter.ai
100 fork 101
101 exec 100 /bin/sh -- sh -c 'gcc -c x.c'
expect undeclared

story git asks its helper
100 exec 50 /usr/bin/git -- git clone https://github.com/x/y
100 fork 101
101 exec 100 /usr/lib/git-core/git-remote-https -- git-remote-https origin https://github.com/x/y
101 hello github.com
100 fork 102
102 exec 100 /bin/sh -- sh -c 'git-lfs filter-process'
expect undeclared

story docker builds an image
100 exec 50 /usr/bin/docker -- docker build .
100 hello registry-1.docker.io
100 fork 101
101 exec 100 /usr/libexec/docker/cli-plugins/docker-buildx -- docker-buildx build .
expect undeclared

story a plain chat client keeps its history
100 exec 50 /usr/bin/python3 tty -- python3 /home/alice/.local/bin/llm chat
100 hello api.openai.com
100 create /home/alice/.config/io.datasette.llm/logs.db
100 write /home/alice/.config/io.datasette.llm/logs.db
100 fork 101
101 exec 100 /usr/bin/less tty -- less
100 hello api.openai.com
100 write /home/alice/.llm_history
expect undeclared

story a chat client asks the terminal its size and copies the answer
100 exec 50 /usr/bin/node tty -- node /home/alice/bin/chat.js
100 hello api.anthropic.com
100 fork 101
101 exec 100 /bin/sh tty -- sh -c 'tput cols'
100 hello api.anthropic.com
100 fork 102
102 exec 100 /usr/bin/xclip tty -- xclip -selection clipboard
expect undeclared

story a script that asks once and prints
100 exec 50 /bin/bash tty -- bash ask.sh 'why is the sky blue'
100 fork 101
101 exec 100 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
101 hello api.openai.com
100 fork 102
102 exec 100 /usr/bin/jq tty -- jq -r .x
100 fork 103
103 exec 100 /usr/bin/fold tty -- fold -s
expect undeclared

story a chat script that asks again and again
100 exec 50 /bin/bash tty -- bash chat.sh
100 fork 101
101 exec 100 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
101 hello api.openai.com
100 fork 102
102 exec 100 /usr/bin/jq tty -- jq -r .x
100 fork 103
103 exec 100 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
103 hello api.openai.com
100 fork 104
104 exec 100 /usr/bin/jq tty -- jq -r .x
100 fork 105
105 exec 100 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
105 hello api.openai.com
expect undeclared

story a release step asks for notes, then builds
100 exec 50 /bin/bash -- bash -e /tmp/step7.sh
100 fork 101
101 exec 100 /usr/bin/curl -- curl -s https://api.openai.com/v1/chat/completions
101 hello api.openai.com
100 fork 102
102 exec 100 /usr/bin/make -- make dist
100 fork 103
103 exec 100 /usr/bin/docker -- docker push x
expect undeclared

story a CI runner runs steps, one of which asks a model
100 exec 1 /opt/runner/bin/Runner.Worker -- Runner.Worker spawnclient
100 hello pipelines.actions.githubusercontent.com
100 fork 101
101 exec 100 /usr/bin/bash -- bash -e /tmp/step1.sh
101 fork 102
102 exec 101 /usr/bin/make -- make
101 exit
100 fork 103
103 exec 100 /usr/bin/bash -- bash -e /tmp/step2.sh
103 fork 104
104 exec 103 /usr/bin/curl -- curl https://api.anthropic.com/v1/messages
104 hello api.anthropic.com
103 exit
100 fork 105
105 exec 100 /usr/bin/bash -- bash -e /tmp/step3.sh
105 fork 106
106 exec 105 /usr/bin/cargo -- cargo test
expect undeclared

story make recipes with a model call among them
100 exec 50 /usr/bin/make tty -- make docs
100 fork 101
101 exec 100 /bin/sh tty -- sh -c 'curl -s https://api.openai.com/v1/chat/completions > notes.md'
101 fork 102
102 exec 101 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
102 hello api.openai.com
100 fork 103
103 exec 100 /bin/sh tty -- sh -c 'pandoc notes.md'
100 fork 104
104 exec 100 /bin/sh tty -- sh -c 'curl -s https://api.openai.com/v1/chat/completions > more.md'
104 fork 105
105 exec 104 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
105 hello api.openai.com
expect undeclared

story a commit-message helper
100 exec 50 /usr/bin/node tty -- node /usr/local/bin/aicommits
100 fork 101
101 exec 100 /usr/bin/git tty -- git diff --cached
100 hello api.openai.com
100 fork 102
102 exec 100 /usr/bin/git tty -- git commit -m x
expect undeclared

story a batch job writes its results
100 exec 50 /usr/bin/python3 -- python3 translate.py
100 hello api.openai.com
100 create /home/alice/out/1.txt
100 hello api.openai.com
100 create /home/alice/out/2.txt
100 create /home/alice/out/3.txt
100 create /home/alice/out/4.txt
expect undeclared

story a web service with workers
100 exec 1 /usr/bin/python3 -- python3 /srv/venv/bin/gunicorn app:app
100 fork 101
100 fork 102
101 hello api.openai.com
101 write /var/log/app/access.log
102 hello api.openai.com
102 create /tmp/upload.bin
expect undeclared

story multiprocessing of an embedding job
100 exec 50 /usr/bin/python3 -- python3 embed.py
100 hello api.cohere.com
100 fork 101
101 exec 100 /usr/bin/python3 -- python3 -c 'from multiprocessing.spawn import spawn_main; spawn_main()'
100 fork 102
102 exec 100 /usr/bin/python3 -- python3 -c 'from multiprocessing.resource_tracker import main; main(5)'
expect undeclared

story a person's notebook
100 exec 50 /usr/bin/python3 -- python3 -m ipykernel_launcher -f kernel.json
100 hello api.openai.com
100 fork 101
101 exec 100 /bin/sh -- sh -c 'make data'
expect undeclared

story a person's Python prompt
100 exec 50 /usr/bin/python3 tty -- python3
100 hello api.openai.com
100 fork 101
101 exec 100 /bin/sh tty -- sh -c 'make data'
expect undeclared

story the resolver asks for everybody
100 exec 1 /usr/lib/systemd/systemd-resolved -- systemd-resolved
100 dns api.openai.com
100 dns api.anthropic.com
expect undeclared

story a reverse proxy in front of models reloads itself
100 exec 1 /usr/sbin/nginx -- nginx -g 'daemon off;'
100 hello api.openai.com
100 fork 101
101 exec 100 /bin/sh -- sh -c 'logrotate now'
expect undeclared

story a declared agent's tools ask models themselves
100 exec 50 /usr/bin/python3 -- python /usr/local/bin/mini => mini-swe-agent own
100 fork 101
101 exec 100 /bin/sh -- sh -c 'python3 loop.py'
101 fork 102
102 exec 101 /usr/bin/python3 -- python3 loop.py => mini-swe-agent tool 101
102 hello api.openai.com
102 fork 103
103 exec 102 /bin/sh -- sh -c make => mini-swe-agent tool 101
expect undeclared
expect sessions mini-swe-agent@100

story a test suite that mocks the model
100 exec 50 /usr/bin/python3 -- python3 -m pytest
100 connect 127.0.0.1:38123
100 fork 101
101 exec 100 /bin/sh -- sh -c 'echo hi'
100 fork 102
102 exec 100 /usr/bin/python3 -- python3 tool.py
expect undeclared

story an hour after its only question a service runs its backup
100 exec 50 /usr/bin/python3 -- python3 service.py
100 hello api.openai.com
wait 7200
100 fork 101
101 exec 100 /bin/sh -- sh -c '/usr/local/bin/backup'
expect undeclared

story a chat client in Python that calls curl through a shell
100 exec 50 /usr/bin/python3 tty -- python3 chat.py
100 fork 101
101 exec 100 /bin/sh tty -- sh -c 'curl -s https://api.openai.com/v1/chat/completions'
101 fork 102
102 exec 101 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
102 hello api.openai.com
100 fork 103
103 exec 100 /bin/sh tty -- sh -c 'curl -s https://api.openai.com/v1/chat/completions'
103 fork 104
104 exec 103 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
104 hello api.openai.com
100 fork 105
105 exec 100 /bin/sh tty -- sh -c 'curl -s https://api.openai.com/v1/chat/completions'
105 fork 106
106 exec 105 /usr/bin/curl tty -- curl -s https://api.openai.com/v1/chat/completions
106 hello api.openai.com
expect undeclared

story a service that asked a model two hours ago changes its files
100 exec 50 /usr/bin/python3 -- python3 service.py
100 hello api.openai.com
wait 7200
100 modify /srv/data/a.json
100 modify /srv/data/b.json
100 modify /srv/data/c.json
expect undeclared
