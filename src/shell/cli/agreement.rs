//! `punchgate agreement`.

use std::{
    collections::BTreeSet,
    io::Read,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

use crate::{
    model::{
        agreement::{Agreement, Assortment, Condition, Party, PriceRule, Selector},
        ids::{AgreementId, BuyerId, GroupId, SupplierId, SupplierPartId},
        limits,
        money::{Currency, parse_decimal},
    },
    shell::{
        app::App,
        config::Config,
        onboarding::{self, OnboardingError},
        store::{
            Scan,
            keys::{AgreementHeadKey, AgreementKey, PriceListKey},
        },
    },
    wire::csv,
};

use super::{
    Done, Failure,
    relay::errand,
    show::{list, rows, say},
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create an agreement
    #[command(after_help = "\
Products are named by category, brand, property, part or all:
  category:Fasteners / Screws    brand:Nordwerk    part:A-4711    all
  attribute:Thread=M8            \"attribute:Length=40 [mm]\"
A list of part numbers is a text file with one on each line.

Example: 10 % off everything, 25 % off one brand; fixed prices follow by `punchgate import prices`
  punchgate agreement create globex-2026 --supplier acme --buyer globex --name \"Framework 2026\" \\
      --currency EUR --from 2026-01-01 --until 2026-12-31 \\
      --percent-off all=10 --percent-off brand:Nordwerk=25")]
    Create(Box<Create>),
    /// Change the terms of an agreement
    ///
    /// What is not given stays as it is. Visits under way keep the terms they began with; fixed prices are changed by
    /// `punchgate import prices`.
    #[command(after_help = "\
Examples:
  punchgate agreement change globex-2026 --until 2027-06-30
  punchgate agreement change globex-2026 --percent-off all=12 --percent-off brand:Nordwerk=25
  punchgate agreement change globex-2026 --include-list parts.txt --exclude attribute:Hazardous=yes
  punchgate agreement change globex-2026 --ship-to PLANT-7 --says CostCenter=4711")]
    Change(Box<Change>),
    /// List all agreements as they are now
    List,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Its id: a-z, 0-9 and -
    id: AgreementId,
    /// Whose terms
    #[arg(long)]
    supplier: SupplierId,
    /// The name that shoppers see
    #[arg(long)]
    name: String,
    #[command(flatten)]
    party: PartyArgs,
    /// Currency of its prices
    #[arg(long, value_parser = Currency::parse)]
    currency: Currency,
    #[command(flatten)]
    validity: Validity,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Debug, Args)]
pub(super) struct Change {
    /// Which one
    id: AgreementId,
    /// The name that shoppers see
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    validity: Validity,
    /// It ends no more
    #[arg(long, conflicts_with = "until")]
    open_end: bool,
    #[command(flatten)]
    terms: Terms,
    /// Drop all shares of the list price, conditions and choices of products that it has, before those given here
    #[arg(long)]
    anew: bool,
}

/// From when to when.
#[derive(Debug, Args)]
struct Validity {
    /// First day; a new agreement begins today if it is not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// Last day; a new agreement has an open end if it is not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Where these days begin and end, such as Europe/Berlin; UTC if it is not given
    #[arg(long, value_name = "ZONE", value_parser = parse_zone)]
    time_zone: Option<TimeZone>,
}

