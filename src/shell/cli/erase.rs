//! `punchgate erase user`.

use clap::{Args, Subcommand};

use crate::{
    model::ids::BuyerId,
    shell::{
        config::Config,
        retention::{Person, erase_user},
        store::{Scan, keys::BuyerKey},
    },
};

use super::{Done, Failure, show::say, with_app};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Remove what one user of a buyer left: visits with their carts, and the documents of these visits
    ///
    /// Orders stay, with the documents that brought them: they are the buyer's business. Returned carts stay until
    /// their time is over and name no user. Backups made before are not changed.
    #[command(after_help = "\
Example:
  punchgate erase user --buyer globex jane.doe@globex.example")]
    User(User),
}

#[derive(Debug, Args)]
pub(super) struct User {
    /// Whose user
    #[arg(long)]
    buyer: BuyerId,
    /// Their email address, name or key, as their visits show it; case does not matter
    called: String,
    /// Only say how many visits are theirs
    #[arg(long)]
    dry_run: bool,
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        let Self::User(User { buyer, called, dry_run }) = self;
        with_app(config, async |app| {
            if app.store.get(&BuyerKey { buyer: buyer.clone() }).await?.is_none() {
                return Err(Failure::refused(format!("there is no buyer {buyer}")));
            }
            let person = Person { buyer, called };
            if dry_run {
                let visits = app.store.scan(Scan::<crate::shell::store::keys::SessionKey>::table()).await?;
                let theirs = visits.iter().filter(|(_, row)| person.is_of(&row.value)).count();
                say(format!("{theirs} visits are theirs; nothing is removed."))?;
                return Ok(Done::Well);
            }
            let erased = erase_user(&app.store, |visit| person.is_of(visit)).await?;
            if erased.visits == 0 {
                say(format!("No visit of {} names {:?}; nothing is removed.", person.buyer, person.called))?;
                return Ok(Done::WithFindings);
            }
            say(format!(
                "Removed, from the journal too: {} visits and {} documents of them.",
                erased.visits, erased.records
            ))?;
            say(format!(
                "Kept: {} orders that came of these visits, with their documents, and carts that were returned.",
                erased.orders_kept
            ))?;
            say("The index may hold remains until it is rebuilt: stop punchgate and run `punchgate store rebuild`.")?;
            say("Backups made before still hold everything.")?;
            Ok(Done::Well)
        })
        .await
    }
}
