//! A home and a host in which one file holds any bytes: every reader of the inventory, as a look calls it.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::LazyLock;

use event::{Asset, Verbatim};
use inventory::discover::Home;
use inventory::hold::Holding;
use inventory::product::Products;
use inventory::sound::{Soundness, of_asset};
use inventory::trust::Trust;
use inventory::{Inventory, Look, look};

static PRODUCTS: LazyLock<Products> = LazyLock::new(|| Products::shipped().0);
static SOUNDNESS: LazyLock<Option<Soundness>> = LazyLock::new(|| Soundness::shipped().ok());

/// Where the bytes stand: one place for each reader; `host/` is below the root of the host.
pub const PLACES: &[&str] = &[
    ".config/systemd/user/a.service",
    ".config/systemd/user/a.timer",
    "host/etc/systemd/system/a.service.d/b.conf",
    "host/etc/crontab",
    "host/etc/cron.daily/a",
    "host/var/spool/cron/crontabs/ida",
    "host/var/lib/docker/image/overlay2/repositories.json",
    "host/var/lib/docker/containers/0a/config.v2.json",
    "host/var/lib/docker/containers/0a/hostconfig.json",
    ".local/share/containers/storage/overlay-images/images.json",
    ".local/share/containers/storage/overlay-containers/containers.json",
    ".local/share/containers/storage/overlay-containers/c0/userdata/config.json",
    ".config/google-chrome/Default/Extensions/aaaabbbbccccddddeeeeffffgggghhhh/1_0/manifest.json",
    ".config/google-chrome/Default/Extensions/aaaabbbbccccddddeeeeffffgggghhhh/1_0/_locales/en/messages.json",
    ".mozilla/firefox/a.default/extensions.json",
    ".vscode/extensions/extensions.json",
    ".vscode/extensions/a.b-1.0.0/package.json",
    "go/bin/crush",
    ".cargo/.crates2.json",
    "lib/node_modules/@modelcontextprotocol/server-memory/package.json",
    "venv/lib/python3.12/site-packages/mcp_server_git-1.0.dist-info/entry_points.txt",
    "m/a.gguf",
    "m/a.safetensors",
    "m/a.pt",
    "m/a.joblib",
    "m/a.onnx",
    "m/a.keras",
    "m/config.json",
    "data/datasets/a.jsonl",
    "s/chroma_db/chroma.sqlite3",
    "s/storage/default__vector_store.json",
    ".ollama/models/manifests/registry.ollama.ai/library/a/1",
    ".cache/huggingface/hub/models--a--b/refs/main",
    ".claude/.credentials.json",
    ".claude/settings.json",
    ".claude/skills/a/SKILL.md",
    ".claude/skills/a/scripts/run.sh",
    ".codex/config.toml",
    ".config/goose/config.yaml",
    ".config/JetBrains/A2025.1/options/llm.mcpServers.xml",
    "host/etc/environment",
    ".bashrc",
];

/// What other files have to say so that those bytes are read at all: for places that begin so, where, and what.
const BESIDE: &[(&str, &str, &str)] = &[
    (
        "host/etc/systemd/",
        "host/etc/systemd/system/a.service",
        "[Service]\nExecStart=/usr/bin/ollama serve\n",
    ),
    (
        "host/var/lib/docker/containers/",
        "host/var/lib/docker/containers/0a/config.v2.json",
        r#"{"Name": "/a", "Config": {"Image": "mcp/filesystem"}}"#,
    ),
    (
        ".local/share/containers/",
        ".local/share/containers/storage/overlay-containers/containers.json",
        r#"[{"id": "c0", "names": ["a"], "metadata": "{\"image-name\": \"docker.io/vllm/vllm-openai\"}"}]"#,
    ),
    (
        ".config/google-chrome/",
        ".config/google-chrome/Default/Extensions/aaaabbbbccccddddeeeeffffgggghhhh/1_0/manifest.json",
        r#"{"name": "__MSG_a__", "description": "__MSG_b__", "default_locale": "en", "permissions": ["debugger"]}"#,
    ),
    (".claude/skills/", ".claude/skills/a/SKILL.md", "---\nname: a\n---\nRun scripts/run.sh\n"),
    ("venv/", "venv/lib/python3.12/site-packages/mcp-1.0.dist-info/METADATA", "Name: mcp\n"),
    (
        ".cache/huggingface/",
        ".cache/huggingface/hub/models--a--b/snapshots/1/model.safetensors",
        "\x02\0\0\0\0\0\0\0{}",
    ),
];

