//! The steps of the protocol, as requests: each round gets fresh ones, prepared before it is timed.

use std::collections::VecDeque;

use bytes::Bytes;

use super::{
    client::{Ask, Asks, Connection},
    server::Child,
};

/// A step.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Setup,
    Start,
    Product,
    Add,
    Return,
    Order,
}

/// In the order of the protocol.
pub(crate) const ALL: [Step; 6] =
    [Step::Setup, Step::Start, Step::Product, Step::Add, Step::Return, Step::Order];

impl Step {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Start => "start",
            Self::Product => "product page",
            Self::Add => "add to cart",
            Self::Return => "return",
            Self::Order => "order",
        }
    }

    /// Requests of a round at full scale.
    pub(crate) fn requests(self) -> usize {
        match self {
            Self::Setup | Self::Order => 20_000,
            Self::Start | Self::Product | Self::Add | Self::Return => 5_000,
        }
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const XML: &str = "text/xml; charset=UTF-8";
/// A part that the Ariba-like sample buyer has a price for.
const PART: &str = "HB933-05-016-A2";

/// What has been set up so far.
pub(crate) struct World {
    connection: Connection,
    secret: String,
    count: u64,
}

impl World {
    pub(crate) async fn prepare(gateway: &Child) -> Self {
        let line = gateway.told.lines().find(|line| line.starts_with("secret = ")).unwrap();
        let secret = line.split('"').nth(1).unwrap().to_owned();
        Self { connection: Connection::open(gateway.address).await, secret, count: 0 }
    }

    /// Requests of a step, with all that must be there before it.
    pub(crate) async fn requests(&mut self, step: Step, count: usize) -> Asks {
        let mut asks = VecDeque::with_capacity(count);
        // Pages and carts: a handful of visits serve many requests; start and return need one each.
        let visits = match step {
            Step::Start | Step::Return => count,
            Step::Product | Step::Add => 64,
            Step::Setup | Step::Order => 0,
        };
        let mut places = Vec::with_capacity(visits);
        for _ in 0..visits {
            let start = self.start_page().await;
            places.push(if matches!(step, Step::Start) { start } else { self.enter(start, step).await });
        }
        for number in 0..count {
            asks.push_back(match step {
                Step::Setup => self.setup(),
                Step::Order => self.order(),
                Step::Start => get(places[number].clone(), 303),
                Step::Product => get(format!("{}product?part={PART}", places[number % visits]), 200),
                Step::Add => add(&places[number % visits], 303),
                Step::Return => post(format!("{}transfer", places[number]), "revision=1", 303),
            });
        }
        // One of them, asked before, says how long an answer is.
        let first = asks.pop_front().unwrap();
        let (_, body) = self.connection.ask(first, 0).await;
        let answer_bytes = body.len();
        Asks { asks, answer_bytes }
    }

    async fn start_page(&mut self) -> String {
        let setup = self.setup();
        let (_, body) = self.connection.ask(setup, 0).await;
        let text = String::from_utf8(body.to_vec()).unwrap();
        let at = text.find("/start/").unwrap();
        text[at..].split('<').next().unwrap().to_owned()
    }

    async fn enter(&mut self, start: String, step: Step) -> String {
        let (place, _) = self.connection.ask(get(start, 303), 0).await;
        if matches!(step, Step::Return) {
            self.connection.ask(add(&place, 303), 0).await;
        }
        place
    }

    fn header(&self) -> String {
        format!(
            r#"<Header><From><Credential domain="NetworkID"><Identity>AN01000000777-T</Identity></Credential></From><To><Credential domain="NetworkID"><Identity>AN01000000042-T</Identity></Credential></To><Sender><Credential domain="NetworkID"><Identity>AN01000099999-T</Identity><SharedSecret>{}</SharedSecret></Credential><UserAgent>bench</UserAgent></Sender></Header>"#,
            self.secret
        )
    }

    /// A setup of about 1.9 kB, as platforms send it.
    fn setup(&mut self) -> Ask {
        self.count += 1;
        let names = ["User", "UniqueName", "UserEmail", "FirstName", "LastName", "CostCenter", "Region"];
        let extrinsic = |name| format!("<Extrinsic name=\"{name}\">jordan.doe.{}</Extrinsic>", self.count);
        let extrinsics = names.map(extrinsic).concat();
        let text = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.050/cXML.dtd">
<cXML payloadID="{count}.bench@buyer.test" timestamp="2026-11-02T09:00:00+00:00" xml:lang="en-US">{header}<Request deploymentMode="production"><PunchOutSetupRequest operation="create"><BuyerCookie>cookie-{count}</BuyerCookie>{extrinsics}<BrowserFormPost><URL>http://buyer.test:8080/return?session={count}</URL></BrowserFormPost><Contact role="endUser"><Name xml:lang="en">Jordan Doe</Name><Email>jordan.doe@buyer.test</Email></Contact><ShipTo><Address addressID="1000" isoCountryCode="DE"><Name xml:lang="en">Meridian Motors, plant 4</Name><PostalAddress><DeliverTo>Jordan Doe</DeliverTo><Street>Hafenstrasse 12</Street><City>Hamburg</City><PostalCode>20457</PostalCode><Country isoCountryCode="DE">Germany</Country></PostalAddress></Address></ShipTo></PunchOutSetupRequest></Request></cXML>"#,
            count = self.count,
            header = self.header(),
        );
        document(text, "<StartPage>")
    }

    /// An order of one line.
    fn order(&mut self) -> Ask {
        self.count += 1;
        let text = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<cXML payloadID="{count}.bench@buyer.test" timestamp="2026-11-02T09:00:00+00:00">{header}<Request><OrderRequest><OrderRequestHeader orderID="PO-{count}" orderDate="2026-11-02T09:00:00+00:00" type="new"><Total><Money currency="EUR">5.05</Money></Total><BillTo><Address addressID="1000"><Name xml:lang="en">Meridian Motors</Name></Address></BillTo></OrderRequestHeader><ItemOut quantity="1" lineNumber="1"><ItemID><SupplierPartID>{PART}</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money currency="EUR">5.05</Money></UnitPrice><Description xml:lang="en">Hex bolt</Description><UnitOfMeasure>BX</UnitOfMeasure><Classification domain="UNSPSC">31161600</Classification></ItemDetail></ItemOut></OrderRequest></Request></cXML>"#,
            count = self.count,
            header = self.header(),
        );
        document(text, "code=\"200\"")
    }
}

fn document(text: String, holds: &'static str) -> Ask {
    Ask { method: "POST", path: "/cxml".into(), content_type: XML, body: text.into(), status: 200, holds }
}

fn get(path: String, status: u16) -> Ask {
    Ask { method: "GET", path, content_type: FORM, body: Bytes::new(), status, holds: "" }
}

fn post(path: String, body: &str, status: u16) -> Ask {
    Ask { method: "POST", path, content_type: FORM, body: body.to_owned().into(), status, holds: "" }
}

fn add(place: &str, status: u16) -> Ask {
    post(format!("{place}cart/add"), &format!("part={PART}&quantity=1"), status)
}
