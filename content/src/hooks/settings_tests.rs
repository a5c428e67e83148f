//! Settings before and after our entries.

use proptest::prelude::*;

use super::super::product::PRODUCTS;
use super::*;

fn line() -> Line {
    Line {
        program: "/usr/bin/chaperone-hook".into(),
        socket: "/run/chaperone/link.sock".into(),
        absent: "open",
    }
}

fn by_id(id: &str) -> &'static Product {
    super::super::product(id).expect("a product")
}

/// Put in, looked for, put in again, taken out.
fn check(product: &Product, before: Option<&str>) -> String {
    let whole = installed(product, before, &line()).expect("it can be edited");
    assert_eq!(found(product, &whole), wanted(product, &line()), "{whole}");
    assert_eq!(installed(product, Some(&whole), &line()).as_ref(), Ok(&whole), "once is enough");
    let other = Line { absent: "closed", ..line() };
    let renewed = installed(product, Some(&whole), &other).expect("it can be edited");
    assert_eq!(found(product, &renewed), wanted(product, &other), "{renewed}");
    let rest = uninstalled(product, &whole).expect("it can be edited");
    assert!(rest.is_none_or(|rest| found(product, &rest).is_empty()));
    whole
}

#[test]
fn every_product_is_set_from_nothing() {
    for product in &PRODUCTS {
        let whole = check(product, None);
        assert_eq!(check(product, Some(" \n")), whole);
        if product.layout == Layout::Plugin {
            assert!(whole.contains(r#"const program = "/usr/bin/chaperone-hook""#), "{whole}");
        } else {
            assert!(serde_json::from_str::<Value>(&whole).is_ok(), "{whole}");
        }
    }
}

#[test]
fn what_else_stands_there_stays_to_the_byte() {
    let before = "{\n  // mine\n  \"model\": \"x\",\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\"matcher\": \"Bash\", \"hooks\": [{\"type\": \"command\", \"command\": \"./own.sh\"}]}\n    ]\n  },\n  \"z\": [1,2]\n}\n";
    let whole = check(by_id("claude-code"), Some(before));
    for kept in [
        "  // mine\n  \"model\": \"x\",\n",
        "      {\"matcher\": \"Bash\", \"hooks\": [{\"type\": \"command\", \"command\": \"./own.sh\"}]}",
        "\"z\": [1,2]\n}\n",
    ] {
        assert!(whole.contains(kept), "{whole}");
    }
    let rest = uninstalled(by_id("claude-code"), &whole).expect("edited").expect("left");
    assert_eq!(rest, before);
}

#[test]
fn a_shape_that_is_not_hooks_is_left_alone() {
    let refuses = |text: &str| installed(by_id("gemini-cli"), Some(text), &line()).expect_err(text);
    assert!(matches!(refuses("[]"), Uneditable::Shape(_)));
    assert!(matches!(refuses("{\"hooks\": 3}"), Uneditable::Shape(_)));
    assert!(matches!(refuses("{\"hooks\": {\"BeforeTool\": {}}}"), Uneditable::Shape(_)));
    assert!(matches!(refuses("{"), Uneditable::Unread(_)));
}

#[test]
fn an_entry_of_an_older_installation_is_replaced() {
    let old = Line { program: "/opt/old place/chaperone-hook".into(), ..line() };
    for product in &PRODUCTS {
        let before = installed(product, None, &old).expect("made");
        assert_eq!(found(product, &before), wanted(product, &old), "{before}");
        let whole = check(product, Some(&before));
        assert!(!whole.contains("/opt/old"), "{whole}");
    }
}

proptest! {
    #[test]
    fn settings_of_any_shape_keep_what_they_say(
        keys in prop::collection::vec(("[a-z]{1,6}", any::<i32>()), 0..4),
        events in prop::collection::vec(("PreToolUse|Stop|[A-Z][a-z]{2,5}", 0usize..3), 0..4),
        pretty in any::<bool>(),
    ) {
        let hooks: serde_json::Map<String, Value> = events.into_iter().map(|(event, count)| {
            let group = json!({"matcher": "x", "hooks": [{"type": "command", "command": "./a"}]});
            (event, json!(vec![group; count]))
        }).collect();
        let mut value: serde_json::Map<String, Value> =
            keys.into_iter().map(|(key, number)| (key, number.into())).collect();
        if !hooks.is_empty() {
            value.insert("hooks".into(), hooks.into());
        }
        let value = Value::Object(value);
        let before = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let before = before.expect("written");
        let product = by_id("claude-code");
        let whole = installed(product, Some(&before), &line()).expect("edited");
        let read: Value = serde_json::from_str(&whole).expect("still JSON");
        for (key, kept) in value.as_object().expect("a map").iter().filter(|(key, _)| *key != "hooks") {
            prop_assert_eq!(&read[key], kept);
        }
        prop_assert_eq!(found(product, &whole), wanted(product, &line()));
    }
}
