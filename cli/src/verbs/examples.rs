//! The end of every verb's help: real examples, in one place so that they speak alike. A test reads each of
//! them as the command line would.

pub const CHAPERONE: &str = "\
Examples:
  sudo chaperone demo            what it is for, shown on this machine
  sudo chaperone up              watch every agent of this host
  sudo chaperone watch           see it live
  sudo chaperone doctor          what this host allows

Exit codes: 0 done; 1 failed, stderr says why; 2 wrong words on the command line; 3 not there;
4 not allowed by this host or account; 5 another Chaperone holds the data directory;
6 `scan` found flaws; 7 `inventory`, `scan` or `posture` could not look at everything, and says at what.";

pub const DEMO: &str = "\
Examples:
  sudo chaperone demo                        two minutes; root, for what the kernel stops
  chaperone demo                             the part that needs no root
  sudo chaperone demo --step                 waits for Enter before each step
  sudo chaperone demo --agent codex-cli      with a real agent; exit code 6 if something did not hold";

pub const UP: &str = "\
Examples:
  sudo chaperone up                          this host, until Ctrl-C
  sudo chaperone up --quiet                  as a service runs it
  sudo chaperone up --json | jq .finding     findings as they come
  chaperone up --data-dir ./record           without root: polled, and it says what it misses";

pub const WATCH: &str = "\
Examples:
  sudo chaperone watch                       the screen; ? shows its keys
  sudo chaperone watch --last 2h             with two hours of the past
  sudo chaperone watch --lines | grep curl   lines, for pipes
  sudo chaperone watch --json                one record per line";

pub const STATUS: &str = "\
Examples:
  sudo chaperone status                      in words; exit code 0 while `up` runs, else 3
  sudo chaperone status --json | jq .status.losses";

pub const DOCTOR: &str = "\
Examples:
  sudo chaperone doctor                      what is seen here, and what is not
  sudo chaperone doctor --json               for machines; exit code 4 if something is missing";

pub const CONFIG: &str = "\
Examples:
  chaperone config show --set                what differs from the defaults
  chaperone config check chaperone.toml      before it is put in place
  chaperone config path";

pub const CONFIG_SHOW: &str = "\
Examples:
  chaperone config show                      what holds, and where it comes from
  chaperone config show --set --json         only what is set";

pub const CONFIG_CHECK: &str = "\
Examples:
  chaperone config check                     the file that `up` would read
  chaperone config check ./chaperone.toml    another one; exit code 1 if it is refused, 3 if it names what is not there";

pub const CONFIG_PATH: &str = "\
Examples:
  chaperone config path
  chaperone config path --json";

pub const AGENTS: &str = "\
Examples:
  sudo chaperone agents                            who is here, and who was seen
  sudo chaperone agents claude-code                what it may do against what it did
  sudo chaperone agents codex-cli@alice --json | jq .differences";

pub const AGENTS_OWN: &str = "\
Examples:
  sudo chaperone agents own codex-cli@alice --owner alice --reviewer security --review-every 90d
  sudo chaperone agents own 60163423 --owner \"platform team\"";

pub const AGENTS_REVIEW: &str = "\
Examples:
  sudo chaperone agents review codex-cli@alice
  sudo chaperone agents review claude-code --note \"rights are as agreed\"";

pub const AGENTS_RETIRE: &str = "\
Examples:
  sudo chaperone agents retire codex-cli@alice
  sudo chaperone agents retire codex-cli@alice --note \"moved to another\"";

pub const AGENTS_KEEP: &str = "\
Examples:
  sudo chaperone agents keep codex-cli@alice
  sudo chaperone agents keep 60163423 --note \"still needed\"";

pub const INVENTORY: &str = "\
Examples:
  sudo chaperone inventory                         every home of this host
  chaperone inventory diff yesterday.json          what is different now
  chaperone inventory reach                        what each agent could touch, and why
  chaperone inventory watch                        a line whenever a skill, server, hook or memory changes";

pub const INVENTORY_SHOW: &str = "\
Examples:
  chaperone inventory show --of claude-code             the own home, one product
  chaperone inventory show --kind model_server --ask    servers of models that listen, and their models
  chaperone inventory show --home /mnt/image/home/a     somebody else's home
  sudo chaperone inventory show --json > today.json     for `inventory diff`";

pub const INVENTORY_DIFF: &str = "\
Examples:
  sudo chaperone inventory diff yesterday.json              against this host now; exit code 8 if anything is different
  chaperone inventory diff monday.json friday.json --json   between two files, one change per line";

