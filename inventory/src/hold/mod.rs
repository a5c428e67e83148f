//! Moves a thing aside so that nothing loads it, and puts it back when somebody trusts it. The original is kept to
//! the byte. Only ever the very file that was judged is touched: never through a link, never of somebody else, and
//! only while its content is what it was.

mod place;

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use content::cut::{Entry, Form, cut};
use event::{Asset, Text, What};
use serde::{Deserialize, Serialize};

use place::Place;

/// The folder in the data directory.
const FOLDER: &str = "held";
const ORIGINAL: &str = "original";
const ABOUT: &str = "held.json";

/// Things that were moved aside.
#[derive(Clone, Debug)]
pub struct Holding {
    folder: PathBuf,
}

/// A thing that was moved aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The thing.
    pub asset: Asset,
    /// When, UTC.
    pub time_unix_ns: u64,
    /// The file that it stood in.
    pub path: Text,
    /// Account and group of the file.
    pub owner: (u32, u32),
    /// Its permissions.
    pub mode: u32,
    /// What is left of the file (BLAKE3); none where the whole file was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Text>,
}

/// Why a thing cannot be moved aside, or put back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing that can be moved.
    #[error("a {0} is held by nothing that can be moved aside")]
    Kind(&'static str),
    /// Another file than was judged.
    #[error("{0}")]
    Place(String),
    /// One entry of a file, and it cannot be cut out.
    #[error("it cannot be cut out of {0}: {1}")]
    Uncut(PathBuf, content::cut::Uncut),
    /// It stands in a form that we do not write.
    #[error("{0} is in a form that is not changed")]
    Form(PathBuf),
    /// Put back by hand.
    #[error("{0} was changed since\nhint: put the entry back yourself; the file as it was is {1}")]
    ChangedSince(PathBuf, PathBuf),
    /// Not held.
    #[error("nothing called {0} is held")]
    Absent(Text),
    /// The system refused.
    #[error("cannot keep it in {0}: {1}")]
    Io(PathBuf, io::Error),
}

impl Held {
    /// Its name among what is held: the thing and this content of it.
    pub fn key(&self) -> String {
        let digest: String = self.asset.digest.iter().flat_map(|it| it.chars()).take(12).collect();
        format!("{}-{digest}", self.asset.id)
    }
}

impl Holding {
    /// In a data directory.
    pub fn of(data_dir: &Path) -> Self {
        Self { folder: data_dir.join(FOLDER) }
    }

    /// Moves `asset` aside, whose files belong to `uid`.
    pub fn hold(&self, asset: &Asset, uid: u32, time_unix_ns: u64) -> Result<Held, Error> {
        let kind = asset.what.kind();
        let evidence = asset.evidence.first().ok_or(Error::Kind(kind))?;
        let path = PathBuf::from(&*evidence.place);
        let mut place = Place::open(&path, uid).map_err(Error::Place)?;
        let bytes = place.read().map_err(Error::Place)?;
        let rest = match &asset.what {
            What::Skill(wording)
            | What::Command(wording)
            | What::SubAgent(wording)
            | What::Plugin(wording)
            | What::Rules(wording)
            | What::Memory(wording) => {
                // Of a skill of several files only the main one goes.
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let main = wording.files.iter().find(|part| *part.file == *name);
                let judged = main.map(|part| &part.digest).or(asset.digest.as_ref());
                if judged != Some(&digest(&bytes)) {
                    return Err(Error::Place("it changed while it was judged".into()));
                }
                None
            }
            What::ToolServer(_) => {
                Some(without(&path, &bytes, &Entry::Key(evidence.line, &asset.name))?)
            }
            What::Hook(hook) => {
                Some(without(&path, &bytes, &Entry::Item(evidence.line, &hook.runs))?)
            }
            _ => return Err(Error::Kind(kind)),
        };
        let held = Held {
            asset: asset.clone(),
            time_unix_ns,
            path: evidence.place.clone(),
            owner: place.owner(),
            mode: place.mode(),
            rest: rest.as_ref().map(|rest| digest(rest.as_bytes())),
        };
        // Kept before it goes.
        self.keep(&held, &bytes)?;
        let moved = match &rest {
            Some(rest) => place.replace(rest.as_bytes()),
            None => place.remove(),
        };
        if let Err(why) = moved {
            let _ = fs::remove_dir_all(self.folder_of(&held.key()));
            return Err(Error::Place(why));
        }
        Ok(held)
    }

