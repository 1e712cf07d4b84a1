//! Catalogs that come in over a network: as `CatalogUploadRequest`, and on the operator's page. Both wait, none is
//! published by itself.

use punchgate::{
    model::ids::{ConnectionId, SupplierId},
    shell::onboarding::{self, ConnectionTerms, set_terms},
};

use crate::{
    admin::{Operator, texts},
    support::{CxmlAnswer, Gateway, SetupText, send},
};

const GOOD: &str = "part,name,brand,category,unit,currency,list_price\nUP-1,One,Acme,Things,H87,EUR,1.00\nUP-2,Two,Acme,Things,H87,EUR,2.00\n";

fn supplier() -> SupplierId {
    SupplierId::parse("nordhafen").unwrap()
}

fn request(gateway: &Gateway, payload_id: &str, attachment: &str) -> String {
    let secret = gateway.secret(0);
    let setup = SetupText { secret: &secret, payload_id, ..SetupText::default() }.ariba();
    let (head, _) = setup.split_once("<PunchOutSetupRequest").unwrap();
    format!(
        r#"{head}<CatalogUploadRequest operation="new"><CatalogName xml:lang="en">Winter &lt;2027&gt;</CatalogName>
<Description xml:lang="en">All of it</Description><Attachment><URL>{attachment}</URL></Attachment>
<Notification><Email>desk@acme.example</Email></Notification></CatalogUploadRequest></Request></cXML>"#
    )
}

async fn post(gateway: &Gateway, document: &str, file: &str) -> CxmlAnswer {
    let body = format!(
        "--=_part\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-ID: <main@x>\r\n\r\n{document}\r\n\
         --=_part\r\nContent-Type: text/csv\r\nContent-ID: <file@x>\r\nContent-Transfer-Encoding: binary\r\n\r\n{file}\r\n--=_part--\r\n"
    );
    let kind = r#"multipart/related; type="text/xml"; start="<main@x>"; boundary="=_part""#;
    CxmlAnswer::of(&send("POST", &gateway.url("/cxml"), &[("content-type", kind)], body).await)
}

#[tokio::test]
async fn an_uploaded_catalog_waits_for_the_operator() {
    let gateway = Gateway::start("upload").await;
    let before = onboarding::current(&gateway.app, &supplier()).await.unwrap().unwrap().version;
    let waiting = || onboarding::staged_catalogs(&gateway.app, &supplier()).unwrap();
    let upload = request(&gateway, "up-1@acme", "cid:file@x");
    let refused = post(&gateway, &upload, GOOD).await;
    assert_eq!(refused.code, 403, "{}", refused.text);
    assert!(refused.cause.contains("catalogs are not taken over this connection"), "{}", refused.cause);
    let terms = ConnectionTerms { takes_catalogs: Some(true), ..ConnectionTerms::default() };
    let connection = ConnectionId::parse("meridian-ariba").unwrap();
    set_terms(&gateway.app, &connection, &terms).await.unwrap();

    let taken = post(&gateway, &upload, GOOD).await;
    assert_eq!(taken.code, 200, "{}", taken.text);
    assert_eq!(post(&gateway, &upload, GOOD).await.code, 200);
    assert_eq!(waiting().len(), 1, "a repeat makes no second import");
    let staged = waiting().remove(0);
    assert_eq!((staged.accepted, staged.file.as_str()), (2, "Winter <2027> (up-1@acme)"));
    let notes: Vec<_> = gateway.records().await.into_iter().map(|(record, ..)| record.outcome.note).collect();
    assert!(notes.iter().any(|note| note.contains("import 1 waits for the operator: 2 new")), "{notes:?}");
    let now = onboarding::current(&gateway.app, &supplier()).await.unwrap().unwrap().version;
    assert_eq!(now, before, "nothing is published");

    // What is wrong with a file is told with its line; without a file there is nothing to take.
    let wrong = GOOD.replace("H87,EUR,2.00", "PIECE,EUX,-2.00");
    let refused = post(&gateway, &request(&gateway, "up-2@acme", "cid:file@x"), &wrong).await;
    assert_eq!(refused.code, 406, "{}", refused.text);
    assert!(refused.cause.contains("line 3: unit: \"PIECE\""), "{}", refused.cause);
    let away = post(&gateway, &request(&gateway, "up-3@acme", "https://files.example/a.csv"), GOOD).await;
    assert_eq!(away.code, 400, "{}", away.text);
    assert_eq!(waiting().len(), 1);
    let spool = gateway.app.data.join("spool");
    assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0, "nothing is left of it");
}

#[tokio::test]
async fn a_file_on_the_operators_page_is_read_waits_and_is_published() {
    let gateway = Gateway::start("page-upload").await;
    let operator = Operator::log_in(&gateway).await;
    let upload = async |mode: &str, file: &str, token: &str| {
        let field = |name: &str, value: &str| {
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = field("token", token)
            + &field("mode", mode)
            + &field("encoding", "utf-8")
            + &format!(
                "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\dir\\a.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--xx--\r\n"
            );
        operator.upload("/catalog/nordhafen/import", "multipart/form-data; boundary=xx", body).await
    };
    let token = operator.token().to_owned();
    assert_eq!(upload("", GOOD, "guess").await.status.as_u16(), 403);
    let bad = upload("changes", &GOOD.replace("2.00", "-2.00"), &token).await;
    assert_eq!(bad.status.as_u16(), 422);
    assert!(texts(&bad.text(), "td").join(" ").contains("a price is below zero"), "{}", bad.text());
    let good = upload("changes", GOOD, &token).await;
    assert_eq!(
        (good.status.as_u16(), good.header("location")),
        (303, "/catalog/nordhafen"),
        "{}",
        good.text()
    );
    let page = operator.page("/catalog/nordhafen").await;
    let titles = texts(&page, "h3").join(" ");
    assert!(titles.contains("Import 1:") && titles.contains("a.csv") && !titles.contains("dir"), "{titles}");
    assert!(texts(&page, "p").join(" ").contains("2 new, 0 gone, 0 changed"), "{page}");
    let published = operator.post("/catalog/nordhafen/1/publish", &[]).await;
    assert_eq!(published.status.as_u16(), 303);
    let page = operator.page("/catalog/nordhafen").await;
    assert!(page.contains("No import waits."));
    let half = format!(
        "--xx\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\npart,name"
    );
    let cut = operator.upload("/catalog/nordhafen/import", "multipart/form-data; boundary=xx", half).await;
    assert_eq!(cut.status.as_u16(), 422);
    assert!(cut.text().contains("broke off"), "{}", cut.text());
}
