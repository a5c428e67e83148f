//! Managers of packages, against registries that hold one package.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use tempfile::TempDir;

use super::{Box, said};
use crate::stage::{Host, Names, Plan};

/// Serves these paths, as bytes.
fn registry(name: &'static str, files: Vec<(&'static str, Vec<u8>)>) -> (Host, Box) {
    let host = Host::secure(&[name], move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        match files.iter().find(|it| it.0 == path) {
            Some((path, bytes)) => {
                let kind = if path.ends_with('/') { "text/html" } else { "application/json" };
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
                    bytes.len()
                );
                [head.as_bytes(), bytes].concat()
            }
            None => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
        }
    });
    let agent = Box::new(Plan::new(Names::default().with(name, 443, &host)).start());
    (host, agent)
}

/// An archive of one folder with these files.
fn archive(folder: &str, files: &[(&str, &str)]) -> Vec<u8> {
    let home = TempDir::new().expect("a folder");
    for (name, text) in files {
        let path = home.path().join(folder).join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
        std::fs::write(path, text).expect("written");
    }
    let made =
        Command::new("tar").current_dir(home.path()).args(["czf", "it.tgz", folder]).status();
    assert!(made.expect("tar").success());
    read(&home.path().join("it.tgz"))
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}

#[test]
fn npm_installs() {
    let package = r#"{"name":"demo","version":"1.0.0","main":"demo.js"}"#;
    let bytes =
        archive("package", &[("package.json", package), ("demo.js", "module.exports = 1\n")]);
    let sha = ring::digest::digest(&ring::digest::SHA512, &bytes);
    let integrity = base64::engine::general_purpose::STANDARD.encode(sha);
    let index = format!(
        r#"{{"name":"demo","dist-tags":{{"latest":"1.0.0"}},"versions":{{"1.0.0":{{"name":"demo","version":"1.0.0",
        "dist":{{"tarball":"https://npm.example/demo.tgz","integrity":"sha512-{integrity}"}}}}}}}}"#
    );
    let (host, agent) =
        registry("npm.example", vec![("/demo", index.into()), ("/demo.tgz", bytes)]);
    let arguments = [
        "install",
        "demo",
        "--registry",
        "https://npm.example/",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
    ];
    let Some(output) = agent.run("npm", &arguments) else { return };
    assert!(
        agent.path("node_modules/demo/demo.js").is_file(),
        "{} {:?}",
        said(&output),
        host.seen()
    );
}

#[test]
fn pip_downloads() {
    // A wheel is an archive of another kind; pip reads no more of it here than its name and its head.
    let make = "import zipfile,sys\nz=zipfile.ZipFile(sys.argv[1],'w')\n\
                z.writestr('demo.py','x=1')\n\
                z.writestr('demo-1.0.dist-info/METADATA','Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n')\n\
                z.writestr('demo-1.0.dist-info/WHEEL','Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n\
                z.writestr('demo-1.0.dist-info/RECORD','')\nz.close()";
    let folder = TempDir::new().expect("a folder");
    let wheel = folder.path().join("it.whl");
    let made = Command::new("python3").args(["-c", make]).arg(&wheel).status();
    if !made.is_ok_and(|it| it.success()) {
        eprintln!("skipped: python3 is not installed");
        return;
    }
    let index = b"<a href=\"/demo-1.0-py3-none-any.whl\">demo-1.0-py3-none-any.whl</a>".to_vec();
    let files = vec![("/simple/demo/", index), ("/demo-1.0-py3-none-any.whl", read(&wheel))];
    let (_host, agent) = registry("pypi.example", files);
    let arguments = [
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--disable-pip-version-check",
        "--index-url",
        "https://pypi.example/simple/",
        "demo",
    ];
    let Some(output) = agent.run("python3", &arguments) else { return };
    if said(&output).contains("No module named pip") {
        eprintln!("skipped: pip is not installed");
        return;
    }
    assert!(agent.path("demo-1.0-py3-none-any.whl").is_file(), "{}", said(&output));
}

#[test]
fn cargo_fetches() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"1.0.0\"\nedition = \"2021\"\n";
    let bytes = archive("demo-1.0.0", &[("Cargo.toml", manifest), ("src/lib.rs", "")]);
    let sha = ring::digest::digest(&ring::digest::SHA256, &bytes);
    let sha: String = sha.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let line = format!(
        r#"{{"name":"demo","vers":"1.0.0","deps":[],"cksum":"{sha}","features":{{}},"yanked":false}}"#
    );
    let config = br#"{"dl":"https://crates.example/dl/{crate}"}"#.to_vec();
    let files = vec![
        ("/index/config.json", config),
        ("/index/de/mo/demo", line.into()),
        ("/dl/demo", bytes),
    ];
    let (host, agent) = registry("crates.example", files);
    let user = "[package]\nname = \"user\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n\
                demo = { version = \"1\", registry = \"demo\" }\n";
    std::fs::create_dir_all(agent.path("src")).expect("folder");
    std::fs::write(agent.path("src/lib.rs"), "").expect("written");
    std::fs::write(agent.path("Cargo.toml"), user).expect("written");
    let home = agent.path("cargo-home");
    let (home, index) = (
        home.to_string_lossy().into_owned(),
        "registries.demo.index='sparse+https://crates.example/index/'",
    );
    let arguments = [&*format!("CARGO_HOME={home}"), "cargo", "fetch", "--config", index];
    let Some(output) = agent.run("env", &arguments) else { return };
    if said(&output).contains("No such file") {
        eprintln!("skipped: cargo is not installed");
        return;
    }
    assert!(
        host.seen().iter().any(|it| it.starts_with("GET /dl/demo")) && output.status.success(),
        "{}",
        said(&output)
    );
}
