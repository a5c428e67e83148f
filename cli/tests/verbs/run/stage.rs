//! `chaperone stage`, over layers that staged runs really made.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use super::super::{stderr, stdout};
use super::can;

struct Staged {
    home: tempfile::TempDir,
}

impl Staged {
    /// A workspace, and a staged run of a script in it.
    fn by(script: &str) -> Option<Self> {
        if !can("namespaces") {
            return None;
        }
        let above = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let home = tempfile::tempdir_in(above).or_else(|_| tempfile::tempdir()).expect("a folder");
        let w = home.path().join("w");
        fs::create_dir_all(w.join("dir/deep")).expect("made");
        for (name, text) in
            [("a", "one\ntwo\nthree\n"), ("b", "b\n"), ("dir/c", "c\n"), ("dir/deep/d", "d\n")]
        {
            fs::write(w.join(name), text).expect("written");
        }
        fs::write(w.join("bin"), [0, 1, 2]).expect("written");
        symlink("a", w.join("link")).expect("made");
        let staged = Self { home };
        let run =
            staged.chaperone(&["run", "-q", "--net", "none", "--stage", "--", "sh", "-c", script]);
        if stderr(&run).contains("layer over the workspace") {
            println!("skipped: no overlay here: {}", stderr(&run));
            return None;
        }
        assert!(run.status.success(), "{}{}", stdout(&run), stderr(&run));
        Some(staged)
    }

    fn chaperone(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_chaperone"))
            .args(words)
            .current_dir(self.w())
            .env("NO_COLOR", "1")
            .env("HOME", self.home.path())
            .env("CHAPERONE_DATA_DIR", self.home.path().join("data"))
            .env("XDG_DATA_HOME", self.home.path().join("share"))
            .env("XDG_CONFIG_HOME", self.home.path().join("config"))
            .output()
            .expect("started")
    }

    fn w(&self) -> std::path::PathBuf {
        self.home.path().join("w")
    }

    fn session(&self) -> String {
        let listed = stdout(&self.chaperone(&["stage", "list", "--json"]));
        let listed: serde_json::Value = serde_json::from_str(listed.trim()).expect("one run");
        listed["stage"]["session"].as_str().expect("a name").to_owned()
    }

    fn stage(&self, what: &str, more: &[&str]) -> Output {
        let session = self.session();
        self.chaperone(&[&["stage", what, &session], more].concat())
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.w().join(name)).ok()
    }
}

const ALL: &str = "sed -i s/two/2/ a && rm b && echo new > new && mkdir made && echo x > made/x && rm -r dir && mkdir dir && \
    echo other > dir/c && chmod 600 bin && rm link && ln -s b link && mv new moved";

#[test]
fn what_a_run_changed_is_shown_and_the_workspace_is_untouched() {
    let Some(staged) = Staged::by(ALL) else { return };
    assert_eq!(staged.read("a").as_deref(), Some("one\ntwo\nthree\n"));
    assert_eq!(staged.read("dir/deep/d").as_deref(), Some("d\n"));
    let said = stdout(&staged.stage("diff", &[]));
    for expected in [
        "changed a\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n",
        "removed b\n",
        "permitted bin  (0644 → 0600)\n",
        "changed dir/c\n",
        "removed dir/deep  (folder)\n",
        "changed link",
        "-→ a\n+→ b\n",
        "made made  (folder)\nmade made/x\n@@ -0,0 +1 @@\n+x\n",
        "made moved\n",
    ] {
        assert!(said.contains(expected), "{expected:?} is not in:\n{said}");
    }
    assert!(!said.contains("made new"), "{said}");
}

#[test]
fn what_is_accepted_is_in_the_workspace() {
    let Some(staged) = Staged::by(ALL) else { return };
    let accepted = staged.stage("accept", &["a", "made/x"]);
    assert!(accepted.status.success(), "{}{}", stdout(&accepted), stderr(&accepted));
    assert_eq!(staged.read("a").as_deref(), Some("one\n2\nthree\n"));
    assert_eq!(staged.read("made/x").as_deref(), Some("x\n"));
    assert_eq!(staged.read("b").as_deref(), Some("b\n"));
    let said = stdout(&staged.stage("diff", &["--brief"]));
    assert!(!said.contains("changed a") && !said.contains("made/x"), "{said}");
    let accepted = staged.stage("accept", &[]);
    assert!(accepted.status.success(), "{}{}", stdout(&accepted), stderr(&accepted));
    assert_eq!((staged.read("b"), staged.read("dir/deep/d")), (None, None));
    assert_eq!(staged.read("dir/c").as_deref(), Some("other\n"));
    assert_eq!(fs::read_link(staged.w().join("link")).expect("a link"), Path::new("b"));
    let mode = fs::metadata(staged.w().join("bin")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let listed = staged.chaperone(&["stage", "list", "--json"]);
    assert_eq!(stdout(&listed), "");
}

#[test]
fn what_is_discarded_never_was() {
    let Some(staged) = Staged::by(ALL) else { return };
    let some = staged.stage("discard", &["made", "b"]);
    assert!(some.status.success(), "{}", stderr(&some));
    let said = stdout(&staged.stage("diff", &["--brief"]));
    assert!(!said.contains("made made") && !said.contains("removed b"), "{said}");
    let all = staged.stage("discard", &[]);
    assert!(all.status.success(), "{}", stderr(&all));
    assert_eq!(staged.read("a").as_deref(), Some("one\ntwo\nthree\n"));
    assert_eq!(staged.read("moved"), None);
    assert_eq!(fs::read_dir(staged.home.path().join("data/stages")).expect("there").count(), 0);
}

#[test]
fn what_somebody_changed_since_is_not_overwritten() {
    let Some(staged) = Staged::by("echo agent > a && rm b && echo agent > both && rm -r dir")
    else {
        return;
    };
    fs::write(staged.w().join("a"), "person\n").expect("written");
    fs::write(staged.w().join("b"), "person\n").expect("written");
    fs::write(staged.w().join("both"), "person\n").expect("written");
    fs::write(staged.w().join("dir/deep/more"), "person\n").expect("written");
    let accepted = staged.stage("accept", &[]);
    assert_eq!(accepted.status.code(), Some(8), "{}", stdout(&accepted));
    for name in ["a", "b", "both"] {
        assert_eq!(staged.read(name).as_deref(), Some("person\n"), "{name}");
    }
    assert_eq!(staged.read("dir/deep/more").as_deref(), Some("person\n"));
    let accepted = staged.stage("accept", &["--force"]);
    assert!(accepted.status.success(), "{}", stdout(&accepted));
    assert_eq!(staged.read("a").as_deref(), Some("agent\n"));
    assert_eq!((staged.read("b"), staged.read("dir/deep/more")), (None, None));
}

#[test]
fn names_and_texts_of_an_agent_act_on_nothing() {
    let script = "printf 'x\\033[31m\\n' > \"$(printf 'n\\033]0;t\\007\\nm')\" && mkdir -m 000 shut && ln -s / root && \
        mkdir -p d/d/d/d/d/d/d/d/d/d && mkfifo pipe";
    let Some(staged) = Staged::by(script) else { return };
    let output = staged.stage("diff", &[]);
    let said = stdout(&output);
    assert!(!said.contains('\x1b') && !said.contains('\x07'), "{said:?}");
    assert!(said.contains("\\u{1b}]0;t\\u{7}\\nm") && said.contains("unclear pipe"), "{said}");
    let all = staged.stage("discard", &[]);
    assert!(all.status.success(), "{}", stderr(&all));
    assert!(Path::new("/usr").exists());
}
