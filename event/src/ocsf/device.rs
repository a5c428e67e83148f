//! The host an export speaks about: every class of system activity asks for it.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use crate::{ProcessId, Text};

/// The host as OCSF's `device`. Read once at start; everything but the name may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Host name.
    pub hostname: Text,
    /// Stable id of the host (`/etc/machine-id`). Qualifies event ids, which are unique on a host only.
    pub uid: Option<Text>,
    /// Main address.
    pub ip: Option<IpAddr>,
    /// What kind of machine it is.
    pub kind: DeviceKind,
    /// Name of the distribution (`Debian GNU/Linux`).
    pub os_name: Option<Text>,
    /// Its version (`12`).
    pub os_version: Option<Text>,
    /// Kernel release (`6.1.0-18-amd64`).
    pub kernel: Option<Text>,
    /// Boot id (`/proc/sys/kernel/random/boot_id`).
    pub boot_uid: Option<Text>,
    /// When the host was started, UTC: makes `created_time` of processes.
    pub boot_unix_ns: Option<u64>,
}

/// What kind of machine the host is; OCSF's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceKind {
    /// Not known.
    #[default]
    Unknown,
    /// A server.
    Server,
    /// A desktop computer.
    Desktop,
    /// A laptop.
    Laptop,
    /// A virtual machine.
    Virtual,
}

impl DeviceKind {
    fn type_id(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Server => 1,
            Self::Desktop => 2,
            Self::Laptop => 3,
            Self::Virtual => 6,
        }
    }
}

impl Device {
    /// A host known by name only.
    pub fn named(hostname: impl Into<Text>) -> Self {
        Self { hostname: hostname.into(), ..Self::default() }
    }

    /// `id` made unique beyond this host.
    pub(super) fn qualify(&self, id: impl std::fmt::Display) -> String {
        match &self.uid {
            Some(uid) => format!("{uid}/{id}"),
            None => format!("{}/{id}", self.hostname),
        }
    }

    /// When `process` started, milliseconds since 1970, where the boot time is known.
    pub(super) fn created_ms(&self, process: ProcessId) -> Option<u64> {
        Some(self.boot_unix_ns?.checked_add(process.start_ns)? / 1_000_000)
    }

    /// The `device` object.
    pub(super) fn object(&self) -> Value {
        let mut os = Map::new();
        os.insert("name".into(), json!(self.os_name.as_deref().unwrap_or("Linux")));
        os.insert("type_id".into(), json!(200));
        optional(&mut os, "version", &self.os_version);
        optional(&mut os, "kernel_release", &self.kernel);
        let mut device = Map::new();
        device.insert("hostname".into(), json!(&*self.hostname));
        device.insert("type_id".into(), json!(self.kind.type_id()));
        device.insert("os".into(), Value::Object(os));
        optional(&mut device, "uid", &self.uid);
        optional(&mut device, "boot_uid", &self.boot_uid);
        if let Some(ip) = self.ip {
            device.insert("ip".into(), json!(ip.to_string()));
        }
        if let Some(boot) = self.boot_unix_ns {
            device.insert("boot_time".into(), json!(boot / 1_000_000));
        }
        Value::Object(device)
    }
}

fn optional(map: &mut Map<String, Value>, key: &str, value: &Option<Text>) {
    if let Some(value) = value {
        map.insert(key.into(), json!(&**value));
    }
}
