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
        catalog::{
            ImportReport, LineProblem,
            import::{self, Options},
        },
        config::Config,
        onboarding::{self, CatalogFile, Verdict},
    },
    wire::{
        csv::{Encoding, Mapping},
        feed::Mode,
    },
};

use super::{
    Done, Failure,
    catalog::show_diff,
    relay::errand,
    show::{Bar, plain, print, say, things},
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Publish a catalog: all products of a supplier, or changes of some
    ///
    /// CSV, XLSX, CIF 3.0, cXML Index and BMEcat 2005 are told apart by their first bytes. What is not in the file of a
    /// whole catalog is no longer in the catalog. Visits under way keep the version they began with.
    #[command(after_help = "\
Example:
  punchgate import catalog products.csv --supplier acme --check
  punchgate import catalog products.csv --supplier acme
  punchgate import catalog new-prices.csv --supplier acme --changes
  punchgate import catalog artikel.xlsx --supplier acme --column Artikelnummer=part --column Bezeichnung=name --wait")]
    Catalog {
        /// Whose catalog
        #[arg(long)]
        supplier: SupplierId,
        /// The file changes what is in it, as far as it has columns for it; all else stays
        #[arg(long, conflicts_with = "whole")]
        changes: bool,
        /// The file is all there is, even if it says otherwise
        #[arg(long)]
        whole: bool,
        /// What a column of CSV or XLSX is called in the file; `-` for one to pass over. Remembered (repeatable)
        #[arg(long = "column", value_name = "THEIRS=OURS")]
        columns: Vec<String>,
        /// Do not publish: the import waits for `punchgate catalog publish`
        #[arg(long, conflicts_with = "check")]
        wait: bool,
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
    /// Replace what is known of a supplier's stock, or of some parts
    Stock {
        /// Whose stock
        #[arg(long)]
        supplier: SupplierId,
        /// The file changes what it names; of other parts is known what was
        #[arg(long)]
        changes: bool,
        #[command(flatten)]
        source: Source,
    },
}

#[derive(Debug, Args)]
pub(super) struct Source {
    /// The file, as docs/IMPORT.md describes it
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
            Self::Catalog { supplier, changes, whole, columns, wait, source } => {
                let mode = match (changes, whole) {
                    (true, _) => Some(Mode::Update),
                    (_, true) => Some(Mode::Whole),
                    _ => None,
                };
                catalog(app, supplier, Wishes { mode, columns, wait: *wait }, source).await
            }
            Self::Prices { agreement, source } => prices(app, agreement, source).await,
            Self::Stock { supplier, changes, source } => stock(app, supplier, *changes, source).await,
        })
        .await
    }
}

struct Wishes<'a> {
    mode: Option<Mode>,
    columns: &'a [String],
    wait: bool,
}

async fn catalog(
    app: &App,
    supplier: &SupplierId,
    wishes: Wishes<'_>,
    source: &Source,
) -> Result<Done, Failure> {
    let (_, bar, rules) = source.open()?;
    let mut mapping = Mapping::default();
    for column in wishes.columns {
        mapping.add(column, &import::columns()).map_err(Failure::refused)?;
    }
    let path = errand().map_or_else(|| source.file.clone(), |errand| errand.place(&source.file));
    let options = Options { encoding: rules.encoding, mapping, mode: wishes.mode, format: None };
    let file = CatalogFile {
        path,
        name: name(&source.file),
        options,
        skip_bad_lines: rules.skip_bad_lines,
        check: rules.check,
    };
    let imported = onboarding::stage_catalog(app, supplier, file, move |bytes| bar.at(bytes)).await?;
    if imported.report.complete && imported.report.accepted > 0 {
        show_diff(&imported.diff, 20)?;
    }
    if let Some(pictures) = imported.staged.as_ref().and_then(|staged| staged.pictures.as_ref()) {
        say(format!("Pictures: {}.", pictures.summary()))?;
        for one in &pictures.named {
            say(format!("  {one}"))?;
        }
    }
    let published = match imported.staged {
        Some(staged) if wishes.wait => Some(format!(
            "Import {} of {supplier} waits. Publish it with: punchgate catalog publish {supplier} {0}",
            staged.number
        )),
        Some(staged) => {
            let manifest = onboarding::publish_staged(app, supplier, staged.number).await?;
            Some(super::catalog::published(manifest.version, manifest.products, supplier))
        }
        None => None,
    };
    source.conclude(&imported.report, published)
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

async fn stock(app: &App, supplier: &SupplierId, changes: bool, source: &Source) -> Result<Done, Failure> {
    let (file, bar, rules) = source.open()?;
    let now = app.now();
    let (report, replaced) = onboarding::publish_stock(app, supplier, move |writer| {
        let report = import::stock(file, rules.encoding, now, writer, |bytes| bar.at(bytes))?;
        if changes {
            writer.keep_others()?;
        }
        bar.end();
        let verdict = rules.verdict(&report);
        Ok((report, verdict))
    })
    .await?;
    let published = replaced.then(|| {
        format!(
            "The stock of {supplier} is {}: {} parts.",
            if changes { "changed" } else { "replaced" },
            report.accepted
        )
    });
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
