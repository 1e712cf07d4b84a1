//! Connections: one buyer over one protocol.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::{
    flow::secret::Secret,
    model::{
        agreement::PriceChoice,
        charges::Charges,
        hook_url::OriginPattern,
        ids::{BuyerId, ConnectionId, ProfileId, SenderId, SupplierId},
        language::Language,
        money::{Currency, Money},
        party::{Connection, ConnectionState, Identity, Login, OciCredential},
        profile::{Profile, Protocol, Strictness},
        signature::Signatures,
    },
    shell::{
        app::{App, AppError},
        directory::OCI_CREDENTIAL,
        records::HostRole,
        store::{
            Changes, Scan,
            keys::{BuyerKey, ConnectionKey, FromKey, SeenHostKey, SenderKey, SupplierKey},
        },
    },
};

use super::{
    OnboardingError, Problems,
    senders::{self, NewSender, SenderFields},
    unknown_buyer, unknown_connection, unknown_sender, unknown_supplier,
};

/// A connection to create.
pub struct NewConnection {
    /// Its id; part of the OCI address.
    pub id: ConnectionId,
    /// Whose shop.
    pub supplier: SupplierId,
    /// Whose visits.
    pub buyer: BuyerId,
    /// Not trusted yet, or real.
    pub state: ConnectionState,
    /// Which platform it is.
    pub profile: ProfileId,
    /// Fields of the profile that it answers differently.
    pub overrides: Map<String, Value>,
    /// How the other side proves who it is.
    pub login: NewLogin,
    /// Origins to which a cart may be posted.
    pub return_hosts: Vec<OriginPattern>,
    /// Origins that may show the shop in a frame.
    pub frame_hosts: Vec<OriginPattern>,
    /// Which of several valid prices counts.
    pub price_choice: PriceChoice,
    /// A product without a price is hidden.
    pub hides_unpriced: bool,
    /// Currency of its sessions, if not the supplier's.
    pub currency: Option<Currency>,
}

/// How the other side of a new connection proves who it is.
pub enum NewLogin {
    /// cXML.
    Cxml {
        /// The sender that may speak for the buyer.
        sender: SenderChoice,
        /// The buyer's own identities.
        from: Vec<Identity>,
    },
    /// OCI: parameters of the call.
    Oci {
        /// Names and values.
        credentials: Vec<(String, Secret)>,
    },
}

/// Which sender.
pub enum SenderChoice {
    /// One that is there: a network that sends for many.
    Existing(SenderId),
    /// One that is created with the connection.
    New {
        /// Its id.
        id: SenderId,
        /// cXML `Sender/Credential`.
        identity: Identity,
        /// What proves it.
        secret: Secret,
    },
}

/// Most hosts on each list of a connection.
const HOSTS_MOST: usize = 100;
/// Most parameters that prove an OCI call.
const CREDENTIALS_MOST: usize = 8;

/// Creates a connection and, if asked to, its sender. No sender speaks for one buyer over two connections.
pub async fn create_connection(app: &App, new: &NewConnection) -> Result<Connection, OnboardingError> {
    decided!({
        let mut problems = Problems::default();
        let mut changes = Changes::durable();
        check_parties(app, new, &mut problems).await?;
        let key = ConnectionKey { connection: new.id.clone() };
        if app.store.get(&key).await?.is_some() {
            problems.add("id", format!("there is a connection {} already", new.id));
        }
        match app.profiles.with(&new.profile, &new.overrides) {
            Ok(profile) => check_profile(new, &profile, &mut problems),
            Err(error) => problems.add("profile", error.to_string()),
        }
        for (field, hosts) in [("return_hosts", &new.return_hosts), ("frame_hosts", &new.frame_hosts)] {
            if hosts.len() > HOSTS_MOST {
                problems.add(field, format!("has more than {HOSTS_MOST} hosts"));
            }
        }
        let login = match &new.login {
            NewLogin::Cxml { sender, from } => {
                cxml(app, new, sender, from, &mut problems, &mut changes).await?
            }
            NewLogin::Oci { credentials } => oci(app, credentials, &mut problems)?,
        };
        problems.none()?;
        let connection = Connection {
            id: new.id.clone(),
            supplier: new.supplier.clone(),
            buyer: new.buyer.clone(),
            state: new.state,
            login,
            profile: new.profile.clone(),
            overrides: new.overrides.clone(),
            return_hosts: new.return_hosts.clone(),
            frame_hosts: new.frame_hosts.clone(),
            price_choice: new.price_choice,
            hides_unpriced: new.hides_unpriced,
            currency: new.currency,
            minimum_order: None,
            below_minimum: Strictness::default(),
            charges: Charges::default(),
            takes_catalogs: false,
            signatures: Signatures::default(),
            language: None,
        };
        changes.expect(&key, None).put(&key, &connection);
        app.store.commit(changes).await?;
        Ok(connection)
    })
}

