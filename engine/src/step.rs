//! One batch through the stages. Synchronous and without a clock: a replay gives the same records.

use std::sync::Arc;

use event::{Act, Event, Order, OrderError, Orders, Record};
use graph::attribute::{Attributor, Outcome};

/// Whose acts become records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Acts of agents. Others' acts are looked at, to know an agent when it shows itself, and dropped.
    #[default]
    Agents,
    /// Everybody's: for replays and tests.
    Everybody,
}

/// The stages and their state.
pub struct Engine {
    attributor: Attributor,
    orders: Arc<dyn Orders>,
    scope: Scope,
    outcome: Outcome,
}

impl Engine {
    /// An engine that attributes with `attributor` and gives its orders to `orders`.
    pub fn new(attributor: Attributor, orders: Arc<dyn Orders>, scope: Scope) -> Self {
        Self { attributor, orders, scope, outcome: Outcome::default() }
    }

    /// Takes a batch through all stages; what is to be kept is appended to `records`.
    pub fn take(&mut self, batch: impl IntoIterator<Item = Event>, records: &mut Vec<Record>) {
        for event in batch {
            self.attributor.attribute(event, &mut self.outcome);
            self.settle(records);
        }
    }

    /// Carries out the orders and turns what came of one event into records: who first, then what.
    fn settle(&mut self, records: &mut Vec<Record>) {
        for order in self.outcome.orders.drain(..) {
            give(&*self.orders, &order);
        }
        records.extend(self.outcome.agents.drain(..).map(Record::Agent));
        records.extend(self.outcome.sessions.drain(..).map(Record::Session));
        for act in self.outcome.acts.drain(..) {
            if let Act::EventLoss(loss) = act.event.act {
                records.push(Record::Loss(loss));
            } else if self.scope == Scope::Everybody || act.actor.is_some() {
                records.push(Record::Act(Box::new(act)));
            }
        }
        self.outcome.findings_hint.clear();
    }
}

/// A process may be gone before an order about it arrives: that is no fault.
fn give(orders: &dyn Orders, order: &Order) {
    match orders.carry_out(order) {
        Ok(()) | Err(OrderError::Gone) => {}
        Err(error) => tracing::warn!(?order, %error, "order not carried out"),
    }
}
