//! What there is to say in a few words of accounts and repositories.

use event::show::{brief, plain};
use event::{Account, Repository};

pub fn account(account: &Account) -> String {
    let groups = match account.groups.as_slice() {
        [] => String::new(),
        all => format!(", in {}", brief(&all.join(" "), 60)),
    };
    let doors: Vec<String> =
        account.doors.iter().map(|door| plain(&door.name).into_owned()).collect();
    let doors = match doors.as_slice() {
        [] => String::new(),
        all => format!(", more rights by {}", brief(&all.join(", "), 60)),
    };
    format!("number {}{groups}{doors}", account.uid)
}

pub fn repository(repository: &Repository) -> String {
    let urls: Vec<&str> = repository.remotes.iter().map(|remote| &*remote.url).collect();
    if urls.is_empty() { "no remotes".into() } else { brief(&urls.join(", "), 100) }
}
