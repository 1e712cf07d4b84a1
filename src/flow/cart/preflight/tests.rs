use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::{
    flow::cart::{lines::Line, tests::shop_product},
    model::{
        money::{Currency, Money, line_amount},
        profile::{Claim, CxmlVersion, LengthCounts, Otherwise, Strictness, Sure, sample},
        quantity::{Quantity, UnitOfMeasure},
    },
};

fn euro(amount: &str, per: &str) -> UnitPrice {
    UnitPrice::new(amount.parse().unwrap(), Currency::parse("EUR").unwrap(), per.parse().unwrap()).unwrap()
}

fn priced(product: Product, price: UnitPrice, quantity: &str) -> PricedLine {
    let quantity = Quantity::parse(quantity).unwrap();
    PricedLine {
        line: Line {
            number: 1,
            content: Content::Product(product.key()),
            quantity,
            note: String::new(),
            earlier: None,
        },
        unit: Some(product.unit.clone()),
        product: Some(product),
        together: quantity,
        band: None,
        next_band: None,
        price: Some(price),
        amount: line_amount(price, quantity).ok(),
        moved: None,
        problem: None,
        fitted: None,
        findings: Vec::new(),
    }
}

fn flown(product: Product, price: UnitPrice, quantity: &str, profile: &Profile) -> PricedLine {
    let line = priced(product, price, quantity);
    let total = line.amount.unwrap_or(Money::zero(price.currency));
    let cart = PricedCart {
        revision: 1,
        lines: vec![line],
        total,
        minimum: None,
        charges: Vec::new(),
        payable: total,
        findings: Vec::new(),
    };
    cart.fitted(profile).lines.remove(0)
}

/// 1.2.050 knows price bases; every limit is sure, as agreed with the customer.
fn modern() -> Profile {
    Profile { cxml_version: CxmlVersion::parse("1.2.050").unwrap(), ..sample::profile() }
}

fn unsure(profile: &mut Profile, field: &str) {
    let claim = Claim { sure: Sure::Reported, source: "hearsay".into() };
    profile.claims.0.insert(field.to_owned(), claim);
}

#[test]
fn a_long_text_is_cut_at_a_word_in_the_count_of_the_platform() {
    let mut profile = Profile { description_characters: 30, ..modern() };
    let product = Product { name: "Größere Schlüssel für Überwurfmuttern".into(), ..shop_product() };
    let of = |profile: &Profile| flown(product.clone(), euro("1", "1"), "1", profile);
    assert_eq!(of(&profile).fitted.unwrap().description, "Größere Schlüssel für...");
    profile.length_counts = LengthCounts::Bytes;
    let line = of(&profile);
    assert_eq!(line.fitted.unwrap().description, "Größere Schlüssel für...");
    assert_eq!((line.problem, line.findings[0].effect), (None, Effect::Changed));
    profile.description_characters = 24;
    assert_eq!(of(&profile).fitted.unwrap().description, "Größere Schlüssel...");
}

#[test]
fn a_part_number_is_never_cut_and_only_a_sure_limit_stops() {
    let mut profile = Profile { part_length: Some(2), ..modern() };
    let of = |profile: &Profile| flown(shop_product(), euro("1", "1"), "1", profile);
    assert!(matches!(
        of(&profile).problem,
        Some(Problem::Platform(What::TooLong { part: Part::Number, .. }))
    ));
    profile.preflight = Strictness::Warn;
    let line = of(&profile);
    assert_eq!((line.problem, line.findings[0].effect), (None, Effect::Warned));
    profile.preflight = Strictness::Stop;
    unsure(&mut profile, "part_length");
    let line = of(&profile);
    assert_eq!((line.problem, line.findings[0].effect), (None, Effect::Warned), "hearsay only warns");
}

#[test]
fn what_the_protocol_cannot_write_stops_whatever_the_connection_says() {
    let oci = Profile {
        protocol: Protocol::Oci,
        preflight: Strictness::Warn,
        price_basis_most: Some(99_999),
        ..sample::profile()
    };
    let long = Product {
        part: crate::model::ids::SupplierPartId::parse(&"X".repeat(41)).unwrap(),
        ..shop_product()
    };
    assert!(flown(long, euro("1", "1"), "1", &oci).problem.is_some());
    assert!(flown(shop_product(), euro("1", "1"), "1.2345", &oci).problem.is_some());
    assert!(flown(shop_product(), euro("0.000000001", "1"), "1", &oci).problem.is_some());
    let line = flown(shop_product(), euro("0.0054", "1"), "1000", &oci);
    assert_eq!((line.problem, line.fitted.unwrap().price), (None, euro("0.054", "10")));
}

