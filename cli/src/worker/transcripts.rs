//! In the child: follows transcripts as they grow, from when it is told of them, and says the words in them. Its
//! orders come on stdin, behind the task.

use std::collections::HashMap;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use content::transcript::{MOST_DOCUMENT, Reader, Unread};
use event::Utterance;
use inventory::read;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::Errno;

use super::child::{HEARTBEAT, Teller};
use super::wire::{Follow, Mark, Said};

/// What comes together is read together.
const SETTLE: Duration = Duration::from_millis(50);
/// Most of one transcript that is read at once, in bytes.
const MOST_AT_ONCE: usize = 1 << 20;
/// Most transcripts that are followed; the one that was quiet for longest is left for a new one.
pub const MOST_FOLLOWED: usize = 128;
/// Words of one line of what is said.
const IN_A_LINE: usize = 32;
/// Bytes of one read of orders, and of changes.
const BUFFER: usize = 16 * 1024;
/// Longest order, in bytes.
const MAX_ORDER: usize = 64 * 1024;

/// Follows what it is told to, until nobody tells it any more. `begun` has come behind the task.
pub fn follow(teller: &Teller, begun: Vec<u8>) -> Result<()> {
    let mut following = Following::new(begun)?;
    loop {
        following.wait()?;
        let more = following.read_all(teller);
        teller.say(&Said::Settled { entries: 0, unwatched: 0 });
        if following.over && !more {
            return Ok(());
        }
    }
}

struct Following {
    inotify: OwnedFd,
    orders: Vec<u8>,
    followed: HashMap<PathBuf, Followed>,
    by_watch: HashMap<i32, PathBuf>,
    /// Nobody tells it any more.
    over: bool,
}

struct Followed {
    order: Follow,
    watch: Option<i32>,
    reader: Reader,
    /// Device and inode; another one is another transcript.
    file: (u64, u64),
    read: u64,
    unread: Unread,
    changed: bool,
    last: Instant,
}

impl Following {
    fn new(begun: Vec<u8>) -> Result<Self> {
        let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let (followed, by_watch) = (HashMap::new(), HashMap::new());
        let mut new = Self { inotify, orders: begun, followed, by_watch, over: false };
        new.take_orders()?;
        Ok(new)
    }

