//! What command lines would do, written down in a short form.

use proptest::prelude::*;

use super::*;
use crate::shell::{MAX_BYTES, Why, parse};

const PLACE: Place<'_> =
    Place { cwd: "/home/ada/code/shop", workspace: "/home/ada/code/shop", home: "/home/ada" };

fn of(text: &str) -> Acts {
    acts(&parse(text), &PLACE)
}

fn shown(text: &str) -> String {
    text.replace(UNKNOWN, "…").replace("/home/ada/code/shop", "W")
}

/// Programs with what wraps them and where.
fn runs(text: &str, expect: &[&str]) {
    let told = |run: &Run| {
        let via: String = run.via.iter().map(|it| format!("{it}>")).collect();
        let at = match &run.at {
            Where::Here => String::new(),
            Where::Remote(host) => format!("@{host}"),
            Where::NewContainer => "@new".into(),
        };
        shown(format!("{via}{}{at} {}", run.program, run.args.join(" ")).trim_end())
    };
    let acts = of(text);
    assert_eq!(acts.runs.iter().map(told).collect::<Vec<_>>(), expect, "{text}");
}

fn files(text: &str, expect: &[&str]) {
    let told = |file: &FileAct| format!("{:?} {}", file.verb, shown(&file.path));
    assert_eq!(of(text).files.iter().map(told).collect::<Vec<_>>(), expect, "{text}");
}

fn hosts(text: &str, expect: &[&str]) {
    let told = |contact: &Contact| shown(&contact.host);
    assert_eq!(of(text).hosts.iter().map(told).collect::<Vec<_>>(), expect, "{text}");
}

fn requests(text: &str, expect: &[&str]) {
    let told = |request: &Request| shown(&format!("{} {}", request.method, request.url));
    assert_eq!(of(text).requests.iter().map(told).collect::<Vec<_>>(), expect, "{text}");
}

#[test]
fn variables_are_followed() {
    runs("X=a; echo $X \"$X b\" '$X'", &["echo a a b $X"]);
    runs("X='a b'; p $X \"$X\"", &["p a b a b"]);
    runs("X=a; X+=b; p $X ${X:0:1} ${Y:-c} ${X:+d}", &["p ab a c d"]);
    runs("p $HOME ~/x $PWD ~root/y", &["p /home/ada /home/ada/x W /root/y"]);
    runs("p $UNSET a$UNSET \"${UNSET}b\"", &["p … a… …b"]);
    runs("(X=a); p $X", &["p …"]);
    runs("export X=a; p $X", &["p a"]);
    runs("X=a p $X", &["p …"]);
    runs("for x in a b; do p $x; done", &["p a", "p b"]);
    runs("f() { p $1 $2; }; f a b", &["p a b"]);
    runs("f() { p \"$@\"; }; f 'a b' c", &["p a b c"]);
    runs("X=$(echo a); p $X", &["echo a", "p a"]);
    runs("X=$(date); p a-$X", &["date", "p a-…"]);
    runs("printf 'a\\nb\\n' | while read x; do p $x; done", &["printf a\\nb\\n", "p a", "p b"]);
    runs("p {a,b}{1,2}", &["p a1 a2 b1 b2"]);
    runs("p $((1+$(q)))", &["q", "p …"]);
    runs(
        "p {1..400} | wc",
        &[
            &format!("p {} …", (1..=256).map(|it| it.to_string()).collect::<Vec<_>>().join(" ")),
            "wc",
        ],
    );
    runs("a=(x y); p ${a[@]}; p \"${a[@]}\" ${a[0]}", &["p x y", "p x y …"]);
}

