//! The command line.

mod agreement;
mod buyer;
mod buyers;
mod catalog;
mod charge;
mod check_config;
mod connection;
mod demo;
mod erase;
mod explain;
mod import;
mod input;
mod key;
mod operator;
mod profile;
mod relay;
mod secret;
mod sender;
mod serve;
mod show;
mod show_document;
mod sign;
mod signatures;
mod signing;
mod store;
mod supplier;
mod validate;
mod verify;
mod xml;
mod xml_canonical;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use super::{
    app::{App, AppError, SharedApp},
    config::{Config, ConfigError},
    onboarding::OnboardingError,
    server::ServerError,
    store::StoreError,
    telemetry::{self, LogFilter, LogFormat},
};

/// A cXML and OCI punchout gateway: setup, shop, return, order.
#[derive(Debug, Parser)]
#[command(
    name = "punchgate",
    version,
    max_term_width = 100,
    after_help = "\
Begin with a punchgate.toml that says `public_url`, then:
  punchgate check-config
  punchgate supplier create acme --name \"Acme Ltd\" --identity NetworkID:AN01000000001 --currency EUR
  punchgate import catalog products.csv --supplier acme
  punchgate buyer create globex --supplier acme --name Globex
  punchgate connection create globex-ariba --supplier acme --buyer globex --profile ariba \\
      --from NetworkID:AN01000000002 --new-sender ariba --sender-identity NetworkID:AN01000000003
  punchgate serve

Exit codes: 0 done, 1 refused or with findings, 2 could not begin (settings, arguments, store)."
)]
struct Cli {
    /// The settings; without it punchgate.toml in this folder, if it is there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Gateway(Gateway),
    #[command(flatten)]
    Records(Records),
    #[command(flatten)]
    Documents(Documents),
}

/// What runs a gateway or works on its data as a whole.
#[derive(Debug, Subcommand)]
enum Gateway {
    /// Serve buyers and the operator
    Serve,
    /// Read the settings and say what is wrong or unusual, without starting anything
    CheckConfig,
    /// Platform profiles: how procurement platforms behave
    #[command(subcommand)]
    Profile(profile::Command),
    /// The store as a whole: check, rebuild, compact, back up, restore
    #[command(subcommand)]
    Store(store::Command),
    Demo(demo::Demo),
}

impl Gateway {
    async fn run(self, config: Result<Config, ConfigError>) -> Result<Done, Failure> {
        match self {
            Self::Serve => serve::run(&config?).await,
            Self::CheckConfig => check_config::run(config),
            Self::Profile(command) => command.run(config),
            Self::Store(command) => command.run(&config?).await,
            Self::Demo(demo) => demo.run().await,
        }
    }
}

/// What works on records: a gateway that runs carries it out itself.
#[derive(Debug, Subcommand)]
enum Records {
    /// Suppliers: who sells
    #[command(subcommand)]
    Supplier(supplier::Command),
    /// Buyers: who shops
    #[command(subcommand)]
    Buyer(Buyer),
    /// Sender credentials: who may open cXML connections
    #[command(subcommand)]
    Sender(sender::Command),
    /// Connections: one buyer over one protocol
    #[command(subcommand)]
    Connection(connection::Command),
    /// Agreements: who may buy what at which price
    #[command(subcommand)]
    Agreement(agreement::Command),
    /// Catalogs, prices and stock from files
    #[command(subcommand)]
    Import(import::Command),
    /// Catalogs: imports that wait, versions, undo, exports
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// The operator's access to the operator pages
    #[command(subcommand)]
    Operator(operator::Command),
    /// Personal data: what one user left
    #[command(subcommand)]
    Erase(erase::Command),
}

impl Records {
    async fn run(self, config: &Config) -> Result<Done, Failure> {
        match self {
            Self::Supplier(command) => command.run(config).await,
            Self::Buyer(Buyer::OnRecord(command)) => command.run(config).await,
            Self::Buyer(Buyer::Run(round)) => round.run().await,
            Self::Sender(command) => command.run(config).await,
            Self::Connection(command) => command.run(config).await,
            Self::Agreement(command) => command.run(config).await,
            Self::Import(command) => command.run(config).await,
            Self::Catalog(command) => command.run(config).await,
            Self::Operator(command) => command.run(config).await,
            Self::Erase(command) => command.run(config).await,
        }
    }
}

/// What looks at documents alone: neither settings nor a gateway are needed.
#[derive(Debug, Subcommand)]
enum Documents {
    Validate(validate::Validate),
    Explain(explain::Explain),
    Show(show_document::Show),
    Xml(xml::Xml),
    Verify(verify::Verify),
    Sign(sign::Sign),
    Key(key::Key),
}

