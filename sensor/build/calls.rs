//! `bpf/calls.def` to C and Rust: which system calls are watched, by their numbers for the tracepoint
//! at the end of every call and by the kernel's functions for programs at each of them.

use std::fmt::Write;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Arch {
    X86,
    Arm64,
}

/// One system call of the kernel.
struct Entry {
    /// In Rust: a number, or the name of libc's constant.
    number: String,
    /// The kernel's function without its two leading underscores.
    function: String,
    /// Name of the program at that function.
    program: String,
    /// Index in `Table::calls`.
    call: usize,
}

#[derive(Default)]
pub struct Table {
    families: Vec<String>,
    /// Name and code.
    calls: Vec<(String, usize)>,
    native: Vec<Entry>,
    compat: Vec<Entry>,
}

/// Reads the definition for one architecture.
pub fn parse(definition: &str, arch: Arch) -> Result<Table, String> {
    let mut table = Table::default();
    let mut in_family = 0;
    for (index, line) in definition.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong = || format!("bpf/calls.def:{}: cannot read `{line}`", index + 1);
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            ["family", name] => {
                table.families.push((*name).into());
                in_family = 0;
            }
            ["call", name] if in_family < 16 && !table.families.is_empty() => {
                table.calls.push(((*name).into(), table.families.len() << 4 | in_family));
                in_family += 1;
            }
            ["every", names @ ..] => table.add_native(names, arch),
            ["x86", names @ ..] if arch == Arch::X86 => table.add_native(names, arch),
            ["x86", ..] => {}
            ["i386", entries @ ..] if arch == Arch::X86 => {
                for entry in entries {
                    table.add_compat(entry).ok_or_else(wrong)?;
                }
            }
            ["i386", ..] => {}
            _ => return Err(wrong()),
        }
    }
    Ok(table)
}

impl Table {
    fn add_native(&mut self, names: &[&str], arch: Arch) {
        let prefix = match arch {
            Arch::X86 => "x64",
            Arch::Arm64 => "arm64",
        };
        for name in names {
            let (name, function) = name.split_once('~').unwrap_or((name, name));
            let (name, number) = match name.split_once('=') {
                Some((name, number)) => (name, number.to_owned()),
                None => (name, format!("libc::SYS_{name}")),
            };
            let function = function.split('=').next().unwrap_or(name);
            self.native.push(Entry {
                number,
                function: format!("{prefix}_sys_{function}"),
                program: format!("end_{name}"),
                call: self.calls.len() - 1,
            });
        }
    }

    fn add_compat(&mut self, entry: &str) -> Option<()> {
        let (number, function) = entry.split_once(':')?;
        let (_, name) = function.split_once("sys_")?;
        self.compat.push(Entry {
            number: number.parse::<u32>().ok()?.to_string(),
            function: format!("ia32_{function}"),
            program: format!("end32_{name}"),
            call: self.calls.len().checked_sub(1)?,
        });
        Some(())
    }

    fn call(&self, entry: &Entry) -> (&str, usize) {
        self.calls.get(entry.call).map_or(("", 0), |(name, code)| (name, *code))
    }

    pub fn to_c(&self) -> String {
        let mut c = String::from(
            "/* Made by sensor/build.rs from bpf/calls.def. */\n#pragma once\n\nenum call {\n\tCALL_NONE = 0,\n",
        );
        for (name, code) in &self.calls {
            let _ = writeln!(c, "\tCALL_{} = {code:#x},", name.to_uppercase());
        }
        let _ = writeln!(c, "}};\n#define FAMILIES {}\n", self.families.len() + 1);
        c += "/* X(program, function without its leading underscores, family, call, 32-bit) */\n#define WATCHED_FUNCTIONS(X)";
        for (entries, compat) in [(&self.native, false), (&self.compat, true)] {
            for entry in entries {
                let (name, code) = self.call(entry);
                let family = self.families.get((code >> 4) - 1).map_or("", String::as_str);
                let (call, Entry { program, function, .. }) = (name.to_uppercase(), entry);
                let _ =
                    write!(c, " \\\n\tX({program}, {function}, {family}, CALL_{call}, {compat})");
            }
        }
        c + "\n"
    }

    pub fn to_rust(&self) -> String {
        let mut rust = String::from("// Made by sensor/build.rs from bpf/calls.def.\n\n");
        for (name, entries) in [("NATIVE", &self.native), ("COMPAT", &self.compat)] {
            let _ = writeln!(rust, "pub const {name}: &[Watched] = &[");
            for entry in entries {
                let (_, code) = self.call(entry);
                let Entry { number, function, program, .. } = entry;
                let _ = writeln!(
                    rust,
                    "    Watched {{ number: {number}, code: {code:#x}, function: \"__{function}\", program: \"{program}\" }},"
                );
            }
            rust += "];\n";
        }
        rust
    }
}