pub const INVENTORY_REACH: &str = "\
Examples:
  sudo chaperone inventory reach                          every agent of this host, the host's doors among what they reach
  chaperone inventory reach claude-code                   one product, in the own home
  sudo chaperone inventory reach codex-cli@alice --json | jq '.reach.edges[] | select(.production)'
  chaperone inventory reach --format dot | dot -Tsvg > reach.svg";

pub const INVENTORY_WATCH: &str = "\
Examples:
  sudo chaperone inventory watch                 every home of this host, until Ctrl-C
  chaperone inventory watch --home . --json      one folder, one JSON value per change";

pub const TRUST: &str = "\
Examples:
  sudo chaperone trust list                        what waits, and what is trusted
  sudo chaperone trust add deploy-helper           by its name; what was moved aside is put back
  sudo chaperone trust remove deploy-helper        its next content is asked for again";

pub const MCP: &str = "\
Examples:
  chaperone mcp install                             which servers of tools would be started through Chaperone
  chaperone mcp wrap --name tickets -- npx -y @corp/tickets-mcp";

pub const MCP_INSTALL: &str = "\
Examples:
  chaperone mcp install                       which servers would be reached through Chaperone
  chaperone mcp install --write               do it; what was there is kept beside each file
  chaperone mcp install --write .mcp.json     of one project";

pub const MCP_UNINSTALL: &str = "\
Examples:
  chaperone mcp uninstall                     which servers would be reached as they were
  chaperone mcp uninstall --write             do it";

pub const MCP_WRAP: &str = "\
Examples:
  chaperone mcp wrap --name tickets -- npx -y @corp/tickets-mcp
  chaperone mcp wrap --name files --absent closed -- ./server.py --root .";

pub const TRUST_LIST: &str = "\
Examples:
  sudo chaperone trust list            what was moved aside, what nobody trusts yet, what is trusted
  sudo chaperone trust list --json | jq .held.path";

pub const TRUST_ADD: &str = "\
Examples:
  sudo chaperone trust add 31c6f836 --note \"read it, is ours\"
  sudo chaperone trust add deploy-helper           by its name; what was moved aside is put back";

pub const TRUST_REMOVE: &str = "\
Examples:
  sudo chaperone trust remove deploy-helper        every content that was trusted under this name
  sudo chaperone trust remove 6d2d2c57             one content, by the beginning of its hash";

pub const TRUST_DISCARD: &str = "\
Examples:
  sudo chaperone trust discard 31c6f836            deleted for good, not put back
  sudo chaperone trust discard deploy-helper --json";

pub const SCAN: &str = "\
Examples:
  sudo chaperone scan agents                     everything that agents of this host load
  chaperone scan ./skills .mcp.json              before it is installed
  chaperone scan agents --level medium --json | jq .flaw.rule
  chaperone scan . --format sarif > scan.sarif   for code review; exit code 6 if there are flaws";

pub const POSTURE: &str = "\
Examples:
  sudo chaperone posture                     every agent of this host, the worst first
  chaperone posture --of claude-code --all   one product, every reason
  chaperone posture --json | jq '.posture | {name, score}'";

pub const AIBOM: &str = "\
Examples:
  sudo chaperone aibom -o host.cdx.json                 all agents of this host, as CycloneDX 1.7
  chaperone aibom --of claude-code --format text        one agent, for people
  chaperone aibom --of bot.tar --format spdx-3.0        an image (`docker save`), or a folder
  chaperone aibom --of codex-cli@alice --author \"Example Ltd\" --json | jq .metadata";

pub const AIBOM_DIFF: &str = "\
Examples:
  chaperone aibom diff yesterday.json today.json
  chaperone aibom diff a.cdx.json b.cdx.json --json | jq .change.name    exit code 8 if they differ";

pub const AIBOM_VALIDATE: &str = "\
Examples:
  chaperone aibom validate host.cdx.json                exit code 6 if a file is not valid
  chaperone aibom validate --check g7 model.json        and what the minimum elements of the G7 miss
  chaperone aibom validate *.json --json | jq .validated.problems";

pub const RUN: &str = "\
Examples:
  chaperone run -- claude                    under the profile `guarded`, in this folder
  chaperone run --profile confined --net allow=api.openai.com,git.example --secret GIT_KEY=git.example -- codex
  chaperone run --stage -- gemini            what it changes waits for `chaperone stage accept`
  chaperone run --show-plan -- true          what it would see, change and reach

