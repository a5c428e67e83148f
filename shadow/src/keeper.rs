//! Keeps the shadows of covered folders: what the kernel tells of is looked at as soon as it has settled, the rest by
//! walks.

mod touched;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::Error;
use crate::folder::{Folder, Reach, is_absence};
use crate::look::{Keep, Seen, busy, look, now_unix_ns};
use crate::settings::Settings;
use crate::status::{Covered, Status};
use crate::store::Store;
use crate::version::{Here, Kept, Kind, State, Version, Why};
use crate::watch::{Told, Watch};
use touched::Touched;

/// The longest that looks go on before it is heard what was told meanwhile.
const SLICE: Duration = Duration::from_millis(100);
/// What wakes the thread happened no longer ago.
const WAKING: Duration = Duration::from_millis(2);
const WAKING_NS: u64 = 2_000_000;
/// How often folders without a watch are walked, and those that could not be opened tried again.
const AGAIN: Duration = Duration::from_secs(60);
/// How often it is looked what is too old.
const RETAIN: Duration = Duration::from_secs(300);
/// How often it is told what is covered.
const TELL: Duration = Duration::from_secs(2);
/// Looks at a file that never rests, before it is left alone until it is closed again.
const TRIES: u32 = 50;
/// Paths that may wait for a look; beyond, all is walked.
const MOST_TOUCHED: usize = 200_000;

/// What is never shadowed, whatever the settings say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// A credential: that it is there is remembered, not what it holds.
    Secret,
    /// It is as if it were not there.
    Entirely,
}

/// Says of each path whether it is left out.
pub type Leaves = Box<dyn Fn(&Path) -> Option<LeftOut> + Send>;

/// The one who keeps the shadows of a data directory.
pub struct Keeper {
    dir: PathBuf,
    settings: Settings,
    leaves: Leaves,
    store: Store,
    watch: Watch,
    roots: Vec<Root>,
    touched: BTreeMap<PathBuf, Touched>,
    walks: Vec<PathBuf>,
    /// Files that are there and have a shadow.
    files: usize,
    too_many: usize,
    trouble: Option<String>,
    walked: Instant,
    retained: Instant,
    told: Option<Instant>,
    /// When it was heard last what the kernel told.
    heard_unix_ns: u64,
    _lock: File,
}

/// A folder that is covered.
struct Root {
    path: PathBuf,
    open: io::Result<Folder>,
}

impl Root {
    /// Whether another folder stands under its name by now, or none did before.
    fn is_another(&self) -> bool {
        let id = |folder: &Folder| folder.id().ok();
        let now = Folder::open(&self.path).ok();
        self.open.as_ref().ok().and_then(id) != now.as_ref().and_then(id)
    }
}

impl Keeper {
    /// Opens the shadows in `dir`, for itself alone.
    pub fn open(dir: &Path, settings: &Settings, leaves: Leaves) -> Result<Self, Error> {
        let lock = lock(dir)?;
        let store = Store::open(dir, settings)?;
        let files = store.history.all().filter(|(_, versions)| is_covered(versions.last())).count();
        Ok(Self {
            dir: dir.to_owned(),
            settings: settings.clone(),
            leaves,
            store,
            watch: Watch::open().map_err(Error::disk("watch", dir))?,
            roots: Vec::new(),
            touched: BTreeMap::new(),
            walks: Vec::new(),
            files,
            too_many: 0,
            trouble: None,
            walked: Instant::now(),
            retained: Instant::now(),
            told: None,
            heard_unix_ns: now_unix_ns(),
            _lock: lock,
        })
    }

    /// Covers a folder: an absolute path without links.
    pub fn cover(&mut self, path: &Path) {
        if self.roots.iter().any(|root| path.starts_with(&root.path)) {
            return;
        }
        self.roots.push(Root { path: path.to_owned(), open: Folder::open(path) });
        self.walks.push(path.to_owned());
    }

    /// Waits for changes, `most` long where nothing is to be done, and does what is due.
    pub fn turn(&mut self, most: Duration) -> io::Result<()> {
        let rest = match (self.walks.is_empty(), self.touched.is_empty()) {
            (false, _) => Duration::ZERO,
            (true, false) => touched::SETTLE.min(most),
            (true, true) => most,
        };
        let began = Instant::now();
        self.watch.wait(rest)?;
        // What wakes has just happened; what waited already, at any time since it was heard last.
        let woken = began.elapsed() > WAKING;
        let now = now_unix_ns();
        let since = if woken { now.saturating_sub(WAKING_NS) } else { self.heard_unix_ns };
        self.heard_unix_ns = now;
        self.hear(since);
        let looked = self.look_around();
        let flushed = self.store.flush();
        self.trouble = looked.and(flushed).err().map(|error| error.to_string());
        if self.retained.elapsed() >= RETAIN {
            self.retained = Instant::now();
            self.retain(now_unix_ns())?;
        }
        if self.walked.elapsed() >= AGAIN {
            self.walked = Instant::now();
            if self.watch.unwatched > 0 || self.roots.iter().any(Root::is_another) {
                self.walk_all();
            }
        }
        if self.told.is_none_or(|at| at.elapsed() >= TELL) {
            self.tell();
        }
        Ok(())
    }

