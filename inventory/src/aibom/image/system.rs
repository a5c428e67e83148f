//! The operating system in an image, and the packages of its package manager (dpkg, apk).

use std::fs;
use std::path::{Path, PathBuf};

use event::{Evidence, Text};
use serde::{Deserialize, Serialize};

use crate::aibom::{Library, purl};
use crate::join::{Inside, Unsure};
use crate::read::{self, MAX_SETTINGS, MAX_WORDING};

/// Most packages.
const MOST: usize = 50_000;
/// Databases that are not read.
const UNREAD: &[&str] = &["var/lib/rpm", "usr/lib/sysimage/rpm", "var/lib/pacman/local"];

/// Which system it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// As it calls itself in programs (`debian`).
    pub id: Text,
    /// As it calls itself to people.
    pub name: Text,
    /// Its version.
    pub version: Option<Text>,
    /// Who says so.
    pub place: Text,
}

impl System {
    /// That of an image, if there is one in it.
    pub fn of(root: &Path, uid: u32, inside: &Inside) -> Option<Self> {
        let files = ["etc/os-release", "usr/lib/os-release"].map(|file| root.join(file));
        let there =
            files.iter().find_map(|path| Some((path, read::file(path, uid, MAX_WORDING).ok()?)));
        let (path, content) = there?;
        let text = content.text().into_owned();
        let field = |key: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once('='));
            let (_, value) = lines.find(|(name, _)| name.trim() == key)?;
            let value = value.trim().trim_matches(['"', '\'']);
            (!value.is_empty()).then(|| Text::from(value))
        };
        let id = field("ID")?;
        Some(Self {
            name: field("PRETTY_NAME").or_else(|| field("NAME")).unwrap_or_else(|| id.clone()),
            version: field("VERSION_ID"),
            place: inside.place(path),
            id,
        })
    }

    fn distro(&self) -> String {
        match &self.version {
            Some(version) => format!("{}-{version}", self.id),
            None => self.id.to_string(),
        }
    }
}

/// What its package manager installed.
pub fn packages(
    root: &Path,
    uid: u32,
    inside: &Inside,
    system: Option<&System>,
    unsure: &mut Vec<Unsure>,
) -> Vec<Library> {
    let mut databases = vec![
        (root.join("var/lib/dpkg/status"), Format::Deb),
        (root.join("lib/apk/db/installed"), Format::Apk),
        (root.join("usr/lib/apk/db/installed"), Format::Apk),
    ];
    // Images without a package manager have a file for each package.
    let each = fs::read_dir(root.join("var/lib/dpkg/status.d")).into_iter().flatten().flatten();
    let each: Vec<PathBuf> = each.take(MOST).map(|entry| entry.path()).collect();
    let lists = each.into_iter().filter(|path| path.extension().is_none_or(|it| it != "md5sums"));
    databases.extend(lists.map(|path| (path, Format::Deb)));
    let mut all = Vec::new();
    for (path, format) in databases {
        if !path.exists() {
            continue;
        }
        match read::file(&path, uid, MAX_SETTINGS) {
            Ok(content) => {
                let at = Evidence { place: inside.place(&path), line: 0 };
                let found = format.packages(&content.text(), system);
                all.extend(
                    found.into_iter().map(|package| Library { at: Some(at.clone()), ..package }),
                );
            }
            Err(why) => unsure
                .push(Unsure { place: inside.place(&path), why: why.to_string().as_str().into() }),
        }
    }
    for folder in UNREAD.iter().map(|folder| root.join(folder)) {
        if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
            let why = "the packages of this system are not read: only those of dpkg and apk are";
            unsure.push(Unsure { place: inside.place(&folder), why: why.into() });
        }
    }
    all
}

/// How a database is written: paragraphs of fields.
#[derive(Clone, Copy)]
enum Format {
    Deb,
    Apk,
}

impl Format {
    fn packages(self, text: &str, system: Option<&System>) -> Vec<Library> {
        text.split("\n\n").take(MOST).filter_map(|part| self.package(part, system)).collect()
    }

    fn package(self, part: &str, system: Option<&System>) -> Option<Library> {
        let (separator, keys) = match self {
            Self::Deb => (": ", ["Package", "Version", "Architecture", "License"]),
            Self::Apk => (":", ["P", "V", "A", "L"]),
        };
        let field = |key: &str| {
            let mut lines = part.lines().filter_map(|line| line.split_once(separator));
            let (_, value) = lines.find(|(name, _)| *name == key)?;
            Some(value.trim()).filter(|value| !value.is_empty())
        };
        // What was removed may still be in the list.
        if field("Status").is_some_and(|it| !it.ends_with(" installed")) {
            return None;
        }
        let [name, version, arch, licence] = keys.map(field);
        let (name, registry) = (name?, if matches!(self, Self::Deb) { "deb" } else { "apk" });
        let usual = if matches!(self, Self::Deb) { "debian" } else { "alpine" };
        let maker = system.map_or(usual, |system| &*system.id);
        let purl = purl::of(registry, &format!("{maker}/{name}"), version);
        let more: Vec<String> = [
            arch.map(|arch| format!("arch={}", purl::value(arch))),
            system.map(|system| format!("distro={}", purl::value(&system.distro()))),
        ]
        .into_iter()
        .flatten()
        .collect();
        let more = if more.is_empty() { String::new() } else { format!("?{}", more.join("&")) };
        Some(Library {
            registry: registry.into(),
            name: name.into(),
            version: version.map(Text::from),
            purl: Some(format!("{purl}{more}").as_str().into()),
            licence: licence.map(Text::from),
            ..Library::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_of_packages_are_read() {
        let system =
            System { id: "debian".into(), version: Some("12".into()), ..System::default() };
        let check = |format: Format, text: &str, expect: &[&str]| {
            let told = format.packages(text, Some(&system));
            let told = told.into_iter().map(|it| {
                format!("{} {}", it.purl.unwrap_or_default(), it.licence.unwrap_or_default())
            });
            assert_eq!(told.collect::<Vec<_>>(), expect);
        };
        check(
            Format::Deb,
            "Package: libssl3\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.11-1~deb12u2\n\n\
             Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nnonsense\n\n\
             Package: g++\nVersion: 4:12.2\n",
            &[
                "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12 ",
                "pkg:deb/debian/g%2B%2B@4:12.2?distro=debian-12 ",
            ],
        );
        check(
            Format::Apk,
            "C:Q1x=\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\n",
            &["pkg:apk/debian/musl@1.2.5-r0?arch=x86_64&distro=debian-12 MIT"],
        );
    }
}
