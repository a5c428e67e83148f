//! The second thread of the responder: hears what holds, and keeps the marks where the places are. It may wait for a
//! file system; nobody waits for it.

use std::collections::{BTreeSet, HashMap};
use std::ffi::CStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use event::{KernelRules, Label, Regime};
use nix::fcntl::AT_FDCWD;
use nix::sys::fanotify::{Fanotify, MarkFlags, MaskFlags};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};

use super::answer::{Law, move_sessions};
use super::marks::{self, Found};
use super::mounts::Mounts;
use super::places::{self, Place};
use super::programs::{self, Programs};
use super::wire::{Said, Told};

/// Between two looks at places in which things come to be: who makes many makes nobody busy.
const PAUSE: Duration = Duration::from_millis(5);
/// Most sessions that are held at once; labels have the same bound in the kernel.
const MOST_REGIMES: usize = 65536;
/// Something came to be in a folder, or it went itself.
const APPEARS: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::ONLYDIR);

/// What is marked, and why.
pub struct Clerk<'a> {
    group: &'a Fanotify,
    law: &'a Mutex<Arc<Law>>,
    said: &'a dyn Fn(&Said),
    places: Vec<Place>,
    found: Vec<Found>,
    marked: HashMap<PathBuf, MaskFlags>,
    inotify: OwnedFd,
    /// By watch: which places, for names that begin how.
    watches: HashMap<i32, BTreeSet<(usize, String)>>,
    /// Folders in which programs may come to be that are asked about.
    of_programs: BTreeSet<i32>,
}

impl<'a> Clerk<'a> {
    pub fn new(
        group: &'a Fanotify,
        law: &'a Mutex<Arc<Law>>,
        said: &'a dyn Fn(&Said),
    ) -> std::io::Result<Self> {
        let inotify = fresh_inotify()?;
        let (places, found) = (Vec::new(), Vec::new());
        let (marked, watches) = (HashMap::new(), HashMap::new());
        Ok(Self {
            group,
            law,
            said,
            places,
            found,
            marked,
            inotify,
            watches,
            of_programs: BTreeSet::new(),
        })
    }

