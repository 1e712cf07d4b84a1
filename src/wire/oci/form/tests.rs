use super::*;
use crate::{
    flow::cart::{LineText, carry, tests},
    model::{
        ids::LockReference,
        money::{Currency, Money},
        quantity::{Quantity, UnitOfMeasure},
    },
};

fn profile() -> Profile {
    Profile { classification_default: String::new(), ..tests::profile(LockCarrier::Auxiliary) }
}

fn price(amount: &str, per: u32) -> UnitPrice {
    UnitPrice::new(amount.parse().unwrap(), Currency::parse("EUR").unwrap(), Decimal::from(per)).unwrap()
}

fn line(number: u32) -> ReturnedLine {
    let reference = LockReference::new([number.to_be_bytes()[3]; 16]);
    ReturnedLine {
        number,
        part: "A-1".into(),
        auxiliary: Some(carry(Some("V2"), &reference)),
        text: LineText {
            language: None,
            description: "Bolt".into(),
            classification: ("UNSPSC".into(), "31161600".into()),
            manufacturer: None,
            manufacturer_part: None,
        },
        quantity: Quantity::parse("1234").unwrap(),
        unit: UnitOfMeasure::parse("H87").unwrap(),
        unit_sent: "PCE".into(),
        price: price("5.49", 100),
        amount: Money::zero(Currency::parse("EUR").unwrap()),
        band_from: Quantity::ONE,
        band_until: None,
        provenance: None,
        note: String::new(),
        lead_time_days: None,
        reference_in_extrinsic: false,
        parent: None,
        fields: Vec::new(),
        findings: Vec::new(),
        charge: None,
        reference,
    }
}

fn written(
    lines: &[ReturnedLine],
    controls: &OciControls,
    profile: &Profile,
) -> Result<Written, FormRefused> {
    return_form(&HookUrl::parse("https://b/r").unwrap(), controls, lines, profile)
}

/// Name and value of every field.
fn form(lines: &[ReturnedLine], profile: &Profile) -> Vec<(String, String)> {
    let written = written(lines, &OciControls::default(), profile).unwrap();
    written.form.fields.into_iter().map(|field| (field.name, field.value)).collect()
}

