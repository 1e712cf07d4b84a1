//! Typed documents: read as they were written, and valid in every version that knows them.

use super::{samples::*, *};
use crate::{
    model::trade::*,
    wire::grammar::{Violation, dtd_file},
};

/// Makes one paper of every kind.
fn papers(mut source: impl FnMut() -> Source) -> Vec<Paper> {
    let source = &mut source;
    vec![
        PunchOutSetup::sample(&mut source()).into(),
        CartMessage::sample(&mut source()).into(),
        Order::sample(&mut source()).into(),
        Confirmation::sample(&mut source()).into(),
        ShipNotice::sample(&mut source()).into(),
        Invoice::sample(&mut source()).into(),
        Receipt::sample(&mut source()).into(),
        StatusUpdate::sample(&mut source()).into(),
        QuoteRequest::sample(&mut source()).into(),
        Quote::sample(&mut source()).into(),
        CatalogUpload::sample(&mut source()).into(),
        Copied::sample(&mut source()).into(),
        CatalogIndex::sample(&mut source()).into(),
        Answer::sample(&mut source()).into(),
        ProfileQuestion {}.into(),
    ]
}

fn written(paper: &Paper, version: &CxmlVersion) -> String {
    let (from, to, (sender, secret)) = (identity("AN-shop"), identity("AN-buyer"), secret());
    let letter = Letter {
        from: &from,
        to: &to,
        sender: Some((&sender, &secret)),
        user_agent: "punchgate",
        test: false,
    };
    write_paper(paper, &letter, &stamp(), version).unwrap_or_else(|error| panic!("{error}\n{paper:#?}"))
}

/// DTDs by version and file.
type Loaded = HashMap<(String, &'static str), (PathBuf, Grammar)>;

/// How big a paper is, and where its choices come from.
type Size = (&'static str, fn() -> Source);

/// The DTD of a version that holds a kind of document, if it is among those held.
fn dtd_of(version: &CxmlVersion, name: &str) -> Option<&'static (PathBuf, Grammar)> {
    static LOADED: OnceLock<Loaded> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        let mut loaded = HashMap::new();
        for (version, path, _) in dtds() {
            for file in ["cXML.dtd", "Fulfill.dtd", "InvoiceDetail.dtd", "Quote.dtd"] {
                let path = path.with_file_name(file);
                if let Ok(octets) = fs::read(&path) {
                    let grammar = from_dtd(octets, &Limits::default()).unwrap();
                    loaded.insert((version.as_str().to_owned(), file), (path, grammar));
                }
            }
        }
        loaded
    });
    loaded.get(&(version.as_str().to_owned(), dtd_file(name)))
}

/// What the DTD and the grammar have against a written paper.
///
/// Values that are a matter of advice are as random as the rest.
fn violations(paper: &Paper, version: &CxmlVersion) -> Vec<String> {
    let text = written(paper, version);
    let document = text.parse::<Document>().unwrap_or_else(|error| panic!("{error}\n{text}"));
    let own = cxml().validate_as(&document, Version::parse(version.as_str()));
    let own: Vec<Violation> = own.into_iter().filter(|violation| !violation.kind.is_advice()).collect();
    let dtd = dtd_of(version, paper.name()).map(|(_, dtd)| dtd.validate(&document)).unwrap_or_default();
    let found: Vec<String> = dtd.iter().chain(&own).map(ToString::to_string).collect();
    if found.is_empty() { found } else { [found.into_iter().take(5).collect(), vec![text]].concat() }
}

fn read_again(paper: &Paper) -> (Paper, Vec<String>) {
    let newest = CxmlVersion::parse("1.2.071").unwrap();
    let text = written(paper, &newest);
    let document = text.parse::<Document>().unwrap();
    let reading = read_paper(&document).unwrap().unwrap_or_else(|error| panic!("{error}\n{text}"));
    (reading.paper, reading.skipped.iter().map(ToString::to_string).collect())
}

/// The first lines in which two papers differ.
fn difference(read: &Paper, written: &Paper, skipped: &[String]) -> String {
    let (read, written) = (format!("{read:#?}"), format!("{written:#?}"));
    let place = read.lines().zip(written.lines()).position(|(left, right)| left != right).unwrap_or(0);
    let around =
        |text: &str| text.lines().skip(place.saturating_sub(4)).take(8).collect::<Vec<_>>().join("\n");
    format!("{skipped:?}\n{}\n  where was written\n{}", around(&read), around(&written))
}

fn versions() -> impl Iterator<Item = CxmlVersion> {
    VERSIONS.into_iter().map(|version| CxmlVersion::parse(version).unwrap())
}

