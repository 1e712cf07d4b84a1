//! Pictures of goods, drawn as SVG: one view box, soft shading, few colours, no text, nothing from elsewhere.
//!
//! A drawing is a fragment in which `@x` stands for a paint (see [`PAINTS`]); the variant of a [`Picture`] chooses
//! accent colour and proportions, so that a shelf of bolts does not look like one bolt.

#![allow(clippy::needless_raw_string_hashes, reason = "all fragments are quoted alike")]

mod fastening;
mod fluid;
mod household;
mod machines;
mod office;
mod protection;
mod tools;
mod wiring;

use std::fmt::Write;

use crate::model::catalog::Picture;

/// A drawing: its name, its tilt in degrees, and what is drawn within 200 by 200.
type Drawing = (&'static str, i16, &'static str);

const GROUPS: [&[Drawing]; 8] = [
    fastening::DRAWINGS,
    tools::DRAWINGS,
    machines::DRAWINGS,
    protection::DRAWINGS,
    wiring::DRAWINGS,
    fluid::DRAWINGS,
    office::DRAWINGS,
    household::DRAWINGS,
];

/// The drawing for what has none: a closed carton.
const PLACEHOLDER: Drawing = (
    "placeholder",
    0,
    r##"<path fill="@w" d="M36 72l64-28 64 28v62l-64 30-64-30z"/><path fill="@v" d="M100 102l64-30v62l-64 30z"/><path d="M36 72l64 30 64-30-64-28z" fill="#e9c79a"/><path d="M66 58l66 30v22l10-5V83L77 54z" fill="@p"/>"##,
);

/// Names that show another name's drawing.
const ALIKE: &[(&str, &str)] = &[
    ("absorbent", "cloth"),
    ("bench-grinder", "bench-drill"),
    ("bump-cap", "helmet"),
    ("cable-reel", "cable"),
    ("circular-saw", "saw-blade-machine"),
    ("drill-screw", "hex-bolt"),
    ("end-mill", "drill-bit"),
    ("extension-lead", "plug"),
    ("flap-disc", "cutting-disc"),
    ("floodlight", "luminaire"),
    ("grease-cartridge", "cartridge"),
    ("headlamp", "torch"),
    ("hydraulic-hose", "hose"),
    ("jigsaw-blade", "hacksaw"),
    ("line-laser", "laser-meter"),
    ("lock-nut", "hex-nut"),
    ("masonry-bit", "drill-bit"),
    ("o-ring", "washer"),
    ("panel-light", "luminaire"),
    ("rotary-hammer", "drill-machine"),
    ("sanding-disc", "cutting-disc"),
    ("side-cutters", "pliers"),
    ("spectacles", "goggles"),
    ("spring-washer", "washer"),
    ("strapping", "tape"),
    ("threaded-rod", "rod"),
    ("voltage-tester", "multimeter"),
    ("wrench-set", "socket-set"),
];

/// What `@x` in a fragment stands for, besides the accent paints: a gradient's id, or a colour.
const PAINTS: &[(&str, &str)] = &[
    ("@n", "#74818e"), // steel, in shade
    ("@m", "#eef2f5"), // steel, in light
    ("@g", "#2a323b"), // rubber, in shade
    ("@v", "#b9854c"), // wood, in shade
    ("@q", "#b98f3d"), // brass, in shade
];

/// Gradients that are the same in all pictures: id, direction, colours.
const GRADIENTS: &[(&str, bool, [&str; 3])] = &[
    ("s", true, ["#e8edf1", "#b6c0ca", "#8793a0"]),
    ("h", false, ["#e8edf1", "#b6c0ca", "#8793a0"]),
    ("k", true, ["#5a6672", "#3b444e", "#262d35"]),
    ("w", true, ["#e8c08c", "#d6a467", "#bd874c"]),
    ("o", true, ["#f0d795", "#d9b45c", "#b28a3c"]),
    ("p", true, ["#ffffff", "#f2f5f7", "#d5dce2"]),
    ("y", true, ["#dff1fa", "#b9dcec", "#8fc0d8"]),
];

