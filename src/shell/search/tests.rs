use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::*;
use crate::{
    model::{agreement::Selector, catalog::Attribute, ids::SupplierId},
    shell::catalog::{Catalog, CatalogWriter, import, test_dir::TestDir},
    wire::csv::Encoding,
};

const PRODUCTS: &str = "\
part,name,description,brand,manufacturer_part,category,gtin,unit,attributes
HX-8040.ZN,\"Hex bolt M8 x 40 mm, zinc plated\",Bolts for machines.,Kalderwerk,KW 77 100,Fasteners / Bolts,4006381333931,BX,Thread=M8|Length=40 [mm]
HX-1020.ZN,\"Hex bolt M10 x 20 mm, zinc plated\",Bolts for machines.,Kalderwerk,KW 77 200,Fasteners / Bolts,,BX,Thread=M10|Length=20 [mm]
NT-08,Hex nut M8,Goes with HX-8040.ZN.,Tolvanta,T-08,Fasteners / Nuts,,H87,Thread=M8
HA-500,Engineer's hammer 500 g,Well balanced.,Brackmoor,BM/500,Tools / Hammers,,H87,Weight=500 [g]
HA-1000,Engineer's hammer 1000 g,Heavy.,Brackmoor,BM/1000,Tools / Hammers,,H87,Weight=1000 [g]
SD-18,Cordless drill 18V,Drills and drives.,Stravolt,HX8040ZN,Tools / Drills,,H87,Voltage=18 [V]
GL-9,Größe 9 gloves,Secret thing.,Ulvorn,U9,Safety,,PR,Size=9
";

fn catalog(dir: &TestDir) -> Catalog {
    catalog_of(dir, PRODUCTS)
}

fn catalog_of(dir: &TestDir, products: &str) -> Catalog {
    let supplier = SupplierId::parse("acme").unwrap();
    let mut writer = CatalogWriter::begin(dir.path(), &supplier, 0).unwrap();
    let report = import::products(products.as_bytes(), Encoding::Utf8, &mut writer, |_| {}).unwrap();
    assert!(report.is_clean(), "{:?}", report.errors);
    Catalog::open(dir.path(), &writer.publish(Timestamp::UNIX_EPOCH).unwrap().manifest).unwrap()
}

fn everything(text: &str) -> Query<'_> {
    Query { text, limit: 50, ..Query::default() }
}

fn search(catalog: &Catalog, visible: &Visible, query: &Query<'_>) -> Hits {
    catalog.search(query, &Arc::new(catalog.visible(visible).unwrap())).unwrap()
}

fn parts(catalog: &Catalog, visible: &Visible, query: &Query<'_>) -> Vec<String> {
    let hits = search(catalog, visible, query);
    hits.ordinals.iter().map(|ordinal| catalog.product(*ordinal).unwrap().unwrap().part.to_string()).collect()
}

#[test]
fn a_part_number_in_any_spelling_comes_first() {
    let dir = TestDir::new("search-number");
    let (catalog, all) = (catalog(&dir), Visible::everything());
    // SD-18 has the same characters as manufacturer's number: it comes second.
    for spelling in ["HX-8040.ZN", "hx8040zn", "HX 8040 ZN", "hx/8040-zn", " Hx-8040-Zn "] {
        assert_eq!(parts(&catalog, &all, &everything(spelling))[..2], ["HX-8040.ZN", "SD-18"], "{spelling}");
    }
    for number in ["KW77200", "kw 77 200", "KW-77-200"] {
        assert_eq!(parts(&catalog, &all, &everything(number)), ["HX-1020.ZN"], "{number}");
    }
    for gtin in ["4006381333931", "4006381 333931", "04006381333931"] {
        assert_eq!(parts(&catalog, &all, &everything(gtin)), ["HX-8040.ZN"], "{gtin}");
    }
    assert_eq!(parts(&catalog, &all, &everything("HX-80")), ["HX-8040.ZN", "SD-18"], "a beginning");
}

