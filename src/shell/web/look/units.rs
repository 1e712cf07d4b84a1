//! Units in words: the codes of UN/ECE Recommendation 20 and 21 that catalogs use.

use rust_decimal::Decimal;

use crate::model::quantity::UnitOfMeasure;

/// A unit in words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Words<'a> {
    /// One of it.
    pub one: &'a str,
    /// Any other number of it.
    pub many: &'a str,
}

impl<'a> Words<'a> {
    /// The word that goes with this number.
    #[must_use]
    pub fn number(&self, value: Decimal) -> &'a str {
        if value == Decimal::ONE { self.one } else { self.many }
    }
}

/// The words of a code; an unknown code is its own word.
#[must_use]
pub fn of(unit: &UnitOfMeasure) -> Words<'_> {
    let (one, many) = match unit.as_str() {
        "H87" | "C62" | "EA" | "PCE" | "NAR" => ("piece", "pieces"),
        "BX" | "XBX" => ("box", "boxes"),
        "PK" | "XPK" => ("pack", "packs"),
        "PA" | "XPA" => ("packet", "packets"),
        "CT" | "XCT" => ("carton", "cartons"),
        "CS" | "XCS" => ("case", "cases"),
        "BG" | "XBG" => ("bag", "bags"),
        "SA" | "XSA" => ("sack", "sacks"),
        "BO" | "XBO" => ("bottle", "bottles"),
        "CA" | "XCA" => ("can", "cans"),
        "CQ" | "XCQ" => ("cartridge", "cartridges"),
        "JR" | "XJR" => ("jar", "jars"),
        "TU" | "XTU" => ("tube", "tubes"),
        "TB" | "XTB" => ("tub", "tubs"),
        "DR" | "XDR" => ("drum", "drums"),
        "CY" | "XCY" => ("cylinder", "cylinders"),
        "PL" | "XPL" => ("pail", "pails"),
        "PF" | "PX" | "XPX" => ("pallet", "pallets"),
        "RO" | "RL" | "XRO" => ("roll", "rolls"),
        "SO" | "XSO" => ("spool", "spools"),
        "CL" | "XCL" => ("coil", "coils"),
        "BE" | "XBE" => ("bundle", "bundles"),
        "RD" | "XRD" => ("rod", "rods"),
        "ST" => ("sheet", "sheets"),
        "RM" => ("ream", "reams"),
        "SET" => ("set", "sets"),
        "KT" => ("kit", "kits"),
        "PR" => ("pair", "pairs"),
        "DZN" => ("dozen", "dozen"),
        "CEN" => ("hundred", "hundred"),
        "MIL" => ("thousand", "thousand"),
        "MTR" => ("metre", "metres"),
        "CMT" => ("centimetre", "centimetres"),
        "MMT" => ("millimetre", "millimetres"),
        "KMT" => ("kilometre", "kilometres"),
        "FOT" => ("foot", "feet"),
        "INH" => ("inch", "inches"),
        "YRD" => ("yard", "yards"),
        "MTK" => ("square metre", "square metres"),
        "MTQ" => ("cubic metre", "cubic metres"),
        "KGM" => ("kilogram", "kilograms"),
        "GRM" => ("gram", "grams"),
        "TNE" => ("tonne", "tonnes"),
        "LBR" => ("pound", "pounds"),
        "LTR" => ("litre", "litres"),
        "MLT" => ("millilitre", "millilitres"),
        "GLL" => ("gallon", "gallons"),
        "HUR" => ("hour", "hours"),
        "DAY" => ("day", "days"),
        "MON" => ("month", "months"),
        "E48" => ("service", "services"),
        "LS" => ("lump sum", "lump sums"),
        code => (code, code),
    };
    Words { one, many }
}

/// Whether the code counts single things: `box of 100` needs no word behind the number.
#[must_use]
pub fn is_piece(unit: &UnitOfMeasure) -> bool {
    of(unit).one == "piece"
}
