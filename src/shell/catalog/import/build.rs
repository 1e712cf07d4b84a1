//! Entries → checked products → a version.

use std::collections::{HashMap, hash_map::Entry as Slot};

use super::{
    Diff, ImportReport, LineProblem,
    diff::Comparison,
    entries::{Entries, Next},
};
use crate::{
    model::catalog::{Product, RelationKind},
    shell::catalog::{Catalog, CatalogError, CatalogWriter, table},
    wire::{
        csv::{product_of_cells, product_row},
        feed::{Action, Cells, Entry},
    },
};

/// Columns of which neither search nor categories know: a file with these alone leaves the index as it is.
const QUIET: &[&str] = &[
    "part",
    "auxiliary",
    "currency",
    "list_price",
    "price_basis",
    "minimum",
    "multiple",
    "maximum",
    "lead_time_days",
    "valid_from",
    "valid_until",
    "erp_part",
    "erp_unit",
    "extrinsics",
    "weight_kg",
];

/// The whole of a catalog.
pub(super) fn whole(
    entries: &mut dyn Entries,
    writer: &mut CatalogWriter,
    base: Option<&Catalog>,
    progress: &mut dyn FnMut(u64),
) -> Result<(ImportReport, Diff), CatalogError> {
    let mut intake = Intake::default();
    let mut comparison = Comparison::to(base);
    let mut circles = Circles::default();
    intake.all(entries, progress, |entry, intake| {
        if entry.action == Action::Remove {
            return Ok(());
        }
        if let Some(product) = intake.product(entry.line, &entry.cells.over(None)) {
            comparison.see(&product)?;
            circles.see(entry.line, &product);
            writer.add(&product)?;
        }
        Ok(())
    })?;
    let report = intake.finish(&circles);
    Ok((report, comparison.finish()?))
}

/// Changes over what is there: what a file does not name stays, and so does each column that it does not have.
pub(super) fn update(
    entries: &mut dyn Entries,
    writer: &mut CatalogWriter,
    base: &Catalog,
    progress: &mut dyn FnMut(u64),
) -> Result<(ImportReport, Diff), CatalogError> {
    let mut intake = Intake::default();
    let mut changes = writer.side_table("changes")?;
    let (mut quiet, mut lines) = (true, Vec::new());
    intake.all(entries, progress, |entry, intake| {
        let Some(key) = intake.change_key(&entry) else { return Ok(()) };
        quiet = quiet
            && entry.action == Action::Put
            && entry.cells.columns().all(|column| QUIET.contains(&column));
        // What is new changes the index, whatever its columns are.
        let known = || base.has_part(entry.cells.get("part").unwrap_or_default().trim());
        quiet = quiet && known()?;
        changes.append(&key, &table::json(&(entry.action, &entry.cells))?)?;
        lines.push(u32::try_from(entry.line).unwrap_or(u32::MAX));
        Ok(())
    })?;
    if !intake.report.complete {
        return Ok((intake.report, Diff::default()));
    }
    let changes = changes.open()?;
    let mut used = vec![false; lines.len()];
    let mut comparison = Comparison::to(Some(base));
    let mut circles = Circles::default();
    if quiet {
        writer.keep_shape(base)?;
    }
    for ordinal in 0..base.len() {
        let Some(old) = base.product(ordinal)? else { continue };
        let key = format!("{}\n{}", old.part, old.auxiliary.as_deref().unwrap_or_default());
        let mut found = changes.find(&key)?;
        found.extend(changes.find(&format!("{}\n*", old.part))?);
        let Some((place, record)) = found.into_iter().next() else {
            comparison.pair(ordinal, &old, &old);
            circles.see(0, &old);
            writer.keep(base, ordinal, &old)?;
            continue;
        };
        let line = lines.get(place as usize).copied().map_or(1, u64::from);
        if let Some(used) = used.get_mut(place as usize) {
            *used = true;
        }
        let (action, cells): (Action, Cells) = table::from_json(&changes, record.payload())?;
        if action == Action::Remove {
            intake.report.accepted += 1;
            continue;
        }
        if let Some(product) = intake.checked(line, &cells.over(Some(product_row(&old)))) {
            comparison.pair(ordinal, &old, &product);
            circles.see(line, &product);
            writer.add(&product)?;
        }
    }
    for (place, line) in
        lines.iter().enumerate().filter(|(place, _)| !used.get(*place).copied().unwrap_or(true))
    {
        let Some(record) = u32::try_from(place).ok().map(|place| changes.read(place)).transpose()?.flatten()
        else {
            continue;
        };
        let (action, cells): (Action, Cells) = table::from_json(&changes, record.payload())?;
        let line = u64::from(*line);
        if action == Action::Remove {
            intake.bad(line, vec![LineProblem::NothingToRemove]);
        } else if let Some(product) = intake.checked(line, &cells.over(None)) {
            comparison.see(&product)?;
            circles.see(line, &product);
            writer.add(&product)?;
        }
    }
    let report = intake.finish(&circles);
    Ok((report, comparison.finish()?))
}

/// What was taken so far.
#[derive(Default)]
struct Intake {
    report: ImportReport,
    /// Digests of the keys, with their lines: some 40 bytes a product, however long its texts are.
    seen: HashMap<(u64, u32), u32>,
}