/// What it says of products and prices. Lists that are given replace those it has.
#[derive(Debug, Args)]
struct Terms {
    /// A higher one wins; 0 for a new agreement
    #[arg(long, allow_negative_numbers = true)]
    priority: Option<i32>,
    /// List price less a share (repeatable); the most specific one counts
    #[arg(long, value_name = "PRODUCTS=PERCENT", value_parser = parse_rule)]
    percent_off: Vec<PriceRule>,
    /// Let the party see these products only (repeatable)
    #[arg(long, value_name = "PRODUCTS", value_parser = parse_selector)]
    include: Vec<Selector>,
    /// Let the party not see these products (repeatable)
    #[arg(long, value_name = "PRODUCTS", value_parser = parse_selector)]
    exclude: Vec<Selector>,
    /// Let the party see the parts of this file only, besides those of --include (repeatable)
    #[arg(long, value_name = "FILE")]
    include_list: Vec<PathBuf>,
    /// Let the party not see the parts of this file (repeatable)
    #[arg(long, value_name = "FILE")]
    exclude_list: Vec<PathBuf>,
    /// It holds only for visits whose goods go to this addressID
    #[arg(long, value_name = "ADDRESS-ID")]
    ship_to: Option<String>,
    /// It holds only for visits whose goods go to this country, two letters
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// It holds only for visits whose setup says this, as an Extrinsic or a parameter of the call (repeatable)
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_says)]
    says: Vec<Condition>,
    /// The least that a cart with one of its prices must be worth, in its currency; 0 for none
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount)]
    minimum_order: Option<Decimal>,
    /// Whether list price and saving are shown; yes for a new agreement
    #[arg(long, value_name = "true|false")]
    show_list_price: Option<bool>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct PartyArgs {
    /// For one buyer
    #[arg(long)]
    buyer: Option<BuyerId>,
    /// For every buyer of a group
    #[arg(long)]
    group: Option<GroupId>,
    /// For every buyer of the supplier
    #[arg(long)]
    everyone: bool,
}

fn parse_selector(raw: &str) -> Result<Selector, String> {
    let form = "products are named by category:…, brand:…, attribute:name=value, part:… or all";
    match raw.trim().split_once(':') {
        Some((_, name)) if name.trim().is_empty() => Err(form.to_owned()),
        Some(("category", name)) => Ok(Selector::Category(name.trim().to_owned())),
        Some(("brand", name)) => Ok(Selector::Brand(name.trim().to_owned())),
        Some(("attribute", text)) => csv::attribute(text).map(Selector::Attribute).ok_or(form.to_owned()),
        Some(("part", name)) => Ok(Selector::Part(name.trim().to_owned())),
        None if raw.trim() == "all" => Ok(Selector::All),
        _ => Err(form.to_owned()),
    }
}

fn parse_rule(raw: &str) -> Result<PriceRule, String> {
    let (products, percent) = raw.rsplit_once('=').ok_or("it must be of the form products=percent")?;
    let percent_off = parse_decimal(percent.trim(), "percentage").map_err(|error| error.to_string())?;
    if !(Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&percent_off) {
        return Err("a percentage is 0 to 100".to_owned());
    }
    Ok(PriceRule { on: parse_selector(products)?, percent_off })
}

pub(super) fn parse_amount(raw: &str) -> Result<Decimal, String> {
    let amount = parse_decimal(raw, "amount").map_err(|error| error.to_string())?;
    if amount < Decimal::ZERO { Err("an amount is zero or more".to_owned()) } else { Ok(amount) }
}

fn parse_says(raw: &str) -> Result<Condition, String> {
    let (name, value) = raw.split_once('=').ok_or("it must be of the form name=value")?;
    Ok(Condition::Says { name: name.trim().to_owned(), value: value.trim().to_owned() })
}

fn parse_zone(raw: &str) -> Result<TimeZone, String> {
    TimeZone::get(raw).map_err(|error| error.to_string())
}

/// First instant of a day.
fn begin(day: Date, zone: &TimeZone) -> Result<Timestamp, OnboardingError> {
    let zoned = day.to_zoned(zone.clone()).map_err(|error| no_such_day(&error))?;
    Ok(zoned.timestamp())
}

fn no_such_day(error: &jiff::Error) -> OnboardingError {
    OnboardingError::one("day", error.to_string())
}

impl Validity {
    fn apply(&self, agreement: &mut Agreement) -> Result<(), OnboardingError> {
        let zone = match (&self.time_zone, &agreement.time_zone) {
            (Some(zone), _) => zone.clone(),
            (None, Some(name)) => {
                parse_zone(name).map_err(|error| OnboardingError::one("time_zone", error))?
            }
            (None, None) => TimeZone::UTC,
        };
        if let Some(first) = self.from {
            agreement.valid_from = begin(first, &zone)?;
        }
        if let Some(last) = self.until {
            agreement.valid_until =
                Some(begin(last.tomorrow().map_err(|error| no_such_day(&error))?, &zone)?);
        }
        agreement.time_zone = zone.iana_name().filter(|name| *name != "UTC").map(str::to_owned);
        Ok(())
    }
}

