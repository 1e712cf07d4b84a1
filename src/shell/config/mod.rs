//! `punchgate.toml` and the environment: where the process listens and keeps its data.
//!
//! A key `public_url` in the file is the variable `PUNCHGATE_PUBLIC_URL`; the variable wins. Whatever is wrong is told
//! all at once, each with the file or variable and the key.

mod reader;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};

use jiff::SignedDuration;

use crate::flow::secret::Secret;

use self::reader::Reader;
use super::{
    app::{AppOptions, PublicUrl, key_file},
    clock::Clock,
    proxies::{Network, TrustedProxies},
    retention::Retention,
    store::StoreOptions,
    telemetry::{LogFilter, LogFormat},
};

/// The file that is read where no other is named.
pub const FILE: &str = "punchgate.toml";
/// What variables begin with.
const PREFIX: &str = "PUNCHGATE_";
/// The variable of the installation key.
pub const KEY_VARIABLE: &str = "PUNCHGATE_KEY";
/// Variables that are no keys of the file: secrets and the name of the file itself.
const OTHER_VARIABLES: [&str; 4] = ["key", "config", "secret", "password"];

/// Every key of the file.
pub const KEYS: [&str; 13] = [
    "data",
    "public_url",
    "listen",
    "operator_listen",
    "trusted_proxies",
    "private_networks",
    "key_file",
    "log",
    "log_format",
    "keep_visits_days",
    "keep_carts_days",
    "keep_records_days",
    "reserved_disk_mib",
];

/// Days that a record may be kept: at least one, at most a hundred years.
const DAYS: RangeInclusive<u32> = 1..=36_500;
/// Disk space that may be reserved, in MiB.
const RESERVED_MIB: RangeInclusive<u32> = 16..=1_048_576;

/// The settings of a process.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Where the world finds us.
    pub public_url: PublicUrl,
    /// Where buyers' systems and shoppers are served.
    pub listen: SocketAddr,
    /// Where the operator is served.
    pub operator_listen: SocketAddr,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Private networks that punchgate itself may connect to, for pictures at addresses.
    pub private_networks: Vec<Network>,
    /// The file of the installation key; `None`: `key` in the data folder.
    pub key_file: Option<PathBuf>,
    /// What is logged.
    pub log: LogFilter,
    /// How it is written.
    pub log_format: LogFormat,
    /// How long each kind of record is kept.
    pub retention: Retention,
    /// With less free space than this on the disk of the data folder, new work is refused; in MiB.
    pub reserved_disk_mib: u32,
    /// Every key that was set, with its value and where that came from.
    pub origins: Vec<Origin>,
}

/// Where a value came from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// Of which key.
    pub key: &'static str,
    /// As written.
    pub value: String,
    /// `punchgate.toml`, `PUNCHGATE_DATA`.
    pub source: String,
}

