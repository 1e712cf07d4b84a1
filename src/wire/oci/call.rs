//! The call: an ordered list of parameters under names whose case does not count.

use percent_encoding::percent_decode_str;
use ring::digest::{Context, SHA256};

use crate::{
    flow::{
        secret::Secret,
        setup::{Entry, OciControls, Operation, Purpose, SetupRequest},
    },
    model::{
        FieldError,
        hook_url::HookUrl,
        limits,
        party::User,
        profile::{Profile, Target},
    },
};

/// The parameters of a call, query and body together.
pub struct Call {
    pairs: Vec<(String, String)>,
}

/// Parameters that go back as they came.
const ECHO: [&str; 4] = ["~okcode", "~target", "~caller", "~forcetarget"];

impl Call {
    /// Takes apart query and body (`application/x-www-form-urlencoded`), each decoded once; the body comes first
    /// and so wins. With `hook_unencoded`, `HOOK_URL` runs to the end of the query it stands in.
    #[must_use]
    pub fn read(query: &str, body: &str, hook_unencoded: bool) -> Self {
        let mut pairs = Vec::new();
        for part in [body, query] {
            pairs.extend(parse(part, hook_unencoded));
        }
        Self { pairs }
    }

    /// The first value under a name; a leading `~` counts only if `name` has it.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let own = |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.pairs.iter().find(own).map(|(_, value)| value.as_str())
    }

    /// The value of the first of these names that has one.
    fn any(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.value(name).filter(|value| !value.trim().is_empty()))
    }

    /// The call's value for each credential, in the order asked.
    #[must_use]
    pub fn credentials<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<Option<Secret>> {
        names.map(|name| self.value(name).map(Secret::new)).collect()
    }

    /// The setup that the call asks for.
    ///
    /// - `secret_names`: credentials of the connection; their values go nowhere.
    pub fn setup(&self, secret_names: &[&str], profile: &Profile) -> Result<SetupRequest, FieldError> {
        let hook =
            self.any(&["HOOK_URL", "~HOOK_URL", "hookurl", "MM_HOOK_URL"]).map(HookUrl::parse).transpose()?;
        let target = self.any(&["returntarget", "~returntarget", "~TARGET", "TARGET"]);
        let cancel = self.any(&["OCICANCEL", "OCI_CANCEL"]).and_then(|address| HookUrl::parse(address).ok());
        let is = |name: &str, list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
        let kept = |(name, _): &&(String, String)| !is(name, secret_names);
        let mut echo: Vec<(String, String)> =
            self.pairs.iter().filter(kept).filter(|(name, _)| is(name, &ECHO)).cloned().collect();
        if profile.echo_defaults {
            for (name, value) in [("~OkCode", "ADDI"), ("~TARGET", "_top"), ("~CALLER", "CTLG")] {
                if !echo.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                    echo.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        let fixed = |(name, _): &&(String, String)| name.to_ascii_uppercase().starts_with("NEW_ITEM-");
        let kept_bytes: usize =
            self.pairs.iter().filter(kept).map(|(name, value)| name.len() + value.len()).sum();
        if kept_bytes > limits::CALL_BYTES {
            return Err(FieldError::TooLong { field: "the call", max_bytes: limits::CALL_BYTES });
        }
        let user =
            |names: &[&str]| self.any(names).filter(|_| !names.iter().any(|name| is(name, secret_names)));
        let purpose = Purpose {
            operation: Operation::Create,
            entry: Entry::Oci(OciControls {
                echo,
                charset: self.any(&["http_content_charset", "~http_content_charset"]).map(str::to_owned),
                fixed: self.pairs.iter().filter(kept).filter(fixed).cloned().collect(),
            }),
            return_to: hook,
            return_target: target.and_then(|target| Target::parse(target.trim()).ok()),
            cancel_to: cancel,
            user: User {
                key: user(&["userid", "user_id", "user"]).map(str::to_owned),
                name: user(&["name_full", "fullname"]).map(str::to_owned),
                email: user(&["email", "e_mail", "user_email"]).map(str::to_owned),
            },
            language: self.any(&["sap-language", "LANGU", "language"]).map(language),
            ship_to: None,
            selected_item: None,
            search: None,
            setup_values: self.pairs.iter().filter(kept).take(limits::SETUP_VALUES).cloned().collect(),
        };
        Ok(SetupRequest { purpose, content: self.digest(), items: Vec::new(), test: false })
    }

    /// The call for the record: parameters in order, credentials as asterisks.
    ///
    /// - `secret_names`: the connection's; `None` for an unknown one, where every value may be a credential.
    #[must_use]
    pub fn record(&self, secret_names: Option<&[&str]>) -> String {
        let hidden = |name: &str| {
            secret_names.is_none_or(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
                || ["password", "passwd", "pw_kunde", "token"].contains(&name.to_ascii_lowercase().as_str())
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

/// Splits at `&`, then at the first `=`; names and values percent-decoded once, `+` a space.
fn parse(text: &str, hook_unencoded: bool) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (part, after) = rest.split_once('&').unwrap_or((rest, ""));
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = decode(name);
        if hook_unencoded && name.eq_ignore_ascii_case("HOOK_URL") {
            let raw = rest.split_once('=').map_or("", |(_, raw)| raw);
            let value = if raw.contains("://") { raw.to_owned() } else { decode(raw) };
            pairs.push((name, value));
            return pairs;
        }
        if !name.is_empty() {
            pairs.push((name, decode(value)));
        }
        rest = after;
    }
    pairs
}

/// UTF-8 where it is, else ISO-8859-1: an old system's umlauts are not lost.
fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    let bytes: Vec<u8> = percent_decode_str(&spaced).collect();
    String::from_utf8(bytes)
        .unwrap_or_else(|not_utf8| not_utf8.into_bytes().into_iter().map(char::from).collect())
}

/// SAP's one-letter codes and two-letter tags.
fn language(code: &str) -> String {
    match code.trim().to_ascii_uppercase().as_str() {
        "E" => "en",
        "D" => "de",
        "F" => "fr",
        "S" => "es",
        "I" => "it",
        "N" => "nl",
        "P" => "pt",
        "L" => "pl",
        "V" => "sv",
        "1" => "zh",
        "J" => "ja",
        "A" => "ar",
        _ => return code.trim().to_ascii_lowercase(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_wins_and_case_does_not_count() {
        let call =
            Call::read("username=a&HOOK_URL=https%3A%2F%2Fb%2F%3Fx%3D1%26y%3D2", "UserName=b&q=%2B+1", false);
        assert_eq!(call.value("USERNAME"), Some("b"));
        assert_eq!(call.value("hook_url"), Some("https://b/?x=1&y=2"));
        assert_eq!(call.value("q"), Some("+ 1"));
    }

    #[test]
    fn an_unencoded_hook_runs_to_the_end() {
        let query = "USERNAME=a&HOOK_URL=https://b/?x=1&y=2&~OkCode=ADDI";
        assert_eq!(Call::read(query, "", true).value("HOOK_URL"), Some("https://b/?x=1&y=2&~OkCode=ADDI"));
        assert_eq!(Call::read(query, "", false).value("HOOK_URL"), Some("https://b/?x=1"));
    }

    #[test]
    fn latin_1_is_read_too() {
        assert_eq!(Call::read("n=M%FCller", "", false).value("n"), Some("Müller"));
        assert_eq!(Call::read("n=M%C3%BCller", "", false).value("n"), Some("Müller"));
    }

    #[test]
    fn the_record_shows_no_credential() {
        let record =
            Call::read("KUNDE=me&geheim=hush&password=hush&q=1", "", false).record(Some(&["geheim"]));
        assert_eq!(record, "KUNDE = me\ngeheim = ****\npassword = ****\nq = 1\n");
        let strange = Call::read("KUNDE=me&losung=hush", "", false).record(None);
        assert_eq!(strange, "KUNDE = **\nlosung = ****\n", "nobody knows which of them is the credential");
    }
}
