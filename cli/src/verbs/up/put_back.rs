//! Copies of guarded settings, hooks and start-up files, in memory: where the kernel could not refuse what an agent did
//! to one of them (renamed it, removed it, put another in its place), it is put back.
//!
//! ```text
//! rules, workspaces ── Order ──▶ where they are ──▶ a look every second ──▶ copies ◀── PutBack ── judge
//! ```
//!
//! A change that nobody took back for ten seconds is how it is from then on.

mod copy;
mod places;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use event::{Order, OrderError, Orders};

use copy::{Copy, Stamp};
use places::Places;

/// Between two looks.
const PACE: Duration = Duration::from_secs(1);
/// The record is behind the act, on a busy machine by seconds.
const SETTLES: Duration = Duration::from_secs(10);
/// Most bytes of all copies, and most copies.
const MOST_BYTES: usize = 32 << 20;
const MOST_COPIES: usize = 2048;

/// The copies, and where there is something to copy. They are kept as long as this lives.
pub struct Copies(Arc<Shared>);

#[derive(Default)]
struct Shared {
    places: Mutex<Places>,
    kept: Mutex<BTreeMap<PathBuf, Kept>>,
}

struct Kept {
    copy: Copy,
    /// What stands there instead (none: nothing that is copied), and since when it does.
    other: Option<(Instant, Option<Stamp>)>,
}

impl Copies {
    /// Begins to look.
    pub fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let looked = Arc::downgrade(&shared);
        thread::Builder::new().name("copies".into()).spawn(move || look(&looked))?;
        Ok(Self(shared))
    }

    #[cfg(test)]
    fn look_now(&self, now: Instant) {
        self.0.look(now);
    }
}

impl Orders for Copies {
    /// Only what is about files; everything else is as good as done.
    fn carry_out(&self, order: &Order) -> Result<(), OrderError> {
        match order {
            Order::Rules(rules) => lock(&self.0.places).put(rules),
            Order::Govern(regime) => lock(&self.0.places).add_workspace(&regime.workspace),
            Order::Disarm => {
                *lock(&self.0.places) = Places::default();
                lock(&self.0.kept).clear();
            }
            Order::PutBack(path) => return self.0.put_back(Path::new(&**path)),
            _ => {}
        }
        Ok(())
    }
}

fn look(shared: &Weak<Shared>) {
    while let Some(shared) = shared.upgrade() {
        shared.look(Instant::now());
        drop(shared);
        thread::sleep(PACE);
    }
}

impl Shared {
    fn look(&self, now: Instant) {
        // Whoever answers for a file system may take his time: nobody waits for it but this thread.
        let files = lock(&self.places).files();
        let known: Vec<PathBuf> = lock(&self.kept).keys().cloned().collect();
        let all: BTreeSet<PathBuf> = files().into_iter().chain(known).collect();
        for path in all {
            let stamp = Stamp::of(&path);
            if self.is_due(&path, stamp, now) {
                let copy = Copy::of(&path);
                self.keep(path, copy);
            }
        }
        let gone = |kept: &Kept| matches!(kept.other, Some((since, None)) if settled(since, now));
        lock(&self.kept).retain(|_, kept| !gone(kept));
    }

    /// Whether what stands there is to be copied: it is new, or was changed a while ago.
    fn is_due(&self, path: &Path, stamp: Option<Stamp>, now: Instant) -> bool {
        let mut all = lock(&self.kept);
        let Some(kept) = all.get_mut(path) else { return stamp.is_some() };
        if stamp == Some(kept.copy.stamp) {
            kept.other = None;
            return false;
        }
        match kept.other {
            Some((since, known)) if known == stamp => stamp.is_some() && settled(since, now),
            _ => {
                kept.other = Some((now, stamp));
                false
            }
        }
    }

    fn keep(&self, path: PathBuf, copy: Option<Copy>) {
        let Some(copy) = copy else { return };
        let mut all = lock(&self.kept);
        let held: usize =
            all.iter().filter(|it| *it.0 != path).map(|it| it.1.copy.bytes.len()).sum();
        if held + copy.bytes.len() <= MOST_BYTES && all.len() < MOST_COPIES {
            all.insert(path, Kept { copy, other: None });
        }
    }

    fn put_back(&self, path: &Path) -> Result<(), OrderError> {
        let mut all = lock(&self.kept);
        let kept = all.get_mut(path).ok_or(OrderError::Gone)?;
        // A new file each time: who has the other one open writes into what is gone.
        kept.copy.stamp = kept.copy.write(path)?;
        kept.other = None;
        Ok(())
    }
}

