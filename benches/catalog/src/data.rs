//! A made-up catalog from a seed: product `n` is the same in every run.

use std::io::{self, Read};

pub const CATEGORIES_IN_AREA: u32 = 10;
/// Products of one category stand together.
pub const IN_CATEGORY: u32 = 1_000;

const THINGS: [&str; 24] = [
    "bolt", "washer", "nut", "hammer", "wrench", "drill", "glove", "cable", "valve", "bearing", "gasket", "filter",
    "sensor", "switch", "motor", "pump", "hose", "clamp", "bracket", "hinge", "lamp", "relay", "fuse", "pliers",
];
const KINDS: [&str; 20] = [
    "hexagon", "flat", "heavy", "insulated", "sealed", "compact", "threaded", "angled", "flexible", "reinforced",
    "magnetic", "adjustable", "rotary", "double", "welded", "coated", "polished", "industrial", "precision", "safety",
];
const MATERIALS: [&str; 10] =
    ["steel", "stainless", "brass", "aluminium", "nylon", "rubber", "copper", "titanium", "ceramic", "bronze"];
const USES: [&str; 12] = [
    "for machines that run day and night", "for wet and dusty rooms", "for quick repairs in the workshop",
    "for outdoor use in all weather", "for food processing lines", "for vehicles and mobile equipment",
    "for electrical cabinets", "for hydraulic systems up to high pressure", "for assembly and maintenance",
    "for laboratories and clean rooms", "for building sites", "for presses and conveyors",
];

/// Numbers from a seed (splitmix64).
pub struct Seed(pub u64);

impl Seed {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

/// The texts of a product that all three engines get.
pub struct Sample {
    pub part: String,
    pub name: String,
    pub description: String,
    pub brand: String,
    pub category: String,
    pub length: u64,
    pub material: &'static str,
    pub cents: u64,
}

pub fn category(number: u32) -> String {
    let leaf = number / IN_CATEGORY;
    format!("Area {:03} / Group {:04}", leaf / CATEGORIES_IN_AREA, leaf)
}

pub fn part(number: u32) -> String {
    format!("BX-{:04}-{:05}", number % 9_973, number)
}

pub fn product(number: u32) -> Sample {
    let mut seed = Seed(u64::from(number) * 7_919 + 1);
    let (kind, material, thing) = (seed.of(&KINDS), seed.of(&MATERIALS), seed.of(&THINGS));
    let (size, length) = (seed.below(40) + 2, seed.below(300) + 5);
    let uses: Vec<&str> = (0..6).map(|_| seed.of(&USES)).collect();
    Sample {
        part: part(number),
        name: format!("{kind} {material} {thing} M{size} x {length} mm"),
        description: format!(
            "This {kind} {thing} is made of {material}, {}, and it suits whoever needs it {}. It is sold {}, {} and {}; its size is {size} and it is also known {}.",
            uses[0], uses[1], uses[2], uses[3], uses[4], uses[5]
        ),
        brand: format!("Brand {:03}", seed.below(400)),
        category: category(number),
        length,
        material,
        cents: seed.below(90_000) + 50,
    }
}

/// A query of one to three words that some products have.
pub fn query(seed: &mut Seed) -> String {
    match seed.below(3) {
        0 => format!("{} {}", seed.of(&KINDS), seed.of(&THINGS)),
        1 => format!("{} {} {}", seed.of(&KINDS), seed.of(&MATERIALS), seed.of(&THINGS)),
        _ => format!("{} {}", seed.of(&MATERIALS), seed.of(&THINGS)),
    }
}

/// What somebody has typed so far.
pub fn typed(seed: &mut Seed) -> String {
    let word = seed.of(&THINGS);
    let shown = (2 + seed.below(3) as usize).min(word.len());
    match seed.below(3) {
        0 => format!("{} {}", seed.of(&MATERIALS), &word[..shown]),
        1 => part(seed.below(100_000) as u32)[..6].to_owned(),
        _ => word[..shown].to_owned(),
    }
}

/// The catalog file, made while it is read.
pub struct File {
    next: u32,
    count: u32,
    line: Vec<u8>,
    at: usize,
    pub bytes: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl File {
    pub fn new(count: u32) -> Self {
        let header = b"part,name,description,brand,manufacturer_part,category,unit,currency,list_price,attributes,language,names\n";
        Self { next: 0, count, line: header.to_vec(), at: 0, bytes: Default::default() }
    }
}

impl Read for File {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            if self.next == self.count {
                return Ok(0);
            }
            let Sample { part, name, description, brand, category, length, material, cents } = product(self.next);
            let names = if self.next.is_multiple_of(10) {
                format!("de=Teil {name}|fr=Pièce {name}")
            } else {
                String::new()
            };
            self.line = format!(
                "{part},{name},\"{description}\",{brand},MF {part},{category},H87,EUR,1:{}.{:02},Length={length} [mm]|Material={material},en,{names}\n",
                cents / 100, cents % 100
            ).into_bytes();
            self.at = 0;
            self.next += 1;
        }
        let many = into.len().min(self.line.len() - self.at);
        into[..many].copy_from_slice(&self.line[self.at..self.at + many]);
        self.at += many;
        self.bytes.fetch_add(many as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(many)
    }
}
