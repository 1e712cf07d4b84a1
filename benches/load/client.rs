//! Somebody who asks as fast as it is answered.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Instant,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;

use super::server::Child;

/// One request, and what its answer must hold.
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    pub(crate) status: u16,
    pub(crate) holds: &'static str,
}

/// Requests of one kind.
pub(crate) struct Asks {
    pub(crate) asks: VecDeque<Ask>,
    /// Length of an answer, as seen before.
    pub(crate) answer_bytes: usize,
}

impl Asks {
    /// The same bodies for the bare server, which answers as many bytes.
    pub(crate) fn for_bare(&self) -> Self {
        let same = |ask: &Ask| Ask {
            method: "POST",
            path: "/".to_owned(),
            content_type: ask.content_type,
            body: ask.body.clone(),
            status: 200,
            holds: "",
        };
        Self { asks: self.asks.iter().map(same).collect(), answer_bytes: self.answer_bytes }
    }
}

/// What was measured.
pub(crate) struct Measured {
    pub(crate) rate: f64,
    pub(crate) cpu_micros: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// One connection.
pub(crate) struct Connection(http1::SendRequest<Full<Bytes>>, SocketAddr);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender, address)
    }

    /// Asks and checks the answer: its Location and body.
    pub(crate) async fn ask(&mut self, ask: Ask, answer_bytes: usize) -> (String, Bytes) {
        let request = Request::builder()
            .method(ask.method)
            .uri(&ask.path)
            .header("host", self.1.to_string())
            .header("content-type", ask.content_type)
            .header("x-answer", answer_bytes)
            .body(Full::new(ask.body))
            .unwrap();
        self.0.ready().await.unwrap();
        let answer = self.0.send_request(request).await.unwrap();
        let status = answer.status().as_u16();
        let location =
            answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let text = || String::from_utf8_lossy(&body).into_owned();
        assert_eq!(status, ask.status, "{} {}: {}", ask.method, ask.path, text());
        assert!(ask.holds.is_empty() || text().contains(ask.holds), "{}", text());
        (location, body)
    }
}

/// All requests over `connections` connections.
pub(crate) async fn run(server: &mut Child, asks: Asks, connections: usize) -> Measured {
    let (count, answer_bytes) = (asks.asks.len(), asks.answer_bytes);
    let queue = Arc::new(Mutex::new(asks.asks));
    let mut opened = Vec::new();
    for _ in 0..connections {
        opened.push(Connection::open(server.address).await);
    }
    let (cpu, began) = (server.cpu(), Instant::now());
    let tasks = opened.into_iter().map(|mut connection| {
        let queue = Arc::clone(&queue);
        tokio::spawn(async move {
            let mut took = Vec::new();
            loop {
                let next = queue.lock().unwrap().pop_front();
                let Some(ask) = next else { return took };
                let asked = Instant::now();
                connection.ask(ask, answer_bytes).await;
                took.push(asked.elapsed().as_secs_f64());
            }
        })
    });
    let mut took = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        took.extend(task.await.unwrap());
    }
    let seconds = began.elapsed().as_secs_f64();
    let cpu = server.cpu() - cpu;
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)] * 1e3;
    Measured {
        rate: count as f64 / seconds,
        cpu_micros: cpu * 1e6 / count as f64,
        p50_ms: at(50),
        p99_ms: at(99),
    }
}
