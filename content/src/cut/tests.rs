//! What is cut, and what is left: by hand, and over texts made by chance in every form.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
fn check(form: Form, text: &str, entry: Entry<'_>, expect: Result<&str, Uncut>) {
    let cut = cut(form, text, &entry).map(|cut| cut.rest);
    assert_eq!(cut.as_deref(), expect.as_ref().map(|it| *it), "{text}");
}

#[test]
fn json_loses_one_entry_and_nothing_else() {
    let text = "{ // mine\n  \"a\": {\n    \"x\": {\"command\": \"x\"},\n    \"y\": {\"command\": \"y\"}\n  },\n  \"b\": 1\n}\n";
    check(
        Form::Json,
        text,
        Entry::Key(3, "x"),
        Ok("{ // mine\n  \"a\": {\n    \"y\": {\"command\": \"y\"}\n  },\n  \"b\": 1\n}\n"),
    );
    check(
        Form::Json,
        text,
        Entry::Key(4, "y"),
        Ok("{ // mine\n  \"a\": {\n    \"x\": {\"command\": \"x\"}\n  },\n  \"b\": 1\n}\n"),
    );
    check(Form::Json, text, Entry::Key(3, "y"), Err(Uncut::Absent));
    check(Form::Json, "{\"a\":{\"x\":1}}", Entry::Key(1, "x"), Ok("{\"a\":{}}"));
}

#[test]
fn of_a_list_the_item_goes_that_holds_the_text() {
    let text = "{\"hooks\":{\"Pre\":[{\"matcher\":\"*\",\"hooks\":[{\"command\":\"one\"},{\"command\":\"two\"}]}]}}";
    check(
        Form::Json,
        text,
        Entry::Item(1, "two"),
        Ok("{\"hooks\":{\"Pre\":[{\"matcher\":\"*\",\"hooks\":[{\"command\":\"one\"}]}]}}"),
    );
    let twice = "[{\"command\":\"one\"},{\"command\":\"one\"}]";
    check(Form::Json, twice, Entry::Item(1, "one"), Err(Uncut::Twice));
}

#[test]
fn tables_and_blocks_go_whole() {
    let toml = "model = \"m\"\n\n[mcp_servers.x]\ncommand = \"x\"\n[mcp_servers.x.env]\nA = \"1\"\n\n[mcp_servers.y]\ncommand = \"y\"\n";
    check(
        Form::Toml,
        toml,
        Entry::Key(3, "x"),
        Ok("model = \"m\"\n\n[mcp_servers.y]\ncommand = \"y\"\n"),
    );
    let yaml = "extensions:\n  x:\n    cmd: x\n    args: [a]\n  y:\n    cmd: y\n";
    check(Form::Yaml, yaml, Entry::Key(2, "x"), Ok("extensions:\n  y:\n    cmd: y\n"));
}

#[test]
fn entries_between_brackets_go_with_one_comma() {
    let flow = "extensions: {x: {cmd: x, args: [a, 'b, c']}, y: {cmd: y}} # two\nmore: it's\n";
    check(
        Form::Yaml,
        flow,
        Entry::Key(1, "x"),
        Ok("extensions: {y: {cmd: y}} # two\nmore: it's\n"),
    );
    check(
        Form::Yaml,
        flow,
        Entry::Key(1, "y"),
        Ok("extensions: {x: {cmd: x, args: [a, 'b, c']}} # two\nmore: it's\n"),
    );
    let long = "s: {\n  \"a\": {command: a}, # first\n  b: {command: \"b}\\\"\"}\n}\n";
    check(Form::Yaml, long, Entry::Key(3, "b"), Ok("s: {\n  \"a\": {command: a}, # first\n}\n"));
    let hooks = "hooks: {Stop: [{run: one}, {run: two}]}\n";
    check(Form::Yaml, hooks, Entry::Item(1, "two"), Ok("hooks: {Stop: [{run: one}]}\n"));
    let toml = "[mcp]\nservers = { a = { command = \"a, {\" }, b = { command = 'b' } }\n";
    check(Form::Toml, toml, Entry::Key(2, "a"), Ok("[mcp]\nservers = { b = { command = 'b' } }\n"));
    let lines = "x = [\n  1, # [\n  2,\n]\ny = 1\n";
    check(Form::Toml, lines, Entry::Key(1, "x"), Ok("y = 1\n"));
}

