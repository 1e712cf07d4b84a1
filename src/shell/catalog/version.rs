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
    facts::{Facts, FactsWriter},
    folder::{self, Draft, Hold},
    older,
    photos::{self, Photo},
    prices::PriceList,
    record::{self, FORMAT, OLDEST, Packer},
    staged::{self, Staged},
    table::{self, Record, Seal, Table, TableWriter},
};
use crate::{
    model::{
        agreement::Selector,
        catalog::{Ordinal, Product},
        ids::{SupplierId, SupplierPartId},
        language::Language,
    },
    shell::search::{
        self, Asker, CategoryCount, Completions, Dictionary, FacetBuilder, Facets, Hits, IndexWriter, Query,
        SearchIndex, Shown, SynonymRules, Synonyms, Visible, Weights,
    },
};

const PRODUCTS: &str = "products.table";
const FAMILIES: &str = "families.table";
const CATEGORIES: &str = "categories.json";
pub(super) const FACETS: &str = "facets.json";
pub(super) const FACTS: &str = "facts.bin";
pub(super) const INDEX: &str = "index";

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
    /// The file of what lists can be narrowed by; from format 3 on.
    #[serde(default)]
    pub facets: Option<Seal>,
    /// The file of what prices depend on; from format 3 on.
    #[serde(default)]
    pub facts: Option<Seal>,
    /// What it is written in, where a product does not say so; `None`: not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl CatalogManifest {
    /// Of a version that is still to be built.
    #[must_use]
    pub fn nothing(supplier: SupplierId) -> Self {
        let seal = Seal { bytes: 0, sha256: String::new() };
        Self {
            format: FORMAT,
            supplier,
            version: 0,
            published: Timestamp::UNIX_EPOCH,
            products: 0,
            table: seal.clone(),
            categories: seal,
            families: None,
            facets: None,
            facts: None,
            language: None,
        }
    }
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

/// The folder of a version that waits.
#[must_use]
pub fn staged_folder(data: &Path, staged: &Staged) -> PathBuf {
    staged::folder_of(&catalogs_of(data, &staged.manifest.supplier), staged.number)
}

/// Makes a version of one that waits. It counts once its manifest is committed.
pub fn publish_staged(
    data: &Path,
    staged: &Staged,
    committed: u64,
    now: Timestamp,
) -> Result<Published<CatalogManifest>, CatalogError> {
    let (root, from) = (catalogs_of(data, &staged.manifest.supplier), staged_folder(data, staged));
    let (manifest, hold) = staged::again(&root, committed, &from, &staged.manifest, now)?;
    Ok(Published { manifest, hold })
}

/// Makes a version of an older one, with the same content. It counts once its manifest is committed.
pub fn publish_again(
    data: &Path,
    old: &CatalogManifest,
    committed: u64,
    now: Timestamp,
) -> Result<Published<CatalogManifest>, CatalogError> {
    let root = catalogs_of(data, &old.supplier);
    let (manifest, hold) = staged::again(&root, committed, &root.join(old.version.to_string()), old, now)?;
    Ok(Published { manifest, hold })
}

/// Builds a version, product by product, in memory that does not grow with their texts.
pub struct CatalogWriter {
    supplier: SupplierId,
    language: Option<Language>,
    products: TableWriter,
    packer: Packer,
    facts: FactsWriter,
    shape: Shape,
    draft: Draft,
    count: u32,
}

/// Categories, variants and index: made anew, or those of the version before, of which the new one differs in nothing
/// that they know.
enum Shape {
    New(Box<NewShape>),
    Kept { families: Option<Seal>, categories: Seal, facets: Option<Seal> },
}

struct NewShape {
    families: TableWriter,
    categories: CategoryTree,
    facets: FacetBuilder,
    index: IndexWriter,
}

/// A table beside a version being built, for the time of building.
pub(super) struct SideTable {
    writer: TableWriter,
    path: PathBuf,
}

impl SideTable {
    pub(super) fn append(&mut self, key: &str, payload: &[u8]) -> Result<(), CatalogError> {
        self.writer.append(key, payload).map(drop)
    }

    /// To be read; its file is gone with the last handle.
    pub(super) fn open(self) -> Result<Table, CatalogError> {
        self.writer.finish()?;
        let table = Table::open(&self.path, None)?;
        fs::remove_file(&self.path).map_err(|error| CatalogError::io(&self.path, error))?;
        Ok(table)
    }
}

