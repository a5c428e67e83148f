//! Policies that change while they are at work: files are looked at every second, and what is good is put in force as
//! a whole. What is not leaves the old ones at work, and is told once.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use event::{Action, Decision, Effect, Guard, Text};
use journal::{Approvals, Lift, Reply};
use policy::Guide;

use super::let_through::LetThrough;
use super::{InForce, Own, load, load_with};
use crate::config::Config;
use crate::files;

/// How often files are looked at. What changed is read when it has been the same twice.
const PACE: Duration = Duration::from_secs(1);

/// The policies at work, always the newest.
pub struct Live(Arc<Newest>);

struct Newest {
    guide: RwLock<Arc<Guide>>,
    /// Answers of people; none where nothing is recorded.
    answers: Option<Mutex<Approvals>>,
    let_through: Mutex<LetThrough>,
    changed: AtomicBool,
}

impl Live {
    /// Puts the policies of a configuration in force and looks after them until `stop`. `given` is the file that it was
    /// read from, as the command line named it.
    pub fn start(given: Option<&Path>, config: &Config, stop: &Arc<AtomicBool>) -> Result<Self> {
        let mut looks = Looks::start(given, config)?;
        let live = Self(Arc::clone(&looks.newest));
        let stop = Arc::clone(stop);
        let until = move || {
            looks.note();
            while !stop.load(Ordering::Relaxed) {
                thread::sleep(PACE);
                if let Err(error) = looks.look() {
                    looks.refused(&format!("{error:#}"));
                    crate::say!(
                        "{}the policies that were changed are not put in force: {error:#}",
                        crate::out::label("warning: ", crate::out::Colour::Yellow)
                    );
                }
            }
        };
        thread::Builder::new().name("policies".into()).spawn(until).context("cannot start")?;
        Ok(live)
    }

    /// Who is asked: always by the newest policies.
    pub fn guard(&self) -> Arc<dyn Guard> {
        Arc::clone(&self.0) as Arc<dyn Guard>
    }

    /// Who is asked about what has happened: no answer is used up by that.
    pub fn looker(&self) -> Arc<dyn Guard> {
        Arc::new(Looker(Arc::clone(&self.0)))
    }

    /// The newest policies.
    pub fn guide(&self) -> Arc<Guide> {
        self.0.guide()
    }

    /// Whether other policies are in force since this was asked last.
    pub fn changed(&self) -> bool {
        self.0.changed.swap(false, Ordering::AcqRel)
    }
}

impl Newest {
    fn guide(&self) -> Arc<Guide> {
        Arc::clone(&self.guide.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, guide: Guide) {
        *self.guide.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(guide);
        self.changed.store(true, Ordering::Release);
    }
}

struct Looker(Arc<Newest>);

impl Guard for Looker {
    fn check(&self, action: &Action) -> Arc<Decision> {
        let decision = self.0.guide().check(action);
        self.0.known(action, &decision).unwrap_or(decision)
    }
}

impl Guard for Newest {
    fn check(&self, action: &Action) -> Arc<Decision> {
        let decision = self.guide().check(action);
        match decision.effect {
            Effect::Ask => self.answered(action, decision),
            _ => decision,
        }
    }
}

impl Newest {
    /// What a person said to this very question, where somebody did: an answer for once is used up by it.
    fn answered(&self, action: &Action, decision: Arc<Decision>) -> Arc<Decision> {
        if let Some(known) = self.known(action, &decision) {
            return known;
        }
        let policies: Vec<&Text> = decision.because.iter().map(|it| &it.policy).collect();
        let granted = self.answers.as_ref().and_then(|answers| {
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.granted(action, &policies, crate::host::now_unix_ns()).unwrap_or_else(|error| {
                tracing::warn!(%error, "answers of people cannot be read");
                None
            })
        });
        let Some(answer) = granted else { return decision };
        let by: Text = format!("answer of {}", answer.by).into();
        let effect = match answer.reply {
            Reply::Allow => {
                let foreseen = self.guide().foresees(action);
                let now = crate::host::now_unix_ns();
                self.let_through().add(action, &decision, &foreseen, &by, now);
                Effect::Allow
            }
            Reply::Deny => Effect::Deny,
        };
        let lifted = decision.because.iter().map(|it| (it.policy.clone(), by.clone())).collect();
        Arc::new(Decision { effect, lifted, ..Decision::clone(&decision) })
    }

