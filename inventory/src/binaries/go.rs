//! What a Go program says of its making (`.go.buildinfo`, from Go 1.18 on): its module, version, and what it is made of.

/// Marks around the text.
const MARK: usize = 16;
/// Most modules that are kept.
const MOST: usize = 2_000;

/// What it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Path of the package that was built.
    pub path: String,
    /// Path of its module.
    pub module: String,
    /// Version of that.
    pub version: Option<String>,
    /// Paths of the modules it is made of.
    pub needs: Vec<String>,
}

/// Reads the section.
pub fn info(section: &[u8]) -> Option<Info> {
    let rest = section.strip_prefix(b"\xff Go buildinf:")?;
    // Before Go 1.18 there are addresses here instead of texts.
    if rest.get(1)? & 2 == 0 {
        return None;
    }
    let mut rest = section.get(32..)?;
    let _compiler = text(&mut rest)?;
    let modules = text(&mut rest)?;
    let modules = modules.get(MARK..modules.len().checked_sub(MARK)?)?;
    let modules = String::from_utf8_lossy(modules);
    let mut info = Info::default();
    for line in modules.lines().take(MOST) {
        let mut words = line.split('\t');
        match (words.next(), words.next()) {
            (Some("path"), Some(path)) => path.clone_into(&mut info.path),
            (Some("mod"), Some(module)) => {
                module.clone_into(&mut info.module);
                info.version = words.next().filter(|it| !it.is_empty()).map(str::to_owned);
            }
            (Some("dep"), Some(module)) => info.needs.push(module.to_owned()),
            _ => {}
        }
    }
    (!info.module.is_empty()).then_some(info)
}

/// A text behind its length, which is written in groups of seven bits.
fn text<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (mut length, mut shift) = (0usize, 0u32);
    loop {
        let (first, after) = rest.split_first()?;
        *rest = after;
        length |= usize::from(first & 0x7f).checked_shl(shift)?;
        shift += 7;
        if first & 0x80 == 0 {
            break;
        }
        if shift > 28 {
            return None;
        }
    }
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> Vec<u8> {
        let mut bytes = b"\xff Go buildinf:\x08\x02".to_vec();
        bytes.resize(32, 0);
        bytes.extend_from_slice(b"\x06go1.25");
        let marked = [&[b'a'; MARK][..], text.as_bytes(), &[b'b'; MARK]].concat();
        bytes.extend_from_slice(&[(marked.len() as u8 & 0x7f) | 0x80, (marked.len() >> 7) as u8]);
        bytes.extend(marked);
        bytes
    }

    #[test]
    fn modules_are_read_and_lies_lead_nowhere() {
        let section = made(
            "path\tx.test/a/cmd\nmod\tx.test/a\tv1.2.3\th1:=\ndep\tx.test/b\tv0.1.0\nbuild\tCGO=1\n",
        );
        let expect = Info {
            path: "x.test/a/cmd".into(),
            module: "x.test/a".into(),
            version: Some("v1.2.3".into()),
            needs: vec!["x.test/b".into()],
        };
        assert_eq!(info(&section), Some(expect));
        for length in 0..section.len() {
            assert_eq!(info(&section[..length]), None, "{length}");
        }
        assert_eq!(info(b"\xff Go buildinf:\x08\x00"), None);
        assert_eq!(info(&made("")), None);
    }
}
