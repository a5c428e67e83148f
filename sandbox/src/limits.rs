//! How much a process may use.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

use crate::{Files, Reader};

pub fn set(reader: &Reader) -> Result<(), String> {
    let now = Mapped::now();
    let most = |resource, most: u64| {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, limit).map_err(|error| error.to_string())
    };
    // The first counts what is mapped, the second what is written to; some kernels hold only one of them.
    most(Resource::As, now.all_bytes.saturating_add(reader.memory_bytes))?;
    most(Resource::Data, now.data_bytes.saturating_add(reader.memory_bytes))?;
    most(Resource::Nofile, reader.descriptors)?;
    let file_bytes = match reader.files {
        Files::Unpacked { file_bytes, .. } => file_bytes,
        Files::All | Files::Below(_) => 0,
    };
    most(Resource::Fsize, file_bytes)?;
    most(Resource::Core, 0)?;
    // A program that takes dumps is not held by the limit; it would get what was just read.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|error| error.to_string())
}

/// What is mapped already.
struct Mapped {
    all_bytes: u64,
    data_bytes: u64,
}

impl Mapped {
    /// By `/proc/self/status`; nothing where it cannot be read.
    fn now() -> Self {
        let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bytes_of = |name| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            let kib = line.split_whitespace().next().and_then(|it| it.parse::<u64>().ok());
            kib.unwrap_or(0).saturating_mul(1024)
        };
        Self { all_bytes: bytes_of("VmSize:"), data_bytes: bytes_of("VmData:") }
    }
}
