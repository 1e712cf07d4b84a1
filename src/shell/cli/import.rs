//! `punchgate import`.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use crate::{
    model::ids::{AgreementId, SupplierId},
    shell::{
        app::App,
        catalog::{ImportReport, LineProblem, import},
        config::Config,
        onboarding::{self, Verdict},
    },
    wire::csv::Encoding,
};

use super::{
    Done, Failure,
    relay::errand,
    show::{Bar, plain, print, say, things},
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Publish a catalog: all products of a supplier
    ///
    /// What is not in the file is no longer in the catalog. Visits under way keep the version they began with.
    #[command(after_help = "\
Example:
  punchgate import catalog products.csv --supplier acme --check
  punchgate import catalog products.csv --supplier acme")]
    Catalog {
        /// Whose catalog
        #[arg(long)]
        supplier: SupplierId,
        #[command(flatten)]
        source: Source,
    },
    /// Publish the fixed prices of an agreement
    #[command(after_help = "\
Example:
  punchgate import prices globex-2026.csv --agreement globex-2026")]
    Prices {
        /// Which agreement
        #[arg(long)]
        agreement: AgreementId,
        #[command(flatten)]
        source: Source,
    },
    /// Replace what is known of a supplier's stock
    Stock {
        /// Whose stock
        #[arg(long)]
        supplier: SupplierId,
        #[command(flatten)]
        source: Source,
    },
}

#[derive(Debug, Args)]
pub(super) struct Source {
    /// A CSV file with a header line; the columns are described in docs/IMPORT.md
    file: PathBuf,
    /// Read the file and say what is wrong, publish nothing
    #[arg(long)]
    check: bool,
    /// Publish the good lines even if others are refused
    #[arg(long, conflicts_with = "check")]
    skip_bad_lines: bool,
    /// The file is in Windows-1252, not in UTF-8
    #[arg(long)]
    windows_1252: bool,
    /// How many errors to print
    #[arg(long, value_name = "N", default_value_t = 50)]
    max_errors: usize,
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        with_app(config, async |app| match &self {
            Self::Catalog { supplier, source } => catalog(app, supplier, source).await,
            Self::Prices { agreement, source } => prices(app, agreement, source).await,
            Self::Stock { supplier, source } => stock(app, supplier, source).await,
        })
        .await
    }
}

async fn catalog(app: &App, supplier: &SupplierId, source: &Source) -> Result<Done, Failure> {
    let (file, bar, rules) = source.open()?;
    let (report, manifest) = onboarding::publish_catalog(app, supplier, move |writer| {
        let report = import::products(file, rules.encoding, writer, |bytes| bar.at(bytes))?;
        bar.end();
        let verdict = rules.verdict(&report);
        Ok((report, verdict))
    })
    .await?;
    let published = manifest.map(|manifest| {
        let products = things(manifest.products.into(), "product", "products");
        format!("Version {} of {supplier} is published: {products}.", manifest.version)
    });
    source.conclude(&report, published)
}

async fn prices(app: &App, agreement: &AgreementId, source: &Source) -> Result<Done, Failure> {
    let (file, bar, rules) = source.open()?;
    let (report, manifest) = onboarding::publish_prices(app, agreement, move |writer, terms| {
        let progress = |bytes| bar.at(bytes);
        let report = import::prices(file, rules.encoding, terms.currency, writer, progress)?;
        bar.end();
        let verdict = rules.verdict(&report);
        Ok((report, verdict))
    })
    .await?;
    let published = manifest.map(|manifest| {
        let prices = things(manifest.entries.into(), "price", "prices");
        format!("Price list {} of {agreement} is published: {prices}.", manifest.version)
    });
    source.conclude(&report, published)
}

async fn stock(app: &App, supplier: &SupplierId, source: &Source) -> Result<Done, Failure> {
    let (file, bar, rules) = source.open()?;
    let now = app.now();
    let (report, replaced) = onboarding::publish_stock(app, supplier, move |writer| {
        let report = import::stock(file, rules.encoding, now, writer, |bytes| bar.at(bytes))?;
        bar.end();
        let verdict = rules.verdict(&report);
        Ok((report, verdict))
    })
    .await?;
    let published =
        replaced.then(|| format!("The stock of {supplier} is replaced: {} parts.", report.accepted));
    source.conclude(&report, published)
}

/// How a file is read and when it counts.
#[derive(Clone, Copy)]
struct Rules {
    encoding: Encoding,
    check: bool,
    skip_bad_lines: bool,
}

impl Rules {
    fn verdict(self, report: &ImportReport) -> Verdict {
        let usable = report.is_clean() || (self.skip_bad_lines && report.complete && report.accepted > 0);
        if usable && !self.check { Verdict::Publish } else { Verdict::Discard }
    }
}

impl Source {
    fn open(&self) -> Result<(BufReader<File>, Bar, Rules), Failure> {
        let failed = |error: std::io::Error| Failure::unready(format!("{}: {error}", self.file.display()));
        let path = errand().map_or_else(|| self.file.clone(), |errand| errand.place(&self.file));
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(Failure::unready(format!("{}: is a folder", self.file.display())));
        }
        let bar = Bar::new(&name(&self.file), metadata.len());
        let encoding = if self.windows_1252 { Encoding::Windows1252 } else { Encoding::Utf8 };
        let rules = Rules { encoding, check: self.check, skip_bad_lines: self.skip_bad_lines };
        Ok((BufReader::with_capacity(256 * 1024, file), bar, rules))
    }

    /// Prints what came of the file.
    fn conclude(&self, report: &ImportReport, published: Option<String>) -> Result<Done, Failure> {
        self.print_errors(report)?;
        let file = name(&self.file);
        let ending = if report.complete { "" } else { "; the rest of the file was not read" };
        let taken = things(report.accepted, "line", "lines");
        say(format!("{file}: {taken} taken, {} refused{ending}.", report.refused))?;
        match (published, self.check) {
            (Some(published), _) => {
                say(published)?;
                return Ok(Done::Well);
            }
            (None, true) if report.is_clean() => {
                say("The file can be published.")?;
                return Ok(Done::Well);
            }
            (None, true) => say("The file cannot be published as it is.")?,
            (None, false) => {
                say("Nothing was published: what was there before still counts.")?;
                if report.complete && report.accepted > 0 {
                    say("To publish the good lines alone: --skip-bad-lines")?;
                }
            }
        }
        Ok(Done::WithFindings)
    }

    fn print_errors(&self, report: &ImportReport) -> Result<(), Failure> {
        if report.errors.is_empty() {
            return Ok(());
        }
        let mut table = plain();
        table.set_header(["LINE", "COLUMN", "PROBLEM"]);
        for error in report.errors.iter().take(self.max_errors) {
            let column = error.error.column().unwrap_or_default();
            let text = match &error.error {
                LineProblem::Cell(problem) => problem.reason.to_string(),
                other => other.to_string(),
            };
            let prefix = format!("{column}: ");
            let text = text.strip_prefix(&prefix).unwrap_or(&text);
            table.add_row([error.line.to_string(), column.to_owned(), text.to_owned()]);
        }
        print(table)?;
        let shown = u64::try_from(report.errors.len().min(self.max_errors)).unwrap_or(u64::MAX);
        if report.error_count > shown {
            say(format!("… and {} more", report.error_count - shown))?;
        }
        say("")
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
