//! `punchgate supplier`.

use clap::{Args, Subcommand, ValueEnum};

use crate::{
    model::{
        ids::SupplierId,
        language::Language,
        money::Currency,
        party::{Accent, Contact, Identity, PictureUse, Supplier},
    },
    shell::{
        app::App,
        config::Config,
        onboarding,
        store::{
            Scan,
            keys::{CatalogHeadKey, CatalogKey, SupplierKey},
        },
    },
};

use super::{
    Done, Failure,
    show::{facts, list, rows, say},
    signing::SigningKey,
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a supplier
    #[command(after_help = "\
Example:
  punchgate supplier create acme --name \"Acme Ltd\" --currency EUR \\
      --identity NetworkID:AN01000000001 --identity DUNS:123456789 \\
      --contact-name \"Customer desk\" --contact-email desk@acme.example")]
    Create(Create),
    /// List all suppliers
    List,
    /// Show one supplier
    Show {
        /// Its id
        id: SupplierId,
    },
    /// Say what is done with the pictures that its catalog names by address
    ///
    /// It counts from the next import on. Addresses in private networks are refused unless the setting
    /// `private_networks` allows them.
    Pictures {
        /// Whose
        id: SupplierId,
        /// What
        #[arg(value_enum)]
        pictures: Pictures,
    },
    /// Say what its catalog is written in, where a product does not say so
    ///
    /// It counts from the next import on: for finding words in all their forms, and for whom the texts are shown.
    Language {
        /// Whose
        id: SupplierId,
        /// Such as de or en-GB
        language: Language,
    },
    /// Keys that sign documents for a supplier
    #[command(subcommand)]
    SigningKey(SigningKey),
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Pictures {
    /// A product's page links them
    #[default]
    Linked,
    /// They are fetched at import, and the shop shows them
    Fetched,
}

impl From<Pictures> for PictureUse {
    fn from(pictures: Pictures) -> Self {
        match pictures {
            Pictures::Linked => Self::Linked,
            Pictures::Fetched => Self::Fetched,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Its id: a-z, 0-9 and -
    id: SupplierId,
    /// Name shown to shoppers and written into documents
    #[arg(long)]
    name: String,
    /// A name by which `To` may call it; the first one is written into documents (repeatable)
    #[arg(long = "identity", value_name = "DOMAIN:IDENTITY", required = true, value_parser = onboarding::parse_identity)]
    identities: Vec<Identity>,
    /// Default currency
    #[arg(long, value_parser = Currency::parse)]
    currency: Currency,
    /// Whom a shopper may ask
    #[arg(long, default_value = "", hide_default_value = true)]
    contact_name: String,
    /// Their e-mail address
    #[arg(long, default_value = "", hide_default_value = true)]
    contact_email: String,
    /// Their telephone number
    #[arg(long, default_value = "", hide_default_value = true)]
    contact_phone: String,
    /// Colour of its pages
    #[arg(long, value_name = "#RRGGBB", default_value = "#0b5cad", value_parser = Accent::parse)]
    accent: Accent,
    /// How long returned prices hold
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    price_lock_days: u16,
    /// What is done with pictures that its catalog names by address
    #[arg(long, value_enum, default_value_t)]
    pictures: Pictures,
    /// What its catalog is written in, where a product does not say so: de, en-GB
    #[arg(long, value_name = "TAG")]
    language: Option<Language>,
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        with_app(config, async |app| match self {
            Self::Create(create) => create.run(app).await,
            Self::List => {
                let all = app.store.scan(Scan::<SupplierKey>::table()).await?;
                let row = |supplier: &Supplier| {
                    vec![
                        supplier.id.to_string(),
                        supplier.name.clone(),
                        supplier.currency.to_string(),
                        list(&supplier.identities),
                    ]
                };
                let all = all.iter().map(|(_, supplier)| row(&supplier.value));
                rows(&["id", "name", "currency", "identities"], all, "There is no supplier yet.")?;
                Ok(Done::Well)
            }
            Self::Show { id } => show(app, &id).await,
            Self::Pictures { id, pictures } => {
                onboarding::set_pictures(app, &id, pictures.into()).await?;
                let what = match pictures {
                    Pictures::Linked => "linked on the product's page",
                    Pictures::Fetched => "fetched and shown, from the next import on",
                };
                say(format!("Pictures of {id} are {what}."))?;
                Ok(Done::Well)
            }
            Self::Language { id, language } => {
                onboarding::set_language(app, &id, &language).await?;
                say(format!("The catalog of {id} is written in {language}, from the next import on."))?;
                Ok(Done::Well)
            }
            Self::SigningKey(command) => command.run(app).await.map(|()| Done::Well),
        })
        .await
    }
}

impl Create {
    async fn run(self, app: &App) -> Result<Done, Failure> {
        let supplier = Supplier {
            id: self.id,
            name: self.name,
            identities: self.identities,
            currency: self.currency,
            contact: Contact {
                name: self.contact_name,
                email: self.contact_email,
                phone: self.contact_phone,
            },
            accent: self.accent,
            price_lock_days: self.price_lock_days,
            pictures: self.pictures.into(),
            language: self.language,
        };
        onboarding::create_supplier(app, &supplier).await?;
        say(format!(
            "Supplier {} is created. Next: punchgate import catalog FILE --supplier {0}",
            supplier.id
        ))?;
        Ok(Done::Well)
    }
}

async fn show(app: &App, id: &SupplierId) -> Result<Done, Failure> {
    let Some(row) = app.store.get(&SupplierKey { supplier: id.clone() }).await? else {
        return Err(Failure::refused(format!("there is no supplier {id}")));
    };
    let supplier = row.value;
    let head = app.store.get(&CatalogHeadKey { supplier: id.clone() }).await?;
    let manifest = match head {
        Some(head) => app
            .store
            .get(&CatalogKey { supplier: id.clone(), version: head.value })
            .await?
            .map(|row| row.value),
        None => None,
    };
    let catalog = manifest.map_or_else(
        || "none yet".to_owned(),
        |manifest| {
            let published = manifest.published.strftime("%Y-%m-%d %H:%M UTC");
            format!("version {}, {} products, published {published}", manifest.version, manifest.products)
        },
    );
    let Contact { name, email, phone } = supplier.contact;
    facts([
        ("id", supplier.id.to_string()),
        ("name", supplier.name),
        ("identities", list(supplier.identities)),
        ("currency", supplier.currency.to_string()),
        ("contact", list([name, email, phone].into_iter().filter(|part| !part.is_empty()))),
        ("colour", supplier.accent.as_str().to_owned()),
        ("prices hold", format!("{} days", supplier.price_lock_days)),
        (
            "pictures",
            match supplier.pictures {
                PictureUse::Linked => "linked".to_owned(),
                PictureUse::Fetched => "fetched".to_owned(),
            },
        ),
        ("language", supplier.language.map_or("not said".to_owned(), String::from)),
        ("catalog", catalog),
    ])?;
    Ok(Done::Well)
}
