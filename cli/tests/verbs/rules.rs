//! `chaperone rules`.

use super::{chaperone, stdout};

#[test]
fn a_bad_rule_is_named_and_the_rest_works() {
    let dir = std::env::temp_dir().join(format!("chaperone-rules-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("temp is writable");
    let good = "title: Good\nid: 0e7c3f0e-8a9e-4d1b-9d55-6f5d6c1f7a01\nlogsource: {category: process_creation, product: linux}\ndetection: {a: {Image|endswith: /nc}, condition: a}\nlevel: low\n";
    std::fs::write(dir.join("good.yml"), good).expect("writable");
    std::fs::write(dir.join("bad.yml"), good.replace("condition: a", "condition: a and"))
        .expect("writable");
    let output = chaperone(&["rules", "check", &dir.display().to_string()]);
    std::fs::remove_dir_all(&dir).expect("it was just made");
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains("bad.yml") && said.contains("1 rules work, 1 are refused"), "{said}");
}

#[test]
fn the_own_pack_is_built_in() {
    let listed = stdout(&chaperone(&["rules", "list", "--json"]));
    assert!(listed.lines().count() >= 60, "{}", listed.lines().count());
}
