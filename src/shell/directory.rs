//! Finding the parties of a document in the store.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    flow::{
        authenticate::{Claim, CxmlFacts, Parties},
        catalog,
        secret::Secret,
        session::Pins,
        setup::Purpose,
    },
    model::{
        ids::{ConnectionId, SenderId, SupplierId},
        party::{Buyer, Connection, Identity, Login},
    },
};

use super::{
    app::{App, AppError},
    store::{
        Scan, Version,
        keys::{
            AgreementHeadKey, BuyerKey, CatalogHeadKey, ConnectionKey, FromKey, SenderIdentityKey, SenderKey,
            SupplierIdentityKey, SupplierKey,
        },
    },
};

/// What sender secrets are sealed for.
pub const SENDER_SECRET: &str = "sender secret";
/// What OCI credentials are sealed for.
pub const OCI_CREDENTIAL: &str = "oci credential";

/// Longest identity that is looked up: longer ones are nobody's.
pub(crate) const IDENTITY_BYTES: usize = 500;
/// Most agreements of a supplier that a setup looks at.
const AGREEMENTS: usize = 10_000;

/// Connections whose parties are kept decoded; beyond that all are decoded anew.
const KEPT: usize = 10_000;

type Versions = [Option<Version>; 3];

/// The parties of connections, decoded, with the versions of the rows that they come from.
#[derive(Default)]
pub(super) struct Decoded(Mutex<HashMap<ConnectionId, (Versions, Arc<Parties>)>>);

impl Decoded {
    fn get(&self, connection: &ConnectionId) -> Option<(Versions, Arc<Parties>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(connection).cloned()
    }

    fn put(&self, versions: Versions, parties: Arc<Parties>) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= KEPT {
            map.clear();
        }
        map.insert(parties.connection.id.clone(), (versions, parties));
    }
}

impl App {
    /// What is known about a cXML claim: `To` gives the supplier, `Sender` the credential, `From` the connection.
    pub async fn cxml_facts(&self, claim: &Claim) -> Result<CxmlFacts, AppError> {
        let nobody = || {
            // A stranger costs what a known sender costs: one secret is opened.
            self.vault.open(&self.nobodys_secret, SENDER_SECRET)?;
            let presented = claim.sender.iter().find_map(|(_, secret)| secret.clone());
            Ok(CxmlFacts { secrets: None, presented, parties: None })
        };
        let Some(supplier) = self.supplier_of(&claim.to).await? else { return nobody() };
        for (identity, presented) in claim.sender.iter().filter(|(identity, _)| looked_up(identity)) {
            let key = SenderIdentityKey { supplier: supplier.clone(), identity: identity.key() };
            let Some(sender) = self.store.get(&key).await? else { continue };
            return self.sender_facts(sender.value, presented.clone(), &claim.from).await;
        }
        nobody()
    }

    async fn sender_facts(
        &self,
        sender: SenderId,
        presented: Option<Secret>,
        from: &[Identity],
    ) -> Result<CxmlFacts, AppError> {
        let Some(row) = self.store.get(&SenderKey { sender: sender.clone() }).await? else {
            return Ok(CxmlFacts { secrets: None, presented, parties: None });
        };
        let opened = row.value.secrets.iter().map(|sealed| self.vault.open(sealed, SENDER_SECRET));
        let secrets = opened.collect::<Result<Vec<Secret>, _>>()?;
        let mut parties = None;
        for identity in from.iter().filter(|identity| looked_up(identity)) {
            let key = FromKey { sender: sender.clone(), identity: identity.key() };
            if let Some(connection) = self.store.get(&key).await? {
                parties = self.parties(&connection.value).await?;
                break;
            }
        }
        Ok(CxmlFacts { secrets: Some(secrets), presented, parties })
    }

    async fn supplier_of(&self, to: &[Identity]) -> Result<Option<SupplierId>, AppError> {
        for identity in to.iter().filter(|identity| looked_up(identity)) {
            if let Some(supplier) = self.store.get(&SupplierIdentityKey { identity: identity.key() }).await? {
                return Ok(Some(supplier.value));
            }
        }
        Ok(None)
    }

    /// The parties of a connection; `None`: there is no such connection. They are decoded anew when a row changed.
    pub async fn parties(&self, connection: &ConnectionId) -> Result<Option<Arc<Parties>>, AppError> {
        if let Some((versions, parties)) = self.parties.get(connection)
            && self.versions(&parties).await? == versions
        {
            return Ok(Some(parties));
        }
        let Some(connection) = self.store.get(&ConnectionKey { connection: connection.clone() }).await?
        else {
            return Ok(None);
        };
        let buyer = self.store.get(&BuyerKey { buyer: connection.value.buyer.clone() }).await?;
        let supplier = self.store.get(&SupplierKey { supplier: connection.value.supplier.clone() }).await?;
        let (Some(buyer), Some(supplier)) = (buyer, supplier) else { return Ok(None) };
        let versions = [connection.version, buyer.version, supplier.version].map(Some);
        let profile = self.profiles.of(&connection.value)?;
        let (supplier, buyer, connection) = (supplier.value, buyer.value, connection.value);
        let parties = Arc::new(Parties { supplier, buyer, connection, profile });
        self.parties.put(versions, Arc::clone(&parties));
        Ok(Some(parties))
    }

    /// Of the rows of connection, buyer and supplier.
    async fn versions(&self, parties: &Parties) -> Result<Versions, AppError> {
        let Parties { supplier, buyer, connection, .. } = parties;
        Ok([
            self.store.version(&ConnectionKey { connection: connection.id.clone() }).await?,
            self.store.version(&BuyerKey { buyer: buyer.id.clone() }).await?,
            self.store.version(&SupplierKey { supplier: supplier.id.clone() }).await?,
        ])
    }

    /// The credentials that an OCI call must bring: names and values.
    pub fn oci_credentials(&self, connection: &Connection) -> Result<Vec<(String, Secret)>, AppError> {
        let Login::Oci { credentials } = &connection.login else { return Ok(Vec::new()) };
        let open = |credential: &crate::model::party::OciCredential| {
            Ok((credential.name.clone(), self.vault.open(&credential.value, OCI_CREDENTIAL)?))
        };
        credentials.iter().map(open).collect()
    }

    /// The versions that a new visit of this buyer sees; `None`: no catalog yet.
    ///
    /// - `purpose`: what conditions of agreements are held against; without one they are taken as met.
    pub async fn pins(&self, buyer: &Buyer, purpose: Option<&Purpose>) -> Result<Option<Pins>, AppError> {
        let supplier = buyer.supplier.clone();
        let Some(head) = self.store.get(&CatalogHeadKey { supplier: supplier.clone() }).await? else {
            return Ok(None);
        };
        let of_supplier = Scan::<AgreementHeadKey>::prefix(|key| key.text(supplier.as_str()));
        let mut agreements = Vec::new();
        for (key, version) in self.store.scan(of_supplier.limit(AGREEMENTS)).await? {
            let agreement = self.shops.agreement(&self.store, &key.agreement, version.value).await?;
            if catalog::holds(&agreement, buyer, purpose) {
                agreements.push((key.agreement, version.value));
            }
        }
        Ok(Some(Pins { catalog: head.value, agreements }))
    }
}

fn looked_up(identity: &Identity) -> bool {
    identity.domain.len() + identity.identity.len() <= IDENTITY_BYTES
}
