//! Our entries in a product's settings: put in, found, taken out; every other byte stays as it was.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use serde_json::{Value, json};

use super::product::{Layout, Product, Unit};
use crate::json::{self as reader, Dialect};
use crate::shell::quote;

/// How the hook's program is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Absolute path of the program.
    pub program: String,
    /// Where the daemon answers.
    pub socket: String,
    /// What holds without it: `open` or `closed`.
    pub absent: &'static str,
}

/// Settings that are left alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uneditable {
    /// The text is not understood.
    #[error("the settings cannot be read: {0}")]
    Unread(String),
    /// Where entries belong stands something else.
    #[error("`{0}` of the settings is not what hooks are written into")]
    Shape(String),
    /// What came out would say something else than before.
    #[error("the settings are written in a form that cannot be edited cleanly")]
    Form,
}

/// The name by which our entries are known.
const PROGRAM: &str = "chaperone-hook";
/// How long a product waits for the program, in seconds. The program itself gives up sooner.
const TIMEOUT_S: u32 = 10;
/// The plugin, with marks for what is filled in.
const PLUGIN: &str = include_str!("opencode.js");

impl Line {
    /// The command line for an event.
    pub fn command(&self, product: &Product, event: &str) -> String {
        let Self { program, socket, absent } = self;
        let (program, socket, id) = (quote(program), quote(socket), product.id);
        format!("{program} {id} {event} --socket {socket} --absent {absent}")
    }

    /// The words behind the program, for an event.
    fn words(&self, product: &Product, event: &str) -> Value {
        json!([product.id, event, "--socket", self.socket, "--absent", self.absent])
    }
}

/// Our entries, event and command, as they should be.
pub fn wanted(product: &Product, line: &Line) -> Vec<(String, String)> {
    let each = product.events.iter();
    each.map(|(event, _)| ((*event).to_owned(), line.command(product, event))).collect()
}

/// Our entries in a text, event and command.
pub fn found(product: &Product, text: &str) -> Vec<(String, String)> {
    if product.layout == Layout::Plugin {
        return plugin_entry(product, text).into_iter().collect();
    }
    let Ok(node) = reader::parse(text, Dialect::Commented) else { return Vec::new() };
    let Some(hooks) = node.get("hooks") else { return Vec::new() };
    let mut found = Vec::new();
    for event in hooks.entries() {
        for group in event.value.items() {
            let each = group.get("hooks").map_or(std::slice::from_ref(group), |it| it.items());
            let commands =
                each.iter().filter_map(|it| it.get("command").or(it.get("bash"))?.text());
            let ours = commands.filter(|command| is_ours(command));
            found.extend(ours.map(|command| (event.key.clone(), command.to_owned())));
        }
    }
    found
}

/// The text with our entries and no others of ours. Without a text: one of our own.
pub fn installed(product: &Product, text: Option<&str>, line: &Line) -> Result<String, Uneditable> {
    let text = text.filter(|text| !text.trim().is_empty());
    match (product.layout, text) {
        (Layout::Plugin, _) => Ok(plugin(product, line)),
        (Layout::Own, _) | (_, None) => {
            let whole = serde_json::to_string_pretty(&whole(product, line));
            whole.map(|text| text + "\n").map_err(|_| Uneditable::Form)
        }
        (_, Some(text)) if found(product, text) == wanted(product, line) => Ok(text.to_owned()),
        (_, Some(text)) => {
            let edited = edit(text, |root| {
                take_out(root);
                put_in(product, root, line)
            })?;
            proved(text, edited)
        }
    }
}

/// The text without our entries; none where nothing is left of a file of our own.
pub fn uninstalled(product: &Product, text: &str) -> Result<Option<String>, Uneditable> {
    if matches!(product.layout, Layout::Plugin | Layout::Own) {
        return Ok(found(product, text).is_empty().then(|| text.to_owned()));
    }
    let edited = edit(text, |root| {
        take_out(root);
        Ok(())
    })?;
    proved(text, edited).map(Some)
}

fn is_ours(command: &str) -> bool {
    command.contains(PROGRAM)
}

fn edit(
    text: &str,
    change: impl FnOnce(&CstObject) -> Result<(), Uneditable>,
) -> Result<String, Uneditable> {
    // Read first by the reader that bounds how deep it goes.
    reader::parse(text, Dialect::Commented)
        .map_err(|error| Uneditable::Unread(error.to_string()))?;
    let root = CstRootNode::parse(text, &ParseOptions::default())
        .map_err(|error| Uneditable::Unread(error.kind().to_string()))?;
    let object = root.object_value().ok_or_else(|| Uneditable::Shape("the top".into()))?;
    change(&object)?;
    Ok(root.to_string())
}

/// What else the settings say is said still.
fn proved(before: &str, after: String) -> Result<String, Uneditable> {
    let versioned =
        reader::parse(before, Dialect::Commented).is_ok_and(|node| node.get("version").is_some());
    let rest = |text: &str| -> Result<String, Uneditable> {
        let text = edit(text, |root| {
            take_out(root);
            drop_empty(root);
            // Where it was missing, it was added.
            if let Some(version) = root.get("version").filter(|_| !versioned) {
                version.remove();
            }
            Ok(())
        })?;
        let node = reader::parse(&text, Dialect::Commented);
        node.map(|node| node.to_string()).map_err(|_| Uneditable::Form)
    };
    if rest(before)? == rest(&after)? { Ok(after) } else { Err(Uneditable::Form) }
}

