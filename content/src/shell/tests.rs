//! What texts say, written down in a short form.

use proptest::prelude::*;

use super::*;

/// One line for each thing, nested ones in brackets.
fn told(nodes: &[Node]) -> String {
    nodes.iter().map(node).collect::<Vec<_>>().join("; ")
}

fn node(node: &Node) -> String {
    let mut text = match &node.kind {
        Kind::Simple(simple) => {
            let assigned = simple.assignments.iter().map(|it| {
                let sign = if it.mode == Assign::Append { "+=" } else { "=" };
                format!("{}{sign}{}", it.name, word(&it.value))
            });
            assigned.chain(simple.words.iter().map(word)).collect::<Vec<_>>().join(" ")
        }
        Kind::Pipeline(nodes) => nodes.iter().map(self::node).collect::<Vec<_>>().join(" | "),
        Kind::Group(nodes) => format!("{{{}}}", told(nodes)),
        Kind::Subshell(nodes) => format!("({})", told(nodes)),
        Kind::Choice(lists) => {
            format!("any[{}]", lists.iter().map(|it| told(it)).collect::<Vec<_>>().join(" / "))
        }
        Kind::Loop(nodes) => format!("loop[{}]", told(nodes)),
        Kind::For { name, words, body } => format!(
            "for {name} in {}[{}]",
            words.iter().map(word).collect::<Vec<_>>().join(" "),
            told(body)
        ),
        Kind::Function { name, body } => format!("{name}(){}", self::node(body)),
    };
    for redirect in &node.redirects {
        text.push_str(&format!(" {:?}={}", redirect.kind, word(&redirect.target)));
    }
    text
}

fn word(word: &Word) -> String {
    word.parts.iter().map(part).collect()
}

fn part(part: &Part) -> String {
    match part {
        Part::Plain(text) => text.clone(),
        Part::Quoted(text) => format!("'{text}'"),
        Part::Variable { name, change: Change::None, .. } => format!("${name}"),
        Part::Variable { name, change, .. } => match change {
            Change::Default(it) => format!("${{{name}:-{}}}", word(it)),
            Change::Instead(it) => format!("${{{name}:+{}}}", word(it)),
            Change::Required => format!("${{{name}:?}}"),
            Change::Slice(from, length) => format!("${{{name}:{from}:{length:?}}}"),
            _ => format!("${{{name}?}}"),
        },
        Part::Output { nodes, .. } => format!("$({})", told(nodes)),
        Part::Pipe(nodes) => format!("<({})", told(nodes)),
        Part::Unknown(words) => format!("?{}", words.iter().map(self::word).collect::<String>()),
    }
}

fn check(text: &str, expect: &str) {
    let script = parse(text);
    assert_eq!(told(&script.nodes), expect, "{text}");
    assert!(script.is_clear(), "{text}: {:?}", script.unclear);
}

fn unclear(text: &str, expect: Why) {
    let script = parse(text);
    assert!(script.unclear.iter().any(|it| it.why == expect), "{text:?}: {script:?}");
}

#[test]
fn words_and_quotes() {
    check("rm -rf /", "rm -rf /");
    check("  a 'b c' \"d e\" f\\ g", "a 'b c' 'd e' f' 'g");
    check("r'm' -r\"f\" \\/", "r'm' -r'f' '/'");
    check(r"$'\x72\155' $'a\nb\'c' $'\u00e9'", "'rm' 'a\nb'c' 'é'");
    check("a''b \"\" ''", "a''b '' ''");
    check("echo \"a\\$b \\\"c\\\" \\n\"", "echo 'a$b \"c\" \\n'");
    check("r\\\nm x \\\n y", "rm x y");
    check("echo a#b # rm", "echo a#b");
    check("# rm -rf /", "");
    check("echo grüße 'ü'ber", "echo grüße 'ü'ber");
}

#[test]
fn expansions_are_kept_as_such() {
    check("echo $a ${b} $1 $@ $?", "echo $a $b $1 $@ $?");
    check(
        "echo ${a:-x y} ${b:?no} ${c+z} ${d%/*} ${e:0:1}",
        "echo ${a:-x y} ${b:?} ${c:+z} ${d?} ${e:0:Some(1)}",
    );
    check("echo $(rm -rf /) `ls \\`pwd\\``", "echo $(rm -rf /) $(ls $(pwd))");
    check("echo \"$(echo \"a b\" | wc)\"", "echo $(echo 'a b' | wc)");
    check("echo $((1 + $(rm x) << 2)) $[3]", "echo ?'1 + '$(rm x)' << 2' ?'3'");
    check("diff <(sort a) >(cat)", "diff <(sort a) <(cat)");
    check("echo ${a:-$(rm x)} ${#a} ${!b}", "echo ${a:-$(rm x)} ${a?} ${b?}");
    check("rm !(keep|this)", "rm !?keepthis");
}

#[test]
fn lists_and_compounds() {
    check("a; b && c || d", "a; b; c; d");
    check("a | b |& c", "a | b | c");
    check("a & b", "(a); b");
    check("(a; b) > f", "(a; b) Write=f");
    check("{ a; b; } 2>&1", "{a; b} Duplicate=1");
    check("if a; then b; elif c; then d; else e; fi", "any[a / b / c / d / e]");
    check("while a; do b; done < f", "loop[a; b] Read=f");
    check("for x in 1 2 $y; do rm $x; done", "for x in 1 2 $y[rm $x]");
    check("for x; do a; done", "for x in ?[a]");
    check("for ((i=0; i<3; i++)); do a; done", "loop[a]");
    check(
        "case $x in a|b) c;; (*) d;; esac; e",
        "any[for _ in $x[] / for _ in a b[]; c / for _ in *[]; d]; e",
    );
    check("f() { rm x; }; f", "f(){rm x}; f");
    check("function f { a; }\nf", "f(){a}; f");
    check("[[ $a =~ ^(b|c)$ && -f $(d) ]] && e", "for _ in $a =~ ^ b c $ -f $(d)[]; e");
    check("((x++)) && a", "for _ in ?'x++'[]; a");
    check("! a && time -p b", "a; b");
    check("a\n\n  b\r\nc", "a; b; c");
    check("echo if then done", "echo if then done");
    check("((a; b) | c)", "((a; b) | c)");
}

