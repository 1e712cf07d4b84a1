//! Links that prove themselves: `key id ‖ session id ‖ MAC`, checked before the store is touched, never stored,
//! never logged.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;

use crate::model::ids::SessionId;

/// What a link is for; one purpose's link proves nothing for another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// The start page that a setup answers with.
    Start,
    /// The pages of the visit.
    Visit,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Start => b"start",
            Self::Visit => b"visit",
        }
    }
}

/// The keys that links are made and checked with.
pub struct Capabilities {
    current: u8,
    keys: BTreeMap<u8, hmac::Key>,
}

/// Bytes of the MAC that travel.
const MAC_BYTES: usize = 16;

impl Capabilities {
    /// Keys by id; the highest id makes new links.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = (u8, [u8; 32])>) -> Self {
        let keys: BTreeMap<u8, hmac::Key> =
            keys.into_iter().map(|(id, key)| (id, hmac::Key::new(hmac::HMAC_SHA256, &key))).collect();
        Self { current: keys.keys().next_back().copied().unwrap_or_default(), keys }
    }

    /// The link's secret part: 44 characters `A-Z a-z 0-9 - _`. The same session and purpose give the same one.
    #[must_use]
    pub fn issue(&self, purpose: Purpose, session: SessionId) -> String {
        let mut bytes = vec![self.current];
        bytes.extend_from_slice(session.bytes());
        if let Some(key) = self.keys.get(&self.current) {
            bytes.extend(mac(key, purpose, session).as_ref().iter().take(MAC_BYTES));
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The session that a link proves the right to.
    #[must_use]
    pub fn check(&self, purpose: Purpose, text: &str) -> Option<SessionId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (id, rest) = bytes.split_first()?;
        let (session, presented) = rest.split_first_chunk::<16>()?;
        let session = SessionId::new(*session);
        let proof = mac(self.keys.get(id)?, purpose, session);
        let expected = proof.as_ref().get(..MAC_BYTES)?;
        let differs = expected.iter().zip(presented).fold(0, |differs, (a, b)| differs | (a ^ b));
        (presented.len() == MAC_BYTES && differs == 0).then_some(session)
    }
}

fn mac(key: &hmac::Key, purpose: Purpose, session: SessionId) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    context.update(purpose.label());
    context.update(b"\0");
    context.update(session.bytes());
    context.sign()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_proves_one_session_for_one_purpose() {
        let keys = Capabilities::new([(1, [1; 32])]);
        let session = SessionId::new([5; 16]);
        let link = keys.issue(Purpose::Start, session);
        assert_eq!(link.len(), 44);
        assert_eq!(keys.check(Purpose::Start, &link), Some(session));
        assert_eq!(keys.check(Purpose::Visit, &link), None);
        let rotated = Capabilities::new([(1, [1; 32]), (2, [2; 32])]);
        assert_eq!(rotated.check(Purpose::Start, &link), Some(session), "an old key still proves");
        assert_ne!(rotated.issue(Purpose::Start, session), link);
        assert_eq!(Capabilities::new([(1, [9; 32])]).check(Purpose::Start, &link), None);
    }

    #[test]
    fn no_changed_character_passes() {
        let keys = Capabilities::new([(1, [1; 32])]);
        let link = keys.issue(Purpose::Visit, SessionId::new([5; 16]));
        for at in 0..link.len() {
            let mut changed = link.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(keys.check(Purpose::Visit, str::from_utf8(&changed).unwrap()), None, "{at}");
        }
        for cut in ["", "A", &link[..43], &format!("{link}A")] {
            assert_eq!(keys.check(Purpose::Visit, cut), None);
        }
    }
}