impl CatalogWriter {
    /// Begins the version after `committed` (0: none yet). [`CatalogError::Busy`] while another one is built.
    pub fn begin(data: &Path, supplier: &SupplierId, committed: u64) -> Result<Self, CatalogError> {
        let draft = Draft::begin(&catalogs_of(data, supplier), committed)?;
        Ok(Self {
            supplier: supplier.clone(),
            language: None,
            products: TableWriter::create(&draft.path().join(PRODUCTS))?,
            packer: Packer::new(draft.path())?,
            facts: FactsWriter::create(&draft.path().join(FACTS))?,
            shape: Shape::New(Box::new(NewShape {
                families: TableWriter::create(&draft.path().join(FAMILIES))?,
                categories: CategoryTree::default(),
                facets: FacetBuilder::default(),
                index: IndexWriter::create(&draft.path().join(INDEX))?,
            })),
            draft,
            count: 0,
        })
    }

    /// What products are written in that do not say so. Before the first product.
    #[must_use]
    pub fn written_in(mut self, language: Option<Language>) -> Self {
        self.language = language;
        self
    }

    /// Takes a product; that its number comes only once is the caller's care.
    pub fn add(&mut self, product: &Product) -> Result<Ordinal, CatalogError> {
        let record = self.packer.pack(self.draft.path(), product)?;
        self.append(product, &record)
    }

    /// Takes a product as it is in another version.
    pub(super) fn keep(
        &mut self,
        base: &Catalog,
        ordinal: Ordinal,
        product: &Product,
    ) -> Result<(), CatalogError> {
        match base.packed(ordinal)? {
            Some(record) => self.append(product, record.payload()).map(drop),
            None => self.add(product).map(drop),
        }
    }

    fn append(&mut self, product: &Product, record: &[u8]) -> Result<Ordinal, CatalogError> {
        let ordinal = self.products.append(product.part.as_str(), record)?;
        self.facts.append(product)?;
        if let Shape::New(shape) = &mut self.shape {
            let NewShape { families, categories, facets, index } = &mut **shape;
            if let Some(family) = &product.details.family {
                families.append(&family.key, &ordinal.to_le_bytes())?;
            }
            let category = categories.add(product);
            let own = self.language.as_ref().map(Language::as_str);
            index.add(product, ordinal, category, &facets.see(product), own)?;
        }
        self.count += 1;
        Ok(ordinal)
    }

    /// Takes categories, variants and index of a version: every product will come in the same order and differ in
    /// nothing that these know. Before the first product.
    pub(super) fn keep_shape(&mut self, base: &Catalog) -> Result<(), CatalogError> {
        let Inner { manifest, folder, .. } = &*base.0;
        if manifest.format < FORMAT || manifest.language != self.language {
            return Ok(()); // of an older program, or in another language: made anew
        }
        self.shape = Shape::Kept {
            families: manifest.families.clone(),
            categories: manifest.categories.clone(),
            facets: manifest.facets.clone(),
        };
        let own = self.draft.path();
        let index = own.join(INDEX);
        fs::remove_dir_all(&index).map_err(|error| CatalogError::io(&index, error))?;
        fs::create_dir(&index).map_err(|error| CatalogError::io(&index, error))?;
        folder::link_tree(&folder.join(INDEX), &index)?;
        let families = own.join(FAMILIES);
        fs::remove_file(&families).map_err(|error| CatalogError::io(&families, error))?;
        for name in [FAMILIES, CATEGORIES, FACETS] {
            if folder.join(name).exists() {
                folder::link(&folder.join(name), &own.join(name))?;
            }
        }
        Ok(())
    }

    /// A table for the time of building.
    pub(super) fn side_table(&self, name: &str) -> Result<SideTable, CatalogError> {
        let path = self.draft.path().join(format!("{name}.side"));
        Ok(SideTable { writer: TableWriter::create(&path)?, path })
    }

    /// Makes it a version on disk. It counts once its manifest is committed.
    pub fn publish(self, now: Timestamp) -> Result<Published<CatalogManifest>, CatalogError> {
        let (mut manifest, draft) = self.finish(now)?;
        manifest.version = draft.version();
        Ok(Published { manifest, hold: draft.publish()? })
    }

    /// Puts it among those that wait; number and manifest of `staged` are set.
    pub fn stage(self, staged: Staged) -> Result<Staged, CatalogError> {
        let (manifest, draft) = self.finish(staged.built)?;
        let root = draft.root().to_owned();
        staged::put(&root, draft, Staged { manifest, ..staged })
    }

