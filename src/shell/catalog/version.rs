//! One version of a supplier's catalog: products, categories and search index in one immutable folder.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    categories::CategoryTree,
    error::CatalogError,
    folder::{self, Draft, Hold},
    record::{self, FORMAT, OLDEST, Packer},
    table::{self, Record, Seal, Table, TableWriter},
};
use crate::{
    model::{
        catalog::{Ordinal, Product},
        ids::{SupplierId, SupplierPartId},
    },
    shell::search::{CategoryCount, Hits, IndexWriter, Query, SearchIndex},
};

const PRODUCTS: &str = "products.table";
const FAMILIES: &str = "families.table";
const CATEGORIES: &str = "categories.json";
const INDEX: &str = "index";

/// What was published: the caller commits it to the store, and opening checks the folder against it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct CatalogManifest {
    /// Layout of the folder.
    pub format: u32,
    /// Whose catalog.
    pub supplier: SupplierId,
    /// Number of the version, from 1.
    pub version: u64,
    /// When it was published.
    pub published: Timestamp,
    /// How many products.
    pub products: u32,
    /// The file of products.
    pub table: Seal,
    /// The file of categories.
    pub categories: Seal,
    /// The file of variants; from format 2 on.
    #[serde(default)]
    pub families: Option<Seal>,
}

/// A published version whose manifest waits to be committed. Drop it after the commit.
#[derive(Debug)]
pub struct Published<M> {
    /// What to commit.
    pub manifest: M,
    /// Keeps another import from starting before that.
    pub hold: Hold,
}

/// `<data>/catalogs/<supplier>`.
#[must_use]
pub fn catalogs_of(data: &Path, supplier: &SupplierId) -> PathBuf {
    data.join("catalogs").join(supplier.as_str())
}

/// Builds a version, product by product, in memory that does not grow with their texts.
pub struct CatalogWriter {
    supplier: SupplierId,
    products: TableWriter,
    packer: Packer,
    families: TableWriter,
    categories: CategoryTree,
    index: IndexWriter,
    draft: Draft,
    count: u32,
}

impl CatalogWriter {
    /// Begins the version after `committed` (0: none yet). [`CatalogError::Busy`] while another one is built.
    pub fn begin(data: &Path, supplier: &SupplierId, committed: u64) -> Result<Self, CatalogError> {
        let draft = Draft::begin(&catalogs_of(data, supplier), committed)?;
        Ok(Self {
            supplier: supplier.clone(),
            products: TableWriter::create(&draft.path().join(PRODUCTS))?,
            packer: Packer::new(draft.path())?,
            families: TableWriter::create(&draft.path().join(FAMILIES))?,
            categories: CategoryTree::default(),
            index: IndexWriter::create(&draft.path().join(INDEX))?,
            draft,
            count: 0,
        })
    }

    /// Takes a product; that its number comes only once is the caller's care.
    pub fn add(&mut self, product: &Product) -> Result<Ordinal, CatalogError> {
        let record = self.packer.pack(self.draft.path(), product)?;
        let ordinal = self.products.append(product.part.as_str(), &record)?;
        if let Some(family) = &product.details.family {
            self.families.append(&family.key, &ordinal.to_le_bytes())?;
        }
        let category = self.categories.add(product);
        self.index.add(product, ordinal, category)?;
        self.count += 1;
        Ok(ordinal)
    }

    /// Makes it a version on disk. It counts once its manifest is committed.
    pub fn publish(self, now: Timestamp) -> Result<Published<CatalogManifest>, CatalogError> {
        let categories = table::json(&self.categories)?;
        folder::write_synced(&self.draft.path().join(CATEGORIES), &categories)?;
        self.index.finish()?;
        let manifest = CatalogManifest {
            format: FORMAT,
            supplier: self.supplier,
            version: self.draft.version(),
            published: now,
            products: self.count,
            table: self.products.finish()?,
            categories: table::seal(&categories),
            families: Some(self.families.finish()?),
        };
        Ok(Published { manifest, hold: self.draft.publish()? })
    }
}

/// A handle on one published version; clones share everything.
///
/// Reading never changes it: a session keeps the version it began with while a newer one is served to others.
#[derive(Clone)]
pub struct Catalog(Arc<Inner>);

struct Inner {
    manifest: CatalogManifest,
    products: Table,
    families: Option<Table>,
    categories: CategoryTree,
    index: SearchIndex,
}

