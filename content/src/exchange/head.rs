//! The head of a message: its first line and its fields.

/// Longest head that is read.
pub const LONGEST: usize = 64 << 10;

/// A head, as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The three parts of the first line.
    first: [String; 3],
    /// Names in small letters, and values.
    fields: Vec<(String, String)>,
}

impl Head {
    /// Reads all up to and with the empty line; none: it is no head of HTTP/1.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let mut parts = lines.next()?.splitn(3, ' ').map(str::to_owned);
        let first = [parts.next()?, parts.next()?, parts.next().unwrap_or_default()];
        let [one, two, three] = &first;
        let answer = one.starts_with("HTTP/1.") && two.len() == 3 && two.parse::<u16>().is_ok();
        let request = three.starts_with("HTTP/1.") && one.bytes().all(|it| it.is_ascii_uppercase());
        if !answer && !request {
            return None;
        }
        let field = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Some(Self { fields: lines.filter_map(field).collect(), first })
    }

    /// Bytes of it.
    pub fn held(&self) -> usize {
        let fields = self.fields.iter().map(|(name, value)| name.len() + value.len());
        fields.sum::<usize>() + self.first.iter().map(String::len).sum::<usize>()
    }

    /// Whether bytes that begin so may be a head.
    pub fn may_begin(bytes: &[u8]) -> bool {
        let line = bytes.get(..bytes.len().min(16)).unwrap_or_default();
        let word = line.split(|byte| *byte == b' ').next().unwrap_or_default();
        let method = (3..=7).contains(&word.len()) && word.iter().all(u8::is_ascii_uppercase);
        word.starts_with(b"HTTP/1.") || (method && line.len() > word.len())
    }

    /// Of a request.
    pub fn method(&self) -> &str {
        self.first.first().map_or("", String::as_str)
    }

    /// Of a request, without what stands behind a `?`.
    pub fn path(&self) -> &str {
        self.first.get(1).and_then(|target| target.split(['?', '#']).next()).unwrap_or_default()
    }

    /// Of an answer; 0 of a request.
    pub fn status(&self) -> u16 {
        self.first.get(1).and_then(|it| it.parse().ok()).unwrap_or(0)
    }

    /// A field, the first of its name, which is given in small letters.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the body comes in pieces that say their lengths.
    pub fn is_chunked(&self) -> bool {
        let coding = self.field("transfer-encoding").unwrap_or_default();
        coding.rsplit(',').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("chunked"))
    }

    /// How long the body says that it is.
    pub fn length(&self) -> Option<u64> {
        self.field("content-length")?.parse().ok()
    }
}
