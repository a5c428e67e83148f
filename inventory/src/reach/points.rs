//! What of a map costs points: each with its reason and its remedy.

use std::collections::BTreeSet;

use event::{Evidence, Flaw, Text};

use super::table::{On, Point};
use super::{Edge, Held, Login, Map, Table, Way};

/// What of the map of an agent costs points. Many things of one kind are one flaw, which names the first.
pub fn flaws(map: &Map, table: &Table) -> Vec<Flaw> {
    table.points.iter().flat_map(|point| of(point, map)).collect()
}

fn of(point: &Point, map: &Map) -> Vec<Flaw> {
    let edges = |is: fn(&Edge) -> bool| -> Vec<Flaw> {
        let open: Vec<&Edge> =
            map.edges.iter().filter(|it| it.held == Held::No && is(it)).collect();
        by_edges(point, map, &open).into_iter().collect()
    };
    match point.on {
        On::Production => edges(|it| it.production.is_some() && it.way != Way::Write),
        On::Root => edges(|it| it.way == Way::Root),
        On::Metadata => edges(|it| it.way == Way::Metadata),
        On::Push => edges(|it| it.way == Way::Push && it.production.is_none()),
        On::OthersKeys => {
            edges(|it| it.way == Way::Read && it.of.as_ref().is_some_and(|of| !of.is_empty()))
        }
        On::Open => {
            let open = map.exposures.iter().filter(|it| !matches!(it.login, Login::By(_)));
            let shows = |login: &Login| match login {
                Login::Nobody => "and asks nobody who they are",
                _ => "and nothing says that it asks who calls",
            };
            let flaw = |it: &super::Exposure| {
                let shows = format!("{} {}", it.address, shows(&it.login)).into();
                flaw(point, map, (it.role.say().into(), it.name.clone()), &it.at, shows)
            };
            open.map(flaw).collect()
        }
    }
}

fn by_edges(point: &Point, map: &Map, edges: &[&Edge]) -> Option<Flaw> {
    let first = edges.first()?;
    let why = first.why.first()?;
    let names: BTreeSet<String> = edges
        .iter()
        .map(|it| match &it.production {
            Some(production) => format!("{}: {production}", it.what),
            None => format!("{} {}: {}", it.what, it.name, why_of(it)),
        })
        .collect();
    let shows = names.into_iter().collect::<Vec<_>>().join("; ");
    let name = match edges.len() - 1 {
        0 => first.name.clone(),
        1 => format!("{} and another one", first.name).into(),
        more => format!("{} and {more} others", first.name).into(),
    };
    let subject = (first.what.clone(), name);
    let at = match first.way {
        Way::Read | Way::Push => Evidence { place: first.place.clone(), line: 0 },
        _ => why.at.clone(),
    };
    Some(flaw(point, map, subject, &at, shows.into()))
}

fn why_of(edge: &Edge) -> &str {
    edge.why.first().map_or("", |why| &why.text)
}

fn flaw(point: &Point, map: &Map, subject: (Text, Text), at: &Evidence, shows: Text) -> Flaw {
    let (kind, name) = subject;
    Flaw {
        rule: point.id.clone(),
        title: point.title.clone(),
        level: if map.asks_nobody() { point.unasked } else { point.level },
        kind,
        name,
        place: at.place.clone(),
        line: at.line,
        shows,
        why: point.why.clone(),
        fix: point.fix.clone(),
        tags: point.tags.clone(),
    }
}
