//! What ships: the schema, the invariants, the policies of each profile, the kinds. Files of `policies/`, compiled in.

use crate::{Profile, Source};

/// Every name that a policy may use.
pub fn schema() -> &'static str {
    include_str!("../../policies/schema.cedarschema")
}

/// What holds for every agent in every profile.
pub fn invariants() -> Source<'static> {
    Source { name: "invariants.cedar", text: include_str!("../../policies/invariants.cedar") }
}

/// What a profile adds. `observe` decides as `guarded` does and enforces nothing.
pub fn of_profile(profile: Profile) -> Source<'static> {
    match profile {
        Profile::Observe | Profile::Guarded => {
            Source { name: "guarded.cedar", text: include_str!("../../policies/guarded.cedar") }
        }
        Profile::Confined => {
            Source { name: "confined.cedar", text: include_str!("../../policies/confined.cedar") }
        }
        Profile::Locked => {
            Source { name: "locked.cedar", text: include_str!("../../policies/locked.cedar") }
        }
    }
}

/// What files, programs and hosts are.
pub fn kinds() -> &'static str {
    include_str!("../../policies/kinds.yaml")
}

/// What must come of what ships: file names and their cases.
pub fn cases() -> [(&'static str, &'static str); 4] {
    [
        ("invariants.cases.yaml", include_str!("../../policies/invariants.cases.yaml")),
        ("guarded.cases.yaml", include_str!("../../policies/guarded.cases.yaml")),
        ("confined.cases.yaml", include_str!("../../policies/confined.cases.yaml")),
        ("locked.cases.yaml", include_str!("../../policies/locked.cases.yaml")),
    ]
}
