//! Which functions of this kernel the watched system calls end in, and whether programs can hang there.

use std::collections::{HashMap, HashSet};

use libbpf_rs::btf::types::Func;
use libbpf_rs::btf::{Btf, TypeId};

use super::syscalls::{COMPAT, COMPAT_FLOWS, NATIVE, NATIVE_FLOWS, Watched};

/// The functions of all watched calls that this kernel has. One that it has, and that cannot be hooked,
/// would be a hole: then the whole back-end does not serve.
pub fn find() -> Result<Vec<Watched>, String> {
    let btf = Btf::from_vmlinux().map_err(|error| format!("the kernel's BTF: {error}"))?;
    let described = described(&btf);
    let all = [NATIVE, COMPAT, NATIVE_FLOWS, COMPAT_FLOWS].into_iter().flatten().copied();
    let (found, missing): (Vec<_>, Vec<_>) =
        all.partition(|call| described.contains(call.function));
    if found.is_empty() {
        return Err("the kernel's BTF describes no function of a system call".into());
    }
    if !missing.is_empty() {
        // Read only when needed: the kernel makes this text line by line, a third of a second of it.
        let symbols = std::fs::read_to_string("/proc/kallsyms")
            .map_err(|error| format!("/proc/kallsyms: {error}"))?;
        let kinds = symbol_kinds(&symbols);
        let hole = |call: &Watched| kinds.get(call.function).is_some_and(|kind| is_real(*kind));
        if let Some(call) = missing.into_iter().find(hole) {
            return Err(format!("`{}` is not described in the kernel's BTF", call.function));
        }
    }
    Ok(found)
}

/// Names of functions that may be those of system calls: one walk, for the BTF has no index.
fn described(btf: &Btf<'_>) -> HashSet<String> {
    let types = u32::try_from(btf.len()).unwrap_or(u32::MAX);
    (1..types)
        .filter_map(|id| btf.type_by_id::<Func<'_>>(TypeId::from(id)))
        .filter_map(|function| function.name()?.to_str().map(str::to_owned))
        .filter(|name| name.starts_with("__") && name.contains("sys_"))
        .collect()
}

/// A call that was not built into a kernel is a weak name for the one that refuses.
fn is_real(kind: char) -> bool {
    !matches!(kind, 'W' | 'w')
}

fn symbol_kinds(symbols: &str) -> HashMap<&str, char> {
    let line = |line| {
        let mut fields = str::split_ascii_whitespace(line);
        let (_, kind, name) = (fields.next()?, fields.next()?, fields.next()?);
        let of_a_call = name.starts_with("__") && name.contains("sys_");
        of_a_call.then_some((name, kind.chars().next()?))
    };
    symbols.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_were_not_built_in_are_known() {
        let kinds = symbol_kinds(
            "ffffffff8130c7d0 T __x64_sys_ni_syscall\n\
             ffffffff8138ee80 W __x64_sys_init_module\n\
             ffffffff816b7900 T __x64_sys_openat\n\
             ffffffffc0000000 t helper\t[__x64_sys_module]\n",
        );
        assert_eq!(kinds.len(), 3);
        assert!(!is_real(kinds["__x64_sys_init_module"]));
        assert!(is_real(kinds["__x64_sys_openat"]));
    }
}
