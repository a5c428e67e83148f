//! `cargo xtask train-content`: makes the weights of the injection classifier (`rules/content/injection`), the same
//! ones from the same texts, and says what they are worth.

mod carrier;
mod fit;
mod host;
pub mod item;
mod network;
mod ours;
mod recipe;
mod sets;
mod sieve;
pub mod tune;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use content::injection::model::{Card, Head, Model, Part};
use content::injection::second::Second;
use content::injection::{self, Candidate};
use content::inspect::Position;

use item::{FOLDS, Item, Side, number};
use network::Sample;

/// What is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct Order {
    /// Only say what the kept weights are worth.
    #[arg(long)]
    pub report: bool,
    /// Change nothing; fail if other weights would come of it.
    #[arg(long, conflicts_with = "report")]
    pub check: bool,
    /// Learn from three quarters of what is not held and measure with the fourth, in turn; the held half stays unseen.
    #[arg(long, conflicts_with_all = ["report", "check"])]
    pub trial: bool,
}

/// Version of the weights.
const VERSION: u32 = 3;

/// Where the weights are.
pub fn place(root: &Path) -> PathBuf {
    root.join("rules/content/injection/injection.model")
}

/// Makes the weights, or measures them.
pub fn run(root: &Path, order: &Order) -> Result<bool> {
    if order.report {
        return crate::eval::injection::report(root).map(|()| true);
    }
    let data = sets_beside(root).context(
        "no `../shared/data` beside the checkout\nhint: without the sets only the kept weights can be used",
    )?;
    let items = items(root, &data)?;
    let made = make(&items)?;
    if order.trial {
        crate::eval::injection::trial(&made.trials, items);
        return Ok(true);
    }
    let bytes = made.kept(&items)?.write()?;
    if order.check {
        let same = fs::read(place(root))? == bytes;
        println!("{}", if same { "the same weights" } else { "other weights" });
        return Ok(same);
    }
    fs::write(place(root), &bytes)?;
    println!("{} bytes written", bytes.len());
    crate::eval::injection::report(root).map(|()| true)
}

/// The sets of other projects, where they are.
pub fn sets_beside(root: &Path) -> Option<PathBuf> {
    Some(root.join("../shared/data")).filter(|folder| folder.join("bipia").is_dir())
}

/// All texts, in the same order each time.
pub fn items(root: &Path, data: &Path) -> Result<Vec<Item>> {
    let recipes = recipe::read(&root.join("rules/content/injection/recipe"))?;
    let mut items = host::read(root)?;
    let (own, sets) = (ours::make(&recipes, &items)?, sets::read(data)?);
    let carried = ours::carry(&recipes, &sets, &items)?;
    items.extend(own.into_iter().chain(sets).chain(carried));
    Ok(items)
}

/// One classifier's texts: those of its positions; what is pasted into a prompt is often a document.
fn texts_of(items: &[Item], data: bool, side: impl Fn(Side) -> bool) -> Vec<Item> {
    let of_side = items.iter().filter(|item| side(item.side));
    let (mine, others): (Vec<&Item>, Vec<&Item>) =
        of_side.partition(|item| item.position.is_data() == data);
    // A benign document is one in what is said, too; what is said stands in data as it is carried.
    let lent = others
        .into_iter()
        .filter(|item| !data && !item.attack && number(&[&item.text]).is_multiple_of(2))
        .map(|item| Item { position: Position::User, ..item.clone() });
    let mut texts: Vec<Item> = mine.into_iter().cloned().collect();
    texts.extend(lent);
    texts
}

/// Weights that left out one part each, and what they know together.
struct Made {
    /// One for each part, which it did not learn from.
    trials: Vec<Model>,
    data: Known,
    said: Known,
}

/// What all trials of one classifier tell of the one that is kept.
struct Known {
    samples: Vec<Drawn>,
    chance: [f32; 2],
    least: BTreeMap<String, f32>,
}

/// A text with its strongest windows by weights that did not learn from it.
struct Drawn {
    item: Item,
    sample: Sample,
}

impl Made {
    /// Weights that learn from every part. What scores mean they are told by the trials, which did not learn from the texts
    /// that say so.
    fn kept(&self, items: &[Item]) -> Result<Model> {
        let head = |data: bool, known: &Known| -> Result<(Head, Part)> {
            let (head, part) = learn(items, data, None)?;
            let second = network::fit(&of_folds(&known.samples, None), SEED);
            let (chance, least) = (known.chance, known.least.clone());
            Ok((Head { second, chance, least, ..head }, part))
        };
        Ok(whole(items, head(true, &self.data)?, head(false, &self.said)?))
    }
}

/// Of the networks.
const SEED: u64 = 5;

/// Learns with one part left out, for each in turn.
fn make(items: &[Item]) -> Result<Made> {
    let (data, said) = (trials(items, true)?, trials(items, false)?);
    let pairs = data.0.into_iter().zip(said.0);
    let trials = pairs.map(|(data, said)| whole(items, data, said)).collect();
    Ok(Made { trials, data: data.1, said: said.1 })
}