    /// What is held, oldest first.
    pub fn list(&self) -> Vec<Held> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut held: Vec<Held> = entries
            .filter_map(|entry| {
                let text = fs::read(entry.path().join(ABOUT)).ok()?;
                serde_json::from_slice(&text).ok()
            })
            .collect();
        held.sort_by_key(|held| held.time_unix_ns);
        held
    }

    /// The original of what is held.
    pub fn original(&self, key: &str) -> PathBuf {
        self.folder_of(key).join(ORIGINAL)
    }

    /// Puts it back where it was.
    pub fn release(&self, key: &str) -> Result<Held, Error> {
        let folder = self.folder_of(key);
        let io = |error| Error::Io(folder.clone(), error);
        let text = fs::read(folder.join(ABOUT)).map_err(|_| Error::Absent(key.into()))?;
        let held: Held = serde_json::from_slice(&text).map_err(|error| io(error.into()))?;
        let bytes = fs::read(self.original(key)).map_err(io)?;
        let path = PathBuf::from(&*held.path);
        match &held.rest {
            None => {
                Place::create(&path, held.owner, held.mode, &bytes).map_err(Error::Place)?;
            }
            Some(rest) => {
                let mut place = Place::open(&path, held.owner.0).map_err(Error::Place)?;
                let now = place.read().map_err(Error::Place)?;
                if digest(&now) != *rest {
                    return Err(Error::ChangedSince(path, self.original(key)));
                }
                place.replace(&bytes).map_err(Error::Place)?;
            }
        }
        fs::remove_dir_all(&folder).map_err(io)?;
        Ok(held)
    }

    /// Deletes what is held for good.
    pub fn discard(&self, key: &str) -> Result<(), Error> {
        let folder = self.folder_of(key);
        fs::remove_dir_all(&folder).map_err(|_| Error::Absent(key.into()))
    }

    fn folder_of(&self, key: &str) -> PathBuf {
        self.folder.join(key)
    }

    fn keep(&self, held: &Held, bytes: &[u8]) -> Result<(), Error> {
        let folder = self.folder_of(&held.key());
        let io = |error| Error::Io(folder.clone(), error);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(io)?;
        let about = serde_json::to_vec_pretty(held).map_err(|error| io(error.into()))?;
        for (name, bytes) in [(ORIGINAL, bytes), (ABOUT, about.as_slice())] {
            let mut file = fs::File::options()
                .create(true)
                .truncate(true)
                .write(true)
                .mode(0o600)
                .open(folder.join(name))
                .map_err(io)?;
            file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io)?;
        }
        Ok(())
    }
}

fn digest(bytes: &[u8]) -> Text {
    blake3::hash(bytes).to_hex().as_str().into()
}

