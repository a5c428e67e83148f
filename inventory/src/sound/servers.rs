//! What the settings of a server of tools show by themselves.

use event::{Text, ToolServer};

use super::names::bare;
use super::{Form, Piece, Sign};

/// Programs that fetch, send or look up, and speak no protocol of tools.
const NETWORK: &[&str] = &[
    "curl", "wget", "nc", "ncat", "netcat", "nslookup", "dig", "host", "telnet", "ftp", "tftp",
    "scp", "socat", "ping", "drill", "aria2c",
];
const SHELLS: &[&str] = &["sh", "bash", "zsh", "dash", "ksh", "fish", "cmd", "powershell", "pwsh"];
const INTERPRETERS: &[&str] = &["node", "deno", "bun", "perl", "ruby", "php", "lua", "tsx"];

/// A package that a runner is told to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// `npm`, `pypi` or `oci`.
    pub registry: &'static str,
    /// Without a version.
    pub name: Text,
    /// Exact, if one is named.
    pub version: Option<Text>,
}

/// The package that a server is, by its command line.
pub fn package(command: &[Text]) -> Option<Package> {
    let program = base(command.first()?);
    let rest = command.get(1..).unwrap_or_default();
    let (registry, rest): (&'static str, &[Text]) =
        match (program, rest.first().map(|word| &**word)) {
            ("npx" | "bunx" | "pnpx", _) => ("npm", rest),
            ("uvx", _) => ("pypi", rest),
            ("npm", Some("exec" | "x")) | ("pnpm" | "yarn", Some("dlx")) | ("bun", Some("x")) => {
                ("npm", rest.get(1..).unwrap_or_default())
            }
            ("pipx", Some("run")) => ("pypi", rest.get(1..).unwrap_or_default()),
            ("uv", Some("tool")) => ("pypi", rest.get(2..).unwrap_or_default()),
            ("docker" | "podman" | "nerdctl", Some("run")) => return image(rest.get(1..)?),
            _ => return None,
        };
    let word = of_runner(rest)?;
    if word.starts_with(['.', '/']) || word.contains("://") {
        return None;
    }
    let name = bare(word);
    let version = word.strip_prefix(name).map(|rest| rest.trim_start_matches(['@', '=']));
    let exact = |version: &&str| version.starts_with(|c: char| c.is_ascii_digit());
    Some(Package { registry, name: name.into(), version: version.filter(exact).map(Text::from) })
}

/// The first word that is no option, or what an option names as the package.
fn of_runner(words: &[Text]) -> Option<&str> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if let Some(named) =
            ["--package=", "--from=", "--spec="].iter().find_map(|it| word.strip_prefix(it))
        {
            return Some(named);
        }
        match &**word {
            "-p" | "--package" | "--from" | "--spec" => return words.next().map(|word| &**word),
            "--python" | "--with" | "--index-url" | "--registry" | "-c" | "--call" => {
                words.next();
            }
            option if option.starts_with('-') => {}
            word => return Some(word),
        }
    }
    None
}

/// Options of `run` that take no value.
const FLAGS: &[&str] =
    &["-i", "-t", "-it", "-ti", "-d", "--rm", "--init", "--privileged", "--read-only"];

fn image(words: &[Text]) -> Option<Package> {
    let mut words = words.iter();
    let word = loop {
        let word = words.next()?;
        match &**word {
            flag if FLAGS.contains(&flag) || (flag.starts_with("--") && flag.contains('=')) => {}
            option if option.starts_with('-') => {
                words.next();
            }
            image => break image,
        }
    };
    let (name, digest) =
        word.split_once('@').map_or((word, None), |(name, digest)| (name, Some(digest)));
    let tag = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    let version = digest.or(tag.map(|(_, tag)| tag)).filter(|version| *version != "latest");
    Some(Package {
        registry: "oci",
        name: tag.map_or(name, |(name, _)| name).into(),
        version: version.map(Text::from),
    })
}

/// What stands in an argument as code.
fn inline(command: &[Text]) -> Option<&Text> {
    let program = base(command.first()?);
    let python = program.starts_with("python") || program.starts_with("pypy");
    if !(python || SHELLS.contains(&program) || INTERPRETERS.contains(&program)) {
        return None;
    }
    let takes_code = |word: &Text| {
        matches!(
            &**word,
            "-c" | "-e"
                | "--eval"
                | "eval"
                | "-r"
                | "-p"
                | "--print"
                | "/c"
                | "-Command"
                | "-lc"
                | "-ec"
        )
    };
    let at = command.iter().position(takes_code)?;
    command.get(at + 1)
}

