//! Reads what a token says, where the session's account could read it itself. The token does not leave
//! this file: of it four claims are kept, and nobody checked its signature.

use std::fs::{File, Metadata};
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use event::{Text, User};
use graph::origin::Claims;
use rustix::fs::{Mode, OFlags, ResolveFlags, open, openat2};
use serde_json::Value;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::parse_x509_pem;

/// Longest token or description that is read, in bytes.
const MOST: u64 = 64 << 10;
/// Longest claim that is kept, in bytes.
const MOST_CLAIM: usize = 500;

/// What the token at `path`, as process `pid` names it, says.
pub fn in_file(pid: u32, user: &User, path: &str) -> Result<Claims, Text> {
    of(&read(pid, user, path)?)
}

/// What the token says that an external account of Google names.
pub fn of_account(pid: u32, user: &User, path: &str) -> Result<Claims, Text> {
    let account: Value = serde_json::from_slice(&read(pid, user, path)?)
        .map_err(|_| "it is no description of an account")?;
    if account["type"] != "external_account" {
        return Err("it is no external account".into());
    }
    let source = &account["credential_source"];
    let token = source["file"].as_str().ok_or("its token is not in a file")?;
    let bytes = read(pid, user, token)?;
    let field = source["format"]["subject_token_field_name"].as_str();
    let mut claims = match field {
        Some(field) => {
            let inner: Value = serde_json::from_slice(&bytes).map_err(|_| "it is not JSON")?;
            of(inner[field].as_str().ok_or("the token is not in it")?.as_bytes())?
        }
        None => of(&bytes)?,
    };
    if claims.audience.is_empty() {
        claims.audience.extend(text(&account["audience"]));
    }
    Ok(claims)
}

/// What the first certificate at `path` says: its URI of SPIFFE, its issuer, its end.
pub fn in_certificate(pid: u32, user: &User, path: &str) -> Result<Claims, Text> {
    of_certificate(&read(pid, user, path)?)
}

fn of_certificate(bytes: &[u8]) -> Result<Claims, Text> {
    const NONE: &str = "it is no certificate";
    let (_, pem) = parse_x509_pem(bytes).map_err(|_| NONE)?;
    let certificate = pem.parse_x509().map_err(|_| NONE)?;
    let names = certificate.subject_alternative_name().map_err(|_| NONE)?;
    let names = names.map(|names| names.value.general_names.as_slice()).unwrap_or_default();
    let uri = names.iter().find_map(|name| match name {
        GeneralName::URI(uri) if uri.starts_with("spiffe://") => Some(*uri),
        _ => None,
    });
    let expires = certificate.validity().not_after.timestamp();
    Ok(Claims {
        issuer: Some(cut(&certificate.issuer().to_string())),
        subject: Some(cut(uri.ok_or("it has no name of SPIFFE")?)),
        audience: Vec::new(),
        expires_unix_s: u64::try_from(expires).ok(),
    })
}

/// The claims of a JWT.
pub fn of(token: &[u8]) -> Result<Claims, Text> {
    const NONE: &str = "it is no token (JWT)";
    let mut parts = token.trim_ascii().split(|byte| *byte == b'.');
    let (_, Some(body), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NONE.into());
    };
    let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| NONE)?;
    let body: Value = serde_json::from_slice(&body).map_err(|_| NONE)?;
    let audience = match &body["aud"] {
        Value::Array(many) => many.iter().take(8).filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    };
    let expires = &body["exp"];
    Ok(Claims {
        issuer: text(&body["iss"]),
        subject: text(&body["sub"]),
        audience,
        expires_unix_s: expires.as_u64().or_else(|| expires.as_f64().map(|at| at as u64)),
    })
}

fn text(value: &Value) -> Option<Text> {
    value.as_str().map(cut)
}

fn cut(text: &str) -> Text {
    let mut end = text.len().min(MOST_CLAIM);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().into()
}

