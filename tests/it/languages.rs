//! A shopper reads, searches and returns in the language of the visit; what the catalog does not have in it stays as it is.

use punchgate::{
    model::{
        ids::{ConnectionId, SupplierId},
        language::Language,
    },
    shell::{
        catalog::import::Options,
        demo::catalog::products,
        onboarding::{
            CatalogFile, ConnectionTerms, publish_staged, set_language, set_synonyms, set_terms,
            stage_catalog,
        },
    },
    wire::feed::Mode,
};
use scraper::{Html, Selector};

use crate::support::{BUYER, Gateway, SetupText, get, post_form, send};

const SCREWS: &str = "Sechskantschrauben mit Öse, verzinkt";
const STEEL: &str = "Für den Maschinenbau.";
const VIS: &str = "Vis à tête hexagonale";

fn supplier() -> SupplierId {
    SupplierId::parse("nordhafen").unwrap()
}

/// A product that everybody sees and orders one by one, with its own name.
fn a_product() -> (String, String, String) {
    let mut some = products().unwrap().iter().step_by(20);
    let plain = some.find(|product| {
        product.order == punchgate::model::quantity::QuantityRule::default()
            && product.list_price.is_some()
            && !product.description.is_empty()
    });
    let product = plain.unwrap();
    (product.part.to_string(), product.name.clone(), product.description.clone())
}

/// Takes a file of changes and publishes what it makes.
async fn change(gateway: &Gateway, text: &str) {
    let folder = crate::support::Folder::new("languages");
    let path = folder.0.join("changes.csv");
    std::fs::write(&path, text).unwrap();
    let options = Options { mode: Some(Mode::Update), ..Options::default() };
    let file = CatalogFile { path, name: "changes.csv".into(), options, skip_bad_lines: false, check: false };
    let imported = stage_catalog(&gateway.app, &supplier(), file, |_| {}).await.unwrap();
    let staged = imported.staged.unwrap_or_else(|| panic!("{:?}", imported.report));
    publish_staged(&gateway.app, &supplier(), staged.number).await.unwrap();
}

/// The sample catalog, one product of which has two more languages.
async fn start(name: &str) -> (Gateway, String) {
    let gateway = Gateway::start(name).await;
    let (part, ..) = a_product();
    set_language(&gateway.app, &supplier(), &Language::parse("en").unwrap()).await.unwrap();
    change(&gateway, &format!("part,names,descriptions\n{part},\"de={SCREWS}|fr={VIS}\",de={STEEL}\n")).await;
    (gateway, part)
}

/// `/s/<capability>/` of a visit whose setup says a language.
async fn enter(gateway: &Gateway, payload_id: &str, language: &str) -> String {
    let setup = SetupText { payload_id, secret: &gateway.secret(0), ..SetupText::default() }.ariba();
    let setup = setup.replace("xml:lang=\"en-US\"", language);
    let answer = gateway.cxml(setup).await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    landed(&get(&answer.start_page.unwrap()).await)
}

fn landed(reply: &crate::support::Reply) -> String {
    let location = reply.header("location");
    location[..=location.match_indices('/').nth(2).unwrap().0].to_owned()
}

async fn page(gateway: &Gateway, base: &str, place: &str) -> Html {
    let reply = get(&gateway.url(&format!("{base}{place}"))).await;
    assert_eq!(reply.status.as_u16(), 200, "{place}: {}", reply.text());
    Html::parse_document(&reply.text())
}

/// Words and language of the first element.
fn said(page: &Html, selector: &str) -> (String, String) {
    let found = page.select(&Selector::parse(selector).unwrap()).next().expect(selector);
    (found.text().collect(), found.attr("lang").unwrap_or("-").to_owned())
}

#[tokio::test]
async fn texts_are_in_the_language_of_the_visit_or_as_they_are() {
    let (gateway, part) = start("languages-texts").await;
    let (_, name, description) = a_product();
    let steel = (STEEL, "de");
    let english = (description.as_str(), "en");
    for (number, (language, named, described)) in [
        ("xml:lang=\"de-AT\"", (SCREWS, "de"), steel),
        ("xml:lang=\"fr\"", (VIS, "fr"), english),
        ("xml:lang=\"en-US\"", (name.as_str(), "en"), english),
        ("xml:lang=\"pl\"", (name.as_str(), "en"), english),
        ("", (name.as_str(), "en"), english),
    ]
    .into_iter()
    .enumerate()
    {
        let base = enter(&gateway, &format!("{number}@buyer.test"), language).await;
        let product = page(&gateway, &base, &format!("product?part={part}")).await;
        let plain = |(text, tag): (&str, &str)| (text.to_owned(), tag.to_owned());
        assert_eq!(said(&product, "h1"), plain(named), "{language}");
        assert_eq!(said(&product, "p.description"), plain(described), "{language}");
    }
    // The connection's language, where the setup says none that the catalog has.
    let terms = ConnectionTerms {
        language: Some(Some(Language::parse("de").unwrap())),
        ..ConnectionTerms::default()
    };
    let connection = ConnectionId::parse("meridian-ariba").unwrap();
    set_terms(&gateway.app, &connection, &terms).await.unwrap();
    for (number, (language, named)) in
        [("", SCREWS), ("xml:lang=\"pl\"", SCREWS), ("xml:lang=\"fr-CH\"", VIS)].into_iter().enumerate()
    {
        let base = enter(&gateway, &format!("c{number}@buyer.test"), language).await;
        let product = page(&gateway, &base, &format!("product?part={part}")).await;
        assert_eq!(said(&product, "h1").0, named, "{language}");
    }
}

