//! Connections: what is waited for, and how it ends.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum::{Router, extract::ConnectInfo, routing::post};
use punchgate::shell::{
    server::{Listener, Patience, Server},
    store::{Changes, Store, StoreError, StoreOptions, keys::OperatorKey},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

struct Running {
    server: Server,
    address: SocketAddr,
    store: Store,
    _folder: Folder,
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server that answers a body with its length, the peer's address in front.
async fn start(name: &str, patience: Patience) -> Running {
    let folder = std::env::temp_dir().join(format!("punchgate-server-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let store = Store::open(StoreOptions { reserved_bytes: 0, ..StoreOptions::at(&folder) }).await.unwrap();
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address();
    let length = |ConnectInfo(peer): ConnectInfo<SocketAddr>, body: axum::body::Body| async move {
        match axum::body::to_bytes(body, 1 << 20).await {
            Ok(bytes) => format!("{} {}", peer.ip(), bytes.len()),
            Err(error) => format!("no body: {error}"),
        }
    };
    let router = Router::new().route("/", post(length));
    let server = Server::start(store.clone(), vec![(listener, router)], patience);
    Running { server, address, store, _folder: Folder(folder) }
}

async fn talk(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_request_knows_its_peer() {
    let running = start("peer", Patience::default()).await;
    let request = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc";
    let answer = talk(running.address, request).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1 3"), "{answer}");
}

#[tokio::test]
async fn half_a_request_then_silence_ends() {
    let brief = Duration::from_millis(200);
    let running = start("silence", Patience { head: brief, body: brief, ..Patience::default() }).await;
    for head in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n", b"POST / HTTP/1.1\r\nhost:"] {
        let answer = talk(running.address, head).await;
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    let body = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 30\r\n\r\nabc";
    let answer = talk(running.address, body).await;
    assert!(answer.contains("did not arrive within"), "{answer}");
}

#[tokio::test]
async fn a_full_listener_lets_the_next_one_wait() {
    let running = start("full", Patience { connections: 1, ..Patience::default() }).await;
    let first = TcpStream::connect(running.address).await.unwrap();
    // The first one is being served once the second one is not answered.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let request = b"POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let mut second = tokio::spawn(talk(running.address, request));
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut second).await.is_err());
    drop(first);
    assert!(second.await.unwrap().ends_with("127.0.0.1 0"));
}

#[tokio::test]
async fn stopping_answers_what_is_under_way_and_closes_the_store() {
    let running = start("stop", Patience::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\na").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.server.stopper().stop();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stream.write_all(b"bc").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("127.0.0.1 3"), "{answer}");
    running.server.finished().await.unwrap();
    let mut changes = Changes::durable();
    changes.delete(&OperatorKey {});
    assert!(matches!(running.store.commit(changes).await, Err(StoreError::Closed)));
    assert!(TcpStream::connect(running.address).await.is_err(), "nobody listens any more");
}
