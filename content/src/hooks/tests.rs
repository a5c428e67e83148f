//! What products told, as they told it, and what it implies.

use std::collections::BTreeMap;

use event::show::plain;
use event::{AgentRef, Because, Decision, Effect, Object, Principal, Verb};
use proptest::prelude::*;

use super::*;

fn caller() -> Caller {
    let agent = AgentRef {
        product: "codex-cli".into(),
        owner: "ida".into(),
        workspace: "/home/ida/shop".into(),
        ..AgentRef::default()
    };
    Caller {
        principal: Principal::Agent(agent),
        home: "/home/ida".into(),
        cut_at: None,
        time: (9, 1),
    }
}

/// What a call would be, in words.
fn told(product: &str, event: &str, input: &str) -> Vec<String> {
    let event = match read(product, event, input) {
        Ok(event) => event,
        Err(error) => return vec![error.to_string()],
    };
    let asked = actions(&event, &caller());
    let said = asked.actions.iter().map(|action| {
        let object = match &action.object {
            Object::File { path } => path.to_string(),
            Object::Program { path, command_line } => format!("{path}: {command_line}"),
            Object::Tool { server, name } => format!("{server}/{name}"),
            Object::Host { name, address, port, request } => {
                let address = address.map(|it| it.to_string()).unwrap_or_default();
                format!("{name}{address}:{port} {request}").trim_end().to_owned()
            }
            other => format!("{other:?}"),
        };
        let by = action.context.program.rsplit('/').next().unwrap_or_default();
        let by = if by.is_empty() { String::new() } else { format!(" by {by}") };
        format!("{} {object}{by}", action.verb.name())
    });
    said.chain(asked.unreadable.map(str::to_owned)).collect()
}

fn check(product: &str, event: &str, input: &str, expect: &[&str]) {
    assert_eq!(told(product, event, input), expect, "{product} {event} {input}");
}

/// As the products sent them, shortened; the place is made up.
#[test]
fn recorded_events_are_read() {
    check(
        "claude-code",
        "PreToolUse",
        r#"{"session_id":"1f","transcript_path":"/home/ida/.claude/projects/x/1f.jsonl","cwd":"/home/ida/shop","prompt_id":"9e","permission_mode":"bypassPermissions","effort":{"level":"high"},"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"printf 'a\\n' > f.txt","description":"next step"},"tool_use_id":"toolu_1"}"#,
        &[
            "exec sh: printf 'a\\n' > f.txt",
            "exec printf: printf 'a\\n'",
            "write_file /home/ida/shop/f.txt",
        ],
    );
    check(
        "codex-cli",
        "PreToolUse",
        r#"{"session_id":"01","turn_id":"02","transcript_path":null,"cwd":"/home/ida/shop","hook_event_name":"PreToolUse","model":"m","permission_mode":"default","tool_name":"Bash","tool_input":{"command":"rm -rf build"},"tool_use_id":"call_0"}"#,
        &[
            "exec sh: rm -rf build",
            "exec rm: rm -rf build",
            "delete_file /home/ida/shop/build by rm",
        ],
    );
    check(
        "gemini-cli",
        "BeforeTool",
        r#"{"session_id":"00","transcript_path":"","cwd":"/home/ida/shop","hook_event_name":"BeforeTool","timestamp":"2026-11-22T00:24:18.828Z","tool_name":"run_shell_command","tool_input":{"command":"cat ../.ssh/id_rsa","description":"d"}}"#,
        &[
            "exec sh: cat ../.ssh/id_rsa",
            "exec cat: cat ../.ssh/id_rsa",
            "read_file /home/ida/.ssh/id_rsa by cat",
        ],
    );
    check(
        "cursor",
        "beforeShellExecution",
        r#"{"conversation_id":"c","generation_id":"g","hook_event_name":"beforeShellExecution","workspace_roots":["/home/ida/shop"],"command":"ls","cwd":""}"#,
        &["exec sh: ls", "exec ls: ls"],
    );
    check(
        "copilot-cli",
        "preToolUse",
        r#"{"sessionId":"s","timestamp":1,"cwd":"/home/ida/shop","toolName":"bash","toolArgs":"{\"command\":\"ls\"}"}"#,
        &["exec sh: ls", "exec ls: ls"],
    );
    check(
        "opencode",
        "tool.execute.before",
        r#"{"tool":"bash","sessionID":"s","callID":"c","cwd":"/home/ida/shop","args":{"command":"ls"}}"#,
        &["exec sh: ls", "exec ls: ls"],
    );
}

