//! Kernel Extension Activity 1002: kernel modules.

use serde_json::{Value, json};

use super::{Activity, Class};
use crate::ocsf::draft::Draft;
use crate::ocsf::error::ImportError;
use crate::ocsf::import::Reading;
use crate::ocsf::object::file::{self, FileKind};
use crate::{Act, FileRef};

pub(in crate::ocsf) const CLASS: Class = Class { uid: 1002, caption: "Kernel Extension Activity" };

const LOAD: Activity = Activity(1, "Load");

pub(in crate::ocsf) fn load(draft: &mut Draft, module: &FileRef) -> Activity {
    let file = Value::Object(file::object(module, FileKind::Unknown));
    draft.set("driver", json!({ "file": file }));
    LOAD
}

/// Acts another product's activity stands for.
pub(in crate::ocsf) fn acts(activity_id: u64) -> Result<&'static str, &'static str> {
    match activity_id {
        1 => Ok("module_load"),
        _ => Err("only the loading of kernel modules is recorded"),
    }
}

pub(in crate::ocsf) fn read(reading: &Reading) -> Result<Act, ImportError> {
    Ok(Act::ModuleLoad(file::read(&reading.event.down("driver.file"))?))
}
