//! `punchgate connection`.

use clap::{Args, Subcommand, ValueEnum};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::{
    flow::cart::{Effect, Part, What},
    model::{
        FieldError,
        agreement::PriceChoice,
        hook_url::OriginPattern,
        ids::{BuyerId, ConnectionId, ProfileId, SenderId, SupplierId},
        language::Language,
        money::Currency,
        party::{Connection, ConnectionState, Identity, Login},
        profile::{Protocol, Strictness},
    },
    shell::{
        app::App,
        config::Config,
        onboarding::{self, Call, ConnectionTerms, NewConnection, NewLogin, SenderChoice},
        records::HostRole,
        store::{Scan, keys::ConnectionKey},
    },
};

use super::{
    Done, Failure,
    agreement::parse_amount,
    charge,
    secret::{Given, SecretArgs},
    show::{facts, list, rows, say, things},
    signing::Signatures,
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a connection: one buyer over one protocol
    #[command(after_help = "\
The profile says which protocol: `punchgate profile list` lists them.

cXML, with a sender of its own:
  punchgate connection create globex-coupa --supplier acme --buyer globex --profile coupa \\
      --from DUNS:987654321 --new-sender globex --sender-identity DUNS:987654321 \\
      --return-host https://globex.coupahost.com --frame-host https://globex.coupahost.com

cXML, over a network that sends for many:
  punchgate connection create globex-ariba --supplier acme --buyer globex --profile ariba \\
      --from NetworkID:AN01000000002 --sender ariba

OCI:
  punchgate connection create globex-oci --supplier acme --buyer globex --profile sap-srm \\
      --parameter USERNAME=globex --secret-parameter PASSWORD --secret-from stdin")]
    Create(Box<Create>),
    /// List all connections
    List,
    /// Show one connection, with what to tell the buyer
    Show {
        /// Which
        id: ConnectionId,
    },
    /// Change fields of the profile for one connection
    #[command(after_help = "\
Tables, such as those of units and classifications, are added to.

Examples:
  punchgate connection set globex-coupa part_length=18 preflight=warn
  punchgate connection set globex-coupa 'units={ BX = \"CASE\", PR = \"PAA\" }' 'units_otherwise={ use = \"EA\" }'
  punchgate connection set globex-coupa --unset part_length")]
    Set {
        /// Which connection
        id: ConnectionId,
        /// A field and its value (repeatable)
        #[arg(value_name = "FIELD=VALUE", value_parser = parse_override)]
        fields: Vec<(String, Value)>,
        /// A field that is again as the platform's file says (repeatable)
        #[arg(long, value_name = "FIELD")]
        unset: Vec<String>,
    },
    /// What is left to do before a connection goes live
    ///
    /// The steps setup, return and order are done when such a document was really seen while the connection was in
    /// test. Every product that the buyer may see is looked at as the buyer's platform will see it. Ends with 0 when
    /// nothing is left, with 1 otherwise.
    Check {
        /// Which connection
        id: ConnectionId,
    },
    /// Say what a connection may do, which prices count on it, how much a cart must be worth; without options, show it
    ///
    /// It counts at once, also for visits under way.
    #[command(after_help = "\
A connection's own minimum order value counts instead of those of the agreements.

Examples:
  punchgate connection terms globex-coupa --price-choice lowest-price --hide-unpriced true
  punchgate connection terms globex-coupa --minimum-order 250 --below-minimum warn
  punchgate connection terms globex-coupa --minimum-order agreements
  punchgate connection terms acme-pim --takes-catalogs true")]
    Terms {
        /// Which connection
        id: ConnectionId,
        #[command(flatten)]
        terms: Terms,
    },
    /// Freight, surcharges and tax that are added to the carts of a connection
    #[command(subcommand)]
    Charge(charge::Command),
    /// Put a host on a list of a connection
    #[command(after_help = "\
Example:
  punchgate connection allow-host globex-coupa https://*.coupahost.com --for return")]
    AllowHost {
        /// Which connection
        id: ConnectionId,
        /// Of the form `https://host`, `https://*.host` or `https://host:port`
        #[arg(value_parser = OriginPattern::parse)]
        host: OriginPattern,
        /// What it may do
        #[arg(long = "for", value_enum)]
        role: Role,
    },
    /// Say what a connection wants of XML signatures, and whom it believes; without options, show it
    #[command(after_help = "\
Examples:
  punchgate connection signatures globex-coupa --pin globex.cert.pem --incoming required
  punchgate connection signatures globex-coupa --outgoing allowed
  punchgate connection signatures globex-coupa --pin globex-new.cert.pem
  punchgate connection signatures globex-coupa --drop 3f9a5c01")]
    Signatures(Box<Signatures>),
    /// Make a connection live, or put it back to test
    SetState {
        /// Which connection
        id: ConnectionId,
        /// Its new state
        #[arg(value_enum)]
        state: State,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Role {
    /// Receive carts
    Return,
    /// Show the shop in a frame
    Frame,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum State {
    /// Nothing it makes counts; unknown hosts are let through and noted
    Test,
    /// Real; an unknown return host refuses the setup
    Live,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Choice {
    /// That of the agreement with the highest priority
    #[default]
    HighestPriority,
    /// The lowest one for the quantity asked
    LowestPrice,
}

impl From<Choice> for PriceChoice {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::HighestPriority => Self::HighestPriority,
            Choice::LowestPrice => Self::LowestPrice,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Below {
    /// It leaves, and the shopper is told
    Warn,
    /// It does not leave
    Stop,
}

#[derive(Debug, Args)]
pub(super) struct Terms {
    /// Which of several valid prices counts
    #[arg(long, value_enum)]
    price_choice: Option<Choice>,
    /// Hide products without a price, instead of "ask for a price"
    #[arg(long, value_name = "true|false")]
    hide_unpriced: Option<bool>,
    /// The least that a cart must be worth, in the currency of its visits; 0 for none, `agreements` as those say
    #[arg(long, value_name = "AMOUNT", value_parser = parse_minimum)]
    minimum_order: Option<Least>,
    /// What happens to a cart that is worth less
    #[arg(long, value_enum)]
    below_minimum: Option<Below>,
    /// Whether a cXML `CatalogUploadRequest` over it becomes an import that waits for the operator
    #[arg(long, value_name = "true|false")]
    takes_catalogs: Option<bool>,
    /// Language of product texts where the setup says none, or none that the catalog has; `supplier` for the supplier's
    #[arg(long, value_name = "TAG", value_parser = parse_language)]
    language: Option<Tongue>,
}

#[derive(Clone, Debug)]
struct Tongue(Option<Language>);

fn parse_language(raw: &str) -> Result<Tongue, FieldError> {
    if raw == "supplier" { Ok(Tongue(None)) } else { Language::parse(raw).map(Some).map(Tongue) }
}

#[derive(Clone, Copy, Debug)]
struct Least(Option<Decimal>);

fn parse_minimum(raw: &str) -> Result<Least, String> {
    if raw == "agreements" { Ok(Least(None)) } else { parse_amount(raw).map(|amount| Least(Some(amount))) }
}

impl Terms {
    async fn run(self, app: &App, id: &ConnectionId) -> Result<(), Failure> {
        let terms = ConnectionTerms {
            price_choice: self.price_choice.map(PriceChoice::from),
            hides_unpriced: self.hide_unpriced,
            minimum_order: self.minimum_order.map(|least| least.0),
            below_minimum: self.below_minimum.map(|below| match below {
                Below::Warn => Strictness::Warn,
                Below::Stop => Strictness::Stop,
            }),
            takes_catalogs: self.takes_catalogs,
            language: self.language.map(|language| language.0),
        };
        let connection = onboarding::set_terms(app, id, &terms).await?;
        let choice = match connection.price_choice {
            PriceChoice::HighestPriority => "that of the highest priority",
            PriceChoice::LowestPrice => "the lowest",
        };
        let least = connection.minimum_order.map_or_else(
            || "as the agreements say".to_owned(),
            |least| format!("{} {}", least.text(), least.currency),
        );
        let below = match connection.below_minimum {
            Strictness::Warn => "leaves with a warning",
            Strictness::Stop => "does not leave",
        };
        let unpriced = if connection.hides_unpriced { "hidden" } else { "shown with \"ask for a price\"" };
        facts([
            ("of several prices", choice.to_owned()),
            ("products without a price", unpriced.to_owned()),
            ("minimum order value", least),
            ("a cart below it", below.to_owned()),
            ("catalogs sent over it", if connection.takes_catalogs { "wait" } else { "refused" }.to_owned()),
            ("language", connection.language.map_or("the supplier's".to_owned(), String::from)),
        ])
    }
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Its id: a-z, 0-9 and -; part of the OCI address
    id: ConnectionId,
    /// Whose shop
    #[arg(long)]
    supplier: SupplierId,
    /// Whose visits
    #[arg(long)]
    buyer: BuyerId,
    /// Which platform the buyer uses
    #[arg(long)]
    profile: ProfileId,
    /// A field of the profile that this buyer answers differently (repeatable)
    #[arg(long = "override", value_name = "FIELD=VALUE", value_parser = parse_override)]
    overrides: Vec<(String, Value)>,
    /// cXML: an identity of the buyer, as `From` names it (repeatable)
    #[arg(long, value_name = "DOMAIN:IDENTITY", value_parser = onboarding::parse_identity)]
    from: Vec<Identity>,
    /// cXML: a sender credential that is there already
    #[arg(long, value_name = "ID", conflicts_with = "new_sender")]
    sender: Option<SenderId>,
    /// cXML: create a sender credential under this id
    #[arg(long, value_name = "ID", requires = "sender_identity")]
    new_sender: Option<SenderId>,
    /// cXML: Sender/Credential of the new sender
    #[arg(long, value_name = "DOMAIN:IDENTITY", requires = "new_sender", value_parser = onboarding::parse_identity)]
    sender_identity: Option<Identity>,
    /// OCI: a parameter that every call must have, such as the user's name (repeatable)
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    parameters: Vec<(String, String)>,
    /// OCI: the parameter that holds the secret
    #[arg(long, value_name = "NAME", default_value = "PASSWORD")]
    secret_parameter: String,
    /// Where a new sender's or an OCI call's secret comes from
    #[command(flatten)]
    secret: SecretArgs,
    /// A host to which carts may be posted (repeatable)
    #[arg(long = "return-host", value_name = "ORIGIN", value_parser = OriginPattern::parse)]
    return_hosts: Vec<OriginPattern>,
    /// A host that may show the shop in a frame (repeatable)
    #[arg(long = "frame-host", value_name = "ORIGIN", value_parser = OriginPattern::parse)]
    frame_hosts: Vec<OriginPattern>,
    /// Which of several valid prices counts
    #[arg(long, value_enum, default_value_t)]
    price_choice: Choice,
    /// Hide products without a price, instead of "ask for a price"
    #[arg(long)]
    hide_unpriced: bool,
    /// Currency of its sessions, if not the supplier's
    #[arg(long, value_parser = Currency::parse)]
    currency: Option<Currency>,
    /// Begin live, not in test
    #[arg(long)]
    live: bool,
}

fn parse_override(raw: &str) -> Result<(String, Value), String> {
    let (field, value) = raw.split_once('=').ok_or("it must be of the form field=value")?;
    Ok((field.trim().to_owned(), onboarding::parse_value(value)))
}

fn parse_parameter(raw: &str) -> Result<(String, String), String> {
    let (name, value) = raw.split_once('=').ok_or("it must be of the form name=value")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        with_app(config, async |app| {
            match self {
                Self::Create(create) => create.run(app).await?,
                Self::List => all(app).await?,
                Self::Show { id } => show(app, &id).await?,
                Self::Check { id } => return check(app, &id).await,
                Self::Set { id, fields, unset } => {
                    let connection =
                        onboarding::set_fields(app, &id, &fields.into_iter().collect(), &unset).await?;
                    let own = connection.overrides.iter().map(|(field, value)| format!("{field} = {value}"));
                    say(if connection.overrides.is_empty() {
                        format!("{id} is in all as its platform is.")
                    } else {
                        format!("{id} differs from its platform in: {}", list(own))
                    })?;
                }
                Self::Terms { id, terms } => terms.run(app, &id).await?,
                Self::Charge(command) => command.run(app).await?,
                Self::AllowHost { id, host, role } => {
                    let (role, does) = match role {
                        Role::Return => (HostRole::Return, "receive carts"),
                        Role::Frame => (HostRole::Frame, "show the shop in a frame"),
                    };
                    onboarding::allow_host(app, &id, role, &host).await?;
                    say(format!("{host} may {does} of {id}."))?;
                }
                Self::Signatures(wanted) => wanted.run(app).await?,
                Self::SetState { id, state } => {
                    let (state, word) = match state {
                        State::Test => (ConnectionState::Test, "in test"),
                        State::Live => (ConnectionState::Live, "live"),
                    };
                    onboarding::set_state(app, &id, state).await?;
                    say(format!("{id} is {word}."))?;
                }
            }
            Ok(Done::Well)
        })
        .await
    }
}

impl Create {
    async fn run(self: Box<Self>, app: &App) -> Result<(), Failure> {
        let overrides: Map<String, Value> = self.overrides.iter().cloned().collect();
        let profile = app.profiles.with(&self.profile, &overrides);
        let profile = profile.map_err(Failure::refused)?;
        let (login, given) = match profile.protocol {
            Protocol::Cxml => self.cxml(app).await?,
            Protocol::Oci => self.oci(app).await?,
        };
        let new = NewConnection {
            id: self.id,
            supplier: self.supplier,
            buyer: self.buyer,
            state: if self.live { ConnectionState::Live } else { ConnectionState::Test },
            profile: self.profile,
            overrides,
            login,
            return_hosts: self.return_hosts,
            frame_hosts: self.frame_hosts,
            price_choice: self.price_choice.into(),
            hides_unpriced: self.hide_unpriced,
            currency: self.currency,
        };
        onboarding::create_connection(app, &new).await?;
        say(format!("Connection {} is created.", new.id))?;
        if let Some(given) = given {
            given.show()?;
        }
        say(format!("What to tell the buyer: punchgate connection show {}", new.id))
    }

    async fn cxml(&self, app: &App) -> Result<(NewLogin, Option<Given>), Failure> {
        if !self.parameters.is_empty() {
            return Err(Failure::refused(format!("--parameter is for OCI; {} speaks cXML", self.profile)));
        }
        let (sender, given) = match (&self.sender, &self.new_sender, &self.sender_identity) {
            (Some(sender), ..) => (SenderChoice::Existing(sender.clone()), None),
            (None, Some(id), Some(identity)) => {
                let given = self.secret.read(app).await?;
                let secret = given.secret.clone();
                (SenderChoice::New { id: id.clone(), identity: identity.clone(), secret }, Some(given))
            }
            _ => {
                let ways = "cXML needs --sender, or --new-sender with --sender-identity";
                return Err(Failure::refused(ways));
            }
        };
        Ok((NewLogin::Cxml { sender, from: self.from.clone() }, given))
    }

    async fn oci(&self, app: &App) -> Result<(NewLogin, Option<Given>), Failure> {
        if self.sender.is_some() || self.new_sender.is_some() || !self.from.is_empty() {
            let text = format!("--from, --sender and --new-sender are for cXML; {} speaks OCI", self.profile);
            return Err(Failure::refused(text));
        }
        let given = self.secret.read(app).await?;
        let plain = self.parameters.iter();
        let mut credentials: Vec<_> =
            plain.map(|(name, value)| (name.clone(), crate::flow::secret::Secret::new(value))).collect();
        credentials.push((self.secret_parameter.clone(), given.secret.clone()));
        Ok((NewLogin::Oci { credentials }, Some(given)))
    }
}

async fn all(app: &App) -> Result<(), Failure> {
    let row = |connection: &Connection| {
        let (protocol, login) = match &connection.login {
            Login::Cxml { sender, from } => ("cXML", format!("{} by {sender}", list(from))),
            Login::Oci { credentials } => ("OCI", list(credentials.iter().map(|one| &one.name))),
        };
        vec![
            connection.id.to_string(),
            connection.supplier.to_string(),
            connection.buyer.to_string(),
            protocol.to_owned(),
            connection.profile.to_string(),
            state(connection.state).to_owned(),
            login,
        ]
    };
    let all = app.store.scan(Scan::<ConnectionKey>::table()).await?;
    let all = all.iter().map(|(_, connection)| row(&connection.value));
    let headings = ["id", "supplier", "buyer", "protocol", "profile", "state", "login"];
    rows(&headings, all, "There is no connection yet.")
}

const fn state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Test => "test",
        ConnectionState::Live => "live",
    }
}

async fn check(app: &App, id: &ConnectionId) -> Result<Done, Failure> {
    let Some(readiness) = onboarding::readiness(app, id).await? else {
        return Err(Failure::refused(format!("there is no connection {id}")));
    };
    let parties = &readiness.parties;
    let who = format!("{}, {}", parties.buyer.name, parties.profile.title);
    say(match parties.connection.state {
        ConnectionState::Test => format!("Before {id} goes live ({who}, now in test)"),
        ConnectionState::Live => format!("{id} is live ({who})"),
    })?;
    let sign = |done: bool| if done { "done" } else { "open" };
    for step in readiness.steps.iter().filter(|_| readiness.is_before_live()) {
        let word = match &step.seen {
            Some((over, seen)) => format!("seen {} over {over}", seen.at.strftime("%F %T UTC")),
            None => "no such document was taken in test yet".to_owned(),
        };
        say(format!("  {}  {:<8} {word}", sign(step.seen.is_some()), step.milestone.as_str()))?;
    }
    let hosts = if readiness.has_return_host {
        "carts have a host to go to"
    } else {
        "no host on the list of those that carts may go to"
    };
    say(format!("  {}  {:<8} {hosts}", sign(readiness.has_return_host), "hosts"))?;
    let Some(report) = &readiness.assortment else {
        say(format!("  open  {:<8} there is no catalog yet", "catalog"))?;
        return Ok(Done::WithFindings);
    };
    let stopped = report.gaps.iter().any(|gap| gap.effect == Effect::Stopped);
    say(format!(
        "  {}  {:<8} {}{}, {} without a price",
        sign(!stopped && report.products > 0),
        "catalog",
        things(report.products.try_into().unwrap_or(u64::MAX), "product", "products"),
        if report.is_cut { " looked at, there are more" } else { "" },
        report.unpriced
    ))?;
    if !report.gaps.is_empty() {
        say("\nThe assortment as this platform will see it:")?;
    }
    for gap in &report.gaps {
        let effect = if gap.effect == Effect::Stopped { "stops" } else { "warns" };
        let more = if gap.products > gap.parts.len() { ", …" } else { "" };
        say(format!("  {effect} {:>6} × {} ({}{more})", gap.products, gap.what, gap.parts.join(", ")))?;
        let field = gap.what.field();
        let behind =
            parties.profile.claims.of(field).map_or("agreed for this connection".to_owned(), |claim| {
                format!("{}: {}", claim.sure.as_str(), claim.source)
            });
        say(format!("                 {field}, {behind}"))?;
        if let What::Unmapped { part, code } = &gap.what {
            let table = if *part == Part::Class { "classifications" } else { "units" };
            say(format!("                 punchgate connection set {id} '{table}={{ {code} = \"…\" }}'"))?;
        }
    }
    Ok(if readiness.is_complete() { Done::Well } else { Done::WithFindings })
}

async fn show(app: &App, id: &ConnectionId) -> Result<(), Failure> {
    let Some(sheet) = onboarding::sheet(app, id).await? else {
        return Err(Failure::refused(format!("there is no connection {id}")));
    };
    let connection = &sheet.parties.connection;
    let mut rows = vec![
        ("id", id.to_string()),
        ("supplier", format!("{} ({})", sheet.parties.supplier.name, connection.supplier)),
        ("buyer", format!("{} ({})", sheet.parties.buyer.name, connection.buyer)),
        ("state", state(connection.state).to_owned()),
        ("profile", format!("{} ({})", sheet.parties.profile.title, connection.profile)),
        ("overrides", list(connection.overrides.iter().map(|(field, value)| format!("{field} = {value}")))),
        ("return hosts", list(&connection.return_hosts)),
        ("frame hosts", list(&connection.frame_hosts)),
    ];
    if matches!(sheet.call, Call::Cxml { .. }) {
        let wanted = &connection.signatures;
        let both = format!(
            "{} on documents that come, {} on those that leave",
            wanted.incoming.as_str(),
            wanted.outgoing.as_str()
        );
        rows.push(("signatures", both));
    }
    facts(rows)?;
    say("\nTo tell the buyer:")?;
    match &sheet.call {
        Call::Cxml { address, from, to, sender, request } => {
            facts([
                ("punchout and order address", address.clone()),
                ("To", list(to)),
                ("From", list(from)),
                ("Sender", sender.to_string()),
                ("SharedSecret", "as agreed".to_owned()),
            ])?;
            say(format!("\nA setup request to try with:\n{request}"))
        }
        Call::Oci { address, parameters, example } => {
            facts([("catalog address", address.clone()), ("parameters", list(parameters))])?;
            say(format!("\nA call to try with:\n{example}"))
        }
    }
}
