//! The grammar of `condition`: names, `and`, `or`, `not`, parentheses, `1 of x*`, `all of them`.

/// A condition over the names of selections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// This selection.
    Name(String),
    /// Not this.
    Not(Box<Condition>),
    /// Both.
    And(Vec<Condition>),
    /// One of them.
    Or(Vec<Condition>),
    /// At least one selection whose name fits.
    OneOf(String),
    /// Every selection whose name fits.
    AllOf(String),
}

/// Deepest nesting of parentheses and `not`.
const MAX_DEPTH: usize = 64;

/// Reads a condition; the error says what is wrong.
pub fn parse(text: &str) -> Result<Condition, String> {
    let mut reader = Reader { words: words(text), at: 0, depth: 0 };
    if reader.words.is_empty() {
        return Err("the condition is empty".into());
    }
    if text.contains('|') {
        return Err("`|` and aggregation in a condition are no longer part of Sigma".into());
    }
    let condition = reader.or()?;
    match reader.peek() {
        Some(word) => Err(format!("`{word}` was not expected in the condition")),
        None => Ok(condition),
    }
}

fn words(text: &str) -> Vec<String> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    spaced.split_whitespace().map(str::to_owned).collect()
}

struct Reader {
    words: Vec<String>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    /// Takes the next word if it is `word`.
    fn eat(&mut self, word: &str) -> bool {
        let eaten = self.peek().is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(eaten);
        eaten
    }

    fn next(&mut self) -> Result<String, String> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word.ok_or_else(|| "the condition ends too early".into())
    }

    fn or(&mut self) -> Result<Condition, String> {
        let mut branches = vec![self.and()?];
        while self.eat("or") {
            branches.push(self.and()?);
        }
        Ok(single(branches, Condition::Or))
    }

    fn and(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.not()?];
        while self.eat("and") {
            parts.push(self.not()?);
        }
        Ok(single(parts, Condition::And))
    }

    fn not(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("the condition is nested too deeply".into());
        }
        let condition =
            if self.eat("not") { Condition::Not(Box::new(self.not()?)) } else { self.operand()? };
        self.depth -= 1;
        Ok(condition)
    }

    fn operand(&mut self) -> Result<Condition, String> {
        if self.eat("(") {
            let inner = self.or()?;
            return if self.eat(")") { Ok(inner) } else { Err("a `)` is missing".into()) };
        }
        let word = self.next()?;
        if ["and", "or", ")", "of"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
            return Err(format!("`{word}` was not expected in the condition"));
        }
        if !self.eat("of") {
            return Ok(Condition::Name(word));
        }
        let names = self.next()?;
        match word.to_ascii_lowercase().as_str() {
            "1" | "any" => Ok(Condition::OneOf(names)),
            "all" => Ok(Condition::AllOf(names)),
            other => Err(format!("`{other} of` is not known: it is `1 of` or `all of`")),
        }
    }
}

fn single(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

/// `name` fits `pattern`: a name with `*`, or `them` (all but those that begin with `_`).
pub fn fits(pattern: &str, name: &str) -> bool {
    if pattern.eq_ignore_ascii_case("them") {
        return !name.starts_with('_');
    }
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len()
                && name.starts_with(start)
                && name.ends_with(end.trim_end_matches('*'))
        }
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let found = match parse(text) {
            Ok(condition) => show(&condition),
            Err(error) => format!("error: {error}"),
        };
        assert!(found.starts_with(expect), "{text}: {found}");
    }

    fn show(condition: &Condition) -> String {
        let list = |parts: &[Condition]| parts.iter().map(show).collect::<Vec<_>>().join(" ");
        match condition {
            Condition::Name(name) => name.clone(),
            Condition::Not(inner) => format!("!{}", show(inner)),
            Condition::And(parts) => format!("(and {})", list(parts)),
            Condition::Or(parts) => format!("(or {})", list(parts)),
            Condition::OneOf(names) => format!("1:{names}"),
            Condition::AllOf(names) => format!("all:{names}"),
        }
    }

    #[test]
    fn reads_conditions() {
        check("selection", "selection");
        check("a or b and not c", "(or a (and b !c))");
        check("(a or b) and c", "(and (or a b) c)");
        check("not (a AND 1 of f_*)", "!(and a 1:f_*)");
        check("all of them and not any of x", "(and all:them !1:x)");
        check("not not a", "!!a");
    }

    #[test]
    fn says_what_is_wrong() {
        check("", "error: the condition is empty");
        check("a and", "error: the condition ends too early");
        check("(a", "error: a `)` is missing");
        check("a b", "error: `b` was not expected");
        check("2 of x", "error: `2 of`");
        check("a | count() > 5", "error: `|`");
        check(
            &format!("{}a{}", "(".repeat(500), ")".repeat(500)),
            "error: the condition is nested",
        );
    }

    #[test]
    fn names_fit() {
        assert!(fits("them", "a") && !fits("them", "_a"));
        assert!(fits("sel*", "selection") && !fits("sel*", "x") && fits("a", "a"));
        assert!(fits("*x", "ax") && fits("a*z", "abz") && !fits("ab*bz", "abz"));
    }
}
