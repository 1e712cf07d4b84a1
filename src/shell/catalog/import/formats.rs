//! Every format into a version, with changes, differences and damage.

use std::{io::Write, os::unix::fs::MetadataExt};

use super::*;
use crate::{
    model::{
        catalog::{Product, RelationKind},
        ids::{SupplierId, SupplierPartId},
        money::UnitPrice,
    },
    shell::catalog::test_dir::TestDir,
    wire::feed::{cif, index},
};

pub(super) fn acme() -> SupplierId {
    SupplierId::parse("acme").unwrap()
}

/// Reads a file over what is there, if anything.
pub(super) fn read(
    dir: &TestDir,
    bytes: &[u8],
    options: &Options,
    base: Option<&Catalog>,
) -> (ImportReport, Diff, CatalogWriter) {
    let path = dir.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let committed = base.map_or(0, Catalog::version);
    let mut writer = CatalogWriter::begin(dir.path(), &acme(), committed).unwrap();
    let (report, diff, _) = catalog(&path, options, base, &mut writer, &mut |_| {}).unwrap();
    (report, diff, writer)
}

pub(super) fn shown(report: &ImportReport) -> String {
    report.errors.iter().map(|error| error.to_string() + "\n").collect()
}

pub(super) fn published(
    dir: &TestDir,
    bytes: &[u8],
    options: &Options,
    base: Option<&Catalog>,
) -> (Catalog, Diff) {
    let (report, diff, writer) = read(dir, bytes, options, base);
    assert!(report.is_clean(), "{}", shown(&report));
    let published = writer.publish(Timestamp::UNIX_EPOCH).unwrap();
    let catalog = Catalog::open(dir.path(), &published.manifest).unwrap();
    catalog.verify().unwrap();
    (catalog, diff)
}

pub(super) fn refused(bytes: &[u8]) -> String {
    let dir = TestDir::new("refused");
    let (report, _, _) = read(&dir, bytes, &Options::default(), None);
    assert!(!report.is_clean());
    shown(&report)
}

fn products(catalog: &Catalog) -> Vec<Product> {
    catalog.products().map(|product| (*product.unwrap()).clone()).collect()
}

pub(super) fn find(catalog: &Catalog, part: &str) -> Product {
    let part = SupplierPartId::parse(part).unwrap();
    (*catalog.by_part(&part, None).unwrap().unwrap().1).clone()
}

fn example() -> Vec<u8> {
    std::fs::read("fixtures/catalog/products.csv").unwrap()
}

#[test]
fn changes_touch_what_they_have_columns_for() {
    let dir = TestDir::new("changes");
    let (base, diff) = published(&dir, &example(), &Options::default(), None);
    assert_eq!((diff.new, diff.gone), (4, 0));
    let update = Options { mode: Some(Mode::Update), ..Options::default() };
    let prices = b"part,currency,list_price\nHB933-08-040-ZN,EUR,1:6.99\nHN934-08-ZN,EUR,17.20\n";
    let (second, diff) = published(&dir, prices, &update, Some(&base));
    assert_eq!(diff.summary(), "0 new, 0 gone, 2 changed (1 price jumps), 2 as before");
    let bolt = find(&second, "HB933-08-040-ZN");
    assert_eq!(bolt.list_price.as_ref().unwrap().tiers.len(), 1);
    assert_eq!(bolt.name, find(&base, "HB933-08-040-ZN").name);
    assert_eq!(
        diff.lines.iter().find(|line| line.kind == DiffKind::PriceJump).unwrap().text,
        "1.72 → 17.20 EUR"
    );
    // Prices are not in the index: it is the same files.
    let inode = |version: u64| {
        let folder = dir.path().join(format!("catalogs/acme/{version}/index/meta.json"));
        std::fs::metadata(folder).unwrap().ino()
    };
    assert_eq!(inode(1), inode(2));

    let mixed =
        b"part,name,category,unit,delete\nHB933-08-040-ZN,,,,yes\nNEW-1,New one,Fasteners / Bolts,H87,\n";
    let (third, diff) = published(&dir, mixed, &update, Some(&second));
    assert_eq!((diff.new, diff.gone, diff.changed, diff.same), (1, 1, 0, 3));
    assert!(third.by_part(&SupplierPartId::parse("HB933-08-040-ZN").unwrap(), None).unwrap().is_none());
    assert_eq!(third.categories().by_path("Fasteners / Bolts").unwrap().products, 1);

    let (report, _, writer) = read(&dir, b"part,delete\nNO-SUCH,yes\n", &update, Some(&third));
    assert_eq!(shown(&report), "line 2: part: the catalog has no such product to remove\n");
    drop(writer);
    let (report, _, _) = read(&dir, b"part,name\nNEW-2,Only a name\n", &update, Some(&third));
    assert_eq!(shown(&report), "line 2: category: is empty\nline 2: unit: is empty\n");
}

