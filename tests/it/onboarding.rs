//! Creating suppliers, buyers, senders, connections and agreements; publishing catalogs and prices.

use std::io::Cursor;

use punchgate::{
    flow::secret::Secret,
    model::{
        agreement::{Agreement, Assortment, Party, PriceChoice},
        hook_url::OriginPattern,
        ids::{AgreementId, BuyerId, ConnectionId, ProfileId, SenderId, SupplierId},
        money::Currency,
        party::{Accent, Buyer, ConnectionState, Contact, Supplier},
    },
    shell::{
        app::SharedApp,
        catalog::import,
        onboarding::{
            NewConnection, NewLogin, NewSender, OnboardingError, SenderChoice, Verdict, add_secret,
            allow_host, create_agreement, create_buyer, create_connection, create_sender, create_supplier,
            parse_identity, publish_catalog, publish_prices, publish_stock, retire_secret, set_state,
        },
        records::{HostRole, SeenHost},
        store::{
            Changes, Scan,
            keys::{
                AgreementHeadKey, AgreementKey, CatalogHeadKey, FromKey, SeenHostKey, SenderKey,
                SupplierIdentityKey,
            },
        },
    },
    wire::csv::Encoding,
};

use crate::support::{Folder, open_app};

fn supplier(id: &str, identities: &[&str]) -> Supplier {
    Supplier {
        id: SupplierId::parse(id).unwrap(),
        name: "Acme".into(),
        identities: identities.iter().map(|one| parse_identity(one).unwrap()).collect(),
        currency: Currency::parse("EUR").unwrap(),
        contact: Contact::default(),
        accent: Accent::default(),
        price_lock_days: 30,
        pictures: punchgate::model::party::PictureUse::default(),
        language: None,
    }
}

fn buyer(id: &str, supplier: &str) -> Buyer {
    Buyer {
        id: BuyerId::parse(id).unwrap(),
        supplier: SupplierId::parse(supplier).unwrap(),
        name: "Buyer".into(),
        groups: vec![],
        erp_customer: None,
    }
}

fn over_cxml(id: &str, sender: SenderChoice, from: &[&str]) -> NewConnection {
    NewConnection {
        id: ConnectionId::parse(id).unwrap(),
        supplier: SupplierId::parse("acme").unwrap(),
        buyer: BuyerId::parse("globex").unwrap(),
        state: ConnectionState::Test,
        profile: ProfileId::parse("ariba").unwrap(),
        overrides: serde_json::Map::new(),
        login: NewLogin::Cxml { sender, from: from.iter().map(|one| parse_identity(one).unwrap()).collect() },
        return_hosts: vec![],
        frame_hosts: vec![],
        price_choice: PriceChoice::default(),
        hides_unpriced: false,
        currency: None,
    }
}

fn over_oci(id: &str, credentials: &[(&str, &str)]) -> NewConnection {
    let secrets = credentials.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(value))).collect();
    NewConnection {
        profile: ProfileId::parse("sap-srm").unwrap(),
        login: NewLogin::Oci { credentials: secrets },
        ..over_cxml(id, SenderChoice::Existing(SenderId::parse("none").unwrap()), &[])
    }
}

fn new_sender(id: &str, identity: &str) -> SenderChoice {
    SenderChoice::New {
        id: SenderId::parse(id).unwrap(),
        identity: parse_identity(identity).unwrap(),
        secret: Secret::new("welcome-2026"),
    }
}

fn existing(id: &str) -> SenderChoice {
    SenderChoice::Existing(SenderId::parse(id).unwrap())
}

/// The fields that are refused, in order.
fn fields<T>(outcome: Result<T, OnboardingError>) -> Vec<&'static str> {
    match outcome {
        Ok(_) => vec![],
        Err(OnboardingError::Refused(problems)) => problems.iter().map(|problem| problem.field).collect(),
        Err(other) => panic!("{other}"),
    }
}

