//! What the virtual buyer writes: setup requests, OCI calls, orders.

use rust_decimal::Decimal;
use url::Url;

use crate::{
    flow::{
        order::OrderKind,
        setup::{IncomingLine, ItemKey, Operation},
    },
    model::{
        ids::{PayloadId, SupplierPartId},
        money::Currency,
        profile::CxmlVersion,
    },
    shell::{clock::Clock, entropy::Entropy},
    wire::{
        cxml::{Ordering, SetupAsk, Stamp, secret_spans, write_order_request, write_setup_request},
        xml::Document,
    },
};

use super::{
    ask::Ask,
    connection::{CxmlLogin, OciCall},
    receive::{Beside, sum},
};

/// Ids, times and documents of the buyer's side.
#[derive(Clone, Default)]
pub(super) struct Pen {
    clock: Clock,
    entropy: Entropy,
}

/// What an order says.
pub(super) struct OrderAsk<'a> {
    /// `@orderID`.
    pub order_id: &'a str,
    /// `@orderVersion`.
    pub version: u32,
    /// New, or an update of an earlier version.
    pub kind: OrderKind,
    /// payloadID of the version before.
    pub refers_to: Option<&'a str>,
    /// The lines; numbered anew.
    pub lines: &'a [IncomingLine],
    /// What is paid beside them.
    pub beside: Beside,
}

impl Pen {
    /// Random letters and digits.
    pub(super) fn random(&self) -> Result<String, String> {
        let bytes = self.entropy.bytes::<8>().map_err(|error| error.to_string())?;
        Ok(format!("{:016x}", u64::from_be_bytes(bytes)))
    }

    /// An id and the time for a document.
    pub(super) fn stamp(&self) -> Result<Stamp, String> {
        let at = self.clock.now();
        let id = format!("{}.{}@buyer.example", at.as_millisecond(), self.random()?);
        Ok(Stamp { payload_id: PayloadId::parse(&id).map_err(|error| error.to_string())?, at })
    }

    /// A `PunchOutSetupRequest`.
    pub(super) fn setup(
        &self,
        login: &CxmlLogin,
        operation: Operation,
        cookie: &str,
        return_to: &str,
        item: Option<&str>,
        lines: &[IncomingLine],
    ) -> Result<String, String> {
        let part = item.map(SupplierPartId::parse).transpose().map_err(|error| error.to_string())?;
        let selected = part.map(|part| ItemKey { part, auxiliary: None });
        let ask = SetupAsk {
            from: &login.from,
            to: &login.to,
            sender: (&login.sender, &login.secret),
            user_agent: &login.user_agent,
            operation,
            buyer_cookie: cookie,
            return_to,
            extrinsics: &login.extrinsics,
            selected_item: selected.as_ref(),
            items: lines,
        };
        let document = write_setup_request(&ask, &self.stamp()?, &login.version);
        Ok(timed(login, document.map_err(|error| error.to_string())?))
    }

    /// An `OrderRequest`, and its payloadID.
    pub(super) fn order(&self, login: &CxmlLogin, ask: &OrderAsk<'_>) -> Result<(String, String), String> {
        let lines: Vec<IncomingLine> = (1..)
            .zip(ask.lines)
            .map(|(line_number, line)| IncomingLine { line_number, ..line.clone() })
            .collect();
        let total = sum(&lines).ok_or("the lines have no sum: a price is missing, or two currencies")?;
        let total: (Decimal, Currency) = (total.amount, total.currency);
        let order = Ordering {
            from: &login.from,
            to: &login.to,
            sender: (&login.sender, &login.secret),
            user_agent: &login.user_agent,
            order_id: ask.order_id,
            order_version: Some(ask.version),
            kind: ask.kind,
            refers_to: ask.refers_to,
            total,
            shipping: ask.beside.shipping,
            tax: ask.beside.tax,
            company: &login.company,
            lines: &lines,
        };
        let stamp = self.stamp()?;
        let version: &CxmlVersion = &login.version;
        let document = write_order_request(&order, &stamp, version).map_err(|error| error.to_string())?;
        Ok((timed(login, document), stamp.payload_id.as_str().to_owned()))
    }
}

/// A document with its times as this system writes them.
fn timed(login: &CxmlLogin, document: String) -> String {
    if login.zoneless_times { document.replace("+00:00\"", "\"") } else { document }
}

/// The fields of an OCI call, `HOOK_URL` last but for the control fields (`~…`), which R/3 wants behind it.
#[must_use]
pub(super) fn oci_fields(call: &OciCall, return_to: &str) -> Vec<(String, String)> {
    let pair = |parameter: &super::connection::Parameter| {
        (parameter.name.clone(), parameter.value.reveal().to_owned())
    };
    let control = |parameter: &&super::connection::Parameter| parameter.name.starts_with('~');
    let before = call.parameters.iter().filter(|parameter| !control(parameter)).map(pair);
    let behind = call.parameters.iter().filter(control).map(pair);
    before.chain([("HOOK_URL".to_owned(), return_to.to_owned())]).chain(behind).collect()
}

