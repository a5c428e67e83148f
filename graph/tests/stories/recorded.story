# Recorded: real agents, traced with strace while a scripted model endpoint on loopback asked for two shell
# commands (`ls -la && git status`, `sh -c 'echo hi | tee out.txt' && sleep 0.1`). Paths are made neutral, long
# arguments cut. What they start for themselves is own; each command of the model is one tool call.
# Claude Code 2.1.197, Codex CLI 0.169.0, Gemini CLI 0.61.0, mini-swe-agent 2.4.

story recorded: claude
12775 exec 1 /opt/agents/npm/node_modules/@anthropic-ai/claude-code/bin/claude.exe -- /opt/agents/npm/node_modules/.bin/claude -p hi --dangerously-skip-permissions => claude-code own
12775 fork 12781
12781 exec 12775 /usr/local/bin/git -- git -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=' -C /home/alice/w ls-files --error-unmatch -- :(icase).claude/settings.local.json => claude-code own
12781 exit
12775 fork 12782
12782 exec 12775 /usr/local/bin/git -- /usr/local/bin/git --no-optional-locks status --short => claude-code own
12775 fork 12783
12783 exec 12775 /usr/local/bin/git -- /usr/local/bin/git --no-optional-locks log --oneline -n 5 => claude-code own
12782 exit
12775 fork 12784
12784 exec 12775 /usr/local/bin/git -- /usr/local/bin/git config user.name => claude-code own
12783 exit
12784 exit
12775 fork 12786
12786 exec 12775 /opt/agents/npm/node_modules/@anthropic-ai/claude-code/bin/claude.exe -- rg --version => claude-code own
12786 exit
12775 fork 12787
12787 exec 12775 /opt/agents/npm/node_modules/@anthropic-ai/claude-code/bin/claude.exe -- rg --no-config --files --hidden --no-ignore --max-depth 4 --glob .orphaned_at /home/alice/.claude/plugins/cache => claude-code own
12787 exit
12775 fork 12788
12788 exec 12775 /opt/agents/npm/node_modules/@anthropic-ai/claude-code/bin/claude.exe -- rg --no-config --files --hidden /home/alice/w => claude-code own
12788 exit
12775 fork 12792
12792 exec 12775 /usr/local/bin/git -- /usr/local/bin/git config --get remote.origin.url => claude-code own
12775 fork 12793
12793 exec 12775 /usr/bin/dash -- /bin/sh -c 'ps aux | grep -E "code|cursor|windsurf|devin-desktop|idea|pycharm|webstorm|phpstorm|rubymine|clion|goland|rider|datagrip|dataspell|aqua|gateway|fleet|android-studio" | grep -v grep' => claude-code own
12792 exit
12793 fork 12794
12793 fork 12795
12794 exec 12793 /usr/bin/ps -- ps aux => claude-code own
12793 fork 12796
12795 exec 12793 /usr/bin/grep -- grep -E code|cursor|windsurf|devin-desktop|idea|pycharm|webstorm|phpstorm|rubymine|clion|goland|rider|datagrip|dataspell|aqua|gateway|fleet|android-studio => claude-code own
12796 exec 12793 /usr/bin/grep -- grep -v grep => claude-code own
12795 exit
12794 exit
12796 exit
12793 exit
12775 fork 12799
12799 exec 12775 /usr/bin/bash -- /bin/bash -c env => claude-code own
12799 exec 12775 /usr/bin/env -- env => claude-code own
12775 fork 12800
12800 exec 12775 /usr/bin/bash -- /bin/bash -c -l 'SNAPSHOT_FILE=/home/alice/.claude/shell-snapshots/snapshot-bash-1795229567723-jbhjyq.sh¶      # No user config file to source¶¶      # First, create/clear the snapshot file¶      echo "# Snapsh' => claude-code own
12799 exit
12800 fork 12801
12801 exec 12800 /usr/bin/id -- id -u => claude-code own
12801 exit
12800 fork 12802
12802 exec 12800 /usr/bin/cat -- cat => claude-code own
12802 exit
12800 fork 12803
12803 exec 12800 /usr/bin/cat -- cat => claude-code own
12803 exit
12800 fork 12804
12804 exec 12800 /usr/bin/cat -- cat => claude-code own
12804 exit
12800 exit
12775 fork 12805
12805 exec 12775 /usr/bin/bash -- /bin/bash -c 'source /home/alice/.claude/shell-snapshots/snapshot-bash-1795229567723-jbhjyq.sh 2>/dev/null || true && shopt -u extglob 2>/dev/null || true && eval "ls -la && git status" < /dev/null && pwd -P' => claude-code tool 12805
12805 fork 12806
12806 exit
12805 fork 12807
12807 exec 12805 /usr/bin/ls -- ls -la => claude-code tool 12805
12807 exit
12805 fork 12810
12810 exec 12805 /usr/local/bin/git -- git status => claude-code tool 12805
12810 exit
12805 exit
12775 fork 12811
12811 exec 12775 /usr/bin/bash -- /bin/bash -c 'source /home/alice/.claude/shell-snapshots/snapshot-bash-1795229567723-jbhjyq.sh 2>/dev/null || true && shopt -u extglob 2>/dev/null || true && eval "sh -c """""echo hi | tee out.txt""""" && sl' => claude-code tool 12811
12811 fork 12812
12812 exit
12811 fork 12813
12813 exec 12811 /usr/bin/dash -- sh -c 'echo hi | tee out.txt' => claude-code tool 12811
12813 fork 12815
12815 exit
12813 fork 12816
12816 exec 12813 /usr/bin/tee -- tee out.txt => claude-code tool 12811
12816 exit
12813 exit
12811 fork 12819
12819 exec 12811 /usr/bin/sleep -- sleep 0.1 => claude-code tool 12811
12819 exit
12811 exit
12775 exit
story recorded: codex
12825 exec 1 /usr/bin/env -- /usr/bin/env node /opt/agents/npm/node_modules/.bin/codex exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox hi => codex-cli own
12825 exec 1 /usr/bin/node -- node /opt/agents/npm/node_modules/.bin/codex exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox hi => codex-cli own
12825 fork 12837
12837 exec 12825 /opt/agents/npm/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex -- /opt/agents/npm/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox hi => codex-cli own
12837 fork 12853
12853 exec 12837 /usr/bin/dash -- /bin/sh /usr/bin/lsb_release -a => codex-cli own
12853 fork 12855
12855 exec 12853 /usr/bin/getopt -- getopt --name lsb_release -o hvidrcas -l help,version,id,description,release,codename,all,short -- -a => codex-cli own
12855 exit
12853 fork 12858
12858 fork 12859
12859 exit
12858 fork 12860
12860 exec 12858 /usr/bin/cut -- cut -c1 => codex-cli own
12858 fork 12861
12861 exec 12858 /usr/bin/tr -- tr [:lower:] [:upper:] => codex-cli own
12860 exit
12861 exit
12858 exit
12853 fork 12862
12862 fork 12863
12862 fork 12864
12864 exec 12862 /usr/bin/cut -- cut -c2- => codex-cli own
12863 exit
12864 exit
12862 exit
12853 fork 12865
12865 fork 12866
12866 exit
12865 fork 12867
12867 exec 12865 /usr/bin/tr -- tr [:upper:] [:lower:] => codex-cli own
12867 exit
12865 exit
12853 fork 12868
12868 fork 12869
12869 exit
12868 fork 12870
12870 exec 12868 /usr/bin/tr -- tr [:upper:] [:lower:] => codex-cli own
12870 exit
12868 exit
12853 exit
12837 fork 12871
12871 exec 12837 /usr/bin/getconf -- getconf LONG_BIT => codex-cli own
12871 exit
12837 fork 12892
12892 exec 12837 /usr/bin/dash -- /bin/sh /usr/bin/lsb_release -a => codex-cli own
12837 fork 12893
12893 exec 12837 /usr/local/bin/git -- /usr/local/bin/git -c 'safe.bareRepository=explicit' ls-remote https://github.com/openai/plugins.git HEAD => codex-cli own
12892 fork 12894
12894 exec 12892 /usr/bin/getopt -- getopt --name lsb_release -o hvidrcas -l help,version,id,description,release,codename,all,short -- -a => codex-cli own
12894 exit
12892 fork 12895
12893 fork 12896
12895 fork 12897
12897 exit
12895 fork 12898
12898 exec 12895 /usr/bin/cut -- cut -c1 => codex-cli own
12895 fork 12899
12899 exec 12895 /usr/bin/tr -- tr [:lower:] [:upper:] => codex-cli own
12896 exec 12893 /usr/local/libexec/git-core/git -- /usr/local/libexec/git-core/git remote-https https://github.com/openai/plugins.git https://github.com/openai/plugins.git => codex-cli own
12898 exit
12899 exit
12895 exit
12896 fork 12900
12892 fork 12901
12901 fork 12902
12902 exit
12901 fork 12903
12903 exec 12901 /usr/bin/cut -- cut -c2- => codex-cli own
12903 exit
12901 exit
12892 fork 12904
12904 fork 12905
12905 exit
12900 exec 12896 /usr/local/libexec/git-core/git-remote-https -- /usr/local/libexec/git-core/git-remote-https https://github.com/openai/plugins.git https://github.com/openai/plugins.git => codex-cli own
12904 fork 12906
12906 exec 12904 /usr/bin/tr -- tr [:upper:] [:lower:] => codex-cli own
12906 exit
12904 exit
12892 fork 12908
12908 fork 12909
12909 exit
12908 fork 12910
12910 exec 12908 /usr/bin/tr -- tr [:upper:] [:lower:] => codex-cli own
12910 exit
12908 exit
12892 exit
12837 fork 12912
12912 exec 12837 /usr/bin/getconf -- getconf LONG_BIT => codex-cli own
12912 exit
12837 fork 12913
12913 exec 12837 /usr/bin/dash -- /bin/sh /usr/bin/lsb_release -a => codex-cli own
12913 fork 12914
12914 exec 12913 /usr/bin/getopt -- getopt --name lsb_release -o hvidrcas -l help,version,id,description,release,codename,all,short -- -a => codex-cli own
12914 exit
12913 fork 12915
12915 fork 12916
12916 exit
12915 fork 12917
12917 exec 12915 /usr/bin/cut -- cut -c1 => codex-cli own
12915 fork 12918
12918 exec 12915 /usr/bin/tr -- tr [:lower:] [:upper:] => codex-cli own
12917 exit
12918 exit
12915 exit
12913 fork 12919
12919 fork 12920
12920 exit
12919 fork 12922
12922 exec 12919 /usr/bin/cut -- cut -c2- => codex-cli own
12900 exit
12896 exit
12893 exit
12922 exit
12919 exit
12913 fork 12924
12924 fork 12925
12924 fork 12926
12926 exec 12924 /usr/bin/tr -- tr [:upper:] [:lower:] => codex-cli own
12925 exit
12926 exit
12924 exit
12913 fork 12927
12927 fork 12928
12928 exit
12927 fork 12929
12929 exec 12927 /usr/bin/tr -- tr [:upper:] [:lower:] => codex-cli own
12929 exit
12927 exit
12913 exit
12837 fork 12932
12932 exec 12837 /usr/bin/getconf -- getconf LONG_BIT => codex-cli own
12932 exit
12837 fork 12933
12933 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' rev-parse --git-dir => codex-cli own
12933 exit
12837 fork 12934
12934 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' rev-parse HEAD => codex-cli own
12837 fork 12935
12935 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' rev-parse --abbrev-ref HEAD => codex-cli own
12837 fork 12936
12936 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' remote get-url origin => codex-cli own
12934 exit
12935 exit
12936 exit
12837 fork 12937
12937 exec 12837 /usr/bin/bash -- /bin/bash -lc 'if [ -z "${BASH_ENV-}" ] && [ -n "${HOME-}" ] && [ -r "$HOME/.bashrc" ]; then¶  . "$HOME/.bashrc"¶fi¶echo "# Snapshot file"¶echo "# Unset all aliases to avoid conflicts with functions"¶echo "unalias -' => codex-cli own
12837 fork 12943
12943 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' rev-parse HEAD => codex-cli own
12837 fork 12944
12944 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' remote -v => codex-cli own
12837 fork 12946
12946 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' config --null --get core.fsmonitor => codex-cli own
12943 exit
12944 exit
12946 exit
12837 fork 12947
12947 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' rev-parse --git-dir => codex-cli own
12837 fork 12948
12937 fork 12949
12948 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' status --porcelain '--ignore-submodules=dirty' => codex-cli own
12949 exec 12937 /usr/bin/id -- id -u => codex-cli own
12949 exit
12947 exit
12937 fork 12952
12837 fork 12951
12951 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' rev-parse HEAD => codex-cli own
12952 fork 12953
12952 fork 12954
12953 exit
12837 fork 12955
12955 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' rev-parse --abbrev-ref HEAD => codex-cli own
12954 fork 12956
12956 exec 12954 /usr/bin/mawk -- awk '$2=="on"{print $1}' => codex-cli own
12951 exit
12956 exit
12955 exit
12954 exit
12948 exit
12952 exit
12837 fork 12957
12957 exec 12837 /usr/local/bin/git -- git -c 'safe.bareRepository=explicit' -c 'core.hooksPath=/dev/null' -c 'core.fsmonitor=false' remote get-url origin => codex-cli own
12937 fork 12958
12957 exit
12958 fork 12960
12958 fork 12961
12960 exit
12958 fork 12962
12958 fork 12963
12961 fork 12964
12962 fork 12965
12964 exec 12961 /usr/bin/sed -- sed /^$/d => codex-cli own
12963 fork 12966
12966 exec 12963 /usr/bin/tr -- tr -d ' ' => codex-cli own
12965 exec 12962 /usr/bin/wc -- wc -l => codex-cli own
12964 exit
12961 exit
12965 exit
12962 exit
12966 exit
12963 exit
12958 exit
12937 fork 12968
12968 fork 12969
12969 exit
12968 fork 12970
12968 fork 12971
12971 fork 12972
12970 fork 12973
12972 exec 12971 /usr/bin/tr -- tr -d ' ' => codex-cli own
12973 exec 12970 /usr/bin/wc -- wc -l => codex-cli own
12973 exit
12970 exit
12972 exit
12971 exit
12968 exit
12937 fork 12974
12974 fork 12975
12975 exit
12837 fork 12978
12978 exec 12837 /opt/agents/npm/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex -- /proc/self/exe --codex-run-as-process-setup 43 12837 pipe '' /home/alice/w /bin/bash /bin/bash -lc 'ls -la && git status' => codex-cli own
12974 exit
12937 exit
12837 fork 12979
12978 exec 12837 /usr/bin/bash -- /bin/bash -lc 'ls -la && git status' => codex-cli tool 12978
12979 exec 12837 /usr/bin/bash -- /bin/bash -c 'set -e; . "/home/alice/.codex/shell_snapshots/01a1fc05-52a9-7ba0-9b86-7c33e534e8bf.tmp-1795229569756773097"' => codex-cli own
12978 fork 12980
12979 exit
12980 exec 12978 /usr/bin/id -- id -u => codex-cli tool 12978
12980 exit
12978 fork 12981
12981 exec 12978 /usr/bin/ls -- ls -la => codex-cli tool 12978
12981 exit
12978 exec 12837 /usr/local/bin/git -- git status => codex-cli tool 12978
12978 exit
12837 fork 12983
12983 exec 12837 /opt/agents/npm/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex -- /proc/self/exe --codex-run-as-process-setup 42 12837 pipe '' /home/alice/w /bin/bash /bin/bash -c '__CODEX_SNAPSHOT_OVERRIDE_SET_0="${CODEX_APPLY_PATCH_PRESERVE_LINE_ENDINGS+x}"¶__CODEX_SNAPSHOT_OVERRIDE_0="${CODEX_APPLY_PATCH_PRESERVE_LINE_ENDINGS-}"¶__CODEX_SNAPSHOT_OVERRIDE_SET_1="${CODEX_PERMIS' => codex-cli own
12983 exec 12837 /usr/bin/bash -- /bin/bash -c '__CODEX_SNAPSHOT_OVERRIDE_SET_0="${CODEX_APPLY_PATCH_PRESERVE_LINE_ENDINGS+x}"¶__CODEX_SNAPSHOT_OVERRIDE_0="${CODEX_APPLY_PATCH_PRESERVE_LINE_ENDINGS-}"¶__CODEX_SNAPSHOT_OVERRIDE_SET_1="${CODEX_PERMIS' => codex-cli tool 12983
12983 exec 12837 /usr/bin/bash -- /bin/bash -c 'sh -c "echo hi | tee out.txt" && sleep 0.1' => codex-cli tool 12983
12983 fork 12985
12985 exec 12983 /usr/bin/dash -- sh -c 'echo hi | tee out.txt' => codex-cli tool 12983
12985 fork 12986
12986 exit
12985 fork 12987
12987 exec 12985 /usr/bin/tee -- tee out.txt => codex-cli tool 12983
12987 exit
12985 exit
12983 exec 12837 /usr/bin/sleep -- sleep 0.1 => codex-cli tool 12983
12983 exit
12837 exit
12825 exit
story recorded: gemini
13059 exec 1 /usr/bin/env -- /usr/bin/env node /opt/agents/npm/node_modules/.bin/gemini -m gemini-2.5-flash --yolo -p hi => gemini-cli own
13059 exec 1 /usr/bin/node -- node /opt/agents/npm/node_modules/.bin/gemini -m gemini-2.5-flash --yolo -p hi => gemini-cli own
13059 fork 13159
13159 exec 13059 /usr/bin/node -- /usr/bin/node '--max-old-space-size=12052' /opt/agents/npm/node_modules/.bin/gemini -m gemini-2.5-flash --yolo -p hi => gemini-cli own
13159 fork 13237
13237 exec 13159 /usr/local/bin/git -- git rev-parse --show-toplevel => gemini-cli own
13237 exit
13159 fork 13238
13238 exec 13159 /usr/local/bin/git -- git rev-parse --git-common-dir => gemini-cli own
13238 exit
13159 fork 13239
13239 exec 13159 /usr/local/bin/git -- git rev-parse --show-toplevel => gemini-cli own
13239 exit
13159 fork 13241
13241 exec 13159 /usr/local/bin/git -- git rev-parse --git-common-dir => gemini-cli own
13241 exit
13159 fork 13270
13270 exec 13159 /usr/bin/dash -- /bin/sh -c 'lspci -vvv  2>/dev/null' => gemini-cli own
13270 exit
13159 fork 13273
13273 exec 13159 /usr/bin/dash -- /bin/sh -c 'clinfo --raw' => gemini-cli own
13273 exit
13159 fork 13289
13289 exec 13159 /usr/bin/dash -- /bin/sh -c 'xdpyinfo 2>/dev/null | grep "depth of root window" | awk "{ print $5 }"' => gemini-cli own
13289 fork 13290
13290 exec 13289 /usr/bin/xdpyinfo -- xdpyinfo => gemini-cli own
13289 fork 13291
13291 exec 13289 /usr/bin/grep -- grep 'depth of root window' => gemini-cli own
13289 fork 13292
13292 exec 13289 /usr/bin/mawk -- awk '{ print $5 }' => gemini-cli own
13290 exit
13291 exit
13292 exit
13289 exit
13159 fork 13293
13293 exec 13159 /usr/bin/dash -- /bin/sh -c 'xrandr --verbose 2>/dev/null' => gemini-cli own
13293 exit
13159 fork 13303
13303 exec 13159 /usr/bin/bash -- /usr/bin/bash -c 'shopt -u promptvars nullglob extglob nocaseglob dotglob; _bgpids_file=/tmp/gemini-shell-LhRUG1/bgpids.tmp¶(¶  trap "jobs -p > "$_bgpids_file"" EXIT¶ls -la && git status¶)¶__code=$?¶exit $__code' => gemini-cli tool 13303
13303 fork 13304
13304 fork 13305
13305 exec 13304 /usr/bin/ls -- ls -la => gemini-cli tool 13303
13305 exit
13304 fork 13306
13306 exec 13304 /usr/local/bin/git -- git status => gemini-cli tool 13303
13306 exit
13304 exit
13303 exit
13159 fork 13307
13307 exec 13159 /usr/bin/bash -- /usr/bin/bash -c 'shopt -u promptvars nullglob extglob nocaseglob dotglob; _bgpids_file=/tmp/gemini-shell-salrNX/bgpids.tmp¶(¶  trap "jobs -p > "$_bgpids_file"" EXIT¶"echo hi | tee out.txt" && sleep 0.1¶)¶__code=$?¶exi' => gemini-cli tool 13307
13307 fork 13308
13308 fork 13309
13309 exit
13308 exit
13307 exit
13159 exit
13059 exit
story recorded: mini
21118 exec 1 /opt/pyenv/versions/3.11.7/bin/python3.11 -- /opt/agents/py/bin/python3 /opt/agents/py/bin/mini -y --exit-immediately -m openai/gpt-4o -t hi => mini-swe-agent own
21118 fork 21286
21286 exec 21118 /usr/bin/uname -- uname -p => mini-swe-agent own
21286 exit
21118 fork 21386
21386 exec 21118 /usr/bin/dash -- /bin/sh -c 'ls -la && git status' => mini-swe-agent tool 21386
21386 fork 21387
21387 exec 21386 /usr/bin/ls -- ls -la => mini-swe-agent tool 21386
21387 exit
21386 fork 21388
21388 exec 21386 /usr/local/bin/git -- git status => mini-swe-agent tool 21386
21388 exit
21386 exit
21118 fork 21390
21390 exec 21118 /usr/bin/dash -- /bin/sh -c 'sh -c "echo hi | tee out.txt" && sleep 0.1' => mini-swe-agent tool 21390
21390 fork 21391
21391 exec 21390 /usr/bin/dash -- sh -c 'echo hi | tee out.txt' => mini-swe-agent tool 21390
21391 fork 21392
21392 exit
21391 fork 21393
21393 exec 21391 /usr/bin/tee -- tee out.txt => mini-swe-agent tool 21390
21393 exit
21391 exit
21390 fork 21394
21394 exec 21390 /usr/bin/sleep -- sleep 0.1 => mini-swe-agent tool 21390
21394 exit
21390 exit
21118 fork 21401
21401 exec 21118 /usr/bin/dash -- /bin/sh -c 'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT' => mini-swe-agent tool 21401
21401 exit
21118 exit
