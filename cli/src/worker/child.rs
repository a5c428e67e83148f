//! In the child: gives up its rights, does the task, says what it finds. Started by the parent only.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use event::{Asset, Redact, Text};
use inventory::aibom::image;
use inventory::attend::{Attendant, attended};
use inventory::discover::Home;
use inventory::live::Live;
use inventory::product::Products;
use inventory::sound::{Soundness, Subject, of_asset, of_path};
use inventory::watch::Woken;
use inventory::{Asks, Heard, Inventory, Look, Unsure};
use sandbox::{Files, Reader};

use super::wire::{Homes, Job, Material, Of, Place, Root, Said, Task};
use super::{MEMORY_MB, materials, plan, transcripts};
use crate::out;
use crate::stages::redactor;
use crate::verbs::Exit;

/// Longest line of what is said, in bytes.
pub const MAX_LINE: usize = 16 << 20;
/// Longest task, in bytes.
const MAX_TASK: usize = 4 << 20;
/// How often a worker that waits says so: its parent ends one that is silent for longer.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(2);
/// Heartbeats after which all is looked at again without any sign of a change: what is behind links, and homes that
/// are new, have none.
const ANYWAY: u32 = 150;
/// Most open descriptors.
const DESCRIPTORS: u64 = 64;

#[derive(Debug, Args)]
pub struct Worker {}

impl Worker {
    pub fn run(self) -> Result<Exit> {
        // Whoever started this has gone: nobody listens.
        let kill = Some(rustix::process::Signal::KILL);
        let _ = rustix::process::set_parent_process_death_signal(kill);
        let (text, behind) = first_line()?;
        let task: Task = serde_json::from_slice(&text)
            .context("no task\nhint: Chaperone starts this by itself; by hand it is of no use")?;
        let known = Known::new(&task)?;
        let reader = Reader {
            memory_bytes: MEMORY_MB * 1_000_000,
            descriptors: DESCRIPTORS,
            files: files(&task.job),
        };
        let missing = reader.confine().context("cannot give up rights")?;
        let teller = Rc::new(Teller::of(&task));
        teller.say(&Said::Confined(missing.iter().map(ToString::to_string).collect()));
        let worked = attended(teller.clone(), || match task.job {
            Job::Live => live(&task, known, &teller),
            Job::Transcripts => transcripts::follow(&teller, behind),
            _ => work(&task, &known, &teller),
        });
        teller.say(&match worked {
            Ok(()) => Said::Done { entries: teller.entries.get() },
            Err(error) => Said::Failed(out::error(&error)),
        });
        Ok(Exit::Done)
    }
}

/// The task, and what has come behind it: read without a buffer that would keep some of it.
fn first_line() -> Result<(Vec<u8>, Vec<u8>)> {
    let (mut text, mut some) = (Vec::new(), [0; 4096]);
    loop {
        let read = rustix::io::read(rustix::stdio::stdin(), &mut some)?;
        let new = some.get(..read).unwrap_or_default();
        if let Some(end) = memchr::memchr(b'\n', new) {
            text.extend_from_slice(new.get(..end).unwrap_or_default());
            return Ok((text, new.get(end + 1..).unwrap_or_default().to_vec()));
        }
        text.extend_from_slice(new);
        if read == 0 || text.len() > MAX_TASK {
            return Ok((text, Vec::new()));
        }
    }
}

/// The files that a job needs.
fn files(job: &Job) -> Files {
    match job {
        Job::Unpack { into, .. } => {
            Files::Unpacked { into: into.0.clone(), file_bytes: image::MAX_LENGTH }
        }
        // Whatever is in it, it leads to nothing of this host.
        Job::Materials(Of::Image(place)) => Files::Below(place.0.clone()),
        Job::Materials(Of::Looked | Of::Folder(_))
        | Job::Look
        | Job::Judge
        | Job::JudgePaths(_)
        | Job::Live
        | Job::Transcripts => Files::All,
    }
}

/// What is our own, made before anything of others is read.
struct Known {
    redact: Arc<dyn Redact>,
    products: Products,
    soundness: Option<Soundness>,
    /// What listens, and what it answered: there is no network any more when that is read.
    heard: Asks,
}

