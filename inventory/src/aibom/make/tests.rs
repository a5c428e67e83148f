//! What is made is valid in every format, the same each time, and whatever is changed in it is noticed.

use std::collections::{BTreeSet, HashMap};

use event::{
    Asset, AssetId, Autonomy, Code, Container, ContainerForm, Credential, Dataset, Evidence,
    Exposure, Extension, Freedom, Helper, Hook, Installed, Manager, Model, ModelServer, Package,
    Provider, Right, Role, Service, Text, Told, ToolServer, VectorStore, Verdict, What, Wording,
};
use serde_json::Value;

use super::{Plan, Scope, agents, make};
use crate::aibom::image::{Image, System};
use crate::aibom::{
    Bom, DataSet, Elements, Folder, Format, Library, ModelFile, Observed, diff, spdx,
};
use crate::join::{Inventory, Unsure};

fn at(place: &str, line: u32) -> Evidence {
    Evidence { place: place.into(), line }
}

fn told(text: &str) -> Told {
    Told { text: text.into(), at: at("/home/a/.x/settings.json", 3) }
}

fn asset(product: &str, name: &str, what: What) -> Asset {
    Asset {
        id: AssetId::derive("h", what.kind(), "a", "/x", &format!("{product} {name}")),
        name: name.into(),
        owner: "a".into(),
        products: vec![product.into()],
        project: None,
        version: Some("1.0".into()),
        digest: Some("ab".repeat(32).as_str().into()),
        evidence: vec![at("/home/a/.x/file \u{202e}", 7)],
        what,
    }
}

fn agent(product: &str) -> Asset {
    let installed = Installed {
        vendor: "Maker".into(),
        versions: vec![told("1.0")],
        autonomy: vec![Autonomy {
            freedom: Freedom::All,
            setting: "mode = all".into(),
            means: "it asks for nothing".into(),
            at: at("/x", 1),
        }],
        rights: vec![Right {
            verdict: Verdict::Allow,
            what: "Bash(git:*)".into(),
            at: at("/x", 2),
        }],
        reach: vec![told("/srv")],
        models: vec![told("org/model-20250101"), told("small")],
        providers: vec![
            Provider { name: "p".into(), url: Some("http://${HOST}/v1 x".into()), at: at("/x", 1) },
            Provider { name: "q".into(), url: None, at: at("/x", 1) },
        ],
        variables: vec![told("KEY")],
        secrets: vec![told("KEY: a token")],
        listens: vec![told("0.0.0.0:1")],
        confines: Vec::new(),
        last_used_unix_ns: Some(1_700_000_000_000_000_000),
    };
    Asset {
        evidence: vec![at("/usr/lib/node_modules/@m/x/package.json", 0)],
        ..asset(product, &format!("Agent {product}"), What::Agent(installed))
    }
}

/// One of every kind, with names that want to break out.
fn inventory() -> Inventory {
    let text = || Wording {
        description: Some("\u{0}<\"".into()),
        model: Some("small".into()),
        ..Wording::default()
    };
    let server = |command: &[&str], url: Option<&str>| {
        What::ToolServer(ToolServer {
            command: command.iter().map(|word| Text::from(*word)).collect(),
            url: url.map(Text::from),
            variables: vec!["TOKEN".into()],
            headers: vec!["Authorization".into()],
            unasked: vec!["*".into()],
            enabled: true,
            ..ToolServer::default()
        })
    };
    let key = Credential { holds: "token".into(), changed_unix_ns: 5, ..Credential::default() };
    let mut assets = vec![
        agent("x"),
        agent("y"),
        asset("x", "git", server(&["uvx", "mcp-git==0.6.2"], None)),
        asset("x", "far", server(&[], Some("https://far.example/mcp?k=${K}"))),
        asset("x", "own", server(&["./run", "a b"], None)),
        asset("x", "skill", What::Skill(text())),
        asset("x", "command", What::Command(text())),
        asset("x", "helper agent", What::SubAgent(text())),
        asset("x", "plug-in", What::Plugin(text())),
        asset("x", "", What::Rules(Wording::default())),
        asset("x", "memory", What::Memory(Wording::default())),
        asset(
            "x",
            "hook",
            What::Hook(Hook { event: "Pre".into(), runs: "sh".into(), matcher: Some("*".into()) }),
        ),
        asset("x", "start", What::Helper(Helper { setting: "s".into(), runs: "sh".into() })),
        asset(
            "x",
            "extension",
            What::Extension(Extension {
                editor: "e".into(),
                extension: "i".into(),
                ..Extension::default()
            }),
        ),
        asset("x", "key", What::Credential(key)),
        asset("project", "app.py", What::Code(Code { framework: "LangGraph".into() })),
        asset("nobody", "left over", What::Rules(Wording::default())),
    ];
    assets.extend(artifacts());
    if let Some(long) = assets.get_mut(5) {
        long.version = Some("9".repeat(5000).as_str().into());
        long.evidence = (0..12).map(|line| at("/x", line)).collect();
    }
    Inventory {
        assets,
        unsure: vec![Unsure { place: "/y".into(), why: "closed".into() }],
        entries: 1,
    }
}

