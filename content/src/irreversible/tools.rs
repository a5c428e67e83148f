//! Which tools of MCP servers cannot be undone: `tools.yaml`, by the verb of the name, what the server
//! says about the tool, and what it takes.

use std::sync::Arc;

use serde::Deserialize;

use super::Harm;
use super::load::{Case, Rule, TableError, Written, rules, table};
use super::pattern::Words;

/// Longest description that is looked at, in bytes.
const LONGEST: usize = 16 << 10;

/// What is known of a tool before it is called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tool<'t> {
    /// Its name.
    pub name: &'t str,
    /// What the server says that it does.
    pub description: &'t str,
    /// Names of what it takes, from its schema or from the call.
    pub parameters: &'t [&'t str],
    /// What the server says of its nature.
    pub hint: Hint,
}

/// `readOnlyHint` and `destructiveHint` of a tool's annotations: the server's own word, which is believed
/// where it warns and never where it soothes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// It says nothing.
    #[default]
    None,
    /// It says that the tool only reads.
    ReadOnly,
    /// It says that the tool destroys.
    Destructive,
}

/// The table of tools.
#[derive(Clone, Debug)]
pub struct Tools {
    reads: Vec<String>,
    rules: Vec<Rule<When>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Verbs that only read: a name that begins with one is let be, unless its own first verb says else.
    reads: Vec<String>,
    rules: Vec<Written<When>>,
}

/// One case: all that is named must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct When {
    /// The verb: the first word of the name that is one, as names are written (`delete_file`, `fileDelete`).
    verb: Words,
    /// Another word of the name; any if none is named.
    noun: Words,
    /// No word of the name.
    not_noun: Words,
    /// The first words of the description, if the name has no verb.
    says: Words,
    /// One of what it takes.
    takes: Words,
}

impl Case for When {
    fn fits_anything(&self) -> bool {
        self.verb.is_empty() && self.says.is_empty()
    }
}

impl Tools {
    /// Reads the table.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let file: File = table(text)?;
        Ok(Self { reads: file.reads, rules: rules(file.rules)? })
    }

    /// The harms it knows.
    pub fn harms(&self) -> impl Iterator<Item = &Harm> {
        self.rules.iter().map(|rule| &*rule.harm)
    }

    /// What a call of the tool does that cannot be undone; the first rule that fits.
    pub fn harm(&self, tool: Tool<'_>) -> Option<Arc<Harm>> {
        let name = words(tool.name);
        let warned = tool.hint == Hint::Destructive;
        let first = name.iter().find(|word| self.is_verb(word));
        if !warned && first.is_some_and(|word| self.reads.contains(word)) {
            return None;
        }
        let description = tool.description.get(..LONGEST).unwrap_or(tool.description);
        let said = words(description.split(['.', '\n']).next().unwrap_or_default());
        let named =
            self.rules.iter().find(|rule| rule.when.iter().any(|when| fits(when, &name, tool)));
        let told = || {
            // A name without any verb: its description begins with one, or it says nothing.
            let told = |when: &When| {
                !when.says.is_empty()
                    && said.iter().take(2).any(|word| when.says.fit(word))
                    && !said.first().is_some_and(|word| self.reads.contains(&stem(word)))
            };
            let verbless = warned || first.is_none();
            self.rules.iter().find(|rule| verbless && rule.when.iter().any(told))
        };
        named.or_else(told).map(|rule| rule.harm.clone())
    }

    fn is_verb(&self, word: &String) -> bool {
        self.reads.contains(word)
            || self.rules.iter().any(|rule| rule.when.iter().any(|when| when.verb.fit(word)))
    }
}

fn fits(when: &When, name: &[String], tool: Tool<'_>) -> bool {
    !when.verb.is_empty()
        && name.iter().any(|word| when.verb.fit(word))
        && (when.noun.is_empty() || name.iter().any(|word| when.noun.fit(word)))
        && (when.not_noun.is_empty() || !name.iter().any(|word| when.not_noun.fit(word)))
        && (when.takes.is_empty() || tool.parameters.iter().any(|one| when.takes.fit(one)))
}

/// `Deletes` is `delete`, as far as a list of verbs needs it.
fn stem(word: &str) -> String {
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

/// A name as words in lower case: `gmail_sendMessage` is `gmail send message`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut open, mut lower) = (false, false);
    for letter in name.chars().take(512) {
        if !letter.is_alphanumeric() {
            open = false;
            continue;
        }
        if !open || (letter.is_uppercase() && lower) {
            words.push(String::new());
        }
        (open, lower) = (true, letter.is_lowercase());
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}
