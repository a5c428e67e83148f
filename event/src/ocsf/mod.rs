//! OCSF, the field's interchange schema: records out to a SIEM, activity of other products in.
//!
//! Stands at both ends of the data path: a sink [`export`]s a [`Record`](crate::Record), `replay`
//! and `import` turn OCSF lines back into [`Event`](crate::Event)s. Pure: no I/O and no clock.
//!
//! What has an OCSF attribute is there and only there; what has none is under
//! `unmapped.chaperone`, so that an exported act comes back as the same [`Event`](crate::Event).
//!
//! | our record | class | activity |
//! |---|---|---|
//! | `process_exec`, `process_clone` | Process Activity 1007 | Launch (`launch_type_id` Exec, Fork) |
//! | `process_exit` | 1007 | Terminate |
//! | `ptrace` | 1007 | Inject where it writes into the target, else Open |
//! | `signal` | 1007 | Terminate for SIGKILL and SIGTERM, else Other |
//! | `credential_change` | 1007 | Set User ID |
//! | `file_*`, `memfd_create`, `mount`, `pipe_use` | File System Activity 1001 | Create … Open, Mount |
//! | `module_load` | Kernel Extension Activity 1002 | Load |
//! | `bpf_prog_load`, `io_uring_setup` | Kernel Activity 1003 | Create |
//! | `network_*`, `tls_client_hello` | Network Activity 4001 | Open, Close, Fail, Refuse, Traffic, Listen, Other (bind) |
//! | `dns_query`, `dns_answer` | DNS Activity 4003 | Query, Response |
//! | finding | Detection Finding 2004 | Create |
//! | session, agent | Application Lifecycle 6002 | Start, Stop, Other (seen) |
//! | `event_loss` | Base Event 0 | Other: losing records is no activity of the host, and no class speaks of it |
//!
//! The `delegation` object of 1.9 is not filled: nothing in the vocabulary says yet under whose
//! grant an agent acts.

mod class;
mod device;
mod draft;
mod error;
mod export;
mod import;
mod node;
mod object;
mod time;
mod version;

pub use class::base_event::Completeness;
pub use device::{Device, DeviceKind};
pub use error::ImportError;
pub use export::{export, export_at, export_audit_entry, export_completeness};
pub use import::{Importer, import};
pub use version::{ParseVersionError, Version};
