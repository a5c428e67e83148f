//! Acts upon files, in the threat graph. A file is its inode where that is known, else its name;
//! a node is one version of it. A write makes a new version once somebody else has read the last.

use event::{Access, Caveats, FileOpen, FilePair, FileRef, FileWrite, Mount, Text};

use super::super::ThreatGraph;
use super::super::edge::Op;
use super::super::flow::Flow;
use super::super::node::{Body, FileBody, NodeKind, Party};
use super::Scene;

const UNKNOWN: (u64, u64) = (0, 0);

impl ThreatGraph {
    pub(super) fn file_open(&mut self, scene: Scene, open: &FileOpen, caveats: Caveats) {
        if open.error != 0 || caveats.contains(Caveats::FAILED) {
            let file = self.file(scene, &open.file);
            self.flow(scene.to(file, Op::Attempt));
            return;
        }
        if matches!(open.access, Access::Read | Access::ReadWrite) {
            self.file_read(scene, &open.file, open.access);
        }
        if matches!(open.access, Access::Write | Access::ReadWrite) {
            self.written(scene, &open.file, Op::Write, 0);
        }
    }

    pub(super) fn file_create(&mut self, scene: Scene, open: &FileOpen) {
        if open.error != 0 {
            let file = self.file(scene, &open.file);
            self.flow(scene.to(file, Op::Attempt));
            return;
        }
        let file = self.new_file(scene, &open.file, 0);
        self.wrote(scene, file);
        self.flow(scene.to(file, Op::Create));
    }

    /// The first write is an event, then totals: a total stands for all the time since this
    /// process last touched the file.
    pub(super) fn file_write(&mut self, scene: Scene, write: &FileWrite) {
        self.written(scene, &write.file, Op::Write, write.bytes);
    }

    pub(super) fn file_truncate(&mut self, scene: Scene, file: &FileRef) {
        self.written(scene, file, Op::Truncate, 0);
    }

    pub(super) fn file_act(&mut self, scene: Scene, file: &FileRef, op: Op) {
        let file = self.file(scene, file);
        self.flow(scene.to(file, op));
    }

    pub(super) fn file_rename(&mut self, scene: Scene, pair: &FilePair) {
        let old = self.file(scene, &pair.from);
        self.forget_path(&pair.from.path, old);
        let inode = if pair.to.inode == UNKNOWN { pair.from.inode } else { pair.to.inode };
        let version = self.version(old) + 1;
        let renamed = FileRef { path: pair.to.path.clone(), inode };
        let new = self.new_file(scene, &renamed, version);
        self.end(old, scene.at_ns);
        self.flow(scene.between(old, new, Op::Rename));
        self.flow(scene.to(new, Op::Rename));
    }

    pub(super) fn file_unlink(&mut self, scene: Scene, file: &FileRef) {
        let slot = self.file(scene, file);
        self.forget_path(&file.path, slot);
        if let Some(body) = self.file_body(slot) {
            body.removed = true;
        }
        self.flow(scene.to(slot, Op::Unlink));
    }

    pub(super) fn file_link(&mut self, scene: Scene, pair: &FilePair) {
        let old = self.file(scene, &pair.from);
        if let Some(body) = self.file_body(old) {
            body.linked = true;
        }
        // Only the name is new: the inode stays with the node that has the content.
        let new = self.new_file(scene, &FileRef::named(pair.to.path.clone()), 0);
        self.flow(scene.between(old, new, Op::Link));
        self.flow(scene.to(new, Op::Link));
    }

    /// An anonymous file: without an inode nothing else can mean the same one.
    pub(super) fn memfd_create(&mut self, scene: Scene, file: &FileRef) {
        let slot = self.new_file(scene, file, 0);
        self.forget_path(&file.path, slot);
        self.wrote(scene, slot);
        self.flow(scene.to(slot, Op::Create));
    }

    pub(super) fn mount(&mut self, scene: Scene, mount: &Mount) {
        self.file_act(scene, &FileRef::named(mount.target.clone()), Op::Mount);
    }

    fn file_read(&mut self, scene: Scene, file: &FileRef, access: Access) {
        if self.is_terminal(&file.path) {
            let terminal = self.terminal(&file.path, scene.at_ns);
            self.flow(scene.from(terminal, Op::Read));
        } else if access == Access::Read && self.is_system_read(scene.actor, file) {
            self.stats.folded += u64::from(scene.count);
            let system = self.system_node(scene.at_ns);
            self.flow(scene.from(system, Op::Read));
        } else {
            let slot = self.file(scene, file);
            self.read_by_actor(scene, slot, Op::Read);
        }
    }

    /// The file goes into the acting process.
    pub(super) fn read_by_actor(&mut self, scene: Scene, file: u32, op: Op) {
        let reader = self.id(scene.actor);
        if let Some(body) = self.file_body(file) {
            body.reader.join(reader);
        }
        self.flow(scene.from(file, op));
    }