async fn check_parties(
    app: &App,
    new: &NewConnection,
    problems: &mut Problems,
) -> Result<(), OnboardingError> {
    if app.store.get(&SupplierKey { supplier: new.supplier.clone() }).await?.is_none() {
        problems.add("supplier", unknown_supplier(&new.supplier));
    }
    match app.store.get(&BuyerKey { buyer: new.buyer.clone() }).await? {
        None => problems.add("buyer", unknown_buyer(&new.buyer)),
        Some(buyer) if buyer.value.supplier != new.supplier => {
            problems.add("buyer", format!("{} is a buyer of {}", new.buyer, buyer.value.supplier));
        }
        Some(_) => {}
    }
    Ok(())
}

fn check_profile(new: &NewConnection, profile: &Profile, problems: &mut Problems) {
    let speaks = match new.login {
        NewLogin::Cxml { .. } => Protocol::Cxml,
        NewLogin::Oci { .. } => Protocol::Oci,
    };
    if profile.protocol != speaks {
        problems.add("profile", format!("{} speaks the other protocol", new.profile));
    }
    for wrong in profile.contradictions() {
        problems.add("overrides", wrong);
    }
    if new.state == ConnectionState::Live && new.return_hosts.is_empty() && !profile.allows_sapevent {
        problems.add("return_hosts", NO_HOST_TO_RETURN_TO);
    }
}

const NO_HOST_TO_RETURN_TO: &str =
    "a live connection without any would refuse every visit: name one, or begin in test";

async fn cxml(
    app: &App,
    new: &NewConnection,
    choice: &SenderChoice,
    from: &[Identity],
    problems: &mut Problems,
    changes: &mut Changes,
) -> Result<Login, OnboardingError> {
    problems.identities("from", from);
    let sender = match choice {
        SenderChoice::Existing(id) => {
            match app.store.get(&SenderKey { sender: id.clone() }).await? {
                None => problems.add("sender", unknown_sender(id)),
                Some(sender) if sender.value.supplier != new.supplier => {
                    problems.add("sender", format!("{id} is a sender of {}", sender.value.supplier));
                }
                Some(_) => {}
            }
            id.clone()
        }
        SenderChoice::New { id, identity, secret } => {
            let sender = NewSender {
                id: id.clone(),
                supplier: new.supplier.clone(),
                identity: identity.clone(),
                secret: secret.clone(),
            };
            senders::prepare(app, &sender, &SenderFields::IN_CONNECTION, problems, changes).await?.id
        }
    };
    for identity in from {
        let key = FromKey { sender: sender.clone(), identity: identity.key() };
        if let Some(other) = app.store.get(&key).await? {
            let taken =
                format!("sender {sender} speaks for {identity} over connection {} already", other.value);
            problems.add("from", taken);
        }
        changes.expect(&key, None).put(&key, &new.id);
    }
    Ok(Login::Cxml { sender, from: from.to_vec() })
}

fn oci(
    app: &App,
    credentials: &[(String, Secret)],
    problems: &mut Problems,
) -> Result<Login, OnboardingError> {
    if credentials.is_empty() {
        problems.add("credentials", "at least one parameter must prove who calls");
    }
    if credentials.len() > CREDENTIALS_MOST {
        problems.add("credentials", format!("more than {CREDENTIALS_MOST} parameters"));
    }
    let mut sealed = Vec::with_capacity(credentials.len());
    for (place, (name, value)) in credentials.iter().enumerate() {
        problems.text("credentials", name, 60);
        if credentials.iter().take(place).any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            problems.add("credentials", format!("parameter {name} is there twice"));
        }
        if ["HOOK_URL", "~OkCode", "~TARGET", "~CALLER"].iter().any(|known| known.eq_ignore_ascii_case(name))
        {
            problems.add("credentials", format!("{name} has a meaning of its own in OCI"));
        }
        if value.reveal().is_empty() || value.reveal().len() > super::SECRET_MOST {
            problems.add("credentials", format!("the value of {name} is not 1 to 200 characters long"));
        }
        let value = app.vault.seal(value, OCI_CREDENTIAL, &app.entropy).map_err(AppError::from)?;
        sealed.push(OciCredential { name: name.clone(), value });
    }
    // A user name may be short; what proves the call is all of them together.
    let length: usize = credentials.iter().map(|(_, value)| value.reveal().chars().count()).sum();
    if !credentials.is_empty() && length < super::SECRET_LEAST {
        problems.add("credentials", format!("together shorter than {} characters", super::SECRET_LEAST));
    }
    Ok(Login::Oci { credentials: sealed })
}

/// Makes a connection live, or puts it back to test.
pub async fn set_state(
    app: &App,
    connection: &ConnectionId,
    state: ConnectionState,
) -> Result<Connection, OnboardingError> {
    change(app, connection, |row| {
        let profile = app.profiles.of(row).map_err(AppError::from)?;
        if state == ConnectionState::Live && row.return_hosts.is_empty() && !profile.allows_sapevent {
            return Err(OnboardingError::one("return_hosts", NO_HOST_TO_RETURN_TO));
        }
        row.state = state;
        Ok(Changes::durable())
    })
    .await
}

