//! The forms of the products: what each reads on the standard output and as exit code to let a tool call go on, to
//! ask its person, and not to do it.

use link::{Ruling, Verdict};
use serde_json::{Value, json};

/// How a product is spoken to at an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form<'e> {
    speech: Speech,
    event: &'e str,
}

/// Families of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speech {
    /// `hookSpecificOutput.permissionDecision`. Codex took it over from Claude Code, but refuses `ask`.
    Claude,
    /// `decision` and `reason`.
    Gemini,
    /// `permission`, `user_message`, `agent_message`.
    Cursor,
    /// `permissionDecision` at the top.
    Copilot,
    /// Exit code 2 and the reason on the standard error: what all others understand, and our own plugin.
    Plain,
}

/// What is said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub exit: u8,
}

impl<'e> Form<'e> {
    /// By product id and event.
    pub fn of(product: &str, event: &'e str) -> Self {
        let speech = match product {
            "claude-code" | "codex-cli" => Speech::Claude,
            "gemini-cli" => Speech::Gemini,
            "cursor" => Speech::Cursor,
            "copilot-cli" => Speech::Copilot,
            _ => Speech::Plain,
        };
        Self { speech, event }
    }

    /// Whether a tool call waits for the answer: of other events nothing is stopped, whoever is absent.
    fn is_waited_for(&self) -> bool {
        BEFORE_TOOLS.contains(&self.event)
    }

    /// Says it.
    pub fn say(&self, verdict: &Verdict) -> Said {
        let reason = &verdict.reason;
        let told = |value: Value| Said { stdout: format!("{value}\n"), ..Said::default() };
        let decision = match verdict.ruling {
            Ruling::Deny if self.is_waited_for() => "deny",
            Ruling::Ask if self.is_waited_for() => "ask",
            // Silence and `{}` are no opinion: what the product asks its person by its own rules, it still does.
            _ => {
                return match self.speech {
                    Speech::Claude | Speech::Plain => Said::default(),
                    Speech::Gemini | Speech::Copilot | Speech::Cursor => told(json!({})),
                };
            }
        };
        match self.speech {
            Speech::Claude => told(json!({ "hookSpecificOutput": {
                "hookEventName": self.event,
                "permissionDecision": decision,
                "permissionDecisionReason": reason,
            }})),
            Speech::Gemini => told(json!({ "decision": "deny", "reason": reason })),
            Speech::Copilot => told(json!({
                "permissionDecision": decision,
                "permissionDecisionReason": reason,
            })),
            Speech::Cursor => told(json!({
                "permission": decision,
                "user_message": reason,
                "agent_message": reason,
            })),
            Speech::Plain => Said { stderr: format!("{reason}\n"), exit: 2, ..Said::default() },
        }
    }
}

/// Events that a tool call waits for, by the names of all products.
const BEFORE_TOOLS: [&str; 7] = [
    "PreToolUse",
    "BeforeTool",
    "preToolUse",
    "beforeShellExecution",
    "beforeMCPExecution",
    "beforeReadFile",
    "tool.execute.before",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(product: &str, event: &str, ruling: Ruling, expect: &str) {
        let said = Form::of(product, event).say(&Verdict { ruling, reason: "no".into() });
        let whole = format!("{}{}{}", said.exit, said.stdout.trim_end(), said.stderr.trim_end());
        assert_eq!(whole, expect, "{product} {event}");
    }

    #[test]
    fn each_product_hears_its_own_form() {
        use Ruling::{Allow, Ask, Deny};
        for product in ["claude-code", "codex-cli"] {
            check(product, "PreToolUse", Allow, "0");
            check(
                product,
                "PreToolUse",
                Deny,
                r#"0{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no"}}"#,
            );
            check(product, "UserPromptSubmit", Deny, "0");
        }
        check(
            "claude-code",
            "PreToolUse",
            Ask,
            r#"0{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"ask","permissionDecisionReason":"no"}}"#,
        );
        check("gemini-cli", "BeforeTool", Allow, "0{}");
        check("gemini-cli", "BeforeTool", Deny, r#"0{"decision":"deny","reason":"no"}"#);
        check("cursor", "beforeShellExecution", Allow, "0{}");
        check(
            "cursor",
            "beforeShellExecution",
            Ask,
            r#"0{"permission":"ask","user_message":"no","agent_message":"no"}"#,
        );
        check("cursor", "beforeSubmitPrompt", Deny, "0{}");
        check("copilot-cli", "preToolUse", Allow, "0{}");
        check(
            "copilot-cli",
            "preToolUse",
            Deny,
            r#"0{"permissionDecision":"deny","permissionDecisionReason":"no"}"#,
        );
        check("opencode", "tool.execute.before", Allow, "0");
        check("opencode", "tool.execute.before", Deny, "2no");
        check("something-new", "PreToolUse", Deny, "2no");
        check("something-new", "After", Deny, "0");
    }
}
