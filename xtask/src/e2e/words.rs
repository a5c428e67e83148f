//! What was said between a person, the model and its tools: read from the agent's own transcript, in its session.

use anyhow::{Result, bail};

use super::agents::CANARY;
use super::record::Recorded;

/// Those whose transcripts are understood.
const KEEP_ONE: [&str; 5] =
    ["codex-cli", "gemini-cli", "mini-swe-agent", "claude-code", "opencode"];

/// The prompt without its secret, and each call of the script once.
pub fn judge(product: &str, recorded: &Recorded, record: &str, script: &[String]) -> Result<()> {
    if record.contains(CANARY) {
        bail!("the token of the prompt is in the record");
    }
    if !KEEP_ONE.contains(&product) {
        return Ok(());
    }
    let said = |speech: &str| -> Vec<&str> {
        let of = recorded.said.iter().filter(|(whose, _)| whose == speech);
        of.map(|(_, text)| text.as_str()).collect()
    };
    let prompts = said("prompt");
    let asked = |text: &&str| text.contains("Do the next step. The token is ‹");
    if prompts.iter().filter(|text| asked(text)).count() != 1 {
        bail!("the prompt is not in the record once: {prompts:?}");
    }
    let calls = said("tool_call");
    for command in script {
        if calls.iter().filter(|text| *text == command).count() != 1 {
            bail!("the call `{command}` is not in the record once: {calls:?}");
        }
    }
    let results = said("tool_result").len();
    if results != script.len() {
        bail!("{results} results of {} calls", script.len());
    }
    Ok(())
}
