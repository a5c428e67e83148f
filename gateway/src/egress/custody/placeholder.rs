//! What stands for a secret: of the same length and shape, so that programs which look at their tokens are content,
//! and so that neither a length nor an encoding changes when one takes the other's place.

use ring::rand::{SecureRandom, SystemRandom};

use super::CustodyError;

/// Letters and digits that are drawn, at least.
const LEAST_DRAWN: usize = 6;

/// A placeholder of `value`; none where too little of it could differ.
pub fn of(value: &str) -> Result<Option<String>, CustodyError> {
    let kept = content::secrets::sign(value).len();
    let kept = if drawn(value, kept) < LEAST_DRAWN { 0 } else { kept };
    if drawn(value, kept) < LEAST_DRAWN {
        return Ok(None);
    }
    loop {
        let mut bytes = vec![0; value.len()];
        SystemRandom::new().fill(&mut bytes).map_err(|_| CustodyError::Random)?;
        let (sign, rest) = value.split_at_checked(kept).unwrap_or(("", value));
        let hex = rest.bytes().all(|b| !b.is_ascii_alphabetic() || matches!(b | 32, b'a'..=b'f'));
        let letters = if hex { 6 } else { 26 };
        let rest =
            rest.bytes().zip(bytes).map(|(old, random)| char::from(like(old, random, letters)));
        let placeholder: String = sign.chars().chain(rest).collect();
        if placeholder != value {
            return Ok(Some(placeholder));
        }
    }
}

fn drawn(value: &str, kept: usize) -> usize {
    value.bytes().skip(kept).filter(u8::is_ascii_alphanumeric).count()
}

/// Another character of the same class.
fn like(old: u8, random: u8, letters: u8) -> u8 {
    match old {
        b'0'..=b'9' => b'0' + random % 10,
        b'a'..=b'z' => b'a' + random % letters,
        b'A'..=b'Z' => b'A' + random % letters,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, shape: &str) {
        let placeholder = of(value).expect("random").expect(value);
        assert_ne!(placeholder, value);
        let shaped =
            content::pattern::Pattern::new(shape, content::pattern::Flags::default()).expect(shape);
        assert_eq!(
            shaped.find_at(&placeholder, 0),
            Some(0..value.len()),
            "{placeholder} for {value}"
        );
    }

    #[test]
    fn a_placeholder_looks_like_the_secret() {
        check("ghp_0aBcDeFgHiJkLmNoPqRsTuVwXyZ012345678", "^ghp_[0-9][A-Za-z0-9]{35,36}$");
        check(
            "sk-ant-api03-AbCd_ef-0123456789",
            "^sk-ant-[a-z]{3}[0-9]{2}-[A-Z][a-z][A-Z][a-z]_[a-z]{2}-[0-9]{10}$",
        );
        check("dapi00ff00ff00ff00ff00ff00ff00ff00ff", "^dapi[0-9a-f]{32}$");
        check("AKIAQX7ZK2LWN4RTYGV5", "^AKIA[A-Z0-9]{16}$");
        check("hunter22", "^[a-z]{6}[0-9]{2}$");
        check("a/b+c=d/e/f", "^[a-z]/[a-z][+][a-z]=[a-z]/[a-z]/[a-z]$");
    }

    #[test]
    fn what_could_hardly_differ_has_none() {
        assert_eq!(of("-----a----"), Ok(None));
    }
}
