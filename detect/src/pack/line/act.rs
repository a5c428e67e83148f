//! What is done in a line: exactly one act, or else an exec.

use event::{
    Access, Act, BpfProgLoad, ClientHello, CredentialChange, Dns, Endpoint, Exec, Exit, FileMode,
    FileOpen, FileOwner, FilePair, FileRef, FileWrite, Flow, Forked, IoUringSetup, Loss, LossCause,
    Mount, PipeUse, Place, ProcessId, Protocol, Text, Toward, User,
};

use super::Line;

type OfFlow = fn(Flow) -> Act;

impl Line {
    /// The act; the error says what is wrong with the line.
    pub fn act(&self) -> Result<Act, String> {
        let mut acts = Vec::new();
        self.file_acts(&mut acts)?;
        self.network_acts(&mut acts)?;
        self.other_acts(&mut acts);
        if self.exec == Some(true) {
            acts.push(self.exec_act());
        }
        match acts.len() {
            0 => Ok(self.exec_act()),
            1 => acts.pop().ok_or_else(String::new),
            _ => {
                let names: Vec<_> = acts.iter().map(Act::name).collect();
                Err(format!("a line is one act, this is {}", names.join(" and ")))
            }
        }
    }

    /// An exec of the line's program.
    pub fn exec_act(&self) -> Act {
        Act::ProcessExec(Box::new(Exec {
            parent: self.parent_id(),
            exe: FileRef::named(self.exe()),
            script: self.script.as_deref().map(Text::from),
            argv: self.arguments().into_iter().map(Text::from).collect(),
            cwd: self.directory().into(),
            env: self.env.iter().map(|variable| variable.as_str().into()).collect(),
            user: self.account(),
            tty: if self.tty { 0x8800 } else { 0 },
            place: Place {
                container: self.container.as_deref().map(Text::from),
                ..Place::default()
            },
            sha256: self.sha256.as_deref().map(Text::from),
            unhashed: None,
            stdin: self.stdin,
            anonymous: self.anonymous,
            elevated: self.elevated,
        }))
    }

    fn file_acts(&self, acts: &mut Vec<Act>) -> Result<(), String> {
        let file = |path: &String| FileRef::named(path.as_str());
        let open = |path, access| FileOpen {
            file: file(path),
            access: self.access.unwrap_or(access),
            error: self.error,
        };
        let pair = |(from, to): &(String, String)| FilePair { from: file(from), to: file(to) };
        let mut add = |act: Option<Act>| acts.extend(act);
        add(self.open.as_ref().map(|path| Act::FileOpen(open(path, Access::Read))));
        add(self.create.as_ref().map(|path| Act::FileCreate(open(path, Access::Write))));
        let write = |path| FileWrite { file: file(path), bytes: self.bytes };
        add(self.write.as_ref().map(|path| Act::FileWrite(write(path))));
        add(self.rename.as_ref().map(|names| Act::FileRename(pair(names))));
        add(self.symlink.as_ref().map(|names| Act::FileSymlink(pair(names))));
        add(self.link.as_ref().map(|names| Act::FileLink(pair(names))));
        add(self.unlink.as_ref().map(|path| Act::FileUnlink(file(path))));
        add(self.truncate.as_ref().map(|path| Act::FileTruncate(file(path))));
        if let Some(path) = &self.chmod {
            let text = self.mode.as_deref().ok_or("`chmod` needs `mode`, as octal text")?;
            let mode = u32::from_str_radix(text, 8);
            let mode = mode.map_err(|_| format!("`{text}` is not an octal mode"))?;
            add(Some(Act::FileChmod(FileMode { file: file(path), mode })));
        }
        let id = |id: Option<u32>| id.unwrap_or(u32::MAX);
        let chown =
            |path| FileOwner { file: file(path), uid: id(self.new_uid), gid: id(self.new_gid) };
        add(self.chown.as_ref().map(|path| Act::FileChown(chown(path))));
        Ok(())
    }

    fn network_acts(&self, acts: &mut Vec<Act>) -> Result<(), String> {
        let with_peer: [(&Option<String>, Protocol, OfFlow); 4] = [
            (&self.connect, Protocol::Tcp, Act::NetworkConnect),
            (&self.accept, Protocol::Tcp, Act::NetworkAccept),
            (&self.send, Protocol::Udp, Act::NetworkSend),
            (&self.close, Protocol::Tcp, Act::NetworkClose),
        ];
        for (remote, protocol, act) in with_peer {
            if let Some(remote) = remote {
                acts.push(act(self.flow(Some(remote), self.local.as_deref(), protocol)?));
            }
        }
        let own: [(&Option<String>, OfFlow); 2] =
            [(&self.bind, Act::NetworkBind), (&self.listen, Act::NetworkListen)];
        for (local, act) in own {
            if let Some(local) = local {
                acts.push(act(self.flow(None, Some(local), Protocol::Tcp)?));
            }
        }
        if let Some(name) = &self.dns {
            acts.push(Act::DnsQuery(self.dns_of(name)?));
        }
        if let Some(name) = &self.dns_answer {
            acts.push(Act::DnsAnswer(self.dns_of(name)?));
        }
        if let Some(name) = &self.hello {
            let flow = self.flow(self.remote.as_deref(), self.local.as_deref(), Protocol::Tcp)?;
            acts.push(Act::TlsClientHello(ClientHello { server_name: name.as_str().into(), flow }));
        }
        Ok(())
    }

