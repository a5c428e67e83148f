//! A secret on the way back: a host that says what it was told must not tell it to the agent. Found as it is and as
//! the usual encodings write it, also where parts of a body meet; what takes its place has the same length.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hyper::header::{HeaderMap, HeaderValue};
use memchr::memmem::Finder;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use zeroize::Zeroizing;

use super::spots::percent;

/// The least of an encoded secret that is looked for, bytes.
const LEAST: usize = 8;
/// Bytes that are read at once from a connection that changed its protocol.
const PART: usize = 8 * 1024;

/// One writing of a secret, and what takes its place.
pub struct Needle {
    find: Zeroizing<Vec<u8>>,
    put: Vec<u8>,
}

/// The writings of a secret.
pub fn needles(value: &str, placeholder: &str) -> Vec<Needle> {
    let mut all: Vec<Needle> = Vec::new();
    let mut add = |find: Zeroizing<Vec<u8>>, put: Vec<u8>| {
        let known = all.iter().any(|it| *it.find == *find);
        if !known && find.len() == put.len() && find.len() >= LEAST {
            all.push(Needle { find, put });
        }
    };
    let as_bytes = |text: String| Zeroizing::new(text.into_bytes());
    add(as_bytes(value.to_owned()), placeholder.as_bytes().to_vec());
    add(as_bytes(percent(value)), percent(placeholder).into_bytes());
    for (sign, escaped) in
        [("/", "\\/"), ("\"", "\\\""), ("&", "&amp;"), ("&", "\\u0026"), ("+", "\\u002b")]
    {
        let escape = |text: &str| text.replace(sign, escaped);
        add(as_bytes(escape(value)), escape(placeholder).into_bytes());
    }
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        for before in 0..3 {
            let inner = |text: &str| inner_base64(engine, before, text);
            add(Zeroizing::new(inner(value)), inner(placeholder));
        }
    }
    all
}

/// What base64 makes of `text` behind `before` other bytes, wherever the neighbours have no part in it.
fn inner_base64(engine: &impl Engine, before: usize, text: &str) -> Vec<u8> {
    let mut whole = Zeroizing::new(vec![0; before]);
    whole.extend_from_slice(text.as_bytes());
    let encoded = Zeroizing::new(engine.encode(&*whole).into_bytes());
    let (first, end) = ((before * 8).div_ceil(6), whole.len() * 8 / 6);
    encoded.get(first..end).unwrap_or_default().to_vec()
}

/// Takes the secrets of a host out of what it says.
pub struct Scrubber {
    needles: Vec<Arc<[Needle]>>,
    /// What may be the beginning of a secret.
    carry: Zeroizing<Vec<u8>>,
}

impl Scrubber {
    /// With these writings.
    pub fn new(needles: Vec<Arc<[Needle]>>) -> Self {
        Self { needles, carry: Zeroizing::default() }
    }

    /// What of it can be said now.
    pub fn pass(&mut self, part: &[u8]) -> Vec<u8> {
        let mut whole = std::mem::take(&mut *self.carry);
        whole.extend_from_slice(part);
        self.replace(&mut whole);
        let open = self.open_end(&whole);
        self.carry.extend(whole.drain(whole.len() - open..));
        whole
    }

    /// What was held back: it was no secret.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut *self.carry)
    }

    /// Bytes that are held back.
    pub fn held(&self) -> usize {
        self.carry.len()
    }

    /// Whether nothing is held back.
    pub fn is_empty(&self) -> bool {
        self.carry.is_empty()
    }

    /// Takes them out of headers.
    pub fn headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let mut bytes = value.as_bytes().to_vec();
            if self.replace(&mut bytes)
                && let Ok(clean) = HeaderValue::from_bytes(&bytes)
            {
                *value = clean;
            }
        }
    }

    fn each(&self) -> impl Iterator<Item = &Needle> {
        self.needles.iter().flat_map(|it| it.iter())
    }

    fn replace(&self, bytes: &mut [u8]) -> bool {
        let mut replaced = false;
        for needle in self.each() {
            let finder = Finder::new(&*needle.find);
            let mut from = 0;
            while let Some(at) = bytes.get(from..).and_then(|rest| finder.find(rest)) {
                let at = from + at;
                from = at + needle.find.len();
                if let Some(place) = bytes.get_mut(at..from) {
                    place.copy_from_slice(&needle.put);
                }
                replaced = true;
            }
        }
        replaced
    }

    /// How much of the end begins a secret.
    fn open_end(&self, bytes: &[u8]) -> usize {
        let open = |needle: &Needle| {
            let most = needle.find.len().saturating_sub(1).min(bytes.len());
            (1..=most)
                .rev()
                .find(|length| needle.find.get(..*length).is_some_and(|head| bytes.ends_with(head)))
        };
        self.each().filter_map(open).max().unwrap_or_default()
    }
}

