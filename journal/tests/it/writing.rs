//! One writer, what it refuses, and what it leaves on disk.

use std::fs;

use event::{LossCause, Record};
use journal::{DataDir, Error, Fsync, Position, Reader, SegmentSettings, Writer};

use super::stream::Stream;

#[test]
fn a_second_writer_is_refused_and_told_who_writes() {
    let home = tempfile::tempdir().unwrap();
    let first = DataDir::claim(home.path()).unwrap();
    let error = DataDir::claim(home.path()).unwrap_err().to_string();
    let pid = std::process::id();
    assert!(error.starts_with(&format!("another chaperone (pid {pid}, since 20")), "{error}");
    drop(first);
    DataDir::claim(home.path()).unwrap();
}

#[test]
fn a_newer_layout_is_refused_by_writer_and_reader() {
    let home = tempfile::tempdir().unwrap();
    drop(DataDir::claim(home.path()).unwrap());
    assert_eq!(fs::read_to_string(home.path().join("VERSION")).unwrap(), "1\n");
    fs::write(home.path().join("VERSION"), "2\n").unwrap();
    let newer = |error| matches!(error, Error::NewerLayout { found: 2, known: 1, .. });
    assert!(newer(DataDir::claim(home.path()).unwrap_err()));
    assert!(newer(Reader::open(home.path()).unwrap_err()));
    fs::write(home.path().join("VERSION"), "pebkac").unwrap();
    assert!(matches!(DataDir::claim(home.path()), Err(Error::BadLayout { .. })));
}

#[test]
fn positions_go_on_over_restarts_and_segments_rotate() {
    let home = tempfile::tempdir().unwrap();
    let records: Vec<_> = Stream::new(1).take(3_000).collect();
    let settings =
        SegmentSettings { max_mib: 0, fsync: Fsync::Always, ..SegmentSettings::default() };
    for (index, part) in records.chunks(1_000).enumerate() {
        let dir = DataDir::claim(home.path()).unwrap();
        let mut writer = Writer::open(&dir, &settings).unwrap();
        let end = Position(index as u64 * 1_000 + 1_000);
        assert_eq!(writer.append(part).unwrap(), end);
        assert_eq!(writer.synced(), end);
    }
    let read: Vec<_> = Reader::open(home.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(read.len(), records.len());
    for (index, (stored, record)) in read.iter().zip(&records).enumerate() {
        assert_eq!((stored.position.0, &stored.record), (index as u64, record));
    }
    assert_eq!(fs::read_dir(home.path().join("journal")).unwrap().count(), 3);
}

#[test]
fn a_segment_of_the_future_is_one_error_and_the_rest_is_read() {
    let home = tempfile::tempdir().unwrap();
    let records: Vec<_> = Stream::new(1).take(20).collect();
    for part in records.chunks(10) {
        let dir = DataDir::claim(home.path()).unwrap();
        Writer::open(&dir, &SegmentSettings::default()).unwrap().append(part).unwrap();
    }
    let path = home.path().join("journal/0000000001.seg");
    let mut bytes = fs::read(&path).unwrap();
    for copy in [0, 512] {
        bytes[copy + 12] = 9;
        let len = u32::from_le_bytes(bytes[copy + 16..copy + 20].try_into().unwrap()) as usize;
        let crc = crc32c::crc32c(&bytes[copy + 12..copy + 20 + len]);
        bytes[copy + 8..copy + 12].copy_from_slice(&crc.to_le_bytes());
    }
    fs::write(&path, bytes).unwrap();
    let (read, errors): (Vec<_>, Vec<_>) =
        Reader::open(home.path()).unwrap().partition(|stored| stored.is_ok());
    let read: Vec<_> = read.into_iter().map(|stored| stored.unwrap().record).collect();
    assert_eq!(read, records[10..]);
    let errors: Vec<_> = errors.into_iter().map(|error| error.unwrap_err().to_string()).collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].ends_with("has format 9, this chaperone knows up to 1\nhint: use the chaperone that wrote it, or a newer one"), "{errors:?}");
}

#[test]
fn a_segment_that_somebody_removed_is_told_as_loss_and_the_record_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let records: Vec<_> = Stream::new(3).take(40).collect();
    let (gone, kept) = records.split_at(15);
    let dir = DataDir::claim(home.path()).unwrap();
    let settings = SegmentSettings { fsync: Fsync::Always, ..SegmentSettings::default() };
    let mut writer = Writer::open(&dir, &settings).unwrap();
    writer.append(gone).unwrap();
    fs::remove_file(home.path().join("journal/0000000001.seg")).unwrap();
    writer.append(kept).unwrap();
    let read: Vec<_> =
        Reader::open(home.path()).unwrap().map(|stored| stored.unwrap().record).collect();
    assert!(kept.iter().all(|record| read.contains(record)));
    let told = |record: &Record| matches!(record, Record::Loss(loss) if loss.cause == LossCause::Disk && loss.count == 15);
    assert!(read.iter().any(told), "{read:?}");
}

#[test]
fn a_directory_that_was_replaced_is_told() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("data");
    let dir = DataDir::claim(&path).unwrap();
    dir.check().unwrap();
    fs::rename(&path, home.path().join("away")).unwrap();
    assert!(matches!(dir.check(), Err(Error::Gone { .. })));
    let _second = DataDir::claim(&path).unwrap();
    assert!(matches!(dir.check(), Err(Error::Gone { .. })), "another one stands there");
}

#[test]
fn what_others_can_write_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::claim(&home.path().join("data")).unwrap();
    assert!(dir.exposed().is_empty());
    let journal = home.path().join("data/journal");
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o770)).unwrap();
    assert!(dir.exposed().concat().contains("mode 770"), "{:?}", dir.exposed());
}
