//! Servers of tools in the settings of products (JSON), led through `chaperone mcp wrap` or through the gateway, and back:
//! every other byte stays.

use crate::raw::{Edit, Text, Unread, Value, apply, parse};

/// Keys under which products keep their servers, by name.
const LISTS: [&str; 4] = ["mcpServers", "servers", "context_servers", "mcp_servers"];
/// How deep a list may stand.
const MOST_DEPTH: usize = 6;
/// What our arguments begin with; then the server's name, and this is behind it.
const OURS: [&str; 3] = ["mcp", "wrap", "--name"];
const THEN: &str = "--";
/// Keys under which products keep the address of a server.
const ADDRESSES: [&str; 3] = ["url", "httpUrl", "serverUrl"];

/// A server that is reached otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its name.
    pub name: String,
    /// The program or the address that was named before.
    pub was: String,
}

/// The text with every server on standard input led through `program`, and which they are.
pub fn wrapped(text: &str, program: &str) -> Result<(String, Vec<Moved>), Unread> {
    each(text, |name, server| {
        let (command, args) = of(server)?;
        if own(args).is_some() {
            return None;
        }
        let words = OURS.iter().copied().chain([name, THEN, &command.text]);
        let words: Vec<String> = words.map(quoted).collect();
        let words = words.join(", ");
        let span = server.get("command").span.clone();
        let edits = if server.get("args").is_null() {
            vec![Edit { span, with: format!("{}, \"args\": [{words}]", quoted(program)) }]
        } else {
            let begin = server.get("args").span.start + 1;
            let comma = if args.is_empty() { "" } else { ", " };
            let inserted = Edit { span: begin..begin, with: format!("{words}{comma}") };
            vec![Edit { span, with: quoted(program) }, inserted]
        };
        Some((edits, command.text.clone().into_owned()))
    })
}

/// The text with every server started as it was before, and which they are.
pub fn unwrapped(text: &str) -> Result<(String, Vec<Moved>), Unread> {
    each(text, |_, server| {
        let (command, args) = of(server)?;
        let (was, rest) = own(args)?;
        let begin = server.get("args").span.start + 1;
        let end = rest.first().map_or(was.span.end, |next| next.span.start);
        let edits = vec![
            Edit { span: server.get("command").span.clone(), with: quoted(was.str()) },
            Edit { span: begin..end, with: String::new() },
        ];
        Some((edits, command.text.clone().into_owned()))
    })
}

/// The text with every address of a server for which there is another one changed to that, and which they are.
pub fn readdressed(
    text: &str,
    other: &dyn Fn(&str) -> Option<String>,
) -> Result<(String, Vec<Moved>), Unread> {
    each(text, |_, server| {
        let address = address(server)?;
        let other = other(address.str())?;
        let edit = Edit { span: address.span.clone(), with: quoted(&other) };
        Some((vec![edit], address.str().to_owned()))
    })
}

/// Names and addresses of all servers that have one.
pub fn addresses(text: &str) -> Result<Vec<(String, String)>, Unread> {
    let root = parse(text.as_bytes())?;
    let mut all = Vec::new();
    walk(&root, MOST_DEPTH, &mut |name, server| {
        let found = address(server).map(|found| (name.to_owned(), found.str().to_owned()));
        all.extend(found);
    });
    Ok(all)
}

/// Where a server is that is not started here.
fn address<'v, 'b>(server: &'v Value<'b>) -> Option<&'v Value<'b>> {
    let found = ADDRESSES.iter().map(|key| server.get(key)).find(|it| it.text().is_some());
    found.filter(|_| server.get("command").is_null())
}

/// The program that our arguments lead to, and its own.
fn own<'v, 'b>(args: &'v [Value<'b>]) -> Option<(&'v Value<'b>, &'v [Value<'b>])> {
    let begins = args.iter().zip(OURS).all(|(arg, word)| arg.str() == word);
    match args.get(OURS.len()..)? {
        [_, then, was, rest @ ..] if begins && then.str() == THEN => Some((was, rest)),
        _ => None,
    }
}

/// The program and its arguments, if the server is started here.
fn of<'v, 'b>(server: &'v Value<'b>) -> Option<(&'v Text<'b>, &'v [Value<'b>])> {
    let (command, args) = (server.get("command").text()?, server.get("args"));
    let listed = args.is_null() || args.items().iter().all(|arg| arg.text().is_some());
    let is_list = args.is_null() || !args.is_map() && args.text().is_none();
    (listed && is_list).then_some((command, args.items()))
}

