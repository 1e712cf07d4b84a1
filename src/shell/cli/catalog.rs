//! `punchgate catalog`.

use std::{
    io::{Read as _, Write},
    path::{Path, PathBuf},
};

use clap::Subcommand;
use jiff::Timestamp;

use crate::{
    model::ids::{AgreementId, SupplierId},
    shell::{
        app::App,
        catalog::{Diff, Staged},
        config::Config,
        export::{self, ExportFormat},
        onboarding,
        search::{SynonymFault, SynonymRules, synonyms},
        web::look::format,
    },
};

use super::{
    Done, Failure,
    relay::errand,
    show::{Output, plain, print, rows, say, things},
    with_app,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the imports of a supplier that wait to be published
    Waiting {
        /// Whose catalog
        supplier: SupplierId,
    },
    /// Show what an import would change
    Preview {
        /// Whose catalog
        supplier: SupplierId,
        /// Number of the import
        number: u64,
    },
    /// Publish an import that waits
    Publish {
        /// Whose catalog
        supplier: SupplierId,
        /// Number of the import
        number: u64,
        /// Not now but at this time, such as 2027-01-01T00:00:00+01:00
        #[arg(long, value_name = "TIME")]
        at: Option<Timestamp>,
    },
    /// Take back the time at which an import is to be published
    Unschedule {
        /// Whose catalog
        supplier: SupplierId,
        /// Number of the import
        number: u64,
    },
    /// Throw away an import that waits
    Drop {
        /// Whose catalog
        supplier: SupplierId,
        /// Number of the import
        number: u64,
    },
    /// Publish the version before the current one again, or an older one
    ///
    /// It becomes a new version with the same content. Undone twice, the catalog is where it was.
    Undo {
        /// Whose catalog
        supplier: SupplierId,
        /// Which version; without it the one before the current one
        #[arg(long)]
        to: Option<u64>,
    },
    /// List the versions of a catalog that are still on disk
    Versions {
        /// Whose catalog
        supplier: SupplierId,
    },
    /// Write the catalog, or what an agreement lets a buyer see at its prices
    #[command(after_help = "\
Example:
  punchgate catalog export acme --format csv > products.csv
  punchgate catalog export acme --format index --agreement globex-2026 --out index.xml")]
    Export {
        /// Whose catalog
        supplier: SupplierId,
        /// In which format
        #[arg(long, value_enum)]
        format: ExportFormat,
        /// What this agreement lets see, at its prices; without it everything at list prices
        #[arg(long)]
        agreement: Option<AgreementId>,
        /// Into this file; without it to standard output
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Words that mean the same: show them, or load them from a file
    ///
    /// One rule a line: `screw, bolt` finds either way, `tv => television` one way; # begins a remark. They count for
    /// every search from then on. See docs/SEARCH.md.
    Synonyms {
        /// Whose customers say so
        supplier: SupplierId,
        /// The new rules, in the place of all there were
        file: Option<PathBuf>,
        /// Forget them
        #[arg(long, conflicts_with = "file")]
        forget: bool,
    },
    /// How the columns of a supplier's files are called, as the last import said
    Columns {
        /// Whose files
        supplier: SupplierId,
        /// Forget it
        #[arg(long)]
        forget: bool,
    },
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        with_app(config, async |app| self.carry_out(app).await).await
    }

    async fn carry_out(&self, app: &App) -> Result<Done, Failure> {
        match self {
            Self::Waiting { supplier } => waiting(app, supplier)?,
            Self::Preview { supplier, number } => {
                let all = onboarding::staged_catalogs(app, supplier)?;
                let found = all.iter().find(|one| one.number == *number);
                let none = || Failure::refused(format!("no import {number} of {supplier} waits"));
                show_diff(&found.ok_or_else(none)?.diff, usize::MAX)?;
            }
            Self::Publish { supplier, number, at: None } => {
                let manifest = onboarding::publish_staged(app, supplier, *number).await?;
                say(published(manifest.version, manifest.products, supplier))?;
            }
            Self::Publish { supplier, number, at } => {
                onboarding::schedule_staged(app, supplier, *number, *at)?;
                let at = at.map(|at| at.to_string()).unwrap_or_default();
                say(format!(
                    "Import {number} of {supplier} is published at {at}, while `punchgate serve` runs."
                ))?;
            }
            Self::Unschedule { supplier, number } => {
                onboarding::schedule_staged(app, supplier, *number, None)?;
                say(format!("Import {number} of {supplier} waits until somebody publishes it."))?;
            }
            Self::Drop { supplier, number } => {
                onboarding::drop_staged(app, supplier, *number)?;
                say(format!("Import {number} of {supplier} is gone."))?;
            }
            Self::Undo { supplier, to } => {
                let manifest = onboarding::restore_catalog(app, supplier, *to).await?;
                say(published(manifest.version, manifest.products, supplier))?;
            }
            Self::Versions { supplier } => {
                let current =
                    onboarding::current(app, supplier).await?.map_or(0, |manifest| manifest.version);
                let versions = onboarding::catalog_versions(app, supplier).await?;
                let row = |manifest: &crate::shell::catalog::CatalogManifest| {
                    let mark = if manifest.version == current { "new visits see it" } else { "" };
                    let (version, published) = (manifest.version.to_string(), manifest.published.to_string());
                    vec![version, published, manifest.products.to_string(), mark.to_owned()]
                };
                rows(&["version", "published", "products", ""], versions.iter().map(row), "No version yet.")?;
            }
            Self::Export { supplier, format, agreement, out } => {
                let mut file: Box<dyn Write + Send> = match out {
                    Some(path) => {
                        let path = errand().map_or_else(|| path.clone(), |errand| errand.place(path));
                        Box::new(std::io::BufWriter::new(std::fs::File::create(path)?))
                    }
                    None => Box::new(Output::new()),
                };
                let count = export::catalog(app, supplier, agreement.as_ref(), *format, &mut file).await;
                let count = count.map_err(Failure::refused)?;
                file.flush()?;
                if let Some(path) = out {
                    say(format!("{}: {}.", path.display(), things(count, "product", "products")))?;
                }
            }
            Self::Synonyms { supplier, file: Some(file), .. } => load_synonyms(app, supplier, file).await?,
            Self::Synonyms { supplier, forget: true, .. } => {
                onboarding::set_synonyms(app, supplier, None).await?;
                say("Forgotten.")?;
            }
            Self::Synonyms { supplier, .. } => {
                let text = onboarding::synonyms(app, supplier).await?;
                say(text.as_deref().map_or("No synonyms.", str::trim_end))?;
            }
            Self::Columns { supplier, forget: true } => {
                onboarding::forget_mapping(app, supplier).await?;
                say("Forgotten.")?;
            }
            Self::Columns { supplier, .. } => {
                let mapping = onboarding::column_mapping(app, supplier).await?;
                let pairs = mapping.iter().map(|(theirs, ours)| vec![theirs.to_owned(), ours.to_owned()]);
                rows(&["in the file", "is"], pairs, "The columns have the names of docs/IMPORT.md.")?;
            }
        }
        Ok(Done::Well)
    }
}