    /// Whether nothing waits to be looked at.
    pub fn rests(&self) -> bool {
        self.walks.is_empty() && self.touched.is_empty()
    }

    /// Lets go of what is too old.
    pub fn retain(&mut self, now_unix_ns: u64) -> io::Result<()> {
        let roots = &self.roots;
        self.store.retain(now_unix_ns, |path| root_of(roots, path).is_some())
    }

    /// What is covered.
    pub fn status(&self) -> Status {
        let mut status = Status {
            written_unix_ns: now_unix_ns(),
            files: self.files,
            bytes: self.store.bytes(),
            too_many: self.too_many,
            to_walk: self.walks.len(),
            unwatched: self.watch.unwatched,
            trouble: self.trouble.clone(),
            ..Status::default()
        };
        status.folders.extend(self.roots.iter().map(|root| Covered {
            path: root.path.clone(),
            trouble: root.open.as_ref().err().map(ToString::to_string),
        }));
        for (_, versions) in self.store.history.all() {
            status.versions += versions.len();
            if let Some(Kind::File { kept: Kept::No(why), .. }) =
                versions.last().and_then(Version::here).map(|here| &here.kind)
            {
                *status.left_out.entry(*why).or_default() += 1;
            }
        }
        status
    }

    /// Tells what is covered, where readers find it.
    pub fn tell(&mut self) {
        self.told = Some(Instant::now());
        if let Err(error) = self.status().write(&self.dir) {
            self.trouble.get_or_insert_with(|| error.to_string());
        }
    }

    fn hear(&mut self, since: u64) {
        for told in self.watch.read() {
            match told {
                Told::Written(path) => self.touch(path, |it| it.written(since)),
                Told::Touched(path) => self.touch(path, |_| {}),
                Told::Came(path) => {
                    self.walks.push(path.clone());
                    self.touch(path, |_| {});
                }
                Told::Went(path) => {
                    self.watch.drop_below(&path);
                    self.touch(path, |_| {});
                }
                Told::Everything => self.walk_all(),
            }
        }
        if self.touched.len() > MOST_TOUCHED {
            self.walk_all();
        }
    }

    fn touch(&mut self, path: PathBuf, how: impl FnOnce(&mut Touched)) {
        how(self.touched.entry(path).or_default());
    }

    fn walk_all(&mut self) {
        self.walked = Instant::now();
        (self.too_many, self.watch.unwatched) = (0, 0);
        self.walks.clear();
        for root in &mut self.roots {
            // Another folder may stand under the name by now.
            root.open = Folder::open(&root.path);
            self.walks.push(root.path.clone());
        }
    }

    /// Looks at what is due, then walks on, a slice of time each.
    fn look_around(&mut self) -> io::Result<()> {
        let began = Instant::now();
        let mut due: Vec<PathBuf> = Vec::new();
        for (path, touched) in &self.touched {
            if touched.is_due(began) {
                due.push(path.clone());
            }
        }
        for path in due {
            if began.elapsed() > SLICE {
                return Ok(());
            }
            if let Some(touched) = self.touched.remove(&path) {
                self.take(&path, touched)?;
            }
        }
        while let Some(path) = self.walks.pop() {
            self.walk(&path)?;
            if began.elapsed() > SLICE {
                break;
            }
        }
        Ok(())
    }

    fn walk(&mut self, path: &Path) -> io::Result<()> {
        if self.is_left_out(path) {
            return Ok(());
        }
        let Some((root, below)) = self.root_of(path) else { return Ok(()) };
        let opened = match &root.open {
            Ok(open) => open.folder(below, Reach::SameDisk),
            Err(_) => return Ok(()),
        };
        let folder = match opened {
            Ok(folder) => folder,
            Err(error) if is_absence(&error) => return self.take(path, Touched::default()),
            // A folder that may not be read covers nothing.
            Err(_) => return Ok(()),
        };
        // First the watch: what comes while the names are read is told.
        self.watch.add(&folder, path);
        self.take(path, Touched::default())?;
        let Ok(names) = folder.names() else { return Ok(()) };
        let known = self.store.history.below(path);
        let gone = known.filter(|(known, versions)| {
            known.parent() == Some(path)
                && versions.last().is_some_and(|last| last.state != State::Gone)
                && known
                    .file_name()
                    .is_some_and(|it| names.binary_search_by(|n| n.as_os_str().cmp(it)).is_err())
        });
        let gone: Vec<PathBuf> = gone.map(|(path, _)| path.to_owned()).collect();
        let mut done = Ok(());
        for path in gone.into_iter().chain(names.iter().map(|name| path.join(name))) {
            let touched = self.touched.remove(&path).unwrap_or_default();
            // What the disk refuses of one file says nothing of the next.
            done = done.and(self.take(&path, touched));
            if matches!(self.kind(&path), Some(Kind::Folder)) {
                self.walks.push(path);
            }
        }
        done
    }

