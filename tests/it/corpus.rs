//! Real documents: every well-formed setup and order of the corpus gets the Status written down for it.
//!
//! `tests/corpus-status.tsv` is reviewed by people: file, document, Status, reason. The corpus itself stays outside
//! (`CXML_CORPUS_DIR`); CI requires it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use punchgate::{
    flow::secret::Secret,
    model::{
        agreement::{Agreement, Assortment, Party, PriceChoice},
        ids::{AgreementId, BuyerId, ConnectionId, ProfileId, SenderId, SupplierId},
        money::Currency,
        party::{Accent, Buyer, ConnectionState, Contact, Identity, Supplier},
    },
    shell::{
        demo::catalog,
        directory::SENDER_SECRET,
        onboarding::{
            NewConnection, NewLogin, SenderChoice, Verdict, create_agreement, create_buyer,
            create_connection, create_supplier, publish_catalog,
        },
        store::{Changes, keys::SenderKey},
    },
    wire::{
        cxml::read_envelope,
        xml::{Document, Limits},
    },
};

use crate::support::Gateway;

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var("CXML_CORPUS_DIR").unwrap_or_else(|_| "../shared/corpus".to_owned());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs the corpus: {}", folder.display());
    println!("skipped: there is no corpus at {}", folder.display());
    None
}

fn documents(folder: &Path, below: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            documents(folder, &path, found);
        } else if path.extension().is_some_and(|ending| ending == "xml") {
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// The element name of a request that this test is about.
fn kind(document: &Document) -> Option<&'static str> {
    let holds = |name: &str| document.root().descendants().any(|element| element.name() == name);
    ["PunchOutSetupRequest", "OrderRequest"].into_iter().find(|name| holds(name))
}

fn only(mut identities: Vec<Identity>) -> Vec<Identity> {
    identities.retain(|identity| !identity.domain.trim().is_empty() && !identity.identity.trim().is_empty());
    identities.dedup_by_key(|identity| identity.key());
    identities
}

/// A connection as the document's own Header asks for it; what cannot be created is left out.
async fn connect(gateway: &Gateway, octets: &[u8]) {
    let app = &gateway.app;
    let document = Document::read(octets.to_vec(), None, &Limits::default()).unwrap();
    let Ok(envelope) = read_envelope(&document) else { return };
    let id = |name: &str| SupplierId::parse(name).unwrap();
    let supplier = Supplier {
        id: id("corpus"),
        name: "Corpus".into(),
        identities: only(envelope.claim.to),
        currency: Currency::parse("EUR").unwrap(),
        contact: Contact { name: "x".into(), email: "x@example.test".into(), phone: "1".into() },
        accent: Accent::default(),
        price_lock_days: 30,
        pictures: punchgate::model::party::PictureUse::default(),
        language: None,
    };
    if create_supplier(app, &supplier).await.is_err() {
        return;
    }
    let buyer = BuyerId::parse("buyer").unwrap();
    let organisation = Buyer {
        id: buyer.clone(),
        supplier: id("corpus"),
        name: "B".into(),
        groups: vec![],
        erp_customer: None,
    };
    create_buyer(app, &organisation).await.unwrap();
    let Some((identity, secret)) = envelope.claim.sender.into_iter().next() else { return };
    let sender_id = SenderId::parse("sender").unwrap();
    let placeholder = Secret::new("the document brings none");
    let sender = SenderChoice::New { id: sender_id.clone(), identity, secret: placeholder };
    let connection = NewConnection {
        id: ConnectionId::parse("connection").unwrap(),
        supplier: id("corpus"),
        buyer,
        state: ConnectionState::Test,
        profile: ProfileId::parse("generic-cxml").unwrap(),
        overrides: serde_json::Map::from_iter([("allows_http".to_owned(), serde_json::json!(true))]),
        login: NewLogin::Cxml { sender, from: only(envelope.claim.from) },
        return_hosts: vec![],
        frame_hosts: vec![],
        price_choice: PriceChoice::default(),
        hides_unpriced: false,
        currency: None,
    };
    if create_connection(app, &connection).await.is_ok()
        && let Some(secret) = secret
    {
        // Examples have secrets that nobody could set up here: shorter than eight characters.
        let key = SenderKey { sender: sender_id };
        let mut row = app.store.get(&key).await.unwrap().unwrap();
        row.value.secrets = vec![app.vault.seal(&secret, SENDER_SECRET, &app.entropy).unwrap()];
        let mut changes = Changes::durable();
        changes.put(&key, &row.value);
        app.store.commit(changes).await.unwrap();
    }
    publish_catalog(app, &id("corpus"), |writer| {
        for product in catalog::products().unwrap().iter().take(5) {
            writer.add(product)?;
        }
        Ok(((), Verdict::Publish))
    })
    .await
    .unwrap();
    let agreement = Agreement {
        id: AgreementId::parse("all").unwrap(),
        supplier: id("corpus"),
        name: "All".into(),
        party: Party::Everyone,
        currency: supplier.currency,
        valid_from: jiff::Timestamp::UNIX_EPOCH,
        valid_until: None,
        priority: 1,
        assortment: Assortment::default(),
        shows_list_price: false,
        rules: vec![],
        minimum_order: None,
        price_list: None,
        conditions: Vec::new(),
        time_zone: None,
    };
    create_agreement(app, &agreement).await.unwrap();
}

#[tokio::test]
async fn every_setup_and_order_gets_the_status_written_down_for_it() {
    let Some(folder) = corpus() else { return };
    let written = include_str!("../corpus-status.tsv");
    let expected: BTreeMap<&str, u16> = written
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            assert!(
                fields.len() == 4 && !fields[3].is_empty(),
                "a file, a document, a Status, a reason: {line}"
            );
            (fields[0], fields[2].parse().unwrap())
        })
        .collect();
    let mut found = BTreeMap::new();
    documents(&folder, &folder, &mut found);
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (name, octets) in &found {
        let Ok(document) = Document::read(octets.clone(), None, &Limits::default()) else { continue };
        let Some(kind) = kind(&document) else { continue };
        seen += 1;
        let gateway = Gateway::empty("corpus").await;
        connect(&gateway, octets).await;
        let answer = gateway.cxml(octets.clone()).await;
        if expected.get(name.as_str()) != Some(&answer.code) {
            wrong.push(format!("{name}\t{kind}\t{}\t{}", answer.code, answer.cause));
        }
    }
    assert!(wrong.is_empty(), "not as written down:\n{}", wrong.join("\n"));
    assert_eq!(seen, expected.len(), "the list names documents that are not there");
}
