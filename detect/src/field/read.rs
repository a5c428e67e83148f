//! Reads a field's values from an attributed event, without copying where it can.

mod audit;
mod file;
mod network;
mod process;
mod scope;
mod script;
mod secret;
mod toward;

pub use audit::{syscalls_of, types_of};
pub use process::ancestors;
pub use scope::{Scope, of_endpoint, of_host, of_ip};

use event::{Act, Attributed, Text};

use super::Field;
use crate::prevalence::FirstTimes;

/// What a rule looks at: the event, and what the engine remembers about it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The event.
    pub act: &'a Attributed,
    /// Whether its program or host is new to the agent.
    pub first: FirstTimes,
}

/// One value of a field.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Text that is shared: what was found in it may be remembered by its address.
    Shared(&'a Text),
    /// Text that never changes, remembered in the same way.
    Fixed(&'static str),
    /// Other text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// True or false.
    Flag(bool),
}

/// What takes the values of a field.
pub type Take<'t> = &'t mut dyn FnMut(Value<'_>);

/// Gives each value of `field` in `input` to `take`; none if the event does not carry it.
pub fn read(field: Field, input: Input<'_>, take: Take<'_>) {
    let act = input.act;
    match field {
        Field::EventType => take(Value::Fixed(act.event.act.name())),
        Field::Time => {
            take(Value::Text(&crate::civil::Civil::of(act.event.time_unix_ns).to_string()))
        }
        Field::Image | Field::Exe => process::image(act, take),
        Field::CommandLine => process::command_line(act, take),
        Field::ParentImage => process::parent_image(act, take),
        Field::ParentCommandLine => process::parent_command_line(act, take),
        Field::CurrentDirectory | Field::AuditCwd => process::directory(act, take),
        Field::User => process::user(act, take),
        Field::Uid | Field::AuditUid => take(Value::Number(process::account(act).uid.into())),
        Field::Gid | Field::AuditGid => take(Value::Number(process::account(act).gid.into())),
        Field::Euid | Field::AuditEuid => take(Value::Number(process::account(act).euid.into())),
        Field::ProcessId | Field::AuditPid => take(Value::Number(act.event.process.pid.into())),
        Field::ParentProcessId | Field::AuditPpid => process::parent_pid(act, take),
        Field::Process => take(Value::Text(&act.event.process.to_string())),
        Field::Agent => process::actor(act, |actor| take(Value::Shared(&actor.product))),
        Field::AgentKind => process::agent_kind(act, take),
        Field::AgentId => process::actor(act, |a| take(Value::Text(&a.agent.to_string()))),
        Field::Session => process::actor(act, |a| take(Value::Text(&a.session.to_string()))),
        Field::ToolCall => process::tool_call(act, take),
        Field::Attribution => process::attribution(act, take),
        Field::Workspace => process::workspace(act, take),
        Field::InWorkspace => file::in_workspace(act, take),
        Field::Lineage => process::lineage(act, take),
        Field::LineageCommandLine => process::lineage_command_line(act, take),
        Field::SecretKind => secret::kinds(act, take),
        Field::Count => take(Value::Number(act.event.count.into())),
        Field::Caveats => act.event.caveats.names().for_each(|name| take(Value::Fixed(name))),
        Field::ScriptPath => script::script(act, take),
        Field::Argument => process::arguments(act, take),
        Field::Environment => process::environment(act, take),
        Field::Hashes => process::hashes(act, take),
        Field::Anonymous => process::exec(act, |exec| take(Value::Flag(exec.anonymous))),
        Field::Elevated => process::exec(act, |exec| take(Value::Flag(exec.elevated))),
        Field::Tty => process::exec(act, |exec| take(Value::Flag(exec.tty != 0))),
        Field::StandardInput => process::stdin(act, take),
        Field::Container => process::container(act, take),
        Field::FirstTimeProgram => {
            input.first.program.into_iter().for_each(|f| take(Value::Flag(f)))
        }
        Field::FirstTimeHost => input.first.host.into_iter().for_each(|f| take(Value::Flag(f))),
        Field::TargetFilename => file::target(act, take),
        Field::SourceFilename => file::source(act, take),
        Field::Access => file::access(act, take),
        Field::Mode => file::mode(act, take),
        Field::SetId => file::set_id(act, take),
        Field::Bytes => file::bytes(act, take),
        Field::Error => file::error(act, take),
        Field::NewUid | Field::NewGid => file::new_owner(field, act, take),
        Field::OldUid | Field::OldEuid | Field::NewEuid => toward::ids_of_change(field, act, take),
        Field::CapabilitiesGained => toward::capabilities_gained(act, take),
        Field::Protocol => network::protocol(act, take),
        Field::Initiated => network::initiated(act, take),
        Field::SourceIp => network::ip(network::Side::Own, act, take),
        Field::SourcePort => network::port(network::Side::Own, act, take),
        Field::SourceScope => network::scope(network::Side::Own, act, take),
        Field::DestinationIp => network::ip(network::Side::Other, act, take),
        Field::DestinationPort => network::port(network::Side::Other, act, take),
        Field::DestinationScope => network::scope(network::Side::Other, act, take),
        Field::DestinationHostname => network::host(act, take),
        Field::SocketPath => network::socket_path(act, take),
        Field::BytesSent => network::flow(act, |flow| take(Value::Number(flow.sent as f64))),
        Field::BytesReceived => {
            network::flow(act, |flow| take(Value::Number(flow.received as f64)))
        }
        Field::PeerProcessId => network::peer(act, take),
        Field::QueryName => network::dns(act, |dns| take(Value::Shared(&dns.name))),
        Field::QueryType => network::query_type(act, take),
        Field::QueryResults => network::query_results(act, take),
        Field::QueryStatus => network::dns(act, |dns| take(Value::Number(dns.code.into()))),
        Field::TargetProcessId => toward::target_pid(act, take),
        Field::TargetIs
        | Field::TargetImage
        | Field::TargetCommandLine
        | Field::TargetUser
        | Field::TargetAgent
        | Field::TargetSession => toward::whom(field, act, take),
        Field::Signal => toward::signal(act, take),
        Field::PtraceRequest => toward::ptrace_request(act, take),
        Field::ExitCode => process::exit(act, |exit| take(Value::Number(exit.code.into()))),
        Field::DurationMs => {
            process::exit(act, |exit| take(Value::Number((exit.duration_ns / 1_000_000) as f64)));
        }
        Field::MountSource | Field::MountTarget | Field::MountFs | Field::MountFlags => {
            mount(field, act, take);
        }
        Field::ProgramType | Field::ProgramName => program(field, act, take),
        Field::Entries => {
            if let Act::IoUringSetup(setup) = &act.event.act {
                take(Value::Number(setup.entries.into()));
            }
        }
        Field::Pipe | Field::Direction => pipe(field, act, take),
        Field::LossCause | Field::LossCount | Field::LossPlace => loss(field, act, take),
        Field::AuditType => audit::record_types(act, take),
        Field::AuditSyscall => audit::syscall(act, take),
        Field::Comm => audit::comm(act, take),
        Field::AuditName => audit::names(act, take),
        Field::AuditNameType => audit::name_types(act, take),
        Field::AuditArgc => process::exec(act, |exec| take(Value::Number(exec.argv.len() as f64))),
        Field::AuditSuccess => audit::success(act, take),
        Field::AuditTty => audit::tty(act, take),
        Field::AuditArgument(index) => audit::argument(index, act, take),
        Field::Keywords => keywords(act, take),
    }
}

/// What keywords search.
fn keywords(act: &Attributed, take: Take<'_>) {
    match &act.event.act {
        Act::ProcessExec(_) => process::command_line(act, take),
        Act::Mount(mount) => {
            take(Value::Shared(&mount.source));
            take(Value::Shared(&mount.target));
        }
        Act::BpfProgLoad(program) => take(Value::Shared(&program.name)),
        Act::DnsQuery(dns) | Act::DnsAnswer(dns) => take(Value::Shared(&dns.name)),
        other if other.flow().is_some() => {
            network::host(act, take);
            network::socket_path(act, take);
        }
        _ => {
            file::target(act, take);
            file::source(act, take);
        }
    }
}

fn mount(field: Field, act: &Attributed, take: Take<'_>) {
    let Act::Mount(mount) = &act.event.act else { return };
    take(match field {
        Field::MountSource => Value::Shared(&mount.source),
        Field::MountTarget => Value::Shared(&mount.target),
        Field::MountFs => Value::Shared(&mount.fs),
        _ => Value::Number(mount.flags as f64),
    });
}

fn program(field: Field, act: &Attributed, take: Take<'_>) {
    let Act::BpfProgLoad(program) = &act.event.act else { return };
    take(match field {
        Field::ProgramName => Value::Shared(&program.name),
        _ => Value::Number(program.kind.into()),
    });
}

fn pipe(field: Field, act: &Attributed, take: Take<'_>) {
    let Act::PipeUse(pipe) = &act.event.act else { return };
    take(match field {
        Field::Pipe => Value::Number(pipe.pipe as f64),
        _ if pipe.write => Value::Fixed("write"),
        _ => Value::Fixed("read"),
    });
}

fn loss(field: Field, act: &Attributed, take: Take<'_>) {
    let Act::EventLoss(loss) = &act.event.act else { return };
    take(match field {
        Field::LossCause => Value::Fixed(loss.cause.name()),
        Field::LossCount => Value::Number(loss.count as f64),
        _ => Value::Shared(&loss.place),
    });
}