#[test]
fn words_are_found_in_every_inflection_and_all_must_be_there() {
    let dir = TestDir::new("search-words");
    let (catalog, all) = (catalog(&dir), Visible::everything());
    let found = |text: &str| parts(&catalog, &all, &everything(text));
    assert_eq!(found("hammers"), ["HA-500", "HA-1000"]);
    assert_eq!(found("hammer 1000"), ["HA-1000"]);
    assert_eq!(found("drilling"), ["SD-18"]);
    assert_eq!(found("M8x40"), ["HX-8040.ZN"]);
    assert_eq!(found("m8 × 40 mm"), ["HX-8040.ZN"]);
    assert_eq!(found("18 watt"), [] as [&str; 0]);
    assert_eq!(found("18 V"), ["SD-18"]);
    assert_eq!(found("kalderwerk m10"), ["HX-1020.ZN"]);
    assert_eq!(found("grosse"), ["GL-9"]);
    assert_eq!(found("hex"), ["NT-08", "HX-8040.ZN", "HX-1020.ZN"], "the shorter name is more about it");
    assert_eq!(found("hamm"), ["HA-500", "HA-1000"], "the last word may be a beginning");
    assert_eq!(found("hamm 500"), [] as [&str; 0], "only the last one");
}

#[test]
fn a_typing_error_is_forgiven_only_when_nothing_was_found() {
    let dir = TestDir::new("search-near");
    let (catalog, all) = (catalog(&dir), Visible::everything());
    for typed in ["hamer", "hammre", "hammwr", "jammer"] {
        let hits = search(&catalog, &all, &everything(typed));
        assert!(hits.near, "{typed}");
        assert_eq!(parts(&catalog, &all, &everything(typed)), ["HA-500", "HA-1000"], "{typed}");
    }
    assert!(!search(&catalog, &all, &everything("hammer")).near);
    let nothing = search(&catalog, &all, &everything("xylophone"));
    assert_eq!(nothing, Hits::default());
}

#[test]
fn nothing_that_is_typed_is_an_error() {
    let dir = TestDir::new("search-odd");
    let (catalog, all) = (catalog(&dir), Visible::everything());
    let long = "hammer ".repeat(5000);
    let wide = "x".repeat(100_000);
    for typed in
        ["***", "\"", "name:(a OR b)", "\\", "+-!~", "x", "-", "\u{0}", "🔧", "ﬀ", long.as_str(), &wide]
    {
        search(&catalog, &all, &everything(typed));
    }
    let far = Query { offset: usize::MAX, limit: 0, ..everything("") };
    assert_eq!(search(&catalog, &all, &far).total, 7);
}

#[test]
fn pages_categories_and_orders() {
    let dir = TestDir::new("search-pages");
    let (catalog, all) = (catalog(&dir), Visible::everything());
    let query = Query { category: Some("Fasteners"), ..everything("") };
    let hits = search(&catalog, &all, &query);
    let counts: Vec<_> = hits.categories.iter().map(|count| (count.path.as_str(), count.products)).collect();
    assert_eq!(counts, [("Fasteners", 3), ("Fasteners / Bolts", 2), ("Fasteners / Nuts", 1)]);
    assert_eq!(parts(&catalog, &all, &query), ["HX-8040.ZN", "HX-1020.ZN", "NT-08"], "the supplier's order");
    let by_name = Query { sort: Sort::Name, ..query.clone() };
    assert_eq!(parts(&catalog, &all, &by_name), ["HX-8040.ZN", "HX-1020.ZN", "NT-08"], "M8 before M10");
    let by_part = Query { sort: Sort::Part, category: Some("Tools"), ..query.clone() };
    assert_eq!(parts(&catalog, &all, &by_part), ["HA-500", "HA-1000", "SD-18"]);
    let page = Query { offset: 1, limit: 1, ..by_part.clone() };
    assert_eq!(parts(&catalog, &all, &page), ["HA-1000"]);
    let absent = Query { category: Some("Tool"), ..query };
    assert_eq!(search(&catalog, &all, &absent).total, 0, "a category is no prefix");
}

