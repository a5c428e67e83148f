//! Text from outside before people see it.

use event::show::{brief, plain};

pub fn any(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let shown = plain(&text);
    assert_harmless(&shown);
    assert_eq!(plain(&shown), shown, "shown twice it is the same");
    let width = data.first().map_or(0, |byte| usize::from(*byte));
    let cut = brief(&text, width);
    assert_harmless(&cut);
    assert!(cut.chars().count() <= width.max(1), "{} of {width} characters", cut.chars().count());
}

/// Nothing that moves a cursor, turns text round, or hides. Said independently of `event::show`, by
/// Unicode's categories Cc, Cf, Zl and Zp as far as terminals act upon them.
pub fn assert_harmless(shown: &str) {
    let deceives = |character: char| {
        character.is_control()
            || matches!(u32::from(character),
                0x00ad | 0x034f | 0x061c | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e
                | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xfff9..=0xfffb
                | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
    };
    assert!(!shown.contains(deceives), "{shown:?} can deceive");
}
