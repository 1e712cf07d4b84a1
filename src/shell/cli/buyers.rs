//! `punchgate buyer create` and `list`.

use clap::{Args, Subcommand};

use crate::{
    model::{
        ids::{BuyerId, GroupId, SupplierId},
        party::Buyer,
    },
    shell::{
        config::Config,
        onboarding,
        store::{Scan, keys::BuyerKey},
    },
};

use super::{
    Done, Failure,
    show::{list, rows, say},
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a buyer of a supplier
    #[command(after_help = "\
Example:
  punchgate buyer create globex --supplier acme --name \"Globex GmbH\" --erp-customer 10023")]
    Create(Create),
    /// List all buyers
    List,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Its id: a-z, 0-9 and -
    id: BuyerId,
    /// Whose customer
    #[arg(long)]
    supplier: SupplierId,
    /// Name shown on pages
    #[arg(long)]
    name: String,
    /// A group that agreements may name (repeatable)
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<GroupId>,
    /// The customer number in the supplier's ERP
    #[arg(long, value_name = "NUMBER")]
    erp_customer: Option<String>,
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        with_app(config, async |app| match self {
            Self::Create(create) => {
                let buyer = Buyer {
                    id: create.id,
                    supplier: create.supplier,
                    name: create.name,
                    groups: create.groups,
                    erp_customer: create.erp_customer,
                };
                onboarding::create_buyer(app, &buyer).await?;
                say(format!("Buyer {} is created. Next: punchgate connection create", buyer.id))?;
                Ok(Done::Well)
            }
            Self::List => {
                let row = |buyer: &Buyer| {
                    vec![
                        buyer.id.to_string(),
                        buyer.supplier.to_string(),
                        buyer.name.clone(),
                        list(&buyer.groups),
                        list(&buyer.erp_customer),
                    ]
                };
                let all = app.store.scan(Scan::<BuyerKey>::table()).await?;
                let all = all.iter().map(|(_, buyer)| row(&buyer.value));
                rows(&["id", "supplier", "name", "groups", "ERP customer"], all, "There is no buyer yet.")?;
                Ok(Done::Well)
            }
        })
        .await
    }
}
