//! In the child: which calls are asked about. What a call would do is in its arguments as far as they are numbers; paths
//! are for who answers.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, apply_filter,
};

use super::super::forbidden;
use super::super::given_up::error;
use super::calls;
use super::judge::Judge;

/// What the library says where it cannot say that somebody is to be asked.
const INSTEAD: SeccompAction = SeccompAction::Trace(0);

/// From now on this process, and all it becomes, asks. The other end of it.
pub fn ask(judge: &Judge) -> io::Result<OwnedFd> {
    // It hides its flags behind an address. Who is told that there is none takes `openat`.
    let absent = BTreeMap::from([(libc::SYS_openat2, Vec::new())]);
    let absent = forbidden::program(absent, libc::ENOSYS).map_err(error)?;
    apply_filter(&absent).map_err(error)?;
    let program = program(judge).map_err(error)?;
    let about = libc::sock_fprog {
        len: u16::try_from(program.len()).map_err(error)?,
        filter: program.as_ptr().cast_mut().cast(),
    };
    let flags =
        libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    // SAFETY: the call copies the program, which lives until it ends, and whose parts have the layout of the kernel's; it
    // returns a new descriptor of this process, that nobody else owns.
    #[expect(unsafe_code, reason = "no safe library listens to seccomp")]
    unsafe {
        let mode = libc::SECCOMP_SET_MODE_FILTER;
        let made = libc::syscall(libc::SYS_seccomp, mode, flags, &raw const about);
        let made = i32::try_from(made).map_err(error)?;
        if made < 0 { Err(io::Error::last_os_error()) } else { Ok(OwnedFd::from_raw_fd(made)) }
    }
}

fn program(judge: &Judge) -> Result<BpfProgram, BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        calls::ALWAYS.iter().map(|call| (*call, Vec::new())).collect();
    if judge.proxy.is_some() {
        rules.insert(libc::SYS_connect, Vec::new());
    }
    for (call, flags) in calls::OPENS {
        let about = |bit: &libc::c_int| {
            let bit = u64::from(bit.unsigned_abs());
            let how = SeccompCmpOp::MaskedEq(bit);
            let set = SeccompCondition::new(*flags, SeccompCmpArgLen::Dword, how, bit)?;
            SeccompRule::new(vec![set])
        };
        rules.insert(*call, calls::WRITES.iter().map(about).collect::<Result<_, _>>()?);
    }
    let arch = std::env::consts::ARCH.try_into()?;
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, INSTEAD, arch)?;
    let mut program: BpfProgram = filter.try_into()?;
    let (ends, instead) = ((libc::BPF_RET | libc::BPF_K) as u16, u32::from(INSTEAD));
    for step in program.iter_mut().filter(|step| step.code == ends && step.k == instead) {
        step.k = libc::SECCOMP_RET_USER_NOTIF;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::super::calls::Call;
    use super::*;

    #[test]
    fn what_is_asked_about_is_understood() {
        let always = calls::ALWAYS.iter().copied();
        for call in always.chain(calls::OPENS.map(|(call, _)| call)).chain([libc::SYS_connect]) {
            assert!(Call::of(call, &[0; 6]).is_some(), "{call}");
        }
    }

    #[test]
    fn somebody_is_asked() {
        let asks = |proxy| {
            let judge = Judge::new(&event::SandboxPlan::default(), &[], &[], proxy);
            let program = program(&judge).expect("a program");
            program.iter().filter(|step| step.k == libc::SECCOMP_RET_USER_NOTIF).count()
        };
        assert!(asks(None) > calls::ALWAYS.len());
        assert!(asks(Some(1)) > asks(None));
    }
}
