//! Signatures as an operator sets them: by command, and on the pages.

use hyper::StatusCode;
use punchgate::{model::signature::SignatureRule, shell::onboarding::SignatureChange};

use crate::{
    admin::{Operator, texts},
    cli::Installation,
    signed::{ARIBA, Somebody, add_key, setup, wants},
    support::Gateway,
};

/// An installation with a connection `globex-ariba`, two keys of the supplier and a certificate of the buyer's.
fn installation() -> Installation {
    let here = Installation::with_parties();
    let connection =
        ["--supplier", "acme", "--buyer", "globex", "--profile", "ariba", "--from", "NetworkID:AN2"];
    let sender = ["--new-sender", "net", "--sender-identity", "NetworkID:AN3"];
    here.good(&[["connection", "create", "globex-ariba"].as_slice(), &connection, &sender].concat());
    for name in ["acme", "next", "globex"] {
        let [key, cert] = [format!("{name}.pem"), format!("{name}.cert.pem")];
        here.good(&["key", "new", &key]);
        here.good(&[
            "key",
            "certificate",
            &key,
            "--subject",
            &format!("CN={name}"),
            "--days",
            "20",
            "--out",
            &cert,
        ]);
    }
    here
}

/// The fingerprint in the row of `subject`, as far as it is shown.
fn fingerprint(table: &str, subject: &str) -> String {
    let row = table.lines().find(|row| row.contains(subject)).unwrap();
    row.split_whitespace().last().unwrap().to_owned()
}

fn signatures<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["connection", "signatures", "globex-ariba"], more].concat()
}

fn keys<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["supplier", "signing-key"], more].concat()
}

