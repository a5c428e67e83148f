//! A disk that is full: a real one, of two MiB, where the test may mount it.

use std::path::Path;
use std::process::Command;

use event::{LossCause, Record};
use journal::{Compression, DataDir, Error, Fsync, Reader, SegmentSettings, Writer};

use super::Stream;

/// A file system of its own, taken away at the end.
pub struct Small(tempfile::TempDir);

impl Small {
    pub fn mount() -> Result<Self, String> {
        let dir = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "chaperone-test"])
            .arg(dir.path())
            .output()
            .map_err(|error| error.to_string())?;
        if !mounted.status.success() {
            return Err(String::from_utf8_lossy(&mounted.stderr).into_owned());
        }
        Ok(Self(dir))
    }
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[test]
fn a_full_disk_sheds_with_a_loss_and_recovers() {
    let small = match Small::mount() {
        Ok(small) => small,
        Err(reason) => return println!("skipped: no tmpfs can be mounted here: {reason}"),
    };
    let dir = DataDir::claim(small.path()).unwrap();
    let settings = SegmentSettings {
        fsync: Fsync::Always,
        compression: Compression::None,
        ..SegmentSettings::default()
    };
    let mut writer = Writer::open(&dir, &settings).unwrap();
    let ballast = small.path().join("ballast");
    std::fs::write(&ballast, vec![1; 1 << 20]).unwrap();
    let (mut kept, mut shed) = (Vec::new(), 0);
    let mut refusals = 0;
    for part in Stream::new(8).take(30_000).collect::<Vec<_>>().chunks(500) {
        match writer.append(part) {
            Ok(_) => kept.extend_from_slice(part),
            Err(Error::Shed { shed: so_far, source, .. }) => {
                shed += part.len() as u64;
                assert_eq!(so_far, shed);
                assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
                refusals += 1;
            }
            Err(other) => panic!("{other}"),
        }
        if refusals == 3 {
            std::fs::remove_file(&ballast).unwrap();
            shed_is_reported(&mut writer, small.path(), shed);
            break;
        }
    }
    assert_eq!(refusals, 3);
    let more: Vec<_> = Stream::new(9).take(500).collect();
    writer.append(&more).unwrap();
    kept.extend(more);
    let mut reader = Reader::open(small.path()).unwrap();
    let read = reader.by_ref().map(|stored| stored.unwrap().record);
    let got: Vec<_> = read.filter(|record| !matches!(record, Record::Loss(_))).collect();
    assert_eq!(got, kept);
    assert_eq!(reader.damage(), journal::Damage::default(), "what was shed is not damage");
}

fn shed_is_reported(writer: &mut Writer, home: &Path, shed: u64) {
    writer.sync().unwrap();
    let losses = Reader::open(home).unwrap().filter_map(|stored| match stored.unwrap().record {
        Record::Loss(loss) => {
            Some((loss.cause, loss.count, loss.from_unix_ns < loss.until_unix_ns))
        }
        _ => None,
    });
    assert_eq!(losses.collect::<Vec<_>>(), [(LossCause::Disk, shed, true)]);
}
