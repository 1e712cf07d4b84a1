//! Everything that a request may need, shared by all of them.

use std::{path::Path, sync::Arc};

use jiff::Timestamp;
use url::Url;

use crate::model::ids::{CartId, LockReference, PayloadId, SessionId, TransactionId};
use crate::model::party::Sealed;

use super::{
    capability::Capabilities,
    clock::Clock,
    directory::{Decoded, SENDER_SECRET},
    entropy::{Entropy, NoEntropy},
    fetch::Fetcher,
    profiles::{ProfileError, Profiles},
    proxies::{Network, TrustedProxies},
    refusals::Refusals,
    shops::{ShopError, Shops},
    store::{Changes, Store, StoreError, StoreOptions, keys::CapabilityKeyKey},
    vault::{Vault, VaultError},
};
use crate::flow::secret::Secret;

/// Shared state. Cheap to clone.
pub type SharedApp = Arc<App>;

/// The gateway without its listeners.
pub struct App {
    /// The data folder.
    pub data: std::path::PathBuf,
    /// Where decisions are kept.
    pub store: Store,
    /// Opens sealed secrets.
    pub vault: Vault,
    /// Is opened where there is no sender's.
    pub(super) nobodys_secret: Sealed,
    /// Makes and checks links.
    pub capabilities: Capabilities,
    /// What time it is.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// Opened catalogs and prices.
    pub shops: Shops,
    /// Platform profiles.
    pub profiles: Profiles,
    /// Parties of connections.
    pub(super) parties: Decoded,
    /// Refused documents.
    pub refusals: Refusals,
    /// Where the world finds us.
    pub public_url: PublicUrl,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Gets what stands at addresses that others wrote.
    pub fetcher: Fetcher,
}

/// What an app is built from.
pub struct AppOptions {
    /// The data folder.
    pub data: std::path::PathBuf,
    /// Where the world finds us.
    pub public_url: PublicUrl,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// Private networks that punchgate itself may connect to.
    pub private_networks: Vec<Network>,
    /// The installation key, 64 hexadecimal digits; `None`: the file `key` in the data folder.
    pub key: Option<Secret>,
    /// What time it is.
    pub clock: Clock,
    /// How the store works.
    pub store: StoreOptions,
}

/// Why something of ours failed. `Display` is for the log; nobody outside sees it.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sealed secret.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A catalog.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// Randomness.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// A document of ours could not be written.
    #[error("a document could not be written: {0}")]
    Write(#[from] crate::wire::xml::WriteError),
    /// A record that must be there is not, or is not what it must be.
    #[error("{0}")]
    Broken(String),
}

impl AppError {
    /// Somebody changed what the decision rests on: load and decide again.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(StoreError::Conflict))
    }
}

/// Where the world finds us: scheme, host and a path prefix that may be empty.
#[derive(Clone, Debug)]
pub struct PublicUrl {
    base: String,
    host: String,
    prefix: String,
}