impl Documents {
    fn run(self) -> ExitCode {
        match self {
            Self::Validate(validate) => validate.run(),
            Self::Explain(explain) => explain.run(),
            Self::Show(show) => show.run(),
            Self::Xml(xml) => xml.run(),
            Self::Verify(verify) => verify.run(),
            Self::Sign(sign) => sign.run(),
            Self::Key(key) => key.run(),
        }
    }
}

/// Buyers on record, and one that is played.
#[derive(Debug, Subcommand)]
enum Buyer {
    #[command(flatten)]
    OnRecord(buyers::Command),
    /// Play a buyer and go the whole round: setup, shop, return, order
    ///
    /// Follows the shop's links and forms like a browser without scripts and without cookies, reads the returned
    /// cart as a procurement system does, and sends the order. Works with any gateway. Ends with 0 when all went
    /// well, with 1 when a step failed, with 2 when it could not begin.
    Run(buyer::Run),
}

/// How a command ended, where it could run at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Done {
    /// As asked.
    Well,
    /// Something was found or refused; it was told.
    WithFindings,
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// What was asked for cannot be.
    #[error("{}", .0.join("\n"))]
    Refused(Vec<String>),
    /// It could not begin, or something of ours broke.
    #[error("{}", .0.join("\n"))]
    Unready(Vec<String>),
}

impl Failure {
    #[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
    fn refused(reason: impl ToString) -> Self {
        Self::Refused(vec![reason.to_string()])
    }

    #[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
    fn unready(reason: impl ToString) -> Self {
        Self::Unready(vec![reason.to_string()])
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Unready(error.0)
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::unready(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::unready(error)
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        Self::unready(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::unready(error)
    }
}

impl From<OnboardingError> for Failure {
    fn from(error: OnboardingError) -> Self {
        match error {
            OnboardingError::Refused(problems) => Self::Refused(
                problems
                    .iter()
                    .map(|one| format!("{}: {}", one.field.replace('_', " "), one.reason))
                    .collect(),
            ),
            other => Self::unready(other),
        }
    }
}

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let Cli { config, command } = Cli::parse();
    let file = config.or_else(|| std::env::var_os("PUNCHGATE_CONFIG").map(PathBuf::from));
    let config = || Config::load(file.as_deref());
    let ended = match (command, tokio::runtime::Runtime::new()) {
        (Command::Documents(documents), _) => return documents.run(),
        (Command::Gateway(command), Ok(runtime)) => runtime.block_on(command.run(config())),
        (Command::Records(command), Ok(runtime)) => runtime.block_on(run_or_relay(command, config())),
        (_, Err(error)) => Err(error.into()),
    };
    let (code, reasons) = outcome(ended);
    for reason in reasons {
        // Where nobody reads errors any more, the exit code still tells.
        let _ = writeln!(std::io::stderr(), "error: {}", reason.replace('\n', "\n       "));
    }
    ExitCode::from(code)
}

/// The exit code, and what to say of a failure.
fn outcome(ended: Result<Done, Failure>) -> (u8, Vec<String>) {
    match ended {
        Ok(Done::Well) => (0, Vec::new()),
        Ok(Done::WithFindings) => (1, Vec::new()),
        Err(Failure::Refused(reasons)) => (1, reasons),
        Err(Failure::Unready(reasons)) => (2, reasons),
    }
}

/// Does what a command says, or lets the gateway do it that holds the data folder.
async fn run_or_relay(command: Records, config: Result<Config, ConfigError>) -> Result<Done, Failure> {
    match command {
        Records::Buyer(Buyer::Run(round)) => round.run().await,
        command => {
            let config = config?;
            match relay::forward(&config.data).await? {
                Some(done) => Ok(done),
                None => command.run(&config).await,
            }
        }
    }
}

/// Opens the data folder for one command, and closes it in an orderly way; a running gateway has it open.
async fn with_app<T>(
    config: &Config,
    work: impl AsyncFnOnce(&SharedApp) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if let Some(errand) = relay::errand() {
        return work(&errand.app).await;
    }
    // A command prints its own result; of the log only what goes wrong is of interest.
    let warnings = LogFilter::parse("warn").map_err(Failure::unready)?;
    let _ = telemetry::log(&warnings, LogFormat::Text);
    let app = match App::open(config.app_options()?).await {
        Err(AppError::Store(StoreError::InUse { folder })) => {
            return Err(Failure::unready(format!(
                "punchgate is running on {} and takes no commands there; use the operator pages at http://{}/, or stop it first",
                folder.display(),
                config.operator_listen
            )));
        }
        opened => opened?,
    };
    let done = work(&app).await;
    let closed = app.store.close().await;
    let done = done?;
    closed?;
    Ok(done)
}