#[test]
fn what_wraps_is_looked_through() {
    runs(
        "sudo -u x env A=b nohup p a",
        &[
            "sudo -u x env A=b nohup p a",
            "sudo>env A=b nohup p a",
            "sudo>env>nohup p a",
            "sudo>env>nohup>p a",
        ],
    );
    runs("timeout -s KILL 5 p", &["timeout -s KILL 5 p", "timeout>p"]);
    runs("sh -c 'p $0 $1' a b", &["sh -c p $0 $1 a b", "sh>p … b"]);
    runs("echo a b | xargs -n 1 p -x", &["echo a b", "xargs -n 1 p -x", "xargs>p -x a b"]);
    runs("ls | xargs -I{} p {}/x", &["ls", "xargs -I{} p {}/x", "xargs>p ./…/x"]);
    runs("find src -name x -exec p {} \\;", &["find src -name x -exec p {} ;", "find>p src/…"]);
    runs("ssh -p 2 ada@web p a", &["ssh -p 2 ada@web p a", "ssh>p@web a"]);
    runs("docker exec -it -u 0 box p a", &["docker exec -it -u 0 box p a", "docker>p@box a"]);
    runs("docker run --rm -v x:/y img p a", &["docker run --rm -v x:/y img p a", "docker>p@new a"]);
    runs("kubectl exec pod -c web -- p a", &["kubectl exec pod -c web -- p a", "kubectl>p@pod a"]);
    runs(
        "python3 -c 'import os; os.system(\"p a\")'",
        &["python3 -c import os; os.system(\"p a\")", "python3>p a"],
    );
    runs(
        "parallel p {}.x ::: a b",
        &["parallel p {}.x ::: a b", "parallel>p a.x", "parallel>p b.x"],
    );
    runs("env -S 'p a'", &["env -S p a", "env>p a"]);
    runs("command -v p", &["command -v p"]);
    runs("echo 'p a' > x.sh; sh x.sh", &["echo p a", "sh x.sh", "sh>p a"]);
}

#[test]
fn files_are_told_with_their_place() {
    files(
        "cat a ../b > c 2>> /tmp/d < e",
        &["Write W/c", "Append /tmp/d", "Read W/e", "Read W/a", "Read /home/ada/code/b"],
    );
    files("cd src && rm -r a ./b/../c", &["DeleteTree W/src/a", "DeleteTree W/src/c"]);
    files("cd $X; rm a", &["Delete …/a"]);
    files("mv a b/", &["Move W/a", "Write W/b"]);
    files("cp -t out a b", &["Read W/a", "Read W/b", "Write W/out"]);
    files("sed -i s/a/b/ x y; sed -n 1p z", &["Write W/x", "Write W/y", "Read W/z"]);
    files("tee -a x; truncate -s 0 y; : > z", &["Append W/x", "Empty W/y", "Write W/z"]);
    files("curl -o x https://a.example/y", &["Write W/x"]);
    files("find . -name '*.o' -delete", &["DeleteTree W/…"]);
    files(
        "python3 -c 'open(\"a\", \"w\"); import os; os.unlink(\"b\" + \".txt\")'",
        &["Write W/a", "Delete W/b.txt"],
    );
    files("perl -e 'unlink \"a\"'", &["Delete W/a"]);
    files("ssh web 'rm -r ~/x'", &["DeleteTree /home/…/x"]);
    files("dd if=a of=/dev/null", &["Read W/a", "Write /dev/null"]);
}

#[test]
fn hosts_and_requests_are_told() {
    hosts("curl -s https://u:p@a.example:8443/x?y=b.example", &["a.example"]);
    hosts(
        "git clone git@github.com:ada/shop.git; git push https://b.example/x",
        &["github.com", "b.example"],
    );
    hosts(
        "scp a ada@c.example:/x; rsync -a b d.example:y; ssh e.example",
        &["c.example", "d.example", "e.example"],
    );
    hosts("nc -v 203.0.113.5 80; echo > /dev/tcp/f.example/80", &["203.0.113.5", "f.example"]);
    hosts("pip install --index-url https://g.example/simple x", &["g.example"]);
    hosts("curl $URL/x https://$HOST/y", &["…"]);
    requests("curl -d a=b https://a.example/x", &["POST https://a.example/x"]);
    requests("curl -X delete https://a.example/x", &["DELETE https://a.example/x"]);
    requests("wget https://a.example/x", &["GET https://a.example/x"]);
    requests("gh api repos/a/b -f x=y", &["POST https://api.github.com/repos/a/b"]);
    requests(
        "python3 -c 'import requests; requests.put(\"https://a.example/\" + \"x\")'",
        &["PUT https://a.example/x"],
    );
}