#[test]
fn hidden_products_leave_no_trace() {
    let dir = TestDir::new("search-hidden");
    let catalog = catalog(&dir);
    let tools = Assortment {
        include: vec![Selector::Category("Tools".into()), Selector::Part("NT-08".into())],
        exclude: vec![Selector::Brand("Stravolt".into())],
    };
    let nuts = Assortment { include: vec![Selector::Category("Fasteners / Nuts".into())], exclude: vec![] };
    let property = |name: &str, value: &str, unit: Option<&str>| {
        Selector::Attribute(Attribute { name: name.into(), value: value.into(), unit: unit.map(Into::into) })
    };
    let heavy = Assortment {
        include: vec![property("Thread", "M8", None), property("Weight", "500", None)],
        exclude: vec![Selector::Parts(["NT-08".to_owned(), "NONE".to_owned()].into())],
    };
    let listed = Assortment {
        include: vec![Selector::Parts(["GL-9".to_owned(), "SD-18".to_owned()].into())],
        exclude: vec![property("Voltage", "18", Some("V")), property("Size", "9", Some("EU"))],
    };
    let none = Assortment { include: vec![Selector::All], exclude: vec![Selector::All] };
    for (assortments, expected) in [
        (vec![&tools], vec!["NT-08", "HA-500", "HA-1000"]),
        (vec![&nuts], vec!["NT-08"]),
        (vec![&nuts, &tools, &none], vec!["NT-08", "HA-500", "HA-1000"]),
        (vec![&heavy], vec!["HX-8040.ZN", "HA-500"]),
        (vec![&listed], vec!["GL-9"]),
        (vec![&none], vec![]),
        (vec![], vec![]),
    ] {
        let visible = Visible::of(assortments);
        assert_eq!(parts(&catalog, &visible, &everything("")), expected);
        for (product, ordinal) in catalog.products().zip(0..) {
            let product = product.unwrap();
            let found = |text: &str| {
                let hits = search(&catalog, &visible, &everything(text));
                let counted: u32 = hits
                    .categories
                    .iter()
                    .filter(|count| !count.path.contains(" / "))
                    .map(|count| count.products)
                    .sum();
                assert_eq!((hits.total, hits.ordinals.len()), (counted, hits.total as usize));
                hits.ordinals.contains(&ordinal)
            };
            for text in [product.part.as_str(), &product.name, &product.brand] {
                assert_eq!(found(text), visible.admits(&product), "{text}");
            }
        }
    }
}

fn attribute(name: &str, unit: Option<&str>) -> FacetName {
    FacetName::Attribute { name: name.into(), unit: unit.map(Into::into) }
}

fn text(value: &str) -> FacetValue {
    FacetValue::Text(value.into())
}

fn counts_of(hits: &Hits, name: &FacetName) -> Vec<(FacetValue, u32)> {
    hits.facets.iter().find(|facet| facet.name == *name).map(|facet| facet.values.clone()).unwrap_or_default()
}

#[test]
fn a_count_is_what_choosing_the_value_shows() {
    let dir = TestDir::new("search-facets");
    let (catalog, all) = (catalog(&dir), Visible::everything());
    let hits = search(&catalog, &all, &everything(""));
    let (thread, weight) = (attribute("Thread", None), attribute("Weight", Some("g")));
    assert_eq!(counts_of(&hits, &thread), [(text("M8"), 2), (text("M10"), 1)]);
    assert_eq!(
        counts_of(&hits, &weight),
        [(FacetValue::Number(500.into()), 1), (FacetValue::Number(1000.into()), 1)],
        "by size"
    );
    assert_eq!(hits.facets[0].name, FacetName::Brand);
    let visible =
        Visible::of([&Assortment { include: vec![], exclude: vec![Selector::Brand("Tolvanta".into())] }]);
    for seen in [&all, &visible] {
        for text in ["", "hex", "M8"] {
            let hits = search(&catalog, seen, &everything(text));
            for facet in &hits.facets {
                for (value, count) in &facet.values {
                    let narrowed =
                        [Narrow { name: facet.name.clone(), values: vec![value.clone()], range: None }];
                    let chosen = search(&catalog, seen, &Query { narrowed: &narrowed, ..everything(text) });
                    assert_eq!((chosen.total, chosen.ordinals.len()), (*count, *count as usize), "{value:?}");
                    // Another value of the same facet would add what it says now.
                    for (other, more) in
                        counts_of(&chosen, &facet.name).iter().filter(|(one, _)| one != value)
                    {
                        let values = vec![value.clone(), other.clone()];
                        let both = [Narrow { name: facet.name.clone(), values, range: None }];
                        let both = search(&catalog, seen, &Query { narrowed: &both, ..everything(text) });
                        assert_eq!(both.total, count + more);
                    }
                }
            }
        }
    }
    assert!(
        counts_of(&search(&catalog, &visible, &everything("")), &FacetName::Brand)
            .iter()
            .all(|(brand, _)| *brand != text("Tolvanta"))
    );
}

