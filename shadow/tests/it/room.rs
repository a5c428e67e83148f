//! A folder with files, and a keeper of its shadows.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use shadow::{Done, Force, History, Keeper, LeftOut, Objects, Piece, Settings, restore};

/// Longest wait for what another thread or process does.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Room {
    pub home: tempfile::TempDir,
    pub keeper: Option<Keeper>,
}

impl Room {
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join("work")).expect("made");
        Self { home, keeper: None }
    }

    /// Opens a keeper and has it look at everything.
    pub fn covered(mut self) -> Self {
        self.cover(&Settings::default());
        self
    }

    pub fn cover(&mut self, settings: &Settings) {
        self.keeper = None;
        let mut keeper = Keeper::open(&self.store(), settings, Box::new(leaves)).expect("opened");
        keeper.cover(&self.work());
        self.keeper = Some(keeper);
        self.settle();
    }

    pub fn store(&self) -> PathBuf {
        self.home.path().join("store")
    }

    pub fn work(&self) -> PathBuf {
        self.home.path().canonicalize().expect("there").join("work")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.work().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// Until nothing waits to be looked at.
    pub fn settle(&mut self) {
        let keeper = self.keeper.as_mut().expect("covered");
        let began = Instant::now();
        // What the kernel has told by now is heard in the first turn.
        keeper.turn(Duration::ZERO).expect("turned");
        while !keeper.rests() {
            assert!(began.elapsed() < PATIENCE, "it never rests");
            keeper.turn(Duration::from_millis(5)).expect("turned");
        }
        keeper.tell();
    }

    pub fn history(&self) -> History {
        History::read(&self.store()).expect("read")
    }

    /// What stood before `time`, to be put back where it stood; who wrote last did so before now.
    pub fn pieces(&self, below: &Path, time: u64) -> Vec<Piece> {
        let (history, work) = (self.history(), self.work());
        let before = history.below(below).filter_map(|(path, _)| {
            let here = history.before(path, time)?.version.here()?.clone();
            let names = history.below(&work).filter(|(other, versions)| {
                *other != path
                    && versions.iter().any(|it| it.here().is_some_and(|it| it.inode == here.inode))
            });
            let names = names.map(|(path, _)| path.to_owned()).collect();
            Some(Piece { path: path.to_owned(), here, until_unix_ns: Some(time), names })
        });
        before.collect()
    }

    /// Puts back what stood before `time`; what was written until `until` was an agent's.
    pub fn undo(&self, time: u64, until: u64, force: Force) -> Vec<(PathBuf, Done)> {
        let mut pieces = self.pieces(&self.work(), time);
        pieces.iter_mut().for_each(|piece| piece.until_unix_ns = Some(until));
        let done = restore(&Objects::of(&self.store()), &pieces, force).expect("restored");
        pieces.into_iter().map(|piece| piece.path).zip(done).collect()
    }
}

fn leaves(path: &Path) -> Option<LeftOut> {
    match path.file_name()?.to_str()? {
        "id_ed25519" => Some(LeftOut::Secret),
        "store" => Some(LeftOut::Entirely),
        _ => None,
    }
}

/// A time by which everything before has another stamp than everything after.
pub fn now() -> u64 {
    let clock =
        || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_nanos() as u64;
    let began = clock();
    while clock() < began + 40_000_000 {
        std::thread::yield_now();
    }
    clock()
}