The exit code is the program's own: 128 and the signal where one ended it, 126 if it cannot be run, 127 if it
is not there; 4 if this host gives no way to hold it.";

pub const DECISIONS: &str = "\
Examples:
  sudo chaperone decisions --last 24h        what was stopped, asked about, or would have been
  sudo chaperone decisions --agent codex-cli --outcome prevented
  sudo chaperone decisions --json | jq -r .decision.because[0].policy";

pub const PROMOTE: &str = "\
Examples:
  sudo chaperone promote --dry-run           what would have been stopped so far
  sudo chaperone promote                     asks, then holds agents by `guarded`
  sudo chaperone promote --to observe --yes   takes it back";

pub const STAGE: &str = "\
Examples:
  chaperone stage list                       runs whose changes wait
  chaperone stage diff 20260131              what one changed, line by line
  chaperone stage accept 20260131            into the workspace
  chaperone stage discard 20260131 docs      as if it had not touched that folder";

pub const STAGE_LIST: &str = "\
Examples:
  chaperone stage list
  chaperone stage list --json | jq .stage.session";

pub const STAGE_DIFF: &str = "\
Examples:
  chaperone stage diff 20260131-101500       all of it
  chaperone stage diff 20260131 src --brief  which files of a folder";

pub const STAGE_ACCEPT: &str = "\
Examples:
  chaperone stage accept 20260131            all of it; what the workspace changed since stays, exit code 8
  chaperone stage accept 20260131 src --force";

pub const STAGE_DISCARD: &str = "\
Examples:
  chaperone stage discard 20260131           all of it
  chaperone stage discard 20260131 package.json";

pub const UNDO: &str = "\
Examples:
  sudo chaperone undo list --since 2h        what agents took away, by session
  sudo chaperone undo restore 3f2a91c4       as it stood before that session
  sudo chaperone undo restore ./docs --to /tmp/back
  sudo chaperone undo status                 what is covered";

pub const UNDO_LIST: &str = "\
Examples:
  sudo chaperone undo list                   each session, and what there is of what it took away
  sudo chaperone undo list --session 3f2a    file by file
  sudo chaperone undo list --since 1d --json | jq -r .lost.path";

pub const UNDO_SHOW: &str = "\
Examples:
  sudo chaperone undo show ./plan.md         its versions
  sudo chaperone undo show ./plan.md --json";

pub const UNDO_RESTORE: &str = "\
Examples:
  sudo chaperone undo restore 3f2a91c4       a session; what somebody changed since stays, exit code 8
  sudo chaperone undo restore ./src ./plan.md --dry-run
  sudo chaperone undo restore ./plan.md --version 3 --to /tmp/back";

pub const UNDO_STATUS: &str = "\
Examples:
  sudo chaperone undo status                 folders, files, versions, size
  sudo chaperone undo status --json | jq .shadows.left_out";

pub const GATEWAY: &str = "\
Examples:
  sudo chaperone gateway status              providers, callers, what was used today
  sudo chaperone gateway keys add ci --agent builder --money 5usd/day
  sudo chaperone gateway limits";

pub const GATEWAY_STATUS: &str = "\
Examples:
  sudo chaperone gateway status
  sudo chaperone gateway status --json | jq -r '.providers[] | select(.breaker != \"closed\").name'";

pub const GATEWAY_KEYS: &str = "\
Examples:
  sudo chaperone gateway keys add ci --expires 30d --requests 60/min --tokens 1M/day --models 'gpt-5*'
  sudo chaperone gateway keys rotate ci --keep 1h
  sudo chaperone gateway keys revoke ci";

pub const GATEWAY_KEYS_ADD: &str = "\
Examples:
  sudo chaperone gateway keys add ci --expires 30d --requests 60/min --tokens 1M/day --models 'gpt-5*'
  sudo chaperone gateway keys add nightly --agent codex-cli@alice --money 5usd/day";

pub const GATEWAY_KEYS_LIST: &str = "\
Examples:
  sudo chaperone gateway keys list
  sudo chaperone gateway keys list --json";

pub const GATEWAY_KEYS_ROTATE: &str = "\
Examples:
  sudo chaperone gateway keys rotate ci               the old one ends at once
  sudo chaperone gateway keys rotate ci --keep 1h     both hold for an hour";

