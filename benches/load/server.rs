//! The two servers, each a process of its own that ends with its standard input.

use std::{
    convert::Infallible,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use punchgate::shell::{
    app::{App, AppOptions, PublicUrl},
    clock::Clock,
    demo::{catalog, seed},
    proxies::TrustedProxies,
    server::{Listener, Patience, Server},
    store::{IndexKind, MemoryIndex, StoreOptions},
    web::public_router,
};

/// A server process on the first core.
pub(crate) struct Child {
    process: std::process::Child,
    pub(crate) address: SocketAddr,
    /// What it printed after its address: the connection files of the sample buyers.
    pub(crate) told: String,
    folder: Option<PathBuf>,
}

impl Child {
    pub(crate) fn bare() -> Self {
        Self::start(&["serve-bare"], None)
    }

    pub(crate) fn gateway() -> Self {
        let folder = std::env::temp_dir().join(format!("punchgate-bench-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.display().to_string();
        Self::start(&["serve-gateway", &path], Some(folder))
    }

    fn start(arguments: &[&str], folder: Option<PathBuf>) -> Self {
        let own = std::env::current_exe().unwrap();
        let pinned = Command::new("taskset")
            .args(["-c", "0"])
            .arg("true")
            .status()
            .is_ok_and(|status| status.success());
        let mut command = if pinned {
            let mut command = Command::new("taskset");
            command.args(["-c", "0"]).arg(own);
            command
        } else {
            println!("no taskset here: the server is not pinned");
            Command::new(own)
        };
        let mut process =
            command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.next().unwrap().unwrap().parse().unwrap();
        let told =
            lines.map(Result::unwrap).take_while(|line| line != "ready").collect::<Vec<_>>().join("\n");
        Self { process, address, told, folder }
    }

    /// CPU time that it has used, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        ticks / 100.0 // USER_HZ of Linux
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn until_told() {
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// Reads the whole body, answers with as many bytes as the header `x-answer` says.
pub(crate) fn bare() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.spawn(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}\nready", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(echo)));
        }
    });
    until_told();
}

async fn echo(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let size =
        request.headers().get("x-answer").and_then(|size| size.to_str().ok()?.parse().ok()).unwrap_or(0);
    let _ = request.into_body().collect().await;
    Ok(Response::new(Full::new(Bytes::from(vec![b'x'; size]))))
}

/// The index of the store: sled, or with `BENCH_INDEX=memory` none on disk, to see what it costs.
fn index() -> IndexKind {
    match std::env::var("BENCH_INDEX").as_deref() {
        Ok("memory") => IndexKind::Memory(MemoryIndex::default()),
        _ => StoreOptions::at("").index,
    }
}

/// The gateway with the samples of the demo.
pub(crate) fn gateway(folder: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = PathBuf::from(folder);
    runtime.block_on(async {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.address();
        let app = App::open(AppOptions {
            data: folder.clone(),
            public_url: PublicUrl::parse(&format!("http://{address}")).unwrap(),
            trusted_proxies: TrustedProxies::default(),
            private_networks: Vec::new(),
            key: None,
            clock: Clock::System,
            store: StoreOptions { index: index(), ..StoreOptions::at(folder.join("store")) },
        })
        .await
        .unwrap();
        let buyers = seed::seed(&app, catalog::products().unwrap(), "http://buyer.test:8080").await.unwrap();
        let router = public_router(Arc::clone(&app));
        let server = Server::start(app.store.clone(), vec![(listener, router)], Patience::default());
        println!("{address}\n{}\nready", buyers[0].file);
        tokio::task::spawn_blocking(until_told).await.unwrap();
        server.stopper().stop();
        server.finished().await.unwrap();
    });
}