/// A connection whose answers are scrubbed.
pub struct Scrubbed<S> {
    inner: S,
    scrubber: Scrubber,
    clean: Vec<u8>,
    given: usize,
}

impl<S> Scrubbed<S> {
    /// What comes from `inner` is scrubbed.
    pub fn new(inner: S, scrubber: Scrubber) -> Self {
        Self { inner, scrubber, clean: Vec::new(), given: 0 }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Scrubbed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let rest = self.clean.get(self.given..).unwrap_or_default();
            if !rest.is_empty() {
                let part = rest.get(..buffer.remaining()).unwrap_or(rest);
                buffer.put_slice(part);
                self.given += part.len();
                return Poll::Ready(Ok(()));
            }
            let mut space = [0; PART];
            let mut part = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut self.inner).poll_read(context, &mut part))?;
            self.clean = match part.filled() {
                [] => self.scrubber.finish(),
                part => self.scrubber.pass(part),
            };
            self.given = 0;
            if part.filled().is_empty() && self.clean.is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Scrubbed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    const VALUE: &str = "s3cr3t/value+with=signs";
    const STANDS_FOR_IT: &str = "k9qz7l/xvbrb+tnyc=hdjfm";

    fn scrubber() -> Scrubber {
        Scrubber::new(vec![needles(VALUE, STANDS_FOR_IT).into()])
    }

    fn scrubbed(parts: &[&[u8]]) -> Vec<u8> {
        let mut scrubber = scrubber();
        let mut all: Vec<u8> = parts.iter().flat_map(|part| scrubber.pass(part)).collect();
        all.extend(scrubber.finish());
        all
    }

    fn check(said: &str, expect: &str) {
        assert_eq!(String::from_utf8_lossy(&scrubbed(&[said.as_bytes()])), expect);
        for at in 0..=said.len() {
            let (one, two) = said.as_bytes().split_at(at);
            assert_eq!(String::from_utf8_lossy(&scrubbed(&[one, two])), expect, "cut at {at}");
        }
        let single: Vec<&[u8]> = said.as_bytes().chunks(1).collect();
        assert_eq!(String::from_utf8_lossy(&scrubbed(&single)), expect, "byte by byte");
    }

    #[test]
    fn an_echo_is_taken_out_however_it_is_cut_and_written() {
        check("token: s3cr3t/value+with=signs.", "token: k9qz7l/xvbrb+tnyc=hdjfm.");
        check("s3cr3t/values3cr3t/value+with=signs", "s3cr3t/valuek9qz7l/xvbrb+tnyc=hdjfm");
        check("?k=s3cr3t%2Fvalue%2Bwith%3Dsigns&", "?k=k9qz7l%2Fxvbrb%2Btnyc%3Dhdjfm&");
        check("\"s3cr3t\\/value+with=signs\"", "\"k9qz7l\\/xvbrb+tnyc=hdjfm\"");
        check("nothing of s3cr3t/valu", "nothing of s3cr3t/valu");
    }

    #[test]
    fn base64_hides_nothing() {
        for login in ["", "u", "us", "user:", "a longer user:"] {
            let said = STANDARD.encode(format!("{login}{VALUE} and more"));
            let clean = scrubbed(&[said.as_bytes()]);
            let read = STANDARD.decode(clean).expect("base64");
            let read = String::from_utf8_lossy(&read).into_owned();
            let inner = &STANDS_FOR_IT[1..STANDS_FOR_IT.len() - 2];
            assert!(read.contains(inner) && !read.contains(&VALUE[1..]), "{login}: {read}");
        }
    }

    #[test]
    fn what_no_secret_begins_with_is_not_held_back() {
        let mut scrubber = scrubber();
        assert_eq!(scrubber.pass(b"data: hello\n\n"), b"data: hello\n\n");
        assert!(scrubber.is_empty());
    }

    proptest! {
        #[test]
        fn cutting_changes_nothing(
            text in "([a-z ]{0,9}(s3cr3t/value[+]with=signs|s3cr3t|czNjcjN0))*",
            cuts in proptest::collection::vec(0usize..200, 0..6),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|at| at.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let parts: Vec<&[u8]> = cuts.windows(2).map(|at| &text.as_bytes()[at[0]..at[1]]).collect();
            prop_assert_eq!(scrubbed(&parts), scrubbed(&[text.as_bytes()]));
        }
    }
}
