//! Package URLs: how every other tool names a package.

use event::{Evidence, Text};

use crate::sound::Package;

/// The package URL of a package.
pub fn of(registry: &str, name: &str, version: Option<&str>) -> String {
    let version = version.map(|version| format!("@{}", escaped(version, ""))).unwrap_or_default();
    if registry == "oci" {
        // Only the last part is the name; the whole is where it comes from.
        let short = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        let from = if name.contains('/') {
            format!("?repository_url={}", escaped(name, "/"))
        } else {
            String::new()
        };
        let (version, tag) = match version.contains("sha256") {
            true => (version, String::new()),
            false => (String::new(), version),
        };
        let tag = tag.strip_prefix('@').map(|tag| format!("tag={tag}")).unwrap_or_default();
        let rest = match (from.is_empty(), tag.is_empty()) {
            (true, true) => String::new(),
            (true, false) => format!("?{tag}"),
            (false, true) => from,
            (false, false) => format!("{from}&{tag}"),
        };
        return format!("pkg:oci/{}{version}{rest}", escaped(&short, ""));
    }
    let name =
        if registry == "pypi" { name.to_lowercase().replace('_', "-") } else { name.to_owned() };
    format!("pkg:{registry}/{}{version}", escaped(&name, "/"))
}

/// The name of an image, taken apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Image<'a> {
    /// Where it comes from, if not from the usual place.
    pub registry: Option<&'a str>,
    /// What it is called there.
    pub path: &'a str,
    /// Its tag.
    pub tag: Option<&'a str>,
    /// Its digest (`sha256:…`).
    pub digest: Option<&'a str>,
}

impl<'a> Image<'a> {
    /// `registry/path:tag@digest`.
    pub fn parse(name: &'a str) -> Self {
        if name.starts_with("sha256:") {
            return Self { digest: Some(name), ..Self::default() };
        }
        let (rest, digest) = match name.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (name, None),
        };
        let (rest, tag) = match rest.rsplit_once(':') {
            // A colon before a slash is that of a port.
            Some((rest, tag)) if !tag.contains('/') => (rest, Some(tag)),
            _ => (rest, None),
        };
        let is_host = |it: &str| it.contains(['.', ':']) || it == "localhost";
        let (registry, path) = match rest.split_once('/') {
            Some((host, path)) if is_host(host) => (Some(host), path),
            _ => (None, rest),
        };
        Self { registry: registry.filter(|it| *it != "docker.io"), path, tag, digest }
    }

    /// Its package URL, if it has a name.
    pub fn purl(&self) -> Option<String> {
        if self.path.is_empty() {
            return None;
        }
        let path = self.path.strip_prefix("library/").unwrap_or(self.path).to_lowercase();
        let version = self.digest.or(self.tag);
        let version = version.map(|it| format!("@{}", escaped(it, ""))).unwrap_or_default();
        let from = self.registry.map(|it| format!("?repository_url={}", escaped(it, "")));
        Some(format!("pkg:docker/{}{version}{}", escaped(&path, "/"), from.unwrap_or_default()))
    }
}

/// That of a package that a runner starts.
pub fn of_package(package: &Package) -> String {
    of(package.registry, &package.name, package.version.as_deref())
}

/// The package that a place belongs to: registry and name, by what package managers call their folders.
pub fn installed(evidence: &Evidence) -> Option<(&'static str, Text)> {
    let place = &*evidence.place;
    if let Some(rest) = place.strip_suffix("/package.json") {
        let (_, name) = rest.rsplit_once("node_modules/")?;
        return Some(("npm", name.into()));
    }
    let folder = place.strip_suffix("/METADATA").unwrap_or(place);
    let (name, _) = folder.rsplit('/').next()?.strip_suffix(".dist-info")?.rsplit_once('-')?;
    Some(("pypi", name.replace('_', "-").into()))
}

/// A value behind the name and version of a package.
pub fn value(text: &str) -> String {
    escaped(text, "")
}

/// Escaped as package URLs want it; letters of `keep` stay.
fn escaped(text: &str, keep: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                out.push(char::from(byte));
            }
            other if keep.bytes().any(|keep| keep == other) => out.push(char::from(other)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_as_other_tools_name_them() {
        let check = |registry: &str, name: &str, version: Option<&str>, expect: &str| {
            assert_eq!(of(registry, name, version), expect);
        };
        check("npm", "@scope/name", Some("1.2.3"), "pkg:npm/%40scope/name@1.2.3");
        check("pypi", "Mini_SWE", None, "pkg:pypi/mini-swe");
        check("pypi", "a", Some("1.0+cu121"), "pkg:pypi/a@1.0%2Bcu121");
        check("oci", "redis", Some("7"), "pkg:oci/redis?tag=7");
        check(
            "oci",
            "ghcr.example/Org/Server",
            Some("sha256:00ff"),
            "pkg:oci/server@sha256:00ff?repository_url=ghcr.example/Org/Server",
        );
    }

    #[test]
    fn images_are_named_by_where_they_come_from() {
        let check = |name: &str, expect: &str| {
            assert_eq!(Image::parse(name).purl().as_deref().unwrap_or("-"), expect);
        };
        check("ollama/ollama:0.12", "pkg:docker/ollama/ollama@0.12");
        check("docker.io/library/redis", "pkg:docker/redis");
        check("ghcr.example/Org/x:1", "pkg:docker/org/x@1?repository_url=ghcr.example");
        check("localhost:5000/x", "pkg:docker/x?repository_url=localhost:5000");
        check("a/b:1@sha256:00ff", "pkg:docker/a/b@sha256:00ff");
        check("sha256:00ff", "-");
        check("", "-");
    }

    #[test]
    fn places_say_which_package_they_are() {
        let check = |place: &str, expect: Option<(&'static str, &str)>| {
            let evidence = Evidence { place: place.into(), line: 0 };
            let told = installed(&evidence);
            assert_eq!(
                told.as_ref().map(|(registry, name)| (*registry, &**name)),
                expect,
                "{place}"
            );
        };
        check("/usr/lib/node_modules/@a/b/package.json", Some(("npm", "@a/b")));
        check("/x/site-packages/mini_swe_agent-2.0.dist-info", Some(("pypi", "mini-swe-agent")));
        check("/home/a/.claude", None);
    }
}