#[test]
fn a_unit_without_a_word_for_it_stops_or_is_replaced() {
    let mut profile = Profile { units_otherwise: Otherwise::Refuse, ..modern() };
    let of = |profile: &Profile| flown(shop_product(), euro("1", "1"), "1", profile);
    assert!(matches!(of(&profile).problem, Some(Problem::Platform(What::Unmapped { part: Part::Unit, .. }))));
    profile.units.insert("H87".into(), "EA".into());
    assert_eq!(of(&profile).fitted.unwrap().unit, "EA");
    profile.units.clear();
    profile.units_otherwise = Otherwise::Use("PCE".into());
    assert_eq!(of(&profile).fitted.unwrap().unit, "PCE");
}

#[test]
fn a_price_basis_goes_to_old_versions_only_where_it_can_be_divided_out() {
    let old = sample::profile();
    let of = |price| flown(shop_product(), price, "100", &old);
    assert_eq!(of(euro("5.40", "100")).fitted.unwrap().price, euro("0.054", "1"));
    assert!(matches!(of(euro("10", "3")).problem, Some(Problem::Platform(What::Basis { .. }))));
    assert_eq!(flown(shop_product(), euro("10", "3"), "3", &modern()).problem, None);
}

#[test]
fn a_price_is_rescaled_only_for_a_sure_limit() {
    let mut profile = Profile { price_decimals: Some(2), ..modern() };
    let of = |profile: &Profile| flown(shop_product(), euro("0.0054", "1"), "1000", profile);
    assert_eq!(of(&profile).fitted.unwrap().price, euro("0.54", "100"));
    unsure(&mut profile, "price_decimals");
    let line = of(&profile);
    assert_eq!(line.fitted.unwrap().price, euro("0.0054", "1"));
    assert_eq!(line.findings[0].effect, Effect::Warned);
}

fn profiles() -> impl Strategy<Value = Profile> {
    let small = |most: usize| proptest::option::of(1..most);
    let numbers = (
        proptest::option::of(0..5_u32),
        proptest::option::of(prop::sample::select(vec![1_u32, 10, 1000, 99_999])),
        proptest::option::of(1..12_u32),
        proptest::option::of(0..4_u32),
        proptest::option::of(1..3_u32),
    );
    let texts = (12..60_usize, small(30), small(60), small(40), small(40), small(4), any::<bool>());
    let words = (
        prop::sample::select(vec![Otherwise::AsIs, Otherwise::Refuse, Otherwise::Use("EA".into())]),
        any::<bool>(),
        proptest::option::of(Just(8_usize)),
        any::<bool>(),
        any::<bool>(),
    );
    (numbers, texts, words).prop_map(|(numbers, texts, words)| {
        let (price_decimals, price_basis_most, number_digits, quantity_decimals, lines_kept) = numbers;
        let (description_characters, part_length, auxiliary_length, name, number, unit_length, bytes) = texts;
        let (units_otherwise, classification_required, classification_digits, is_modern, oci) = words;
        let base = if is_modern { modern() } else { sample::profile() };
        Profile {
            protocol: if oci { Protocol::Oci } else { Protocol::Cxml },
            length_counts: if bytes { LengthCounts::Bytes } else { LengthCounts::Characters },
            description_characters,
            description_forbidden: "<".into(),
            part_length,
            auxiliary_length,
            id_forbidden: "?{}".into(),
            manufacturer_length: name.map(|most| most + 4),
            manufacturer_part_length: number,
            units: [("H87".to_owned(), "EA".to_owned())].into(),
            units_otherwise,
            unit_length,
            classification_required,
            classification_digits,
            price_decimals,
            price_basis_most: if oci { price_basis_most.or(Some(99_999)) } else { price_basis_most },
            number_digits,
            quantity_decimals,
            lines_kept,
            ..base
        }
    })
}

fn lines() -> impl Strategy<Value = PricedLine> {
    let price = (0_u64..50_000_000, 0_u32..8, prop::sample::select(vec!["1", "3", "10", "100", "0.5"]));
    let text = ("[A-Za-zäß<?.-]{1,45}", "[A-Za-zäöü< ]{0,90}", proptest::option::of("[A-Zé ]{1,45}"));
    let rest =
        (1_u64..100_000, 0_u32..4, prop::sample::select(vec!["H87", "BX", "MTR", "XBOX"]), any::<bool>());
    (price, text, rest).prop_map(
        |((amount, scale, per), (part, name, maker), (quantity, decimals, unit, class))| {
            let product = Product {
                part: crate::model::ids::SupplierPartId::parse(&part).unwrap(),
                name,
                manufacturer: maker.clone(),
                manufacturer_part: maker,
                unit: UnitOfMeasure::parse(unit).unwrap(),
                unspsc: class.then(|| "31161504".into()),
                ..shop_product()
            };
            let amount = Decimal::from_i128_with_scale(i128::from(amount), scale).to_string();
            let quantity = Decimal::from_i128_with_scale(i128::from(quantity), decimals).to_string();
            priced(product, euro(&amount, per), &quantity)
        },
    )
}

