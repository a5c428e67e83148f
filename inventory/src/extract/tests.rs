//! Files of products as they write them, and what is read in them: each case is one product's form.

use event::Verbatim;

use super::*;
use crate::product::Products;

/// What the settings of `product` at `place` say.
fn check(product: &str, place: &str, text: &str, expect: &[&str]) {
    let (products, wrong) = Products::shipped();
    assert!(wrong.is_empty(), "{wrong:?}");
    let product = products.iter().find(|one| &*one.id == product).expect("a known product");
    let table = product.files.iter().find(|one| one.at.iter().any(|at| &**at == place));
    let table = table.unwrap_or_else(|| panic!("{}: no file at {place}", product.id));
    let claims = settings(table, text, &Verbatim).expect("read");
    let told: Vec<String> = claims.iter().map(line).collect();
    assert_eq!(told, expect, "{place}");
}

/// One claim in one line.
fn line(claim: &Claim) -> String {
    let what = match &claim.says {
        Says::Server { name, server, .. } => {
            let mut told = format!("server {name}: {}", server.command.join(" "));
            told += server.url.as_deref().unwrap_or_default();
            for (word, list) in [
                ("variables", &server.variables),
                ("headers", &server.headers),
                ("secrets", &server.secrets),
                ("unasked", &server.unasked),
            ] {
                if !list.is_empty() {
                    told += &format!(" {word}={}", list.join(","));
                }
            }
            if server.enabled { told } else { told + " off" }
        }
        Says::Right(verdict, what) => format!("{verdict:?} {what}").to_lowercase(),
        Says::Hook(hook) => match &hook.matcher {
            Some(matcher) => format!("at {} of {matcher}: {}", hook.event, hook.runs),
            None => format!("at {}: {}", hook.event, hook.runs),
        },
        Says::Autonomy { freedom, setting, .. } => {
            format!("{freedom:?} by {setting}").to_lowercase()
        }
        Says::Helper(helper) => format!("starts {}", helper.runs),
        Says::Provider { name, url } => {
            format!("provider {name} {}", url.as_deref().unwrap_or("-"))
        }
        other => format!("{other:?}").to_lowercase(),
    };
    match &claim.project {
        Some(project) => format!("{} {what} in {project}", claim.line),
        None => format!("{} {what}", claim.line),
    }
}

#[test]
fn claude_code() {
    check(
        "claude-code",
        "~/.claude.json",
        r#"{
  "mcpServers": { "gh": { "command": "npx", "args": ["-y", "server-github"], "env": { "GITHUB_TOKEN": "abcd1234efgh" } } },
  "projects": { "/w/a": { "mcpServers": { "web": { "type": "http", "url": "https://x.test/mcp", "headers": {"Authorization": "${T}"} } },
    "allowedTools": ["Bash(ls:*)"] } }
}"#,
        &[
            "2 server gh: npx -y server-github variables=GITHUB_TOKEN secrets=GITHUB_TOKEN: by its name",
            "3 server web: https://x.test/mcp headers=Authorization in /w/a",
            "4 allow bash(ls:*) in /w/a",
        ],
    );
    check(
        "claude-code",
        "~/.claude/settings.json",
        r#"{
  "model": "opus",
  "permissions": { "allow": ["Bash(git:*)"],
    "deny": ["Read(.env)"],
    "defaultMode": "bypassPermissions" },
  "hooks": { "PreToolUse": [ { "matcher": "Bash",
     "hooks": [ { "type": "command", "command": "guard.sh" } ] } ] },
  "apiKeyHelper": "/opt/key.sh"
}"#,
        &[
            "2 model(\"opus\")",
            "3 allow bash(git:*)",
            "4 deny read(.env)",
            "5 all by permissions.defaultmode = bypasspermissions",
            "7 at PreToolUse of Bash: guard.sh",
            "8 starts /opt/key.sh",
        ],
    );
}

