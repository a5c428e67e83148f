//! Images made for it: layers upon layers, pieces in both forms, and what strangers put into archives.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use event::{Redact, Text, What};
use serde_json::{Value, json};

use super::blobs::Blobs;
use super::layers::Layers;
use super::tar::{Kind, Tar};
use super::{NotAnImage, read, unpack};
use crate::product::Products;

struct Stars;

impl Redact for Stars {
    fn argv(&self, argv: &mut [Text]) -> bool {
        for word in &mut *argv {
            if let Some(text) = self.text(word) {
                *word = text;
            }
        }
        true
    }

    fn text(&self, text: &str) -> Option<Text> {
        text.contains("hunter2").then(|| text.replace("hunter2", "***").as_str().into())
    }
}

/// An entry of a tar: its kind, its path, and its content or where it leads.
type Entry<'a> = (u8, &'a str, &'a [u8]);

/// A tar as anybody writes it.
fn tar(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, path, content) in entries {
        put(&mut bytes, *kind, path.as_bytes(), content);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn put(bytes: &mut Vec<u8>, kind: u8, path: &[u8], content: &[u8]) {
    let is_link = matches!(kind, b'1' | b'2');
    if path.len() > 100 {
        put(bytes, b'L', b"././@LongLink", path);
    }
    let mut header = [0u8; 512];
    let mut field = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
    field(0, &path[..path.len().min(100)]);
    field(100, if path.ends_with(b"run") { b"0000755\0" } else { b"0000644\0" });
    let size = if is_link { 0 } else { content.len() };
    field(124, format!("{size:011o}\0").as_bytes());
    field(136, b"14000000000\0");
    field(156, &[kind]);
    if is_link {
        field(157, content);
    }
    field(257, b"ustar\0");
    field(148, b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes.extend_from_slice(&header);
    if !is_link {
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// What `docker save` writes.
fn docker(config: &Value, layers: &[Vec<u8>]) -> Vec<u8> {
    let names: Vec<String> =
        (0..layers.len()).map(|number| format!("{number}/layer.tar")).collect();
    let manifest =
        json!([{ "Config": "c.json", "RepoTags": ["host.example/app:1.0"], "Layers": names }]);
    let (config, manifest) = (config.to_string(), manifest.to_string());
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (name, layer) in names.iter().zip(layers) {
        entries.push((b'0', name, layer));
    }
    entries.push((b'0', "c.json", config.as_bytes()));
    entries.push((b'0', "manifest.json", manifest.as_bytes()));
    tar(&entries)
}

/// Unpacks; says what is there: files with their content, links with where they lead, folders that are empty.
fn unpacked(archive: &[u8]) -> Result<BTreeMap<String, String>, NotAnImage> {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("image.tar");
    fs::write(&file, archive).expect("written");
    let into = place.path().join("into");
    fs::create_dir(&into).expect("made");
    unpack(&file, &into)?;
    let mut all = BTreeMap::new();
    gather(&into.join("root"), "", &mut all);
    let outside: Vec<_> = fs::read_dir(place.path()).expect("there").flatten().collect();
    assert_eq!(outside.len(), 2, "{outside:?}");
    Ok(all)
}

fn gather(folder: &Path, name: &str, all: &mut BTreeMap<String, String>) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("there").flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    if entries.is_empty() {
        all.insert(format!("{name}/"), String::new());
    }
    for entry in entries {
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().expect("there");
        if kind.is_dir() {
            gather(&entry.path(), &name, all);
        } else if kind.is_symlink() {
            let to = fs::read_link(entry.path()).expect("a link");
            all.insert(name, format!("-> {}", to.display()));
        } else {
            let content = fs::read(entry.path()).expect("readable");
            all.insert(name, String::from_utf8_lossy(&content).into_owned());
        }
    }
}

fn check(layers: &[&[Entry<'_>]], expect: &[(&str, &str)]) {
    let layers: Vec<Vec<u8>> = layers.iter().map(|entries| tar(entries)).collect();
    let told = unpacked(&docker(&json!({}), &layers)).expect("an image");
    let expect = expect.iter().map(|(name, content)| (name.to_string(), content.to_string()));
    assert_eq!(told, expect.collect());
}

#[test]
fn layers_lie_upon_each_other() {
    // Files are replaced, folders joined.
    check(
        &[
            &[(b'5', "a/", b""), (b'0', "a/x", b"old"), (b'0', "a/y", b"y")],
            &[(b'0', "./a/x", b"new"), (b'0', "b/c/d", b"d")],
        ],
        &[("/a/x", "new"), ("/a/y", "y"), ("/b/c/d", "d")],
    );
    // Taken away: one thing, all of a folder; what comes in the same layer stays, before and behind.
    check(
        &[
            &[(b'0', "a/x", b"1"), (b'0', "a/y", b"1"), (b'0', "b/z/1", b"1"), (b'0', "c", b"1")],
            &[
                (b'0', "b/z/2", b"2"),
                (b'0', "a/.wh.x", b""),
                (b'0', "b/.wh..wh..opq", b""),
                (b'0', "b/n", b"2"),
                (b'0', ".wh.c", b""),
                (b'0', ".wh.never", b""),
                (b'0', ".wh..wh.plnk/1.2", b""),
            ],
        ],
        &[("/a/y", "1"), ("/b/n", "2"), ("/b/z/2", "2")],
    );
    // A file becomes a folder and a folder a file; the last of equal names counts.
    check(
        &[
            &[(b'0', "a", b"1"), (b'0', "b/x", b"1")],
            &[
                (b'0', "a/x", b"no"),
                (b'5', "a", b""),
                (b'0', "a/y", b"2"),
                (b'0', "b", b"2"),
                (b'0', "b", b"3"),
            ],
        ],
        &[("/a/y", "2"), ("/b", "3")],
    );
    // Links in the image lead inside the image, however they are written; what is written through one lands there.
    check(
        &[
            &[(b'5', "usr/lib", b""), (b'2', "lib", b"usr/lib"), (b'0', "etc/real", b"r")],
            &[
                (b'0', "lib/x", b"x"),
                (b'2', "usr/abs", b"/etc/real"),
                (b'2', "usr/up", b"../../../../etc/real"),
                (b'2', "usr/gone", b"/etc/shadow"),
                (b'2', "loop", b"loop"),
                (b'1', "hard", b"etc/real"),
                (b'1', "far", b"/../../etc/passwd"),
            ],
        ],
        &[
            ("/etc/real", "r"),
            ("/hard", "r"),
            ("/lib", "-> usr/lib"),
            ("/usr/abs", "-> ../etc/real"),
            ("/usr/lib/x", "x"),
            ("/usr/up", "-> ../etc/real"),
        ],
    );
    let long = format!("{}/end", "d".repeat(120));
    check(&[&[(b'0', &long, b"l")]], &[(&format!("/{long}"), "l")]);
}

#[test]
fn what_strangers_write_stays_inside() {
    check(
        &[&[
            (b'0', "../../out", b"x"),
            (b'0', "/etc/passwd", b"inside"),
            (b'2', "way", b"/"),
            (b'0', "way/through", b"t"),
            (b'2', "out", b"../../.."),
            (b'0', "out/there", b"t"),
            (b'3', "device", b""),
            (b'6', "pipe", b""),
            (b'0', "deep/../x", b"no"),
            (b'0', "b", b"."),
        ]],
        &[
            ("/b", "."),
            ("/etc/passwd", "inside"),
            ("/out", "-> ."),
            ("/there", "t"),
            ("/through", "t"),
            ("/way", "-> ."),
        ],
    );
    let deep = "a/".repeat(200);
    check(&[&[(b'0', &deep, b"x"), (b'0', "ok", b"1")]], &[("/ok", "1")]);
}

#[test]
fn what_is_broken_or_made_to_cost_is_told_with_a_hint() {
    let refused = |archive: &[u8], expect: &str| {
        let told = unpacked(archive).expect_err("refused").to_string();
        assert!(told.contains(expect) && told.contains("\nhint: "), "{told}");
    };
    let layer = tar(&[(b'0', "a", &[b'x'; 5000])]);
    let whole = docker(&json!({}), std::slice::from_ref(&layer));
    refused(b"", "there is no image in it");
    refused(b"no tar at all, whatever it is called", "it is no archive of an image");
    refused(&tar(&[(b'0', "a", b"")]), "there is no image in it");
    refused(b"\xfd7zXZ\0", "`unxz` it first");
    refused(&gzip(&whole)[..100], "it ends too early");
    let told = unpacked(&gzip(&whole)).expect("an image that is compressed as a whole");
    assert_eq!(told.get("/a").map(String::len), Some(5000));
    refused(&docker(&json!({}), &[layer[..2000].to_vec()]), "it ends too early");
    refused(&docker(&json!({}), &[gzip(&layer)[..20].to_vec()]), "it ends too early");
    let mut odd = layer.clone();
    odd[0] = b'b';
    refused(&docker(&json!({}), &[odd]), "its sum is wrong");
    refused(
        &tar(&[(b'0', "manifest.json", b"[{\"Layers\": [\"x\"], \"Config\": \"y\"}]")]),
        "broken at `y`",
    );
    refused(
        &tar(&[(b'0', "manifest.json", b"[{\"RepoTags\": [\"a:1\"]}, {\"RepoTags\": [\"b:1\"]}]")]),
        "a:1, b:1",
    );
    refused(&docker(&json!({}), &vec![tar(&[]); 2001]), "2001 layers");
    for length in (0..whole.len()).step_by(211) {
        let _ = unpacked(&whole[..length]);
    }
}

#[test]
fn a_layer_that_never_ends_is_let_go() {
    let mut bytes = Vec::new();
    put(&mut bytes, b'0', b"big", b"");
    // Three megabytes of nothing.
    bytes[124..136].copy_from_slice(b"00014000000\0");
    bytes[148..156].fill(b' ');
    let sum: u32 = bytes[..512].iter().map(|byte| u32::from(*byte)).sum();
    bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes.resize(4 << 20, 0);
    let packed = gzip(&bytes);
    let place = tempfile::tempdir().expect("a folder");
    let check = |name: &str, most: u64, expect: Option<()>| {
        let blobs = Blobs::new(place.path().join(name)).expect("made");
        let mut layers = Layers::new(blobs, most);
        assert_eq!(layers.put(1, Box::new(packed.as_slice())).expect("read"), expect);
        // Of what is large only the head is kept.
        let file = fs::metadata(place.path().join(name).join("0")).expect("there");
        assert!(std::os::unix::fs::MetadataExt::blocks(&file) <= 256);
    };
    check("all", 5 << 20, Some(()));
    check("some", 1 << 19, None);
}

#[test]
fn a_tar_is_read_as_it_was_written() {
    let mut bytes = Vec::new();
    put(&mut bytes, b'x', b"pax", b"21 path=\xc3\xbc/long/name\n20 mtime=1700000000.5\n");
    put(&mut bytes, b'0', b"short", b"1234567");
    put(&mut bytes, b'g', b"global", b"13 path=none\n");
    put(&mut bytes, b'2', b"l", b"to");
    let mut tar = Tar::new(bytes.as_slice());
    let one = tar.next().expect("read").expect("an entry");
    assert_eq!(
        (one.path.as_slice(), one.size, one.changed),
        ("ü/long/name".as_bytes(), 7, 1_700_000_000)
    );
    let mut content = String::new();
    tar.read_to_string(&mut content).expect("read");
    assert_eq!(content, "1234567");
    let two = tar.next().expect("read").expect("an entry");
    assert_eq!((two.kind, two.target.as_slice()), (Kind::Link, b"to".as_slice()));
    assert_eq!(tar.next().expect("the end"), None);
}

/// An OCI layout in a folder: its blobs are called by numbers here, for nobody checks.
fn layout(place: &Path, layers: &[Vec<u8>]) {
    let blobs = place.join("blobs/sha256");
    fs::create_dir_all(&blobs).expect("made");
    let digest = |number: usize| format!("{number:064}");
    let write = |number: usize, bytes: &[u8]| {
        fs::write(blobs.join(digest(number)), bytes).expect("written");
        json!({ "digest": format!("sha256:{}", digest(number)) })
    };
    let layers: Vec<Value> =
        (10..).zip(layers).map(|(number, layer)| write(number, layer)).collect();
    let config = json!({ "os": "linux", "architecture": "amd64", "config": {
        "Env": ["PATH=/bin", "DB_PASSWORD=hunter2", "OPENAI_API_KEY="],
        "Entrypoint": ["/app/run", "--key=hunter2"], "ExposedPorts": { "8000/tcp": {} },
        "Labels": { "maker": "hunter2 ltd" }, "WorkingDir": "/srv/bot",
    }, "rootfs": { "diff_ids": ["sha256:aa"] } });
    let config = write(1, config.to_string().as_bytes());
    let mut manifest =
        write(2, json!({ "config": config, "layers": layers }).to_string().as_bytes());
    manifest["platform"] = json!({ "os": "linux", "architecture": "amd64" });
    let mut proof = manifest.clone();
    proof["annotations"] = json!({ "vnd.docker.reference.type": "attestation-manifest" });
    let mut absent = manifest.clone();
    absent["digest"] = json!(format!("sha256:{}", digest(9)));
    let mut index =
        write(3, json!({ "manifests": [proof, absent, manifest] }).to_string().as_bytes());
    index["mediaType"] = json!("application/vnd.oci.image.index.v1+json");
    index["annotations"] = json!({ "io.containerd.image.name": "docker.io/org/bot:2" });
    fs::write(place.join("index.json"), json!({ "manifests": [index] }).to_string())
        .expect("written");
    fs::write(place.join("oci-layout"), "{}").expect("written");
}

#[test]
fn an_image_is_looked_at_as_a_host_is() {
    let place = tempfile::tempdir().expect("a folder");
    let (from, into) = (place.path().join("layout"), place.path().join("into"));
    fs::create_dir(&into).expect("made");
    let skill = b"---\nname: deploy\ndescription: d\n---\ntext";
    let settings =
        br#"{"permissions": {"defaultMode": "bypassPermissions"}, "env": {"CODEX_HOME": "/etc"}}"#;
    let gguf = b"GGUF\x03\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let lower = tar(&[
        (b'0', "etc/passwd", b"root:x:0:0::/root:/bin/sh\nbot:x:5:5::/srv/bot:/bin/sh\n"),
        (b'0', "etc/os-release", b"ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n"),
        (b'0', "var/lib/dpkg/status", b"Package: bash\nStatus: install ok installed\nVersion: 5.2\n"),
        (b'0', "usr/lib/node_modules/@anthropic-ai/claude-code/package.json",
         b"{\"name\": \"@anthropic-ai/claude-code\", \"version\": \"2.1.0\", \"license\": \"MIT\"}"),
        (b'0', "usr/lib/python3/dist-packages/openai-1.2.dist-info/METADATA", b"Name: openai\nVersion: 1.2\nLicense: Apache-2.0\n"),
    ]);
    let upper = tar(&[
        (b'0', "srv/bot/.claude/skills/deploy/SKILL.md", skill),
        (b'0', "srv/bot/.claude/settings.json", settings),
        (b'0', "root/.bashrc", b"export CODEX_HOME=/data/codex\n"),
        (b'0', "data/codex/config.toml", b"model = \"gpt-5\"\n"),
        (
            b'0',
            "app/.mcp.json",
            br#"{"mcpServers": {"git": {"command": "uvx", "args": ["mcp-git==1.0"]}}}"#,
        ),
        (b'0', "app/m-7b-Q4_K_M.gguf", gguf),
    ]);
    layout(&from, &[gzip(&lower), zstd::encode_all(upper.as_slice(), 1).expect("memory")]);
    unpack(&from, &into).expect("unpacked");
    let (image, plan) = read(&into, &Stars).expect("read");
    assert_eq!(&*image.name, "docker.io/org/bot:2");
    let purl = image.purl().expect("a name");
    assert!(
        purl.starts_with("pkg:oci/bot@sha256:0000")
            && purl.ends_with("?repository_url=org/bot&tag=2"),
        "{purl}"
    );
    assert_eq!(image.variables, ["PATH".into(), "DB_PASSWORD".into(), "OPENAI_API_KEY".into()]);
    assert_eq!(image.secrets, ["DB_PASSWORD".into()]);
    assert_eq!(image.ports, ["8000/tcp".into()]);
    let libraries: Vec<String> =
        image.folder.libraries.iter().map(|it| format!("{} {}", it.registry, it.name)).collect();
    assert_eq!(libraries, ["npm @anthropic-ai/claude-code", "pypi openai", "deb bash"]);
    let (products, _) = Products::shipped();
    let inventory = crate::look(&products, &plan, &Stars);
    let told = |kind: &str| -> Vec<String> {
        let of = inventory.assets.iter().filter(|asset| asset.what.kind() == kind);
        let line = |asset: &event::Asset| {
            let places: Vec<&str> = asset.evidence.iter().map(|at| &*at.place).collect();
            format!("{} {} {}", asset.owner, asset.name, places.join(" "))
        };
        of.map(line).collect()
    };
    assert_eq!(told("skill"), ["bot deploy /srv/bot/.claude/skills/deploy/SKILL.md"]);
    assert_eq!(told("tool_server"), [" git /app/.mcp.json"]);
    assert_eq!(told("model"), [" m-7b-Q4_K_M /app/m-7b-Q4_K_M.gguf"]);
    let agent = inventory
        .assets
        .iter()
        .find(|it| it.products == ["claude-code".into()] && it.what.kind() == "agent");
    let What::Agent(claude) = &agent.expect("an agent").what else { panic!("no agent") };
    assert_eq!(claude.autonomy.len(), 1, "{claude:?}");
    // A folder that settings name is one of the image, not of this host.
    assert!(told("agent").iter().any(|it| it.contains("/data/codex")), "{:?}", told("agent"));
    let all = serde_json::to_string(&(&inventory, &image)).expect("JSON");
    assert!(!all.contains("hunter2") && !all.contains(&*into.to_string_lossy()), "{all}");
    let hash = &image.folder.models.first().expect("a model").hashes;
    assert_eq!(&*hash.first().expect("hashed").1, blake3::hash(gguf).to_hex().as_str());
}