#[test]
fn what_a_connection_wants_is_set_by_command() {
    let here = installation();
    let shown = here.good(&signatures(&[]));
    assert!(
        shown.contains("documents that come   ignored") && shown.matches("Nobody.").count() == 2,
        "{shown}"
    );

    here.bad(1, &["connection", "signatures", "nobody"], &["there is no connection nobody"]);
    here.bad(1, &signatures(&["--incoming", "required"]), &["nobody's signature is believed"]);
    here.bad(1, &signatures(&["--outgoing", "required"]), &["supplier acme has no signing key"]);
    here.bad(2, &signatures(&["--incoming", "sometimes"]), &["required, allowed, ignored"]);
    here.bad(2, &signatures(&["--pin", "globex.pem"]), &["there is no certificate in it"]);
    here.bad(2, &signatures(&["--pin", "nowhere.pem"]), &["nowhere.pem"]);
    here.bad(1, &signatures(&["--anchor", "globex.cert.pem"]), &["is no authority"]);
    here.bad(2, &signatures(&["--no-secret", "--secret-from", "env"]), &["cannot be used with"]);
    let said = here.run(&["connection", "signatures", "nobody", "--secret-from", "generated"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "a secret that was not taken is not shown");
    let said = here.run_with(&signatures(&["--secret-from", "stdin"]), "short\n", &[]);
    assert!(said.code == 1 && said.err.contains("too short"), "{}", said.err);
    assert_eq!(here.good(&signatures(&[])), shown, "nothing of that changed anything");

    let pinned = here.good(&signatures(&["--pin", "globex.cert.pem", "--incoming", "required"]));
    assert!(pinned.contains("documents that come   required") && pinned.contains("in 19 days!"), "{pinned}");
    let said = here.good(&signatures(&["--secret-from", "generated", "--legacy-sha1", "true"]));
    assert!(said.starts_with("The secret, shown this once: ") && said.contains("by a secret"), "{said}");
    let said = here.good(&signatures(&["--no-secret", "--legacy-sha1", "false"]));
    assert!(said.matches("not accepted").count() == 2, "{said}");
    assert!(
        here.good(&["connection", "show", "globex-ariba"])
            .contains("required on documents that come, ignored on those that leave")
    );
    for short in ["1", "zzzz", ""] {
        here.bad(1, &signatures(&["--drop", short]), &["four hexadecimal digits"]);
    }
    let own = fingerprint(&pinned, "CN=globex");
    here.bad(1, &signatures(&["--drop", &own]), &["nobody's signature is believed"]);
    let gone =
        here.good(&signatures(&["--drop", &own.to_lowercase().replace(':', ""), "--incoming", "allowed"]));
    assert!(!gone.contains("CN=globex"), "{gone}");
    here.bad(1, &signatures(&["--drop", &own]), &["no certificate is"]);
}

#[test]
fn keys_that_sign_change_over_by_command() {
    let here = installation();
    let add = |key: &str, cert: &str| {
        keys(&["add", "acme", "--key", key, "--cert", cert])
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let refused = |arguments: Vec<String>, code: i32, word: &str| {
        here.bad(code, &arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[word]);
    };
    assert_eq!(here.good(&keys(&["list", "acme"])), "Nobody.\n");
    here.bad(1, &keys(&["list", "nobody"]), &["there is no supplier nobody"]);
    here.bad(1, &keys(&["remove", "nobody", "1234"]), &["there is no supplier nobody"]);
    here.bad(1, &keys(&["remove", "acme", "12"]), &["four hexadecimal digits"]);
    here.bad(1, &keys(&["remove", "acme", "1234"]), &["no certificate is 1234"]);
    here.bad(
        1,
        &keys(&["add", "nobody", "--key", "acme.pem", "--cert", "acme.cert.pem"]),
        &["there is no supplier"],
    );
    refused(add("globex.pem", "acme.cert.pem"), 1, "the certificate of another key");
    refused(add("acme.cert.pem", "acme.cert.pem"), 1, "there is no private key");
    refused(add("acme.pem", "acme.pem"), 2, "there is no certificate");
    here.write("binary.pem", "\u{0}");
    refused(add("binary.pem", "acme.cert.pem"), 1, "there is no private key");

    let good = |arguments: Vec<String>| here.good(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let first = good(add("acme.pem", "acme.cert.pem"));
    refused(add("acme.pem", "acme.cert.pem"), 1, "is there already");
    let both = good(add("next.pem", "next.cert.pem"));
    let roles: Vec<_> = both.lines().skip(1).map(|row| row.split_whitespace().next().unwrap()).collect();
    assert_eq!(roles, ["signs", "next"], "{both}");
    refused(add("globex.pem", "globex.cert.pem"), 1, "there are two already");
    here.good(&["connection", "signatures", "globex-ariba", "--outgoing", "required"]);
    let left = here.good(&keys(&["remove", "acme", &fingerprint(&first, "CN=acme")]));
    assert!(left.lines().nth(1).unwrap().starts_with("signs") && !left.contains("CN=acme"), "{left}");
    here.bad(1, &keys(&["remove", "acme", &fingerprint(&left, "CN=next")]), &["globex-ariba must sign"]);
    // No key stands in a file of the store as it came.
    let key = std::fs::read_to_string(here.folder.0.join("next.pem")).unwrap();
    let secret = key.lines().nth(1).unwrap().as_bytes().to_vec();
    for file in walk(&here.folder.0.join("data")) {
        let octets = std::fs::read(&file).unwrap();
        assert!(!octets.windows(secret.len()).any(|window| window == secret), "{}", file.display());
    }
}

/// All files below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    assert!(!found.is_empty());
    found
}

#[tokio::test]
async fn the_pages_set_rules_and_hand_out_what_was_signed() {
    let gateway = Gateway::start("signing-pages").await;
    let (buyer, ours) = (Somebody::new("buyer <b>", 400), Somebody::new("ours", 20));
    let operator = Operator::log_in(&gateway).await;
    let (page, set) = (format!("/connections/{ARIBA}"), format!("/connections/{ARIBA}/signatures"));
    let before = operator.page(&page).await;
    assert_eq!(texts(&before, "#signatures option[selected]"), ["ignored", "ignored"]);
    for (fields, word) in [
        (vec![("incoming", "required")], "nobody's signature is believed"),
        (vec![("outgoing", "required")], "has no signing key"),
        (vec![("pin", "-----BEGIN <x>")], "is no certificate"),
        (vec![("drop", "12")], "four hexadecimal digits"),
    ] {
        let reply = operator.post(&set, &fields).await;
        assert!(reply.status.is_client_error() || reply.status == StatusCode::OK, "{}", reply.status);
        assert!(reply.text().contains(word), "{word}: {}", texts(&reply.text(), "main").concat());
    }
    assert_eq!(operator.post("/connections/nobody/signatures", &[]).await.status, StatusCode::NOT_FOUND);

    let pem = buyer.certificate.pem();
    add_key(&gateway, &ours).await;
    let reply =
        operator.post(&set, &[("incoming", "required"), ("outgoing", "required"), ("pin", &pem)]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    let page = operator.page(&page).await;
    assert_eq!(texts(&page, "#signatures option[selected]"), ["required", "required"]);
    let section = texts(&page, "#signatures").concat();
    assert!(section.contains("CN=buyer \\<b\\> (pinned, until"), "{section}");
    assert!(section.contains("in 20 days"), "{section}");

    let sent = buyer.sign(&setup(&gateway, "1@b"));
    let answer = gateway.cxml(sent.clone()).await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    let (transaction, ..) = gateway.records().await.remove(0);
    let shown = operator.page(&format!("/documents/{}", transaction.id)).await;
    let section = texts(&shown, "#signatures").concat();
    for word in
        ["verified", "CN=buyer \\<b\\>", "Request (#cXMLData)", "Header", "The answer left signed by CN=ours"]
    {
        assert!(section.contains(word), "{word}: {section}");
    }
    for (file, octets) in [("received", &sent), ("sent", &answer.text)] {
        let path = format!("/documents/{}/{file}", transaction.id);
        assert!(shown.contains(&format!("href=\"{path}\"")), "{path}");
        let reply = operator.get(&path).await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (StatusCode::OK, "application/octet-stream")
        );
        assert!(reply.header("content-disposition").starts_with("attachment; filename=\""));
        assert_eq!(reply.text(), *octets);
        let stranger = crate::support::get(&operator.address(&path)).await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER, "nobody without a login");
    }
    assert_eq!(operator.get("/documents/nothing/received").await.status, StatusCode::NOT_FOUND);

    // Another document has no such octets.
    let ignored = SignatureChange {
        incoming: Some(SignatureRule::Ignored),
        outgoing: Some(SignatureRule::Ignored),
        ..SignatureChange::default()
    };
    wants(&gateway, ARIBA, ignored).await;
    gateway.pass(1);
    gateway.cxml(setup(&gateway, "2@b")).await;
    let (plain, ..) = gateway.records().await.remove(0);
    for file in ["received", "sent"] {
        assert_eq!(
            operator.get(&format!("/documents/{}/{file}", plain.id)).await.status,
            StatusCode::NOT_FOUND
        );
    }
}
