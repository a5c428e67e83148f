//! Fields of the acting process, its ancestors and its agent.

use std::sync::Arc;

use event::{Act, Actor, AgentKind, Attributed, Basis, Exec, Exit, Process, Text, User};

use super::{Take, Value};

/// Most ancestors that are looked at.
const MAX_ANCESTORS: usize = 32;

/// The ancestors of the acting process, parent first: in a tool call up to and with the agent,
/// else all that are known.
pub fn ancestors(act: &Attributed) -> impl Iterator<Item = &Arc<Process>> {
    let tool_root = act.actor.as_ref().and_then(|actor| actor.tool_root);
    // The process above the root of the tool call is the agent; nothing above it counts.
    let mut above_root = 0;
    let mut below = act.process.id;
    act.process.lineage().skip(1).take(MAX_ANCESTORS).take_while(move |ancestor| {
        if Some(below) == tool_root || above_root > 0 {
            above_root += 1;
        }
        below = ancestor.id;
        above_root <= 1
    })
}

pub fn image(act: &Attributed, take: Take<'_>) {
    match &act.event.act {
        Act::ProcessExec(exec) => some(&exec.exe.path, take),
        _ => some(&act.process.exe, take),
    }
}

pub fn command_line(act: &Attributed, take: Take<'_>) {
    match &act.event.act {
        Act::ProcessExec(exec) if act.process.command_line.is_empty() => {
            take(Value::Text(&exec.command_line()));
        }
        _ => some(&act.process.command_line, take),
    }
}

pub fn parent_image(act: &Attributed, take: Take<'_>) {
    if let Some(parent) = &act.process.parent {
        some(&parent.exe, take);
    }
}

pub fn parent_command_line(act: &Attributed, take: Take<'_>) {
    if let Some(parent) = &act.process.parent {
        some(&parent.command_line, take);
    }
}

pub fn directory(act: &Attributed, take: Take<'_>) {
    match &act.event.act {
        Act::ProcessExec(exec) => some(&exec.cwd, take),
        _ => some(&act.process.cwd, take),
    }
}

/// The account of the act: at an exec that of the new program.
pub fn account(act: &Attributed) -> &User {
    match &act.event.act {
        Act::ProcessExec(exec) => &exec.user,
        _ => &act.process.user,
    }
}

pub fn user(act: &Attributed, take: Take<'_>) {
    name_of(account(act), take);
}

/// The account by name, else by number.
pub fn name_of(user: &User, take: Take<'_>) {
    match &user.name {
        Some(name) => take(Value::Shared(name)),
        None if user.uid == 0 => take(Value::Fixed("root")),
        None => take(Value::Text(&user.uid.to_string())),
    }
}

pub fn parent_pid(act: &Attributed, take: Take<'_>) {
    let parent = match &act.event.act {
        Act::ProcessExec(exec) => Some(exec.parent),
        _ => act.process.parent.as_ref().map(|parent| parent.id),
    };
    if let Some(parent) = parent {
        take(Value::Number(parent.pid.into()));
    }
}

pub fn actor(act: &Attributed, take: impl FnOnce(&Actor)) {
    if let Some(actor) = &act.actor {
        take(actor);
    }
}

pub fn agent_kind(act: &Attributed, take: Take<'_>) {
    actor(act, |actor| {
        take(Value::Fixed(match actor.kind {
            AgentKind::Agent => "agent",
            AgentKind::Editor => "editor",
            AgentKind::ToolServer => "tool_server",
            AgentKind::Workload => "workload",
            AgentKind::Undeclared => "undeclared",
        }));
    });
}

pub fn attribution(act: &Attributed, take: Take<'_>) {
    actor(act, |actor| {
        take(Value::Fixed(match actor.basis {
            Basis::Lineage => "lineage",
            Basis::Adopted => "adopted",
            Basis::HandedOver => "handed_over",
            Basis::Behaviour => "behaviour",
            Basis::Provisional => "provisional",
        }));
    });
}

pub fn tool_call(act: &Attributed, take: Take<'_>) {
    if let Some(tool_call) = act.actor.as_ref().and_then(|actor| actor.tool_call) {
        take(Value::Text(&tool_call.to_string()));
    }
}

pub fn workspace(act: &Attributed, take: Take<'_>) {
    actor(act, |actor| some(&actor.workspace, take));
}

pub fn lineage(act: &Attributed, take: Take<'_>) {
    ancestors(act).for_each(|ancestor| some(&ancestor.exe, take));
}

pub fn lineage_command_line(act: &Attributed, take: Take<'_>) {
    ancestors(act).for_each(|ancestor| some(&ancestor.command_line, take));
}

pub fn exec(act: &Attributed, take: impl FnOnce(&Exec)) {
    if let Act::ProcessExec(exec) = &act.event.act {
        take(exec);
    }
}

pub fn arguments(act: &Attributed, take: Take<'_>) {
    exec(act, |exec| exec.argv.iter().skip(1).for_each(|argument| take(of_argument(argument))));
}

pub fn environment(act: &Attributed, take: Take<'_>) {
    exec(act, |exec| exec.env.iter().for_each(|variable| take(Value::Shared(variable))));
}

pub fn hashes(act: &Attributed, take: Take<'_>) {
    exec(act, |exec| {
        if let Some(sha256) = &exec.sha256 {
            take(Value::Text(&format!("SHA256={sha256}")));
        }
    });
}

pub fn stdin(act: &Attributed, take: Take<'_>) {
    exec(act, |exec| {
        if let Some(stdin) = exec.stdin {
            take(Value::Fixed(stdin.name()));
        }
    });
}

pub fn container(act: &Attributed, take: Take<'_>) {
    exec(act, |exec| {
        if let Some(container) = &exec.place.container {
            take(Value::Shared(container));
        }
    });
}

pub fn exit(act: &Attributed, take: impl FnOnce(&Exit)) {
    if let Act::ProcessExit(exit) = &act.event.act {
        take(exit);
    }
}

/// Arguments come once; only long ones (a whole script) are worth remembering between the fields
/// that read them.
pub fn of_argument(argument: &Text) -> Value<'_> {
    if argument.len() < 128 { Value::Text(argument) } else { Value::Shared(argument) }
}

/// Empty text is a field that is not there: the source did not know it.
pub fn some(text: &Text, take: Take<'_>) {
    if !text.is_empty() {
        take(Value::Shared(text));
    }
}
