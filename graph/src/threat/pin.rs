//! Findings in the threat graph: each pins its skeleton, the nodes and edges a few steps back and
//! what it stands on, so that it can still be explained when everything around it is evicted.

use std::collections::VecDeque;

use event::{Attributed, Event, Finding};
use rustc_hash::FxHashSet;

use super::edge::{EdgeFlags, Op};
use super::lower::Scene;
use super::node::{Body, FindingBody, Node, NodeKind};
use super::reach::Way;
use super::{Limits, Settings, Stats, ThreatGraph};

/// What findings keep, oldest finding first.
#[derive(Debug, Default)]
pub(super) struct Pins {
    skeletons: VecDeque<Skeleton>,
}

/// Slots: what is pinned is not evicted, so a slot stays what it is.
#[derive(Debug)]
struct Skeleton {
    nodes: Box<[u32]>,
    edges: Box<[u32]>,
}

impl Pins {
    pub fn is_over(&self, settings: &Settings, stats: &Stats) -> bool {
        !self.skeletons.is_empty()
            && (stats.pinned_nodes > settings.max_pinned_nodes
                || stats.pinned_edges > settings.max_pinned_edges
                || self.skeletons.len() > settings.max_findings)
    }
    pub fn bytes(&self) -> usize {
        self.skeletons
            .iter()
            .map(|s| size_of::<Skeleton>() + (s.nodes.len() + s.edges.len()) * size_of::<u32>())
            .sum()
    }
}

impl ThreatGraph {
    pub(super) fn raise(&mut self, finding: &Finding) {
        let at_ns = finding.time_unix_ns;
        if let Some(&slot) = self.index.findings.get(&finding.id) {
            if let Some(node) = self.nodes.get_mut(slot) {
                node.last_ns = node.last_ns.max(at_ns);
            }
            return;
        }
        let actor = self.finder(finding);
        let name = self.settings.clip(&finding.rule.title);
        let body = Body::Finding(Box::new(FindingBody {
            id: finding.id,
            severity: finding.rule.severity,
            evidence: Vec::new(),
        }));
        let slot = self.insert(NodeKind::Finding, name, body, at_ns);
        self.index.findings.insert(finding.id, slot);
        let event = finding.events.last().copied().unwrap_or_default();
        let scene = Scene { actor, at_ns, event, count: finding.count.max(1) };
        let raised = self.flow(scene.to(slot, Op::Raises));
        let evidence = self.evidence(finding, actor);
        let marks = evidence.iter().map(|edge| (*edge, self.edges.generation(*edge))).collect();
        if let Some(Node { body: Body::Finding(body), .. }) = self.nodes.get_mut(slot) {
            body.evidence = marks;
        }
        self.join_evidence(scene, slot, &evidence);
        self.pin_skeleton(slot, raised, &evidence);
    }

    /// The process that completed the finding, with its ancestors if it is not known any more.
    fn finder(&mut self, finding: &Finding) -> u32 {
        let act = event::Act::Signal(event::Toward::new(finding.process.id, 0));
        self.actor(&Attributed {
            id: finding.events.last().copied().unwrap_or_default(),
            event: Event::new(finding.time_unix_ns, finding.process.id, act),
            process: finding.process.clone(),
            actor: finding.actor.clone(),
        })
    }

    /// Marks the edges of the events the finding names.
    fn evidence(&mut self, finding: &Finding, actor: u32) -> Vec<u32> {
        let mut marked = Vec::new();
        for &event in finding.events.iter().take(Finding::MAX_EVENTS) {
            let edge = self.edge_of_event(event).or_else(|| self.find_event(actor, event));
            if let Some(slot) = edge
                && let Some(edge) = self.edges.get_mut(slot)
            {
                edge.flags.set(EdgeFlags::EVIDENCE);
                marked.push(slot);
            }
        }
        marked
    }

    /// Leads the effects of the evidence to the finding, where nothing else does: the peer that the
    /// secret went to.
    fn join_evidence(&mut self, scene: Scene, finding: u32, evidence: &[u32]) {
        let limits = Limits { work: self.settings.skeleton_nodes * 64, ..Limits::default() };
        let known = self.reach(Way::Backward, finding, limits).first;
        for &slot in evidence {
            let Some(edge) = self.edges.get(slot) else { continue };
            let (target, event) = (edge.target, edge.event);
            let leads_there = known.contains_key(&target)
                && self.nodes.get(target).is_some_and(|node| node.kind != NodeKind::Socket);
            if !leads_there && target != finding {
                self.flow(Scene { count: 1, event, ..scene }.between(
                    target,
                    finding,
                    Op::Evidence,
                ));
            }
        }
    }

    fn find_event(&self, process: u32, event: event::EventId) -> Option<u32> {
        [Way::Forward, Way::Backward]
            .into_iter()
            .flat_map(|way| self.neighbours(way, process).take(4_096))
            .find_map(|(slot, edge)| (edge.event == event).then_some(slot))
    }

    fn pin_skeleton(&mut self, finding: u32, raised: Option<u32>, evidence: &[u32]) {
        let limits = Limits {
            hops: self.settings.skeleton_hops,
            nodes: self.settings.skeleton_nodes,
            work: self.settings.skeleton_nodes * 64,
            ..Limits::default()
        };
        let reached = self.reach(Way::Backward, finding, limits);
        let edges: FxHashSet<u32> = reached
            .visits
            .iter()
            .filter_map(|visit| Some(visit.via?.0))
            .chain(raised)
            .chain(evidence.iter().copied())
            .collect();
        let mut nodes: FxHashSet<u32> = reached.first.keys().copied().collect();
        for edge in edges.iter().filter_map(|slot| self.edges.get(*slot)) {
            nodes.extend([edge.source, edge.target]);
        }
        let skeleton =
            Skeleton { nodes: nodes.into_iter().collect(), edges: edges.into_iter().collect() };
        self.pin(&skeleton);
        self.pins.skeletons.push_back(skeleton);
    }

    fn pin(&mut self, skeleton: &Skeleton) {
        for &slot in &skeleton.nodes {
            if let Some(node) = self.nodes.get_mut(slot) {
                node.pins += 1;
                self.stats.pinned_nodes += usize::from(node.pins == 1);
            }
        }
        for &slot in &skeleton.edges {
            if let Some(edge) = self.edges.get_mut(slot) {
                edge.pins += 1;
                self.stats.pinned_edges += usize::from(edge.pins == 1);
            }
        }
    }

    pub(super) fn release_oldest_finding(&mut self) {
        let Some(skeleton) = self.pins.skeletons.pop_front() else { return };
        self.stats.released_findings += 1;
        for &slot in &skeleton.nodes {
            if let Some(node) = self.nodes.get_mut(slot) {
                node.pins -= 1;
                self.stats.pinned_nodes -= usize::from(node.pins == 0);
            }
        }
        for &slot in &skeleton.edges {
            if let Some(edge) = self.edges.get_mut(slot) {
                edge.pins -= 1;
                self.stats.pinned_edges -= usize::from(edge.pins == 0);
            }
        }
    }
}
