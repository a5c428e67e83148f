//! The program that libFuzzer drives: one for all targets, `FUZZ_TARGET` names the one under attack.
//! Built and started by `cargo xtask fuzz`.
#![no_main]

use std::sync::OnceLock;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static TARGET: OnceLock<&'static fuzz::Target> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        fuzz::named(&name).unwrap_or_else(|| panic!("FUZZ_TARGET names no target: `{name}`"))
    });
    (target.run)(data);
});