    fn flow(
        &self,
        remote: Option<&str>,
        local: Option<&str>,
        protocol: Protocol,
    ) -> Result<Flow, String> {
        let side = |text: Option<&str>| text.map_or(Ok(Endpoint::None), endpoint);
        let (local, remote) = (side(local)?, side(remote)?);
        let unix = [&local, &remote].into_iter().any(|side| matches!(side, Endpoint::Unix(_)));
        Ok(Flow {
            protocol: self.protocol.unwrap_or(if unix { Protocol::Unix } else { protocol }),
            local,
            remote,
            host: self.host.as_deref().map(Text::from),
            peer: self.peer,
            cookie: 0,
            sent: self.sent,
            received: self.received,
            error: self.error,
        })
    }

    fn dns_of(&self, name: &str) -> Result<Dns, String> {
        Ok(Dns {
            name: name.into(),
            record: self.record.unwrap_or(1),
            server: self.server.as_deref().map_or(Ok(Endpoint::None), endpoint)?,
            addresses: self.addresses.clone(),
            code: self.code,
        })
    }

    fn other_acts(&self, acts: &mut Vec<Act>) {
        let mut add = |act: Option<Act>| acts.extend(act);
        let process = |pid: u32| ProcessId { start_ns: u64::from(pid), pid };
        add(self.clone.map(|pid| Act::ProcessClone(Forked { child: process(pid) })));
        add(self.exit.map(|code| {
            let duration_ns = self.duration_ms.saturating_mul(1_000_000);
            Act::ProcessExit(Exit { code, signal: self.signal_by, duration_ns, ..Exit::default() })
        }));
        let toward = |pid, what| Toward {
            target: process(pid),
            what: self.what.unwrap_or(what),
            whom: self.whom(),
        };
        add(self.ptrace.map(|pid| Act::Ptrace(toward(pid, 16))));
        add(self.signal.map(|pid| Act::Signal(toward(pid, 15))));
        add(self.mount.as_deref().map(|target| {
            let (source, fs) = (self.source.as_str().into(), self.fs.as_str().into());
            Act::Mount(Mount { source, target: target.into(), fs, flags: self.flags })
        }));
        add(self.credential.map(|(from, to)| {
            let user = |uid| User { uid, gid: uid, euid: uid, name: None };
            let (from, to) = (user(from), user(to));
            Act::CredentialChange(CredentialChange { from, to, capabilities: self.capabilities })
        }));
        add(self.module.as_deref().map(|path| Act::ModuleLoad(FileRef::named(path))));
        add(self.memfd.as_deref().map(|name| Act::MemfdCreate(FileRef::named(name))));
        add(self.bpf.as_deref().map(|name| {
            let kind = self.what.and_then(|kind| kind.try_into().ok()).unwrap_or(0);
            Act::BpfProgLoad(BpfProgLoad { kind, name: name.into() })
        }));
        add(self.io_uring.map(|entries| Act::IoUringSetup(IoUringSetup { entries, flags: 0 })));
        add(self.pipe.map(|pipe| {
            Act::PipeUse(PipeUse { pipe, write: self.direction.as_deref() != Some("read") })
        }));
        add(self.loss.map(|count| {
            let cause = LossCause::RingFull;
            let place = "ring".into();
            Act::EventLoss(Loss { cause, count, from_unix_ns: 0, until_unix_ns: 0, place })
        }));
    }
}

/// `1.2.3.4:443`, `[::1]:80`, an address alone, a path, `@abstract`.
fn endpoint(text: &str) -> Result<Endpoint, String> {
    if text.starts_with('/') || text.starts_with('@') {
        return Ok(Endpoint::Unix(text.into()));
    }
    if let Ok(address) = text.parse::<std::net::SocketAddr>() {
        return Ok(Endpoint::Ip(address.ip(), address.port()));
    }
    match text.parse() {
        Ok(ip) => Ok(Endpoint::Ip(ip, 0)),
        Err(_) => Err(format!("`{text}` is not an address with a port, nor a socket's path")),
    }
}
