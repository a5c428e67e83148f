//! The hashes of programs, put beside the starts that came before they were known.

use std::collections::HashMap;

use anyhow::Result;
use event::{Act, Attributed, FileRef, Program, Text, Unhashed};
use journal::StateReader;

/// How much later than a start its program may have been looked at.
const LATER_NS: u64 = 60_000_000_000;

/// Paths whose answers are kept.
const MOST_PATHS: usize = 16 * 1024;

/// What the state knows, asked once for each path of a while.
pub struct Hashes<'a> {
    state: &'a StateReader,
    asked: HashMap<Text, Vec<Program>>,
}

impl<'a> Hashes<'a> {
    /// Answers from `state`.
    pub fn of(state: &'a StateReader) -> Self {
        Self { state, asked: HashMap::new() }
    }

    /// Completes a start that was recorded before its program was known.
    pub fn complete(&mut self, act: &mut Attributed) -> Result<()> {
        let time_unix_ns = act.event.time_unix_ns;
        let Act::ProcessExec(exec) = &mut act.event.act else { return Ok(()) };
        if exec.sha256.is_some() || exec.unhashed.is_none() {
            return Ok(());
        }
        match self.at(&exec.exe, time_unix_ns)? {
            Some(Ok(sha256)) => (exec.sha256, exec.unhashed) = (Some(sha256), None),
            Some(Err(why)) => exec.unhashed = Some(why),
            None => {}
        }
        Ok(())
    }

    /// The hash of the file that was at a path then.
    pub fn at(
        &mut self,
        file: &FileRef,
        time_unix_ns: u64,
    ) -> Result<Option<Result<Text, Unhashed>>> {
        if !self.asked.contains_key(&file.path) {
            if self.asked.len() >= MOST_PATHS {
                self.asked.clear();
            }
            self.asked.insert(file.path.clone(), self.state.programs_at(&file.path)?);
        }
        let known = self.asked.get(&file.path).map(Vec::as_slice).unwrap_or_default();
        Ok(nearest(known, file, time_unix_ns).map(|program| program.hash.clone()))
    }
}

/// The last one looked at by then; programs come latest first.
fn nearest<'p>(programs: &'p [Program], file: &FileRef, then_unix_ns: u64) -> Option<&'p Program> {
    let same = |program: &&Program| {
        let (one, other) = (program.file.inode, file.inode);
        one == other || one == (0, 0) || other == (0, 0)
    };
    let by_then = |program: &&Program| program.time_unix_ns <= then_unix_ns + LATER_NS;
    programs.iter().filter(same).find(by_then)
}

/// A hash for people, or why there is none.
pub fn shown(hash: Option<&Result<Text, Unhashed>>) -> String {
    match hash {
        Some(Ok(sha256)) => format!("sha256 {sha256}"),
        Some(Err(Unhashed::NotYet)) | None => "sha256 not yet known".into(),
        Some(Err(why)) => format!("no sha256: {}", why.name().replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(time_s: u64, inode: u64, sha256: &str) -> Program {
        Program {
            time_unix_ns: time_s * 1_000_000_000,
            file: FileRef { path: "/bin/x".into(), inode: (1, inode) },
            size: 1,
            modified_unix_ns: 1,
            hash: Ok(sha256.into()),
            agent: None,
        }
    }

    fn check(time_s: u64, inode: u64, expect: Option<&str>) {
        let known = [program(3_000, 7, "c"), program(2_000, 8, "b"), program(1_000, 7, "a")];
        let file = FileRef { path: "/bin/x".into(), inode: (1, inode) };
        let found = nearest(&known, &file, time_s * 1_000_000_000);
        assert_eq!(found.and_then(|found| found.hash.as_deref().ok()), expect);
    }

    #[test]
    fn the_file_of_that_time_is_meant() {
        check(1_500, 7, Some("a"));
        check(3_500, 7, Some("c"));
        check(2_990, 7, Some("c"));
        check(2_500, 8, Some("b"));
        check(500, 7, None);
        check(2_500, 9, None);
    }
}
