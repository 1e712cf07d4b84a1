//! `punchgate demo`: everything on loopback, to be tried at once.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{Done, Failure, relay::Desk};
use crate::shell::{
    app::SharedApp,
    config::Config,
    demo::run::{Options, run},
};

/// Show everything on this machine: a sample supplier, three buyers, a virtual procurement system
///
/// Starts with a fresh data folder each time and listens on loopback only. Ctrl-C stops it.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where buyers' systems and shoppers come in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// Where the operator's pages are
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8481")]
    operator_listen: SocketAddr,
    /// Where the virtual buyer is
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8482")]
    buyer_listen: SocketAddr,
    /// Keep the data in this folder, which must be new or empty; otherwise it is gone when the demo stops
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

impl Demo {
    /// Runs until it is stopped.
    pub(super) async fn run(self) -> Result<Done, Failure> {
        let options = Options {
            listen: self.listen,
            operator_listen: self.operator_listen,
            buyer_listen: self.buyer_listen,
            data: self.data,
        };
        let desk = |app: &SharedApp, settings: &Path, data: &Path| {
            let config = Config::load(Some(settings)).map_err(std::io::Error::other)?;
            Desk::open(app, &config, data)
        };
        run(options, desk).await.map_err(Failure::unready)?;
        Ok(Done::Well)
    }
}