#[test]
fn columns_are_called_as_the_supplier_calls_them() {
    let dir = TestDir::new("mapping");
    let mut mapping = Mapping::default();
    for pair in ["Artikelnummer=part", "Bezeichnung=name", "Warengruppe=category", "ME=unit", "Lager=-"] {
        mapping.add(pair, &columns()).unwrap();
    }
    assert!(mapping.add("X=price", &columns()).is_err());
    let options = Options { mapping, ..Options::default() };
    let file = "Artikelnummer;BEZEICHNUNG;Warengruppe;ME;Lager\nA-1;Schraube;Schrauben;H87;17\n";
    let (catalog, _) = published(&dir, file.as_bytes(), &options, None);
    assert_eq!(find(&catalog, "A-1").name, "Schraube");
}

/// Fields that CIF and Index have a place for.
fn carried(product: &Product) -> String {
    let details = &product.details;
    format!(
        "{} {:?} {} {} {:?} {:?} {} {:?} {:?} {} {} {:?} {:?} {:?} {:?}",
        product.part,
        product.auxiliary,
        product.name,
        product.description,
        product.manufacturer,
        product.manufacturer_part,
        product.category,
        product.unspsc,
        product.list_price.as_ref().map(|list| (list.currency, list.tiers[0])),
        product.unit,
        product.price_basis,
        product.lead_time_days,
        details.language.as_deref().unwrap_or("en"),
        details.validity,
        product.brand,
    )
}

/// Those with a price: what CIF and `IndexItemAdd` can carry.
fn priced(catalog: &Catalog) -> Vec<Product> {
    products(catalog).into_iter().filter(|product| product.list_price.is_some()).collect()
}

fn first_price(product: &Product) -> Option<UnitPrice> {
    let list = product.list_price.as_ref()?;
    UnitPrice::new(list.tiers[0].amount, list.currency, product.price_basis).ok()
}

#[test]
fn cif_written_is_read() {
    let dir = TestDir::new("cif");
    let (base, _) = published(&dir, &example(), &Options::default(), None);
    let wanted = priced(&base);
    let head = cif::Head {
        domain: "NetworkID",
        identity: "AN01",
        currency: "EUR",
        items: wanted.len() as u64,
        at: Timestamp::UNIX_EPOCH,
    };
    let rows: String = wanted.iter().map(|one| cif::row(&head, one, first_price(one).unwrap())).collect();
    let file = format!("{}{rows}{}", cif::head(&head), cif::END);
    let (again, _) = published(&dir, file.as_bytes(), &Options::default(), Some(&base));
    let texts = |products: &[Product]| products.iter().map(carried).collect::<Vec<_>>();
    assert_eq!(texts(&products(&again)), texts(&wanted));

    let cut = file.replace("ENDOFDATA", "");
    assert!(refused(cut.as_bytes()).contains("without ENDOFDATA"));
    let fewer = file.replacen("ITEMCOUNT: 3", "ITEMCOUNT: 5", 1);
    assert!(refused(fewer.as_bytes()).contains("ITEMCOUNT is 5, the file has 3 rows"));
    assert!(refused(b"CIF_I_V2.1\nDATA\nENDOFDATA\n").contains("CIF_I_V3.0"));
}

