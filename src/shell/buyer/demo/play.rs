//! What the pages do: begin a visit, take in a cart, send an order.

use std::borrow::Cow;

use serde::Deserialize;
use url::Url;

use crate::{
    flow::{
        order::OrderKind,
        setup::{IncomingLine, Operation},
    },
    model::{money::Money, profile::Protocol},
    shell::{
        buyer::{
            ask::Ask,
            connection::{BuyerConnection, CxmlLogin, address},
            encode,
            fault::Fault,
            judge::{Expected, judge, judge_cancel},
            pen::{OrderAsk, masked, oci_fields},
            receive,
            report::millis,
        },
        clock::Stopwatch,
    },
    wire::{
        cxml::{ReceivedStatus, read_setup_response, read_status},
        xml::{Document, Limits, charset_parameter, lossy},
    },
};

use super::{
    VirtualBuyer,
    played::{Arrival, Entry, Exchange, Played, Sent},
};

/// Which order to send.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Trick {
    /// The cart as it came.
    New,
    /// The last order once more, byte for byte.
    Repeat,
    /// With another price on the first line.
    Price,
    /// With another unit on the first line.
    Unit,
    /// Take the order back.
    Delete,
}

/// What a visit begins with.
pub(super) struct Begin<'a> {
    /// Which connection.
    pub(super) connection: usize,
    /// What the user may do.
    pub(super) operation: Operation,
    /// The part to open the shop at.
    pub(super) part: Option<&'a str>,
    /// Lines of the requisition.
    pub(super) lines: Vec<IncomingLine>,
    /// What is done wrong.
    pub(super) fault: Option<Fault>,
}

impl VirtualBuyer {
    /// Sends the setup, or prepares the OCI call that the browser makes.
    pub(super) async fn begin_visit(
        &self,
        Begin { connection, operation, part, lines, fault }: Begin<'_>,
    ) -> Result<Played, String> {
        let chosen = self.0.connections.get(connection).ok_or("There is no such buyer.")?;
        if let Some(fault) = fault.filter(|fault| !chosen.can_play(*fault)) {
            return Err(format!("This buyer cannot play {}: it is one of cXML.", fault.title()));
        }
        chosen.can_ask(operation)?;
        let requisition = fault.map_or(lines.clone(), |fault| fault.lines(&lines));
        let id = self.0.pen.random()?;
        let return_to = self.return_address(&id)?.as_str().to_owned();
        let (entry, cookie) = match chosen.protocol {
            Protocol::Oci => (self.oci_entry(chosen, &return_to, fault)?, None),
            Protocol::Cxml => {
                let login = login(chosen)?;
                let cookie = self.0.pen.random()?;
                let login = fault.map_or(Cow::Borrowed(login), |fault| fault.login(login));
                let document =
                    self.0.pen.setup(&login, operation, &cookie, &return_to, part, &requisition)?;
                if fault == Some(Fault::SamePayloadId) {
                    // What is shown is the answer to the second one.
                    self.cxml_entry(&login, &document, None).await?;
                }
                (self.cxml_entry(&login, &document, fault).await?, Some(cookie))
            }
        };
        let part = part.map(str::to_owned);
        Ok(Played {
            id,
            connection,
            operation,
            part,
            cookie,
            return_to,
            fault,
            requisition,
            entry,
            cart: None,
            orders: Vec::new(),
        })
    }

    async fn cxml_entry(
        &self,
        login: &CxmlLogin,
        document: &str,
        fault: Option<Fault>,
    ) -> Result<Entry, String> {
        let spoilt = fault.map(|fault| fault.spoilt(document));
        let (exchange, start) = self
            .exchange_as(login, document, spoilt, |answer| {
                read_setup_response(answer).map_err(|error| error.to_string())
            })
            .await?;
        let start = start.and_then(|start| Url::parse(&start).ok());
        Ok(Entry::Cxml { exchange, start: start.filter(|url| matches!(url.scheme(), "http" | "https")) })
    }

    fn oci_entry(
        &self,
        connection: &BuyerConnection,
        return_to: &str,
        fault: Option<Fault>,
    ) -> Result<Entry, String> {
        let call = connection.oci.as_ref().ok_or("This buyer has no OCI call.")?;
        let hidden = |name: &str| {
            call.parameters.iter().any(|parameter| parameter.is_secret && parameter.name == name)
        };
        let fields = oci_fields(call, return_to).into_iter().map(|(name, value)| {
            let is_secret = hidden(&name);
            let wrong = is_secret && fault == Some(Fault::WrongSecret);
            (name, if wrong { "not-the-secret".to_owned() } else { value }, is_secret)
        });
        Ok(Entry::Oci {
            address: address(Some(&self.0.gateway), &call.endpoint)?,
            post: call.post,
            fields: fields.collect(),
        })
    }

    /// Sends a document and reads the answer; what fails on the way is part of what is shown.
    async fn exchange<T: Default>(
        &self,
        login: &CxmlLogin,
        document: &str,
        read: impl FnOnce(&Document) -> Result<(ReceivedStatus, T), String>,
    ) -> Result<(Exchange, T), String> {
        self.exchange_as(login, document, None, read).await
    }

