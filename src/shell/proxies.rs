//! Who a request really comes from when a proxy stands in front.

use std::net::IpAddr;

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrustedProxies(Vec<Network>);

/// An address, or all that begin like it: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads an address with or without the number of its leading bits that count.
    #[must_use]
    pub fn parse(raw: &str) -> Option<Self> {
        let (address, bits) = match raw.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (raw.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let digits = |bits: &&str| bits.bytes().all(|byte| byte.is_ascii_digit());
        let bits = match bits {
            None => all,
            Some(bits) => Some(bits).filter(digits)?.parse().ok().filter(|bits| *bits <= all)?,
        };
        Some(Self { address, bits })
    }

    /// Whether the address belongs to it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let same = |differing: u128, length: u32| {
            let rest = length - u32::from(self.bits).min(length);
            differing.checked_shr(rest).unwrap_or_default() == 0
        };
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => same(u128::from(own.to_bits() ^ other.to_bits()), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => same(own.to_bits() ^ other.to_bits(), 128),
            _ => false,
        }
    }
}

impl TrustedProxies {
    /// Believes these and nobody else.
    #[must_use]
    pub const fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The client's address: each trusted proxy appended whom it saw, so the last one that is not a trusted proxy
    /// counts; what stands before that anybody could have written.
    ///
    /// - `peer`: who opened the connection.
    /// - `forwarded`: values of `X-Forwarded-For` in the order of their lines.
    #[must_use]
    pub fn client<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer.to_canonical();
        for hop in forwarded.rev().flat_map(|line| line.rsplit(',')) {
            if !self.trusts(client) {
                break;
            }
            match hop.trim().parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
        }
        client
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_is_an_address_and_its_leading_bits() {
        let contains = |network: &str, address: &str| Network::parse(network).unwrap().contains(ip(address));
        assert!(contains("127.0.0.1", "127.0.0.1"));
        assert!(contains("127.0.0.1", "::ffff:127.0.0.1"));
        assert!(!contains("127.0.0.1", "127.0.0.2"));
        assert!(contains("10.0.0.0/8", "10.255.0.1"));
        assert!(!contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("0.0.0.0/0", "8.8.8.8"));
        assert!(contains("fd00::/8", "fdff::1"));
        assert!(contains("::/0", "2001:db8::1"));
        assert!(!contains("fd00::/8", "10.0.0.1"));
        for refused in ["", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", "10.0.0/8"] {
            assert_eq!(Network::parse(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn only_trusted_proxies_name_the_client() {
        let proxies =
            TrustedProxies::new(["127.0.0.1", "10.0.0.0/8"].map(|one| Network::parse(one).unwrap()).to_vec());
        let client = |peer: &str, lines: &[&str]| proxies.client(ip(peer), lines.iter().copied());
        assert_eq!(client("198.51.100.9", &["203.0.113.7"]), ip("198.51.100.9"), "a stranger says anything");
        assert_eq!(client("127.0.0.1", &["203.0.113.7"]), ip("203.0.113.7"));
        assert_eq!(client("127.0.0.1", &["6.6.6.6, 203.0.113.7, 10.1.1.1"]), ip("203.0.113.7"));
        assert_eq!(client("127.0.0.1", &["6.6.6.6", "203.0.113.7"]), ip("203.0.113.7"));
        assert_eq!(client("127.0.0.1", &["unknown"]), ip("127.0.0.1"));
        assert_eq!(client("127.0.0.1", &[]), ip("127.0.0.1"));
    }
}