pub const GATEWAY_KEYS_REVOKE: &str = "\
Examples:
  sudo chaperone gateway keys revoke ci
  sudo chaperone gateway keys revoke eddc525d7a6a     by its id";

pub const GATEWAY_LIMITS: &str = "\
Examples:
  sudo chaperone gateway limits              each limit, and who has used how much of it
  sudo chaperone gateway limits --json | jq 'select(.limits[].percent >= 80).account'";

pub const GATEWAY_PINS: &str = "\
Examples:
  sudo chaperone gateway pins                what each server offers, pinned or held
  sudo chaperone gateway pins --json | jq -r '.held.name // empty'";

pub const STOP: &str = "\
Examples:
  chaperone stop 3f2a91c4                    one session, by the beginning of its id
  chaperone stop codex-cli@alice             all of alice's Codex
  sudo chaperone stop --all

Where the gateway serves models, calls that run end too, and new ones are refused until `chaperone release`
with the same words, of agents that are started again as well.";

pub const FREEZE: &str = "\
Examples:
  chaperone freeze 3f2a91c4                  nothing of it runs while you look
  chaperone freeze codex-cli";

pub const CUT: &str = "\
Examples:
  chaperone cut 3f2a91c4                     new connections are refused, open ones fall silent
  chaperone cut codex-cli";

pub const RELEASE: &str = "\
Examples:
  chaperone release 3f2a91c4
  sudo chaperone release --all";

pub const DISARM: &str = "\
Examples:
  sudo chaperone disarm
  sudo chaperone disarm --note \"it stops the deployment\"";

pub const SESSIONS: &str = "\
Examples:
  sudo chaperone sessions --running          what works now, and who started it
  sudo chaperone sessions 3f2a91c4           one: who stands behind it, what was said in it
  sudo chaperone sessions show 3f2a          the story: what was asked, called and done, what was found
  sudo chaperone sessions replay 3f2a --speed 60";

pub const SESSIONS_SHOW: &str = "\
Examples:
  sudo chaperone sessions show 3f2a91c4
  sudo chaperone sessions show 3f2a --json";

pub const SESSIONS_REPLAY: &str = "\
Examples:
  sudo chaperone sessions replay 3f2a91c4
  sudo chaperone sessions replay 3f2a --speed 60     a minute of it in a second";

pub const EVENTS: &str = "\
Examples:
  sudo chaperone events --last 15m --kind file_unlink
  sudo chaperone events --session 3f2a --path .ssh
  sudo chaperone events --agent codex-cli --kind network_connect --json
  sudo chaperone events --limit 50           the newest";

pub const FINDINGS: &str = "\
Examples:
  sudo chaperone findings --last 24h --least medium
  sudo chaperone findings --lines
  sudo chaperone findings --json | jq -r .summary";

pub const WHY: &str = "\
Examples:
  sudo chaperone why 3f2a91c4                the beginning of an id is enough
  sudo chaperone why 3f2a91c4 --json | jq .steps";

pub const GRAPH: &str = "\
Examples:
  sudo chaperone graph 3f2a91c4 > finding.svg
  sudo chaperone graph 3f2a91c4 --format dot | dot -Tpng > finding.png
  sudo chaperone graph 12999 --format json   around a pid";

pub const QUERY: &str = "\
Examples:
  sudo chaperone query \"SELECT agent, count(*) FROM events GROUP BY agent\"
  sudo chaperone query \"SELECT time, path FROM events WHERE path LIKE '%.ssh%' AND time > ago('6h')\"
  sudo chaperone query --format csv \"SELECT * FROM findings\" > findings.csv
  sudo chaperone query --format parquet --to acts.parquet \"SELECT * FROM events\"

Tables: events, processes, findings, sessions, agents, assets, decisions, losses; `SHOW TABLES`, `DESCRIBE events`.";

pub const RULES: &str = "\
Examples:
  chaperone rules list
  chaperone rules check ./my-rules           what is wrong with them
  chaperone rules test ./my-rules            against the streams beside them";

pub const RULES_LIST: &str = "\
Examples:
  chaperone rules list
  chaperone rules list --json | jq -r .title";

pub const RULES_CHECK: &str = "\
Examples:
  chaperone rules check ./my-rules
  chaperone rules check odd-login.yml other.yml";

pub const RULES_TEST: &str = "\
Examples:
  chaperone rules test ./my-rules
  chaperone rules test ./my-rules/odd-login";

