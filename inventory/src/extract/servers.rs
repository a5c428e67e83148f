//! Servers of tools, in every form that products write them.

use content::tree::{Kind, Node};
use event::{Text, ToolServer};

use super::{ADDRESSES, Claims, Says, secret_kind};
use crate::product::{Form, Path};

/// Keys that name the program.
const COMMANDS: &[&str] = &["command", "cmd", "programPath"];
/// Keys that hold arguments.
const ARGUMENTS: &[&str] = &["args", "arguments"];
/// Keys that hold variables: names with values, or names alone.
const VARIABLES: &[&str] = &["env", "environment", "envs", "env_keys", "env_vars"];
/// Keys that hold headers.
const HEADERS: &[&str] = &["headers", "http_headers", "env_http_headers", "requestInit"];
/// Keys that hold tools which run without asking.
const UNASKED: &[&str] =
    &["autoApprove", "alwaysAllow", "auto_approve", "autoApproveTools", "trust"];
/// Keys under which a definition hides one level down.
const INNER: &[&str] = &["mcp_config", "command", "server", "transport"];
/// Ways of being reached that say that a map is a server, whatever else it holds.
const BUILT_IN: &[&str] = &["builtin", "platform"];

/// Deepest place in which a server is looked for where the way does not say it.
const MAX_DEPTH: usize = 12;

pub fn take(paths: &[Path], root: &Node, form: Form, claims: &mut Claims<'_>) {
    for path in paths {
        path.way.follow(root, &mut |names, node| {
            if form == Form::Xml {
                anywhere(names, node, MAX_DEPTH, claims);
            } else {
                list(names, node, claims);
            }
        });
    }
}

/// A map by name, a list, or one alone.
fn list(names: &[&str], node: &Node, claims: &mut Claims<'_>) {
    if is_server(node) {
        return one(names, own_name(node).unwrap_or_default(), node, node.line, claims);
    }
    for entry in node.entries() {
        if is_server(&entry.value) || is_address(&entry.value) {
            one(names, &entry.key, &entry.value, entry.line, claims);
        }
    }
    for item in node.items() {
        if is_server(item) || is_address(item) {
            let name = own_name(item).or_else(|| address(item)).unwrap_or_default();
            one(names, name, item, item.line, claims);
        }
    }
}

/// Editors write XML as options with a name and a value, at whatever depth.
fn anywhere(names: &[&str], node: &Node, depth: usize, claims: &mut Claims<'_>) {
    let options = options(node);
    if is_server(&options) {
        return one(names, own_name(&options).unwrap_or_default(), &options, node.line, claims);
    }
    for entry in node.entries().iter().filter(|_| depth > 0) {
        anywhere(names, &entry.value, depth - 1, claims);
    }
}

/// `<option name="x" value="y"/>` as `x: y`.
fn options(node: &Node) -> Node {
    let mut node = node.clone();
    if let Kind::Map(entries) = &mut node.kind {
        for entry in entries.iter_mut().filter(|entry| entry.key == "option") {
            let Some(name) = entry.value.get("name").and_then(Node::text) else { continue };
            let name = name.to_owned();
            if let Some(value) = entry.value.get("value") {
                entry.value = value.clone();
            }
            entry.key = name;
        }
    }
    node
}

fn own_name(node: &Node) -> Option<&str> {
    ["name", "title", "id"].iter().find_map(|key| node.get(key)?.text())
}

fn is_server(node: &Node) -> bool {
    first(node, COMMANDS).is_some_and(|it| !matches!(it.kind, Kind::Null | Kind::Bool(_)))
        || first(node, ADDRESSES).is_some_and(|it| it.text().is_some())
        || ["mcp_config", "transport"].iter().any(|key| node.get(key).is_some_and(is_server))
        || node.get("type").and_then(Node::text).is_some_and(|kind| BUILT_IN.contains(&kind))
}

fn is_address(node: &Node) -> bool {
    node.text().is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
}

fn address(node: &Node) -> Option<&str> {
    find(node, ADDRESSES).and_then(Node::text).or_else(|| node.text())
}

fn first<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().find_map(|key| node.get(key))
}

/// The value of one of `keys`, here or one level down.
fn find<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    let inner = || INNER.iter().find_map(|key| first(node.get(key)?, keys));
    first(node, keys).or_else(inner)
}