#[test]
fn tools_are_what_they_do() {
    let before = |tool: &str, input: &str, expect: &[&str]| {
        let event =
            format!(r#"{{"cwd":"/home/ida/shop","tool_name":"{tool}","tool_input":{input}}}"#);
        check("claude-code", "PreToolUse", &event, expect);
    };
    before("Read", r#"{"file_path":"/etc/shadow"}"#, &["read_file /etc/shadow"]);
    before("read_file", r#"{"file_path":"~/.netrc"}"#, &["read_file /home/ida/.netrc"]);
    before("Write", r#"{"file_path":"a/../b","content":"x"}"#, &["write_file /home/ida/shop/b"]);
    before("edit", r#"{"filePath":"/home/ida/.bashrc"}"#, &["write_file /home/ida/.bashrc"]);
    before("delete_file", r#"{"target_file":"a"}"#, &["delete_file /home/ida/shop/a"]);
    before(
        "read_many_files",
        r#"{"include":["a","b"]}"#,
        &["read_file /home/ida/shop/a", "read_file /home/ida/shop/b"],
    );
    before(
        "apply_patch",
        r#"{"command":"*** Begin Patch\n*** Update File: a.py\n*** Move to: b.py\n*** Delete File: c.py\n*** End Patch"}"#,
        &[
            "write_file /home/ida/shop/a.py",
            "write_file /home/ida/shop/b.py",
            "delete_file /home/ida/shop/c.py",
        ],
    );
    before(
        "patch",
        r#"{"patch":"--- a/x\n+++ b/x\n--- a/y\n+++ /dev/null\n"}"#,
        &["write_file /home/ida/shop/x"],
    );
    before(
        "WebFetch",
        r#"{"url":"https://a.example/b?c=d","prompt":"read it"}"#,
        &["http_request a.example:443 GET /b"],
    );
    before(
        "web_fetch",
        r#"{"prompt":"read http://a.example:81 and (http://[::1]/x)."}"#,
        &["http_request a.example:81 GET /", "http_request ::1:80 GET /x"],
    );
    before("mcp__mail__send_message", "{}", &["call_tool mail/send_message"]);
    before("mcp_mail_send_message", "{}", &["call_tool mail/send_message"]);
    before("Agent", r#"{"subagent_type":"Explore"}"#, &["launch_agent Explore: "]);
    before("TodoWrite", "{}", &[]);
    before("somethingNew", "{}", &["call_tool /somethingNew"]);
    before(
        "shell",
        r#"{"command":["bash","-lc","git push -f"]}"#,
        &[
            "exec sh: bash -lc 'git push -f'",
            "exec bash: bash -lc 'git push -f'",
            "exec git: git push -f",
        ],
    );
    before("Bash", r#"{"comand":"ls"}"#, &["what the tool is given cannot be read"]);
    before("Write", r#"{"content":"x"}"#, &["what the tool is given cannot be read"]);
}

#[test]
fn servers_of_tools_are_told_apart_as_each_product_does() {
    check(
        "gemini-cli",
        "BeforeTool",
        r#"{"tool_name":"mcp_my_mail_send","tool_input":{},"mcp_context":{"server_name":"my_mail"}}"#,
        &["call_tool my_mail/send"],
    );
    check(
        "cursor",
        "beforeMCPExecution",
        r#"{"tool_name":"drop_table","tool_input":"{}","url":"http://localhost:1"}"#,
        &["call_tool /drop_table"],
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    for input in ["", "[]", "null", "{", "\"x\"", "{\"tool_name\": 7}"] {
        assert!(read("claude-code", "PreToolUse", input).is_err(), "{input}");
    }
    // Events that nothing waits for need no tool.
    assert!(read("claude-code", "SessionStart", "{}").is_ok());
    let long = format!("true {}", "; true".repeat(50_000));
    let event = serde_json::json!({"tool_name": "Bash", "tool_input": {"command": long}});
    let event = read("claude-code", "PreToolUse", &event.to_string()).expect("an event");
    assert!(actions(&event, &caller()).unreadable.is_some());
    let event = read("x", "PreToolUse", r#"{"tool_name":"Bash","tool_input":{"command":"true"}}"#);
    let event = event.expect("an event");
    assert_eq!(actions(&event, &caller()).unreadable, None);
    let cut = Caller { cut_at: Some(6), ..caller() };
    assert!(actions(&event, &cut).unreadable.is_some(), "its end was cut");
}

#[test]
fn whether_a_person_is_asked_is_the_product_s_word() {
    let asks = |product: &str, event: &str, mode: &str| {
        let input = format!(
            r#"{{"tool_name":"Bash","command":"ls","tool_input":{{}},"permission_mode":"{mode}"}}"#
        );
        read(product, event, &input).map(|event| event.can_ask)
    };
    assert_eq!(asks("claude-code", "PreToolUse", "default"), Ok(true));
    assert_eq!(asks("claude-code", "PreToolUse", "bypassPermissions"), Ok(false));
    assert_eq!(asks("codex-cli", "PreToolUse", "default"), Ok(false));
    assert_eq!(asks("cursor", "beforeShellExecution", ""), Ok(true));
    assert_eq!(asks("cursor", "preToolUse", ""), Ok(false));
}

#[test]
fn the_canary_is_known() {
    let is = |command: &str| {
        let input = serde_json::json!({"tool_name": "Bash", "tool_input": {"command": command}});
        read("gemini-cli", "BeforeTool", &input.to_string()).is_ok_and(|event| is_canary(&event))
    };
    assert!(is(CANARY) && !is("ls"));
}

#[test]
fn an_agent_is_told_what_which_policy_and_what_next() {
    let input = r#"{"tool_name":"Bash","tool_input":{"command":"rm -rf \u001b[2J ~"}}"#;
    let event = read("codex-cli", "PreToolUse", input).expect("an event");
    let asked = actions(&event, &caller());
    let because = Because {
        policy: "irreversible-act".into(),
        effect: Effect::Ask,
        reason: "this cannot be taken back".into(),
        ..Because::default()
    };
    let decision = Decision {
        would: Effect::Ask,
        profile: "guarded".into(),
        because: vec![because],
        ..Decision::default()
    };
    let said = reason(asked.actions.first().expect("one"), &decision);
    for words in ["to run `rm -rf", "cannot be taken back", "irreversible-act", "guarded", "person"]
    {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(plain(&said), said);
}

#[test]
fn circumstances_are_those_of_the_call() {
    let input =
        r#"{"cwd":"/srv/x","tool_name":"Bash","tool_input":{"command":"cd y && ssh-add k"}}"#;
    let event = read("codex-cli", "PreToolUse", input).expect("an event");
    let asked = actions(&event, &caller());
    let cwds: BTreeMap<&str, &str> = asked
        .actions
        .iter()
        .filter(|it| it.verb == Verb::Exec)
        .map(|it| match &it.object {
            Object::Program { path, .. } => (&**path, &*it.context.cwd),
            _ => ("", ""),
        })
        .collect();
    assert_eq!(cwds, BTreeMap::from([("sh", "/srv/x"), ("ssh-add", "/srv/x/y")]));
    assert!(
        asked.actions.iter().all(|it| it
            .context
            .declared
            .as_ref()
            .is_some_and(|it| &*it.tool == "Bash"))
    );
    assert!(asked.actions.iter().all(|it| (it.context.hour, it.context.weekday) == (9, 1)));
}

proptest! {
    #[test]
    fn nothing_that_is_said_breaks_the_reader(
        tool in "[a-zA-Z_:]{0,12}|mcp_{1,2}[a-z_]{0,8}|Bash|apply_patch|WebFetch|Read",
        key in "command|file_path|path|url|patch|prompt|[a-z]{1,4}",
        given in "\\PC{0,60}|\\*\\*\\* Add File: [a-z/.]{0,9}|https?://[a-z:@/\\[\\]]{0,12}",
        event in "PreToolUse|BeforeTool|beforeReadFile|beforeShellExecution|beforeMCPExecution",
    ) {
        let input = serde_json::json!({"tool_name": tool, "tool_input": {&key: given}, &key: given});
        if let Ok(read) = read("cursor", &event, &input.to_string()) {
            let asked = actions(&read, &caller());
            prop_assert!(asked.actions.len() <= 512);
            for action in &asked.actions {
                if let Object::File { path } = &action.object {
                    prop_assert!(path.starts_with('/'), "{path}");
                }
            }
        }
    }
}
