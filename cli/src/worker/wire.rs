//! What parent and child say to each other: one line of JSON in, lines of JSON out.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use content::transcript::Told;
use event::{Asset, AssetChange, AssetId, Text};
use inventory::Unsure;
use inventory::aibom::image::Image;
use inventory::aibom::{DataSet, Folder, Library, ModelFile};
use inventory::sound::Flaw;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is to be done.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Task {
    /// What for.
    pub job: Job,
    /// Whose homes.
    pub homes: Homes,
    /// Further folders with projects.
    pub projects: Vec<Place>,
    /// Where who asks is at home, should no list of accounts say it.
    pub own: Option<Place>,
    /// Servers of models that listen on this host are asked for their lists.
    pub ask: bool,
    /// What broke a worker before.
    pub left_out: Vec<LeftOut>,
}

/// The homes that are looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Homes {
    /// Those of all accounts as root, the own one else; and what is the host's.
    #[default]
    Accounts,
    /// This one.
    One(Place),
    /// None.
    Nobodys,
}

/// What a worker is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// What exists.
    #[default]
    Look,
    /// What exists, and whether it is sound.
    Judge,
    /// Whether these files and folders are sound.
    JudgePaths(Vec<Place>),
    /// What exists and whether it is sound, and then what changes, until it is ended.
    Live,
    /// What exists, and what a bill of materials says beside.
    Materials(Of),
    /// Follow transcripts that it is told of as they grow, and say what is said in them.
    Transcripts,
    /// Unpack an image into an empty folder.
    Unpack { image: Place, into: Place },
}

/// Of what a bill of materials is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Of what is looked at anyway.
    Looked,
    /// A folder.
    Folder(Place),
    /// An image that was unpacked into a folder.
    Image(Place),
}

/// A file or folder that is not touched again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub place: Place,
    pub why: Text,
}

/// What a worker says. Nothing in it is to be believed but by its type.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It is confined, except for this.
    Confined(Vec<String>),
    /// It looks through these folders.
    Roots(Vec<Root>),
    /// It is about to touch this, after so many entries of folders.
    At { place: Place, entries: u64 },
    /// Something exists.
    Asset(Box<Asset>),
    /// Something is not sound.
    Flaw { of: Option<AssetId>, flaw: Box<Flaw> },
    /// Something could not be looked at.
    Unsure(Unsure),
    /// Something that a bill of materials says beside.
    Material(Box<Material>),
    /// Of a look that lives: something is there, came, changed or went.
    Change(Box<AssetChange>),
    /// It has looked, and waits; so many folders have no watch.
    Settled { entries: u64, unwatched: usize },
    /// A transcript grew; the mark stands behind its last words, with the counts of entries that could not be read,
    /// and of such that nobody knows.
    Words { place: Place, words: Vec<Told>, mark: Option<Mark>, broken: u64, unknown: u64 },
    /// It still waits.
    Idle,
    /// It cannot do what it was asked for.
    Failed(String),
    /// That was all.
    Done { entries: u64 },
}

/// A transcript that is to be followed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Follow {
    pub place: Place,
    /// Whose it is.
    pub uid: u32,
    /// Who writes it.
    pub product: Text,
    /// What was said before is left out, UTC.
    pub since_unix_ns: u64,
    /// How far it was told before.
    pub from: Option<Mark>,
}

/// How far a transcript was told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Device and inode.
    pub file: (u64, u64),
    /// Place in it, as its reader counts.
    pub at: u64,
}

/// What a bill of materials says beside the inventory, in pieces that fit into a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Material {
    /// The licence that a package says, by the place that is evidence for it.
    Licence { place: Text, licence: Text },
    /// A folder; the many things in it are told by themselves.
    Folder(Folder),
    /// An image, the same.
    Image(Box<Image>),
    /// A file of a model in it.
    Model(ModelFile),
    /// Data in it.
    DataSet(DataSet),
    /// A library in it.
    Library(Library),
}

/// A folder that is looked through, and whose it is; nobody's is the host's, or was named by who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    pub place: Place,
    pub owner: Text,
    pub uid: u32,
}

/// A path, whatever its bytes: text where it is text, else a list of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place(pub PathBuf);

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) => to.serialize_str(text),
            None => to.collect_seq(self.0.as_os_str().as_bytes()),
        }
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Bytes(Vec<u8>),
        }
        Ok(Self(match Form::deserialize(from)? {
            Form::Text(text) => text.into(),
            Form::Bytes(bytes) => OsString::from_vec(bytes).into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_any_bytes_comes_back() {
        for bytes in [b"/home/a".as_slice(), b"/home/\xff\xfe", b"", "/h/ü\n".as_bytes()] {
            let place = Place(OsString::from_vec(bytes.to_vec()).into());
            let text = serde_json::to_string(&place).expect("written");
            assert!(!text.contains('\n'), "{text}");
            assert_eq!(serde_json::from_str::<Place>(&text).expect("read"), place);
        }
    }
}
