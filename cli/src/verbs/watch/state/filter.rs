//! The filter line: words that must be there, `-words` that must not.

/// What the person asked for. Empty takes everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    text: String,
    wanted: Vec<String>,
    unwanted: Vec<String>,
}

impl Filter {
    /// Reads a filter line.
    pub fn new(text: &str) -> Self {
        let mut filter = Self { text: text.to_owned(), ..Self::default() };
        for word in text.to_lowercase().split_whitespace() {
            match word.strip_prefix('-') {
                Some("") => {}
                Some(word) => filter.unwanted.push(word.to_owned()),
                None => filter.wanted.push(word.to_owned()),
            }
        }
        filter
    }

    /// The line as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// Whether something with these texts is to be shown.
    pub fn takes<'a>(&self, texts: impl Iterator<Item = &'a str> + Clone) -> bool {
        let holds = |word: &String| texts.clone().any(|text| text.to_lowercase().contains(word));
        self.is_empty() || (self.wanted.iter().all(&holds) && !self.unwanted.iter().any(holds))
    }
}
