//! Starts the demo and says what to try.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use url::Url;

use crate::flow::secret::Secret;
use crate::shell::{
    app::{App, AppError, AppOptions, PublicUrl, SharedApp},
    buyer::{
        connection::BuyerConnection,
        demo::{VirtualBuyer, virtual_buyer_router},
    },
    clock::Clock,
    entropy::Entropy,
    operator::{self, PasswordError},
    proxies::TrustedProxies,
    retention::{self, Retention},
    server::{Listener, Patience, Server, ServerError, signalled},
    store::StoreOptions,
    telemetry::{self, LogFilter, LogFormat},
    web::{admin::admin_router, public_router},
};

use super::{
    catalog,
    parties::DemoBuyer,
    seed::{SeedError, seed},
};

/// Where the demo listens and keeps its data.
pub struct Options {
    /// Buyers' systems and shoppers.
    pub listen: SocketAddr,
    /// The operator's pages.
    pub operator_listen: SocketAddr,
    /// The virtual buyer.
    pub buyer_listen: SocketAddr,
    /// `None`: a folder that is gone when the demo stops.
    pub data: Option<PathBuf>,
}

/// Why the demo did not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The signals that end it cannot be listened to.
    #[error("signals cannot be waited for: {0}")]
    Signals(#[source] std::io::Error),
    /// An address is taken.
    #[error(
        "{0}; another one can be chosen with --listen, --operator-listen and --buyer-listen (port 0: any)"
    )]
    Listen(ServerError),
    /// The data folder.
    #[error("the data folder {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// The data folder holds something.
    #[error("the data folder {0} is not empty; the demo starts afresh")]
    NotEmpty(PathBuf),
    /// The gateway.
    #[error(transparent)]
    App(#[from] AppError),
    /// The samples.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// While it ran.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The operator's password.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// Our own address.
    #[error("{0}")]
    Address(String),
    /// The signal that stops it.
    #[error(transparent)]
    Signal(#[from] std::io::Error),
}

/// Runs until Ctrl-C.
///
/// - `desk`: takes commands as long as what it returns is kept; gets the settings' file and the data folder.
pub async fn run<D>(
    options: Options,
    desk: impl FnOnce(&SharedApp, &Path, &Path) -> std::io::Result<D>,
) -> Result<(), RunError> {
    let data = Data::open(options.data)?;
    let warnings = LogFilter::parse("warn").map_err(RunError::Address)?;
    // Whoever set up a log before keeps it.
    let _ = telemetry::log(&warnings, LogFormat::Text);
    let _ = telemetry::metrics();
    let public = bind(options.listen).await?;
    let operator = bind(options.operator_listen).await?;
    let shopper = bind(options.buyer_listen).await?;
    let gateway = format!("http://{}", public.address());
    // Another name, so that the shop in the frame is a third party, as it is with a real buyer.
    let buyer = format!("http://localhost:{}", shopper.address().port());
    let app = App::open(AppOptions {
        data: data.path.clone(),
        public_url: PublicUrl::parse(&gateway).map_err(RunError::Address)?,
        trusted_proxies: TrustedProxies::default(),
        private_networks: Vec::new(),
        key: None,
        clock: Clock::System,
        store: StoreOptions::at(data.path.join("store")),
    })
    .await?;
    let products = catalog::products().map_err(SeedError::from)?;
    let buyers = seed(&app, products, &buyer).await?;
    let files = write_files(&data.path, &buyers)?;
    let operator_at = format!("http://{}", operator.address());
    let pages = virtual_buyer(&gateway, &buyer, &buyers).map_err(RunError::Address)?;
    let password = operator::first_password(&app).await?;
    let sites = vec![
        (public, telemetry::observed(public_router(Arc::clone(&app)), "public")),
        (operator, telemetry::observed(admin_router(Arc::clone(&app)), "operator")),
        (shopper, virtual_buyer_router(pages)),
    ];
    tokio::spawn(retention::keep(Arc::clone(&app), Retention::default()));
    let server = Server::start(app.store.clone(), sites, Patience::default());
    let stopper = server.stopper();
    let signalled = signalled().map_err(RunError::Signals)?;
    let settings = data.path.join("punchgate.toml");
    let failed = |error| RunError::Folder(settings.clone(), error);
    std::fs::write(&settings, settings_text(&data.path, &gateway)).map_err(failed)?;
    let _desk = desk(&app, &settings, &data.path).map_err(failed)?;
    welcome(&gateway, &operator_at, password.as_ref(), &buyer, products.len(), &files);
    println!("  4. Give it commands, from another terminal:");
    println!("     punchgate --config {} connection check harbor-coupa", settings.display());
    println!("\nCtrl-C stops the demo.");
    tokio::spawn(async move {
        signalled.await;
        stopper.stop();
    });
    server.finished().await?;
    println!("Stopped.");
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<Listener, RunError> {
    Listener::bind(address).await.map_err(RunError::Listen)
}

/// The buyers as pages.
fn virtual_buyer(gateway: &str, origin: &str, buyers: &[DemoBuyer]) -> Result<VirtualBuyer, String> {
    let gateway = Url::parse(gateway).map_err(|error| error.to_string())?;
    let read =
        |buyer: &DemoBuyer| BuyerConnection::read(&buyer.file, |_| None).map_err(|error| error.to_string());
    VirtualBuyer::new(gateway, origin, buyers.iter().map(read).collect::<Result<_, _>>()?)
}

/// The connection files of the buyers, for `punchgate buyer run`.
fn write_files(data: &Path, buyers: &[DemoBuyer]) -> Result<Vec<PathBuf>, RunError> {
    let folder = data.join("buyers");
    let failed = |error| RunError::Folder(folder.clone(), error);
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let mut files = Vec::new();
    for buyer in buyers {
        let file = folder.join(format!("{}.toml", buyer.buyer.id));
        crate::shell::vault::write_private(&file, &buyer.file).map_err(failed)?;
        files.push(file);
    }
    Ok(files)
}

fn welcome(
    gateway: &str,
    operator: &str,
    password: Option<&Secret>,
    buyer: &str,
    products: usize,
    files: &[PathBuf],
) {
    println!("punchgate demo: {} sells {products} products to three buyers.\n", catalog::SUPPLIER_NAME);
    println!("  Virtual buyer     {buyer}/");
    let password = password.map(Secret::reveal).unwrap_or_default();
    println!("  Operator's pages  {operator}/  (password {password})");
    println!("  Gateway           {gateway}/cxml  {gateway}/oci/kessler-srm\n");
    println!("Try:");
    println!("  1. Open the virtual buyer, choose a buyer, press “Punch out”: the shop opens in a frame.");
    println!("     Fill a cart, return it, send the order; every document is shown with what it means.");
    println!("  2. Open the operator's pages and look at the same documents from the other side.");
    println!("  3. Or let a program do the round:");
    for file in files {
        println!("     punchgate buyer run --url {gateway} --connection-file {}", file.display());
    }
}

/// What `--config` needs to find the demo.
fn settings_text(data: &Path, gateway: &str) -> String {
    let data = toml::Value::from(data.display().to_string());
    format!("data = {data}\npublic_url = \"{gateway}\"\n")
}

/// The data folder; one of our own goes away with it.
struct Data {
    path: PathBuf,
    temporary: bool,
}

impl Data {
    fn open(chosen: Option<PathBuf>) -> Result<Self, RunError> {
        let temporary = chosen.is_none();
        let path = match chosen {
            Some(path) => path,
            None => std::env::temp_dir().join(format!("punchgate-demo-{:016x}", random()?)),
        };
        let failed = |error| RunError::Folder(path.clone(), error);
        std::fs::create_dir_all(&path).map_err(failed)?;
        if std::fs::read_dir(&path).map_err(failed)?.next().is_some() {
            return Err(RunError::NotEmpty(path));
        }
        Ok(Self { path, temporary })
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        if self.temporary
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, "the demo's data folder could not be removed");
        }
    }
}

fn random() -> Result<u64, RunError> {
    let bytes = Entropy::default().bytes().map_err(AppError::from)?;
    Ok(u64::from_be_bytes(bytes))
}