impl Catalog {
    /// Opens the version of this manifest and checks that the folder is what was published.
    pub fn open(data: &Path, manifest: &CatalogManifest) -> Result<Self, CatalogError> {
        let folder = catalogs_of(data, &manifest.supplier).join(manifest.version.to_string());
        let damaged = |path: &Path, what| CatalogError::Damaged { path: path.to_owned(), what };
        if !(OLDEST..=FORMAT).contains(&manifest.format) {
            return Err(damaged(&folder, "its layout is not one that this program reads"));
        }
        let products = Table::open(&folder.join(PRODUCTS), Some(&manifest.table))?;
        let families = match &manifest.families {
            Some(seal) => Some(Table::open(&folder.join(FAMILIES), Some(seal))?),
            None => None,
        };
        let path = folder.join(CATEGORIES);
        let categories = fs::read(&path).map_err(|error| CatalogError::io(&path, error))?;
        if table::seal(&categories) != manifest.categories {
            return Err(damaged(&path, "it is not the file of its manifest"));
        }
        let categories =
            serde_json::from_slice(&categories).map_err(|_| damaged(&path, "it cannot be read"))?;
        let path = folder.join(INDEX);
        let index = SearchIndex::open(&path)?;
        if products.len() != manifest.products || index.len() != u64::from(manifest.products) {
            return Err(damaged(&folder, "it does not hold as many products as its manifest says"));
        }
        Ok(Self(Arc::new(Inner { manifest: manifest.clone(), products, families, categories, index })))
    }

    /// Reads everything and compares it with the manifest.
    pub fn verify(&self) -> Result<(), CatalogError> {
        self.0.products.verify(&self.0.manifest.table)?;
        if let (Some(families), Some(seal)) = (&self.0.families, &self.0.manifest.families) {
            families.verify(seal)?;
        }
        Ok(self.0.index.verify()?)
    }

    /// What was committed.
    #[must_use]
    pub fn manifest(&self) -> &CatalogManifest {
        &self.0.manifest
    }

    /// Number of the version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.0.manifest.version
    }

    /// How many products.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.0.manifest.products
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All categories.
    #[must_use]
    pub fn categories(&self) -> &CategoryTree {
        &self.0.categories
    }

    /// The product with this ordinal; `None` beyond the last one. One read of the file.
    pub fn product(&self, ordinal: Ordinal) -> Result<Option<Arc<Product>>, CatalogError> {
        match self.0.products.read(ordinal)? {
            Some(record) => self.unpack(&record).map(Arc::new).map(Some),
            None => Ok(None),
        }
    }

    fn unpack(&self, record: &Record) -> Result<Product, CatalogError> {
        record::unpack(&self.0.products, self.0.manifest.format, record)
    }

    /// The variants of a family, itself included, in order; at most `most`.
    pub fn family(&self, key: &str, most: usize) -> Result<Vec<Arc<Product>>, CatalogError> {
        let Some(families) = &self.0.families else { return Ok(Vec::new()) };
        let mut ordinals: Vec<Ordinal> = families
            .find(key)?
            .iter()
            .filter_map(|(_, record)| record.payload().first_chunk().map(|raw| Ordinal::from_le_bytes(*raw)))
            .collect();
        ordinals.sort_unstable();
        ordinals.truncate(most);
        ordinals.into_iter().filter_map(|ordinal| self.product(ordinal).transpose()).collect()
    }

    /// The product of a part number, exactly as written, and the auxiliary id where several share the number.
    ///
    /// An auxiliary id that no product has is passed over where the number alone is unambiguous.
    pub fn by_part(
        &self,
        part: &SupplierPartId,
        auxiliary: Option<&str>,
    ) -> Result<Option<(Ordinal, Arc<Product>)>, CatalogError> {
        let mut found = Vec::new();
        for (ordinal, record) in self.0.products.find(part.as_str())? {
            found.push((ordinal, Arc::new(self.unpack(&record)?)));
        }
        let same = |(_, product): &(Ordinal, Arc<Product>)| product.auxiliary.as_deref() == auxiliary;
        let chosen = match found.iter().position(same) {
            Some(position) => position,
            None if found.len() == 1 => 0,
            None => return Ok(None),
        };
        Ok(found.into_iter().nth(chosen))
    }

    /// All products, in order.
    pub fn products(&self) -> impl Iterator<Item = Result<Arc<Product>, CatalogError>> + '_ {
        (0..self.len()).filter_map(|ordinal| self.product(ordinal).transpose())
    }

    /// What the query finds: see [`Query`]. Takes from a fraction of a millisecond to some milliseconds.
    pub fn search(&self, query: &Query<'_>) -> Result<Hits, CatalogError> {
        let found = self.0.index.search(query)?;
        let counts = self.0.categories.rolled_up(&found.by_category);
        let categories = self.0.categories.all().iter().zip(counts).filter(|(_, count)| *count > 0);
        Ok(Hits {
            total: found.by_category.iter().sum(),
            ordinals: found.ordinals,
            categories: categories
                .map(|(category, products)| CategoryCount { path: category.path.clone(), products })
                .collect(),
            near: found.near,
        })
    }
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Catalog").field(self.manifest()).finish()
    }
}