/// What models, their servers and their tools leave on a host.
fn artifacts() -> Vec<Asset> {
    let digest = || Some(format!("sha256:{}", "0a".repeat(32)).as_str().into());
    let image = |form, image: &str| Container {
        publishes: Vec::new(),
        form,
        role: Role::ModelServer,
        program: "ollama".into(),
        image: image.into(),
        image_digest: digest(),
        keys: vec!["HF_TOKEN".into()],
        opens: vec!["privileged".into()],
    };
    let package = |manager, role| What::Package(Package { manager, role, because: "so".into() });
    let placed = |place: &str, asset: Asset| Asset { evidence: vec![at(place, 0)], ..asset };
    let weights = Model {
        format: "gguf".into(),
        bytes: 7,
        files: 1,
        architecture: Some("llama".into()),
        quantisation: Some("Q4_K_M".into()),
        parameters: Some("8B".into()),
        ..Model::default()
    };
    let hub = Model { revision: Some("abc".into()), runs_code: true, ..weights.clone() };
    let two = Model { files: 2, ..weights.clone() };
    let data = Dataset { format: "csv".into(), bytes: 9, files: 1, ..Dataset::default() };
    let server = ModelServer {
        program: "ollama".into(),
        address: "0.0.0.0:11434".into(),
        exposure: Exposure::Network,
        models: vec!["llama3:8b".into(), "elsewhere:1b".into()],
    };
    let unit = Service {
        program: "ollama".into(),
        runs: "ollama serve".into(),
        when: "at boot".into(),
        account: "root".into(),
        keys: vec!["KEY".into()],
        ..Service::default()
    };
    let ollama = "/home/a/.ollama/models/manifests/registry.ollama.ai/library/llama3/8b";
    vec![
        placed(ollama, asset("ollama", "llama3:8b", What::Model(weights.clone()))),
        placed("/p/m.gguf", asset("models", "m", What::Model(weights))),
        placed("/p/two-00001-of-00002.safetensors", asset("models", "two", What::Model(two))),
        placed("/c/models--org--x", asset("huggingface", "org/x", What::Model(hub))),
        placed("/p/d", asset("models", "data", What::Dataset(data))),
        asset(
            "models",
            "store",
            What::VectorStore(VectorStore {
                engine: "chroma".into(),
                bytes: 3,
                collections: vec!["c".into()],
            }),
        ),
        asset("langgraph", "@lang/graph", package(Manager::Npm, Role::Framework)),
        asset("openai", "open_ai", package(Manager::Pypi, Role::Sdk)),
        asset("mcp-server", "host.example/mcp", package(Manager::Go, Role::ToolServer)),
        asset("ollama", "ollama.service", What::Service(unit)),
        asset("ollama", "image", What::Container(image(ContainerForm::Image, "ollama/ollama:1"))),
        asset("ollama", "run", What::Container(image(ContainerForm::Container, "ollama/ollama:1"))),
        asset("ollama", "other", What::Container(image(ContainerForm::Container, "h.example/o@x"))),
        asset("ollama", "listening", What::ModelServer(server)),
    ]
}

