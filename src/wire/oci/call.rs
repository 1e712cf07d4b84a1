//! The call: an ordered list of parameters under names whose case does not count.

use encoding_rs::Encoding;
use percent_encoding::percent_decode;
use ring::digest::{Context, SHA256};

use crate::{
    flow::{
        secret::Secret,
        setup::{Entry, ItemKey, OciControls, Operation, Purpose, SetupRequest},
    },
    model::{
        FieldError,
        hook_url::HookUrl,
        ids::SupplierPartId,
        limits,
        party::User,
        profile::{Charset, Profile, Target},
        quantity::Quantity,
    },
};

/// The parameters of a call, query and body together.
pub struct Call {
    pairs: Vec<(String, String)>,
    hook_looks_unencoded: bool,
}

/// How a connection's calls are written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits<'a> {
    /// Parameters that prove who calls.
    pub secret_names: &'a [&'a str],
    /// The hook is not percent-encoded: it runs to the end of the query, or to what cannot be its own.
    pub hook_unencoded: bool,
    /// Name of the parameter with the hook; empty: the usual ones.
    pub hook_parameter: &'a str,
}

impl Habits<'_> {
    fn is_hook(&self, name: &str) -> bool {
        let own = std::iter::once(self.hook_parameter).filter(|own| !own.is_empty());
        let mut names = own.chain(HOOK.iter().copied());
        names.any(|known| same(known, name))
    }

    /// Parameters that no return address has: they end one that is not encoded.
    fn ends_a_hook(&self, name: &str) -> bool {
        let secret = self.secret_names.iter().any(|known| known.eq_ignore_ascii_case(name));
        secret || ECHO.iter().chain(AFTER_HOOK).any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Names of the return address; the last one is R/3's for SAP's own catalog.
const HOOK: [&str; 3] = ["HOOK_URL", "HOOKURL", "MM_HOOK_URL"];

/// Parameters that go back as they came.
const ECHO: [&str; 4] = ["~okcode", "~target", "~caller", "~forcetarget"];

/// Other parameters that are known to follow the return address.
const AFTER_HOOK: &[&str] = &[
    "returntarget",
    "http_content_charset",
    "oci_version",
    "opi_version",
    "function",
    "productid",
    "quantity",
    "searchstring",
];

/// What a call asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Function {
    /// The shop.
    Shop,
    /// `DETAIL`: one product's page; nothing goes back.
    Detail {
        /// `PRODUCTID`.
        product: String,
    },
    /// `VALIDATE`: the product as it is now, at the price of this quantity.
    Validate {
        /// `PRODUCTID`.
        product: String,
        /// `QUANTITY`; 1 without.
        quantity: Result<Quantity, FieldError>,
    },
    /// `BACKGROUND_SEARCH`: what is found, for the buyer's own list.
    BackgroundSearch {
        /// `SEARCHSTRING`.
        words: String,
        /// `VENDOR`: only this supplier's.
        vendor: Option<String>,
    },
    /// `SOURCING`: the shop, at what is found for the line that needs an offer.
    Sourcing {
        /// `SEARCHSTRING`, or what the line says.
        words: String,
    },
    /// `DOWNLOADJSON`: a page of the catalog as OCI 5 has it.
    DownloadJson(super::json::Asked),
    /// Some other one: taken as the shop.
    Unknown(String),
}

impl Call {
    /// Takes apart query and body (`application/x-www-form-urlencoded`), each decoded once; the body comes first
    /// and so wins.
    #[must_use]
    pub fn read(query: &str, body: &[u8], habits: Habits<'_>) -> Self {
        let mut pairs = Vec::new();
        for part in [body, query.as_bytes()] {
            pairs.extend(parse(part, habits));
        }
        let raw = |part: &[u8]| {
            let (name, value) = name_and_value(part);
            habits.is_hook(&name) && is_address(value) && value.contains(&b'?')
        };
        let parts = query.as_bytes().split(|byte| *byte == b'&').chain(body.split(|byte| *byte == b'&'));
        Self { pairs, hook_looks_unencoded: !habits.hook_unencoded && parts.into_iter().any(raw) }
    }

