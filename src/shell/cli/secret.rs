//! Where a secret comes from: never from the arguments, which every user of the machine can read.

use std::io::{BufRead, IsTerminal, Write};

use clap::{Args, ValueEnum};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use serde::{Deserialize, Serialize};

use crate::{
    flow::secret::Secret,
    shell::{app::App, onboarding},
};

use super::{Failure, relay::errand, show::say};

/// The variable that may hold a secret.
const VARIABLE: &str = "PUNCHGATE_SECRET";

#[derive(Debug, Args)]
pub(super) struct SecretArgs {
    /// Where the secret comes from
    #[arg(long, value_enum, default_value_t, value_name = "SOURCE")]
    secret_from: SecretFrom,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum, Serialize, Deserialize)]
pub(super) enum SecretFrom {
    /// A fresh one is made and shown once
    #[default]
    Generated,
    /// The first line of standard input; on a terminal it is asked for and not shown
    Stdin,
    /// The variable `PUNCHGATE_SECRET`
    Env,
}

/// A secret, and whether nobody knows it yet.
pub(super) struct Given {
    pub(super) secret: Secret,
    fresh: bool,
}

impl SecretArgs {
    pub(super) async fn read(&self, app: &App) -> Result<Given, Failure> {
        let secret = match self.secret_from {
            SecretFrom::Generated => onboarding::new_secret(app)?,
            source => ask(source, "Secret: ").await?,
        };
        Ok(Given { secret, fresh: self.secret_from == SecretFrom::Generated })
    }
}

/// A secret from where the command was typed.
pub(super) async fn ask(source: SecretFrom, question: &str) -> Result<Secret, Failure> {
    match errand() {
        Some(errand) => errand.ask(source, question).await,
        None => here(source, question),
    }
}

/// A secret from this process's surroundings.
pub(super) fn here(source: SecretFrom, question: &str) -> Result<Secret, Failure> {
    match source {
        SecretFrom::Env => {
            let text = std::env::var(VARIABLE);
            Ok(Secret::new(&text.map_err(|_| Failure::unready(format!("{VARIABLE} is not set")))?))
        }
        SecretFrom::Generated | SecretFrom::Stdin => from_stdin(question),
    }
}

impl Given {
    /// Shows a fresh one, this once.
    pub(super) fn show(&self) -> Result<(), Failure> {
        if self.fresh {
            say(format!("The secret, shown this once: {}", self.secret.reveal()))?;
        }
        Ok(())
    }
}

/// Reads one line; asks for it, unseen, where a person types.
fn from_stdin(question: &str) -> Result<Secret, Failure> {
    let stdin = std::io::stdin();
    let hidden = if stdin.is_terminal() {
        let mut out = std::io::stderr();
        write!(out, "{question}")?;
        out.flush()?;
        Some(HiddenInput::begin()?)
    } else {
        None
    };
    let mut line = zeroize::Zeroizing::new(String::new());
    stdin.lock().read_line(&mut line)?;
    if hidden.is_some() {
        writeln!(std::io::stderr())?;
    }
    if line.trim().is_empty() {
        return Err(Failure::refused("the secret is empty"));
    }
    Ok(Secret::new(&line))
}

/// A terminal that does not show what is typed, until dropped.
struct HiddenInput(Termios);

impl HiddenInput {
    fn begin() -> Result<Self, Failure> {
        let before = tcgetattr(std::io::stdin()).map_err(std::io::Error::from)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &silent).map_err(std::io::Error::from)?;
        Ok(Self(before))
    }
}

impl Drop for HiddenInput {
    fn drop(&mut self) {
        // A terminal that is gone needs no echo.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.0);
    }
}
