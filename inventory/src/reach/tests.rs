//! Planted homes: what their agent could touch, line by line, and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use event::Verbatim;
use serde::Deserialize;

use super::{Edge, Exposure, Held, Login, Table, Way, exposures, flaws, maps};
use crate::discover::Home;
use crate::product::Products;
use crate::{Inventory, Look, look};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    plants: Vec<Plant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plant {
    home: String,
    about: String,
    files: BTreeMap<String, String>,
    /// Files of another account.
    #[serde(default)]
    neighbour: BTreeMap<String, String>,
    #[serde(default)]
    host: BTreeMap<String, String>,
    #[serde(default)]
    sockets: Vec<String>,
    #[serde(default)]
    modes: BTreeMap<String, String>,
    /// The agent that is meant, where there are several.
    #[serde(default)]
    of: Option<String>,
    expect: Vec<String>,
    /// What listens beyond its host.
    #[serde(default)]
    open: Vec<String>,
    /// What costs points, and how bad it is; not compared where it is not given.
    #[serde(default)]
    points: Option<Vec<String>>,
    /// What could not be understood.
    #[serde(default)]
    unsure: Vec<String>,
}

fn put(root: &Path, files: &BTreeMap<String, String>) {
    for (way, text) in files {
        let path = root.join(way);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("set");
    }
}

impl Plant {
    /// What is found of it below `place`.
    fn look(&self, place: &Path) -> (Inventory, PathBuf, PathBuf) {
        let (home, host) = (place.join(&self.home), place.join(format!("{}.host", self.home)));
        let neighbour = place.join("neighbour");
        put(&home, &self.files);
        put(&host, &self.host);
        put(&neighbour, &self.neighbour);
        for socket in &self.sockets {
            let path = host.join(socket);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            UnixListener::bind(path).expect("a socket");
        }
        for (way, mode) in &self.modes {
            let mode = u32::from_str_radix(mode, 8).expect("a mode");
            fs::set_permissions(home.join(way), fs::Permissions::from_mode(mode)).expect("set");
        }
        // Whoever runs the test, the account that is meant is somebody else: its files are readable by their modes.
        let uid = if rustix::process::getuid().as_raw() == 1000 { 1001 } else { 1000 };
        let of = |owner: &str, path: &Path| Home { owner: owner.into(), uid, path: path.into() };
        let mut homes = vec![of(&self.home, &home)];
        if !self.neighbour.is_empty() {
            homes.push(of("bob", &neighbour));
        }
        let root = (!self.host.is_empty()).then(|| host.clone());
        let plan = Look { host: "planted".into(), homes, root, ..Look::default() };
        let (products, wrong) = Products::shipped();
        assert!(wrong.is_empty(), "{wrong:?}");
        (look(&products, &plan, &Verbatim), home, host)
    }

    fn told(&self, table: &Table, place: &Path) -> [Vec<String>; 4] {
        let (inventory, home, host) = self.look(place);
        let short = |text: &str| {
            let beside = place.join("neighbour").display().to_string();
            text.replace(&host.display().to_string(), "")
                .replace(&home.display().to_string(), "~")
                .replace(&beside, "../neighbour")
        };
        let home_of = |_: &str| home.display().to_string();
        let map = maps(&inventory, table, &home_of)
            .into_iter()
            .find(|map| self.of.as_ref().is_none_or(|product| *map.product == **product));
        let map = map.unwrap_or_else(|| panic!("{}: an agent is there", self.home));
        let edges = map.edges.iter().filter(|it| it.way != Way::Network || it.held != Held::No);
        let told = edges.map(|edge| short(&line(edge))).collect();
        let unsure = inventory.unsure.iter().map(|it| short(&it.place)).collect();
        let points = flaws(&map, table);
        let points = points.iter().map(|it| format!("{} {}", it.rule, it.level.name()));
        let points = if self.points.is_some() { points.collect() } else { Vec::new() };
        [told, exposures(&inventory, table).iter().map(open).collect(), unsure, points]
    }
}

fn line(edge: &Edge) -> String {
    let way = serde_json::to_value(edge.way).expect("a word");
    let way = way.as_str().expect("a word");
    let mut told = match edge.way {
        Way::Network => "network any host".to_owned(),
        _ => format!("{way} {} {}", edge.what, edge.place),
    };
    if let Some(of) = &edge.of {
        told += &format!(" of {of}");
    }
    if !edge.opens.is_empty() {
        told += &format!(" [{}]", edge.opens.join(", "));
    }
    if edge.production.is_some() {
        told += " !";
    }
    let no = edge.but.as_ref().map_or("", |but| &but.text);
    match edge.held {
        Held::No => {}
        Held::ByPassword => told += " (password)",
        Held::ByRule => {
            told += &format!(" (rule: {})", no.split('`').nth(1).unwrap_or_default());
        }
        Held::ByBox => told += &format!(" (box: {})", no.split(": ").next().unwrap_or_default()),
    }
    told
}

fn open(open: &Exposure) -> String {
    let role = serde_json::to_value(open.role).expect("a word");
    let login = match &open.login {
        Login::Nobody => "nobody".to_owned(),
        Login::By(word) => format!("by {word}"),
        Login::Unknown => "unknown".to_owned(),
    };
    format!("{} {} {} {login}", role.as_str().expect("a word"), open.product, open.address)
}

fn sorted(lines: &[String]) -> Vec<String> {
    let mut lines = lines.to_vec();
    lines.sort();
    lines
}

#[test]
fn every_plant_is_reached_as_it_says_and_nothing_else() {
    let table = Table::shipped().expect("the table is right");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plants/reach");
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in fs::read_dir(folder).expect("plants") {
        let text = fs::read_to_string(file.expect("a file").path()).expect("read");
        let file: File = content::yaml::parse(&text).expect("plants");
        for plant in file.plants {
            count += 1;
            let place = tempfile::tempdir().expect("a folder");
            let told = plant.told(&table, place.path()).map(|lines| sorted(&lines));
            let points = plant.points.clone().unwrap_or_default();
            let expect = [&plant.expect, &plant.open, &plant.unsure, &points];
            let expect = expect.map(|lines| sorted(lines));
            if told != expect {
                let Plant { home, about, .. } = &plant;
                wrong.push(format!("{home} ({about}):\n  expected {expect:#?}\n  told {told:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 25, "{count} plants");
}