fn trials(items: &[Item], data: bool) -> Result<(Vec<(Head, Part)>, Known)> {
    let (mut parts, mut samples) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS {
        let (head, part) = learn(items, data, Some(fold))?;
        let texts = texts_of(items, data, |side| side == Side::Fold(fold));
        samples.extend(texts.into_iter().map(|item| {
            let sample = sample(&head, &part, &item);
            Drawn { item, sample }
        }));
        parts.push((head, part));
    }
    let seconds: Vec<Second> =
        (0..FOLDS).map(|fold| network::fit(&of_folds(&samples, Some(fold)), SEED)).collect();
    let scores: Vec<(f32, &Item)> =
        samples.iter().map(|drawn| (drawn.score(&seconds), &drawn.item)).collect();
    let pairs: Vec<(f32, bool)> =
        scores.iter().map(|(score, item)| (*score, item.attack)).collect();
    let (chance, least) = (tune::chance(&pairs), tune::least(&scores, &positions(data)));
    for ((head, _), second) in parts.iter_mut().zip(seconds) {
        (head.second, head.chance, head.least) = (second, chance, least.clone());
    }
    Ok((parts, Known { samples, chance, least }))
}

impl Drawn {
    /// By the network of its part.
    fn score(&self, seconds: &[Second]) -> f32 {
        let Side::Fold(fold) = self.item.side else { return tune::UNSEEN };
        let Some(second) = seconds.get(fold) else { return tune::UNSEEN };
        let scores = self.sample.windows.iter().map(|signs| second.score(signs));
        scores.fold(tune::UNSEEN, f32::max)
    }
}

/// All but those of one part.
fn of_folds(samples: &[Drawn], left_out: Option<usize>) -> Vec<&Sample> {
    let of = |drawn: &&Drawn| left_out.is_none_or(|fold| drawn.item.side != Side::Fold(fold));
    samples.iter().filter(of).map(|drawn| &drawn.sample).collect()
}

fn sample(head: &Head, part: &Part, item: &Item) -> Sample {
    let place = item.span.clone().filter(|_| item.attack);
    // A loud window elsewhere is none of an attack's.
    let holds = |window: &Candidate| {
        place
            .as_ref()
            .is_none_or(|place| window.span.start < place.end && place.start < window.span.end)
    };
    let windows = injection::learned(head, part, &item.text).into_iter().filter(holds);
    Sample { windows: windows.map(|window| window.signs).collect(), attack: item.attack }
}

fn whole(items: &[Item], data: (Head, Part), said: (Head, Part)) -> Model {
    let licences = sets::LICENCES.map(|(what, licence)| (what.to_owned(), licence.to_owned()));
    let card = Card {
        form: Card::form(),
        version: VERSION,
        recipe: recipe_hash(items),
        licences: licences.into(),
        data: data.0,
        said: said.0,
    };
    Model { card, data: data.1, said: said.1 }
}

/// The weights for one kind of position, without what they mean. The gate is opened by a part that it did not learn from.
fn learn(items: &[Item], data: bool, left_out: Option<usize>) -> Result<(Head, Part)> {
    let learned = |side| matches!(side, Side::Fold(fold) if Some(fold) != left_out);
    let texts = texts_of(items, data, learned);
    let all: Vec<&Item> = texts.iter().collect();
    let attacks = all.iter().filter(|item| item.attack).count();
    println!("{} texts to learn from, {attacks} of them attacks", all.len());
    ensure!(attacks > 0, "no attack to learn from");
    let weights = fit::fit(&all, fit::MANNER, 1 + u64::from(data));
    let opener = Side::Fold(left_out.map_or(0, |fold| (fold + 1) % FOLDS));
    let (others, most): (Vec<&Item>, Vec<&Item>) = all.iter().partition(|item| item.side == opener);
    let gate = sieve::fit(&most, &others, 11);
    let (grams, step) = weights.in_steps();
    let head = Head {
        step,
        bias: weights.bias,
        shape: weights.shape,
        second: Second::plain(),
        gate: gate.least(),
        chance: [1.0, 0.0],
        least: BTreeMap::new(),
    };
    Ok((head, Part { gate, weights: grams }))
}

fn positions(data: bool) -> Vec<Position> {
    use Position::*;
    [System, User, Answer, ToolCall, ToolResult, Document, Memory, ToolDescription]
        .into_iter()
        .filter(|position| position.is_data() == data)
        .collect()
}

/// A hash of all texts that had a say.
fn recipe_hash(items: &[Item]) -> String {
    let mut hash = String::new();
    for item in items.iter().filter(|item| item.side.has_a_say()) {
        let label = if item.attack { "attack" } else { "benign" };
        hash = format!("{:016x}", number(&[&hash, item.source, label, &item.text]));
    }
    hash
}
