# People's terminals and agents' tools in one editor.

story VS Code server: extension host is the editor's session, a person's terminal is nobody's
20 exec 1 /home/alice/.vscode-server/cli/servers/Stable-1/server/node -- node /home/alice/.vscode-server/cli/servers/Stable-1/server/out/server-main.js => -
20 fork 30
30 exec 20 /home/alice/.vscode-server/cli/servers/Stable-1/server/node -- node /home/alice/.vscode-server/cli/servers/Stable-1/server/out/bootstrap-fork --type=ptyHost --logsLevel=info => -
20 fork 40
40 exec 20 /home/alice/.vscode-server/cli/servers/Stable-1/server/node -- node /home/alice/.vscode-server/cli/servers/Stable-1/server/out/bootstrap-fork --type=extensionHost --transformURIs => vscode own
30 fork 31
31 exec 30 /bin/bash tty -- /bin/bash --init-file shellIntegration-bash.sh => -
31 fork 32
32 exec 31 /usr/bin/make tty -- make => -
40 fork 41
41 exec 40 /usr/bin/python3 -- python3 /home/alice/.vscode-server/extensions/ms-python/server.py => vscode tool 41
40 fork 42
42 exec 40 /bin/sh -- sh -c 'npm test' => vscode tool 42
expect sessions vscode@40

story VS Code server: a terminal that Cline opened is Cline's
fact variable 31 CLINE_ACTIVE true
fact variable 33 CLINE_ACTIVE true
30 exec 1 /home/alice/.vscode-server/cli/servers/Stable-1/server/node polled -- node /home/alice/.vscode-server/cli/servers/Stable-1/server/out/bootstrap-fork --type=ptyHost => -
30 fork 31
31 exec 30 /bin/bash tty -- /bin/bash => cline tool 31 handed_over
31 fork 32
32 exec 31 /usr/bin/npm tty -- npm test => cline tool 31
30 fork 33
33 exec 30 /bin/bash tty -- /bin/bash => cline tool 33 handed_over
30 fork 34
34 exec 30 /bin/bash tty -- /bin/bash => -
34 fork 35
35 exec 34 /usr/bin/npm tty -- npm test => -
expect sessions cline@31

story VS Code on the desktop: the entry point tells the hosts apart, and children inherit it harmlessly
20 exec 1 /usr/share/code/code -- code => -
20 fork 30
30 exec 20 /usr/share/code/code env=VSCODE_ESM_ENTRYPOINT=vs/platform/terminal/node/ptyHostMain -- code --type=utility --utility-sub-type=node.mojom.NodeService => -
20 fork 40
40 exec 20 /usr/share/code/code env=VSCODE_ESM_ENTRYPOINT=vs/workbench/api/node/extensionHostProcess -- code --type=utility --utility-sub-type=node.mojom.NodeService => vscode own
30 fork 31
31 exec 30 /usr/bin/zsh tty env=VSCODE_ESM_ENTRYPOINT=vs/platform/terminal/node/ptyHostMain -- zsh => -
30 fork 32
32 exec 30 /usr/bin/zsh tty env=ROO_ACTIVE=true -- zsh => roo-code tool 32
40 fork 41
41 exec 40 /usr/share/code/code env=VSCODE_ESM_ENTRYPOINT=vs/workbench/api/node/extensionHostProcess -- code server.js --stdio => vscode own
40 fork 43
43 exec 40 /usr/bin/git -- git status => vscode tool 43

story an agent that a person starts in the editor's terminal is a session of its own
30 exec 1 /home/alice/.vscode-server/bin/x/node polled -- node /home/alice/.vscode-server/bin/x/out/bootstrap-fork --type=ptyHost => -
30 fork 31
31 exec 30 /bin/bash tty -- bash => -
31 fork 32
32 exec 31 /home/alice/.local/share/claude/versions/2.1.3 tty -- claude => claude-code own
32 fork 33
33 exec 32 /bin/bash -- bash -c ls => claude-code tool 33
31 open /etc/passwd => -
expect sessions claude-code@32

story the native agent of an extension is a session below the editor's
40 exec 20 /home/alice/.vscode-server/bin/x/node -- node /home/alice/.vscode-server/bin/x/out/bootstrap-fork --type=extensionHost => vscode own
40 fork 41
41 exec 40 /home/alice/.vscode-server/extensions/anthropic.claude-code-2.1.3-linux-x64/resources/native-binary/claude -- claude --output-format stream-json => claude-code own
41 fork 42
42 exec 41 /bin/bash -- bash -c ls => claude-code tool 42
expect sessions vscode@40 claude-code@41<40

story Cursor's server
40 exec 20 /home/alice/.cursor-server/cli/servers/Stable-1/server/node -- node /home/alice/.cursor-server/cli/servers/Stable-1/server/out/bootstrap-fork --type=extensionHost => cursor own
30 exec 20 /home/alice/.cursor-server/cli/servers/Stable-1/server/node -- node /home/alice/.cursor-server/cli/servers/Stable-1/server/out/bootstrap-fork --type=ptyHost => -
30 fork 31
31 exec 30 /bin/bash tty -- bash => -
40 fork 41
41 exec 40 /bin/bash -- bash -c 'npm run build' => cursor tool 41
fact variable 32 CURSOR_AGENT 1
30 fork 32
32 exec 30 /bin/bash tty -- bash => cursor-agent tool 32

story JetBrains: one process, a person's terminal by its marks, the rest the IDE's
20 exec 1 /opt/idea-IU-243/bin/idea label=6 -- idea => jetbrains own
20 fork 21
21 exec 20 /bin/bash tty label=6 env=TERMINAL_EMULATOR=JetBrains-JediTerm -- /bin/bash --rcfile x -i => -
21 fork 22
22 exec 21 /usr/bin/make tty -- make => -
21 open /etc/passwd label=6 => -
20 fork 23
23 exec 20 /bin/bash label=6 -- bash -c './gradlew test' => jetbrains tool 23
20 fork 24
24 exec 20 /opt/idea-IU-243/bin/fsnotifier label=6 -- fsnotifier => jetbrains own
20 fork 25
25 exec 20 /bin/zsh tty label=6 -- zsh -l => -
expect sessions jetbrains@20
expect orders confirm=6 release=21 release=25

story Zed: an interactive shell on a terminal is a person's, a command is the agent's
20 exec 1 /home/alice/.local/zed.app/libexec/zed-editor -- zed-editor . => zed own
20 fork 21
21 exec 20 /usr/bin/zsh tty -- zsh -l => -
21 fork 22
22 exec 21 /usr/bin/cargo tty -- cargo test => -
20 fork 23
23 exec 20 /usr/bin/zsh tty -- zsh -i -c 'cargo test' => zed tool 23
