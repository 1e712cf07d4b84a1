//! `punchgate buyer run`: the whole round against any gateway, without a browser.

use std::{io::Write, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use url::Url;

use super::{Done, Failure, show::things};

use crate::{
    flow::setup::Operation,
    shell::buyer::{
        client::Client,
        connection::BuyerConnection,
        fault::Fault,
        report::{Report, StepReport},
        round::{Wishes, go_round},
    },
};

/// Arguments of `buyer run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Where the gateway is, for endpoints that the file gives as paths
    #[arg(long)]
    url: Option<Url>,
    /// What this buyer knows about the supplier (docs/VIRTUAL-BUYER.md)
    #[arg(long, value_name = "FILE")]
    connection_file: PathBuf,
    /// What to do: create a cart; then edit it, or inspect it
    #[arg(long, value_enum, default_value_t)]
    operation: Wanted,
    /// Open the shop at this part and buy it
    #[arg(long, value_name = "PART")]
    item: Option<String>,
    /// Search for these words and buy what is found
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Put so many products into the cart
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=200))]
    lines: u16,
    /// Do one thing wrong on purpose, and expect what a good gateway does then
    #[arg(long, value_enum)]
    fault: Option<Fault>,
    /// Wait at most so long before an order is sent again, however long the played system would; 5 if not given
    #[arg(long, value_name = "SECONDS")]
    pause_most: Option<u16>,
    /// Trust the authorities in this PEM file, and no others
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Show every request
    #[arg(long, short)]
    verbose: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Wanted {
    #[default]
    Create,
    Edit,
    Inspect,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

impl Run {
    /// Goes the round.
    pub(super) async fn run(self) -> Result<Done, Failure> {
        let report = self.go().await.map_err(Failure::unready)?;
        self.conclude(&report)?;
        Ok(if report.ok { Done::Well } else { Done::WithFindings })
    }

    async fn go(&self) -> Result<Report, String> {
        let file = self.connection_file.display();
        let text =
            std::fs::read_to_string(&self.connection_file).map_err(|error| format!("{file}: {error}"))?;
        let mut connection = BuyerConnection::read(&text, |name| std::env::var(name).ok())
            .map_err(|error| format!("{file}: {error}"))?;
        if let Some(most) = self.pause_most {
            connection.persistence.most_pause = Duration::from_secs(most.into());
        }
        let operation = match self.operation {
            Wanted::Create => Operation::Create,
            Wanted::Edit => Operation::Edit,
            Wanted::Inspect => Operation::Inspect,
        };
        connection.can_ask(operation)?;
        if let Some(fault) = self.fault.filter(|fault| !connection.can_play(*fault)) {
            return Err(format!("{} cannot be played over this connection", fault.title()));
        }
        let client = Client::new(self.ca.as_deref())?;
        let wishes = Wishes {
            operation,
            item: self.item.clone(),
            search: self.search.clone(),
            lines: usize::from(self.lines),
            fault: self.fault,
        };
        let mut tell = |step: &StepReport| {
            if self.format == Format::Text {
                // A reader that went away does not stop the round; its end will tell.
                let _ = self.show(step);
            }
        };
        Ok(go_round(&client, &connection, self.url.as_ref(), &wishes, &mut tell).await)
    }

    fn show(&self, step: &StepReport) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        let sign = if step.ok { "ok  " } else { "FAIL" };
        let mut lines = step.detail.lines();
        let first = lines.next().unwrap_or_default();
        writeln!(out, "{sign}  {:<22} {:>6} ms  {first}", step.name, step.took_ms)?;
        for line in lines {
            writeln!(out, "        {line}")?;
        }
        if self.verbose {
            for request in &step.requests {
                writeln!(out, "        {request}")?;
            }
        }
        Ok(())
    }

    fn conclude(&self, report: &Report) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.format == Format::Json {
            serde_json::to_writer_pretty(&mut out, report)?;
            return writeln!(out);
        }
        let Some(trouble) = &report.trouble else {
            let steps = things(report.steps.len().try_into().unwrap_or(u64::MAX), "step", "steps");
            return writeln!(out, "The round is complete: {steps}.");
        };
        let step = report.steps.last().map_or("the beginning", |step| step.name.as_str());
        writeln!(out, "\nThe round failed at: {step}")?;
        for (word, text) in [("expected", &trouble.expected), ("came", &trouble.found)] {
            let mut lines = text.lines();
            writeln!(out, "  {word:<9} {}", lines.next().unwrap_or_default())?;
            for line in lines {
                writeln!(out, "            {line}")?;
            }
        }
        Ok(())
    }
}
