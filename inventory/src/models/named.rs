//! What the name of a model says of its numbers: how many, and how exact.

use event::Text;

/// Words that stand for a way to write numbers, as they begin.
const EXACT: &[&str] = &["Q", "IQ", "TQ"];
/// The same, as a whole.
const WHOLE: &[&str] = &[
    "F16", "F32", "FP16", "FP32", "BF16", "FP8", "FP4", "NF4", "INT8", "INT4", "MXFP4", "NVFP4",
    "AWQ", "GPTQ",
];

/// `llama-3-8b-Q4_K_M` → `Q4_K_M`.
pub fn quantisation(name: &str) -> Option<Text> {
    let mut words = name.split(['-', '.', ':', '/', ' ']).map(str::to_uppercase);
    let is = |word: &String| {
        let counted = EXACT.iter().any(|begin| {
            let rest = word.strip_prefix(begin).unwrap_or_default().as_bytes();
            rest.first().is_some_and(|digit| (b'1'..=b'8').contains(digit))
                && rest.get(1).is_none_or(|byte| *byte == b'_')
        });
        counted || WHOLE.contains(&word.as_str())
    };
    words.rfind(is).map(|word| word.as_str().into())
}

/// `mixtral-8x7b` → `8x7B`; `qwen2.5:0.5b` → `0.5B`.
pub fn parameters(name: &str) -> Option<Text> {
    let is = |word: &&str| {
        let Some((number, unit)) = word.split_at_checked(word.len().saturating_sub(1)) else {
            return false;
        };
        let counts = |part: &str| part.len() <= 6 && part.parse::<f32>().is_ok_and(|it| it > 0.0);
        let number = number
            .split_once(['x', 'X'])
            .map_or(number, |(times, each)| if counts(times) { each } else { "" });
        ["b", "B", "m", "M"].contains(&unit)
            && number.starts_with(|c: char| c.is_ascii_digit())
            && counts(number)
    };
    let word = name.split(['-', '_', ':', '/', ' ']).find(is)?;
    Some(word.replace('X', "x").replace('b', "B").replace('m', "M").as_str().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_how_many_numbers_and_how_exact() {
        let check = |name: &str, expect: (Option<&str>, Option<&str>)| {
            let told = (parameters(name), quantisation(name));
            assert_eq!((told.0.as_deref(), told.1.as_deref()), expect, "{name}");
        };
        check("Llama-3.1-8B-Instruct-Q4_K_M", (Some("8B"), Some("Q4_K_M")));
        check("mixtral-8x7b.iq3_xs", (None, Some("IQ3_XS")));
        check("mixtral-8X7b-q5_0", (Some("8x7B"), Some("Q5_0")));
        check("qwen2.5:0.5b", (Some("0.5B"), None));
        check("org/smollm-135M-bf16", (Some("135M"), Some("BF16")));
        check("bert-base", (None, None));
        check("model-b", (None, None));
        check("Q9_notes", (None, None));
        check("", (None, None));
        check("ü-🦙b", (None, None));
    }
}