/// Everything that is wrong with the settings.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Reads the file, if there is one or one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let path = file.unwrap_or(Path::new(FILE));
        let mut figment = Figment::new();
        match std::fs::read_to_string(path) {
            Ok(text) => {
                // For the place: figment's own words name no line.
                text.parse::<toml::Table>().map_err(|error| {
                    ConfigError(vec![format!("{}: {}", path.display(), error.to_string().trim_end())])
                })?;
                figment = figment.merge(Toml::file_exact(path));
            }
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(ConfigError(vec![format!("{}: {error}", path.display())])),
        }
        Self::read(&figment.merge(Env::prefixed(PREFIX).ignore(&OTHER_VARIABLES)))
    }

    fn read(figment: &Figment) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(figment);
        let local = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        let data = reader.path("data");
        let public_url = reader.text("public_url", PublicUrl::parse);
        let listen = reader.text("listen", address).unwrap_or(local(8080));
        let operator_listen = reader.text("operator_listen", address).unwrap_or(local(8081));
        let trusted_proxies = reader.networks("trusted_proxies").map(TrustedProxies::new);
        let private_networks = reader.networks("private_networks");
        let key_file = reader.path("key_file");
        let log = reader.text("log", LogFilter::parse);
        let log_format = reader.text("log_format", LogFormat::parse);
        let mut retention = Retention::default();
        for (key, kept) in [
            ("keep_visits_days", &mut retention.visits),
            ("keep_carts_days", &mut retention.carts),
            ("keep_records_days", &mut retention.records),
        ] {
            if let Some(days) = reader.number(key, DAYS) {
                *kept = SignedDuration::from_hours(24 * i64::from(days));
            }
        }
        let reserved_disk_mib = reader.number("reserved_disk_mib", RESERVED_MIB);
        if !figment.contains("public_url") {
            reader.refuse(
                "public_url",
                &format!("is missing; {FILE} or {PREFIX}PUBLIC_URL must say where buyers find us"),
            );
        }
        if listen == operator_listen && listen.port() != 0 {
            reader.refuse("operator_listen", "is the same address as listen");
        }
        let (problems, origins) = reader.finish();
        match public_url {
            Some(public_url) if problems.is_empty() => Ok(Self {
                data: data.unwrap_or_else(|| PathBuf::from("data")),
                public_url,
                listen,
                operator_listen,
                trusted_proxies: trusted_proxies.unwrap_or_default(),
                private_networks: private_networks.unwrap_or_default(),
                key_file,
                log: log.unwrap_or_default(),
                log_format: log_format.unwrap_or_default(),
                retention,
                reserved_disk_mib: reserved_disk_mib.unwrap_or(256),
                origins,
            }),
            _ => Err(ConfigError(problems)),
        }
    }

    /// What an app is built from. The key of the environment is read here.
    pub fn app_options(&self) -> Result<AppOptions, ConfigError> {
        Ok(AppOptions {
            data: self.data.clone(),
            public_url: self.public_url.clone(),
            trusted_proxies: self.trusted_proxies.clone(),
            private_networks: self.private_networks.clone(),
            key: self.key()?,
            clock: Clock::System,
            store: StoreOptions {
                reserved_bytes: u64::from(self.reserved_disk_mib) << 20,
                ..StoreOptions::at(self.data.join("store"))
            },
        })
    }

    /// The installation key from the environment or a file of its own; `None`: the data folder's.
    fn key(&self) -> Result<Option<Secret>, ConfigError> {
        if let Ok(key) = std::env::var(KEY_VARIABLE) {
            return Ok(Some(Secret::new(&key)));
        }
        let Some(path) = &self.key_file else { return Ok(None) };
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(Secret::new(&text))),
            Err(error) => Err(ConfigError(vec![format!("key_file: {}: {error}", path.display())])),
        }
    }

    /// Where the installation key is looked for, in words.
    #[must_use]
    pub fn key_place(&self) -> String {
        match &self.key_file {
            _ if std::env::var_os(KEY_VARIABLE).is_some() => KEY_VARIABLE.to_owned(),
            Some(path) => path.display().to_string(),
            None => key_file(&self.data).display().to_string(),
        }
    }

    /// What is allowed and probably not meant.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let public = self.public_url.join("");
        let local = ["localhost", "127.0.0.1", "[::1]"].contains(&self.public_url.host());
        if public.starts_with("http://") && !local {
            warnings.push(format!(
                "public_url: {public} is not https; buyers' pages on https cannot frame it, and secrets travel in clear"
            ));
        }
        if local {
            warnings.push(format!(
                "public_url: {public} can be reached from this machine only; buyers cannot follow it"
            ));
        }
        if !self.operator_listen.ip().is_loopback() {
            warnings.push(format!(
                "operator_listen: {} is not loopback; put TLS and a firewall in front of it",
                self.operator_listen
            ));
        }
        if self.trusted_proxies == TrustedProxies::default() && self.listen.ip().is_loopback() && !local {
            warnings.push(
                "trusted_proxies: nobody is trusted, so the proxy in front counts as the only client"
                    .to_owned(),
            );
        }
        warnings
    }
}

fn address(raw: &str) -> Result<SocketAddr, String> {
    raw.parse().map_err(|_| format!("{raw:?} is not an address with a port, such as 127.0.0.1:8080"))
}
