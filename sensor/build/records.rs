//! `bpf/records.def` to C and Rust: one definition, two languages, checked sizes.

use std::fmt::Write;

pub struct Record {
    name: String,
    number: u32,
    fields: Vec<(String, Field)>,
}

enum Field {
    Number(&'static str, usize),
    Bytes(usize),
    Text,
}

impl Field {
    fn size(&self) -> usize {
        match self {
            Self::Number(_, size) | Self::Bytes(size) => *size,
            Self::Text => 4,
        }
    }
}

/// The header first (number 0), then the records.
pub fn parse(definition: &str) -> Result<Vec<Record>, String> {
    let mut records: Vec<Record> = Vec::new();
    for (index, line) in definition.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong = || format!("bpf/records.def:{}: cannot read `{line}`", index + 1);
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            ["header"] => records.push(Record { name: "header".into(), number: 0, fields: vec![] }),
            ["record", name, number] => records.push(Record {
                name: (*name).into(),
                number: number.parse().map_err(|_| wrong())?,
                fields: vec![],
            }),
            [kind, name, rest @ ..] => {
                let field = match (*kind, rest) {
                    ("u16", []) => Field::Number("u16", 2),
                    ("u32", []) => Field::Number("u32", 4),
                    ("u64", []) => Field::Number("u64", 8),
                    ("s32", []) => Field::Number("i32", 4),
                    ("bytes", [size]) => Field::Bytes(size.parse().map_err(|_| wrong())?),
                    ("text", []) => Field::Text,
                    _ => return Err(wrong()),
                };
                records.last_mut().ok_or_else(wrong)?.fields.push(((*name).into(), field));
            }
            _ => return Err(wrong()),
        }
    }
    for record in &mut records {
        pad(record);
    }
    Ok(records)
}

/// Fills the record to a multiple of eight bytes, so that no compiler pads by itself.
fn pad(record: &mut Record) {
    let size: usize = record.fields.iter().map(|(_, field)| field.size()).sum();
    if size % 8 == 4 {
        record.fields.push(("tail".into(), Field::Number("u32", 4)));
    }
}

fn size_of(record: &Record) -> usize {
    record.fields.iter().map(|(_, field)| field.size()).sum()
}

pub fn to_c(records: &[Record]) -> String {
    let mut c =
        String::from("/* Made by sensor/build.rs from bpf/records.def. */\n#pragma once\n\n");
    let header = records.first().map_or(0, size_of);
    for record in records {
        let (name, size) = if record.number == 0 {
            ("header".to_owned(), header)
        } else {
            let _ = writeln!(c, "#define RECORD_{} {}", record.name.to_uppercase(), record.number);
            (format!("{}_record", record.name), header + size_of(record))
        };
        let _ = writeln!(c, "struct {name} {{");
        if record.number != 0 {
            c.push_str("\tstruct header header;\n");
        }
        for (field, kind) in &record.fields {
            let _ = match kind {
                Field::Number("i32", _) => writeln!(c, "\ts32 {field};"),
                Field::Number(kind, _) => writeln!(c, "\t{kind} {field};"),
                Field::Bytes(size) => writeln!(c, "\tu8 {field}[{size}];"),
                Field::Text => writeln!(c, "\tu32 {field}_length;"),
            };
        }
        let _ = writeln!(
            c,
            "}};\n_Static_assert(sizeof(struct {name}) == {size}, \"{name} is padded\");\n"
        );
    }
    c
}

pub fn to_rust(records: &[Record]) -> String {
    let mut rust = String::from("// Made by sensor/build.rs from bpf/records.def.\n\n");
    for record in records {
        let name = camel(&record.name);
        let _ = writeln!(
            rust,
            "#[derive(Clone, Copy, Debug)]\n#[allow(dead_code)]\npub struct {name}<'a> {{"
        );
        if record.number == 0 {
            rust = rust.replace("pub struct Header<'a>", "pub struct Header");
        }
        for (field, kind) in &record.fields {
            let _ = match kind {
                Field::Number(kind, _) => writeln!(rust, "    pub {field}: {kind},"),
                Field::Bytes(size) => writeln!(rust, "    pub {field}: [u8; {size}],"),
                Field::Text => writeln!(rust, "    pub {field}: &'a [u8],"),
            };
        }
        if record.number != 0 && !record.fields.iter().any(|(_, kind)| matches!(kind, Field::Text))
        {
            rust.push_str("    pub rest: &'a [u8],\n");
        }
        rust.push_str("}\n\n");
        write_reader(&mut rust, record, &name);
    }
    rust
}

fn write_reader(rust: &mut String, record: &Record, name: &str) {
    let lifetime = if record.number == 0 { "" } else { "<'a>" };
    let input = if record.number == 0 { "&mut Cursor<'_>" } else { "&mut Cursor<'a>" };
    let _ = writeln!(rust, "impl{lifetime} {name}{lifetime} {{");
    if record.number != 0 {
        let _ = writeln!(rust, "    pub const KIND: u16 = {};", record.number);
    }
    let _ = writeln!(rust, "    pub fn read(cursor: {input}) -> Option<Self> {{");
    for (field, kind) in &record.fields {
        let _ = match kind {
            Field::Number(kind, _) => writeln!(rust, "        let {field} = cursor.{kind}()?;"),
            Field::Bytes(size) => {
                writeln!(rust, "        let {field} = cursor.array::<{size}>()?;")
            }
            Field::Text => writeln!(rust, "        let {field} = cursor.u32()?;"),
        };
    }
    for (field, kind) in &record.fields {
        if matches!(kind, Field::Text) {
            let _ = writeln!(rust, "        let {field} = cursor.bytes({field} as usize)?;");
        }
    }
    let names: Vec<&str> = record.fields.iter().map(|(field, _)| field.as_str()).collect();
    let rest =
        record.number != 0 && !record.fields.iter().any(|(_, kind)| matches!(kind, Field::Text));
    let rest = if rest { ", rest: cursor.rest()" } else { "" };
    let _ = writeln!(rust, "        Some(Self {{ {}{rest} }})\n    }}", names.join(", "));
    write_writer(rust, record);
    rust.push_str("}\n\n");
}

/// The other way, for tests: what the kernel side would have sent.
fn write_writer(rust: &mut String, record: &Record) {
    rust.push_str("    #[cfg(test)]\n    pub fn write(&self, to: &mut Vec<u8>) {\n");
    for (field, kind) in &record.fields {
        let _ = match kind {
            Field::Number(..) => {
                writeln!(rust, "        to.extend(self.{field}.to_ne_bytes());")
            }
            Field::Bytes(_) => writeln!(rust, "        to.extend(self.{field});"),
            Field::Text => {
                writeln!(rust, "        to.extend((self.{field}.len() as u32).to_ne_bytes());")
            }
        };
    }
    for (field, kind) in &record.fields {
        if matches!(kind, Field::Text) {
            let _ = writeln!(rust, "        to.extend(self.{field});");
        }
    }
    rust.push_str("    }\n");
}

fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
