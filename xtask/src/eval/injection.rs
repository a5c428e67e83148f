//! What the injection classifier is worth: recall, false alarms and calibration on the halves of the sets that were
//! held back, by source, language and kind.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use content::injection::{Classifier, Model};

use crate::train::item::{Item, Side, number};
use crate::train::{items, sets_beside};

/// A text with what was said of it.
struct Judged {
    item: Item,
    span: Range<usize>,
    chance: f32,
    counts: bool,
}

/// Prints the tables; says so where the sets are not there.
pub fn report(root: &Path) -> Result<()> {
    let Some(data) = sets_beside(root) else {
        println!("injection: skipped, no `../shared/data` beside the checkout");
        return Ok(());
    };
    let bytes = std::fs::read(crate::train::place(root))?;
    let classifier = Classifier::new(Model::read(&bytes)?);
    let held: Vec<Item> =
        items(root, &data)?.into_iter().filter(|item| item.side == Side::Held).collect();
    let card = &classifier.model().card;
    println!("weights {}, version {}", card.recipe, card.version);
    speed(&classifier, &held);
    kept_away(&classifier, &held);
    tables(&held.into_iter().map(|item| judge(&classifier, item)).collect::<Vec<_>>());
    Ok(())
}

/// What the manner of learning is worth: each text that is not held is judged by weights that did not learn from it.
pub fn trial(models: &[Model], items: Vec<Item>) {
    let classifiers: Vec<Classifier> = models.iter().cloned().map(Classifier::new).collect();
    let mut judged = Vec::new();
    for item in items {
        let which = match item.side {
            Side::Fold(fold) => classifiers.get(fold),
            Side::Watched => classifiers.first(),
            Side::Held => None,
        };
        judged.extend(which.map(|classifier| judge(classifier, item)));
    }
    tables(&judged);
    examples(&judged);
}

fn tables(judged: &[Judged]) {
    for attack in [true, false] {
        sides(judged, attack);
    }
    calibration(judged);
}

/// How many texts of each side are shown after a trial.
const SHOWN: usize = 60;

/// After a trial, texts that were judged wrongly: those that may be looked at.
fn examples(judged: &[Judged]) {
    for attack in [true, false] {
        println!("\n{}", if attack { "attacks not found" } else { "false alarms" });
        let mut wrong: Vec<&Judged> = judged
            .iter()
            .filter(|one| one.item.attack == attack && one.counts != attack)
            .filter(|one| one.item.side != Side::Watched || !attack)
            .collect();
        wrong.sort_by_key(|one| number(&[&one.item.text]));
        for one in wrong.iter().take(SHOWN) {
            let place = one.item.span.clone().filter(|_| attack).unwrap_or(one.span.clone());
            let text = one.item.text.get(place).unwrap_or("").escape_debug().to_string();
            let text: String = text.chars().take(240).collect();
            println!("  {} | {} | {:.2} | {text}", one.item.source, one.item.group, one.chance);
        }
    }
}

/// The tables of attacks, or of benign texts.
fn sides(judged: &[Judged], attack: bool) {
    let title = if attack { "attacks found" } else { "false alarms" };
    let some = || judged.iter().filter(move |one| one.item.attack == attack);
    let sets = || some().filter(|one| one.item.source != "own sentences");
    table(&format!("{title}, by source"), some(), |one| one.item.source.into());
    table(&format!("{title}, by group"), sets(), |one| {
        format!("{}: {}", one.item.source, one.item.group)
    });
    table(&format!("{title}, by language"), some(), |one| one.item.language.clone());
    table(&format!("{title}, by kind"), some(), |one| one.item.kind.into());
}

fn judge(classifier: &Classifier, item: Item) -> Judged {
    let reading = classifier.read(&item.text, item.position);
    let (chance, counts, span) = reading
        .map_or((0.0, false, 0..0), |reading| (reading.chance, reading.counts, reading.span));
    Judged { item, span, chance, counts }
}

/// How many of each group count, of how many.
fn table<'a>(
    title: &str,
    judged: impl Iterator<Item = &'a Judged>,
    group: impl Fn(&Judged) -> String,
) {
    let mut rows: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut all = (0, 0);
    for one in judged {
        for row in [rows.entry(group(one)).or_default(), &mut all] {
            row.0 += usize::from(one.counts);
            row.1 += 1;
        }
    }
    println!("\n{title}");
    rows.insert("(all)".to_owned(), all);
    for (name, (counts, of)) in rows {
        println!(
            "  {name:58} {counts:6} of {of:6}  {:5.1} %",
            100.0 * counts as f64 / of.max(1) as f64
        );
    }
}

/// Chances as told beside shares as they are, where every second text is an attack.
fn calibration(judged: &[Judged]) {
    println!("\nchances, each side counting half: told, really");
    let sides =
        [true, false].map(|side| judged.iter().filter(|one| one.item.attack == side).count());
    let [attacks, benign] = sides.map(|count| 0.5 / count.max(1) as f64);
    let mut bins = [(0.0f64, 0.0f64, 0.0f64); 10];
    for one in judged {
        let share = if one.item.attack { attacks } else { benign };
        if let Some(bin) = bins.get_mut(((one.chance * 10.0) as usize).min(9)) {
            bin.0 += share;
            bin.1 += share * f64::from(one.chance);
            bin.2 += share * f64::from(u8::from(one.item.attack));
        }
    }
    let mut error = 0.0;
    for (weight, told, really) in bins.iter().filter(|bin| bin.0 > 0.0) {
        println!(
            "  {:5.2}  {:5.2}  {:5.1} % of all",
            told / weight,
            really / weight,
            weight * 100.0
        );
        error += (told - really).abs();
    }
    println!("  expected calibration error {error:.3}");
}

/// Attacks that the classifier never sees.
fn kept_away(classifier: &Classifier, held: &[Item]) {
    for (data, what) in [(true, "data"), (false, "what is said")] {
        let attacks = held.iter().filter(|item| item.attack && item.position.is_data() == data);
        let (lost, seen): (Vec<&Item>, Vec<&Item>) = attacks.partition(|item| {
            let (_, part) = classifier.model().of(item.position);
            part.gate.parts(&item.text).is_empty()
        });
        println!(
            "{what}: the gate keeps {} of {} attacks away",
            lost.len(),
            lost.len() + seen.len()
        );
    }
}

/// Bytes that the gate lets through, and seconds, over benign texts.
fn speed(classifier: &Classifier, held: &[Item]) {
    let benign = || held.iter().filter(|item| !item.attack && item.position.is_data());
    let gate = &classifier.model().data.gate;
    let (mut all, mut seen) = (0, 0);
    for item in benign() {
        all += item.text.len();
        seen += gate.parts(&item.text).iter().map(ExactSizeIterator::len).sum::<usize>();
    }
    let begin = Instant::now();
    let found =
        benign().filter(|item| classifier.find(&item.text, item.position).is_some()).count();
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "benign data: {} KB, {:.1} % behind the gate, {:.0} MB/s on this machine as it is, {found} count",
        all >> 10,
        100.0 * seen as f64 / all.max(1) as f64,
        all as f64 / seconds / 1e6
    );
}
