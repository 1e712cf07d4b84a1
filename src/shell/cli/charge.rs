//! `punchgate connection charge`.

use clap::{Args, Subcommand, ValueEnum};
use rust_decimal::Decimal;

use crate::{
    model::{
        agreement::Condition,
        charges::{ChargeAmount, ChargeKind, ChargePlace, ChargeRule, Span},
        ids::{ConnectionId, SupplierPartId},
        money::{Currency, parse_decimal},
        party::Connection,
        profile::Protocol,
    },
    shell::{
        app::App,
        onboarding::{self, ChargeChange},
    },
};

use super::{
    Failure,
    show::{rows, say},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a rule
    #[command(after_help = "\
Of the rules of one name the first that holds counts; rules of different names add up. Amounts are in the currency of
the connection's visits.

Examples:
  punchgate connection charge add globex-coupa Freight --kind freight --flat 9.90 --value-below 100
  punchgate connection charge add globex-coupa Freight --kind freight --flat 4.90 --value-below 500
  punchgate connection charge add globex-coupa Freight --kind freight --per-kg 0.85 --weight-from 30 --country AT --before 1
  punchgate connection charge add globex-coupa 'Small order' --kind surcharge --as line --part SMALL --flat 5 --value-below 50
  punchgate connection charge add globex-coupa VAT --kind tax --percent 19")]
    Add(Box<Add>),
    /// List the rules, in their order
    List {
        /// Of which connection
        id: ConnectionId,
    },
    /// Remove a rule
    Remove {
        /// Of which connection
        id: ConnectionId,
        /// Its number, as `list` shows it
        rule: usize,
    },
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// To which connection
    id: ConnectionId,
    /// What it is called: shoppers and buyers read it
    name: String,
    /// What it is
    #[arg(long, value_enum)]
    kind: Kind,
    /// Where the buyer gets it; left out: cXML in the header, OCI as a line
    #[arg(long = "as", value_enum, value_name = "PLACE")]
    place: Option<Place>,
    #[command(flatten)]
    amount: Amount,
    /// For goods of at least this value
    #[arg(long, value_name = "MONEY", value_parser = decimal)]
    value_from: Option<Decimal>,
    /// For goods below this value
    #[arg(long, value_name = "MONEY", value_parser = decimal)]
    value_below: Option<Decimal>,
    /// For at least this weight, in kilograms
    #[arg(long, value_name = "KG", value_parser = decimal)]
    weight_from: Option<Decimal>,
    /// For less than this weight, in kilograms
    #[arg(long, value_name = "KG", value_parser = decimal)]
    weight_below: Option<Decimal>,
    /// For goods that go to this addressID
    #[arg(long, value_name = "ADDRESS")]
    ship_to: Option<String>,
    /// For goods that go to this country, two letters
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// For visits whose setup or call says this
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_says)]
    says: Vec<Condition>,
    /// Part number of its line; left out: FREIGHT, SURCHARGE or TAX
    #[arg(long, value_parser = SupplierPartId::parse)]
    part: Option<SupplierPartId>,
    /// Classification of its line, UNSPSC of 8 digits
    #[arg(long)]
    unspsc: Option<String>,
    /// Put it before the rule of this number
    #[arg(long, value_name = "NUMBER")]
    before: Option<usize>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Amount {
    /// This much money
    #[arg(long, value_name = "MONEY", value_parser = decimal)]
    flat: Option<Decimal>,
    /// A share of the goods; tax: of goods, freight and surcharges
    #[arg(long, value_name = "SHARE", value_parser = decimal)]
    percent: Option<Decimal>,
    /// This much money for each kilogram
    #[arg(long, value_name = "MONEY", value_parser = decimal)]
    per_kg: Option<Decimal>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// What sending the goods costs
    Freight,
    /// Anything else that is added
    Surcharge,
    /// Tax, on goods, freight and surcharges
    Tax,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Place {
    /// cXML: Shipping or Tax of the cart's header
    Header,
    /// A line of its own
    Line,
}

fn decimal(raw: &str) -> Result<Decimal, String> {
    parse_decimal(raw, "it").map_err(|error| error.to_string())
}

fn parse_says(raw: &str) -> Result<Condition, String> {
    let (name, value) = raw.split_once('=').ok_or("it must be of the form name=value")?;
    Ok(Condition::Says { name: name.trim().to_owned(), value: value.trim().to_owned() })
}

impl Command {
    pub(super) async fn run(self, app: &App) -> Result<(), Failure> {
        let (id, change) = match self {
            Self::Add(add) => add.read(app).await?,
            Self::Remove { id, rule } => (id, ChargeChange::Remove(rule)),
            Self::List { id } => {
                let parties = app.parties(&id).await?;
                let parties =
                    parties.ok_or_else(|| Failure::refused(format!("there is no connection {id}")))?;
                return list(&parties.connection, parties.currency());
            }
        };
        let connection = onboarding::change_charges(app, &id, &change).await?;
        let parties = app.parties(&id).await?;
        let currency = parties.map_or(Currency::NONE, |parties| parties.currency());
        say(format!("What {id} adds to a cart, for visits that begin from now on:"))?;
        list(&connection, currency)
    }
}

impl Add {
    async fn read(self: Box<Self>, app: &App) -> Result<(ConnectionId, ChargeChange), Failure> {
        let parties = app.parties(&self.id).await?;
        let parties =
            parties.ok_or_else(|| Failure::refused(format!("there is no connection {}", self.id)))?;
        let amount = match (self.amount.flat, self.amount.percent, self.amount.per_kg) {
            (Some(amount), ..) => ChargeAmount::Flat(amount),
            (_, Some(share), _) => ChargeAmount::Percent(share),
            (.., Some(amount)) => ChargeAmount::PerKilogram(amount),
            _ => return Err(Failure::refused("it needs --flat, --percent or --per-kg")),
        };
        let kind = match self.kind {
            Kind::Freight => ChargeKind::Freight,
            Kind::Surcharge => ChargeKind::Surcharge,
            Kind::Tax => ChargeKind::Tax,
        };
        let place = match (self.place, parties.profile.protocol) {
            (Some(Place::Header), _) | (None, Protocol::Cxml) => ChargePlace::Header,
            (Some(Place::Line), _) | (None, Protocol::Oci) => ChargePlace::Line,
        };
        let usual = SupplierPartId::parse(kind.usual_part());
        let part = self.part.map_or(usual, Ok).map_err(|error| Failure::refused(error.to_string()))?;
        let ship_to = self.ship_to.map(|address| Condition::ShipTo(address.trim().to_owned()));
        let country = self.country.map(|code| Condition::Country(code.trim().to_ascii_uppercase()));
        let rule = ChargeRule {
            name: self.name.trim().to_owned(),
            kind,
            place,
            amount,
            value: Span { from: self.value_from, below: self.value_below },
            weight: Span { from: self.weight_from, below: self.weight_below },
            conditions: ship_to.into_iter().chain(country).chain(self.says).collect(),
            part,
            unspsc: self.unspsc,
        };
        Ok((self.id, ChargeChange::Add { rule: Box::new(rule), place: self.before }))
    }
}

fn list(connection: &Connection, currency: Currency) -> Result<(), Failure> {
    let row = |(number, rule): (usize, &ChargeRule)| {
        let place = match rule.place {
            ChargePlace::Header => "header".to_owned(),
            ChargePlace::Line => format!("line {}", rule.part),
        };
        vec![
            number.to_string(),
            rule.name.clone(),
            rule.kind.as_str().to_owned(),
            place,
            rule.words(currency),
        ]
    };
    let all = (1..).zip(&connection.charges.0).map(row);
    let none = "Nothing is added: freight and tax are left to the buyer's system.";
    rows(&["no.", "name", "kind", "as", "how much, and when"], all, none)
}
