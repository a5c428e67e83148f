//! Where Landlock is alone, calls are decided outside: what is made for the program is as if it had made it, names that are
//! not there stay away, and the proxy is the one end that can be connected to.

use std::process::{Command, Output};

use serde_json::json;

use super::{can, stderr, stdout};

/// Runs a script by Landlock alone in a workspace with Git's folder. `rules` is a name that nobody may make.
fn run(network: &str, script: &str) -> Output {
    let above = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let home = tempfile::tempdir_in(above).or_else(|_| tempfile::tempdir()).expect("a folder");
    let path = home.path().canonicalize().expect("there");
    std::fs::create_dir_all(path.join("w/.git/hooks")).expect("made");
    let grant = |below: &str, access: &str| json!({ "path": path.join(below), "access": access });
    let plan = json!({
        "profile": "test",
        "workspace": path.join("w"),
        "network": network,
        "staging": "direct",
        "grants": [
            { "path": "/", "access": "run" },
            grant("w", "change"),
            grant("w/.git/hooks", "run"),
            grant("w/.agent/rules", "run"),
        ],
    });
    let file = path.join("plan.json");
    std::fs::write(&file, plan.to_string()).expect("written");
    Command::new(env!("CARGO_BIN_EXE_chaperone"))
        .args(["run", "-q", "--way", "landlock", "--plan"])
        .arg(&file)
        .args(["--", "sh", "-c", script])
        .current_dir(path.join("w"))
        .env("HOME", &path)
        .env("CHAPERONE_DATA_DIR", path.join("data"))
        .output()
        .expect("started")
}

fn check(network: &str, script: &str, expect: &str) {
    let output = run(network, script);
    assert_eq!(stdout(&output), expect, "{script}: {}", stderr(&output));
}

#[test]
fn what_is_made_is_the_program_s_own() {
    if !can("landlock") {
        return;
    }
    for (script, expect) in [
        ("umask 027; echo x > a; mkdir b; stat -c %a a b", "640\n750\n"),
        ("umask 0; touch a; mknod p p; stat -c '%a %F' a p", "666 regular empty file\n666 fifo\n"),
        ("echo x > a; ln a b; ln -s b l; echo y >> l; cat a; stat -c %h a", "x\ny\n2\n"),
        ("mkdir -p a/b; echo x > a/b/c; mv a d; cat d/b/c; rm -r d; ls", "x\n"),
        ("echo long > a; truncate -s 2 a; cat a; set -C; echo x > a || echo kept", "lokept\n"),
        ("echo x > a; chmod 4 a; touch -d @7 a; stat -c '%a %Y' a", "4 7\n"),
        ("ln -s none l; touch -h -d @7 l; stat -c %Y l; echo x > l; cat none", "7\nx\n"),
        ("(echo a; echo b > /dev/stdout; echo c > /proc/self/fd/1) > o; sort o", "c\n"),
        ("mkfifo p; (echo x > p) & cat p", "x\n"),
        ("echo x > a; exec 3<> a; rm a; chmod 600 /proc/self/fd/3 && echo gone", "gone\n"),
        ("f=$(mktemp) && echo x > $f && mv $f a && cat a", "x\n"),
        ("cat /none > a; echo $?; cat a < /dev/null 2> /dev/null; ls -d a/ 2> /dev/null", "1\n"),
    ] {
        check("nothing", script, expect);
    }
}

#[test]
fn a_name_that_is_not_there_stays_away() {
    if !can("landlock") {
        return;
    }
    for script in [
        "mkdir -p .agent; echo x > .agent/rules",
        "mkdir -p .agent x; echo x > x/rules; mv x/rules .agent/rules",
        "mkdir x; echo x > x/rules; mv x .agent",
        "mkdir x; echo x > x/rules; ln -s x .agent",
        "mkdir .agent; cd .agent; echo x > rules",
        "mkdir .agent; ln -s ../x .agent/rules; echo x > x",
    ] {
        check("nothing", &format!("{script}; cat .agent/rules; echo kept"), "kept\n");
    }
}

#[test]
fn only_the_proxy_is_connected_to() {
    if !can("landlock") {
        return;
    }
    // Nobody listens at the other addresses: who gets as far as that is told that nobody does.
    let script = r#"python3 - <<'P'
import errno, os, socket, urllib.parse
port = urllib.parse.urlparse(os.environ["HTTPS_PROXY"]).port
def said(how):
    try: how(); return "connected"
    except OSError as error: return errno.errorcode[error.errno]
tcp = lambda family=socket.AF_INET: socket.socket(family)
print(said(lambda: tcp().connect(("127.0.0.1", port))))
print(said(lambda: tcp().connect(("127.0.0.2", port))))
print(said(lambda: tcp().connect(("127.0.0.1", 1))))
print(said(lambda: tcp(socket.AF_INET6).connect(("::ffff:127.0.0.1", port))))
print(said(lambda: tcp(socket.AF_INET6).connect(("::1", port))))
print(said(lambda: tcp().sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.2", port))))
P"#;
    check("proxy", script, "connected\nEACCES\nEACCES\nconnected\nEACCES\nEPERM\n");
}