    /// Waits for orders and changes, for a heartbeat at most.
    fn wait(&mut self) -> Result<()> {
        let at_once = self.over || self.followed.values().any(|one| one.changed);
        let most = if at_once { Duration::ZERO } else { HEARTBEAT };
        let timeout = Timespec {
            tv_sec: i64::try_from(most.as_secs()).unwrap_or(1),
            tv_nsec: i64::from(most.subsec_nanos()),
        };
        let stdin = rustix::stdio::stdin();
        let mut ready = vec![PollFd::new(&self.inotify, PollFlags::IN)];
        if !self.over {
            ready.push(PollFd::new(&stdin, PollFlags::IN));
        }
        match poll(&mut ready, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_ready = |at: usize| ready.get(at).is_some_and(|one| !one.revents().is_empty());
        let (changes, orders) = (is_ready(0), is_ready(1));
        // Also where there is more: at most so much in a second is read.
        if changes || orders || at_once {
            std::thread::sleep(SETTLE);
        }
        if changes {
            self.hear_changes();
        }
        if orders {
            let mut some = [0; BUFFER];
            let read = rustix::io::read(stdin, &mut some)?;
            self.orders.extend(some.iter().take(read));
            self.over = read == 0;
            if self.over {
                // What was written last is still told.
                self.followed.values_mut().for_each(|one| one.changed = true);
            }
            self.take_orders()?;
        }
        Ok(())
    }

    fn take_orders(&mut self) -> Result<()> {
        while let Some(end) = memchr::memchr(b'\n', &self.orders) {
            let line: Vec<u8> = self.orders.drain(..=end).collect();
            self.begin(serde_json::from_slice(&line)?);
        }
        if self.orders.len() > MAX_ORDER {
            bail!("an order is longer than {MAX_ORDER} bytes");
        }
        Ok(())
    }

    /// Follows one more, or one again: of another session, or another file at the same place.
    fn begin(&mut self, order: Follow) {
        let path = order.place.0.clone();
        let told = WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE;
        let watch = match inotify::add_watch(&self.inotify, &path, told) {
            Ok(watch) => {
                self.by_watch.insert(watch, path.clone());
                Some(watch)
            }
            Err(error) => {
                // It is gone already, or there are no watches left: read now, and when it is told of again.
                tracing::debug!(%error, "a transcript is not watched");
                None
            }
        };
        if let Some(known) = self.followed.get_mut(&path)
            && known.order.since_unix_ns == order.since_unix_ns
        {
            (known.changed, known.watch) = (true, watch);
            return;
        }
        if self.followed.len() >= MOST_FOLLOWED
            && let Some(quiet) = self.followed.iter().min_by_key(|(_, one)| one.last)
        {
            let quiet = quiet.0.clone();
            self.leave(&quiet);
        }
        if let Some(one) = Followed::new(order) {
            self.followed.insert(path, Followed { watch, ..one });
        }
    }

    fn leave(&mut self, path: &Path) {
        let watch = self.followed.remove(path).and_then(|one| one.watch);
        if let Some(watch) = watch {
            self.by_watch.remove(&watch);
            // It goes by itself with its file.
            let _ = inotify::remove_watch(&self.inotify, watch);
        }
    }

    fn hear_changes(&mut self) {
        let mut buffer = [MaybeUninit::uninit(); BUFFER];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        loop {
            match reader.next() {
                Ok(event) => match self.by_watch.get(&event.wd()) {
                    Some(path) => {
                        if let Some(one) = self.followed.get_mut(path) {
                            one.changed = true;
                        }
                    }
                    // More than the kernel keeps: any may have changed.
                    None if event.wd() < 0 => {
                        self.followed.values_mut().for_each(|one| one.changed = true);
                    }
                    None => {}
                },
                Err(Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }

    /// Reads what changed; whether there is more.
    fn read_all(&mut self, teller: &Teller) -> bool {
        let mut more = false;
        for (path, one) in self.followed.iter_mut().filter(|(_, one)| one.changed) {
            let mut said = Vec::new();
            one.changed = one.read(path, &mut said);
            more |= one.changed;
            one.tell(teller, said);
        }
        more
    }
}

impl Followed {
    /// From where it was told before; none: nobody knows how its product writes.
    fn new(order: Follow) -> Option<Self> {
        let mark = order.from.clone().unwrap_or_default();
        let reader = Reader::of(&order.product, mark.at)?;
        let read = if reader.is_document() { 0 } else { mark.at };
        let (file, unread, last) = (mark.file, Unread::default(), Instant::now());
        Some(Self { order, watch: None, reader, file, read, unread, changed: true, last })
    }

    fn mark(&self) -> Mark {
        Mark { file: self.file, at: self.reader.at() }
    }

    /// Reads on; whether there is more.
    fn read(&mut self, path: &Path, said: &mut Vec<Utterance>) -> bool {
        let (file, meta) = match read::open(path, self.order.uid) {
            Ok(opened) => opened,
            Err(why) => {
                tracing::debug!(%why, "a transcript is not read");
                return false;
            }
        };
        let is = (meta.dev(), meta.ino());
        if is != self.file || (!self.reader.is_document() && meta.len() < self.read) {
            let begins = Reader::of(&self.order.product, 0);
            let Some(reader) = begins else { return false };
            // A document that took the place of the last one, or a file that was cut.
            let is_next = self.reader.is_document() && self.file != (0, 0);
            if !is_next {
                self.reader = reader;
            }
            (self.file, self.read, self.unread) = (is, 0, self.reader.unread());
        }
        let most = if self.reader.is_document() { MOST_DOCUMENT } else { MOST_AT_ONCE };
        let length = usize::try_from(meta.len().saturating_sub(self.read)).unwrap_or(most);
        let mut bytes = vec![0; length.min(most)];
        let read = file.read_at(&mut bytes, self.read).unwrap_or(0);
        bytes.truncate(read);
        let since = self.order.since_unix_ns;
        self.reader.take(&bytes, &mut |words| {
            // What was said before the session is not of it.
            if words.said_unix_ns == 0 || words.said_unix_ns >= since {
                said.push(words);
            }
        });
        self.last = Instant::now();
        if self.reader.is_document() {
            return false;
        }
        self.read += read as u64;
        read == most
    }

    fn tell(&mut self, teller: &Teller, mut said: Vec<Utterance>) {
        let unread = self.reader.unread();
        let broken = unread.broken.saturating_sub(self.unread.broken);
        let unknown = unread.unknown.saturating_sub(self.unread.unknown);
        // A document that is half written is no JSON for a moment.
        let broken = if self.reader.is_document() { 0 } else { broken };
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::super::wire::Place;
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
        said.iter().map(|words| words.text.to_string()).collect::<Vec<_>>().join(" ")
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
        let mut one = Followed::new(order(&path, "claude-code", None)).expect("known");
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
        let next = Followed::new(order(&path, "claude-code", Some(mark.clone())));
        assert_eq!(read(&mut next.expect("known")), "say5");

        // Cut, then another file in its place: both are new.
        fs::write(&path, lines(&[6])).expect("cut");
        assert_eq!(read(&mut one), "say6");
        let other = home.path().join("b.jsonl");
        fs::write(&other, lines(&[7, 8, 9, 1, 2, 3])).expect("written");
        fs::rename(&other, &path).expect("replaced");
        assert_eq!(read(&mut one), "say7 say8 say9 say1 say2 say3");
        let next = Followed::new(order(&path, "claude-code", Some(mark)));
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
        assert_eq!(read(&mut Followed::new(order).expect("known")), "say2 say3");
    }

    #[test]
    fn more_than_is_read_at_once_comes_in_several_reads() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("a.jsonl");
        let padded = lines(&[1]).replace("say1", &"long ".repeat(MOST_AT_ONCE / 8));
        fs::write(&path, format!("{}{padded}{padded}{}", lines(&[8]), lines(&[9])))
            .expect("written");
        let mut one = Followed::new(order(&path, "claude-code", None)).expect("known");
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
        assert_eq!(read(&mut Followed::new(theirs).expect("known")), "");
        let pipe = home.path().join("b.jsonl");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .expect("a pipe");
        assert_eq!(read(&mut Followed::new(order(&pipe, "codex-cli", None)).expect("known")), "");
    }
}