    /// The first value under a name, letter for letter but for case: for credentials.
    #[must_use]
    pub fn exactly(&self, name: &str) -> Option<&str> {
        let own = |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.pairs.iter().find(own).map(|(_, value)| value.as_str())
    }

    /// The first value under a name, with or without `~`.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(own, _)| same(own, name)).map(|(_, value)| value.as_str())
    }

    /// The value of the first of these names that has one.
    fn any(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.value(name).filter(|value| !value.trim().is_empty()))
    }

    /// The call's value for each credential, in the order asked.
    #[must_use]
    pub fn credentials<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<Option<Secret>> {
        names.map(|name| self.exactly(name).map(Secret::new)).collect()
    }

    /// What it asks for.
    #[must_use]
    pub fn function(&self) -> Function {
        let text = |name: &str| self.any(&[name]).unwrap_or_default().trim().to_owned();
        let product = || text("PRODUCTID");
        match text("FUNCTION").to_ascii_uppercase().as_str() {
            "" => Function::Shop,
            "DETAIL" => Function::Detail { product: product() },
            "VALIDATE" => Function::Validate { product: product(), quantity: quantity(&text("QUANTITY")) },
            "BACKGROUND_SEARCH" => Function::BackgroundSearch {
                words: text("SEARCHSTRING"),
                vendor: self.any(&["VENDOR"]).map(|vendor| vendor.trim().to_owned()),
            },
            "SOURCING" => Function::Sourcing { words: self.sought() },
            "DOWNLOADJSON" => Function::DownloadJson(super::json::Asked::read(|name| self.any(&[name]))),
            _ => Function::Unknown(text("FUNCTION")),
        }
    }

    /// What a line that needs an offer is called: its words, our number, the maker's, its name.
    fn sought(&self) -> String {
        let item = |field: &str| {
            let named = |name: &str| {
                let upper = name.to_ascii_uppercase();
                upper.strip_prefix("NEW_ITEM-").is_some_and(|rest| rest.split('[').next() == Some(field))
            };
            let found = self.pairs.iter().find(|(name, value)| named(name) && !value.trim().is_empty());
            found.map(|(_, value)| value.as_str())
        };
        let words = self.any(&["SEARCHSTRING"]);
        let line = ["VENDORMAT", "MANUFACTMAT", "DESCRIPTION"].into_iter().find_map(item);
        words.or(line).unwrap_or_default().trim().to_owned()
    }

    /// What the operator should know about it: a sentence each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Function::Unknown(function) = self.function() {
            notes.push(format!("FUNCTION {function:?} is not known and was taken for shopping"));
        }
        if self.target().is_some_and(|target| Target::parse(target).is_err()) {
            notes.push("the target that it names is none, and was passed over".to_owned());
        }
        if self.hook_looks_unencoded {
            notes.push(
                "its return address is not percent-encoded: what follows & in it may be missing (hook_unencoded)"
                    .to_owned(),
            );
        }
        notes
    }

    fn target(&self) -> Option<&str> {
        self.any(&["returntarget", "TARGET"]).map(str::trim)
    }

    /// The setup that the call asks for.
    ///
    /// - `habits`: as the call was read; credentials go nowhere.
    pub fn setup(&self, habits: Habits<'_>, profile: &Profile) -> Result<SetupRequest, FieldError> {
        let function = self.function();
        // A product's page needs no return address; whatever stands there is not used.
        let wants_hook = !matches!(function, Function::Detail { .. } | Function::DownloadJson(_));
        let mut hooks =
            self.pairs.iter().filter(|(name, value)| habits.is_hook(name) && !value.trim().is_empty());
        let hook = hooks.next().filter(|_| wants_hook).map(|(_, value)| HookUrl::parse(value)).transpose()?;
        let cancel = self.any(&["OCICANCEL", "OCI_CANCEL"]).and_then(|address| HookUrl::parse(address).ok());
        let is = |name: &str, list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
        let kept = |(name, _): &&(String, String)| !is(name, habits.secret_names) && !is_secret(name);
        let kept_bytes: usize =
            self.pairs.iter().filter(kept).map(|(name, value)| name.len() + value.len()).sum();
        if kept_bytes > limits::CALL_BYTES {
            return Err(FieldError::TooLong { field: "the call", max_bytes: limits::CALL_BYTES });
        }
        let is_item = |(name, _): &&(String, String)| name.to_ascii_uppercase().starts_with("NEW_ITEM-");
        let fixed: Vec<_> = match function {
            Function::Sourcing { .. } => Vec::new(),
            _ => self.pairs.iter().filter(kept).filter(is_item).cloned().collect(),
        };
        let ours = |name: &str| habits.is_hook(name) || name.to_ascii_uppercase().starts_with("NEW_ITEM-");
        let other = self.pairs.iter().filter(kept).filter(|(name, value)| !ours(name) && !value.is_empty());
        let user = |names: &[&str]| {
            self.any(names).filter(|_| !names.iter().any(|name| is(name, habits.secret_names)))
        };
        let (operation, selected_item, search) = match function {
            Function::Detail { product } => (Operation::Detail, item_key(&product), None),
            Function::Sourcing { words } => {
                (Operation::Create, None, Some(words).filter(|words| !words.is_empty()))
            }
            _ => (Operation::Create, None, None),
        };
        let purpose = Purpose {
            operation,
            entry: Entry::Oci(OciControls {
                echo: self.echo(&kept, profile),
                charset: self.any(&["http_content_charset"]).map(str::to_owned),
                fixed,
            }),
            return_to: hook,
            return_target: self.target().and_then(|target| Target::parse(target).ok()),
            cancel_to: cancel,
            user: User {
                key: user(&["userid", "user_id", "user"]).map(str::to_owned),
                name: user(&["name_full", "fullname"]).map(str::to_owned).or_else(|| self.first_and_last()),
                email: user(&["email", "e_mail", "user_email"]).map(str::to_owned),
            },
            language: self
                .any(&["sap-language", "LANGU", "language", "uilanguage", "datalanguage"])
                .map(language),
            ship_to: None,
            ship_to_country: None,
            selected_item,
            search,
            setup_values: other.take(limits::SETUP_VALUES).cloned().collect(),
        };
        Ok(SetupRequest { purpose, content: self.digest(), items: Vec::new(), test: false })
    }

    /// What goes back as it came, and what SAP expects where nothing came.
    fn echo(&self, kept: &impl Fn(&&(String, String)) -> bool, profile: &Profile) -> Vec<(String, String)> {
        let echoed = |(name, _): &&(String, String)| ECHO.iter().any(|known| same(known, name));
        let mut echo: Vec<_> = self.pairs.iter().filter(kept).filter(echoed).cloned().collect();
        // The body comes first and wins over the query.
        let mut seen = Vec::new();
        echo.retain(|(name, _)| {
            let bare = name.trim_start_matches('~').to_ascii_lowercase();
            let new = !seen.contains(&bare);
            seen.push(bare);
            new
        });
        if profile.echo_defaults {
            for (name, value) in [("~OkCode", "ADDI"), ("~TARGET", "_top"), ("~CALLER", "CTLG")] {
                if !echo.iter().any(|(own, _)| same(own, name)) {
                    echo.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        echo
    }

    fn first_and_last(&self) -> Option<String> {
        let first = self.any(&["fname", "firstname"])?;
        Some(format!("{first} {}", self.any(&["lname", "lastname"]).unwrap_or_default()).trim().to_owned())
    }

    /// The call for the record: parameters in order, credentials as asterisks.
    ///
    /// - `secret_names`: the connection's; `None` for an unknown one, where every value may be a credential.
    #[must_use]
    pub fn record(&self, secret_names: Option<&[&str]>) -> String {
        let hidden = |name: &str| {
            secret_names.is_none_or(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
                || is_secret(name)
        };
        let line = |(name, value): &(String, String)| {
            let value = if hidden(name) { "*".repeat(value.chars().count()) } else { value.clone() };
            format!("{name} = {value}\n")
        };
        self.pairs.iter().map(line).collect()
    }

    fn digest(&self) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        for (name, value) in &self.pairs {
            for part in [name, value] {
                context.update(&part.len().to_be_bytes());
                context.update(part.as_bytes());
            }
        }
        let mut digest = [0; 32];
        digest.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
        digest
    }
}

/// The same name: case and a leading `~` do not count.
fn same(a: &str, b: &str) -> bool {
    a.trim_start_matches('~').eq_ignore_ascii_case(b.trim_start_matches('~'))
}

/// Names under which passwords travel, whatever the connection calls its own.
fn is_secret(name: &str) -> bool {
    ["password", "passwd", "pw_kunde", "token"].iter().any(|known| same(known, name))
}

/// In which charset the return page is: as the call says, else as the connection does it.
#[must_use]
pub fn charset(controls: &OciControls, profile: &Profile) -> Charset {
    let named = controls.charset.as_deref().and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    match named {
        Some(encoding) if encoding == encoding_rs::UTF_8 => Charset::Utf8,
        // The web's name for what it takes ISO-8859-1 and ASCII for.
        Some(encoding) if encoding == encoding_rs::WINDOWS_1252 => Charset::Latin1,
        _ => profile.charset,
    }
}

fn item_key(product: &str) -> Option<ItemKey> {
    let part = SupplierPartId::parse(product).ok()?;
    Some(ItemKey { part, auxiliary: None })
}

/// `2.000`, `00000000002.000`, `2,5`; nothing is 1.
fn quantity(text: &str) -> Result<Quantity, FieldError> {
    if text.is_empty() { Ok(Quantity::ONE) } else { Quantity::parse(&text.replace(',', ".")) }
}

/// Splits at `&`, then at the first `=`; names and values percent-decoded once, `+` a space.
fn parse(text: &[u8], habits: Habits<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut parts = text.split(|byte| *byte == b'&').peekable();
    while let Some(part) = parts.next() {
        let (name, raw) = name_and_value(part);
        if name.is_empty() {
            continue;
        }
        if habits.hook_unencoded && habits.is_hook(&name) && is_address(raw) {
            let mut hook = raw.to_vec();
            while let Some(more) = parts.next_if(|part| !habits.ends_a_hook(&name_and_value(part).0)) {
                hook.push(b'&');
                hook.extend_from_slice(more);
            }
            pairs.push((name, text_of(hook)));
        } else {
            pairs.push((name, decode(raw)));
        }
    }
    pairs
}

/// Whether it is an address as it stands.
fn is_address(raw: &[u8]) -> bool {
    raw.windows(3).any(|three| three == b"://")
}

fn name_and_value(part: &[u8]) -> (String, &[u8]) {
    match part.iter().position(|byte| *byte == b'=') {
        Some(at) => (decode(part.get(..at).unwrap_or_default()), part.get(at + 1..).unwrap_or_default()),
        None => (decode(part), &[]),
    }
}

fn decode(raw: &[u8]) -> String {
    let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    text_of(percent_decode(&spaced).collect())
}

/// UTF-8 where it is, else what browsers send as ISO-8859-1: an old system's umlauts are not lost.
fn text_of(octets: Vec<u8>) -> String {
    String::from_utf8(octets).unwrap_or_else(|not_utf8| {
        let octets = not_utf8.into_bytes();
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(&octets).0.into_owned()
    })
}

/// SAP's one-letter codes (`E`), its two-letter ones (`EN`) and tags (`en-US`).
fn language(code: &str) -> String {
    let code = code.trim();
    let letter = |c: char| {
        Some(match c.to_ascii_uppercase() {
            '1' | 'M' => "zh",
            '2' => "th",
            '3' => "ko",
            '4' => "ro",
            '5' => "sl",
            '6' => "hr",
            '8' => "uk",
            '9' => "et",
            'A' => "ar",
            'B' => "he",
            'C' => "cs",
            'D' => "de",
            'E' => "en",
            'F' => "fr",
            'G' => "el",
            'H' => "hu",
            'I' => "it",
            'J' => "ja",
            'K' => "da",
            'L' => "pl",
            'N' => "nl",
            'O' => "no",
            'P' => "pt",
            'Q' => "sk",
            'R' => "ru",
            'S' => "es",
            'T' => "tr",
            'U' => "fi",
            'V' => "sv",
            'W' => "bg",
            'X' => "lv",
            'Y' => "lt",
            _ => return None,
        })
    };
    let mut letters = code.chars();
    match (letters.next().and_then(letter), letters.next()) {
        (Some(tag), None) => tag.to_owned(),
        _ => code.to_ascii_lowercase().replace('_', "-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: Habits<'static> =
        Habits { secret_names: &["USERNAME", "geheim"], hook_unencoded: false, hook_parameter: "" };
    const RAW: Habits<'static> = Habits { hook_unencoded: true, ..SHOP };

    #[test]
    fn the_body_wins_and_case_does_not_count() {
        let query = "username=a&HOOK_URL=https%3A%2F%2Fb%2F%3Fx%3D1%26y%3D2";
        let call = Call::read(query, b"UserName=b&q=%2B+1&~target=_top", SHOP);
        assert_eq!(call.value("USERNAME"), Some("b"));
        assert_eq!(call.value("hook_url"), Some("https://b/?x=1&y=2"));
        assert_eq!(call.value("q"), Some("+ 1"));
        assert_eq!(call.value("TARGET"), Some("_top"), "with or without ~");
        assert_eq!(call.exactly("target"), None, "a credential is called as it is called");
    }

    #[test]
    fn an_unencoded_hook_runs_to_what_cannot_be_its_own() {
        let query = "HOOK_URL=https://b/?x=1&y=%20&~=&USERNAME=a&~OkCode=ADDI&geheim=hush";
        let call = Call::read(query, b"", RAW);
        assert_eq!(call.value("HOOK_URL"), Some("https://b/?x=1&y=%20&~="));
        assert_eq!((call.exactly("geheim"), call.value("okcode")), (Some("hush"), Some("ADDI")));
        assert_eq!(Call::read(query, b"", SHOP).value("HOOK_URL"), Some("https://b/?x=1"));
        let encoded = Call::read("HOOK_URL=https%3A%2F%2Fb%2F%3Fx%3D1&y=2", b"", RAW);
        assert_eq!(encoded.value("HOOK_URL"), Some("https://b/?x=1"), "encoded after all");
    }

    #[test]
    fn latin_1_is_read_too() {
        assert_eq!(Call::read("n=M%FCller", b"", SHOP).value("n"), Some("Müller"));
        assert_eq!(Call::read("n=M%C3%BCller", b"", SHOP).value("n"), Some("Müller"));
        assert_eq!(
            Call::read("", b"n=M\xfcller+\x80", SHOP).value("n"),
            Some("Müller €"),
            "not even encoded"
        );
    }

    #[test]
    fn functions_have_their_arguments() {
        let of = |query: &str| Call::read(query, b"", SHOP).function();
        assert_eq!(of("function="), Function::Shop);
        assert_eq!(of("FUNCTION=detail&PRODUCTID=A%201"), Function::Detail { product: "A 1".into() });
        let quantity = |text: &str| match of(&format!("FUNCTION=VALIDATE&PRODUCTID=A&QUANTITY={text}")) {
            Function::Validate { quantity, .. } => quantity.ok().map(|quantity| quantity.to_string()),
            other => panic!("{other:?}"),
        };
        assert_eq!(quantity("00000000012.000").as_deref(), Some("12"));
        assert_eq!((quantity("2,5").as_deref(), quantity("").as_deref()), (Some("2.5"), Some("1")));
        assert_eq!((quantity("x"), quantity("0")), (None, None));
        assert_eq!(
            of("FUNCTION=SOURCING&NEW_ITEM-DESCRIPTION[1]=Hex+bolt"),
            Function::Sourcing { words: "Hex bolt".into() }
        );
        assert_eq!(of("FUNCTION=DETAILADD"), Function::Unknown("DETAILADD".into()));
    }

    #[test]
    fn languages_have_one_letter_or_two_or_a_tag() {
        let tags = ["E", "D", "1", "EN", "de_AT", "pt-BR"].map(language);
        assert_eq!(tags, ["en", "de", "zh", "en", "de-at", "pt-br"]);
    }

    #[test]
    fn the_record_shows_no_credential() {
        let record =
            Call::read("KUNDE=me&geheim=hush&password=hush&q=1", b"", SHOP).record(Some(&["geheim"]));
        assert_eq!(record, "KUNDE = me\ngeheim = ****\npassword = ****\nq = 1\n");
        let strange = Call::read("KUNDE=me&losung=hush", b"", SHOP).record(None);
        assert_eq!(strange, "KUNDE = **\nlosung = ****\n", "nobody knows which of them is the credential");
    }
}
