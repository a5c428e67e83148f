//! Settings of others from which one entry is taken.

use content::cut::{Entry, Form, Uncut, cut};

const FORMS: [Form; 4] = [Form::Json, Form::Toml, Form::Yaml, Form::Xml];

/// The first byte chooses the form and the kind of entry, the second the line, the third how long its name is.
pub fn any(data: &[u8]) {
    let [how, line, length, rest @ ..] = data else { return };
    let Some((name, text)) = rest.split_at_checked(usize::from(*length) % 16) else { return };
    let (Ok(name), Ok(text)) = (std::str::from_utf8(name), std::str::from_utf8(text)) else {
        return;
    };
    let form = FORMS[usize::from(*how) % FORMS.len()];
    let line = u32::from(*line);
    let entry = if how & 0x80 == 0 { Entry::Key(line, name) } else { Entry::Item(line, name) };
    if let Ok(done) = cut(form, text, &entry) {
        let at = text.find(&done.piece).expect("the piece stood there");
        assert!(at <= text.len() && !done.piece.is_empty());
        assert_eq!(done.rest.len() + done.piece.len(), text.len(), "more than the piece is gone");
        // What is left is read, and there was only one.
        let again = cut(form, &done.rest, &entry);
        assert!(again != Err(Uncut::Twice), "one of one is two");
    }
}