#[test]
fn a_cif_of_others_is_read() {
    let dir = TestDir::new("cif-others");
    let file = "CIF_I_V3.0\t\nCHARSET:\t8859_1\nLOADMODE:\tF\nCODEFORMAT:\tUNSPSC_V13.5\nCURRENCY:\tUSD\nITEMCOUNT:\t2\nUNUOM:\tTRUE\n\
        FIELDNAMES: Supplier ID,Supplier Part ID,Manufacturer Part ID,Item Description,SPSC Code,Unit Price,Unit of Measure,Lead Time,Manufacturer Name,Supplier URL,Manufacturer URL,Market Price,Currency,Regions,Language\n\
        DATA\nAN1,216-M,216M,\"Lanyard, 4' green\",23171500,55.45,EA,0,Fallwerk,http://fall.example/a,,47.88,USD,NATIONAL_USA,en\n\
        AN1,855,855,Apron gr\u{f6}\u{df}er,46181501,75.02,EA,10,Leder,,,,,,en_US\nENDOFDATA";
    let bytes: Vec<u8> = file.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let (catalog, _) = published(&dir, &bytes, &Options::default(), None);
    let lanyard = find(&catalog, "216-M");
    assert_eq!(lanyard.name, "Lanyard, 4' green");
    assert_eq!(lanyard.details.unspsc_version.as_deref(), Some("13.5"));
    assert_eq!(lanyard.category, "UNSPSC 23");
    let names: Vec<&str> = lanyard.details.extrinsics.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Supplier URL", "Regions"]);
    let apron = find(&catalog, "855");
    assert_eq!((apron.name.as_str(), apron.list_price.unwrap().currency.as_str()), ("Apron größer", "USD"));
}

fn index_of(products: &[Product], kind: index::Kind) -> String {
    let identities =
        [("NetworkID".to_owned(), "AN01".to_owned()), ("DUNS".to_owned(), "123456789".to_owned())];
    let mut text = index::head(&index::Head { identities: &identities, version: "1.2.071" }).unwrap();
    if kind == index::Kind::Punchout {
        text += &index::place("store", "acme", "Acme & Sons", "en", "https://shop.example/").unwrap();
        text +=
            &index::place("aisle", "category:Fasteners", "Fasteners", "en", "https://shop.example/").unwrap();
    }
    for product in products {
        text += &index::product(kind, product, first_price(product), "en", "https://shop.example/").unwrap();
    }
    text + index::END
}

#[test]
fn an_index_written_is_read_and_valid() {
    use crate::wire::{
        grammar::from_dtd,
        xml::{Document, Limits},
    };
    let dir = TestDir::new("index");
    let (base, _) = published(&dir, &example(), &Options::default(), None);
    let wanted = priced(&base);
    let texts = |products: &[Product]| products.iter().map(carried).collect::<Vec<_>>();
    for kind in [index::Kind::Add, index::Kind::Punchout] {
        let mut file = index_of(&wanted, kind);
        let document = file.parse::<Document>().unwrap();
        for version in ["1.2.050", "1.2.063", "1.2.071"] {
            let place = std::env::var_os("CXML_DTD_DIR").unwrap_or_else(|| "../shared/cxml-dtd".into());
            let path = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join(place)
                .join(version)
                .join("cXML.dtd");
            if !path.exists() {
                assert!(std::env::var_os("CI").is_none(), "CXML_DTD_DIR: nothing at {}", path.display());
                println!("skipped: no DTD at {}", path.display());
                continue;
            }
            let grammar = from_dtd(std::fs::read(&path).unwrap(), &Limits::default()).unwrap();
            let found: Vec<String> = grammar.validate(&document).iter().map(ToString::to_string).collect();
            assert!(found.is_empty(), "{version} {kind:?}: {}\n{file}", found.join("\n"));
        }
        if kind == index::Kind::Punchout {
            // Store and aisle are no products.
            let from = file.find("<IndexItem><IndexItemPunchout><ItemID><SupplierPartID>acme").unwrap();
            let to = file.find("<IndexItem><IndexItemPunchout><ItemID><SupplierPartID>HB933").unwrap();
            file.replace_range(from..to, "");
        }
        let (again, _) = published(&dir, file.as_bytes(), &Options::default(), Some(&base));
        assert_eq!(texts(&products(&again)), texts(&wanted), "{kind:?}");
        let half = file.get(..file.len() / 2).unwrap();
        assert!(refused(half.as_bytes()).contains("cut off"));
    }
}

