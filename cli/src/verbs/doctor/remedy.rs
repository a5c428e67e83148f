//! What to do where a launch is refused, by what this host says of itself.

use std::path::Path;

/// What of a host decides whether launches work.
#[derive(Debug, Default)]
pub struct Host {
    /// AppArmor lets only named programs have rights in a user namespace.
    apparmor: bool,
    /// No user namespaces at all.
    none: bool,
    /// None without root.
    root_only: bool,
    /// Inside of a container.
    container: bool,
    /// Who watches over security here.
    modules: String,
}

impl Host {
    /// As it is.
    pub fn read() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let number = |path: &str| read(path).trim().to_owned();
        Self {
            apparmor: number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1",
            none: number("/proc/sys/user/max_user_namespaces") == "0",
            root_only: number("/proc/sys/kernel/unprivileged_userns_clone") == "0",
            container: ["/.dockerenv", "/run/.containerenv"]
                .iter()
                .any(|it| Path::new(it).exists()),
            modules: read("/sys/kernel/security/lsm"),
        }
    }

    /// How to get user namespaces.
    pub fn namespaces(&self) -> &'static str {
        match self {
            Self { none: true, .. } => "sysctl user.max_user_namespaces=15000",
            Self { root_only: true, .. } => "sysctl kernel.unprivileged_userns_clone=1",
            Self { container: true, .. } => {
                "in a container: a seccomp profile that allows `clone` and `unshare` with namespaces, `mount` and `pivot_root` (`--security-opt seccomp=…`), and `--security-opt apparmor=unconfined` where AppArmor is at work"
            }
            Self { apparmor: true, .. } => {
                "AppArmor restricts user namespaces here: a profile with `userns,` for this program in /etc/apparmor.d, or sysctl kernel.apparmor_restrict_unprivileged_userns=0"
            }
            _ => {
                "a kernel from 5.12 on with user, mount and network namespaces, and overlayfs for `--stage`; a folder for temporary files that may be written"
            }
        }
    }

    /// How to get Landlock.
    pub fn landlock(&self) -> &'static str {
        match self.modules.is_empty() || self.modules.contains("landlock") {
            true => "a kernel from 6.7 on with CONFIG_SECURITY_LANDLOCK (version 4 knows ports)",
            false => "add `landlock` to the boot parameter `lsm=`",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_is_for_what_stands_in_the_way() {
        let check = |host: Host, expect: &str| {
            assert!(host.namespaces().contains(expect), "{host:?}: {}", host.namespaces());
        };
        check(Host { apparmor: true, ..Host::default() }, "AppArmor restricts");
        check(Host { apparmor: true, container: true, ..Host::default() }, "in a container");
        check(Host { none: true, container: true, ..Host::default() }, "max_user_namespaces");
        check(Host { root_only: true, ..Host::default() }, "unprivileged_userns_clone");
        check(Host::default(), "a kernel from");
        let landlock =
            |modules: &str| Host { modules: modules.into(), ..Host::default() }.landlock();
        assert!(landlock("capability,yama").contains("lsm="));
        assert!(landlock("capability,landlock").contains("a kernel from"));
    }
}