#[test]
fn newer_kinds_are_what_they_are() {
    let (inventory, folder) = (inventory(), folder());
    let bom = made(Scope::Folder(&folder), &inventory, Format::CycloneDx17, Observed::default());
    let all: Vec<&Value> = bom.components().into_iter().chain(bom.services()).collect();
    let text =
        |one: &Value, key: &str| one.pointer(key).and_then(Value::as_str).unwrap_or("-").to_owned();
    let check = |name: &str, expect: &str| {
        let mut told: Vec<String> = Vec::new();
        for one in all.iter().filter(|one| text(one, "/name") == name) {
            let said =
                ["/type", "/version", "/purl", "/hashes/0/alg", "/data/0/type", "/endpoints/0"];
            told.push(said.map(|key| text(one, key)).join(" "));
        }
        assert_eq!(told.join("; "), expect, "{name}");
    };
    check("llama3:8b", "machine-learning-model 8b - - - -");
    check("elsewhere:1b", "machine-learning-model 1b - - - -");
    // One thing that both the look and the folder know of, with the hash that only the folder has.
    check("m", "machine-learning-model - - BLAKE3 - -");
    check("two", "machine-learning-model - - - - -");
    check("two-00002-of-00002", "");
    check("x", "machine-learning-model abc pkg:huggingface/org/x@abc - - -");
    check("data", "data - - - dataset -");
    check("d", "");
    check("store", "data - - - other -");
    check("@lang/graph", "framework 1.0 pkg:npm/%40lang/graph@1.0 - - -");
    check("open_ai", "library 1.0 pkg:pypi/open-ai@1.0 - - -");
    check("host.example/mcp", "application 1.0 pkg:golang/host.example/mcp@1.0 - - -");
    check("ollama.service", "application - - - - -");
    check("image", "container 1 pkg:docker/ollama/ollama@1 SHA-256 - -");
    check("run", "container - - - - -");
    check("listening", "- 1.0 - - - http://0.0.0.0:11434");
    let on = |name: &str| -> Vec<String> {
        let own =
            all.iter().find(|one| text(one, "/name") == name).map(|one| text(one, "/bom-ref"));
        let edges = bom.document().get("dependencies").and_then(Value::as_array).expect("edges");
        let edge = edges.iter().find(|edge| Some(text(edge, "/ref")) == own).expect("an edge");
        let to = edge.get("dependsOn").and_then(Value::as_array).expect("a list");
        let names = to.iter().map(|to| {
            let is = |one: &&&Value| Some(text(one, "/bom-ref").as_str()) == to.as_str();
            all.iter().find(is).map(|one| text(one, "/name")).unwrap_or_default()
        });
        names.collect()
    };
    assert_eq!(on("run"), ["image"]);
    assert_eq!(on("other"), ["h.example/o@x"]);
    assert_eq!(on("listening"), ["llama3:8b", "elsewhere:1b"]);
    let model = all.iter().find(|one| text(one, "/name") == "m").expect("there");
    assert_eq!(text(model, "/modelCard/modelParameters/architectureFamily"), "llama");
    let told = model.to_string();
    for said in ["Q4_K_M", "8B", "a licence of ours", "gguf"] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let two = all.iter().find(|one| text(one, "/name") == "two").expect("there").to_string();
    assert!(two.contains("two-00002-of-00002.safetensors BLAKE3 cdcd"), "{two}");
}

fn folder() -> Folder {
    Folder {
        place: "/p".into(),
        name: "p".into(),
        models: vec![ModelFile {
            name: "m".into(),
            place: Some("/p/m.gguf".into()),
            bytes: Some(1),
            hashes: vec![("BLAKE3".into(), "cd".repeat(32).as_str().into())],
            licence: Some("a licence of ours".into()),
            data_sets: vec!["org/data".into()],
            base: vec!["org/base".into()],
            ..ModelFile::default()
        }]
        .into_iter()
        .chain(["1", "2"].map(|part| ModelFile {
            name: "part".into(),
            place: Some(format!("/p/two-0000{part}-of-00002.safetensors").as_str().into()),
            hashes: vec![("BLAKE3".into(), "cd".repeat(32).as_str().into())],
            ..ModelFile::default()
        }))
        .collect(),
        data_sets: vec![DataSet {
            name: "d".into(),
            place: "/p/d".into(),
            form: "csv".into(),
            ..DataSet::default()
        }],
        libraries: vec![Library {
            registry: "pypi".into(),
            name: "torch".into(),
            version: Some("2".into()),
            licence: Some("MIT OR Apache-2.0".into()),
            at: Some(at("/p/uv.lock", 4)),
            ..Library::default()
        }],
        ..Folder::default()
    }
}

