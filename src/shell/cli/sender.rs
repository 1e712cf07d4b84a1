//! `punchgate sender`.

use clap::{Args, Subcommand};

use crate::{
    model::{
        ids::{SenderId, SupplierId},
        party::{Identity, Sender},
    },
    shell::{
        config::Config,
        onboarding::{self, NewSender},
        store::{Scan, keys::SenderKey},
    },
};

use super::{
    Done, Failure,
    secret::SecretArgs,
    show::{rows, say},
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a sender credential
    #[command(after_help = "\
Example: the Ariba network, which sends for many buyers with one secret
  punchgate sender create ariba --supplier acme --identity NetworkID:AN01000000003 --secret-from stdin")]
    Create(Create),
    /// List all sender credentials
    List,
    /// Change a secret in two steps, so that no request is refused
    ///
    /// First the new secret is taken beside the old one. When the other side has switched over, `--finish` drops the
    /// old one.
    #[command(after_help = "\
Example:
  punchgate sender rotate ariba
  punchgate sender rotate ariba --finish")]
    Rotate {
        /// Which sender
        id: SenderId,
        /// The other side has switched over: the older secret is no longer taken
        #[arg(long, conflicts_with = "secret_from")]
        finish: bool,
        #[command(flatten)]
        secret: SecretArgs,
    },
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Its id: a-z, 0-9 and -
    id: SenderId,
    /// Whom it may call
    #[arg(long)]
    supplier: SupplierId,
    /// cXML Sender/Credential
    #[arg(long, value_name = "DOMAIN:IDENTITY", value_parser = onboarding::parse_identity)]
    identity: Identity,
    #[command(flatten)]
    secret: SecretArgs,
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        with_app(config, async |app| match self {
            Self::Create(create) => {
                let given = create.secret.read(app).await?;
                let new = NewSender {
                    id: create.id,
                    supplier: create.supplier,
                    identity: create.identity,
                    secret: given.secret.clone(),
                };
                onboarding::create_sender(app, &new).await?;
                say(format!("Sender {} is created.", new.id))?;
                given.show()?;
                Ok(Done::Well)
            }
            Self::List => {
                let row = |sender: &Sender| {
                    let secrets = match sender.secrets.len() {
                        1 => "one".to_owned(),
                        _ => "two (a change is under way)".to_owned(),
                    };
                    vec![
                        sender.id.to_string(),
                        sender.supplier.to_string(),
                        sender.identity.to_string(),
                        secrets,
                    ]
                };
                let all = app.store.scan(Scan::<SenderKey>::table()).await?;
                let all = all.iter().map(|(_, sender)| row(&sender.value));
                rows(&["id", "supplier", "identity", "secrets"], all, "There is no sender yet.")?;
                Ok(Done::Well)
            }
            Self::Rotate { id, finish: true, .. } => {
                onboarding::retire_secret(app, &id).await?;
                say(format!("The older secret of {id} is no longer taken."))?;
                Ok(Done::Well)
            }
            Self::Rotate { id, secret, .. } => {
                let given = secret.read(app).await?;
                onboarding::add_secret(app, &id, &given.secret).await?;
                say(format!("Both secrets of {id} are taken until: punchgate sender rotate {id} --finish"))?;
                given.show()?;
                Ok(Done::Well)
            }
        })
        .await
    }
}