const INDEX: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE Index SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.063/cXML.dtd">
<Index loadmode="Incremental">
<SupplierID domain="NetworkID">AN01</SupplierID>
<IndexItem><IndexItemAdd>
<ItemID><SupplierPartID>X-1</SupplierPartID></ItemID>
<ItemDetail><UnitPrice><Money currency="EUR">-1.23</Money></UnitPrice><Description xml:lang="en">One &amp; only</Description><UnitOfMeasure>EA</UnitOfMeasure><Classification domain="UNSPSC">31161504</Classification></ItemDetail>
<IndexItemDetail><LeadTime>2</LeadTime></IndexItemDetail></IndexItemAdd></IndexItem>
<IndexItem><IndexItemDelete><ItemID><SupplierPartID>HN934-08-ZN</SupplierPartID></ItemID></IndexItemDelete></IndexItem>
</Index>
"#;

#[test]
fn an_index_of_changes_names_the_lines_of_its_mistakes() {
    let dir = TestDir::new("index-changes");
    let (base, _) = published(&dir, &example(), &Options::default(), None);
    let (report, _, writer) = read(&dir, INDEX.as_bytes(), &Options::default(), Some(&base));
    assert_eq!(shown(&report), "line 5: list_price: a price is below zero\n");
    drop(writer);
    let good = INDEX.replace("-1.23", "1.23");
    let (next, diff) = published(&dir, good.as_bytes(), &Options::default(), Some(&base));
    assert_eq!((diff.new, diff.gone, diff.same), (1, 1, 3));
    assert_eq!(find(&next, "X-1").lead_time_days, Some(2));
    assert!(refused(b"<cXML><Index/></cXML>").contains("the document is <cXML>"));
}

const BMECAT: &str = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<BMECAT version="2005" xmlns="http://www.bmecat.org/bmecat/2005fd">
<HEADER><CATALOG><LANGUAGE default="true">deu</LANGUAGE><LANGUAGE>eng</LANGUAGE><CATALOG_ID>1</CATALOG_ID><CURRENCY>EUR</CURRENCY><MIME_ROOT>https://bilder.example/kat/</MIME_ROOT></CATALOG></HEADER>
<T_NEW_CATALOG>
<CATALOG_GROUP_SYSTEM>
<CATALOG_STRUCTURE type="root"><GROUP_ID>1</GROUP_ID><GROUP_NAME>Katalog</GROUP_NAME><PARENT_ID>0</PARENT_ID></CATALOG_STRUCTURE>
<CATALOG_STRUCTURE type="node"><GROUP_ID>10</GROUP_ID><GROUP_NAME>Werkzeuge</GROUP_NAME><PARENT_ID>1</PARENT_ID></CATALOG_STRUCTURE>
<CATALOG_STRUCTURE type="leaf"><GROUP_ID>100</GROUP_ID><GROUP_NAME>Zangen</GROUP_NAME><PARENT_ID>10</PARENT_ID></CATALOG_STRUCTURE>
</CATALOG_GROUP_SYSTEM>
<PRODUCT mode="new">
<SUPPLIER_PID>Z-160</SUPPLIER_PID>
<PRODUCT_DETAILS><DESCRIPTION_SHORT lang="eng">Pliers 160</DESCRIPTION_SHORT><DESCRIPTION_SHORT lang="deu">Zange @ 160</DESCRIPTION_SHORT><DESCRIPTION_LONG lang="deu">Eine Zange.</DESCRIPTION_LONG><INTERNATIONAL_PID type="gtin">4006381333931</INTERNATIONAL_PID><MANUFACTURER_PID>160</MANUFACTURER_PID><MANUFACTURER_NAME>Zangwerk</MANUFACTURER_NAME></PRODUCT_DETAILS>
<PRODUCT_FEATURES><REFERENCE_FEATURE_SYSTEM_NAME>ECLASS-9.1</REFERENCE_FEATURE_SYSTEM_NAME><REFERENCE_FEATURE_GROUP_ID>21049090</REFERENCE_FEATURE_GROUP_ID><FEATURE><FNAME>Length</FNAME><FVALUE>160</FVALUE><FUNIT>mm</FUNIT></FEATURE></PRODUCT_FEATURES>
<PRODUCT_ORDER_DETAILS><ORDER_UNIT>BX</ORDER_UNIT><CONTENT_UNIT>C62</CONTENT_UNIT><NO_CU_PER_OU>10</NO_CU_PER_OU><PRICE_QUANTITY>1</PRICE_QUANTITY><QUANTITY_MIN>2</QUANTITY_MIN><QUANTITY_INTERVAL>2</QUANTITY_INTERVAL></PRODUCT_ORDER_DETAILS>
<PRODUCT_LOGISTIC_DETAILS><PRODUCT_DIMENSIONS><WEIGHT>2.250</WEIGHT></PRODUCT_DIMENSIONS></PRODUCT_LOGISTIC_DETAILS>
<PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type="net_list"><PRICE_AMOUNT>20.00</PRICE_AMOUNT><PRICE_FACTOR>0.95</PRICE_FACTOR><LOWER_BOUND>10</LOWER_BOUND></PRODUCT_PRICE><PRODUCT_PRICE price_type="net_list"><PRICE_AMOUNT>20.00</PRICE_AMOUNT><LOWER_BOUND>1</LOWER_BOUND></PRODUCT_PRICE><PRODUCT_PRICE price_type="gros_list"><PRICE_AMOUNT>23.80</PRICE_AMOUNT></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS>
<MIME_INFO><MIME><MIME_TYPE>image/jpeg</MIME_TYPE><MIME_SOURCE>z160.jpg</MIME_SOURCE><MIME_PURPOSE>normal</MIME_PURPOSE></MIME><MIME><MIME_TYPE>application/pdf</MIME_TYPE><MIME_SOURCE>z160.pdf</MIME_SOURCE><MIME_DESCR>Datenblatt</MIME_DESCR><MIME_PURPOSE>data_sheet</MIME_PURPOSE></MIME></MIME_INFO>
<PRODUCT_REFERENCE type="similar"><PROD_ID_TO>Z-180</PROD_ID_TO></PRODUCT_REFERENCE>
<PRODUCT_REFERENCE type="consists_of" quantity="2"><PROD_ID_TO>G-1</PROD_ID_TO></PRODUCT_REFERENCE>
</PRODUCT>
<PRODUCT mode="new">
<SUPPLIER_PID>Z-180</SUPPLIER_PID>
<PRODUCT_DETAILS><DESCRIPTION_SHORT>Zange 180</DESCRIPTION_SHORT></PRODUCT_DETAILS>
<PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT></PRODUCT_ORDER_DETAILS>
<PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type="net_customer"><PRICE_AMOUNT>9.5</PRICE_AMOUNT><PRICE_CURRENCY>CHF</PRICE_CURRENCY></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS>
</PRODUCT>
<PRODUCT_TO_CATALOGGROUP_MAP><PROD_ID>Z-160</PROD_ID><CATALOG_GROUP_ID>100</CATALOG_GROUP_ID></PRODUCT_TO_CATALOGGROUP_MAP>
<PRODUCT_TO_CATALOGGROUP_MAP><PROD_ID>Z-180</PROD_ID><CATALOG_GROUP_ID>100</CATALOG_GROUP_ID></PRODUCT_TO_CATALOGGROUP_MAP>
</T_NEW_CATALOG>
</BMECAT>
"#;

