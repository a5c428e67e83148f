//! Whether the declared command ran, nothing else, and with its arguments.

use crate::declared::deed::Image;
use crate::declared::fit::Fit;
use crate::declared::kind::Kind;
use crate::declared::place::{base, is_drop};
use crate::declared::says::{Mismatch, quoted};

use super::{Court, Joined, wrong};

pub fn judge<'a>(court: &Court<'a>, joined: &Joined<'a>) -> Vec<Mismatch<'a>> {
    let mut found = Vec::new();
    match (&joined.fit, joined.tree.images.get(joined.anchor)) {
        (Fit::Not, Some(first)) => return vec![told(joined, Kind::OtherCommand, first, "")],
        (Fit::More(more), Some(image)) if joined.said.is_clear() => {
            let more = format!(", which adds {}", event::show::brief(&more.join("; "), 120));
            found.push(told(joined, Kind::ExtraCommand, image, &more));
        }
        _ => {}
    }
    let direct = joined.tree.images.iter().filter(|image| image.before == Some(joined.anchor));
    found.extend(direct.filter_map(|image| program(court, joined, image)));
    found
}

/// A program that the declared text started, or something in its shell.
fn program<'a>(court: &Court<'a>, joined: &Joined<'a>, image: &'a Image) -> Option<Mismatch<'a>> {
    let named = joined.said.names(image);
    if named && is_impostor(court, joined, image) {
        return Some(told(joined, Kind::Impostor, image, ""));
    }
    if !joined.said.is_clear() || joined.tree.full || matches!(joined.fit, Fit::More(_)) {
        return None;
    }
    // By the agent's own program alone: whatever else bears that name is somebody else.
    let own = image.process.exe == court.session.process.exe;
    let meant = court.table.stands_for(&court.session.actor.product, image).filter(|_| own);
    if meant.is_some_and(|name| joined.said.runs_program(name)) {
        return None;
    }
    if !named {
        let wraps = image.names().any(|name| court.table.is_wrapper(name));
        let by_shell = wraps || court.table.is_start_up(&court.session.actor.product, image);
        return (!by_shell).then(|| told(joined, Kind::ExtraCommand, image, ""));
    }
    let as_said = joined.said.runs(image, court.table) || is_besides(court, joined, image);
    (!as_said).then(|| told(joined, Kind::OtherArguments, image, ""))
}

/// Whether a standard program's name is borne by something in a folder of temporary files, or by another program.
fn is_impostor(court: &Court<'_>, joined: &Joined<'_>, image: &Image) -> bool {
    const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "busybox", "env"];
    let exe = &*image.process.exe;
    let said = |path: &str| joined.call.text.contains(path);
    let words = image.argv.iter().take(2).map(|word| &**word);
    // The program itself, or the script that an interpreter was given under that name.
    let mut placed = std::iter::once(exe).chain(image.script.as_deref()).chain(words);
    let first = image.argv.first().map_or("", |word| base(word));
    let is_named = |path: &str| {
        let name = if path == exe { first } else { base(path) };
        court.table.is_standard(name)
    };
    if placed.any(|path| is_drop(path) && is_named(path) && !said(path)) {
        return true;
    }
    let plain =
        |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned();
    let (real, claimed) = (base(exe), first);
    let both = court.table.is_standard(real) && court.table.is_standard(claimed);
    let shells = [real, claimed].iter().any(|name| SHELLS.contains(name));
    both && !shells && plain(real) != plain(claimed)
}

/// A start-up file of the shell may run the same program as the declared text, beside it.
fn is_besides(court: &Court<'_>, joined: &Joined<'_>, image: &Image) -> bool {
    let alike = |other: &Image| {
        other.event != image.event
            && other.before == Some(joined.anchor)
            && other.process.name() == image.process.name()
            && joined.said.runs(other, court.table)
    };
    court.table.is_start_up(&court.session.actor.product, image)
        && joined.tree.images.iter().any(alike)
}

fn told<'a>(joined: &Joined<'a>, kind: Kind, image: &'a Image, more: &str) -> Mismatch<'a> {
    let real = format!("{}{more}", quoted(&image.process));
    Mismatch { events: vec![image.event], ..wrong(kind, joined.call, &image.process, real) }
}
