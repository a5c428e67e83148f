//! Texts that were clean a moment ago: a build opens the same few thousand files over and over, and
//! names them to its linker. Shared, each is looked at once, by the rules, too.

use std::hash::{BuildHasher, RandomState};

use event::Text;

/// A power of two of places; a text has one of them, where a later one takes its turn.
const BITS: u32 = 12;
/// Longer texts are looked at each time, so that memory stays bounded.
const LONGEST: usize = 512;

/// Clean texts, by what they say.
pub struct Recent {
    texts: Vec<Option<Text>>,
    /// With a key of its own, so that nobody chooses which text drives out which.
    hasher: RandomState,
}

impl Default for Recent {
    fn default() -> Self {
        Self { texts: vec![None; 1 << BITS], hasher: RandomState::new() }
    }
}

impl Recent {
    /// `text` as it was shared before, or what `clean` makes of it: none if it is clean as it is.
    pub fn share(&mut self, text: String, clean: impl FnOnce(&str) -> Option<Text>) -> Shared {
        if let Some(Some(known)) = self.place(&text)
            && **known == *text
        {
            return Shared::Clean(known.clone());
        }
        match clean(&text) {
            Some(safe) => Shared::Redacted(safe),
            None => Shared::Clean(self.same(text.into())),
        }
    }

    /// A text that is clean, as it was shared before.
    pub fn same(&mut self, text: Text) -> Text {
        match self.place(&text) {
            Some(Some(known)) if **known == *text => known.clone(),
            Some(place) => {
                *place = Some(text.clone());
                text
            }
            None => text,
        }
    }

    /// Where the text is, if it was there recently.
    fn place(&mut self, text: &str) -> Option<&mut Option<Text>> {
        if text.len() > LONGEST {
            return None;
        }
        let index = self.hasher.hash_one(text) >> (64 - BITS);
        self.texts.get_mut(index as usize)
    }
}

/// What came of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Shared {
    /// It is as it was.
    Clean(Text),
    /// It held a secret.
    Redacted(Text),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_text_is_looked_at_once_and_a_secret_never_kept() {
        let (mut recent, mut looked) = (Recent::default(), 0);
        let long = "x".repeat(LONGEST + 1);
        for (text, expect_looks) in [("/a", 1), ("/a", 1), (&*long, 2), (&*long, 3)] {
            let shared = recent.share(text.to_owned(), |_| {
                looked += 1;
                None
            });
            assert_eq!((shared, looked), (Shared::Clean(text.into()), expect_looks));
        }
        let (one, other) = (recent.same("/a".into()), recent.same("/a".into()));
        assert!(std::ptr::eq(&*one, &*other), "one text, not two alike");
        for _ in 0..2 {
            let shared = recent.share("/secret".to_owned(), |_| Some("/***".into()));
            assert_eq!(shared, Shared::Redacted("/***".into()));
        }
        assert!(recent.texts.iter().flatten().all(|text| &**text != "/secret"));
    }
}
