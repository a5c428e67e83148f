//! What the sensor says of a kernel: whether it would deny, where system calls are seen, and the tier
//! that follows. `cargo xtask vm` knows what each of its boots must show and says it in
//! `CHAPERONE_KERNEL`; elsewhere programs of nobody's are tried, past the sensor.

use std::path::Path;
use std::process::Command;

use libbpf_rs::ObjectBuilder;
use sensor::{Denial, LoadReport, Settings, Source, Tier};
use tempfile::TempDir;

use crate::stage::Stage;

/// What must be found.
struct Expected {
    /// One of them, where this kernel does not say more.
    lsm: Vec<&'static str>,
    backend: &'static str,
}

#[test]
fn the_kernel_is_taken_for_what_it_is() {
    let settings = Settings { ring_mib: 4, ..Settings::default() };
    let said = std::env::var("CHAPERONE_KERNEL").ok();
    let Some(mut stage) = Stage::open(&settings) else {
        assert!(said.is_none(), "a kernel that was booted for this test has no sensor");
        return;
    };
    let expected = said.as_deref().map_or_else(Expected::tried, Expected::parse);
    let lsm = sensor::lsm_denied();
    let found = format!("{lsm}, {:?}", stage.source.report());
    println!("{found}");

    assert!(expected.lsm.contains(&word(&lsm)), "not {:?}: {found}", expected.lsm);
    let tier = if lsm == Denial::Works { Tier::A } else { Tier::B };
    assert_eq!(Tier::of(Some(stage.source.report()), &lsm), tier);
    check_backend(stage.source.report(), expected.backend);
    // Whatever it denies, it sees.
    stage.check("create", &[r#"1 file_create {"file": {"path": "$dir/made"}}"#]);
    assert_eq!(stage.source.stats().lost, 0);
}

fn check_backend(report: &LoadReport, expected: &str) {
    assert_eq!(report.backend, expected, "{report:?}");
    assert_eq!(report.self_test, Ok(()));
    match expected {
        "fexit" => {
            assert!(report.functions > 100, "{report:?}");
            assert_eq!(report.instead_of, None);
        }
        _ => {
            assert_eq!(report.functions, 0);
            let why = report.instead_of.as_deref().unwrap_or_default();
            assert!(why.starts_with("fexit: "), "what is better was not tried: {report:?}");
        }
    }
}

impl Expected {
    /// `never_called fexit`
    fn parse(said: &str) -> Self {
        let known = |word: &str| {
            let words = ["works", "never_called", "refused", "fexit", "sys_exit"];
            words.into_iter().find(|known| *known == word).expect("a word that is known")
        };
        let (lsm, backend) = said.split_once(' ').expect("two words");
        Self { lsm: vec![known(lsm)], backend: known(backend) }
    }

    /// By what this kernel loads, and by its list of LSMs.
    fn tried() -> Self {
        let listed = std::fs::read_to_string("/sys/kernel/security/lsm");
        let lsm = match (loads("lsm/socket_create"), listed) {
            (false, _) => vec!["refused"],
            (true, Err(_)) => vec!["works", "never_called"],
            (true, Ok(list)) if list.trim().split(',').any(|one| one == "bpf") => vec!["works"],
            (true, Ok(_)) => vec!["never_called"],
        };
        let function = if cfg!(target_arch = "aarch64") { "__arm64" } else { "__x64" };
        let functions = loads(&format!("fexit/{function}_sys_openat"));
        Self { lsm, backend: if functions { "fexit" } else { "sys_exit" } }
    }
}

/// Whether this kernel takes a program at `place` that does nothing.
fn loads(place: &str) -> bool {
    let directory = TempDir::new().expect("a directory of its own");
    let source = directory.path().join("nothing.c");
    let text = format!(
        "__attribute__((section(\"{place}\"), used)) int nothing(void *ctx) {{ return 0; }}\n\
         __attribute__((section(\"license\"), used)) char terms[] = \"GPL\";\n"
    );
    std::fs::write(&source, text).expect("the program is written");
    let object = compiled(&source);
    let opened = ObjectBuilder::default().open_file(object).expect("an object");
    opened.load().is_ok()
}

fn compiled(source: &Path) -> std::path::PathBuf {
    let object = source.with_extension("o");
    let mut clang = Command::new("clang");
    clang.args(["-target", "bpf", "-O1", "-c", "-o"]).arg(&object).arg(source);
    assert!(clang.status().expect("clang builds the sensor, too").success());
    object
}

/// As the record of a denial names it.
fn word(denial: &Denial) -> &'static str {
    match denial {
        Denial::Works => "works",
        Denial::NeverCalled => "never_called",
        Denial::Refused(_) => "refused",
    }
}