impl Terms {
    /// The terms with the lists of part numbers among the products that are named.
    fn read(mut self) -> Result<Self, Failure> {
        for (files, named) in
            [(&self.include_list, &mut self.include), (&self.exclude_list, &mut self.exclude)]
        {
            for file in files {
                named.push(Selector::Parts(part_list(file)?));
            }
        }
        Ok(self)
    }

    fn apply(&self, agreement: &mut Agreement) {
        let replace = |list: &mut Vec<Selector>, by: &[Selector]| {
            if !by.is_empty() {
                *list = by.to_vec();
            }
        };
        replace(&mut agreement.assortment.include, &self.include);
        replace(&mut agreement.assortment.exclude, &self.exclude);
        if !self.percent_off.is_empty() {
            agreement.rules.clone_from(&self.percent_off);
        }
        let ship_to = self.ship_to.iter().map(|address| Condition::ShipTo(address.trim().to_owned()));
        let country = self.country.iter().map(|code| Condition::Country(code.trim().to_ascii_uppercase()));
        let conditions: Vec<Condition> = ship_to.chain(country).chain(self.says.iter().cloned()).collect();
        if !conditions.is_empty() {
            agreement.conditions = conditions;
        }
        if let Some(least) = self.minimum_order {
            agreement.minimum_order = Some(least).filter(|least| !least.is_zero());
        }
        agreement.priority = self.priority.unwrap_or(agreement.priority);
        agreement.shows_list_price = self.show_list_price.unwrap_or(agreement.shows_list_price);
    }
}

/// Part numbers, one a line; white space around them and empty lines do not count.
fn part_list(file: &Path) -> Result<BTreeSet<String>, Failure> {
    let path = errand().map_or_else(|| file.to_owned(), |errand| errand.place(file));
    let failed = |why: &dyn std::fmt::Display| Failure::unready(format!("{}: {why}", file.display()));
    let mut text = String::new();
    let most = 4 * limits::AGREEMENT_BYTES as u64; // what is longer is refused with its reason
    std::fs::File::open(path)
        .and_then(|opened| opened.take(most).read_to_string(&mut text))
        .map_err(|error| failed(&error))?;
    let mut parts = BTreeSet::new();
    for (line, part) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        SupplierPartId::parse(part).map_err(|error| failed(&format!("line {line}: {error}")))?;
        parts.insert(part.to_owned());
    }
    if parts.is_empty() { Err(failed(&"holds no part number")) } else { Ok(parts) }
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        with_app(config, async |app| {
            match self {
                Self::Create(create) => create.run(app).await?,
                Self::Change(change) => change.run(app).await?,
                Self::List => all(app).await?,
            }
            Ok(Done::Well)
        })
        .await
    }
}

impl Create {
    async fn run(self: Box<Self>, app: &App) -> Result<(), Failure> {
        let PartyArgs { buyer, group, everyone: _ } = self.party;
        let mut agreement = Agreement {
            id: self.id,
            supplier: self.supplier,
            name: self.name,
            party: match (buyer, group) {
                (Some(buyer), _) => Party::Buyer(buyer),
                (None, Some(group)) => Party::Group(group),
                (None, None) => Party::Everyone,
            },
            currency: self.currency,
            valid_from: Timestamp::UNIX_EPOCH,
            valid_until: None,
            priority: 0,
            assortment: Assortment::default(),
            shows_list_price: true,
            rules: Vec::new(),
            minimum_order: None,
            price_list: None,
            conditions: Vec::new(),
            time_zone: None,
        };
        let zone = self.validity.time_zone.clone().unwrap_or(TimeZone::UTC);
        let first = self.validity.from.unwrap_or_else(|| app.now().to_zoned(zone).date());
        Validity { from: Some(first), ..self.validity }.apply(&mut agreement)?;
        self.terms.read()?.apply(&mut agreement);
        onboarding::create_agreement(app, &agreement).await?;
        say(format!("Agreement {} is created.", agreement.id))?;
        say(format!("Fixed prices: punchgate import prices FILE --agreement {}", agreement.id))
    }
}