fn base(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name)
}

/// The pieces and signs of a server that is defined at `line`.
pub fn of(server: &ToolServer, line: u32) -> (Vec<Piece>, Vec<Sign>) {
    let mut signs = Vec::new();
    let mut tell = |id: &str, shows: String| {
        signs.push(Sign { line, id: id.into(), shows: Some(shows.into()), place: None });
    };
    let whole = server.command.join(" ");
    let code = inline(&server.command);
    // A line of a shell is judged by the program that it begins with, unless it goes on to another.
    let first = match code {
        Some(code) if SHELLS.contains(&base(server.command.first().map_or("", |it| it))) => {
            code.split_whitespace().next().unwrap_or_default()
        }
        _ => server.command.first().map_or("", |word| word),
    };
    // From standard input to a socket of this machine is a bridge.
    let bridge = base(first) == "socat" && whole.to_ascii_uppercase().contains("UNIX");
    if NETWORK.contains(&base(first)) && !bridge {
        tell("program_is_network_tool", whole.clone());
    }
    if code.is_some() {
        tell("program_is_inline", whole.clone());
    }
    if let Some(package) = package(&server.command).filter(|package| package.version.is_none()) {
        tell("package_unpinned", format!("{} in `{whole}`", package.name));
    }
    let mut addresses = server.url.iter().chain(server.command.iter().skip(1));
    if let Some(url) = addresses.find(|url| is_in_clear(url)) {
        tell("address_in_clear", url.to_string());
    }
    if server.unasked.iter().any(|tool| &**tool == "*") {
        tell("all_tools_unasked", "every tool runs without asking".into());
    }
    for secret in &server.secrets {
        tell("secret_in_settings", secret.to_string());
    }
    let text = match code {
        Some(code) => code.to_string(),
        None => server.url.as_deref().map_or(whole, str::to_owned),
    };
    (vec![Piece::new(line.max(1), Form::Code, text)], signs)
}

/// Without TLS, to another machine.
fn is_in_clear(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://").or_else(|| url.strip_prefix("ws://")) else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    // A name without a dot is a neighbour in a network of containers.
    let here = !name.contains(['.', ':']) || name.ends_with(".localhost") || name == "::1";
    !(here || name.starts_with("127.") || name.starts_with('$') || name == "host.docker.internal")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<Text> {
        line.split(' ').map(Text::from).collect()
    }

    #[test]
    fn a_server_is_known_by_its_package() {
        let check = |line: &str, expect: &str| {
            let told = match package(&words(line)) {
                Some(it) => {
                    format!("{}:{} {}", it.registry, it.name, it.version.as_deref().unwrap_or("-"))
                }
                None => "none".into(),
            };
            assert_eq!(told, expect, "{line}");
        };
        check("npx -y @a/b@1.2.3 /x", "npm:@a/b 1.2.3");
        check("npx -y @a/b", "npm:@a/b -");
        check("npx --yes b@latest", "npm:b -");
        check("/usr/bin/npx --package=c@2 d", "npm:c 2");
        check("uvx mcp-server-git==1.0", "pypi:mcp-server-git 1.0");
        check("uvx --from x@1.1 y", "pypi:x 1.1");
        check("docker run -i --rm -e A=b ghcr.io/x/y:1.2", "oci:ghcr.io/x/y 1.2");
        check("docker run -i ghcr.io/x/y:latest", "oci:ghcr.io/x/y -");
        check("docker run r:5000/x/y@sha256:ab", "oci:r:5000/x/y sha256:ab");
        check("npx ./local", "none");
        check("node server.js", "none");
    }

    #[test]
    fn addresses_in_clear_are_those_of_other_machines() {
        for here in
            ["http://localhost:3/x", "http://127.0.0.1", "http://[::1]:1/", "https://a.test"]
        {
            assert!(!is_in_clear(here), "{here}");
        }
        for there in ["http://a.test/mcp", "http://u@a.test:80", "ws://10.0.0.1"] {
            assert!(is_in_clear(there), "{there}");
        }
    }
}