async fn with_parties(folder: &Folder) -> SharedApp {
    let app = open_app(folder).await;
    create_supplier(&app, &supplier("acme", &["NetworkID:AN1", "DUNS:1"])).await.unwrap();
    create_buyer(&app, &buyer("globex", "acme")).await.unwrap();
    app
}

#[tokio::test]
async fn no_two_suppliers_share_an_identity() {
    let folder = Folder::new("onboarding");
    let app = with_parties(&folder).await;
    assert_eq!(fields(create_supplier(&app, &supplier("acme", &["DUNS:2"])).await), ["id"]);
    assert_eq!(fields(create_supplier(&app, &supplier("other", &["networkid:an1"])).await), ["identities"]);
    assert_eq!(fields(create_supplier(&app, &supplier("other", &[])).await), ["identities"]);
    assert_eq!(fields(create_supplier(&app, &supplier("other", &["A:b", "a:B"])).await), ["identities"]);
    let unnamed = Supplier { name: " ".into(), price_lock_days: 0, ..supplier("other", &["DUNS:2"]) };
    assert_eq!(fields(create_supplier(&app, &unnamed).await), ["name", "price_lock_days"]);
    let key = SupplierIdentityKey { identity: parse_identity("duns:1").unwrap().key() };
    assert_eq!(app.store.get(&key).await.unwrap().unwrap().value.as_str(), "acme");
    assert_eq!(fields(create_buyer(&app, &buyer("globex", "nobody")).await), ["supplier", "id"]);
}

#[tokio::test]
async fn creating_at_once_gives_one_winner() {
    let folder = Folder::new("onboarding-race");
    let app = open_app(&folder).await;
    let (a, b) = (supplier("a", &["DUNS:1"]), supplier("b", &["DUNS:1"]));
    let (first, second) = tokio::join!(create_supplier(&app, &a), create_supplier(&app, &b));
    assert_eq!(u8::from(first.is_ok()) + u8::from(second.is_ok()), 1);
}

#[tokio::test]
async fn a_connection_comes_whole_or_not_at_all() {
    let folder = Folder::new("onboarding-connection");
    let app = with_parties(&folder).await;
    create_connection(&app, &over_cxml("one", new_sender("ariba", "NetworkID:ARIBA"), &["NetworkID:B1"]))
        .await
        .unwrap();
    create_connection(&app, &over_cxml("two", existing("ariba"), &["NetworkID:B2"])).await.unwrap();

    let taken = over_cxml("three", existing("ariba"), &["networkid:b2"]);
    assert_eq!(fields(create_connection(&app, &taken).await), ["from"]);
    let same_sender = over_cxml("three", new_sender("ariba-2", "networkID:ariba"), &["NetworkID:B3"]);
    assert_eq!(fields(create_connection(&app, &same_sender).await), ["sender_identity"]);
    assert!(
        app.store.get(&SenderKey { sender: SenderId::parse("ariba-2").unwrap() }).await.unwrap().is_none()
    );
    let from = FromKey {
        sender: SenderId::parse("ariba").unwrap(),
        identity: parse_identity("NetworkID:B3").unwrap().key(),
    };
    assert!(app.store.get(&from).await.unwrap().is_none());
    assert_eq!(
        fields(create_connection(&app, &over_cxml("one", existing("no"), &[])).await),
        ["id", "from", "sender"]
    );
    let foreign = NewConnection {
        buyer: BuyerId::parse("nobody").unwrap(),
        profile: ProfileId::parse("sap-srm").unwrap(),
        ..over_cxml("three", existing("ariba"), &["NetworkID:B3"])
    };
    assert_eq!(fields(create_connection(&app, &foreign).await), ["buyer", "profile"]);
}

