//! What a tool of an agent does, by its name and what it is given.

use serde_json::Value;

use crate::shell::quote;

/// What a call would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// Run a command line.
    Shell(String),
    /// Read these files or folders.
    Read(Vec<String>),
    /// Make or change these files.
    Write(Vec<String>),
    /// Remove these files.
    Delete(Vec<String>),
    /// Apply a patch.
    Patch(String),
    /// Fetch these addresses.
    Fetch(Vec<String>),
    /// Start another agent, of this kind.
    Agent(String),
    /// Call a tool of which no more is known: server, name.
    Call(String, String),
    /// Nothing that a policy is asked about: plans, lists of tasks, questions to the person.
    Nothing,
    /// What the tool does is known, but not what it is given.
    Unreadable,
}

/// What `tool` does when it is given `input`. `server`: the server of tools, where the product names it apart.
pub fn of(tool: &str, server: &str, input: &Value) -> Use {
    if let Some((server, name)) = remote(tool, server) {
        return Use::Call(server, name);
    }
    let paths = |keys: &[&str], then: fn(Vec<String>) -> Use| match texts(input, keys) {
        paths if paths.is_empty() => Use::Unreadable,
        paths => then(paths),
    };
    let written =
        |then| paths(&["file_path", "filePath", "notebook_path", "path", "target_file"], then);
    match tool {
        "Bash" | "bash" | "shell" | "Shell" | "sh" | "run_shell_command" | "exec_command"
        | "shell_command" | "local_shell" | "run_terminal_cmd" | "run_in_terminal"
        | "powershell" | "Monitor" => command(input).map_or(Use::Unreadable, Use::Shell),
        "Read" | "read" | "read_file" | "view" | "NotebookRead" | "ReadFile" => paths(
            &["file_path", "filePath", "absolute_path", "notebook_path", "path", "target_file"],
            Use::Read,
        ),
        "read_many_files" => paths(&["paths", "include"], Use::Read),
        // What they look through is theirs to read; without a place it is the folder that they work in.
        "Grep" | "grep" | "grep_search" | "search_file_content" | "codebase_search" => {
            match texts(input, &["path", "dir_path"]) {
                paths if paths.is_empty() => Use::Nothing,
                paths => Use::Read(paths),
            }
        }
        "Write" | "write" | "write_file" | "Edit" | "edit" | "MultiEdit" | "multiedit"
        | "replace" | "create" | "NotebookEdit" | "edit_file" | "search_replace" | "StrReplace"
        | "TabWrite" | "EditNotebook" => written(Use::Write),
        "str_replace_editor" | "str_replace_based_edit_tool" => {
            match input.get("command").and_then(Value::as_str) {
                Some("view") => written(Use::Read),
                _ => written(Use::Write),
            }
        }
        "delete_file" | "Delete" | "delete" => written(Use::Delete),
        "apply_patch" | "patch" => {
            match texts(input, &["command", "input", "patch", "patchText"]).pop() {
                Some(patch) => Use::Patch(patch),
                None => Use::Unreadable,
            }
        }
        "WebFetch" | "web_fetch" | "webfetch" | "fetch" => {
            match addresses(&texts(input, &["url", "urls", "prompt"]).join(" ")) {
                urls if urls.is_empty() => Use::Unreadable,
                urls => Use::Fetch(urls),
            }
        }
        "Task" | "Agent" | "task" | "spawn_agent" => {
            let kind = texts(input, &["subagent_type", "agent_type", "name"]).into_iter().next();
            Use::Agent(kind.unwrap_or_else(|| tool.to_owned()))
        }
        "Glob" | "glob" | "LS" | "list" | "ls" | "list_dir" | "list_directory" | "TodoWrite"
        | "todowrite" | "todoread" | "write_todos" | "update_plan" | "ExitPlanMode"
        | "EnterPlanMode" | "AskUserQuestion" | "ask_user" | "question" | "BashOutput"
        | "TaskOutput" | "TaskList" | "TaskGet" | "TaskCreate" | "TaskUpdate" | "ToolSearch"
        | "WebSearch" | "websearch" | "google_web_search" | "report_intent" | "view_image" => {
            Use::Nothing
        }
        other => Use::Call(String::new(), other.to_owned()),
    }
}

/// Server and name of a tool of a server: `mcp__server__tool`, `mcp_server_tool`, `MCP:tool`.
fn remote(tool: &str, server: &str) -> Option<(String, String)> {
    if let Some((server, name)) = tool.strip_prefix("mcp__").and_then(|it| it.split_once("__")) {
        return Some((server.to_owned(), name.to_owned()));
    }
    if let Some(name) = tool.strip_prefix("MCP:") {
        return Some((server.to_owned(), name.trim().to_owned()));
    }
    if !server.is_empty() {
        let name = tool.strip_prefix("mcp_").unwrap_or(tool);
        let name = name.strip_prefix(server).unwrap_or(name).trim_start_matches('_');
        return Some((server.to_owned(), name.to_owned()));
    }
    let (server, name) = tool.strip_prefix("mcp_")?.split_once('_')?;
    Some((server.to_owned(), name.to_owned()))
}

/// A command line: as text, or as words of which a shell may be the first.
fn command(input: &Value) -> Option<String> {
    let value = ["command", "cmd", "script"].iter().find_map(|key| input.get(key))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(words) => {
            let words: Option<Vec<String>> =
                words.iter().map(|word| word.as_str().map(quote)).collect();
            words.filter(|words| !words.is_empty()).map(|words| words.join(" "))
        }
        _ => None,
    }
}

/// The texts below `keys`, whether one or many.
fn texts(input: &Value, keys: &[&str]) -> Vec<String> {
    let values = keys.iter().filter_map(|key| input.get(key));
    let each = values.flat_map(|value| match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    });
    let filled = each.filter_map(Value::as_str).filter(|text| !text.is_empty());
    filled.map(str::to_owned).collect()
}

/// Most addresses of one call.
const MOST_ADDRESSES: usize = 64;

/// Addresses that stand in a text.
fn addresses(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'<>()`,".contains(c));
    let urls = words.filter(|word| word.contains("://"));
    urls.take(MOST_ADDRESSES).map(str::to_owned).collect()
}
