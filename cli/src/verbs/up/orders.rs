//! Orders are given to the kernel, and those about files to the responder as well: by a thread of their own, for the
//! kernel answers at once and a responder when it gets to it, and no session waits for that of another one. What is to be
//! put back is told to who keeps copies.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use event::{Order, OrderError, Orders};

use super::put_back::Copies;

/// With whom to tell when it is done, if somebody waits.
type Told = (Order, Option<SyncSender<Result<(), OrderError>>>);

/// Both, as one.
pub struct Both {
    kernel: Arc<dyn Orders>,
    copies: Copies,
    /// None at the end.
    files: Mutex<Option<Sender<Told>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Rules were in force there once.
    begun: AtomicBool,
}

impl Both {
    /// `files` ends with it.
    pub fn new(kernel: Arc<dyn Orders>, files: impl Orders + 'static) -> std::io::Result<Self> {
        let (to_files, orders) = channel();
        let work = move || carry_out_all(&files, &orders);
        let thread = thread::Builder::new().name("files-orders".into()).spawn(work)?;
        let (files, thread) = (Mutex::new(Some(to_files)), Mutex::new(Some(thread)));
        let copies = Copies::start()?;
        Ok(Self { kernel, copies, files, thread, begun: AtomicBool::default() })
    }

    /// Whether it is waited for: the first rules, so that `up` says that it holds when it does, and the end of all.
    fn is_awaited(&self, order: &Order) -> bool {
        match order {
            Order::Rules(_) => !self.begun.swap(true, Ordering::Relaxed),
            Order::Disarm => true,
            _ => false,
        }
    }

    fn tell_files(&self, order: &Order) -> Result<(), OrderError> {
        let (answer, answered) = sync_channel(1);
        let answer = self.is_awaited(order).then_some(answer);
        let waits = answer.is_some();
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let told = files.as_ref().is_some_and(|it| it.send((order.clone(), answer)).is_ok());
        drop(files);
        if told && waits { answered.recv().unwrap_or(Ok(())) } else { Ok(()) }
    }
}

fn carry_out_all(files: &impl Orders, orders: &Receiver<Told>) {
    for (order, answer) in orders {
        let done = match files.carry_out(&order) {
            // It comes into force all the same, when the responder gets to it.
            Err(OrderError::Refused(error)) if error.kind() == ErrorKind::TimedOut => {
                tracing::warn!(%error, "opens of guarded files are held later");
                Ok(())
            }
            other => other,
        };
        match (answer, done) {
            // Who asked may have gone.
            (Some(answer), done) => drop(answer.send(done)),
            (None, Err(error)) => {
                tracing::warn!(%error, "opens of guarded files are not held as policies say");
            }
            (None, Ok(())) => {}
        }
    }
}

impl Orders for Both {
    fn carry_out(&self, order: &Order) -> Result<(), OrderError> {
        let copied = self.copies.carry_out(order);
        if matches!(order, Order::PutBack(_)) {
            return copied;
        }
        let kernel = self.kernel.carry_out(order);
        match (order, &kernel) {
            // The session lives.
            (Order::Over(_), Err(OrderError::Refused(_))) => kernel,
            _ => self.tell_files(order).and(kernel),
        }
    }
}

impl Drop for Both {
    fn drop(&mut self) {
        self.files.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // A panic of it has been said.
        let _ = thread.map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use event::{KernelRules, Label, Regime};

    use super::*;

    /// Says what it was told; a session that lives is not over.
    struct Kernel;

    impl Orders for Kernel {
        fn carry_out(&self, order: &Order) -> Result<(), OrderError> {
            match order {
                Order::Over(Label(1)) => Err(OrderError::Refused(Error::other("it lives"))),
                Order::Over(_) => Err(OrderError::Gone),
                _ => Ok(()),
            }
        }
    }

    /// Answers when it is let, and notes what it was told.
    struct Slow(Mutex<Receiver<()>>, Sender<Order>);

    impl Orders for Slow {
        fn carry_out(&self, order: &Order) -> Result<(), OrderError> {
            let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let _ = self.1.send(order.clone());
            Err(OrderError::Refused(Error::from(ErrorKind::TimedOut)))
        }
    }

    #[test]
    fn sessions_do_not_wait_for_the_responder_but_hear_of_it_in_order() {
        let (go_on, waits) = channel();
        let (notes, noted) = channel();
        let both = Both::new(Arc::new(Kernel), Slow(Mutex::new(waits), notes)).expect("a thread");
        let rules = Order::Rules(Arc::new(KernelRules::default()));
        go_on.send(()).expect("it listens");
        both.carry_out(&rules).expect("late is not refused");
        let govern = |label| Order::Govern(Regime { label: Label(label), ..Regime::default() });
        // Nobody lets the responder go on, and all of these return.
        for order in [govern(1), rules.clone(), govern(2)] {
            both.carry_out(&order).expect("the kernel has done it");
        }
        assert!(matches!(both.carry_out(&Order::Over(Label(1))), Err(OrderError::Refused(_))));
        assert!(matches!(both.carry_out(&Order::Over(Label(2))), Err(OrderError::Gone)));
        drop(go_on);
        drop(both);
        let told: Vec<Order> = noted.iter().collect();
        assert_eq!(told, [rules.clone(), govern(1), rules, govern(2), Order::Over(Label(2))]);
    }
}