pub const REPLAY: &str = "\
Examples:
  chaperone replay session.jsonl             sessions and findings
  chaperone replay --acts --json session.jsonl
  sudo chaperone capture --seconds 60 - | chaperone replay -";

pub const CAPTURE: &str = "\
Examples:
  sudo chaperone capture --seconds 60 session.jsonl
  sudo chaperone capture - | gzip > session.jsonl.gz
  sudo chaperone capture --everybody --seconds 10 all.jsonl";

pub const COMPLETIONS: &str = "\
Examples:
  chaperone completions bash > /etc/bash_completion.d/chaperone
  chaperone completions zsh > ~/.zfunc/_chaperone
  chaperone completions fish > ~/.config/fish/completions/chaperone.fish";

pub const POLICY: &str = "\
Examples:
  chaperone policy list                      every policy at work, with its reason
  chaperone policy check my.cedar            before it is put in force
  chaperone policy explain read_file --file ~/.ssh/id_ed25519
  sudo chaperone policy simulate --last 7d   what `guarded` would have stopped";

pub const POLICY_LIST: &str = "\
Examples:
  chaperone policy list                      of the profile in force
  chaperone policy list --profile locked
  chaperone policy list --json | jq -r .because.policy";

pub const POLICY_CHECK: &str = "\
Examples:
  chaperone policy check                     those of the configuration
  chaperone policy check ./policies          a directory; exit code 1 if one is wrong";

pub const POLICY_TEST: &str = "\
Examples:
  chaperone policy test                      the cases that ship
  chaperone policy test ./policies           every `*.cases.yaml` there; exit code 1 if one comes out otherwise";

pub const POLICY_EXPLAIN: &str = "\
Examples:
  chaperone policy explain read_file --file ~/.aws/credentials
  chaperone policy explain connect --host paste.example:443 --with \"holds: [secret]\"
  chaperone policy explain write_file --file /etc/hosts --profile confined --agent codex-cli@alice";

pub const POLICY_SIMULATE: &str = "\
Examples:
  sudo chaperone policy simulate             the whole record, as `guarded` would have had it
  sudo chaperone policy simulate --last 7d --profile confined
  sudo chaperone policy simulate --json | jq .policy";

pub const POLICY_FORMAT: &str = "\
Examples:
  chaperone policy format                    those of the configuration, in place
  chaperone policy format --check ./policies     for CI: exit code 1 if one has another form";

pub const POLICY_DIFF: &str = "\
Examples:
  chaperone policy diff old.cedar new.cedar   exit code 8 if they are different
  sudo chaperone policy diff /etc/chaperone/policies ./policies --record";

pub const POLICY_LEARN: &str = "\
Examples:
  sudo chaperone policy learn --agent codex-cli --last 7d
  sudo chaperone policy learn --out learned  then read it, then `policy apply learned`";

pub const POLICY_APPLY: &str = "\
Examples:
  chaperone policy apply --dry-run ./policies
  sudo chaperone policy apply learned/learned-codex-cli.cedar learned/learned-codex-cli.cases.yaml";

pub const POLICY_BUNDLE: &str = "\
Examples:
  chaperone policy bundle ./policies --key policy.pem > policies.json
  chaperone policy bundle ./policies --key policy.pem | ssh web1 'cat > policies.json'";

pub const POLICY_PULL: &str = "\
Examples:
  chaperone policy pull --dry-run ./policies.json
  sudo chaperone policy pull                 what `policy.source` names";

pub const POLICY_SCHEMA: &str = "\
Examples:
  chaperone policy schema                    every name that a policy may use
  chaperone policy schema --kinds            what makes a file, program or host of a kind";

pub const APPROVALS: &str = "\
Examples:
  chaperone approvals list                   what waits for an answer
  chaperone approvals show lusab-dofin       why it is asked, and what could not be undone
  chaperone approvals answer lusab-dofin deny --note \"not on Fridays\"
  chaperone approvals watch                  answer as questions come";

pub const APPROVALS_LIST: &str = "\
Examples:
  chaperone approvals list
  chaperone approvals list --all             answered and expired ones too
  chaperone approvals list --json | jq -r .id";

pub const APPROVALS_SHOW: &str = "\
Examples:
  chaperone approvals show lusab-dofin
  chaperone approvals show --json lusab-dofin | jq .blast";