    /// - `spoilt`: what is sent in the document's place, with its content type.
    async fn exchange_as<T: Default>(
        &self,
        login: &CxmlLogin,
        document: &str,
        spoilt: Option<(Vec<u8>, &str)>,
        read: impl FnOnce(&Document) -> Result<(ReceivedStatus, T), String>,
    ) -> Result<(Exchange, T), String> {
        let endpoint = address(Some(&self.0.gateway), &login.endpoint)?;
        let watch = Stopwatch::start();
        let ask = match spoilt {
            Some((octets, kind)) => Ask::post(endpoint.clone(), kind, octets),
            None => Ask::cxml(endpoint.clone(), document),
        };
        let received = self.0.client.send(&ask).await;
        let took_ms = millis(watch.elapsed());
        let (answer, outcome) = match received {
            Ok(received) => {
                let charset = charset_parameter(&received.content_type);
                let outcome = Document::read(received.body.to_vec(), charset, &Limits::default())
                    .map_err(|error| format!("HTTP {}: {error}", received.status.as_u16()))
                    .and_then(|document| read(&document));
                (lossy(&received.body, charset), outcome)
            }
            Err(error) => (String::new(), Err(error.to_string())),
        };
        let (status, more) = match outcome {
            Ok((status, more)) => (Ok(status), more),
            Err(why) => (Err(why), T::default()),
        };
        Ok((Exchange { endpoint, request: masked(document), answer, status, took_ms }, more))
    }

    /// Reads the form that came back as the buyer's system would, and judges it.
    pub(super) fn take_in(&self, played: &Played, body: &[u8]) -> Arrival {
        let charset = self.connection(played).ok().and_then(|connection| {
            connection.oci.as_ref().and_then(|call| call.charset()).map(encode::named)
        });
        let cart = receive::read(encode::read_urlencoded(body, charset));
        let expected = Expected { return_to: &played.return_to, buyer_cookie: played.cookie.as_deref() };
        let checks = match &cart {
            Ok(cart) if cart.status == 204 => judge_cancel(cart, &expected),
            Ok(cart) => judge(cart, None, &expected),
            Err(_) => Vec::new(),
        };
        Arrival { cart, checks, times: 0 }
    }

    /// Writes and sends an order of this cart.
    pub(super) async fn order(&self, played: &Played, trick: Trick) -> Result<Sent, String> {
        let login = login(self.connection(played)?)?;
        let earlier = played.orders.last();
        let mut lines = earlier.map_or_else(|| played.lines(), |sent| sent.lines.clone());
        let beside = earlier.map_or_else(|| played.beside(), |sent| sent.beside);
        if lines.is_empty() {
            return Err("There are no lines to order.".to_owned());
        }
        match trick {
            Trick::Price => lines = Fault::ChangedPrice.lines(&lines),
            Trick::Unit => lines = Fault::ChangedUnit.lines(&lines),
            Trick::New | Trick::Repeat | Trick::Delete => {}
        }
        let (title, kind) = match (trick, earlier) {
            (Trick::Repeat, Some(sent)) => return self.send_again(login, sent).await,
            (Trick::Delete, Some(_)) => ("Order taken back", OrderKind::Delete),
            (Trick::Repeat | Trick::Delete, None) => return Err("There is no order yet.".to_owned()),
            (Trick::Price, Some(_)) => ("Order changed, with another price", OrderKind::Update),
            (Trick::Price, None) => ("Order with another price", OrderKind::New),
            (Trick::Unit, Some(_)) => ("Order changed, with another unit", OrderKind::Update),
            (Trick::Unit, None) => ("Order with another unit", OrderKind::New),
            (Trick::New, _) => ("Order", OrderKind::New),
        };
        let version = earlier.map_or(1, |sent| sent.version.saturating_add(1));
        let follows = earlier.filter(|_| kind != OrderKind::New);
        let (order_id, version) = match follows {
            Some(sent) => (sent.order_id.clone(), version),
            None => (self.order_id()?, 1),
        };
        let refers_to = follows.map(|sent| sent.payload_id.as_str());
        let ask = OrderAsk { order_id: &order_id, version, kind, refers_to, lines: &lines, beside };
        let (document, payload_id) = self.0.pen.order(login, &ask)?;
        let (exchange, ()) = self.exchange(login, &document, read_answer).await?;
        let kind = kind.as_str();
        Ok(Sent { title, exchange, document, order_id, version, payload_id, kind, lines, beside })
    }

    /// The same bytes once more, as after an answer that was lost.
    async fn send_again(&self, login: &CxmlLogin, sent: &Sent) -> Result<Sent, String> {
        let (exchange, ()) = self.exchange(login, &sent.document, read_answer).await?;
        Ok(Sent {
            title: "The same order again",
            exchange,
            document: sent.document.clone(),
            order_id: sent.order_id.clone(),
            version: sent.version,
            payload_id: sent.payload_id.clone(),
            kind: sent.kind,
            lines: sent.lines.clone(),
            beside: sent.beside,
        })
    }

    /// `PO-1A2B3C4D`.
    fn order_id(&self) -> Result<String, String> {
        let random = self.0.pen.random()?.to_uppercase();
        Ok(format!("PO-{}", random.get(..8).unwrap_or(&random)))
    }
}

fn login(connection: &BuyerConnection) -> Result<&CxmlLogin, String> {
    connection.cxml.as_ref().ok_or_else(|| "This buyer has no cXML login.".to_owned())
}

fn read_answer(answer: &Document) -> Result<(ReceivedStatus, ()), String> {
    read_status(answer).map(|status| (status, ())).map_err(|error| error.to_string())
}

/// The sum of lines for people.
pub(super) fn total(lines: &[IncomingLine]) -> Option<Money> {
    receive::sum(lines)
}