#[test]
fn narrowing_by_several_facets_and_by_ranges() {
    let dir = TestDir::new("search-narrow");
    let (catalog, all) = (catalog(&dir), Visible::everything());
    let bolts =
        Narrow { name: attribute("Thread", None), values: vec![text("M8"), text("M10")], range: None };
    let long = |from: Option<i64>, to: Option<i64>| Narrow {
        name: attribute("Length", Some("mm")),
        values: vec![],
        range: Some((from.map(Decimal::from), to.map(Decimal::from))),
    };
    let found = |narrowed: &[Narrow]| parts(&catalog, &all, &Query { narrowed, ..everything("") });
    assert_eq!(found(std::slice::from_ref(&bolts)), ["HX-8040.ZN", "HX-1020.ZN", "NT-08"]);
    assert_eq!(found(&[bolts.clone(), long(Some(21), None)]), ["HX-8040.ZN"]);
    assert_eq!(
        found(&[long(Some(20), Some(40)), bolts.clone()]),
        ["HX-8040.ZN", "HX-1020.ZN"],
        "both ends belong"
    );
    assert_eq!(found(&[long(None, Some(19)), bolts.clone()]), [] as [&str; 0]);
    let unknown = Narrow { name: attribute("Colour", None), values: vec![text("red")], range: None };
    let none =
        search(&catalog, &all, &Query { narrowed: std::slice::from_ref(&unknown), ..everything("hammer") });
    assert_eq!((none.total, none.near), (0, false), "filters are no typing error");
    // A wish of one facet lessens the counts of the others, and categories.
    let hits = search(&catalog, &all, &Query { narrowed: &[long(Some(30), None)], ..everything("") });
    assert_eq!(counts_of(&hits, &attribute("Thread", None)), []);
    assert_eq!(counts_of(&hits, &attribute("Length", Some("mm"))).len(), 2);
    assert_eq!(hits.categories.len(), 2);
}

#[test]
fn what_can_be_typed_next_is_what_a_visible_product_has() {
    let dir = TestDir::new("search-completions");
    let catalog = catalog(&dir);
    let complete = |visible: &Visible, text: &str| {
        let shown = Arc::new(catalog.visible(visible).unwrap());
        let weights = catalog.weights(&shown).unwrap();
        let asker = Asker { shown: &shown, weights: &weights };
        catalog.complete(text, 5, asker, |ordinal| catalog.product(ordinal)).unwrap()
    };
    let all = Visible::everything();
    assert_eq!(complete(&all, "ha").texts, ["hammer", "Hammers"]);
    assert_eq!(complete(&all, "Engineer's ham").texts, ["Engineer's hammer", "Engineer's Hammers"]);
    assert_eq!(complete(&all, "drill ham").texts, [] as [&str; 0], "no product has both");
    assert_eq!(complete(&all, "GRÖ").texts, ["Größe"]);
    assert_eq!(complete(&all, "bra").things, [Thing::Brand("Brackmoor".into())]);
    assert_eq!(complete(&all, "bol").things, [Thing::Category("Fasteners / Bolts".into())]);
    assert_eq!(complete(&all, "hx-8").products, [0, 5], "one has it as its manufacturer's number");
    assert_eq!(complete(&all, "40063").products, [0]);
    for nothing in ["", "h", "x y z", "\u{ffff}", "ha ", &"a".repeat(10_000)] {
        assert!(complete(&all, nothing).texts.is_empty(), "{nothing}");
    }
    let nuts = Visible::of([&Assortment { include: vec![Selector::Part("NT-08".into())], exclude: vec![] }]);
    assert_eq!(complete(&nuts, "hex nu").texts, ["hex nut", "hex Nuts"]);
    for text in ["ha", "bra", "hx-8", "40063", "bol", "gro", "hex b"] {
        assert_eq!(complete(&nuts, text), Completions::default(), "{text}");
    }
}

