//! The rooms' parts of the configuration. The program's own part is read by a test of `cli` over the
//! same kept inputs: nothing depends on a binary.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Rooms {
    sensor: sensor::Settings,
    journal: journal::Settings,
}

pub fn any(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match toml::from_str::<Rooms>(&text) {
        Ok(rooms) => {
            let Rooms { sensor, journal } = rooms;
            let again = toml::to_string(&sensor).expect("settings are written");
            assert_eq!(toml::from_str::<sensor::Settings>(&again).expect("and read"), sensor);
            let _ = format!("{journal:?}");
        }
        Err(error) => {
            let inside = |span: std::ops::Range<usize>| span.start <= text.len();
            assert!(error.span().is_none_or(inside), "{error}");
        }
    }
}
