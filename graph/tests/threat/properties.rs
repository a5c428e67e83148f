//! What holds for every stream: merging changes no answer, the bounds hold, pins hold, and what is
//! drawn stays well-formed whatever the names are.

use event::testing::pid;
use event::{Access, Act, Endpoint, Flow, PipeUse, Toward};
use graph::threat::{Limits, NodeId, Reduction, Settings, Subgraph};
use proptest::prelude::*;

use super::stream::{SECOND, Story, opened, to};

/// Characters that move, hide or reverse what is shown.
const UNSAFE: [char; 4] = ['\u{202e}', '\u{1b}', '\u{0}', '\r'];

/// One step of a random stream: who, what kind of act, on which object, how much later.
type Step = (u32, u8, u8, u64);

fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((1_u32..6, 0_u8..14, 0_u8..5, 0_u64..3), 1..most)
}

fn tell(story: &mut Story, steps: &[Step]) {
    for &(process, kind, object, later) in steps {
        story.second += later;
        let Some(act) = act(process, kind, object) else { continue };
        let at_ns = story.second * SECOND;
        story.event(event::Event::new(at_ns, pid(process), act));
    }
}

fn act(process: u32, kind: u8, object: u8) -> Option<Act> {
    let path = format!("/f{object}");
    let file = event::FileRef::named(path.as_str());
    let other = pid(1 + u32::from(object));
    let pair = |from: u16, to: u16| {
        let end = |port| Endpoint::Ip(std::net::Ipv4Addr::LOCALHOST.into(), port);
        Flow { local: end(from), remote: end(to), ..Flow::default() }
    };
    Some(match kind {
        0 | 1 => Act::FileOpen(opened(&path, Access::Read)),
        2 => Act::FileOpen(opened(&path, Access::ReadWrite)),
        3 => Act::FileOpen(opened(&path, Access::Write)),
        4 | 5 => Act::FileWrite(event::FileWrite { file, bytes: 1 }),
        6 => Act::FileRename(event::FilePair {
            from: file,
            to: event::FileRef::named(format!("/f{}", (object + 1) % 5)),
        }),
        7 => {
            Act::PipeUse(PipeUse { pipe: u64::from(object % 2), write: process.is_multiple_of(2) })
        }
        8 => Act::NetworkConnect(to("93.184.216.34:443")),
        9 => Act::NetworkClose(to("93.184.216.34:443")),
        10 if process < 3 => Act::NetworkConnect(pair(5_000, 80)),
        10 => Act::NetworkAccept(pair(80, 5_000)),
        11 => Act::Signal(Toward::new(other, 15)),
        12 if other != pid(process) => Act::Ptrace(Toward::new(other, 16)),
        13 if object == 0 => Act::ProcessExit(event::Exit::default()),
        13 => Act::FileUnlink(file),
        _ => return None,
    })
}

/// The same stream with and without merging.
fn both(steps: &[Step]) -> [Story; 2] {
    [Reduction::Causal, Reduction::None].map(|reduction| {
        let mut story = Story::new(Settings { reduction, ..Settings::default() });
        tell(&mut story, steps);
        story
    })
}

