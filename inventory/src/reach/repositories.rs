//! Repositories of an account: what an agent could change there, and where it could push to by a key that lies there.

use event::{Asset, Credential, Evidence, Remote, Repository, Text, Told, What};

use super::{Edge, Look, Way, told};

impl Look<'_> {
    /// Repositories that the account may change.
    pub(super) fn repositories(&self) -> Vec<Edge> {
        let mine = |asset: &&Asset| asset.owner == self.agent.owner || self.is_root();
        let found = self.assets.iter().filter(mine).filter_map(|asset| match &asset.what {
            What::Repository(repository) => self.repository(asset, repository),
            _ => None,
        });
        found.collect()
    }

    fn repository(&self, asset: &Asset, repository: &Repository) -> Option<Edge> {
        let at = asset.evidence.first()?;
        let folder = asset.project.clone().unwrap_or_else(|| at.place.clone());
        let mut why: Vec<Told> = Vec::new();
        for remote in &repository.remotes {
            why.extend(self.opened(remote, at));
        }
        let (way, (held, but)) = if why.is_empty() {
            why.push(told("the account may change its files", at));
            (Way::Write, self.limits.writing(&folder))
        } else {
            (Way::Push, self.limits.pushing(&folder))
        };
        let mut opens: Vec<Text> = repository.remotes.iter().map(|it| it.url.clone()).collect();
        opens.dedup();
        let ways = opens.iter().filter_map(|url| url.split_once("://")?.1.split_once('/'));
        let ways = ways.map(|(_, way)| way).chain([&*asset.name]);
        let production = ways.filter_map(|way| self.table.production(way)).next();
        Some(Edge {
            way,
            held,
            what: "repository".into(),
            name: asset.name.clone(),
            place: folder,
            of: (asset.owner != self.agent.owner).then(|| asset.owner.clone()),
            opens,
            production,
            why,
            but,
        })
    }

    /// What opens a remote: a login in its address, or a key that was found.
    fn opened(&self, remote: &Remote, at: &Evidence) -> Option<Told> {
        let at = Evidence { place: at.place.clone(), line: remote.line };
        if remote.login {
            return Some(told("a login stands in its address", &at));
        }
        let (scheme, rest) = remote.url.split_once("://")?;
        let host = rest.split(['/', ':']).next()?;
        let pushes = &self.table.pushes;
        let ssh = ["ssh", "git+ssh"].contains(&scheme);
        let kinds = if ssh { &pushes.ssh } else { &pushes.web };
        let names =
            |key: &Credential| ssh || key.opens.iter().any(|it| it.split(':').next() == Some(host));
        let key = self.assets.iter().find_map(|asset| match &asset.what {
            What::Credential(key) if asset.owner == self.agent.owner && !key.closed => {
                (kinds.contains(&key.holds) && names(key)).then_some((key, asset.evidence.first()?))
            }
            _ => None,
        });
        let (key, place) = key?;
        let unless = if ssh { ", if no passphrase locks it" } else { "" };
        Some(told(&format!("the {} opens {host}{unless}", key.holds), place))
    }
}