    fn written(&mut self, scene: Scene, file: &FileRef, op: Op, bytes: u64) {
        let writer = self.id(scene.actor);
        let current = self.file(scene, file);
        let told_others = self.file_body(current).is_some_and(|b| b.reader.has_other_than(writer));
        let since = self.last_touch(scene, current, op, bytes);
        let flow = Flow { from_ns: since, bytes, ..scene.to(current, op) };
        if !told_others {
            self.wrote(scene, current);
            self.flow(flow);
            return;
        }
        if since < scene.at_ns {
            self.flow(Flow { bytes: 0, count: 0, ..flow });
        }
        let next = self.next_version(scene, current);
        self.wrote(scene, next);
        self.flow(Flow { bytes, ..scene.to(next, op) });
    }

    /// From when on bytes may have been written unseen: totals only, an open begins anew.
    fn last_touch(&self, scene: Scene, file: u32, op: Op, bytes: u64) -> u64 {
        let touched = [op, Op::Create].into_iter().filter_map(|op| {
            let edge = self.edges.get(self.last_edge(scene.actor, file, op)?)?;
            Some(edge.last_ns)
        });
        match touched.max() {
            Some(last_ns) if bytes > 0 => last_ns.min(scene.at_ns),
            _ => scene.at_ns,
        }
    }

    fn next_version(&mut self, scene: Scene, current: u32) -> u32 {
        let Some(node) = self.nodes.get(current) else { return current };
        let Body::File(body) = &node.body else { return current };
        let (version, linked) = (body.version + 1, body.linked);
        let file = FileRef { path: node.name.clone(), inode: body.inode };
        let next = self.new_file(scene, &file, version);
        if let Some(body) = self.file_body(next) {
            body.linked = linked;
        }
        self.end(current, scene.at_ns);
        self.flow(scene.between(current, next, Op::Version));
        next
    }

    fn wrote(&mut self, scene: Scene, file: u32) {
        let writer = self.id(scene.actor);
        if let Some(body) = self.file_body(file) {
            body.writer.join(writer);
        }
    }

    /// The current version of a file, made if it was not known.
    pub(super) fn file(&mut self, scene: Scene, file: &FileRef) -> u32 {
        match self.find_file(file) {
            Some(slot) => slot,
            None => self.new_file(scene, file, 0),
        }
    }

    fn find_file(&mut self, file: &FileRef) -> Option<u32> {
        if file.inode != UNKNOWN
            && let Some(&slot) = self.index.inodes.get(&file.inode)
        {
            let reused = self.file_body(slot).is_some_and(|b| b.removed && !b.linked);
            let same_name = self.nodes.get(slot).is_some_and(|n| n.name == file.path);
            if !reused || same_name {
                return Some(slot);
            }
        }
        let slot = *self.index.paths.get(&file.path)?;
        let body = self.file_body(slot)?;
        match (body.inode, file.inode) {
            (_, UNKNOWN) => Some(slot),
            (UNKNOWN, inode) => {
                body.inode = inode;
                self.index.inodes.insert(inode, slot);
                Some(slot)
            }
            // Another file has taken the name, or the name is of another mount namespace.
            _ => None,
        }
    }

    pub(super) fn new_file(&mut self, scene: Scene, file: &FileRef, version: u32) -> u32 {
        let body = FileBody {
            inode: file.inode,
            version,
            writer: Party::Nobody,
            reader: Party::Nobody,
            linked: false,
            removed: false,
        };
        let name = file.path.clone();
        let slot = self.insert(NodeKind::File, name.clone(), Body::File(body), scene.at_ns);
        if file.inode != UNKNOWN {
            self.index.inodes.insert(file.inode, slot);
        }
        self.index.paths.insert(name, slot);
        slot
    }

    fn forget_path(&mut self, path: &Text, slot: u32) {
        super::super::index::forget(&mut self.index.paths, path, slot);
    }

    fn file_body(&mut self, slot: u32) -> Option<&mut FileBody> {
        match &mut self.nodes.get_mut(slot)?.body {
            Body::File(body) => Some(body),
            _ => None,
        }
    }

    fn version(&mut self, slot: u32) -> u32 {
        self.file_body(slot).map_or(0, |body| body.version)
    }

    fn terminal(&mut self, path: &Text, at_ns: u64) -> u32 {
        if let Some(&slot) = self.index.terminals.get(path) {
            return slot;
        }
        let slot = self.insert(NodeKind::Terminal, path.clone(), Body::Plain, at_ns);
        self.index.terminals.insert(path.clone(), slot);
        slot
    }

    fn system_node(&mut self, at_ns: u64) -> u32 {
        if let Some(slot) = self.index.system {
            return slot;
        }
        let slot = self.insert(NodeKind::System, "system libraries".into(), Body::Plain, at_ns);
        self.index.system = Some(slot);
        slot
    }
}
