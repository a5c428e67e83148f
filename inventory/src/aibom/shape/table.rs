//! Compiles tables of types for one version. How they are written: `rules/aibom/README.md`.

use std::collections::HashMap;

use content::pattern::{Flags, Pattern};
use content::tree::{Entry, Node};
use content::yaml;

use super::{
    Bounds, Choose, Equals, Field, Form, List, Need, Number, NumberKind, Object, Rest, Rule, Shape,
    Shapes, Text, Words,
};

/// Something wrong in a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}\nhint: rules/aibom/README.md says how types are written")]
pub struct Wrong {
    file: String,
    line: u32,
    message: String,
}

type Told<T> = Result<T, (u32, String)>;

impl Shapes {
    /// Compiles files given as (name, text) for `version`. The first names the versions and the root.
    pub fn parse(files: &[(&str, &str)], version: &str) -> Result<Self, Wrong> {
        let wrong = |file: &str, (line, message): (u32, String)| Wrong {
            file: file.to_owned(),
            line,
            message,
        };
        let mut documents = Vec::new();
        for (name, text) in files {
            let document = yaml::documents(text)
                .map_err(|error| wrong(name, (error.line, error.message)))?
                .into_iter()
                .next()
                .ok_or_else(|| wrong(name, (0, "it is empty".to_owned())))?;
            documents.push((*name, document));
        }
        let mut compile = Compile { version, versions: Vec::new(), names: HashMap::new() };
        let mut order: Vec<(&str, &Entry)> = Vec::new();
        let mut root = None;
        for (name, document) in &documents {
            compile.versions.extend(texts(document.get("versions")));
            root = root.or_else(|| document.get("root").and_then(Node::text));
            for entry in document.get("types").map(Node::entries).unwrap_or_default() {
                compile.names.insert(&entry.key, (order.len(), &entry.value));
                order.push((name, entry));
            }
        }
        let first = documents.first().map(|(name, _)| *name).unwrap_or_default();
        if !compile.versions.iter().any(|known| known == version) {
            return Err(wrong(first, (0, format!("version `{version}` is not in it"))));
        }
        let root = root.and_then(|root| compile.names.get(root)).map(|(at, _)| *at);
        let root = root.ok_or_else(|| wrong(first, (0, "`root` names no type".to_owned())))?;
        let types = order
            .iter()
            .map(|(file, entry)| compile.node(&entry.value).map_err(|told| wrong(file, told)));
        let types = types.collect::<Result<_, _>>()?;
        let names = compile.names.iter().map(|(name, (at, _))| ((*name).to_owned(), *at)).collect();
        Ok(Self { version: version.to_owned(), types, names, root })
    }
}

struct Compile<'a> {
    version: &'a str,
    versions: Vec<String>,
    names: HashMap<&'a str, (usize, &'a Node)>,
}