/// The file, if it is a plain one of the account or of root, and open to the account on every step.
fn read(pid: u32, user: &User, path: &str) -> Result<Vec<u8>, Text> {
    if !path.starts_with('/') {
        return Err("its path is not a whole one".into());
    }
    let said = |error: rustix::io::Errno| Text::from(std::io::Error::from(error).to_string());
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let root = open(format!("/proc/{pid}/root"), flags | OFlags::DIRECTORY, Mode::empty());
    let root = root.map_err(said)?;
    let inside = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let place = openat2(&root, path, flags, Mode::empty(), inside).map_err(said)?;
    let meta = metadata(&place)?;
    if !meta.is_file() {
        return Err("it is no plain file".into());
    }
    if meta.len() > MOST {
        return Err(format!("it has {} bytes, more than {MOST}", meta.len()).into());
    }
    if ![user.uid, user.euid, 0].contains(&meta.uid()) {
        return Err("it is a file of somebody else".into());
    }
    let reader = Reader::of(pid, user);
    if !reader.may(&meta, READ) || !reader.may_reach(&root, &place, &meta) {
        return Err("the account may not read it".into());
    }
    // By the descriptor: what was judged is what is read.
    let way = format!("/proc/self/fd/{}", place.as_raw_fd());
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = File::from(open(way, flags, Mode::empty()).map_err(said)?);
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn metadata(place: &OwnedFd) -> Result<Metadata, Text> {
    let way = format!("/proc/self/fd/{}", place.as_raw_fd());
    std::fs::metadata(way).map_err(|error| error.to_string().into())
}

/// Bits of permission of others; those of group and owner stand above them.
const READ: u32 = 0o4;
const PASS: u32 = 0o1;

/// An account, as files look at it.
struct Reader {
    uid: u32,
    groups: Vec<u32>,
}

impl Reader {
    fn of(pid: u32, user: &User) -> Self {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let numbers = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().filter_map(|it| it.parse().ok()).collect::<Vec<u32>>()
        };
        let groups = [vec![user.gid], numbers("Gid:"), numbers("Groups:")].concat();
        Self { uid: user.euid, groups }
    }

    fn may(&self, meta: &Metadata, bit: u32) -> bool {
        let shift = match () {
            () if self.uid == 0 => return true,
            () if meta.uid() == self.uid => 6,
            () if self.groups.contains(&meta.gid()) => 3,
            () => 0,
        };
        meta.mode() >> shift & bit == bit
    }

    /// Whether the account may pass every folder above the file, where it really lies.
    fn may_reach(&self, root: &OwnedFd, file: &OwnedFd, meta: &Metadata) -> bool {
        if self.uid == 0 {
            return true;
        }
        let way = format!("/proc/self/fd/{}", file.as_raw_fd());
        let Ok(path) = std::fs::read_link(way) else { return false };
        // A process in a root of its own sees another path than the kernel tells.
        let host = open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
        self.passes(root, &path, meta) || host.is_ok_and(|host| self.passes(&host, &path, meta))
    }

    fn passes(&self, root: &OwnedFd, path: &Path, meta: &Metadata) -> bool {
        let Ok(path) = path.strip_prefix("/") else { return false };
        let look = |path: &Path| {
            let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
            let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_SYMLINKS;
            metadata(&openat2(root, path, flags, Mode::empty(), resolve).ok()?).ok()
        };
        let same = |it: Metadata| it.dev() == meta.dev() && it.ino() == meta.ino();
        let passable = |it: Metadata| it.is_dir() && self.may(&it, PASS);
        look(path).is_some_and(same)
            && path.ancestors().skip(1).all(|folder| look(folder).is_some_and(passable))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, chown, symlink};

    use super::*;

    fn jwt(body: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode("{}"), URL_SAFE_NO_PAD.encode(body))
    }

    #[test]
    fn four_claims_are_kept() {
        let check = |token: &str, expect: Option<(&str, &str, &[&str], Option<u64>)>| {
            let found = of(token.as_bytes()).ok().map(|claims| {
                let text =
                    |text: Option<Text>| text.map_or("-".to_owned(), |text| text.to_string());
                let audience = claims.audience.iter().map(ToString::to_string).collect();
                (text(claims.issuer), text(claims.subject), audience, claims.expires_unix_s)
            });
            let own = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
            let expect = expect.map(|(iss, sub, aud, exp)| (iss.into(), sub.into(), own(aud), exp));
            assert_eq!(found, expect, "{token}");
        };
        let whole =
            r#"{"iss":"https://i","sub":"spiffe://o/a","aud":["x","y"],"exp":17,"email":"a@b"}"#;
        check(&jwt(whole), Some(("https://i", "spiffe://o/a", &["x", "y"], Some(17))));
        check(
            &format!("{}\n", jwt(r#"{"aud":"x","exp":1.7e3}"#)),
            Some(("-", "-", &["x"], Some(1700))),
        );
        check(&jwt(r#"{"iss":7,"sub":null,"exp":-1}"#), Some(("-", "-", &[], Some(0))));
        for bad in ["", ".", "..", "a.b", "a.!.c", "a.e30.c.d", &jwt("[[["), &jwt("\u{1}")] {
            check(bad, None);
        }
        check(&jwt(&"[".repeat(40_000)), None);
        let long = of(jwt(&format!(r#"{{"sub":"{}"}}"#, "é".repeat(9_000))).as_bytes());
        assert_eq!(long.map(|it| it.subject.map(|it| it.len())), Ok(Some(MOST_CLAIM)));
    }

    /// Of `spiffe://example.org/ns/dev/sa/agent` until 2126, and one without such a name.
    const NAMED: &str = "-----BEGIN CERTIFICATE-----
MIIBujCCAV+gAwIBAgIUF/Ygv/26h3Aq2q/8rOczncC7oIkwCgYIKoZIzj0EAwIw
EjEQMA4GA1UECgwHZXhhbXBsZTAgFw0yNjExMjEyMTMyMzdaGA8yMTI2MTAyODIx
MzIzN1owEjEQMA4GA1UECgwHZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABDckavp9LDfyepV/5pk0FegG+G7193PLJHc2gHue1YkA/DWeef9xCRGQlgky
n7DvDx5m/aEgzkBJBcer00Yc7HSjgZAwgY0wHQYDVR0OBBYEFL1FbxnNSmCXoYaM
1w4jJlV65J9AMB8GA1UdIwQYMBaAFL1FbxnNSmCXoYaM1w4jJlV65J9AMA8GA1Ud
EwEB/wQFMAMBAf8wOgYDVR0RBDMwMYIJYS5leGFtcGxlhiRzcGlmZmU6Ly9leGFt
cGxlLm9yZy9ucy9kZXYvc2EvYWdlbnQwCgYIKoZIzj0EAwIDSQAwRgIhAL7+AhXn
WeEf67gww0pRhsCrQb9ZQw8CTJM6HepihSPRAiEA6fHXfyII+k/6wQVj37eF4z1c
yBuiCQRzeJWxdXmpLv0=
-----END CERTIFICATE-----
";
    const UNNAMED: &str = "-----BEGIN CERTIFICATE-----
MIIBkjCCATegAwIBAgIUELUy2J6P6V2uSnduTFuwA/gmVJUwCgYIKoZIzj0EAwIw
EjEQMA4GA1UECgwHZXhhbXBsZTAgFw0yNjExMjEyMTMyMzdaGA8yMTI2MTAyODIx
MzIzN1owEjEQMA4GA1UECgwHZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABAJXlEDdVRTo6ac+FZazps9rCscxonJkLvP8gfy04cBCnOVspWzN030PJU0M
9O0YfDIfeMxu5M9SZxUw05RNs/6jaTBnMB0GA1UdDgQWBBQkTN0IV/846RhRkWkU
aogzpDhUUDAfBgNVHSMEGDAWgBQkTN0IV/846RhRkWkUaogzpDhUUDAPBgNVHRMB
Af8EBTADAQH/MBQGA1UdEQQNMAuCCWEuZXhhbXBsZTAKBggqhkjOPQQDAgNJADBG
AiEAjzqtGc6TjQve23kAGLxIFxmnFmJ8WYFsXkSnkP1dD8ICIQDCEJEBo85JnlmQ
C/JZcXAy+WYZMcaY+cjg/s0IFSYixQ==
-----END CERTIFICATE-----
";

    #[test]
    fn a_certificate_names_its_workload() {
        let check = |text: &[u8], expect: Result<(&str, &str, Option<u64>), &str>| {
            let found = of_certificate(text);
            let found = found.as_ref().map_err(|why| &**why).map(|it| {
                let text = |text: &'_ Option<Text>| text.clone().unwrap_or_default();
                (text(&it.subject), text(&it.issuer), it.expires_unix_s)
            });
            let expect = expect.map(|(id, issuer, until)| (id.into(), issuer.into(), until));
            assert_eq!(found, expect);
        };
        let named = ("spiffe://example.org/ns/dev/sa/agent", "O=example", Some(4_948_896_757));
        check(NAMED.as_bytes(), Ok(named));
        check(format!("{NAMED}{UNNAMED}").as_bytes(), Ok(named));
        check(UNNAMED.as_bytes(), Err("it has no name of SPIFFE"));
        let none = Err("it is no certificate");
        check(b"", none);
        check(b"\xff\0-----BEGIN", none);
        check(NAMED.replace("MIIBujCC", "MIIBujBC").as_bytes(), none);
        for end in 0..NAMED.len() {
            let _ = of_certificate(&NAMED.as_bytes()[..end]);
        }
    }

    fn nobody() -> User {
        User { uid: 65_534, gid: 65_534, euid: 65_534, name: None }
    }

    #[test]
    fn only_what_the_account_may_read_itself_is_read() {
        if !rustix::process::geteuid().is_root() {
            eprintln!("skipped: files of others can only be made by root");
            return;
        }
        let home = tempfile::tempdir().expect("a folder");
        let at = |name: &str| home.path().join(name);
        let mode = |name: &str, mode| {
            std::fs::set_permissions(at(name), Permissions::from_mode(mode)).expect("changed");
        };
        mode("", 0o755);
        let write = |name: &str, owner: u32, rights: u32| {
            std::fs::write(at(name), jwt(r#"{"sub":"me"}"#)).expect("written");
            chown(at(name), Some(owner), Some(owner)).expect("given away");
            mode(name, rights);
        };
        let check = |name: &str, expect: Result<&str, &str>| {
            let path = at(name).display().to_string();
            let found = in_file(std::process::id(), &nobody(), &path);
            let found = found.map(|it| it.subject.unwrap_or_default());
            assert_eq!(found.as_deref().map_err(|why| &**why), expect, "{name}");
        };
        write("own", 65_534, 0o400);
        check("own", Ok("me"));
        write("roots", 0, 0o644);
        check("roots", Ok("me"));
        write("closed", 0, 0o600);
        check("closed", Err("the account may not read it"));
        write("others", 1, 0o644);
        check("others", Err("it is a file of somebody else"));
        symlink(at("others"), at("link")).expect("linked");
        check("link", Err("it is a file of somebody else"));
        symlink(at("own"), at("to-own")).expect("linked");
        check("to-own", Ok("me"));
        std::fs::create_dir(at("shut")).expect("made");
        write("shut/own", 65_534, 0o444);
        mode("shut", 0o700);
        check("shut/own", Err("the account may not read it"));
        symlink(at("shut/own"), at("through")).expect("linked");
        check("through", Err("the account may not read it"));
        check("", Err("it is no plain file"));
        let fifo = rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), Mode::from_raw_mode(0o666));
        fifo.expect("made");
        check("pipe", Err("it is no plain file"));
        std::fs::write(at("long"), vec![b'a'; MOST as usize + 1]).expect("written");
        check("long", Err("it has 65537 bytes, more than 65536"));
        let relative = in_file(std::process::id(), &nobody(), "own");
        assert_eq!(relative, Err("its path is not a whole one".into()));
    }

    #[test]
    fn an_external_account_names_its_token() {
        let home = tempfile::tempdir().expect("a folder");
        let (token, account) = (home.path().join("t"), home.path().join("a.json"));
        let user = User {
            uid: rustix::process::getuid().as_raw(),
            euid: rustix::process::geteuid().as_raw(),
            ..User::default()
        };
        let check = |written: &str, described: String, expect: Result<&str, &str>| {
            std::fs::write(&token, written).expect("written");
            std::fs::write(&account, described).expect("written");
            let found = of_account(std::process::id(), &user, &account.display().to_string());
            let found = found.map(|it| it.subject.unwrap_or_default());
            assert_eq!(found.as_deref().map_err(|why| &**why), expect);
        };
        let described = |source: &str| {
            format!(
                r#"{{"type":"external_account","audience":"//iam","credential_source":{source}}}"#
            )
        };
        let (file, body) = (token.display(), jwt(r#"{"sub":"me"}"#));
        check(&body, described(&format!(r#"{{"file":"{file}"}}"#)), Ok("me"));
        let format = r#""format":{"type":"json","subject_token_field_name":"t"}"#;
        let inside = format!(r#"{{"file":"{file}",{format}}}"#);
        check(&format!(r#"{{"t":"{body}"}}"#), described(&inside), Ok("me"));
        check(&body, described(r#"{"url":"http://x"}"#), Err("its token is not in a file"));
        let key = r#"{"type":"service_account","private_key":"secret"}"#;
        check(&body, key.into(), Err("it is no external account"));
    }
}