impl Known {
    fn new(task: &Task) -> Result<Self> {
        let products = plan::products()?;
        let heard = match (task.ask, &task.homes, &task.job) {
            (true, ..) => Asks::Heard(Arc::new(Heard::now(&products))),
            // What listens is the host's; who lives hears of it by the record.
            (false, Homes::Accounts, Job::Look | Job::Judge) => {
                Asks::Heard(Arc::new(Heard::unasked()))
            }
            _ => Asks::Nothing,
        };
        let soundness = match task.job {
            Job::Look | Job::Materials(_) | Job::Transcripts | Job::Unpack { .. } => None,
            Job::Judge | Job::JudgePaths(_) | Job::Live => match Soundness::shipped() {
                Ok(soundness) => Some(soundness),
                Err(wrong) => bail!("{wrong}"),
            },
        };
        Ok(Self { redact: redactor(None)?, products, soundness, heard })
    }
}

fn work(task: &Task, known: &Known, teller: &Teller) -> Result<()> {
    let judge = Judge { known, teller };
    if let Job::JudgePaths(paths) = &task.job {
        let root = |path: &Place| Root { place: path.clone(), owner: Text::default(), uid: 0 };
        teller.say(&Said::Roots(paths.iter().map(root).collect()));
        return paths.iter().try_for_each(|path| judge.path(&path.0));
    }
    if let Job::Unpack { image, into } = &task.job {
        return Ok(image::unpack(&image.0, &into.0)?);
    }
    let plan = planned(task, known, teller)?;
    let inventory = inventory::look(&known.products, &plan, &*known.redact);
    if matches!(task.job, Job::Judge) {
        for asset in &inventory.assets {
            judge.asset(asset, plan.uid_of(&asset.owner));
        }
    }
    if matches!(task.job, Job::Materials(_)) {
        materials::licences(&inventory, &plan, &|piece| teller.material(piece));
    }
    teller.tell(inventory);
    Ok(())
}

/// Where to look. The subject of a bill of materials is told on the way.
fn planned(task: &Task, known: &Known, teller: &Teller) -> Result<Look> {
    let say = |piece| teller.material(piece);
    if let Job::Materials(Of::Image(place)) = &task.job {
        let root = Root { place: place.clone(), owner: Text::default(), uid: 0 };
        teller.say(&Said::Roots(vec![root]));
        return materials::image(&place.0, &*known.redact, &say);
    }
    let mut plan = plan::plan(task, &|folder| teller.before(folder).is_some())?;
    plan.ask = known.heard.clone();
    teller.say(&Said::Roots(roots(&plan)));
    if let Job::Materials(Of::Folder(place)) = &task.job {
        materials::folder(&place.0, &say)?;
    }
    Ok(plan)
}

/// Looks, then looks again whenever something may have changed.
fn live(task: &Task, known: Known, teller: &Teller) -> Result<()> {
    let plan = plan::plan(task, &|folder| teller.before(folder).is_some())?;
    teller.say(&Said::Roots(roots(&plan)));
    let soundness = known.soundness.context("rules are there to judge by")?;
    let mut live = Live::new(known.products, soundness, plan, known.redact)?;
    loop {
        for change in live.look() {
            let change = live.tell(change, crate::host::now_unix_ns());
            teller.say(&Said::Change(Box::new(change)));
        }
        for unsure in &live.now().unsure {
            teller.say(&Said::Unsure(unsure.clone()));
        }
        let (entries, unwatched) = (live.now().entries, live.unwatched());
        teller.say(&Said::Settled { entries, unwatched });
        for _ in 0..ANYWAY {
            if live.wait(HEARTBEAT)? == Woken::Changed {
                break;
            }
            teller.say(&Said::Idle);
        }
    }
}

/// The homes come first: who asks for one's home gets that.
fn roots(plan: &Look) -> Vec<Root> {
    let host = plan.root.iter().map(|path| Home { owner: "".into(), uid: 0, path: path.clone() });
    let folders = plan.homes.iter().chain(&plan.projects).cloned().chain(host);
    let root = |home: Home| Root { place: Place(home.path), owner: home.owner, uid: home.uid };
    folders.map(root).collect()
}

