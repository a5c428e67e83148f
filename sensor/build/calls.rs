//! `bpf/calls.def` and `bpf/flows.def` to C and Rust: which system calls are watched at their end, which at their
//! beginning, by their numbers for the tracepoints at every call and by the kernel's functions for programs at each
//! of them.

use std::fmt::Write;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Arch {
    X86,
    Arm64,
}

/// What a definition is for, and what its names begin with.
#[derive(Clone, Copy)]
pub struct Purpose {
    /// Its file.
    pub file: &'static str,
    /// Of the codes in C, and of the list of functions.
    pub code: &'static str,
    pub functions: &'static str,
    /// Of the programs.
    pub program: &'static str,
    /// Of the tables in Rust.
    pub tables: [&'static str; 2],
}

/// The ends of calls.
pub const ENDS: Purpose = Purpose {
    file: "bpf/calls.def",
    code: "CALL",
    functions: "WATCHED_FUNCTIONS",
    program: "end",
    tables: ["NATIVE", "COMPAT"],
};
/// Their beginnings.
pub const BEGINNINGS: Purpose = Purpose {
    file: "bpf/flows.def",
    code: "FLOW",
    functions: "FLOW_FUNCTIONS",
    program: "begin",
    tables: ["NATIVE_FLOWS", "COMPAT_FLOWS"],
};

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

pub struct Table {
    purpose: Purpose,
    families: Vec<String>,
    /// Name and code.
    calls: Vec<(String, usize)>,
    native: Vec<Entry>,
    compat: Vec<Entry>,
}

/// Reads the definition for one architecture.
pub fn parse(definition: &str, purpose: Purpose, arch: Arch) -> Result<Table, String> {
    let (families, calls, native, compat) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut table = Table { purpose, families, calls, native, compat };
    let mut in_family = 0;
    for (index, line) in definition.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong = || format!("{}:{}: cannot read `{line}`", purpose.file, index + 1);
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
                program: format!("{}_{name}", self.purpose.program),
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
            program: format!("{}32_{name}", self.purpose.program),
            call: self.calls.len().checked_sub(1)?,
        });
        Some(())
    }

    fn call(&self, entry: &Entry) -> (&str, usize) {
        self.calls.get(entry.call).map_or(("", 0), |(name, code)| (name, *code))
    }

    pub fn to_c(&self) -> String {
        let Purpose { file, code: prefix, functions, .. } = self.purpose;
        let lower = prefix.to_lowercase();
        let mut c = format!(
            "/* Made by sensor/build.rs from {file}. */\n#pragma once\n\nenum {lower} {{\n\t{prefix}_NONE = 0,\n"
        );
        for (name, code) in &self.calls {
            let _ = writeln!(c, "\t{prefix}_{} = {code:#x},", name.to_uppercase());
        }
        let _ = writeln!(c, "}};\n#define {prefix}_FAMILIES {}\n", self.families.len() + 1);
        c += "/* X(program, function without its leading underscores, family, call, 32-bit) */\n";
        let _ = write!(c, "#define {functions}(X)");
        for (entries, compat) in [(&self.native, false), (&self.compat, true)] {
            for entry in entries {
                let (name, code) = self.call(entry);
                let family = self.families.get((code >> 4) - 1).map_or("", String::as_str);
                let (call, Entry { program, function, .. }) = (name.to_uppercase(), entry);
                let _ = write!(
                    c,
                    " \\\n\tX({program}, {function}, {family}, {prefix}_{call}, {compat})"
                );
            }
        }
        c + "\n"
    }

    pub fn to_rust(&self) -> String {
        let mut rust = format!("// Made by sensor/build.rs from {}.\n\n", self.purpose.file);
        let [native, compat] = self.purpose.tables;
        for (name, entries) in [(native, &self.native), (compat, &self.compat)] {
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
