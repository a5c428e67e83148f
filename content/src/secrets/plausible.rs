//! Tells a secret from what stands in its place: variables, placeholders, masks.

/// The value can be a secret. `named` kinds are known by the word before them and take any value,
/// so they need more care.
pub fn is_plausible(named: bool, value: &str) -> bool {
    let first = value.chars().next().unwrap_or(' ');
    if value.contains('‹') || value.ends_with("EXAMPLE") || is_one_letter(value) {
        return false;
    }
    if !named {
        return true;
    }
    // Variables, format strings, templates, code.
    if ['$', '%', '<', '{', '[', '(', '-', '&', '|', '`', '\\'].contains(&first) {
        return false;
    }
    if value.len() < 4 || value.contains("${") || value.contains("{{") || value.contains("...") {
        return false;
    }
    if value.ends_with('(') || value.contains("()") || value.contains("(\"") || value.contains("('")
    {
        return false;
    }
    let small = value.to_ascii_lowercase();
    const WORDS: [&str; 14] = [
        "none", "null", "true", "false", "password", "passwd", "secret", "token", "input",
        "string", "required", "optional", "changeme", "prompt",
    ];
    !WORDS.contains(&small.as_str())
        && !small.starts_with("your")
        && !small.starts_with("os.environ")
        && !small.starts_with("process.env")
}

/// `xxxxxxxx`, `****`.
fn is_one_letter(value: &str) -> bool {
    let mut letters = value.chars();
    letters.next().is_none_or(|first| value.len() > 3 && letters.all(|letter| letter == first))
}