    fn kind(&self, path: &Path) -> Option<&Kind> {
        Some(&self.store.history.last(path)?.here()?.kind)
    }

    /// Looks at a path, and remembers what is new.
    fn take(&mut self, path: &Path, touched: Touched) -> io::Result<()> {
        let leaves = (self.leaves)(path);
        if leaves == Some(LeftOut::Entirely) || self.is_left_out(path) || is_our_own(path) {
            return Ok(());
        }
        let keep = match leaves {
            Some(LeftOut::Secret) => Keep::Not(Why::Secret),
            _ => Keep::UpTo(self.settings.most_file_bytes()),
        };
        let Some((root, below)) = root_of(&self.roots, path) else { return Ok(()) };
        let Ok(open) = &root.open else { return Ok(()) };
        let last = self.store.history.last(path).cloned();
        if self.files >= self.settings.max_files && !is_covered(last.as_ref()) {
            let is_file = open.stat(below, Reach::SameDisk)?;
            if is_file.is_some_and(|it| it.st_mode & 0o170_000 == 0o100_000) {
                self.too_many += 1;
                return Ok(());
            }
        }
        let seen = match look(&mut self.store, open, below, last.as_ref(), (keep, touched.rumour()))
        {
            Err(error) if is_absence(&error) => Seen::Nothing,
            seen => seen?,
        };
        match seen {
            Seen::Same => Ok(()),
            Seen::Nothing => self.gone(path, &touched),
            Seen::New(here) => self.remember(path, Some(here), touched.missed_unix_ns),
            Seen::Unsettled if touched.tries < TRIES => {
                self.touched.insert(path.to_owned(), touched.again());
                Ok(())
            }
            Seen::Unsettled => {
                let here = busy(open, below)?;
                self.remember(path, here, touched.missed_unix_ns)
            }
        }
    }

    /// A path is gone, and so is all that was below it.
    fn gone(&mut self, path: &Path, touched: &Touched) -> io::Result<()> {
        let there = |versions: &[Version]| versions.last().is_some_and(|it| it.here().is_some());
        let below = self.store.history.below(path).filter(|(_, versions)| there(versions));
        for below in below.map(|(path, _)| path.to_owned()).collect::<Vec<_>>() {
            let missed = match self.touched.remove(&below) {
                _ if below == path => touched.lost_unix_ns(),
                Some(touched) => touched.lost_unix_ns(),
                None => None,
            };
            self.remember(&below, None, missed)?;
        }
        Ok(())
    }

    fn remember(&mut self, path: &Path, here: Option<Here>, missed: Option<u64>) -> io::Result<()> {
        let before = is_covered(self.store.history.last(path));
        let state = here.map_or(State::Gone, State::Here);
        let version = Version { taken_unix_ns: now_unix_ns(), missed_unix_ns: missed, state };
        let after = is_covered(Some(&version));
        self.files = (self.files + usize::from(after)).saturating_sub(usize::from(before));
        self.store.add(path, version)
    }

    /// Whether a folder on the way to it bears a name that is left out.
    fn is_left_out(&self, path: &Path) -> bool {
        let Some((_, below)) = self.root_of(path) else { return true };
        let is = |part: &OsStr| self.settings.except.iter().any(|name| part == name.as_str());
        below.iter().any(is)
    }

    fn root_of<'p>(&self, path: &'p Path) -> Option<(&Root, &'p Path)> {
        root_of(&self.roots, path)
    }
}

fn root_of<'r, 'p>(roots: &'r [Root], path: &'p Path) -> Option<(&'r Root, &'p Path)> {
    roots.iter().find_map(|root| Some((root, path.strip_prefix(&root.path).ok()?)))
}

/// Whether the path stands and has a shadow.
fn is_covered(last: Option<&Version>) -> bool {
    last.is_some_and(|last| last.object().is_some())
}

/// What `restore` and `stage accept` put beside a file before it bears its name.
fn is_our_own(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".chaperone-"))
}

fn lock(dir: &Path) -> Result<File, Error> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(Error::disk("make", dir))?;
    let options =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).clone();
    let file = options.open(dir.join("lock")).map_err(Error::disk("open", dir))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Held { dir: dir.to_owned() }),
        Err(TryLockError::Error(why)) => Err(Error::disk("lock", dir)(why)),
    }
}
