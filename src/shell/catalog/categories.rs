//! The tree of categories of one catalog version, in the order of the supplier's file.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::catalog::{CATEGORY_SEPARATOR, CategoryPath, Picture, Product, category_levels};

/// Where a category stands in its tree; a parent stands before its children.
pub type CategoryId = u32;

/// One category.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Category {
    /// Its names from the root, joined by ` / `.
    pub path: CategoryPath,
    /// Its own name.
    pub name: String,
    /// The one above; `None` at the root.
    pub parent: Option<CategoryId>,
    /// The ones below, in order.
    pub children: Vec<CategoryId>,
    /// Products in it and below it, whoever may see them.
    pub products: u32,
    /// A drawing that stands for it: that of its first product.
    pub picture: Option<Picture>,
}

/// All categories of a catalog version.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Category>", into = "Vec<Category>")]
pub struct CategoryTree {
    categories: Vec<Category>,
    by_path: HashMap<CategoryPath, CategoryId>,
}

impl CategoryTree {
    /// All of them, a parent before its children.
    #[must_use]
    pub fn all(&self) -> &[Category] {
        &self.categories
    }

    /// Those at the root, in order.
    pub fn roots(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter().filter(|category| category.parent.is_none())
    }

    /// Those right below this one, in order.
    pub fn children<'a>(&'a self, of: &'a Category) -> impl Iterator<Item = &'a Category> {
        of.children.iter().filter_map(|id| self.by_id(*id))
    }

    /// The one with this path.
    #[must_use]
    pub fn by_path(&self, path: &str) -> Option<&Category> {
        self.by_path.get(path).and_then(|id| self.by_id(*id))
    }

    /// This category and those above it, from the root: what a breadcrumb shows.
    #[must_use]
    pub fn ancestry<'a>(&'a self, of: &'a Category) -> Vec<&'a Category> {
        let above = |category: &&'a Category| category.parent.and_then(|id| self.by_id(id));
        let mut chain: Vec<_> = std::iter::successors(Some(of), above).collect();
        chain.reverse();
        chain
    }

    /// The one at this place.
    #[must_use]
    pub fn by_id(&self, id: CategoryId) -> Option<&Category> {
        self.categories.get(usize::try_from(id).ok()?)
    }

    /// Counts by category become counts with all that is below, by [`CategoryId`].
    pub(super) fn rolled_up(&self, own: &[u32]) -> Vec<u32> {
        let mut counts: Vec<u32> =
            (0..self.categories.len()).map(|id| own.get(id).copied().unwrap_or(0)).collect();
        for (id, category) in self.categories.iter().enumerate().rev() {
            let below = counts.get(id).copied().unwrap_or(0);
            let parent = category.parent.and_then(|parent| usize::try_from(parent).ok());
            if let Some(count) = parent.and_then(|parent| counts.get_mut(parent)) {
                *count += below;
            }
        }
        counts
    }

    /// Puts a product into its category and says which one that is.
    pub(super) fn add(&mut self, product: &Product) -> CategoryId {
        let mut parent = None;
        for path in category_levels(&product.category) {
            let id = self.by_path.get(path).copied().unwrap_or_else(|| self.grow(path, parent, product));
            if let Some(category) = self.by_id_mut(id) {
                category.products += 1;
            }
            parent = Some(id);
        }
        parent.unwrap_or(0)
    }

    fn grow(&mut self, path: &str, parent: Option<CategoryId>, first: &Product) -> CategoryId {
        let id = CategoryId::try_from(self.categories.len()).unwrap_or(CategoryId::MAX);
        self.by_path.insert(path.to_owned(), id);
        self.categories.push(Category {
            path: path.to_owned(),
            name: path.rsplit(CATEGORY_SEPARATOR).next().unwrap_or(path).to_owned(),
            parent,
            children: Vec::new(),
            products: 0,
            picture: first.picture.clone(),
        });
        if let Some(above) = parent.and_then(|parent| self.by_id_mut(parent)) {
            above.children.push(id);
        }
        id
    }

    fn by_id_mut(&mut self, id: CategoryId) -> Option<&mut Category> {
        self.categories.get_mut(usize::try_from(id).ok()?)
    }
}

impl From<Vec<Category>> for CategoryTree {
    fn from(categories: Vec<Category>) -> Self {
        let by_path = (0..).zip(&categories).map(|(id, category)| (category.path.clone(), id)).collect();
        Self { categories, by_path }
    }
}

impl From<CategoryTree> for Vec<Category> {
    fn from(tree: CategoryTree) -> Self {
        tree.categories
    }
}
