//! The canonical forms against those of xmllint (whole documents) and xmlsec1 (subtrees) on random documents, and the command.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use punchgate::wire::xml::{
    Document,
    canonical::{Canonical, Form, Part},
};

use crate::support::{Folder, has_tool};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Random documents from a seed (splitmix64).
///
/// Without what libxml2 2.9 gets wrong: it keeps a reference in a namespace name unresolved, and a joined `xml:base` that ends in
/// `..` gets no slash there.
struct Generator {
    state: u64,
    ids: usize,
}

impl Generator {
    fn new(seed: u64) -> Self {
        Self { state: seed, ids: 0 }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn several(&mut self, choices: &[&str]) -> String {
        (0..self.below(6)).map(|_| self.of(choices)).collect()
    }

    /// A document whose root ends with `last`; its elements have the ids `n1` up to [`Self::ids`].
    fn document(&mut self, last: &str) -> String {
        let mut out = String::new();
        if self.one_in(2) {
            out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n");
        }
        self.around(&mut out);
        if self.one_in(3) {
            out.push_str("<!DOCTYPE r>\n");
            self.around(&mut out);
        }
        self.element(&mut out, &[], 6, last);
        self.around(&mut out);
        out
    }

    fn around(&mut self, out: &mut String) {
        for _ in 0..self.below(3) {
            out.push_str(self.of(&["\n", "<!-- a\r\nb -->", "<?pi  x y ?>", "<?empty?>", "<?e   ?>\n"]));
        }
    }

    fn element(&mut self, out: &mut String, bound: &[&'static str], depth: usize, last: &str) {
        let mut bound = bound.to_vec();
        let mut attributes = Vec::new();
        for prefix in ["p", "q"] {
            if self.one_in(4) {
                attributes
                    .push(format!("xmlns:{prefix}=\"{}{prefix}\"", self.of(&["urn:1", "http://x/?a=1;"])));
                bound.push(prefix);
            }
        }
        if self.one_in(4) {
            attributes.push(format!("xmlns='{}'", self.of(&["", "urn:d", "urn:1p"])));
        }
        if self.one_in(20) {
            attributes.push("xmlns:xml='http://www.w3.org/XML/1998/namespace'".to_owned());
        }
        let value =
            ["a", " ", "&lt;", "&amp;", ">", "\"", "&#9;", "&#10;", "&#13;", "\r\n", "\t", "ü", "\u{10348}"];
        let mut names = vec!["z", "y", "x", "A", "xml:lang", "xml:space", "xml:other"];
        names.extend(
            bound.iter().flat_map(|&prefix| if prefix == "p" { ["p:x", "p:y"] } else { ["q:x", "q:a"] }),
        );
        names.sort_unstable();
        names.dedup();
        for name in names {
            if self.one_in(4) {
                attributes.push(format!("{name}='{}'", self.several(&value)));
            }
        }
        if self.one_in(3) {
            let base = self.of(&["http://a/b/c", "d/e", "f/", "../g", "/h/i", "//j/k?l", "m#n", "./o"]);
            attributes.push(format!("xml:base='{base}'"));
        }
        self.ids += 1;
        attributes.push(format!("xml:id='n{}'", self.ids));
        let name = match self.below(3) {
            0 if !bound.is_empty() => format!("{}:{}", bound[self.below(bound.len())], self.of(&["a", "b"])),
            _ => self.of(&["r", "é", "l.-_9"]).to_owned(),
        };
        write!(out, "<{name}").unwrap();
        while !attributes.is_empty() {
            let attribute = attributes.swap_remove(self.below(attributes.len()));
            write!(out, "{}{attribute}", self.of(&[" ", "\r\n  ", "\t"])).unwrap();
        }
        out.push('>');
        for _ in 0..if depth == 0 { 0 } else { self.below(5) } {
            match self.below(7) {
                0..3 => self.element(out, &bound, depth - 1, ""),
                3 => out.push_str(self.of(&["<!---->", "<!-- c\r\n -->", "<?pi?>", "<?pi d ?>"])),
                4 => out.push_str(self.of(&["<![CDATA[<&>\"\r\n]]>", "<![CDATA[]]>", "<![CDATA[a]]b]]>"])),
                _ => {
                    let text = self.several(&[
                        "a", "&amp;", "&lt;", "&gt;", "\"", "'", "&#13;", "\r\n", "\t", "€", "&#x20AC;",
                    ]);
                    out.push_str(&text);
                }
            }
        }
        write!(out, "{last}</{name}>").unwrap();
    }
}

fn exclusive(prefixes: &str, comments: bool) -> Canonical<'static> {
    let prefixes = prefixes.split_ascii_whitespace().map(str::to_owned).collect();
    Canonical { form: Form::Exclusive, comments, prefixes, defaults: None }
}

fn inclusive(form: Form, comments: bool) -> Canonical<'static> {
    Canonical { form, comments, ..Canonical::default() }
}