fn put_in(product: &Product, root: &CstObject, line: &Line) -> Result<(), Uneditable> {
    if product.layout == Layout::Flat && root.get("version").is_none() {
        root.append("version", CstInputValue::Number("1".into()));
    }
    let shape = |name: &str| Uneditable::Shape(name.to_owned());
    let hooks = root.object_value_or_create("hooks").ok_or_else(|| shape("hooks"))?;
    for (event, matcher) in product.events {
        let list = hooks.array_value_or_create(event).ok_or_else(|| shape(event))?;
        list.append(input(&entry(product, event, *matcher, line)));
    }
    Ok(())
}

/// Takes our entries out, and what held nothing else.
fn take_out(root: &CstObject) {
    let Some(hooks) = root.object_value("hooks") else { return };
    let mut changed = false;
    for event in hooks.properties() {
        let Some(list) = event.array_value() else { continue };
        let before = list.elements().len();
        for one in list.elements() {
            let group = one.as_object();
            let inner = group.as_ref().and_then(|group| group.array_value("hooks"));
            let is_ours = match &inner {
                Some(inner) => strip(inner) && inner.elements().is_empty(),
                None => group.is_some_and(|group| calls_us(&group)),
            };
            if is_ours {
                one.remove();
            }
        }
        if list.elements().is_empty() && before > 0 {
            event.remove();
            changed = true;
        }
    }
    if changed && hooks.properties().is_empty() {
        drop_empty(root);
    }
}

/// Takes out events without hooks, and `hooks` without events: they say nothing.
fn drop_empty(root: &CstObject) {
    let Some(hooks) = root.object_value("hooks") else { return };
    let is_empty = |list: CstArray| list.elements().is_empty();
    for event in hooks.properties() {
        if event.array_value().is_some_and(is_empty) {
            event.remove();
        }
    }
    if hooks.properties().is_empty()
        && let Some(property) = root.get("hooks")
    {
        property.remove();
    }
}

/// Takes our entries out of a list; whether there were any.
fn strip(list: &CstArray) -> bool {
    let ours = |one: &CstNode| one.as_object().is_some_and(|one| calls_us(&one));
    let entries: Vec<CstNode> = list.elements().into_iter().filter(ours).collect();
    let any = !entries.is_empty();
    entries.into_iter().for_each(CstNode::remove);
    any
}

fn calls_us(entry: &CstObject) -> bool {
    let command = entry.get("command").and_then(|it| it.value()?.as_string_lit());
    command.and_then(|text| text.decoded_value().ok()).is_some_and(|text| is_ours(&text))
}

/// A file of our own.
fn whole(product: &Product, line: &Line) -> Value {
    let each = product.events.iter().map(|(event, matcher)| {
        ((*event).to_owned(), json!([entry(product, event, *matcher, line)]))
    });
    let hooks = Value::Object(each.collect());
    match product.layout {
        Layout::Groups(_) => json!({ "hooks": hooks }),
        _ => json!({ "version": 1, "hooks": hooks }),
    }
}

fn entry(product: &Product, event: &str, matcher: Option<&str>, line: &Line) -> Value {
    let command = line.command(product, event);
    let mut entry = match product.layout {
        Layout::Groups(unit) => {
            let timeout = match unit {
                Unit::Seconds => TIMEOUT_S,
                Unit::Milliseconds => TIMEOUT_S * 1_000,
            };
            let hook = json!({ "type": "command", "command": command, "timeout": timeout });
            json!({ "hooks": [hook] })
        }
        Layout::Own => json!({ "type": "command", "bash": command, "timeoutSec": TIMEOUT_S }),
        Layout::Flat | Layout::Plugin => json!({ "command": command, "timeout": TIMEOUT_S }),
    };
    if let (Some(matcher), Some(entry)) = (matcher, entry.as_object_mut()) {
        entry.shift_insert(0, "matcher".into(), matcher.into());
    }
    entry
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(flag) => CstInputValue::Bool(*flag),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(items) => CstInputValue::Array(items.iter().map(input).collect()),
        Value::Object(fields) => CstInputValue::Object(
            fields.iter().map(|(name, value)| (name.clone(), input(value))).collect(),
        ),
    }
}

fn plugin(product: &Product, line: &Line) -> String {
    let (event, _) = product.events.first().copied().unwrap_or_default();
    let program = Value::from(line.program.as_str()).to_string();
    PLUGIN
        .replace("\"PROGRAM\"", &program)
        .replace("\"ARGUMENTS\"", &line.words(product, event).to_string())
}

/// What a plugin would start, as the command line that means the same.
fn plugin_entry(product: &Product, text: &str) -> Option<(String, String)> {
    let after = |mark: &str| text.split_once(mark)?.1.lines().next();
    let program: String = serde_json::from_str(after("const program = ")?).ok()?;
    let words: Vec<String> = serde_json::from_str(after("const words = ")?).ok()?;
    let line = std::iter::once(&program).chain(&words).map(|word| quote(word));
    let (event, _) = product.events.first()?;
    Some(((*event).to_owned(), line.collect::<Vec<_>>().join(" ")))
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
