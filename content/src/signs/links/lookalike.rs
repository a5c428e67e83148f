//! Hosts that are not what they look like: letters of other scripts, names one letter away from a known one, a known
//! name in front of another.

use super::address::Address;
use crate::signs::hidden::mixed::latin;

/// What is wrong with the host, and how sure that is; `known` are names that are imitated, `own` are none of theirs.
pub fn judge(
    address: &Address<'_>,
    known: &[String],
    own: &[String],
) -> Option<(&'static str, u8)> {
    let host = shown(address.host);
    let domain = super::address::domain(&host);
    if known.contains(&domain) || own.contains(&domain) {
        return None;
    }
    let skeleton: String = domain.chars().map(|it| latin(it).unwrap_or(it)).collect();
    if !host.is_ascii() {
        let is_known = known.contains(&skeleton);
        let is_mixed = host.split('.').any(is_mixed);
        return match (is_known, is_mixed) {
            (true, _) => Some(("lookalike_host", 95)),
            (_, true) => Some(("mixed_script_host", 75)),
            _ => None,
        };
    }
    if is_near_any(&domain, known) {
        return Some(("lookalike_host", 60));
    }
    let before = host.strip_suffix(&domain).unwrap_or_default();
    known.iter().any(|name| is_in_front(before, name)).then_some(("lookalike_host", 70))
}

/// `github.com.login.example`: a whole known name in front of another.
fn is_in_front(before: &str, name: &str) -> bool {
    if before.len() <= name.len() {
        return false;
    }
    let last = before.strip_suffix('.').and_then(|it| it.strip_suffix(name));
    last.is_some_and(|left| left.is_empty() || left.ends_with('.'))
        || before
            .match_indices(name)
            .any(|(at, _)| before.as_bytes().get(at + name.len()) == Some(&b'.'))
}

/// The host as a browser might show it: `xn--` labels in their letters.
fn shown(host: &str) -> String {
    let label = |label: &str| {
        let small = label.to_lowercase();
        small.strip_prefix("xn--").and_then(punycode).unwrap_or(small)
    };
    host.split('.').map(label).collect::<Vec<_>>().join(".")
}

fn is_mixed(label: &str) -> bool {
    let ascii = label.chars().any(|it| it.is_ascii_alphabetic());
    ascii && label.chars().any(|it| matches!(it, '\u{370}'..='\u{52f}'))
}

/// Another name that one takes for a known one: one letter other, left out, added or exchanged, or a digit for a letter.
fn is_near_any(domain: &str, known: &[String]) -> bool {
    let Some((one, end)) = domain.rsplit_once('.') else { return false };
    let digits: String = one.chars().map(undigit).collect();
    let forms = [digits, one.replace("rn", "m"), one.replace("vv", "w")];
    known.iter().filter_map(|name| name.rsplit_once('.')).any(|(other, known_end)| {
        // Of short names too many are one letter apart by chance.
        let is_close = other.len() >= 7 && end == known_end && one.len().abs_diff(other.len()) < 2;
        one != other && forms.iter().any(|form| form == other)
            || is_close && distance_is_one(one, other)
    })
}

fn undigit(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '5' => 's',
        other => other,
    }
}

/// Whether one change makes `one` of `other`.
fn distance_is_one(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let front = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) =
        (one.get(front..).unwrap_or_default(), other.get(front..).unwrap_or_default());
    match (one, other) {
        ([], [_]) | ([_], []) => true,
        ([a, rest @ ..], [b, behind @ ..]) => {
            let exchanged =
                matches!((rest, behind), ([c, x @ ..], [d, y @ ..]) if a == d && b == c && x == y);
            rest == behind || rest == other || one == behind || exchanged
        }
        _ => false,
    }
}

/// A label as RFC 3492 decodes it.
fn punycode(text: &str) -> Option<String> {
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut letters: Vec<char> = basic.chars().collect();
    let (mut code, mut at, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = extended.bytes();
    while digits.len() > 0 && letters.len() < 64 {
        let (before, mut weight, mut step) = (at, 1u32, 36u32);
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = step.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            step += 36;
        }
        let count = u32::try_from(letters.len()).ok()? + 1;
        bias = adapt(at - before, count, before == 0);
        code = code.checked_add(at / count)?;
        at %= count;
        letters.insert(at as usize, char::from_u32(code)?);
        at += 1;
    }
    Some(letters.into_iter().collect())
}

fn adapt(delta: u32, count: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut step = 0;
    while delta > 455 {
        delta /= 35;
        step += 36;
    }
    step + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_who_looks_like_whom() {
        let known: Vec<String> =
            ["github.com", "paypal.com", "pypi.org", "google.com", "microsoft.com"]
                .map(str::to_owned)
                .to_vec();
        let own = vec!["gogole.com".to_owned()];
        let check = |host: &str, expect: Option<&str>| {
            let text = format!("https://{host}/x");
            let found = Address::of(&text).and_then(|it| judge(&it, &known, &own));
            assert_eq!(found.map(|(kind, _)| kind), expect, "{host}");
        };
        check("github.com", None);
        check("api.github.com", None);
        check("micros0ft.com", Some("lookalike_host"));
        check("paypa1.com", Some("lookalike_host"));
        check("microsft.com", Some("lookalike_host"));
        check("mircosoft.com", Some("lookalike_host"));
        check("rnicrosoft.com", Some("lookalike_host"));
        check("github.com.login.example", Some("lookalike_host"));
        check("pаypal.com", Some("lookalike_host"));
        check("xn--pypal-4ve.com", Some("lookalike_host"));
        check("gогo.example", Some("mixed_script_host"));
        check("xn--mnchen-3ya.de", None);
        check("президент.рф", None);
        check("gogole.com", None);
        check("typi.org", None);
        check("mygithub.com", None);
    }

    #[test]
    fn decodes_labels() {
        for (label, expect) in [
            ("mnchen-3ya", Some("münchen")),
            ("e1afmkfd", Some("пример")),
            ("pypal-4ve", Some("pаypal")),
            ("99999999", None),
        ] {
            assert_eq!(punycode(label).as_deref(), expect, "{label}");
        }
    }
}