#[tokio::test]
async fn an_oci_connection_has_parameters_that_prove_it() {
    let folder = Folder::new("onboarding-oci");
    let app = with_parties(&folder).await;
    let good = [("USERNAME", "globex"), ("PASSWORD", "open sesame")];
    create_connection(&app, &over_oci("one", &good)).await.unwrap();
    for (bad, count) in [
        (&[][..], 1),
        (&[("USERNAME", "me")], 1),
        (&[("USERNAME", "globex-1"), ("username", "globex-2")], 1),
        (&[("HOOK_URL", "https://somewhere")], 1),
        (&[("", "open sesame")], 1),
        (&[("PASSWORD", "")], 2),
    ] {
        let refused = fields(create_connection(&app, &over_oci("two", bad)).await);
        assert_eq!(refused, vec!["credentials"; count], "{bad:?}");
    }
}

#[tokio::test]
async fn going_live_needs_a_host_to_return_to() {
    let folder = Folder::new("onboarding-live");
    let app = with_parties(&folder).await;
    let id = ConnectionId::parse("one").unwrap();
    create_connection(&app, &over_cxml("one", new_sender("ariba", "NetworkID:ARIBA"), &["NetworkID:B1"]))
        .await
        .unwrap();
    assert_eq!(fields(set_state(&app, &id, ConnectionState::Live).await), ["return_hosts"]);

    let host = OriginPattern::parse("https://s1.ariba.example").unwrap();
    for role in [HostRole::Return, HostRole::Frame] {
        let origin = punchgate::model::hook_url::Origin::parse("https://s1.ariba.example").unwrap();
        let key = SeenHostKey { connection: id.clone(), host: format!("{role:?} {origin}") };
        let mut changes = Changes::durable();
        changes.put(&key, &SeenHost { origin, role, at: app.now() });
        app.store.commit(changes).await.unwrap();
    }
    let connection = allow_host(&app, &id, HostRole::Return, &host).await.unwrap();
    assert_eq!(connection.return_hosts, std::slice::from_ref(&host));
    let again = allow_host(&app, &id, HostRole::Return, &host).await.unwrap();
    assert_eq!(again.return_hosts, [host]);
    let left = app.store.scan(Scan::<SeenHostKey>::table()).await.unwrap();
    assert_eq!(left.iter().map(|(_, row)| row.value.role).collect::<Vec<_>>(), [HostRole::Frame]);
    assert_eq!(set_state(&app, &id, ConnectionState::Live).await.unwrap().state, ConnectionState::Live);
}