    fn finish(self, now: Timestamp) -> Result<(CatalogManifest, Draft), CatalogError> {
        let (families, categories, facets) = match self.shape {
            Shape::Kept { families, categories, facets } => (families, categories, facets),
            Shape::New(shape) => {
                let NewShape { families, categories, facets, index } = *shape;
                let categories = table::json(&categories)?;
                folder::write_synced(&self.draft.path().join(CATEGORIES), &categories)?;
                let facets = table::json(&facets.finish())?;
                folder::write_synced(&self.draft.path().join(FACETS), &facets)?;
                index.finish()?;
                (Some(families.finish()?), table::seal(&categories), Some(table::seal(&facets)))
            }
        };
        let manifest = CatalogManifest {
            format: FORMAT,
            supplier: self.supplier,
            version: 0,
            published: now,
            products: self.count,
            table: self.products.finish()?,
            categories,
            families,
            facets,
            facts: Some(self.facts.finish()?),
            language: self.language,
        };
        Ok((manifest, self.draft))
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
    facets: Facets,
    index: SearchIndex,
    folder: PathBuf,
    /// Where index, facets and facts are: the same, but for older versions.
    derived: PathBuf,
}

impl Catalog {
    /// Opens the version of this manifest and checks that the folder is what was published.
    pub fn open(data: &Path, manifest: &CatalogManifest) -> Result<Self, CatalogError> {
        Self::at(catalogs_of(data, &manifest.supplier).join(manifest.version.to_string()), manifest)
    }

    /// Opens one that waits.
    pub fn open_staged(data: &Path, staged: &Staged) -> Result<Self, CatalogError> {
        Self::at(staged_folder(data, staged), &staged.manifest)
    }