impl Compile<'_> {
    fn node(&self, node: &Node) -> Told<Shape> {
        if let Some(word) = node.text() {
            return self.word(word).map_err(|message| (node.line, message));
        }
        if !node.items().is_empty() {
            return Err((node.line, "a list is written `[type]` in quotes, or `.list`".to_owned()));
        }
        let Some(Entry { key, value, line, .. }) = node.entries().first() else {
            return self.object(node).map(Shape::Object);
        };
        let (key, rest) = key.split_once(' ').unwrap_or((key, ""));
        match key {
            ".by" => self.by(value),
            ".enum" => Ok(Shape::Words(self.words(value))),
            ".pattern" => self.pattern(node, value),
            ".one" => Ok(Shape::One(self.all(value)?)),
            ".any" => Ok(Shape::Some(self.all(value)?)),
            ".list" => list(self.node(value)?, rest).map_err(|message| (*line, message)),
            ".choose" => self.choose(rest, value, node),
            _ => self.object(node).map(Shape::Object),
        }
    }

    fn all(&self, node: &Node) -> Told<Vec<Shape>> {
        node.items().iter().map(|item| self.node(item)).collect()
    }

    /// `text 1..`, `[component] unique`, the name of a type.
    fn word(&self, word: &str) -> Result<Shape, String> {
        if let Some(rest) = word.strip_prefix('[') {
            let (item, rest) = rest.split_once(']').ok_or_else(|| format!("`{word}` has no ]"))?;
            return list(self.word(item)?, rest);
        }
        let (name, range) = word.split_once(' ').unwrap_or((word, ""));
        let bounds = bounds(range)?;
        let text = |form| Shape::Text(Text { form, length: bounds, pattern: None });
        Ok(match name {
            "any" => Shape::Any,
            "bool" => Shape::Bool,
            "int" => Shape::Number(Number { kind: NumberKind::Whole, bounds }),
            "number" => Shape::Number(Number { kind: NumberKind::Any, bounds }),
            other => match form(other) {
                Some(form) => text(form),
                None => {
                    let known = self.names.get(other).map(|(at, _)| Shape::Named(*at));
                    known.ok_or_else(|| format!("type `{other}` is not known"))?
                }
            },
        })
    }

    fn pattern(&self, node: &Node, source: &Node) -> Told<Shape> {
        let source = source.text().unwrap_or_default();
        let pattern = Pattern::new(source, Flags::default())
            .map_err(|error| (node.line, error.to_string()))?;
        let form = node.get(".is").and_then(Node::text).and_then(form).unwrap_or(Form::Any);
        let pattern = Some(Box::new(pattern));
        Ok(Shape::Text(Text { form, length: Bounds::default(), pattern }))
    }

    /// The entry of the last version that is not newer than ours.
    fn by(&self, node: &Node) -> Told<Shape> {
        let now = self.place(self.version);
        let old = node.entries().iter().filter(|entry| self.place(&entry.key) <= now);
        match old.max_by_key(|entry| self.place(&entry.key)) {
            Some(entry) => self.node(&entry.value),
            None => Ok(Shape::Any),
        }
    }

    fn choose(&self, by: &str, of: &Node, whole: &Node) -> Told<Shape> {
        let mut types = HashMap::new();
        for name in texts(Some(of)) {
            let shape = self.word(&name).map_err(|message| (of.line, message))?;
            types.insert(name, shape);
        }
        for entry in of.entries() {
            types.insert(entry.key.clone(), self.node(&entry.value)?);
        }
        Ok(Shape::Choose(Choose { by: by.to_owned(), of: types, rest: rest(whole) }))
    }

    fn words(&self, node: &Node) -> Words {
        let mut words = Words::default();
        for word in node.items().iter().filter_map(Node::scalar) {
            let (name, mark) = marked(&word);
            match self.holds(mark) {
                true => drop(words.known.insert(name.to_owned())),
                false => drop(words.elsewhere.insert(name.to_owned(), self.first(mark))),
            }
        }
        words
    }

    fn object(&self, node: &Node) -> Told<Object> {
        let mut object = match node.get(".with").and_then(Node::text) {
            Some(base) => {
                let (_, base) = self
                    .names
                    .get(base)
                    .ok_or_else(|| (node.line, format!("type `{base}` is not known")))?;
                self.object(base)?
            }
            None => Object::default(),
        };
        object.rest = rest(node);
        for Entry { key, value, line, .. } in node.entries() {
            if key.starts_with('.') {
                let rule = rule(key, value).map_err(|message| (*line, message))?;
                object.rules.extend(rule);
                continue;
            }
            let (name, mark) = marked(key);
            let (name, need) = match name.strip_suffix('!') {
                Some(name) => (name, Need::Required),
                None => (name, Need::Free),
            };
            if self.holds(mark) {
                let field = Field { shape: self.node(value)?, need };
                object.fields.insert(name.to_owned(), field);
            } else {
                object.elsewhere.insert(name.to_owned(), self.first(mark));
            }
        }
        Ok(object)
    }

    fn place(&self, version: &str) -> Option<usize> {
        self.versions.iter().position(|known| known == version)
    }

    /// Whether our version is meant by `1.6` (from there on), `..1.6` or `1.5..1.6`.
    fn holds(&self, mark: &str) -> bool {
        let (from, to) = mark.split_once("..").unwrap_or((mark, ""));
        let now = self.place(self.version);
        (from.is_empty() || self.place(from) <= now) && (to.is_empty() || now <= self.place(to))
    }

    fn first(&self, mark: &str) -> String {
        let (from, _) = mark.split_once("..").unwrap_or((mark, ""));
        if from.is_empty() {
            self.versions.first().cloned().unwrap_or_default()
        } else {
            from.into()
        }
    }
}

