//! Listeners and connections: HTTP/1.1 with every wait bounded, and an orderly end.
//!
//! HTTP/1.1 alone: that is what proxies speak to what is behind them, and it has fewer ways to be abused.

mod patience;

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::{JoinError, JoinHandle, JoinSet},
};
use tower::Service as _;

pub use self::patience::BodyError;
use self::patience::{TimedBody, TimedStream};
use super::store::{Store, StoreError};

/// How long peers are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A request's head must be there this long after the connection, and the next one after the last answer.
    pub head: Duration,
    /// A request's body must be there this long after it was first asked for.
    pub body: Duration,
    /// A peer must take something of its answer within this time.
    pub write: Duration,
    /// Requests under way may take this long when the process ends.
    pub grace: Duration,
    /// Connections of one listener; more wait in the system's queue.
    pub connections: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(15),
            body: Duration::from_secs(60),
            write: Duration::from_secs(30),
            grace: Duration::from_secs(10),
            connections: 768,
        }
    }
}

/// Bytes of a request's head, and of what is read ahead of its body.
const HEAD_BYTES: usize = 64 * 1024;
/// Pause after the system refused a connection, for one that ended to free its place.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the server could not begin, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The store cannot hold what it was given: nothing may be answered any more.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A listener's task ended by itself.
    #[error("a listener ended: {0}")]
    Task(#[from] JoinError),
}

/// An address that is listened on; connections wait until the server is started.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Listens. Port 0: the system chooses one.
    pub async fn bind(address: SocketAddr) -> Result<Self, ServerError> {
        let failed = |source| ServerError::Listen { address, source };
        let tcp = TcpListener::bind(address).await.map_err(failed)?;
        let address = tcp.local_addr().map_err(failed)?;
        Ok(Self { tcp, address })
    }

    /// Where.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// A server that is running.
#[derive(Debug)]
pub struct Server {
    stopper: Stopper,
    task: JoinHandle<Result<(), ServerError>>,
}

/// Ends a server in an orderly way. Clones end the same one.
#[derive(Clone, Debug)]
pub struct Stopper(Arc<watch::Sender<bool>>);

impl Stopper {
    /// No new connections; requests under way are answered, then the store is closed.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Serves each router on its listener; requests carry the peer's address as [`ConnectInfo`].
    #[must_use]
    pub fn start(store: Store, sites: Vec<(Listener, Router)>, patience: Patience) -> Self {
        let (sender, end) = watch::channel(false);
        let stopper = Stopper(Arc::new(sender));
        let task = tokio::spawn(run(store, sites, patience, end));
        Self { stopper, task }
    }

    /// What ends it.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Waits until it has ended: after [`Stopper::stop`], or because the store has failed.
    pub async fn finished(self) -> Result<(), ServerError> {
        self.task.await?
    }
}

/// Raises the process's bound of open files as far as it may: each connection is one.
pub fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let bound = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: bound.maximum, maximum: bound.maximum })
    {
        tracing::warn!(%error, "the bound of open files cannot be raised");
    }
}

/// The signal to end, SIGINT or SIGTERM: listened to from now on, waited for by the future.
pub fn signalled() -> io::Result<impl Future<Output = ()> + Send + use<>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

async fn run(
    store: Store,
    sites: Vec<(Listener, Router)>,
    patience: Patience,
    stopped: watch::Receiver<bool>,
) -> Result<(), ServerError> {
    let mut listeners = JoinSet::new();
    for (listener, router) in sites {
        listeners.spawn(listen(listener, router, patience, stopped.clone()));
    }
    let ended = async {
        while let Some(ended) = listeners.join_next().await {
            ended?;
        }
        Ok(())
    };
    tokio::select! {
        failure = store.failed() => Err(failure.into()),
        ended = ended => {
            store.close().await?;
            ended
        }
    }
}

/// Accepts connections until told to stop, then waits for their requests.
async fn listen(listener: Listener, router: Router, patience: Patience, mut stopped: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(patience.connections));
    loop {
        let accepted = tokio::select! {
            // The sender is kept by the server: an error means it is gone, an end as well.
            _ = stopped.wait_for(|stop| *stop) => break,
            accepted = accept(&listener.tcp, &places) => accepted,
        };
        if let Some((stream, peer, place)) = accepted {
            let serving = serve(stream, peer, router.clone(), patience, graceful.watcher());
            tokio::spawn(async move {
                serving.await;
                drop(place);
            });
        }
    }
    drop(listener);
    if tokio::time::timeout(patience.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!(
            grace_secs = patience.grace.as_secs(),
            "some requests were still under way at the end"
        );
    }
}

async fn accept(
    tcp: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match tcp.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            if !is_of_one_connection(&error) {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
            None
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn serve(stream: TcpStream, peer: SocketAddr, router: Router, patience: Patience, watcher: Watcher) {
    // Without it small answers wait for the peer's acknowledgements; that it fails changes nothing else.
    let _ = stream.set_nodelay(true);
    // An IPv4 address as such, also where the system writes it as an IPv6 one.
    let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
    let service = service_fn(move |request: Request<Incoming>| {
        let mut router = router.clone();
        async move {
            let mut request = request.map(|body| TimedBody::new(body, patience.body));
            request.extensions_mut().insert(ConnectInfo(peer));
            Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {}))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(TimedStream::new(stream, patience.write)), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
