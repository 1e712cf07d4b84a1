//! Who is calling: the address of the socket, or what a trusted proxy says.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};

use crate::shell::app::App;

/// The client's address: from the right, the first one in `X-Forwarded-For` that is not a trusted proxy.
#[must_use]
pub fn peer(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    let ConnectInfo(socket) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let mut address = socket.ip().to_canonical();
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for hop in forwarded.iter().rev() {
        if !app.trusted_proxies.contains(&address) {
            break;
        }
        let Ok(next) = hop.parse::<IpAddr>() else { break };
        address = next.to_canonical();
    }
    Some(address.to_string())
}
