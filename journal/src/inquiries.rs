//! Where the daemon asks people: the book of questions, with each question and each silence in the audit log. An
//! answer is written there by whoever takes it.

use std::path::Path;

use event::{Action, Principal, Text};

use crate::audit::{AuditSettings, Log, What, Who};
use crate::{Answer, Approvals, Ask, Error, Lift, Otherwise, Question, Ticket};

/// The book and the log, for the one who asks.
#[derive(Debug)]
pub struct Inquiries {
    book: Approvals,
    log: Log,
}

impl Inquiries {
    /// Opens both in a data directory.
    pub fn open(data_dir: &Path, settings: &AuditSettings) -> Result<Self, Error> {
        Ok(Self { book: Approvals::open(data_dir)?, log: Log::open(data_dir, settings)? })
    }

    /// Asks, or joins an equal question, or finds that it was answered. Only a new question is told to people and
    /// stands in the log.
    pub fn ask(&mut self, ask: &Ask<'_>) -> Result<Ticket, Error> {
        let ticket = self.book.ask(ask)?;
        if let Ticket::New(id) = &ticket {
            let action = &ask.judged.action;
            let because = &ask.judged.decision.because;
            let policies = because.iter().map(|it| it.policy.clone()).collect();
            let (id, wanted) = (id.clone(), action.wanted().into());
            self.log.add(who(action), What::ApprovalAsked { id, wanted, policies })?;
            self.log.flush()?;
        }
        Ok(ticket)
    }

    /// An answer that holds now for this action and the policies that ask; one for once is used up by this.
    pub fn granted(
        &mut self,
        action: &Action,
        policies: &[&Text],
        now_unix_ns: u64,
    ) -> Result<Option<Answer>, Error> {
        self.book.granted(action, policies, now_unix_ns)
    }

    /// Questions that nobody answered in time: they stand in the log, and what each says is done otherwise is due.
    pub fn expire(&mut self, now_unix_ns: u64) -> Result<Vec<Question>, Error> {
        let expired = self.book.expire(now_unix_ns)?;
        for question in &expired {
            let id = question.id.clone();
            let went_on = question.otherwise == Otherwise::Allow;
            self.log.add(Who::Daemon, What::ApprovalExpired { id, went_on })?;
        }
        self.log.flush()?;
        Ok(expired)
    }

    /// The policies that answers became and that hold now.
    pub fn in_force(&self, now_unix_ns: u64) -> Result<Vec<Lift>, Error> {
        self.book.in_force(now_unix_ns)
    }

    /// A number that changes whenever anybody else wrote in the state: to look only when there is something to see.
    pub fn version(&self) -> Result<u64, Error> {
        self.book.version()
    }
}

fn who(action: &Action) -> Who {
    match (&action.principal, action.principal.agent()) {
        (principal, Some(agent)) => Who::Agent {
            product: agent.product.clone(),
            owner: agent.owner.clone(),
            session: principal.session(),
        },
        (Principal::Workload { product, account }, _) => {
            Who::Agent { product: product.clone(), owner: account.clone(), session: None }
        }
        (Principal::Human { account, .. }, _) => {
            Who::Agent { product: "".into(), owner: account.clone(), session: None }
        }
        _ => Who::Daemon,
    }
}
