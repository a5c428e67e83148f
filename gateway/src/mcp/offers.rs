//! What a server offers in this session, and what of it is held.

use std::collections::HashMap;
use std::ops::Range;

use content::inspect::Position;
use content::irreversible::Hint;
use content::llm::Part;
use content::mcp::{Message, Offer, Thing};
use content::raw::{Place, Value, parse};
use event::{Offered, Offering, Stand, Standing, Text, ToolRules};

use super::desk::Desk;
use super::look::Look;

/// Things that are known of one server; more are as if they were not offered.
const MOST: usize = 4_096;
/// Things that are told at once.
const AT_ONCE: usize = 64;
/// Longest description that is told, in bytes.
const LONGEST: usize = 4 << 10;

/// All that was offered in this session.
#[derive(Debug, Default)]
pub(super) struct Offers(HashMap<(Thing, String), Known>);

/// One thing that was offered.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Hash of what a model is told of it.
    pub pin: Text,
    /// What it says that it is.
    pub description: String,
    /// What the server says of its nature.
    pub hint: Hint,
    /// Its schema, where that wants parameters in headers.
    pub headed: Option<String>,
    /// Why it is held; none: it is not.
    pub held: Option<String>,
}

/// How a schema says that a parameter stands in a header.
const IN_HEADER: &str = "x-mcp-header";

impl Offers {
    /// What is known of a thing.
    pub fn of(&self, thing: Thing, name: &str) -> Option<&Known> {
        self.0.get(&(thing, name.to_owned()))
    }

    /// Takes in what a server offers, and how that stands; where what is held stands in the body.
    pub fn take(&mut self, offers: &[Offer<'_>], stands: &[Stand]) -> Vec<Range<usize>> {
        let mut gone = Vec::new();
        for (at, offer) in offers.iter().enumerate() {
            let stand = stands.get(at);
            let is_held = stand.is_some_and(|stand| stand.standing == Standing::Held);
            let why = stand.map(|stand| stand.why.join("; ")).unwrap_or_default();
            if is_held {
                gone.push(offer.span.clone());
            }
            let key = (offer.thing, offer.name.clone().into_owned());
            if self.0.len() < MOST || self.0.contains_key(&key) {
                let held = is_held.then_some(why);
                self.0.insert(key, Known { held, ..known(offer) });
            }
        }
        gone
    }
}

fn known(offer: &Offer<'_>) -> Known {
    let canonical = parse(offer.canonical.as_bytes()).ok();
    let says = |key: &str| {
        let annotations = canonical.as_ref().map(|it| it.get("annotations"));
        annotations.is_some_and(|it| it.get(key).is_true())
    };
    let hint = match (says("destructiveHint"), says("readOnlyHint")) {
        (true, _) => Hint::Destructive,
        (false, true) => Hint::ReadOnly,
        (false, false) => Hint::None,
    };
    let headed = canonical.as_ref().and_then(|it| headed(&offer.canonical, it.get("inputSchema")));
    let description = cut(&offer.description);
    Known { pin: offer.pin().into(), description, hint, headed, held: None }
}

fn headed(canonical: &str, schema: &Value<'_>) -> Option<String> {
    let schema = canonical.get(schema.span.clone())?;
    schema.contains(IN_HEADER).then(|| schema.to_owned())
}

/// Asks how the offers of a message stand, a few at a time.
pub(super) fn stands(
    message: &Message<'_>,
    server: &Text,
    continues: bool,
    desk: &dyn Desk,
    look: Option<&Look>,
) -> Vec<Stand> {
    let mut all = Vec::with_capacity(message.offers.len());
    for (turn, offers) in message.offers.chunks(AT_ONCE).enumerate() {
        let offers: Vec<Offered> =
            offers.iter().map(|offer| offered(message, offer, look)).collect();
        let wanted = offers.len();
        let continues = continues || turn > 0;
        let mut stands = desk.offered(&Offering { server: server.clone(), continues, offers });
        // Whoever answers too little has said nothing about the rest.
        stands.resize(wanted, Stand { standing: Standing::Unasked, why: Vec::new() });
        all.append(&mut stands);
    }
    all
}

fn offered(message: &Message<'_>, offer: &Offer<'_>, look: Option<&Look>) -> Offered {
    let within = |part: &&Part<'_>| match &part.text.place {
        Place::Body(place) | Place::Within { outer: place, .. } => {
            part.position == Position::ToolDescription && offer.span.contains(&place.start)
        }
        Place::Nowhere => false,
    };
    let parts: Vec<Part<'_>> = message.parts.iter().filter(within).cloned().collect();
    let found = look.map(|look| look.at(&parts, &ToolRules::default(), |_| true).kinds);
    Offered {
        thing: offer.thing.name().into(),
        name: (&*offer.name).into(),
        digest: offer.pin().into(),
        description: cut(&offer.description).into(),
        found: found.unwrap_or_default(),
    }
}

fn cut(text: &str) -> String {
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default().to_owned()
}
