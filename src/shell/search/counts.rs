//! Counts hits by category in the same pass that finds them.

use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::Column,
};

use super::schema::LEAF;

/// Counts by number of the category; every product is in exactly one.
pub(super) struct CategoryCounts;

pub(super) struct SegmentCounts {
    leaf: Column<u64>,
    counts: Vec<u32>,
}

impl Collector for CategoryCounts {
    type Fruit = Vec<u32>;
    type Child = SegmentCounts;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentCounts> {
        let leaf = segment.fast_fields().u64(LEAF)?;
        let categories = usize::try_from(leaf.max_value()).map_or(0, |last| last.saturating_add(1));
        // One slot a category: the number of categories is bounded by that of products.
        let slots = categories.min(segment.max_doc() as usize * 16);
        Ok(SegmentCounts { leaf, counts: vec![0; slots] })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<u32>>) -> tantivy::Result<Vec<u32>> {
        let mut merged = Vec::new();
        for counts in segments {
            if merged.len() < counts.len() {
                merged.resize(counts.len(), 0);
            }
            for (sum, count) in merged.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        Ok(merged)
    }
}

impl SegmentCollector for SegmentCounts {
    type Fruit = Vec<u32>;

    fn collect(&mut self, document: DocId, _: Score) {
        let leaf = self.leaf.first(document).and_then(|leaf| usize::try_from(leaf).ok());
        if let Some(count) = leaf.and_then(|leaf| self.counts.get_mut(leaf)) {
            *count += 1;
        }
    }

    fn harvest(self) -> Vec<u32> {
        self.counts
    }
}
