//! The supplier's colour, made readable: a style sheet of its own for each colour, since pages allow no inline style.
//!
//! Contrast is that of WCAG 2.2 (relative luminance), reckoned in integers.

use crate::model::party::Accent;

/// A colour, red first.
type Rgb = [u8; 3];

/// The surfaces that the accent must be readable on, as in `css/look.css`: the darkest of the light scheme and
/// the lightest of the dark one.
const LIGHT: Rgb = [0xe6, 0xeb, 0xf0];
const DARK: Rgb = [0x26, 0x2e, 0x37];
const WHITE: Rgb = [0xff; 3];
const INK: Rgb = [0x0c, 0x11, 0x16];

/// Contrast asked for, in hundredths.
const READABLE: u64 = 450;

/// The style sheet of a colour: `--accent`, and `--on-accent` for text on it, in both schemes.
#[must_use]
pub(super) fn style_sheet(accent: &Accent) -> String {
    let colour = rgb(accent);
    let light = towards([0; 3], colour, |shade| {
        contrast(shade, LIGHT) >= READABLE && contrast(shade, WHITE) >= READABLE
    });
    let dark =
        towards(WHITE, colour, |shade| contrast(shade, DARK) >= READABLE && contrast(shade, INK) >= READABLE);
    format!(
        ":root{{--accent:{};--on-accent:{}}}@media (prefers-color-scheme:dark){{:root{{--accent:{};--on-accent:{}}}}}",
        hex(light),
        hex(WHITE),
        hex(dark),
        hex(INK)
    )
}

fn rgb(accent: &Accent) -> Rgb {
    let digits = accent.as_str().trim_start_matches('#');
    let bits = u32::from_str_radix(digits, 16).unwrap_or_default();
    let [_, red, green, blue] = bits.to_be_bytes();
    [red, green, blue]
}

fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The first of 64 steps from `colour` to `goal` that is good.
fn towards(goal: Rgb, colour: Rgb, good: impl Fn(Rgb) -> bool) -> Rgb {
    let step = |share: u32| {
        let mix = |from: u8, to: u8| {
            let sum = u32::from(from) * (64 - share) + u32::from(to) * share;
            u8::try_from(sum / 64).unwrap_or(u8::MAX)
        };
        let ([r, g, b], [x, y, z]) = (colour, goal);
        [mix(r, x), mix(g, y), mix(b, z)]
    };
    (0..=64).map(step).find(|shade| good(*shade)).unwrap_or(goal)
}

/// Contrast of two colours, in hundredths: 100 to 2100.
fn contrast(a: Rgb, b: Rgb) -> u64 {
    let (a, b) = (luminance(a), luminance(b));
    let (light, dark) = (a.max(b), a.min(b));
    100 * (light + 5_000) / (dark + 5_000)
}

/// Relative luminance, 0 to 100 000.
fn luminance([red, green, blue]: Rgb) -> u64 {
    (2_126 * linear(red) + 7_152 * linear(green) + 722 * linear(blue)) / 10_000
}

/// One channel without its gamma (sRGB), 0 to 100 000: `((c + 0.055) / 1.055) ^ 2.4`.
fn linear(channel: u8) -> u64 {
    let channel = u64::from(channel);
    if channel <= 10 {
        return channel * 100_000 / 3_295; // c / 255 / 12.92
    }
    // x as a share of 269 025; x^2.4 is x² times the fifth root of x².
    let x = u128::from(channel * 1_000 + 14_025);
    let square = x * x * 100_000 / (269_025 * 269_025);
    let mut root = 0_u128;
    for bit in (0..14).rev() {
        let next = root | (1 << bit);
        if next.pow(5) <= square * 10_u128.pow(15) {
            root = next;
        }
    }
    u64::try_from(square * root / 10_000).unwrap_or(100_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert_eq!(contrast([0; 3], WHITE), 2_100);
        // Known values: #767676 on white is 4.54, #777777 is 4.48, pure red is 4.00.
        assert!((453..=455).contains(&contrast([0x76; 3], WHITE)));
        assert!((447..=448).contains(&contrast([0x77; 3], WHITE)));
        assert!((398..=401).contains(&contrast([0xff, 0, 0], WHITE)));
    }

    #[test]
    fn every_accent_becomes_readable() {
        for colour in ["#ffffff", "#000000", "#ffee00", "#0b5cad", "#7f7f7f", "#00ff00"] {
            let sheet = style_sheet(&Accent::parse(colour).unwrap());
            let shades: Vec<Rgb> = sheet
                .match_indices("--accent:")
                .map(|(at, name)| rgb(&Accent::parse(&sheet[at + name.len()..][..7]).unwrap()))
                .collect();
            assert!(
                contrast(shades[0], LIGHT) >= READABLE && contrast(shades[0], WHITE) >= READABLE,
                "{sheet}"
            );
            assert!(contrast(shades[1], DARK) >= READABLE && contrast(shades[1], INK) >= READABLE, "{sheet}");
        }
    }

    #[test]
    fn a_readable_accent_stays_as_it_is() {
        assert!(style_sheet(&Accent::parse("#0b5cad").unwrap()).starts_with(":root{--accent:#0b5cad;"));
    }
}