#[test]
fn bmecat_is_read() {
    let dir = TestDir::new("bmecat");
    let file: Vec<u8> = BMECAT
        .replace('@', "gr\u{f6}\u{df}er")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let (catalog, _) = published(&dir, &file, &Options::default(), None);
    let pliers = find(&catalog, "Z-160");
    assert_eq!((pliers.name.as_str(), pliers.category.as_str()), ("Zange größer 160", "Werkzeuge / Zangen"));
    let tiers: Vec<String> = pliers
        .list_price
        .as_ref()
        .unwrap()
        .tiers
        .iter()
        .map(|tier| format!("{}:{}", tier.from, tier.amount))
        .collect();
    assert_eq!(tiers, ["1:20.00", "10:19"]);
    let details = &pliers.details;
    assert_eq!(details.language.as_deref(), Some("de"));
    assert_eq!(details.translations[0].name.as_deref(), Some("Pliers 160"));
    assert_eq!(details.eclass.as_ref().unwrap().code, "21049090");
    assert_eq!(details.pictures[0].address, "https://bilder.example/kat/z160.jpg");
    assert_eq!(details.attachments[0].media_type.as_deref(), Some("application/pdf"));
    assert_eq!(details.components[0].quantity.to_string(), "2");
    assert_eq!(pliers.relations[0].kind, RelationKind::Alternative);
    assert_eq!(pliers.content.as_ref().unwrap().quantity.to_string(), "10");
    assert_eq!(find(&catalog, "Z-180").list_price.unwrap().currency.as_str(), "CHF");
    let kilograms =
        |catalog: &Catalog, part| find(catalog, part).details.weight_kg.map(|weight| weight.to_string());
    assert_eq!(kilograms(&catalog, "Z-160").as_deref(), Some("2.25"));
    assert_eq!(kilograms(&catalog, "Z-180"), None);

    let prices = r#"<BMECAT version="2005"><HEADER><CATALOG><LANGUAGE>deu</LANGUAGE><CURRENCY>EUR</CURRENCY></CATALOG></HEADER><T_UPDATE_PRICES prev_version="1"><PRODUCT mode="update"><SUPPLIER_PID>Z-160</SUPPLIER_PID><PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type="net_list"><PRICE_AMOUNT>21</PRICE_AMOUNT></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS></PRODUCT></T_UPDATE_PRICES></BMECAT>"#;
    let (next, diff) = published(&dir, prices.as_bytes(), &Options::default(), Some(&catalog));
    assert_eq!((diff.changed, diff.jumps, diff.same), (1, 0, 1));
    assert_eq!(find(&next, "Z-160").category, "Werkzeuge / Zangen");
    assert!(refused(BMECAT.replace("2005\"", "1.2\"").as_bytes()).contains("BMEcat 1.2 is not read"));
}