const MANY_TONGUES: &str = "\
part,name,description,brand,category,unit,language,names,descriptions
A-1,Hex bolt,For machines,Kelder,Fasteners,H87,en,de=Sechskantschraube|fr=Vis à tête,de=Für Maschinen
A-2,Hex bolts,For machines,Kelder,Fasteners,H87,en,de=Sechskantschrauben,
A-3,Bohrmaschine,Mit Schlagwerk,Kelder,Werkzeug,H87,de,\"en=Drill, electric|pt=Furadeira de fixação\",en=Drills concrete
A-4,Śruba,,Kelder,Fasteners,H87,pl,,
";

#[test]
fn words_are_found_in_all_languages_of_a_product_by_the_stems_of_each() {
    let dir = TestDir::new("search-tongues");
    let (catalog, all) = (catalog_of(&dir, MANY_TONGUES), Visible::everything());
    let found = |text: &str| parts(&catalog, &all, &everything(text));
    for (typed, expected) in [
        ("drilling", &["A-3"] as &[&str]),
        ("bohrmaschinen", &["A-3"]),
        ("furadeiras", &["A-3"]),
        ("fixacao pt", &[]),
        ("fixacao furadeira", &["A-3"]),
        ("machine", &["A-1", "A-2"]),
        ("maschinen hex", &["A-1"]),
        ("tête", &["A-1"]),
        ("tete vis", &["A-1"]),
        ("sruba", &["A-4"]),
    ] {
        let hits = search(&catalog, &all, &everything(typed));
        assert!(!hits.near, "{typed}");
        assert_eq!(found(typed), expected, "{typed}");
    }
    let speaks = |tag: &str| catalog.speaks(&crate::model::language::Language::parse(tag).unwrap());
    assert!(speaks("de-AT") && speaks("pl") && speaks("fr") && !speaks("it"));
}

#[test]
fn a_word_as_typed_counts_more_than_its_stem() {
    let dir = TestDir::new("search-exact");
    let (catalog, all) = (catalog_of(&dir, MANY_TONGUES), Visible::everything());
    let found = |text: &str| parts(&catalog, &all, &everything(text));
    assert_eq!(found("bolt x"), ["A-1", "A-2"]);
    assert_eq!(found("bolts x"), ["A-2", "A-1"]);
    assert_eq!(found("sechskantschrauben"), ["A-2", "A-1"]);
}

#[test]
fn synonyms_are_found_either_way_or_one_way() {
    let dir = TestDir::new("search-synonyms");
    let (catalog, all) = (catalog(&dir), Visible::everything());
    let rules = "screw, bolt, machine screw\nmallet => engineer's hammer\ndriller, cordless drill\n";
    let synonyms = catalog.synonyms(&SynonymRules::parse(rules).unwrap());
    let found = |text: &str| parts(&catalog, &all, &Query { synonyms: Some(&synonyms), ..everything(text) });
    let bolts = ["HX-8040.ZN", "HX-1020.ZN"];
    for typed in ["screw", "screws", "Machine screws", "hex screw", "machine screw m8 hex"] {
        let expected = if typed.contains("m8") { &bolts[..1] } else { &bolts[..] };
        assert_eq!(found(typed), expected, "{typed}");
        assert_eq!(parts(&catalog, &all, &everything(typed)), [] as [&str; 0], "{typed}");
    }
    assert_eq!(found("bolts"), bolts);
    assert_eq!(found("mallet"), ["HA-500", "HA-1000"]);
    assert_eq!(found("mallet 500"), ["HA-500"]);
    assert_eq!(found("hammer brackmoor"), ["HA-500", "HA-1000"], "what it leads to is as before");
    assert_eq!(found("drillers 18"), ["SD-18"]);
    assert_eq!(found("screw brackmoor"), [] as [&str; 0]);
    let none = catalog.synonyms(&SynonymRules::default());
    assert_eq!(parts(&catalog, &all, &Query { synonyms: Some(&none), ..everything("bolts") }), bolts);
}