fn one(names: &[&str], name: &str, node: &Node, line: u32, claims: &mut Claims<'_>) {
    let mut server = ToolServer { enabled: is_enabled(node), ..ToolServer::default() };
    let mut command = command(node);
    let before = command.clone();
    claims.redact.argv(&mut command);
    for (clean, before) in command.iter().zip(&before).filter(|(clean, before)| clean != before) {
        let name = before.split_once('=').map_or("argument", |(name, _)| name);
        server.secrets.push(format!("{name}: {}", secret_kind(clean)).into());
    }
    server.command = command;
    if let Some(url) = address(node).filter(|_| server.command.is_empty()) {
        let clean = claims.clean(url);
        if *clean != *url {
            server.secrets.push(format!("address: {}", secret_kind(&clean)).into());
        }
        server.url = Some(clean);
    }
    for key in VARIABLES {
        for (variable, value) in find(node, &[key]).map(named).unwrap_or_default() {
            server.secrets.extend(value.and_then(|value| claims.secret(&variable, &value)));
            server.variables.push(variable.into());
        }
    }
    for key in HEADERS {
        for (header, value) in find(node, &[key]).map(named).unwrap_or_default() {
            server.secrets.extend(value.and_then(|value| claims.secret(&header, &value)));
            server.headers.push(header.into());
        }
    }
    for key in UNASKED {
        match node.get(key).map(|node| &node.kind) {
            Some(Kind::Bool(true)) => server.unasked.push("*".into()),
            Some(Kind::List(tools)) => {
                server.unasked.extend(tools.iter().filter_map(Node::scalar).map(Text::from));
            }
            _ => {}
        }
    }
    let digest = digest(node, claims);
    // Without a name it is called like what is started.
    let program =
        || server.command.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word));
    let name: Text = if name.is_empty() { program().into() } else { name.into() };
    let says = Says::Server { name, server: Box::new(server), digest };
    claims.push(line, names, says);
}

fn is_enabled(node: &Node) -> bool {
    let is = |key, value| node.get(key).is_some_and(|node| node.kind == Kind::Bool(value));
    !is("disabled", true) && !is("enabled", false)
}

/// The program and its arguments.
fn command(node: &Node) -> Vec<Text> {
    let mut words = Vec::new();
    let inner =
        || ["mcp_config", "transport"].iter().find_map(|key| first(node.get(key)?, COMMANDS));
    let program = first(node, COMMANDS).or_else(inner);
    match program.map(|program| (program, &program.kind)) {
        Some((program, Kind::List(_))) => {
            words.extend(program.items().iter().filter_map(Node::scalar))
        }
        Some((program, Kind::Map(_))) => {
            words.extend(program.get("path").and_then(Node::scalar));
        }
        Some((program, _)) => words.extend(program.scalar()),
        None => return Vec::new(),
    }
    match find(node, ARGUMENTS) {
        Some(arguments) if !arguments.items().is_empty() => {
            words.extend(arguments.items().iter().filter_map(Node::scalar));
        }
        Some(arguments) => {
            words.extend(
                arguments.text().into_iter().flat_map(str::split_whitespace).map(str::to_owned),
            );
        }
        None => {}
    }
    words.into_iter().filter(|word| !word.is_empty()).map(Text::from).collect()
}

/// Names, with their values where they have any.
fn named(node: &Node) -> Vec<(String, Option<String>)> {
    if let [only] = node.entries()
        && only.key == "headers"
    {
        return named(&only.value);
    }
    let entries = node.entries().iter().map(|entry| (entry.key.clone(), entry.value.scalar()));
    let items =
        node.items().iter().filter_map(Node::scalar).map(|text| match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (text, None),
        });
    entries.chain(items).collect()
}

/// Of a definition, whatever the order of its keys; secrets are left out, for whoever knows all the rest
/// could try what they are.
fn digest(node: &Node, claims: &Claims<'_>) -> Text {
    let mut hasher = blake3::Hasher::new();
    absorb("", node, claims, &mut hasher);
    hasher.finalize().to_hex().as_str().into()
}

fn absorb(name: &str, node: &Node, claims: &Claims<'_>, hasher: &mut blake3::Hasher) {
    match &node.kind {
        Kind::Map(entries) => {
            hasher.update(b"{");
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|entry| &entry.key);
            for entry in entries {
                hasher.update(entry.key.as_bytes()).update(b"\0");
                absorb(&entry.key, &entry.value, claims, hasher);
            }
            hasher.update(b"}");
        }
        Kind::List(items) => {
            hasher.update(b"[");
            for item in items {
                absorb("", item, claims, hasher);
            }
            hasher.update(b"]");
        }
        _ => {
            let text = node.scalar().unwrap_or_default();
            if claims.secret(name, &text).is_some() {
                hasher.update(b"secret\0");
            } else {
                hasher.update(text.as_bytes()).update(b"\0");
            }
        }
    }
}