fn image() -> Image {
    let one = |text: &str| vec![Text::from(text)];
    Image {
        name: "host.example/team/bot:1".into(),
        named: true,
        digest: Some(format!("sha256:{}", "0b".repeat(32)).as_str().into()),
        id: Some("sha256:00".into()),
        machine: "linux/amd64".into(),
        created: Some("not a time".into()),
        user: Some("bot".into()),
        folder_at_start: Some("/app".into()),
        entrypoint: one("run \u{1b}[2J"),
        command: one(""),
        variables: one("KEY"),
        secrets: one("KEY"),
        ports: one("80/tcp"),
        volumes: one("/data"),
        labels: vec![
            ("a".into(), "\u{0}".into()),
            ("org.opencontainers.image.vendor".into(), "Maker".into()),
        ],
        layers: one("sha256:00"),
        system: Some(System {
            id: "debian".into(),
            name: "Debian".into(),
            version: Some("12".into()),
            place: "/etc/os-release".into(),
        }),
        folder: folder(),
    }
}

#[test]
fn an_image_is_its_own_component_and_keeps_no_value() {
    let (inventory, image) = (inventory(), image());
    let bom = made(Scope::Image(&image), &inventory, Format::CycloneDx17, Observed::default());
    let root = bom.document().get("metadata").and_then(|it| it.get("component")).expect("a root");
    let check = |key: &str, expect: &str| {
        assert_eq!(root.pointer(key).and_then(Value::as_str), Some(expect), "{key}");
    };
    check("/type", "container");
    check("/name", "host.example/team/bot");
    check("/version", "1");
    check("/manufacturer/name", "Maker");
    check("/hashes/0/content", &"0b".repeat(32));
    let digest = "0b".repeat(32);
    check(
        "/purl",
        &format!("pkg:oci/bot@sha256:{digest}?repository_url=host.example/team/bot&tag=1"),
    );
    let system = bom.components();
    let system = system.iter().find(|one| one.get("type") == Some(&"operating-system".into()));
    assert_eq!(system.and_then(|it| it.get("version")).and_then(Value::as_str), Some("12"));
}

/// A document of `scope`, which must be valid.
fn made(scope: Scope<'_>, inventory: &Inventory, format: Format, seen: Observed) -> Bom {
    let agent = inventory.assets.first().expect("an agent");
    let licences =
        HashMap::from([(Text::from("/usr/lib/node_modules/@m/x/package.json"), Text::from("MIT"))]);
    let plan = Plan {
        inventory,
        scope,
        format,
        made_unix_ns: 1_800_000_000_000_000_000,
        host: "h",
        author: Some("Author"),
        tool_version: "0",
        observed: &HashMap::from([(agent.id, seen)]),
        licences: &licences,
    };
    let bom = make(&plan).expect("made");
    assert_eq!(bom.check().expect("tables"), []);
    assert_eq!(make(&plan).expect("again"), bom);
    bom
}

#[test]
fn every_scope_is_valid_in_every_format_and_hangs_together() {
    let (inventory, folder, image) = (inventory(), folder(), image());
    let agent = inventory.assets.first().expect("an agent");
    let scopes = [Scope::Host, Scope::Agent(agent), Scope::Folder(&folder), Scope::Image(&image)];
    for scope in scopes {
        for format in [Format::CycloneDx16, Format::CycloneDx17] {
            let bom = made(scope, &inventory, format, Observed::default());
            let all = bom.components().into_iter().chain(bom.services());
            let known: BTreeSet<&str> =
                all.filter_map(|one| one.get("bom-ref")?.as_str()).collect();
            let edges =
                bom.document().get("dependencies").and_then(Value::as_array).expect("edges");
            for edge in edges {
                let to = edge.get("dependsOn").and_then(Value::as_array).expect("a list");
                for reference in to.iter().chain(edge.get("ref")) {
                    assert!(known.contains(reference.as_str().expect("text")), "{reference}");
                }
            }
            let spdx = spdx::of(&bom).expect("SPDX");
            assert_eq!(spdx.check().expect("tables"), []);
            let judged = Elements::shipped().expect("a table").judge(&spdx);
            assert!(judged.score > 10.0, "{judged:?}");
        }
    }
}

#[test]
fn an_agents_document_holds_its_own_things_only() {
    let inventory = inventory();
    let agent = inventory.assets.first().expect("an agent");
    let bom = made(Scope::Agent(agent), &inventory, Format::CycloneDx17, Observed::default());
    let names: Vec<&str> =
        bom.components().into_iter().filter_map(|one| one.get("name")?.as_str()).collect();
    assert!(names.contains(&"git") && names.contains(&"skill") && names.contains(&"LangGraph"));
    assert!(!names.contains(&"Agent y") && !names.contains(&"left over"), "{names:?}");
    let check =
        |word: &str, expect: usize| assert_eq!(agents(&inventory, word).len(), expect, "{word}");
    check("x", 1);
    check("x@a", 1);
    check("x@b", 0);
    check("git", 0);
    check(&agent.id.to_string(), 1);
}

