//! Lines that others wrote: OCSF, and recordings.

use event::Event;
use event::ocsf::Importer;
use serde_json::Value;

/// Each line is one event of a stream.
pub fn line(data: &[u8]) {
    let mut importer = Importer::default();
    for line in String::from_utf8_lossy(data).lines() {
        let Ok(value) = serde_json::from_str::<Value>(line) else { continue };
        let Ok(events) = importer.import(&value) else { continue };
        events.iter().for_each(comes_back);
    }
}

pub fn recording(data: &[u8]) {
    if let Ok(event) = serde_json::from_slice::<Event>(data) {
        comes_back(&event);
    }
}

fn comes_back(event: &Event) {
    let text = serde_json::to_string(event).expect("an event is written");
    let again: Event = serde_json::from_str(&text).expect("what was written is read");
    assert_eq!(*event, again);
}
