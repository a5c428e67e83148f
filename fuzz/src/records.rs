//! Records of the kernel's ring, as bytes and as fields; the packets inside them.

use std::sync::Arc;

use event::{Act, Event};
use sensor::Decoder;

use crate::fields::{self, Fields};

/// The first byte says whether the rest is a record as it stands, or its fields.
pub fn any(data: &[u8]) {
    let mut fields = Fields::new(data);
    let record = match fields.byte() {
        0 => fields.rest().to_vec(),
        _ => fields.record(),
    };
    decode(&record);
    // Cut anywhere, it is refused or shorter.
    decode(record.get(..record.len() / 2).unwrap_or_default());
}

pub fn dns(data: &[u8]) {
    for op in [1, 2] {
        let Some(event) = decode(&fields::packet(op, data)) else { continue };
        let (Act::DnsQuery(dns) | Act::DnsAnswer(dns)) = event.act else { panic!("{event:?}") };
        assert!(dns.name.len() <= 8 * 255, "a name of {} bytes", dns.name.len());
        assert!(dns.addresses.len() <= 64, "{} addresses", dns.addresses.len());
    }
}

pub fn hello(data: &[u8]) {
    let Some(event) = decode(&fields::packet(3, data)) else { return };
    let Act::TlsClientHello(hello) = event.act else { panic!("{event:?}") };
    assert!(hello.server_name.len() <= data.len(), "{}", hello.server_name);
}

/// The event of a record; what is read can also be written and read again.
pub fn decode(record: &[u8]) -> Option<Event> {
    thread_local! {
        static DECODER: std::cell::RefCell<Decoder> =
            std::cell::RefCell::new(Decoder::new(Arc::new(event::Verbatim), &["PATH".into()]));
    }
    let event = DECODER.with_borrow_mut(|decoder| decoder.decode(record))?.event?;
    let text = serde_json::to_string(&event).expect("an event is written");
    let again: Event = serde_json::from_str(&text).expect("what was written is read");
    assert_eq!(event, again);
    Some(event)
}