#[test]
fn items_go_by_the_name_that_they_give_themselves() {
    let yaml = "mcpServers:\n  - name: a\n    command: a\n  - name: b\n    command: b\nmore: 1\n";
    check(
        Form::Yaml,
        yaml,
        Entry::Key(4, "b"),
        Ok("mcpServers:\n  - name: a\n    command: a\nmore: 1\n"),
    );
    let beside = "hooks:\n- name: a\n  run: one\n- name: b\n  run: two\nmore: 1\n";
    check(
        Form::Yaml,
        beside,
        Entry::Item(3, "one"),
        Ok("hooks:\n- name: b\n  run: two\nmore: 1\n"),
    );
    check(Form::Yaml, beside, Entry::Key(1, "hooks"), Ok("more: 1\n"));
    let toml =
        "[[servers]]\nname = \"a\"\n[[servers]]\nname = \"b\"\n[servers.env]\nK = 1\n[z]\nq = 1\n";
    check(Form::Toml, toml, Entry::Key(3, "b"), Ok("[[servers]]\nname = \"a\"\n[z]\nq = 1\n"));
    check(
        Form::Toml,
        "[[hook]]\nevent = \"x\"\nrun = \"one\"\n[[hook]]\nrun = \"two\"\n",
        Entry::Item(3, "one"),
        Ok("[[hook]]\nrun = \"two\"\n"),
    );
    let json = "[{\"name\": \"a\"},\n {\"name\": \"b\", \"url\": \"u\"}]";
    check(Form::Json, json, Entry::Key(2, "b"), Ok("[{\"name\": \"a\"}]"));
}

#[test]
fn the_only_one_goes_too() {
    let toml = "model = \"m\"\n[mcp_servers.x] # mine\ncommand = \"x\"\n";
    check(Form::Toml, toml, Entry::Key(2, "x"), Ok("model = \"m\"\n"));
    check(Form::Yaml, "s:\n  x:\n    cmd: x\n", Entry::Key(2, "x"), Ok("s:\n"));
    check(Form::Yaml, "s: {x: {cmd: x}}\n", Entry::Key(1, "x"), Ok("s: {}\n"));
}

#[test]
fn elements_go_with_their_lines() {
    let xml = "<application>\n  <component name=\"Servers\">\n    <commands>\n      <Server>\n        \
               <option name=\"command\" value=\"a\"/>\n        <option name=\"name\" value=\"a\"/>\n      \
               </Server>\n      <Server><option name=\"name\" value=\"b\"/></Server>\n    </commands>\n  \
               </component>\n</application>\n";
    let rest = "<application>\n  <component name=\"Servers\">\n    <commands>\n      \
                <Server><option name=\"name\" value=\"b\"/></Server>\n    </commands>\n  \
                </component>\n</application>\n";
    check(Form::Xml, xml, Entry::Key(4, "a"), Ok(rest));
    check(Form::Xml, xml, Entry::Key(4, "b"), Err(Uncut::Absent));
    let only = "<a><Server name=\"x\"/></a>";
    check(Form::Xml, only, Entry::Key(1, "x"), Ok("<a></a>"));
    let twice = "<a><S name=\"x\"/><S name=\"x\"/></a>";
    check(Form::Xml, twice, Entry::Key(1, "x"), Err(Uncut::Twice));
}

#[test]
fn what_cannot_be_cut_cleanly_is_not_cut() {
    // The entry holds what another one refers to.
    let anchor = "a:\n  x: &x {cmd: x}\n  y: *x\n";
    check(Form::Yaml, anchor, Entry::Key(2, "x"), Err(Uncut::Form));
    check(Form::Toml, "s.x.command = \"x\"\ns.x.args = []\n", Entry::Key(1, "x"), Err(Uncut::Form));
    check(Form::Yaml, "a: [", Entry::Key(1, "a"), Err(Uncut::Form));
}

/// A value by chance.
fn value() -> impl Strategy<Value = Made> {
    let words = "[a-z]{1,4}|it's|a: b|[{]x|a, b|#no|\"q\"|- z|\\\\";
    let leaf = words.prop_map(Made::Text);
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Made::List),
            prop::collection::vec(inner, 1..4).prop_map(Made::Map),
        ]
    })
}

#[derive(Clone, Debug)]
enum Made {
    Text(String),
    List(Vec<Made>),
    Map(Vec<Made>),
}