impl PublicUrl {
    /// Reads `https://host[:port][/prefix]`.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let url = Url::parse(raw).map_err(|error| format!("{raw:?} is not an address: {error}"))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if !matches!(url.scheme(), "http" | "https")
            || host.is_empty()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(format!("{raw:?} is not an address of the form https://host/prefix"));
        }
        let prefix = url.path().trim_end_matches('/').to_owned();
        let origin = url.origin().ascii_serialization();
        Ok(Self { base: format!("{origin}{prefix}"), host, prefix })
    }

    /// The whole address of a path of ours, which begins with `/`.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// What comes before our paths in links: empty or `/prefix`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The host, as in payloadIDs.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl App {
    /// Opens store and keys.
    pub async fn open(options: AppOptions) -> Result<SharedApp, AppError> {
        let entropy = Entropy::default();
        let store = Store::open(options.store).await?;
        let vault = match &options.key {
            Some(key) => Vault::from_hexadecimal(key.reveal())?,
            None => Vault::at(&key_file(&options.data), &entropy)?,
        };
        let capabilities = capabilities(&store, &vault, &entropy).await?;
        let nobodys_secret = vault.seal(&Secret::new("nobody's secret"), SENDER_SECRET, &entropy)?;
        let profiles = Profiles::load(&options.data.join(super::profiles::FOLDER))?;
        Ok(Arc::new(Self {
            store,
            vault,
            nobodys_secret,
            capabilities,
            clock: options.clock,
            entropy,
            shops: Shops::new(options.data.clone()),
            data: options.data,
            profiles,
            parties: Decoded::default(),
            refusals: Refusals::default(),
            public_url: options.public_url,
            trusted_proxies: options.trusted_proxies,
            fetcher: Fetcher::new(options.private_networks).map_err(AppError::Broken)?,
        }))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh id of a visit; those made later sort first.
    pub fn new_session_id(&self) -> Result<SessionId, NoEntropy> {
        self.entropy.bytes().map(|random| SessionId::new(newest_first(self.now(), random)))
    }

    /// A fresh id of a returned cart.
    pub fn new_cart_id(&self) -> Result<CartId, NoEntropy> {
        self.entropy.bytes().map(CartId::new)
    }

    /// A fresh id of a recorded document; those made later sort first.
    pub fn new_transaction_id(&self) -> Result<TransactionId, NoEntropy> {
        self.entropy.bytes().map(|random| TransactionId::new(newest_first(self.now(), random)))
    }

    /// A fresh price lock.
    pub fn new_lock_reference(&self) -> Result<LockReference, NoEntropy> {
        self.entropy.bytes().map(LockReference::new)
    }

    /// A fresh payloadID: `milliseconds.random@host`.
    pub fn new_payload_id(&self) -> Result<PayloadId, AppError> {
        let random = u64::from_be_bytes(self.entropy.bytes()?);
        let text = format!("{}.{random:016x}@{}", self.now().as_millisecond(), self.public_url.host());
        PayloadId::parse(&text).map_err(|error| AppError::Broken(error.to_string()))
    }
}

/// An id that sorts before all that were made earlier, so that its table lists the newest first and is written at
/// one end: microseconds since 1970 inverted, 56 bits, then 72 random bits. Nothing rests on nobody guessing it.
fn newest_first(now: Timestamp, random: [u8; 16]) -> [u8; 16] {
    const RANDOM_BITS: u32 = 72;
    let time = u128::from(!now.as_microsecond().cast_unsigned()) << RANDOM_BITS;
    let random = u128::from_be_bytes(random) & ((1 << RANDOM_BITS) - 1);
    (time | random).to_be_bytes()
}

/// The file of the installation key.
#[must_use]
pub fn key_file(data: &Path) -> std::path::PathBuf {
    data.join("key")
}

const CAPABILITY_KEY: &str = "capability key";

/// The keys of links; the first start makes one.
async fn capabilities(store: &Store, vault: &Vault, entropy: &Entropy) -> Result<Capabilities, AppError> {
    let rows = store.range::<CapabilityKeyKey>(.., 256).await?;
    if rows.is_empty() {
        let fresh = u128::from_be_bytes(entropy.bytes()?);
        let second = u128::from_be_bytes(entropy.bytes()?);
        let secret = Secret::new(&format!("{fresh:032x}{second:032x}"));
        let mut changes = Changes::durable();
        let key = CapabilityKeyKey { id: 1 };
        changes.expect(&key, None).put(&key, &vault.seal(&secret, CAPABILITY_KEY, entropy)?);
        store.commit(changes).await?;
        return Ok(Capabilities::new([(1, digest(&secret))]));
    }
    let open = |(key, row): (CapabilityKeyKey, super::store::Versioned<crate::model::party::Sealed>)| {
        Ok::<_, AppError>((key.id, digest(&vault.open(&row.value, CAPABILITY_KEY)?)))
    };
    Ok(Capabilities::new(rows.into_iter().map(open).collect::<Result<Vec<_>, _>>()?))
}

fn digest(secret: &Secret) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, secret.reveal().as_bytes());
    let mut key = [0; 32];
    key.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_first_whatever_their_random_part() {
        let at = |micros| Timestamp::from_microsecond(micros).unwrap();
        let ids =
            [(1_900_000_000_000_001, 0xff), (1_900_000_000_000_000, 0), (1_700_000_000_000_000, 0), (0, 0)];
        let ids = ids.map(|(micros, random)| newest_first(at(micros), [random; 16]));
        assert!(ids.is_sorted(), "{ids:x?}");
        assert_ne!(newest_first(at(1), [1; 16]), newest_first(at(1), [2; 16]));
    }
}
