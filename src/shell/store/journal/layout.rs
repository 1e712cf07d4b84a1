//! The files of a journal. Each name is written once and its content never changes, except that the last
//! segment grows: what was opened under a list of names that has not changed since belongs together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A file's name.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Name {
    /// All rows up to the end of a segment.
    Checkpoint(u32),
    /// What is left of a segment that a checkpoint covers: the documents that the checkpoint's rows point to.
    Documents {
        segment: u32,
        checkpoint: u32,
    },
    Segment(u32),
    /// In the making; means nothing.
    Temporary(u32),
}

impl Name {
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (stem, extension) = name.split_once('.')?;
        let number = |digits: &str| {
            (digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| digits.parse().ok())
                .flatten()
        };
        match extension {
            "checkpoint" => number(stem).map(Self::Checkpoint),
            "documents" => {
                let (segment, checkpoint) = stem.split_once('-')?;
                Some(Self::Documents { segment: number(segment)?, checkpoint: number(checkpoint)? })
            }
            "segment" => number(stem).map(Self::Segment),
            "temporary" => number(stem).map(Self::Temporary),
            _ => None,
        }
    }

    pub(super) fn in_folder(self, folder: &Path) -> PathBuf {
        folder.join(match self {
            Self::Checkpoint(number) => format!("{number:010}.checkpoint"),
            Self::Documents { segment, checkpoint } => format!("{segment:010}-{checkpoint:010}.documents"),
            Self::Segment(number) => format!("{number:010}.segment"),
            Self::Temporary(number) => format!("{number:010}.temporary"),
        })
    }
}

/// What the names in a folder say.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Layout {
    /// The newest checkpoint.
    pub(super) checkpoint: Option<u32>,
    /// Segments behind it.
    pub(super) segments: BTreeSet<u32>,
    /// Where the documents of the segments before it are: the newest file of each.
    pub(super) documents: BTreeMap<u32, Name>,
    /// What a compaction that was cut short has left to remove.
    pub(super) leftovers: BTreeSet<Name>,
}

impl Layout {
    pub(super) fn of(names: &[String]) -> Self {
        let names: BTreeSet<Name> = names.iter().filter_map(|name| Name::parse(name)).collect();
        let newest = names.iter().filter_map(|name| match name {
            Name::Checkpoint(number) => Some(*number),
            _ => None,
        });
        let mut layout = Self { checkpoint: newest.max(), ..Self::default() };
        // In this order a segment comes behind the files with its documents, and they by age.
        for name in names {
            match name {
                Name::Segment(number) if Some(number) > layout.checkpoint => {
                    layout.segments.insert(number);
                }
                Name::Segment(number) => {
                    if let Some(documents) = layout.documents.insert(number, name) {
                        layout.documents.insert(number, documents);
                        layout.leftovers.insert(name);
                    }
                }
                Name::Documents { segment, .. } => {
                    layout.leftovers.extend(layout.documents.insert(segment, name));
                }
                Name::Checkpoint(number) if Some(number) == layout.checkpoint => {}
                Name::Checkpoint(_) | Name::Temporary(_) => {
                    layout.leftovers.insert(name);
                }
            }
        }
        layout
    }

    /// Whether a compaction was cut short.
    pub(super) fn is_unfinished(&self) -> bool {
        !self.leftovers.is_empty() || self.documents.values().any(|name| matches!(name, Name::Segment(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        let names = [
            Name::Segment(7),
            Name::Checkpoint(u32::MAX),
            Name::Documents { segment: 3, checkpoint: 9 },
            Name::Temporary(0),
        ];
        for name in names {
            let path = name.in_folder(Path::new("/"));
            assert_eq!(Name::parse(path.file_name().unwrap().to_str().unwrap()), Some(name));
        }
        for other in ["lock", "7.segment", "+000000007.segment", "0000000007.segment.old", "0000000007"] {
            assert_eq!(Name::parse(other), None, "{other}");
        }
    }

    #[test]
    fn the_newest_files_count() {
        let names = [
            "0000000002.checkpoint",
            "0000000004.checkpoint",
            "0000000001-0000000002.documents",
            "0000000001-0000000004.documents",
            "0000000002-0000000002.documents",
            "0000000002.segment",
            "0000000003.segment",
            "0000000005.segment",
            "0000000001.temporary",
        ];
        let layout = Layout::of(&names.map(str::to_owned));
        assert_eq!(layout.checkpoint, Some(4));
        assert_eq!(layout.segments, BTreeSet::from([5]));
        let documents = [
            (1, Name::Documents { segment: 1, checkpoint: 4 }),
            (2, Name::Documents { segment: 2, checkpoint: 2 }),
            (3, Name::Segment(3)),
        ];
        assert_eq!(layout.documents, BTreeMap::from(documents));
        let leftovers = [
            Name::Checkpoint(2),
            Name::Documents { segment: 1, checkpoint: 2 },
            Name::Segment(2),
            Name::Temporary(1),
        ];
        assert_eq!(layout.leftovers, BTreeSet::from(leftovers));
        assert!(layout.is_unfinished());
    }
}