fn whole(answer: &Subgraph) -> Vec<String> {
    let mut nodes: Vec<String> = answer
        .nodes
        .iter()
        .map(|n| format!("{:?} {} {:?} v{} {}", n.kind, n.name, n.pid, n.version, n.first_unix_ns))
        .collect();
    nodes.sort();
    nodes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_changes_no_answer(steps in steps(120), until in 0_u64..120) {
        let [merged, plain] = both(&steps);
        prop_assert!(merged.graph.stats().edges <= plain.graph.stats().edges);
        let nodes: Vec<NodeId> = merged.graph.nodes().collect();
        prop_assert_eq!(&nodes, &plain.graph.nodes().collect::<Vec<_>>());
        for node in nodes {
            let always = Limits::default();
            let then = Limits { until_unix_ns: until * SECOND, ..always };
            for limits in [always, then] {
                prop_assert_eq!(
                    whole(&merged.graph.backward(node, limits)),
                    whole(&plain.graph.backward(node, limits)),
                    "what led to {:?}", node
                );
            }
            prop_assert_eq!(
                whole(&merged.graph.forward(node, always)),
                whole(&plain.graph.forward(node, always)),
                "what came of {:?}", node
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_bounds_hold_after_every_act(steps in steps_wide(600), findings in prop::collection::vec(0_usize..600, 0..20)) {
        let settings = small();
        let mut story = Story::new(settings);
        story.session(true);
        for (at, step) in steps.iter().enumerate() {
            tell(&mut story, &[*step]);
            if findings.contains(&at) {
                story.finding(step.0, &[event::EventId(story.next - 1)], &format!("finding {at}"));
            }
            let stats = story.graph.stats();
            prop_assert!(stats.nodes <= settings.max_nodes, "{:?}", stats);
            prop_assert!(stats.edges <= settings.max_edges, "{:?}", stats);
            prop_assert!(stats.text_bytes <= settings.max_text_bytes, "{:?}", stats);
            prop_assert!(stats.pinned_nodes <= settings.max_pinned_nodes, "{:?}", stats);
            if at % 16 == 0 {
                prop_assert_eq!(story.graph.audit(), Ok(()));
            }
        }
        prop_assert_eq!(story.graph.audit(), Ok(()));
    }

    #[test]
    fn what_a_finding_needs_is_never_evicted(before in steps_wide(60), after in steps_wide(600)) {
        let settings = Settings { skeleton_nodes: 16, ..small() };
        let mut story = Story::new(settings);
        tell(&mut story, &before);
        let id = story.finding(1, &[event::EventId(story.next - 1)], "finding");
        let node = story.graph.finding(id).unwrap();
        let skeleton = Limits { nodes: 16, hops: settings.skeleton_hops, ..Limits::default() };
        let kept = whole(&story.graph.backward(node, skeleton));
        story.second += 1;
        tell(&mut story, &after);
        prop_assert_eq!(story.graph.stats().released_findings, 0);
        let now = whole(&story.graph.backward(node, Limits::default()));
        for name in kept {
            prop_assert!(now.contains(&name), "{} not in {:#?}", name, now);
        }
        prop_assert!(!story.graph.explain(id).is_empty());
    }

    #[test]
    fn drawings_are_well_formed_whatever_the_names(name in hostile(), other in hostile()) {
        let mut story = Story::new(Settings::default());
        story.session(true);
        story.start(1, 2, &name, &other);
        let read = story.read(2, &other);
        story.create(2, &name);
        let id = story.finding(2, &[read], &name);
        let answer = story.graph.of_finding(id, Limits::default());
        let json = serde_json::to_string(&answer).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Subgraph>(&json).unwrap(), &answer);
        check_xml(&answer.to_svg())?;
        check_dot(&answer.to_dot())?;
        for text in [answer.to_svg(), answer.to_dot()] {
            prop_assert!(text.len() < 40_000, "{} bytes", text.len());
            prop_assert!(!text.contains(UNSAFE), "unsafe characters");
        }
        for step in story.graph.explain(id) {
            prop_assert!(step.words.chars().count() < 400);
            prop_assert!(!step.words.contains(UNSAFE), "unsafe characters");
        }
    }
}

fn small() -> Settings {
    Settings {
        max_nodes: 128,
        max_edges: 160,
        max_pinned_nodes: 32,
        max_pinned_edges: 40,
        skeleton_nodes: 8,
        ..Settings::default()
    }
}

/// Many processes and files, so that there is much to evict.
fn steps_wide(most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((1_u32..120, 0_u8..14, 0_u8..200, 0_u64..3), 1..most)
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just("\"]; } digraph evil { \\".to_owned()),
        Just("</text><script>alert(1)</script>]]>&amp;".to_owned()),
        Just("a\nb\rc\u{202e}txt.exe\u{0}\u{1b}[31m\u{feff}\u{ffff}".to_owned()),
        Just("/".repeat(10_000)),
        Just("\u{10ffff}ü漢".repeat(2_500)),
        Just(String::new()),
    ]
}

/// A tiny reader of XML: tags balance, attributes are quoted, text has no bare `<` or `&`.
fn check_xml(text: &str) -> Result<(), TestCaseError> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        let here = &rest[at..];
        if let Some(after) = here.strip_prefix('&') {
            let entity = here.split_inclusive(';').next().unwrap_or_default();
            prop_assert!(
                ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"].contains(&entity),
                "entity {}",
                entity
            );
            rest = after;
            continue;
        }
        let end = here.find('>').ok_or_else(|| TestCaseError::fail("a tag does not end"))?;
        let tag = &here[1..end];
        prop_assert!(tag.matches('"').count().is_multiple_of(2), "quotes in {}", tag);
        if let Some(name) = tag.strip_prefix('/') {
            prop_assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split([' ', '\n']).next().unwrap_or_default());
        }
        rest = &here[end + 1..];
    }
    prop_assert!(open.is_empty(), "{:?} not closed", open);
    let allowed = |c: char| !c.is_control() || c == '\n';
    let fits = text.chars().all(|c| allowed(c) && c != '\u{fffe}' && c != '\u{ffff}');
    prop_assert!(fits, "not allowed in XML");
    Ok(())
}

/// Every line of DOT has its quotes closed, and nothing outside of them but the language itself.
fn check_dot(text: &str) -> Result<(), TestCaseError> {
    for line in text.lines() {
        let (mut quoted, mut escaped, mut outside) = (false, false, String::new());
        for character in line.chars() {
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                other if !quoted => outside.push(other),
                _ => {}
            }
        }
        prop_assert!(!quoted, "open quote in {}", line);
        let plain = |c: char| c.is_ascii_alphanumeric() || " =[],;->{}\\_".contains(c);
        prop_assert!(outside.chars().all(plain), "{}", outside);
    }
    Ok(())
}
