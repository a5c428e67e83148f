//! What holds for every stream: merging changes no answer, the bounds hold, pins hold, and what is
//! drawn stays well-formed whatever the names are.

use event::testing::pid;
use event::{Access, Act, Endpoint, Flow, PipeUse, Toward};
use graph::threat::{Limits, NodeId, Reduction, Settings, Subgraph};
use proptest::prelude::*;

use super::stream::{SECOND, Story, opened, to};

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
        11 => Act::Signal(Toward { target: other, what: 15 }),
        12 if other != pid(process) => Act::Ptrace(Toward { target: other, what: 16 }),
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
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

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
