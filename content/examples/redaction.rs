//! What redaction costs and finds: `cargo run --release -p content --example redaction --
//! [literal_examples.jsonl]`. Prints nanoseconds for texts without a secret, and, for a file of base64
//! examples labelled `secret` or `not_secret`, how many of each were found.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use content::redact::Redactor;
use content::secrets::Finder;
use event::Redact;

const ROUNDS: u32 = 200_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let redactor = Redactor::new(b"measurement")?;
    for (what, text) in [
        ("path of 60 bytes", "/usr/lib/python3/dist-packages/requests/adapters_more_abc.py"),
        (
            "command of 200 bytes",
            &"gcc -O2 -Wall -c src/module.c -o build/module.o ".repeat(5)[..200],
        ),
        ("address of 60 bytes", "https://github.com/example-organisation/repository/pull/1234"),
    ] {
        let mut times = Vec::new();
        for _ in 0..9 {
            let begin = Instant::now();
            for _ in 0..ROUNDS {
                black_box(redactor.text(black_box(text)));
            }
            times.push(begin.elapsed().as_nanos() / u128::from(ROUNDS));
        }
        times.sort_unstable();
        println!("{what}: {} ns (from {} to {})", times[4], times[0], times[8]);
    }
    if let Some(file) = std::env::args().nth(1) {
        examples(&std::fs::read_to_string(file)?)?;
    }
    Ok(())
}

fn examples(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    let finder = Finder::new()?;
    let (mut found, mut missed) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines() {
        let line: BTreeMap<String, String> = serde_json::from_str(line)?;
        let (label, rule) = (line["label"].clone(), line["rule"].clone());
        let hit = !finder.find(&decode(&line["text_base64"])).is_empty();
        let count = found.entry(label.clone()).or_insert((0, 0));
        count.0 += usize::from(hit);
        count.1 += 1;
        if hit != (label == "secret") {
            *missed.entry((label, rule)).or_insert(0) += 1;
        }
    }
    for (label, (hits, all)) in found {
        println!("{label}: {hits} of {all} found");
    }
    for ((label, rule), count) in missed {
        println!("  {label} {rule}: {count}");
    }
    Ok(())
}

/// Base64 without a crate for it.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