/// Every limit, said once more and without what pre-flight is made of.
fn satisfies(line: &PricedLine, profile: &Profile) -> Result<(), TestCaseError> {
    let (sent, product) = (line.fitted.as_ref().unwrap(), line.product.as_ref().unwrap());
    let within = |text: &str, most: Option<usize>| {
        most.is_none_or(|most| {
            let bytes = profile.length_counts == LengthCounts::Bytes;
            (if bytes { text.len() } else { text.chars().count() }) <= most
        })
    };
    let oci = profile.protocol == Protocol::Oci;
    let part = product.part.as_str();
    prop_assert!(within(part, profile.part_length) && !(oci && part.chars().count() > 40));
    let clean = !part.contains(['?', '{', '}']) && !product.name.contains('<');
    prop_assert!(clean);
    prop_assert!(within(&sent.description, Some(profile.description_characters)), "{}", sent.description);
    prop_assert!(sent.manufacturer.as_deref().is_none_or(|text| within(text, profile.manufacturer_length)));
    prop_assert!(
        sent.manufacturer_part.as_deref().is_none_or(|text| within(text, profile.manufacturer_part_length))
    );
    prop_assert!(within(&sent.unit, profile.unit_length) && !(oci && sent.unit.len() > 3));
    match (product.unit.as_str(), &profile.units_otherwise) {
        ("H87", _) | (_, Otherwise::Use(_)) => prop_assert_eq!(&sent.unit, "EA"),
        (_, Otherwise::Refuse) => prop_assert!(false, "an unmapped unit left"),
        (own, Otherwise::AsIs) => prop_assert_eq!(&sent.unit, own),
    }
    prop_assert!(product.unspsc.is_some() || !profile.classification_required);
    let price = sent.price;
    let decimals = profile.price_decimals.unwrap_or(99).min(if oci { 3 } else { 99 });
    prop_assert!(price.amount.normalize().scale() <= decimals, "{price:?}");
    let old = !oci && profile.cxml_version.as_str() == "1.2.014";
    let basis = if old { Some(1) } else { profile.price_basis_most };
    prop_assert!(basis.is_none_or(|most| price.per <= most.into() && price.per.normalize().scale() == 0));
    let digits = |value: Decimal| value.trunc().to_string().len();
    let most = profile.number_digits.map_or(99, |most| usize::try_from(most).unwrap());
    prop_assert!(digits(price.amount) <= most && digits(line.line.quantity.value()) <= most);
    let decimals = profile.quantity_decimals.unwrap_or(99);
    prop_assert!(line.line.quantity.value().normalize().scale() <= decimals);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// A cart that may leave satisfies every limit; whatever is found, nothing that costs money has changed.
    #[test]
    fn what_leaves_satisfies_the_limits_and_costs_the_same(
        profile in profiles(),
        lines in proptest::collection::vec(lines(), 1..4),
    ) {
        let currency = Currency::parse("EUR").unwrap();
        let sum = |amounts: Vec<Money>| amounts.into_iter().fold(Money::zero(currency), |a, b| a.plus(b).unwrap());
        let total = sum(lines.iter().filter_map(|line| line.amount).collect());
        let cart = PricedCart { revision: 1, lines: lines.clone(), total, minimum: None, charges: Vec::new(), payable: total, findings: Vec::new() }.fitted(&profile);
        prop_assert_eq!(cart.total, total);
        let sent = cart.lines.iter().map(|line| line_amount(line.fitted.as_ref().unwrap().price, line.line.quantity));
        prop_assert_eq!(sum(sent.map(Result::unwrap).collect()), total, "as the buyer adds it up");
        for (before, after) in lines.iter().zip(&cart.lines) {
            prop_assert_eq!(&before.line, &after.line);
            prop_assert_eq!((before.price, before.amount), (after.price, after.amount));
            prop_assert_eq!(&before.product, &after.product);
            if after.problem.is_none() {
                satisfies(after, &profile)?;
            }
        }
        let many = profile.lines_kept.is_some_and(|most| lines.len() > usize::try_from(most).unwrap());
        prop_assert_eq!(cart.stopped().is_some(), many);
        prop_assert_eq!(cart.clone().fitted(&profile).findings, cart.findings, "again is the same");
    }
}