    fn at(folder: PathBuf, manifest: &CatalogManifest) -> Result<Self, CatalogError> {
        let damaged = |path: &Path, what| CatalogError::Damaged { path: path.to_owned(), what };
        if !(OLDEST..=FORMAT).contains(&manifest.format) {
            return Err(damaged(&folder, "its layout is not one that this program reads"));
        }
        let products = Table::open(&folder.join(PRODUCTS), Some(&manifest.table))?;
        let families = match &manifest.families {
            Some(seal) => Some(Table::open(&folder.join(FAMILIES), Some(seal))?),
            None => None,
        };
        let categories = sealed(&folder.join(CATEGORIES), Some(&manifest.categories))?;
        let (derived, facets) = if manifest.format == FORMAT {
            (folder.clone(), manifest.facets.as_ref())
        } else {
            (older::derived(&folder, manifest.format, &products)?, None)
        };
        let facets = sealed(&derived.join(FACETS), facets)?;
        let index = SearchIndex::open(&derived.join(INDEX))?;
        if products.len() != manifest.products || index.len() != u64::from(manifest.products) {
            return Err(damaged(&folder, "it does not hold as many products as its manifest says"));
        }
        Ok(Self(Arc::new(Inner {
            manifest: manifest.clone(),
            products,
            families,
            categories,
            facets,
            index,
            folder,
            derived,
        })))
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

    /// What tells it from everything else that this process opened.
    pub(crate) fn opening(&self) -> u64 {
        self.0.products.opening()
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

    /// What lists can be narrowed by.
    #[must_use]
    pub fn facets(&self) -> &Facets {
        &self.0.facets
    }

    /// Synonyms for searching in it.
    pub(crate) fn synonyms(&self, rules: &SynonymRules) -> Synonyms {
        self.0.index.synonyms(rules)
    }

    /// Whether some text is in this language.
    #[must_use]
    pub fn speaks(&self, language: &Language) -> bool {
        self.0.index.speaks(language)
    }

    /// What prices depend on, of every product.
    pub(crate) fn facts(&self) -> Result<Facts, CatalogError> {
        Facts::read(&self.0.derived.join(FACTS))
    }

    /// The products that a price list names.
    pub(crate) fn priced_in(&self, list: &PriceList) -> Result<impl Iterator<Item = Ordinal>, CatalogError> {
        Ok(self.0.products.join(list.table())?.into_iter().map(|(ordinal, _)| ordinal))
    }

    /// The products that somebody sees.
    pub fn visible(&self, visible: &Visible) -> Result<Shown, CatalogError> {
        Ok(self.0.index.visible(visible)?)
    }

    /// The products that one of these names.
    pub(crate) fn selected(&self, selectors: &[Selector]) -> Result<Shown, CatalogError> {
        Ok(self.0.index.selected(selectors)?)
    }

    /// The part number of the product with this ordinal.
    pub(crate) fn part(&self, ordinal: Ordinal) -> Result<Option<SupplierPartId>, CatalogError> {
        let record = self.0.products.read(ordinal)?;
        record.map(|record| table::part(&self.0.products, &record)).transpose()
    }

    /// The product with this ordinal; `None` beyond the last one. One read of the file.
    pub fn product(&self, ordinal: Ordinal) -> Result<Option<Arc<Product>>, CatalogError> {
        match self.0.products.read(ordinal)? {
            Some(record) => self.unpack(&record).map(Arc::new).map(Some),
            None => Ok(None),
        }
    }

    /// A product with its texts in the first of these languages.
    pub(crate) fn spoken(&self, product: Arc<Product>, languages: &[Language]) -> Arc<Product> {
        // Just read, and nobody else's: nothing is copied.
        let mut product = Arc::unwrap_or_clone(product);
        product.speak(languages, self.0.manifest.language.as_ref());
        Arc::new(product)
    }

    /// The record of a product, if a version of today's format can have it as it is.
    fn packed(&self, ordinal: Ordinal) -> Result<Option<Record>, CatalogError> {
        if self.0.manifest.format > OLDEST { self.0.products.read(ordinal) } else { Ok(None) }
    }

    /// The product with the same part number and auxiliary id.
    pub(super) fn exactly(&self, like: &Product) -> Result<Option<(Ordinal, Product)>, CatalogError> {
        for (ordinal, record) in self.0.products.find(like.part.as_str())? {
            let product = self.unpack(&record)?;
            if product.auxiliary == like.auxiliary {
                return Ok(Some((ordinal, product)));
            }
        }
        Ok(None)
    }

    /// Whether some product has this part number.
    pub(super) fn has_part(&self, part: &str) -> Result<bool, CatalogError> {
        Ok(!self.0.products.find(part)?.is_empty())
    }

    fn unpack(&self, record: &Record) -> Result<Product, CatalogError> {
        record::unpack(&self.0.products, self.0.manifest.format, record)
    }

    /// The picture that was fetched from an address of this version.
    pub fn photo(&self, address: &str) -> Result<Option<Photo>, CatalogError> {
        photos::read(&self.0.folder, address)
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

    /// Weighs what can be completed by the products that somebody sees. Takes up to some hundred milliseconds.
    pub fn weights(&self, shown: &Shown) -> Result<Weights, CatalogError> {
        Ok(self.0.index.weights(shown)?)
    }

    /// What can be typed next, at most `most` of each kind; nothing that only hidden products have.
    pub(crate) fn complete(
        &self,
        text: &str,
        most: usize,
        asker: Asker<'_>,
        read: impl Fn(Ordinal) -> Result<Option<Arc<Product>>, CatalogError>,
    ) -> Result<Completions, CatalogError> {
        let offered = self.0.index.complete(text, most, asker)?;
        let mut texts = Vec::with_capacity(offered.texts.len());
        for text in &offered.texts {
            texts.extend(read(text.product())?.map(|product| text.written(&product)));
        }
        Ok(Completions { things: offered.things, texts, products: offered.products })
    }

    /// What the query finds among the products that somebody sees: see [`Query`]. Takes from a fraction of a
    /// millisecond to some milliseconds.
    ///
    /// In an order that the index does not know the hits are the first [`Query::MAX_LIMIT`] ones, to be ordered.
    pub fn search(&self, query: &Query<'_>, shown: &Arc<Shown>) -> Result<Hits, CatalogError> {
        let Inner { categories: tree, facets, index, .. } = &*self.0;
        let found = index.search(query, shown, Dictionary { categories: tree.all().len(), facets })?;
        let counts = tree.rolled_up(&found.by_category);
        let categories = tree.all().iter().zip(counts).filter(|(_, count)| *count > 0);
        Ok(Hits {
            total: found.by_category.iter().sum(),
            categories: categories
                .map(|(category, products)| CategoryCount { path: category.path.clone(), products })
                .collect(),
            facets: search::facet_counts(facets, &found, query),
            ordinals: found.ordinals,
            unsorted: false,
            near: found.near,
        })
    }
}

/// A small file that is read as a whole and must be that of its manifest.
fn sealed<T: for<'de> Deserialize<'de>>(path: &Path, seal: Option<&Seal>) -> Result<T, CatalogError> {
    let damaged = |what| CatalogError::Damaged { path: path.to_owned(), what };
    let bytes = fs::read(path).map_err(|error| CatalogError::io(path, error))?;
    if seal.is_some_and(|seal| table::seal(&bytes) != *seal) {
        return Err(damaged("it is not the file of its manifest"));
    }
    serde_json::from_slice(&bytes).map_err(|_| damaged("it cannot be read"))
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Catalog").field(self.manifest()).finish()
    }
}
