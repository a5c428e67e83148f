//! Allowed arrows between rooms, the single owner of each heavy dependency, and what pure rooms
//! may not depend on.

use super::house::{Package, Plan};
use super::violation::{Rule, Violation};

const ARROW: Rule = Rule {
    why: "rooms know only those before them on the data path, so that each can be tested alone",
    hint: "pass the data as a type of `event`, or let `cli` wire the two; the plan is xtask/rooms.toml",
};
const OWNER: Rule = Rule {
    why: "one room pays for a heavy dependency, and one place decides its version and features",
    hint: "ask the owning room for what you need; the plan is xtask/rooms.toml",
};
const PURE: Rule = Rule {
    why: "pure rooms run under test from a string: no runtime, socket, file or clock",
    hint: "let the caller do the input and output and hand over the data",
};
const NAME: Rule = Rule {
    why: "a crate is called like its folder, so that one finds it",
    hint: "rename one of the two",
};

/// Where arrows end: nobody depends on these, not even in tests.
const ENDS: [&str; 4] = ["cli", "bench", "fuzz", "xtask"];

/// Checks every manifest against the plan.
pub fn check(plan: &Plan, packages: &[Package]) -> Vec<Violation> {
    let mut found = Vec::new();
    for package in packages {
        let manifest = format!("{}/Cargo.toml", package.room);
        let error = |what: String, rule| Violation::error(&manifest, 0, what, rule);
        let Some(may_use) = plan.rooms.get(&package.room) else {
            found.push(error(format!("room `{}` is not in the plan", package.room), ARROW));
            continue;
        };
        if package.name != package.room && package.room != "cli" {
            found.push(error(
                format!("crate `{}` in folder `{}`", package.name, package.room),
                NAME,
            ));
        }
        for dependency in &package.dependencies {
            let name = &dependency.name;
            let room = packages.iter().find(|other| other.name == *name).map(|other| &other.room);
            if let Some(room) = room {
                let free = dependency.dev && !ENDS.contains(&room.as_str());
                if !free && !may_use.contains(room) {
                    found.push(error(format!("`{}` depends on `{room}`", package.room), ARROW));
                }
            }
            if dependency.dev {
                continue;
            }
            if let Some(owners) = plan.owners.get(name)
                && !owners.contains(&package.room)
            {
                let whose = if owners.is_empty() { "nobody".into() } else { owners.join(", ") };
                let what = format!("`{}` depends on `{name}`, owned by {whose}", package.room);
                found.push(error(what, OWNER));
            }
            let pure = package.room == "event" || plan.pure.rooms.contains(&package.room);
            if pure && plan.pure.crates.contains(name) {
                found.push(error(format!("pure `{}` depends on `{name}`", package.room), PURE));
            }
        }
    }
    found
}
