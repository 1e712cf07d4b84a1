//! Counts hits by category and by facet in the same pass that finds them.
//!
//! What a facet is narrowed to is judged here, not in the query: a product that fails in one facet alone still counts
//! for that facet's other values, so that each count is what choosing that value too would show.

use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::Column,
};

use super::{
    facets::{Facets, Narrow},
    schema::{FACETS, LEAF},
};

/// The most facets that are narrowed at once.
pub(super) const MOST_NARROWED: usize = 30;

/// What wishes accept, by number of the value.
pub(super) struct Wishes {
    /// One more than the place of the wish that takes this value; 0: none does.
    taken_by: Vec<u8>,
    /// One more than the place of the wish about this value's facet.
    about: Vec<u8>,
    /// A bit for each wish.
    all: u32,
}

impl Wishes {
    pub(super) fn new(facets: &Facets, narrowed: &[Narrow]) -> Self {
        if narrowed.is_empty() {
            return Self { taken_by: Vec::new(), about: Vec::new(), all: 0 };
        }
        let (mut taken_by, mut about) = (vec![0; facets.len()], vec![0; facets.len()]);
        let mut all = 0;
        for (narrow, mark) in narrowed.iter().take(MOST_NARROWED).zip(1_u8..) {
            all |= 1 << (mark - 1);
            let facet = facets.position(&narrow.name).and_then(|place| facets.all().get(place));
            for (id, value) in facet.iter().flat_map(|facet| &facet.values) {
                let id = *id as usize;
                if let Some(slot) = about.get_mut(id) {
                    *slot = mark;
                }
                if let Some(slot) = taken_by.get_mut(id).filter(|_| narrow.takes(value)) {
                    *slot = mark;
                }
            }
        }
        Self { taken_by, about, all }
    }

    /// A bit for each wish that takes none of its values.
    fn missing(&self, document: DocId, columns: &Columns) -> u32 {
        if self.all == 0 {
            return 0;
        }
        let taken = columns
            .facets
            .values_for_doc(document)
            .filter_map(|value| self.taken_by.get(place(value)))
            .fold(0, |taken, mark| taken | bit(*mark));
        self.all & !taken
    }
}

/// What the index knows of each product to count by: its category's number, and those of its values.
#[derive(Clone)]
pub(super) struct Columns {
    leaf: Column<u64>,
    facets: Column<u64>,
}

impl Columns {
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self { leaf: columns.u64(LEAF)?, facets: columns.u64(FACETS)? })
    }
}

/// What was counted.
#[derive(Default)]
pub(super) struct Counts {
    /// Hits before any wish.
    pub(super) matched: u32,
    pub(super) by_category: Vec<u32>,
    pub(super) by_value: Vec<u32>,
}

impl Counts {
    pub(super) fn new(categories: usize, values: usize) -> Self {
        Self { matched: 0, by_category: vec![0; categories], by_value: vec![0; values] }
    }

    /// Counts a hit; whether all wishes take it.
    pub(super) fn see(&mut self, document: DocId, columns: &Columns, wishes: &Wishes) -> bool {
        self.matched += 1;
        let missing = wishes.missing(document, columns);
        if missing == 0 {
            if let Some(leaf) = columns.leaf.first(document) {
                count(&mut self.by_category, leaf);
            }
            for value in columns.facets.values_for_doc(document) {
                count(&mut self.by_value, value);
            }
        } else if missing.is_power_of_two() {
            for value in columns.facets.values_for_doc(document) {
                if wishes.about.get(place(value)).is_some_and(|mark| bit(*mark) == missing) {
                    count(&mut self.by_value, value);
                }
            }
        }
        missing == 0
    }
}

fn bit(mark: u8) -> u32 {
    if mark == 0 { 0 } else { 1 << (mark - 1) }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn count(counts: &mut [u32], number: u64) {
    if let Some(count) = counts.get_mut(place(number)) {
        *count += 1;
    }
}

/// The first hits by ordinal: what a category page shows, and what is ordered by something that the index does not know.
pub(super) struct InOrder {
    pub(super) offset: usize,
    pub(super) limit: usize,
}

pub(super) struct Line {
    skip: usize,
    room: usize,
    documents: Vec<DocId>,
}

impl Collector for InOrder {
    type Fruit = Vec<DocId>;
    type Child = Line;

    fn for_segment(&self, _: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<Line> {
        Ok(Line { skip: self.offset, room: self.limit, documents: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<DocId>>) -> tantivy::Result<Vec<DocId>> {
        Ok(segments.concat())
    }
}

impl SegmentCollector for Line {
    type Fruit = Vec<DocId>;

    fn collect(&mut self, document: DocId, _: Score) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.room > 0 {
            self.room -= 1;
            self.documents.push(document);
        }
    }

    fn harvest(self) -> Vec<DocId> {
        self.documents
    }
}
