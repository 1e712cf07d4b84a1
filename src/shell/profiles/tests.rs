use serde_json::json;

use super::*;
use crate::{
    flow::cart::{Content, Effect, Finding, Line, PricedCart, PricedLine, tests::shop_product},
    model::{
        catalog::Product,
        ids::SupplierPartId,
        money::{Currency, Money, UnitPrice},
        profile::{CartEncoding, LengthCounts, Otherwise, Protocol, Strictness, Sure, sample},
        quantity::{Quantity, UnitOfMeasure},
    },
    shell::catalog::test_dir::TestDir,
};

fn id(name: &str) -> ProfileId {
    ProfileId::parse(name).unwrap()
}

fn object(value: &serde_json::Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

#[test]
fn every_file_is_a_profile_without_contradictions() {
    let profiles = Profiles::built_in().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/profiles");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!((profiles.ids().count(), files), (FILES.len(), FILES.len()), "a file that is not built in");
    for name in profiles.ids() {
        let profile = profiles.plain(name).unwrap();
        assert_eq!(profile.contradictions(), Vec::<String>::new(), "{name}");
    }
}

/// Each field of each profile, its inherited ones too, says who says so.
#[test]
fn every_statement_has_a_source() {
    let profiles = Profiles::built_in().unwrap();
    for name in profiles.ids() {
        let profile = profiles.plain(name).unwrap();
        let fields = object(&serde_json::to_value(&profile).unwrap());
        let stated = fields.into_iter().filter(|(field, value)| {
            !["title", "claims", "mangles"].contains(&field.as_str()) && !value.is_null()
        });
        for field in file::names(&stated.collect()) {
            let claim = profile.claims.of(&field).unwrap_or_else(|| panic!("{name}: {field} has no source"));
            assert!(!claim.source.is_empty(), "{name}: {field}");
        }
        for claimed in profile.claims.0.keys() {
            assert!(profiles.ids().any(|id| profiles.says(id, claimed)));
        }
    }
}

/// Each limit of each profile by itself, broken: what is sure stops, what is not sure only ever warns.
#[test]
fn only_what_is_sure_stops() {
    const LIMITS: [&str; 15] = [
        "part_length",
        "auxiliary_length",
        "id_forbidden",
        "description_forbidden",
        "manufacturer_part_length",
        "units_otherwise",
        "unit_length",
        "classifications_otherwise",
        "classification_required",
        "classification_digits",
        "classification_length",
        "price_decimals",
        "price_basis_most",
        "number_digits",
        "quantity_decimals",
    ];
    let plain = object(&serde_json::to_value(sample::profile()).unwrap());
    let profiles = Profiles::built_in().unwrap();
    let (mut stopped, mut warned) = (0, 0);
    for name in profiles.ids() {
        let profile = profiles.plain(name).unwrap();
        let own = object(&serde_json::to_value(&profile).unwrap());
        for field in LIMITS.into_iter().filter(|field| own[*field] != plain[*field]) {
            let mut fields = plain.clone();
            fields.insert("cxml_version".into(), json!("1.2.050"));
            fields.insert(field.into(), own[field].clone());
            fields.insert("claims".into(), json!({ field: own["claims"][field] }));
            if field == "price_decimals" {
                // Else the price would be given for more units.
                fields.insert("price_basis_most".into(), json!(1));
            }
            let alone: Profile = serde_json::from_value(Value::Object(fields)).unwrap();
            let per = if field == "price_basis_most" { "3000000" } else { "1" };
            let effects: Vec<Effect> =
                broken(&alone, per).into_iter().map(|finding| finding.effect).collect();
            if own[field] == json!("as-is") || own[field] == json!("") {
                continue;
            }
            let is_sure = profile.claims.of(field).is_none_or(|claim| claim.sure.holds());
            let expected = if is_sure { Effect::Stopped } else { Effect::Warned };
            assert!(!effects.is_empty(), "{name}: {field} is looked at");
            assert!(effects.iter().all(|effect| *effect == expected), "{name}: {field}: {effects:?}");
            if is_sure { stopped += 1 } else { warned += 1 }
        }
    }
    assert!(stopped > 20 && warned > 20, "{stopped} {warned}");
}

/// What pre-flight finds about lines that break every limit there is; what it only changed left out.
fn broken(profile: &Profile, per: &str) -> Vec<Finding> {
    let text = |length| "X".repeat(length);
    let wild = Product {
        part: SupplierPartId::parse(&format!("<{}?{{}}&\"'", text(240))).unwrap(),
        auxiliary: Some(text(300)),
        name: "<b>".into(),
        manufacturer_part: Some(text(300)),
        unit: UnitOfMeasure::parse("UNHEARDOF").unwrap(),
        unspsc: Some("9".repeat(20)),
        ..shop_product()
    };
    let unclassified = Product { unspsc: None, ..shop_product() };
    let mut found = Vec::new();
    for (product, amount, per, quantity) in [
        (&wild, "123456789012.123456788", per, "1.234567"),
        (&wild, "1234567890123456", "1", "1.5"),
        (&unclassified, "1", "1", "1"),
    ] {
        let currency = Currency::parse("EUR").unwrap();
        let price = UnitPrice::new(amount.parse().unwrap(), currency, per.parse().unwrap()).unwrap();
        let quantity = Quantity::parse(quantity).unwrap();
        let content = Content::Product(product.key());
        let line = PricedLine {
            line: Line { number: 1, content, quantity, note: String::new(), earlier: None },
            unit: Some(product.unit.clone()),
            product: Some(product.clone()),
            together: quantity,
            band: None,
            next_band: None,
            price: Some(price),
            amount: None,
            moved: None,
            problem: None,
            fitted: None,
            findings: Vec::new(),
        };
        let total = Money::zero(currency);
        let cart = PricedCart {
            revision: 1,
            lines: vec![line],
            total,
            minimum: None,
            charges: Vec::new(),
            payable: total,
            findings: Vec::new(),
        };
        found.extend(cart.fitted(profile).lines.remove(0).findings);
    }
    found.retain(|finding| finding.effect != Effect::Changed);
    found
}

#[test]
fn overrides_win_add_to_tables_and_are_sure() {
    let profiles = Profiles::built_in().unwrap();
    let coupa = profiles.plain(&id("coupa")).unwrap();
    assert_eq!((coupa.protocol, coupa.cart_encoding), (Protocol::Cxml, CartEncoding::Urlencoded));
    assert!(!coupa.claims.is_sure("units"));
    let overrides = object(
        &json!({"cart_encoding": "base64", "units": {"BX": "CASE"}, "units_otherwise": {"use": "EA"}}),
    );
    let own = profiles.with(&id("coupa"), &overrides).unwrap();
    assert_eq!(own.cart_encoding, CartEncoding::Base64);
    assert_eq!((own.unit("BX"), own.unit("H87"), own.unit("XYZ")), (Some("CASE"), Some("EA"), Some("EA")));
    assert_eq!(own.units_otherwise, Otherwise::Use("EA".into()));
    assert!(own.claims.is_sure("units"), "agreed with the customer");
    assert!(profiles.with(&id("coupa"), &object(&json!({"no_such_field": 1}))).is_err());
    assert!(profiles.plain(&id("nobody")).is_err());
}

#[test]
fn a_file_of_the_installation_extends_a_built_in_one() {
    let folder = TestDir::new("profiles");
    let path = folder.path().join("acme.toml");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    write(
        "extends = \"ariba\"\ntitle = \"Acme\"\npart_length = { value = 18, sure = \"confirmed\", source = \"their sheet\" }",
    );
    let profiles = Profiles::load(folder.path()).unwrap();
    let acme = profiles.plain(&id("acme")).unwrap();
    assert_eq!((acme.part_length, acme.length_counts), (Some(18), LengthCounts::Bytes));
    assert_eq!(acme.claims.of("part_length").unwrap().sure, Sure::Confirmed);
    assert_eq!(acme.preflight, Strictness::Stop);
    for (text, told) in [
        ("extends = \"acme\"\ntitle = \"x\"", "extends itself"),
        ("extends = \"nobody\"\ntitle = \"x\"", "there is no platform profile nobody"),
        ("extends = \"ariba\"\npart_length = 18", "part_length: must be"),
        ("extends = \"ariba\"\npart_length = { value = 18, sure = \"maybe\" }", "sure must be one of"),
        ("extends = \"ariba\"\npart_lenght = { value = 1, sure = \"ours\", source = \"x\" }", "part_lenght"),
        ("extends = ", "TOML"),
    ] {
        write(text);
        let error = Profiles::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains(told), "{text}: {error}");
    }
}
