//! What a buyer's system knows about a supplier: addresses, identities, secrets. The connection file.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::{
    flow::{secret::Secret, setup::Operation},
    model::{
        hook_url::HookUrl,
        ids::ProfileId,
        party::Identity,
        profile::{CallMethod, Cancel, CxmlVersion, OciFunction, Profile, Protocol, Sends},
    },
    shell::profiles::Profiles,
};

use super::{
    client::PATIENCE,
    fault::{At, Fault},
    hints::Hints,
};

/// One buyer's access to one supplier, with its secrets in clear: it plays the buyer.
#[derive(Clone)]
pub struct BuyerConnection {
    /// For people: `Acme Corp., Ariba`.
    pub name: String,
    /// How its users are sent to the shop.
    pub protocol: Protocol,
    /// Where the cart comes back.
    pub return_to: HookUrl,
    /// For setups and orders; an OCI buyer may have one for its orders alone.
    pub cxml: Option<CxmlLogin>,
    /// For OCI calls.
    pub oci: Option<OciCall>,
    /// Whether leaving an edit must come back as Status 204.
    pub cancel_returns_204: bool,
    /// What the played platform asks setups for; `None`: all.
    pub operations: Option<Vec<String>>,
    /// Kinds of order that the played platform knows; `None`: all.
    pub orders: Option<Vec<String>>,
    /// How long it waits for an answer to a document, and how often it sends one again.
    pub persistence: Persistence,
    /// Help with unusual shops.
    pub hints: Hints,
}

/// How a buyer's system waits for answers, and what it does without one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Persistence {
    /// Longest wait for the answer to a document.
    pub timeout: Duration,
    /// How often an order without an answer is sent again, and one whose answer says to come again.
    pub retries: u32,
    /// Between these attempts.
    pub pause: Duration,
    /// The longest that is really waited between them here.
    pub most_pause: Duration,
}

impl Persistence {
    /// What is waited between two attempts.
    #[must_use]
    pub fn wait(&self) -> Duration {
        self.pause.min(self.most_pause)
    }
}

/// The longest wait between two attempts where nothing else is wished.
pub const MOST_PAUSE: Duration = Duration::from_secs(5);

/// How a buyer's system signs its cXML documents.
#[derive(Clone)]
pub struct CxmlLogin {
    /// Where documents go: a whole address, or a path at the gateway.
    pub endpoint: String,
    /// Version of the DTD that its documents declare.
    pub version: CxmlVersion,
    /// `Sender/UserAgent`.
    pub user_agent: String,
    /// `From`.
    pub from: Identity,
    /// `To`.
    pub to: Identity,
    /// `Sender`.
    pub sender: Identity,
    /// `Sender/Credential/SharedSecret`.
    pub secret: Secret,
    /// `Extrinsic` of the setup: who shops.
    pub extrinsics: Vec<(String, String)>,
    /// Its times have no zone.
    pub zoneless_times: bool,
    /// Name in `ShipTo` and `BillTo` of its orders.
    pub company: String,
}

/// How an OCI call is made.
#[derive(Clone)]
pub struct OciCall {
    /// Where the browser goes: a whole address, or a path at the gateway.
    pub endpoint: String,
    /// By form POST; otherwise by address.
    pub post: bool,
    /// In order; `HOOK_URL` is put behind them.
    pub parameters: Vec<Parameter>,
    /// What is called beside the shop, in order.
    pub functions: Vec<OciFunction>,
}

/// A parameter of an OCI call.
#[derive(Clone)]
pub struct Parameter {
    /// Its name, as written.
    pub name: String,
    /// Its value.
    pub value: Secret,
    /// Whether people may see it.
    pub is_secret: bool,
}

impl Parameter {
    /// A parameter; names that speak of a password make it secret.
    #[must_use]
    pub fn new(name: &str, value: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let is_secret = ["pass", "pw_", "secret", "token"].iter().any(|word| lower.contains(word));
        Self { name: name.to_owned(), value: Secret::new(value), is_secret }
    }
}