#[test]
fn what_would_never_end_ends_and_is_said() {
    let said = |text: &str, why: Why| {
        let acts = of(text);
        assert!(acts.unclear.iter().any(|it| it.why == why), "{text:.60}: {:?}", acts.unclear);
    };
    said("f() { f; f; }; f", Why::TooDeep);
    said("f() { f | f & }; f", Why::TooDeep);
    said(
        &format!(
            "x={{a,b}}{}",
            "; for a in {1..64}; do for b in {1..64}; do p; done; done".repeat(2)
        ),
        Why::TooMuch,
    );
    said("while true; do eval eval eval $X; done", Why::Code);
    said(&format!("p {}", "$(echo '".to_owned() + &"a ".repeat(20_000) + "')"), Why::TooMuch);
    said(&format!("X={}; p {}", "a".repeat(200_000), "$X ".repeat(100)), Why::TooMuch);
    of(&format!("X=aaaaaaaaaaaaaaaa; {} p $X", "X=$X$X; ".repeat(200)));
    of(&format!("X='eval \"$X\"'; eval \"$X\" {}", "a ".repeat(1000)));
    of(&format!("sh -c {}", "sh -c 'sh -c \"".repeat(200)));
    of(&format!("python3 -c '{}'", "((((a.b(".repeat(5_000)));
    of(&format!("python3 -c 'x={}'", "[".repeat(20_000)));
    of(&format!("python3 -c '{}'", "os.remove(x+".repeat(5_000)));
    of(&"a|".repeat(MAX_BYTES / 2));
    of(&"$(a)".repeat(MAX_BYTES / 4));
    of(&"x=a;".repeat(MAX_BYTES / 4));
    of(&format!("printf '{}' {}", "%s".repeat(5_000), "a ".repeat(5_000)));
    of(&format!("cat {}", "<(a) ".repeat(5_000)));
}

proptest! {
    #[test]
    fn any_shell_like_text_is_worked_through_twice_the_same(
        text in "([a-c \n$(){}<>|&;'\"`~/*=]|X=|\\$X|rm -r |eval |sh -c |xargs |find |cd |echo |python3 -c |<<E\n|\nE\n|for X in |do |done|f\\(\\)|\\$@|sudo |ssh a |os.system\\(|\\{a,b\\}){0,40}"
    ) {
        prop_assert_eq!(of(&text), of(&text));
    }

    #[test]
    fn a_quoted_argument_reaches_the_program_as_it_is(text in "[^\0]{1,40}") {
        let acts = of(&format!("p {}", crate::shell::quote(&text)));
        prop_assert_eq!(acts.runs.len(), 1);
        prop_assert_eq!(&acts.runs[0].args, &[text]);
    }

    #[test]
    fn quoted_twice_it_reaches_the_inner_program(text in "[^\0]{1,40}") {
        let inner = format!("p {}", crate::shell::quote(&text));
        let acts = of(&format!("sh -c {}", crate::shell::quote(&inner)));
        prop_assert_eq!(acts.runs.last().map(|run| run.args.clone()), Some(vec![text]));
    }

    #[test]
    fn a_resolved_path_stays_as_it_is(path in "[a-c./~*\0]{0,20}", cwd in "/[a-c/]{0,10}") {
        let once = resolve(&path, &cwd);
        prop_assert_eq!(resolve(&once, "/elsewhere"), once.clone());
    }
}