fn value(fields: &[(String, String)], name: &str) -> Option<String> {
    fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn a_line_is_written_field_by_field_in_order() {
    let line = ReturnedLine { note: "gate 4".into(), lead_time_days: Some(3), ..line(1) };
    let reference = line.reference.to_string();
    let expected: Vec<(String, String)> = [
        ("NEW_ITEM-DESCRIPTION[1]", "Bolt"),
        ("NEW_ITEM-QUANTITY[1]", "1234.000"),
        ("NEW_ITEM-UNIT[1]", "PCE"),
        ("NEW_ITEM-PRICE[1]", "5.490"),
        ("NEW_ITEM-CURRENCY[1]", "EUR"),
        ("NEW_ITEM-PRICEUNIT[1]", "100"),
        ("NEW_ITEM-LEADTIME[1]", "3"),
        ("NEW_ITEM-LONGTEXT_1:132[]", "Bolt\ngate 4"),
        ("NEW_ITEM-VENDORMAT[1]", "A-1"),
        ("NEW_ITEM-MATGROUP[1]", "31161600"),
        ("NEW_ITEM-EXT_QUOTE_ID[1]", &reference),
        ("NEW_ITEM-EXT_QUOTE_ITEM[1]", "1"),
        ("NEW_ITEM-EXT_PRODUCT_ID[1]", "A-1~V2"),
    ]
    .map(|(name, value)| pair(name, value))
    .into();
    assert_eq!(form(&[line], &profile()), expected);
}

#[test]
fn numbers_have_their_places_and_a_point() {
    let of = |text: &str| number(text.parse().unwrap(), 3);
    assert_eq!(of("1234").as_deref(), Some("1234.000"));
    assert_eq!(of("0.0005"), None, "never rounded silently");
    assert_eq!(of("2.50000").as_deref(), Some("2.500"));
    assert_eq!(of("99999999999").as_deref(), Some("99999999999.000"));
    assert_eq!((of("100000000000"), of("-1")), (None, None));
    assert_eq!(number("12.3".parse().unwrap(), 2).as_deref(), Some("12.30"));
}

#[test]
fn a_fine_price_is_given_for_more_units() {
    let scaled = |amount: &str, per: u32, decimals: u32| {
        scaled_price(price(amount, per), decimals, 5).map(|(price, per)| format!("{price}/{per}"))
    };
    assert_eq!(scaled("0.0054", 1, 3).as_deref(), Some("5.4/1000"));
    assert_eq!(scaled("12.3456", 1, 3).as_deref(), Some("1234.56/100"));
    assert_eq!(scaled("0.005", 1, 3).as_deref(), Some("0.005/1"), "three decimals do");
    assert_eq!(scaled("0.005", 1, 2).as_deref(), Some("5/1000"));
    assert_eq!(scaled("0.00004", 1, 3).as_deref(), Some("0.4/10000"));
    assert_eq!(scaled("0.00000004", 1, 3), None);
    assert_eq!(scaled("0.12345", 1000, 3), None, "a basis of 100000 has six digits");
}

proptest::proptest! {
    /// Whatever the price: where there is a form, price by basis is the same money as before.
    #[test]
    fn scaling_never_changes_what_a_unit_costs(mantissa in 1_i64..10_000_000, scale in 0_u32..7, per in 1_u32..200, decimals in 0_u32..=3) {
        let price = UnitPrice::new(Decimal::new(mantissa, scale), Currency::parse("EUR").unwrap(), Decimal::from(per)).unwrap();
        if let Some((amount, basis)) = scaled_price(price, decimals, 5) {
            proptest::prop_assert_eq!(amount * price.per, price.amount * basis);
            proptest::prop_assert!(amount.scale() <= decimals && basis <= Decimal::from(99_999));
        }
    }

    /// Any text whatever: what is sent fits its field and its charset, and indexes have no gaps.
    #[test]
    fn whatever_is_sent_fits(name in ".{0,80}", note in ".{0,40}", own in ".{0,60}", latin in proptest::bool::ANY, lines in 1_u32..4) {
        let profile = Profile { charset: if latin { Charset::Latin1 } else { Charset::Utf8 }, ..profile() };
        let lines: Vec<ReturnedLine> = (1..=lines)
            .map(|number| ReturnedLine {
                text: LineText { description: name.clone(), ..line(number).text },
                note: note.clone(),
                fields: vec![pair("CUST_FIELD5", &own), pair("VENDOR", &own)],
                ..line(number)
            })
            .collect();
        let fields = form(&lines, &profile);
        let read = super::super::read_fields(&fields);
        proptest::prop_assert_eq!(read.iter().map(|(index, _)| *index).collect::<Vec<_>>(), (1..).take(lines.len()).collect::<Vec<_>>());
        for (name, value) in read.iter().flat_map(|(_, fields)| fields) {
            if let Some(width) = fields::definition(name).unwrap().width() {
                proptest::prop_assert!(value.chars().count() <= width, "{} = {}", name, value);
            }
            proptest::prop_assert!(!latin || value.chars().all(spelling::is_latin_1), "{} = {}", name, value);
        }
    }
}

#[test]
fn what_our_words_say_is_sent_whole_or_not_at_all() {
    let refused = |line: ReturnedLine, profile: &Profile| {
        written(&[line], &OciControls::default(), profile).unwrap_err().to_string()
    };
    let long = ReturnedLine { part: "P".repeat(41), ..line(1) };
    assert_eq!(refused(long, &profile()), "line 1: VENDORMAT is longer than 40 characters");
    let each = ReturnedLine { unit_sent: "EACH".into(), ..line(1) };
    assert_eq!(refused(each, &profile()), "line 1: UNIT is longer than 3 characters");
    let fine = ReturnedLine { quantity: Quantity::parse("0.0001").unwrap(), ..line(1) };
    assert_eq!(
        refused(fine, &profile()),
        "line 1: QUANTITY is no number of at most 11 digits and 3 decimals"
    );
    let latin = Profile { charset: Charset::Latin1, ..profile() };
    let greek = ReturnedLine { part: "Ω-1".into(), ..line(1) };
    assert_eq!(refused(greek, &latin), "line 1: VENDORMAT holds “Ω”, which ISO-8859-1 has not");
}

#[test]
fn latin_1_pages_respell_or_refuse() {
    let latin = Profile { charset: Charset::Latin1, ..profile() };
    let text = LineText { description: "Rör „5 €“ 扳".into(), ..line(1).text };
    let one = ReturnedLine { text, ..line(1) };
    let sent = written(std::slice::from_ref(&one), &OciControls::default(), &latin).unwrap();
    assert_eq!(sent.form.fields[0].value, "Rör \"5 EUR\" ?");
    assert_eq!(sent.notes, ["DESCRIPTION respelled for ISO-8859-1, some characters as ? (line 1)"]);
    let strict = Profile { charset_gaps: CharsetGaps::Refuse, ..latin };
    let refused = written(std::slice::from_ref(&one), &OciControls::default(), &strict).unwrap_err();
    assert_eq!(refused.misfit, Misfit::Charset('„'));
    let utf8 = OciControls { charset: Some("UTF-8".into()), ..OciControls::default() };
    assert!(written(&[one], &utf8, &strict).unwrap().notes.is_empty(), "the call's charset has them all");
}

#[test]
fn a_description_is_cut_and_the_long_text_has_it_all() {
    let name = "Sechskantschraube „M8 × 40“ verzinkt, DIN 933, 100 Stück";
    let text = LineText { description: name.into(), ..line(1).text };
    let fields = form(&[ReturnedLine { text, ..line(1) }], &profile());
    assert_eq!(
        value(&fields, "NEW_ITEM-DESCRIPTION[1]").unwrap(),
        "Sechskantschraube „M8 × 40“ verzinkt, DI"
    );
    assert_eq!(value(&fields, "NEW_ITEM-LONGTEXT_1:132[]").unwrap(), name);
}

#[test]
fn the_field_map_fills_what_is_free_and_the_call_what_it_fixes() {
    let own = vec![
        pair("VENDOR", "0000104711"),
        pair("CUST_FIELD1", "longer than ten"),
        pair("CONTRACT_ITEM", "10"),
        pair("PRICE", "0.01"),
        pair("GTIN", "4012345678901"),
        pair("bad name", "x"),
    ];
    let controls = OciControls {
        fixed: vec![
            pair("NEW_ITEM-MATGROUP[1]", "23171500"),
            pair("new_item-cust_field2", "K4"),
            pair("NEW_ITEM-PRICE[1]", "0.01"),
            pair("NEW_ITEM-EXT_QUOTE_ID[1]", "stolen"),
            pair("NEW_ITEM-LONGTEXT_1:132[]", "x"),
        ],
        ..OciControls::default()
    };
    let lines = [ReturnedLine { fields: own, ..line(1) }];
    let sent = written(&lines, &controls, &profile()).unwrap();
    let value = |name: &str| {
        let found: Vec<_> = sent.form.fields.iter().filter(|field| field.name == name).collect();
        assert!(found.len() < 2, "{name} twice");
        found.first().map(|field| field.value.as_str())
    };
    assert_eq!(value("NEW_ITEM-VENDOR[1]"), Some("0000104711"));
    assert_eq!(value("NEW_ITEM-MATGROUP[1]"), Some("23171500"), "the call's word for its own code list");
    assert_eq!(value("NEW_ITEM-CUST_FIELD2[1]"), Some("K4"));
    assert_eq!(value("NEW_ITEM-GTIN[1]"), Some("4012345678901"));
    assert_eq!(value("NEW_ITEM-PRICE[1]"), Some("5.490"));
    assert_eq!(value("NEW_ITEM-EXT_QUOTE_ID[1]"), Some(lines[0].reference.as_str()));
    assert_eq!((value("NEW_ITEM-CUST_FIELD1[1]"), value("NEW_ITEM-CONTRACT_ITEM[1]")), (None, None));
    let notes = sent.notes.join("\n");
    for said in [
        "CUST_FIELD1 left out: it is longer than 10",
        "CONTRACT_ITEM left out",
        "PRICE stays",
        "BAD NAME left out",
    ] {
        assert!(notes.contains(said), "{said}: {notes}");
    }
    let without = Profile { fixed_values: false, ..profile() };
    let sent = written(&lines, &controls, &without).unwrap();
    assert!(!sent.form.fields.iter().any(|field| field.value == "K4"));
}

#[test]
fn fields_come_with_their_generation() {
    let own = vec![
        pair("MATNR", &"1".repeat(18)),
        pair("TAX", "19"),
        pair("CUST_FIELD4", "x"),
        pair("ATTACHMENT", "https://a"),
    ];
    let lines = [ReturnedLine { fields: own, ..line(1) }];
    let names = |oci_version| {
        let fields = form(&lines, &Profile { oci_version, ..profile() });
        ["MATNR", "EXT_QUOTE_ID", "CUST_FIELD4", "ATTACHMENT", "TAX"]
            .into_iter()
            .filter(|name| value(&fields, &format!("NEW_ITEM-{name}[1]")).is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(OciVersion::V2), ["MATNR"]);
    assert_eq!(names(OciVersion::V3), ["MATNR", "EXT_QUOTE_ID", "CUST_FIELD4"]);
    assert_eq!(names(OciVersion::V4), ["MATNR", "EXT_QUOTE_ID", "CUST_FIELD4", "ATTACHMENT"]);
    assert_eq!(names(OciVersion::V5), ["MATNR", "EXT_QUOTE_ID", "CUST_FIELD4", "ATTACHMENT", "TAX"]);
    let wide = [ReturnedLine { fields: vec![pair("MATNR", &"1".repeat(19))], ..line(1) }];
    let has = |oci_version| {
        value(&form(&wide, &Profile { oci_version, ..profile() }), "NEW_ITEM-MATNR[1]").is_some()
    };
    assert_eq!((has(OciVersion::V3), has(OciVersion::V4)), (false, true), "18 characters before 4.0");
}

#[test]
fn a_hierarchy_and_another_first_index() {
    let lines = [line(1), ReturnedLine { parent: Some(1), ..line(2) }];
    let fields = form(&lines, &Profile { oci_version: OciVersion::V5, first_index: 0, ..profile() });
    assert_eq!(value(&fields, "NEW_ITEM-ITEM_TYPE[0]").as_deref(), Some("R"));
    assert_eq!(value(&fields, "NEW_ITEM-ITEM_TYPE[1]").as_deref(), Some("O"));
    assert_eq!(value(&fields, "NEW_ITEM-PARENT_ID[1]").as_deref(), Some("0"));
    assert!(value(&form(&lines, &profile()), "NEW_ITEM-ITEM_TYPE[1]").is_none(), "4.0 knows no hierarchy");
}

#[test]
fn empty_fields_are_sent_where_they_are_wanted() {
    let fields = form(&[line(1)], &Profile { empty_fields: true, ..profile() });
    assert_eq!(value(&fields, "NEW_ITEM-CONTRACT[1]").as_deref(), Some(""));
    assert!(value(&fields, "NEW_ITEM-TAX[1]").is_none(), "not in 4.0");
    assert!(!fields.iter().any(|(name, _)| name.contains("LONGTEXT")));
}

#[test]
fn the_operator_hears_of_lines_that_will_be_lost() {
    let lines: Vec<ReturnedLine> = (1..=3).map(line).collect();
    let notes = |lines_kept| {
        written(&lines, &OciControls::default(), &Profile { lines_kept, ..profile() }).unwrap().notes
    };
    assert_eq!(notes(Some(2)), ["3 lines: this receiver is known to lose those behind line 2"]);
    assert!(notes(Some(3)).is_empty() && notes(None).is_empty());
}

#[test]
fn the_query_of_the_hook_stays_splits_or_both() {
    let split = |hook: &str, hook_query, return_method| {
        split_query(&HookUrl::parse(hook).unwrap(), &Profile { return_method, hook_query, ..profile() })
    };
    let hook = "https://b/r?a=1&b=%20x";
    let pairs = vec![pair("a", "1"), pair("b", " x")];
    assert_eq!(split(hook, HookQuery::Keep, ReturnMethod::Post), (hook.into(), vec![]));
    assert_eq!(split(hook, HookQuery::Split, ReturnMethod::Post), ("https://b/r".into(), pairs.clone()));
    assert_eq!(split(hook, HookQuery::Both, ReturnMethod::Post), (hook.into(), pairs.clone()));
    assert_eq!(
        split(hook, HookQuery::Keep, ReturnMethod::Get),
        ("https://b/r".into(), pairs),
        "a browser drops it"
    );
    assert_eq!(split("https://b/?~", HookQuery::Keep, ReturnMethod::Post).0, "https://b/?~");
}