#[test]
fn what_is_seen_stands_beside_what_is_declared() {
    let inventory = inventory();
    let agent = inventory.assets.first().expect("an agent");
    let set = |names: &[&str]| names.iter().map(|name| Text::from(*name)).collect();
    let seen = Observed {
        models: set(&["small", "other"]),
        servers: set(&["git"]),
        tools: set(&["Bash", "Read"]),
        hosts: set(&["example.com"]),
        ..Observed::default()
    };
    let bom = made(Scope::Agent(agent), &inventory, Format::CycloneDx16, seen);
    let component =
        bom.document().get("metadata").and_then(|it| it.get("component")).expect("the agent");
    let properties = component.get("properties").and_then(Value::as_array).expect("properties");
    let has = |name: &str, value: &str| {
        properties.iter().any(|one| {
            one.get("name").and_then(Value::as_str) == Some(&format!("chaperone:{name}"))
                && one.get("value").and_then(Value::as_str) == Some(value)
        })
    };
    for (name, value) in [
        ("observed:model", "other"),
        ("undeclared:model", "other"),
        ("unused:model", "org/model-20250101"),
        ("unused:server", "far"),
        ("undeclared:tool", "Read"),
        ("observed:host", "example.com"),
        ("unused:secret", "KEY: a token"),
    ] {
        assert!(has(name, value), "{name} {value}");
    }
    assert!(!has("undeclared:tool", "Bash") && !has("unused:server", "git"));
    // A model that only was seen is a component, too.
    assert!(
        bom.components().iter().any(|one| one.get("name").and_then(Value::as_str) == Some("other"))
    );
}

#[test]
fn every_change_of_a_document_is_noticed() {
    let (inventory, folder) = (inventory(), folder());
    for format in [Format::CycloneDx16, Format::CycloneDx17] {
        let bom = made(Scope::Folder(&folder), &inventory, format, Observed::default());
        let document = Value::Object(bom.document().clone());
        let mut pointers = Vec::new();
        gather(&document, String::new(), &mut pointers);
        for pointer in pointers {
            let mut other = document.clone();
            let place = other.pointer_mut(&pointer).expect("there");
            // A field that nobody knows, a list in which anything is wrong, anything else than a word.
            match place {
                Value::Object(map) => drop(map.insert("odd".into(), Value::Null)),
                Value::Array(items) => items.push(Value::Bool(true)),
                scalar => *scalar = serde_json::json!({ "odd": 1 }),
            }
            let Value::Object(map) = other else { continue };
            let refused = Bom::of(map).map_or(true, |bom| !bom.check().expect("tables").is_empty());
            assert!(refused, "{format:?} {pointer}");
        }
    }
}

fn gather(value: &Value, pointer: String, all: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                gather(value, format!("{pointer}/{key}"), all);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate().take(3) {
                gather(value, format!("{pointer}/{index}"), all);
            }
        }
        _ => {}
    }
    all.push(pointer);
}

#[test]
fn a_difference_names_what_came_went_and_changed() {
    let before = inventory();
    let mut after = before.clone();
    after.assets.retain(|asset| &*asset.name != "memory");
    after.assets.push(asset("x", "new", What::Skill(Wording::default())));
    for asset in &mut after.assets {
        if &*asset.name == "skill" {
            asset.digest = Some("ef".repeat(32).as_str().into());
        }
    }
    let document =
        |inventory| made(Scope::Host, inventory, Format::CycloneDx17, Observed::default());
    let (old, new) = (document(&before), document(&after));
    let told = |old: &Bom, new: &Bom| -> Vec<String> {
        let changes = diff(old, new);
        let line = |change: &crate::aibom::Change| {
            let fields: Vec<&str> =
                change.fields.iter().map(|field| field.field.as_str()).collect();
            format!("{:?} {} {}", change.change, change.name, fields.join(" "))
        };
        changes.iter().map(line).collect()
    };
    assert_eq!(
        told(&old, &new),
        ["Added new ", "Removed memory ", "Changed Agent x hangs on", "Changed skill hashes"]
    );
    let (old, new) = (spdx::of(&old).expect("SPDX"), spdx::of(&new).expect("SPDX"));
    assert_eq!(told(&old, &new), ["Added new ", "Removed memory ", "Changed skill hashes"]);
    assert!(diff(&new, &new).is_empty());
}