impl Change {
    async fn run(self: Box<Self>, app: &App) -> Result<(), Failure> {
        let terms = self.terms.read()?;
        let version = onboarding::change_agreement(app, &self.id, |agreement| {
            if let Some(name) = &self.name {
                agreement.name.clone_from(name);
            }
            if self.anew {
                agreement.assortment = Assortment::default();
                agreement.rules.clear();
                agreement.conditions.clear();
            }
            if self.open_end {
                agreement.valid_until = None;
            }
            terms.apply(agreement);
            self.validity.apply(agreement)
        })
        .await?;
        say(format!("Version {version} of {} holds for visits from now on.", self.id))
    }
}

async fn all(app: &App) -> Result<(), Failure> {
    let mut known = Vec::new();
    for (head, version) in app.store.scan(Scan::<AgreementHeadKey>::table()).await? {
        let key = AgreementKey { agreement: head.agreement, version: version.value };
        let Some(row) = app.store.get(&key).await? else { continue };
        let agreement = row.value;
        let prices = match agreement.price_list {
            Some(list) => {
                let key = PriceListKey { agreement: agreement.id.clone(), version: list };
                app.store.get(&key).await?.map_or(0, |list| list.value.entries)
            }
            None => 0,
        };
        known.push(vec![
            agreement.id.to_string(),
            agreement.supplier.to_string(),
            match &agreement.party {
                Party::Buyer(buyer) => buyer.to_string(),
                Party::Group(group) => format!("group {group}"),
                Party::Everyone => "everyone".to_owned(),
            },
            validity(&agreement),
            list(agreement.conditions.iter().map(condition)),
            agreement.currency.to_string(),
            agreement.rules.len().to_string(),
            prices.to_string(),
            version.value.to_string(),
        ]);
    }
    let headings = ["id", "supplier", "for", "valid", "where", "currency", "rules", "prices", "version"];
    rows(&headings, known, "There is no agreement yet.")
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::ShipTo(address) => format!("ship-to {address}"),
        Condition::Says { name, value } => format!("{name}={value}"),
        Condition::Country(country) => format!("country {country}"),
    }
}

/// First and last day, where the agreement counts them.
fn validity(agreement: &Agreement) -> String {
    let zone =
        agreement.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date().to_string();
    let second = SignedDuration::from_secs(1);
    let last = agreement.valid_until.map(|until| day(until.checked_sub(second).unwrap_or(until)));
    format!("{} – {}", day(agreement.valid_from), last.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::catalog::Attribute;

    #[test]
    fn days_begin_and_end_where_the_agreement_says() {
        let mut agreement = crate::flow::pricing::tests::agreement("a", 0);
        let berlin = Validity {
            from: "2026-03-29".parse().ok(),
            until: "2026-12-31".parse().ok(),
            time_zone: parse_zone("Europe/Berlin").ok(),
        };
        berlin.apply(&mut agreement).unwrap();
        assert_eq!(agreement.valid_from.to_string(), "2026-03-28T23:00:00Z");
        assert_eq!(agreement.valid_until.unwrap().to_string(), "2026-12-31T23:00:00Z");
        assert_eq!(validity(&agreement), "2026-03-29 – 2026-12-31");
        // A later change keeps the zone; summer time began on that first day.
        Validity { from: "2026-03-30".parse().ok(), until: None, time_zone: None }
            .apply(&mut agreement)
            .unwrap();
        assert_eq!(agreement.valid_from.to_string(), "2026-03-29T22:00:00Z");
        assert!(parse_zone("Europe/Atlantis").is_err());
    }

    #[test]
    fn products_are_named_in_words() {
        assert_eq!(parse_selector("category: A / B"), Ok(Selector::Category("A / B".into())));
        assert_eq!(parse_selector("all"), Ok(Selector::All));
        let length = Attribute { name: "Length".into(), value: "40".into(), unit: Some("mm".into()) };
        assert_eq!(parse_selector("attribute:Length=40 [mm]"), Ok(Selector::Attribute(length)));
        for refused in ["", "everything", "brand:", "colour:red", "attribute:Thread"] {
            assert!(parse_selector(refused).is_err(), "{refused}");
        }
        let rule = parse_rule("part:A=B=12.5").unwrap();
        assert_eq!((rule.on, rule.percent_off), (Selector::Part("A=B".into()), Decimal::new(125, 1)));
        for refused in ["all", "all=", "all=-1", "all=101", "all=1,5"] {
            assert!(parse_rule(refused).is_err(), "{refused}");
        }
    }
}
