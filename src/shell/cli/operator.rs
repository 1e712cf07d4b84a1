//! `punchgate operator`.

use clap::Subcommand;

use crate::shell::{
    config::Config,
    operator::{PasswordError, set_password},
};

use super::{
    Done, Failure,
    secret::{SecretFrom, ask},
    show::say,
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Set the password of the operator pages
    ///
    /// On a terminal it is asked for and not shown; otherwise it is the first line of standard input.
    SetPassword,
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        let Self::SetPassword = self;
        with_app(config, async |app| {
            let password = ask(SecretFrom::Stdin, "New password of the operator pages: ").await?;
            match set_password(app, &password).await {
                Ok(()) => {
                    say("The password is set.")?;
                    Ok(Done::Well)
                }
                Err(error @ PasswordError::Length) => Err(Failure::refused(error)),
                Err(PasswordError::App(error)) => Err(error.into()),
            }
        })
        .await
    }
}
