//! A lesson as text: policies and their cases. Whatever comes from outside is quoted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use event::{Text, Verb};

use super::cover::{Cover, cover};
use super::{Lesson, Name, Needs, Proposal};
use crate::Home;
use crate::place::below;

/// Whether programs are part of what is proposed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Programs {
    /// Any may run, as the profile has it.
    #[default]
    Any,
    /// What was never run is asked about.
    OnlyThose,
}

/// Cases of one policy.
const CASES: usize = 5;

impl Lesson<'_> {
    /// What is proposed. No home is permitted as a whole.
    pub fn propose(&self, homes: &[Home], programs: Programs) -> Proposal {
        let mut proposal = Proposal::default();
        for (needs, files) in &self.files {
            self.files(*needs, files, homes, &mut proposal);
        }
        for verb in [Verb::Connect, Verb::HttpRequest, Verb::Listen] {
            self.hosts(verb, &mut proposal);
        }
        if programs == Programs::OnlyThose && !self.programs.is_empty() {
            self.only_programs(&mut proposal);
        }
        if !proposal.cases.is_empty() {
            proposal.cases.insert_str(0, "cases:\n");
        }
        let aside = self.aside.iter().map(|((policy, verb, thing), times)| {
            (policy.clone(), format!("{} {thing}", verb.name()), *times)
        });
        proposal.aside.extend(aside);
        proposal
    }

    fn files(
        &self,
        needs: Needs,
        files: &BTreeMap<Text, u64>,
        homes: &[Home],
        proposal: &mut Proposal,
    ) {
        let verb = needs.verb();
        let may = |folder: &str| self.may_stand_for_all(folder, homes);
        let covers = cover(files.keys().map(|path| &**path), &may);
        let mut one = Vec::new();
        let mut conditions = Vec::new();
        for each in &covers {
            match each {
                Cover::One(path) => one.push(quoted(path)),
                Cover::Below(folder) => conditions.push(like(folder, "/*")),
                Cover::In(folder) => {
                    conditions.push(format!(
                        "({} && !({}))",
                        like(folder, "/*"),
                        like(folder, "/*/*")
                    ));
                }
            }
            let example = match each {
                Cover::One(path) => path.clone(),
                Cover::Below(folder) | Cover::In(folder) => format!("{folder}/a-file"),
            };
            self.case(verb, "file", &example, conditions.len() + one.len(), proposal);
        }
        if !one.is_empty() {
            conditions.insert(0, format!("[{}].contains(resource.path)", one.join(", ")));
        }
        let about = format!("{} files, as {} places", files.len(), covers.len());
        self.permit(verb, &about, &conditions, proposal);
    }

    /// Whether a folder may stand for all that is in it: it is deep enough, no home and above none, and has no store of
    /// keys in it.
    fn may_stand_for_all(&self, folder: &str, homes: &[Home]) -> bool {
        let known = ["/root", "/home"].into_iter().chain(homes.iter().map(|home| &*home.path));
        let above_home = known.into_iter().any(|home| below(home, folder));
        let a_home = folder.strip_prefix("/home/").is_some_and(|rest| !rest.contains('/'));
        let deep = folder.matches('/').count() > 1;
        deep && !above_home && !a_home && !self.guide.surroundings().kinds.keys_below(folder)
    }

    fn hosts(&self, verb: Verb, proposal: &mut Proposal) {
        let hosts: Vec<&Name> =
            self.hosts.keys().filter(|(of, _)| *of == verb).map(|(_, name)| name).collect();
        let (mut names, mut addresses) = (Vec::new(), Vec::new());
        for (number, host) in hosts.iter().enumerate() {
            let example = match host {
                Name::Name(name) => {
                    names.push(quoted(name));
                    format!("{name}:443")
                }
                Name::Address(address) => {
                    addresses.push(format!("ip({})", quoted(&address.to_string())));
                    std::net::SocketAddr::new(*address, 443).to_string()
                }
            };
            self.case(verb, "host", &example, number, proposal);
        }
        let mut conditions = Vec::new();
        if !names.is_empty() {
            conditions.push(format!("[{}].contains(resource.name)", names.join(", ")));
        }
        if !addresses.is_empty() {
            let list = addresses.join(", ");
            conditions
                .push(format!("(resource has address && [{list}].contains(resource.address))"));
        }
        self.permit(verb, &format!("{} hosts", hosts.len()), &conditions, proposal);
    }

    fn only_programs(&self, proposal: &mut Proposal) {
        let names: Vec<String> = self.programs.keys().map(|path| quoted(path)).collect();
        let _ = write!(
            proposal.policies,
            "@id({})\n@effect(\"ask\")\n@severity(\"low\")\n@reason(\"its sessions ran {} programs, and this is none of them\")\n\
             forbid (principal in Product::{}, action == Action::\"exec\", resource)\n\
             unless {{ [{}].contains(resource.path) }};\n\n",
            quoted(&self.id("exec")),
            names.len(),
            quoted(&self.product),
            names.join(", ")
        );
        proposal.permits += 1;
    }

    fn permit(&self, verb: Verb, about: &str, conditions: &[String], proposal: &mut Proposal) {
        if conditions.is_empty() {
            return;
        }
        let _ = write!(
            proposal.policies,
            "@id({})\n@reason(\"its sessions needed {about}\")\n\
             permit (principal in Product::{}, action == Action::{}, resource)\n\
             when {{ {} }};\n\n",
            quoted(&self.id(verb.name())),
            quoted(&self.product),
            quoted(verb.name()),
            conditions.join(" || ")
        );
        proposal.permits += 1;
    }

    /// Ids are read by people and go into file names.
    fn id(&self, verb: &str) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
        let product: String = self.product.chars().map(plain).collect();
        format!("learned-{product}-{}", verb.replace('_', "-"))
    }

    fn case(&self, verb: Verb, key: &str, thing: &str, number: usize, proposal: &mut Proposal) {
        if number >= CASES {
            return;
        }
        let json = |text: &str| serde_json::Value::from(text).to_string();
        let _ = write!(
            proposal.cases,
            "  - that: what a session did goes on\n    agent: {}\n    do: {}\n    {key}: {}\n    profile: {}\n    expect: allow\n",
            json(&format!("{}@alice", self.product)),
            verb.name(),
            json(thing),
            self.profile.name(),
        );
    }
}

impl Needs {
    fn verb(self) -> Verb {
        match self {
            Self::Write => Verb::WriteFile,
            Self::Delete => Verb::DeleteFile,
            Self::Read => Verb::ReadFile,
        }
    }
}

/// As a text of the language: what it escapes is what Rust does.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// The path begins with this folder, and goes on like that.
fn like(folder: &str, rest: &str) -> String {
    let pattern = quoted(folder).replace('*', "\\*");
    format!("resource.path like {}{rest}\"", pattern.trim_end_matches('"'))
}