fn each(
    text: &str,
    edit: impl Fn(&str, &Value<'_>) -> Option<(Vec<Edit>, String)>,
) -> Result<(String, Vec<Moved>), Unread> {
    let root = parse(text.as_bytes())?;
    let (mut edits, mut moved) = (Vec::new(), Vec::new());
    walk(&root, MOST_DEPTH, &mut |name, server| {
        if let Some((some, was)) = edit(name, server) {
            edits.extend(some);
            moved.push(Moved { name: name.to_owned(), was });
        }
    });
    let made = apply(text.as_bytes(), &mut edits).and_then(|made| String::from_utf8(made).ok());
    match made {
        Some(made) => Ok((made, moved)),
        None => Err(Unread { at: 0, message: "two servers stand in the same place" }),
    }
}

fn walk(value: &Value<'_>, depth: usize, found: &mut dyn FnMut(&str, &Value<'_>)) {
    for (key, inside) in value.entries().iter().filter(|_| depth > 0) {
        if LISTS.contains(&&*key.text) {
            inside.entries().iter().for_each(|(name, server)| found(&name.text, server));
        } else {
            walk(inside, depth - 1, found);
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "/usr/bin/chaperone";

    fn check(text: &str, expect: &str, names: &[&str]) {
        let (made, moved) = wrapped(text, PROGRAM).expect("it can be read");
        assert_eq!(made, expect);
        let found: Vec<&str> = moved.iter().map(|one| &*one.name).collect();
        assert_eq!(found, names);
        let again = wrapped(&made, PROGRAM).expect("it can be read");
        assert_eq!(again, (made.clone(), Vec::new()), "once is enough");
        let (back, undone) = unwrapped(&made).expect("it can be read");
        assert_eq!(undone.len(), names.len());
        let plain = |text: &str| -> serde_json::Value {
            let text = text.replace(r#", "args": []"#, "");
            serde_json::from_str(&text).expect("JSON")
        };
        assert_eq!(plain(&back), plain(text), "and back");
    }

    #[test]
    fn servers_are_led_through_and_back() {
        check(
            r#"{"mcpServers": {"a": {"command": "npx", "args": ["-y", "x"]}, "b": {"url": "https://x"}}, "z": 1}"#,
            r#"{"mcpServers": {"a": {"command": "/usr/bin/chaperone", "args": ["mcp", "wrap", "--name", "a", "--", "npx", "-y", "x"]}, "b": {"url": "https://x"}}, "z": 1}"#,
            &["a"],
        );
        check(
            r#"{"projects": {"/w": {"mcpServers": {"a\"b": {"command": "s"}}}}}"#,
            r#"{"projects": {"/w": {"mcpServers": {"a\"b": {"command": "/usr/bin/chaperone", "args": ["mcp", "wrap", "--name", "a\"b", "--", "s"]}}}}}"#,
            &["a\"b"],
        );
        check(
            r#"{"servers":{"a":{"type":"stdio","args":[ ],"command":"s"}}}"#,
            r#"{"servers":{"a":{"type":"stdio","args":["mcp", "wrap", "--name", "a", "--", "s" ],"command":"/usr/bin/chaperone"}}}"#,
            &["a"],
        );
        check(
            r#"{"command": "x", "mcpServers": {}}"#,
            r#"{"command": "x", "mcpServers": {}}"#,
            &[],
        );
        check(
            r#"{"mcpServers": {"a": {"command": ["x"]}, "b": {"command": "x", "args": "y"}}}"#,
            r#"{"mcpServers": {"a": {"command": ["x"]}, "b": {"command": "x", "args": "y"}}}"#,
            &[],
        );
    }

    #[test]
    fn addresses_lead_elsewhere_and_back() {
        let there = |url: &str| (url == "https://x/mcp").then(|| "http://127.0.0.1:1/mcp/x".into());
        let back = |url: &str| (url == "http://127.0.0.1:1/mcp/x").then(|| "https://x/mcp".into());
        let check = |text: &str, expect: &str, names: &[&str]| {
            let (made, moved) = readdressed(text, &there).expect("it can be read");
            assert_eq!(made, expect);
            let found: Vec<&str> = moved.iter().map(|one| &*one.name).collect();
            assert_eq!(found, names);
            assert_eq!(readdressed(&made, &back).expect("it can be read").0, text);
        };
        check(
            r#"{"mcpServers": {"a": {"type": "http", "url": "https://x/mcp", "headers": {}}, "b": {"url": "https://y"}}}"#,
            r#"{"mcpServers": {"a": {"type": "http", "url": "http://127.0.0.1:1/mcp/x", "headers": {}}, "b": {"url": "https://y"}}}"#,
            &["a"],
        );
        check(
            r#"{"mcpServers": {"a": {"httpUrl": "https://x/mcp"}}, "url": "https://x/mcp"}"#,
            r#"{"mcpServers": {"a": {"httpUrl": "http://127.0.0.1:1/mcp/x"}}, "url": "https://x/mcp"}"#,
            &["a"],
        );
        let started = r#"{"servers": {"a": {"command": "x", "url": "https://x/mcp"}}}"#;
        check(started, started, &[]);
        assert_eq!(addresses(started), Ok(Vec::new()));
        let one = addresses(r#"{"servers": {"a": {"serverUrl": "https://z"}}}"#);
        assert_eq!(one, Ok(vec![("a".into(), "https://z".into())]));
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        assert!(wrapped("{ // why\n}", PROGRAM).is_err());
        assert!(unwrapped("").is_err());
    }
}
