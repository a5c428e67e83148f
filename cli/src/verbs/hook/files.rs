//! Settings files of products: read, written in one step, with what was there before kept beside.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use content::hooks::settings::{self, Line};
use content::hooks::{Layout, Product};

use crate::config::Config;
use crate::verbs::{Exit, Stop};

/// Ending of what was there before.
const BEFORE: &str = "before-chaperone";
/// Longest settings that are read.
const MAX_BYTES: u64 = 8 << 20;

/// Where a product's hooks are set.
#[derive(Debug)]
pub struct Place {
    product: &'static Product,
    /// The product's own folder.
    pub folder: PathBuf,
    /// The settings.
    pub file: PathBuf,
}

/// How our entries stand in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As they should be.
    Whole,
    /// As they should be; the product runs them only once its person has trusted them.
    Untrusted,
    /// None is there.
    Missing,
    /// Some are missing, or say something else.
    Changed,
    /// They start another program.
    OtherProgram,
    /// The settings cannot be read.
    Unreadable(String),
}

/// What an uninstallation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// As before the installation, to the byte.
    Restored,
    /// Changed by others meanwhile: our entries are out, the rest is as it is.
    WithoutOurs,
    /// There was nothing of ours.
    Nothing,
}

/// How hooks start: the program beside this one, the socket and what holds without an answer by the configuration.
pub fn line(config: &Config) -> Result<Line> {
    let own = std::env::current_exe().and_then(fs::canonicalize)?;
    let beside = own.with_file_name("chaperone-hook");
    if !beside.is_file() {
        bail!(
            "{} is not there\nhint: install the package, or build it with `cargo build --release -p hook`",
            beside.display()
        );
    }
    let text = |path: &Path| {
        path.to_str().map(str::to_owned).with_context(|| format!("{} is no text", path.display()))
    };
    Ok(Line {
        program: text(&beside)?,
        socket: text(&std::path::absolute(config.socket().path)?)?,
        absent: config.guard.absent.name(),
    })
}

/// Root writes into nobody's home but its own: what lies there may be a link to anything.
pub fn refuse_others(home: &Path) -> Result<()> {
    let own = rustix::process::geteuid().as_raw();
    match fs::metadata(home) {
        Ok(there) if there.uid() != own => Err(Stop::new(
            Exit::NotAllowed,
            format!(
                "{} is of another account\nhint: run it as that account, without sudo",
                home.display()
            ),
        )
        .into()),
        _ => Ok(()),
    }
}

impl Place {
    /// Of a product, in an account's settings or a project's.
    pub fn of(product: &'static Product, home: &Path, project: Option<&Path>) -> Self {
        let named = product.variable.and_then(std::env::var_os).map(PathBuf::from);
        let folder =
            named.filter(|it| it.is_absolute()).unwrap_or_else(|| home.join(product.folder));
        let file = match project {
            Some(project) => project.join(product.project_file),
            None => folder.join(product.file),
        };
        Self { product, folder, file }
    }

    /// Whether the product is here.
    pub fn is_here(&self) -> bool {
        self.folder.is_dir()
    }

    /// The file behind links, as those have who keep their settings elsewhere.
    fn real(&self) -> PathBuf {
        fs::canonicalize(&self.file).unwrap_or_else(|_| self.file.clone())
    }

    fn before(&self) -> PathBuf {
        beside(&self.real())
    }

    /// How our entries stand.
    pub fn standing(&self, line: &Line) -> Standing {
        let text = match read(&self.real()) {
            Ok(Some(text)) => text,
            Ok(None) => return Standing::Missing,
            Err(error) => return Standing::Unreadable(format!("{error:#}")),
        };
        let (found, wanted) =
            (settings::found(self.product, &text), settings::wanted(self.product, line));
        let program = content::shell::quote(&line.program);
        if found.is_empty() {
            Standing::Missing
        } else if found == wanted {
            Standing::Whole
        } else if found.iter().any(|(_, command)| !command.starts_with(&program)) {
            Standing::OtherProgram
        } else {
            Standing::Changed
        }
    }

    /// The command of our first entry.
    pub fn command(&self) -> Option<String> {
        let text = read(&self.real()).ok()??;
        let (first, _) = self.product.events.first()?;
        let found = settings::found(self.product, &text);
        found.into_iter().find(|(event, _)| event == first).map(|(_, command)| command)
    }

    /// Writes our entries; what was there is kept, once.
    pub fn install(&self, line: &Line) -> Result<()> {
        let file = self.real();
        let text = read(&file)?;
        let edited = settings::installed(self.product, text.as_deref(), line)
            .with_context(|| file.display().to_string())?;
        if text.as_deref() == Some(edited.as_str()) {
            return Ok(());
        }
        if let Some(text) = text.filter(|text| settings::found(self.product, text).is_empty()) {
            write(&self.before(), &text, &file)?;
        }
        write(&file, &edited, &file)
    }

