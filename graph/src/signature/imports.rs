//! Which modules a script imports, read from its text: Python and JavaScript, by line.

/// Longest part of a script that is read.
const MAX_BYTES: usize = 64 << 10;

/// True if a line of `text` imports `module`, something inside it, or (`agents.Agent`) that name from it.
pub(super) fn in_text(text: &str, module: &str) -> bool {
    let end = (0..=MAX_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let text = text.get(..end.unwrap_or(0)).unwrap_or_default();
    // One search over the text spares the walk over its lines nearly always.
    let first = module.split('.').next().unwrap_or(module);
    text.contains(first) && text.lines().any(|line| in_line(line.trim_start(), module))
}

fn in_line(line: &str, module: &str) -> bool {
    if let Some(rest) = line.strip_prefix("import ")
        && rest.split(',').any(|one| is_or_inside(one.trim(), module))
    {
        return true;
    }
    if let Some((from, names)) = line.strip_prefix("from ").and_then(|l| l.split_once(" import ")) {
        return is_or_inside(from.trim(), module) || names_from(from.trim(), names, module);
    }
    let quoted = line.starts_with("import")
        || line.starts_with("export")
        || line.contains("require(")
        || line.contains("import(")
        || line.starts_with("} from");
    quoted
        && ['"', '\''].iter().any(|quote| {
            line.split(*quote)
                .skip(1)
                .step_by(2)
                .any(|name| is_or_inside(name.strip_prefix("npm:").unwrap_or(name), module))
        })
}

/// `from agents import Agent` for `agents.Agent`.
fn names_from(from: &str, names: &str, module: &str) -> bool {
    let Some((package, name)) = module.rsplit_once('.') else { return false };
    from == package && names.split([',', '(', ')', ' ']).any(|one| one == name)
}

fn is_or_inside(given: &str, module: &str) -> bool {
    let given = given.split_whitespace().next().unwrap_or_default();
    given
        .strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', '@']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_imports_by_line() {
        for (line, module, expect) in [
            ("import langgraph", "langgraph", true),
            ("import os, crewai as c", "crewai", true),
            ("from langgraph.graph import StateGraph", "langgraph", true),
            ("    from agents import Agent, Runner", "agents.Agent", true),
            ("from agents import helper", "agents.Agent", false),
            ("from mcp.server.fastmcp import FastMCP", "mcp.server", true),
            ("import langgraphics", "langgraph", false),
            ("# import langgraph", "langgraph", false),
            ("print('import crewai')", "crewai", false),
            ("import { Agent } from '@openai/agents';", "@openai/agents", true),
            ("const a = require(\"@openai/agents/realtime\")", "@openai/agents", true),
            ("} from \"@langchain/langgraph\";", "@langchain/langgraph", true),
            ("import x from 'npm:@openai/agents@1'", "@openai/agents", true),
            ("import y from '@openai/agentsmith'", "@openai/agents", false),
        ] {
            assert_eq!(in_text(line, module), expect, "{line} / {module}");
        }
    }
}
