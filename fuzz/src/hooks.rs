//! What agents tell their hooks, and the settings that hooks are written into.

use content::hooks::settings::{Line, found, installed, uninstalled, wanted};
use content::hooks::{Caller, Layout, PRODUCTS, actions, read};
use event::{AgentRef, Principal};

/// The first byte says which product and event; the rest is what it says, and as settings.
pub fn any(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let product = &PRODUCTS[usize::from(*first) % PRODUCTS.len()];
    for (event, _) in product.events {
        let Ok(event) = read(product.id, event, &text) else { continue };
        let agent = AgentRef { workspace: "/home/a/w".into(), ..AgentRef::default() };
        let principal = Principal::Agent(agent);
        let caller = Caller { principal, home: "/home/a".into(), cut_at: None, time: (0, 1) };
        let asked = actions(&event, &caller);
        assert!(asked.actions.len() <= 512);
        assert_eq!(asked, actions(&event, &caller), "read twice it is the same");
    }
    let line =
        Line { program: "/usr/bin/chaperone-hook".into(), socket: "/s".into(), absent: "open" };
    let Ok(whole) = installed(product, Some(&text), &line) else { return };
    assert_eq!(found(product, &whole), wanted(product, &line), "{whole}");
    if let Ok(Some(rest)) = uninstalled(product, &whole)
        && product.layout != Layout::Plugin
    {
        assert!(found(product, &rest).is_empty(), "{rest}");
    }
}