async fn load_synonyms(app: &App, supplier: &SupplierId, file: &Path) -> Result<(), Failure> {
    let path = errand().map_or_else(|| file.to_path_buf(), |errand| errand.place(file));
    let most = u64::try_from(synonyms::MAX_BYTES).unwrap_or(u64::MAX) + 1;
    let mut text = String::new();
    let read = std::fs::File::open(&path).and_then(|file| file.take(most).read_to_string(&mut text));
    read.map_err(|error| Failure::refused(format!("{}: {error}", file.display())))?;
    let faults = |faults: Vec<SynonymFault>| {
        Failure::Refused(faults.iter().map(|fault| format!("{}, {fault}", file.display())).collect())
    };
    let (rules, one_way) = SynonymRules::parse(&text).map_err(faults)?.counts();
    onboarding::set_synonyms(app, supplier, Some(&text)).await?;
    say(format!(
        "{}, {one_way} of them one way, count for every search in the catalog of {supplier} from now on.",
        things(u64::try_from(rules).unwrap_or(u64::MAX), "rule", "rules")
    ))
}

pub(super) fn published(version: u64, products: u32, supplier: &SupplierId) -> String {
    format!(
        "Version {version} of {supplier} is published: {}.",
        things(products.into(), "product", "products")
    )
}

fn waiting(app: &App, supplier: &SupplierId) -> Result<(), Failure> {
    let row = |one: &Staged| {
        let when = match (&one.publish_at, &one.trouble) {
            (Some(at), _) => format!("published at {at}"),
            (None, Some(trouble)) => format!("not published: {trouble}"),
            (None, None) => "waits".to_owned(),
        };
        vec![one.number.to_string(), one.file.clone(), one.built.to_string(), one.diff.summary(), when]
    };
    let all = onboarding::staged_catalogs(app, supplier)?;
    rows(&["import", "file", "read", "changes", ""], all.iter().map(row), "No import waits.")
}

/// The difference in one line, and some of the products that differ.
pub(super) fn show_diff(diff: &Diff, most: usize) -> Result<(), Failure> {
    say(format!("Against what is published: {}.", diff.summary()))?;
    if diff.lines.is_empty() {
        return Ok(());
    }
    let mut table = plain();
    for line in diff.lines.iter().take(most) {
        table.add_row([line.kind.word().to_owned(), line.part.clone(), line.text.clone()]);
    }
    print(table)?;
    let all = diff.new + diff.gone + diff.changed;
    let shown = diff.lines.len().min(most) as u64;
    if all > shown {
        say(format!("… and {} more", format::number((all - shown).into(), 0)))?;
    }
    Ok(())
}
