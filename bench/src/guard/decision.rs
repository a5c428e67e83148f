//! What a decision takes: the acts of a real stream as actions, one after the other, before a hundred policies.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Result, anyhow};
use engine::Wanted;
use event::{Action, Guard};
use graph::attribute::ModelEndpoints;
use policy::{Guide, Kinds, Profile, Selection, Source, Surroundings};

use crate::figure::{Figure, Target};
use crate::measure::quantile;
use crate::{record, stages};

/// Policies in force: what ships and as many of a company's own as make a hundred.
const POLICIES: usize = 100;

/// What was measured in one round, in seconds.
#[derive(Default)]
struct Times {
    hits: Vec<f64>,
    misses: Vec<f64>,
}

pub fn measure(stream: &record::Stream, rounds: usize) -> Result<()> {
    let (acts, mix) = stages::acts(stream)?;
    let mut wanted = Wanted::default();
    let actions: Vec<Action> = acts.iter().flat_map(|act| wanted.of(act)).collect();
    let mut all = Times::default();
    for _ in 0..rounds {
        let times = round(&actions)?;
        all.hits.extend(times.hits);
        all.misses.extend(times.misses);
    }
    let asked = all.hits.len() + all.misses.len();
    let share = all.hits.len() as f64 * 100.0 / asked.max(1) as f64;
    let workload = format!(
        "{POLICIES} policies, {} actions of a real stream ({mix}); {share:.1} % remembered",
        actions.len()
    );
    let every: Vec<f64> = all.hits.iter().chain(&all.misses).copied().collect();
    for (what, times, share, target) in [
        ("decision, remembered, p50", &all.hits, 0.5, 2.0),
        ("decision, anew, p50", &all.misses, 0.5, 60.0),
        ("decision, anew, p99", &all.misses, 0.99, 200.0),
        ("decision, p99", &every, 0.99, 200.0),
    ] {
        Figure {
            what: what.into(),
            value: quantile(times, share) * 1e6,
            unit: "us",
            target: Some(Target::AtMost(target)),
            workload: workload.clone(),
            n: times.len(),
            ..Figure::default()
        }
        .print();
    }
    Ok(())
}

/// A guide that remembers nothing yet, and each action before it.
fn round(actions: &[Action]) -> Result<Times> {
    let guide = guide()?;
    let mut times = Times::default();
    for action in actions {
        let known = guide.remembers(action);
        let start = Instant::now();
        black_box(guide.check(black_box(action)));
        let took = start.elapsed().as_secs_f64();
        if known { times.hits.push(took) } else { times.misses.push(took) }
    }
    Ok(times)
}

fn guide() -> Result<Guide> {
    let text = own(POLICIES - shipped()?);
    let own = [Source { name: "company.cedar", text: &text }];
    make(&own)
}

fn shipped() -> Result<usize> {
    Ok(make(&[])?.book(Profile::Guarded).rules().count())
}

fn make(own: &[Source<'_>]) -> Result<Guide> {
    let kinds = Kinds::parse("kinds.yaml", policy::shipped_kinds())?;
    let model_hosts = ModelEndpoints::shipped().hosts().collect();
    let surroundings =
        Surroundings { kinds, declared_hosts: vec!["*.corp.example".into()], model_hosts };
    let selection = Selection { otherwise: Profile::Guarded, choices: Vec::new() };
    Guide::new(own, selection, surroundings).map_err(|refused| anyhow!("{refused:?}"))
}

/// What a company writes: by product, team, place, host, time and rate, over all verbs.
fn own(count: usize) -> String {
    let shapes: [fn(usize) -> String; 6] = [
        |n| {
            format!(
                "forbid (principal in Team::\"team-{n}\", action == Action::\"write_file\", resource) \
             when {{ resource.path like \"/srv/service-{n}/*\" && !resource.kinds.contains(\"workspace\") }};"
            )
        },
        |n| {
            format!(
                "forbid (principal in Product::\"product-{n}\", action in [Action::\"connect\", Action::\"http_request\"], resource) \
             when {{ resource.name like \"*.region-{n}.example\" }} unless {{ context.hour > 7 && context.hour < 19 }};"
            )
        },
        |n| {
            format!(
                "@effect(\"ask\") forbid (principal, action == Action::\"exec\", resource) \
             when {{ resource.name == \"deploy-{n}\" && context.weekday > 5 }};"
            )
        },
        |n| {
            format!(
                "@effect(\"notify\") forbid (principal, action == Action::\"read_file\", resource) \
             when {{ resource.path like \"*/customers-{n}/*\" && context.holds.contains(\"project\") }};"
            )
        },
        |n| {
            format!(
                "forbid (principal, action == Action::\"connect\", resource) \
             when {{ resource has address && resource.address.isInRange(ip(\"10.{}.0.0/16\")) }} \
             unless {{ principal in Team::\"team-{n}\" }};",
                n % 250
            )
        },
        |n| {
            format!(
                "@effect(\"ask\") forbid (principal, action == Action::\"delete_file\", resource) \
             when {{ resource.path like \"/data/set-{n}/*\" || context.deletes_per_minute > {} }} \
             unless {{ resource.kinds.containsAny([\"temporary\", \"build-product\"]) }};",
                5_000 + n
            )
        },
    ];
    let texts = (0..count).filter_map(|n| Some(shapes.get(n % shapes.len())?(n)));
    texts.collect::<Vec<_>>().join("\n")
}