fn ours(part: Part<'_>, canonical: &Canonical<'_>) -> String {
    String::from_utf8(canonical.octets(part, None).unwrap()).unwrap()
}

#[test]
fn whole_documents_as_xmllint_writes_them() {
    if !has_tool("xmllint") {
        return;
    }
    let folder = Folder::new("canonical");
    let file = folder.0.join("random.xml");
    for seed in 0..150 {
        let text = Generator::new(seed).document("");
        fs::write(&file, &text).unwrap();
        let document: Document = text.parse().unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        for (option, canonical) in [
            ("--c14n", inclusive(Form::Canonical10, true)),
            ("--c14n11", inclusive(Form::Canonical11, true)),
            ("--exc-c14n", exclusive("", true)),
        ] {
            let theirs = Command::new("xmllint").args([option, "--nonet"]).arg(&file).output().unwrap();
            let theirs = String::from_utf8(theirs.stdout).unwrap();
            assert!(!theirs.is_empty(), "seed {seed}");
            assert_eq!(ours(Part::Document(&document), &canonical), theirs, "seed {seed}, {option}\n{text}");
        }
    }
}

/// The forms of one element, with the URI of each as XML signatures name it.
fn forms() -> Vec<(&'static str, &'static str, Canonical<'static>)> {
    let mut forms = Vec::new();
    for comments in [false, true] {
        let uri = |without, with| if comments { with } else { without };
        forms.push((
            uri(
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
            ),
            "",
            inclusive(Form::Canonical10, comments),
        ));
        forms.push((
            uri("http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/2006/12/xml-c14n11#WithComments"),
            "",
            inclusive(Form::Canonical11, comments),
        ));
        for prefixes in ["", "p", "q #default p unbound"] {
            forms.push((
                uri(
                    "http://www.w3.org/2001/10/xml-exc-c14n#",
                    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
                ),
                prefixes,
                exclusive(prefixes, comments),
            ));
        }
    }
    forms
}

/// One `Reference` of a signature that xmlsec1 is to make.
fn reference(uri: &str, enveloped: bool, algorithm: &str, prefixes: &str) -> String {
    let envelope = format!("<Transform Algorithm=\"{DSIG}enveloped-signature\"/>");
    let envelope = if enveloped { envelope.as_str() } else { "" };
    let list = format!(
        "<InclusiveNamespaces xmlns=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{prefixes}\"/>"
    );
    let list = if prefixes.is_empty() { "" } else { list.as_str() };
    format!(
        "<Reference URI=\"{uri}\"><Transforms>{envelope}<Transform Algorithm=\"{algorithm}\">{list}</Transform></Transforms>\
         <DigestMethod Algorithm=\"{DSIG}sha1\"/><DigestValue/></Reference>"
    )
}

/// What xmlsec1 digests for each reference of the template.
fn digested_by_xmlsec1(folder: &Path, template: &str) -> Vec<String> {
    let (file, key) = (folder.join("template.xml"), folder.join("key"));
    fs::write(&file, template).unwrap();
    fs::write(&key, "a key of no importance").unwrap();
    let output = Command::new("xmlsec1")
        .args(["--sign", "--store-references", "--print-debug", "--output", "/dev/null", "--hmackey"])
        .args([&key, &file])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}\n{template}", String::from_utf8_lossy(&output.stderr));
    let report = String::from_utf8(output.stdout).unwrap();
    let buffers = report.split("== PreDigest data - start buffer:\n").skip(1);
    buffers.map(|rest| rest.split("\n== PreDigest data - end buffer").next().unwrap().to_owned()).collect()
}

