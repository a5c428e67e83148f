//! Real clients, as far as they are installed, with nothing but the environment that an agent gets. Names below
//! `example` are known to the proxy alone, so whatever arrives went through it.

mod packages;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use event::{Effect, Verb};
use gateway::egress::Places;
use tempfile::TempDir;

use crate::stage::{Host, Names, Plan, Stage, reply};

/// An agent's box: a home, and an environment.
pub struct Box {
    pub stage: Stage,
    pub home: TempDir,
}

impl Box {
    pub fn new(stage: Stage) -> Self {
        let home = TempDir::new().expect("a folder");
        std::fs::write(home.path().join("ca.pem"), stage.egress.ca_bundle()).expect("written");
        Self { stage, home }
    }

    /// What the program says; none where it is not installed.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Option<Output> {
        let path = std::env::var("PATH").unwrap_or_default();
        if !std::env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
            eprintln!("skipped: `{program}` is not installed");
            return None;
        }
        let bundle = self.path("ca.pem");
        let environment = self.stage.egress.environment(Places { bundle: &bundle, ssh: None });
        let mut command = Command::new(program);
        command.args(arguments).env_clear().env("PATH", path).env("HOME", self.home.path());
        for keep in ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
            if let Some(value) = std::env::var_os(keep) {
                command.env(keep, value);
            }
        }
        command.envs(environment).current_dir(self.home.path()).stdin(Stdio::null());
        Some(command.output().expect(program))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}

pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn curl() {
    let (plain, secure) =
        (Host::plain(|_| reply("plain")), Host::secure(&["api.example"], |_| reply("secure")));
    let names = Names::default().with("api.example", 80, &plain).with("api.example", 443, &secure);
    let stage = Plan::new(names)
        .deciding(|it| match it.verb {
            Verb::HttpRequest if it.object.named().contains("DELETE") => Effect::Deny,
            _ => Effect::Allow,
        })
        .start();
    let proxy = stage.address.to_string();
    let agent = Box::new(stage);
    // Long enough that curl waits to be told to go on.
    std::fs::write(agent.path("large"), "x".repeat(2 << 20)).expect("written");
    let rows: [(&[&str], &str); 7] = [
        (&["-sS", "--data-binary", "@large", "https://api.example/x"], "secure"),
        (&["-sS", "http://api.example/x"], "plain"),
        (&["-sS", "https://api.example/x"], "secure"),
        (&["-sS", "--proxy", &format!("socks5h://{proxy}"), "https://api.example/x"], "secure"),
        (
            &["-sS", "-X", "DELETE", "https://api.example/x"],
            "the test says so (policy `test.policy`)",
        ),
        (&["-sS", "http://evil.test/"], "(policy `egress.not-allowed`)"),
        (&["-sSv", "https://evil.test/"], "Stopped by chaperone: this run may not reach that host"),
    ];
    for (arguments, expect) in rows {
        let Some(output) = agent.run("curl", arguments) else { return };
        assert!(said(&output).contains(expect), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn python_and_its_trust() {
    let secure = Host::secure(&["api.example"], |_| reply("secure"));
    let agent = Box::new(Plan::new(Names::default().with("api.example", 443, &secure)).start());
    let script = "import urllib.request as r; print(r.urlopen('https://api.example/x').read())";
    let Some(output) = agent.run("python3", &["-c", script]) else { return };
    assert!(said(&output).contains("b'secure'"), "{}", said(&output));
}

/// Git's own server, behind HTTP as its manual says.
fn git_host(root: PathBuf) -> Host {
    Host::secure(&["git.example"], move |request| {
        let (head, body) = request.split_once("\r\n\r\n").expect("a head");
        let mut words = head.split(' ');
        let (method, url) = (words.next().expect("method"), words.next().expect("url"));
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let header = |name: &str| {
            let line = head.lines().find(|it| it.to_lowercase().starts_with(name));
            line.and_then(|it| it.split_once(": ")).map_or("", |it| it.1).to_owned()
        };
        let mut served = Command::new("git")
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &root)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .envs([("REQUEST_METHOD", method), ("PATH_INFO", path), ("QUERY_STRING", query)])
            .env("CONTENT_TYPE", header("content-type:"))
            .env("GIT_PROTOCOL", header("git-protocol:"))
            .env("CONTENT_LENGTH", body.len().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("git http-backend");
        served.stdin.take().expect("stdin").write_all(body.as_bytes()).expect("written");
        let output = served.wait_with_output().expect("git http-backend").stdout;
        let end = output.windows(4).position(|it| it == b"\r\n\r\n").expect("a head") + 4;
        let length = output.len() - end;
        [format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n").as_bytes(), &output].concat()
    })
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(folder)
        .args([
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x.example",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .output()
        .expect("git");
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
}

#[test]
fn git_clones_and_is_told_why_it_may_not_push() {
    let root = TempDir::new().expect("a folder");
    let work = root.path().join("work");
    std::fs::create_dir(&work).expect("folder");
    git(&work, &["init", "-q"]);
    std::fs::write(work.join("read.me"), "cloned through the proxy").expect("written");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "one"]);
    git(root.path(), &["clone", "-q", "--bare", "work", "shop.git"]);
    let host = git_host(root.path().to_owned());
    let stage = Plan::new(Names::default().with("git.example", 443, &host))
        .deciding(|it| match it.object.named().contains("git-receive-pack") {
            true => Effect::Deny,
            false => Effect::Allow,
        })
        .start();
    let agent = Box::new(stage);
    let Some(output) = agent.run("git", &["clone", "-q", "https://git.example/shop.git"]) else {
        return;
    };
    let read = std::fs::read_to_string(agent.path("shop/read.me"));
    assert_eq!(read.ok().as_deref(), Some("cloned through the proxy"), "{}", said(&output));
    let folder = agent.path("shop");
    let push = ["-C", &folder.to_string_lossy(), "push", "origin", "HEAD:refs/heads/new"];
    let output = agent.run("git", &push).expect("git is there");
    assert!(said(&output).contains("403"), "{}", said(&output));
    assert!(!host.seen().iter().any(|it| it.contains("git-receive-pack")));
}