/// A feature speaks of a piece: of a box it says nothing. Zero is what systems write that know no weight.
#[test]
fn bmecat_weighs_what_is_ordered() {
    let dir = TestDir::new("bmecat-weight");
    let feature = |name: &str, value: &str, unit: &str| {
        format!(
            "<PRODUCT_FEATURES><FEATURE><FNAME>{name}</FNAME><FVALUE>{value}</FVALUE><FUNIT>{unit}</FUNIT></FEATURE></PRODUCT_FEATURES>"
        )
    };
    let logistics = |weight: &str| {
        format!(
            "<PRODUCT_LOGISTIC_DETAILS><PRODUCT_DIMENSIONS><WEIGHT>{weight}</WEIGHT></PRODUCT_DIMENSIONS></PRODUCT_LOGISTIC_DETAILS>"
        )
    };
    let one = "<ORDER_UNIT>C62</ORDER_UNIT>";
    let box_of_ten =
        "<ORDER_UNIT>BX</ORDER_UNIT><CONTENT_UNIT>C62</CONTENT_UNIT><NO_CU_PER_OU>10</NO_CU_PER_OU>";
    for (features, order, logistics, kilograms) in [
        (feature("Gewicht", "125", "GRM"), one, String::new(), Some("0.125")),
        (feature("Weight", "1.5", "kg"), one, String::new(), Some("1.5")),
        (feature("Weight", "1.5", "kg"), one, logistics("1.7"), Some("1.7")),
        (feature("Weight", "1.5", "kg"), one, logistics("0"), None),
        (feature("Weight", "1.5", "kg"), box_of_ten, String::new(), None),
        (feature("Weight", "1.5", "mm"), one, String::new(), None),
        (feature("Weight", "about 2", "kg"), one, String::new(), None),
        (feature("Weight class", "2", "kg"), one, String::new(), None),
    ] {
        let file = format!(
            "<BMECAT version=\"2005\"><HEADER><CATALOG><LANGUAGE>deu</LANGUAGE><CURRENCY>EUR</CURRENCY></CATALOG></HEADER>\
             <T_NEW_CATALOG><PRODUCT><SUPPLIER_PID>A</SUPPLIER_PID><PRODUCT_DETAILS><DESCRIPTION_SHORT>A</DESCRIPTION_SHORT></PRODUCT_DETAILS>\
             {features}<PRODUCT_ORDER_DETAILS>{order}</PRODUCT_ORDER_DETAILS>{logistics}</PRODUCT></T_NEW_CATALOG></BMECAT>"
        );
        let (catalog, _) = published(&dir, file.as_bytes(), &Options::default(), None);
        let weight = find(&catalog, "A").details.weight_kg.map(|weight| weight.to_string());
        assert_eq!(weight.as_deref(), kilograms, "{features}{logistics}");
    }
}

