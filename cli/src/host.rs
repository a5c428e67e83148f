//! What this host is called and where Chaperone keeps its things.

use std::path::PathBuf;

use event::Text;
use graph::attribute::Host;

/// Name and boot of this host.
pub fn this_host() -> Host {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let name = read("/proc/sys/kernel/hostname");
    Host { name: Text::from(name), boot_id: read("/proc/sys/kernel/random/boot_id").into() }
}

/// True for the superuser, who may load BPF programs.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Where the record is kept unless told otherwise.
pub fn default_data_dir() -> PathBuf {
    if is_root() {
        return "/var/lib/chaperone".into();
    }
    user_dir("XDG_DATA_HOME", ".local/share")
}

/// Where the configuration is looked for unless told otherwise.
pub fn default_config() -> PathBuf {
    if is_root() {
        return "/etc/chaperone/chaperone.toml".into();
    }
    user_dir("XDG_CONFIG_HOME", ".config").join("chaperone.toml")
}

fn user_dir(variable: &str, below_home: &str) -> PathBuf {
    let base = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(below_home);
    base.unwrap_or_else(home).join("chaperone")
}

/// Now, UTC.
pub fn now_unix_ns() -> u64 {
    let age = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    age.map_or(0, |age| age.as_nanos() as u64)
}
