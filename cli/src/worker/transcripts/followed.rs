//! One transcript that is followed: a file that grows, a document, or a database with its log.

use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Instant;

use content::sqlite::Bytes;
use content::transcript::{self, Again, MOST_DOCUMENT, Reader, Tables, Told, Unread};
use inventory::read;

use super::super::child::Teller;
use super::super::wire::{Follow, Mark, Said};

/// Most of one transcript that is read at once, in bytes.
const MOST_AT_ONCE: usize = 1 << 20;
/// Words of one line of what is said.
const IN_A_LINE: usize = 32;

/// A transcript that is followed.
pub struct Followed {
    pub order: Follow,
    pub watch: Option<i32>,
    pub changed: bool,
    pub last: Instant,
    form: Form,
    /// Device and inode; another one is another transcript.
    file: (u64, u64),
    unread: Unread,
}

enum Form {
    /// Lines, of which so many bytes were read, or a document.
    Text {
        reader: Reader,
        read: u64,
    },
    Tables(Box<Tables>),
}

/// What is watched: the folder of a database, for its log comes and goes.
pub fn watched(order: &Follow) -> &Path {
    let path = &order.place.0;
    let folder = transcript::is_database(&order.product).then(|| path.parent()).flatten();
    folder.unwrap_or(path)
}

/// The log beside a database.
fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// A file that is read wherever somebody asks.
struct At<'f>(&'f File);

impl Bytes for At<'_> {
    fn read_at(&self, into: &mut [u8], at: u64) -> usize {
        let mut read = 0;
        while let Some(rest) = into.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, at + read as u64) {
                Ok(0) | Err(_) => break,
                Ok(more) => read += more,
            }
        }
        read
    }
}

impl Form {
    /// None: nobody knows how its product writes.
    fn of(order: &Follow, at: u64) -> Option<Self> {
        let since_ms = order.since_unix_ns / 1_000_000;
        if let Some(tables) = Tables::of(&order.product, at, since_ms) {
            return Some(Self::Tables(Box::new(tables)));
        }
        let reader = Reader::of(&order.product, at)?;
        let read = if reader.is_document() { 0 } else { at };
        Some(Self::Text { reader, read })
    }

    fn at(&self) -> u64 {
        match self {
            Self::Text { reader, .. } => reader.at(),
            Self::Tables(tables) => tables.at(),
        }
    }

    fn unread(&self) -> Unread {
        match self {
            Self::Text { reader, .. } => reader.unread(),
            Self::Tables(tables) => tables.unread(),
        }
    }

    fn is_document(&self) -> bool {
        matches!(self, Self::Text { reader, .. } if reader.is_document())
    }

    /// Whether so short a file was cut.
    fn was_cut(&self, length: u64) -> bool {
        matches!(self, Self::Text { reader, read } if !reader.is_document() && length < *read)
    }
}

impl Followed {
    /// From where it was told before; none: nobody knows how its product writes.
    pub fn new(order: Follow, watch: Option<i32>) -> Option<Self> {
        let mark = order.from.clone().unwrap_or_default();
        let form = Form::of(&order, mark.at)?;
        let (file, unread, last) = (mark.file, Unread::default(), Instant::now());
        Some(Self { order, watch, form, file, unread, changed: true, last })
    }

    fn mark(&self) -> Mark {
        Mark { file: self.file, at: self.form.at() }
    }

    /// Whether it is what changed: of a watched folder, whose file is called so.
    pub fn is_of(&self, name: Option<&[u8]>) -> bool {
        let own = self.order.place.0.file_name().unwrap_or_default().as_bytes();
        name.is_none_or(|name| name.starts_with(own))
    }

    /// Reads on; whether there is more.
    pub fn read(&mut self, path: &Path, said: &mut Vec<Told>) -> bool {
        let log = match &self.form {
            Form::Text { .. } => None,
            // Without one all is in the file.
            Form::Tables(_) => read::open(&log_of(path), self.order.uid).ok().map(|(log, _)| log),
        };
        let (file, meta) = match read::open(path, self.order.uid) {
            Ok(opened) => opened,
            Err(why) => {
                tracing::debug!(%why, "a transcript is not read");
                return false;
            }
        };
        let is = (meta.dev(), meta.ino());
        if is != self.file || self.form.was_cut(meta.len()) {
            let Some(form) = Form::of(&self.order, 0) else { return false };
            // A document that took the place of the last one, or a file that was cut.
            let is_next = self.form.is_document() && self.file != (0, 0);
            if !is_next {
                self.form = form;
            }
            (self.file, self.unread) = (is, self.form.unread());
        }
        self.last = Instant::now();
        let since = self.order.since_unix_ns;
        let mut tell = |told: Told| {
            // What was said before the session is not of it.
            if told.words.said_unix_ns == 0 || told.words.said_unix_ns >= since {
                said.push(told);
            }
        };
        match &mut self.form {
            Form::Text { reader, read } => read_text(reader, read, &file, meta.len(), &mut tell),
            Form::Tables(tables) => {
                let again = match &log {
                    Some(log) => tables.look(&At(&file), &At(log), &mut tell),
                    None => tables.look(&At(&file), &[].as_slice(), &mut tell),
                };
                again == Again::Yes
            }
        }
    }