pub const APPROVALS_ANSWER: &str = "\
Examples:
  chaperone approvals answer lusab-dofin allow
  chaperone approvals answer lusab-dofin allow --session
  chaperone approvals answer lusab-dofin allow --days 7 --note \"release week\"
  chaperone approvals answer lusab-dofin deny --days 30";

pub const APPROVALS_REVOKE: &str = "\
Examples:
  chaperone approvals revoke lusab-dofin
  chaperone approvals revoke lusab-dofin kopib-gorat";

pub const APPROVALS_WATCH: &str = "\
Examples:
  chaperone approvals watch                  a = allow once, s = this session, d = deny, enter = later
  chaperone approvals watch --json           questions as they come, for another program";

pub const AUDIT: &str = "\
Examples:
  sudo chaperone audit verify                exit code 6: somebody changed the log
  sudo chaperone audit verify --anchors /var/log/chaperone/findings.jsonl
  sudo chaperone audit list --since 1d
  sudo chaperone audit export --format ocsf > audit.jsonl";

pub const AUDIT_VERIFY: &str = "\
Examples:
  sudo chaperone audit verify
  sudo chaperone audit verify --anchors /var/log/chaperone/findings.jsonl
  sudo chaperone audit verify --json | jq .proved";

pub const AUDIT_LIST: &str = "\
Examples:
  sudo chaperone audit list
  sudo chaperone audit list --since 1d --kind approval_answered
  sudo chaperone audit list --json -n 1000 | jq -c .what";

pub const AUDIT_SHOW: &str = "\
Examples:
  sudo chaperone audit show 412
  sudo chaperone audit show --json 412 | jq .what";

pub const AUDIT_EXPORT: &str = "\
Examples:
  sudo chaperone audit export > audit.jsonl
  sudo chaperone audit export --since 30d --format ocsf > audit.jsonl";

pub const AUDIT_KEY: &str = "\
Examples:
  sudo chaperone audit key                   write it down somewhere else
  sudo chaperone audit key --pem > audit.pem";

pub const AUDIT_ROTATE: &str = "\
Examples:
  sudo chaperone audit rotate
  sudo chaperone audit rotate --json";

pub const HOOK: &str = "\
Examples:
  chaperone hook install                     every agent of this account that has hooks
  chaperone hook status                      who asks, and whether it is answered
  chaperone hook uninstall codex-cli";

pub const HOOK_INSTALL: &str = "\
Examples:
  chaperone hook install                     all that are here
  chaperone hook install claude-code codex-cli
  chaperone hook install gemini-cli --project .";

pub const HOOK_UNINSTALL: &str = "\
Examples:
  chaperone hook uninstall                   the settings are as they were
  chaperone hook uninstall claude-code --project .";

pub const HOOK_STATUS: &str = "\
Examples:
  chaperone hook status                      exit code 6 if one is missing, changed or broken
  chaperone hook status --json | jq .standing";

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory, Parser};

    use crate::verbs::Cli;

    /// The words of an example, up to a pipe, a redirection or what is said about it.
    fn words(line: &str) -> Vec<String> {
        let line = line.split("   ").next().unwrap_or_default();
        let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
        for letter in line.chars() {
            match letter {
                '"' => quoted = !quoted,
                ' ' if !quoted => words.push(std::mem::take(&mut word)),
                other => word.push(other),
            }
        }
        words.push(word);
        let end = words.iter().position(|word| word == "|" || word == ">");
        words.truncate(end.unwrap_or(words.len()));
        words
    }

    fn examples(command: &Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
        lines.take_while(|line| line.starts_with("  ")).map(|line| line.trim().to_owned()).collect()
    }

    fn check(command: &Command, path: &str) {
        let examples = examples(command);
        assert!((2..=4).contains(&examples.len()), "`{path} --help` shows {examples:?}");
        for example in examples {
            // Of several programs in a pipe, the one that is meant.
            let part = example.split(" | ").find(|part| part.contains(path));
            let mut words = words(part.unwrap_or(&example));
            if words[0] == "sudo" {
                words.remove(0);
            }
            words.retain(|word| !word.is_empty());
            assert!(words.join(" ").starts_with(path), "`{path}` has another's example: {example}");
            let read = Cli::try_parse_from(&words);
            assert!(read.is_ok(), "{example}: {}", read.expect_err("just seen"));
        }
        for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            check(verb, &format!("{path} {}", verb.get_name()));
        }
    }

    #[test]
    fn every_verb_ends_its_help_with_examples_that_are_understood() {
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        check(&command, "chaperone");
    }
}
