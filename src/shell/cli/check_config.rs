//! `punchgate check-config`.

use crate::shell::config::{Config, ConfigError};

use super::{
    Done, Failure,
    show::{facts, rows, say},
};

pub(super) fn run(config: Result<Config, ConfigError>) -> Result<Done, Failure> {
    let config = match config {
        Ok(config) => config,
        Err(ConfigError(problems)) => return Err(Failure::Refused(problems)),
    };
    // Reads the key, so that a wrong path or file is noticed here.
    let options = config.app_options()?;
    if let Some(key) = &options.key {
        crate::shell::vault::Vault::from_hexadecimal(key.reveal())
            .map_err(|error| Failure::refused(format!("{}: {error}", config.key_place())))?;
    }
    let origin = |origin: &crate::shell::config::Origin| {
        vec![origin.key.to_owned(), origin.value.clone(), origin.source.clone()]
    };
    rows(&["key", "value", "from"], config.origins.iter().map(origin), "nothing is set")?;
    say("")?;
    facts([
        ("buyers call", config.public_url.join("/cxml")),
        ("served on", config.listen.to_string()),
        ("operator pages", format!("http://{}/", config.operator_listen)),
        ("data", config.data.display().to_string()),
        ("installation key", config.key_place()),
        ("kept", config.retention.to_string()),
        ("left free on the disk", format!("{} MiB", config.reserved_disk_mib)),
    ])?;
    let warnings = config.warnings();
    for warning in &warnings {
        say(format!("warning: {warning}"))?;
    }
    say(if warnings.is_empty() { "The settings are fine." } else { "The settings can be used." })?;
    Ok(Done::Well)
}
