//! What is wrong with documents that are taken all the same: recorded, shown, refused where a connection is strict.

use punchgate::{
    model::ids::ConnectionId,
    shell::store::{Changes, Scan, keys::ConnectionKey},
};

use crate::support::{Gateway, SetupText};

const MAC: &str = r#"<CredentialMac type="FromSenderCredentials" algorithm="HMAC-SHA1-96" creationDate="2026-11-23T09:00:00+00:00"
    expirationDate="2026-12-23T09:00:00+00:00">MnXkusp8Jj0lw3mf</CredentialMac>"#;

/// Makes the connection of the Ariba-like buyer strict.
async fn be_strict(gateway: &Gateway) -> ConnectionId {
    let rows = gateway.app.store.scan(Scan::<ConnectionKey>::table()).await.unwrap();
    let (key, row) = rows.into_iter().find(|(_, row)| row.value.profile.as_str() == "ariba").unwrap();
    let mut connection = row.value;
    connection.overrides.insert("strict".to_owned(), true.into());
    let mut changes = Changes::durable();
    changes.put(&key, &connection);
    gateway.app.store.commit(changes).await.unwrap();
    key.connection
}

#[tokio::test]
async fn a_document_with_mistakes_is_taken_and_what_is_wrong_is_recorded() {
    let gateway = Gateway::start("findings").await;
    let secret = gateway.secret(0);
    let more = format!("<Kontakt>{secret}</Kontakt><Contact role='{secret}'/>");
    let setup = SetupText { secret: &secret, more: &more, ..SetupText::default() };
    assert_eq!(gateway.cxml(setup.ariba()).await.code, 200);
    let (transaction, ..) = &gateway.records().await[0];
    let findings = &transaction.findings;
    let found: Vec<(&str, bool, usize)> =
        findings.first.iter().map(|one| (one.code.as_str(), one.error, one.line)).collect();
    assert_eq!((findings.errors, findings.advice), (2, 1), "{findings:?}");
    assert_eq!(found, [("G001", true, 14), ("G005", true, 14), ("G017", false, 9)], "{findings:?}");
    assert!(findings.first[1].hint.as_deref().unwrap().contains("Name"), "{findings:?}");
}

#[tokio::test]
async fn a_strict_connection_refuses_what_it_would_otherwise_record() {
    let gateway = Gateway::start("strict").await;
    let secret = gateway.secret(0);
    let connection = be_strict(&gateway).await;
    let wrong = SetupText { secret: &secret, more: "<Kontakt/><Kontakt/>", ..SetupText::default() };
    let answer = gateway.cxml(wrong.ariba()).await;
    assert_eq!(answer.code, 406, "{}", answer.text);
    assert_eq!(answer.cause, "line 14, column 7: there is no element Kontakt (G001); 1 more");
    let (transaction, ..) = &gateway.records().await[0];
    assert_eq!(transaction.connection.as_ref(), Some(&connection));
    assert_eq!((transaction.outcome.code, transaction.findings.errors), (406, 2));
    let stranger = SetupText { secret: "wrong", more: "<Kontakt/>", ..SetupText::default() };
    assert_eq!(gateway.cxml(stranger.ariba()).await.code, 401, "a stranger does not learn how strict it is");
    // Advice alone refuses nothing.
    gateway.pass(1);
    let right = SetupText { secret: &secret, ..SetupText::default() };
    assert_eq!(gateway.cxml(right.ariba()).await.code, 200);
    let (transaction, ..) = &gateway.records().await[0];
    assert!(transaction.findings.errors == 0 && transaction.findings.advice > 0);
}

/// It is read and shown; what proves the sender is the secret alone.
#[tokio::test]
async fn a_credential_mac_proves_nothing_here() {
    let gateway = Gateway::start("mac").await;
    let secret = gateway.secret(0);
    let setup = SetupText { secret: &secret, ..SetupText::default() };
    let shared = format!("<SharedSecret>{secret}</SharedSecret>");
    let alone = gateway.cxml(setup.ariba().replace(&shared, MAC)).await;
    assert_eq!(alone.code, 401, "{}", alone.text);
    let refused = &gateway.app.refusals.all()[0];
    assert!(refused.document.contains("FromSenderCredentials") && !refused.document.contains("MnXkusp8"));
    assert!(refused.transaction.findings.first.iter().any(|one| one.code == "R004"));
}
