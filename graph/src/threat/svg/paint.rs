//! What each kind of node looks like in a picture of the threat graph. Pastel shapes with dark text
//! stand on a light and on a dark page.

use std::fmt::Write;

use super::super::node::NodeKind;

/// Colours of a kind: fill and outline.
pub(super) fn colours(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Agent => ("#d9d2ff", "#6e5bd6"),
        NodeKind::Session | NodeKind::ToolCall => ("#ece8ff", "#8d7fe0"),
        NodeKind::Process => ("#d3e5ff", "#3b7dd8"),
        NodeKind::File => ("#fff0c7", "#c7961c"),
        NodeKind::Socket | NodeKind::Name => ("#cdf2dc", "#2c9b62"),
        NodeKind::Pipe | NodeKind::Terminal | NodeKind::System => ("#e6eaef", "#7a8694"),
        NodeKind::Kernel => ("#f6d9f3", "#b04aa5"),
        NodeKind::Finding => ("#ffd9d6", "#d1242f"),
    }
}

/// What a kind is called in the legend.
pub(super) fn word(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Agent => "agent",
        NodeKind::Session => "session",
        NodeKind::ToolCall => "tool call",
        NodeKind::Process => "process",
        NodeKind::File => "file",
        NodeKind::Socket => "peer",
        NodeKind::Name => "DNS name",
        NodeKind::Pipe => "pipe",
        NodeKind::Terminal => "terminal",
        NodeKind::Kernel => "kernel",
        NodeKind::System => "system files",
        NodeKind::Finding => "finding",
    }
}

/// A rectangle by its middle and size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub fn overlaps(self, other: Self) -> bool {
        (self.x - other.x).abs() * 2.0 < self.width + other.width
            && (self.y - other.y).abs() * 2.0 < self.height + other.height
    }
}

/// The outline of a kind in `area`; `bold` marks what the question was about.
pub(super) fn shape(svg: &mut String, kind: NodeKind, area: Area, bold: bool) {
    let (fill, stroke) = colours(kind);
    let weight = if bold || kind == NodeKind::Finding { 2.4 } else { 1.3 };
    let (left, top) = (area.x - area.width / 2.0, area.y - area.height / 2.0);
    let (right, bottom) = (left + area.width, top + area.height);
    let corner = area.height / 4.0;
    let paint = format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{weight}\"");
    // Writing into a String cannot fail.
    let _ = match kind {
        NodeKind::File | NodeKind::System => writeln!(
            svg,
            "<path d=\"M{left:.1} {top:.1}H{:.1}L{right:.1} {:.1}V{bottom:.1}H{left:.1}Z\" {paint}/>\
             <path d=\"M{:.1} {top:.1}V{:.1}H{right:.1}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{weight}\"/>",
            right - corner,
            top + corner,
            right - corner,
            top + corner,
        ),
        NodeKind::Finding | NodeKind::Kernel => writeln!(
            svg,
            "<path d=\"M{:.1} {top:.1}H{:.1}L{right:.1} {:.1}V{:.1}L{:.1} {bottom:.1}H{:.1}L{left:.1} {:.1}V{:.1}Z\" {paint}/>",
            left + corner,
            right - corner,
            top + corner,
            bottom - corner,
            right - corner,
            left + corner,
            bottom - corner,
            top + corner,
        ),
        NodeKind::Pipe => writeln!(
            svg,
            "<path d=\"M{:.1} {top:.1}H{right:.1}L{:.1} {bottom:.1}H{left:.1}Z\" {paint}/>",
            left + corner,
            right - corner,
        ),
        NodeKind::Agent | NodeKind::Socket | NodeKind::Name => {
            rectangle(svg, area, area.height / 2.0, &paint)
        }
        NodeKind::Session | NodeKind::ToolCall => {
            rectangle(svg, area, area.height / 2.0, &format!("{paint} stroke-dasharray=\"5 3\""))
        }
        NodeKind::Process | NodeKind::Terminal => rectangle(svg, area, 5.0, &paint),
    };
}

fn rectangle(svg: &mut String, area: Area, radius: f64, paint: &str) -> std::fmt::Result {
    writeln!(
        svg,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{radius:.1}\" {paint}/>",
        area.x - area.width / 2.0,
        area.y - area.height / 2.0,
        area.width,
        area.height,
    )
}
