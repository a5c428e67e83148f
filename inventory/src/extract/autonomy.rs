//! Settings after which a product acts without asking.

use content::tree::Node;
use event::Freedom;

use super::{Claims, Says, scalars, written};
use crate::product::{Condition, Settings};

pub fn take(settings: &Settings, root: &Node, claims: &mut Claims<'_>) {
    let all = settings.bypass.iter().map(|condition| (Freedom::All, condition));
    let some = settings.auto.iter().map(|condition| (Freedom::Some, condition));
    for (freedom, condition) in all.chain(some) {
        condition.key.way.follow(root, &mut |names, node| {
            let Some((line, value)) = holds(condition, node) else { return };
            let setting = format!("{} = {value}", written(&condition.key.text, names));
            let means = condition.means.clone();
            claims.push(line, names, Says::Autonomy { freedom, setting: setting.into(), means });
        });
    }
}

/// Settings that keep the product's commands from something, or give it back.
pub fn confines(settings: &Settings, root: &Node, claims: &mut Claims<'_>) {
    for one in &settings.confines {
        one.key.way.follow(root, &mut |names, node| {
            let Some(value) = node.scalar().filter(|it| one.is.iter().any(|is| *is.0 == **it))
            else {
                return;
            };
            let setting = format!("{} = {value}", written(&one.key.text, names)).into();
            let (holds, opens, means) = (one.holds.clone(), one.opens.clone(), one.means.clone());
            claims.push(node.line, names, Says::Confines { holds, opens, setting, means });
        });
    }
}

/// The value that fulfils the condition.
fn holds(condition: &Condition, node: &Node) -> Option<(u32, String)> {
    let is = node.scalar().filter(|text| condition.is.iter().any(|one| *one.0 == **text));
    if let Some(value) = is {
        return Some((node.line, value));
    }
    scalars(node).into_iter().find(|(_, text)| condition.has.iter().any(|one| *one.0 == **text))
}
