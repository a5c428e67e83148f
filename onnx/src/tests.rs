//! A small model, written here byte for byte, and what is refused.

use super::*;

/// A field of Protocol Buffers.
fn field(at: u64, bytes: &[u8]) -> Vec<u8> {
    [&*varint(at << 3 | 2), &varint(bytes.len() as u64), bytes].concat()
}

fn number(at: u64, value: u64) -> Vec<u8> {
    [varint(at << 3), varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// One step of a graph.
fn node(kind: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let inputs: Vec<u8> = inputs.iter().flat_map(|it| field(1, it.as_bytes())).collect();
    let attributes: Vec<u8> = attributes.iter().flat_map(|it| field(5, it)).collect();
    let said = [inputs, field(2, output.as_bytes()), field(4, kind.as_bytes()), attributes];
    field(1, &said.concat())
}

fn integer(name: &str, value: u64) -> Vec<u8> {
    [field(1, name.as_bytes()), number(3, value), number(20, 2)].concat()
}

fn integers(name: &str, value: u64) -> Vec<u8> {
    [field(1, name.as_bytes()), number(8, value), number(20, 7)].concat()
}

/// A value of a type and shape; 0 leaves a side open.
fn value(at: u64, name: &str, kind: u64, shape: &[u64]) -> Vec<u8> {
    let side = |it: &u64| field(1, &if *it == 0 { field(2, b"n") } else { number(1, *it) });
    let shape: Vec<u8> = shape.iter().flat_map(side).collect();
    let tensor = [number(1, kind), field(2, &shape)].concat();
    field(at, &[field(1, name.as_bytes()), field(2, &field(1, &tensor))].concat())
}

/// Each token has a weight for either class; a text has the greatest of its words that are none of the padding.
fn model(weights: &[[f32; 2]], input: &str, length: u64) -> Vec<u8> {
    let bytes: Vec<u8> = weights.iter().flatten().flat_map(|it| it.to_le_bytes()).collect();
    let table = [
        number(1, weights.len() as u64),
        number(1, 2),
        number(2, 1),
        field(8, b"table"),
        field(9, &bytes),
    ];
    let graph = [
        node("Gather", &["table", input], "found", &[]),
        node("Cast", &["attention_mask"], "words", &[integer("to", 1)]),
        node("Unsqueeze", &["words"], "wide", &[integers("axes", 2)]),
        node("Mul", &["found", "wide"], "counted", &[]),
        node("ReduceMax", &["counted"], "logits", &[integers("axes", 1), integer("keepdims", 0)]),
        field(2, b"small"),
        field(5, &table.concat()),
        value(11, input, 7, &[1, length]),
        value(11, "attention_mask", 7, &[1, length]),
        value(12, "logits", 1, &[1, 2]),
    ];
    [number(1, 7), field(7, &graph.concat()), field(8, &number(2, 11))].concat()
}

const WORDS: &str = r###"{
  "added_tokens": [{"id": 0, "content": "[PAD]"}],
  "normalizer": {"type": "BertNormalizer", "clean_text": true, "lowercase": true},
  "pre_tokenizer": {"type": "BertPreTokenizer"},
  "post_processor": {"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "[SEP]"}}],
    "special_tokens": {"[CLS]": {"ids": [2]}, "[SEP]": {"ids": [3]}}},
  "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
    "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "open": 4, "the": 5, "vault": 6, "##s": 7, ",": 8, "cafe": 9, "中": 10}}
}"###;

/// `vault` is what the model is sure of; the padding would be, too, if it counted.
fn weights() -> Vec<[f32; 2]> {
    let mut all = vec![[1.0, 0.0]; 11];
    (all[6], all[0]) = ([0.0, 9.0], [0.0, 99.0]);
    all
}

fn classifier(length: u64, how: &Use) -> Result<Classifier, LoadError> {
    Classifier::load(&model(&weights(), "input_ids", length), WORDS.as_bytes(), how)
}

#[test]
fn a_small_model_says_how_sure_it_is_and_where() {
    let check = |length: u64, text: &str, expect: Option<&str>| {
        let classifier = classifier(length, &Use { label: None, window: 8 }).expect("it is sound");
        let found = classifier.strongest(text).filter(|it| it.sure > 0.5);
        assert_eq!(found.as_ref().map(|it| &text[it.span.clone()]), expect, "{length} {text}");
    };
    let long = "the ".repeat(40);
    for length in [0, 8] {
        check(length, "", None);
        check(length, "open the", None);
        check(length, "Open the VAULTS, the", Some("Open the VAULTS, the"));
        check(length, "vaultx", None);
        // Six words beside the two marks.
        check(length, &format!("{long}vault open"), Some("the the the the the vault"));
        // Far behind the last window that is looked at.
        check(length, &format!("{}vault", "the ".repeat(400)), None);
    }
}

#[test]
fn a_class_is_chosen_by_its_number() {
    let sure = |label| {
        let classifier = classifier(8, &Use { label, window: 0 }).expect("it is sound");
        classifier.strongest("vault").map(|it| it.sure > 0.5)
    };
    assert_eq!((sure(Some(1)), sure(Some(0)), sure(None)), (Some(true), Some(false), Some(true)));
}

#[test]
fn words_are_told_as_the_model_was_taught() {
    let check = |json: &str, text: &str, expect: &[i64]| {
        let tokenizer = Tokenizer::read(json.as_bytes()).expect("it is read");
        let ids: Vec<i64> = tokenizer.tokens(text, 100).into_iter().map(|it| it.id).collect();
        assert_eq!(ids, expect, "{text}");
    };
    check(WORDS, "Open,the vaults", &[4, 8, 5, 6, 7]);
    check(WORDS, "Café CAFE\u{301} 中中", &[9, 9, 10, 10]);
    check(WORDS, "vaultsx \u{1}open", &[1, 4]);
    let likely = r#"{"normalizer": {"type": "Precompiled"}, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁"},
      "post_processor": {"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]},
      "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["<s>", 0.0], ["</s>", 0.0], ["▁", -3.0], ["▁open", -2.0], ["▁op", -2.5], ["en", -1.0], ["▁o", -4.0], ["p", -4.0], ["s", -3.0]]}}"#;
    // `▁open` (-2) is likelier than `▁op` and `en` (-3.5).
    check(likely, "open ｏｐｅｎ", &[4, 4]);
    check(likely, "opens opp", &[4, 9, 5, 8]);
    check(likely, "xyz open", &[3, 0, 4]);
}

#[test]
fn what_cannot_be_used_says_why() {
    let sound = model(&weights(), "input_ids", 8);
    let check = |model: &[u8], json: &str, label: Option<usize>, expect: &str| {
        let read = Classifier::load(model, json.as_bytes(), &Use { label, window: 8 });
        let error = read.map(|_| ()).expect_err(expect).to_string();
        assert!(error.contains(expect), "{error}");
    };
    check(b"no model at all", WORDS, None, "the model: it cannot be read");
    check(&sound[..sound.len() / 2], WORDS, None, "the model: it cannot be read");
    check(b"", WORDS, None, "the model");
    check(&model(&weights(), "pixels", 8), WORDS, None, "its input `pixels` is none of");
    check(&model(&weights(), "input_ids", 5000), WORDS, None, "its window has 5000 tokens");
    check(&sound, WORDS, Some(2), "it has 2 classes, and `label` is 2");
    // Fewer weights than words: the library gives up, or says so.
    check(&model(&weights()[..1], "input_ids", 8), WORDS, None, "the model: it cannot be");
    check(&sound, "{}", None, "the tokenizer: its model `` is not understood");
    check(&sound, "[", None, "the tokenizer: it cannot be read");
    let other = WORDS.replace("WordPiece", "BPE");
    check(&sound, &other, None, "its model `BPE` is not understood");
    let other = WORDS.replace("BertPreTokenizer", "ByteLevel");
    check(&sound, &other, None, "its pre-tokenizer `ByteLevel`");
}
