//! Kernel Activity 1003: resources a process makes in the kernel.

use serde_json::json;

use super::{Activity, Class};
use crate::ocsf::draft::Draft;
use crate::ocsf::error::ImportError;
use crate::ocsf::import::Reading;
use crate::{Act, BpfProgLoad, IoUringSetup, Stopped};

pub(in crate::ocsf) const CLASS: Class = Class { uid: 1003, caption: "Kernel Activity" };

const CREATE: Activity = Activity(1, "Create");

pub(in crate::ocsf) fn bpf(draft: &mut Draft, program: &BpfProgLoad) -> Activity {
    let kernel = json!({
        "name": &*program.name, "type_id": 99, "type": "BPF Program", "system_call": "bpf",
    });
    draft.set("kernel", kernel);
    draft.keep("bpf_prog_type", program.kind);
    CREATE
}

pub(in crate::ocsf) fn io_uring(draft: &mut Draft, ring: &IoUringSetup) -> Activity {
    let kernel = json!({
        "name": "io_uring", "type_id": 99, "type": "Ring", "system_call": "io_uring_setup",
    });
    draft.set("kernel", kernel);
    draft.keep("entries", ring.entries);
    draft.keep("flags", ring.flags);
    CREATE
}

pub(in crate::ocsf) fn read_bpf(reading: &Reading) -> Result<Act, ImportError> {
    Ok(Act::BpfProgLoad(BpfProgLoad {
        kind: reading.own.at("bpf_prog_type").number_or_zero()?,
        name: reading.event.down("kernel.name").text_or_empty()?.into(),
    }))
}

pub(in crate::ocsf) fn read_io_uring(reading: &Reading) -> Result<Act, ImportError> {
    Ok(Act::IoUringSetup(IoUringSetup {
        entries: reading.own.at("entries").number_or_zero()?,
        flags: reading.own.at("flags").number_or_zero()?,
    }))
}

/// An act was stopped. What becomes of it in the record is a decision; this is how the sensor tells it.
pub(in crate::ocsf) fn stopped(draft: &mut Draft, stopped: &Stopped) -> Activity {
    draft.set("kernel", json!({ "type_id": 99, "type": "Other", "name": stopped.verb.name() }));
    draft.keep("stopped", json!(stopped));
    Activity(99, "Act Stopped")
}

pub(in crate::ocsf) fn read_stopped(reading: &Reading) -> Result<Box<Stopped>, ImportError> {
    let stopped = reading.own.at("stopped");
    let decoded = stopped.decode("verb, object, effect and policy of an act that was stopped")?;
    decoded.ok_or_else(|| stopped.missing("what was stopped", "export it again"))
}