    pub fn tell(&mut self, teller: &Teller, mut said: Vec<Told>) {
        let unread = self.form.unread();
        let broken = unread.broken.saturating_sub(self.unread.broken);
        let unknown = unread.unknown.saturating_sub(self.unread.unknown);
        // A document that is half written is no JSON for a moment.
        let broken = if self.form.is_document() { 0 } else { broken };
        self.unread = unread;
        if said.is_empty() && broken + unknown == 0 {
            return;
        }
        let mark = self.mark();
        let place = &self.order.place;
        loop {
            let rest = said.split_off(said.len().min(IN_A_LINE));
            let last = rest.is_empty();
            let words = std::mem::replace(&mut said, rest);
            let (place, mark) = (place.clone(), last.then(|| mark.clone()));
            let (broken, unknown) = if last { (broken, unknown) } else { (0, 0) };
            teller.say(&Said::Words { place, words, mark, broken, unknown });
            if last {
                return;
            }
        }
    }
}

fn read_text(
    reader: &mut Reader,
    read: &mut u64,
    file: &File,
    length: u64,
    tell: &mut dyn FnMut(Told),
) -> bool {
    let is_document = reader.is_document();
    let most = if is_document { MOST_DOCUMENT } else { MOST_AT_ONCE };
    let length = usize::try_from(length.saturating_sub(*read)).unwrap_or(most);
    let mut bytes = vec![0; length.min(most)];
    let got = file.read_at(&mut bytes, *read).unwrap_or(0);
    bytes.truncate(got);
    reader.take(&bytes, &mut |words| tell(Told { words, ..Told::default() }));
    if is_document {
        return false;
    }
    *read += got as u64;
    got == most
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::super::super::wire::Place;
    use super::*;

    const FORM: &str = r#"{"type":"user","timestamp":"2026-01-01T00:00:0NZ","message":{"content":"sayN"},"sessionId":"s"}"#;

    /// A transcript in which these are said, at the second of their number.
    fn lines(numbers: &[u8]) -> String {
        let line = |number: &u8| format!("{}\n", FORM.replace('N', &number.to_string()));
        numbers.iter().map(line).collect()
    }

    fn order(path: &Path, product: &str, from: Option<Mark>) -> Follow {
        let uid = fs::metadata(path.parent().expect("a folder")).expect("there").uid();
        let place = Place(path.to_owned());
        Follow { place, uid, product: product.into(), since_unix_ns: 0, from }
    }

    fn read(one: &mut Followed) -> String {
        let mut said = Vec::new();
        let path = one.order.place.0.clone();
        while one.read(&path, &mut said) {}
        said.iter().map(|told| told.words.text.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_grows_is_told_once_and_what_is_new_from_its_beginning() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("a.jsonl");
        let append = |text: &str| {
            let file = fs::OpenOptions::new().create(true).append(true).open(&path);
            file.and_then(|mut file| file.write_all(text.as_bytes())).expect("written");
        };
        append(&lines(&[1, 2]));
        let mut one = Followed::new(order(&path, "claude-code", None), None).expect("known");
        assert_eq!(read(&mut one), "say1 say2");
        assert_eq!(read(&mut one), "");
        let three = lines(&[3]);
        let (half, rest) = three.split_at(40);
        append(half);
        assert_eq!(read(&mut one), "", "it is not whole");
        append(rest);
        append(&lines(&[4]));
        assert_eq!(read(&mut one), "say3 say4");

        // Another one goes on where this one ended.
        let mark = one.mark();
        append(&lines(&[5]));
        let next = Followed::new(order(&path, "claude-code", Some(mark.clone())), None);
        assert_eq!(read(&mut next.expect("known")), "say5");

        // Cut, then another file in its place: both are new.
        fs::write(&path, lines(&[6])).expect("cut");
        assert_eq!(read(&mut one), "say6");
        let other = home.path().join("b.jsonl");
        fs::write(&other, lines(&[7, 8, 9, 1, 2, 3])).expect("written");
        fs::rename(&other, &path).expect("replaced");
        assert_eq!(read(&mut one), "say7 say8 say9 say1 say2 say3");
        let next = Followed::new(order(&path, "claude-code", Some(mark)), None);
        assert_eq!(read(&mut next.expect("known")), "say7 say8 say9 say1 say2 say3");

        fs::remove_file(&path).expect("there");
        assert_eq!(read(&mut one), "", "it is gone");
    }

    #[test]
    fn what_was_said_before_the_session_is_not_of_it() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("a.jsonl");
        fs::write(&path, lines(&[1, 2, 3])).expect("written");
        // 2026-01-01T00:00:02Z
        let since_unix_ns = 1_767_225_602_000_000_000;
        let order = Follow { since_unix_ns, ..order(&path, "claude-code", None) };
        assert_eq!(read(&mut Followed::new(order, None).expect("known")), "say2 say3");
    }

    #[test]
    fn more_than_is_read_at_once_comes_in_several_reads() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("a.jsonl");
        let padded = lines(&[1]).replace("say1", &"long ".repeat(MOST_AT_ONCE / 8));
        fs::write(&path, format!("{}{padded}{padded}{}", lines(&[8]), lines(&[9])))
            .expect("written");
        let mut one = Followed::new(order(&path, "claude-code", None), None).expect("known");
        let said = read(&mut one);
        assert!(said.starts_with("say8 long long") && said.ends_with(" say9"));
    }

    #[test]
    fn nothing_is_read_that_its_owner_may_not_read_and_no_pipe() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("a.jsonl");
        fs::write(&path, lines(&[1])).expect("written");
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
        let theirs = order(&path, "claude-code", None);
        let theirs = Follow { uid: theirs.uid + 1, ..theirs };
        assert_eq!(read(&mut Followed::new(theirs, None).expect("known")), "");
        let pipe = home.path().join("b.jsonl");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .expect("a pipe");
        assert_eq!(
            read(&mut Followed::new(order(&pipe, "codex-cli", None), None).expect("known")),
            ""
        );
    }
}
