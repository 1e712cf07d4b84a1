//! Who is calling: the address of the socket, or what a trusted proxy says.

use std::net::SocketAddr;

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};

use crate::shell::app::App;

/// The client's address, as far as trusted proxies say.
#[must_use]
pub fn peer(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    let ConnectInfo(socket) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let forwarded: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    Some(app.trusted_proxies.client(socket.ip(), forwarded.into_iter()).to_string())
}
