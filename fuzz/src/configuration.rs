//! The configuration, read by the program's own file: nothing depends on a binary.

#[path = "../../cli/src/config.rs"]
#[allow(dead_code, unexpected_cfgs)]
mod config;

pub fn any(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Err(error) = config::Config::parse(&text) else { return };
    let error = format!("{error:#}");
    let line = error.strip_prefix("line ").and_then(|rest| rest.split_once(':'));
    let (line, _) = line.unwrap_or_else(|| panic!("names no line: {error}"));
    let line: usize = line.parse().expect("the line is a number");
    assert!((1..=text.matches('\n').count() + 1).contains(&line), "{error}");
}
