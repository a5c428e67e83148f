//! `chaperone generate WHAT DIR`, hidden: documents that are made from the program itself.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Arg, Args, Command, CommandFactory, ValueEnum};
use clap_complete::Shell;

use super::{Cli, Exit};

#[derive(Debug, Args)]
pub struct Generate {
    /// Which document.
    what: Document,
    /// Where to; made if absent.
    dir: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Document {
    /// Man pages, one per verb.
    Man,
    /// `cli.md` and `config.md`: every verb and option, every key of the configuration.
    Reference,
    /// Completions for bash, zsh and fish.
    Completions,
}

impl Generate {
    pub fn run(self) -> Result<Exit> {
        fs::create_dir_all(&self.dir).with_context(|| self.dir.display().to_string())?;
        match self.what {
            Document::Man => man(&self.dir)?,
            Document::Reference => {
                fs::write(self.dir.join("cli.md"), reference())?;
                fs::write(self.dir.join("config.md"), crate::config::keys::reference())?;
            }
            Document::Completions => completions(&self.dir)?,
        }
        Ok(Exit::Done)
    }
}

/// The command line without hidden verbs, with the global options named once.
fn command() -> Command {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

fn man(dir: &Path) -> Result<()> {
    let command = command();
    let render = |command: &Command, name: &str| -> Result<()> {
        let page = clap_mangen::Man::new(command.clone());
        let mut text = Vec::new();
        page.render(&mut text)?;
        Ok(fs::write(dir.join(format!("{name}.1")), text)?)
    };
    render(&command, "chaperone")?;
    each_verb(&command, "chaperone", &mut |verb, path| render(verb, &path.replace(' ', "-")))
}

fn completions(dir: &Path) -> Result<()> {
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut Cli::command(), "chaperone", dir)?;
    }
    Ok(())
}

/// Calls `each` for every visible verb below `command`, parents first.
fn each_verb(
    command: &Command,
    path: &str,
    each: &mut impl FnMut(&Command, &str) -> Result<()>,
) -> Result<()> {
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let path = format!("{path} {}", verb.get_name());
        each(verb, &path)?;
        each_verb(verb, &path, each)?;
    }
    Ok(())
}

/// `docs/cli.md`.
fn reference() -> String {
    let command = command();
    let mut text = String::from(
        "# Commands\n\n<!-- made by `cargo xtask docs` from the program; do not edit -->\n",
    );
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(text, "\n{about}\n\n## Options of every verb\n\n");
    let global: Vec<&Arg> = command.get_arguments().filter(|arg| arg.is_global_set()).collect();
    text.push_str(&arguments(&global));
    text.push_str("\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
    for (code, meaning) in Exit::TABLE {
        let _ = writeln!(text, "| {code} | {meaning} |");
    }
    let _ = each_verb(&command, "chaperone", &mut |verb, path| {
        text.push_str(&section(verb, path));
        Ok(())
    });
    text
}

fn section(verb: &Command, path: &str) -> String {
    let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("\n## {path}\n\n{about}\n\n```text\n{}\n```\n", usage(verb, path));
    if let Some(example) = verb.get_long_about().map(ToString::to_string)
        && example != about
    {
        let _ = write!(text, "\n{example}\n");
    }
    let own = |arg: &&Arg| !arg.is_global_set() && !arg.is_hide_set() && arg.get_id() != "help";
    let own: Vec<&Arg> = verb.get_arguments().filter(own).collect();
    if !own.is_empty() {
        text.push('\n');
        text.push_str(&arguments(&own));
    }
    if let Some(help) = verb.get_after_help().map(ToString::to_string) {
        let help = help.trim_start_matches("Examples:\n");
        let _ = write!(text, "\n```console\n{}\n```\n", help.trim_end());
    }
    text
}

fn usage(verb: &Command, path: &str) -> String {
    let usage = verb.clone().bin_name(path).render_usage().to_string();
    usage.trim_start_matches("Usage:").trim().to_owned()
}

fn arguments(arguments: &[&Arg]) -> String {
    arguments.iter().map(|arg| format!("- `{}`: {}\n", spelling(arg), meaning(arg))).collect()
}

/// `-q, --quiet`, `--last <DURATION>`, `<FILE>...`.
fn spelling(arg: &Arg) -> String {
    let shown = arg.to_string();
    match arg.get_short() {
        Some(short) if arg.get_long().is_some() => format!("-{short}, {shown}"),
        _ => shown,
    }
}

fn meaning(arg: &Arg) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('\n', " ");
    text.push('.');
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if arg.get_action().takes_values() && !values.is_empty() {
        let _ = write!(text, " One of {}.", values.join(", "));
    }
    let defaults: Vec<_> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let shown = arg.get_action().takes_values() && !arg.is_hide_default_value_set();
    if shown && !defaults.is_empty() {
        let _ = write!(text, " Default: `{}`.", defaults.join(" "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_current() -> Result<()> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
        let kept = fs::read_to_string(path)?;
        assert!(kept == reference(), "docs/cli.md is old\nhint: cargo xtask docs");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/config.md");
        let made = crate::config::keys::reference();
        assert!(fs::read_to_string(path)? == made, "docs/config.md is old\nhint: cargo xtask docs");
        Ok(())
    }

    #[test]
    fn every_verb_has_a_section_and_hidden_ones_have_none() {
        let text = reference();
        for verb in ["up", "events", "doctor", "completions"] {
            assert!(text.contains(&format!("\n## chaperone {verb}\n")), "{verb}");
        }
        assert!(!text.contains("## chaperone generate"));
    }

    #[test]
    fn the_example_configuration_is_the_default_and_each_key_in_it_is_known() -> Result<()> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/chaperone.toml");
        let example = fs::read_to_string(path)?;
        assert_eq!(crate::config::Config::parse(&example)?, crate::config::Config::default());
        // `#key = value` is a key one may set, `# words` is talk.
        let enabled: String = example
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(key) if !key.starts_with(' ') => format!("{key}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        crate::config::Config::parse(&enabled)?;
        Ok(())
    }
}
