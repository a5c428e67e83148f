//! Who looks on while files are read: told of each file and folder before it is touched, and asked whether to leave
//! it out. So whoever waits knows where a reader hangs or dies, and starts it again without that place.
//!
//! It is one per thread, not an argument: every reader asks through [`crate::read`], also one that is yet to be
//! written, and none can forget it.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use event::Text;

/// Looks on.
pub trait Attendant {
    /// Before `path` is touched. An answer means that it is left out, and why.
    fn before(&self, path: &Path) -> Option<Text>;
    /// So many entries of folders were looked at.
    fn entries(&self, more: u64);
    /// It is still at it: what is long may take longer than what hangs.
    fn busy(&self);
}

thread_local! {
    static ATTENDANT: RefCell<Option<Rc<dyn Attendant>>> = const { RefCell::new(None) };
}

/// Runs `look` with somebody who looks on, on this thread.
pub fn attended<T>(attendant: Rc<dyn Attendant>, look: impl FnOnce() -> T) -> T {
    /// Puts back who was there before, also when `look` panics.
    struct Before(Option<Rc<dyn Attendant>>);
    impl Drop for Before {
        fn drop(&mut self) {
            ATTENDANT.set(self.0.take());
        }
    }
    let _before = Before(ATTENDANT.replace(Some(attendant)));
    look()
}

/// To be asked before a file or folder of somebody is touched.
pub(crate) fn before(path: &Path) -> Option<Text> {
    ATTENDANT.with_borrow(Clone::clone)?.before(path)
}

/// A piece of something long was read.
pub(crate) fn busy() {
    if let Some(attendant) = ATTENDANT.with_borrow(Clone::clone) {
        attendant.busy();
    }
}

/// Entries of a folder were looked at.
pub(crate) fn entries(more: u64) {
    if let Some(attendant) = ATTENDANT.with_borrow(Clone::clone) {
        attendant.entries(more);
    }
}