/// Accent colours: light, middle, dark. The order is part of every stored variant.
const ACCENTS: [(&str, [&str; 3]); 16] = [
    ("blue", ["#6ea8dc", "#3a7fc1", "#275f98"]),
    ("teal", ["#6cc3bd", "#38998f", "#26736c"]),
    ("green", ["#8cc37c", "#55984a", "#3c7434"]),
    ("yellow", ["#fbdc6a", "#efbe2c", "#c8961a"]),
    ("orange", ["#fbb26a", "#ee8a33", "#c4681b"]),
    ("red", ["#ea8078", "#cf4a43", "#a0322d"]),
    ("slate", ["#93a5b8", "#63778d", "#475a6f"]),
    ("black", ["#6b747e", "#454d56", "#2c333a"]),
    ("white", ["#ffffff", "#e9edf0", "#c3ccd4"]),
    ("navy", ["#6a86b4", "#3c5a8c", "#294068"]),
    ("brown", ["#c29a74", "#9a6f48", "#755132"]),
    ("grey", ["#c3cbd2", "#98a3ad", "#737f8a"]),
    ("olive", ["#b0b56f", "#878d45", "#656b30"]),
    ("violet", ["#a695d4", "#7a66b3", "#5a4a8c"]),
    ("magenta", ["#e08ab6", "#bf548b", "#933a69"]),
    ("cyan", ["#76cbe6", "#3aa3c8", "#267d9d"]),
];

/// Proportions: how wide, how high.
const PROPORTIONS: [(&str, &str); 16] = [
    ("1", "1"),
    (".97", "1"),
    ("1", ".97"),
    (".94", ".98"),
    ("1.02", ".98"),
    (".98", "1.02"),
    (".95", ".95"),
    ("1.03", "1"),
    (".96", "1.02"),
    ("1", "1.03"),
    (".93", "1"),
    ("1.02", ".94"),
    (".98", ".95"),
    ("1.01", "1.01"),
    (".95", "1.03"),
    (".99", ".93"),
];

/// The variant whose accent is the colour of this name, as far as there is one; `seed` chooses what is left open.
#[must_use]
pub fn variant(colour: Option<&str>, seed: u8) -> u8 {
    let named = |name: &str| {
        let words: Vec<String> =
            name.to_lowercase().split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect();
        ACCENTS.iter().position(|(accent, _)| words.iter().any(|word| word == accent))
    };
    match colour.and_then(named).and_then(|accent| u8::try_from(accent).ok()) {
        Some(accent) => (seed & 0xf0) | accent,
        // The first seven suit anything; white cars and violet drills are rare.
        None => (seed & 0xf0) | (seed & 0x0f).checked_rem(7).unwrap_or(0),
    }
}

/// Draws a picture; what has no drawing gets the general one. Less than 3 kB, the same for the same picture.
#[must_use]
pub fn svg(picture: &Picture) -> String {
    let drawing = |name: &str| GROUPS.iter().flat_map(|group| group.iter()).find(|drawing| drawing.0 == name);
    let name = picture.drawing.as_str();
    let alike = ALIKE.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| *to);
    let (_, tilt, fragment) = drawing(alike).unwrap_or(&PLACEHOLDER);
    let accent = usize::from(picture.variant & 0x0f);
    let (_, [light, middle, dark]) = ACCENTS.get(accent).copied().unwrap_or(ACCENTS[0]);
    let shape = usize::from(picture.variant >> 4);
    let (wide, high) = PROPORTIONS.get(shape).copied().unwrap_or(("1", "1"));

    let mut body = fragment.replace("@d", dark).replace("@l", light).replace("@c", middle);
    for (mark, colour) in PAINTS {
        body = body.replace(mark, colour);
    }
    let mut defs = String::new();
    let mut gradient = |mark: &str, id: &str, down: bool, stops: [&str; 3]| {
        if body.contains(mark) {
            body = body.replace(mark, &format!("url(#{id})"));
            let direction = if down { r#" x2="0" y2="1""# } else { "" };
            let [first, second, third] = stops;
            // Writing to a String cannot fail.
            let _ = write!(
                defs,
                r#"<linearGradient id="{id}"{direction}><stop stop-color="{first}"/><stop offset=".5" stop-color="{second}"/><stop offset="1" stop-color="{third}"/></linearGradient>"#
            );
        }
    };
    gradient("@a", &format!("a{accent}"), true, [light, middle, dark]);
    gradient("@t", &format!("t{accent}"), false, [light, middle, dark]);
    for (id, down, stops) in GRADIENTS {
        gradient(&format!("@{id}"), &format!("{id}0"), *down, *stops);
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><defs><linearGradient id="z0" x2="0" y2="1"><stop stop-color="#f5f7f9"/><stop offset="1" stop-color="#dde4ea"/></linearGradient>{defs}</defs><rect width="200" height="200" rx="14" fill="url(#z0)"/><ellipse cx="100" cy="176" rx="66" ry="8" fill="#22303e" opacity=".1"/><g transform="translate(100 100) scale({wide} {high}) rotate({tilt}) translate(-100 -100)">{body}</g></svg>"##
    )
}

/// The names of all drawings, aliases and the placeholder apart.
pub fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|group| group.iter()).map(|drawing| drawing.0)
}

#[cfg(test)]
mod tests;