impl OciCall {
    /// Charset that the buyer expects the cart in (`http_content_charset`).
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        let named = |parameter: &&Parameter| {
            parameter.name.trim_start_matches('~').eq_ignore_ascii_case("http_content_charset")
        };
        self.parameters.iter().find(named).map(|parameter| parameter.value.reveal())
    }
}

/// Why a connection file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionFileError {
    /// Not TOML, or not this shape.
    #[error("{0}")]
    Shape(#[from] toml::de::Error),
    /// A value that does not make sense.
    #[error("{0}")]
    Value(String),
}

impl BuyerConnection {
    /// Whether the played system asks for this; `Err`: why not.
    pub fn can_ask(&self, operation: Operation) -> Result<(), String> {
        if self.protocol == Protocol::Oci && operation != Operation::Create {
            return Err("OCI cannot send a cart to the shop: it knows neither edit nor inspect.".to_owned());
        }
        match &self.operations {
            Some(known) if !known.iter().any(|one| one == operation.as_str()) => Err(format!(
                "This system never asks for {}: it knows {}.",
                operation.as_str(),
                known.join(", ")
            )),
            _ => Ok(()),
        }
    }

    /// Whether a fault can show over this connection: setups and edits are documents of cXML alone.
    #[must_use]
    pub fn can_play(&self, fault: Fault) -> bool {
        match fault.at() {
            At::Setup => self.protocol == Protocol::Cxml || fault == Fault::WrongSecret,
            At::Edit => self.protocol == Protocol::Cxml,
            At::Return => true,
            At::Order => self.cxml.is_some(),
        }
    }

