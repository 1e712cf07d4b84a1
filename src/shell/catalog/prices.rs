//! One version of an agreement's price list: fixed prices by part number, in one immutable folder.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    error::CatalogError,
    folder::Draft,
    table::{self, Seal, Table, TableWriter},
    version::Published,
};
use crate::model::{
    agreement::PriceEntry,
    ids::{AgreementId, SupplierPartId},
    money::Currency,
};

const FORMAT: u32 = 1;
const PRICES: &str = "prices.table";

/// What was published: the caller commits it to the store, and opening checks the folder against it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PriceListManifest {
    /// Layout of the folder.
    pub format: u32,
    /// Whose prices.
    pub agreement: AgreementId,
    /// Number of the version, from 1.
    pub version: u64,
    /// When it was published.
    pub published: Timestamp,
    /// Currency of all its prices.
    pub currency: Currency,
    /// How many parts have one.
    pub entries: u32,
    /// The file of prices.
    pub table: Seal,
}

/// `<data>/pricelists/<agreement>`.
#[must_use]
pub fn price_lists_of(data: &Path, agreement: &AgreementId) -> PathBuf {
    data.join("pricelists").join(agreement.as_str())
}

/// Builds a version, price by price.
pub struct PriceListWriter {
    agreement: AgreementId,
    currency: Currency,
    prices: TableWriter,
    draft: Draft,
    count: u32,
}

impl PriceListWriter {
    /// Begins the version after `committed` (0: none yet). [`CatalogError::Busy`] while another one is built.
    pub fn begin(
        data: &Path,
        agreement: &AgreementId,
        currency: Currency,
        committed: u64,
    ) -> Result<Self, CatalogError> {
        let draft = Draft::begin(&price_lists_of(data, agreement), committed)?;
        let prices = TableWriter::create(&draft.path().join(PRICES))?;
        Ok(Self { agreement: agreement.clone(), currency, prices, draft, count: 0 })
    }

    /// Takes the price of a part; that each comes only once is the caller's care.
    pub fn add(&mut self, part: &SupplierPartId, entry: &PriceEntry) -> Result<(), CatalogError> {
        self.prices.append(part.as_str(), &table::json(entry)?)?;
        self.count += 1;
        Ok(())
    }

    /// Makes it a version on disk. It counts once its manifest is committed.
    pub fn publish(self, now: Timestamp) -> Result<Published<PriceListManifest>, CatalogError> {
        let manifest = PriceListManifest {
            format: FORMAT,
            agreement: self.agreement,
            version: self.draft.version(),
            published: now,
            currency: self.currency,
            entries: self.count,
            table: self.prices.finish()?,
        };
        Ok(Published { manifest, hold: self.draft.publish()? })
    }
}

/// A handle on one published price list; clones share everything.
#[derive(Clone)]
pub struct PriceList(Arc<(PriceListManifest, Table)>);

impl PriceList {
    /// Opens the version of this manifest and checks that the folder is what was published.
    pub fn open(data: &Path, manifest: &PriceListManifest) -> Result<Self, CatalogError> {
        let folder = price_lists_of(data, &manifest.agreement).join(manifest.version.to_string());
        let path = folder.join(PRICES);
        let damaged = |what| CatalogError::Damaged { path: path.clone(), what };
        if manifest.format != FORMAT {
            return Err(damaged("its layout is not one that this program reads"));
        }
        let table = Table::open(&path, Some(&manifest.table))?;
        if table.len() != manifest.entries {
            return Err(damaged("it does not hold as many prices as its manifest says"));
        }
        Ok(Self(Arc::new((manifest.clone(), table))))
    }

    /// Reads everything and compares it with the manifest.
    pub fn verify(&self) -> Result<(), CatalogError> {
        self.0.1.verify(&self.0.0.table)
    }

    /// What was committed.
    #[must_use]
    pub fn manifest(&self) -> &PriceListManifest {
        &self.0.0
    }

    /// Number of the version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.0.0.version
    }

    /// What tells it from everything else that this process opened.
    pub(crate) fn opening(&self) -> u64 {
        self.0.1.opening()
    }

    /// The fixed price of a part, if the list has one.
    pub fn entry(&self, part: &SupplierPartId) -> Result<Option<PriceEntry>, CatalogError> {
        let table = &self.0.1;
        table
            .find(part.as_str())?
            .first()
            .map(|(_, record)| table::from_json(table, record.payload()))
            .transpose()
    }

    pub(super) fn table(&self) -> &Table {
        &self.0.1
    }

    /// All prices with their parts, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = Result<(SupplierPartId, PriceEntry), CatalogError>> + '_ {
        let table = &self.0.1;
        (0..table.len()).filter_map(move |ordinal| {
            let record = table.read(ordinal).transpose()?;
            Some(record.and_then(|record| {
                let part = table::part(table, &record)?;
                Ok((part, table::from_json(table, record.payload())?))
            }))
        })
    }
}

impl std::fmt::Debug for PriceList {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("PriceList").field(self.manifest()).finish()
    }
}
