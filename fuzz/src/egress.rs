//! What a client inside of a box may say to the egress proxy before anything is known of it.

use gateway::egress::{Host, HostPattern, Target, dns, hello, socks};

/// Cut anywhere, the bytes are open or what they are in whole.
pub fn opening(data: &[u8]) {
    let whole = hello::read(data);
    for cut in cuts(data) {
        match hello::read(cut) {
            hello::Reading::Open => {}
            decided => assert_eq!(decided, whole, "decided after {} bytes", cut.len()),
        }
    }
}

pub fn socks(data: &[u8]) {
    stays(data, socks::greeting);
    stays(data, socks::request);
}

fn stays<T: PartialEq + std::fmt::Debug>(data: &[u8], read: impl Fn(&[u8]) -> socks::Said<T>) {
    let whole = read(data);
    if let socks::Said::Whole(_, used) = &whole {
        assert!(*used <= data.len());
    }
    for cut in cuts(data) {
        match (read(cut), &whole) {
            (socks::Said::Open, _) => {}
            (socks::Said::Whole(early, _), socks::Said::Whole(late, _)) => assert_eq!(early, *late),
            (early, late) => assert_eq!(early, *late),
        }
    }
}

pub fn question(data: &[u8]) {
    let (end, reply) = match dns::question(data) {
        None => return,
        Some(Ok(question)) => {
            assert!(question.name.len() <= 253 && question.end <= data.len());
            (question.end, dns::Reply::Address([198, 18, 0, 1].into()))
        }
        Some(Err(reply)) => (0, reply),
    };
    let mut answer = dns::answer(data, end, reply);
    assert_eq!(dns::question(&answer), None, "an answer is no question");
    if let (Some(asked), Some(flags)) = (dns::question(data), answer.get_mut(2)) {
        *flags = 1;
        assert!(
            asked.is_err() || dns::question(&answer) == Some(asked),
            "it is answered as it was asked"
        );
    }
}

pub fn authority(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(target) = Target::parse(&text, Some(443)) {
        assert_eq!(Target::parse(&target.to_string(), None).as_ref(), Ok(&target));
        let Ok(own) = target.host.written().parse::<HostPattern>() else {
            panic!("{target} has no pattern")
        };
        assert!(own.matches(&target.host, target.port), "{target}");
    }
    if let Ok(host) = Host::parse(&text) {
        assert_eq!(Host::parse(&host.written()), Ok(host));
    }
    let _ = text.parse::<HostPattern>();
}

fn cuts(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..data.len().min(64)).chain([data.len() / 2]).filter_map(|at| data.get(..at))
}
