//! How a run may be meant: one program can be called by many names, and the name in its arguments is anybody's choice.

use event::Text;

/// Arguments as one would write them in a shell, so that what was one word stays one.
pub fn written<'w>(words: impl IntoIterator<Item = &'w str>) -> Text {
    let words = words.into_iter().map(|word| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.to_string()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    });
    words.collect::<Vec<_>>().join(" ").into()
}

/// The command lines that a run may be: as it calls itself; by its script, if it interprets one; and by the program's
/// own name, where it calls itself something else.
pub fn readings(program: &str, script: Option<&str>, arguments: &[Text]) -> Vec<Text> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let own = arguments.first().map(|first| &**first).unwrap_or_default();
    let rest = || arguments.iter().skip(1).map(|word| &**word);
    let mut readings = Vec::new();
    if let Some(script) = script {
        readings.push(written([program, script].into_iter().chain(rest())));
    }
    readings.push(written(arguments.iter().map(|word| &**word)));
    if !program.is_empty() && name(own) != name(program) {
        readings.push(written(std::iter::once(program).chain(rest())));
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_by_each_name_that_it_has() {
        let check = |program: &str, script: Option<&str>, arguments: &[&str], expect: &[&str]| {
            let arguments: Vec<Text> = arguments.iter().map(|it| Text::from(*it)).collect();
            let found = readings(program, script, &arguments);
            assert_eq!(found.iter().map(|it| &**it).collect::<Vec<_>>(), expect);
        };
        check("/usr/bin/git", None, &["git", "push"], &["git push"]);
        check("/usr/bin/git", None, &["/x/git", "it's"], &[r"/x/git 'it'\''s'"]);
        check("/usr/bin/git", None, &["ls", "push"], &["ls push", "/usr/bin/git push"]);
        check("/usr/bin/git", None, &[], &["", "/usr/bin/git"]);
        check(
            "/usr/bin/python3",
            Some("./x.py"),
            &["x", "-c", "y"],
            &["/usr/bin/python3 ./x.py -c y", "x -c y", "/usr/bin/python3 -c y"],
        );
        check("", None, &["git"], &["git"]);
    }
}
