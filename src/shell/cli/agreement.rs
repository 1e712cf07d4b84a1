//! `punchgate agreement`.

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

use crate::{
    model::{
        agreement::{Agreement, Assortment, Party, PriceRule, Selector},
        ids::{AgreementId, BuyerId, GroupId, SupplierId},
        money::{Currency, parse_decimal},
    },
    shell::{
        app::App,
        config::Config,
        onboarding,
        store::{
            Scan,
            keys::{AgreementHeadKey, AgreementKey, PriceListKey},
        },
    },
};

use super::{
    Done, Failure,
    show::{rows, say},
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create an agreement
    #[command(after_help = "\
Products are named by category, brand, part or all:
  category:Fasteners / Screws    brand:Nordwerk    part:A-4711    all

Example: 10 % off everything, 25 % off one brand; fixed prices follow by `punchgate import prices`
  punchgate agreement create globex-2026 --supplier acme --buyer globex --name \"Framework 2026\" \\
      --currency EUR --from 2026-01-01 --until 2026-12-31 \\
      --percent-off all=10 --percent-off brand:Nordwerk=25")]
    Create(Box<Create>),
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
    /// First day; today if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// Last day; open end if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// A higher one wins
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    priority: i32,
    /// List price less a share (repeatable); the most specific one counts
    #[arg(long, value_name = "PRODUCTS=PERCENT", value_parser = parse_rule)]
    percent_off: Vec<PriceRule>,
    /// Let the party see these products only (repeatable)
    #[arg(long, value_name = "PRODUCTS", value_parser = parse_selector)]
    include: Vec<Selector>,
    /// Let the party not see these products (repeatable)
    #[arg(long, value_name = "PRODUCTS", value_parser = parse_selector)]
    exclude: Vec<Selector>,
    /// Do not show list price and saving
    #[arg(long)]
    hide_list_price: bool,
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
    let form = "products are named by category:…, brand:…, part:… or all";
    match raw.trim().split_once(':') {
        Some((_, name)) if name.trim().is_empty() => Err(form.to_owned()),
        Some(("category", name)) => Ok(Selector::Category(name.trim().to_owned())),
        Some(("brand", name)) => Ok(Selector::Brand(name.trim().to_owned())),
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

/// First instant of a day, UTC.
fn begin(day: Date) -> Result<Timestamp, Failure> {
    let zoned = day.to_zoned(TimeZone::UTC).map_err(Failure::refused)?;
    Ok(zoned.timestamp())
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        with_app(config, async |app| {
            match self {
                Self::Create(create) => create.run(app).await?,
                Self::List => all(app).await?,
            }
            Ok(Done::Well)
        })
        .await
    }
}

impl Create {
    async fn run(self: Box<Self>, app: &App) -> Result<(), Failure> {
        let day = SignedDuration::from_hours(24);
        let today = app.now().to_zoned(TimeZone::UTC).date();
        let valid_until = match self.until {
            Some(last) => Some(begin(last)?.checked_add(day).map_err(Failure::refused)?),
            None => None,
        };
        let PartyArgs { buyer, group, everyone: _ } = self.party;
        let agreement = Agreement {
            id: self.id,
            supplier: self.supplier,
            name: self.name,
            party: match (buyer, group) {
                (Some(buyer), _) => Party::Buyer(buyer),
                (None, Some(group)) => Party::Group(group),
                (None, None) => Party::Everyone,
            },
            currency: self.currency,
            valid_from: begin(self.from.unwrap_or(today))?,
            valid_until,
            priority: self.priority,
            assortment: Assortment { include: self.include, exclude: self.exclude },
            shows_list_price: !self.hide_list_price,
            rules: self.percent_off,
            price_list: None,
        };
        onboarding::create_agreement(app, &agreement).await?;
        say(format!("Agreement {} is created.", agreement.id))?;
        say(format!("Fixed prices: punchgate import prices FILE --agreement {}", agreement.id))
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
            match agreement.party {
                Party::Buyer(buyer) => buyer.to_string(),
                Party::Group(group) => format!("group {group}"),
                Party::Everyone => "everyone".to_owned(),
            },
            validity(agreement.valid_from, agreement.valid_until),
            agreement.currency.to_string(),
            agreement.rules.len().to_string(),
            prices.to_string(),
            version.value.to_string(),
        ]);
    }
    let headings = ["id", "supplier", "for", "valid", "currency", "rules", "prices", "version"];
    rows(&headings, known, "There is no agreement yet.")
}

/// First and last day.
fn validity(from: Timestamp, until: Option<Timestamp>) -> String {
    let second = SignedDuration::from_secs(1);
    let last = until.map(|until| until.checked_sub(second).unwrap_or(until).strftime("%Y-%m-%d").to_string());
    format!("{} – {}", from.strftime("%Y-%m-%d"), last.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_named_in_four_ways() {
        assert_eq!(parse_selector("category: A / B"), Ok(Selector::Category("A / B".into())));
        assert_eq!(parse_selector("all"), Ok(Selector::All));
        for refused in ["", "everything", "brand:", "colour:red"] {
            assert!(parse_selector(refused).is_err(), "{refused}");
        }
        let rule = parse_rule("part:A=B=12.5").unwrap();
        assert_eq!((rule.on, rule.percent_off), (Selector::Part("A=B".into()), Decimal::new(125, 1)));
        for refused in ["all", "all=", "all=-1", "all=101", "all=1,5"] {
            assert!(parse_rule(refused).is_err(), "{refused}");
        }
    }
}
