//! How agents ask, for people and for machines.

use anyhow::Result;
use content::hooks::Product;
use event::show::{brief, plain};
use serde_json::json;

use super::One;
use super::files::{Became, Place, Standing};
use super::prove::{Heard, Proof};
use crate::lines::stamp;
use crate::out;
use crate::verbs::Common;

/// All of them, and what the daemon heard.
pub fn list(common: &Common, all: &[One], heard: &[Heard]) -> Result<()> {
    if common.json {
        for one in all {
            out::json(&json!({
                "product": one.product.id,
                "file": one.place.file,
                "standing": standing(&one.standing).0,
                "canary": proof(&one.proof).0,
                "calls": of(one, heard).map(|it| it.calls).unwrap_or(0),
            }))?;
        }
        return Ok(());
    }
    let home = std::env::var("HOME").ok();
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|one| {
            let place = one.place.file.display().to_string();
            let heard = of(one, heard).map_or("never".into(), |it| {
                format!(
                    "{} times, {} stopped, last {}",
                    it.calls,
                    it.stopped,
                    stamp(it.last_unix_ns)
                )
            });
            vec![
                one.product.name.to_owned(),
                standing(&one.standing).0.to_owned(),
                proof(&one.proof).0.to_owned(),
                heard,
                plain(&out::below_home(&place, home.as_deref())).into_owned(),
            ]
        })
        .collect();
    out::table(&["agent", "hook", "canary", "asked", "settings"], &rows)?;
    for one in all {
        let words = [standing(&one.standing).1, proof(&one.proof).1];
        for words in words.into_iter().filter(|words| !words.is_empty()) {
            crate::say!("{}: {words}", one.product.name);
        }
    }
    Ok(())
}

/// The calls of this account's own.
fn of<'h>(one: &One, heard: &'h [Heard]) -> Option<&'h Heard> {
    let uid = rustix::process::geteuid().as_raw();
    let own = crate::accounts::name_of(uid).unwrap_or_else(|| uid.to_string().into());
    heard.iter().find(|it| it.product == one.product.id && *it.account == *own)
}

/// In a word, and what to do about it.
fn standing(standing: &Standing) -> (&'static str, String) {
    match standing {
        Standing::Whole => ("installed", String::new()),
        Standing::Untrusted => (
            "untrusted",
            "it does not start the hook before you trust it\nhint: start `codex`, type `/hooks`, and trust the entries of chaperone-hook".into(),
        ),
        Standing::Missing => ("missing", "it does not ask\nhint: `chaperone hook install`".into()),
        Standing::Changed => (
            "changed",
            "its entries are not as they were written\nhint: `chaperone hook install` writes them anew".into(),
        ),
        Standing::OtherProgram => (
            "other program",
            "it starts another chaperone-hook\nhint: `chaperone hook install` takes the one beside this program".into(),
        ),
        Standing::Unreadable(why) => ("unreadable", brief(why, 200)),
    }
}

fn proof(proof: &Proof) -> (&'static str, String) {
    match proof {
        Proof::Denied => ("denied", String::new()),
        Proof::Unanswered => (
            "unanswered",
            "nobody answers its hook, so it is not proved\nhint: start `chaperone up`, then `chaperone hook status`".into(),
        ),
        Proof::Broken(said) => {
            ("NOT denied", format!("the hook does not deny what it must; it said: {}", brief(said, 160)))
        }
        Proof::NotTried => ("-", String::new()),
    }
}

/// What became of one.
pub fn uninstalled(
    common: &Common,
    product: &Product,
    place: &Place,
    became: Became,
) -> Result<()> {
    let word = match became {
        Became::Restored => "restored",
        Became::WithoutOurs => "without_ours",
        Became::Nothing => "nothing",
    };
    if common.json {
        return out::json(&json!({ "product": product.id, "file": place.file, "became": word }));
    }
    let says = match became {
        Became::Restored => "as before the installation",
        Became::WithoutOurs => "without the hook; others changed it meanwhile, and that stays",
        Became::Nothing => "nothing of chaperone was there",
    };
    let place = place.file.display().to_string();
    Ok(out::line(&format!("{}: {says} ({})", product.name, plain(&place)))?)
}