    /// What is part of something that a person let through a moment ago: a shell, and what it then runs.
    fn known(&self, action: &Action, decision: &Decision) -> Option<Arc<Decision>> {
        if decision.effect != Effect::Ask {
            return None;
        }
        let mut let_through = self.let_through();
        let now = crate::host::now_unix_ns();
        if let_through.is_empty(now) {
            return None;
        }
        let foreseen = self.guide().foresees(action);
        let by = let_through.covers(action, decision, &foreseen)?;
        let lifted = decision.because.iter().map(|it| (it.policy.clone(), by.clone())).collect();
        Some(Arc::new(Decision { effect: Effect::Allow, lifted, ..decision.clone() }))
    }

    fn let_through(&self) -> MutexGuard<'_, LetThrough> {
        self.let_through.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The policies that answers became.
    fn lifts(&self) -> Result<Vec<Lift>> {
        let Some(answers) = &self.answers else { return Ok(Vec::new()) };
        let answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(answers.in_force(crate::host::now_unix_ns())?)
    }
}

/// What is looked at, and what it was like.
struct Looks {
    newest: Arc<Newest>,
    given: Option<PathBuf>,
    config: Config,
    /// The answers of people among the policies in force.
    lifts: Vec<Lift>,
    /// What is in force, as the audit log knows it.
    in_force: Option<InForce>,
    /// Why answers of people could not be read; told once.
    unread: Option<String>,
    /// As it was when it was read, and at the last look.
    read: Vec<Stamp>,
    seen: Vec<Stamp>,
}

/// A file as it is; one that is written anew in place has other times.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    id: (u64, u64),
    size: u64,
    times: [(i64, i64); 2],
}

impl Looks {
    fn start(given: Option<&Path>, config: &Config) -> Result<Self> {
        // First the stamps: what is changed while it is read is read again.
        let read = stamps(given, config);
        let answers = Approvals::open(&config.data_dir()).ok().map(Mutex::new);
        let guide = RwLock::new(Arc::new(load(config)?));
        let (let_through, changed) = (Mutex::default(), AtomicBool::new(false));
        let newest = Newest { guide, answers, let_through, changed };
        Ok(Self {
            newest: Arc::new(newest),
            lifts: Vec::new(),
            in_force: InForce::last(&config.data_dir()),
            unread: None,
            given: given.map(Path::to_owned),
            config: config.clone(),
            seen: read.clone(),
            read,
        })
    }

    /// Looks once; an error is why what changed is not in force, told once for each change.
    fn look(&mut self) -> Result<()> {
        let now = stamps(self.given.as_deref(), &self.config);
        let settled = now == self.seen;
        self.seen = now;
        let lifts = self.lifts();
        let answered = lifts != self.lifts;
        if !answered && self.seen == self.read || !settled {
            return Ok(());
        }
        self.lifts = lifts;
        self.read = self.seen.clone();
        let policy = Config::load(self.given.as_deref())?;
        // Of the rest of the configuration nothing is taken anew but what policies depend on.
        let mut config = self.config.clone();
        config.policy = policy.policy;
        config.agents.gateways = policy.agents.gateways;
        let guide = match load_with(&config, &self.lifts) {
            // What an answer lifts may be gone by now: then it lifts nothing.
            Err(error) if !self.lifts.is_empty() => {
                let guide = load(&config)?;
                tracing::warn!(%error, "answers of people are left out");
                self.refused(&format!("answers of people are left out: {error:#}"));
                self.lifts.clear();
                guide
            }
            guide => guide?,
        };
        if config.policy.path != self.config.policy.path {
            self.read = stamps(self.given.as_deref(), &config);
            self.seen = self.read.clone();
        }
        self.config = config;
        self.newest.put(guide);
        self.note();
        Ok(())
    }

    /// The policies that answers became; those from before, where they cannot be read now.
    fn lifts(&mut self) -> Vec<Lift> {
        match self.newest.lifts() {
            Ok(lifts) => {
                self.unread = None;
                lifts
            }
            Err(error) => {
                let why = format!("answers of people cannot be read: {error:#}");
                if self.unread.as_ref() != Some(&why) {
                    tracing::warn!(error = why, "answers stay as they were");
                    self.refused(&why);
                    self.unread = Some(why);
                }
                self.lifts.clone()
            }
        }
    }

    /// Says in the audit log what is in force.
    fn note(&mut self) {
        let Ok(own) = Own::read(self.config.policy.path.as_deref()) else { return };
        let now = InForce::of(&self.config, &own, &self.lifts);
        if let Err(error) = now.note(self.in_force.as_ref(), &self.config) {
            tracing::error!(error = format!("{error:#}"), "a change of policies is not told");
        }
        self.in_force = Some(now);
    }

