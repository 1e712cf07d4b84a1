//! Which networks are connected to.

use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::http::{Uri, uri::Scheme};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tower::Service;

use crate::shell::proxies::Network;

/// Everything public, and what the settings allow.
pub(super) struct Guard {
    allowed: Vec<Network>,
}

impl Guard {
    pub(super) const fn new(allowed: Vec<Network>) -> Self {
        Self { allowed }
    }

    fn lets(&self, address: IpAddr) -> bool {
        is_public(address) || self.allowed.iter().any(|network| network.contains(address))
    }

    /// Connects to the first address of a host that may be connected to.
    async fn connect(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        let found: Vec<SocketAddr> = lookup_host((host, port)).await?.collect();
        let mut refused = io::Error::other(match found.first() {
            None => "the name has no address".to_owned(),
            Some(first) => {
                format!("{} is in a private or reserved network (setting private_networks)", first.ip())
            }
        });
        for address in found.into_iter().filter(|found| self.lets(found.ip())) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }
}

/// Opens the connections of a client.
#[derive(Clone)]
pub(super) struct GuardedConnector(pub(super) Arc<Guard>);

impl Service<Uri> for GuardedConnector {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<TcpStream>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
            let usual = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
            guard.connect(host, uri.port_u16().unwrap_or(usual)).await.map(TokioIo::new)
        })
    }
}

/// Whether an address is one of the open internet: none of the registries of special purpose addresses (RFC 6890).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127 | 224.., _, _) // this network, private, loopback, multicast and reserved
        | (169, 254, _) // link-local, where clouds answer about themselves
        | (192, 168, _) // private
        | (192, 0, 0 | 2) // protocol assignments, documentation
        | (192, 88, 99) // 6to4 relays
        | (198, 18..=19, _) // benchmarks
        | (198, 51, 100) | (203, 0, 113) => true, // documentation
        (100, b, _) => b & 0xc0 == 64, // shared by carriers
        (172, b, _) => b & 0xf0 == 16, // private
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = |high: u16, low: u16| {
        let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        // Ways to IPv4 lead where that leads.
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => embedded(g, h),
        (0x2002, b) => embedded(b, c),
        // Teredo, documentation.
        (0x2001, 0 | 0xdb8) => false,
        // Only 2000::/3 is handed out; local, private and multicast addresses are all outside.
        _ => a & 0xe000 == 0x2000,
    }
}