struct Judge<'a> {
    known: &'a Known,
    teller: &'a Teller,
}

impl Judge<'_> {
    fn asset(&self, asset: &Asset, uid: u32) {
        let mut unsure = Vec::new();
        for subject in of_asset(asset, uid, &mut unsure) {
            self.subject(Some(asset), &subject);
        }
        unsure.into_iter().for_each(|unsure| self.teller.say(&Said::Unsure(unsure)));
    }

    fn path(&self, path: &Path) -> Result<()> {
        if self.teller.before(path).is_some() {
            return Ok(());
        }
        if !path.exists() {
            bail!("{} does not exist\nhint: name files, folders, or `agents`", path.display());
        }
        let mut unsure = Vec::new();
        of_path(path, &*self.known.redact, &mut unsure, &mut |subject| {
            self.subject(None, &subject)
        });
        unsure.into_iter().for_each(|unsure| self.teller.say(&Said::Unsure(unsure)));
        Ok(())
    }

    fn subject(&self, of: Option<&Asset>, subject: &Subject) {
        // What takes too long here is its text.
        if self.teller.before(Path::new(&*subject.place)).is_some() {
            return;
        }
        let Some(soundness) = &self.known.soundness else { return };
        for flaw in soundness.judge(subject, &*self.known.redact) {
            let of = of.map(|asset| asset.id);
            self.teller.say(&Said::Flaw { of, flaw: Box::new(flaw) });
        }
    }
}

/// Says where the work is, and what came of it.
pub(super) struct Teller {
    left_out: HashMap<PathBuf, Text>,
    at: RefCell<PathBuf>,
    entries: Cell<u64>,
    /// When it last said that it is at something long.
    busy: Cell<Instant>,
}

/// How often that is said.
const BUSY: Duration = Duration::from_millis(500);

impl Teller {
    fn of(task: &Task) -> Self {
        let left_out = task.left_out.iter().map(|it| (it.place.0.clone(), it.why.clone()));
        Self {
            left_out: left_out.collect(),
            at: RefCell::default(),
            entries: Cell::new(0),
            busy: Cell::new(Instant::now()),
        }
    }

    fn tell(&self, inventory: Inventory) {
        for asset in inventory.assets {
            self.say(&Said::Asset(Box::new(asset)));
        }
        for unsure in inventory.unsure {
            self.say(&Said::Unsure(unsure));
        }
    }

    fn material(&self, piece: Material) {
        self.say(&Said::Material(Box::new(piece)));
    }

    /// One line. Where nobody listens any more the work ends.
    pub(super) fn say(&self, said: &Said) {
        let mut line = serde_json::to_vec(said).unwrap_or_default();
        if line.len() >= MAX_LINE {
            line = serde_json::to_vec(&Said::Unsure(too_long(said))).unwrap_or_default();
        }
        line.push(b'\n');
        if std::io::stdout().write_all(&line).is_err() {
            std::process::exit(Exit::Failed as i32);
        }
    }
}

impl Attendant for Teller {
    fn before(&self, path: &Path) -> Option<Text> {
        if let Some(why) = self.left_out.get(path) {
            return Some(why.clone());
        }
        if *self.at.borrow() != path {
            path.clone_into(&mut self.at.borrow_mut());
            let place = Place(path.to_owned());
            self.say(&Said::At { place, entries: self.entries.get() });
        }
        None
    }

    fn entries(&self, more: u64) {
        self.entries.set(self.entries.get().saturating_add(more));
    }

    fn busy(&self) {
        if self.busy.get().elapsed() >= BUSY {
            self.busy.set(Instant::now());
            self.say(&Said::Idle);
        }
    }
}

/// What a thing is called that is too long to be told.
fn too_long(said: &Said) -> Unsure {
    let place = match said {
        Said::Asset(asset) => asset.evidence.first().map(|at| at.place.clone()),
        Said::Flaw { flaw, .. } => Some(flaw.place.clone()),
        _ => None,
    };
    let why = format!("there is more than {MAX_LINE} bytes to say of it: left out");
    Unsure { place: place.unwrap_or_default(), why: why.into() }
}