#[tokio::test]
async fn a_secret_changes_over_in_two_steps() {
    let folder = Folder::new("onboarding-secret");
    let app = with_parties(&folder).await;
    let id = SenderId::parse("ariba").unwrap();
    let new = NewSender {
        id: id.clone(),
        supplier: SupplierId::parse("acme").unwrap(),
        identity: parse_identity("NetworkID:ARIBA").unwrap(),
        secret: Secret::new("first secret"),
    };
    create_sender(&app, &new).await.unwrap();
    let secrets = async || {
        let row = app.store.get(&SenderKey { sender: id.clone() }).await.unwrap().unwrap();
        let open = |sealed| app.vault.open(sealed, punchgate::shell::directory::SENDER_SECRET).unwrap();
        row.value.secrets.iter().map(|sealed| open(sealed).reveal().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(fields(retire_secret(&app, &id).await), ["sender"]);
    assert_eq!(fields(add_secret(&app, &id, &Secret::new("short")).await), ["secret"]);
    add_secret(&app, &id, &Secret::new("second secret")).await.unwrap();
    assert_eq!(secrets().await, ["first secret", "second secret"]);
    assert_eq!(fields(add_secret(&app, &id, &Secret::new("third secret")).await), ["sender"]);
    retire_secret(&app, &id).await.unwrap();
    assert_eq!(secrets().await, ["second secret"]);
}

const PRODUCTS: &str =
    "part,name,unit,category,brand,list_price,currency\nA-1,Bolt,H87,Screws,Acme,1.50,EUR\n";

#[tokio::test]
async fn what_is_published_is_what_new_visits_see() {
    let folder = Folder::new("onboarding-publish");
    let app = with_parties(&folder).await;
    let id = SupplierId::parse("acme").unwrap();
    let agreement = Agreement {
        id: AgreementId::parse("frame").unwrap(),
        supplier: id.clone(),
        name: "Framework 2026".into(),
        party: Party::Everyone,
        currency: Currency::parse("EUR").unwrap(),
        valid_from: jiff::Timestamp::UNIX_EPOCH,
        valid_until: None,
        priority: 0,
        assortment: Assortment::default(),
        shows_list_price: true,
        rules: vec![],
        minimum_order: None,
        price_list: None,
        conditions: Vec::new(),
        time_zone: None,
    };
    create_agreement(&app, &agreement).await.unwrap();
    assert_eq!(fields(create_agreement(&app, &agreement).await), ["id"]);

    for expected in [1, 2] {
        let (report, manifest) = publish_catalog(&app, &id, |writer| {
            let report = import::products(Cursor::new(PRODUCTS), Encoding::Utf8, writer, |_| {})?;
            Ok((report, Verdict::Publish))
        })
        .await
        .unwrap();
        assert!(report.is_clean(), "{:?}", report.errors);
        assert_eq!(manifest.unwrap().version, expected);
    }
    let head = CatalogHeadKey { supplier: id.clone() };
    assert_eq!(app.store.get(&head).await.unwrap().unwrap().value, 2);

    let ((), nothing) = publish_catalog(&app, &id, |_| Ok(((), Verdict::Discard))).await.unwrap();
    assert!(nothing.is_none());
    assert_eq!(app.store.get(&head).await.unwrap().unwrap().value, 2);

    let (_, list) = publish_prices(&app, &agreement.id, |writer, terms| {
        let source = Cursor::new("part,price\nA-1,1.20\n");
        let report = import::prices(source, Encoding::Utf8, terms.currency, writer, |_| {})?;
        Ok((report, Verdict::Publish))
    })
    .await
    .unwrap();
    let head = AgreementHeadKey { supplier: id.clone(), agreement: agreement.id.clone() };
    let version = app.store.get(&head).await.unwrap().unwrap().value;
    let key = AgreementKey { agreement: agreement.id.clone(), version };
    let current = app.store.get(&key).await.unwrap().unwrap().value;
    assert_eq!((version, current.price_list), (2, Some(list.unwrap().version)));

    let table = app.shops.stock_table(&id).unwrap();
    let (_, replaced) = publish_stock(&app, &id, |writer| {
        let source = Cursor::new("part,available\nA-1,12\n");
        let at = jiff::Timestamp::UNIX_EPOCH;
        Ok((import::stock(source, Encoding::Utf8, at, writer, |_| {})?, Verdict::Publish))
    })
    .await
    .unwrap();
    let part = punchgate::model::ids::SupplierPartId::parse("A-1").unwrap();
    assert!(replaced && table.stock(&part).unwrap().is_some(), "handles that are open see the new stock");
    let nobody = SupplierId::parse("nobody").unwrap();
    assert_eq!(fields(publish_catalog(&app, &nobody, |_| Ok(((), Verdict::Publish))).await), ["supplier"]);
}

/// Handlers of pages are moved between threads.
#[tokio::test]
async fn everything_can_be_awaited_in_a_task() {
    let folder = Folder::new("onboarding-send");
    let app = with_parties(&folder).await;
    let task = tokio::spawn(async move {
        let new = over_cxml("one", new_sender("ariba", "NetworkID:ARIBA"), &["NetworkID:B1"]);
        create_connection(&app, &new).await.unwrap();
        let host = OriginPattern::parse("https://s1.ariba.example").unwrap();
        allow_host(&app, &new.id, HostRole::Return, &host).await.unwrap();
        set_state(&app, &new.id, ConnectionState::Live).await.unwrap();
    });
    task.await.unwrap();
}