#[tokio::test]
async fn words_of_any_language_find_it_and_lists_are_ordered_by_the_names_shown() {
    let (gateway, part) = start("languages-search").await;
    let base = enter(&gateway, "1@buyer.test", "xml:lang=\"de-DE\"").await;
    for typed in ["sechskantschraube oese verzinkt", "hexagonales vis tete"] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let reply = get(&gateway.url(&format!("{base}products?q={query}"))).await;
        assert!(
            reply.header("location").contains(&format!("product?part={part}")),
            "{typed}: {}",
            reply.text()
        );
    }
    // The first one of all by its German name, and by that alone.
    change(&gateway, &format!("part,names\n{part},de=0 Dübel\n")).await;
    for (language, is_first) in [("xml:lang=\"de-DE\"", true), ("xml:lang=\"en\"", false)] {
        let base = enter(&gateway, &format!("{is_first}@buyer.test"), language).await;
        let list = page(&gateway, &base, "products?sort=name").await;
        let first = list.select(&Selector::parse("li.item h3 a").unwrap()).next().unwrap();
        assert_eq!(first.text().collect::<String>() == "0 Dübel", is_first, "{language}");
    }
}

#[tokio::test]
async fn what_leaves_says_its_language() {
    let (gateway, part) = start("languages-leave").await;
    let base = enter(&gateway, "1@buyer.test", "xml:lang=\"de-DE\"").await;
    let add = [("part", part.as_str()), ("quantity", "2"), ("back", "")];
    assert_eq!(post_form(&gateway.url(&format!("{base}cart/add")), &add).await.status, 303);
    let cart = page(&gateway, &base, "cart").await;
    assert_eq!(said(&cart, "li.line h2 a"), (SCREWS.to_owned(), "de".to_owned()));
    let review = page(&gateway, &base, "review").await;
    let field = Selector::parse("form[action$='/transfer'] input[name=revision]").unwrap();
    let revision = review.select(&field).next().unwrap().attr("value").unwrap().to_owned();
    let left = post_form(&gateway.url(&format!("{base}transfer")), &[("revision", &revision)]).await;
    assert_eq!(left.status, 303, "{}", left.text());
    let form = get(&gateway.url(left.header("location"))).await.text();
    let form = Html::parse_document(&form);
    let field = form.select(&Selector::parse("form input[type=hidden]").unwrap()).next().unwrap();
    let sent = field.attr("value").unwrap();
    let sent = if sent.starts_with('<') {
        sent.to_owned()
    } else {
        use base64::Engine as _;
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(sent).unwrap()).unwrap()
    };
    let expected = format!("<Description xml:lang=\"de\">{SCREWS}</Description>");
    assert!(sent.contains(&expected) || sent.contains(&expected.replace('Ö', "&#214;")), "{sent}");
}

#[tokio::test]
async fn an_oci_call_says_its_language_too() {
    let (gateway, part) = start("languages-oci").await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let secret = gateway.oci_password();
    for (letter, named) in [("D", SCREWS), ("F", VIS)] {
        let call =
            format!("USERNAME=werkstatt&PASSWORD={secret}&HOOK_URL={BUYER}/return&sap-language={letter}");
        let answer = send("POST", &gateway.url("/oci/kessler-srm"), &form, call).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let base = landed(&get(answer.header("location")).await);
        let product = page(&gateway, &base, &format!("product?part={part}")).await;
        assert_eq!(said(&product, "h1").0, named);
    }
}

#[tokio::test]
async fn synonyms_count_in_visits_under_way_and_after_a_restart() {
    let (gateway, part) = start("languages-synonyms").await;
    let base = enter(&gateway, "1@buyer.test", "xml:lang=\"de\"").await;
    let leads_there = async |gateway: &Gateway| {
        let reply = get(&gateway.url(&format!("{base}products?q=maschinenbolzen+oese"))).await;
        reply.header("location").contains(&format!("product?part={part}"))
    };
    assert!(!leads_there(&gateway).await);
    set_synonyms(&gateway.app, &supplier(), Some("Sechskantschraube, Maschinenbolzen\n")).await.unwrap();
    assert!(leads_there(&gateway).await, "the visit is under way");
    let gateway = gateway.restart().await;
    assert!(leads_there(&gateway).await, "after a restart");
    set_synonyms(&gateway.app, &supplier(), None).await.unwrap();
    assert!(!leads_there(&gateway).await);
}
