//! How an address stands in its text: in a picture, a link, or by itself; and what is shown in its place.

use super::Role;

/// The role of the address from `from` to `end`, and what is shown for it.
pub fn of(text: &str, from: usize, end: usize) -> (Role, &str) {
    let before = tail(text, from);
    let bare = before.trim_end_matches(['"', '\'', '<', ' ']);
    if let Some(rest) = bare.strip_suffix("](") {
        return markdown(rest);
    }
    if let Some(rest) = bare.strip_suffix('=') {
        return attribute(text, end, rest.to_ascii_lowercase().trim_end());
    }
    if ends_with(bare, "url(") || ends_with(bare, "@import") {
        return (Role::Fetched, "");
    }
    (reference(text, bare), "")
}

/// With letters of any case.
fn ends_with(text: &str, end: &str) -> bool {
    let begin = text.len().checked_sub(end.len());
    begin.and_then(|begin| text.get(begin..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
}

/// What stands before `from`, at most 300 bytes.
fn tail(text: &str, from: usize) -> &str {
    let mut begin = from.saturating_sub(300);
    while !text.is_char_boundary(begin) {
        begin += 1;
    }
    text.get(begin..from).unwrap_or_default()
}

/// `[text](` or `![text](`, of which `](` was taken off.
fn markdown(before: &str) -> (Role, &str) {
    let Some(open) = before.rfind('[') else { return (Role::Clicked, "") };
    let shown = before.get(open + 1..).unwrap_or_default();
    let is_image = before.get(..open).is_some_and(|it| it.ends_with('!'));
    (if is_image { Role::Fetched } else { Role::Clicked }, shown)
}

/// An attribute of HTML, of which `=` was taken off.
fn attribute<'t>(text: &'t str, end: usize, before: &str) -> (Role, &'t str) {
    let tag = before.rfind('<').and_then(|at| before.get(at + 1..)).unwrap_or_default();
    if before.ends_with("href") && !tag.starts_with("link") {
        let behind = text.get(end..).unwrap_or_default();
        let shown = behind.split_once('>').and_then(|(_, rest)| rest.split_once("</a"));
        let shown =
            shown.map(|(shown, _)| shown).filter(|shown| shown.len() < 300 && !shown.contains('<'));
        return (Role::Clicked, shown.unwrap_or_default());
    }
    let is_fetched =
        ["src", "srcset", "poster", "background", "href"].iter().any(|name| before.ends_with(name));
    (if is_fetched && !tag.is_empty() { Role::Fetched } else { Role::Written }, "")
}

/// `[name]: ` at the beginning of a line, where a picture is of that name.
fn reference(text: &str, before: &str) -> Role {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    let name = line.strip_prefix('[').and_then(|it| it.strip_suffix("]:"));
    match name {
        Some(name) if text.contains("![") && text.contains(&format!("][{name}]")) => Role::Fetched,
        Some(_) => Role::Clicked,
        None => Role::Written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_how_addresses_stand() {
        let check = |text: &str, expect| {
            let from = text.find("https").unwrap_or_default();
            assert_eq!(of(text, from, from + 9), expect, "{text}");
        };
        check("![a](https://b)", (Role::Fetched, "a"));
        check("[a](<https://b>)", (Role::Clicked, "a"));
        check("<img alt=x src=\"https://b\">", (Role::Fetched, ""));
        check("<a href='https://b'>c</a>", (Role::Clicked, "c"));
        check("<link rel=x href=\"https://b\">", (Role::Fetched, ""));
        check("x { background: url('https://b') }", (Role::Fetched, ""));
        check("see https://b", (Role::Written, ""));
        check("URL=https://b", (Role::Written, ""));
        check("[n]: https://b\n![x][n]", (Role::Fetched, ""));
    }
}
