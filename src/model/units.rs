//! Units of measure that a catalog may use: a selection of UN/ECE Recommendation 20, with their names.
//!
//! Packages stand there both as older revisions write them (`BX`) and as Recommendation 21 has them (`XBX`).

/// Code, name of one, name of several.
const UNITS: &[(&str, &str, &str)] = &[
    ("BE", "bundle", "bundles"),
    ("BG", "bag", "bags"),
    ("BO", "bottle", "bottles"),
    ("BX", "box", "boxes"),
    ("C62", "piece", "pieces"),
    ("CA", "can", "cans"),
    ("CEN", "hundred", "hundreds"),
    ("CL", "coil", "coils"),
    ("CMK", "square centimetre", "square centimetres"),
    ("CMT", "centimetre", "centimetres"),
    ("CS", "case", "cases"),
    ("CT", "carton", "cartons"),
    ("CY", "cylinder", "cylinders"),
    ("D64", "block", "blocks"),
    ("DAY", "day", "days"),
    ("DR", "drum", "drums"),
    ("DZN", "dozen", "dozens"),
    ("EA", "each", "each"),
    ("FOT", "foot", "feet"),
    ("GLL", "US gallon", "US gallons"),
    ("GRM", "gram", "grams"),
    ("H87", "piece", "pieces"),
    ("HUR", "hour", "hours"),
    ("INH", "inch", "inches"),
    ("JR", "jar", "jars"),
    ("KGM", "kilogram", "kilograms"),
    ("KT", "kit", "kits"),
    ("LBR", "pound", "pounds"),
    ("LEF", "leaf", "leaves"),
    ("LTR", "litre", "litres"),
    ("MGM", "milligram", "milligrams"),
    ("MIL", "thousand", "thousands"),
    ("MIN", "minute", "minutes"),
    ("MLT", "millilitre", "millilitres"),
    ("MMT", "millimetre", "millimetres"),
    ("MTK", "square metre", "square metres"),
    ("MTQ", "cubic metre", "cubic metres"),
    ("MTR", "metre", "metres"),
    ("NAR", "article", "articles"),
    ("NMP", "pack", "packs"),
    ("NPR", "pair", "pairs"),
    ("ONZ", "ounce", "ounces"),
    ("PA", "packet", "packets"),
    ("PF", "pallet", "pallets"),
    ("PK", "pack", "packs"),
    ("PR", "pair", "pairs"),
    ("RL", "reel", "reels"),
    ("RM", "ream", "reams"),
    ("RO", "roll", "rolls"),
    ("SET", "set", "sets"),
    ("ST", "sheet", "sheets"),
    ("TNE", "tonne", "tonnes"),
    ("TU", "tube", "tubes"),
    ("XBG", "bag", "bags"),
    ("XBO", "bottle", "bottles"),
    ("XBX", "box", "boxes"),
    ("XCA", "can", "cans"),
    ("XCT", "carton", "cartons"),
    ("XPK", "package", "packages"),
    ("XRO", "roll", "rolls"),
    ("XTU", "tube", "tubes"),
    ("YRD", "yard", "yards"),
];

/// The name of the unit in English, for one or for several; `None`: not one of ours.
#[must_use]
pub fn name(code: &str, several: bool) -> Option<&'static str> {
    let position = UNITS.binary_search_by(|(known, ..)| (*known).cmp(code)).ok()?;
    UNITS.get(position).map(|(_, one, many)| if several { *many } else { *one })
}

/// All codes, by alphabet.
pub fn codes() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(code, ..)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found() {
        for code in codes() {
            assert!(name(code, false).is_some(), "{code} stands out of order");
        }
        assert_eq!(name("BX", true), Some("boxes"));
        assert_eq!(name("bx", false), None);
    }
}
