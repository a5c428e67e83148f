//! Account names, from the host's own file; read again when it changes, never asked over a network.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use event::Text;

const FILE: &str = "/etc/passwd";

#[derive(Debug, Default)]
pub struct Users {
    names: HashMap<u32, Text>,
    changed: Option<SystemTime>,
    looked: Option<Instant>,
}

impl Users {
    pub fn name(&mut self, uid: u32) -> Option<Text> {
        if self.looked.is_none_or(|at| at.elapsed() > Duration::from_secs(5)) {
            self.refresh();
        }
        self.names.get(&uid).cloned()
    }

    fn refresh(&mut self) {
        self.looked = Some(Instant::now());
        let changed = std::fs::metadata(FILE).and_then(|meta| meta.modified()).ok();
        if changed.is_some() && changed == self.changed {
            return;
        }
        self.changed = changed;
        let Ok(bytes) = std::fs::read(FILE) else { return };
        self.names = parse(&String::from_utf8_lossy(&bytes));
    }
}

fn parse(text: &str) -> HashMap<u32, Text> {
    let mut names = HashMap::new();
    for line in text.lines() {
        let mut fields = line.split(':');
        if let (Some(name), Some(_), Some(Ok(uid))) =
            (fields.next(), fields.next(), fields.next().map(str::parse))
        {
            names.entry(uid).or_insert_with(|| Text::from(name));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    #[test]
    fn first_name_of_an_id_wins_and_bad_lines_are_passed_over() {
        let names = super::parse("root:x:0:0::/root:/bin/sh\ntoor:x:0:0\nbad\nalice:x:1000:1000");
        assert_eq!(names.get(&0).map(|name| &**name), Some("root"));
        assert_eq!(names.get(&1000).map(|name| &**name), Some("alice"));
        assert_eq!(names.len(), 2);
    }
}
