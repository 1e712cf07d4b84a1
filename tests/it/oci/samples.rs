//! Forms of other shops, as a buyer's system meets them.

use std::path::PathBuf;

use punchgate::shell::buyer::receive::{read, sum};
use scraper::{Html, Selector};

/// A file of the collection; `None`, said, where it is not there. In CI it must be.
pub(super) fn sample(name: &str) -> Option<String> {
    let folder = std::env::var_os("OCI_SAMPLES_DIR").map(PathBuf::from);
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        assert!(std::env::var_os("CI").is_none(), "OCI_SAMPLES_DIR is needed in CI");
        println!("skipped: no OCI_SAMPLES_DIR");
        return None;
    };
    Some(std::fs::read_to_string(folder.join(name)).unwrap())
}

/// The hidden fields of a page, which may have HTTP headers before it.
fn fields(page: &str) -> Vec<(String, String)> {
    let html = Html::parse_document(page.split_once("\r\n\r\n").map_or(page, |(_, body)| body));
    let of = |name: &'static str| {
        move |input: scraper::ElementRef<'_>| input.attr(name).unwrap_or_default().to_owned()
    };
    let inputs = Selector::parse("input").unwrap();
    html.select(&inputs).map(|input| (of("name")(input), of("value")(input))).collect()
}

#[test]
fn forms_of_other_shops_are_read() {
    for (name, lines) in [
        ("meplato-sapoci/real_world.html", 10),
        ("punchoutsandbox/cart-return.html", 2),
        ("punchoutsandbox/background-search.html", 2),
        ("punchoutsandbox/validate.html", 1),
        ("punchoutsandbox/validate-gone.html", 0),
    ] {
        let Some(page) = sample(name) else { return };
        let cart = read(fields(&page)).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(cart.lines.len(), lines, "{name}");
        assert!(
            cart.lines.iter().all(|line| line.price.is_some_and(|price| price.currency.is_some())),
            "{name}"
        );
        if lines > 0 {
            assert!(sum(&cart.lines).is_some(), "{name}");
        }
    }
}

#[test]
fn long_texts_of_other_shops_find_their_lines() {
    let Some(page) = sample("meplato-sapoci/valid_invalid_longtext_html.html") else { return };
    let lines = punchgate::wire::oci::read_fields(&fields(&page));
    assert!(lines.len() > 3, "{lines:?}");
    for (index, fields) in &lines {
        let long: Vec<_> = fields.iter().filter(|(name, _)| name == "LONGTEXT").collect();
        assert_eq!(long.len(), 1, "line {index}: {fields:?}");
    }
}