fn settled(since: Instant, now: Instant) -> bool {
    now.saturating_duration_since(since) >= SETTLES
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use event::{Classes, GuardedPlace, KernelRules, Names, Regime};

    use super::*;

    fn rules(folder: &Path) -> KernelRules {
        let place = |folder: &Path, names| GuardedPlace {
            folder: folder.to_str().expect("text").into(),
            names,
            classes: Classes(2),
            groups: 0,
        };
        let secret = GuardedPlace { classes: Classes(1), ..place(folder, Names::Below) };
        KernelRules {
            classes: vec!["credential".into(), "agent-settings".into()],
            places: vec![
                place(&folder.join("one"), Names::Below),
                place(Path::new(""), Names::Ending(".agent/set.json".into())),
                secret,
            ],
            ..KernelRules::default()
        }
    }

    #[test]
    fn what_was_done_to_a_guarded_file_is_taken_back() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().canonicalize().expect("it is there");
        let at = |name: &str| root.join(name);
        fs::create_dir(at(".agent")).expect("a folder");
        for name in ["one", ".agent/set.json", "key"] {
            fs::write(at(name), "as it was").expect("a file");
        }
        fs::set_permissions(at("one"), fs::Permissions::from_mode(0o640)).expect("its mode");
        let copies = Copies(Arc::default());
        let order = |order: &Order| copies.carry_out(order);
        let workspace = root.to_str().expect("text").into();
        order(&Order::Rules(Arc::new(rules(&root)))).expect("known");
        order(&Order::Govern(Regime { workspace, ..Regime::default() })).expect("known");
        copies.look_now(Instant::now());

        let put_back = |name: &str| {
            copies.carry_out(&Order::PutBack(at(name).to_str().expect("text").into())).is_ok()
        };
        let check = |what: &str, change: &dyn Fn(&Path)| {
            for name in ["one", ".agent/set.json"] {
                change(&at(name));
                // Seen before it is told.
                copies.look_now(Instant::now());
                assert!(put_back(name), "{what}: {name}");
                let meta = fs::symlink_metadata(at(name)).expect("it is back");
                assert!(meta.is_file(), "{what}: {name}");
                assert_eq!(fs::read_to_string(at(name)).expect("text"), "as it was", "{what}");
                let mode = if name == "one" { 0o640 } else { 0o644 };
                assert_eq!(meta.mode() & 0o777, mode, "{what}: {name}");
            }
        };
        check("written", &|path| fs::write(path, "{}").expect("written"));
        check("removed", &|path| fs::remove_file(path).expect("removed"));
        check("unreadable", &|path| {
            fs::set_permissions(path, fs::Permissions::from_mode(0o0)).expect("its mode");
        });
        check("a link in its place", &|path| {
            fs::remove_file(path).expect("removed");
            symlink(at("key"), path).expect("a link");
        });
        assert!(!put_back("key"), "there is no copy of a key");
        assert_eq!(fs::read_dir(&root).expect("a folder").count(), 3, "nothing is left over");

        // Nobody writes through a link to its folder.
        fs::rename(at(".agent"), at("else")).expect("renamed");
        fs::create_dir(at("other")).expect("a folder");
        symlink(at("other"), at(".agent")).expect("a link");
        assert!(!put_back(".agent/set.json"));
        assert_eq!(fs::read_dir(at("other")).expect("a folder").count(), 0);
    }

    #[test]
    fn what_stands_for_a_while_is_how_it_is() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().canonicalize().expect("it is there");
        let one = root.join("one");
        fs::write(&one, "as it was").expect("a file");
        let copies = Copies(Arc::default());
        copies.carry_out(&Order::Rules(Arc::new(rules(&root)))).expect("known");
        let begin = Instant::now();
        copies.look_now(begin);
        fs::write(&one, "by a person").expect("written");
        let put_back = || {
            let path = one.to_str().expect("text").into();
            copies.carry_out(&Order::PutBack(path)).expect("there is a copy");
            fs::read_to_string(&one).expect("text")
        };
        for after in [1, 9] {
            copies.look_now(begin + Duration::from_secs(after));
        }
        copies.look_now(begin + Duration::from_secs(12));
        fs::write(&one, "by an agent").expect("written");
        copies.look_now(begin + Duration::from_secs(13));
        assert_eq!(put_back(), "by a person");

        fs::remove_file(&one).expect("removed");
        copies.look_now(begin + Duration::from_secs(20));
        copies.look_now(begin + Duration::from_secs(40));
        let path = one.to_str().expect("text").into();
        assert!(matches!(copies.carry_out(&Order::PutBack(path)), Err(OrderError::Gone)));
    }
}
