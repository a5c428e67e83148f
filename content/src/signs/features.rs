//! A text as a row of numbers, for a classifier: which signs it has and how sure they are, and a few counts.

use std::ops::Range;

use super::words::words;
use super::{Settings, Signs};
use crate::inspect::{Family, Position, Spot};

/// How many numbers there are.
pub const FEATURES: usize = 28;

/// What each number is. All are between 0 and 1; a sign's number is the surest spot of it, of 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// Tells to drop what was said before.
    DropsInstructions = 0,
    /// Gives another task.
    GivesNewTask,
    /// Gives another role.
    ChangesRole,
    /// Tells to hide something.
    DemandsSecrecy,
    /// Speaks to a model.
    AddressesModel,
    /// Claims to speak for somebody.
    ClaimsAuthority,
    /// Asks for the model's instructions.
    AsksForPrompt,
    /// Tells to send data away.
    OrdersSending,
    /// Orders the use of a tool.
    OrdersTool,
    /// A mark that divides messages.
    ChatTemplate,
    /// A message in another's name.
    RoleHeading,
    /// A tag of another's message.
    RoleTag,
    /// A tool's call or result.
    ToolTag,
    /// Says that the data ends.
    ClosesData,
    /// Anything that people do not see.
    Hidden,
    /// A way of data out.
    Exfiltration,
    /// An address that deceives.
    Url,
    /// Code that does harm.
    Code,
    /// How many kinds of injection there are, of 5.
    Kinds,
    /// The text is data.
    IsData,
    /// The text says what a tool is.
    IsToolDescription,
    /// Length: the logarithm to the base 2 of its bytes, of 20.
    Length,
    /// Share of letters among what is no blank.
    Letters,
    /// Share of letters beyond ASCII.
    Foreign,
    /// Share of words that speak to somebody (`you`, `your`, `du`, `tu` …), times 10, at most 1.
    SecondPerson,
    /// Share of words that bid (`must`, `always`, `never`, `please`, `immediately` …), times 10, at most 1.
    Bidding,
    /// Share of letters in capitals.
    Capitals,
    /// How close together the first three signs of injection stand: 1 within 200 bytes, 0 beyond 2,000.
    Closeness,
}

/// Kinds of spots that have a slot of their own, in order of the slots.
const KINDS: [&str; 14] = [
    "drops_instructions",
    "gives_new_task",
    "changes_role",
    "demands_secrecy",
    "addresses_model",
    "claims_authority",
    "asks_for_prompt",
    "orders_sending",
    "orders_tool",
    "chat_template",
    "role_heading",
    "role_tag",
    "tool_tag",
    "closes_data",
];
const SECOND: &[&str] = &[
    "you", "your", "yours", "yourself", "du", "dein", "deine", "sie", "ihr", "tu", "vous", "ton",
    "votre", "usted", "você", "voi", "ty", "twoje", "ты", "вы", "твой", "ваш", "sen", "je", "jij",
];
const BIDDING: &[&str] = &[
    "must",
    "always",
    "never",
    "please",
    "immediately",
    "now",
    "should",
    "shall",
    "required",
    "mandatory",
    "important",
    "do",
    "musst",
    "sofort",
    "immer",
    "bitte",
    "dois",
    "devez",
    "immédiatement",
    "toujours",
    "debes",
    "siempre",
    "devi",
    "sempre",
    "deve",
    "musisz",
    "zawsze",
    "natychmiast",
    "должен",
    "всегда",
    "немедленно",
    "обязательно",
];
/// How much of a text is counted word by word, in bytes.
const COUNTED: usize = 16 << 10;

impl Signs {
    /// The numbers of `text`; see [`Slot`].
    pub fn features(&self, text: &str, position: Position) -> [f32; FEATURES] {
        let spots = self.find(text, position, &Settings::default());
        let mut row = [0.0; FEATURES];
        let mut set = |slot: usize, value: f32| {
            if let Some(place) = row.get_mut(slot) {
                *place = value.clamp(0.0, 1.0).max(*place);
            }
        };
        for spot in &spots {
            if let Some(slot) = slot_of(spot) {
                set(slot, f32::from(spot.sure) / 100.0);
            }
        }
        set(Slot::Kinds as usize, kinds(&spots) / 5.0);
        set(Slot::IsData as usize, f32::from(u8::from(position.is_data())));
        set(
            Slot::IsToolDescription as usize,
            f32::from(u8::from(position == Position::ToolDescription)),
        );
        set(Slot::Length as usize, (text.len() as f32 + 1.0).log2() / 20.0);
        set(Slot::Closeness as usize, closeness(&spots));
        for (slot, value) in counts(text) {
            set(slot as usize, value);
        }
        row
    }
}

fn slot_of(spot: &Spot) -> Option<usize> {
    match spot.family {
        Family::Injection => KINDS.iter().position(|kind| *kind == spot.kind),
        Family::Hidden => Some(Slot::Hidden as usize),
        Family::Exfiltration => Some(Slot::Exfiltration as usize),
        Family::Url => Some(Slot::Url as usize),
        Family::Code => Some(Slot::Code as usize),
        _ => None,
    }
}

fn kinds(spots: &[Spot]) -> f32 {
    let is_there = |kind: &&&str| spots.iter().any(|spot| spot.kind == **kind);
    KINDS.iter().filter(is_there).count() as f32
}

fn closeness(spots: &[Spot]) -> f32 {
    let places: Vec<usize> =
        spots.iter().filter(|it| it.family == Family::Injection).map(|it| it.span.start).collect();
    let near = places.windows(3).filter_map(|three| match three {
        [first, _, last] => Some(last - first),
        _ => None,
    });
    near.min().map_or(0.0, |near| 1.0 - (near.saturating_sub(200) as f32 / 1_800.0))
}

/// What is counted by letters and words.
fn counts(text: &str) -> [(Slot, f32); 5] {
    let mut end = text.len().min(COUNTED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let part = text.get(..end).unwrap_or_default();
    let all = part.chars().filter(|it| !it.is_whitespace());
    let share = |fits: fn(&char) -> bool| {
        let count = all.clone().count().max(1);
        all.clone().filter(fits).count() as f32 / count as f32
    };
    let words = words(part, Range { start: 0, end });
    let among = |list: &[&str]| {
        let count = words.iter().filter(|word| list.contains(&word.text.as_ref())).count();
        count as f32 * 10.0 / words.len().max(1) as f32
    };
    [
        (Slot::Letters, share(|it| it.is_alphabetic())),
        (Slot::Foreign, share(|it| !it.is_ascii())),
        (Slot::Capitals, share(|it| it.is_uppercase())),
        (Slot::SecondPerson, among(SECOND)),
        (Slot::Bidding, among(BIDDING)),
    ]
}