impl Intake {
    /// Hands every entry on.
    fn all(
        &mut self,
        entries: &mut dyn Entries,
        progress: &mut dyn FnMut(u64),
        mut take: impl FnMut(Entry, &mut Self) -> Result<(), CatalogError>,
    ) -> Result<(), CatalogError> {
        let mut count = 0_u64;
        loop {
            match entries.next() {
                Next::Entry(entry) => take(entry, self)?,
                Next::Bad(line, problems) => self.bad(line, problems),
                Next::Stop(line, problem) => {
                    self.bad(line, vec![problem]);
                    progress(entries.bytes());
                    return Ok(());
                }
                Next::End => {
                    progress(entries.bytes());
                    self.report.complete = true;
                    return Ok(());
                }
            }
            count += 1;
            if count.is_multiple_of(256) {
                progress(entries.bytes());
            }
        }
    }

    fn bad(&mut self, line: u64, problems: Vec<LineProblem>) {
        self.report.refused += 1;
        for problem in problems {
            self.report.error(line, problem);
        }
    }

    /// The product of a row whose key comes for the first time.
    fn product(&mut self, line: u64, row: &[String]) -> Option<Product> {
        match product_of_cells(row) {
            Ok(product) => {
                let key = format!("{}\n{}", product.part, product.auxiliary.as_deref().unwrap_or_default());
                self.is_first(line, &key).then(|| {
                    self.report.accepted += 1;
                    product
                })
            }
            Err(problems) => {
                self.bad(line, problems.into_iter().map(LineProblem::Cell).collect());
                None
            }
        }
    }

    /// The product of a row whose key was looked at already.
    fn checked(&mut self, line: u64, row: &[String]) -> Option<Product> {
        match product_of_cells(row) {
            Ok(product) => {
                self.report.accepted += 1;
                Some(product)
            }
            Err(problems) => {
                self.bad(line, problems.into_iter().map(LineProblem::Cell).collect());
                None
            }
        }
    }

    /// The key under which a change is kept; `*` where the file has no auxiliary ids.
    fn change_key(&mut self, entry: &Entry) -> Option<String> {
        let part = entry.cells.get("part").unwrap_or_default().trim();
        let auxiliary = entry.cells.get("auxiliary").map_or("*", str::trim);
        let key = format!("{part}\n{auxiliary}");
        if part.is_empty() || key.len() > 600 {
            // The check of the cells says what is wrong with it.
            let _ = self.product(entry.line, &entry.cells.over(None));
            return None;
        }
        self.is_first(entry.line, &key).then_some(key)
    }

    fn is_first(&mut self, line: u64, key: &str) -> bool {
        match self.seen.entry((table::hash(key), crc32c::crc32c(key.as_bytes()))) {
            Slot::Vacant(free) => {
                free.insert(u32::try_from(line).unwrap_or(u32::MAX));
                true
            }
            Slot::Occupied(first) => {
                let first = u64::from(*first.get());
                self.bad(line, vec![LineProblem::Duplicate { first }]);
                false
            }
        }
    }

    fn finish(mut self, circles: &Circles) -> ImportReport {
        for (line, problem) in circles.found() {
            self.report.error(line, problem);
        }
        if self.report.complete && self.report.accepted == 0 && self.report.error_count == 0 {
            self.report.error(1, LineProblem::NoRows);
        }
        self.report
    }
}

/// Looks for products that succeed or hold themselves by way of others.
#[derive(Default)]
struct Circles {
    successors: Graph,
    components: Graph,
}

#[derive(Default)]
struct Graph {
    /// Line and targets of each part that has some.
    edges: HashMap<String, (u64, Vec<String>)>,
}

impl Circles {
    fn see(&mut self, line: u64, product: &Product) {
        let of_kind = product.relations.iter().filter(|one| one.kind == RelationKind::Successor);
        self.successors.add(line, product, of_kind.map(|one| one.part.to_string()));
        let components = product.details.components.iter().map(|one| one.part.to_string());
        self.components.add(line, product, components);
    }

    fn found(&self) -> Vec<(u64, LineProblem)> {
        let of = |graph: &Graph, column| {
            graph.circles().into_iter().map(move |(line, path)| (line, LineProblem::Circle { column, path }))
        };
        of(&self.successors, "successors").chain(of(&self.components, "components")).collect()
    }
}

impl Graph {
    fn add(&mut self, line: u64, product: &Product, targets: impl Iterator<Item = String>) {
        let targets: Vec<String> = targets.collect();
        if !targets.is_empty() {
            self.edges.insert(product.part.to_string(), (line, targets));
        }
    }

    /// Each circle once, with the line of one of its products; depth first, without recursion.
    fn circles(&self) -> Vec<(u64, String)> {
        let mut done: HashMap<&str, bool> = HashMap::new();
        let mut found = Vec::new();
        let mut starts: Vec<&String> = self.edges.keys().collect();
        starts.sort();
        for start in starts {
            if done.contains_key(start.as_str()) {
                continue;
            }
            let mut path: Vec<(&str, usize)> = vec![(start, 0)];
            done.insert(start, false);
            while let Some((node, next)) = path.pop() {
                let target = self.edges.get(node).and_then(|(_, targets)| targets.get(next));
                let Some(target) = target else {
                    done.insert(node, true);
                    continue;
                };
                path.push((node, next + 1));
                match done.get(target.as_str()) {
                    Some(false) => {
                        let from = path.iter().position(|(one, _)| one == target).unwrap_or(0);
                        let mut names: Vec<&str> = path.iter().skip(from).map(|(one, _)| *one).collect();
                        names.push(target);
                        let line = self.edges.get(target).map_or(1, |(line, _)| *line).max(1);
                        found.push((line, names.join(" → ")));
                    }
                    None if self.edges.contains_key(target) => {
                        done.insert(target, false);
                        path.push((target, 0));
                    }
                    Some(true) | None => {}
                }
            }
        }
        found.sort();
        found
    }
}