impl Made {
    /// On one line, as JSON, as YAML between brackets, or as TOML.
    fn flow(&self, form: Form, out: &mut String) {
        let text = |text: &str, out: &mut String| {
            let _ = match form {
                Form::Yaml if !text.contains('\'') => write!(out, "'{text}'"),
                _ => write!(out, "{text:?}"),
            };
        };
        match self {
            Self::Text(own) => text(own, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    item.flow(form, out);
                }
                out.push(']');
            }
            Self::Map(values) => {
                out.push('{');
                for (at, value) in values.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { " " });
                    let _ = match form {
                        Form::Json => write!(out, "\"k{at}\": "),
                        Form::Toml => write!(out, "k{at} = "),
                        _ => write!(out, "k{at}: "),
                    };
                    value.flow(form, out);
                }
                out.push_str(" }");
            }
        }
    }

    /// Over several lines.
    fn block(&self, depth: usize, out: &mut String) {
        let blank = "  ".repeat(depth);
        match self {
            Self::Text(_) => self.flow(Form::Yaml, out),
            Self::List(items) => {
                for item in items {
                    let _ = write!(out, "\n{blank}- ");
                    item.flow(Form::Yaml, out);
                }
            }
            Self::Map(values) => {
                for (at, value) in values.iter().enumerate() {
                    let _ = write!(out, "\n{blank}k{at}: ");
                    value.block(depth + 1, out);
                }
            }
        }
    }
}

/// Servers by name, each value on one line or many; the one that is cut.
fn text_of(form: Form, style: Style, values: &[Made]) -> String {
    let mut out = String::new();
    let (before, between, after) = match (form, style) {
        (Form::Json, _) => ("{\"s\": {", ",", "}, \"z\": 1}\n"),
        (Form::Toml, Style::Flow) => ("s = {", ",", "}\nz = 1\n"),
        (Form::Toml, Style::Block) => ("z = 1\n[s]", "", "\n"),
        (_, Style::Flow) => ("z: 1\ns: {", ",", "}\n"),
        (_, Style::Block) => ("z: 1\ns:", "", "\n"),
    };
    out.push_str(before);
    for (at, value) in values.iter().enumerate() {
        out.push_str(if at > 0 { between } else { "" });
        let _ = match (form, style) {
            (Form::Json, _) => write!(out, "\n \"n{at}\": "),
            (Form::Toml, Style::Flow) => write!(out, " n{at} = "),
            (Form::Toml, Style::Block) => write!(out, "\nn{at} = "),
            (_, Style::Flow) => write!(out, "\n  n{at}: "),
            (_, Style::Block) => write!(out, "\n  n{at}: "),
        };
        match (form, style) {
            (Form::Yaml, Style::Block) => value.block(2, &mut out),
            _ => value.flow(form, &mut out),
        }
    }
    out.push_str(after);
    out
}

#[derive(Clone, Copy, Debug)]
enum Style {
    Flow,
    Block,
}

proptest! {
    #[test]
    fn whatever_is_cut_the_rest_says_the_same(
        values in prop::collection::vec(value(), 1..5),
        which in any::<prop::sample::Index>(),
        form in prop::sample::select(vec![Form::Json, Form::Toml, Form::Yaml]),
        style in prop::sample::select(vec![Style::Flow, Style::Block]),
    ) {
        let text = text_of(form, style, &values);
        let whole = parse(form, &text);
        prop_assert!(whole.is_some(), "{text}");
        let name = format!("n{}", which.index(values.len()));
        let servers = whole.as_ref().and_then(|whole| whole.get("s"));
        let entries = servers.map(Node::entries).unwrap_or_default();
        let line = entries.iter().find(|entry| entry.key == name).map(|entry| entry.line);
        prop_assert!(line.is_some(), "{text}");
        let cut = cut(form, &text, &Entry::Key(line.unwrap_or(0), &name));
        prop_assert!(cut.is_ok(), "{name} {cut:?} of\n{text}");
        let cut = cut.map(|cut| (parse(form, &cut.rest), cut));
        let Ok((Some(rest), cut)) = cut else { return Err(TestCaseError::fail("no rest")) };
        prop_assert!(cut.rest.len() < text.len());
        prop_assert!(rest.get("z").is_some(), "{}", cut.rest);
        let left: Vec<String> = rest.get("s").map(Node::entries).unwrap_or_default().iter()
            .map(|entry| format!("{}={}", entry.key, entry.value)).collect();
        let meant: Vec<String> = entries.iter().filter(|entry| entry.key != name)
            .map(|entry| format!("{}={}", entry.key, entry.value)).collect();
        prop_assert_eq!(left, meant);
    }

    #[test]
    fn any_text_and_any_entry_come_back(
        text in "([a-c:=,{}\\[\\]\"'#<>/ -]|\n){0,60}",
        line in 0u32..6,
        key in "[a-c]",
        form in prop::sample::select(vec![Form::Json, Form::Toml, Form::Yaml, Form::Xml]),
    ) {
        for entry in [Entry::Key(line, &key), Entry::Item(line, &key)] {
            if let Ok(cut) = cut(form, &text, &entry) {
                prop_assert_eq!(cut.rest.len() + cut.piece.len(), text.len());
            }
        }
    }
}