#[test]
fn assignments_and_redirections() {
    check("A=1 B='2 3' c", "A=1 B='2 3' c");
    check("X=/; rm -rf $X", "X=/; rm -rf $X");
    check("a+=(b 'c')", "a+=b' ''c'");
    check("export P=/x Q", "P=/x export Q");
    check(
        "a > f 2>> g < h &> i >| j <> k",
        "a Write=f Append=g Read=h Write=i Write=j ReadWrite=k",
    );
    check("a 2> e >&2 <&- 3<<<x", "a WriteOther=e Duplicate=2 Duplicate=- Text=x");
    check("> /var/log/x", " Write=/var/log/x");
    check("cat <<E; a\nx $b\nE\nc", "cat Text='x '$b'\n'; a; c");
    check("cat <<'E' | b\nx $b\nE\n", "cat Text='x $b\n' | b");
    check("a <<-E\n\tx\n\tE\nb", "a Text='x\n'; b");
    check("a <<A <<B\n1\nA\n2\nB\nc", "a Text='1\n' Text='2\n'; c");
    check("a <<E && b \\\n c\nx\nE\nd", "a Text='x\n'; b c; d");
    check("x=$(cat <<E\na)b\nE\n); c", "x=$(cat Text='a)b\n'); c");
}

#[test]
fn what_is_not_understood_is_said() {
    unclear("echo 'a", Why::Unclosed);
    unclear("echo \"a", Why::Unclosed);
    unclear("a $(b", Why::Unclosed);
    unclear("if a; then b", Why::Unclosed);
    unclear("cat <<E\nx", Why::Unclosed);
    unclear("a )", Why::Grammar);
    unclear("| a", Why::Grammar);
    unclear("a; fi; b", Why::Grammar);
    unclear("a; }", Why::Grammar);
    unclear("a >", Why::Grammar);
    unclear(&"$(".repeat(500), Why::TooDeep);
    unclear(&"(".repeat(5000), Why::TooDeep);
    unclear(&"if ".repeat(5000), Why::TooDeep);
    unclear(&"${a:-".repeat(5000), Why::TooDeep);
    unclear(&"a ".repeat(MAX_BYTES), Why::TooLong);
    let script = parse("a ) ; rm -rf /");
    assert_eq!(told(&script.nodes), "a; rm -rf /", "what follows is read all the same");
}

#[test]
fn hostile_texts_end_soon() {
    let long = |text: &str| text.repeat(MAX_BYTES / text.len());
    for text in [
        "<<a ",
        "$((",
        "((() ",
        "{a,b}",
        "`\\",
        "\"$(",
        "[[ ",
        "case x in a) ",
        "f() ",
        "&",
        "<<a\n",
        "@(",
        "\\\n",
        "${",
        "$[",
        "a=(",
        "<(",
        ";;",
        "!",
        "for x in a; do ",
        "<<\\",
    ] {
        parse(&long(text));
    }
    for word in parse(&"{a,b}".repeat(200)).nodes.iter().flat_map(|node| match &node.kind {
        Kind::Simple(simple) => simple.words.as_slice(),
        _ => &[],
    }) {
        assert!(alternatives(word).len() <= 257);
    }
}

#[test]
fn braces_are_several_words() {
    let check = |text: &str, expect: &str| {
        let script = parse(text);
        let Some(Kind::Simple(simple)) = script.nodes.first().map(|node| &node.kind) else {
            panic!("{text}");
        };
        let words: Vec<String> =
            simple.words.iter().flat_map(alternatives).map(|it| word(&it)).collect();
        assert_eq!(words.join(" "), expect, "{text}");
    };
    check("{rm,-rf,/}", "rm -rf /");
    check("rm /{bin,usr/{lib,share}}/x", "rm /bin/x /usr/lib/x /usr/share/x");
    check("a{1..3} {c..a}", "a1 a2 a3 a b c");
    check("{a} '{b,c}' ${d} {} {e,$f}", "{a} '{b,c}' $d {} e $f");
    check("find . -exec rm {} +", "find . -exec rm {} +");
}

proptest! {
    #[test]
    fn a_quoted_text_is_itself(text in "[^\0]{0,40}") {
        let script = parse(&format!("x {}", quote(&text)));
        prop_assert!(script.is_clear());
        let Some(Kind::Simple(simple)) = script.nodes.first().map(|node| &node.kind) else {
            return Err(TestCaseError::fail("no command"));
        };
        prop_assert_eq!(simple.words.len(), 2);
        prop_assert_eq!(simple.words[1].literal(), Some(text));
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        parse(&text);
    }

    #[test]
    fn any_shell_like_text_is_read_twice_the_same(
        text in "([a-c \n$(){}<>|&;'\"`\\\\#!=*\\[\\]-]|<<E|\nE\n|if |then |fi|case |in |esac|do |done|for |\\$\\{|\\$\\(\\(){0,40}"
    ) {
        prop_assert_eq!(parse(&text), parse(&text));
    }
}
