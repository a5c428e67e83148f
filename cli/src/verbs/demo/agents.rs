//! Who plays the agent: a real one where one is installed, else the bundled assistant. How each is pointed at the
//! scripted model by its own settings.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::ground::{Ground, PRODUCT, has};

/// Agents that can play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Agent {
    /// The one that comes with Chaperone.
    Bundled,
    /// Codex CLI.
    CodexCli,
    /// Claude Code.
    ClaudeCode,
    /// Gemini CLI.
    GeminiCli,
}

impl Agent {
    /// A real one that is on the path, else the bundled one.
    pub fn found() -> Self {
        let real = [Self::CodexCli, Self::ClaudeCode, Self::GeminiCli];
        real.into_iter().find(|agent| has(agent.program())).unwrap_or(Self::Bundled)
    }

    fn program(self) -> &'static str {
        match self {
            Self::Bundled => "assistant",
            Self::CodexCli => "codex",
            Self::ClaudeCode => "claude",
            Self::GeminiCli => "gemini",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bundled => "the bundled assistant",
            Self::CodexCli => "Codex CLI",
            Self::ClaudeCode => "Claude Code",
            Self::GeminiCli => "Gemini CLI",
        }
    }

    /// As the record calls it.
    pub fn product(self) -> &'static str {
        match self {
            Self::Bundled => PRODUCT,
            other => other.hooked(),
        }
    }

    /// Whose form its hooks have.
    pub fn hooked(self) -> &'static str {
        match self {
            Self::Bundled | Self::ClaudeCode => "claude-code",
            Self::CodexCli => "codex-cli",
            Self::GeminiCli => "gemini-cli",
        }
    }

    /// Puts in place what it needs before it starts.
    pub fn settle(self, ground: &Ground, port: u16) -> Result<()> {
        match self {
            Self::Bundled => unpack(ground),
            Self::ClaudeCode => Ok(()),
            Self::CodexCli => write(
                ground,
                ".codex/config.toml",
                &format!(
                    "model = \"scripted\"\nmodel_provider = \"scripted\"\n[model_providers.scripted]\n\
                     name = \"scripted\"\nbase_url = \"http://127.0.0.1:{port}/v1\"\nwire_api = \"responses\"\n"
                ),
            ),
            Self::GeminiCli => write(
                ground,
                ".gemini/settings.json",
                r#"{"security":{"auth":{"selectedType":"gemini-api-key"}},"privacy":{"usageStatisticsEnabled":false}}"#,
            ),
        }
    }

    /// The command that works on a prompt with the model at `port`.
    pub fn command(self, ground: &Ground, port: u16, prompt: &str) -> Command {
        let model = format!("http://127.0.0.1:{port}");
        match self {
            Self::Bundled => {
                let mut command = ground.command(ground.assistant());
                command.args(bundled(port, prompt));
                command
            }
            Self::CodexCli => {
                let mut command = ground.command("codex");
                command.args(["exec", "--skip-git-repo-check"]);
                command.args(["--dangerously-bypass-approvals-and-sandbox", prompt]);
                command
            }
            Self::ClaudeCode => {
                let mut command = ground.command("claude");
                command
                    .env("ANTHROPIC_BASE_URL", model)
                    .env("ANTHROPIC_API_KEY", "any")
                    .env("IS_SANDBOX", "1")
                    .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
                    .args(["-p", prompt, "--dangerously-skip-permissions"]);
                command
            }
            Self::GeminiCli => {
                let mut command = ground.command("gemini");
                command
                    .env("GOOGLE_GEMINI_BASE_URL", model)
                    .env("GEMINI_API_KEY", "any")
                    .env("GEMINI_CLI_TRUST_WORKSPACE", "true")
                    .args(["-m", "gemini-2.5-flash", "--yolo", "-p", prompt]);
                command
            }
        }
    }
}

/// A copy of this program is the bundled assistant: another place on the disk is another product.
pub fn unpack(ground: &Ground) -> Result<()> {
    let program = ground.assistant();
    if !program.exists() {
        fs::create_dir_all(program.parent().context("it is in a folder")?)?;
        fs::copy(std::env::current_exe()?, program)?;
    }
    Ok(())
}

/// What the bundled assistant is started with.
pub fn bundled(port: u16, prompt: &str) -> Vec<String> {
    let model = format!("127.0.0.1:{port}");
    ["demo", "assistant", "--model", &model, prompt].map(str::to_owned).into()
}

/// Settings of an agent; what its hooks wrote beside stays.
fn write(ground: &Ground, name: &str, text: &str) -> Result<()> {
    let path = ground.home().join(name);
    fs::create_dir_all(path.parent().context("it is in a folder")?)?;
    Ok(fs::write(path, text)?)
}
