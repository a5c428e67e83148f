//! Tells a secret from what stands in its place: variables, placeholders, masks.

/// The value can be a secret. `named` kinds are known by the word before them and take any value,
/// so they need more care.
pub fn is_plausible(named: bool, value: &str) -> bool {
    let first = value.chars().next().unwrap_or(' ');
    if value.contains('‹') || value.ends_with("EXAMPLE") || is_one_letter(value) {
        return false;
    }
    if !named {
        // A key of some length that was made at random has more than three bits in each letter.
        return value.len() < 24 || value.len() > 400 || bits_per_letter(value) > 2.9;
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
    const WORDS: [&str; 16] = [
        "none", "null", "true", "false", "password", "passwd", "secret", "token", "input",
        "string", "bearer", "basic", "required", "optional", "changeme", "prompt",
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

/// Shannon's entropy of the bytes.
fn bits_per_letter(value: &str) -> f64 {
    let mut counts = [0u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = value.len() as f64;
    let share = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / length);
    -share.map(|share| share * share.log2()).sum::<f64>()
}
