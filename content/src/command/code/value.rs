//! Arguments of calls, as far as they are written out: texts, joined texts, lists, names of constants.

use std::cell::Cell;
use std::collections::HashMap;

use super::super::UNKNOWN;
use super::tokens::Token;

/// Deepest nesting of expressions.
const DEEPEST: u8 = 12;
/// Longest list, and most tokens of one expression.
const LONGEST: usize = 256;
/// Most tokens that are looked at, over all expressions.
const MOST: u32 = 1_000_000;

/// What an argument is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    List(Vec<String>),
    /// `method: "DELETE"`, `shell=True`: a name with what it is set to.
    Named(String, String),
    Other,
}

impl Value {
    pub fn text(&self) -> Option<String> {
        if let Self::Text(text) = self { Some(text.clone()) } else { None }
    }

    /// The HTTP method that it names.
    pub fn method(&self) -> Option<String> {
        match self {
            Self::Named(name, value) if name == "method" => Some(value.to_ascii_uppercase()),
            _ => None,
        }
    }
}

/// Reads expressions out of tokens.
pub struct Reader<'t> {
    tokens: &'t [Token],
    constants: HashMap<&'t str, Value>,
    home: String,
    fuel: Cell<u32>,
}

impl<'t> Reader<'t> {
    pub fn new(tokens: &'t [Token], home: String) -> Self {
        Self { tokens, constants: HashMap::new(), home, fuel: Cell::new(MOST) }
    }

    /// Whether it stopped looking.
    pub fn is_spent(&self) -> bool {
        self.fuel.get() == 0
    }

    /// Takes from what may be looked at; `None` if nothing is left.
    fn look(&self) -> Option<()> {
        self.fuel.set(self.fuel.get().checked_sub(1)?);
        Some(())
    }

    fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at) {
            Some(Token::Sign(sign)) => Some(*sign),
            _ => None,
        }
    }

    /// At a name: if it is set here to something written out, remembers it.
    pub fn constant(&mut self, at: usize) {
        let Some(Token::Name(name)) = self.tokens.get(at) else { return };
        if self.sign(at + 1) == Some('=')
            && self.sign(at + 2) != Some('=')
            && self.constants.len() < LONGEST
        {
            let (value, _) = self.expression(at + 2, DEEPEST);
            self.constants.insert(name, value);
        }
    }

    /// The arguments of the call at `at`; `None` if it is none.
    pub fn arguments(&self, at: usize) -> Option<Vec<Value>> {
        match (self.sign(at + 1), self.tokens.get(at + 1)) {
            (Some('('), _) => {
                let (mut values, _) = self.list(at + 2, ')', DEEPEST);
                // `Path("x").unlink()`: what it is called on stands before it.
                if values.is_empty()
                    && let Some(on) = self.called_on(at)
                {
                    values.push(on);
                }
                Some(values)
            }
            // `unlink "x"`, `system "rm"`, without brackets.
            (None, Some(Token::Name(name))) if name == "glob" => {
                Some(self.list(at + 2, ';', DEEPEST).0)
            }
            (None, Some(Token::Text(_))) => Some(self.list(at + 1, ';', DEEPEST).0),
            _ => None,
        }
    }

    /// `Path("x") . unlink (`: the name begins with the joint, for what is before it is no name.
    fn called_on(&self, at: usize) -> Option<Value> {
        let dot = at.checked_sub(1)?;
        if self.sign(dot) != Some('.') {
            let Some(Token::Name(name)) = self.tokens.get(at) else { return None };
            let owner = name.rsplit_once('.')?.0;
            return self.constants.get(owner).cloned();
        }
        let text = dot.checked_sub(2).and_then(|at| self.tokens.get(at));
        match text {
            Some(Token::Text(text)) => Some(Value::Text(text.clone())),
            _ => None,
        }
    }

    /// Values up to `close`, and where that stands.
    fn list(&self, mut at: usize, close: char, depth: u8) -> (Vec<Value>, usize) {
        let mut values = Vec::new();
        while values.len() < LONGEST {
            match self.tokens.get(at) {
                None => break,
                Some(Token::Sign(sign)) if *sign == close => break,
                // Lines mean nothing in brackets.
                Some(Token::Sign(',' | ';')) if close != ';' => at += 1,
                Some(Token::Sign(',')) => at += 1,
                Some(_) => {
                    let (value, next) = self.named(at, depth);
                    values.push(value);
                    at = self.next_comma(next, close);
                }
            }
        }
        (values, at)
    }

    /// `name=value`, `name: value`, `{name: value}`, or a value.
    fn named(&self, at: usize, depth: u8) -> (Value, usize) {
        let at = if self.sign(at) == Some('{') { at + 1 } else { at };
        let key = match self.tokens.get(at) {
            Some(Token::Name(name) | Token::Text(name)) => Some(name),
            _ => None,
        };
        match (key, self.sign(at + 1)) {
            (Some(name), Some('=' | ':')) if self.sign(at + 2) != Some('=') => {
                let (value, next) = self.expression(at + 2, depth);
                (Value::Named(name.clone(), value.text().unwrap_or_default()), next)
            }
            _ => self.expression(at, depth),
        }
    }

    /// Where the argument ends: brackets inside of it are passed.
    fn next_comma(&self, mut at: usize, close: char) -> usize {
        let mut open = 0u32;
        for _ in 0..LONGEST * 4 {
            if self.look().is_none() {
                return self.tokens.len();
            }
            match self.sign(at) {
                Some('(' | '[' | '{') => open += 1,
                Some(sign) if open == 0 && (sign == ',' || sign == close) => return at,
                Some(')' | ']' | '}') => open = open.saturating_sub(1),
                None if at >= self.tokens.len() => return at,
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// A value, with what is joined to it by `+`, `.` or `/`.
    fn expression(&self, at: usize, depth: u8) -> (Value, usize) {
        let Some(depth) = depth.checked_sub(1) else { return (Value::Other, at + 1) };
        let (mut value, mut at) = self.term(at, depth);
        for _ in 0..LONGEST {
            let joint = match self.sign(at) {
                Some('+') => "",
                Some('/') => "/",
                _ => return (value, at),
            };
            let (next, behind) = self.term(at + 1, depth);
            value = match (value, next) {
                (Value::List(mut items), Value::List(more)) => {
                    items.extend(more);
                    Value::List(items)
                }
                (value, next) => {
                    let part = |value: Value| value.text().unwrap_or(UNKNOWN.into());
                    Value::Text(part(value) + joint + &part(next))
                }
            };
            at = behind;
        }
        (value, at)
    }

    fn term(&self, at: usize, depth: u8) -> (Value, usize) {
        if self.look().is_none() {
            return (Value::Other, self.tokens.len());
        }
        match self.tokens.get(at) {
            Some(Token::Text(text)) => {
                // Texts side by side are one.
                let mut text = text.clone();
                let mut next = at + 1;
                while let Some(Token::Text(more)) =
                    self.tokens.get(next).filter(|_| text.len() < 65_536)
                {
                    text.push_str(more);
                    next += 1;
                }
                // `"a b".split()`.
                if let (Some('.'), Some(Token::Name(name))) =
                    (self.sign(next), self.tokens.get(next + 1))
                    && name == "split"
                {
                    let items = text.split_whitespace().map(str::to_owned).collect();
                    return (Value::List(items), next + 4);
                }
                (Value::Text(text), next)
            }
            Some(Token::Sign('[' | '(')) => {
                let close = if self.sign(at) == Some('[') { ']' } else { ')' };
                let (values, end) = self.list(at + 1, close, depth);
                let items = values.iter().map(|it| it.text().unwrap_or(UNKNOWN.into())).collect();
                match values.as_slice() {
                    [one] if close == ')' => (one.clone(), end + 1),
                    _ => (Value::List(items), end + 1),
                }
            }
            Some(Token::Name(name)) if self.sign(at + 1) == Some('(') => {
                let (values, end) = self.list(at + 2, ')', depth);
                (self.made_by(name, &values), end + 1)
            }
            Some(Token::Name(name)) => {
                let value = self.constants.get(name.as_str()).cloned();
                let known = match name.as_str() {
                    "sys.executable" => Some("python3".to_owned()),
                    "process.execPath" => Some("node".to_owned()),
                    name if name.ends_with("env.HOME") => Some(self.home.clone()),
                    _ => None,
                };
                (value.or(known.map(Value::Text)).unwrap_or(Value::Text(UNKNOWN.into())), at + 1)
            }
            _ => (Value::Other, at + 1),
        }
    }

    /// What well-known functions make of their arguments.
    fn made_by(&self, name: &str, values: &[Value]) -> Value {
        let texts = || values.iter().map(|it| it.text().unwrap_or(UNKNOWN.into()));
        let last = name.rsplit('.').next().unwrap_or(name);
        Value::Text(match last {
            "expanduser" | "Path" | "PurePath" | "str" | "abspath" | "realpath" | "resolve"
            | "glob" | "String" | "raw" | "URL" | "text"
                if !values.is_empty() =>
            {
                let text = texts().next().unwrap_or_default();
                match text.strip_prefix('~') {
                    Some(rest) if last == "expanduser" => format!("{}{rest}", self.home),
                    _ => text,
                }
            }
            "join" if name.contains("path") => texts().collect::<Vec<_>>().join("/"),
            "homedir" | "home" => self.home.clone(),
            "split" if name.starts_with("shlex") => {
                let text = texts().next().unwrap_or_default();
                return Value::List(text.split_whitespace().map(str::to_owned).collect());
            }
            _ => UNKNOWN.into(),
        })
    }
}
