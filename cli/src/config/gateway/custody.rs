//! Keys of providers that stay with us: where they come from, and the header that they stand in.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use gateway::models::{Base, Key};
use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Longest key.
const MOST: u64 = 16 * 1024;
/// How long a program may take to say it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a key comes from. It is read when `up` starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A variable of the environment of `up`.
    Env(String),
    /// A file that nobody else may read.
    File(PathBuf),
    /// What a program writes; no shell.
    Command(Vec<String>),
}

impl Source {
    /// Reads the key, for the header of the provider there.
    pub fn key(&self, header: Option<&str>, base: &Base) -> Result<Key> {
        let text = match self {
            Self::Env(name) => of_environment(name)?,
            Self::File(path) => of_file(path)?,
            Self::Command(words) => of_program(words, PATIENCE)?,
        };
        let key = text.trim();
        let sound = key.bytes().all(|b| (0x21..0x7f).contains(&b));
        ensure!(!key.is_empty() && sound, "what is there is no key: one line without spaces");
        let name = header.unwrap_or_else(|| usual_header(base));
        let parsed = name.to_ascii_lowercase();
        let header = parsed.parse().with_context(|| format!("`{name}` is no header"))?;
        let bearer = if parsed == "authorization" { "Bearer " } else { "" };
        Ok(Key { header, value: Zeroizing::new(format!("{bearer}{key}")) })
    }
}

/// The one that the provider's own clients use.
fn usual_header(base: &Base) -> &'static str {
    let host = base.target.authority(base.usual_port());
    let ends = |name: &str| host == name || host.ends_with(&format!(".{name}"));
    match () {
        () if ends("anthropic.com") => "x-api-key",
        () if ends("generativelanguage.googleapis.com") => "x-goog-api-key",
        () if ends("openai.azure.com") => "api-key",
        () => "authorization",
    }
}

fn of_environment(name: &str) -> Result<Zeroizing<String>> {
    let value = std::env::var(name);
    value.map(Zeroizing::new).with_context(|| {
        format!("`{name}` is not set\nhint: it has to be in the environment of `up`")
    })
}

/// Through no link, and only if nobody else could have read it.
fn of_file(path: &Path) -> Result<Zeroizing<String>> {
    let shown = path.display();
    let no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let file = File::options().read(true).custom_flags(no_link).open(path);
    let file = file.with_context(|| format!("cannot open {shown}"))?;
    let meta = file.metadata().with_context(|| format!("cannot read {shown}"))?;
    let own = rustix::process::geteuid().as_raw();
    ensure!(meta.is_file(), "{shown} is no plain file");
    ensure!(
        meta.uid() == own || meta.uid() == 0,
        "{shown} belongs to user {}\nhint: chown it to the account of chaperone",
        meta.uid()
    );
    ensure!(
        meta.mode() & 0o077 == 0,
        "{shown} can be read by others (mode {:o})\nhint: chmod 600 {shown}",
        meta.mode() & 0o7777
    );
    read(file)
}

fn of_program(words: &[String], patience: Duration) -> Result<Zeroizing<String>> {
    let Some((program, arguments)) = words.split_first() else {
        bail!("it names no program");
    };
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // What it starts ends with it.
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot run `{program}`"))?;
    let group = Pid::from_child(&child);
    let (tell, told) = channel();
    thread::Builder::new().name("key".into()).spawn(move || tell.send(ended(child)))?;
    let Ok(heard) = told.recv_timeout(patience) else {
        // It may be over by now.
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
        bail!("`{program}` did not end within {} s", patience.as_secs());
    };
    let (text, status) = heard.with_context(|| format!("cannot wait for `{program}`"))?;
    ensure!(status.success(), "`{program}` failed: {status}");
    text
}

/// What it wrote, and how it ended.
fn ended(mut child: Child) -> std::io::Result<(Result<Zeroizing<String>>, ExitStatus)> {
    let text = child.stdout.take().context("it wrote nothing").and_then(read);
    Ok((text, child.wait()?))
}

fn read(from: impl Read) -> Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(MOST as usize));
    from.take(MOST).read_to_string(&mut text).context("it is no text")?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn base(text: &str) -> Base {
        text.parse().expect("a base")
    }

    #[test]
    fn a_key_stands_where_the_provider_looks_for_it() {
        let check = |at: &str, header: Option<&str>, expect: (&str, &str)| {
            let source = Source::Command(vec!["echo".into(), "s3cr3t".into()]);
            let key = source.key(header, &base(at)).expect("a key");
            assert_eq!((key.header.as_str(), key.value.as_str()), expect, "{at}");
            assert!(!format!("{key:?}").contains("s3cr3t"));
        };
        check("https://api.openai.com", None, ("authorization", "Bearer s3cr3t"));
        check("https://api.anthropic.com", None, ("x-api-key", "s3cr3t"));
        check("https://notanthropic.com", None, ("authorization", "Bearer s3cr3t"));
        check("https://generativelanguage.googleapis.com", None, ("x-goog-api-key", "s3cr3t"));
        check("https://x.openai.azure.com/openai", None, ("api-key", "s3cr3t"));
        check("http://127.0.0.1:1", Some("X-Own"), ("x-own", "s3cr3t"));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("key");
        std::fs::write(&path, "s3cr3t\n").expect("written");
        let check = |mode, expect: Option<&str>| {
            let rights = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&path, rights).expect("rights");
            let key = Source::File(path.clone()).key(None, &base("https://x.example"));
            let error = key.err().map(|error| format!("{error:#}"));
            match (&error, expect) {
                (None, None) => {}
                (Some(error), Some(expect)) => assert!(error.contains(expect), "{error}"),
                other => panic!("{mode:o}: {other:?}"),
            }
        };
        check(0o600, None);
        check(0o400, None);
        check(0o640, Some("hint: chmod 600"));
        check(0o604, Some("can be read by others (mode 604)"));
        let link = home.path().join("link");
        std::os::unix::fs::symlink(&path, &link).expect("a link");
        assert!(Source::File(link).key(None, &base("https://x.example")).is_err());
    }

    #[test]
    fn what_is_no_key_says_so_and_never_what_it_is() {
        let check = |source: Source, expect: &str| {
            let error = source.key(None, &base("https://x.example")).expect_err("no key");
            let error = format!("{error:#}");
            assert!(error.contains(expect) && !error.contains("s3cr3t"), "{error}");
        };
        let echo = |text: &str| Source::Command(vec!["echo".into(), text.into()]);
        check(echo(""), "is no key");
        check(echo("s3cr3t two"), "is no key");
        check(Source::Command(Vec::new()), "names no program");
        check(Source::Command(vec!["false".into()]), "failed");
        check(Source::Command(vec!["/no/such/program".into()]), "cannot run");
        check(Source::Env("CHAPERONE_NO_SUCH_VARIABLE".into()), "is not set");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let words = ["sh", "-c", "sleep 600 & wait"].map(str::to_owned);
        let error = of_program(&words, Duration::from_millis(50)).expect_err("it sleeps");
        assert!(error.to_string().contains("did not end"), "{error:#}");
    }
}