    /// Reads a connection file; docs/VIRTUAL-BUYER.md describes it.
    ///
    /// - `environment`: looks up the secrets that the file leaves to the environment.
    pub fn read(
        text: &str,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConnectionFileError> {
        let file: File = toml::from_str(text)?;
        let profile = file.profile.as_deref().map(profile).transpose()?;
        let sends = profile.as_ref().map(|profile| &profile.sends);
        let wrong = |what: String| Err(ConnectionFileError::Value(what));
        match file.protocol {
            Protocol::Cxml if file.cxml.is_none() => {
                return wrong("protocol cxml needs a [cxml] table".into());
            }
            Protocol::Oci if file.oci.is_none() => return wrong("protocol oci needs an [oci] table".into()),
            Protocol::Cxml | Protocol::Oci => {}
        }
        let return_to = HookUrl::parse(&file.return_address)
            .map_err(|error| ConnectionFileError::Value(format!("return_address: {error}")))?;
        let login = file.cxml.map(|login| login.resolve(sends, &environment)).transpose()?;
        let call = file.oci.map(|call| call.resolve(sends, &environment)).transpose()?;
        Ok(Self {
            name: file.name,
            protocol: file.protocol,
            return_to,
            cxml: login,
            oci: call,
            cancel_returns_204: file.cancel_returns_204.unwrap_or_else(|| {
                profile.as_ref().is_none_or(|profile| profile.cancel == Cancel::Status204)
            }),
            operations: sends.map(|sends| sends.operations.clone()).filter(|known| !known.is_empty()),
            orders: sends.map(|sends| sends.orders.clone()).filter(|orders| !orders.is_empty()),
            persistence: Persistence {
                timeout: seconds(file.timeout_secs.or(sends.map(|sends| sends.timeout_secs)))
                    .unwrap_or(PATIENCE),
                retries: file.retries.or(sends.map(|sends| sends.retries)).unwrap_or(0),
                pause: seconds(file.retry_pause_secs.or(sends.map(|sends| sends.retry_pause_secs)))
                    .unwrap_or(MOST_PAUSE),
                most_pause: MOST_PAUSE,
            },
            hints: file.hints,
        })
    }
}

/// The address of an endpoint: itself when it is a whole one, else below `base`.
pub fn address(base: Option<&Url>, endpoint: &str) -> Result<Url, String> {
    if let Ok(whole) = Url::parse(endpoint) {
        return Ok(whole);
    }
    let base = base.ok_or_else(|| format!("{endpoint} is a path: say with --url where the gateway is"))?;
    let joined = format!("{}/{}", base.as_str().trim_end_matches('/'), endpoint.trim_start_matches('/'));
    Url::parse(&joined).map_err(|error| format!("{joined}: {error}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: String,
    protocol: Protocol,
    return_address: String,
    profile: Option<String>,
    cancel_returns_204: Option<bool>,
    timeout_secs: Option<u32>,
    retries: Option<u32>,
    retry_pause_secs: Option<u32>,
    cxml: Option<LoginTable>,
    oci: Option<CallTable>,
    #[serde(default)]
    hints: Hints,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoginTable {
    #[serde(default = "cxml_endpoint")]
    endpoint: String,
    version: Option<String>,
    user_agent: Option<String>,
    from: Identity,
    to: Identity,
    sender: Identity,
    secret: Option<String>,
    secret_env: Option<String>,
    extrinsics: Option<Vec<(String, String)>>,
    zoneless_times: Option<bool>,
    #[serde(default = "company")]
    company: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallTable {
    endpoint: String,
    method: Option<CallMethod>,
    #[serde(default)]
    parameters: Vec<ParameterTable>,
    functions: Option<Vec<OciFunction>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParameterTable {
    name: String,
    value: Option<String>,
    value_env: Option<String>,
    secret: Option<bool>,
}

fn cxml_endpoint() -> String {
    "/cxml".to_owned()
}

/// Version declared where neither file nor profile says one.
const VERSION: &str = "1.2.014";
/// `UserAgent` where neither file nor profile says one.
const USER_AGENT: &str = "punchgate virtual buyer";

/// A built-in profile, whose sending side is played.
fn profile(name: &str) -> Result<Profile, ConnectionFileError> {
    let wrong = |why: String| ConnectionFileError::Value(format!("profile: {why}"));
    let id = ProfileId::parse(name).map_err(|error| wrong(error.to_string()))?;
    let profiles = Profiles::built_in().map_err(|error| wrong(error.to_string()))?;
    profiles.plain(&id).map_err(|error| wrong(error.to_string()))
}

fn seconds(number: Option<u32>) -> Option<Duration> {
    number.map(|number| Duration::from_secs(number.into()))
}

fn company() -> String {
    "Virtual buyer".to_owned()
}

/// The secret itself, or the one that the environment holds under this name.
fn secret(
    what: &str,
    given: Option<String>,
    variable: Option<String>,
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<String, ConnectionFileError> {
    match (given, variable) {
        (Some(given), None) => Ok(given),
        (None, Some(variable)) => environment(&variable).ok_or_else(|| {
            ConnectionFileError::Value(format!("{what}: the environment has no variable {variable}"))
        }),
        _ => Err(ConnectionFileError::Value(format!(
            "{what}: give either the value or the name of a variable"
        ))),
    }
}

impl LoginTable {
    /// - `sends`: of the profile, for what the file leaves out.
    fn resolve(
        self,
        sends: Option<&Sends>,
        environment: &impl Fn(&str) -> Option<String>,
    ) -> Result<CxmlLogin, ConnectionFileError> {
        let secret = secret("cxml.secret", self.secret, self.secret_env, environment)?;
        let version = self.version.as_deref().or(sends.map(|sends| sends.version.as_str()));
        let version = CxmlVersion::parse(version.unwrap_or(VERSION))
            .map_err(|error| ConnectionFileError::Value(format!("cxml.version: {error}")))?;
        Ok(CxmlLogin {
            endpoint: self.endpoint,
            version,
            user_agent: self
                .user_agent
                .unwrap_or_else(|| sends.map_or(USER_AGENT, |sends| sends.user_agent.as_str()).to_owned()),
            from: self.from,
            to: self.to,
            sender: self.sender,
            secret: Secret::new(&secret),
            extrinsics: self
                .extrinsics
                .unwrap_or_else(|| sends.map(|sends| sends.extrinsics.clone()).unwrap_or_default()),
            zoneless_times: self.zoneless_times.or(sends.map(|sends| sends.zoneless_times)).unwrap_or(false),
            company: self.company,
        })
    }
}

impl CallTable {
    /// - `sends`: of the profile, for what the file leaves out.
    fn resolve(
        self,
        sends: Option<&Sends>,
        environment: &impl Fn(&str) -> Option<String>,
    ) -> Result<OciCall, ConnectionFileError> {
        let resolve = |table: ParameterTable| {
            let value = secret(&table.name, table.value, table.value_env, environment)?;
            let parameter = Parameter::new(&table.name, &value);
            let is_secret = table.secret.unwrap_or(parameter.is_secret);
            Ok(Parameter { is_secret, ..parameter })
        };
        let mut parameters: Vec<Parameter> =
            self.parameters.into_iter().map(resolve).collect::<Result<_, ConnectionFileError>>()?;
        for (name, value) in sends.iter().flat_map(|sends| &sends.parameters) {
            if !parameters.iter().any(|own| own.name.eq_ignore_ascii_case(name)) {
                parameters.push(Parameter::new(name, value));
            }
        }
        Ok(OciCall {
            endpoint: self.endpoint,
            post: self.method.or(sends.map(|sends| sends.method)).unwrap_or_default() == CallMethod::Post,
            parameters,
            functions: self.functions.unwrap_or_else(|| sends.map(Sends::functions).unwrap_or_default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CXML: &str = r#"
        name = "Acme, Ariba"
        protocol = "cxml"
        return_address = "https://buyer.example/return?id=7"

        [cxml]
        version = "1.2.050"
        from = { domain = "NetworkID", identity = "AN01" }
        to = { domain = "DUNS", identity = "12-345" }
        sender = { domain = "NetworkID", identity = "AN99" }
        secret_env = "ACME_SECRET"
        extrinsics = [["UserEmail", "mia@buyer.example"]]
    "#;

    fn environment(name: &str) -> Option<String> {
        (name == "ACME_SECRET").then(|| "hush".to_owned())
    }

    #[test]
    fn a_cxml_file_takes_its_secret_from_the_environment() {
        let connection = BuyerConnection::read(CXML, environment).unwrap();
        let login = connection.cxml.unwrap();
        assert_eq!(
            (login.endpoint.as_str(), login.version.as_str(), login.secret.reveal()),
            ("/cxml", "1.2.050", "hush")
        );
        assert_eq!(login.extrinsics, [("UserEmail".to_owned(), "mia@buyer.example".to_owned())]);
        assert!(BuyerConnection::read(CXML, |_| None).is_err());
    }

    #[test]
    fn what_is_missing_or_misspelt_is_named() {
        let of = |text: &str| BuyerConnection::read(text, |_| None).err().unwrap().to_string();
        assert!(of("protocol = \"cxml\"\nreturn_address = \"https://b/\"").contains("[cxml]"));
        assert!(of(&CXML.replace("secret_env", "secrets")).contains("secrets"));
        assert!(of(&CXML.replace("https://buyer.example", "buyer.example")).contains("return_address"));
    }

    #[test]
    fn an_oci_file_keeps_the_order_of_its_parameters() {
        let text = r#"
            protocol = "oci"
            return_address = "https://buyer.example/oci"
            [oci]
            endpoint = "/oci/acme"
            method = "get"
            parameters = [
                { name = "USERNAME", value = "acme" },
                { name = "PASSWORD", value = "hush" },
                { name = "~OkCode", value = "ADDI" },
                { name = "http_content_charset", value = "iso-8859-1" },
            ]
        "#;
        let call = BuyerConnection::read(text, |_| None).unwrap().oci.unwrap();
        assert!(!call.post);
        let names: Vec<_> = call.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        assert_eq!(names, ["USERNAME", "PASSWORD", "~OkCode", "http_content_charset"]);
        assert_eq!(call.charset(), Some("iso-8859-1"));
        assert!(call.parameters[1].is_secret && !call.parameters[0].is_secret);
    }

    #[test]
    fn an_endpoint_may_be_a_path_or_a_whole_address() {
        let base = Url::parse("https://shop.example/gate/").unwrap();
        let of = |endpoint| address(Some(&base), endpoint).unwrap().to_string();
        assert_eq!(of("/cxml"), "https://shop.example/gate/cxml");
        assert_eq!(of("https://other.example/x?y=1"), "https://other.example/x?y=1");
        assert!(address(None, "/cxml").is_err());
    }
}