/// What a connection may do and which prices count on it; `None`: as it is.
#[derive(Clone, Debug, Default)]
pub struct ConnectionTerms {
    /// Which of several valid prices counts.
    pub price_choice: Option<PriceChoice>,
    /// A product without a price is hidden.
    pub hides_unpriced: Option<bool>,
    /// The least that a cart must be worth, in the currency of its sessions; `Some(None)`: as the agreements say.
    pub minimum_order: Option<Option<Decimal>>,
    /// What happens to a cart that is worth less.
    pub below_minimum: Option<Strictness>,
    /// Catalogs are taken over it, for the operator to publish.
    pub takes_catalogs: Option<bool>,
    /// Language of its visits, where nothing else decides; `Some(None)`: the supplier's.
    pub language: Option<Option<Language>>,
}

/// Changes the terms of a connection: at once, also for visits under way.
pub async fn set_terms(
    app: &App,
    connection: &ConnectionId,
    terms: &ConnectionTerms,
) -> Result<Connection, OnboardingError> {
    let unknown = || OnboardingError::one("connection", unknown_connection(connection));
    let parties = app.parties(connection).await?.ok_or_else(unknown)?;
    change(app, connection, |row| {
        row.price_choice = terms.price_choice.unwrap_or(row.price_choice);
        row.hides_unpriced = terms.hides_unpriced.unwrap_or(row.hides_unpriced);
        row.below_minimum = terms.below_minimum.unwrap_or(row.below_minimum);
        row.takes_catalogs = terms.takes_catalogs.unwrap_or(row.takes_catalogs);
        if let Some(language) = &terms.language {
            row.language.clone_from(language);
        }
        if let Some(minimum) = terms.minimum_order {
            if minimum.is_some_and(|amount| amount.is_sign_negative() && !amount.is_zero()) {
                return Err(OnboardingError::one("minimum_order", "is below zero"));
            }
            let currency = row.currency.unwrap_or(parties.supplier.currency);
            row.minimum_order = minimum.map(|amount| Money { amount, currency });
        }
        Ok(Changes::durable())
    })
    .await
}

/// Has a connection answer fields of its profile differently; a table is added to. What is unset goes back to what
/// the platform's file says.
pub async fn set_fields(
    app: &App,
    connection: &ConnectionId,
    set: &Map<String, Value>,
    unset: &[String],
) -> Result<Connection, OnboardingError> {
    change(app, connection, |row| {
        for field in unset {
            if row.overrides.remove(field).is_none() {
                return Err(OnboardingError::one("fields", format!("{field} is not the connection's own")));
            }
        }
        for (field, value) in set {
            match (row.overrides.get_mut(field), value) {
                (Some(Value::Object(own)), Value::Object(more)) => own.extend(more.clone()),
                _ => {
                    row.overrides.insert(field.clone(), value.clone());
                }
            }
        }
        let before = app.profiles.plain(&row.profile).map_err(AppError::from)?;
        let profile = app.profiles.of(row);
        let profile = profile.map_err(|error| OnboardingError::one("fields", error.to_string()))?;
        if profile.protocol != before.protocol {
            return Err(OnboardingError::one("fields", "the protocol of a connection never changes"));
        }
        if let Some(wrong) = profile.contradictions().into_iter().next() {
            return Err(OnboardingError::one("fields", wrong));
        }
        Ok(Changes::durable())
    })
    .await
}

/// Puts hosts on one of a connection's lists; what was seen of them is no longer unknown.
pub async fn allow_host(
    app: &App,
    connection: &ConnectionId,
    role: HostRole,
    host: &OriginPattern,
) -> Result<Connection, OnboardingError> {
    let seen = Scan::<SeenHostKey>::prefix(|key| key.text(connection.as_str())).limit(1000);
    let known = app.store.scan(seen).await?.into_iter();
    let known = known.filter(|(_, seen)| seen.value.role == role && host.allows(&seen.value.origin));
    let known: Vec<SeenHostKey> = known.map(|(key, _)| key).collect();
    change(app, connection, |row| {
        let hosts = match role {
            HostRole::Return => &mut row.return_hosts,
            HostRole::Frame => &mut row.frame_hosts,
        };
        if !hosts.contains(host) {
            if hosts.len() >= HOSTS_MOST {
                return Err(OnboardingError::one("host", format!("the list has {HOSTS_MOST} hosts already")));
            }
            hosts.push(host.clone());
        }
        let mut changes = Changes::durable();
        for key in &known {
            changes.delete(key);
        }
        Ok(changes)
    })
    .await
}

pub(super) async fn change(
    app: &App,
    connection: &ConnectionId,
    edit: impl Fn(&mut Connection) -> Result<Changes, OnboardingError>,
) -> Result<Connection, OnboardingError> {
    decided!({
        let key = ConnectionKey { connection: connection.clone() };
        let found = app.store.get(&key).await?;
        let mut row =
            found.ok_or_else(|| OnboardingError::one("connection", unknown_connection(connection)))?;
        let mut changes = edit(&mut row.value)?;
        changes.expect(&key, Some(row.version)).put(&key, &row.value);
        app.store.commit(changes).await?;
        Ok(row.value)
    })
}
