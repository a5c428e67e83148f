//! Policies in one form, so that a difference in review is one in meaning. The language's own formatter: it keeps
//! comments and the order of annotations.

use cedar_policy_formatter::{Config, policies_str_to_pretty};

use crate::Refusal;

/// As wide as the code of this repository.
const WIDTH: usize = 100;

/// The text in the one form; what does not parse is told with its place.
pub fn format(name: &str, text: &str) -> Result<String, Vec<Refusal>> {
    if let Err(errors) = text.parse::<cedar_policy::PolicySet>() {
        return Err(errors.iter().flat_map(|it| Refusal::of(name, text, it)).collect());
    }
    let config = Config { line_width: WIDTH, indent_width: 2 };
    let pretty = policies_str_to_pretty(text, &config).map_err(|error| {
        let hint = "policies may have a form that cannot be written in one way: leave it as it is";
        vec![Refusal::at(name, (0, 0), format!("{error:#}").replace('\n', " "), hint)]
    })?;
    Ok(format!("{}\n", pretty.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_annotations_stay() {
        let text = "// why\n@id(\"a\") @effect(\"ask\")\nforbid(principal,action==Action::\"exec\",resource)// here\nwhen{resource.kinds.contains(\"shell\")};\n// end\n";
        let done = format("a.cedar", text).expect("it is right");
        for part in ["// why\n", "@id(\"a\")\n@effect(\"ask\")\n", "// here", "// end\n"] {
            assert!(done.contains(part), "`{part}` is missing in:\n{done}");
        }
        assert_eq!(
            format("a.cedar", &done).as_deref(),
            Ok(&*done),
            "formatted twice it is the same"
        );
        assert_eq!(format("a.cedar", "").as_deref(), Ok("\n"));
    }

    #[test]
    fn what_does_not_parse_is_told_with_its_place() {
        let refused = format("a.cedar", "forbid (principal\n").expect_err("it is wrong");
        assert!(refused[0].to_string().starts_with("a.cedar:"), "{refused:?}");
    }
}