    /// Takes our entries out: where nothing else was changed since, by putting back what was there.
    pub fn uninstall(&self, line: &Line) -> Result<Became> {
        let file = self.real();
        let Some(text) = read(&file)? else { return Ok(Became::Nothing) };
        let found = settings::found(self.product, &text);
        if found.is_empty() {
            return Ok(Became::Nothing);
        }
        let kept = self.before();
        let before = read(&kept)?;
        let same = |before: Option<&str>| {
            settings::installed(self.product, before, line).is_ok_and(|then| then == text)
        };
        let became = match &before {
            Some(before) if same(Some(before)) => {
                write(&file, before, &file)?;
                Became::Restored
            }
            None if same(None) || matches!(self.product.layout, Layout::Own | Layout::Plugin) => {
                fs::remove_file(&file)?;
                Became::Restored
            }
            _ => {
                let rest = settings::uninstalled(self.product, &text)
                    .with_context(|| file.display().to_string())?;
                match rest {
                    Some(rest) => write(&file, &rest, &file)?,
                    None => fs::remove_file(&file)?,
                }
                Became::WithoutOurs
            }
        };
        if before.is_some() {
            fs::remove_file(kept)?;
        }
        Ok(became)
    }
}

/// Where what was there before is kept.
pub fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(BEFORE);
    file.with_file_name(name)
}

/// The text of a file; none where there is none.
pub fn read(file: &Path) -> Result<Option<String>> {
    let said = || file.display().to_string();
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(said),
        Ok(there) if !there.is_file() => bail!("{} is no file", said()),
        Ok(there) if there.len() > MAX_BYTES => bail!("{} is too long", said()),
        Ok(_) => {}
    }
    fs::read_to_string(file).map(Some).with_context(said)
}

/// Writes a whole file in one step, with the rights of `like` where that is there.
pub fn write(file: &Path, text: &str, like: &Path) -> Result<()> {
    let said = || format!("cannot write {}", file.display());
    let folder = file.parent().context("a file has a folder")?;
    fs::create_dir_all(folder).with_context(said)?;
    let mode = fs::metadata(like).map_or(0o600, |there| there.permissions().mode() & 0o777);
    let own = format!(".chaperone-{}", std::process::id());
    let fresh = folder.join(own);
    let written = (|| {
        let mut to = fs::File::create(&fresh)?;
        to.set_permissions(fs::Permissions::from_mode(mode))?;
        to.write_all(text.as_bytes())?;
        to.sync_all()?;
        fs::rename(&fresh, file)
    })();
    if written.is_err() {
        // Half a file is of no use.
        let _ = fs::remove_file(&fresh);
    }
    written.with_context(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(absent: &'static str) -> Line {
        Line { program: "/usr/bin/chaperone-hook".into(), socket: "/s".into(), absent }
    }

    fn check(
        id: &str,
        before: Option<&str>,
        meanwhile: impl Fn(&Path),
        expect: (Became, Option<&str>),
    ) {
        let home = tempfile::tempdir().expect("a folder");
        let product = content::hooks::product(id).expect("a product");
        let place = Place::of(product, home.path(), Some(home.path()));
        if let Some(before) = before {
            write(&place.file, before, &place.file).expect("written");
        }
        place.install(&line("open")).expect("installed");
        assert_eq!(place.standing(&line("open")), Standing::Whole);
        assert_eq!(place.standing(&line("closed")), Standing::Changed);
        let other = Line { program: "/opt/chaperone-hook".into(), ..line("open") };
        assert_eq!(place.standing(&other), Standing::OtherProgram);
        place.install(&line("closed")).expect("renewed");
        place.install(&line("closed")).expect("once is enough");
        meanwhile(&place.file);
        let became = place.uninstall(&line("closed")).expect("uninstalled");
        let left = read(&place.file).expect("readable");
        assert_eq!((became, left.as_deref()), expect);
        assert!(!place.before().exists());
        assert_eq!(place.standing(&line("closed")), Standing::Missing);
        assert_eq!(place.uninstall(&line("closed")).expect("nothing to do"), Became::Nothing);
    }

    #[test]
    fn what_was_there_comes_back() {
        let own = "{ /* mine */ \"a\" : 1,\n}";
        let nothing = |_: &Path| {};
        for product in &content::hooks::PRODUCTS {
            check(product.id, None, nothing, (Became::Restored, None));
        }
        check("claude-code", Some(own), nothing, (Became::Restored, Some(own)));
        check("cursor", Some(own), nothing, (Became::Restored, Some(own)));
    }

    #[test]
    fn what_others_changed_meanwhile_stays() {
        let meanwhile = |file: &Path| {
            let text = fs::read_to_string(file).expect("there").replace("\"a\" : 1", "\"a\" : 2");
            fs::write(file, text).expect("written");
        };
        let expect = (Became::WithoutOurs, Some("{\n  \"a\" : 2\n}"));
        check("gemini-cli", Some("{\n  \"a\" : 1\n}"), meanwhile, expect);
    }
}
