//! `punchgate profile`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::{
    model::{ids::ProfileId, profile::Protocol},
    shell::{
        config::{Config, ConfigError},
        profiles::{FOLDER, ProfileError, Profiles, statements},
    },
};

use super::{
    Done, Failure,
    show::{rows, say},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the platform profiles
    List,
    /// Show one: every statement with its source and how sure it is
    Show {
        /// Which
        id: ProfileId,
    },
    /// Check all profiles, or one in a file of your own
    #[command(after_help = "\
A profile of your own belongs into the folder `profiles` of the data folder, as NAME.toml. It begins with another one
(`extends = \"ariba\"`) and says what is different; docs/PROFILES.md describes every field.

Example:
  punchgate profile check acme.toml")]
    Check {
        /// A file of your own
        file: Option<PathBuf>,
    },
}

impl Command {
    /// - `config`: settings, whose data folder may hold profiles; without them the built-in ones are there.
    pub(super) fn run(self, config: Result<Config, ConfigError>) -> Result<Done, Failure> {
        let loaded = || match config {
            Ok(config) => Profiles::load(&config.data.join(FOLDER)),
            Err(_) => Profiles::built_in(),
        };
        match self {
            Self::List => list(&loaded().map_err(Failure::refused)?),
            Self::Show { id } => show(&loaded().map_err(Failure::refused)?, &id),
            Self::Check { file: None } => check(&loaded().map_err(Failure::refused)?, None),
            Self::Check { file: Some(file) } => {
                let mut profiles = loaded().map_err(Failure::refused)?;
                let id = profiles.add_file(&file).map_err(Failure::refused)?;
                check(&profiles, Some(&id))
            }
        }
    }
}

const fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Cxml => "cXML",
        Protocol::Oci => "OCI",
    }
}

fn list(profiles: &Profiles) -> Result<Done, Failure> {
    let mut known = Vec::new();
    for id in profiles.ids() {
        let profile = profiles.plain(id).map_err(Failure::refused)?;
        let extends = profiles.extends(id).map_or_else(|| "-".to_owned(), ToString::to_string);
        let sure = statements(&profile).iter().filter(|one| one.sure() == "confirmed").count();
        known.push(vec![
            id.to_string(),
            protocol(profile.protocol).to_owned(),
            profile.title,
            extends,
            sure.to_string(),
        ]);
    }
    rows(&["profile", "protocol", "platform", "begins with", "confirmed statements"], known, "")?;
    Ok(Done::Well)
}

fn show(profiles: &Profiles, id: &ProfileId) -> Result<Done, Failure> {
    let profile = profiles.plain(id).map_err(Failure::refused)?;
    say(format!("{} ({id}), {}", profile.title, protocol(profile.protocol)))?;
    let all = statements(&profile);
    for (sending, title) in [(false, "What it accepts, and how punchgate treats it"), (true, "What it sends")]
    {
        say(format!("\n{title}:"))?;
        for one in all.iter().filter(|one| one.is_sending() == sending) {
            let from = if profiles.says(id, &one.field) { "" } else { " (inherited)" };
            say(format!("  {} = {}", one.field.trim_start_matches("sends."), one.value))?;
            say(format!("      {}: {}{from}", one.sure(), one.source()))?;
        }
    }
    say("\nWhat it is known to change or lose:")?;
    for mangle in &profile.mangles {
        say(format!("- {} ({}: {})", mangle.what, mangle.sure.as_str(), mangle.source))?;
    }
    if profile.mangles.is_empty() {
        say("nothing")?;
    }
    Ok(Done::Well)
}

fn check(profiles: &Profiles, only: Option<&ProfileId>) -> Result<Done, Failure> {
    let mut wrong = Vec::new();
    let mut count = 0;
    for id in profiles.ids().filter(|id| only.is_none_or(|only| only == *id)) {
        count += 1;
        match profiles.plain(id) {
            Ok(profile) => {
                wrong.extend(profile.contradictions().into_iter().map(|what| format!("{id}: {what}")));
            }
            Err(ProfileError::Field { reason, .. }) => wrong.push(format!("{id}: {reason}")),
            Err(error) => wrong.push(format!("{id}: {error}")),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::Refused(wrong));
    }
    match only {
        Some(id) => say(format!(
            "{id} is a profile. Put its file into the folder {FOLDER} of the data folder to use it."
        ))?,
        None => say(format!("{count} profiles, nothing wrong with them."))?,
    }
    Ok(Done::Well)
}