/// The text of a file of settings without one entry.
fn without(path: &Path, bytes: &[u8], entry: &Entry<'_>) -> Result<String, Error> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let form = match ending {
        "json" | "jsonc" | "" => Form::Json,
        "toml" => Form::Toml,
        "yaml" | "yml" => Form::Yaml,
        "xml" => Form::Xml,
        _ => return Err(Error::Form(path.to_owned())),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| Error::Form(path.to_owned()))?;
    let cut = cut(form, text, entry).map_err(|why| Error::Uncut(path.to_owned(), why))?;
    Ok(cut.rest)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use event::{AssetId, Evidence, Hook, ToolServer, Wording};

    use super::*;

    struct Given {
        dir: tempfile::TempDir,
        uid: u32,
    }

    fn given() -> Given {
        let dir = tempfile::tempdir().expect("a folder");
        let uid = fs::metadata(dir.path()).expect("there").uid();
        Given { dir, uid }
    }

    impl Given {
        fn asset(&self, file: &str, name: &str, line: u32, what: What, text: &str) -> Asset {
            // The temporary folder may be behind a link; nothing is moved through one.
            let home = self.dir.path().canonicalize().expect("there");
            let path = home.join(file);
            fs::write(&path, text).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
            let place: Text = path.to_string_lossy().into();
            Asset {
                id: AssetId::derive("h", what.kind(), "alice", &place, name),
                name: name.into(),
                owner: "alice".into(),
                products: Vec::new(),
                project: None,
                version: None,
                digest: Some(digest(text.as_bytes())),
                evidence: vec![Evidence { place, line }],
                what,
            }
        }

        fn holding(&self) -> Holding {
            Holding::of(&self.dir.path().join("data"))
        }

        /// Holds and releases it; what was left meanwhile, if the file was there.
        fn round(&self, asset: &Asset) -> Option<String> {
            let path = PathBuf::from(&*asset.evidence.first().expect("a place").place);
            let before = fs::read_to_string(&path).expect("there");
            let held = self.holding().hold(asset, self.uid, 1).expect("held");
            assert_eq!(self.holding().list(), std::slice::from_ref(&held));
            let meanwhile = fs::read_to_string(&path).ok();
            self.holding().release(&held.key()).expect("released");
            assert_eq!(fs::read_to_string(&path).expect("back"), before);
            assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o640);
            assert!(self.holding().list().is_empty());
            meanwhile
        }
    }

    #[test]
    fn files_go_and_come_back_and_settings_lose_one_entry() {
        let given = given();
        let skill = given.asset("SKILL.md", "s", 0, What::Skill(Wording::default()), "do it\n");
        assert_eq!(given.round(&skill), None);
        let server = What::ToolServer(ToolServer::default());
        let text = "{\"mcpServers\":{\n\"a\":{\"command\":\"a\"},\n\"b\":{\"command\":\"b\"}}}";
        let server = given.asset("mcp.json", "b", 3, server, text);
        assert_eq!(
            given.round(&server).as_deref(),
            Some("{\"mcpServers\":{\n\"a\":{\"command\":\"a\"}}}")
        );
        let hook = Hook { event: "Stop".into(), runs: "evil".into(), ..Hook::default() };
        let text = "{\"hooks\":{\"Stop\":[{\"hooks\":[\n{\"command\":\"evil\"}]}]}}";
        let hook = given.asset("settings.json", "Stop", 2, What::Hook(hook), text);
        assert_eq!(
            given.round(&hook).as_deref(),
            Some("{\"hooks\":{\"Stop\":[{\"hooks\":[\n]}]}}")
        );
    }

    #[test]
    fn an_element_of_xml_and_an_item_of_yaml_go_and_come_back() {
        let given = given();
        let server = || What::ToolServer(ToolServer::default());
        let text = "<application>\n  <commands>\n    <Server>\n      <option name=\"name\" value=\"a\"/>\n    \
                    </Server>\n    <Server><option name=\"name\" value=\"b\"/></Server>\n  </commands>\n\
                    </application>\n";
        let left = "<application>\n  <commands>\n    <Server><option name=\"name\" value=\"b\"/></Server>\n  \
                    </commands>\n</application>\n";
        let asset = given.asset("llm.mcpServers.xml", "a", 3, server(), text);
        assert_eq!(given.round(&asset).as_deref(), Some(left));
        let text = "mcpServers: [{name: a, command: a}, {name: b, command: b}]\n";
        let asset = given.asset("config.yaml", "b", 1, server(), text);
        assert_eq!(given.round(&asset).as_deref(), Some("mcpServers: [{name: a, command: a}]\n"));
    }

    #[test]
    fn only_what_was_judged_is_touched() {
        let given = given();
        let refused = |asset: &Asset, why: &str| {
            let told = given.holding().hold(asset, given.uid, 1).expect_err(why).to_string();
            assert!(told.contains(why), "{told}");
            assert!(given.holding().list().is_empty());
        };
        let skill = given.asset("a.md", "a", 0, What::Skill(Wording::default()), "one");
        fs::write(&*skill.evidence[0].place, "two").expect("written");
        refused(&skill, "changed");
        let home = given.dir.path().canonicalize().expect("there");
        fs::create_dir(home.join("real")).expect("made");
        fs::write(home.join("real/a.md"), "one").expect("written");
        symlink(home.join("real"), home.join("link")).expect("linked");
        let mut behind = skill.clone();
        behind.evidence[0].place = home.join("link/a.md").to_string_lossy().into();
        refused(&behind, "link");
        symlink(home.join("real/a.md"), home.join("b.md")).expect("linked");
        behind.evidence[0].place = home.join("b.md").to_string_lossy().into();
        refused(&behind, "link");
        let told = given.holding().hold(&skill, given.uid + 1, 1).expect_err("not his");
        assert!(told.to_string().contains("somebody else"), "{told}");
    }

    #[test]
    fn what_was_changed_meanwhile_is_not_overwritten() {
        let given = given();
        let server = What::ToolServer(ToolServer::default());
        let asset = given.asset("m.json", "a", 1, server, "{\"s\":{\"a\":{\"command\":\"a\"}}}");
        let held = given.holding().hold(&asset, given.uid, 1).expect("held");
        let path = &*asset.evidence[0].place;
        fs::write(path, "{\"s\":{},\"new\":1}").expect("written");
        let told = given.holding().release(&held.key()).expect_err("changed").to_string();
        assert!(told.contains("was changed since"), "{told}");
        assert_eq!(fs::read_to_string(path).expect("there"), "{\"s\":{},\"new\":1}");
        assert_eq!(given.holding().list().len(), 1, "still kept");
    }
}
