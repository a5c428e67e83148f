//! Whose words a transcript has: the session whose process writes it, and where all conversations of a product are
//! in one file, whose conversation it is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use event::{ProcessId, SessionId, Text};

use crate::worker::MOST_FOLLOWED;

/// Most sessions that write one file at once, and conversations that are remembered.
const MOST_WRITERS: usize = 64;
const MOST_CONVERSATIONS: usize = 1_024;

/// Who writes a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    pub session: SessionId,
    pub process: ProcessId,
    /// The folder that the session works in.
    pub folder: Text,
    pub file: (u64, u64),
    pub last_ns: u64,
}

/// Who writes which transcript.
#[derive(Debug, Default)]
pub struct Ties {
    /// The last who began to write stands last.
    places: HashMap<PathBuf, Vec<Tie>>,
    conversations: HashMap<Text, SessionId>,
}

impl Ties {
    /// Whether it is known that `tie` writes there; notes when it did.
    pub fn renew(
        &mut self,
        place: &Path,
        session: SessionId,
        file: (u64, u64),
        now_ns: u64,
    ) -> bool {
        let writers = self.places.get_mut(place).into_iter().flatten();
        let mut own = writers.filter(|tie| (tie.session, tie.file) == (session, file));
        own.next().map(|tie| tie.last_ns = now_ns).is_some()
    }

    /// Whether somebody is known to write that very file there.
    pub fn has(&self, place: &Path, file: (u64, u64)) -> bool {
        self.places.get(place).into_iter().flatten().any(|tie| tie.file == file)
    }

    /// `tie` alone writes there.
    pub fn alone(&mut self, place: &Path, tie: Tie) {
        self.places.remove(place);
        self.beside(place, tie);
    }

    /// `tie` writes there, beside others.
    pub fn beside(&mut self, place: &Path, tie: Tie) {
        let last_ns = |writers: &[Tie]| writers.iter().map(|tie| tie.last_ns).max();
        if self.places.len() >= MOST_FOLLOWED
            && !self.places.contains_key(place)
            && let Some(quiet) = self.places.iter().min_by_key(|(_, writers)| last_ns(writers))
        {
            let quiet = quiet.0.clone();
            self.places.remove(&quiet);
        }
        let writers = self.places.entry(place.to_owned()).or_default();
        writers.retain(|known| known.session != tie.session);
        if writers.len() >= MOST_WRITERS {
            writers.remove(0);
        }
        writers.push(tie);
    }

    /// Whose words these are: of several who write there, the one that the conversation was said to be of, else one
    /// that works in its folder, else the last.
    pub fn of(
        &mut self,
        place: &Path,
        conversation: &Text,
        folder: &str,
        runs: &dyn Fn(SessionId) -> bool,
    ) -> Option<Tie> {
        let writers = self.places.get(place)?;
        if let [only] = writers.as_slice() {
            return Some(only.clone());
        }
        let known = self.conversations.get(conversation);
        let weight = |tie: &Tie| {
            let runs = runs(tie.session);
            (runs, runs && known == Some(&tie.session), *tie.folder == *folder)
        };
        // Of equals the last.
        let tie = writers.iter().max_by_key(|tie| weight(tie))?.clone();
        if self.conversations.len() >= MOST_CONVERSATIONS {
            self.conversations.clear();
        }
        self.conversations.insert(conversation.clone(), tie.session);
        Some(tie)
    }
}

#[cfg(test)]
mod tests {
    use event::AgentId;
    use event::testing::pid;

    use super::*;

    fn tie(number: u32, folder: &str) -> Tie {
        let agent = AgentId::derive("host", "opencode", "ida");
        let session = SessionId::derive(agent, "boot", pid(number));
        let last_ns = u64::from(number);
        Tie { session, process: pid(number), folder: folder.into(), file: (1, 2), last_ns }
    }

    fn writes(ties: &Ties, tie: &Tie) -> bool {
        ties.places.values().flatten().any(|known| known.session == tie.session)
    }

    #[test]
    fn of_several_who_write_one_file_it_is_the_one_whose_conversation_it_is() {
        let place = Path::new("/home/ida/.local/share/opencode/opencode.db");
        let (one, other, third) = (tie(1, "/a"), tie(2, "/b"), tie(3, "/b"));
        let mut ties = Ties::default();
        let check = |ties: &mut Ties, words: (&str, &str), ended: &[&Tie], expect: &Tie| {
            let runs = |session| !ended.iter().any(|tie| tie.session == session);
            let found = ties.of(place, &words.0.into(), words.1, &runs);
            assert_eq!(found.as_ref(), Some(expect), "{words:?}");
        };
        assert_eq!(ties.of(place, &"c".into(), "/a", &|_| true), None);
        ties.beside(place, one.clone());
        check(&mut ties, ("c", "/elsewhere"), &[], &one);
        ties.beside(place, other.clone());
        check(&mut ties, ("c", "/a"), &[], &one);
        check(&mut ties, ("d", "/b"), &[], &other);
        // Who came later to the same folder has the conversations that begin then.
        ties.beside(place, third.clone());
        check(&mut ties, ("d", "/b"), &[], &other);
        check(&mut ties, ("e", "/b"), &[], &third);
        // An earlier one is taken up again.
        check(&mut ties, ("d", "/b"), &[&other], &third);
        check(&mut ties, ("f", "/a"), &[&one, &other, &third], &one);
        // A transcript of one conversation has one writer.
        ties.alone(place, other.clone());
        check(&mut ties, ("e", "/b"), &[], &other);
        assert!(writes(&ties, &other) && !writes(&ties, &one));
    }

    #[test]
    fn as_many_are_remembered_as_are_followed() {
        let mut ties = Ties::default();
        for number in 0..200_u32 {
            ties.alone(Path::new(&format!("/{number}")), tie(number, ""));
        }
        assert_eq!(ties.places.len(), MOST_FOLLOWED);
        assert!(!writes(&ties, &tie(0, "")) && writes(&ties, &tie(199, "")));
    }
}