fn rest(node: &Node) -> Rest {
    if node.get(".open").is_some() { Rest::Open } else { Rest::Closed }
}

fn rule(key: &str, node: &Node) -> Result<Option<Rule>, String> {
    let sets = || node.items().iter().map(|item| texts(Some(item))).collect();
    Ok(match key {
        ".open" | ".with" => None,
        ".one-of" => Some(Rule::OneOf(sets())),
        ".some-of" => Some(Rule::SomeOf(sets())),
        ".not-together" => Some(Rule::NotTogether(texts(Some(node)))),
        ".only-if" => node.entries().first().and_then(|entry| {
            Some(Rule::OnlyIf(entry.key.clone(), entry.value.text()?.to_owned()))
        }),
        other => return Err(format!("`{other}` is not known")),
    })
}

fn form(name: &str) -> Option<Form> {
    Some(match name {
        "text" => Form::Any,
        "link" => Form::Link,
        "uri" => Form::Absolute,
        "time" => Form::Time,
        "date" => Form::Date,
        "email" => Form::Email,
        _ => return None,
    })
}

fn list(item: Shape, rest: &str) -> Result<Shape, String> {
    let (mut equals, mut size) = (Equals::Allowed, Bounds::default());
    for word in rest.split_whitespace() {
        match word {
            "unique" => equals = Equals::Forbidden,
            range => size = bounds(range)?,
        }
    }
    Ok(Shape::List(List { item: Box::new(item), size, equals }))
}

/// `1..`, `..5`, `0..1`.
fn bounds(text: &str) -> Result<Bounds, String> {
    if text.is_empty() {
        return Ok(Bounds::default());
    }
    let (least, most) = text.split_once("..").ok_or_else(|| format!("`{text}` is no range"))?;
    let number = |text: &str| match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| format!("`{text}` is no number")),
    };
    Ok(Bounds { least: number(least)?, most: number(most)? })
}

/// A name, and the versions that it is for: `name@1.6`.
fn marked(word: &str) -> (&str, &str) {
    let mark =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    match word.rsplit_once('@') {
        Some((name, rest)) if !name.is_empty() && mark(rest) => (name, rest),
        _ => (word, ""),
    }
}

fn texts(node: Option<&Node>) -> Vec<String> {
    node.map(Node::items).unwrap_or_default().iter().filter_map(Node::scalar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_in_a_table_has_its_line() {
        let check = |types: &str, expect: &str| {
            let text = format!("versions: ['1']\nroot: a\ntypes:\n{types}");
            let wrong = Shapes::parse(&[("t.yaml", &text)], "1").expect_err(types);
            let told = wrong.to_string();
            assert_eq!(told.lines().next().unwrap_or_default(), format!("t.yaml:{expect}"));
        };
        check("  a: {x: nothing}", "4: type `nothing` is not known");
        check("  a:\n    x: '[text'", "5: `[text` has no ]");
        check("  a: {.odd: 1}", "4: `.odd` is not known");
        check("  a: {x: 'int 1'}", "4: `1` is no range");
        check("  b: text", "0: `root` names no type");
    }
}
