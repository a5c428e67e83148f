//! What callers used, kept beside the record: reservations are written as their calls go out and settlings after them, by a
//! thread of its own, so that a daemon that is killed gives back at most what it was about to write. The system writes it
//! to the disk when it does: what a failure of power takes is half a minute.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use gateway::control::ledger::{Entry, Kept};
use serde::{Deserialize, Serialize};

use super::of_a_moment;

/// Name of the file in the data directory.
const FILE: &str = "gateway-use.jsonl";
/// Bytes after which it is written anew.
const MOST: u64 = 8 << 20;

/// A line of the file.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// All until here.
    Kept(Kept),
    /// What came then.
    Entry(Entry),
}

/// The file, open to be written.
pub struct Used {
    dir: PathBuf,
    file: File,
    bytes: u64,
    kept: Kept,
}

impl Used {
    /// What was used before, written anew. A line that is not whole is of one who was killed.
    pub fn open(dir: &Path) -> Result<Self> {
        let kept = read(&dir.join(FILE)).context("cannot read what callers of models used")?;
        let (file, bytes) =
            write(dir, &kept).context("cannot write what callers of models used")?;
        Ok(Self { dir: dir.to_owned(), file, bytes, kept })
    }

    /// What was used.
    pub fn kept(&self) -> Kept {
        self.kept.clone()
    }

    /// Keeps what comes until nobody can say anything any more, or all is to end.
    pub fn keep(
        mut self,
        entries: Receiver<Entry>,
        ends: Arc<AtomicBool>,
    ) -> Result<JoinHandle<()>> {
        let work = move || {
            let mut failed = false;
            loop {
                let (came, quiet) = of_a_moment(&entries);
                let added = match quiet {
                    None => self.add(came),
                    Some(RecvTimeoutError::Timeout) if !ends.load(Ordering::Relaxed) => continue,
                    Some(_) => return,
                };
                match &added {
                    Err(error) if !failed => {
                        tracing::error!(%error, "what callers of models use is not kept");
                    }
                    _ => {}
                }
                failed = added.is_err();
            }
        };
        Ok(thread::Builder::new().name("gateway-use".into()).spawn(work)?)
    }

    fn add(&mut self, entries: impl IntoIterator<Item = Entry>) -> io::Result<()> {
        let mut lines = Vec::new();
        for entry in entries {
            self.kept.take(&entry);
            lines.extend(text(&Line::Entry(entry))?);
        }
        self.file.write_all(&lines)?;
        self.bytes += lines.len() as u64;
        if self.bytes > MOST {
            self.kept.forget();
            (self.file, self.bytes) = write(&self.dir, &self.kept)?;
        }
        Ok(())
    }
}

fn text(line: &Line) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    Ok(text)
}

fn read(path: &Path) -> io::Result<Kept> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Kept::default()),
        Err(error) => return Err(error),
    };
    let mut kept = Kept::default();
    let mut broken = 0u64;
    for line in BufReader::new(file).split(b'\n') {
        match serde_json::from_slice(&line?) {
            Ok(Line::Kept(all)) => kept = all,
            Ok(Line::Entry(entry)) => kept.take(&entry),
            Err(_) => broken += 1,
        }
    }
    if broken > 0 {
        tracing::warn!(broken, "lines of what callers of models used cannot be read");
    }
    kept.forget();
    Ok(kept)
}

/// All of it as one line, in the place of what was there.
fn write(dir: &Path, kept: &Kept) -> io::Result<(File, u64)> {
    let new = dir.join("gateway-use.new");
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    let line = text(&Line::Kept(kept.clone()))?;
    file.write_all(&line)?;
    file.sync_all()?;
    std::fs::rename(&new, dir.join(FILE))?;
    Ok((file, line.len() as u64))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use event::Text;
    use gateway::control::amount::Amount;

    use super::*;

    const HOUR: u64 = 3_600_000_000_000;

    fn tokens(tokens: u64) -> Amount {
        Amount { requests: 1, tokens, money_nusd: 0 }
    }

    fn used(at_ns: u64, amount: u64) -> Entry {
        Entry::Used { at_ns, accounts: vec!["all".into()], amount: tokens(amount) }
    }

    fn all(kept: &Kept) -> u64 {
        let day = kept.accounts.get(&Text::from("all"));
        day.cloned().map_or(0, |mut day| day.used(kept.last_ns).tokens)
    }

    #[test]
    fn what_was_used_is_there_again_and_half_a_line_is_left_out() -> Result<()> {
        let home = tempfile::tempdir()?;
        let mut before = Used::open(home.path())?;
        before.add([used(HOUR, 50)])?;
        before.add([used(HOUR, 30)])?;
        let accounts = vec!["all".into()];
        let to = tokens(10);
        before.add([Entry::Corrected { at_ns: HOUR, accounts, from: tokens(50), to }])?;
        // Killed in the middle of a line.
        before.file.write_all(b"{\"entry\":{\"used\":{\"at_ns\":1,")?;
        let after = Used::open(home.path())?;
        assert_eq!(all(&after.kept()), 40);
        drop(after);
        let mut later = Used::open(home.path())?;
        later.add([used(HOUR * 30, 1)])?;
        assert_eq!(all(&Used::open(home.path())?.kept()), 1);
        Ok(())
    }

    #[test]
    fn the_file_does_not_grow_and_loses_nothing() -> Result<()> {
        let home = tempfile::tempdir()?;
        let kept = Used::open(home.path())?;
        let (say, entries) = channel();
        let ends = Arc::new(AtomicBool::new(false));
        let thread = kept.keep(entries, Arc::clone(&ends))?;
        let many = 100_000;
        for _ in 0..many {
            say.send(used(HOUR, 2))?;
        }
        drop(say);
        assert!(thread.join().is_ok());
        assert!(std::fs::metadata(home.path().join(FILE))?.len() < MOST + 1_000);
        assert_eq!(all(&Used::open(home.path())?.kept()), many * 2);
        Ok(())
    }
}
