//! Removes old segments: by age, by size, or because their records lie elsewhere. What goes before
//! its time is counted as lost.

use std::fs;
use std::path::{Path, PathBuf};

use event::{Loss, LossCause, Record};

use crate::segment::{self, Segment};
use crate::{Error, Position, RetentionSettings, Writer};

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Segments.
    pub segments: u64,
    /// Bytes.
    pub bytes: u64,
    /// Records that went before the configured age and lie nowhere else.
    pub lost: u64,
}

/// A segment that is not written any more.
struct Closed {
    path: PathBuf,
    bytes: u64,
    first: Position,
    end: Position,
    from_unix_ns: u64,
    /// When the next segment was begun: no record in this one is later.
    until_unix_ns: u64,
}

impl Writer {
    /// Removes segments that are older than `acts_days` at `now_unix_ns`, and then the oldest until
    /// all together fit into `max_mib`. Those that go early for the size are reported as a loss,
    /// but for records before `rolled`, which lie in rolled files too.
    pub fn retain(
        &mut self,
        settings: &RetentionSettings,
        now_unix_ns: u64,
        rolled: Position,
    ) -> Result<Removed, Error> {
        let (closed, mut total) = closed(self.dir())?;
        let oldest = now_unix_ns.saturating_sub(settings.acts_ns());
        let mut removed = Removed::default();
        let mut early: Option<(u64, u64)> = None;
        for segment in closed {
            let expired = segment.until_unix_ns < oldest;
            if !expired && total <= settings.max_bytes() {
                break;
            }
            removed.take(&segment)?;
            total -= segment.bytes;
            let lost = segment.end.0.saturating_sub(segment.first.max(rolled).0);
            if !expired && lost > 0 {
                removed.lost += lost;
                let from = early.map_or(segment.from_unix_ns, |(from, _)| from);
                early = Some((from, segment.until_unix_ns));
            }
        }
        if let Some((from_unix_ns, until_unix_ns)) = early {
            let cause = LossCause::Retention;
            let (count, place) = (removed.lost, "journal".into());
            let loss = Loss { cause, count, from_unix_ns, until_unix_ns, place };
            self.append(&[Record::Loss(loss)])?;
        }
        Ok(removed)
    }

    /// Removes segments all of whose records are before `position` because they lie elsewhere now.
    pub fn remove_before(&mut self, position: Position) -> Result<Removed, Error> {
        let mut removed = Removed::default();
        let (closed, _) = closed(self.dir())?;
        for segment in closed.iter().take_while(|segment| segment.end <= position) {
            removed.take(segment)?;
        }
        Ok(removed)
    }
}

impl Removed {
    fn take(&mut self, segment: &Closed) -> Result<(), Error> {
        fs::remove_file(&segment.path).map_err(Error::io("remove", &segment.path))?;
        self.segments += 1;
        self.bytes += segment.bytes;
        Ok(())
    }
}

/// The closed segments, oldest first, and the bytes of all. The newest is never closed.
fn closed(dir: &Path) -> Result<(Vec<Closed>, u64), Error> {
    let mut opened = Vec::new();
    let mut total = 0;
    for (number, path) in segment::list(dir)? {
        let bytes = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
        total += bytes;
        if let Some(segment) = Segment::open(number, &path)? {
            opened.push((path, bytes, segment.header));
        }
    }
    let pairs = opened.iter().zip(opened.iter().skip(1));
    let closed = pairs.map(|((path, bytes, header), (_, _, next))| Closed {
        path: path.clone(),
        bytes: *bytes,
        first: Position(header.first),
        end: Position(next.first),
        from_unix_ns: header.created_unix_ns,
        until_unix_ns: next.created_unix_ns,
    });
    Ok((closed.collect(), total))
}