/// The request that an OCI call is.
#[must_use]
pub(super) fn oci_ask(call: &OciCall, address: &Url, return_to: &str) -> Ask {
    let fields = oci_fields(call, return_to);
    let encoded = super::encode::urlencoded(&fields, super::page::DEFAULT_CHARSET);
    if call.post {
        return Ask::post(address.clone(), "application/x-www-form-urlencoded", encoded);
    }
    let mut address = address.clone();
    let query = match address.query() {
        Some(own) if !own.is_empty() => format!("{own}&{encoded}"),
        _ => encoded,
    };
    address.set_query(Some(&query));
    Ask::get(address)
}

/// A document for people: secrets as asterisks of the same length.
#[must_use]
pub(super) fn masked(document: &str) -> String {
    match document.parse::<Document>() {
        Ok(parsed) => parsed.redacted(&secret_spans(&parsed)),
        Err(_) => crate::wire::cxml::redact_text(document),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        flow::secret::Secret,
        model::{hook_url::HookUrl, party::Identity},
        shell::buyer::connection::Parameter,
        wire::cxml::{read_envelope, read_order_request, read_setup_request},
    };

    fn login() -> CxmlLogin {
        let identity = |name: &str| Identity { domain: "NetworkID".into(), identity: name.into() };
        CxmlLogin {
            endpoint: "/cxml".into(),
            version: CxmlVersion::parse("1.2.050").unwrap(),
            user_agent: "test".into(),
            from: identity("BUYER"),
            to: identity("SHOP"),
            sender: identity("NETWORK"),
            secret: Secret::new("hush"),
            extrinsics: vec![("UserEmail".into(), "mia@buyer.example".into())],
            zoneless_times: false,
            company: "Acme".into(),
        }
    }

    fn lines() -> Vec<IncomingLine> {
        use super::super::receive;
        let message = receive::tests::MESSAGE.to_owned();
        receive::read(vec![("cxml-urlencoded".to_owned(), message)]).unwrap().lines
    }

    #[test]
    fn a_setup_is_read_as_it_was_meant_and_shows_no_secret() {
        let text = Pen::default()
            .setup(&login(), Operation::Edit, "C 1", "https://b/r?a=1&b=2", Some("A-1"), &lines())
            .unwrap();
        let document: Document = text.parse().unwrap();
        let envelope = read_envelope(&document).unwrap();
        let setup = read_setup_request(&envelope).unwrap();
        assert_eq!(setup.purpose.operation, Operation::Edit);
        assert_eq!(setup.purpose.return_to, Some(HookUrl::parse("https://b/r?a=1&b=2").unwrap()));
        assert_eq!(setup.items, lines());
        assert_eq!(setup.purpose.selected_item.unwrap().part.as_str(), "A-1");
        assert!(text.contains("hush") && !masked(&text).contains("hush"));
        assert!(masked(&text).contains("****"));
    }

    #[test]
    fn times_have_a_zone_unless_the_system_writes_none() {
        let of = |zoneless_times| {
            let login = CxmlLogin { zoneless_times, ..login() };
            Pen::default().setup(&login, Operation::Create, "C1", "https://b/r", None, &[]).unwrap()
        };
        let stamp =
            |text: &str| text.split("timestamp=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(stamp(&of(false)).ends_with("+00:00"), "{}", of(false));
        assert_eq!(stamp(&of(true)).matches([':', '+']).count(), 2, "{}", of(true));
    }

    #[test]
    fn an_order_repeats_the_lines_and_adds_them_up() {
        let ask = OrderAsk {
            order_id: "4500",
            version: 1,
            kind: OrderKind::New,
            refers_to: None,
            lines: &lines(),
            beside: Beside::default(),
        };
        let (text, payload_id) = Pen::default().order(&login(), &ask).unwrap();
        let document: Document = text.parse().unwrap();
        let order = read_order_request(&read_envelope(&document).unwrap()).unwrap();
        assert_eq!(order.payload_id.unwrap().as_str(), payload_id);
        assert_eq!(order.total.unwrap().0.to_string(), "13.72");
        assert_eq!(order.lines, lines().into_iter().map(IncomingLine::ordered).collect::<Vec<_>>());
    }

    #[test]
    fn the_return_address_stands_before_the_control_fields() {
        let call = OciCall {
            endpoint: "/oci/acme".into(),
            post: false,
            parameters: vec![Parameter::new("~OkCode", "ADDI"), Parameter::new("USERNAME", "a b")],
            functions: Vec::new(),
        };
        let ask = oci_ask(&call, &Url::parse("https://s/oci?x=1").unwrap(), "https://b/r?q=1");
        assert_eq!(
            ask.url.as_str(),
            "https://s/oci?x=1&USERNAME=a+b&HOOK_URL=https%3A%2F%2Fb%2Fr%3Fq%3D1&%7EOkCode=ADDI"
        );
    }
}
