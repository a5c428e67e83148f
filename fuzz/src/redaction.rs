//! Redaction: the last look at a text before it leaves the decoder.

use std::sync::LazyLock;

use content::redact::Redactor;
use event::{Redact, Text};

static REDACTOR: LazyLock<Redactor> =
    LazyLock::new(|| Redactor::new(b"fuzz").expect("the kinds compile"));

/// The whole as one text, and its parts between zero bytes as arguments.
pub fn any(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(clean) = REDACTOR.text(&text) {
        assert_ne!(*clean, *text, "replaced by itself");
        assert_eq!(REDACTOR.text(&clean), None, "a second pass finds more in {clean:?}");
    }
    let mut argv: Vec<Text> = text.split('\0').map(Text::from).collect();
    if REDACTOR.argv(&mut argv) {
        let once = argv.clone();
        REDACTOR.argv(&mut argv);
        assert_eq!(argv, once, "a second pass changes the arguments");
    }
}
