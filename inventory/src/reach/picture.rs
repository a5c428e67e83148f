//! A map as a picture for Graphviz: agents to the left, what they could touch to the right.

use std::fmt::Write;

use event::show::{brief, plain};

use super::{Edge, Held, Map, Way};

/// Most things that are drawn for one agent: more is a list, not a picture.
const MOST: usize = 60;
/// Longest label, in characters.
const LONGEST: usize = 60;

/// All maps in Graphviz's language. What is held is drawn dashed, production red.
pub fn dot(maps: &[Map]) -> String {
    let mut out =
        String::from("digraph reach {\n  rankdir=LR;\n  node [shape=box, fontname=sans];\n");
    for map in maps {
        let agent = format!("{}@{}", map.product, map.owner);
        let label = format!("{} of {}", map.name, map.owner);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {} [label={}, style=bold];", quoted(&agent), shortened(&label));
        for edge in map.edges.iter().take(MOST) {
            let target = quoted(&format!("{}: {}", edge.what, edge.place));
            let style = if edge.held == Held::No { "solid" } else { "dashed" };
            let colour = if edge.production.is_some() { ", color=red" } else { "" };
            let _ = writeln!(out, "  {target} [label={}{colour}];", shortened(&label_of(edge)));
            let way = quoted(edge.way.say());
            let agent = quoted(&agent);
            let _ = writeln!(out, "  {agent} -> {target} [label={way}, style={style}{colour}];");
        }
        if let Some(more) = map.edges.len().checked_sub(MOST).filter(|more| *more > 0) {
            let _ = writeln!(
                out,
                "  {} [label=\"and {more} more\"];",
                quoted(&format!("{agent} more"))
            );
        }
    }
    out + "}\n"
}

fn label_of(edge: &Edge) -> String {
    let opens = edge.opens.iter().map(|it| &**it).collect::<Vec<_>>().join(", ");
    if opens.is_empty() {
        format!("{} {}", edge.what, edge.name)
    } else {
        format!("{} {}: {opens}", edge.what, edge.name)
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", plain(text).replace('\\', "\\\\").replace('"', "\\\""))
}

fn shortened(text: &str) -> String {
    quoted(&brief(text, LONGEST))
}

impl Way {
    /// In a word.
    pub fn say(self) -> &'static str {
        match self {
            Self::Root => "becomes",
            Self::Read => "reads",
            Self::Push => "pushes to",
            Self::Write => "changes",
            Self::Commands => "runs",
            Self::Engine => "starts containers by",
            Self::Metadata => "asks for",
            Self::Network => "talks to",
        }
    }
}
