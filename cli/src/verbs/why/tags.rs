//! The tags of a rule as people say them: tactics by name, numbers by their catalogue.

use event::Text;
use event::show::plain;

/// `attack.credential-access attack.t1552` as `credential access; ATT&CK T1552`.
pub fn tags(tags: &[Text]) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for tag in tags {
        let (catalogue, name) = tag.split_once('.').unwrap_or(("", tag));
        let (title, word) = match catalogue {
            "attack" if is_number(name) => ("ATT&CK".to_owned(), name.to_uppercase()),
            "attack" => (String::new(), name.replace('-', " ")),
            "" => (String::new(), name.to_owned()),
            _ => (catalogue.to_uppercase(), name.to_uppercase()),
        };
        let word = plain(&word).into_owned();
        match groups.iter_mut().find(|(known, _)| *known == title) {
            Some((_, words)) => words.push(word),
            None => groups.push((title, vec![word])),
        }
    }
    groups.sort_by_key(|(title, _)| !title.is_empty());
    let group = |(title, words): &(String, Vec<String>)| {
        format!("{} {}", plain(title), words.join(", ")).trim_start().to_owned()
    };
    groups.iter().map(group).collect::<Vec<_>>().join("; ")
}

/// `t1552`, `t1552.001`, `s0002`, `g0001`.
fn is_number(name: &str) -> bool {
    name.get(1..).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn catalogues_are_named() {
        let check = |input: &[&str], expect: &str| {
            let input: Vec<event::Text> = input.iter().map(|tag| (*tag).into()).collect();
            assert_eq!(super::tags(&input), expect);
        };
        check(
            &["attack.t1552.001", "attack.credential-access", "attack.t1528", "owasp.asi03"],
            "credential access; ATT&CK T1552.001, T1528; OWASP ASI03",
        );
        check(&["own-word", "atlas.aml.t0098"], "own-word; ATLAS AML.T0098");
        check(&[], "");
    }
}