#[test]
fn subtrees_and_enveloped_signatures_as_xmlsec1_digests_them() {
    if !has_tool("xmlsec1") {
        return;
    }
    let folder = Folder::new("canonical");
    let mut compared = 0;
    for seed in 0..60 {
        // The ids are those of the document without the signature, which is put in afterwards.
        let ids = {
            let mut generator = Generator::new(seed);
            generator.document("");
            generator.ids
        };
        let mut generator = Generator::new(seed ^ 0xABCD);
        let chosen: Vec<usize> = (0..4).map(|_| 1 + generator.below(ids)).collect();
        let mut references = String::new();
        let mut expected = Vec::new();
        for (algorithm, prefixes, canonical) in forms() {
            for id in &chosen {
                let uri =
                    if canonical.comments { format!("#xpointer(id('n{id}'))") } else { format!("#n{id}") };
                references += &reference(&uri, false, algorithm, prefixes);
                expected.push((Some(*id), canonical.clone()));
            }
            if !canonical.comments {
                references += &reference("", true, algorithm, prefixes);
                expected.push((None, canonical));
            }
        }
        // Signed elements are not to change when the signature does: the root is left out of them.
        let signature = format!(
            "<ds:Signature xmlns:ds=\"{DSIG}\" xmlns=\"{DSIG}\"><SignedInfo>\
             <CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
             <SignatureMethod Algorithm=\"{DSIG}hmac-sha1\"/>{references}</SignedInfo><SignatureValue/></ds:Signature>"
        );
        let template = Generator::new(seed).document(&signature);
        let document: Document = template.parse().unwrap();
        let theirs = digested_by_xmlsec1(&folder.0, &template);
        assert_eq!(theirs.len(), expected.len(), "seed {seed}");
        let signature = document.root().descendants().find(|element| element.name() == "Signature");
        for ((id, canonical), theirs) in expected.iter().zip(&theirs) {
            let found = match id {
                Some(1) => continue, // holds the signature, which xmlsec1 fills in on the way
                Some(id) => {
                    let id = format!("n{id}");
                    let mut all = document.root().descendants();
                    let element = all.find(|element| element.attribute("xml:id") == Some(&id)).unwrap();
                    ours(Part::Element(element), canonical)
                }
                None => String::from_utf8(canonical.octets(Part::Document(&document), signature).unwrap())
                    .unwrap(),
            };
            assert_eq!(&found, theirs, "seed {seed}, {id:?}, {canonical:?}");
            compared += 1;
        }
    }
    assert!(compared > 1_000, "{compared}");
}

/// Runs the binary; exit code, standard output, standard error.
fn punchgate(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_punchgate")).args(arguments).output().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_writes_the_octets_and_nothing_else() {
    let folder = Folder::new("canonical");
    let file = folder.0.join("file.xml");
    let name = file.to_str().unwrap();
    fs::write(
        &file,
        "<?xml version='1.0' encoding='ISO-8859-1'?>\n<r xmlns='urn:d' xmlns:p='urn:p' xml:base='a/' xml:id='r'><p:e xml:id='e' xml:base='b'>\
         <!--c--></p:e><f Id='twice'/><f id='twice'/></r>",
    )
    .unwrap();
    let of_e = |options: &[&str]| {
        let (code, out, error) = punchgate(&[&["xml", "canonical", name, "--id", "e"], options].concat());
        assert_eq!((code, error.as_str()), (Some(0), ""));
        out
    };
    assert_eq!(of_e(&[]), "<p:e xmlns=\"urn:d\" xmlns:p=\"urn:p\" xml:base=\"b\" xml:id=\"e\"></p:e>");
    assert_eq!(
        of_e(&["--c14n11", "--with-comments"]),
        "<p:e xmlns=\"urn:d\" xmlns:p=\"urn:p\" xml:base=\"a/b\" xml:id=\"e\"><!--c--></p:e>"
    );
    assert_eq!(of_e(&["--exclusive"]), "<p:e xmlns:p=\"urn:p\" xml:base=\"b\" xml:id=\"e\"></p:e>");
    assert_eq!(
        of_e(&["--exclusive", "--prefixes", "x,#default"]),
        "<p:e xmlns=\"urn:d\" xmlns:p=\"urn:p\" xml:base=\"b\" xml:id=\"e\"></p:e>"
    );
    let (code, whole, _) = punchgate(&["xml", "canonical", name]);
    assert_eq!(code, Some(0));
    assert!(whole.starts_with("<r xmlns=\"urn:d\"") && whole.ends_with("</r>"), "{whole}");

    let (code, out, error) = punchgate(&["xml", "canonical", name, "--id", "twice"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(error.ends_with(": the id \"twice\" stands twice, in lines 2 and 2\n"), "{error}");
    let (code, _, error) = punchgate(&["xml", "canonical", name, "--id", "none"]);
    assert_eq!(code, Some(1));
    assert!(error.ends_with(": no element has the id \"none\"\n"), "{error}");
    fs::write(&file, "<a>\n<b></a>").unwrap();
    let (code, out, error) = punchgate(&["xml", "canonical", name]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(error.contains(":2:4: error X"), "{error}");
    assert_eq!(punchgate(&["xml", "canonical", "/nowhere/at/all"]).0, Some(2));
    assert_eq!(punchgate(&["xml", "canonical", "--c14n11", "--exclusive", name]).0, Some(2));
    assert_eq!(punchgate(&["xml", "canonical", "--prefixes", "p", name]).0, Some(2));
}