#[test]
fn every_kind_is_valid_at_its_least_and_at_its_most() {
    let mut wrong = Vec::new();
    for source in [|| Source::Least, || Source::Most] {
        for paper in papers(source) {
            for version in versions() {
                let found = violations(&paper, &version);
                if !found.is_empty() {
                    wrong.push(format!("{} {}: {}", version.as_str(), paper.name(), found.join("\n")));
                }
            }
            let (read, skipped) = read_again(&paper);
            if read != paper || !skipped.is_empty() {
                wrong.push(format!("{}: {}", paper.name(), difference(&read, &paper, &skipped)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_paper_is_read_as_written_and_valid(octets in proptest::collection::vec(any::<u8>(), 0..600)) {
        for paper in papers(|| Source::random(octets.clone())) {
            let (read, skipped) = read_again(&paper);
            let same = read == paper && skipped.is_empty();
            prop_assert!(same, "{}: {}", paper.name(), difference(&read, &paper, &skipped));
            for version in versions() {
                prop_assert_eq!(violations(&paper, &version), Vec::<String>::new(), "{}", version.as_str());
            }
        }
    }
}

/// Valid by the DTD and refused all the same: an amount that every invoice must have is an empty element; a code is a placeholder.
const UNREADABLE: [&str; 4] = [
    "gkrhee+cxml-ruby/invoice_taxes_at_line.xml",
    "gkrhee+cxml-ruby/invoice_taxes_at_line_multiple_taxes.xml",
    "gkrhee+cxml-ruby/invoice_taxes_at_total.xml",
    "punchout-catalogs+punchout-catalog-spryker/TEMPLATE_CxmlSetupRequestProcessorStrategyPlugin.php.2.xml",
];

/// Every valid document of the corpus that has a type is read, and shown without its secrets.
#[test]
fn valid_documents_of_the_corpus_are_read() {
    let place = env::var_os("CXML_CORPUS_DIR").unwrap_or_else(|| "../shared/corpus".into());
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(place);
    let Ok(list) = fs::read_to_string(folder.join("VALIDITY.tsv")) else {
        assert!(env::var_os("CI").is_none(), "CXML_CORPUS_DIR: nothing at {}", folder.display());
        println!("skipped: no corpus at {}", folder.display());
        return;
    };
    let mut kinds: HashMap<&str, usize> = HashMap::new();
    let mut wrong = Vec::new();
    for line in list.lines().filter(|line| line.split('\t').nth(4) == Some("valid")) {
        let name = line.split('\t').next().unwrap();
        let octets = fs::read(folder.join(name)).unwrap();
        let Ok(document) = Document::read(octets, None, &Limits::default()) else { continue };
        match read_paper(&document) {
            Some(Ok(reading)) => {
                *kinds.entry(reading.paper.name()).or_default() += 1;
                let shown = serde_json::to_string(&to_typed_json(&document)).unwrap();
                for secret in document.root().descendants().filter(|part| part.name() == "SharedSecret") {
                    let text = secret.string_value();
                    let quoted = format!("\"{}\"", text.trim());
                    if text.trim().len() > 5 && shown.contains(&quoted) {
                        wrong.push(format!("{name}: shows a secret"));
                    }
                }
            }
            Some(Err(_)) if UNREADABLE.contains(&name) => {}
            Some(Err(error)) => wrong.push(format!("{name}: {error}")),
            None => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{kinds:?}");
    for kind in ["PunchOutSetupRequest", "OrderRequest", "ConfirmationRequest", "InvoiceDetailRequest"] {
        assert!(kinds.contains_key(kind), "{kind}: none in {kinds:?}");
    }
}

/// libxml2 agrees on every kind at its least and its most.
#[test]
fn xmllint_finds_every_kind_valid() {
    if dtds().is_empty() {
        return;
    }
    if Command::new("xmllint").arg("--version").output().is_err() {
        assert!(env::var_os("CI").is_none(), "xmllint is not there");
        println!("skipped: xmllint is not there");
        return;
    }
    let folder = env::temp_dir().join(format!("punchgate-papers-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut files: HashMap<&PathBuf, Vec<PathBuf>> = HashMap::new();
    let sizes: [Size; 2] = [("least", || Source::Least), ("most", || Source::Most)];
    for (size, source) in sizes {
        for paper in papers(source) {
            for version in versions() {
                let Some((dtd, _)) = dtd_of(&version, paper.name()) else { continue };
                let file = folder.join(format!("{}-{}-{size}.xml", version.as_str(), paper.name()));
                fs::write(&file, written(&paper, &version)).unwrap();
                files.entry(dtd).or_default().push(file);
            }
        }
    }
    for (dtd, files) in files {
        let mut lint = Command::new("xmllint");
        let outcome = lint.args(["--nonet", "--noout", "--dtdvalid"]).arg(dtd).args(files).output().unwrap();
        assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    }
    fs::remove_dir_all(&folder).unwrap();
}
