//! When the screen draws, when it takes records, and when it waits: a key is answered at once, also while
//! a long past is read. Knows no clock.

use std::time::Duration;

/// The shortest time between two drawings of what only records have changed.
const FRAME: Duration = Duration::from_millis(100);
/// How long keys are waited for when nothing happens.
const IDLE: Duration = Duration::from_millis(250);
/// How long records are taken before keys are looked at.
pub const TAKING: Duration = Duration::from_millis(8);
/// Records taken between two looks at the clock.
pub const AT_ONCE: usize = 64;

/// What there is to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// What is shown has changed.
    pub dirty: bool,
    /// A person did something since the last drawing.
    pub asked: bool,
    /// More records wait.
    pub more: bool,
    /// Since the last drawing; none before the first.
    pub drawn: Option<Duration>,
}

impl Pace {
    /// Whether to draw now.
    pub fn draws(self) -> bool {
        self.dirty && (self.asked || self.due().is_zero())
    }

    /// How long keys are waited for, after a drawing that was due.
    pub fn waits(self) -> Duration {
        match (self.more, self.dirty) {
            (true, _) => Duration::ZERO,
            (false, true) => self.due().max(Duration::from_millis(1)),
            (false, false) => IDLE,
        }
    }

    fn due(self) -> Duration {
        self.drawn.map_or(Duration::ZERO, |ago| FRAME.saturating_sub(ago))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_key_is_answered_at_once_and_records_wait_for_a_frame() {
        let check = |pace: Pace, draws: bool, waits: Duration| {
            assert_eq!((pace.draws(), pace.waits()), (draws, waits), "{pace:?}");
        };
        let drawn = Some(30 * MS);
        let past = Pace { dirty: true, more: true, drawn, ..Pace::default() };
        check(past, false, Duration::ZERO);
        check(Pace { asked: true, ..past }, true, Duration::ZERO);
        check(Pace { drawn: None, ..past }, true, Duration::ZERO);
        check(Pace { drawn: Some(100 * MS), ..past }, true, Duration::ZERO);
        check(Pace { more: false, ..past }, false, 70 * MS);
        check(Pace { dirty: false, asked: true, ..past }, false, Duration::ZERO);
        check(Pace { drawn, ..Pace::default() }, false, IDLE);
    }
}
