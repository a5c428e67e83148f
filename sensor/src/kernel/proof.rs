//! The self-test at the start: a known act of our own must come back as a record, or what is attached
//! counts for nothing.

use std::fs::File;

use event::{Act, Event, Label};

use super::orders::KernelOrders;
use super::{Reader, RingBuffer};

/// Marks our own tasks while the test lasts; never given to an agent.
const OWN: Label = Label(u64::MAX);
/// Opened by nobody else under that label.
const KNOWN: &str = "/proc/version";

/// Opens a file under a label of our own and looks for the record. What else came meanwhile stays in
/// the reader.
pub fn of_system_calls(
    orders: &KernelOrders,
    ring: &RingBuffer<'static>,
    reader: &std::cell::RefCell<Reader>,
) -> Result<(), String> {
    let pid = std::process::id();
    let done = orders
        .give(pid, OWN)
        .map_err(|error| format!("cannot label our own process: {error}"))
        .and_then(|()| File::open(KNOWN).map_err(|error| format!("{KNOWN}: {error}")));
    // The record was made before the call returned.
    let read = ring.consume().map_err(|error| error.to_string());
    let given_back = orders.take_back(pid, OWN).map_err(|error| error.to_string());
    let mut reader = reader.borrow_mut();
    let seen = reader.batch.iter().any(|event| event.process.pid == pid && is_known(event));
    reader.batch.retain(|event| event.label != OWN);
    done?;
    read?;
    given_back?;
    seen.then_some(()).ok_or_else(|| format!("`{KNOWN}` was opened and no record of it came"))
}

/// In a root of our own (`chroot`) the kernel's name of it begins above that root.
fn is_known(event: &Event) -> bool {
    matches!(&event.act, Act::FileOpen(open) if event.label == OWN && open.file.path.ends_with(KNOWN))
}