/// A workbook of one sheet; `fill` makes the sheet's rows.
pub(super) fn workbook(shared: &str, sheet: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut put = |name: &str, bytes: &[u8]| {
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    };
    put("[Content_Types].xml", br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#);
    put("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#);
    put("xl/workbook.xml", br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Artikel" sheetId="1" r:id="r1"/></sheets></workbook>"#);
    put("xl/_rels/workbook.xml.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#);
    put(
        "xl/sharedStrings.xml",
        format!(r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{shared}</sst>"#)
            .as_bytes(),
    );
    put(
        "xl/worksheets/sheet1.xml",
        &[
            br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
            sheet,
            b"</sheetData></worksheet>",
        ]
        .concat(),
    );
    zip.finish().unwrap().into_inner()
}

const SHEET: &str = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>name</t></is></c><c r="C1" t="inlineStr"><is><t>category</t></is></c><c r="D1" t="inlineStr"><is><t>unit</t></is></c><c r="E1" t="inlineStr"><is><t>currency</t></is></c><c r="F1" t="inlineStr"><is><t>list_price</t></is></c><c r="G1" t="inlineStr"><is><t>gtin</t></is></c></row>
<row r="3"><c r="A3"><v>4711</v></c><c r="B3" t="inlineStr"><is><t>Zange</t></is></c><c r="C3" t="inlineStr"><is><t>Zangen</t></is></c><c r="D3" t="inlineStr"><is><t>H87</t></is></c><c r="E3" t="inlineStr"><is><t>EUR</t></is></c><c r="F3"><v>1.1000000000000001</v></c><c r="G3"><v>4006381333931</v></c></row>"#;

#[test]
fn a_workbook_is_read_and_a_bomb_is_not() {
    let dir = TestDir::new("xlsx");
    let shared = "<si><t>part</t></si>";
    let (catalog, _) = published(&dir, &workbook(shared, SHEET.as_bytes()), &Options::default(), None);
    let pliers = find(&catalog, "4711");
    assert_eq!(pliers.list_price.unwrap().tiers[0].amount.to_string(), "1.1");
    assert_eq!(pliers.gtin.as_deref(), Some("4006381333931"));
    let wrong = SHEET.replace("H87", "PIECE");
    assert!(refused(&workbook(shared, wrong.as_bytes())).starts_with("line 3: unit: \"PIECE\""));

    let rows = vec![b' '; 100 << 20];
    assert!(refused(&workbook(shared, &rows)).contains("unpacks to too much"));
    let strings = " <si/>".repeat(12 << 20);
    assert!(refused(&workbook(&strings, SHEET.as_bytes())).contains("unpacks to too much"));
    assert!(refused(&workbook("<![CDATA[x]]>", SHEET.as_bytes())).contains("CDATA"));
    let whole = workbook(shared, SHEET.as_bytes());
    assert!(refused(&whole[..whole.len() / 2]).contains("cannot be unpacked"));
    assert!(refused(b"PK\x03\x04 and nothing").contains("cannot be unpacked"));
}

#[test]
fn circles_are_told_with_their_products() {
    let file = "part,name,category,unit,successors,components\nA,A,C,H87,B,\nB,B,C,H87,C,\nC,C,C,H87,A,\nD,D,C,H87,A,E=2\nE,E,C,H87,,F\nF,F,C,H87,,E\nG,G,C,H87,,E|F\n";
    insta::assert_snapshot!(refused(file.as_bytes()), @r"
    line 2: successors: A → B → C → A is a circle
    line 6: components: E → F → E is a circle
    ");
}

#[test]
fn two_gigabytes_of_nothing_are_refused_at_once() {
    let dir = TestDir::new("huge");
    for start in [
        "part,name,category,unit\n",
        "CIF_I_V3.0\nFIELDNAMES: Supplier Part ID\nDATA\n",
        "<Index loadmode=\"Full\"><IndexItem><IndexItemAdd>",
        "PK\u{3}\u{4}",
    ] {
        let path = dir.path().join("file");
        std::fs::write(&path, start).unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(2 << 30).unwrap();
        drop(file);
        let mut writer = CatalogWriter::begin(dir.path(), &acme(), 0).unwrap();
        let (report, ..) = catalog(&path, &Options::default(), None, &mut writer, &mut |_| {}).unwrap();
        assert!(!report.is_clean() && !report.complete, "{start}");
        std::fs::remove_file(&path).unwrap();
    }
}
