//! Ways from an account to more than its own files, as the tables name them.

use event::{Leads, Text};
use serde::Deserialize;

/// All of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Doors {
    /// Groups that are for sudo.
    pub admins: Vec<Text>,
    /// Groups whose members may more.
    pub groups: Vec<GroupDoor>,
    /// Sockets of engines.
    pub sockets: Vec<Socket>,
    /// Clouds, by what the firmware of their machines says.
    pub clouds: Vec<Cloud>,
}

/// A group whose members may more.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDoor {
    /// The group.
    pub group: Text,
    /// Where it leads.
    pub to: Leads,
    /// What stands there.
    pub name: Text,
    /// Why.
    pub why: Text,
}

/// A socket of an engine.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Socket {
    /// Where; `~/` is the home, `$uid` the number of the account.
    pub at: Text,
    /// Where it leads.
    pub to: Leads,
    /// What listens there.
    pub name: Text,
    /// What whoever writes there can do.
    pub why: Text,
}

/// A cloud.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cloud {
    /// Its name.
    pub name: Text,
    /// What the firmware says.
    pub is: Vec<Text>,
    /// Where its machines ask.
    pub at: Text,
}

impl Doors {
    /// Takes over those of another table.
    pub fn extend(&mut self, other: Self) {
        self.admins.extend(other.admins);
        self.groups.extend(other.groups);
        self.sockets.extend(other.sockets);
        self.clouds.extend(other.clouds);
    }
}
