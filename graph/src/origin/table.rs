//! The form of `rules/identity`.

use std::sync::LazyLock;

use event::{Text, WorkloadKind};
use serde::Deserialize;

/// Runners and sources of identities.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Runners of continuous integration.
    pub runners: Vec<Runner>,
    /// Where platforms put the identity of a workload; of one kind the first counts.
    pub workloads: Vec<Source>,
}

/// A runner of continuous integration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runner {
    /// Name for people.
    pub name: Text,
    /// Its programs, by the last part of the path.
    pub programs: Vec<Text>,
    /// Set in every job.
    pub variable: Text,
    /// What names the run.
    pub run: Vec<Text>,
    /// What names the person who started it.
    pub person: Text,
}

/// A place where an identity can be read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Whose form it has.
    pub kind: WorkloadKind,
    /// Variables that must be set.
    pub when: Vec<Text>,
    /// The variable that names the token's file.
    #[serde(default)]
    pub token_path_in: Option<Text>,
    /// The token's file.
    #[serde(default)]
    pub token_path: Option<Text>,
    /// The variable that is the token.
    #[serde(default)]
    pub token_in: Option<Text>,
    /// A certificate (PEM) that names the subject.
    #[serde(default)]
    pub certificate_path: Option<Text>,
    /// The variable that names an external account, which names the token's file.
    #[serde(default)]
    pub account_path_in: Option<Text>,
    /// The subject, made of variables.
    #[serde(default)]
    pub id: Option<Text>,
    /// The issuer, made of variables.
    #[serde(default)]
    pub issuer: Option<Text>,
    /// The variable that names the role.
    #[serde(default)]
    pub acts_as: Option<Text>,
    /// Why the subject cannot be read.
    #[serde(default)]
    pub why: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Runners {
    runners: Vec<Runner>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Workloads {
    workloads: Vec<Source>,
}

static SHIPPED: LazyLock<Table> = LazyLock::new(|| {
    let runners = include_str!("../../../rules/identity/runners.yaml");
    let workloads = include_str!("../../../rules/identity/workloads.yaml");
    // A test reads both; without them nothing is recognised, which is no harm.
    Table::parse(runners, workloads).unwrap_or_default()
});

impl Table {
    /// The tables that ship with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    fn parse(runners: &str, workloads: &str) -> Result<Self, content::yaml::YamlError> {
        let Runners { runners } = content::yaml::parse(runners)?;
        let Workloads { workloads } = content::yaml::parse(workloads)?;
        Ok(Self { runners, workloads })
    }

    /// Every variable whose value may be asked for. A token is none of them.
    pub fn variables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = vec!["SUDO_USER", "SSH_CONNECTION"];
        for runner in &self.runners {
            names.extend([&*runner.variable, &*runner.person]);
            names.extend(runner.run.iter().map(|name| &**name));
        }
        for source in &self.workloads {
            names.extend(source.when.iter().chain(&source.acts_as).map(|name| &**name));
            let templates = source.id.iter().chain(&source.issuer);
            names.extend(templates.flat_map(|text| holes(text)));
        }
        let tokens: Vec<&str> = self.tokens().collect();
        names.retain(|name| !tokens.contains(name));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Variables that are tokens: only that they are set may be told.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.workloads.iter().filter_map(|source| source.token_in.as_deref())
    }
}

/// The names in braces.
pub(super) fn holes(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_tables_are_read_and_no_token_is_asked_for() {
        let table = Table::shipped();
        assert!(table.runners.len() > 5 && table.workloads.len() > 9);
        let asked = table.variables();
        for token in ["CI_JOB_JWT", "CI_JOB_JWT_V2", "CIRCLE_OIDC_TOKEN_V2"] {
            assert!(!asked.contains(&token), "{token}");
            assert!(table.tokens().any(|name| name == token), "{token}");
        }
        assert!(asked.contains(&"GITHUB_REF") && asked.contains(&"AWS_ROLE_ARN"));
        for source in &table.workloads {
            let ways = [
                source.token_path_in.is_some(),
                source.token_path.is_some(),
                source.certificate_path.is_some(),
                source.token_in.is_some(),
                source.account_path_in.is_some(),
                source.id.is_some(),
                source.why.is_some(),
            ];
            assert_eq!(ways.iter().filter(|way| **way).count(), 1, "{source:?}");
        }
    }
}