    /// Works until nobody tells anything any more.
    pub fn work(&mut self, mut told: BufReader<File>) -> std::io::Result<()> {
        let mut line = String::new();
        loop {
            if told.buffer().is_empty() {
                let (told, changed) = (told.get_ref(), &self.inotify);
                let [told, changed] = [told.as_fd(), changed.as_fd()]
                    .map(|it| PollFd::from_borrowed_fd(it, PollFlags::IN));
                let mut asked = [told, changed];
                poll(&mut asked, None)?;
                let [told, changed] = asked.map(|it| !it.revents().is_empty());
                if changed {
                    self.look_again();
                }
                if !told {
                    continue;
                }
            }
            line.clear();
            if told.read_line(&mut line)? == 0 {
                return Ok(());
            }
            match serde_json::from_str(&line) {
                Ok(told) => self.hear(told),
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn hear(&mut self, told: Told<'_>) {
        match told {
            Told::Hello { .. } => {}
            Told::Rules(rules) => self.take_rules(rules.map(|it| it.into_owned())),
            Told::Govern(regime) => self.change(|regimes| {
                if regimes.len() < MOST_REGIMES {
                    regimes.insert(regime.label, regime.into_owned());
                }
            }),
            Told::Forget(label) => self.change(|regimes| {
                regimes.remove(&label);
            }),
            Told::Upto(number) => (self.said)(&Said::Upto(number)),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut HashMap<Label, Regime>)) {
        let before = self.holds_somebody();
        {
            let mut law = self.law.lock().unwrap_or_else(PoisonError::into_inner);
            change(Arc::make_mut(&mut Arc::make_mut(&mut law).regimes));
        }
        if self.holds_somebody() != before {
            self.place();
        }
    }

    /// Whether some session is held: else nobody's programs wait.
    fn holds_somebody(&self) -> bool {
        let law = self.law.lock().unwrap_or_else(PoisonError::into_inner);
        law.regimes.values().any(|regime| regime.book.is_some())
    }

    fn take_rules(&mut self, rules: Option<KernelRules>) {
        let rules = Arc::new(rules.unwrap_or_default());
        {
            let mut law = self.law.lock().unwrap_or_else(PoisonError::into_inner);
            let law = Arc::make_mut(&mut law);
            move_sessions(&rules, Arc::make_mut(&mut law.regimes));
            law.rules = rules;
            law.known = Arc::default();
        }
        self.place();
    }

    /// Marks what the rules want marked. Places that were guarded before, too, are so in between.
    fn place(&mut self) {
        let rules = self.rules();
        let (places, left_out) = places::of(&rules);
        for (place, why) in left_out {
            (self.said)(&Said::LeftOut { place: place.into(), why: why.into() });
        }
        if let Ok(inotify) = fresh_inotify() {
            self.inotify = inotify;
        }
        self.watches.clear();
        self.of_programs.clear();
        let before = std::mem::take(&mut self.marked);
        self.found = places.iter().map(|_| Found::default()).collect();
        self.places = places;
        self.look_at(0..self.places.len());
        self.look_for_programs();
        for (path, mask) in before {
            let gone = mask & !self.marked.get(&path).copied().unwrap_or(MaskFlags::empty());
            if !(gone & (MaskFlags::FAN_OPEN_PERM | MaskFlags::FAN_OPEN_EXEC_PERM)).is_empty() {
                let flags = MarkFlags::FAN_MARK_REMOVE;
                // What is not there any more took its mark along.
                let _ = self.group.mark(flags, mask, AT_FDCWD, Some(path.as_path()));
                if let Some(mask) = self.marked.get(&path) {
                    self.mark(&path, *mask);
                }
            }
        }
    }

    fn rules(&self) -> Arc<KernelRules> {
        Arc::clone(&self.law.lock().unwrap_or_else(PoisonError::into_inner).rules)
    }

    /// Programs whose runs are asked about, while there is anybody to be asked about.
    fn look_for_programs(&mut self) {
        let rules = self.rules();
        let mut known = Programs::new();
        if !rules.books.is_empty() && self.holds_somebody() {
            for folder in rules.asked.folders.iter().filter_map(|it| programs::nearest(it)) {
                self.watch_programs(&folder);
            }
            let found = programs::find(&rules.asked, &Mounts::now());
            found.folders.iter().for_each(|folder| self.watch_programs(folder));
            for path in &found.files {
                self.mark_also(path, MaskFlags::FAN_OPEN_EXEC_PERM);
            }
            known = found.programs;
        }
        let mut law = self.law.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut law).asked = Arc::new(known);
    }

    fn watch_programs(&mut self, folder: &Path) {
        if let Ok(watch) = inotify::add_watch(&self.inotify, folder, APPEARS) {
            self.of_programs.insert(watch);
        }
    }

    fn look_at(&mut self, numbers: impl Iterator<Item = usize>) {
        let mounts = Mounts::now();
        for number in numbers {
            let Some(place) = self.places.get(number).cloned() else { continue };
            // What comes to be while it is looked for is found by the second look.
            let first = marks::find(&place, &mounts);
            self.watch(number, &first);
            let found = marks::find(&place, &mounts);
            self.watch(number, &found);
            for (path, _) in &found.files {
                self.mark_also(path, place.mask);
            }
            for path in &found.folders {
                self.mark_also(path, place.mask | MaskFlags::FAN_EVENT_ON_CHILD);
            }
            if let Some(why) = found.left_out {
                let place = place.path.to_string_lossy();
                (self.said)(&Said::LeftOut { place: place.as_ref().into(), why: why.into() });
            }
            if let Some(kept) = self.found.get_mut(number) {
                *kept = found;
            }
        }
        self.know();
    }

    fn mark_also(&mut self, path: &Path, mask: MaskFlags) {
        let known = self.marked.entry(path.to_owned()).or_insert(MaskFlags::empty());
        *known |= mask;
        let mask = *known;
        self.mark(path, mask);
    }

    fn mark(&self, path: &Path, mask: MaskFlags) {
        // What went away between the look and now will be looked for again.
        let _ = self.group.mark(MarkFlags::FAN_MARK_ADD, mask, AT_FDCWD, Some(path));
    }

    /// What the files are, by identity.
    fn know(&self) {
        let law = || self.law.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = Arc::clone(&law().rules);
        let files = self.found.iter().flat_map(|found| &found.files);
        let known = files.map(|(path, id)| (*id, rules.of_path(&path.to_string_lossy(), "")));
        let known = Arc::new(known.collect());
        Arc::make_mut(&mut law()).known = known;
    }

    fn watch(&mut self, number: usize, found: &Found) {
        for (folder, name) in &found.watched {
            if let Ok(watch) = inotify::add_watch(&self.inotify, folder.as_path(), APPEARS) {
                self.watches.entry(watch).or_default().insert((number, name.clone()));
            }
        }
    }

    /// Something came to be, or went.
    fn look_again(&mut self) {
        std::thread::sleep(PAUSE);
        let (mut numbers, mut programs) = (BTreeSet::new(), false);
        let asked = self.rules();
        let mut buffer = [MaybeUninit::uninit(); 8192];
        let mut events = inotify::Reader::new(self.inotify.as_fd(), &mut buffer);
        while let Ok(event) = events.next() {
            if event.events().contains(ReadFlags::QUEUE_OVERFLOW) {
                numbers.extend(0..self.places.len());
                programs = true;
            }
            let name = event.file_name().map(CStr::to_bytes).unwrap_or_default();
            let of = self.watches.get(&event.wd()).into_iter().flatten();
            let of = of.filter(|(_, begin)| name.is_empty() || name.starts_with(begin.as_bytes()));
            numbers.extend(of.map(|(number, _)| *number));
            programs |= self.of_programs.contains(&event.wd())
                && (name.is_empty()
                    || event.events().contains(ReadFlags::ISDIR)
                    || asked.asked.mean(&String::from_utf8_lossy(name)));
            if event.events().contains(ReadFlags::IGNORED) {
                self.watches.remove(&event.wd());
            }
        }
        if !numbers.is_empty() {
            self.look_at(numbers.into_iter());
        }
        if programs {
            self.look_for_programs();
        }
    }
}

fn fresh_inotify() -> std::io::Result<OwnedFd> {
    Ok(inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?)
}
