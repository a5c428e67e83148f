//! Packages by their own names, and servers of tools by what they say of themselves.

use std::fs;

use super::*;

struct Planted(tempfile::TempDir);

impl Planted {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        for (way, text) in files {
            let path = place.path().join(way);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        }
        Self(place)
    }

    fn check(&self, kind: PackageKind, name: &str, libraries: Libraries, expect: &[&str]) {
        let (products, _) = Products::shipped();
        let uid = rustix::process::getuid().as_raw();
        let path = self.0.path().join(name);
        let folder = PackageFolder { kind, path, libraries, project: None };
        let line = |one: Installed| {
            let version = one.version.unwrap_or_else(|| "-".into());
            match one.what {
                Known::Product(index) => {
                    let id = products.iter().nth(index).map(|it| it.id.clone());
                    format!("{} {version}", id.unwrap_or_default())
                }
                Known::Package { name, role, .. } => format!("{} {name} {version}", role.say()),
            }
        };
        let found = Packages::of(&products).look(&folder, uid);
        assert_eq!(found.into_iter().map(line).collect::<Vec<_>>(), expect, "{name}");
    }
}

#[test]
fn packages_are_found_by_their_own_names() {
    let planted = Planted::new(&[
        ("node_modules/@openai/codex/package.json", r#"{"version":"1.2.3"}"#),
        ("node_modules/codex/package.json", r#"{"version":"9"}"#),
        ("site-packages/mini_swe_agent-2.0.dist-info/METADATA", ""),
        ("site-packages/mini_swe_agents-2.0.dist-info/METADATA", ""),
    ]);
    planted.check(PackageKind::Npm, "node_modules", Libraries::Part, &["codex-cli 1.2.3"]);
    planted.check(PackageKind::Pypi, "site-packages", Libraries::Part, &["mini-swe-agent 2.0"]);
    planted.check(PackageKind::Npm, "nothing", Libraries::Part, &[]);
}

#[test]
fn servers_of_tools_are_known_by_what_they_say_of_themselves() {
    let planted = Planted::new(&[
        (
            "a/weather-mcp/package.json",
            r#"{"version":"1","bin":"x.js","dependencies":{"@modelcontextprotocol/sdk":"^1"}}"#,
        ),
        (
            "a/registered/package.json",
            r#"{"version":"2","mcpName":"io.test/registered","keywords":7}"#,
        ),
        ("a/registered/node_modules/@modelcontextprotocol/sdk/package.json", "{}"),
        ("a/mcp23017/package.json", r#"{"version":"3","bin":"x.js"}"#),
        (
            "a/my-mcp-client/package.json",
            r#"{"version":"4","bin":"x.js","dependencies":{"@modelcontextprotocol/sdk":"^1"}}"#,
        ),
        (
            "a/library-mcp/package.json",
            r#"{"version":"5","dependencies":{"@modelcontextprotocol/sdk":"^1"}}"#,
        ),
        ("b/mcp-1.2.0.dist-info/METADATA", "Name: mcp\n"),
        ("b/fetcher-0.3.dist-info/entry_points.txt", "[console_scripts]\nfetcher = f:main\n"),
        (
            "b/fetcher-0.3.dist-info/METADATA",
            "Name: fetcher\nSummary: An MCP server that fetches\nRequires-Dist: mcp (>=1.0)\n",
        ),
        ("b/host-0.4.dist-info/entry_points.txt", "[console_scripts]\nhost = h:main\n"),
        (
            "b/host-0.4.dist-info/METADATA",
            "Name: host\nSummary: Chats with tools\nRequires-Dist: mcp>=1\n",
        ),
        ("b/extra_mcp-0.5.dist-info/entry_points.txt", "[console_scripts]\nextra = h:main\n"),
        (
            "b/extra_mcp-0.5.dist-info/METADATA",
            "Name: extra-mcp\nRequires-Dist: mcp>=1; extra == 'tools'\n",
        ),
    ]);
    planted.check(
        PackageKind::Npm,
        "a",
        Libraries::Part,
        &["tool server registered 2", "tool server weather-mcp 1"],
    );
    planted.check(PackageKind::Pypi, "b", Libraries::Part, &["tool server fetcher 0.3"]);
}

#[test]
fn libraries_are_told_where_somebody_works_with_them() {
    let planted = Planted::new(&[("site-packages/crewai-1.0.dist-info/METADATA", "")]);
    planted.check(PackageKind::Pypi, "site-packages", Libraries::Part, &[]);
    planted.check(PackageKind::Pypi, "site-packages", Libraries::Told, &["framework crewai 1.0"]);
}