    /// Says there that something else was to be.
    fn refused(&self, why: &str) {
        let Some(in_force) = &self.in_force else { return };
        if let Err(error) = in_force.note_refused(why, &self.config) {
            tracing::error!(error = format!("{error:#}"), "refused policies are not told");
        }
    }
}

/// What the policies depend on, as it is now. What cannot be looked at is not there.
fn stamps(given: Option<&Path>, config: &Config) -> Vec<Stamp> {
    let configuration = given.map_or_else(crate::host::default_config, Path::to_owned);
    let own = config.policy.path.as_deref();
    let own = own.and_then(|path| files::named(path, |name| name.ends_with(".cedar")).ok());
    let all = own.unwrap_or_default().into_iter().chain([configuration]);
    all.filter_map(|path| {
        let about = std::fs::metadata(&path).ok()?;
        Some(Stamp {
            path,
            id: (about.dev(), about.ino()),
            size: about.size(),
            times: [(about.mtime(), about.mtime_nsec()), (about.ctime(), about.ctime_nsec())],
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use event::Effect;
    use policy::case;

    use super::*;

    const FORBID: &str =
        "@id(\"mine\") forbid (principal, action == Action::\"listen\", resource);";

    fn effect(newest: &Newest) -> Effect {
        let text = "cases: [{that: x, do: listen, host: \"127.0.0.1:80\", expect: allow}]";
        let cases = case::parse(text).expect("a case");
        newest.check(&cases[0].action()).effect
    }

    /// Twice, for what was just changed is not read yet.
    fn look(looks: &mut Looks) -> Result<()> {
        looks.look()?;
        looks.look()
    }

    #[test]
    fn what_is_good_is_put_in_force_and_what_is_not_leaves_the_old() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("chaperone.toml");
        let policies = folder.path().join("policies");
        fs::create_dir(&policies).expect("made");
        let data_dir = folder.path().join("data");
        fs::create_dir(&data_dir).expect("made");
        let text = format!(
            "data_dir = {data_dir:?}\npolicy.profile = \"guarded\"\npolicy.path = {policies:?}\n"
        );
        fs::write(&file, &text).expect("written");
        let config = Config::load(Some(&file)).expect("good");
        let mut looks = Looks::start(Some(&file), &config).expect("good");
        let newest = Arc::clone(&looks.newest);
        let check = |expect: Effect, changed: bool| {
            assert_eq!(effect(&newest), expect);
            assert_eq!(newest.changed.swap(false, Ordering::AcqRel), changed);
        };
        look(&mut looks).expect("nothing changed");
        check(Effect::Allow, false);
        fs::write(policies.join("mine.cedar"), FORBID).expect("written");
        looks.look().expect("seen");
        check(Effect::Allow, false);
        looks.look().expect("read");
        check(Effect::Deny, true);
        // Wrong: the old stays, and it is told once.
        fs::write(policies.join("mine.cedar"), "forbid (principal,").expect("written");
        let told = look(&mut looks).expect_err("refused").to_string();
        assert!(told.contains("mine.cedar:1:"), "{told}");
        look(&mut looks).expect("told before");
        check(Effect::Deny, false);
        // So with the configuration.
        fs::write(policies.join("mine.cedar"), FORBID).expect("written");
        fs::write(&file, "policy.profil = \"guarded\"\n").expect("written");
        look(&mut looks).expect_err("refused");
        check(Effect::Deny, false);
        fs::write(&file, text.replace("guarded", "observe")).expect("written");
        look(&mut looks).expect("good");
        check(Effect::Allow, true);
        fs::remove_file(&file).expect("removed");
        look(&mut looks).expect_err("nothing to read");
        check(Effect::Allow, false);
        // What is in force, and what was to be, stands in the audit log.
        looks.refused("why");
        let told: Vec<String> = journal::audit::entries(&data_dir)
            .expect("read")
            .filter_map(|entry| match entry.expect("read").what {
                journal::audit::What::PolicyChanged { old, changes, refused, .. } => {
                    let names: Vec<&str> =
                        changes.iter().map(|it| it.split('/').next_back().unwrap_or(it)).collect();
                    Some(format!("{} {names:?} {refused:?}", old.is_some()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(
            told,
            [
                r#"false [] None"#,
                r#"true ["changed: the configuration"] None"#,
                r#"true [] Some("why")"#
            ]
        );
    }
}
