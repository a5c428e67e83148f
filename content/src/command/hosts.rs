//! Hosts that a program's arguments name, and the HTTP requests that are written out in them.

use super::options::{Grammar, Line, Style};
use super::walk::Walk;
use super::{Request, UNKNOWN};
use crate::shell::Why;

/// Most requests that are told.
const MOST_REQUESTS: usize = 1_024;

impl Walk<'_> {
    /// Notes the hosts that `name` with `args` would speak to.
    pub fn hosts_of(&mut self, name: &str, args: &[String]) {
        match name {
            "curl" | "wget" | "http" | "https" | "xh" | "aria2c" => self.http(name, args),
            "gh" | "glab" => self.forge(name, args),
            "git" => self.git(args),
            "scp" | "sftp" | "rsync" | "ftp" | "lftp" => {
                let line = read(args, "-P -i -F -o -e -l -c -u -p --rsh --exclude --include");
                for word in &line.words {
                    if let Some(host) = of_url(word).or_else(|| of_copy(word)) {
                        self.contact(&host, name);
                    }
                }
            }
            "nc" | "ncat" | "netcat" | "telnet" | "socat" | "openssl" => self.raw(name, args),
            _ => {
                // Any other program that is given an address.
                for host in args.iter().filter_map(|arg| of_url(arg)) {
                    self.contact(&host, name);
                }
            }
        }
    }

    fn http(&mut self, name: &str, args: &[String]) {
        let line = read(args, HTTP_TAKES);
        let sends = line.options.iter().any(|(option, _)| {
            matches!(
                option.as_str(),
                "-d" | "-F" | "--form" | "--json" | "--post-data" | "--post-file"
            ) || option.starts_with("--data")
        });
        let asked = line.value(&["-X", "--request", "--method"]);
        let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
        let word = line.words.first().map(String::as_str).filter(|word| verbs.contains(word));
        let method = match asked.or(word) {
            Some(method) => method.to_ascii_uppercase(),
            None if line.has(&["-T", "--upload-file"]) => "PUT".to_owned(),
            None if sends && !line.has(&["-G", "--get"]) => "POST".to_owned(),
            None if line.has(&["-I", "--head"]) => "HEAD".to_owned(),
            None => "GET".to_owned(),
        };
        let urls = line.options.iter().filter(|(option, _)| option == "--url");
        let urls: Vec<String> =
            urls.filter_map(|(_, value)| value.clone()).chain(line.words.clone()).collect();
        for url in urls {
            let Some(host) = of_url(&url).or_else(|| of_bare(&url)) else { continue };
            self.contact(&host, name);
            self.request(&method, &url, name);
        }
    }

    /// Notes an HTTP request.
    pub fn request(&mut self, method: &str, url: &str, by: &str) {
        if self.acts.requests.len() == MOST_REQUESTS {
            return self.unclear(Why::TooMuch, url);
        }
        self.spend(url.len());
        self.acts.requests.push(Request {
            method: method.to_owned(),
            url: url.to_owned(),
            by: by.to_owned(),
        });
    }

    /// `gh api`, `glab api`.
    fn forge(&mut self, name: &str, args: &[String]) {
        let host = if name == "gh" { "api.github.com" } else { "gitlab.com/api/v4" };
        self.contact(host.split('/').next().unwrap_or(host), name);
        let line = read(
            args,
            "-X --method -f -F --field --raw-field -H --header --input -q --jq -t -R --repo --hostname --cache -p --preview",
        );
        let [verb, path, ..] = line.words.as_slice() else { return };
        if verb != "api" {
            return;
        }
        let sends = line.has(&["-f", "-F", "--field", "--raw-field", "--input"]);
        let method = line.value(&["-X", "--method"]).map(str::to_ascii_uppercase);
        let method = method.unwrap_or_else(|| if sends { "POST" } else { "GET" }.to_owned());
        let url = format!("https://{host}/{}", path.trim_start_matches('/'));
        self.request(&method, &url, name);
    }

    fn git(&mut self, args: &[String]) {
        const REMOTE: [&str; 7] =
            ["push", "clone", "fetch", "pull", "remote", "ls-remote", "submodule"];
        let line = read(args, "-C -c --git-dir --work-tree -o -b --depth --branch");
        if !line.words.first().is_some_and(|verb| REMOTE.contains(&verb.as_str())) {
            return;
        }
        for word in line.words.iter().skip(1) {
            if let Some(host) = of_url(word).or_else(|| of_copy(word)) {
                self.contact(&host, "git");
            }
        }
    }

    fn raw(&mut self, name: &str, args: &[String]) {
        let line = read(args, "-p -s -w -e -c -x -X -i -q -b -connect");
        for word in &line.words {
            // `socat - TCP:host:port`, `openssl s_client -connect host:port`.
            let word = word.split(',').next().unwrap_or(word);
            let bare = [
                "TCP:",
                "TCP4:",
                "TCP6:",
                "UDP:",
                "OPENSSL:",
                "tcp:",
                "tcp-connect:",
                "TCP-CONNECT:",
                "openssl:",
            ];
            let host = bare.iter().find_map(|kind| word.strip_prefix(kind));
            let host = match host {
                Some(host) => of_bare(host),
                None if name != "socat" => of_bare(word)
                    .filter(|host| host.contains(['.', ':', UNKNOWN]) || host == "localhost"),
                None => None,
            };
            if let Some(host) = host {
                self.contact(&host, name);
            }
        }
        if let Some(at) = args.iter().position(|arg| arg == "-connect")
            && let Some(host) = args.get(at + 1).and_then(|it| of_bare(it))
        {
            self.contact(&host, name);
        }
    }
}

/// Options of `curl` and `wget` with a value.
const HTTP_TAKES: &str = "-X --request --method -d --data --data-raw --data-binary --data-urlencode --json -H --header -o --output -O --output-document -u --user -A --user-agent -e --referer -b --cookie -c --cookie-jar -F --form -T --upload-file -m --max-time --connect-timeout --retry -x --proxy --url -w --write-out --post-data --post-file -P --cacert --cert --key --resolve -K --config -r --range -t --tries --timeout";

/// The host of an address with a scheme.
pub fn of_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let known = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte));
    if !known || scheme == "file" || scheme.is_empty() {
        return None;
    }
    of_bare(rest)
}

/// The host of `user@host:port/path`.
fn of_bare(text: &str) -> Option<String> {
    let authority = text.split(['/', '?', '#']).next().unwrap_or(text);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or(address),
        None => host.split(':').next().unwrap_or(host),
    };
    let fits = |c: char| {
        c.is_ascii_alphanumeric() || ".-_".contains(c) || c == ':' || c == UNKNOWN || !c.is_ascii()
    };
    (!host.is_empty() && host.chars().all(fits)).then(|| host.to_owned())
}

/// The host of `user@host:path`.
fn of_copy(text: &str) -> Option<String> {
    let (host, _) = text.split_once(':')?;
    if host.contains('/') || host.len() < 2 {
        return None;
    }
    of_bare(host)
}

/// The host of an `ssh` target.
pub fn of_target(text: &str) -> String {
    of_url(text).or_else(|| of_bare(text)).unwrap_or_else(|| UNKNOWN.into())
}

fn read(args: &[String], takes: &str) -> Line {
    let takes = takes.split_whitespace().map(str::to_owned).collect();
    Grammar { style: Style::Gnu, takes }.read(args)
}