struct Host {
    dir: tempfile::TempDir,
}

impl Host {
    fn new() -> Option<Self> {
        let host = Self { dir: tempfile::tempdir().ok()? };
        fs::create_dir_all(host.path("host")).ok()?;
        Some(host)
    }

    fn path(&self, way: &str) -> PathBuf {
        self.dir.path().join(way)
    }

    fn write(&self, way: &str, bytes: &[u8]) {
        let path = self.path(way);
        if let Some(folder) = path.parent() {
            let _ = fs::create_dir_all(folder);
        }
        let _ = fs::write(path, bytes);
    }

    fn uid(&self) -> u32 {
        fs::metadata(self.dir.path()).map_or(0, |meta| meta.uid())
    }

    fn look(&self) -> Inventory {
        let homes =
            vec![Home { owner: "ida".into(), uid: self.uid(), path: self.dir.path().to_owned() }];
        let root = Some(self.path("host"));
        look(&PRODUCTS, &Look { host: "h".into(), homes, root, ..Look::default() }, &Verbatim)
    }
}

/// The first byte chooses the place.
pub fn any(data: &[u8]) {
    let Some((place, bytes)) = data.split_first() else { return };
    let place = PLACES[usize::from(*place) % PLACES.len()];
    let Some(host) = Host::new() else { return };
    for (_, way, text) in BESIDE.iter().filter(|(begins, ..)| place.starts_with(begins)) {
        host.write(way, text.as_bytes());
    }
    host.write(place, bytes);
    let found = host.look();
    assert!(found.assets.len() <= bytes.len() + 64, "more things than bytes");
    for asset in &found.assets {
        sound(asset, host.uid());
        // What is not cut cleanly is not cut; what was moved aside comes back to the byte.
        held(&host, asset);
    }
}

fn sound(asset: &Asset, uid: u32) {
    let Some(soundness) = &*SOUNDNESS else { return };
    for subject in of_asset(asset, uid, &mut Vec::new()) {
        soundness.judge(&subject, &Verbatim);
    }
}

fn held(host: &Host, asset: &Asset) {
    let Some(place) = asset.evidence.first() else { return };
    let Ok(before) = fs::read(&*place.place) else { return };
    let holding = Holding::of(&host.path("data"));
    if let Ok(held) = holding.hold(asset, host.uid(), 1) {
        assert!(holding.release(&held.key()).is_ok(), "it does not come back");
        assert_eq!(fs::read(&*place.place).ok(), Some(before), "it comes back otherwise");
    }
}

/// Lines are names of files and folders, with any bytes in them.
pub fn names(data: &[u8]) {
    let Some(host) = Host::new() else { return };
    for line in data.split(|byte| *byte == b'\n').take(24) {
        let parts: Vec<&[u8]> = line.split(|byte| *byte == b'/').take(12).collect();
        let odd =
            |part: &&[u8]| part.is_empty() || *part == b"." || *part == b".." || part.contains(&0);
        if parts.iter().any(odd) {
            continue;
        }
        let mut path = host.dir.path().to_owned();
        path.extend(parts.iter().map(|part| std::ffi::OsStr::from_bytes(part)));
        if let Some(folder) = path.parent()
            && fs::create_dir_all(folder).is_ok()
        {
            let _ = fs::write(path, "");
        }
    }
    for asset in host.look().assets {
        sound(&asset, host.uid());
    }
}

/// A trust store that somebody else wrote.
pub fn trust(data: &[u8]) {
    let Some(host) = Host::new() else { return };
    host.write("trust.json", data);
    match Trust::load(host.dir.path()) {
        Ok(trust) => {
            let kept = Trust::edit(host.dir.path(), |_| ());
            assert!(kept.is_ok(), "it cannot be written again");
            let again = Trust::load(host.dir.path());
            assert_eq!(again.ok().map(|it| it.entries().to_vec()), Some(trust.entries().to_vec()));
        }
        Err(error) => assert!(error.to_string().contains("trust.json"), "{error}"),
    }
}