#[test]
fn codex() {
    check(
        "codex-cli",
        "~/.codex/config.toml",
        "model = \"m\"\napproval_policy = \"never\"\n[profiles.p]\nsandbox_mode = \"danger-full-access\"\n\
         [mcp_servers.fs]\ncommand = \"uvx\"\nargs = [\"fs\"]\nenabled = false\n\
         [model_providers.own]\nbase_url = \"http://localhost:1/v1\"\n",
        &[
            "1 model(\"m\")",
            "2 all by approval_policy = never",
            "4 all by profiles.p.sandbox_mode = danger-full-access",
            "5 server fs: uvx fs off",
            "9 provider own http://localhost:1/v1",
        ],
    );
}

#[test]
fn opencode() {
    check(
        "opencode",
        "$project/opencode.{json,jsonc}",
        r#"{
  // local
  "mcp": { "a": { "type": "local", "command": ["bun", "x.ts"], "environment": { "A": "1" } },
           "b": { "type": "remote", "url": "https://b.test", "enabled": false } },
  "permission": { "edit": "allow",
    "bash": { "git *": "allow",
      "*": "ask" } }
}"#,
        &[
            "3 server a: bun x.ts variables=A",
            "4 server b: https://b.test off",
            "5 allow edit",
            "5 some by permission.edit = allow",
            "6 allow bash(git *)",
            "7 ask bash(*)",
        ],
    );
}

#[test]
fn goose() {
    check(
        "goose",
        "~/{.config/goose,AppData/Roaming/Block/goose/config,Library/Application Support/Block/goose}/config.yaml",
        "GOOSE_MODE: auto\nextensions:\n  developer:\n    type: builtin\n    enabled: true\n  web:\n    type: stdio\n    \
         cmd: uvx\n    args: [web]\n    env_keys: [WEB_KEY]\n    enabled: true\n",
        &[
            "1 all by goose_mode = auto",
            "3 server developer: ",
            "6 server web: uvx web variables=WEB_KEY",
        ],
    );
}

#[test]
fn zed() {
    check(
        "zed",
        "~/.config/zed/settings.json",
        r#"{ "context_servers": {
   "old": { "command": { "path": "srv", "args": ["-x"], "env": { "K": "v" } } },
   "new": { "command": "npx", "args": ["y"] } } }"#,
        &["2 server old: srv -x variables=K", "3 server new: npx y"],
    );
}

#[test]
fn jetbrains() {
    check(
        "jetbrains",
        "~/{.config,Library/Application Support,AppData/Roaming}/{JetBrains,Google}/*/options/llm.mcpServers.xml",
        "<application><component name=\"McpApplicationServerCommands\"><commands>\n<McpServerCommand>\n\
         <option name=\"name\" value=\"files\"/><option name=\"programPath\" value=\"npx\"/>\
         <option name=\"arguments\" value=\"-y fs\"/>\n</McpServerCommand></commands></component></application>",
        &["2 server files: npx -y fs"],
    );
}

#[test]
fn lists_of_servers() {
    check(
        "continue-cli",
        "~/.continue/config.yaml",
        "models:\n  - name: a\n    model: m1\nmcpServers:\n  - name: s\n    command: uvx\n    args: [t]\n",
        &["3 model(\"m1\")", "5 server s: uvx t"],
    );
}

#[test]
fn heads() {
    let check = |place: &str, text: &str, expect: &str| {
        let head = head(place, text);
        let told = format!(
            "{} {} {} [{}] {}",
            head.name.as_deref().unwrap_or("-"),
            head.version.as_deref().unwrap_or("-"),
            head.wording.description.as_deref().unwrap_or("-"),
            head.wording.tools.join("|"),
            head.wording.model.as_deref().unwrap_or("-"),
        );
        assert_eq!(told, expect, "{place}");
    };
    check(
        "SKILL.md",
        "---\nname: one\ndescription: d e\nallowed-tools: Bash(git add:*), Read\n---\nx",
        "one - d e [Bash(git add:*)|Read] -",
    );
    check("a.md", "---\nname: one\ntools: [a, b]\nmodel: m\n---\n", "one - - [a|b] m");
    check("a.md", "no head", "- - - [] -");
    check("a.md", "---\n: : broken [\n---\n", "- - - [] -");
    check("plugin.json", "{\"name\":\"p\",\"version\":\"1.2\"}", "p 1.2 - [] -");
}
